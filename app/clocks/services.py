"""The clocks of cases: recomputed in every act that touches a case, waived with a reason (design 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.acting import editable, today_of
from app.cases.casefile import files_of_act
from app.cases.models import Case
from app.cases.records import write_note
from app.clocks.gather import Gathered, gather
from app.clocks.keeping import clocks_in, read, store
from app.clocks.merged import Gathering
from app.clocks.models import CaseClocks
from app.domain import clocks as engine
from app.domain.access import Capability
from app.domain.clocks import Act, Clock, Decision, Move, State
from app.domain.clocks.moves import MOST as MOST_MOVES
from app.domain.clocks.versions import binds_us
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.domain.stages import Status
from app.domain.zones import Zone
from app.reference import rulebook
from app.reference.rulebook import Book
from app.referrals.pairs import pairs_of_act
from app.safety.beds import standards_of
from app.security.structs.case import CaseClocks as ClocksDocument
from app.security.structs.case import NoteHead
from app.work import Work

WAIVER_KIND: Final = "WAIVER"  # a note that holds the words of a waiver


@dataclass(frozen=True, slots=True)
class Terms:
    """By what the clocks of a case are counted: the unit's rules and calendar, its shelter standard, its zone."""

    book: Book
    standard: str
    zone: Zone


def refresh(work: Work) -> None:
    """The step before commit: recompute the clocks of every touched case and set the two clear moments of the case."""
    ids = work.touched_cases
    if not ids:
        return
    files = files_of_act(work)
    referrals, whole = pairs_of_act(work), Gathering(work)
    units = {file.case.unit_id for file in files.values()}
    zones = case_queries.zones_of(work.session, units)
    standards = standards_of(work, list(units))
    books = rulebook.books(work, units)
    for case_id, file in files.items():
        if file.case.status == Status.MERGED.value:
            file.case.due_at = file.case.watch_at = None  # its clocks run in the file it was merged into
            continue
        unit_id = file.case.unit_id
        terms = Terms(books[unit_id], standards.get(unit_id, ""), zones[unit_id])
        gathered = gather(file, referrals[case_id], whole.notes(case_id), terms.zone, whole.stays(case_id))
        _refresh_case(work, file.case, gathered, whole, terms)


def _refresh_case(work: Work, case: Case, gathered: Gathered, whole: Gathering, terms: Terms) -> None:
    row = whole.stored.get(case.id)
    document = read(work, row) if row is not None else ClocksDocument()
    documents = [*whole.documents(case.id), document]
    waivers = [_decision(record) for each in documents for record in each.waivers]
    fresh = _counted(gathered, waivers, terms)
    moved: tuple[Move, ...] = ()
    if row is not None and document.basis < terms.book.number:
        moved = _moved(work, case, (gathered, waivers, terms), fresh, document.basis)
    kept = engine.carry_steps(fresh, [clock for each in documents for clock in clocks_in(each)], work.now)
    document = msgspec.structs.replace(document, basis=terms.book.number, moves=_kept_moves(document, moved))
    store(work, case, row, kept, document)


def _counted(gathered: Gathered, waivers: Sequence[Decision], terms: Terms) -> tuple[Clock, ...]:
    rules = terms.book.running(terms.standard)
    return engine.compute(rules, gathered.events, waivers, gathered.context, terms.book.calendar, terms.zone)


def _moved(
    work: Work,
    case: Case,
    given: tuple[Gathered, Sequence[Decision], Terms],
    fresh: Sequence[Clock],
    basis: int,
) -> tuple[Move, ...]:
    """What the changes since moved: the same events counted by the rules and the calendar as they were, beside what they give now.

    So whatever else this act changes in the case is no part of it.
    """
    gathered, waivers, terms = given
    before = rulebook.before(work, case.unit_id, basis)
    old = _counted(gathered, waivers, Terms(before, terms.standard, terms.zone))
    return engine.moves(old, fresh, work.now, tuple(range(basis + 1, terms.book.number + 1)))


def _kept_moves(document: ClocksDocument, moved: Sequence[Move]) -> tuple[dict[str, object], ...]:
    return (*document.moves, *(engine.move_record(move) for move in moved))[-MOST_MOVES:]


def of_cases(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Clock, ...]]:
    """The stored clocks of these cases."""
    found = work.session.scalars(select(CaseClocks).where(CaseClocks.case_id.in_(list(case_ids))))
    return {row.case_id: clocks_in(read(work, row)) for row in found}


@dataclass(frozen=True, slots=True, repr=False)
class Waiver:
    """Why a clock is waived: the reason (waiver_reason) and the words. `note` is what the case keeps of the words, headings and all.

    Where the law binds our own unit (TPKS-41) the client's wish and the advice given are recorded too (case-management 9.3).
    """

    reason: str
    words: str = ""
    client_wish: str = ""
    advice: str = ""
    note: str = ""


def rule_of(book: Book, clock: Clock) -> engine.Rule | None:
    """The rule a clock runs by; None for a version this deployment no longer has."""
    return rule_by(book, clock.rule_id, clock.version)


def rule_by(book: Book, rule_id: str, version: int) -> engine.Rule | None:
    """One version of a rule; None where this deployment has it no longer."""
    return book.known.get((rule_id, version))


def clocks_of(work: Work, row: CaseClocks) -> tuple[Clock, ...]:
    """The clocks of one stored row."""
    return clocks_in(read(work, row))


def with_moves(work: Work, row: CaseClocks) -> tuple[tuple[Clock, ...], tuple[Move, ...]]:
    """The clocks of one stored row, and what decrees and new versions of rules moved, oldest first."""
    document = read(work, row)
    return clocks_in(document), tuple(engine.move_of(record) for record in document.moves)


def waive(work: Work, case_id: UUID, clock_id: str, waiver: Waiver) -> None:
    """Waive one running clock with a reason, for good or until it is taken up again. Only those who watch deadlines may.

    Refused where the reason is not of the list or its words are missing; Conflict where the clock has ended.
    """
    row, document, clock = _to_decide(work, case_id, clock_id)
    case = work.session.get_one(Case, case_id)
    rule = rule_of(rulebook.of_unit(work, case.unit_id), clock)
    statutory = rule is not None and binds_us(rule)
    if statutory:
        work.actor.require(Capability.CASE_APPROVE)
    if clock.state is not State.RUNNING:
        raise Conflict("clock ended")
    problems = _lacks(waiver, statutory=statutory)
    if problems:
        raise Refused(*problems)
    note = _keep_words(work, case_id, waiver)
    _decide(work, row, document, Act.WAIVE, clock_id, reason=waiver.reason, note=note)


def take_up(work: Work, case_id: UUID, clock_id: str) -> None:
    """Take a waived clock up again; it runs as if it had never been waived. Conflict where it is not waived."""
    row, document, clock = _to_decide(work, case_id, clock_id)
    if clock.state is not State.WAIVED:
        raise Conflict("clock not waived")
    _decide(work, row, document, Act.REOPEN, clock_id)


def _to_decide(work: Work, case_id: UUID, clock_id: str) -> tuple[CaseClocks, ClocksDocument, Clock]:
    work.actor.require(Capability.CLOCK_WAIVE)
    if editable(work, case_id, closed_too=True).status == Status.MERGED.value:
        raise Conflict("the clocks run in the file it was merged into")
    row = work.session.get(CaseClocks, case_id, with_for_update=True)
    if row is None:
        raise NotFound("clock")
    document = read(work, row)
    clock = next((clock for clock in clocks_in(document) if clock.id == clock_id), None)
    if clock is None:
        raise NotFound("clock")
    return row, document, clock


def _lacks(waiver: Waiver, *, statutory: bool) -> list[Problem]:
    reasons = code_list("waiver_reason")
    if waiver.reason not in reasons:
        return [
            Problem("required" if not waiver.reason else "code.unknown", "reason", params={"list": "waiver_reason"})
        ]
    needed = ["words"] if statutory or reasons.get(waiver.reason).truth("words_required") else []
    needed += ["client_wish", "advice"] if statutory else []
    return [Problem("required", name) for name in needed if not getattr(waiver, name).strip()]


def _keep_words(work: Work, case_id: UUID, waiver: Waiver) -> UUID | None:
    """The words are narrative: a note of the case holds them (design 2), the clocks hold the code."""
    words = waiver.note or waiver.words
    if not words.strip():
        return None
    case = work.session.get_one(Case, case_id)
    return write_note(work, case_id, NoteHead(kind=WAIVER_KIND, on=today_of(work, case)), words).id


def _decide(
    work: Work,
    row: CaseClocks,
    document: ClocksDocument,
    act: Act,
    clock_id: str,
    *,
    reason: str = "",
    note: UUID | None = None,
) -> None:
    decision: dict[str, object] = {"clock": clock_id, "act": act.value, "at": work.now.isoformat(), "reason": reason}
    decision["by"] = str(work.actor.user_id) if work.actor.user_id is not None else None
    decision["note"] = str(note) if note is not None else None
    document = msgspec.structs.replace(document, waivers=(*document.waivers, decision))
    row.clocks_sealed = work.vault.seal(row.place(), document)
    work.touched(row.case_id, Event.CLOCK_WAIVED, row.case_id, row=row)


def _decision(record: Mapping[str, object]) -> Decision:
    at = datetime.fromisoformat(str(record["at"]))
    return Decision(str(record["clock"]), Act(str(record["act"])), at, str(record["reason"]))
