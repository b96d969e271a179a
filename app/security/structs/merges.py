"""Words about files that were merged (case-management 6.2 gives no form for it)."""

from __future__ import annotations

from msgspec import Struct


class MergeReason(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Why two files were merged, and why that was taken back (S4)."""

    merged: str
    undone: str = ""
