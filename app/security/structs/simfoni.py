"""Documents about SIMFONI PPA, the ministry's system: what was typed there and when, and how its numbers compare with ours."""

from __future__ import annotations

from datetime import date
from uuid import UUID

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


class ComparedCount(Struct, frozen=True):
    """A number of the recap beside the one SIMFONI shows; `theirs` None where nobody typed one."""

    table: str
    row: str
    ours: int
    theirs: int | None = None


class Reason(Struct, frozen=True):
    """A known reason for a difference, and how many cases or clients it concerns."""

    code: str
    count: int


class Reconciliation(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """One reconciliation of a month with SIMFONI, by counts or by numbers. Case ids are of our own cases."""

    kind: str  # COUNTS or NUMBERS
    month: str  # YYYY-MM of the report day
    cut_off: date
    rows: tuple[ComparedCount, ...] = ()
    reasons: tuple[Reason, ...] = ()
    given: int = 0  # numbers typed
    matched: int = 0
    missing: tuple[UUID, ...] = ()  # of the month, and their number is not among those typed
    unentered: tuple[UUID, ...] = ()  # of the month, without a number
    elsewhere: tuple[UUID, ...] = ()  # of another month, and their number is among those typed
    shared: tuple[UUID, ...] = ()  # carry a number that another of our cases carries too


class ReconciliationText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Remark, and the numbers of SIMFONI that no case of ours carries, or that were typed twice (S4)."""

    remark: str = ""
    unknown: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
