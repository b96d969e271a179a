"""The base of every form: what the browser may send, cleaned once, limited in length, and said twice never.

A form is one act. It strips, checks shape and says what to do; rules that need more than one field live in `app.domain`
and come back through `problems.attach`. What was typed stays in the field, also when it could not be understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time
from typing import Any, Final
from uuid import UUID, uuid4

from flask import abort
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.domain.codes import Code, code_list
from app.domain.text import clean_line, clean_text

LINE_LIMIT: Final = 200
TEXT_LIMIT: Final = 20_000
HIDDEN_LIMIT: Final = 200
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2100, 12, 31)


# --- the base --------------------------------------------------------------------------------------------------------


class BaseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Parent of every form. Text fields are cleaned and have a length; a single value given twice is refused (400)."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Binds each text field with the cleaning filter and a limit, so that no form can forget them."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Bind, adding what every text field has."""
            kind = unbound_field.field_class
            given = dict(options)
            if "choices" in unbound_field.kwargs:
                given["choices"] = _as_choices(unbound_field.kwargs["choices"])
            if _is_text(kind):
                cleaner = _clean_text if issubclass(kind, TextAreaField) else _clean_line
                given["filters"] = (cleaner, *unbound_field.kwargs.get("filters", ()))
            return unbound_field.bind(form=form, **given)

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            """Hidden fields carry no id: a page may hold several forms, and ids are unique."""
            without = {"id": False} if isinstance(field.widget, HiddenInput) else {}
            return super().render_field(field, without | render_kw)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: list[tuple[str, str]] = []  # (dotted path, sentence): shown, kept, never in the way
        for field in walk(self):
            _limit(field)
            _refuse_repeats(field)


class PartForm(BaseForm):
    """A form inside another (`FormField(PartForm)`): the outer one carries the CSRF token."""

    class Meta(BaseForm.Meta):
        """As its parent, without a token of its own."""

        csrf = False


class ActForm(BaseForm):
    """A form whose act must happen once: it carries a one-time id (`submit.once`)."""

    submit_id = HiddenField(default=lambda: str(uuid4()))

    @property
    def submit_key(self) -> UUID:
        """The one-time id. A broken one is a request nobody's browser made: 400."""
        try:
            return UUID(str(self.submit_id.data))
        except ValueError:
            abort(400)


class SectionForm(ActForm):
    """A form that changes something already there: it also carries the state it was made from (`vault.etag`, or a version)."""

    etag = HiddenField(default="")

    @property
    def version(self) -> int | None:
        """The row version the form was made from, where its etag is one."""
        text = str(self.etag.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    def refresh(self, version: int) -> None:
        """After a lost race: keep what was typed, say so, and let the next submit go on from the present state."""
        self.etag.data, self.submit_id.data = str(version), str(uuid4())
        self.form_errors.append(_("Somebody saved first. Compare with what is stored now, then save again."))


def walk(form: Iterable[Field]) -> Iterator[Field]:
    """Every plain field, however deep in lists and sub-forms."""
    for field in form:
        if isinstance(field, FormField):
            yield from walk(field.form)
        elif isinstance(field, FieldList):
            yield from walk(field.entries)
        else:
            yield field


def _is_text(kind: object) -> bool:
    """Whether fields of this class hold typed text that is cleaned; passwords are taken exactly."""
    return isinstance(kind, type) and issubclass(kind, StringField) and not issubclass(kind, PasswordField)


def _as_choices(given: Any) -> Any:
    """Pairs of value and label as WTForms wants them now, also from a callable that gives them later."""
    if callable(given):
        return lambda: _as_choices(given())
    return [choice(*each) if isinstance(each, tuple) else each for each in given or ()]


def _clean_line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


def _clean_text(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


def _limit(field: Field) -> None:
    """Hold a text field that names no length of its own to that of its kind."""
    if isinstance(field, IdField):
        return  # holds an id, not text
    if isinstance(field, StringField) and not any(isinstance(check, Length) for check in field.validators):
        limit = TEXT_LIMIT if isinstance(field, TextAreaField) else LINE_LIMIT
        field.validators = [*field.validators, AtMost(limit)]
        field.flags.maxlength = limit


def _refuse_repeats(field: Field) -> None:
    """security 6 #40: a value said twice means two different things to two different readers."""
    if not isinstance(field, SelectMultipleField | MultipleFileField) and len(field.raw_data or ()) > 1:
        abort(400)


# --- validators ------------------------------------------------------------------------------------------------------


class Required(DataRequired):
    """Must be filled in. Spaces alone do not count (style "Forms")."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("Please fill this in."))


class AtMost(Length):
    """At most so many characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(max=limit, message=_l("At most %(max)d characters."))


class MayBeEmpty:
    """Ends the checks of an empty field without complaint, unless what was typed could not be understood."""

    field_flags = {"optional": True}

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Stop at an empty field."""
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors = []
            raise StopValidation()


class Between:
    """A whole number within bounds, both included."""

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Complain outside the bounds."""
        if field.data is not None and not self.low <= field.data <= self.high:
            raise StopValidation(_("Enter a number from %(low)d to %(high)d.", low=self.low, high=self.high))


# --- fields ----------------------------------------------------------------------------------------------------------


class LineField(StringField):
    """One line of text; `limit` characters at most."""

    def __init__(self, label: Any, *checks: Any, limit: int = LINE_LIMIT, **kwargs: Any) -> None:
        super().__init__(label, [*checks, AtMost(limit)], **kwargs)


class LongField(TextAreaField):
    """Several lines of text; `limit` characters at most."""

    def __init__(self, label: Any, *checks: Any, limit: int = TEXT_LIMIT, **kwargs: Any) -> None:
        super().__init__(label, [*checks, AtMost(limit)], **kwargs)


class DayField(DateField):
    """A day. Takes what browsers send (2026-05-20) and what people type (20/05/2026, 20-5-2026, 20.5.2026)."""

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        super().__init__(label, checks or (MayBeEmpty(),), format=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day; what was typed stays in `raw_data` and is shown again."""
        typed = clean_line(valuelist[0]) if valuelist else ""
        if not typed:
            self.data = None
            return
        try:
            super().process_formdata([re.sub(r"[.\-/ ]+", "/", typed) if not typed[:4].isdigit() else typed])
        except ValueError:
            self.data = None
        if self.data is None or not EARLIEST <= self.data <= LATEST:
            self.data = None
            raise ValueError(_("Enter a day like 20/05/2026."))


class ClockField(TimeField):
    """A time of day in the unit's zone. Takes 13:30 and 13.30."""

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        super().__init__(label, checks or (MayBeEmpty(),), format=["%H:%M", "%H:%M:%S"], **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the time; what was typed stays in `raw_data` and is shown again."""
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data: time | None = None
        if not typed:
            return
        try:
            super().process_formdata([typed.replace(".", ":")])
        except ValueError:
            raise ValueError(_("Enter a time like 13:30.")) from None


class WholeField(IntegerField):
    """A whole number from `low` to `high`. Dots between thousands are understood."""

    def __init__(self, label: Any, *checks: Any, low: int = 0, high: int = 10**12, **kwargs: Any) -> None:
        super().__init__(label, [*(checks or (MayBeEmpty(),)), Between(low, high)], **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number; what was typed stays in `raw_data` and is shown again."""
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data: int | None = None
        if not typed:
            return
        if not re.fullmatch(r"-?[0-9]{1,15}|-?[0-9]{1,3}(\.[0-9]{3}){1,4}", typed, re.ASCII):
            raise ValueError(_("Enter a whole number."))
        self.data = int(typed.replace(".", ""))


class IdField(HiddenField):
    """An opaque id in a hidden field; 400 when it is none, because no page of ours wrote it."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the id."""
        self.data: Any
        try:
            self.data = UUID(valuelist[0]) if valuelist and valuelist[0] else None
        except ValueError:
            abort(400)


def choice(value: str, label: Any, group: str | None = None) -> Any:
    """One entry for `choices=` of a select or radio field; `group`: the heading of a long list it stands under."""
    return SelectChoice(value, label, optgroup=group)


def code_choices(name: str, blank: Any = None, only: Callable[[Code], bool] | None = None) -> list[Any]:
    """An entry in the reader's language for every code that may be chosen, with an empty first choice if wanted."""
    english = str(get_locale() or "id").startswith("en")
    wanted = [code for code in code_list(name).active() if only is None or only(code)]
    choices = [choice(code.code, code.en if english else code.id) for code in wanted]
    return [choice("", str(blank)), *choices] if blank is not None else choices


def _chosen(value: object) -> str | None:
    """An empty choice is None."""
    return str(value) if value not in (None, "") else None


class CodeField(SelectField):
    """One code of a list, as a drop-down with an empty first choice. `data` is the code, or None."""

    blank: Any = _l("Choose…")

    def __init__(
        self, label: Any, *checks: Any, codes: str, only: Callable[[Code], bool] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, checks, coerce=_chosen, choices=lambda: code_choices(codes, self.blank, only), **kwargs)
        self.invalid_choice_message = _l("Choose one of the list.")

    def process_data(self, value: object) -> None:
        """Nothing chosen is None."""
        self.data = _chosen(value)

    def pre_validate(self, form: Any) -> None:
        """Nothing chosen is for `Required` to judge."""
        if self.data is not None:
            super().pre_validate(form)


class CodeRadios(RadioField, CodeField):
    """One code of a list, as radio buttons. `data` is the code, or None."""

    blank = None

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        CodeField.__init__(self, label, *checks, **kwargs)
        self.type = "RadioField"  # templates treat it as one


class CodesField(SelectMultipleField):
    """Several codes of a list, as boxes to tick. `data` is a list of codes without repeats."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self, label: Any, *checks: Any, codes: str, only: Callable[[Code], bool] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, checks, coerce=str, choices=lambda: code_choices(codes, None, only), **kwargs)
        self.invalid_choice_message = _l("Choose from the list only.")
        self.type = "SelectMultipleField"  # templates treat it as one

    def process_data(self, value: Iterable[str] | None) -> None:
        """Nothing chosen is an empty list."""
        self.data = [str(code) for code in value or ()]

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the codes, each once."""
        self.data = list(dict.fromkeys(valuelist))
