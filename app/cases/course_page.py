"""Reading the course of a case: the records with what of them is open to the person, for the case file and for the pages of one record.

Coded heads open for everybody who may read the case; words for the team, whose assignment is the reason. Others read them on the case
file, which they open with a reason (design 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from flask_babel import gettext as _
from msgspec import Struct

from app.accounts import queries as accounts
from app.audit.events import Event
from app.cases import assessments, conferences, course, monitorings, partners, plans, queries, records
from app.cases.acting import CLOSED_TO_EDITS, today_of
from app.cases.models import Assessment, Case, CaseRecord, Client, Conference, Monitoring, Plan, Service
from app.cases.page import Entry
from app.cases.panels import is_open
from app.domain.access import Capability
from app.domain.errors import NotFound
from app.domain.stages import Status
from app.security.sections import TEXT_SECTIONS, Section
from app.security.structs import course as structs
from app.security.structs.people import ClientProfile
from app.web import runtime
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

R = TypeVar("R", bound=CaseRecord)
D = TypeVar("D", bound=Struct)

_KINDS: Final[Mapping[type[CaseRecord], tuple[Callable[..., Any], Section, Callable[..., Any]]]] = {
    Assessment: (assessments.read, Section.ASSESSMENT_TEXT, assessments.read_text),
    Plan: (plans.read, Section.PLAN_TEXT, plans.read_text),
    Monitoring: (monitorings.read, Section.MONITORING_TEXT, monitorings.read_text),
    Conference: (conferences.read, Section.CONFERENCE_TEXT, conferences.read_text),
}


@dataclass(frozen=True, slots=True, repr=False)
class Sight:
    """One case as a page about its course sees it. `masks`: its clients, in their order."""

    work: Work
    case: Case
    masks: Mapping[UUID, str]
    today: date
    may_edit: bool
    may_edit_words: bool
    may_add: bool

    def mask(self, client_id: UUID) -> str:
        """Which client a record is about; empty where the case has only one."""
        return self.masks.get(client_id, "") if len(self.masks) > 1 else ""

    def entries(self, kind: type[R]) -> list[Entry]:
        """The records of a kind that were not taken back, oldest first, with what of them is open."""
        read, section, read_text = _KINDS[kind]
        words = is_open(self.work, self.case, section)
        rows = [row for row in queries.records(self.work.session, kind, [self.case.id]) if not row.is_removed]  # type: ignore[attr-defined]
        return [
            Entry(
                row,
                opened(lambda row=row: read(self.work, row)),  # type: ignore[misc]
                opened(lambda row=row: read_text(self.work, row)) if words else None,  # type: ignore[misc]
            )
            for row in rows
        ]


@contextmanager
def reading(case_id: UUID, record_id: UUID, *sections: Section) -> Iterator[Sight]:
    """The page of one record: permission and audit event first; its words where the person is on the team."""

    def plan(work: Work) -> Opening:
        case = queries.get(work, case_id)
        on_team = bool(work.actor.system) or queries.is_on_team(work, case_id)
        opens = [section for section in sections if on_team or section not in TEXT_SECTIONS]
        why = "team" if on_team else "unit"
        return Opening(Event.CASE_OPENED, (case.id,), (Section.CLIENT_PROFILE, *opens), record_id, why)

    with runtime.reading(plan) as work:
        yield sight(work, queries.get(work, case_id))


def sight(work: Work, case: Case) -> Sight:
    """What a page about the course sees; the profiles of the clients must be open."""
    on_team = bool(work.actor.system) or queries.is_on_team(work, case.id)
    alive = case.status not in CLOSED_TO_EDITS and work.actor.may(Capability.CASE_EDIT)
    may = alive and (on_team or work.actor.may(Capability.CASE_APPROVE))
    rows = sorted(queries.records(work.session, Client, [case.id]), key=lambda row: row.position)
    masks = {row.id: _mask(work, row) for row in rows}
    return Sight(
        work, case, masks, today_of(work, case), may, may and on_team, may and case.status == Status.OPEN.value
    )


def _mask(work: Work, row: Client) -> str:
    profile = opened(lambda: work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile))
    return (
        f"{row.position}. {profile.mask or _('no name')}" if isinstance(profile, ClientProfile) else f"{row.position}."
    )


def readable(work: Work, rows: Iterable[R], read: Callable[[Work, R], D]) -> Iterator[tuple[R, D]]:
    """Rows with their heads, those that do not open left out."""
    for row in rows:
        head = opened(lambda row=row: read(work, row))  # type: ignore[misc]
        if not isinstance(head, Unopened):
            yield row, head


def pairs(entries: Sequence[Entry]) -> list[tuple[Any, Any]]:
    """The entries whose head opened, as `app.cases.course` takes them."""
    return [(entry.row, entry.head) for entry in entries if not isinstance(entry.head, Unopened)]


def _one(entries: Sequence[Entry], record_id: UUID) -> Entry:
    found = next((entry for entry in entries if entry.row.id == record_id), None)
    if found is None:
        raise NotFound("record")
    return found


def names_of(work: Work, entries: Iterable[Entry]) -> Mapping[UUID, str]:
    """Names of everybody these records name."""
    return accounts.names(work, {user_id for entry in entries for user_id in _people(entry) if user_id is not None})


def _people(entry: Entry) -> Iterator[UUID | None]:
    yield entry.row.created_by
    head = entry.head
    if isinstance(head, structs.Assessment):
        yield from (officer.user_id for officer in head.officers)
    elif isinstance(head, structs.Plan):
        yield from (goal.responsible for goal in head.goals)
        yield from (change.by for goal in head.goals for change in goal.changes)
        yield from (review.by for review in head.reviews)
    elif isinstance(head, structs.Conference):
        yield from head.staff
        yield from (user_id for each in head.decisions for user_id in (each.responsible, each.done_by))


def partners_of(work: Work, entries: Iterable[Entry]) -> Mapping[UUID, str]:
    """Names of the institutions these plans name."""
    plans_ = (entry.head for entry in entries if isinstance(entry.head, structs.Plan))
    return partners.names(work, (goal.institution_id for plan in plans_ for goal in plan.goals))


def done(at: Sight) -> Mapping[UUID, course.Done]:
    """What was done for each goal: the services that count. One that does not open is left out, and its place on the file says so."""
    out = queries.out_among(at.work.session, at.case.id)
    rows = (row for row in queries.records(at.work.session, Service, [at.case.id]) if not row.is_removed)
    heads = (head for _row, head in readable(at.work, rows, records.read_service))
    return course.done_for(head for head in heads if head.client_id not in out)


def assessment(at: Sight, record_id: UUID) -> dict[str, Any]:
    """The page of one assessment: itself, and what it corrects or what corrected it, newest first."""
    entries = at.entries(Assessment)
    chosen = _one(entries, record_id)
    chain = _chain(entries, chosen, lambda head: head.corrects)
    standing = {row.id for row, _head in course.standing_assessments(pairs(entries))}
    return {
        "at": at,
        "case": at.case,
        "entry": chosen,
        "others": [entry for entry in reversed(chain) if entry is not chosen],
        "standing": standing,
        "may_go_on": at.may_edit_words and not any(e.head.corrects == record_id for e in chain),
        "names": names_of(at.work, chain),
    }


def plan(at: Sight, record_id: UUID) -> dict[str, Any]:
    """The page of one version of a plan, with the others, newest first."""
    entries = at.entries(Plan)
    chosen = _one(entries, record_id)
    chain = _chain(entries, chosen, lambda head: head.replaces)
    current = {row.id for row, _head in course.current_plans(pairs(entries)).values()}
    return {
        "at": at,
        "case": at.case,
        "entry": chosen,
        "others": [entry for entry in reversed(chain) if entry is not chosen],
        "is_current": record_id in current,
        "current_id": next((entry.row.id for entry in chain if entry.row.id in current), None),
        "names": names_of(at.work, chain),
        "partners": partners_of(at.work, chain),
        "done": done(at),
    }


def conference(at: Sight, record_id: UUID) -> dict[str, Any]:
    """The page of one conference."""
    entry = _one(at.entries(Conference), record_id)
    return {"at": at, "case": at.case, "entry": entry, "names": names_of(at.work, [entry])}


def _chain(entries: Sequence[Entry], chosen: Entry, before: Callable[[Any], UUID | None]) -> list[Entry]:
    """Every version connected with this one, oldest first."""
    known = {entry.row.id: entry for entry in entries if not isinstance(entry.head, Unopened)}
    linked = {chosen.row.id}
    for _round in known:
        for entry in known.values():
            ends = {entry.row.id, before(entry.head)} - {None}
            if ends & linked:
                linked |= {end for end in ends if end is not None}
    return [entry for entry in entries if entry.row.id in linked]
