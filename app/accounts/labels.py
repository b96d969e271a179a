"""Words for people and permission: roles, states, and the sentences of what was refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.domain.access import roles

SENTENCES: Final = {
    "field.required": _l("Please fill this in."),
    "code.unknown": _l("Choose one of the list."),
    "unit.area-code": _l("Enter the code of a province (63) or of a kabupaten or kota (63.03)."),
    "unit.prefix": _l("Use up to 20 capital letters, digits, dots and hyphens."),
    "user.email": _l("Enter an e-mail address like nama@contoh.go.id."),
    "user.email-taken": _l("Somebody already signs in with this address."),
    "user.last-admin": _l("This is the last active administrator of the unit. Make another one first."),
    "role.unknown": _l("Choose from the list only."),
    "role.needs-head": _l("User administration together with reading cases needs the grant of the head of the unit."),
    "activation.refused": _l(
        "This code is not valid. It may have been used or be older than 24 hours; ask for a new one."
    ),
    "setup.refused": _l("This is not the setup code that the server printed."),
    "cover.oneself": _l("Nobody stands in for themselves."),
    "cover.no-reader": _l("This person cannot open cases. Choose somebody else."),
    "cover.backwards": _l("The last day cannot be before the first."),
    "cover.past": _l("A cover begins today or later."),
    "cover.too-long": _l("At most one year."),
    "cover.overlap": _l("Somebody stands in on these days already. End that cover first."),
    "cover.away-too": _l("This person is on leave on these days too."),
    "password.too-short": _l("At least %(least)s characters."),
    "password.too-long": _l("At most %(most)s characters."),
    "password.guessable": _l("Easy to guess. Choose words that do not belong to you, the office or the place."),
    "password.different": _l("The two entries differ."),
}


def role_label(code: str) -> str:
    """The name of a role in the reader's language; the code itself where the role is no longer known."""
    info = roles().get(code)
    if info is None:
        return code
    return info.en if str(get_locale() or "id").startswith("en") else info.id


def role_labels(codes: Iterable[str]) -> str:
    """The names of several roles, separated by commas."""
    return ", ".join(role_label(code) for code in codes)
