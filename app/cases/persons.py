"""Persons: connected components of confirmed links between client files (design 3). A file without links is its own person.

The rules are `linking`'s; reported persons of several cases are linked by the same ones.
"""

from __future__ import annotations

from uuid import UUID

from app.cases import linking
from app.cases.linking import CLIENTS, Link
from app.work import Work


def ask(work: Work, client_a: UUID, client_b: UUID) -> Link:
    """Ask that two client files be linked (*minta dihubungkan*): a candidate for the supervisor."""
    return linking.ask(work, CLIENTS, client_a, client_b)


def confirm(work: Work, client_a: UUID, client_b: UUID, *, imported: bool = False) -> Link:
    """Confirm that two client files are one person. A supervisor's act; an import does it where the importer may."""
    return linking.confirm(work, CLIENTS, client_a, client_b, imported=imported)


def link_imported(work: Work, client_a: UUID, client_b: UUID, *, confirmed: bool) -> None:
    """The link that an equal `person_ref` of an import makes."""
    linking.link_imported(work, CLIENTS, client_a, client_b, confirmed=confirmed)


def carry_on(work: Work, client_id: UUID, copy_id: UUID) -> None:
    """The link between a client's file and the one another unit makes of it when it takes the case over. Part of a transfer."""
    linking.carry_on(work, CLIENTS, client_id, copy_id)


def undo(work: Work, link_id: UUID) -> Link:
    """Take a link back; the parts that fall apart become persons of their own."""
    return linking.undo(work, CLIENTS, link_id)


def component(work: Work, client_id: UUID) -> frozenset[UUID]:
    """All client files of the same person, by confirmed links."""
    return linking.component(work, CLIENTS, client_id)
