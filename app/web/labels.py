"""Sentences for what the web itself refuses."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

SENTENCES: Final[dict[str, Any]] = {
    "form-draft.too-many": _l("%(limit)s unsaved texts are waiting for you. Save or discard some of them first."),
}
