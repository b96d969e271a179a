"""Words of the deadlines board."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.clocks.board import When

SECTIONS: Final[dict[When, Any]] = {
    When.OVERDUE: _l("Overdue"),
    When.TODAY: _l("Due today"),
    When.WEEK: _l("Due within seven days"),
    When.LATER: _l("Later"),
}
SENTENCES: Final[dict[str, Any]] = {
    "required": _l("Please fill this in."),
    "code.unknown": _l("Choose one of the list."),
    "text.too-long": _l("At most %(limit)s characters."),
}
