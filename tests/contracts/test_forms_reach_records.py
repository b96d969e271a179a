"""What a form asks arrives in the record, and what a record holds somebody can type: `filled` takes what has the same name, in silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from msgspec import Struct
from wtforms import Form
from wtforms.fields.core import UnboundField

from app.cases import course_forms
from app.cases.forms import client, report, reported, screening
from app.security.structs import case, course, intake, people


class Pair(NamedTuple):
    """A form, the record it fills, the fields that do something else, and what of the record comes from elsewhere: each with its reason."""

    form: type[Form]
    record: type[Struct]
    besides: Mapping[str, str] = {}
    elsewhere: Mapping[str, str] = {}


PLACES = "a place out of reach of the list: joins the place beside it"
PAIRS = [
    Pair(client.IdentityPart, people.ClientIdentity, elsewhere={"village": "read off the residence"}),
    Pair(client.ContactPart, people.SafeContact),
    Pair(
        client.ProfilePart,
        people.ClientProfile,
        besides={"residence_elsewhere": PLACES},
        elsewhere={
            "mask": "initials, made of the name",
            "age_at_incident": "counted from birth date or stated age",
            "age_at_report": "counted from birth date or stated age",
            "stated_on": "the day the age was told",
            "ended_on": "the end of handling has pages of its own",
            "closure": "the end of handling has pages of its own",
            "closure_reason": "the end of handling has pages of its own",
            "victim_ref": "references of an import",
            "person_ref": "references of an import",
            "client_no": "given out at the approval of the registration",
        },
    ),
    Pair(client.SensitivePart, people.ClientSensitive, elsewhere={"psychology": "the notes of experts hold it"}),
    Pair(client.CategoryPart, people.Category),
    Pair(client.DiversionPart, people.Diversion),
    Pair(reported.ReportedIdentityPart, people.ReportedIdentity),
    Pair(
        reported.ReportedProfilePart,
        people.ReportedProfile,
        elsewhere={"relations": "one row a client, beside", "perp_ref": "references of an import"},
    ),
    Pair(report.ReporterPart, case.Reporter),
    Pair(report.ReportPart, intake.IntakeReport, elsewhere={"relation": "imports only; the pages ask in words"}),
    Pair(report.IncidentPart, intake.IntakeIncident, besides={"area_elsewhere": PLACES}),
    Pair(report.ChronologyPart, case.Chronology),
    Pair(screening.ScreeningForm, intake.Screening),
    Pair(
        course_forms.AssessmentForm,
        course.AssessmentText,
        besides=dict.fromkeys(course.Assessment.__struct_fields__, "the coded head"),
    ),
    Pair(
        course_forms.MonitoringForm,
        course.MonitoringText,
        besides=dict.fromkeys(course.Monitoring.__struct_fields__, "the coded head"),
    ),
]


def asked(form: type[Form]) -> set[str]:
    """The fields a form declares itself or inherits, without those of every form."""
    return {name for name in dir(form) if isinstance(getattr(form, name), UnboundField)} - set(
        dir(course_forms.SectionForm)
    )


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.form.__name__}-{pair.record.__name__}")
def test_what_a_form_asks_arrives_and_what_a_record_holds_can_be_typed(pair: Pair) -> None:
    held = set(pair.record.__struct_fields__)
    assert asked(pair.form) - held - pair.besides.keys() == set(), "asked, and dropped in silence"
    assert held - asked(pair.form) - pair.elsewhere.keys() == set(), "nobody can type it"
    assert pair.elsewhere.keys() <= held - asked(pair.form), "an excuse nobody needs"
