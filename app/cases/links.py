"""Links between client files as pages show them: by register number, and by coded profiles for those who decide (design 3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from app.cases import queries
from app.cases.models import Case, Client, PersonLink
from app.domain.errors import NotFound
from app.security.sections import Purpose, Section
from app.security.structs.people import ClientProfile
from app.web.sealed import Unopened, opened
from app.work import Work

STANDING = ("candidate", "confirmed")


@dataclass(frozen=True, slots=True, repr=False)
class LinkLine:
    """A link of one of the case's clients with a file of another case."""

    link: PersonLink
    client_id: UUID
    other_number: str
    other_case: UUID | None  # where the actor may open it


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """One of the two files of a link."""

    client: Client
    case: Case
    profile: ClientProfile | Unopened


def of_clients(work: Work, own: Collection[UUID]) -> list[LinkLine]:
    """Links of these clients that stand or wait; the number of queries does not depend on how many."""
    touching = or_(PersonLink.client_a.in_(own), PersonLink.client_b.in_(own))
    rows = work.session.scalars(
        select(PersonLink).where(touching, PersonLink.state.in_(STANDING)).order_by(PersonLink.state, PersonLink.id)
    ).all()
    if not rows:
        return []
    cases = _cases_of(work, {end for link in rows for end in (link.client_a, link.client_b)})
    readable = _readable(work, {case_id for case_id, _number in cases.values()})
    return [_line(link, own, cases, readable) for link in rows]


def get(work: Work, case_id: UUID, link_id: UUID) -> PersonLink:
    """A standing or waiting link of a client of this case; else NotFound."""
    queries.get(work, case_id)
    link = work.session.get(PersonLink, link_id)
    if link is None or link.state not in STANDING or case_id not in {row.case_id for row in ends_of(work, link)}:
        raise NotFound("link")
    return link


def ends_of(work: Work, link: PersonLink) -> Sequence[Client]:
    """The two client files of a link."""
    ends = (link.client_a, link.client_b)
    return work.session.scalars(select(Client).where(Client.id.in_(ends)).order_by(Client.created_at)).all()


def sides_of(work: Work, link: PersonLink) -> list[Side]:
    """Both files with their coded profiles, older first; NotFound where the actor may not read one of them."""
    ends = ends_of(work, link)
    work.vault.keys.preload(Purpose.CASE, [row.case_id for row in ends])
    return [Side(row, queries.get(work, row.case_id), _profile(work, row)) for row in ends]


def _profile(work: Work, row: Client) -> ClientProfile | Unopened:
    place = row.place(Section.CLIENT_PROFILE)
    return opened(lambda: work.vault.open(place, row.profile_sealed, ClientProfile))


def _cases_of(work: Work, client_ids: Collection[UUID]) -> Mapping[UUID, tuple[UUID, str]]:
    rows = work.session.execute(
        select(Client.id, Case.id, Case.register_no)
        .join(Case, Case.id == Client.case_id)
        .where(Client.id.in_(client_ids))
    )
    return {client_id: (case_id, number) for client_id, case_id, number in rows}


def _readable(work: Work, case_ids: Collection[UUID]) -> set[UUID]:
    wanted = queries.visible_to(work.actor).where(Case.id.in_(case_ids))
    return set(work.session.scalars(wanted.with_only_columns(Case.id)))


def _line(
    link: PersonLink, own: Collection[UUID], cases: Mapping[UUID, tuple[UUID, str]], readable: Collection[UUID]
) -> LinkLine:
    mine, other = (link.client_a, link.client_b) if link.client_a in own else (link.client_b, link.client_a)
    case_id, number = cases[other]
    return LinkLine(link, mine, number, case_id if case_id in readable else None)
