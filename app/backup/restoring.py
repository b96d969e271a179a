"""Putting a backup back: only where nothing is, and only what was checked from the first byte to the last (security 10)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, select, update

from app import boot
from app.accounts.models import SignedInSession
from app.audit import chain
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.backup import archive, postgresql_copy, sealed_files, sqlite_copy
from app.backup.errors import BackupRefused
from app.backup.manifest import FileEntry, Manifest, row_counts
from app.backup.samples import open_samples
from app.boot import StartRefused
from app.db import migrate
from app.db.engine import Access, make_engine, normal_url
from app.db.files import private_dir
from app.db.session import read_session
from app.documents import sweeping
from app.domain.access import Actor
from app.domain.errors import Unreadable
from app.retention import replaying, residue, writing
from app.retention.writing import Entry
from app.security.filestore import FileStore
from app.security.keyring import Keyring
from app.security.vault import Crypt
from app.work import Runtime, Work

Advance = Callable[..., None]
MakeRuntime = Callable[[Engine, Crypt], Runtime]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the manifest, events of the audit log, kinds of sealed values of which a sample opened, files that rows name
    and the backup did not have, files of cases that were erased since it was made and were erased again."""

    manifest: Manifest
    events: int
    sections: int
    missing: int = 0
    erased: int = 0


def look(path: Path, ring: Keyring, advance: Advance) -> Manifest:
    """The manifest of a backup that is whole, of this deployment and of a known schema; else BackupRefused. Changes nothing."""
    archive.check(path, advance)
    manifest = archive.read_manifest(path)
    if manifest.deployment != ring.deployment.hex():
        raise BackupRefused("keyring.foreign")
    if manifest.schema not in _known_schemas():
        raise BackupRefused("schema.newer", manifest.schema)
    missing = [kek for kek in manifest.keks if ring.kek(kek) is None]
    if missing:
        raise BackupRefused("keyring.older", ", ".join(map(str, missing)))
    return manifest


def erased_since(beside_keys: Path, newer: Sequence[Path], ring: Keyring, advance: Advance) -> list[Entry]:
    """What the file beside the keys and the manifests of newer backups know to be erased. BackupRefused for a file that cannot be read,
    and for a backup that is damaged or of another office."""
    try:
        lists = [writing.read_file(beside_keys)]
    except writing.Damaged as error:
        raise BackupRefused("erasures.damaged", str(error)) from None
    return writing.together(*lists, *(look(path, ring, advance).erasures for path in newer))


def _known_schemas() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(migrate.config()).walk_revisions()}


def restore(
    path: Path,
    database_url: str,
    files: FileStore,
    ring: Keyring,
    *,
    actor: Actor,
    make_runtime: MakeRuntime,
    advance: Advance,
    erasures: Sequence[Entry] = (),
) -> Restored:
    """Restore into an empty database and an empty folder of files, then check everything; what does not pass is taken away again.
    `erasures`: what was erased, as the file beside the keys and newer backups know it; it is erased again before the office opens.
    BackupRefused."""
    manifest = look(path, ring, advance)
    known = writing.together(manifest.erasures, erasures)
    url = normal_url(database_url)
    if url.get_backend_name() != manifest.database:
        raise BackupRefused("database.other-kind", manifest.database)
    put_back = _into_sqlite if manifest.database == "sqlite" else _into_postgresql
    rows = sealed_files.without(manifest)
    with (
        sealed_files.put_back(path, manifest, files, advance),
        put_back(path, rows, database_url, advance) as engine,
    ):
        return _check(engine, ring, manifest, actor, make_runtime, known)


# --- the embedded database -------------------------------------------------------------------------------------------


@contextmanager
def _into_sqlite(path: Path, manifest: Manifest, database_url: str, advance: Advance) -> Iterator[Engine]:
    """The database stands under another name until every check has passed."""
    final = Path(str(normal_url(database_url).database))
    refuse_used_file(final)
    if not final.parent.exists():
        private_dir(final.parent)
    waiting = final.with_name(f".{final.name}.restoring")
    try:
        _unpack(path, manifest, waiting, advance)
        sqlite_copy.check(waiting)
        engine = make_engine(f"sqlite:///{waiting}")
        try:
            yield engine
        finally:
            engine.dispose()
        _settle(waiting, final)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            waiting.with_name(waiting.name + suffix).unlink(missing_ok=True)


def refuse_used_file(path: Path) -> None:
    """BackupRefused where a database (or the leftovers of one) stands already; a file without any table is none."""
    leftovers = any(path.with_name(path.name + suffix).exists() for suffix in ("-wal", "-journal"))
    if leftovers or (path.exists() and not sqlite_copy.is_blank(path)):
        raise BackupRefused("database.not-empty", str(path))


def _unpack(path: Path, manifest: Manifest, target: Path, advance: Advance) -> None:
    @contextmanager
    def place(_entry: FileEntry) -> Iterator[archive.Writable]:
        with archive.new_file(target) as (stream, _path):
            yield stream
            stream.flush()
            os.fsync(stream.fileno())

    archive.extract(path, manifest, place, advance)


def _settle(waiting: Path, final: Path) -> None:
    """Give the checked file its name. Closing the last connection has folded the log into it."""
    if waiting.with_name(waiting.name + "-wal").exists():
        raise BackupRefused("database.busy")
    refuse_used_file(final)
    os.replace(waiting, final)
    archive.sync_folder(final.parent)


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


@contextmanager
def _into_postgresql(path: Path, manifest: Manifest, database_url: str, advance: Advance) -> Iterator[Engine]:
    """The schema of the backup, its rows, then the schema of this program. On any failure the database is empty again."""
    engine = make_engine(database_url)
    try:
        _refuse_used_database(engine)
        try:
            migrate.upgrade(engine, manifest.schema)
            postgresql_copy.copy_in(engine, path, manifest, advance)
            yield engine
        except BaseException:
            migrate.downgrade(engine)
            raise
    finally:
        engine.dispose()


def _refuse_used_database(engine: Engine) -> None:
    with engine.connect().execution_options(access=Access.READ) as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if tables:
        raise BackupRefused("database.not-empty", ", ".join(sorted(tables)[:5]))


# --- is it what it says it is ----------------------------------------------------------------------------------------


def _check(
    engine: Engine,
    ring: Keyring,
    manifest: Manifest,
    actor: Actor,
    make_runtime: MakeRuntime,
    erasures: Sequence[Entry],
) -> Restored:
    """Rows, schema, keys, the whole audit chain and its head; then what was erased since goes again; and one sample of every kind of
    sealed value opens."""
    with engine.connect().execution_options(access=Access.READ) as connection:
        postgresql_copy.compare_counts(manifest, row_counts(connection))
    migrate.upgrade(engine)
    try:
        office = boot.check_database(engine, ring)
    except StartRefused as error:
        raise BackupRefused(error.code) from None
    events = _verify_chain(engine, manifest)
    runtime = make_runtime(engine, Crypt(ring, office.id))
    erased = _erase_again(runtime, actor, erasures)
    with runtime.begin(actor) as work:
        sections = _open_samples(work)
        missing = sweeping.state(work).missing
        _end_sessions(work)
        work.recorded(Event.RESTORED, purpose=manifest.made_at.isoformat(timespec="seconds"))
    return Restored(manifest, events, sections, missing, erased)


def _erase_again(runtime: Runtime, actor: Actor, erasures: Sequence[Entry]) -> int:
    """What was erased after the backup was made is in it still: it goes before anybody can sign in (security 2.7)."""
    try:
        done = replaying.replay(runtime, actor, erasures)
        residue.settle(runtime)
    except writing.Damaged as error:
        raise BackupRefused("erasures.damaged", str(error)) from None
    except Unreadable:
        raise BackupRefused("sections.unreadable", "ledger.records") from None
    return done


def _verify_chain(engine: Engine, manifest: Manifest) -> int:
    with read_session(engine) as session:
        verdict = chain.verify(session)
        newest = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)) or chain.GENESIS
        count = session.scalar(select(func.max(AuditEntry.seq))) or 0
    if not verdict.ok:
        raise BackupRefused("audit.broken", f"{verdict.bad_seq} {verdict.reason}")
    if (count, newest.hex()) != (manifest.audit_seq, manifest.audit_hash):
        raise BackupRefused("audit.head")
    return verdict.events


def _open_samples(work: Work) -> int:
    found = open_samples(work)
    unreadable = sorted(check.name.removeprefix("section.") for check in found if not check.ok)
    if unreadable:
        raise BackupRefused("sections.unreadable", ", ".join(unreadable))
    return len(found)


def _end_sessions(work: Work) -> None:
    """Whoever was signed in when the backup was made is not signed in now."""
    query = update(SignedInSession).where(SignedInSession.ended_at.is_(None)).values(ended_at=work.now)
    work.session.execute(query)
