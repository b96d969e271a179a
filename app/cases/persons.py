"""Persons: connected components of confirmed links between client files (design 3). A file without links is its own person.

A component shares one random token, `Client.person_id`. Linking or unlinking gives every affected component a new token, and the
ledger records of all its cases are rewritten in the same act, across units.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select

from app.audit.events import Event
from app.cases import queries
from app.cases.models import Case, Client, PersonLink
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound
from app.security import integrity
from app.work import Work

TABLE = "person_links"


def ask(work: Work, client_a: UUID, client_b: UUID) -> PersonLink:
    """Ask that two files be linked (*minta dihubungkan*): a candidate for the supervisor. One of them is the asker's own case."""
    work.actor.require(Capability.CASE_SEARCH)
    first, second = _pair(work, client_a, client_b)
    if not any(queries.is_on_team(work, row.case_id) for row in (first, second)):
        raise NotFound("client")
    link = _link(work, first, second, "candidate")
    work.recorded(Event.LINK_ASKED, link.id, row=link)
    return link


def confirm(work: Work, client_a: UUID, client_b: UUID, *, imported: bool = False) -> PersonLink:
    """Confirm that two files are one person. A supervisor's act; an import does it where the importer may."""
    work.actor.require(Capability.PERSON_LINK)
    first, second = _pair(work, client_a, client_b)
    link = _link(work, first, second, "confirmed", imported=imported)
    _renew(work, [first.id, second.id])
    work.touched(first.case_id, Event.PERSONS_LINKED, link.id, row=link)
    work.touched(second.case_id, Event.PERSONS_LINKED, link.id)
    return link


def link_imported(work: Work, client_a: UUID, client_b: UUID, *, confirmed: bool) -> None:
    """The link that an equal `person_ref` of an import makes, marked *impor*: confirmed where the importer may confirm, else a
    candidate. Doing it again changes nothing, so an import that stopped can go on."""
    first, second = _pair(work, client_a, client_b)
    state = "confirmed" if confirmed else "candidate"
    there = work.session.scalar(
        select(PersonLink.id).where(PersonLink.client_a == first.id, PersonLink.client_b == second.id)
    )
    if there is not None:
        return
    _link(work, first, second, state, imported=True)
    if confirmed:
        work.actor.require(Capability.PERSON_LINK)
        _renew(work, [first.id, second.id])


def carry_on(work: Work, client_id: UUID, copy_id: UUID) -> None:
    """The link between a client's file and the one another unit makes of it when it takes the case over: the same person by its making, so
    nobody is asked, and the units differ. Part of a transfer."""
    first, second = sorted((client_id, copy_id))
    rows = {row.id: row for row in work.session.scalars(select(Client).where(Client.id.in_([first, second])))}
    link = _link(work, rows[first], rows[second], "confirmed")
    _renew(work, [first, second])
    work.recorded(Event.PERSONS_LINKED, link.id, row=link)


def undo(work: Work, link_id: UUID) -> PersonLink:
    """Take a link back; the parts that fall apart become persons of their own."""
    work.actor.require(Capability.PERSON_LINK)
    link = work.session.get(PersonLink, link_id)
    if link is None or link.state not in {"confirmed", "candidate"}:
        raise NotFound("link")
    first, second = _pair(work, link.client_a, link.client_b)
    _decide(work, link, "undone" if link.state == "confirmed" else "refused")
    _renew(work, [first.id, second.id])
    work.touched(first.case_id, Event.PERSONS_UNLINKED, link.id, row=link)
    work.touched(second.case_id, Event.PERSONS_UNLINKED, link.id)
    return link


def component(work: Work, client_id: UUID) -> frozenset[UUID]:
    """All client files of the same person, by confirmed links."""
    reached, frontier = {client_id}, {client_id}
    while frontier:
        links = work.session.scalars(
            select(PersonLink).where(
                PersonLink.state == "confirmed",
                or_(PersonLink.client_a.in_(frontier), PersonLink.client_b.in_(frontier)),
            )
        )
        neighbours = {end for link in links for end in (link.client_a, link.client_b)}
        frontier = neighbours - reached
        reached |= frontier
    return frozenset(reached)


def _renew(work: Work, client_ids: Iterable[UUID]) -> None:
    """A new random token for each component these files now belong to; every case concerned counts as touched."""
    work.session.flush()
    done: set[UUID] = set()
    for client_id in client_ids:
        if client_id in done:
            continue
        members = component(work, client_id)
        done |= members
        token = new_id()
        for row in work.session.scalars(select(Client).where(Client.id.in_(members))):
            row.person_id = token
            work.count_again(row.case_id)


def _pair(work: Work, client_a: UUID, client_b: UUID) -> tuple[Client, Client]:
    if client_a == client_b:
        raise Conflict("same file")
    first, second = sorted((client_a, client_b))
    rows = {row.id: row for row in work.session.scalars(select(Client).where(Client.id.in_([first, second])))}
    if len(rows) != 2 or not _same_scope(work, rows.values()):
        raise NotFound("client")
    return rows[first], rows[second]


def _same_scope(work: Work, rows: Iterable[Client]) -> bool:
    if work.actor.system and work.actor.unit_id is None:
        return True
    units = work.session.scalars(select(Case.unit_id).where(Case.id.in_([row.case_id for row in rows])))
    return all(unit == work.actor.unit_id for unit in units)


def _link(work: Work, first: Client, second: Client, state: str, *, imported: bool = False) -> PersonLink:
    link = work.session.scalar(
        select(PersonLink).where(PersonLink.client_a == first.id, PersonLink.client_b == second.id)
    )
    if link is not None and link.state == state:
        raise Conflict("already linked")
    if link is None:
        link = PersonLink(
            id=new_id(),
            client_a=first.id,
            client_b=second.id,
            state=state,
            is_imported=imported,
            asked_by=work.actor.user_id,
            decided_by=None,
            decided_at=None,
            mac=b"",
        )
        work.session.add(link)
    _decide(work, link, state)
    return link


def _decide(work: Work, link: PersonLink, state: str) -> None:
    link.state = state
    if state != "candidate":
        link.decided_by, link.decided_at = work.actor.user_id, work.now
    link.mac = integrity.row_mac(work.vault.crypt, TABLE, link.id, link.client_a, link.client_b, link.state)
