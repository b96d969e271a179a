"""Words of the reference pages: names of the code lists, certainty marks, deadline rules, states of a calendar year."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain.clocks import ClockType, Rule, RuleKind, Source, Unit, Why
from app.domain.clocks.rules import Term
from app.domain.workdays import YearStatus

GROUPS: Final[tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...]] = (
    (
        _l("People"),
        (
            ("sex", _l("Sex")),
            ("age_band_victim", _l("Age band of clients")),
            ("age_band_perp", _l("Age band of reported persons")),
            ("age_group", _l("Child or adult")),
            ("age_basis", _l("Where an age comes from")),
            ("education", _l("Education")),
            ("schooling", _l("In school")),
            ("occupation", _l("Occupation")),
            ("marital", _l("Marital status")),
            ("religion", _l("Religion")),
            ("disability", _l("Disability")),
            ("citizenship", _l("Citizenship")),
            ("relationship", _l("Relationship of the reported person to the client")),
            ("relationship_detail", _l("Relationship in detail")),
            ("capacity", _l("Capacity of a client")),
        ),
    ),
    (
        _l("What happened"),
        (
            ("violence", _l("Kind of violence")),
            ("violence_form", _l("Form of violence")),
            ("trafficking", _l("Form of trafficking")),
            ("tpks", _l("Sexual-violence crimes (UU 12/2022)")),
            ("ktp", _l("Categories of violence against women")),
            ("ampk", _l("Children needing special protection (15 categories)")),
            ("ampk_items", _l("Children needing special protection (20 items of PP 78/2021)")),
            ("certainty", _l("Certainty of a category")),
            ("flag", _l("Flags")),
            ("place", _l("Kind of place")),
            ("substance", _l("Substances")),
            ("incident_event", _l("Disasters and conflicts")),
            ("separation", _l("Separated from the family")),
            ("work_sector", _l("Sector of child labour")),
            ("bpta_kind", _l("Worst forms of child labour")),
        ),
    ),
    (
        _l("Report and screening"),
        (
            ("channel", _l("Channels")),
            ("reporter_kind", _l("Who reports")),
            ("contact_topic", _l("Topics of contacts")),
            ("village_note_end", _l("Why no case comes of a village note")),
            ("risk", _l("Risk level")),
            ("danger_prompt", _l("Danger questions")),
            ("risk_basis", _l("What a risk level rests on")),
            ("special_need", _l("Special needs")),
            ("shelter_reason", _l("Reasons for a shelter")),
            ("shelter_exit", _l("Reasons for leaving a shelter")),
            ("place_after", _l("Where clients go after a shelter")),
            ("authority", _l("Authority")),
            ("stage", _l("Stages of a case")),
        ),
    ),
    (
        _l("What is done"),
        (
            ("consent_basis", _l("Consent and other legal bases")),
            ("consent_signer", _l("Who signs a consent")),
            ("consent_service", _l("Services of the consent form")),
            ("explanation_aid", _l("Aids of the explanation")),
            ("child_view", _l("View of the child")),
            ("withdrawal_effect", _l("What follows a withdrawal")),
            ("assessment_kind", _l("Kinds of assessments")),
            ("goal_horizon", _l("Horizons of goals")),
            ("goal_state", _l("States of a goal")),
            ("review_outcome", _l("Outcome of monitoring and reviews")),
            ("conference_kind", _l("Kinds of case conferences")),
            ("expert_note_kind", _l("Kinds of experts' notes")),
            ("document_kind", _l("Kinds of documents")),
            ("service", _l("Services")),
            ("activity", _l("Activities")),
            ("service_outcome", _l("Outcome of a service")),
            ("fund", _l("Funds")),
            ("institution_type", _l("Kinds of institutions")),
            ("referral_status", _l("Status of a referral")),
            ("incoming_status", _l("Status of a referral to us")),
            ("escalation_target", _l("To whom an unanswered referral is taken")),
            ("referral_way", _l("How an answer came")),
            ("disclosure", _l("What a referral discloses")),
            ("waiver_reason", _l("Why a deadline is waived")),
            ("followup_kind", _l("Kinds of follow-up")),
            ("termination", _l("How handling ends")),
            ("termination_reason", _l("Why handling ends")),
            ("transfer_reason", _l("Why a case is transferred")),
            ("transfer_part", _l("What goes along with a transfer")),
        ),
    ),
    (
        _l("Legal track"),
        (
            ("milestone", _l("Milestones")),
            ("legal_track", _l("Tracks")),
            ("procedure", _l("Codes of procedure")),
            ("abh_role", _l("Role of a child before the law")),
            ("offence", _l("Offences of child offenders")),
            ("diversion_stage", _l("Stage of a diversion")),
            ("diversion_outcome", _l("Outcome of a diversion")),
            ("verdict", _l("Verdicts")),
            ("hearing_agenda", _l("Agenda of hearings")),
            ("hearing_held", _l("What came of a hearing")),
            ("restitution_via", _l("Through whom restitution is asked")),
            ("sp2hp", _l("Progress letters (SP2HP)")),
            ("case_weight", _l("How hard an investigation is")),
            ("legal_decision", _l("Decisions on applications")),
            ("procedure_stage", _l("Stages of criminal procedure")),
            ("civil_matter", _l("Civil and religious matters")),
            ("legal_outcome", _l("How a track ends")),
            ("police_wish", _l("What a client wishes about the police")),
            ("police_decision", _l("Decisions about telling the police")),
        ),
    ),
    (_l("General"), (("yes_no_unknown", _l("Yes, no, not known")),)),
)
"""Every code list under the part of the work it belongs to."""

EVENTS: Final[dict[str, Any]] = {
    "ARRESTED": _l("arrest"),
    "LEGAL_ENDED": _l("the last legal track ended"),
    "PROTECTION_REFUSED": _l("protection refused"),
    "TRACK_ENDED": _l("the legal track ended"),
    "ASSESSED": _l("assessment"),
    "BREACH_FOUND": _l("data breach found"),
    "CASE_CLOSED": _l("case closed"),
    "CLIENT_ENDED": _l("end of handling of the client"),
    "CONFERENCE_HELD": _l("case conference held"),
    "CONSENT_RECORDED": _l("consent recorded"),
    "EMERGENCY_STARTED": _l("help or assessment begun before the consent (emergency)"),
    "CONSENT_WITHDRAWN": _l("consent withdrawn"),
    "DATA_REQUESTED": _l("request about own data"),
    "DETAINED": _l("detention"),
    "DETENTION_EXPIRED": _l("detention expired"),
    "DETENTION_EXTENDED": _l("detention extended"),
    "DIVERSION_AGREED": _l("diversion agreed"),
    "DIVERSION_AT_COURT": _l("diversion agreement at the court"),
    "DIVERSION_NOT_PERFORMED": _l("diversion not performed"),
    "DIVERSION_STARTED": _l("diversion started"),
    "FILE_RETURNED": _l("file returned to the investigator"),
    "FILE_TO_COURT": _l("file sent to the court"),
    "FILE_TO_PROSECUTOR": _l("file sent to the prosecutor"),
    "INCIDENT": _l("incident"),
    "INVESTIGATION_ORDERED": _l("investigation ordered"),
    "INVESTIGATION_STARTED": _l("investigation started"),
    "INVESTIGATION_STOPPED": _l("investigation stopped"),
    "JUDGE_NAMED": _l("judge named"),
    "JUDGMENT_FINAL": _l("judgment final"),
    "JUDGMENT_PRONOUNCED": _l("judgment pronounced"),
    "JUDGMENT_RECEIVED": _l("judgment received"),
    "LEGAL_NEWS": _l("news of the legal track"),
    "LITMAS_REQUESTED": _l("social inquiry report (litmas) requested"),
    "LPSK_REQUESTED": _l("request to LPSK"),
    "MONITORED": _l("monitoring visit"),
    "NOTE_WRITTEN": _l("note written"),
    "PLAN_AGREED": _l("plan agreed"),
    "PLAN_REVIEWED": _l("plan reviewed"),
    "POLICE_REPORT": _l("police report"),
    "PROTECTION_EXPIRES": _l("end of protection"),
    "PROTECTION_EXTENDED": _l("protection extended"),
    "PROTECTION_ORDERED": _l("protection ordered"),
    "PROTECTION_REQUESTED": _l("protection requested"),
    "REFERRAL_ACCEPTED": _l("referral accepted"),
    "REFERRAL_ACKNOWLEDGED": _l("referral acknowledged"),
    "REFERRAL_CANCELLED": _l("referral cancelled"),
    "REFERRAL_CLOSED": _l("referral closed"),
    "REFERRAL_DECIDED": _l("decision to refer"),
    "REFERRAL_DECLINED": _l("referral declined"),
    "REFERRAL_FOLLOWED_UP": _l("referral followed up"),
    "REFERRAL_ESCALATED": _l("referral escalated"),
    "REFERRAL_RESULT": _l("result of the referral"),
    "REFERRAL_SENT": _l("referral sent"),
    "REFERRAL_SERVED": _l("referral served"),
    "REGISTERED": _l("registration"),
    "REPORT_RECEIVED": _l("report received"),
    "RESTITUTION_ORDERED": _l("restitution ordered"),
    "RESTITUTION_ORDER_RECEIVED": _l("restitution order received"),
    "RESTRICTION_EXPIRES": _l("end of a restriction"),
    "RESTRICTION_EXTENDED": _l("restriction extended"),
    "RESTRICTION_ORDERED": _l("restriction ordered"),
    "SCREENED": _l("screening"),
    "SEIZURE_REQUESTED": _l("seizure requested"),
    "SERVICE_GIVEN": _l("service given"),
    "SHELTER_IN": _l("admission to a shelter"),
    "SOCIAL_REPORT_REQUESTED": _l("social report requested"),
    "STAGE_CHANGED": _l("change of stage"),
    "TEMPORARY_PROTECTION": _l("temporary protection"),
    "TRIAL_STARTED": _l("trial started"),
    "UNDER_12_DECIDED": _l("decision on a child under 12"),
    "UNDER_12_PROGRAMME_STARTED": _l("programme for a child under 12 started"),
    "URGENT_HELP_REQUESTED": _l("urgent help requested"),
    "URGENT_HELP_GIVEN": _l("urgent help given"),
    "SHELTER_EXTENDED": _l("stay in a shelter extended"),
}
"""What starts a deadline, as a rule's trigger."""

SOURCES: Final[dict[Source, Any]] = {
    Source.STAT: _l("Statute"),
    Source.COURT: _l("Supreme Court"),
    Source.POLICE: _l("Police regulation"),
    Source.SVC: _l("Service standard"),
    Source.CLIN: _l("Clinical window"),
    Source.DEF: _l("Office default"),
}
KINDS: Final[dict[RuleKind, Any]] = {
    RuleKind.DUE: _l("act by then"),
    RuleKind.MAX: _l("lasts no longer"),
    RuleKind.LEAD: _l("act so long before"),
}
WHY: Final[dict[Why, Any]] = {
    Why.NO_DURATION: _l("the source names no duration"),
    Why.UNKNOWN: _l("the source is not known for certain"),
    Why.REGIONAL: _l("a rule of another region"),
    Why.NO_EVENTS_YET: _l("waits for the form that records what starts it"),
    Why.SWITCHED_OFF: _l("switched off by the office"),
}
DAY_KINDS: Final[dict[str, Any]] = {
    "off": _l("this day is off"),
    "working": _l("this day is not off (any more)"),
    "complete": _l("the list of the year is complete"),
}
DAY_SCOPES: Final[dict[str, Any]] = {
    "national": _l("national holiday"),
    "joint-leave": _l("cuti bersama"),
    "regional": _l("regional day"),
}
SENTENCES: Final[dict[str, Any]] = {
    "clock_rule.fixed": _l("Other parts of the program count with this number. It can be confirmed here, not changed."),
    "clock_rule.no_form_yet": _l("No form records yet what starts this deadline, so it cannot run."),
    "clock_rule.law_binds_us": _l(
        "A law binds the unit by this rule. It cannot be switched off; a single deadline is waived with its reason."
    ),
    "clock_rule.duration_missing": _l("Enter how long, or leave the rule switched off."),
    "clock_rule.unknown_is_not_active": _l("What is unknown cannot run. Say how certain the source is now."),
    "clock_rule.number_wrong": _l("Enter at least 1, and at most twelve numbers."),
    "clock_rule.too_long": _l(
        "This is longer than any deadline may be (ten years; 90 days in hours, 14 days in minutes)."
    ),
    "clock_rule.amounts_not_rising": _l("The numbers of a series must rise."),
    "clock_rule.unit_does_not_fit": _l("Choose one of the list."),
    "clock_rule.cannot_be_halved": _l(
        "This time is halved at high risk, and months cannot be halved. Use days or hours."
    ),
    "clock_rule.moves_running": _l(
        "From this day on, deadlines that run already would move. Tick the box if they should, or choose tomorrow or later."
    ),
    "day.known-already": _l("The calendar says so already."),
}
STATUSES: Final[dict[YearStatus, tuple[Any, Any, str]]] = {
    YearStatus.SURE: (_l("sure"), _l("Holidays and cuti bersama of this year are decreed."), "good"),
    YearStatus.ESTIMATED: (_l("estimated"), _l("Some feasts are forecasts; deadlines that cross them say so."), "warn"),
    YearStatus.MISSING: (_l("incomplete"), _l("No decree on cuti bersama is known yet; expect more free days."), "bad"),
}


def list_titles() -> dict[str, str]:
    """Every code list with its name."""
    return {name: str(title) for _group, lists in GROUPS for name, title in lists}


def list_title(name: str) -> str:
    """The name of a code list; its file's name where it has none yet."""
    return list_titles().get(name, name.replace("_", " "))


def certainty_label(mark: str) -> str:
    """What a certainty mark says (case-management 0)."""
    words = {
        "C": _("confirmed in the source"),
        "C2": _("from a second-hand source"),
        "I": _("inferred"),
        "U": _("unknown, ask"),
        "S": _("a suggestion"),
    }
    return str(words.get(mark, mark))


def trigger_words(rule: Rule) -> list[str]:
    """What starts the deadline, each once."""
    return list(dict.fromkeys(str(EVENTS.get(match.event.value, match.event.value)) for match in rule.trigger))


def duration_words(term: Term) -> str:
    """`3 × 24 jam`-like words for how long: amounts, unit, and whether days are working days."""
    amounts = ", ".join(str(amount) for amount in term.amounts)
    most = max(term.amounts, default=0)
    if term.unit is Unit.MINUTE:
        return str(_("%(n)s minutes", n=amounts))
    if term.unit is Unit.HOUR:
        return str(_("%(n)s hours", n=amounts))
    if term.unit is Unit.MONTH:
        return str(_("%(n)s months", n=amounts))
    if term.clock is ClockType.WD:
        return str(ngettext("%(n)s working day", "%(n)s working days", most, n=amounts))
    return str(ngettext("%(n)s day", "%(n)s days", most, n=amounts))
