"""Words of the safety room: a sentence for each problem, and how the parts of a plan are called."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

PLAN: Final[dict[str, Any]] = {
    "warning_signs": _l("How the client knows that danger is coming"),
    "safe_places": _l("Safe places, inside and outside the house"),
    "people": _l("People to call, and who of them knows"),
    "way_out": _l("The way out, and how to get away"),
    "take_along": _l("What to take along"),
    "code_word": _l("Code word that asks for help"),
    "children": _l("The children: what they know and do"),
    "online": _l("Phone and accounts: what to change, what to delete"),
    "other": _l("Anything else"),
}
"""The parts of a safety plan, in the order in which they are talked through."""

HINTS: Final[dict[str, Any]] = {
    "safe_places": _l("Rooms with two doors and no weapons; neighbours, relatives, the police post."),
    "people": _l("Names and numbers; who may be told what."),
    "take_along": _l("Papers, money, medicine, keys, things of the children; where they lie ready."),
    "code_word": _l("A word that sounds harmless and means: call the police, or come."),
    "online": _l("Passwords, shared location, shared accounts, second phone."),
}

SENTENCES: Final[dict[str, Any]] = {
    "safety-plan.empty": _l("Write at least one part of the plan."),
    "shelter.none": _l("Choose a shelter of the directory."),
    "shelter.full": _l(
        "Every bed of this shelter is taken. Choose another one, or tick that there is room all the same."
    ),
    "shelter.already": _l("This client is in a shelter already. Record the leaving first."),
    "shelter.overlap": _l("The client was in a shelter on this day."),
    "shelter.end-before": _l("The stay cannot end before it begins."),
    "shelter.out-before-in": _l("This lies before the client was admitted."),
    "shelter.not-longer": _l("The new last day must lie after the one before."),
}

STANDARDS: Final[dict[str, Any]] = {
    "": _l("None: the expected end of each stay counts"),
    "SVC-SHELTER-14": _l("At most 14 days, extendable"),
    "SVC-SHELTER-7": _l("At most 7 days, extendable"),
}
