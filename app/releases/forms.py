"""What the browser may send: which release is wanted, the answer of the person who signs, an official return and its recipient."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.releases import returning
from app.releases.labels import KINDS
from app.reports.labels import part_choices
from app.reports.periods import FIRST_YEAR, LAST_YEAR, of_year
from app.security.structs.releases import ReturnNote
from app.web.forms import ActForm, LineField, Required, WholeField, choice

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


def _parts() -> list[Any]:
    return [choice(code, words) for code, words in part_choices()]


class ReturnForm(ActForm):
    """An official return: what, of when, for whom, what for."""

    kind = SelectField(_l("What is returned"), choices=[choice(code, words) for code, words in KINDS.items()])
    year = WholeField(_l("Year"), Required(), low=FIRST_YEAR, high=LAST_YEAR)
    part = SelectField(_l("Period"), choices=_parts)
    institution = LineField(_l("Recipient institution"), Required())
    office = LineField(_l("Recipient person or office"), Required())
    purpose = LineField(_l("Purpose"), Required())

    def wish(self) -> returning.Wish:
        """What is to be counted."""
        return returning.Wish(str(self.kind.data), of_year(int(self.year.data or 0), str(self.part.data)))

    def note(self) -> ReturnNote:
        """Who receives it and what for."""
        words = (str(field.data) for field in (self.institution, self.office, self.purpose))
        institution, office, purpose = words
        return ReturnNote(institution=institution, office=office, purpose=purpose)
