"""How a demo case comes along its stages: request, registration with its team, emergencies, ends proposed and decided on (F3, F12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from app.cases import aid_requests, progress, team, terminations
from app.cases.models import Client
from app.cases.progress import Choices
from app.cases.queries import records as rows_of
from app.demo.course import CourseTale
from app.domain.access import Actor
from app.domain.zones import Zone, local_day
from app.security.structs import handling
from app.security.structs.case import StepReason
from app.security.structs.intake import Intake
from app.work import Work

DAY: Final = timedelta(days=1)
ASKED_IN_WRITING: Final = 0.5  # share of the reports with a request for help
EMERGENCIES: Final = 0.3  # share of the cases of high risk in which help comes before the consent
SENT_BACK: Final = 0.08  # share of the ends that come back once
_ENDS: Final = (("TM_SELESAI", "AT_TUJUAN"), ("TM_SELESAI", "AT_TUJUAN"), ("TM_DITUTUP", "AT_MUNDUR"))
_WHY: Final = {
    "AT_TUJUAN": "Tujuan rencana layanan tercapai dan klien merasa aman.",
    "AT_MUNDUR": "Klien menyatakan tidak melanjutkan pendampingan.",
}
Act = Callable[[Work], None]


@dataclass
class StageTale:
    """The stages of one case. `case_id` gives the case once it is registered; `staff` who is on it."""

    start: datetime
    intake: Intake
    staff: Mapping[str, Actor]
    zone: Zone
    case_id: Callable[[], UUID]
    course: CourseTale
    dice: Random = field(init=False)
    is_emergency: bool = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Random(f"stages {self.start.isoformat()}")  # noqa: S311 - invented people, not secrets
        self.is_emergency = self.intake.screening.risk == "RK_TINGGI" and self.dice.random() < EMERGENCIES

    def ask(self, work: Work) -> None:
        """The reporter asks for help in writing, now and then."""
        if self.dice.random() >= ASKED_IN_WRITING:
            return
        reporter = self.intake.report.reporter
        head = handling.AidRequest(
            on=self._today(work), asked_by=self.intake.report.reporter_kind, services=("CS_ADUAN", "CS_HUKUM")
        )
        act = "Mohon pendampingan atas dugaan perbuatan yang dilaporkan."
        text = handling.AidRequestText(name=reporter.name, phone=reporter.phone, act=act)
        aid_requests.record(work, self.case_id(), head, text)

    def approve(self, work: Work) -> None:
        """The supervisor registers the case: a companion and a manager are put on it."""
        companion, manager = self.staff["PENDAMPING"].user_id, self.staff["MANAJER"].user_id
        if companion is not None:
            team.assign_person(work, self.case_id(), companion, "PENDAMPING", knowingly=True)
        chosen = Choices(manager_id=manager, knowingly=True)
        progress.take_step(work, self.case_id(), "approve", StepReason(), choices=chosen)

    def reject(self, work: Work) -> None:
        """The supervisor rejects the report, with advice."""
        reason = StepReason(
            text="Di luar kewenangan unit.",
            advice="Dinas Sosial, bagian jaminan sosial; sudah dihubungkan lewat telepon.",
        )
        progress.take_step(work, self.case_id(), "reject", reason)

    def begin(self, work: Work) -> None:
        """Assessment begins: in an emergency before the consent, with the reason."""
        code = "assess-emergency" if self.is_emergency else "assess"
        words = "Klien terancam malam ini; persetujuan menyusul." if self.is_emergency else ""
        progress.take_step(work, self.case_id(), code, StepReason(text=words))

    def ends(self, moment: datetime, *, everybody: bool) -> Iterator[tuple[datetime, str, Act]]:
        """The manager proposes, the supervisor decides; one in some comes back first. Moment, role, act."""
        yield moment, "MANAJER", lambda work: self._propose(work, everybody=everybody)
        decided = moment + self.dice.choice((1, 1, 2)) * DAY
        if everybody and self.dice.random() < SENT_BACK:
            yield decided, "SUPERVISOR", self._send_back
            yield decided + DAY, "MANAJER", lambda work: self._propose(work, everybody=True)
            decided += 2 * DAY
        yield decided, "SUPERVISOR", self._approve_ends

    def finish(self, work: Work) -> None:
        """The time after termination is over."""
        words = "Enam bulan berlalu, keluarga tidak membutuhkan bantuan lagi."
        progress.take_step(work, self.case_id(), "finish", StepReason(text=words))

    def _propose(self, work: Work, *, everybody: bool) -> None:
        clients = rows_of(work.session, Client, [self.case_id()])
        for client in clients if everybody else clients[:1]:
            self.course.close_goals(work, client.id)
            work.session.flush()
            terminations.propose(work, self.case_id(), self._proposal(work, client.id))
            work.session.flush()

    def _proposal(self, work: Work, client_id: UUID) -> terminations.Proposal:
        closure, reason = self.dice.choice(_ENDS)
        signed = reason == "AT_TUJUAN" or self.dice.random() < 0.5
        head = handling.Termination(
            client_id=client_id,
            on=self._today(work),
            closure=closure,
            reason=reason,
            agreed="YA" if signed else "TIDAK",
            agreed_on=self._today(work) if signed else None,
            legal_watch=any("VK_SEKSUAL" in client.profile.violence for client in self.intake.clients),
        )
        why_not = "" if signed else "Klien tidak datang lagi; menyampaikan lewat telepon."
        return terminations.Proposal(head, handling.TerminationText(reason=_WHY[reason], disagreement=why_not))

    def _send_back(self, work: Work) -> None:
        words = StepReason(text="Lengkapi dahulu hasil rujukan, lalu usulkan lagi.")
        progress.take_step(work, self.case_id(), "return", words)

    def _approve_ends(self, work: Work) -> None:
        for row in terminations.pending_of(work, self.case_id()):
            terminations.approve(work, self.case_id(), row.id)
            work.session.flush()

    def _today(self, work: Work) -> date:
        return local_day(work.now, self.zone)
