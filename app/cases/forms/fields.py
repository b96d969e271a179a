"""Fields of intake forms: days and times kept as typed, places by two ways, several names in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from babel.dates import get_month_names
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field, SelectField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from app.cases import places, typed
from app.cases.labels import LABELS
from app.cases.typed import BadDay, DayFault
from app.domain.codes import code_list
from app.domain.text import clean_line
from app.web.forms import LINE_LIMIT, CodeField, CodeRadios, CodesField, LineField, LongField, WholeField

ELSEWHERE: Final = "LUAR"
NAMES_LIMIT: Final = 10


class Wanted:
    """Marks a field of the minimum. A draft may be kept without it, so nothing is refused here (design 6)."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Field) -> None:
        """Accept."""


# --- days and times --------------------------------------------------------------------------------------------------


class TypedDay(Field):
    """A day as people type it. `data` is the date or None; what could not be read stays in the box and is explained.

    A plain text box on purpose: a browser's own date box throws 31/02 away before anybody sees it.
    """

    widget = TextInput()
    data: Any

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        super().__init__(label, checks, **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day."""
        read = typed.read_day(valuelist[0]) if valuelist else None
        self.data = read if isinstance(read, date) else None
        if isinstance(read, BadDay):
            raise ValueError(_explained(read))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%d/%m/%Y}" if isinstance(self.data, date) else ""


class TypedClock(Field):
    """A time of day as people type it. `data` is "HH:MM", or None."""

    widget = TextInput()
    data: Any

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        super().__init__(label, checks, **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the time."""
        read = typed.read_clock(valuelist[0]) if valuelist else ""
        self.data = read or None
        if read is None:
            raise ValueError(_("Enter a time like 13:30."))

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.data or ""


def _explained(bad: BadDay) -> str:
    if bad.fault is DayFault.NO_SUCH_DAY:
        month = get_month_names("wide", locale=get_locale())[bad.month]
        return str(
            ngettext(
                "%(month)s %(year)s has %(num)s day.",
                "%(month)s %(year)s has %(num)s days.",
                bad.last,
                month=month,
                year=bad.year,
            )
        )
    sentences = {
        DayFault.SHAPE: _("Enter a day like 20/05/2026."),
        DayFault.YEAR: _("Write the year with four digits, like 20/05/2026."),
        DayFault.MONTH: _("There is no such month. Enter a day like 20/05/2026."),
    }
    return str(sentences[bad.fault])


# --- places ----------------------------------------------------------------------------------------------------------


class GroupedSelect:
    """A drop-down whose first options stand alone and whose others stand under headings."""

    def __call__(self, field: PlaceField | RelationField, **kwargs: Any) -> Markup:
        """The markup."""
        given = {"id": field.id, "name": field.name, "required": field.flags.required, **kwargs}
        inner = [_option(*option, chosen=field.shown) for option in field.first_options()]
        for name, options in field.groups():
            inner.append(_group(name, options, field.shown if any(field.shown == code for code, _ in options) else ""))
        return Markup("<select{}>{}</select>").format(_attributes(given), Markup("").join(inner))


Options = tuple[tuple[str, str], ...]
"""Value and label of each option."""


def _attributes(given: Mapping[str, Any]) -> Markup:
    """Attributes as macros hand them over: false and none are left out, true stands alone."""
    parts = [(Markup(" {}") if value is True else Markup(' {}="{}"'), name, value) for name, value in given.items()]
    return Markup("").join(shape.format(name, value) for shape, name, value in parts if value not in (None, False))


def _option(value: str, label: str, *, chosen: str) -> Markup:
    mark = Markup(" selected") if value == chosen else Markup("")
    return Markup('<option value="{}"{}>{}</option>').format(value, mark, label)


@lru_cache(maxsize=1024)
def _group(name: str, options: Options, chosen: str) -> Markup:
    """One heading with its options. Kept, because a kabupaten has hundreds and all but one group stay the same."""
    inner = Markup("").join(_option(value, label, chosen=chosen) for value, label in options)
    return Markup('<optgroup label="{}">{}</optgroup>').format(name, inner)


class PlaceField(SelectField):
    """A place of the unit's own area, with every kecamatan and village in one list that works without scripting.

    `unit_area` must be set before the form is validated or shown (`use_places`). `elsewhere` is the text field beside it,
    which wins where it is filled in: the name of any place in the country. `data` is the area code, or None.
    """

    widget: Any = GroupedSelect()
    unit_area = ""

    def __init__(self, label: Any, *checks: Any, elsewhere: str, **kwargs: Any) -> None:
        super().__init__(label, checks, choices=[], validate_choice=False, coerce=lambda value: value or None, **kwargs)
        self.elsewhere = elsewhere

    @property
    def shown(self) -> str:
        """The option to show as chosen: a place outside the list stands in the text field beside."""
        if not self.data or self.data == ELSEWHERE or self.data in places.codes(self.unit_area):
            return self.data or ""
        return ELSEWHERE

    def first_options(self) -> Iterator[tuple[str, str]]:
        """What stands above the headings."""
        own = places.short(self.unit_area).partition(",")[0]
        yield "", _("Choose…")
        yield self.unit_area, _("Somewhere in %(area)s, kecamatan not known", area=own)
        yield ELSEWHERE, _("Outside %(area)s: write the name below", area=own)

    def groups(self) -> Iterator[tuple[str, Options]]:
        """Headings with their places; the first of each is the whole of it."""
        for group in places.groups(self.unit_area):
            (code, whole), *inner = group.places
            first = _("%(kecamatan)s, village not known", kecamatan=whole) if inner else whole
            yield group.name, ((code, first), *inner)

    def pre_validate(self, form: Any) -> None:
        """Refuse what the list does not offer."""
        if self.data not in (None, ELSEWHERE) and self.data not in places.codes(self.unit_area):
            raise StopValidation(_("Choose one of the list."))


class ElsewhereField(LineField):
    """The typed name of a place, beside the `PlaceField` named `place`, which must stand before it in the form.

    Where it is filled in it wins; where the list says "outside" it must be.
    """

    def __init__(self, label: Any, *checks: Any, place: str, **kwargs: Any) -> None:
        super().__init__(label, *checks, **kwargs)
        self.place = place

    def pre_validate(self, form: Any) -> None:
        """Find the place and hand its code to the list."""
        beside = form[self.place]
        if self.data:
            beside.data = self._found() or beside.data
        elif beside.data == ELSEWHERE:
            raise StopValidation(_("Write the name of the place, with the kabupaten or kota behind a comma."))

    def _found(self) -> str:
        code, meant = places.find(str(self.data))
        if meant:
            raise StopValidation(_("Several places are called so: %(names)s.", names="; ".join(meant)))
        if not code:
            raise StopValidation(_("No such place. Write it like “Samarinda Kota, Kota Samarinda”."))
        return code


class TypedPlaceField(Field):
    """A place by its typed name alone, looked for in the unit's area first. `data` is the area code after validation."""

    widget = TextInput()
    unit_area = ""
    data: Any

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        super().__init__(label, checks, **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Keep what was typed; `pre_validate` looks it up, once the unit's area is known."""
        self.data = clean_line(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        """Find the place."""
        if not self.data:
            return
        code, meant = places.find(self.data, self.unit_area)
        if meant:
            raise StopValidation(_("Several places are called so: %(names)s.", names="; ".join(meant)))
        if not code:
            raise StopValidation(_("No such place. Write it like “Loa Ipuh, Tenggarong”."))
        self.data = code

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else places.name(self.data or "")


def use_places(form: Any, unit_area: str) -> None:
    """Give every place field of a form the unit's area, and show places outside it by name."""
    for field in form:
        if isinstance(field, TypedPlaceField):
            field.unit_area = unit_area
        elif isinstance(field, PlaceField):
            field.unit_area = unit_area
            beside = form[field.elsewhere]
            if field.shown == ELSEWHERE and field.data != ELSEWHERE and not beside.raw_data:
                beside.data = places.name(field.data)
        elif hasattr(field, "form"):
            use_places(field.form, unit_area)


# --- names, codes ----------------------------------------------------------------------------------------------------


class NamesField(Field):
    """Several names in one line, between commas. `data` is a tuple of names."""

    widget = TextInput()
    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the names, each once."""
        typed_names = [clean_line(name) for name in (valuelist[0] if valuelist else "").split(",")]
        self.data = tuple(dict.fromkeys(name for name in typed_names if name))
        if len(self.data) > NAMES_LIMIT:
            raise ValueError(_("At most %(limit)s names.", limit=NAMES_LIMIT))
        if any(len(name) > LINE_LIMIT for name in self.data):
            raise ValueError(_("At most %(limit)s characters.", limit=LINE_LIMIT))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(self.data or ())


class RelationField(SelectField):
    """What a reported person is to a client: the relations of the recap, each with its finer words beneath it.

    `data` is a code of `relationship` or of `relationship_detail`, or None (case-management 3.9).
    """

    widget: Any = GroupedSelect()

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        super().__init__(label, checks, choices=[], validate_choice=False, coerce=lambda value: value or None, **kwargs)

    @property
    def shown(self) -> str:
        """The option to show as chosen."""
        return self.data or ""

    def first_options(self) -> Iterator[tuple[str, str]]:
        """What stands above the headings: nothing, and "not known"."""
        unknown = code_list("relationship").get(str(code_list("relationship").unknown))
        yield "", _("Choose…")
        yield unknown.code, _("Not known")

    def groups(self) -> Iterator[tuple[str, Options]]:
        """Each relation with its finer words."""
        details = code_list("relationship_detail").active()
        for general in code_list("relationship").active():
            finer = [each for each in details if each.text("relationship") == general.code]
            if general.code != code_list("relationship").unknown:
                yield _word(general), tuple((each.code, _word(each)) for each in (general, *finer))

    def pre_validate(self, form: Any) -> None:
        """Refuse what the list does not offer."""
        if (
            self.data
            and self.data not in code_list("relationship")
            and self.data not in code_list("relationship_detail")
        ):
            raise StopValidation(_("Choose one of the list."))


def _word(code: Any) -> str:
    return str(code.en if str(get_locale() or "id").startswith("en") else code.id)


# --- fields with the words of the case room -----------------------------------------------------------------------------


def line(path: str, *checks: Any, **kwargs: Any) -> LineField:
    """One line, called as `LABELS` says."""
    return LineField(LABELS[path], *checks, **kwargs)


def long(path: str, **kwargs: Any) -> LongField:
    """Several lines, called as `LABELS` says."""
    return LongField(LABELS[path], **kwargs)


def day(path: str, *checks: Any) -> TypedDay:
    """A day, called as `LABELS` says."""
    return TypedDay(LABELS[path], *checks)


def clock(path: str, *checks: Any) -> TypedClock:
    """A time of day, called as `LABELS` says."""
    return TypedClock(LABELS[path], *checks)


def whole(path: str, *checks: Any, low: int = 0, high: int = 120) -> WholeField:
    """A whole number, called as `LABELS` says."""
    return WholeField(LABELS[path], *checks, low=low, high=high)


def choice(path: str, codes: str, *checks: Any, **kwargs: Any) -> CodeField:
    """One code as a drop-down, called as `LABELS` says."""
    return CodeField(LABELS[path], *checks, codes=codes, **kwargs)


def radio(path: str, codes: str, *checks: Any, **kwargs: Any) -> CodeRadios:
    """One code as radio buttons, called as `LABELS` says."""
    return CodeRadios(LABELS[path], *checks, codes=codes, **kwargs)


def several(path: str, codes: str, *checks: Any, **kwargs: Any) -> CodesField:
    """Several codes as boxes, called as `LABELS` says."""
    return CodesField(LABELS[path], *checks, codes=codes, **kwargs)


def names(path: str) -> NamesField:
    """Several names in one line, called as `LABELS` says."""
    return NamesField(LABELS[path])
