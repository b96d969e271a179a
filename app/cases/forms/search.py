"""Search before create: a name, a number, a phone. Sent by POST, so that nothing typed stands in an address."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.widgets import CheckboxInput

from app.cases.search import Query
from app.web.forms import ActForm, IdField, LineField

CLIENT: Final = "client"
REPORTED: Final = "reported"


class SearchForm(ActForm):
    """What is known of the person, and whose name it is."""

    name = LineField(_l("Name or nickname"))
    number = LineField(_l("NIK or KK number"), limit=40)
    phone = LineField(_l("Phone number"), limit=40)
    whose = RadioField(
        _l("This is"),
        choices=[(CLIENT, _l("the client")), (REPORTED, _l("the reported person"))],
        default=CLIENT,
    )

    def query(self) -> Query:
        """What to search for."""
        return Query(name=self.name.data or "", nik=self.number.data or "", phone=self.phone.data or "")


class NewIntakeForm(SearchForm):
    """Going on from the hits: what was searched for comes along, and the files that may be the same person."""

    same = SelectMultipleField(choices=[], validate_choice=False, coerce=str, option_widget=CheckboxInput())
    draft_id = IdField()
