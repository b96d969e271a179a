"""`naungan release`: make numbers public, by the same acts and the same two people as on the pages (design 4, 7).

Whoever makes and whoever signs give their own password on standard input; nobody gets past the pages here.
"""

from __future__ import annotations

import json

import click

from app.commands.context import (
    json_option,
    open_office,
    operator,
    print_json,
    print_table,
    read_secret,
    room_language,
    say,
)
from app.commands.scope import proven
from app.commands.words import gettext as _
from app.releases import labels, services
from app.releases.models import PublicRelease
from app.reports import periods
from app.reports.counting.settings import Period

_HOW = "--quarter 2025-1, --year 2025"


@click.command(
    name="release",
    help=_("Make a quarter or a year public: counted, protected, frozen, signed. Without a period: the register."),
)
@click.option("--quarter", metavar="2025-1", help=_("Up to this quarter."))
@click.option("--year", metavar="2025", help=_("The year, after its quarters."))
@click.option("--by", "maker", metavar="EMAIL", help=_("Who makes it; first line of standard input is the password."))
@click.option(
    "--sign",
    "signer",
    metavar="EMAIL",
    help=_("Who signs it, and with that makes it public; another person, second line."),
)
@json_option
def command(quarter: str | None, year: str | None, maker: str | None, signer: str | None, as_json: bool) -> int:
    """Make, and sign where a signer is named; or list."""
    if quarter is None and year is None:
        return _list(as_json=as_json)
    if (quarter is None) == (year is None) or maker is None:
        raise click.UsageError(_("Give one period (%(ways)s) and --by.", ways=_HOW))
    period = _period(quarter, year)
    number = (period.first.month + 2) // 3 if quarter else 0
    with open_office() as office, room_language():
        first = proven(office, maker, read_secret(), "release")
        second = proven(office, signer, read_secret(), "release") if signer else None
        with office.runtime.reading(first, services.making(period.first.year, number)) as work:
            ready = services.prepared(work, period.first.year, number)
        with office.runtime.begin(first) as work:
            row = services.propose(work, ready)
        if second is not None:
            with office.runtime.begin(second) as work:
                row = services.decide(work, row.id, sign=True)
    if as_json:
        print_json(_named(row) | {"share_hidden": round(ready.release.share, 4), "release": json.loads(row.document)})
    else:
        say(_("Release %(number)s: %(state)s.", number=row.number, state=row.state))
        say(_("Hidden: %(share)s of the numbers.", share=f"{ready.release.share:.0%}"))
    return 0


def _period(quarter: str | None, year: str | None) -> Period:
    try:
        return periods.quarter(quarter) if quarter else periods.year(str(year))
    except ValueError:
        raise click.UsageError(_("Give one period (%(ways)s) and --by.", ways=_HOW)) from None


def _named(row: PublicRelease) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "period": str(services.span_of(row)),
        "edition": row.edition,
        "state": row.state,
        "hash": row.document_hash,
    }


def _list(*, as_json: bool) -> int:
    with open_office() as office, room_language():
        with office.runtime.looking(operator("release")) as work:
            rows = services.register(work).rows
        if as_json:
            print_json({"releases": [_named(row) for row in rows]})
            return 0
        lines = [(row.number, labels.span_words(services.span_of(row)), row.state) for row in rows]
        print_table([_("Release number"), _("Period"), _("State")], lines)
    return 0
