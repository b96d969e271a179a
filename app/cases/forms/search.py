"""Search before create: a name, a number, a phone. Sent by POST, so that nothing typed stands in an address."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import abort, request
from flask_babel import lazy_gettext as _l
from wtforms import FormField, RadioField, SelectMultipleField

from app.cases.forms.fields import use_places
from app.cases.forms.mapping import as_data
from app.cases.forms.report import IncidentPart, ReportPart
from app.cases.parts import ReportValue
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
    """Going on from the hits: what was searched for comes along, the files that may be the same person, and the report itself, so that
    looking at the hits costs no screen of its own."""

    report = FormField(ReportPart)
    incident = FormField(IncidentPart)
    same = SelectMultipleField(choices=[], validate_choice=False, coerce=str)

    def __init__(
        self, unit_area: str, held: ReportValue | None = None, asked: SearchForm | None = None, **kwargs: Any
    ) -> None:
        data: dict[str, Any] = {"report": as_data(held.report), "incident": as_data(held.incident)} if held else {}
        if asked is not None:
            data |= {name: asked[name].data for name in ("name", "number", "phone", "whose")}
        super().__init__(data=data, **kwargs)
        use_places(self, unit_area)

    def value(self) -> ReportValue:
        """The report as typed so far."""
        return ReportValue(self.report.form.document(), self.incident.form.document())

    def ticked(self) -> tuple[UUID, ...]:
        """The files ticked as perhaps the same person. A broken id is a request nobody's browser made: 400."""
        try:
            return tuple(UUID(each) for each in self.same.data or ())
        except ValueError:
            abort(400)
