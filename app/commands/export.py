"""`naungan export`: a unit's cases in the exchange format, sealed by a passphrase unless told otherwise (design 7, security 7.8).

Without `--with-identities` the package holds what is counted and nothing that names anybody. With it two people give their passwords.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import click

from app.commands.context import (
    OpenOffice,
    json_option,
    note,
    open_office,
    operator,
    print_json,
    progress,
    read_secret,
    say,
)
from app.commands.keys import write_private
from app.commands.refusals import Declined
from app.commands.scope import proven, unit_of
from app.commands.words import gettext as _
from app.db.files import PRIVATE_DIR
from app.exchange import exporting
from app.exchange.sealed import seal_package
from app.security.paper import new_passphrase


@click.command(name="export", help=_("Write the cases of a unit in the exchange format, sealed by a new passphrase."))
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--unit", "area", help=_("Area code of the unit, where there are several."))
@click.option("--plaintext-i-know", "plain", is_flag=True, help=_("Write a folder of CSV files that anybody can read."))
@click.option(
    "--with-identities",
    "identities",
    is_flag=True,
    help=_("Names, numbers and words too: two people give their passwords on standard input, a line each."),
)
@click.option("--by", "asker", metavar="EMAIL", help=_("Who asks for identities; first line of standard input."))
@click.option("--sign", "approver", metavar="EMAIL", help=_("Who approves it; second line."))
@json_option
def command(  # noqa: PLR0917 - one parameter an option
    path: Path, area: str | None, plain: bool, identities: bool, asker: str | None, approver: str | None, as_json: bool
) -> int:
    """Open, write, and say the passphrase once."""
    if identities != (asker is not None and approver is not None) or (asker is None) != (approver is None):
        raise click.UsageError(_("--with-identities, --by and --sign belong together."))
    if path.exists():
        raise Declined(_("%(file)s exists already. It was not touched.", file=path))
    passphrase = "" if plain else new_passphrase()
    with open_office() as office:
        with office.runtime.looking(operator("export")) as work:
            unit_id = unit_of(work, area).id
        if asker is not None and approver is not None:
            _authorise(office, unit_id, asker, approver)
        with progress(_("Exporting")) as advance:
            found = exporting.export(
                office.runtime,
                operator("export"),
                unit_id,
                identities=identities,
                progress=lambda done, total: advance(0, completed=done, total=total),
            )
    if plain:
        _write_folder(path, found.files())
    else:
        write_private(path, seal_package(found.files(), passphrase))
    _show(path, found.counts, passphrase, as_json=as_json)
    return 0


def _authorise(office: OpenOffice, unit_id: UUID, asker: str, approver: str) -> None:
    first, second = (proven(office, email, read_secret(), "export") for email in (asker, approver))
    exporting.authorise(office.runtime, first, second, unit_id)


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """A new folder for the owner alone; nothing half-written stays."""
    folder.mkdir(mode=PRIVATE_DIR)
    try:
        for sheet, content in files.items():
            write_private(folder / f"{sheet}.csv", content)
    except BaseException:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()
        raise


def _show(path: Path, counts: Mapping[str, int], passphrase: str, *, as_json: bool) -> None:
    if as_json:
        made = {"passphrase": passphrase} if passphrase else {}
        print_json({"file": path, "sealed": bool(passphrase), "exported": counts, **made})
        return
    say(_("Written: %(file)s", file=path))
    if not passphrase:
        note(_("Everybody who gets this folder can read it. Delete it as soon as it has served."))
        return
    say(_("Passphrase, shown this once: %(passphrase)s", passphrase=passphrase))
    note(
        _(
            "Send file and passphrase by different ways. `naungan import %(file)s --passphrase-stdin` reads it.",
            file=path,
        )
    )
