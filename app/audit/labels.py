"""Words for audited events and their results, in groups a person can filter by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.access import roles

GROUPS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "session": _l("Signing in and out"),
        "access": _l("Refused tries"),
        "case": _l("Cases"),
        "declaration": _l("Declared parts in a matter"),
        "hand-over": _l("Hand-overs"),
        "expert": _l("Notes of experts"),
        "cover": _l("Leave covers"),
        "report": _l("Reports of a case"),
        "client": _l("Clients"),
        "reported": _l("Reported persons"),
        "note": _l("Notes"),
        "service": _l("Services"),
        "consent": _l("Consents"),
        "follow-up": _l("Follow-ups"),
        "aid-request": _l("Requests for help"),
        "termination": _l("Terminations"),
        "transfer": _l("Transfers"),
        "assessment": _l("Assessments"),
        "plan": _l("Plans"),
        "monitoring": _l("Monitoring"),
        "conference": _l("Case conferences"),
        "record": _l("Wrong entries"),
        "risk": _l("Risk assessments"),
        "safety-plan": _l("Safety plans"),
        "shelter": _l("Shelter"),
        "reader": _l("Lists of readers"),
        "legal": _l("Legal steps"),
        "legal-track": _l("Legal tracks"),
        "police-wish": _l("Wishes about the police"),
        "document": _l("Documents"),
        "contact": _l("Contacts"),
        "village-note": _l("Village notes"),
        "draft": _l("Intake drafts"),
        "form-draft": _l("Unsaved text of forms"),
        "notice": _l("Notices"),
        "mail": _l("Mail"),
        "digest": _l("Digests"),
        "calendar": _l("Calendars"),
        "task": _l("Own tasks"),
        "filter": _l("Saved filters"),
        "search": _l("Searches"),
        "link": _l("Requests to be connected"),
        "person": _l("Links between persons"),
        "referral": _l("Referrals"),
        "clock": _l("Deadlines"),
        "recap": _l("Recap"),
        "kla": _l("KLA cluster V"),
        "simfoni": _l("SIMFONI"),
        "ledger": _l("Ledger"),
        "import": _l("Imports"),
        "user": _l("Users"),
        "unit": _l("Units"),
        "institution": _l("Institutions"),
        "audit": _l("Audit"),
        "key": _l("Keys"),
        "backup": _l("Backups"),
        "job": _l("Jobs"),
        "rule": _l("Deadline rules"),
        "calendar": _l("Days off"),
        "page": _l("Pages"),
        "paper": _l("Papers and letters"),
        "deployment": _l("First run"),
        "demo": _l("Demo office"),
    }
)

ACTS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "added": _l("added"),
        "activation-issued": _l("activation code issued"),
        "accepted": _l("accepted"),
        "approved": _l("approved"),
        "asked": _l("asked"),
        "assigned": _l("assigned"),
        "batch": _l("batch written"),
        "caught-up": _l("brought up to date"),
        "changed": _l("changed"),
        "named": _l("named"),
        "closed": _l("closed"),
        "confirmed": _l("confirmed"),
        "created": _l("created"),
        "decided": _l("decided"),
        "disabled": _l("switched off"),
        "discarded": _l("discarded"),
        "downloaded": _l("downloaded"),
        "drilled": _l("list behind a number opened"),
        "enabled": _l("switched on"),
        "ended": _l("ended"),
        "entered": _l("entered"),
        "exported": _l("exported"),
        "finished": _l("finished"),
        "issued": _l("issued under a number"),
        "handed-on": _l("handed on"),
        "language-chosen": _l("language chosen"),
        "letterhead-saved": _l("letterhead or numbering saved"),
        "linked": _l("linked"),
        "listed": _l("listed"),
        "made": _l("made"),
        "kept": _l("kept in a case"),
        "merged": _l("merged"),
        "opened": _l("opened"),
        "parted": _l("merge undone"),
        "password-changed": _l("password changed"),
        "prepared": _l("documents opened, to be passed on"),
        "printed": _l("printed"),
        "put-back": _l("put back to the desk"),
        "proposed": _l("proposed"),
        "read": _l("read"),
        "rebuilt": _l("rebuilt"),
        "reconciled": _l("reconciled"),
        "reconciliation-read": _l("reconciliation read"),
        "received": _l("received"),
        "recorded": _l("recorded"),
        "recounted": _l("counted again"),
        "refused": _l("refused"),
        "registered": _l("registered"),
        "rejected": _l("rejected"),
        "removed": _l("removed"),
        "released": _l("released"),
        "reopened": _l("reopened"),
        "replaced": _l("replaced by a newer version"),
        "restored": _l("restored"),
        "retired": _l("retired"),
        "retracted": _l("taken back"),
        "returned": _l("sent back"),
        "revealed": _l("revealed with a reason"),
        "roles-set": _l("roles set"),
        "run": _l("run"),
        "assessed": _l("assessed"),
        "saved": _l("saved"),
        "seen": _l("seen"),
        "sent": _l("sent"),
        "set": _l("set"),
        "set-down": _l("set down"),
        "forgotten": _l("thrown away"),
        "settled": _l("settled"),
        "setup": _l("setup"),
        "sign-in-failed": _l("sign-in failed"),
        "signed-in": _l("signed in"),
        "signed-out": _l("signed out"),
        "stage-changed": _l("stage changed"),
        "started": _l("started"),
        "step-recorded": _l("step recorded"),
        "stopped": _l("stopped"),
        "swept": _l("checked"),
        "taken-back": _l("taken back"),
        "taken-over": _l("taken over into an intake"),
        "transferred": _l("transferred"),
        "unassigned": _l("unassigned"),
        "undone": _l("undone"),
        "unlinked": _l("unlinked"),
        "verified": _l("verified"),
        "voided": _l("voided"),
        "waived": _l("waived"),
        "withdrawn": _l("withdrawn"),
        "written": _l("written"),
    }
)

SECTIONS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "case.incident": _l("incident"),
        "case.chronology": _l("chronology"),
        "case.clocks": _l("deadlines"),
        "report.coded": _l("report"),
        "report.reporter": _l("reporter"),
        "step.reason": _l("reason of a step"),
        "note.head": _l("note, head"),
        "note.body": _l("note, text"),
        "client.profile": _l("client, profile"),
        "client.identity": _l("client, identity"),
        "client.sensitive": _l("client, sensitive data"),
        "reported.profile": _l("reported person, profile"),
        "reported.identity": _l("reported person, identity"),
        "consent.coded": _l("consent"),
        "consent.text": _l("consent, text"),
        "service.coded": _l("service"),
        "service.text": _l("service, text"),
        "referral.coded": _l("referral"),
        "referral.text": _l("referral, text"),
        "legal.coded": _l("legal step"),
        "legal.text": _l("legal step, text"),
        "legal-track.coded": _l("legal track"),
        "legal-track.text": _l("legal track, text"),
        "police-wish.coded": _l("wish about the police"),
        "police-wish.text": _l("wish about the police, text"),
        "follow-up.coded": _l("follow-up"),
        "follow-up.text": _l("follow-up, text"),
        "aid-request.coded": _l("request for help"),
        "aid-request.text": _l("request for help, text"),
        "termination.coded": _l("termination"),
        "termination.text": _l("termination, text"),
        "transfer.coded": _l("transfer"),
        "transfer.text": _l("transfer, text"),
        "assessment.coded": _l("assessment"),
        "assessment.text": _l("assessment, text"),
        "plan.coded": _l("plan"),
        "plan.text": _l("plan, text"),
        "monitoring.coded": _l("monitoring"),
        "monitoring.text": _l("monitoring, text"),
        "conference.coded": _l("case conference"),
        "conference.text": _l("case conference, text"),
        "risk.coded": _l("risk"),
        "risk.text": _l("risk, text"),
        "expert.coded": _l("note of an expert"),
        "expert.summary": _l("note of an expert, summary"),
        "expert.notes": _l("note of an expert, the author's own"),
        "expert-release.coded": _l("released report"),
        "expert-release.text": _l("released report, text"),
        "safety-plan.head": _l("safety plan"),
        "safety-plan.text": _l("safety plan, text"),
        "shelter.coded": _l("shelter"),
        "shelter.text": _l("shelter, text"),
        "merge.reason": _l("reason of a merge"),
        "declaration.words": _l("declared part in the matter"),
        "hand-over.note": _l("note of a hand-over"),
        "reconciliation.coded": _l("reconciliation with SIMFONI"),
        "reconciliation.text": _l("reconciliation with SIMFONI, text"),
        "simfoni.entry": _l("entry in SIMFONI"),
        "simfoni.text": _l("entry in SIMFONI, number"),
        "simfoni.typed": _l("entry in SIMFONI, as typed"),
        "document.coded": _l("document"),
        "document.text": _l("document, words and file"),
        "document.guarded": _l("restricted document, words and file"),
        "user.contact": _l("contact of a user"),
        "institution.profile": _l("institution"),
        "contact.coded": _l("contact"),
        "intake.draft": _l("intake draft"),
        "village-note.coded": _l("village note"),
        "village-note.text": _l("village note, text"),
        "village-note.fate": _l("what came of a village note"),
        "village-origin.coded": _l("village note of a case"),
        "village-origin.text": _l("village note of a case, text"),
        "form.draft": _l("unsaved text of a form"),
        "task.own": _l("own task"),
        "filter.saved": _l("saved filters"),
        "audit.address": _l("network address"),
        "paper.coded": _l("issued letter"),
        "paper.text": _l("issued letter, text"),
        "letter.desk": _l("letterhead"),
        "letter.logo": _l("logo"),
        "letter.counters": _l("letter counters"),
    }
)

REASONS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "missing": _l("an event is missing"),
        "inserted": _l("an event was inserted"),
        "link": _l("an event does not follow from the one before"),
        "edited": _l("an event was changed"),
        "truncated": _l("the end was cut off"),
    }
)


def event_label(event: str) -> str:
    """An event in words: `case:opened` is "Cases: opened"."""
    group, _colon, act = event.partition(":")
    return f"{GROUPS.get(group, group)}: {ACTS.get(act, act)}"


def result_label(result: str) -> str:
    """A result in words; an ordinary one says nothing."""
    words = {"ok": "", "denied": _("denied"), "not-found": _("not found"), "failed": _("failed")}
    return str(words.get(result, result))


def section_labels(sections: str) -> str:
    """The sections of an event in words, separated by commas."""
    return ", ".join(str(SECTIONS.get(section, section)) for section in sections.split())


def role_words(codes: str) -> str:
    """The roles of an event in words; the name of a job or command stays as it is."""
    english = str(get_locale() or "id").startswith("en")
    known = roles()
    return ", ".join(
        (known[code].en if english else known[code].id) if code in known else code for code in codes.split(" ")
    )
