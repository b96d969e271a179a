"""Which code list each coded field of a section takes its values from, and how long texts may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from app.security.structs import case, course, documents, experts, handling, intake, legal, office, people, safety, work

YES_NO: Final = "yes_no_unknown"

LISTS: Final[Mapping[type[Struct], Mapping[str, str]]] = {
    case.Incident: {
        "channel": "channel",
        "place": "place",
        "online": YES_NO,
        "danger_prompts": "danger_prompt",
        "authority": "authority",
        "event_kind": "incident_event",
    },
    case.Report: {"channel": "channel", "reporter_kind": "reporter_kind"},
    people.ClientProfile: {
        "capacity": "capacity",
        "sex": "sex",
        "age_basis": "age_basis",
        "education": "education",
        "in_school": "schooling",
        "occupation": "occupation",
        "marital": "marital",
        "disability": "disability",
        "citizenship": "citizenship",
        "violence": "violence",
        "violence_forms": "violence_form",
        "trafficking": "trafficking",
        "kdrt": YES_NO,
        "tppo": YES_NO,
        "kbgo": YES_NO,
        "pregnant": YES_NO,
        "child_marriage": YES_NO,
        "tpks": "tpks",
        "ktp": "ktp",
        "abh_role": "abh_role",
        "offence": "offence",
        "verdict": "verdict",
        "work_sector": "work_sector",
        "bpta_kinds": "bpta_kind",
        "economic_not_work": YES_NO,
        "school_after": "schooling",
        "separated": "separation",
        "closure": "termination",
        "closure_reason": "termination_reason",
        "needs": "special_need",
    },
    people.SafeContact: {"call": YES_NO, "message": YES_NO},
    people.ClientIdentity: {
        "religion": "religion",
        "guardian_citizenship": "citizenship",
        "guardian_occupation": "occupation",
    },
    people.ClientSensitive: {"hiv": YES_NO, "substances": "substance"},
    people.ReportedProfile: {
        "sex": "sex",
        "age_basis": "age_basis",
        "education": "education",
        "occupation": "occupation",
        "marital": "marital",
        "citizenship": "citizenship",
        "child_offender": YES_NO,
    },
    people.ReportedIdentity: {"religion": "religion"},
    people.Relation: {"relationship": "relationship", "detail": "relationship_detail"},
    people.Category: {"item": "ampk_items", "certainty": "certainty"},
    people.Diversion: {"stage": "diversion_stage", "outcome": "diversion_outcome"},
    intake.IntakeReport: {"channel": "channel", "reporter_kind": "reporter_kind"},
    intake.IntakeIncident: {"place": "place", "online": YES_NO, "event_kind": "incident_event"},
    intake.Screening: {"danger_prompts": "danger_prompt", "risk": "risk", "authority": "authority"},
    work.Service: {
        "code": "service",
        "activity": "activity",
        "institution_type": "institution_type",
        "outcome": "service_outcome",
        "fund": "fund",
    },
    experts.ExpertNote: {"kind": "expert_note_kind"},
    work.Consent: {
        "basis": "consent_basis",
        "services": "service",
        "refused": "service",
        "signer": "consent_signer",
        "agreed": "consent_service",
        "declined": "consent_service",
        "conflict": YES_NO,
        "child_agrees": "child_view",
        "aids": "explanation_aid",
    },
    work.Withdrawal: {"services": "consent_service", "effect": "withdrawal_effect"},
    handling.Termination: {"closure": "termination", "reason": "termination_reason", "agreed": YES_NO},
    handling.Transfer: {
        "reason": "transfer_reason",
        "agreed": YES_NO,
        "basis": "consent_basis",
        "parts": "transfer_part",
        "risk": "risk",
        "institution_type": "institution_type",
    },
    handling.AidRequest: {"asked_by": "reporter_kind", "services": "consent_service"},
    work.FollowUp: {"kind": "followup_kind"},
    course.Assessment: {"kind": "assessment_kind", "risk": "risk"},
    course.Goal: {
        "horizon": "goal_horizon",
        "services": "service",
        "activities": "activity",
        "state": "goal_state",
    },
    course.GoalChange: {"state": "goal_state"},
    course.Plan: {"agreement": YES_NO},
    course.PlanReview: {"outcome": "review_outcome"},
    course.Monitoring: {"way": "followup_kind", "outcome": "review_outcome"},
    course.Conference: {"kind": "conference_kind"},
    documents.Document: {"kind": "document_kind"},
    work.LegalStep: {
        "milestone": "milestone",
        "received": YES_NO,
        "letter": "sp2hp",
        "stage": "procedure_stage",
        "diversion_stage": "diversion_stage",
        "decision": "legal_decision",
        "verdict": "verdict",
        "via": "restitution_via",
        "complete": YES_NO,
        "agenda": "hearing_agenda",
        "summoned": YES_NO,
        "held": "hearing_held",
        "attended": YES_NO,
    },
    legal.LegalTrack: {
        "kind": "legal_track",
        "procedure_code": "procedure",
        "matters": "civil_matter",
        "weight": "case_weight",
    },
    legal.TrackEnd: {"outcome": "legal_outcome"},
    legal.PoliceWish: {"wish": "police_wish", "decision": "police_decision"},
    work.Referral: {
        "institution_type": "institution_type",
        "requested": "service",
        "disclosed": "disclosure",
        "basis": "consent_basis",
        "needs": "special_need",
    },
    work.ReferralStep: {"status": "referral_status", "how": "referral_way"},
    safety.SafetyPlan: {"with_client": YES_NO},
    safety.ShelterStay: {
        "reason": "shelter_reason",
        "rules_accepted": YES_NO,
        "exit_reason": "shelter_exit",
        "place_after": "place_after",
    },
    safety.RiskAssessment: {
        "present": "danger_prompt",
        "absent": "danger_prompt",
        "level": "risk",
        "suggested": "risk",
        "basis": "risk_basis",
    },
    office.Contact: {"channel": "channel", "topic": "contact_topic", "referred_to": "institution_type"},
    office.Institution: {"type": "institution_type", "services": "service"},
}

NARRATIVE_LIMIT: Final = 20_000  # characters
LINE_LIMIT: Final = 200
_NARRATIVES: Final = frozenset(
    {
        "text",
        "words",
        "description",
        "detail",
        "reason",
        "reply",
        "result",
        "refusal",
        "needs",
        "advice",
        "child_view",
        "client_wish",
        "note",
        *("act", "wish", "disagreement", "goals", "decision", "cover", "basis"),
        *("next_step", "tried", "supporting", "hindering", "hopes", "physical", "health", "treatment", "psychological"),
        *("social", "legal", "other", "conclusion", "problem", "goal", "agreement_note", "condition", "not_reached"),
        *("follow_up", "outsiders", "issue", "minutes"),
        "risk_reason",
        *("summary", "notes", "report"),
        *("warning_signs", "safe_places", "people", "way_out", "take_along", "children", "online"),
        *("why", "location", "companions", "extended", "leaving", "whereabouts"),
        *("parties", "numbers", "wish_words", "taken_back", "ends", "reopened"),
    }
)


def limit_of(field: str) -> int:
    """How many characters a text field takes."""
    return NARRATIVE_LIMIT if field in _NARRATIVES else LINE_LIMIT
