"""`naungan backup FILE`: one consistent copy of the office's data while it works. The keys are not in it."""

from __future__ import annotations

from pathlib import Path

import click

from app.backup import sealed_files
from app.backup.making import Made, make
from app.commands.checks.machine import size
from app.commands.context import json_option, note, open_office, operator, print_json, progress, say
from app.commands.words import gettext as _
from app.version import VERSION


@click.command(help=_("Copy the office's data into one file while the office works. Keys are left out."))
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def command(file: Path, as_json: bool) -> None:
    """Make a backup."""
    with open_office() as office, progress(_("Backup")) as advance:
        made = make(office.runtime, operator(), file.absolute(), VERSION, advance)
    if as_json:
        print_json(_document(made))
        return
    count = made.manifest.tables["cases"]
    say(
        _(
            "%(file)s: %(size)s, %(count)s cases, audit log up to event %(seq)s.",
            file=file,
            size=size(made.size),
            count=count,
            seq=made.manifest.audit_seq,
        )
    )
    say(_("Sealed files in it: %(count)s.", count=len(sealed_files.entries(made.manifest))))
    if made.missing:
        note(_("%(count)s files are missing in the data folder. Run `naungan doctor`.", count=made.missing))
    note(
        _(
            "It opens only together with the keys: keep the key export in another place. Try `naungan restore` elsewhere."
        )
    )


def _document(made: Made) -> dict[str, object]:
    shown = made.manifest
    return {
        "file": made.path,
        "size": made.size,
        "sha256": made.sha256,
        "made_at": shown.made_at,
        "schema": shown.schema,
        "database": shown.database,
        "deployment": shown.deployment,
        "keks": shown.keks,
        "audit": {"seq": shown.audit_seq, "hash": shown.audit_hash},
        "tables": shown.tables,
        "files": len(sealed_files.entries(shown)),
        "files_missing": made.missing,
    }
