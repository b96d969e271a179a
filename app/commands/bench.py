"""`naungan bench`: measure this program on this machine with invented data of its own (design 7 and 8)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import click

from app.commands.benchmarks.counting import recap
from app.commands.benchmarks.entering import import_cases
from app.commands.benchmarks.measure import Figure, Sheet, resident, yardstick
from app.commands.benchmarks.pages import pages
from app.commands.benchmarks.scratch import Scratch, ending_in_order, scratch
from app.commands.benchmarks.sealing import keys
from app.commands.benchmarks.sizes import FULL, SCALES, Advance, Sizes
from app.commands.benchmarks.sweeping import sweep
from app.commands.context import Advance as Bar
from app.commands.context import json_option, print_json, print_table, progress, room_language, say
from app.commands.main import DONE, REFUSED
from app.commands.words import gettext as _
from app.commands.words import ngettext

Part = Callable[[Scratch, Sizes, Sheet, Advance], None]

PARTS: Final[dict[str, Part]] = {"keys": keys, "import": import_cases, "recap": recap, "sweep": sweep, "pages": pages}
DATABASE: Final = "DATABASE_URL_BENCH"


@click.command(
    name="bench",
    help=_(
        "Measure speed and size with invented data of its own, which is gone afterwards. Needs no office and touches none."
    ),
)
@click.option(
    "--only", "chosen", type=click.Choice(list(PARTS)), multiple=True, help=_("Only this part; may be repeated.")
)
@click.option(
    "--scale", type=click.Choice(list(SCALES)), default=FULL, help=_("How much data. Limits are held to at full size.")
)
@click.option("--database", envvar=DATABASE, help=_("An empty PostgreSQL database to measure in; else SQLite."))
@json_option
def command(chosen: Sequence[str], scale: str, database: str | None, as_json: bool) -> int:
    """Measure, tell, and fail where a limit does not hold."""
    yard, at_rest = yardstick(), resident()
    figures: list[Figure] = []
    with room_language(), ending_in_order():
        for name in chosen or PARTS:
            sheet = Sheet(name, scale == FULL)
            with progress(name) as advance, scratch(database) as office:
                PARTS[name](office, SCALES[scale], sheet, partial(_told, advance))
            figures += sheet.figures
    broken = [figure for figure in figures if figure.holds is False]
    if as_json:
        print_json(
            {
                "scale": scale,
                "database": "postgresql" if database else "sqlite",
                "cores": os.cpu_count(),
                "yardstick_seconds": round(yard, 4),
                "memory_at_rest_mb": round(at_rest, 1),
                "holds": not broken,
                "figures": [figure.document(yard) for figure in figures],
            }
        )
    else:
        _show(figures, yard, len(broken))
    return REFUSED if broken else DONE


def _told(bar: Bar, done: int) -> None:
    bar(0, completed=done)


def _show(figures: Sequence[Figure], yard: float, broken: int) -> None:
    heads = (_("Part"), _("Measured"), _("Value"), _("Limit"), _("Holds"), _("Yardsticks"))
    print_table(heads, [_row(figure, yard) for figure in figures])
    say(_("One yardstick is hashing 64 MB: %(seconds)s s here.", seconds=f"{yard:.3f}"))
    if broken:
        say(ngettext("%(num)d limit does not hold.", "%(num)d limits do not hold.", broken))


def _row(figure: Figure, yard: float) -> tuple[str, ...]:
    limit = "" if figure.limit is None else f"{'≥' if figure.at_least else '≤'} {figure.limit:g}"
    holds = {None: "", True: _("yes"), False: _("NO")}[figure.holds]
    yards = "" if figure.seconds is None else f"{figure.seconds / yard:.3g}"
    return figure.part, figure.name, f"{figure.value:.3g} {figure.unit}", limit, holds, yards
