"""MACs over authorisation rows: users, role grants, assignments, settings of retention and security (security 2.9).

Whoever can write the database but cannot read the keyring can neither make such a row nor change one unnoticed. Bringing back an
older row together with its MAC is found by comparing it with the last audit event of the row, not here.
"""

from __future__ import annotations

from uuid import UUID

from app.security.canonical import Value, canonical
from app.security.keyring import Derived
from app.security.primitives import injective, mac, same
from app.security.vault import Crypt

_DOMAIN = b"ppa/row/v1"


def row_mac(crypt: Crypt, table: str, row_id: UUID, *values: Value) -> bytes:
    """The 32-byte MAC of a row: table, id, and the columns that grant something, in a fixed order, row version among them."""
    items = (_DOMAIN, crypt.keyring.deployment, table.encode(), row_id.bytes, *(canonical(value) for value in values))
    return mac(crypt.derived(Derived.INTEGRITY), injective(*items))


def check(crypt: Crypt, found: bytes, table: str, row_id: UUID, *values: Value) -> bool:
    """Whether `found` is the MAC of this row. A row with a wrong one counts as absent: it grants nothing."""
    return same(found, row_mac(crypt, table, row_id, *values))
