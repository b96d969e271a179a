"""Search before create (design 3): the whole unit, for everyone who may create; a hit outside one's own cases shows no name.

A search is two steps like every page: `find` runs over the index in the clear-column step and names the cases whose identities
will be opened for ranking; `rank` opens them in the snapshot and scores them. Names of foreign cases never leave `rank`.

    asked = Search(query)
    with reading(asked.opening) as work:
        matches = asked.rank(work)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import User
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases import derive, queries
from app.cases.casefile import incident_of
from app.cases.models import Case, Client, ReportedPerson, TeamMember
from app.domain import names
from app.domain.access import Capability
from app.domain.errors import Problem, Refused, Unreadable
from app.domain.nik import digits_of
from app.reference.phones import to_e164
from app.security import index
from app.security.keyring import Derived
from app.security.primitives import mac
from app.security.sections import Purpose, Section
from app.security.structs import people
from app.web.sealed import UNOPENED
from app.work import Opening, Work

SECTIONS: Final = (Section.CLIENT_IDENTITY, Section.CLIENT_PROFILE, Section.REPORTED_IDENTITY, Section.INCIDENT)
MAX_HITS: Final = 200
SHOWN: Final = 20
MIN_LETTERS: Final = 2
PER_HOUR: Final = 60  # searches of one person on pages; the command line is not held back (design 7)
COUNTED_EVENTS: Final = 5_000
CLOSE: Final = 0.6  # from here on a hit is worth a look; below it only some words agree


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """What was typed. It has no repr: it is personal data."""

    name: str = ""
    nik: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Match:
    """One hit as the searcher may see it. Outside one's own cases `shown` is empty: score, number, case manager only.

    Own are the cases of whose team one is. Who reads the unit may open the others too (`may_open`) and sees the mask.
    The references are those of an import package: they mean nothing outside it and identify nobody (design 7), so the command line
    gives them for every hit; no page shows them.
    """

    case_id: UUID
    register_no: str
    subject_kind: str
    subject_id: UUID
    score: float
    why: tuple[str, ...]
    is_own: bool
    may_open: bool
    manager: str
    shown: str
    case_ref: str
    victim_ref: str

    @property
    def is_close(self) -> bool:
        """Whether the hit is more than a few words in common."""
        return self.score >= CLOSE


class Search:
    """One search: what the permission check found is what gets ranked, so the index is read once."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._subjects: Subjects | None = None

    def opening(self, work: Work) -> Opening:
        """The permission check and what the ranking will open. Refused beyond the hour's allowance of a person."""
        _within_allowance(work)
        self._subjects = find(work, self._query)
        return _opening(work, self._query, self._subjects)

    def rank(self, work: Work) -> list[Match]:
        """The hits, best first, as this searcher may see them."""
        return rank(work, self._query, self._subjects)


Subjects = dict[index.Subject, tuple[str, ...]]
"""Who was found, each with the reasons."""


def find(work: Work, query: Query) -> Subjects:
    """Who might be meant, by the index alone, with the reasons. Refused when there is nothing to search for."""
    work.actor.require(Capability.CASE_SEARCH)
    units = None if work.actor.system and work.actor.unit_id is None else [work.actor.own_unit()]
    session, crypt = work.session, work.vault.crypt
    found: Subjects = {}
    plan = names.query_plan(query.name) if query.name else []
    digits = digits_of(query.nik)
    phone = to_e164(query.phone) if query.phone else None
    if not plan and not digits and phone is None:
        raise Refused(Problem("search.empty", "name", params={"letters": str(MIN_LETTERS)}))
    for hit in index.find_names(session, crypt, units, plan)[:MAX_HITS]:
        found[index.Subject(hit.kind, hit.id, hit.case_id, hit.unit_id)] = ("name",)
    for kind, value, why in (
        (index.Exact.NIK, digits, "nik"),
        (index.Exact.KK, digits, "kk"),
        (index.Exact.PHONE, phone, "phone"),
    ):
        for subject in index.find_exact(session, crypt, units, kind, value) if value else []:
            found[subject] = (*found.get(subject, ()), why)
    return found


def opening(work: Work, query: Query) -> Opening:
    """The permission check and what the ranking will open."""
    return _opening(work, query, find(work, query))


def _opening(work: Work, query: Query, subjects: Subjects) -> Opening:
    """The query itself is kept as a keyed hash only (security 2.6)."""
    cases = tuple(dict.fromkeys(subject.case_id for subject in subjects))
    return Opening(Event.SEARCHED, cases, SECTIONS, purpose=_query_mark(work, query))


def rank(work: Work, query: Query, subjects: Subjects | None = None) -> list[Match]:
    """The hits, best first, as this searcher may see them. Subjects: of an earlier `find` of the same query."""
    subjects = find(work, query) if subjects is None else subjects
    case_ids = list(dict.fromkeys(subject.case_id for subject in subjects))
    work.vault.keys.preload(Purpose.CASE, case_ids)
    cases = {
        case.id: case
        for case in work.session.scalars(select(Case).where(Case.id.in_(case_ids), Case.is_hidden.is_(False)))
    }
    rows = _rows(work, subjects)
    team = queries.team_of(work.session, case_ids)
    scope = _Scope(queries.on_team_among(work, case_ids), _readable(work, case_ids), _managers(work, team))
    found = [
        _Found(subject, why, rows[subject.id], cases[subject.case_id])
        for subject, why in subjects.items()
        if subject.id in rows and subject.case_id in cases
    ]
    ranker = names.Ranker(query.name)
    matches = [_match(work, ranker, each, scope) for each in found]
    return sorted((m for m in matches if m.score > 0), key=lambda m: (-m.score, m.register_no, str(m.subject_id)))[
        :SHOWN
    ]


def _within_allowance(work: Work) -> None:
    """Searching is limited (design 3): whoever leafs through the unit by name is stopped. Counted in the newest events only,
    so that it costs the same in a log of any length; a search that was refused does not count."""
    newest = select(func.max(AuditEntry.seq)).scalar_subquery()
    since = work.now - timedelta(hours=1)
    made = select(func.count()).where(
        AuditEntry.seq > newest - COUNTED_EVENTS,
        AuditEntry.actor_id == work.actor.user_id,
        AuditEntry.event == Event.SEARCHED,
        AuditEntry.at > since,
    )
    if (work.session.scalar(made) or 0) >= PER_HOUR:
        raise Refused(Problem("search.too-many", "name", params={"limit": str(PER_HOUR)}))


def _rows(work: Work, subjects: Iterable[index.Subject]) -> dict[UUID, Client | ReportedPerson]:
    clients = [subject.id for subject in subjects if subject.kind == "client"]
    reported = [subject.id for subject in subjects if subject.kind == "reported"]
    found: dict[UUID, Client | ReportedPerson] = {}
    found |= {row.id: row for row in work.session.scalars(select(Client).where(Client.id.in_(clients)))}
    found |= {
        row.id: row for row in work.session.scalars(select(ReportedPerson).where(ReportedPerson.id.in_(reported)))
    }
    return found


def _readable(work: Work, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    wanted = queries.visible_to(work.actor).where(Case.id.in_(case_ids)).with_only_columns(Case.id)
    return frozenset(work.session.scalars(wanted))


def _managers(work: Work, team: Sequence[TeamMember]) -> dict[UUID, str]:
    people_ids = {m.user_id for m in team}
    shown = {user.id: user.display_name for user in work.session.scalars(select(User).where(User.id.in_(people_ids)))}
    first: dict[UUID, str] = {}
    for member in sorted(team, key=lambda m: m.role != "MANAJER"):
        first.setdefault(member.case_id, shown.get(member.user_id, ""))
    return first


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the searcher may see: cases of own teams, cases that may be opened, and who manages each."""

    own: frozenset[UUID]
    readable: frozenset[UUID]
    managers: Mapping[UUID, str]


@dataclass(frozen=True, slots=True, repr=False)
class _Found:
    """A subject with its reasons, row and case."""

    subject: index.Subject
    why: tuple[str, ...]
    row: Client | ReportedPerson
    case: Case


def _match(work: Work, ranker: names.Ranker, found: _Found, scope: _Scope) -> Match:
    subject, case = found.subject, found.case
    person = _opened(work, found.row)
    is_own, may_open = case.id in scope.own, case.id in scope.readable
    return Match(
        case_id=case.id,
        register_no=case.register_no,
        subject_kind=subject.kind,
        subject_id=subject.id,
        score=round(_score(ranker, found.why, person), 4),
        why=found.why,
        is_own=is_own,
        may_open=may_open,
        manager=scope.managers.get(case.id, ""),
        shown=person.called if is_own else person.mask if may_open else "",
        case_ref=_case_ref(work, case),
        victim_ref=person.victim_ref,
    )


def _case_ref(work: Work, case: Case) -> str:
    try:
        return incident_of(work, case).case_ref
    except Unreadable:
        return ""


def _score(ranker: names.Ranker, why: tuple[str, ...], person: _Person) -> float:
    """1 for an equal NIK or phone, 0.9 for a family card, which a family shares; a name as `names.similarity` says.

    Whose identity does not open is worth a look: the words were found, and nobody can say that it is not the same person.
    """
    by_number = 1.0 if {"nik", "phone"} & set(why) else 0.9 if "kk" in why else 0.0
    if person.is_damaged:
        return max(by_number, CLOSE)
    by_name = max((ranker.score(name) for name in person.names if name), default=0.0) if "name" in why else 0.0
    return max(by_number, by_name)


@dataclass(frozen=True, slots=True, repr=False)
class _Person:
    """Somebody's names, and what lists may call the person."""

    names: tuple[str, ...]
    called: str
    mask: str
    victim_ref: str = ""
    is_damaged: bool = False


def _opened(work: Work, row: Client | ReportedPerson) -> _Person:
    """Somebody as far as the sections open; one damaged file does not take the search away from a whole unit."""
    try:
        return _person(work, row)
    except Unreadable:
        return _Person((), str(UNOPENED), str(UNOPENED), is_damaged=True)


def _person(work: Work, row: Client | ReportedPerson) -> _Person:
    if isinstance(row, Client):
        identity = work.vault.open(row.place(Section.CLIENT_IDENTITY), row.identity_sealed, people.ClientIdentity)
        profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile)
        spoken = (identity.name, *identity.aliases, identity.guardian_name)
        return _Person(spoken, identity.label or identity.name, profile.mask, profile.victim_ref)
    reported = work.vault.open(row.place(Section.REPORTED_IDENTITY), row.identity_sealed, people.ReportedIdentity)
    return _Person((reported.name, *reported.aliases), reported.name, derive.mask(reported))


def _query_mark(work: Work, query: Query) -> str:
    key = work.vault.crypt.derived(Derived.AUDIT_QUERY)
    return mac(key, "\0".join((query.name.casefold().strip(), query.nik, query.phone)).encode()).hex()[:16]
