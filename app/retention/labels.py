"""Words of the retention room: what holds a file, which list is shown, sentences of what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.retention import Hold
from app.retention.due import Show

HOLDS: Final[Mapping[Hold, Any]] = {
    Hold.OPEN: _l("worked on"),
    Hold.LEGAL: _l("legal steps are watched"),
    Hold.MANUAL: _l("held by hand"),
    Hold.TRANSFER: _l("a transfer waits"),
    Hold.SAME_PERSON: _l("another file of the same person is kept"),
}
SHOWS: Final[Mapping[Show, Any]] = {
    Show.DUE: _l("Period over"),
    Show.PROPOSED: _l("Proposed"),
    Show.HELD: _l("Held"),
    Show.ERASED: _l("Erased"),
}
EMPTY: Final[Mapping[Show, tuple[Any, Any]]] = {
    Show.DUE: (
        _l("No file is due"),
        _l("A file appears here once its period is over. Nothing is ever erased by itself: two people decide."),
    ),
    Show.PROPOSED: (_l("No proposal waits"), _l("Whoever approves finds here what somebody else proposed to erase.")),
    Show.HELD: (_l("No file is held by hand"), _l("Hold a file that is still needed, such as by an investigator.")),
    Show.ERASED: (_l("No file was erased"), _l("The record of each erasure can be printed here.")),
}
STATES: Final[Mapping[str, Any]] = {
    "proposed": _l("waits for an answer"),
    "refused": _l("not approved"),
    "retracted": _l("taken back"),
}
SENTENCES: Final[Mapping[str, Any]] = {
    "retention.years": _l("Enter whole years from %(least)s to %(most)s."),
    "retention.backwards": _l("The rule before this one begins later. Choose its day or a later one."),
    "erasure.no-rule": _l("This unit has set no period. Without one no file is due."),
    "erasure.early": _l("The period of this file is not over: it is kept until %(day)s."),
    "erasure.own": _l(
        "You proposed this yourself. Somebody else decides on it: another supervisor, the head or the data protection officer."
    ),
    "erasure.held-open": _l("The file is worked on."),
    "erasure.held-legal": _l("Somebody still watches the legal steps of this file."),
    "erasure.held-manual": _l("Somebody holds this file. Lift the hold first."),
    "erasure.held-transfer": _l("Another unit is asked to take this case over. Wait for the answer, or take it back."),
    "erasure.held-same-person": _l(
        "Another file of the same person is still kept. Files of one person go when all are due."
    ),
}
