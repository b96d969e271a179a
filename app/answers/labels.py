"""Words of the answers of institutions: a sentence for each problem, and how kinds and standings are called."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.partner_answers import Kind, Standing

SENTENCES: Final[dict[str, Any]] = {
    "required": _l("Please fill this in."),
    "code.unknown": _l("Choose one of the list."),
    "text.too-long": _l("At most %(limit)s characters."),
    "answer.letter": _l("Only a photo (JPEG, PNG, WebP) or a PDF can be attached."),
    "answer.code": _l("This is not the code of a letter that stands. Leave it empty if it cannot be read out."),
}

KINDS: Final[dict[str, Any]] = {
    Kind.RECEIVED.value: _l("We received the referral"),
    Kind.ACCEPTED.value: _l("We accept and will serve"),
    Kind.DECLINED.value: _l("We cannot serve"),
    Kind.SERVED.value: _l("The service was given"),
    Kind.RESULT.value: _l("Result of the service"),
}

STANDINGS: Final[dict[str, Any]] = {
    Standing.WAITING.value: _l("waits for confirmation"),
    Standing.CONFIRMED.value: _l("confirmed"),
    Standing.SET_ASIDE.value: _l("set aside"),
}
