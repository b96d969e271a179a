"""`naungan restore FILE`: put a backup back, only where nothing is, and say what was checked."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Engine

from app import boot
from app.audit import chain
from app.backup import sealed_files
from app.backup.restoring import Restored, erased_since, restore
from app.commands.context import json_option, load_settings, note, operator, print_json, progress, quiet_log, say
from app.commands.words import gettext as _
from app.db.discovery import load_models
from app.retention import writing
from app.security.filestore import FOLDER, FileStore
from app.security.vault import Crypt
from app.steps import BEFORE_COMMIT, utc_now
from app.work import Runtime


@click.command(help=_("Put a backup back into an empty data folder or database, and check all of it."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--newer",
    type=click.Path(path_type=Path),
    multiple=True,
    help=_("A newer backup: what it knows to be erased is erased again. Its data are not used."),
)
@json_option
def command(file: Path, newer: tuple[Path, ...], as_json: bool) -> None:
    """Restore."""
    settings = load_settings()
    quiet_log(settings)
    load_models()
    ring = boot.load_keyring(settings.keyring)
    files = FileStore(settings.data_dir / FOLDER, ring.deployment)
    beside_keys = writing.path_beside(settings.keyring)

    def make_runtime(engine: Engine, crypt: Crypt) -> Runtime:
        return Runtime(engine, crypt, utc_now, chain.append, BEFORE_COMMIT, files, erasures=beside_keys)

    with progress(_("Restore")) as advance:
        erasures = erased_since(beside_keys, newer, ring, advance)
        done = restore(
            file,
            settings.database_url,
            files,
            ring,
            actor=operator(),
            make_runtime=make_runtime,
            advance=advance,
            erasures=erasures,
        )
    if as_json:
        print_json(_document(done))
        return
    _print(done)


def _document(done: Restored) -> dict[str, object]:
    shown = done.manifest
    return {
        "made_at": shown.made_at,
        "schema": shown.schema,
        "tables": shown.tables,
        "audit": {"events": done.events, "seq": shown.audit_seq, "hash": shown.audit_hash},
        "sections_opened": done.sections,
        "files": len(sealed_files.entries(shown)),
        "files_missing": done.missing,
        "erased_again": done.erased,
    }


def _print(done: Restored) -> None:
    shown = done.manifest
    say(
        _(
            "The office of %(moment)s is back: %(count)s cases.",
            moment=shown.made_at.strftime("%Y-%m-%d %H:%M UTC"),
            count=shown.tables["cases"],
        )
    )
    say(
        _(
            "Checked: every byte, %(rows)s rows, %(events)s audit events, a sample of each of %(kinds)s kinds of sealed values.",
            rows=sum(shown.tables.values()),
            events=done.events,
            kinds=done.sections,
        )
    )
    say(_("Files that came back: %(count)s.", count=len(sealed_files.entries(shown))))
    if done.missing:
        note(
            _(
                "%(count)s files were missing when the backup was made: their documents cannot be opened.",
                count=done.missing,
            )
        )
    if done.erased:
        say(_("Erased again, because they were erased after this backup: %(count)s files of cases.", count=done.erased))
    note(_("Everybody has to sign in again. Run `naungan doctor`, then `naungan run`."))
