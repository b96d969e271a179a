"""What the fields of a folded part hold, for its one line: the answers, or only which questions were answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from wtforms import BooleanField, FieldList, FormField, HiddenField

from app.cases.forms.mapping import said
from app.domain.codes import code_list

LONGEST: Final = 60


def answers_of(fields: Iterable[Any]) -> list[str]:
    """The answers in words, in the order of the fields. A row of a list is called by its first field."""
    return [_short(words) for field in fields if _is_answered(field) for words in _words(field) if words]


def names_of(fields: Iterable[Any]) -> list[str]:
    """What the answered fields are called: for identities and the most sensitive parts, whose answers stay folded."""
    return [str(field.label.text) for field in fields if _is_answered(field)]


def _is_answered(field: Any) -> bool:
    if isinstance(field, FieldList):
        return any(_is_answered(_first(row)) for row in field.entries)
    if isinstance(field, FormField):
        return any(_is_answered(inner) for inner in field.form if not isinstance(inner, HiddenField))
    return field.data is not None and field.data is not False and field.data not in ("", [], ())


def _words(field: Any) -> list[str]:
    if isinstance(field, FieldList):
        return [said(_first(row)) for row in field.entries if _is_answered(_first(row))]
    if isinstance(field, FormField):
        return answers_of(inner for inner in field.form if not isinstance(inner, HiddenField))
    if isinstance(field, BooleanField):
        return [str(field.label.text)]
    return [f"{str(field.label.text).rstrip('?')}: {said(field)}" if _is_yes_or_no(field) else said(field)]


def _is_yes_or_no(field: Any) -> bool:
    """Whether the answer says nothing without its question."""
    return isinstance(field.data, str) and field.data in code_list("yes_no_unknown")


def _first(row: Any) -> Any:
    """What a row is about."""
    return next(field for field in row.form if not isinstance(field, HiddenField))


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
