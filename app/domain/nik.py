"""What a NIK says of itself, and where it does not fit what was recorded. Warnings only: a NIK never blocks a case.

Sixteen digits: area of issue (6), birth day (2; women +40), month (2), year (2, no century), serial (4).
Absent and odd NIKs are normal in this work (security 2.6); nothing here repeats the number.
"""

from __future__ import annotations

import json
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from app.domain.errors import Problem, Severity

_WOMAN_DAYS = 40


@dataclass(frozen=True, slots=True, repr=False)
class Nik:
    """The parts of a NIK. `day` is the day of the month, `year` its last two digits; `sex` is L or P."""

    province: str
    kabupaten: str
    kecamatan: str
    sex: str
    day: int
    month: int
    year: int
    serial: str


def tidy(text: str) -> str:
    """The NIK without the spaces, dots and hyphens people put between its parts."""
    return "".join(sign for sign in text if sign not in " .-\t\u00a0")


def digits_of(text: str) -> str:
    """The digits alone, full-width ones too: how a number is indexed and searched, so that a stray sign (Excel's apostrophe before
    numbers kept as text) does not hide somebody."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign in string.digits)


def parse(text: str) -> Nik | None:
    """The parts, or None where it is not sixteen digits. Parts may still be impossible; `check` says so."""
    digits = tidy(text)
    if len(digits) != 16 or not _only_digits(digits):
        return None
    day = int(digits[6:8])
    woman = day > _WOMAN_DAYS
    return Nik(
        province=digits[:2],
        kabupaten=digits[2:4],
        kecamatan=digits[4:6],
        sex="P" if woman else "L",
        day=day - _WOMAN_DAYS if woman else day,
        month=int(digits[8:10]),
        year=int(digits[10:12]),
        serial=digits[12:],
    )


def check(text: str, sex: str | None, birth: date | None, today: date) -> tuple[Problem, ...]:
    """What is odd about a NIK, as warnings: nik.length, .digits, .province, .day, .month, .sex, .birth.

    `sex` is L, P or something else for "not known"; without sex or birth date that comparison is left out. The year
    is compared modulo 100, because the number does not tell the century. An empty text has no problems.
    """
    digits = tidy(text)
    if not digits:
        return ()
    if not _only_digits(digits):
        return (_warning("nik.digits"),)
    nik = parse(digits)
    if nik is None:
        return (_warning("nik.length"),)
    return tuple(_warning(code) for code in _oddities(nik, sex, birth, today))


def _oddities(nik: Nik, sex: str | None, birth: date | None, today: date) -> Iterator[str]:
    if nik.province not in _provinces():
        yield "nik.province"
    if not 1 <= nik.month <= 12:
        yield "nik.month"
    elif not _day_exists(nik, today):
        yield "nik.day"
    if sex in {"L", "P"} and sex != nik.sex:
        yield "nik.sex"
    if birth is not None and (nik.day, nik.month, nik.year) != (birth.day, birth.month, birth.year % 100):
        yield "nik.birth"


def _day_exists(nik: Nik, today: date) -> bool:
    """Whether the day was a day in at least one century that a living person can be born in."""
    century = today.year - today.year % 100
    return any(_is_past_day(first + nik.year, nik.month, nik.day, today) for first in (century - 100, century))


def _is_past_day(year: int, month: int, day: int, today: date) -> bool:
    try:
        return date(year, month, day) <= today
    except ValueError:
        return False


def _only_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


@cache
def _provinces() -> frozenset[str]:
    file = resources.files("app.domain").joinpath("data", "areas", "nik.json")
    return frozenset(json.loads(file.read_text(encoding="utf-8"))["provinces"])


def _warning(code: str) -> Problem:
    return Problem(code, field="nik", severity=Severity.WARNING)
