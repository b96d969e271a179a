"""How the clients of a case may be reached without danger: the rules that stand on every page about a contact (security 7.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.cases import queries
from app.cases.acts import Desk
from app.cases.models import Client
from app.cases.panels import is_open
from app.security.sections import Section
from app.security.structs.people import ClientIdentity
from app.web.sealed import Unopened, opened

SECTIONS: Final = (Section.CLIENT_IDENTITY,)
"""What the team's pages open for them; nobody else's do."""


@dataclass(frozen=True, slots=True, repr=False)
class Reach:
    """One client by mask, and the rules: `SafeContact`, or the stand-in where they do not open."""

    mask: str
    contact: object


def rules(at: Desk) -> Sequence[Reach] | None:
    """The rules of the clients still helped; None for those outside the team, who are only warned that there are rules."""
    if not is_open(at.work, at.case, Section.CLIENT_IDENTITY):
        return None
    rows = {row.id: row for row in queries.records(at.work.session, Client, [at.case.id])}
    return [Reach(mask, _contact(at, rows[client_id])) for client_id, mask in at.open_clients]


def _contact(at: Desk, row: Client) -> object:
    place, blob = row.place(Section.CLIENT_IDENTITY), row.identity_sealed
    identity = opened(lambda: at.work.vault.open(place, blob, ClientIdentity))
    return identity if isinstance(identity, Unopened) else identity.contact
