"""What the browser may send: which release is wanted, and the answer of the person who signs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.reports.periods import FIRST_YEAR, LAST_YEAR
from app.web.forms import ActForm, Required, WholeField, choice

SIGN, REFUSE = "sign", "refuse"


class MakeForm(ActForm):
    """A release to be made: the year, and up to which quarter of it; 0 is the year itself."""

    year = WholeField(_l("Year"), Required(), low=FIRST_YEAR, high=LAST_YEAR)
    quarter = SelectField(
        _l("Period"),
        choices=[
            choice("1", _l("Quarter 1")),
            choice("2", _l("Quarter 2")),
            choice("3", _l("Quarter 3")),
            choice("4", _l("Quarter 4")),
            choice("0", _l("Whole year")),
        ],
    )


class DecideForm(ActForm):
    """Sign the release, or refuse it."""

    answer = SelectField(_l("Answer"), choices=[choice(SIGN, _l("Sign")), choice(REFUSE, _l("Refuse"))])
