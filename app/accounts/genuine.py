"""Whether a credential row, role grant or leave cover was written by this program (security 2.9). A false one counts as absent."""

from __future__ import annotations

import threading
from typing import Final
from uuid import UUID

from app import logs
from app.accounts.models import LeaveCover, RoleGrant, User
from app.security import integrity
from app.security.canonical import Value
from app.security.vault import Crypt

_told: set[tuple[str, UUID]] = set()
_lock: Final = threading.Lock()


def seal_user(crypt: Crypt, user: User) -> None:
    """Put the MAC on a user about to be saved, and count its version: call it last."""
    user.version = (user.version or 0) + 1
    user.mac = integrity.row_mac(crypt, User.__tablename__, user.id, *_user_values(user))


def seal_grant(crypt: Crypt, grant: RoleGrant) -> None:
    """Put the MAC on a role grant about to be saved."""
    grant.mac = integrity.row_mac(crypt, RoleGrant.__tablename__, grant.id, *_grant_values(grant))


def seal_cover(crypt: Crypt, cover: LeaveCover) -> None:
    """Put the MAC on a leave cover about to be saved."""
    cover.mac = integrity.row_mac(crypt, LeaveCover.__tablename__, cover.id, *_cover_values(cover))


def is_genuine(crypt: Crypt, row: User | RoleGrant | LeaveCover) -> bool:
    """Whether the row's MAC is right. A wrong one is told once a process in the technical log."""
    values = _values(row)
    if integrity.check(crypt, row.mac, row.__tablename__, row.id, *values):
        return True
    _tell(row.__tablename__, row.id)
    return False


def _values(row: User | RoleGrant | LeaveCover) -> tuple[Value, ...]:
    if isinstance(row, User):
        return _user_values(row)
    return _grant_values(row) if isinstance(row, RoleGrant) else _cover_values(row)


def _user_values(user: User) -> tuple[Value, ...]:
    return (
        user.unit_id,
        user.email_tag,
        user.password_hash,
        user.activation_hash,
        user.activation_until,
        user.disabled_at,
        user.version,
    )


def _grant_values(grant: RoleGrant) -> tuple[Value, ...]:
    return (grant.user_id, grant.unit_id, grant.role, grant.granted_at, grant.revoked_at)


def _cover_values(cover: LeaveCover) -> tuple[Value, ...]:
    return (cover.unit_id, cover.absent_id, cover.stand_in_id, cover.since, cover.until, cover.ended_at)


def _tell(table: str, row_id: UUID) -> None:
    with _lock:
        new = (table, row_id) not in _told
        _told.add((table, row_id))
    if new:
        logs.get_logger().error("integrity.row-not-genuine", code=table, object_id=row_id)
