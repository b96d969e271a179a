"""The retention rule of a unit: off until somebody sets a period, with the decree it rests on. No number is shipped (security 9).

Every saving is a new row; what was in use on which day stays readable. The file of a child is kept longer by `app.domain.retention`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import NotFound, Problem, Refused, Unreadable
from app.domain.retention import LEAST_YEARS, MOST_YEARS, Period
from app.domain.zones import Zone, local_day
from app.retention.models import RetentionRule
from app.security.structs import retention as structs
from app.work import Work

BASIS_LIMIT: Final = 500


@dataclass(frozen=True, slots=True, repr=False)
class Version:
    """One saving of the rule: what was set, when and by whom."""

    rule: structs.RetentionRule
    at: datetime
    by: UUID | None

    @property
    def period(self) -> Period | None:
        """The rule as `app.domain.retention` reads it; None where it was switched off."""
        return Period(self.rule.years, self.rule.since) if self.rule.is_on else None


def history(work: Work, unit_id: UUID) -> Sequence[Version]:
    """Every saving of the unit's rule, oldest first. A row that this program did not write for this unit is left out."""
    return _histories(work, [unit_id]).get(unit_id, [])


def in_use(work: Work, unit_ids: Iterable[UUID]) -> Mapping[UUID, structs.RetentionRule]:
    """The rule that is on and in use today, of each of these units that has one."""
    asked = list(unit_ids)
    units = work.session.scalars(select(Unit).where(Unit.id.in_(asked))).all()
    today = {unit.id: local_day(work.now, Zone(unit.zone)) for unit in units}
    found: dict[UUID, structs.RetentionRule] = {}
    for unit_id, versions in _histories(work, asked).items():
        last = [version for version in versions if version.rule.since <= today[unit_id]][-1:]
        if last and last[0].rule.is_on:
            found[unit_id] = last[0].rule
    return found


def periods(work: Work, unit_ids: Iterable[UUID]) -> Mapping[UUID, Period]:
    """The period in use today, of each of these units that has one."""
    return {unit_id: Period(rule.years, rule.since) for unit_id, rule in in_use(work, unit_ids).items()}


def set_rule(work: Work, unit_id: UUID, rule: structs.RetentionRule) -> RetentionRule:
    """Set the unit's rule, or switch it off, from a day on. Whoever heads the unit or administers it (`retention:rule`).

    NotFound for another unit. Refused without the legal basis, for a period outside 1 to 100 years, and for a day before the newest rule's.
    """
    work.actor.require(Capability.RETENTION_RULE)
    if not work.actor.system and unit_id != work.actor.unit_id:
        raise NotFound("unit")
    problems = list(_problems(work, unit_id, rule))
    if problems:
        raise Refused(*problems)
    row = RetentionRule(
        id=new_id(),
        unit_id=unit_id,
        office_id=work.office,
        created_at=_after_the_last(work, unit_id),
        created_by=work.actor.user_id,
        rule_sealed=b"",
    )
    named = msgspec.structs.replace(rule, unit_id=unit_id, basis=rule.basis.strip())
    row.rule_sealed = work.vault.seal(row.place(), named)
    work.session.add(row)
    work.recorded(Event.RETENTION_RULE_SET, row.id, row=row)
    return row


def _after_the_last(work: Work, unit_id: UUID) -> datetime:
    """Now, or just after the newest saving: which one came last is always known."""
    earlier = history(work, unit_id)
    return max(work.now, earlier[-1].at + timedelta.resolution) if earlier else work.now


def _problems(work: Work, unit_id: UUID, rule: structs.RetentionRule) -> Iterable[Problem]:
    if not LEAST_YEARS <= rule.years <= MOST_YEARS:
        yield Problem("retention.years", "years", params={"least": str(LEAST_YEARS), "most": str(MOST_YEARS)})
    if not rule.basis.strip():
        yield Problem("required", "basis")
    if len(rule.basis) > BASIS_LIMIT:
        yield Problem("text.too-long", "basis", params={"limit": str(BASIS_LIMIT)})
    earlier = history(work, unit_id)
    if earlier and rule.since < earlier[-1].rule.since:
        yield Problem("retention.backwards", "since")


def _histories(work: Work, unit_ids: Sequence[UUID]) -> dict[UUID, list[Version]]:
    rows = work.session.scalars(
        select(RetentionRule)
        .where(RetentionRule.unit_id.in_(unit_ids))
        .order_by(RetentionRule.created_at, RetentionRule.id)
    )
    found: dict[UUID, list[Version]] = {}
    for row in rows:
        rule = _opened(work, row)
        if rule is not None and rule.unit_id == row.unit_id:
            found.setdefault(row.unit_id, []).append(Version(rule, row.created_at, row.created_by))
    return found


def _opened(work: Work, row: RetentionRule) -> structs.RetentionRule | None:
    try:
        return work.vault.open(row.place(), row.rule_sealed, structs.RetentionRule)
    except Unreadable:
        return None
