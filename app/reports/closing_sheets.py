"""What the closing pages show: the months of a year with where each stands, and one period with its checklist and versions.

A count costs one reading of the ledger, however many periods are on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.domain.access import Capability
from app.domain.errors import NotFound, Unreadable
from app.reports import closing, frozen, periods, queries, services
from app.reports.closing import Document, Draft
from app.reports.closing_rules import Change, changes
from app.reports.counting.settings import Period
from app.reports.frozen import Version
from app.reports.models import Closing
from app.work import Opening, Work

OPEN: Final = "open"
CLOSED: Final = "closed"
REVISED: Final = "revised"


@dataclass(frozen=True, slots=True)
class Line:
    """A period in the list. `pending`: cells that are no longer the frozen ones; None where nobody counted."""

    period: Period
    name: str
    is_over: bool
    status: str
    signed: Version | None
    waiting: Version | None
    pending: int | None = None
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class YearSheet:
    """The months of a year and the year itself."""

    unit: Unit
    year: int
    lines: Sequence[Line]
    names: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class PeriodSheet:
    """One period: what would be frozen now, every version, what differs from the one that counts, and what the person may do."""

    unit: Unit
    draft: Draft
    versions: Sequence[Version]
    names: Mapping[UUID, str]
    pending: Sequence[Change]
    cluster_differs: bool  # of a closed year: a cluster V sheet is no longer the frozen one
    is_unreadable: bool
    may_close: bool
    may_sign: bool
    closer_is_here: bool  # whoever looks closed what waits
    somebody_else_signs: bool  # … and another of the unit may sign it

    @property
    def signed(self) -> Version | None:
        """The version that counts."""
        return frozen.latest(self.versions)

    @property
    def waiting(self) -> Version | None:
        """The version that waits for a signature."""
        return next((version for version in self.versions if version.is_waiting), None)

    @property
    def status(self) -> str:
        """Where the period stands."""
        return status_of(self.versions)


@dataclass(frozen=True, slots=True)
class VersionSheet:
    """One frozen version with who froze and who answered it."""

    unit: Unit
    version: Version
    period: Period
    kept: Document | None  # None where it does not open, or does not fit its hash
    names: Mapping[UUID, str]
    is_latest: bool


def status_of(versions: Sequence[Version]) -> str:
    """open, closed, revised: by the versions that were signed."""
    signed = sum(version.is_signed for version in versions)
    return OPEN if not signed else CLOSED if signed == 1 else REVISED


def year_sheet(work: Work, year: int, area: str = "") -> YearSheet:
    """The list of a year. Whoever is shown differences has them counted."""
    unit = queries.unit(work, area)
    today = services.today_of(work, unit)
    wanted = [*(Period.month(year, month) for month in range(1, 13)), Period.year(year)]
    versions = frozen.of_year(work, unit.id, year)
    lines = [_line(period, versions, today) for period in wanted]
    if services.sees_pending(work):
        lines = _counted(work, unit, lines)
    return YearSheet(unit, year, lines, _names(work, versions))


def period_sheet(work: Work, period: Period, *, area: str = "", not_in_simfoni: int = 0) -> PeriodSheet:
    """The page of one period. Refused for anything but a whole month or year."""
    unit = queries.unit(work, area)
    versions = frozen.versions(work, unit.id, periods.named(period))
    signed = frozen.latest(versions)
    found = closing.draft(work, period, area=area, not_in_simfoni=not_in_simfoni, with_sheets=signed is not None)
    kept = opened_or_none(work, signed.row) if signed else None
    sees = kept is not None and services.sees_pending(work)
    is_own, mine = unit.id == work.actor.unit_id, _is_mine(work, versions)
    return PeriodSheet(
        unit,
        found,
        versions,
        _names(work, versions),
        changes(kept["recap"], found.recap) if kept is not None and sees else (),
        cluster_differs=kept is not None and sees and closing.cluster_differs(kept, found),
        is_unreadable=signed is not None and kept is None,
        may_close=is_own and work.actor.may(Capability.RECAP_CLOSE),
        may_sign=is_own and work.actor.may(Capability.RECAP_SIGN),
        closer_is_here=mine,
        somebody_else_signs=mine and closing.others_sign(work, unit.id, work.actor.user_id),
    )


def version_opening(work: Work, closing_id: UUID) -> Opening:
    """The permission check of a frozen version (`recap:read`, unit in sight) and its audit event."""
    work.actor.require(Capability.RECAP_READ)
    row = _in_sight(work, closing_id)[0]
    return Opening(Event.RECAP_READ, object_id=row.id, purpose=f"{row.period} {row.number}")


def version_sheet(work: Work, closing_id: UUID) -> VersionSheet:
    """A frozen version as it was frozen, whatever became of it."""
    row, unit = _in_sight(work, closing_id)
    versions = frozen.versions(work, unit.id, row.period)
    version = next(each for each in versions if each.row.id == row.id)
    latest = frozen.latest(versions)
    return VersionSheet(
        unit,
        version,
        period_named(row.period),
        opened_or_none(work, row),
        _names(work, [version]),
        latest is not None and latest.row.id == row.id,
    )


def period_named(name: str) -> Period:
    """`2025-03` or `2025`. NotFound for anything else."""
    try:
        return periods.month(name) if "-" in name else periods.year(name)
    except ValueError:
        raise NotFound("period") from None


def opened_or_none(work: Work, row: Closing) -> Document | None:
    """What was frozen; None where it does not open, or is not what the hash is of."""
    try:
        return frozen.opened(work, row)
    except Unreadable:
        return None


def last_month(today: date) -> Period:
    """The newest month that is over."""
    return periods.months_up_to(today, 2)[0]


def _line(period: Period, versions: Sequence[Version], today: date) -> Line:
    name = periods.named(period)
    own = [version for version in versions if version.row.period == name]
    waits = next((version for version in own if version.is_waiting), None)
    return Line(period, name, today > period.last, status_of(own), frozen.latest(own), waits)


def _counted(work: Work, unit: Unit, lines: Sequence[Line]) -> list[Line]:
    now = iter(services.recounts(work, unit, [line.period for line in lines if line.signed is not None]))
    return [_with_pending(work, line, line.signed, next(now)) if line.signed else line for line in lines]


def _with_pending(work: Work, line: Line, signed: Version, now: Document) -> Line:
    kept = opened_or_none(work, signed.row)
    pending = None if kept is None else len(changes(kept["recap"], now))
    return replace(line, pending=pending, is_unreadable=kept is None)


def _names(work: Work, versions: Iterable[Version]) -> Mapping[UUID, str]:
    people = {version.row.created_by for version in versions}
    return accounts.names(work, people | {version.answer.by for version in versions if version.answer is not None})


def _is_mine(work: Work, versions: Sequence[Version]) -> bool:
    return any(version.is_waiting and version.row.created_by == work.actor.user_id for version in versions)


def _in_sight(work: Work, closing_id: UUID) -> tuple[Closing, Unit]:
    row = work.session.get(Closing, closing_id)
    unit = next((each for each in queries.units(work) if row is not None and each.id == row.unit_id), None)
    if row is None or unit is None:
        raise NotFound("closing")
    return row, unit
