"""Making a backup: a consistent copy while the office works, in one file, without keys (security 10 "Backup")."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.audit.events import Event
from app.backup import archive, postgresql_copy, sealed_files, sqlite_copy
from app.backup.errors import BackupRefused
from app.backup.manifest import Manifest, describe, with_files
from app.db import migrate
from app.db.engine import Access, is_sqlite, make_engine
from app.domain.access import Actor
from app.domain.errors import Unavailable
from app.security.status import status
from app.work import Runtime

TRIES: Final = 6
Advance = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup: where, how large in bytes, the SHA-256 of its contents, and what it holds."""

    path: Path
    size: int
    sha256: str
    manifest: Manifest
    missing: int = 0  # sealed files that rows name and the folder does not have: `doctor` fails on them


def make(runtime: Runtime, actor: Actor, target: Path, version: str, advance: Advance) -> Made:
    """Write a backup; `version` is the program's. BackupRefused `keys.not-exported` while no copy of the present keys was read back; FileExistsError.

    Everything on its way lies in a private folder beside the target, and is gone when this returns, however it ends.
    """
    with runtime.looking(actor) as work:
        _refuse_without_keys(work.session, runtime)
    if target.exists() or target.is_symlink():
        raise BackupRefused("backup.exists", str(target))
    with tempfile.TemporaryDirectory(prefix=".naungan-backup-", dir=target.parent) as folder:
        write = _write_sqlite if is_sqlite(runtime.engine) else _write_postgresql
        manifest, digest, missing = write(runtime, Path(folder), target, version, advance)
    try:
        _record(runtime, actor, digest)
    except BaseException:
        target.unlink()  # a copy that the audit log does not know must not exist
        raise
    return Made(target, target.stat().st_size, digest, manifest, missing)


def _record(runtime: Runtime, actor: Actor, digest: str) -> None:
    """Note the backup; a busy office gets several tries, each waits for its turn as long as any act does."""
    for attempt in range(1, TRIES + 1):
        try:
            with runtime.begin(actor) as work:
                work.recorded(Event.BACKUP_MADE, purpose=digest[:16])
        except Unavailable:
            if attempt == TRIES:
                raise
        else:
            return


def _refuse_without_keys(session: Session, runtime: Runtime) -> None:
    """A backup nobody has the keys to is none (design 2)."""
    if status(session, runtime.crypt.keyring).verified_at is None:
        raise BackupRefused("keys.not-exported")


_Written = tuple[Manifest, str, int]


def _write_sqlite(runtime: Runtime, folder: Path, target: Path, version: str, advance: Advance) -> _Written:
    """The manifest is read from the copy, so the two cannot differ."""
    schema = migrate.current(runtime.engine) or ""
    with sqlite_copy.copied(Path(str(runtime.engine.url.database)), folder, advance) as copy:
        engine = make_engine(f"sqlite:///{copy}")
        try:
            with engine.connect().execution_options(access=Access.READ) as connection:
                manifest = describe(connection, runtime.now(), schema, version)
                files, missing = sealed_files.sources(connection, runtime.folder)
        finally:
            engine.dispose()
        return _archived(target, manifest, [(sqlite_copy.MEMBER, copy), *files], missing, advance)


def _write_postgresql(runtime: Runtime, folder: Path, target: Path, version: str, advance: Advance) -> _Written:
    """Rows and manifest come from one snapshot."""
    schema = migrate.current(runtime.engine) or ""
    with postgresql_copy.snapshot(runtime.engine) as connection:
        sources = postgresql_copy.copy_out(connection, folder, advance)
        manifest = describe(connection, runtime.now(), schema, version)
        files, missing = sealed_files.sources(connection, runtime.folder)
    return _archived(target, manifest, [*sources, *files], missing, advance)


def _archived(
    target: Path, manifest: Manifest, sources: list[tuple[str, Path]], missing: int, advance: Advance
) -> _Written:
    there = [(name, path) for name, path in sources if path.exists()]  # a document may have been removed meanwhile
    manifest = with_files(manifest, [archive.entry_of(path, name) for name, path in there])
    return manifest, archive.write(target, manifest, there, advance), missing
