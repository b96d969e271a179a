"""The page of one case in the SIMFONI room: who may open how much of it, and what it shows. Nothing here changes anything.

Three degrees. Closed: the entries with their numbers, for everybody who sees the case here. Coded: the sheet without identities and
words, for those who may open them (`services.reach`). Open: all of it, on a deliberate act, for that one page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.accounts import queries as accounts
from app.audit.events import Event
from app.cases import families
from app.cases import queries as case_queries
from app.cases.acting import record_of
from app.cases.models import Case, SimfoniEntry
from app.domain.access import Capability
from app.domain.simfoni.changes import NONE, Changes, changes
from app.domain.simfoni.layout import layout
from app.domain.simfoni.sheet import Line, Sheet, build
from app.security.sections import Section
from app.security.structs.simfoni import Entry, EntryText, Typed
from app.simfoni import facts, queries, services
from app.simfoni import state as states
from app.simfoni.models import AWAITING, SimfoniState, Standing
from app.simfoni.services import Reach
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

NOTED: Final = (Section.SIMFONI_ENTRY, Section.SIMFONI_TEXT)


class Degree(StrEnum):
    """How much of the case a page opens."""

    CLOSED = "closed"
    CODED = "coded"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a case a page opens, and why."""

    degree: Degree
    reach: Reach | None

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section the page may open."""
        if self.degree is Degree.CLOSED:
            return NOTED
        return (*NOTED, *facts.CODED, *(facts.WORDS if self.degree is Degree.OPEN else ()))


@dataclass(frozen=True, slots=True, repr=False)
class Noted:
    """One entry as the page lists it."""

    row: SimfoniEntry
    entry: Entry | Unopened
    text: EntryText | Unopened
    may_take_back: bool


@dataclass(repr=False)
class CasePage:
    """The page of one case."""

    case: Case
    reading: Reading
    standing: Standing
    since: datetime | None
    entries: Sequence[Noted]
    names: Mapping[UUID, str]
    may_ask: bool
    sheet: Sheet | None = None
    changed: Changes = field(default=NONE)
    others: int = 0
    mark: str = ""
    may_enter: bool = False
    workers: Sequence[str] = ()

    @property
    def is_open(self) -> bool:
        """Whether identities and words stand on this page."""
        return self.reading.degree is Degree.OPEN

    @property
    def lacking(self) -> list[Line]:
        """What the form needs and the file does not have."""
        return [line for line in self.sheet.lines() if line.is_lacking] if self.sheet is not None else []

    @property
    def last(self) -> Noted | None:
        """The last standing entry."""
        return next((each for each in self.entries if not each.row.is_removed), None)

    @property
    def waits(self) -> bool:
        """Whether the case is to be entered."""
        return self.standing in AWAITING


def reading_of(work: Work, case: Case, *, wants_open: bool) -> Reading:
    """How much this person's page opens. NotPermitted to open a case that does not wait, for those not on its team."""
    if wants_open:
        return Reading(Degree.OPEN, services.require_reach(work, case))
    reach = services.reach(work, case)
    return Reading(Degree.CODED if reach is not None else Degree.CLOSED, reach)


def opening(work: Work, case: Case, reading: Reading) -> Opening:
    """What the page opens. The purpose says why: `simfoni-entry`, `team`, or `closed`."""
    purpose = reading.reach.value if reading.reach is not None else Degree.CLOSED.value
    whole = families.with_duplicates(work, [case.id])
    return Opening(Event.SIMFONI_OPENED, whole, reading.sections, object_id=case.id, purpose=purpose)


def read(work: Work, case_id: UUID, reading: Reading) -> CasePage:
    """The page as this reading shows it."""
    case = queries.get(work, case_id)
    state = work.session.get(SimfoniState, case_id)
    noted = _noted(work, case)
    page = CasePage(
        case=case,
        reading=reading,
        standing=queries.standing(work, case_id),
        since=state.since if state is not None else None,
        entries=noted,
        names=accounts.names(work, {each.row.created_by for each in noted if each.row.created_by is not None}),
        may_ask=_may_ask(work, case),
    )
    page.may_enter = services.may_enter(work, case, page.standing)
    if reading.degree is not Degree.CLOSED:
        _sheet(work, page)
    return page


def entry_of(work: Work, case_id: UUID, entry_id: UUID) -> Noted:
    """One entry of the case, for the page that asks before it is taken back."""
    case = queries.get(work, case_id)
    return _one(work, case, record_of(work, SimfoniEntry, case_id, entry_id))


def _noted(work: Work, case: Case) -> list[Noted]:
    """The entries of the case; where it has none that stands, those of the files merged into it (`joining`)."""
    rows = case_queries.records(work.session, SimfoniEntry, [case.id])
    if all(row.is_removed for row in rows):
        others = [each for each in families.with_duplicates(work, [case.id]) if each != case.id]
        rows = [*case_queries.records(work.session, SimfoniEntry, others), *rows]
    return [_one(work, case, row) for row in reversed(rows)]


def _one(work: Work, case: Case, row: SimfoniEntry) -> Noted:
    return Noted(
        row,
        opened(lambda: work.vault.open(row.place(Section.SIMFONI_ENTRY), row.entry_sealed, Entry)),
        opened(lambda: work.vault.open(row.place(Section.SIMFONI_TEXT), row.text_sealed, EntryText)),
        row.case_id == case.id and not row.is_removed and services.may_take_back(work, case, row),
    )


def _sheet(work: Work, page: CasePage) -> None:
    coded = facts.read_coded(work, page.case)
    words = facts.read_words(work, coded) if page.is_open else None
    page.sheet = build(layout(), facts.facts_of(coded, words))
    page.others = coded.others
    page.mark = services.page_mark(coded)
    team = [m for m in case_queries.team_of(work.session, [page.case.id]) if case_queries.is_genuine(work, m)]
    page.workers = list(dict.fromkeys(accounts.names(work, {member.user_id for member in team}).values()))
    if page.is_open and page.last is not None:
        page.changed = _changed(work, page.sheet, page.last.row)


def _changed(work: Work, sheet: Sheet, row: SimfoniEntry) -> Changes:
    typed = opened(lambda: work.vault.open(row.place(Section.SIMFONI_TYPED), row.typed_sealed, Typed))
    return changes(sheet, {line.path: line.text for line in typed.lines}) if isinstance(typed, Typed) else NONE


def _may_ask(work: Work, case: Case) -> bool:
    """Whether the page offers to ask for a further entry; the service decides again."""
    alive = case.registered_at is not None and case.status not in states.DEAD
    waits = queries.standing(work, case.id) in AWAITING
    return alive and not waits and case_queries.works_on(work, case.id) and work.actor.may(Capability.CASE_EDIT)
