"""How the sheet is laid out: groups and fields in the national order, and the national lists (`data/simfoni_sheet.json`, which names its source: case-management 7 F13).

The lists and the order are the ministry's and may change; then the file changes, and with it its version.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

CERTAINTIES: Final = ("C", "C2", "I", "S", "U")
"""Marks of case-management 0, the surest first."""


class Kind(StrEnum):
    """What a field holds, and so how its value is written."""

    TEXT = "text"
    DAY = "day"
    AGE = "age"  # completed years, with the band of the field's list beside it
    CODE = "code"
    CODES = "codes"
    PRESENCE = "presence"  # yes or no, from the kinds of a disability


class Asked(StrEnum):
    """Of whom a field is asked. A field nobody is asked stands on the sheet only where it has a value."""

    EVERYBODY = "everybody"
    BORN = "born"
    ADULTS = "adults"
    FOREIGNERS = "foreigners"
    TRAFFICKED = "trafficked"


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence or label in both languages of the product. What is typed into SIMFONI is Indonesian."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Instead:
    """What to choose where a value has no national counterpart, and why. `choose` None: nothing, until somebody knows."""

    choose: str | None
    why: Words
    certainty: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to heed while typing a field, under these values of its sources; `choose`: the code to type then."""

    when: Mapping[str, tuple[object, ...]]
    instead: Instead


@dataclass(frozen=True, slots=True)
class National:
    """A national list: its codes in order, what to do with values it lacks, and words that differ from our labels."""

    codes: tuple[str, ...]
    instead: Mapping[str, Instead]
    words: Mapping[str, str]
    certainty: str  # of the list as a whole; empty where each code has its own


@dataclass(frozen=True, slots=True)
class Finer:
    """Where a finer local value stands, and by which attribute of its list it leads to a national code."""

    source: str
    list: str
    via: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the national form: label, where its value stands, how it is written, how sure we are of it."""

    code: str
    label: Words
    source: str
    kind: Kind
    list: str
    certainty: str
    needed: bool
    asked: Asked
    hint: Words | None
    edit: str  # the page of the case on which it is corrected
    finer: Finer | None
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class GroupLayout:
    """Fields that belong together; with `each` the group comes once for every item of that name."""

    code: str
    title: Words
    each: str
    fields: tuple[Field, ...]
    groups: tuple[GroupLayout, ...]
    advice: tuple[Advice, ...]

    def walk(self) -> Iterator[GroupLayout]:
        """The group and every group inside it."""
        yield self
        for group in self.groups:
            yield from group.walk()


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole sheet, with the version of the file it was read from."""

    version: str
    day_format: str
    long_text: int
    lists: Mapping[str, National]
    groups: tuple[GroupLayout, ...]

    def walk(self) -> Iterator[GroupLayout]:
        """Every group, those inside others too."""
        for group in self.groups:
            yield from group.walk()

    def field(self, path: str) -> Field | None:
        """The field a path of the sheet names (`victim:<id>/service:<id>.on`); None where this layout has none."""
        place, _, code = path.rpartition(".")
        group = place.rpartition("/")[2].partition(":")[0]
        found = (field for each in self.walk() if each.code == group for field in each.fields if field.code == code)
        return next(found, None)


@cache
def layout() -> Layout:
    """The layout of this deployment, read once. KeyError or ValueError where the file is not one."""
    text = resources.files("app.domain").joinpath("data", "simfoni_sheet.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    return Layout(
        version=raw["version"],
        day_format=raw["day_format"],
        long_text=raw["long_text"],
        lists=MappingProxyType({name: _national(each) for name, each in raw["lists"].items()}),
        groups=tuple(_group(each) for each in raw["groups"]),
    )


def least_sure(*certainties: str) -> str:
    """The least sure of these marks: a value is no surer than its field, nor a field than its value."""
    return max((mark for mark in certainties if mark), key=CERTAINTIES.index, default="C")


def _national(raw: Mapping[str, Any]) -> National:
    return National(
        tuple(raw["national"]),
        MappingProxyType({code: _instead(each) for code, each in raw["instead"].items()}),
        MappingProxyType(dict(raw.get("words", {}))),
        raw.get("certainty", ""),
    )


def _instead(raw: Mapping[str, Any]) -> Instead:
    return Instead(raw.get("choose"), Words(**raw["why"]), raw["certainty"])


def _advice(raw: Mapping[str, Any]) -> tuple[Advice, ...]:
    return tuple(
        Advice(MappingProxyType({path: tuple(values) for path, values in each["when"].items()}), _instead(each))
        for each in raw.get("advice", ())
    )


def _group(raw: Mapping[str, Any]) -> GroupLayout:
    return GroupLayout(
        code=raw["code"],
        title=Words(**raw["title"]),
        each=raw.get("each", ""),
        fields=tuple(_field(each) for each in raw["fields"]),
        groups=tuple(_group(each) for each in raw.get("groups", ())),
        advice=_advice(raw),
    )


def _field(raw: Mapping[str, Any]) -> Field:
    finer = raw.get("finer")
    return Field(
        code=raw["code"],
        label=Words(**raw["label"]),
        source=raw["source"],
        kind=Kind(raw["kind"]),
        list=raw.get("list", ""),
        certainty=raw["certainty"],
        needed=raw.get("needed", False),
        asked=Asked(raw.get("asked", "everybody")),
        hint=Words(**raw["hint"]) if "hint" in raw else None,
        edit=raw.get("edit", ""),
        finer=Finer(**finer) if finer else None,
        advice=_advice(raw),
    )
