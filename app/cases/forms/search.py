"""Search before create: a name, a number, a phone. Sent by POST, so that nothing typed stands in an address."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import abort, request
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField

from app.cases.search import Query
from app.web.forms import ActForm, LineField

CLIENT: Final = "client"
REPORTED: Final = "reported"
BEGIN: Final = "begin"


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

    @property
    def wants_to_begin(self) -> bool:
        """Whether the pressed button begins an intake at once where nobody is alike."""
        return request.form.get("then") == BEGIN

    def query(self) -> Query:
        """What to search for."""
        return Query(name=self.name.data or "", nik=self.number.data or "", phone=self.phone.data or "")


class NewIntakeForm(SearchForm):
    """Going on from the hits: what was searched for comes along, and the files that may be the same person."""

    same = SelectMultipleField(choices=[], validate_choice=False, coerce=str)

    def ticked(self) -> tuple[UUID, ...]:
        """The files ticked as perhaps the same person. A broken id is a request nobody's browser made: 400."""
        try:
            return tuple(UUID(each) for each in self.same.data or ())
        except ValueError:
            abort(400)
