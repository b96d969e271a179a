"""What the browser may send: which recap or sheet is wanted, and an entered value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.fields import Field

from app.accounts.models import Unit, User
from app.domain.indicators import INDICATOR_SETS, Measure
from app.reports import services
from app.reports.counting.settings import Period
from app.reports.entered_services import LONGEST, WHOLE, YES_NO, Entry
from app.reports.labels import part_choices
from app.reports.periods import FIRST_YEAR, LAST_YEAR, WHOLE_YEAR, of_year
from app.web.forms import (
    ActForm,
    AtMost,
    DayField,
    LineField,
    LongField,
    MayBeEmpty,
    PartForm,
    Required,
    WholeField,
    choice,
)

TOGETHER = "+"
"""After a province's code: the province and its units counted together."""


def unit_choices(units: Iterable[Unit]) -> list[Any]:
    """The units whose numbers one may see; of a province also all of them together."""
    found = []
    for unit in units:
        found.append(choice(unit.area_code, f"{unit.name} ({unit.area_code})"))
        if unit.kind == "prov":
            found.append(choice(unit.area_code + TOGETHER, _("%(name)s with its units", name=unit.name)))
    return found


def _parts() -> list[Any]:
    return [choice(code, words) for code, words in part_choices()]


class _Wanted(PartForm):
    """What both filters share: year, cut-off, unit. Sent by GET: codes and days only."""

    year = WholeField(_l("Year"), Required(), low=FIRST_YEAR, high=LAST_YEAR)
    cut_off = DayField(_l("As of (cut-off day)"))
    unit = SelectField(_l("Unit"))

    def offer(self, units: Sequence[Unit], own: str) -> None:
        """Fill in the choices; the own unit stands first chosen."""
        self.unit.choices = unit_choices(units)
        self.unit.data = self.unit.data or own

    @property
    def area(self) -> str:
        """The area code of the chosen unit."""
        return str(self.unit.data or "").removesuffix(TOGETHER)

    @property
    def together(self) -> bool:
        """Whether a province is counted with its units."""
        return str(self.unit.data or "").endswith(TOGETHER)


class RecapForm(_Wanted):
    """Which recap."""

    part = SelectField(_l("Period"), choices=_parts)

    def wish(self) -> services.RecapWish:
        """What the services are asked for. After `validate` only."""
        period = of_year(int(self.year.data or 0), str(self.part.data))
        return services.RecapWish(period, self.cut_off.data or period.last, self.area, self.together)


class ResponseForm(PartForm):
    """Of which period the response of institutions is wanted. Sent by GET."""

    year = WholeField(_l("Year"), Required(), low=FIRST_YEAR, high=LAST_YEAR)
    part = SelectField(_l("Period"), choices=_parts, default=WHOLE_YEAR)

    def period(self) -> Period:
        """The period asked for. After `validate` only."""
        return of_year(int(self.year.data or 0), str(self.part.data))


class ClusterForm(_Wanted):
    """Which cluster V sheet."""

    set = SelectField(_l("Indicator set"), choices=[choice(code, code) for code in INDICATOR_SETS])

    def wish(self) -> services.ClusterWish:
        """What the services are asked for. After `validate` only."""
        year = int(self.year.data or 0)
        return services.ClusterWish(
            year, self.cut_off.data or services.year_end(year), str(self.set.data), self.area, self.together
        )


class EntryForm(ActForm):
    """A value of another agency or an answer, with where it comes from (kla-cluster-v 8)."""

    value: Field
    nihil = BooleanField(_l("Nil: declared as zero"))
    agency = LineField(_l("Agency that gave the value"))
    as_of = DayField(_l("As of"))
    document = LineField(_l("Document (number, kind, date)"))
    verified_by = SelectField(_l("Verified by"))

    def offer(self, people: Iterable[User]) -> None:
        """Fill in who may have verified."""
        self.verified_by.choices = [choice("", _("Nobody yet"))] + [
            choice(str(person.id), person.display_name) for person in people
        ]
        self.verified_by.data = self.verified_by.data or ""

    def entry(self) -> Entry:
        """What the service is given."""
        return Entry(
            value=self.typed(),
            nihil=bool(self.nihil.data),
            agency=str(self.agency.data or ""),
            as_of=self.as_of.data if isinstance(self.as_of.data, date) else None,
            document=str(self.document.data or ""),
            verified_by=UUID(str(self.verified_by.data)) if self.verified_by.data else None,
        )

    def typed(self) -> str:
        """The value as the service takes it."""
        return "" if self.value.data is None else str(self.value.data)


class ShareForm(EntryForm):
    """A percentage, typed with a comma or a point."""

    def typed(self) -> str:
        """`12,5` as 0.125; what is no percentage goes on as it is, for the service to refuse."""
        text = str(self.value.data or "").replace("%", "").replace(",", ".").strip()
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", text, re.ASCII):
            return text and "?"
        return f"{Decimal(text) / 100:.6f}".rstrip("0").rstrip(".")


def entry_form(measure: Measure, people: Iterable[User]) -> EntryForm:
    """The form for a measure: a number, a percentage, a choice, yes or no, or text."""
    base = ShareForm if measure.kind == "share" else EntryForm
    form: EntryForm = type("EntryFormOfMeasure", (base,), {"value": _value_field(measure)})()
    form.offer(people)
    return form


def _value_field(measure: Measure) -> Any:
    if measure.kind in WHOLE:
        return WholeField(_l("Amount in rupiah") if measure.kind == "money" else _l("Number"), high=10**15 - 1)
    if measure.kind == "share":
        return LineField(_l("Percentage"), limit=12)
    if measure.kind == "yes_no":
        words = dict(zip(YES_NO, (_l("Yes"), _l("No")), strict=True))
        return SelectField(_l("Answer"), choices=[choice("", _l("Choose…")), *(choice(c, w) for c, w in words.items())])
    if measure.kind == "choice":
        return SelectField(_l("Answer"), choices=[choice(c, c or _l("Choose…")) for c in ("", *measure.choices)])
    return LongField(_l("Answer"), MayBeEmpty(), AtMost(LONGEST), limit=LONGEST)
