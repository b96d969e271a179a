"""Links between files of cases that are one person: of clients, and of reported persons (design 3 "Persons").

A person is a connected component of confirmed links. A component shares one random token (`person_id` of its rows); linking or
unlinking gives every affected component a new one, and the ledger records of all its cases are rewritten in the same act, across units.
A candidate waits for a supervisor; a candidate that was refused is not proposed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.audit.events import Event
from app.cases import families, queries
from app.cases.models import Case, Client, PersonLink, ReportedLink, ReportedPerson
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound
from app.security import integrity
from app.work import Work

Row = Client | ReportedPerson
Link = PersonLink | ReportedLink


@dataclass(frozen=True, slots=True)
class Kind:
    """What is linked: the rows, the links between them, the events. `alone`: whether a row without links has a token too."""

    name: str
    rows: type[Any]
    links: type[Any]
    linked: Event
    unlinked: Event
    alone: bool


CLIENTS = Kind("client", Client, PersonLink, Event.PERSONS_LINKED, Event.PERSONS_UNLINKED, alone=True)
REPORTED = Kind("reported", ReportedPerson, ReportedLink, Event.PERSONS_LINKED, Event.PERSONS_UNLINKED, alone=False)


def ask(work: Work, kind: Kind, first_id: UUID, second_id: UUID) -> Link:
    """Ask that two files be linked (*minta dihubungkan*): a candidate for the supervisor. One of them is the asker's own case.

    NotFound for anybody who sees neither.
    """
    work.actor.require(Capability.CASE_SEARCH)
    first, second = _pair(work, kind, first_id, second_id)
    if not queries.on_team_among(work, [first.case_id, second.case_id]):
        raise NotFound(kind.name)
    link: Link | None = work.session.scalar(_between(kind, first.id, second.id))
    if link is not None and link.state == "candidate" and link.asked_by is None:
        link.asked_by = work.actor.user_id  # the program or an import asked before
    else:
        link = _link(work, kind, first, second, "candidate")
    work.recorded(Event.LINK_ASKED, link.id, row=link)
    return link


def propose(work: Work, kind: Kind, first_id: UUID, second_id: UUID) -> None:
    """A candidate the program itself found. Nothing happens where the two were linked, asked about or refused before."""
    first, second = sorted((first_id, second_id))
    if work.session.scalar(_between(kind, first, second)) is None:
        link = _new(work, kind, first, second, imported=False, asked_by=None)
        _decide(work, kind, link, "candidate")
        work.recorded(Event.LINK_ASKED, link.id, row=link)


def confirm(work: Work, kind: Kind, first_id: UUID, second_id: UUID, *, imported: bool = False) -> Link:
    """Confirm that two files are one person. A supervisor's act; an import does it where the importer may."""
    work.actor.require(Capability.PERSON_LINK)
    first, second = _pair(work, kind, first_id, second_id)
    link = _link(work, kind, first, second, "confirmed", imported=imported)
    renew(work, kind, [first.id, second.id])
    work.touched(first.case_id, kind.linked, link.id, row=link)
    work.touched(second.case_id, kind.linked, link.id)
    return link


def link_imported(work: Work, kind: Kind, first_id: UUID, second_id: UUID, *, confirmed: bool) -> None:
    """The link that an equal reference of an import makes, marked *impor*: confirmed where the importer may confirm, else a
    candidate. Doing it again changes nothing, so an import that stopped can go on."""
    first, second = _pair(work, kind, first_id, second_id)
    if work.session.scalar(_between(kind, first.id, second.id)) is not None:
        return
    _link(work, kind, first, second, "confirmed" if confirmed else "candidate", imported=True)
    if confirmed:
        work.actor.require(Capability.PERSON_LINK)
        renew(work, kind, [first.id, second.id])


def carry_on(work: Work, kind: Kind, row_id: UUID, copy_id: UUID) -> None:
    """The link between a file and the copy that another unit makes of it: the same person by its making, so nobody is asked, and the
    units differ. Part of a transfer."""
    found = work.session.scalars(select(kind.rows).where(kind.rows.id.in_([row_id, copy_id])))
    first, second = sorted(found, key=lambda row: row.id)
    link = _link(work, kind, first, second, "confirmed")
    renew(work, kind, [first.id, second.id])
    work.recorded(kind.linked, link.id, row=link)


def undo(work: Work, kind: Kind, link_id: UUID) -> Link:
    """Take a link back, or refuse a candidate; the parts that fall apart become persons of their own.

    NotFound where there is no such link to take back.
    """
    work.actor.require(Capability.PERSON_LINK)
    link: Link | None = work.session.get(kind.links, link_id)
    if link is None or link.state not in {"confirmed", "candidate"}:
        raise NotFound("link")
    first, second = _pair(work, kind, link.first, link.second)
    _decide(work, kind, link, "undone" if link.state == "confirmed" else "refused")
    renew(work, kind, [first.id, second.id])
    work.touched(first.case_id, kind.unlinked, link.id, row=link)
    work.touched(second.case_id, kind.unlinked, link.id)
    return link


def component(work: Work, kind: Kind, row_id: UUID) -> frozenset[UUID]:
    """All files of the same person, by confirmed links; people of a merged file are those they were matched with. Links of somebody
    entered by mistake connect nobody."""
    reached, frontier = {row_id}, {row_id} - _removed(work, kind, {row_id})
    while frontier:
        links = work.session.scalars(
            select(kind.links).where(
                kind.links.state == "confirmed",
                or_(kind.links.first.in_(frontier), kind.links.second.in_(frontier)),
            )
        )
        neighbours = {end for link in links if is_genuine(work, kind, link) for end in (link.first, link.second)}
        neighbours |= families.matched_with(work, kind.name, frontier)
        neighbours -= reached
        frontier = neighbours - _removed(work, kind, neighbours)
        reached |= frontier
    return frozenset(reached)


def _removed(work: Work, kind: Kind, row_ids: Collection[UUID]) -> set[UUID]:
    """Those of these rows that were entered by mistake."""
    gone = select(kind.rows.id).where(kind.rows.id.in_(row_ids), kind.rows.is_removed.is_(True))
    return set(work.session.scalars(gone)) if row_ids else set()


def is_genuine(work: Work, kind: Kind, link: Link) -> bool:
    """Whether this program wrote the link and its state; a false one links nobody (security 2.9)."""
    return integrity.check(work.vault.crypt, link.mac, kind.links.__tablename__, link.id, *_decided(link))


def renew(work: Work, kind: Kind, row_ids: Iterable[UUID]) -> None:
    """A new random token for each component these files now belong to; every case concerned counts as touched."""
    work.session.flush()
    done: set[UUID] = set()
    for row_id in row_ids:
        if row_id in done:
            continue
        members = component(work, kind, row_id)
        done |= members
        token = new_id() if kind.alone or len(members) > 1 else None
        for row in work.session.scalars(select(kind.rows).where(kind.rows.id.in_(members))):
            row.person_id = token
            work.count_again(row.case_id)


def _pair(work: Work, kind: Kind, first_id: UUID, second_id: UUID) -> tuple[Any, Any]:
    if first_id == second_id:
        raise Conflict("same file")
    first, second = sorted((first_id, second_id))
    standing = select(kind.rows).where(kind.rows.id.in_([first, second]), kind.rows.is_removed.is_(False))
    found = work.session.scalars(standing)
    rows = {row.id: row for row in found}
    if len(rows) != 2 or not _same_scope(work, rows.values()):
        raise NotFound(kind.name)
    return rows[first], rows[second]


def _same_scope(work: Work, rows: Iterable[Row]) -> bool:
    if work.actor.system and work.actor.unit_id is None:
        return True
    units = work.session.scalars(select(Case.unit_id).where(Case.id.in_([row.case_id for row in rows])))
    return all(unit == work.actor.unit_id for unit in units)


def _between(kind: Kind, first: UUID, second: UUID) -> Any:
    return select(kind.links).where(kind.links.first == first, kind.links.second == second)


def _link(work: Work, kind: Kind, first: Row, second: Row, state: str, *, imported: bool = False) -> Link:
    found: Link | None = work.session.scalar(_between(kind, first.id, second.id))
    if found is not None and found.state == state:
        raise Conflict("already linked")
    if found is None:
        found = _new(work, kind, first.id, second.id, imported=imported, asked_by=work.actor.user_id)
    _decide(work, kind, found, state)
    return found


def _new(work: Work, kind: Kind, first: UUID, second: UUID, *, imported: bool, asked_by: UUID | None) -> Link:
    link: Link = kind.links(
        id=new_id(),
        first=first,
        second=second,
        state="candidate",
        is_imported=imported,
        asked_by=asked_by,
        asked_at=work.now,
        decided_by=None,
        decided_at=None,
        mac=b"",
    )
    work.session.add(link)
    return link


def _decide(work: Work, kind: Kind, link: Link, state: str) -> None:
    link.state = state
    if state != "candidate":
        link.decided_by, link.decided_at = work.actor.user_id, work.now
    link.mac = integrity.row_mac(work.vault.crypt, kind.links.__tablename__, link.id, *_decided(link))


def _decided(link: Link) -> tuple[UUID, UUID, str]:
    return (link.first, link.second, link.state)
