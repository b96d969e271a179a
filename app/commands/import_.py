"""`naungan import`: the exchange format into the office, checked whole before anything is written (design 7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.accounts.models import Unit
from app.commands.context import OpenOffice, json_option, open_office, operator, print_json, progress, read_secret
from app.commands.refusals import sentence_of
from app.commands.scope import actor_of, unit_of
from app.commands.words import gettext as _
from app.domain.access import Actor, Capability
from app.domain.zones import Zone, local_day
from app.exchange import importing
from app.exchange.reading import Package, Refusal, read_files, read_package
from app.exchange.sealed import HEAD, MOST, is_sealed, open_package

SHOWN = 50


@click.command(name="import", help=_("Import a folder of CSV files or a workbook in the exchange format."))
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Check everything, write nothing."))
@click.option("--unit", "area", help=_("Area code of the unit, where there are several."))
@click.option("--as", "email", help=_("Import as this user; else as the operator of the machine."))
@click.option("--skip-invalid", is_flag=True, help=_("Leave out the cases that have a fault, import the others."))
@click.option("--resume", type=click.UUID, help=_("Go on with an import that stopped, from the same package."))
@click.option("--undo", type=click.UUID, help=_("Take an import back: its cases are voided and counted nowhere."))
@click.option(
    "--passphrase-stdin", is_flag=True, help=_("Of a sealed package: read its passphrase from standard input.")
)
@json_option
def command(  # noqa: PLR0917 - one parameter an option
    path: Path | None,
    dry_run: bool,
    area: str | None,
    email: str | None,
    skip_invalid: bool,
    resume: UUID | None,
    undo: UUID | None,
    passphrase_stdin: bool,
    as_json: bool,
) -> int:
    """Check, then write; or go on; or take back."""
    if undo is not None and (dry_run or skip_invalid or resume is not None):  # taking back is no rehearsal
        raise click.BadOptionUsage("undo", "--undo does not go with --dry-run, --skip-invalid or --resume.")
    with open_office() as office:
        actor = actor_of(office, email, "import")
        if undo is not None:
            return _undo(office, actor, undo, as_json)
        if path is None:
            raise click.UsageError(_("Name the folder or workbook to import."))
        actor.require(Capability.IMPORT_RUN)
        with office.runtime.looking(operator("import")) as work:
            unit = unit_of(work, area)
        package = _package(path, passphrase_stdin)
        return _import(office, actor, unit, package, _Wishes(dry_run, skip_invalid, resume, as_json))


def _package(path: Path, passphrase_stdin: bool) -> Package:
    """The folder or workbook at the path; a sealed package with its passphrase, opened in memory."""
    if not path.is_file():
        return read_package(path)
    with path.open("rb") as stream:
        if not is_sealed(stream.read(HEAD)):
            return read_package(path)
        if not passphrase_stdin:
            raise click.UsageError(_("Give the passphrase on standard input, with --passphrase-stdin."))
        stream.seek(0)
        return read_files(open_package(stream.read(MOST + 1), read_secret()))


class _Wishes:
    """What the options ask for."""

    def __init__(self, dry_run: bool, skip_invalid: bool, resume: UUID | None, as_json: bool) -> None:
        self.dry_run = dry_run
        self.skip_invalid = skip_invalid
        self.resume = resume
        self.as_json = as_json


def _import(office: OpenOffice, actor: Actor, unit: Unit, package: Package, wishes: _Wishes) -> int:
    today = local_day(office.runtime.now(), Zone(unit.zone))
    plan = importing.check_package(package, unit, office.runtime.crypt, today, wishes.resume)
    blocked = bool(plan.refused) and not (wishes.skip_invalid and plan.entries)
    imported: dict[str, int] = {}
    if not blocked and not wishes.dry_run:
        with progress(_("Importing"), len(plan.entries)) as advance:
            act = importing.run if wishes.resume is None else importing.resume
            outcome = act(
                office.runtime, actor, unit.id, plan, lambda done, total: advance(0, completed=done, total=total)
            )
        imported = outcome.imported
    _show(plan, imported, wishes)
    return 1 if blocked else 0


def _show(plan: importing.Plan, imported: dict[str, int], wishes: _Wishes) -> None:
    if wishes.as_json:
        document: dict[str, Any] = {
            "import": str(plan.import_id) if imported else None,
            "dry_run": wishes.dry_run,
            "imported": imported,
            "refused": [_row(refusal) for refusal in plan.refused],
            "warnings": [_row(refusal) for refusal in plan.warnings],
        }
        print_json(document)
        return
    for refusal in [*plan.refused, *plan.warnings][:SHOWN]:
        click.echo(_line(refusal), err=True)
    rest = len(plan.refusals) - SHOWN
    if rest > 0:
        click.echo(_("… and %(rest)s more. `--json` lists all.", rest=rest), err=True)
    if imported:
        click.echo(_("Imported: %(counts)s. Import id %(id)s.", counts=_counted(imported), id=plan.import_id))
    elif wishes.dry_run:
        click.echo(
            _(
                "Checked: %(cases)s cases can be imported, %(faults)s faults.",
                cases=len(plan.entries),
                faults=len(plan.refused),
            )
        )
    else:
        click.echo(_("Nothing was written."), err=True)


def _row(refusal: Refusal) -> dict[str, Any]:
    return {
        "sheet": refusal.sheet,
        "row": refusal.row,
        "column": refusal.column,
        "code": refusal.problem.code,
        "message": sentence_of(refusal.problem),
    }


def _line(refusal: Refusal) -> str:
    row = _row(refusal)
    mark = _("warning") if refusal.is_warning else _("refused")
    return f"{row['sheet']}:{row['row']}:{row['column']} [{mark}] {row['message']}"


def _counted(imported: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in imported.items() if count)


def _undo(office: OpenOffice, actor: Actor, import_id: UUID, as_json: bool) -> int:
    with progress(_("Taking back")) as advance:
        done = importing.undo(
            office.runtime, actor, import_id, lambda done, total: advance(0, completed=done, total=total)
        )
    if as_json:
        print_json({"import": str(import_id), "undone": done})
    else:
        click.echo(_("Taken back: %(cases)s cases.", cases=done))
    return 0
