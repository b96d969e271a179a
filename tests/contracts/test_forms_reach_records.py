"""What a form asks arrives in the record, and what a record holds somebody can type: `filled` takes what has the same name, in silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from msgspec import Struct
from wtforms import Form
from wtforms.fields.core import UnboundField

from app.cases import (
    aid_request_forms,
    conference_forms,
    consent_forms,
    course_forms,
    plan_forms,
    service_forms,
    step_forms,
)
from app.cases.forms import client, report, reported, screening
from app.referrals import forms as referral_forms
from app.referrals import institution_forms
from app.safety import forms as safety_forms
from app.security.structs import case, course, intake, people, work


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
        service_forms.ServiceForm,
        work.ServiceText,
        besides=dict.fromkeys(work.Service.__struct_fields__, "the coded head"),
    ),
    Pair(
        course_forms.MonitoringForm,
        course.MonitoringText,
        besides=dict.fromkeys(course.Monitoring.__struct_fields__, "the coded head"),
    ),
]


NAMED = [
    ("F1", report.ReportPart, "on"),
    ("F1", client.IdentityPart, "name nik birth_place birth_date address phone religion children siblings"),
    (
        "F1",
        client.IdentityPart,
        "guardian_name guardian_address guardian_citizenship guardian_country guardian_occupation",
    ),
    ("F1", client.ProfilePart, "sex citizenship country education occupation marital"),
    ("F1", reported.RelationPart, "relationship"),
    ("F1", reported.ReportedIdentityPart, "name birth_place birth_date address phone religion children"),
    ("F1", reported.ReportedIdentityPart, "guardian_name guardian_address"),
    ("F1", reported.ReportedProfilePart, "sex citizenship country education occupation marital"),
    ("F1", report.ReporterPart, "name birth_place birth_date address phone occupation relation_text"),
    ("F2", client.ProfilePart, "violence violence_forms"),
    ("F2", client.IdentityPart, "needs"),
    ("F2", report.IncidentPart, "place first_on last_on time area"),
    ("F2", report.ChronologyPart, "text client_wish scene_address"),
    ("F3", aid_request_forms.AidRequestForm, "on name address relation act services"),
    (
        "F4",
        consent_forms.ConsentForm,
        "truth explained answers procedure cooperation conflict reason child_agrees child_view",
    ),
    ("F4", consent_forms.ConsentForm, "signer_name signer_phone signer_address on"),
    ("F5", course_forms.AssessmentForm, "tried supporting hindering hopes"),
    ("F5", course_forms.AssessmentForm, "physical health treatment psychological social legal other"),
    ("F6", plan_forms.GoalPart, "problem goal services activities responsible institution_id target_on"),
    ("F6", plan_forms.PlanForm, "agreement agreed_on"),
    ("F7", referral_forms.ReferForm, "on institution_id requested reason contact basis"),
    ("F7", institution_forms.InstitutionForm, "area address"),
    ("F8", service_forms.ServiceForm, "on officer agency code activity detail result next_step goals"),
    ("F9", course_forms.MonitoringForm, "condition open_goals not_reached follow_up"),
    ("F10", conference_forms.ConferenceForm, "on staff outsiders issue"),
    ("F10", conference_forms.DecisionPart, "text responsible who due_on"),
    ("F11", safety_forms.EnterForm, "client_id reason rules_accepted in_on"),
    ("F11", safety_forms.LeaveForm, "out_on exit_reason place_after"),
    ("F12", step_forms.EndForm, "on closure reason agreed agreed_on"),
    ("F12", step_forms.DecideForm, "what decision"),
]
"""Every field case-management 7 names of a form, and where it is typed. What F13 prints is typed for F1, F2 and F8; the register number
and the officer come by themselves, attachments are documents of the referral."""


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


@pytest.mark.parametrize(("paper", "form", "fields"), NAMED, ids=lambda each: getattr(each, "__name__", each))
def test_every_field_the_national_forms_name_can_be_typed(paper: str, form: type[Form], fields: str) -> None:
    assert set(fields.split()) - asked(form) == set(), paper
