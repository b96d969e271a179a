"""Forms that correct a section of a case. They are made of the parts of the intake's own pages, so both ask alike."""

from __future__ import annotations

from typing import Any

import msgspec
from wtforms import BooleanField, FormField

from app.cases.forms.fields import Wanted, choice, clock, day, radio, several, use_places
from app.cases.forms.mapping import as_data, filled
from app.cases.forms.report import IncidentPart, ReportPart
from app.cases.labels import LABELS
from app.security.structs.case import Incident
from app.security.structs.intake import IntakeIncident, IntakeReport
from app.web.forms import PartForm, Required, SectionForm

_SHARED = tuple(name for name in IntakeIncident.__struct_fields__ if name != "chronology")


class FirstReportPart(PartForm):
    """When and how the first report came: the day the case is counted on."""

    on = day("report.on", Required())
    time = clock("report.time")
    channel = choice("report.channel", "channel", Required())
    transfer_in = BooleanField(LABELS["report.transfer_in"])


class WherePart(IncidentPart):
    """When and where, without the words: the chronology has a page of its own."""

    chronology = None  # type: ignore[assignment]  # how WTForms leaves a field of the parent out


class ScreenedPart(PartForm):
    """Danger signs and authority; the risk has a page of its own."""

    danger_prompts = several("screening.danger_prompts", "danger_prompt", Wanted())
    prompts_asked = BooleanField(LABELS["screening.prompts_asked"])
    authority = radio("screening.authority", "authority")


class IncidentForm(SectionForm):
    """The coded head of a case. Field names are the paths of `validation`."""

    report = FormField(FirstReportPart)
    incident = FormField(WherePart)
    screening = FormField(ScreenedPart)

    def __init__(self, unit_area: str, held: Incident | None = None, **kwargs: Any) -> None:
        super().__init__(data=_data(held) if held else {}, **kwargs)
        use_places(self, unit_area)

    def value(self, held: Incident) -> Incident:
        """The head as typed; what the page does not ask stays as it was."""
        report = self.report.form
        where = filled(self.incident.form, IntakeIncident())
        screened = filled(self.screening.form, held)
        shared = {name: getattr(where, name) for name in _SHARED}
        return msgspec.structs.replace(
            screened,
            report_on=report.on.data or held.report_on,
            report_time=report.time.data or "",
            channel=report.channel.data or "",
            transfer_in=bool(report.transfer_in.data),
            **(shared | {"online": where.online or "TIDAK_DIKETAHUI"}),
        )


class CorrectedPart(ReportPart):
    """A report as it is corrected. Whether another provider counts the case is said of the case."""

    transfer_in = None  # type: ignore[assignment]  # how WTForms leaves a field of the parent out


class FirstPart(CorrectedPart):
    """The first report: when and how it came stands with the incident (`FirstReportPart`)."""

    on = time = channel = None  # type: ignore[assignment]


class ReporterForm(SectionForm):
    """A report of the case, corrected: who reported, and what was said. Field names are the paths of `validation`."""

    report = FormField(CorrectedPart)

    def __init__(self, held: IntakeReport | None = None, **kwargs: Any) -> None:
        super().__init__(data={"report": as_data(held)} if held else {}, **kwargs)

    def value(self, held: IntakeReport) -> IntakeReport:
        """The report as typed; what the page does not ask stays as it was."""
        part = self.report.form
        return msgspec.structs.replace(filled(part, held), reporter=filled(part.reporter.form, held.reporter))


class FirstReporterForm(ReporterForm):
    """The report the case began with."""

    report = FormField(FirstPart)


def _data(held: Incident) -> dict[str, Any]:
    known = as_data(held)
    first = {"on": held.report_on, "time": held.report_time, "channel": held.channel, "transfer_in": held.transfer_in}
    return {"report": first, "incident": known, "screening": known}
