"""Documents about SIMFONI PPA, the ministry's system: what was typed there, and when."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Entry(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """One entry of a case in SIMFONI: its day, and digests of what the case said then (`app.domain.simfoni.changes`).

    `words` covers the sealed identities and texts by their blobs: it changes whenever one of them is saved.
    """

    on: date
    layout: str = ""  # version of the sheet it was typed from
    coded: str = ""
    words: str = ""


class TypedLine(Struct, frozen=True):
    """One line as it was typed: its path on the sheet, and the text or the digest of a long one."""

    path: str
    text: str


class EntryText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Number SIMFONI gave, remark, and why the entry was taken back (S4). Read also while the case is closed."""

    number: str
    remark: str = ""
    removal: str = ""


class Typed(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What was typed, names and all (S4): read only where the identities are open too."""

    lines: tuple[TypedLine, ...] = ()
