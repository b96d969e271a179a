"""Frozen tables as they are read: one row of a period, opened and compared with its hash (design 4 "Closing")."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.accounts.models import Unit
from app.domain.errors import Unreadable
from app.reports import periods
from app.reports.closing_rules import hash_of
from app.reports.counting.settings import Period
from app.reports.models import Closing, ClosingAnswer
from app.security.sections import Purpose
from app.security.vault import Frozen
from app.work import Work

Document = dict[str, Any]
SIGNED: Final = "signed"
WITHDRAWN: Final = "withdrawn"


class FrozenUnreadable(Unreadable):
    """Frozen tables that do not open, or are not those their hash is of: a page says so and shows no number."""


@dataclass(frozen=True, slots=True)
class Version:
    """Frozen tables of a period with the answer they got; none while they wait for a signature."""

    row: Closing
    answer: ClosingAnswer | None

    @property
    def is_signed(self) -> bool:
        """Whether these tables count."""
        return self.answer is not None and self.answer.answer == SIGNED

    @property
    def is_waiting(self) -> bool:
        """Whether nobody answered yet."""
        return self.answer is None


def versions(work: Work, unit_id: UUID, name: str) -> Sequence[Version]:
    """Everything ever frozen of a period, oldest first: one query."""
    return _found(work, unit_id, Closing.period == name)


def of_year(work: Work, unit_id: UUID, year: int) -> Sequence[Version]:
    """Everything ever frozen of a year and its months, by period and number. The keys of all of them are read at once."""
    found = _found(work, unit_id, Closing.period.startswith(f"{year:04d}"))
    work.vault.keys.preload(Purpose.LEDGER, [version.row.id for version in found])
    return found


def every(work: Work, unit_id: UUID) -> Sequence[Version]:
    """Everything ever frozen of a unit, by period and number."""
    return _found(work, unit_id)


def waiting(work: Work, unit_id: UUID) -> Sequence[Version]:
    """What waits for a signature in a unit, by period."""
    return _found(work, unit_id, ClosingAnswer.closing_id.is_(None))


def closed_among(work: Work, unit_id: UUID, names: Collection[str]) -> set[str]:
    """Which of these periods are closed. Nothing sealed is read."""
    signed = select(Closing.period).join(ClosingAnswer, ClosingAnswer.closing_id == Closing.id)
    wanted = signed.where(Closing.unit_id == unit_id, Closing.period.in_(names), ClosingAnswer.answer == SIGNED)
    return set(work.session.scalars(wanted))


def _found(work: Work, unit_id: UUID, *conditions: ColumnElement[bool]) -> Sequence[Version]:
    rows = work.session.execute(
        select(Closing, ClosingAnswer)
        .outerjoin(ClosingAnswer, ClosingAnswer.closing_id == Closing.id)
        .where(Closing.unit_id == unit_id, *conditions)
        .order_by(Closing.period, Closing.number)
    )
    return [Version(row, answer) for row, answer in rows]


def latest(found: Sequence[Version]) -> Version | None:
    """The newest signed tables: the ones that count."""
    return next((version for version in reversed(found) if version.is_signed), None)


def opened(work: Work, row: Closing) -> Document:
    """What was frozen. FrozenUnreadable where the bytes do not open, or are not those the hash is of: then no number is shown."""
    try:
        raw = work.vault.open_frozen(Frozen.CLOSING, row.id, row.tables_sealed)
    except Unreadable:
        raise FrozenUnreadable("frozen tables") from None
    if hash_of(raw) != row.hash:
        raise FrozenUnreadable("frozen tables")
    document: Document = json.loads(raw)
    return document


def recap_of(work: Work, unit: Unit, period: Period) -> Document | None:
    """The frozen recap of a closed period as of its own cut-off, with `status`, `closed_at`, `hash`; None while it is open."""
    found = latest(versions(work, unit.id, periods.named(period)))
    return None if found is None else as_shown(work, found)


def cluster_of(work: Work, unit: Unit, year: int, indicator_set: str) -> Document | None:
    """The frozen cluster V sheet of a closed year; None while it is open, and for a set that was not there then."""
    found = latest(versions(work, unit.id, f"{year:04d}"))
    if found is None:
        return None
    kept = opened(work, found.row)
    sheet: Document | None = kept["cluster_v"].get(indicator_set)
    return None if sheet is None else sheet | _signs(found, kept)


def as_shown(work: Work, version: Version) -> Document:
    """Frozen tables as a recap document (contracts/recap): `closed`, or `revised` where earlier tables of the period were signed."""
    kept = opened(work, version.row)
    recap: Document = kept["recap"]
    return recap | _signs(version, kept)


def _signs(version: Version, kept: Document) -> Document:
    answer = version.answer
    return {
        "status": "revised" if kept["revises"] is not None else "closed",
        "closed_at": (answer.at if answer else version.row.created_at).isoformat(),
        "hash": version.row.hash.hex(),
        "version": version.row.number,
        "nihil": kept["nihil"],
    }
