"""Words of the papers on screen. The papers themselves are Indonesian whatever the reader's language (`wording`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from flask_babel import lazy_gettext as _l

PAPERS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "F1": _l("Intake form"),
        "F2": _l("Identification form"),
        "F3": _l("Request for accompaniment"),
        "F4": _l("Consent form"),
        "F5": _l("Assessment form"),
        "F6": _l("Plan form"),
        "F7": _l("Referral letter"),
        "F8": _l("Record of services"),
        "F9": _l("Monitoring form"),
        "F10": _l("Minutes of a case conference"),
        "F12": _l("Termination letter"),
        "PELIMPAHAN": _l("Transfer letter"),
        "BALASAN": _l("Answer to a referral"),
        "F13": _l("Register sheet"),
        "PATBM": _l("Village note of PATBM"),
    }
)

HINTS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "F1": _l("Report, reporter, clients and reported persons, with two signatures"),
        "F2": _l("Place, time and kinds of violence, chronology, wishes, danger signs"),
        "F3": _l("Somebody asks us for accompaniment; carries our receiving number"),
        "F4": _l("Yes or no for each service, with the signature of who consents"),
        "F5": _l("Efforts, biopsychosocial findings, conclusion"),
        "F6": _l("Goals, services, who sees to them and until when"),
        "F7": _l("Says of the client what the referral names as disclosed, and no more"),
        "F8": _l("What was done, by whom, with which result"),
        "F9": _l("Progress, goals not reached, what follows"),
        "F10": _l("Who took part, what was decided, who sees to it"),
        "F12": _l("Kind and reason of the end, with three signatures"),
        "BALASAN": _l("Tells the sender whether we take the client on, or what came of it"),
        "PELIMPAHAN": _l("To whom the case goes and why; names the clients once it is handed over"),
        "F13": _l("The case in the national layout"),
        "PATBM": _l("Half a page for volunteers without signal, with the number of the office"),
    }
)

SENTENCES: Final[dict[str, Any]] = {
    "required": _l("Please fill this in."),
    "text.too-long": _l("At most %(limit)s characters."),
    "signers.too-many": _l("At most %(limit)s people who sign."),
    "paper.too-long": _l("This is too long for one print. Print single records instead."),
    "letter.template": _l(
        "Use letters, digits and the places {no}, {code}, {unit}, {day}, {month}, {month_roman} and {year} only."
    ),
    "letter.template-number": _l("The number needs {no} once and {year}: running numbers begin anew each year."),
    "logo.too-big": _l("The file is larger than %(limit)s kB. Save the logo smaller and try again."),
    "logo.too-many-pixels": _l("Each side may have at most %(limit)s pixels, and the picture must not move."),
    "logo.no-picture": _l("This is no PNG or JPEG picture, or it is damaged."),
}


def paper_label(code: str) -> str:
    """What a paper is called on screen."""
    return str(PAPERS.get(code, code))


def paper_hint(code: str) -> str:
    """What stands in it."""
    return str(HINTS.get(code, ""))
