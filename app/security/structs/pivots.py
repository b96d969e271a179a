"""A pivot kept under a name, under the office key: which codes an office looks at says something of its cases."""

from __future__ import annotations

from msgspec import Struct


class KeptCondition(Struct, frozen=True):
    """One condition: axis and code."""

    axis: str
    code: str


class SavedPivot(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What is counted by what, under which conditions. The period is not kept: one asks the same of another year."""

    name: str
    counted: str
    rows: str
    columns: str = ""
    conditions: tuple[KeptCondition, ...] = ()
