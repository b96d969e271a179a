"""What is said about a consent or a step that cannot be taken as it stands: a sentence for each problem code."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

SENTENCES: Final[dict[str, Any]] = {
    "mistake.last-client": _l(
        "This is the only client. If the whole case was entered by mistake, void the case instead."
    ),
    "mistake.last-helped": _l(
        "Everybody else's handling has ended. Take the end of one of them back first; approved again, it closes the case."
    ),
    "mistake.matched": _l("This person is matched with somebody of file %(number)s. Take the merge back first."),
    "mistake.closed": _l("The case is closed. Reopen it first: who is put back is helped again."),
    "mistake.in-termination": _l(
        "The end of the case is being decided on. Wait for the decision, or take the proposal back."
    ),
    "mistake.services": _l("Services of this client still count (%(count)s). Take them out first."),
    "mistake.consents": _l("Consents of this client still stand (%(count)s). Take them out first."),
    "mistake.follow-ups": _l("Follow-ups of this client still count (%(count)s). Take them out first."),
    "mistake.assessments": _l("Assessments of this client still stand (%(count)s). Take them back first."),
    "mistake.plans": _l("Plans of this client still stand (%(count)s). Take them back first."),
    "mistake.monitorings": _l("Monitoring of this client still counts (%(count)s). Take it back first."),
    "mistake.ends": _l("The end of this client is proposed or approved. Take the proposal, or the end, back first."),
    "mistake.requests": _l("A request for help names this client (%(count)s). Correct first for whom it was asked."),
    "mistake.referrals": _l(
        "Referrals of this client stand (%(count)s). Cancel them first; what was declined or carried out stays."
    ),
    "mistake.legal": _l("Legal steps of this client are on record (%(count)s): somebody the law knows was no mistake."),
    "mistake.documents": _l(
        "Documents are kept as this client's (%(count)s). Remove them first, or say that they are about the whole case."
    ),
    "mistake.stays": _l("A stay in a shelter is recorded of this client (%(count)s). Take it back first."),
    "mistake.disclosed": _l(
        "Something was passed on upon this consent (%(count)s referrals sent). It stays on record; if the client takes it back, withdraw it."
    ),
    "mistake.forms": _l(
        "A document belongs to this consent (%(count)s). Remove it, or say that it belongs to none, first."
    ),
    "consent.contradiction": _l("A service stands among those agreed to and those refused."),
    "consent.signer-basis": _l("This signer does not give this kind of consent."),
    "consent.child-alone": _l(
        "A child does not sign alone: choose a parent, a guardian, or a social worker with the reason."
    ),
    "consent.reported": _l(
        "A reported person, or somebody against the client's interest, cannot consent. Choose another guardian or a social worker,"
        " and write the reason."
    ),
    "consent.looks-reported": _l(
        "The signer has the name or a number of a reported person. If it is the same person, choose another guardian or a social"
        " worker. If you looked and it is somebody else, tick the box."
    ),
    "consent.statement": _l("Without this statement it is no informed consent."),
    "consent.answer": _l("Choose yes or no."),
    "consent.child-view": _l("Record what the child says about it."),
    "withdrawn.before-consent": _l("The consent cannot be withdrawn before it was given."),
    "withdrawn.reasoning": _l("What goes on under another basis needs its reasons in words."),
    "withdrawn.not-agreed": _l("This service was not agreed to, or was taken back already."),
    "withdrawn.stopped-before": _l("It cannot have stopped before it was taken back."),
    "service.not-agreed": _l(
        "The client did not agree to this service, or took it back. Write down on what other ground it was given all the same."
    ),
    "step.reason": _l("Write down the reason."),
    "step.advice": _l("Write down where the person was advised to turn to."),
    "step.screened": _l("Danger signs, risk and authority must be screened first."),
    "step.team": _l("The team needs a case manager, somebody who watches over the case, and who received it."),
    "step.consent": _l("Every client still helped needs a consent to be assessed."),
    "step.assessed": _l("Every client still helped needs a finished assessment."),
    "step.plan-agreed": _l("Every client still helped needs a plan the client agreed to."),
    "step.served": _l("A first service must have been given."),
    "step.proposed": _l("The end of every client still helped must be proposed first (form F12)."),
    "step.aftercare": _l(
        "Three contacts after the end are not recorded for every client: write down why it ends all the same."
    ),
    "step.own-case": _l("You received or proposed this yourself. Somebody else decides on it."),
    "step.reopen-nobody": _l("Choose at least one client who is helped again."),
    "transfer.unit": _l("Choose the unit that is asked."),
    "transfer.waits": _l(
        "Another unit is asked to take this case over. Wait for its answer, or take the question back first."
    ),
    "transfer.end-waits": _l("The end of a client is proposed. Decide on it first."),
    "transfer.nobody": _l("Nobody in this case is being helped any more."),
    "transfer.before-report": _l("The letter cannot be older than the report."),
    "transfer.basis": _l("Without the agreement it needs danger to life or a legal duty."),
    "ended.reason": _l("This reason belongs to the other kind of end."),
    "termination.disagreement": _l("Write down why it was not signed."),
    "termination.goals": _l(
        "Goals of the plan are still open. Close them, or write down why the handling ends all the same."
    ),
}
