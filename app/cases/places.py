"""Places to choose on a form: the kecamatan and villages of the unit's own area, and a typed name for anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.reference import areas
from app.reference.areas import Area, Level


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places that belong together under one heading; (code, name) pairs."""

    name: str
    places: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def groups(unit_area: str) -> tuple[PlaceGroup, ...]:
    """A kabupaten gives its kecamatan, each with itself first and then its villages; a province its kabupaten with their
    kecamatan, because its villages would be thousands."""
    return tuple(PlaceGroup(part.name, _places(part)) for part in areas.children(unit_area))


@lru_cache(maxsize=64)
def codes(unit_area: str) -> frozenset[str]:
    """Every code that `groups` offers, and the unit's own area for "somewhere in it"."""
    return frozenset({unit_area, *(code for group in groups(unit_area) for code, _ in group.places)})


def name(code: str) -> str:
    """The place in words that `find` understands again: "Loa Ipuh, Tenggarong, Kabupaten Kutai Kartanegara"; the code itself
    where words would not be enough. Empty for no place, and for a code that no list knows."""
    if not code or not areas.exists(code):
        return ""
    here: Area | None = areas.area(code)
    words: list[str] = []
    while here is not None and (here.level > Level.PROVINCE or not words):
        words.append(here.name)
        here = areas.area(here.parent) if here.parent else None
    written = ", ".join(words)
    found = areas.find(written)
    return written if found is not None and found.code == areas.dotted(code) else code


def find(typed: str, around: str = "") -> tuple[str, tuple[str, ...]]:
    """The code of a typed place, looked for inside `around` first; else "" and what it could mean (at most five names)."""
    found = (areas.candidates(typed, around) if around else ()) or areas.candidates(typed)
    if len(found) == 1:
        return found[0].code, ()
    return "", tuple(name(area.code) for area in found[:5])


def short(code: str) -> str:
    """A place in a few words for a summary: its name and that of the area around it."""
    if not code or not areas.exists(code):
        return ""
    here = areas.area(code)
    around = areas.area(here.parent) if here.parent else None
    return f"{here.name}, {around.name}" if around is not None else here.name


def _places(part: Area) -> tuple[tuple[str, str], ...]:
    inner = tuple((each.code, f"{each.name}, {part.name}") for each in areas.children(part.code))
    return ((part.code, part.name), *inner)
