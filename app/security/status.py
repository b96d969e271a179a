"""What `keys status`, `doctor` and the administration page say about the keys. No key material leaves here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.security.keyring import KekState, Keyring
from app.security.models import KeyExport, WrappedKey

_KEK_AT, _KEK_BYTES = 3, 4  # place of the KEK id in a wrapped key, counted from 1 as SQL does


@dataclass(frozen=True, slots=True)
class KekStatus:
    """A key-encryption key and how many data keys it wraps. `state` is None for one the keyring does not hold."""

    id: int
    state: KekState | None
    wrapped: int


@dataclass(frozen=True, slots=True)
class ExportStatus:
    """One copy that left the machine. `current`: it holds the keys in use now."""

    fingerprint: str
    exported_at: datetime
    verified_at: datetime | None
    current: bool


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """The state of the keyring, its data keys, and its copies (newest first)."""

    fingerprint: str
    generation: int
    created_at: str
    check_values: dict[str, str]
    keks: tuple[KekStatus, ...]
    exports: tuple[ExportStatus, ...]

    @property
    def verified_at(self) -> datetime | None:
        """When a copy of the present keys was last read back; None: never, and `backup` refuses."""
        return max((e.verified_at for e in self.exports if e.current and e.verified_at), default=None)

    @property
    def missing_keks(self) -> tuple[int, ...]:
        """Ids of KEKs that wrap data keys but are not usable here: those data keys do not open (wrong or old keyring)."""
        return tuple(k.id for k in self.keks if k.wrapped and k.state in {None, KekState.DESTROYED})


def status(session: Session, keyring: Keyring) -> KeyStatus:
    """The state of the keys, from the keyring and two queries."""
    fingerprint = keyring.fingerprint()
    wrapped = _wrapped_by_kek(session)
    states: dict[int, KekState | None] = dict.fromkeys(wrapped) | {kek.id: kek.state for kek in keyring.keks}
    return KeyStatus(
        fingerprint,
        keyring.generation,
        keyring.created_at,
        dict(keyring.check_values()),
        tuple(KekStatus(number, states[number], wrapped.get(number, 0)) for number in sorted(states)),
        tuple(_exports(session, fingerprint)),
    )


def _wrapped_by_kek(session: Session) -> dict[int, int]:
    kek = func.substr(WrappedKey.wrapped, _KEK_AT, _KEK_BYTES, type_=WrappedKey.wrapped.type)
    rows = session.execute(select(kek, func.count()).group_by(kek))
    return {int.from_bytes(raw, "big"): count for raw, count in rows}


def _exports(session: Session, fingerprint: str) -> list[ExportStatus]:
    rows = session.scalars(select(KeyExport).order_by(KeyExport.exported_at.desc()))
    return [ExportStatus(r.fingerprint, r.exported_at, r.verified_at, r.fingerprint == fingerprint) for r in rows]
