"""`naungan recap`: the recap of a period as JSON, workbook, CSV files or on the terminal (design 7, contracts/recap)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from app.audit.events import Event
from app.commands.context import json_option, note, open_office, operator, print_json
from app.commands.outputs import date_option, unit_area, write_private
from app.commands.words import gettext as _
from app.commands.words import locale
from app.db.files import PRIVATE_DIR
from app.papers.printing import press
from app.reports import csv_files, periods, printing, services
from app.reports.counting.settings import Period
from app.reports.counting.titles import AGE_GROUP, SEX, TOTAL, title_of
from app.reports.xlsx import recap_workbook

Document = dict[str, Any]
_ONE: Final = "--month, --quarter, --year, --from/--to"


@click.command(name="recap", help=_("The recap of a month, quarter, year or any days, as of a cut-off day."))
@click.option("--month", metavar="2025-03", help=_("A month."))
@click.option("--quarter", metavar="2025-1", help=_("A quarter."))
@click.option("--year", metavar="2025", help=_("A year."))
@click.option("--from", "first", type=date_option, metavar="DAY", help=_("First day, with --to."))
@click.option("--to", "last", type=date_option, metavar="DAY", help=_("Last day, with --from."))
@click.option(
    "--cut-off", type=date_option, metavar="DAY", help=_("Count what happened up to this day; else the last day.")
)
@click.option("--unit", "area", help=_("Area code of the unit, where there are several."))
@click.option("--with-units", is_flag=True, help=_("Of a province: count the units of the province as well."))
@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False), help=_("Write a workbook."))
@click.option(
    "--csv", "folder", type=click.Path(path_type=Path, file_okay=False), help=_("Write CSV files into a folder.")
)
@click.option(
    "--pdf", type=click.Path(path_type=Path, dir_okay=False), help=_("Write the paper to sign (PDF, Indonesian).")
)
@json_option
def command(  # noqa: PLR0917 - one parameter an option
    month: str | None,
    quarter: str | None,
    year: str | None,
    first: datetime | None,
    last: datetime | None,
    cut_off: datetime | None,
    area: str | None,
    with_units: bool,
    xlsx: Path | None,
    folder: Path | None,
    pdf: Path | None,
    as_json: bool,
) -> int:
    """Count, then print or write."""
    period = _period(month, quarter, year, first, last)
    day = cut_off.date() if cut_off else period.last
    with open_office() as office:
        actor = operator("recap")
        wish = services.RecapWish(period, day, unit_area(office, area), with_units)
        event = Event.RECAP_EXPORTED if xlsx or folder or pdf else Event.RECAP_READ
        with office.runtime.reading(actor, services.recap_opening(wish, event)) as work:
            sheet = services.recap_sheet(work, wish)
            ready = printing.recap_ready(work, sheet) if pdf is not None else None
        document = sheet.document
    if pdf is not None and ready is not None:
        write_private(pdf, press(ready).pdf)
        note(_("Written: %(file)s", file=pdf))
    if xlsx is not None:
        write_private(xlsx, recap_workbook(document, locale()))
        note(_("Written: %(file)s", file=xlsx))
    if folder is not None:
        _write_csv(folder, document)
        note(_("Written: %(file)s", file=folder))
    if as_json:
        print_json(document)
    elif xlsx is None and folder is None and pdf is None:
        _print(document)
    return 0


def _period(
    month: str | None, quarter: str | None, year: str | None, first: datetime | None, last: datetime | None
) -> Period:
    given = [(read, text) for read, text in _ways(month, quarter, year) if text is not None]
    days = first is not None or last is not None
    if len(given) + days != 1:
        raise click.UsageError(_("Give one period: %(ways)s.", ways=_ONE))
    if first is not None and last is not None and first <= last:
        return Period(first.date(), last.date())
    if days:
        raise click.UsageError(_("--from and --to belong together, the first day not after the last."))
    read, text = given[0]
    try:
        return read(text)
    except ValueError:
        raise click.UsageError(_("%(text)s is not a period. Write %(ways)s.", text=text, ways=_HOW)) from None


_HOW: Final = "--month 2025-03, --quarter 2025-1, --year 2025"


def _ways(month: str | None, quarter: str | None, year: str | None) -> list[tuple[Callable[[str], Period], str | None]]:
    return [(periods.month, month), (periods.quarter, quarter), (periods.year, year)]


def _print(document: Document) -> None:
    language, console = locale(), Console()
    period = document["period"]
    console.print(f"[bold]{document['unit']['name']}[/bold] ({document['unit']['area']})", highlight=False)
    console.print(
        _(
            "%(first)s to %(last)s, as of %(cut_off)s",
            first=period["from"],
            last=period["to"],
            cut_off=period["cut_off"],
        )
    )
    if document["status"] == "open":
        console.print(_("Not closed yet: these numbers may still change."))
    else:
        console.print(f"SHA-256 {document['hash']}", highlight=False, soft_wrap=True)
    for line in document["definition_lines"][language]:
        console.print(f"- {line}", highlight=False)
    console.print(_totals(document, language))
    for name, table in document["tables"].items():
        console.print(_table(name, table, language))
    failed = [check for check in document["checks"] if not check["ok"]]
    for check in failed:
        console.print(f"! {check['name']}: {check['left']} / {check['right']}", style="bold red", markup=False)
    console.print(
        _(
            "Checks: %(passed)s of %(all)s passed.",
            passed=len(document["checks"]) - len(failed),
            all=len(document["checks"]),
        )
    )


def _totals(document: Document, language: str) -> Table:
    grid = Table(title=_("Totals"), title_justify="left")
    for head in ("", _("Number"), _("Taken over (not in the sums)")):
        grid.add_column(head, justify="left" if not head else "right")
    for name, count in document["totals"].items():
        grid.add_row(TOTAL[name][language], str(count), str(document["transferred_in"][name]))
    return grid


def _table(name: str, table: Document, language: str) -> Table:
    """A table with its rows that are not 0, its sum and its note."""
    grid = Table(
        title=title_of(name)[language], title_justify="left", caption=table["note"][language], caption_justify="left"
    )
    heads = _heads(table, language)
    for number, head in enumerate(["", _("Number"), *heads]):
        grid.add_column(head, justify="right" if number else "left")
    for row in table["rows"]:
        if row["count"]:
            grid.add_row(row["label"][language], str(row["count"]), *(str(n) for n in csv_files.cells_of(row)))
    grid.add_section()
    grid.add_row(_("Sum"), str(table["sum"]))
    return grid


def _heads(table: Document, language: str) -> list[str]:
    by = table["rows"][0].get("by", {}) if table["rows"] else {}
    return [
        f"{AGE_GROUP[key][language]} {SEX[sex][language]}" if isinstance(part, dict) else SEX[key][language]
        for key, part in by.items()
        for sex in (part if isinstance(part, dict) else [""])
    ]


def _write_csv(folder: Path, document: Document) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    for name, content in csv_files.recap_files(document).items():
        write_private(folder / name, content)
