"""Sheets: one rendering of a form, as the server handed it out (security 7.4 "unsaved text kept as encrypted server draft").

A form carries its sheet in a hidden field: a random id, the address it is sent to, the page it stands on, and a MAC over these and
the person. What was typed is kept only for a sheet whose MAC is right, so nobody can have anything kept for a form the server did not
show, for another person, or under another person's sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from app.security.keyring import Derived
from app.security.primitives import injective, mac, same
from app.security.vault import Crypt
from app.web.paths import own_path

FIELD: Final = "_sheet"
"""The hidden field. No field of a form begins with an underscore."""
_DOMAIN: Final = b"ppa/form-sheet/v1"
_TAG_DOMAIN: Final = b"ppa/form-tag/v1"
_MAC_BYTES: Final = 16
_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """One rendering of a form: whose, where it is sent, on which page it stands. A restored draft goes on under the same id."""

    id: UUID
    owner_id: UUID
    action: str
    page: str

    def tag(self, crypt: Crypt) -> bytes:
        """What all sheets of this person and form have in common."""
        return form_tag(crypt, self.owner_id, self.action)


def new(owner_id: UUID, action: str, page: str) -> Sheet:
    """A fresh sheet."""
    return Sheet(uuid4(), owner_id, action, page)


def form_tag(crypt: Crypt, owner_id: UUID, action: str) -> bytes:
    """The keyed tag of a person and a form: finds drafts again and tells a thief nothing."""
    return _mac(crypt, _TAG_DOMAIN, owner_id.bytes, action.encode())


def write(crypt: Crypt, sheet: Sheet) -> str:
    """The sheet as a hidden field carries it: opaque ids and paths, nothing typed."""
    return " ".join((sheet.id.hex, _proof(crypt, sheet).hex(), sheet.action, sheet.page))


def read(crypt: Crypt, owner_id: UUID, text: str) -> Sheet | None:
    """The sheet this person was handed, or None: forged, cut, or somebody else's."""
    parts = text.split(" ")
    if len(parts) != _PARTS or any(own_path(path, "") != path for path in parts[2:]):
        return None
    try:
        sheet, proof = Sheet(UUID(parts[0]), owner_id, parts[2], parts[3]), bytes.fromhex(parts[1])
    except ValueError:
        return None
    return sheet if same(proof, _proof(crypt, sheet)) else None


def _proof(crypt: Crypt, sheet: Sheet) -> bytes:
    parts = (sheet.owner_id.bytes, sheet.id.bytes, sheet.action.encode(), sheet.page.encode())
    return _mac(crypt, _DOMAIN, *parts)


def _mac(crypt: Crypt, *parts: bytes) -> bytes:
    return mac(crypt.derived(Derived.WEB), injective(*parts))[:_MAC_BYTES]
