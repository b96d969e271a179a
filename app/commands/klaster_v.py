"""`naungan klaster-v`: the KLA cluster V sheet of a year as JSON, workbook, PDF or on the terminal (design 7, contracts/klaster-v)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from app.audit.events import Event
from app.commands.context import json_option, note, open_office, operator, print_json
from app.commands.outputs import date_option, unit_area, write_private
from app.commands.words import gettext as _
from app.commands.words import locale
from app.domain.indicators import INDICATOR_SETS, indicator_set
from app.papers.printing import press
from app.reports import cluster_printing, periods, services
from app.reports.xlsx import cluster_v_workbook

Document = dict[str, Any]


@click.command(name="klaster-v", help=_("The KLA cluster V sheet of a year, as of a cut-off day."))
@click.option("--year", required=True, metavar="2025", help=_("The year."))
@click.option(
    "--set", "set_code", type=click.Choice(INDICATOR_SETS), default=services.LATEST_SET, help=_("Indicator set.")
)
@click.option(
    "--cut-off", type=date_option, metavar="DAY", help=_("Count what happened up to this day; else 31 December.")
)
@click.option("--unit", "area", help=_("Area code of the unit, where there are several."))
@click.option("--with-units", is_flag=True, help=_("Of a province: count the units of the province as well."))
@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False), help=_("Write a workbook."))
@click.option(
    "--pdf", type=click.Path(path_type=Path, dir_okay=False), help=_("Write the paper to sign (PDF, Indonesian).")
)
@click.option(
    "--indicator", "only", multiple=True, metavar="21a", help=_("Only this indicator in the PDF; may be repeated.")
)
@json_option
def command(  # noqa: PLR0917 - one parameter an option
    year: str,
    set_code: str,
    cut_off: datetime | None,
    area: str | None,
    with_units: bool,
    xlsx: Path | None,
    pdf: Path | None,
    only: tuple[str, ...],
    as_json: bool,
) -> int:
    """Count, then print or write."""
    number = _year(year)
    unknown = set(only) - {indicator.code for indicator in indicator_set(set_code).indicators}
    if unknown:
        raise click.UsageError(_("Set %(set)s has no indicator %(code)s.", set=set_code, code=min(unknown)))
    day = cut_off.date() if cut_off else services.year_end(number)
    with open_office() as office:
        wish = services.ClusterWish(number, day, set_code, unit_area(office, area), with_units)
        event = Event.CLUSTER_EXPORTED if xlsx or pdf else Event.CLUSTER_READ
        with office.runtime.reading(operator("klaster-v"), services.cluster_opening(wish, event)) as work:
            sheet = services.cluster_sheet(work, wish)
            ready = cluster_printing.cluster_ready(work, sheet, only) if pdf is not None else None
    document = sheet.document
    if pdf is not None and ready is not None:
        write_private(pdf, press(ready).pdf)
        note(_("Written: %(file)s", file=pdf))
    if xlsx is not None:
        write_private(xlsx, cluster_v_workbook(document, locale()))
        note(_("Written: %(file)s", file=xlsx))
    if as_json:
        print_json(document)
    elif xlsx is None and pdf is None:
        _print(document)
    return 0


def _year(text: str) -> int:
    try:
        return periods.year(text).first.year
    except ValueError:
        raise click.UsageError(_("%(text)s is not a year. Write --year 2025.", text=text)) from None


def _print(document: Document) -> None:
    language, console = locale(), Console()
    cluster, definitions = document["cluster"], document["definitions"]
    console.print(f"[bold]{document['unit']['name']}[/bold] ({document['unit']['area']})", highlight=False)
    console.print(
        _(
            "Cluster V %(year)s, set %(set)s, as of %(day)s",
            year=document["year"],
            set=document["set"],
            day=document["cut_off"],
        )
    )
    console.print(_("Not closed yet: these numbers may still change."))
    for code, name in definitions["served"].items():
        mark = "*" if code == definitions["terlayani"] else "-"
        console.print(f"{mark} {code}: {name[language]}", highlight=False, markup=False)
    console.print(
        _(
            "Child files %(files)s − repeated %(repeated)s = children %(children)s; not yet sorted: %(unsorted)s",
            files=cluster["victim_files"],
            repeated=cluster["repeated"],
            children=cluster["children"],
            unsorted=document["unsorted"],
        )
    )
    for indicator in document["indicators"]:
        console.print(_table(document, indicator, language))


def _table(document: Document, indicator: Document, language: str) -> Table:
    """The counted measures and whatever was entered; questions nobody answered yet are only counted."""
    grid = Table(
        title=f"{indicator['code']} {indicator['name'][language]} ({indicator['certainty']})", title_justify="left"
    )
    years = sorted(document["years"])
    for number, head in enumerate([_("Measure"), _("Value"), "L", "P", *years]):
        grid.add_column(head, justify="right" if number else "left")
    shown = [m for m in indicator["measures"] if m["source"] != "M" or m["state"] != "missing"]
    for measure in shown:
        sexes = measure.get("by_sex", {})
        earlier = [document["years"][year][indicator["code"]].get(measure["code"]) for year in years]
        cells = [spoken_value(measure), *(_number(sexes.get(sex)) for sex in "LP"), *map(_number, earlier)]
        grid.add_row(f"{measure['code']} {measure['name'][language]}", *cells)
    missing = len(indicator["measures"]) - len(shown)
    if missing:
        grid.caption, grid.caption_justify = _("%(n)s questions: no data yet", n=missing), "left"
    return grid


def spoken_value(measure: Document) -> str:
    """A value that is not there is said in words, never as 0 (kla-cluster-v 4.6)."""
    words = {"no_cases": _("no cases"), "nihil": _("nil (declared)"), "missing": _("no data yet")}
    if measure["state"] in words:
        return words[measure["state"]]
    if "value" not in measure:
        return ""
    return (
        f"{measure['value']:.1%}"
        if measure["kind"] == "share" and measure["value"] is not None
        else _number(measure["value"])
    )


def _number(value: Any) -> str:
    return "" if value is None else str(value)
