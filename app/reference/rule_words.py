"""A rule in plain words: its sentence, conditions, ladder, what meets it; differences between two versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.clocks import Rule, RuleKind
from app.domain.clocks.events import Fact
from app.domain.clocks.rules import Conditions, Match, Term
from app.domain.clocks.versions import LOCAL
from app.reference import labels
from app.web.filters import code, in_language

LADDERS: Final[dict[str, Any]] = {
    "LAW_OURS": _l("our own statutory duty: warn 24 hours before, supervisor when due, head 12 hours after"),
    "LAW_HOURS": _l("another body, in hours: warn in the last quarter, supervisor 12 hours after due, head after 48"),
    "LAW_DAYS": _l("another body, in days: warn in the last quarter, supervisor 2 days after due, head after 7"),
    "LAPSE": _l("something lapses: warn 48 hours before, supervisor when due, head 24 hours after"),
    "LAPSE_FAR": _l("a long order lapses: warn 14 days before, supervisor when due, head 24 hours after"),
    "URGENT": _l("urgent act of ours: warn at half time, supervisor when due, head 12 hours after"),
    "WORK": _l("ordinary work of ours: warn in the last quarter, supervisor 1 day after due, head after 7"),
    "ANSWER": _l("answer of the institution referred to"),
    "SUPERVISOR": _l("straight to the supervisor when due"),
}
"""The ladders of the rule file, as its own numbers say them (a test compares)."""

UNITS: Final[dict[str, Any]] = {
    "min/H": _l("minutes, without a break"),
    "h/H": _l("hours, without a break"),
    "d/CD": _l("calendar days"),
    "d/WD": _l("working days"),
    "mo/MO": _l("months"),
}
"""Unit and kind of clock that go together."""

MEETING: Final[dict[str, Any]] = {
    "AFTERCARE_CONTACT": _l("contact after the end"),
    "AFTERCARE_FINISHED": _l("time after the end finished"),
    "ASSETS_AUCTIONED": _l("assets auctioned"),
    "BREACH_NOTIFIED": _l("data breach notified"),
    "CASE_VOIDED": _l("entered by mistake, rejected or handed over"),
    "CONSENT_SIGNED": _l("consent signed"),
    "CRISIS_HELP_GIVEN": _l("crisis help given"),
    "DATA_REQUEST_ANSWERED": _l("request about own data answered"),
    "DIVERSION_FAILED": _l("diversion failed"),
    "DIVERSION_FOLLOW_UP_DECIDED": _l("follow-up of the diversion decided"),
    "DIVERSION_OFFERED": _l("diversion offered"),
    "DIVERSION_ORDERED": _l("diversion ordered by the court"),
    "FILE_COMPLETENESS_STATED": _l("completeness of the file stated"),
    "FILE_RESUBMITTED": _l("file handed in again"),
    "INQUIRY_STARTED": _l("inquiry started"),
    "JUDGMENT_SENT": _l("copy of the judgment sent"),
    "LITMAS_DELIVERED": _l("social inquiry report (litmas) delivered"),
    "LPSK_DECIDED": _l("decision of LPSK"),
    "OUTREACH_DONE": _l("outreach done"),
    "POLICE_RESPONDED": _l("response of the police"),
    "PROCESSING_STOPPED": _l("processing stopped"),
    "PROGRESS_LETTER": _l("progress letter (SP2HP)"),
    "PROSECUTOR_COORDINATED": _l("coordination with the prosecutor"),
    "PROTECTION_ENDED": _l("protection ended"),
    "PROTECTION_EXTENSION_REQUESTED": _l("extension of protection requested"),
    "RECEIPT_LETTER": _l("receipt of the report"),
    "RELEASED": _l("release"),
    "RESTITUTION_ORDER_SENT": _l("restitution order sent"),
    "RESTITUTION_PAID": _l("restitution paid"),
    "RESTITUTION_REQUESTED": _l("restitution requested"),
    "RESTRICTION_ENDED": _l("restriction ended"),
    "RESTRICTION_EXTENSION_REQUESTED": _l("extension of the restriction requested"),
    "SEIZURE_ORDERED": _l("seizure ordered"),
    "SHELTER_OUT": _l("departure from a shelter"),
    "SIMFONI_ENTERED": _l("entry in SIMFONI"),
    "SOCIAL_REPORT_DELIVERED": _l("social report delivered"),
    "SPDP_SENT": _l("notice of the investigation (SPDP) sent"),
    "UNDER_12_ORDERED": _l("court order on a child under 12"),
    "UNDER_12_PROGRAMME_ENDED": _l("programme for a child under 12 ended"),
    "VICTIM_TOLD_RESTITUTION": _l("victim told of restitution"),
    "VICTIM_TOLD_RIGHTS": _l("victim told of the rights"),
    "VICTIM_TOLD_STOPPED": _l("victim told that the investigation stopped"),
}
"""What meets a rule, where it starts none (those stand in `labels.EVENTS`)."""

FACTS: Final[dict[str, Any]] = {
    "kdrt": _l("domestic violence"),
    "is_tpks": _l("a sexual-violence crime (UU 12/2022)"),
    "tppo": _l("trafficking"),
    "child_case": _l("a child is a client"),
    "penetration": _l("penetration is recorded"),
    "reported_in_window": _l("reported within 72 hours"),
    "many_agencies": _l("three or more agencies"),
    "registered": _l("the case is registered"),
    "closed": _l("the case is closed"),
    "restitution": _l("restitution was awarded"),
    "legal_open": _l("a legal track is open"),
}
"""Conditions that are so or not."""

_LISTS: Final = {
    "risk": "risk",
    "institution_type": "institution_type",
    "capacity": "capacity",
    "service": "service",
    "ended_because": "termination_reason",
    "procedure_code": "procedure",
    "track": "legal_track",
    "letter": "sp2hp",
}
_OTHERS: Final[dict[str, Any]] = {
    "INVESTIGATION": _l("investigation"),
    "PROSECUTION": _l("prosecution"),
    "TRIAL": _l("trial"),
    "APPEAL": _l("appeal"),
    "CASSATION": _l("cassation"),
    "LIGHT": _l("light case"),
    "MEDIUM": _l("medium case"),
    "HARD": _l("hard case"),
    "VERY_HARD": _l("very hard case"),
}


def event_words(event: str) -> str:
    """What an event is called."""
    return str(labels.EVENTS.get(event) or MEETING.get(event) or event)


def sentences(rule: Rule) -> list[str]:
    """The rule as one sentence for each of its terms; one that says so where it names no duration."""
    if not rule.terms:
        return [
            str(_("%(label)s, after %(what)s; no duration is fixed.", label=in_language(rule.label), what=_what(rule)))
        ]
    return [_sentence(rule, term) for term in rule.terms]


def _sentence(rule: Rule, term: Term) -> str:
    given = {
        "how": _how(term),
        "what": _what(rule, term),
        "who": in_language(rule.body.name),
        "label": in_language(rule.label),
    }
    if rule.kind is RuleKind.MAX:
        text = _("%(label)s (%(who)s): at most %(how)s from %(what)s.", **given)
    elif rule.kind is RuleKind.LEAD:
        text = _("At least %(how)s before %(what)s, %(who)s: %(label)s.", **given)
    else:
        text = _("Within %(how)s from %(what)s, %(who)s: %(label)s.", **given)
    where = condition_words(_without_event(term.when))
    if not where:
        return str(text)
    return " ".join((str(text), str(_("Where: %(conditions)s.", conditions="; ".join(where)))))


def _how(term: Term) -> str:
    return labels.duration_words(term)


def _what(rule: Rule, term: Term | None = None) -> str:
    only = term.when.get("event") if term is not None else None
    matches = [match for match in rule.trigger if only is None or match.event in only]
    return str(_(" or ")).join(meeting_words(matches))


def _without_event(conditions: Conditions) -> Conditions:
    return {name: values for name, values in conditions.items() if name != "event"}


def condition_words(conditions: Conditions) -> list[str]:
    """Each condition in words: what is so or not, or which codes, any one of which will do."""
    return [_condition(name, values) for name, values in conditions.items()]


def _condition(name: str, values: Sequence[Fact]) -> str:
    if name in FACTS and values == (True,):
        return str(FACTS[name])
    said = str(_(" or ")).join(_value(name, value) for value in values)
    return f"{FACTS[name]}: {said}" if name in FACTS else said


def _value(name: str, value: Fact) -> str:
    if name in FACTS:
        return str(_("yes") if value else _("no"))
    if name == "event":
        return event_words(str(value))
    if value == "":
        return str(_("not recorded"))
    if name in _LISTS:
        return code(str(value), _LISTS[name])
    return str(_OTHERS.get(str(value), value))


def meeting_words(matches: Iterable[Match]) -> list[str]:
    """What starts, meets or ends a rule, each once; with which of them where not every one does."""
    return list(dict.fromkeys(_match(match) for match in matches))


def _match(match: Match) -> str:
    only = [
        *condition_words(match.when),
        *(_("except: %(what)s", what=words) for words in condition_words(match.unless)),
    ]
    what = event_words(match.event.value)
    return f"{what} ({'; '.join(map(str, only))})" if only else what


def version_words(number: int) -> str:
    """Whose version it is, and which: those of the office are counted from 1001 (`versions.LOCAL`)."""
    if number > LOCAL:
        return str(_("office version %(number)s", number=number - LOCAL))
    return str(_("version %(number)s of the program", number=number))


def differences(before: Rule, after: Rule, names: tuple[str, str]) -> list[tuple[str, str, str]]:
    """What one version says differently from another: field, before, after. `names`: the ladders of both."""
    fields: tuple[tuple[Any, Callable[[Rule], str]], ...] = (
        (_l("How long"), lambda rule: "; ".join(_with_conditions(term) for term in rule.terms) or "–"),
        (_l("State"), lambda rule: str(_("active") if rule.active else _("not active"))),
        (_l("Only where"), lambda rule: "; ".join(condition_words(rule.when)) or "–"),
        (_l("Certainty"), lambda rule: labels.certainty_label(rule.certainty.value)),
        (_l("Basis"), lambda rule: in_language(rule.legal_basis) or "–"),
        (_l("Note"), lambda rule: in_language(rule.note) or "–"),
    )
    found = [(str(name), said_of(before), said_of(after)) for name, said_of in fields]
    was, now = (str(LADDERS.get(name, name)) for name in names)
    found.append((str(_l("Who is told when")), was, now))
    return [each for each in found if each[1] != each[2]]


def _with_conditions(term: Term) -> str:
    where = condition_words(term.when)
    return f"{_how(term)} ({', '.join(where)})" if where else _how(term)
