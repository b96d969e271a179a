"""The case list: which cases, in which order, and what a line shows of each. Lists never show names (product "Safety").

Filters on clear columns are SQL. Filters on coded attributes (kind, age group, kecamatan, channel) go through `CodedSearch`, which
may open what it needs under its own audit event; `OverSections` is the one that opens the coded sections themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import load_only

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import queries, watching
from app.cases.casefile import incident_of
from app.cases.models import Case, Client, TeamMember
from app.domain.access import Capability
from app.domain.codes import age_group, victim_age_band
from app.domain.errors import Problem, Refused, Unreadable
from app.domain.zones import Zone, days_range
from app.security.sections import Purpose, Section
from app.security.structs.people import ClientProfile
from app.work import Opening, Work

PAGE_SIZE: Final = 50
SECTIONS: Final = (Section.CLIENT_PROFILE,)
NEWEST: Final = "newest"
DUE: Final = "due"


@dataclass(frozen=True, slots=True)
class Coded:
    """Filters on what is sealed: kind of violence, age group, kecamatan of the incident, channel; closed files whose legal steps
    are still watched. Empty asks for nothing."""

    kind: str = ""
    age_group: str = ""
    area: str = ""
    channel: str = ""
    legal_watch: bool = False

    @property
    def sections(self) -> tuple[Section, ...]:
        """What a search for these opens."""
        return (Section.INCIDENT, Section.CLIENT_PROFILE, *((Section.TERMINATION,) if self.legal_watch else ()))

    def __bool__(self) -> bool:
        return any((self.kind, self.age_group, self.area, self.channel, self.legal_watch))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks the list for. Days are days of the unit, both included."""

    stage: str = ""
    status: str = ""
    risk: str = ""
    worker: UUID | None = None
    overdue: bool = False
    first: date | None = None
    last: date | None = None
    number: str = ""
    sort: str = NEWEST
    coded: Coded = field(default_factory=Coded)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list as its permission check found it: the cases in their order, and how many there are in all."""

    cases: tuple[Case, ...]
    total: int


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One case in the list. `profiles` holds None for a client whose profile does not open."""

    case: Case
    profiles: tuple[ClientProfile | None, ...]
    workers: tuple[str, ...]
    is_own: bool


class CodedSearch(Protocol):
    """Finds the cases a coded filter means."""

    def opening(self, work: Work, wanted: Wanted) -> Opening:
        """The permission check, and what the search will open. Refused where it would open too much."""

    def matching(self, work: Work, wanted: Wanted) -> frozenset[UUID]:
        """The ids of the cases that match, among those the actor may see."""


def find(work: Work, wanted: Wanted, page: int, only: frozenset[UUID] | None = None) -> Found:
    """One page of the cases the actor may see, and their number. `only`: what a coded search left over."""
    work.actor.require(Capability.CASE_READ)
    rules = _rules(work, wanted)
    if only is not None:
        rules.append(Case.id.in_(only))
    total = work.session.scalar(select(func.count()).select_from(Case).where(*rules)) or 0
    rows = select(Case).options(load_only(*_SHOWN, raiseload=True)).where(*rules).order_by(*_order(wanted))
    cases = work.session.scalars(rows.limit(PAGE_SIZE).offset((max(1, page) - 1) * PAGE_SIZE)).all()
    return Found(tuple(_let_in(work, cases)), total)


def opening(found: Found) -> Opening:
    """What the list opens: the coded profiles of the clients on this page, for their masks. The event names the cases shown."""
    return Opening(Event.CASES_LISTED, tuple(case.id for case in found.cases), SECTIONS)


def lines(work: Work, found: Found) -> list[Line]:
    """The lines of the page; the number of queries does not depend on how many there are."""
    ids = [case.id for case in found.cases]
    work.vault.keys.preload(Purpose.CASE, ids)
    profiles: dict[UUID, list[ClientProfile | None]] = {case_id: [] for case_id in ids}
    for row in work.session.scalars(_clients(ids)):
        profiles[row.case_id].append(_profile(work, row))
    team = [member for member in queries.team_of(work.session, ids) if queries.is_genuine(work, member)]
    names = people.names(work, {member.user_id for member in team})
    return [
        _line(work, case, profiles[case.id], [m for m in team if m.case_id == case.id], names) for case in found.cases
    ]


def by_number(work: Work, number: str) -> list[UUID]:
    """The ids of the cases the actor may see whose register number is exactly this, at most two."""
    rows = queries.visible_to(work.actor).where(func.upper(Case.register_no) == number.upper()).limit(2)
    return list(work.session.scalars(rows.with_only_columns(Case.id)))


class OverSections:
    """Coded search that opens the coded sections of the cases the other filters leave, at most `limit` of them."""

    def __init__(self, limit: int = 400) -> None:
        self.limit = limit

    def opening(self, work: Work, wanted: Wanted) -> Opening:
        """Refused with `list.too-many` where the other filters leave more than `limit` cases."""
        work.actor.require(Capability.CASE_READ)
        ids = self._scope(work, wanted)
        if len(ids) > self.limit:
            raise Refused(Problem("list.too-many", "first", params={"limit": str(self.limit)}))
        return Opening(Event.CASES_LISTED, tuple(ids), wanted.coded.sections)

    def matching(self, work: Work, wanted: Wanted) -> frozenset[UUID]:
        """The cases one of whose clients, and whose incident, fit. What does not open does not match."""
        ids = self._scope(work, wanted)
        work.vault.keys.preload(Purpose.CASE, ids)
        if wanted.coded.legal_watch:
            ids = list(watching.watched(work, ids))
        cases = {row.id: row for row in work.session.scalars(select(Case).where(Case.id.in_(ids)))}
        fitting = {row.case_id for row in work.session.scalars(_clients(ids)) if _client_fits(work, row, wanted.coded)}
        return frozenset(case_id for case_id in fitting if _incident_fits(work, cases[case_id], wanted.coded))

    def _scope(self, work: Work, wanted: Wanted) -> Sequence[UUID]:
        rows = select(Case.id).where(*_rules(work, wanted)).order_by(Case.received_at.desc())
        return work.session.scalars(rows.limit(self.limit + 1)).all()


_SHOWN: Final = (
    Case.unit_id,
    Case.register_no,
    Case.stage,
    Case.status,
    Case.risk,
    Case.received_at,
    Case.due_at,
    Case.is_hidden,
    Case.version,
)


def _rules(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    rules = [_in_sight(work)]
    exact = {Case.stage: wanted.stage, Case.status: wanted.status, Case.risk: wanted.risk}
    rules += [column == value for column, value in exact.items() if value]
    if wanted.worker is not None:
        rules.append(_works(wanted.worker))
    if wanted.overdue:
        rules.append(Case.due_at < work.now)
    if wanted.number:
        rules.append(Case.register_no.contains(wanted.number, autoescape=True))
    return rules + _period(work, wanted)


def _in_sight(work: Work) -> ColumnElement[bool]:
    """`readable_by`, written so that a reader of the unit walks the unit's index: own cases of other units are few or none."""
    actor = work.actor
    if actor.system or not actor.may(Capability.CASE_READ_UNIT):
        return queries.readable_by(actor)
    unit_id = actor.own_unit()
    own_elsewhere = select(Case.id).where(queries.on_team(actor), Case.unit_id != unit_id)
    elsewhere = work.session.scalars(own_elsewhere).all() if actor.may(Capability.CASE_READ) else []
    of_unit = Case.unit_id == unit_id
    return and_(Case.is_hidden.is_(False), or_(of_unit, Case.id.in_(elsewhere)) if elsewhere else of_unit)


def _period(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.first is None and wanted.last is None:
        return []
    zone = queries.zones_of(work.session, [work.actor.unit_id] if work.actor.unit_id else []).get(
        work.actor.unit_id or UUID(int=0), Zone.WIB
    )
    if wanted.first and wanted.last and wanted.last < wanted.first:
        raise Refused(Problem("list.period", "last"))
    rules: list[ColumnElement[bool]] = []
    if wanted.first is not None:
        rules.append(Case.received_at >= days_range(wanted.first, wanted.first, zone)[0])
    if wanted.last is not None:
        rules.append(Case.received_at < days_range(wanted.last, wanted.last, zone)[1])
    return rules


def _works(user_id: UUID) -> ColumnElement[bool]:
    return Case.id.in_(select(TeamMember.case_id).where(TeamMember.user_id == user_id, TeamMember.until.is_(None)))


def _order(wanted: Wanted) -> tuple[Any, ...]:
    newest = (Case.received_at.desc(), Case.id)
    return (Case.due_at.is_(None), Case.due_at, *newest) if wanted.sort == DUE else newest


def _let_in(work: Work, cases: Iterable[Case]) -> list[Case]:
    """Those the actor reads with the unit, or is on the team of by a row this program wrote."""
    rows = list(cases)
    outside = [case.id for case in rows if not queries.reads_unit_of(work.actor, case)]
    if not outside:
        return rows
    own = queries.assigned_among(work, outside)
    return [case for case in rows if case.id not in outside or case.id in own]


def _clients(case_ids: Sequence[UUID]) -> Select[Client]:
    wanted = (Client.case_id, Client.position, Client.profile_sealed)
    return (
        select(Client)
        .options(load_only(*wanted, raiseload=True))
        .where(Client.case_id.in_(case_ids), Client.is_removed.is_(False))
        .order_by(Client.case_id, Client.position)
    )


def _profile(work: Work, row: Client) -> ClientProfile | None:
    try:
        return work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)
    except Unreadable:
        return None


def _line(
    work: Work,
    case: Case,
    profiles: Sequence[ClientProfile | None],
    team: Sequence[TeamMember],
    names: Mapping[UUID, str],
) -> Line:
    ordered = sorted(team, key=lambda member: member.role != "MANAJER")
    workers = tuple(dict.fromkeys(names.get(member.user_id, "") for member in ordered))
    return Line(case, tuple(profiles), workers, any(member.user_id in work.actor.hats for member in team))


def _client_fits(work: Work, row: Client, coded: Coded) -> bool:
    profile = _profile(work, row)
    if profile is None:
        return False
    group = age_group(victim_age_band(profile.age_at_incident, profile.unborn))
    return (not coded.kind or coded.kind in profile.violence) and (not coded.age_group or coded.age_group == group)


def _incident_fits(work: Work, case: Case, coded: Coded) -> bool:
    if not coded.area and not coded.channel:
        return True
    try:
        incident = incident_of(work, case)
    except Unreadable:
        return False
    in_area = not coded.area or f"{incident.area}.".startswith(f"{coded.area}.")
    return in_area and (not coded.channel or coded.channel == incident.channel)
