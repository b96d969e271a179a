"""What a browser would send for a form, and putting it back into the form: only the form's own fields, never a secret or an id.

A form is filled field by field in place, after its page has prepared it: choices offered, labels of rows named, places of the unit known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    MultipleFileField,
    PasswordField,
    SelectMultipleField,
    SubmitField,
)

from app.security.structs.drafts import DraftField
from app.web.form_sheets import FIELD
from app.web.forms import BaseForm, SectionForm, walk
from app.web.growing import GrowingList
from app.web.session import CSRF

Sent = Mapping[str, Sequence[str]]
"""Values by name of control, as a browser sends them."""
NEVER_KEPT: Final = frozenset({CSRF, "submit_id", FIELD})
ROWS: Final = 100
"""As many rows as a form may be given back that names no limit of its own."""
_NOT_TYPED: Final = (HiddenField, PasswordField, FileField, MultipleFileField, SubmitField)


def can_be_kept(form: BaseForm) -> bool:
    """Whether a form holds something typed, and no secret: a password is in no draft, so its form is in none either."""
    fields = list(walk(form))
    return not any(isinstance(field, PasswordField) for field in fields) and any(map(_is_typed, fields))


def kept(sent: MultiDict[str, str]) -> Iterator[DraftField]:
    """What of a sent form goes into its draft: everything but tokens and one-time ids."""
    for name, values in sent.lists():
        if name not in NEVER_KEPT:
            yield DraftField(name=name, values=tuple(values))


def fill(form: BaseForm, fields: Iterable[DraftField]) -> None:
    """Put typed text back. What the form does not ask (any more) is left out; the state the text was typed on comes with it."""
    sent = {field.name: field.values for field in fields}
    _fill(form, sent)
    if isinstance(form, SectionForm) and sent.get(form.etag.name):
        form.etag.data = sent[form.etag.name][0]


def _fill(form: BaseForm, sent: Sent) -> None:
    for field in form:
        if isinstance(field, FormField):
            _fill(field.form, sent)
        elif isinstance(field, FieldList):
            _fill_rows(field, sent)
        elif _is_typed(field):
            _put(field, sent.get(field.name))


def _is_typed(field: Field) -> bool:
    return not isinstance(field, _NOT_TYPED)


def _put(field: Field, values: Sequence[str] | None) -> None:
    """What could not be understood stays in the box, as when a form is sent. A box that was not ticked is not sent at all."""
    if values is None and not isinstance(field, BooleanField | SelectMultipleField):
        return
    field.raw_data = list(values or ())
    try:
        field.process_formdata(list(values or ()))
    except ValueError:
        field.data = None  # explained when the form is sent


def _fill_rows(rows: FieldList[Any], sent: Sent) -> None:
    """Rows by their ids where they carry some (a relation belongs to its client, whatever stands where by now), else by position."""
    typed = _positions(rows, sent)
    if isinstance(rows, GrowingList):
        _fill_growing(rows, sent, typed)
        return
    if any(isinstance(field, HiddenField) for entry in rows.entries for field in walk([entry])):
        _fill_named(rows, sent, typed)
        return
    wanted = min(max(typed, default=-1) + 1, rows.max_entries or ROWS)
    while len(rows.entries) < wanted:
        rows.append_entry()
    for entry in rows.entries:
        _fill_entry(entry, sent)


def _positions(rows: FieldList[Any], sent: Sent) -> list[int]:
    start = f"{rows.name}-"
    found = {name.removeprefix(start).partition("-")[0] for name in sent if name.startswith(start)}
    return sorted(int(each) for each in found if each.isascii() and each.isdecimal() and len(each) < 5)


def _fill_named(rows: FieldList[Any], sent: Sent, typed: Iterable[int]) -> None:
    for entry in rows.entries:
        ids = [field for field in walk([entry]) if isinstance(field, HiddenField)]
        for position in typed:
            there = f"{rows.name}-{position}"
            if all(_moved(sent, entry.name, there, field) == [str(field.data)] for field in ids):
                _fill_entry(entry, _renamed(sent, there, entry.name))


def _fill_growing(rows: GrowingList, sent: Sent, typed: Iterable[int]) -> None:
    """Rows by their ids; one that somebody had added takes an empty row, or a new one."""
    for position in typed:
        there = f"{rows.name}-{position}"
        row_id = _id_of(sent.get(f"{there}-id", ()))
        entry = rows.row_of(row_id) if row_id is not None else None
        if entry is not None:
            _fill_entry(entry, _renamed(sent, there, entry.name))


def _id_of(values: Sequence[str]) -> UUID | None:
    try:
        return UUID(values[0]) if values else None
    except ValueError:
        return None


def _renamed(sent: Sent, there: str, here: str) -> Sent:
    start = f"{there}-"
    return {f"{here}{name.removeprefix(there)}": values for name, values in sent.items() if name.startswith(start)}


def _moved(sent: Sent, here: str, there: str, field: Field) -> list[str]:
    return list(sent.get(f"{there}{field.name.removeprefix(here)}", ()))


def _fill_entry(entry: Any, sent: Sent) -> None:
    if isinstance(entry, FormField):
        _fill(entry.form, sent)
    elif _is_typed(entry):
        _put(entry, sent.get(entry.name))
