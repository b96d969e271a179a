"""`naungan upgrade`: bring the database to the schema of this version. On SQLite a copy is made first, beside the database."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import Engine

from app.backup import archive, sqlite_copy
from app.backup.errors import BackupRefused
from app.boot import StartRefused
from app.commands.context import is_there, json_option, load_settings, note, print_json, progress, quiet_log, say
from app.commands.words import gettext as _
from app.db import migrate
from app.db.discovery import load_models
from app.db.engine import is_sqlite, make_engine


@click.command(help=_("Bring the database to this version. Stop the server first; on SQLite a copy is made before."))
@json_option
def command(as_json: bool) -> None:
    """Migrate, in one transaction."""
    settings = load_settings()
    quiet_log(settings)
    load_models()
    if not is_there(settings.database_url):
        raise StartRefused("schema.missing")
    engine = make_engine(settings.database_url)
    try:
        before = migrate.current(engine)
        if before is None:
            raise StartRefused("schema.missing")
        if migrate.is_newer(engine):
            raise StartRefused("schema.newer")
        copy = None if before == migrate.head() else _copy(engine, before)
        migrate.upgrade(engine)
        after = migrate.current(engine)
    finally:
        engine.dispose()
    if as_json:
        print_json({"from": before, "to": after, "copy": copy})
        return
    say(_("The database is at revision %(after)s (was %(before)s).", after=after, before=before))
    if copy is not None:
        note(_("The copy made before: %(copy)s. Delete it when everything works.", copy=copy))


def _copy(engine: Engine, revision: str) -> Path | None:
    """A copy of the embedded database, beside it; on PostgreSQL `pg_dump` is the operator's (docs/deploy.md)."""
    if not is_sqlite(engine):
        return None
    source = Path(str(engine.url.database))
    target = source.with_name(f"{source.stem}-before-{revision}.db")
    if target.exists():
        raise BackupRefused("backup.exists", str(target))
    with progress(_("Copy")) as advance, sqlite_copy.copied(source, source.parent, advance) as copy:
        sqlite_copy.check(copy)
        os.rename(copy, target)
    archive.sync_folder(source.parent)
    return target
