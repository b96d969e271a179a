"""What an office decided about deadline rules and days off: versions, confirmations, changes of the calendar (design 5). No case stands here."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class RuleVersion(Base):
    """One version of a deadline rule by the unit's own decision. Written once, never changed: a further decision is a further version."""

    __tablename__ = "rule_versions"
    __table_args__ = (UniqueConstraint("rule_id", "number"), CheckConstraint("number > 1000", name="local_number"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    rule_id: Mapped[str]
    number: Mapped[int]  # unique in the deployment, so that rule and number name the version on any clock
    row: Mapped[str]  # the whole rule as the program's file writes one (docs/clocks.md), in JSON
    follows: Mapped[str]  # digest of the program's text it was made from
    valid_from: Mapped[date]
    reason: Mapped[str]
    change_no: Mapped[int]  # which change of what clocks are counted by (`ClockChange.number`)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]


class RuleConfirmation(Base):
    """A legal officer read one version of a rule and stands for it; the latest counts, as long as the text is the one that was read."""

    __tablename__ = "rule_confirmations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    rule_id: Mapped[str]
    number: Mapped[int]
    says: Mapped[str]  # digest of the text that was read
    officer: Mapped[str]
    confirmed_on: Mapped[date]
    reference: Mapped[str]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]


class DayChange(Base):
    """A day that is off, or is not, by decree: a moved holiday or cuti bersama, a regional day; or a year whose list is now complete.

    Withdrawn, never deleted: what was counted with it can be counted again as it was.
    """

    __tablename__ = "day_changes"
    __table_args__ = (
        CheckConstraint("kind IN ('off', 'working', 'complete')", name="known_kind"),
        CheckConstraint("scope IN ('national', 'joint-leave', 'regional')", name="known_scope"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_no IS NULL)", name="withdrawal_is_numbered"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str]
    day: Mapped[date]  # for a complete year its 1 January
    scope: Mapped[str]
    name: Mapped[str]
    decree: Mapped[str]
    change_no: Mapped[int]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    withdrawn_no: Mapped[int | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]


class CalendarYear(Base):
    """The days off of one year as the program knew them when clocks were last counted: public, the same for every unit.

    With a new release of the program they may differ; without this nobody could say what clocks were counted by before.
    """

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[str]  # how well they are known, and each with its name, in JSON
    seen_at: Mapped[datetime]


class CalendarChange(Base):
    """Other days off of one year, come with a new release of the program: what clocks of the unit were counted by before, and are now."""

    __tablename__ = "calendar_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    year: Mapped[int]
    before: Mapped[str]  # as `CalendarYear.days`
    after: Mapped[str]
    change_no: Mapped[int]
    made_at: Mapped[datetime]


class ClockChange(Base):
    """One change of what clocks are counted by, and how far the running clocks of the unit have been counted again since.

    `object_id`: the version of a rule, the change of a day, or of a year the program knows. `cursor`: the last case counted again; done where nothing runs that
    could move.
    """

    __tablename__ = "clock_changes"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        CheckConstraint("cause IN ('rule', 'day', 'day-withdrawn', 'calendar')", name="known_cause"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    number: Mapped[int]
    cause: Mapped[str]
    object_id: Mapped[UUID]
    made_at: Mapped[datetime]
    cursor: Mapped[UUID | None]
    handled: Mapped[int]
    done_at: Mapped[datetime | None]
