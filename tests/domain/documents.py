"""Documents of any registered section: one plain sample each, and a hypothesis strategy for all of them."""

from __future__ import annotations

import types
import typing
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from msgspec import Struct

SAMPLE_ID = UUID("6f1c1a52-52c6-4b55-9e0a-5a7a3f2f7b01")
_SAMPLES: dict[Any, Any] = {
    str: "contoh",
    bool: True,
    int: 7,
    date: date(2026, 5, 20),
    datetime: datetime(2026, 5, 20, 4, 0, tzinfo=UTC),
    UUID: SAMPLE_ID,
    bytes: b"\x89PNG",
}
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_DICTS = st.dictionaries(_TEXT, _TEXT | st.integers(-(2**60), 2**60) | st.booleans() | st.none(), max_size=3)
_STRATEGIES: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXT,
    bool: st.booleans(),
    int: st.integers(-(2**60), 2**60),
    date: st.dates(),
    datetime: st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC)),
    UUID: st.uuids(),
    bytes: st.binary(max_size=40),
}


def sample(struct: type[Struct]) -> Struct:
    """A document with every field filled."""
    return struct(**{name: _sample(hint) for name, hint in _hints(struct).items()})


def any_document(struct: type[Struct]) -> st.SearchStrategy[Struct]:
    """Any document of the struct."""
    return st.builds(struct, **{name: _strategy(h) for name, h in _hints(struct).items()})


def _hints(struct: type[Struct]) -> dict[str, Any]:
    hints = typing.get_type_hints(struct)
    return {name: hints[name] for name in struct.__struct_fields__}


def _sample(hint: Any) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return (_sample(inner[0]),)
    if origin is dict:
        return {"kunci": "nilai" if inner[1] is Any else _sample(inner[1])}
    if origin in {types.UnionType, typing.Union}:
        return _sample(next(part for part in inner if part is not type(None)))
    return _SAMPLES[hint] if hint in _SAMPLES else sample(hint)


def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return st.lists(_strategy(inner[0]), max_size=2).map(tuple)
    if origin is dict:
        return _DICTS if inner[1] is Any else st.dictionaries(_TEXT, _strategy(inner[1]), max_size=3)
    if origin in {types.UnionType, typing.Union}:
        return st.one_of([st.none() if part is type(None) else _strategy(part) for part in inner])
    return _STRATEGIES[hint] if hint in _STRATEGIES else any_document(hint)
