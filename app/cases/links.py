"""Links between files as pages show them: by register number, and by coded profiles for those who decide (design 3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from app.cases import linking, queries
from app.cases.linking import CLIENTS, REPORTED, Kind, Link, Row
from app.cases.models import Case
from app.domain.access import Actor, Capability
from app.domain.errors import NotFound
from app.domain.stages import Status
from app.security.sections import Purpose, Section
from app.security.structs.people import ClientProfile, ReportedProfile
from app.web.sealed import Unopened, opened
from app.work import Work

STANDING: Final = ("candidate", "confirmed")
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (CLIENTS, REPORTED)}
PROFILES: Final[Mapping[str, tuple[Section, type[Any]]]] = {
    "client": (Section.CLIENT_PROFILE, ClientProfile),
    "reported": (Section.REPORTED_PROFILE, ReportedProfile),
}


@dataclass(frozen=True, slots=True, repr=False)
class LinkLine:
    """A link of one of the case's people with a file of another case."""

    link: Link
    own_id: UUID
    other_number: str
    other_case: UUID | None  # where the actor may open it


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """One of the two files of a link."""

    row: Row
    case: Case
    profile: Any | Unopened


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """A candidate that waits for a supervisor: the kind, the link, and the two cases."""

    kind: Kind
    link: Link
    case: Case
    other: Case


def of_people(work: Work, kind: Kind, own: Collection[UUID]) -> list[LinkLine]:
    """Links of these people that stand or wait; the number of queries does not depend on how many. Nothing waits between files that
    are one person by other ways. A file of another unit is told to those who decide alone (design 3)."""
    touching = or_(kind.links.first.in_(own), kind.links.second.in_(own))
    rows = work.session.scalars(
        select(kind.links).where(touching, kind.links.state.in_(STANDING)).order_by(kind.links.state, kind.links.id)
    ).all()
    rows = [link for link in rows if linking.is_genuine(work, kind, link)]
    if not rows:
        return []
    ends = _ends(work, kind, {end for link in rows for end in (link.first, link.second)})
    readable = _readable(work, {end.case_id for end in ends.values()})
    told = [link for link in rows if {link.first, link.second} <= ends.keys()]
    return [_line(link, own, ends, readable) for link in told if link.state == "confirmed" or not _is_one(link, ends)]


def open_questions(work: Work, limit: int | None = None) -> list[Question]:
    """Candidates of the unit that wait, the oldest first, of both kinds. For those who decide."""
    found = [question for kind in KINDS.values() for question in _questions(work, kind, limit)]
    found.sort(key=lambda each: (each.link.asked_at is not None, each.link.asked_at or each.case.created_at))
    return found[:limit] if limit else found


def count_questions(work: Work) -> int:
    """How many candidates of the unit wait; clear columns only."""
    return sum(
        work.session.scalar(select(func.count()).select_from(_waiting(work, k).subquery())) or 0 for k in KINDS.values()
    )


def get(work: Work, kind: Kind, case_id: UUID, link_id: UUID) -> Link:
    """A standing or waiting link of somebody of this case; else NotFound."""
    queries.get(work, case_id)
    link: Link | None = work.session.get(kind.links, link_id)
    if link is None or link.state not in STANDING or case_id not in {row.case_id for row in ends_of(work, kind, link)}:
        raise NotFound("link")
    return link


def ends_of(work: Work, kind: Kind, link: Link) -> Sequence[Row]:
    """The two files of a link."""
    found = select(kind.rows).where(kind.rows.id.in_((link.first, link.second))).order_by(kind.rows.created_at)
    return work.session.scalars(found).all()


def sides_of(work: Work, kind: Kind, link: Link) -> list[Side]:
    """Both files with their coded profiles, older first; NotFound where the actor may not read one of them."""
    ends = ends_of(work, kind, link)
    work.vault.keys.preload(Purpose.CASE, [row.case_id for row in ends])
    return [Side(row, queries.get(work, row.case_id), profile_of(work, kind, row)) for row in ends]


def profile_of(work: Work, kind: Kind, row: Row) -> Any | Unopened:
    """The coded profile of a file, or the stand-in where it does not open."""
    section, document = PROFILES[kind.name]
    return opened(lambda: work.vault.open(row.place(section), row.profile_sealed, document))


def _waiting(work: Work, kind: Kind) -> Any:
    """Candidates both of whose cases the actor reads with the unit, and that are not one person already."""
    first, second = aliased(kind.rows), aliased(kind.rows)
    unit_id = work.actor.own_unit()
    here = select(Case.id).where(Case.unit_id == unit_id, Case.is_hidden.is_(False), Case.status != Status.VOIDED.value)
    both = (first.is_removed.is_(False), second.is_removed.is_(False))
    apart = or_(first.person_id.is_(None), second.person_id.is_(None), first.person_id != second.person_id)
    return (
        select(kind.links, first.case_id, second.case_id)
        .join(first, first.id == kind.links.first)
        .join(second, second.id == kind.links.second)
        .where(kind.links.state == "candidate", first.case_id.in_(here), second.case_id.in_(here), apart, *both)
    )


def _questions(work: Work, kind: Kind, limit: int | None) -> list[Question]:
    wanted = _waiting(work, kind).order_by(kind.links.asked_at, kind.links.id)
    rows = work.session.execute(wanted.limit(limit) if limit else wanted).all()
    ids = {case_id for _link, *ends in rows for case_id in ends}
    cases = {case.id: case for case in work.session.scalars(select(Case).where(Case.id.in_(ids)))}
    return [
        Question(kind, link, cases[first], cases[second])
        for link, first, second in rows
        if linking.is_genuine(work, kind, link)
    ]


class _End(NamedTuple):
    case_id: UUID
    number: str
    token: UUID | None


def _ends(work: Work, kind: Kind, row_ids: Collection[UUID]) -> Mapping[UUID, _End]:
    rows = work.session.execute(
        select(kind.rows.id, Case.id, Case.register_no, kind.rows.person_id)
        .join(Case, Case.id == kind.rows.case_id)
        .where(kind.rows.id.in_(row_ids), kind.rows.is_removed.is_(False), *told_to(work.actor))
    )
    return {row_id: _End(*end) for row_id, *end in rows}


def told_to(actor: Actor) -> list[ColumnElement[bool]]:
    """Of which cases at all a person is told that somebody stands in them: those of another unit only who decides on links (design 3)."""
    everywhere = actor.unit_id is None or actor.may(Capability.PERSON_LINK)
    return [] if everywhere else [Case.unit_id == actor.unit_id]


def _is_one(link: Link, ends: Mapping[UUID, _End]) -> bool:
    token = ends[link.first].token
    return token is not None and token == ends[link.second].token


def _readable(work: Work, case_ids: Collection[UUID]) -> set[UUID]:
    wanted = queries.visible_to(work.actor).where(Case.id.in_(case_ids))
    return set(work.session.scalars(wanted.with_only_columns(Case.id)))


def _line(link: Link, own: Collection[UUID], ends: Mapping[UUID, _End], readable: Collection[UUID]) -> LinkLine:
    mine, other = (link.first, link.second) if link.first in own else (link.second, link.first)
    there = ends[other]
    return LinkLine(link, mine, there.number, there.case_id if there.case_id in readable else None)
