"""Sentences of what can go wrong with one's own tasks and filters."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

SENTENCES: Final = {
    "task.too-many": _l("You have %(limit)s open tasks. Tick some off first."),
    "task.no-such-case": _l(
        "No case you may open has this register number. Leave it empty, or look it up under Cases."
    ),
    "filter.empty": _l("Choose at least one filter in the case list first."),
    "filter.too-many": _l("You have %(limit)s saved filters. Throw one away first."),
    "filter.name-used": _l("You have filters under this name already. Choose another name."),
}
