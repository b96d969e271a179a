"""What was typed into SIMFONI, kept so that later changes of the case can be seen: texts of the sheet, and a digest of its coded values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.domain.simfoni.layout import Layout
from app.domain.simfoni.sheet import Facts, Line, Sheet, State

_LONG: Final = "#"
_SHOWN: Final = (State.FILLED, State.MISSING, State.UNSURE)


@dataclass(frozen=True, slots=True, repr=False)
class Gone:
    """A line that was typed and no longer stands in the case (a service taken out, a person removed)."""

    path: str
    text: str  # empty where it was too long to be kept


@dataclass(frozen=True, slots=True, repr=False)
class Changes:
    """What differs from what was typed. `before`: path of a line that changed to what was typed then, empty for a new one."""

    before: Mapping[str, str]
    gone: tuple[Gone, ...]

    def __bool__(self) -> bool:
        return bool(self.before or self.gone)


NONE: Final = Changes({}, ())


def kept_texts(sheet: Sheet) -> dict[str, str]:
    """What to keep of a sheet that was typed: path to text; of a long text only its digest."""
    return {line.path: _kept(sheet.layout, line.text) for line in sheet.lines() if line.state is State.FILLED}


def changes(sheet: Sheet, typed: Mapping[str, str]) -> Changes:
    """How the sheet differs from what was typed. Lines this page does not show are not compared."""
    present = {line.path for line in sheet.lines()}
    before = {
        line.path: _shown(typed.get(line.path, "")) for line in sheet.lines() if _differs(sheet.layout, line, typed)
    }
    gone = [Gone(path, _shown(text)) for path, text in typed.items() if path not in present]
    return Changes(before, tuple(gone))


def facts_digest(facts: Facts) -> str:
    """A digest of the values a sheet is built from. Of values without identities and words it changes with the coded part alone.

    It does not depend on the layout: new national lists do not make every case look changed.
    """
    text = json.dumps(_plain(facts), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, str)) else f"{type(value).__name__} {value}"


def _differs(layout: Layout, line: Line, typed: Mapping[str, str]) -> bool:
    return line.state in _SHOWN and _kept(layout, line.text) != typed.get(line.path, "")


def _kept(layout: Layout, text: str) -> str:
    """The text, or for a long one (and one that looks like a digest) its digest."""
    if len(text) <= layout.long_text and not text.startswith(_LONG):
        return text
    return _LONG + hashlib.sha256(text.encode()).hexdigest()[:32]


def _shown(kept: str) -> str:
    return "" if kept.startswith(_LONG) else kept
