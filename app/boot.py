"""Whether going on is safe. The server refuses to start where it would lose or show something (security 10 "Start-up self-test")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.models import AuditHead
from app.db import migrate
from app.db.engine import Access
from app.db.session import failure_of, read_session
from app.domain.errors import Unreadable
from app.security import keyring
from app.security.keyring import Keyring, KeyringError
from app.security.keystore import KeyCache, KeyStore
from app.security.models import Deployment
from app.security.sections import Purpose

REASONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "keyring.missing": (
            "Berkas kunci tidak ada. Pulihkan dari ekspor kunci; tanpa itu data tidak dapat dibuka. Kantor baru: jalankan `naungan init`.",
            "There is no keyring file. Restore it from a key export; without it the data cannot be opened. New office: run `naungan init`.",
        ),
        "keyring.readable": (
            "Berkas kunci dapat dibaca pengguna lain di komputer ini. Jalankan `chmod 600` pada berkas itu.",
            "Other users of this computer can read the keyring file. Run `chmod 600` on it.",
        ),
        "keyring.damaged": (
            "Berkas kunci rusak. Pulihkan dari ekspor kunci.",
            "The keyring file is damaged. Restore it from a key export.",
        ),
        "keyring.format": (
            "Berkas kunci bukan berkas kunci Naungan versi ini.",
            "The keyring file is not one of this version of Naungan.",
        ),
        "keyring.foreign": (
            "Berkas kunci ini bukan milik basis data ini. Pakai berkas kunci kantor ini.",
            "This keyring does not belong to this database. Use the keyring of this office.",
        ),
        "database.gone": (
            "Basis data tidak dapat dibuka. Periksa DATABASE_URL dan hak baca-tulis foldernya.",
            "The database cannot be opened. Check DATABASE_URL and the rights of its folder.",
        ),
        "database.damaged": (
            "Berkas basis data rusak. Pulihkan dari cadangan.",
            "The database file is damaged. Restore it from a backup.",
        ),
        "schema.missing": (
            "Basis data masih kosong. Jalankan `naungan init`.",
            "The database is empty. Run `naungan init`.",
        ),
        "schema.newer": (
            "Basis data dibuat oleh versi Naungan yang lebih baru. Pasang versi itu.",
            "The database was made by a newer version of Naungan. Install that version.",
        ),
        "schema.older": (
            "Basis data belum diperbarui ke versi ini. Jalankan `naungan upgrade`; salinan dibuat lebih dulu.",
            "The database has not been brought to this version. Run `naungan upgrade`; it makes a copy first.",
        ),
        "audit.headless": (
            "Kepala log audit tidak ada: tidak ada yang boleh dibuka. Pulihkan dari cadangan.",
            "The audit log has no head: nothing may be opened. Restore from a backup.",
        ),
    }
)


class StartRefused(Exception):
    """Starting would lose or show something. `id` and `en` say why and what to do; `code` names it for `doctor`."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.id, self.en = REASONS.get(code, (code, code))
        super().__init__(f"{self.id}\n{self.en}")


@dataclass(frozen=True, slots=True)
class Office:
    """What the database says of this deployment."""

    id: UUID
    is_demo: bool


def load_keyring(path: Path) -> Keyring:
    """The keyring, or StartRefused."""
    try:
        return keyring.load(path)
    except KeyringError as error:
        raise StartRefused(error.code) from None


def check_database(engine: Engine, ring: Keyring) -> Office:
    """The deployment in this database, or StartRefused: gone, damaged, empty, of another schema or another keyring, without audit head."""
    try:
        check_schema(engine)
        with read_session(engine) as session:
            return _check_deployment(session, ring)
    except DBAPIError as error:
        raise StartRefused("database.damaged" if failure_of(error) == "damaged" else "database.gone") from None
    except OSError:
        raise StartRefused("database.gone") from None


def check_schema(engine: Engine) -> None:
    """StartRefused where the database is empty, older or newer than this program."""
    with engine.connect().execution_options(access=Access.READ) as connection:
        if not inspect(connection).has_table(Deployment.__tablename__):
            raise StartRefused("schema.missing")
    if migrate.is_newer(engine):
        raise StartRefused("schema.newer")
    at = migrate.current(engine)
    if at is not None and at != migrate.head():
        raise StartRefused("schema.older")


def _check_deployment(session: Session, ring: Keyring) -> Office:
    row = session.get(Deployment, 1)
    if row is None:
        raise StartRefused("schema.missing")
    if row.deployment_id != ring.deployment or not _opens(session, ring, row.office_id):
        raise StartRefused("keyring.foreign")
    if session.scalar(select(AuditHead.seq).where(AuditHead.id == 1)) is None:
        raise StartRefused("audit.headless")
    return Office(row.office_id, row.is_demo)


def _opens(session: Session, ring: Keyring, office_id: UUID) -> bool:
    """Whether this keyring unwraps the office key: the id in the clear could have been copied."""
    try:
        KeyStore(ring, KeyCache(), session).writing(Purpose.OFFICE, office_id)
    except Unreadable:
        return False
    return True
