"""Words of the legal room: how the fields of a milestone are called where the table says nothing else, and a sentence for each problem."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.legal import Field, Milestone
from app.web.filters import in_language

FIELDS: Final[dict[Field, Any]] = {
    Field.NUMBER: _l("Number of the letter"),
    Field.TIME: _l("Time"),
    Field.OFFICE: _l("Office"),
    Field.OFFICER: _l("Officer"),
    Field.RECEIVED: _l("Received?"),
    Field.RECEIVED_ON: _l("Received on"),
    Field.TOLD_ON: _l("Told on"),
    Field.EXPIRES_ON: _l("Valid until"),
    Field.LETTER: _l("Which letter"),
    Field.ROUND: _l("Round"),
    Field.STAGE: _l("At which stage"),
    Field.DIVERSION_STAGE: _l("At which stage"),
    Field.DECISION: _l("Decision"),
    Field.VERDICT: _l("Verdict"),
    Field.VIA: _l("Through"),
    Field.AMOUNT: _l("Amount"),
    Field.COMPLETE: _l("In full?"),
    Field.AGENDA: _l("Agenda"),
    Field.ROOM: _l("Room"),
    Field.SUMMONED: _l("Client summoned?"),
    Field.COMPANION: _l("Who accompanies the client"),
    Field.HELD: _l("What came of it"),
    Field.ATTENDED: _l("Did the client attend?"),
    Field.RESULT: _l("In words"),
}

LISTS: Final[dict[Field, str]] = {
    Field.RECEIVED: "yes_no_unknown",
    Field.LETTER: "sp2hp",
    Field.STAGE: "procedure_stage",
    Field.DIVERSION_STAGE: "diversion_stage",
    Field.DECISION: "legal_decision",
    Field.VERDICT: "verdict",
    Field.VIA: "restitution_via",
    Field.COMPLETE: "yes_no_unknown",
    Field.AGENDA: "hearing_agenda",
    Field.SUMMONED: "yes_no_unknown",
    Field.HELD: "hearing_held",
    Field.ATTENDED: "yes_no_unknown",
}
"""Which code list the answer comes from."""

PARTS: Final[dict[str, Any]] = {
    "police": _l("Police"),
    "custody": _l("Arrest, detention, seizure"),
    "prosecution": _l("Prosecution"),
    "court": _l("Court"),
    "child": _l("Social reports and diversion"),
    "restitution": _l("Restitution"),
    "protection": _l("Protection"),
    "office": _l("Offices"),
}
"""Headings under which milestones are chosen, in the order of a case."""

SUMS: Final[dict[str, Any]] = {
    "LG_RESTITUSI_REQ": _l("Restitution asked"),
    "LG_TUNTUTAN": _l("Restitution demanded by the prosecutor"),
    "LG_PUTUSAN": _l("Restitution in the judgment"),
    "LG_RESTITUSI_TETAP": _l("Restitution ordered"),
    "LG_RESTITUSI_PAID": _l("Restitution paid"),
}
"""Milestones whose amount is restitution, in the order of a case."""

RUPIAH: Final = "rupiah"
"""Stands for the list of an answer that is an amount."""

STATES: Final[dict[str, Any]] = {
    "recorded": _l("waits for the supervisor"),
    "decided": _l("decided"),
}

SENTENCES: Final[dict[str, Any]] = {
    "legal-track.procedure": _l(
        "Choose the code of procedure. Ask the investigator or the legal officer where it is not clear."
    ),
    "legal-track.end-before": _l("The track cannot end before it was opened."),
    "legal-track.hearing-ahead": _l(
        "A hearing lies ahead on this track. Record what came of it, or take it back, first."
    ),
    "legal-track.has-milestones": _l("Milestones stand on this track. Take them back first, or end the track."),
    "legal.once": _l(
        "This milestone stands on the track already. Correct that one, or tick that it happened once more."
    ),
    "legal.not-yet": _l("This day has not come yet: it cannot have been held."),
    "legal.day-before": _l("This lies before the day of the milestone."),
    "legal.next-before": _l("The next one must come after this one."),
    "police-wish.review": _l("Enter the day on which it is looked at again."),
    "police-wish.review-past": _l("This day has passed."),
}


def called(milestone: Milestone, name: Field) -> str:
    """How a field is called at this milestone."""
    own = milestone.called.get(name)
    return in_language(own) if own is not None else str(FIELDS[name])
