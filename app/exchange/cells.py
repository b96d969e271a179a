"""One cell from text to value: codes and labels, booleans, dates, times, numbers, areas, lists (design 7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from app.cases.coded_fields import LINE_LIMIT, NARRATIVE_LIMIT
from app.cases.validation import EARLIEST
from app.domain.codes import code_list
from app.domain.errors import Problem
from app.exchange.schema import REF_LIMIT, Column, Kind
from app.reference import areas

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_WORDS: Final = {
    "ya": "YA",
    "1": "YA",
    "y": "YA",
    "yes": "YA",
    "true": "YA",
    "tidak": "TIDAK",
    "0": "TIDAK",
    "no": "TIDAK",
    "false": "TIDAK",
}
MAX_INT: Final = 10**12
_INT_DIGITS: Final = 20  # leading zeros allowed; Python refuses to read numbers of thousands of digits


class Bad(Exception):
    """A cell that does not hold what its column asks for."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Cells:
    """Turns cells into values for one sheet: `separator` parts its lists, `around` is the unit's area for place names."""

    def __init__(self, separator: str, around: str) -> None:
        self.separator = separator
        self.around = around

    def value(self, column: Column, text: str) -> Any:
        """The value of a filled cell. Bad when it is none."""
        return _READERS[column.kind](self, column, text)

    def problem(self, column: Column, fault: Bad) -> Problem:
        """The problem to report for a bad cell."""
        return Problem(fault.code, column.name, params=fault.params)

    def _parts(self, text: str) -> list[str]:
        separators = self.separator if self.separator in text else "|" if "|" in text else self.separator
        return [part.strip() for part in text.split(separators) if part.strip()]

    def ref(self, column: Column, text: str) -> str:
        """A reference within the package, at most 100 characters."""
        return _limited(text, REF_LIMIT)

    def text(self, column: Column, text: str) -> str:
        """A line of text."""
        return _limited(text, LINE_LIMIT)

    def long(self, column: Column, text: str) -> str:
        """A narrative."""
        return _limited(text, NARRATIVE_LIMIT)

    def code(self, column: Column, text: str) -> str:
        """The code meant by a code or label of the column's list. Bad `code.unknown`."""
        found = code_list(column.list_name).find(text)
        if found is None:
            raise Bad("code.unknown", list=column.list_name)
        return found.code

    def codes(self, column: Column, text: str) -> tuple[str, ...]:
        """The codes of a list, each once, in their order."""
        return tuple(dict.fromkeys(self.code(column, part) for part in self._parts(text)))

    def boolean(self, column: Column, text: str) -> str:
        """YA or TIDAK for ya/tidak, 1/0, yes/no."""
        word = _WORDS.get(text.casefold())
        if word is None:
            raise Bad("boolean.unknown")
        return word

    def day(self, column: Column, text: str) -> date:
        """A day written YYYY-MM-DD. Bad `date.format`."""
        try:
            day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            raise Bad("date.format")
        if day < EARLIEST:  # here, before anything counts with it: the first days of the calendar have no moment in UTC
            raise Bad("day.too-early", day=day.isoformat())
        return day

    def time(self, column: Column, text: str) -> str:
        """HH:MM of a time of day. Bad `time.format`."""
        match = _TIME.fullmatch(text)
        if match is None:
            raise Bad("time.format")
        return f"{int(match[1]):02d}:{match[2]}"

    def number(self, column: Column, text: str) -> int:
        """A whole number, digits only. Bad `number.format`."""
        if not text.isascii() or not text.isdigit() or len(text) > _INT_DIGITS or int(text) > MAX_INT:
            raise Bad("number.format")
        return int(text)

    def area(self, column: Column, text: str) -> str:
        """The dotted code of the area meant by a code or published name, first within the unit. Bad `area.unknown`."""
        found = areas.find(text, within=self.around) or areas.find(text)
        if found is None:
            raise Bad("area.unknown")
        return found.code

    def items(self, column: Column, text: str) -> tuple[str, ...]:
        """PP 78/2021 item numbers as codes."""
        known = code_list("ampk_items")
        found = []
        for part in self._parts(text.replace(",", self.separator)):
            entry = known.find(part)
            if entry is None:
                raise Bad("code.unknown", list="ampk_items")
            found.append(entry.code)
        return tuple(dict.fromkeys(found))

    def digits(self, column: Column, text: str) -> str:
        """Digits without the spaces, dots and dashes people write between them."""
        return _limited(re.sub(r"[\s.\-]", "", text), 32)


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise Bad("text.too-long", limit=str(limit))
    return text


_READERS: Final[Mapping[Kind, Callable[[Cells, Column, str], Any]]] = {
    Kind.REF: Cells.ref,
    Kind.TEXT: Cells.text,
    Kind.LONG: Cells.long,
    Kind.CODE: Cells.code,
    Kind.CODES: Cells.codes,
    Kind.BOOL: Cells.boolean,
    Kind.DATE: Cells.day,
    Kind.TIME: Cells.time,
    Kind.INT: Cells.number,
    Kind.AREA: Cells.area,
    Kind.ITEMS: Cells.items,
    Kind.DIGITS: Cells.digits,
}
