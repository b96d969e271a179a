"""Cases brought along the stages by the people who may do so: an office with a manager and two who decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.cases import consents, progress, terminations
from app.cases.models import Case, Client
from app.cases.progress import Choices
from app.domain.codes import code_list
from app.domain.consents import wording
from app.security.structs import handling
from app.security.structs import work as work_structs
from app.security.structs.case import StepReason
from tests import case_factories as made
from tests import course_factories as course
from tests.factories import Office, Someone

WHY = StepReason(text="alasan")


@dataclass
class Stages:
    """One office, its people, and acts by name."""

    office: Office
    intake: Someone
    manager: Someone
    supervisor: Someone
    head: Someone

    def case(self, clients: int = 1, **profile: Any) -> UUID:
        """A reported case, received by the intake officer."""
        return made.make_case(self.office, clients=clients, received_by=self.intake, **profile)

    def clients(self, case_id: UUID) -> list[UUID]:
        """The clients of a case, in their order."""
        return made.row_ids(self.office, Client, case_id)

    def row(self, case_id: UUID) -> Case:
        """The case as it is now."""
        return made.case_row(self.office, case_id)

    def step(
        self, case_id: UUID, code: str, who: Someone | None = None, reason: StepReason = WHY, **chosen: Any
    ) -> Case:
        """One step, by the manager unless somebody else is named."""
        with self.office.work((who or self.manager).actor) as work:
            return progress.take_step(work, case_id, code, reason, choices=Choices(**chosen))

    def approve(self, case_id: UUID) -> None:
        """The supervisor registers the case and names the manager, who has no part in the matter."""
        self.step(case_id, "approve", self.supervisor, manager_id=self.manager.id)
        if self.manager is not self.intake:
            made.declare(self.office, case_id, self.manager)

    def consent(self, case_id: UUID, client_id: UUID, *, declined: tuple[str, ...] = ()) -> UUID:
        """The whole form, signed by a parent; yes to everything that is not declined."""
        document = work_structs.Consent(
            client_id=client_id,
            on=made.today(self.office),
            basis="CB_WALI",
            signer="SG_ORTU",
            conflict="TIDAK",
            wording=wording(),
            truth=True,
            explained=True,
            procedure=True,
            agreed=tuple(code.code for code in code_list("consent_service") if code.code not in declined),
            declined=declined,
            child_agrees="CA_SETUJU",
        )
        with self.office.work(self.manager.actor) as work:
            words = work_structs.ConsentText(signer_name="Jumantan Sari")
            return consents.record(work, case_id, document, words).id

    def assess(self, case_id: UUID, client_id: UUID) -> None:
        """A finished assessment."""
        course.make_assessment(self.office, case_id, client_id)

    def plan(self, case_id: UUID, client_id: UUID) -> UUID:
        """A plan the client agreed to."""
        return course.make_plan(self.office, case_id, client_id, agreed=True)

    def serve(self, case_id: UUID, client_id: UUID) -> None:
        """Counselling."""
        made.make_service(self.office, case_id, client_id)

    def bring_to(self, case_id: UUID, stage: str) -> UUID:
        """Walk the straight way up to a stage, with everything each step needs."""
        stands = self.row(case_id).stage
        if stands < "ST2_REGISTRASI" <= stage:
            self.approve(case_id)
        way = {
            "ST3_ASESMEN": lambda: self._each(case_id, self.consent, "assess"),
            "ST4_RENCANA": lambda: self._each(case_id, self.assess, "plan"),
            "ST5_INTERVENSI": lambda: self._each(case_id, self.plan, "intervene"),
            "ST6_MONITORING": lambda: self._each(case_id, self.serve, "monitor"),
        }
        ahead = [go for name, go in way.items() if stands < name <= stage]
        if ahead:
            with self.office.together(self.manager.actor):
                for go in ahead:
                    go()
        return case_id

    def _each(self, case_id: UUID, act: Any, code: str) -> None:
        for client_id in self.clients(case_id):
            act(case_id, client_id)
        self.step(case_id, code)

    def proposal(self, client_id: UUID, **changed: Any) -> terminations.Proposal:
        """A plain proposal: the goals are met and the client signed. Words by the names of their fields."""
        names = handling.TerminationText.__struct_fields__
        words = {"reason_text": "tujuan tercapai", "goals": "diteruskan di sekolah"}
        words |= {name: changed.pop(name) for name in (*names, "reason_text") if name in changed and name != "reason"}
        given: dict[str, Any] = {
            "client_id": client_id,
            "on": made.today(self.office),
            "closure": "TM_SELESAI",
            "reason": "AT_TUJUAN",
            "agreed": "YA",
            "agreed_on": made.today(self.office),
        }
        text = handling.TerminationText(reason=words.pop("reason_text"), **words)
        return terminations.Proposal(handling.Termination(**(given | changed)), text)

    def propose(self, case_id: UUID, client_id: UUID, who: Someone | None = None, **changed: Any) -> UUID:
        """The manager proposes the end of a client."""
        with self.office.work((who or self.manager).actor) as work:
            return terminations.propose(work, case_id, self.proposal(client_id, **changed)).id

    def approve_end(self, case_id: UUID, termination_id: UUID, who: Someone | None = None) -> None:
        """The supervisor approves an end."""
        with self.office.work((who or self.supervisor).actor) as work:
            terminations.approve(work, case_id, termination_id)

    def close(self, case_id: UUID) -> UUID:
        """Everybody's end is proposed and approved."""
        for client_id in self.clients(case_id):
            self.propose(case_id, client_id)
        self.step(case_id, "close", self.supervisor)
        return case_id


def people_of(office: Office) -> Stages:
    """The office with its people."""
    return Stages(
        office,
        intake=office.somebody("PENERIMA", name="Intan Contoh"),
        manager=office.somebody("MANAJER", name="Marwan Contoh"),
        supervisor=office.somebody("SUPERVISOR", name="Surya Contoh"),
        head=office.somebody("KEPALA", name="Kartini Contoh"),
    )
