"""What is said about a consent or a step that cannot be taken as it stands: a sentence for each problem code."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

SENTENCES: Final[dict[str, Any]] = {
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
}
