"""The clocks of cases: recomputed in every act that touches a case, swept when a step is due, waived with a reason (design 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.casefile import CodedFile, files_of_act
from app.cases.models import Case, Note
from app.clocks.gather import gather
from app.clocks.models import CaseClocks
from app.domain import clocks as engine
from app.domain.access import Capability, system
from app.domain.clocks import Act, Clock, Decision
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.domain.stages import Status
from app.domain.workdays import WorkCalendar
from app.domain.zones import Zone
from app.reference.calendar import indonesian_calendar
from app.referrals.services import ReferralPair, pairs_of
from app.security.sections import Section
from app.security.structs.case import CaseClocks as ClocksDocument
from app.work import Runtime, Work

SWEEP_BATCH: Final = 100  # cases per transaction: none over 250 ms (design 6)
SWEEP_SECTIONS: Final = (Section.CLOCKS,)


@cache
def rules() -> tuple[engine.Rule, ...]:
    """The rules of this deployment, read once."""
    return engine.load_rules()


@cache
def calendar() -> WorkCalendar:
    """Indonesian working days, read once."""
    return indonesian_calendar()


def refresh(work: Work) -> None:
    """The step before commit: recompute the clocks of every touched case and set the two clear moments of the case."""
    ids = work.touched_cases
    if not ids:
        return
    files = files_of_act(work)
    referrals = pairs_of(work, ids)
    notes = _notes(work.session, ids)
    stored = {row.case_id: row for row in work.session.scalars(select(CaseClocks).where(CaseClocks.case_id.in_(ids)))}
    zones = case_queries.zones_of(work.session, (file.case.unit_id for file in files.values()))
    for case_id, file in files.items():
        _refresh_case(work, file, referrals[case_id], notes[case_id], stored.get(case_id), zones[file.case.unit_id])


def _refresh_case(
    work: Work,
    file: CodedFile,
    referrals: Sequence[ReferralPair],
    notes: Sequence[Note],
    row: CaseClocks | None,
    zone: Zone,
) -> None:
    document = _read(work, row) if row is not None else ClocksDocument()
    gathered = gather(file, referrals, notes, zone)
    waivers = [_decision(record) for record in document.waivers]
    fresh = engine.compute(rules(), gathered.events, waivers, gathered.context, calendar(), zone)
    kept = engine.carry_steps(fresh, _clocks(document), work.now)
    _store(work, file.case, row, kept, document.waivers)


def _store(
    work: Work, case: Case, row: CaseClocks | None, kept: Sequence[Clock], waivers: tuple[dict[str, object], ...]
) -> None:
    if row is None:
        row = CaseClocks(case_id=case.id, clocks_sealed=b"", updated_at=work.now)
        work.session.add(row)
    document = ClocksDocument(
        clocks=tuple(dict(engine.to_record(c)) for c in kept), waivers=waivers, computed_at=work.now
    )
    row.clocks_sealed = work.vault.seal(row.place(), document)
    row.updated_at = work.now
    case.due_at = engine.due_at(kept)
    case.watch_at = engine.watch_at(kept, work.now)


def of_cases(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Clock, ...]]:
    """The stored clocks of these cases."""
    found = work.session.scalars(select(CaseClocks).where(CaseClocks.case_id.in_(list(case_ids))))
    return {row.case_id: _clocks(_read(work, row)) for row in found}


def waive(work: Work, case_id: UUID, clock_id: str, reason_code: str) -> None:
    """Waive one clock with a reason, for good or until it is taken up again. Only those who watch deadlines may."""
    _decide(work, case_id, clock_id, Act.WAIVE, reason_code)


def take_up(work: Work, case_id: UUID, clock_id: str) -> None:
    """Take a waived clock up again."""
    _decide(work, case_id, clock_id, Act.REOPEN, "")


def _decide(work: Work, case_id: UUID, clock_id: str, act: Act, reason: str) -> None:
    work.actor.require(Capability.CLOCK_WAIVE)
    case = case_queries.get(work, case_id)
    if case.status in {Status.VOIDED.value, Status.REJECTED.value}:
        raise Conflict("case ended")
    row = work.session.get(CaseClocks, case_id)
    if row is None:
        raise NotFound("clock")
    document = _read(work, row)
    if clock_id not in {clock.id for clock in _clocks(document)}:
        raise NotFound("clock")
    if act is Act.WAIVE and not reason:
        raise Refused(Problem("required", "reason"))
    waiver: dict[str, object] = {"clock": clock_id, "act": act.value, "at": work.now.isoformat(), "reason": reason}
    document = ClocksDocument(
        clocks=document.clocks, waivers=(*document.waivers, waiver), computed_at=document.computed_at
    )
    row.clocks_sealed = work.vault.seal(row.place(), document)
    work.touched(case.id, Event.CLOCK_WAIVED, case.id, row=row)


def sweep(runtime: Runtime, now: datetime) -> int:
    """Open the cases whose next step is due, mark who has been told, set the next moment. Idempotent; gives the number of cases.

    Runs in batches of at most 100 cases, each its own act of a system actor. Later issues send messages from here.
    """
    handled = 0
    while True:
        with runtime.begin(system("clock-sweep")) as work:
            cases = work.session.scalars(
                select(Case)
                .where(Case.watch_at <= now, Case.is_hidden.is_(False))
                .order_by(Case.watch_at, Case.id)
                .limit(SWEEP_BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            for case in cases:
                _sweep_case(work, case, now)
            if cases:
                work.recorded(Event.CLOCKS_SWEPT)
        handled += len(cases)
        if len(cases) < SWEEP_BATCH:
            return handled


def _sweep_case(work: Work, case: Case, now: datetime) -> None:
    row = work.session.get(CaseClocks, case.id)
    if row is None:
        case.watch_at = None
        return
    document = _read(work, row)
    marked = tuple(engine.mark(clock, now) for clock in _clocks(document))
    _store(work, case, row, marked, document.waivers)


def _read(work: Work, row: CaseClocks) -> ClocksDocument:
    return work.vault.open(row.place(), row.clocks_sealed, ClocksDocument)


def _clocks(document: ClocksDocument) -> tuple[Clock, ...]:
    return tuple(engine.from_record(record) for record in document.clocks)


def _decision(record: Mapping[str, object]) -> Decision:
    at = datetime.fromisoformat(str(record["at"]))
    return Decision(str(record["clock"]), Act(str(record["act"])), at, str(record["reason"]))


def _notes(session: Session, case_ids: Sequence[UUID]) -> Mapping[UUID, list[Note]]:
    found: dict[UUID, list[Note]] = defaultdict(list)
    for note in case_queries.records(session, Note, case_ids):
        found[note.case_id].append(note)
    return found
