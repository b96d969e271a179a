"""What the commands that print numbers share: days as options, the unit they count, private files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Final

import click

from app.commands.context import OpenOffice, operator
from app.commands.scope import unit_of
from app.db.files import PRIVATE_FILE
from app.reports.periods import FIRST_YEAR, LAST_YEAR


class _Day(click.DateTime):
    """A day as an option, in the years that periods have; what lies outside is bad usage, in click's own words for a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day as a moment at midnight."""
        day = super().convert(value, param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f"{value} is not in the range {FIRST_YEAR}-01-01<=x<={LAST_YEAR}-12-31.", param, ctx)
        return day


date_option: Final = _Day(formats=["%Y-%m-%d"])


def unit_area(office: OpenOffice, area: str | None) -> str:
    """The area code of the unit to count: the one named, or the only one there is. Bad usage where several are and none is named."""
    with office.runtime.looking(operator()) as work:
        return unit_of(work, area).area_code


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all; what stood there before is replaced. OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".naungan-")
    try:
        with os.fdopen(descriptor, "wb") as out:
            os.fchmod(descriptor, PRIVATE_FILE)
            out.write(content)
            out.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
