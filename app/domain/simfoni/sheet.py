"""The sheet of one case: every field with what to type into SIMFONI, from plain values of the case. Pure.

Values come as nested mappings under the names the layout gives as sources. A part of the case that is not open on this page stands
there as `Shut`: its fields say so instead of looking empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum
from typing import Any, Final

from app.domain.codes import Code, code_list, perp_age_band, victim_age_band
from app.domain.implications import has_disability
from app.domain.simfoni.layout import (
    Advice,
    Asked,
    Field,
    GroupLayout,
    Instead,
    Kind,
    Layout,
    National,
    Words,
    least_sure,
)

Facts = Mapping[str, Any]
"""Values of the case, of a victim, of a service…: mappings, codes, tuples of codes, days, numbers, texts, None, or `Shut`."""


class Shut(Enum):
    """Stands for a part of the case that this page does not show."""

    CLOSED = "closed"  # not opened here: identities and words before they are asked for
    UNREADABLE = "unreadable"  # sealed, and does not open


class State(StrEnum):
    """How a field stands: to be typed; not recorded; recorded without a national counterpart; not shown on this page."""

    FILLED = "filled"
    MISSING = "missing"
    UNSURE = "unsure"
    CLOSED = "closed"
    UNREADABLE = "unreadable"


_SHUT: Final = {Shut.CLOSED: State.CLOSED, Shut.UNREADABLE: State.UNREADABLE}
_EMPTY: Final[tuple[object, ...]] = (None, "", ())


@dataclass(frozen=True, slots=True)
class Counsel:
    """What to heed, what to choose then (None: nothing in particular), and how sure we are."""

    choose: Words | None
    why: Words
    certainty: str


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One field: what to type (in Indonesian, as SIMFONI has it), our finer value beside it, what to heed."""

    path: str
    field: Field
    state: State
    text: str = ""
    beside: Words | None = None
    counsel: tuple[Counsel, ...] = ()
    certainty: str = "C"

    @property
    def is_lacking(self) -> bool:
        """Whether the form needs it and the file does not have it, or not in a way the form knows."""
        return self.field.needed and self.state in (State.MISSING, State.UNSURE)


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """A group of the sheet: the case, one victim, one service… `number` counts from 1 among its sisters; `key` is its item's id."""

    layout: GroupLayout
    path: str
    key: str
    number: int
    counsel: tuple[Counsel, ...]
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]

    def walk(self) -> Iterator[Group]:
        """The group and every group inside it, in order."""
        yield self
        for group in self.groups:
            yield from group.walk()


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """The whole sheet of a case."""

    layout: Layout
    groups: tuple[Group, ...]

    def walk(self) -> Iterator[Group]:
        """Every group in order."""
        for group in self.groups:
            yield from group.walk()

    def lines(self) -> Iterator[Line]:
        """Every line in order."""
        for group in self.walk():
            yield from group.lines


def build(layout: Layout, facts: Facts) -> Sheet:
    """The sheet of a case. KeyError where the facts lack a source that the layout names: a fault of the program."""
    return Sheet(layout, tuple(_groups(layout, layout.groups, facts, "")))


def national_text(layout: Layout, list_name: str, code: str) -> str:
    """The Indonesian words of a national code, as they are typed."""
    return layout.lists[list_name].words.get(code) or code_list(list_name).get(code).id


def _groups(layout: Layout, wanted: Sequence[GroupLayout], item: Facts, around: str) -> Iterator[Group]:
    for group in wanted:
        items: Sequence[Facts] = item[group.each] if group.each else (item,)
        for position, each in enumerate(items, start=1):
            key = str(each["id"]) if group.each else ""
            place = "/".join(part for part in (around, f"{group.code}:{key}" if key else group.code) if part)
            yield Group(
                group,
                place,
                key,
                each.get("number", position) if group.each else 1,
                _counsel(layout, group.advice, each, ""),
                tuple(_lines(layout, group.fields, each, place)),
                tuple(_groups(layout, group.groups, each, place)),
            )


def _lines(layout: Layout, fields: Sequence[Field], item: Facts, place: str) -> Iterator[Line]:
    asked = {Asked.EVERYBODY, *item.get("asked", ())}
    for field in fields:
        line = _line(layout, field, item, f"{place}.{field.code}")
        if field.asked in asked or line.state is not State.MISSING:
            yield line


def _line(layout: Layout, field: Field, item: Facts, path: str) -> Line:
    value = _found(item, field.source)
    if isinstance(value, Shut):
        return Line(path, field, _SHUT[value], certainty=field.certainty)
    counsel = _counsel(layout, field.advice, item, field.list)
    chosen = next((each.choose for each in counsel if each.choose is not None), None)
    if chosen is not None:
        return Line(path, field, State.FILLED, chosen.id, None, counsel, field.certainty)
    return _WRITERS[field.kind](_Writing(layout, field, item, path, counsel), value)


def _found(item: Facts, path: str) -> Any:
    """The value at a dotted path; `Shut` where a part on the way is shut."""
    value: Any = item
    for name in path.split("."):
        if isinstance(value, Shut):
            return value
        value = value[name]
    return value


def _counsel(layout: Layout, advice: Sequence[Advice], item: Facts, list_name: str) -> tuple[Counsel, ...]:
    return tuple(
        _told(layout, list_name, each.instead)
        for each in advice
        if all(_found(item, path) in values for path, values in each.when.items())
    )


def _told(layout: Layout, list_name: str, instead: Instead) -> Counsel:
    chosen = _label(layout, list_name, instead.choose) if instead.choose else None
    return Counsel(chosen, instead.why, instead.certainty)


def _label(layout: Layout, list_name: str, code: str) -> Words:
    return Words(national_text(layout, list_name, code), code_list(list_name).get(code).en)


# --- writing values --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class _Writing:
    """One field under way."""

    layout: Layout
    field: Field
    item: Facts
    path: str
    counsel: tuple[Counsel, ...]

    @property
    def national(self) -> National:
        return self.layout.lists[self.field.list]

    def line(self, text: str, beside: Words | None = None, *marks: str) -> Line:
        state = State.FILLED if text else State.MISSING
        certainty = least_sure(self.field.certainty, *marks) if text else self.field.certainty
        return Line(self.path, self.field, state, text, beside, self.counsel, certainty)

    def coded(self, codes: Sequence[str], beside: Words | None = None) -> Line:
        """The line of one or several codes, each in the words of its national list; those without a counterpart say what to do."""
        known = [code for code in self.national.codes if code in codes]
        told = [_told(self.layout, self.field.list, self.national.instead[code]) for code in codes if code not in known]
        words = [national_text(self.layout, self.field.list, code) for code in known]
        words += [each.choose.id for each in told if each.choose is not None and each.choose.id not in words]
        marks = [self.national.certainty or code_list(self.field.list).get(code).certainty for code in known]
        line = self.line(", ".join(words), beside, *marks)
        state = State.UNSURE if told and not words else line.state
        return replace(line, state=state, counsel=(*self.counsel, *told))


def _text(writing: _Writing, value: Any) -> Line:
    return writing.line("" if value is None else str(value).strip())


def _day(writing: _Writing, value: Any) -> Line:
    return writing.line(value.strftime(writing.layout.day_format) if isinstance(value, date) else "")


def _age(writing: _Writing, value: Any) -> Line:
    """Completed years, with the band of the recap beside it; an unknown age says what to do."""
    band_of = perp_age_band if writing.field.list == "age_band_perp" else victim_age_band
    band = code_list(writing.field.list).get(band_of(value))
    if value is None:
        return writing.coded((band.code,))
    return writing.line(str(value), _words(band))


def _code(writing: _Writing, value: Any) -> Line:
    finer = _finer(writing)
    via = writing.field.finer.via if writing.field.finer else ""
    code = str(value or (finer.text(via) if finer is not None else "") or "")
    if not code:
        return writing.line("")
    beside = _words(finer) if finer is not None else None
    line = writing.coded((code,), beside)
    return replace(line, beside=None) if beside is not None and beside.id == line.text else line


def _finer(writing: _Writing) -> Code | None:
    finer = writing.field.finer
    local = _found(writing.item, finer.source) if finer else ""
    return code_list(finer.list).get(local) if finer and local and not isinstance(local, Shut) else None


def _codes(writing: _Writing, value: Any) -> Line:
    return writing.coded(tuple(value)) if value not in _EMPTY else writing.line("")


def _presence(writing: _Writing, value: Any) -> Line:
    """Yes where any kind of disability is recorded, no where "none" is; the kinds stand beside it."""
    if value in _EMPTY:
        return writing.line("")
    kinds = [code_list("disability").get(code) for code in value]
    present = has_disability(value)
    answer = "TIDAK_DIKETAHUI" if present is None else "YA" if present else "TIDAK"
    beside = Words(", ".join(kind.id for kind in kinds), ", ".join(kind.en for kind in kinds)) if present else None
    return writing.coded((answer,), beside)


def _words(code: Code) -> Words:
    return Words(code.id, code.en)


_WRITERS: Final = {
    Kind.TEXT: _text,
    Kind.DAY: _day,
    Kind.AGE: _age,
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.PRESENCE: _presence,
}
