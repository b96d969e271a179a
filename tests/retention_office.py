"""Files whose period is over: an office with a rule, two people who decide, and a clock that has gone on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.cases import transfers
from app.cases.models import Case
from app.domain.retention import later
from app.retention import due, erasing, holds, proposing, rules
from app.retention.models import Erasure
from app.security.structs.retention import ErasureWords, RetentionRule
from app.work import Work
from tests import case_factories as made
from tests.factories import OPERATOR, Office, Someone, sample

__all__ = ["OPERATOR"]

ADULT = {"stated_age": 40}
BASIS = "Jadwal retensi arsip rekaan"


@dataclass
class Keeping:
    """An office in which files are kept two years, with a supervisor who proposes and a head who answers."""

    office: Office
    boss: Someone
    head: Someone

    def case(self, *workers: Someone, **profile: Any) -> UUID:
        """A closed file of an adult."""
        case_id = made.make_case(self.office, *workers, **(ADULT | profile))
        made.finish(self.office, case_id, "closed")
        return case_id

    def wait(self, years: int = 2) -> None:
        """Let the period pass."""
        today = made.today(self.office)
        self.office.clock.pass_by(days=(later(today, years) - today).days + 1)

    def propose(self, case_id: UUID, who: Someone | None = None) -> UUID:
        """Propose the erasure."""
        with self.office.work((who or self.boss).actor) as work:
            return proposing.propose(work, case_id, BASIS, "masa simpan lewat").id

    def erase(self, case_id: UUID) -> Erasure:
        """Propose and approve."""
        proposal = self.propose(case_id)
        with self.office.work(self.head.actor) as work:
            return erasing.approve(work, case_id, proposal)


def keep(office: Office) -> Keeping:
    """The office with its rule: two years, from today."""
    set_rule(office)
    return Keeping(office, office.somebody("SUPERVISOR"), office.somebody("KEPALA"))


def set_rule(office: Office, unit_id: UUID | None = None, years: int = 2, *, is_on: bool = True) -> UUID:
    """Set the rule of a unit from today on."""
    with office.work() as work:
        return rules.set_rule(work, unit_id or office.unit_id, rule(office, is_on=is_on, years=years)).id


def rule(office: Office, **changed: Any) -> RetentionRule:
    """A rule as a form gives it."""
    given = {"is_on": True, "years": 2, "since": made.today(office), "basis": BASIS}
    return RetentionRule(unit_id=office.unit_id, **(given | changed))


def hold(office: Office, case_id: UUID) -> UUID:
    """Somebody keeps the file by hand."""
    with office.work() as work:
        return holds.hold(work, case_id, "diminta penyidik rekaan").id


def accept(work: Work, transfer_id: UUID, manager_id: UUID) -> UUID:
    """Another unit takes the case over; the case it has now."""
    return transfers.accept(work, transfer_id, manager_id=manager_id, knowingly=True).case.id


def propose_anyhow(office: Office, case_id: UUID) -> UUID:
    """A proposal as a colleague of the unit would have made it, whether the file is due or not."""
    with office.work() as work:
        unit_id = work.session.get_one(Case, case_id).unit_id
    colleague = office.somebody("SUPERVISOR", unit_id=unit_id, password=False)
    with office.work(colleague.actor) as work:
        words = ErasureWords(basis=BASIS, reason="masa simpan lewat")
        return proposing.write(work, work.session.get_one(Case, case_id), words).id


def erase_anyhow(office: Office, unit_id: UUID) -> UUID:
    """A file of the unit that was erased by two of its people, whatever its period."""
    case_id = made.make_case(office, unit_id=unit_id)
    with office.work() as work:
        work.recorded("test:erased")
        case = work.session.get_one(Case, case_id)
        words = ErasureWords(basis=BASIS, reason="masa simpan lewat")
        erasing.carry_out(work, case, made.today(office), None, words)
    return case_id


@sample("kept_id")
def _kept(office: Office, unit_id: UUID) -> UUID:
    return made.make_case(office, unit_id=unit_id)


@sample("hold_id")
def _hold(office: Office, unit_id: UUID) -> UUID:
    return hold(office, made.make_case(office, unit_id=unit_id))


@sample("proposal_id")
def _proposal(office: Office, unit_id: UUID) -> UUID:
    return propose_anyhow(office, made.make_case(office, unit_id=unit_id))


@sample("erased_id")
def _erased(office: Office, unit_id: UUID) -> UUID:
    return erase_anyhow(office, unit_id)


def derive(office: Office) -> int:
    """What the job does."""
    return due.derive(office.runtime, office.clock())
