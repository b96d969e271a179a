"""Frozen numbers in words: where they stand, and what a list of differences from present ones shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from app.reports.closing_rules import Change
from app.reports.counting.titles import AGE_GROUP, SEX, TOTAL, title_of

_ON_PAPER: Final[Mapping[str, str]] = {"open": "angka sementara", "closed": "ditutup", "revised": "revisi"}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One cell that differs: where it stands, in words, and both numbers."""

    table: str
    row: str
    group: str
    sex: str
    frozen: int
    now: int


def on_paper(document: Mapping[str, Any]) -> str:
    """Where the numbers of a paper stand, in Indonesian like all of it (decisions 19); of frozen ones the version and the hash as well."""
    words = _ON_PAPER[document["status"]]
    if document["status"] == "open":
        return words
    return f"{words}, versi {document['version']}\nSHA-256 {document['hash']}"


def changes_of(document: dict[str, Any], found: Sequence[Change], language: str) -> list[ChangeLine]:
    """The changes in words, as the tables of `document` name their rows; a row it does not have stands with its code."""
    return [_line(document, change, language) for change in found]


def _line(document: dict[str, Any], change: Change, language: str) -> ChangeLine:
    cell = change.cell
    group = AGE_GROUP[cell.group][language] if cell.group else ""
    sex = SEX[cell.sex][language] if cell.sex else ""
    table, row = _named(document, cell.table, cell.row, language)
    return ChangeLine(table, row, group, sex, change.frozen, change.now)


def _named(document: dict[str, Any], table: str, row: str, language: str) -> tuple[str, str]:
    if table in {"totals", "transferred_in"}:
        heads = {"totals": _("Totals"), "transferred_in": _("Taken over (not in the sums)")}
        return str(heads[table]), TOTAL[row][language]
    rows = document["tables"].get(table, {}).get("rows", ())
    label = next((each["label"][language] for each in rows if each["code"] == row), row)
    return title_of(table)[language], label
