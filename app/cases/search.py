"""Search before create (design 3): the whole unit, for everyone who may create; a hit outside one's own cases shows no name.

A search is two steps like every page: `find` runs over the index in the clear-column step and names the cases whose identities
will be opened for ranking; `rank` opens them in the snapshot and scores them. Names of foreign cases never leave `rank`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.audit.events import Event
from app.cases import queries
from app.cases.casefile import incident_of
from app.cases.models import Case, Client, ReportedPerson
from app.domain import names
from app.domain.access import Capability
from app.domain.errors import Problem, Refused
from app.reference.phones import to_e164
from app.security import index
from app.security.keyring import Derived
from app.security.primitives import mac
from app.security.sections import Purpose, Section
from app.security.structs import people
from app.work import Opening, Work

SECTIONS: Final = (Section.CLIENT_IDENTITY, Section.CLIENT_PROFILE, Section.REPORTED_IDENTITY, Section.INCIDENT)
MAX_HITS: Final = 200
SHOWN: Final = 20
MIN_LETTERS: Final = 2


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """What was typed. It has no repr: it is personal data."""

    name: str = ""
    nik: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Match:
    """One hit as the searcher may see it. Outside one's own cases `shown` is empty: score, number, case manager only.

    `case_ref` and `victim_ref` are the references of an import package, which identify nobody (design 7).
    """

    case_id: UUID
    register_no: str
    subject_kind: str
    subject_id: UUID
    score: float
    why: tuple[str, ...]
    is_own: bool
    manager: str
    shown: str
    case_ref: str
    victim_ref: str


def find(work: Work, query: Query) -> dict[index.Subject, tuple[str, ...]]:
    """Who might be meant, by the index alone, with the reasons. Refused when there is nothing to search for."""
    work.actor.require(Capability.CASE_SEARCH)
    units = None if work.actor.system and work.actor.unit_id is None else [work.actor.own_unit()]
    session, crypt = work.session, work.vault.crypt
    found: dict[index.Subject, tuple[str, ...]] = {}
    plan = names.query_plan(query.name) if query.name else []
    digits = "".join(ch for ch in query.nik if ch.isdigit())
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
    """The permission check and what the ranking will open. The query itself is kept as a keyed hash only (security 2.6)."""
    subjects = find(work, query)
    return Opening(
        Event.SEARCHED, tuple(dict.fromkeys(s.case_id for s in subjects)), SECTIONS, purpose=_query_mark(work, query)
    )


def rank(work: Work, query: Query) -> list[Match]:
    """The hits, best first, as this searcher may see them."""
    subjects = find(work, query)
    case_ids = list(dict.fromkeys(subject.case_id for subject in subjects))
    work.vault.keys.preload(Purpose.CASE, case_ids)
    cases = {
        case.id: case
        for case in work.session.scalars(select(Case).where(Case.id.in_(case_ids), Case.is_hidden.is_(False)))
    }
    rows = _rows(work, subjects)
    own = _own_cases(work, case_ids)
    managers = _managers(work, case_ids)
    matches = [
        _match(
            work,
            query,
            _Found(subject, why, rows[subject.id], cases[subject.case_id]),
            subject.case_id in own,
            managers.get(subject.case_id, ""),
        )
        for subject, why in subjects.items()
        if subject.id in rows and subject.case_id in cases
    ]
    return sorted((m for m in matches if m.score > 0), key=lambda m: (-m.score, m.register_no, str(m.subject_id)))[
        :SHOWN
    ]


def _rows(work: Work, subjects: Iterable[index.Subject]) -> dict[UUID, Client | ReportedPerson]:
    clients = [subject.id for subject in subjects if subject.kind == "client"]
    reported = [subject.id for subject in subjects if subject.kind == "reported"]
    found: dict[UUID, Client | ReportedPerson] = {}
    found |= {row.id: row for row in work.session.scalars(select(Client).where(Client.id.in_(clients)))}
    found |= {
        row.id: row for row in work.session.scalars(select(ReportedPerson).where(ReportedPerson.id.in_(reported)))
    }
    return found


def _own_cases(work: Work, case_ids: Sequence[UUID]) -> set[UUID]:
    wanted = queries.visible_to(work.actor).where(Case.id.in_(case_ids)).with_only_columns(Case.id)
    return set(work.session.scalars(wanted))


def _managers(work: Work, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    members = queries.team_of(work.session, case_ids)
    people_ids = {m.user_id for m in members}
    shown = {user.id: user.display_name for user in work.session.scalars(select(User).where(User.id.in_(people_ids)))}
    first: dict[UUID, str] = {}
    for member in sorted(members, key=lambda m: m.role != "MANAJER"):
        first.setdefault(member.case_id, shown.get(member.user_id, ""))
    return first


@dataclass(frozen=True, slots=True, repr=False)
class _Found:
    """A subject with its reasons, row and case."""

    subject: index.Subject
    why: tuple[str, ...]
    row: Client | ReportedPerson
    case: Case


def _match(work: Work, query: Query, found: _Found, is_own: bool, manager: str) -> Match:
    subject, why, row, case = found.subject, found.why, found.row, found.case
    spoken, victim_ref = _spoken(work, row)
    score = 1.0 if set(why) & {"nik", "phone"} else 0.9 if "kk" in why else 0.0
    if "name" in why:
        score = max(score, max((names.similarity(query.name, name) for name in spoken if name), default=0.0))
    case_ref = incident_of(work, case).case_ref
    shown = spoken[0] if is_own and spoken else ""
    return Match(
        case_id=case.id,
        register_no=case.register_no,
        subject_kind=subject.kind,
        subject_id=subject.id,
        score=round(score, 4),
        why=why,
        is_own=is_own,
        manager=manager,
        shown=shown,
        case_ref=case_ref,
        victim_ref=victim_ref,
    )


def _spoken(work: Work, row: Client | ReportedPerson) -> tuple[list[str], str]:
    if isinstance(row, Client):
        identity = work.vault.open(row.place(Section.CLIENT_IDENTITY), row.identity_sealed, people.ClientIdentity)
        profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile)
        return [identity.name, *identity.aliases, identity.guardian_name], profile.victim_ref
    reported = work.vault.open(row.place(Section.REPORTED_IDENTITY), row.identity_sealed, people.ReportedIdentity)
    return [reported.name, *reported.aliases], ""


def _query_mark(work: Work, query: Query) -> str:
    key = work.vault.crypt.derived(Derived.AUDIT_QUERY)
    return mac(key, "\0".join((query.name.casefold().strip(), query.nik, query.phone)).encode()).hex()[:16]
