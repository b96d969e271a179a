"""Report, reporter and incident: the first page of an intake, and the report that joins a case (case-management 7 F1, F2)."""

from __future__ import annotations

from typing import Any

import msgspec
from wtforms import BooleanField, FormField

from app.cases.forms.fields import (
    ElsewhereField,
    PlaceField,
    TypedPlaceField,
    Wanted,
    choice,
    clock,
    day,
    line,
    long,
    radio,
    use_places,
)
from app.cases.forms.mapping import as_data, filled
from app.cases.labels import LABELS
from app.cases.parts import ReportValue
from app.security.structs.case import Chronology, Reporter
from app.security.structs.intake import IntakeIncident, IntakeReport
from app.web.forms import ActForm, PartForm, SectionForm


class ReporterPart(PartForm):
    """Who reported."""

    name = line("report.reporter.name")
    phone = line("report.reporter.phone", limit=40)
    relation_text = line("report.reporter.relation_text")
    address = line("report.reporter.address")
    birth_place = line("report.reporter.birth_place")
    birth_date = day("report.reporter.birth_date")
    occupation = line("report.reporter.occupation")
    words = long("report.reporter.words")


class ReportPart(PartForm):
    """When and how the report came."""

    on = day("report.on", Wanted())
    time = clock("report.time", Wanted())
    channel = choice("report.channel", "channel", Wanted())
    reporter_kind = choice("report.reporter_kind", "reporter_kind")
    transfer_in = BooleanField(LABELS["report.transfer_in"])
    reporter = FormField(ReporterPart)

    def document(self) -> IntakeReport:
        """The report as typed."""
        report = filled(self, IntakeReport())
        return msgspec.structs.replace(report, reporter=filled(self.reporter.form, Reporter()))


class ChronologyPart(PartForm):
    """What happened, in words."""

    text = long("incident.chronology.text")
    scene_address = line("incident.chronology.scene_address")
    client_wish = long("incident.chronology.client_wish")
    event_name = line("incident.chronology.event_name")


class IncidentPart(PartForm):
    """When and where."""

    first_on = day("incident.first_on", Wanted())
    last_on = day("incident.last_on")
    time = clock("incident.time")
    area = PlaceField(LABELS["incident.area"], Wanted(), elsewhere="area_elsewhere")
    area_elsewhere = ElsewhereField(LABELS["incident.area_elsewhere"], place="area")
    place = choice("incident.place", "place")
    online = radio("incident.online", "yes_no_unknown")
    patbm_village = TypedPlaceField(LABELS["incident.patbm_village"])
    event_kind = choice("incident.event_kind", "incident_event")
    event_on = day("incident.event_on")
    event_area = TypedPlaceField(LABELS["incident.event_area"])
    chronology = FormField(ChronologyPart)

    def document(self) -> IntakeIncident:
        """The incident as typed."""
        incident = filled(self, IntakeIncident())
        return msgspec.structs.replace(incident, chronology=filled(self.chronology.form, Chronology()))


class ReportForm(SectionForm):
    """The page of report and incident. Field names are the paths of `validation`."""

    report = FormField(ReportPart)
    incident = FormField(IncidentPart)

    def __init__(self, unit_area: str, held: ReportValue | None = None, **kwargs: Any) -> None:
        data = {"report": as_data(held.report), "incident": as_data(held.incident)} if held else {}
        super().__init__(data=data, **kwargs)
        use_places(self, unit_area)

    def value(self) -> ReportValue:
        """What the page holds."""
        return ReportValue(self.report.form.document(), self.incident.form.document())


class JoinForm(ActForm):
    """A further report of a matter that is a case already (issue: a second report joins a case)."""

    report = FormField(ReportPart)

    def __init__(self, held: IntakeReport | None = None, **kwargs: Any) -> None:
        super().__init__(data={"report": as_data(held)} if held else {}, **kwargs)

    def value(self) -> IntakeReport:
        """The report as typed."""
        return self.report.form.document()
