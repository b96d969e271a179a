"""What the browser may send to the SIMFONI room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from app.domain.simfoni.numbers import MAX_LENGTH
from app.reports import periods
from app.reports.counting.settings import Period
from app.simfoni.labels import SHOWS
from app.simfoni.listing import Show, Wanted
from app.simfoni.reconciling import Table
from app.simfoni.services import NewEntry
from app.web.forms import (
    ActForm,
    BaseForm,
    DayField,
    LineField,
    LongField,
    MayBeEmpty,
    PartForm,
    Required,
    SectionForm,
    WholeField,
    choice,
)

MONTHS_BACK = 14


def month_name(day: date) -> str:
    """`Mei 2026`, in the reader's language."""
    return format_date(day, "MMMM y", locale=str(get_locale() or "id"))


def month_choices(months: Sequence[Period], blank: Any = None) -> list[Any]:
    """Months as `2026-05`, the newest first."""
    named = [choice(f"{month.first:%Y-%m}", month_name(month.first)) for month in reversed(months)]
    return [choice("", str(blank)), *named] if blank is not None else named


class ListForm(PartForm):
    """Which list: fixed words and a month, never a name."""

    show = SelectField(_l("Cases"), choices=lambda: [choice(show.value, SHOWS[show]) for show in Show])
    month = SelectField(_l("Month of the report"), choices=[])

    def offer(self, today: date) -> None:
        """Fill in the months up to this one."""
        self.month.choices = month_choices(periods.months_up_to(today, MONTHS_BACK), _("Every month"))
        self.month.data = self.month.data or ""
        self.show.data = self.show.data or Show.AWAITING.value

    @property
    def wanted(self) -> Wanted:
        """What was asked for. After `validate` only."""
        month = periods.month(str(self.month.data)) if self.month.data else None
        return Wanted(Show(self.show.data), month)


class FindForm(BaseForm):
    """A number of SIMFONI, to find our case."""

    number = LineField(_l("Number in SIMFONI"), limit=MAX_LENGTH)


class EntryForm(SectionForm):
    """What is noted of an entry. The etag names the state of the case that its sheet showed."""

    number = LineField(_l("Register number in SIMFONI"), Required(), limit=MAX_LENGTH)
    on = DayField(_l("Day of the entry"), Required())
    remark = LongField(_l("Remark"), MayBeEmpty(), limit=1000)
    shared = BooleanField(_l("Both cases belong to one record in SIMFONI"))

    def entry(self) -> NewEntry:
        """What the service is given. After `validate` only."""
        if self.on.data is None:
            raise ValueError("validate first")
        return NewEntry(
            on=self.on.data,
            number=str(self.number.data or ""),
            remark=str(self.remark.data or ""),
            shared=bool(self.shared.data),
        )


class ReasonForm(ActForm):
    """Why an entry is taken back, or asked for again."""

    reason = LongField(_l("Reason"), Required(), limit=1000)


class NumbersForm(ActForm):
    """The numbers SIMFONI lists for a month, pasted or typed."""

    numbers = LongField(_l("Register numbers of SIMFONI"), Required(), limit=100_000)
    remark = LongField(_l("Remark"), MayBeEmpty(), limit=1000)


class CountsForm(ActForm):
    """A box for each count of the recap; `counts_form` adds them."""

    by_row: dict[tuple[str, str], str] = {}
    remark = LongField(_l("Remark"), MayBeEmpty(), limit=1000)

    def typed(self) -> dict[tuple[str, str], int | None]:
        """What was typed, by table and row; None where a box stayed empty."""
        return {row: self[name].data for row, name in self.by_row.items()}


def counts_form(tables: Sequence[Table]) -> CountsForm:
    """The form for these tables."""
    english = str(get_locale() or "id").startswith("en")
    rows = [row for table in tables for row in table.rows]
    boxes = {
        f"n{number}": WholeField(row.label["en" if english else "id"], high=10**7) for number, row in enumerate(rows)
    }
    names = {(row.table, row.code): name for row, name in zip(rows, boxes, strict=True)}
    form: CountsForm = type("CountsFormOfMonth", (CountsForm,), {**boxes, "by_row": names})()
    return form
