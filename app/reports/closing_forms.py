"""What the browser may send about closing: which year is listed, what the closer says, which version is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from app.accounts.models import Unit
from app.reports.closing import Words
from app.reports.periods import FIRST_YEAR, LAST_YEAR
from app.web.forms import ActForm, AtMost, LongField, MayBeEmpty, PartForm, Required, SectionForm, WholeField, choice

LONGEST: Final = 2_000


class YearForm(PartForm):
    """Which year is listed, of which unit. Sent by GET."""

    year = WholeField(_l("Year"), Required(), low=FIRST_YEAR, high=LAST_YEAR)
    unit = SelectField(_l("Unit"))

    def offer(self, units: Sequence[Unit], own: str) -> None:
        """Fill in the choices; the own unit stands first chosen."""
        self.unit.choices = [choice(unit.area_code, f"{unit.name} ({unit.area_code})") for unit in units]
        self.unit.data = self.unit.data or own


class CloseForm(ActForm):
    """What the closer says. Which of it is needed the checklist decides."""

    revision = LongField(_l("Why these numbers are revised"), MayBeEmpty(), AtMost(LONGEST), limit=LONGEST)
    accepted = LongField(
        _l("Why the period is closed in spite of the warnings"), MayBeEmpty(), AtMost(LONGEST), limit=LONGEST
    )
    nihil = BooleanField(_l("I state that nothing happened in this period (nil)."))

    def words(self) -> Words:
        """What the service is given."""
        return Words(str(self.accepted.data or ""), str(self.revision.data or ""), bool(self.nihil.data))


class SignForm(SectionForm):
    """Sign or withdraw: `etag` is the version that stood on the page."""
