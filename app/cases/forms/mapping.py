"""Between forms and frozen documents: same names on both sides, nothing recorded is "" or an empty tuple in the document."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from flask_babel import gettext as _
from msgspec import Struct
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectFieldBase

from app.cases import places
from app.cases.forms.fields import PlaceField, RelationField
from app.web.forms import BaseForm, walk

S = TypeVar("S", bound=Struct)


def filled(form: BaseForm, base: S) -> S:
    """The document with every plain field of the form put in; what the form does not ask stays as it was."""
    values = {
        field.short_name: _value(field.data, getattr(base, field.short_name))
        for field in form
        if field.short_name in base.__struct_fields__ and not isinstance(field, FormField | FieldList)
    }
    return msgspec.structs.replace(base, **values)


def as_data(document: Struct) -> dict[str, Any]:
    """The document as a form takes it: documents inside become mappings, rows become lists of them."""
    return {name: _datum(getattr(document, name)) for name in document.__struct_fields__}


def _value(given: Any, before: Any) -> Any:
    if isinstance(before, tuple):
        return tuple(given or ())
    if given is None and isinstance(before, str):
        return ""
    return given


def _datum(value: Any) -> Any:
    if isinstance(value, Struct):
        return as_data(value)
    if isinstance(value, tuple) and value and isinstance(value[0], Struct):
        return [as_data(each) for each in value]
    return value


def differing(mine: BaseForm, theirs: BaseForm) -> list[dict[str, str]]:
    """What two versions of one form say differently, for `two_versions`: label, mine, theirs."""
    saved = {field.name: field for field in walk(theirs)}
    pairs = [(field, saved.get(field.name)) for field in walk(mine) if not isinstance(field, HiddenField)]
    lines = [
        {"label": str(field.label.text), "mine": said(field), "theirs": said(other) if other is not None else ""}
        for field, other in pairs
    ]
    return [line for line in lines if line["mine"] != line["theirs"]]


def said(field: Any) -> str:
    """What a field says, in words."""
    if isinstance(field, BooleanField):
        return str(_("yes")) if field.data else str(_("no"))
    if isinstance(field, PlaceField):
        return places.name(field.data or "")
    if isinstance(field, RelationField):
        return str(dict(option for _, options in field.groups() for option in options).get(field.shown, field.shown))
    if isinstance(field, SelectFieldBase):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        choices: Any = field.iter_choices()
        return ", ".join(str(choice.label) for choice in choices if choice.value in chosen and choice.value)
    return str(field._value())
