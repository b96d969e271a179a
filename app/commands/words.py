"""The language of the command line: Indonesian first, English with NAUNGAN_LOCALE=en. Loads nothing but the catalogue.

Commands write `_("…")` around every sentence; the catalogues are those of the pages. What rooms say through Flask-Babel (problem
sentences, labels) needs `context.room_language()` around it.
"""

from __future__ import annotations

import gettext as catalogues
import os
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("id", "en")
_TRANSLATIONS: Final = Path(__file__).resolve().parents[1] / "translations"


def locale() -> str:
    """The language asked for; Indonesian for anything unknown (the configuration is judged later, and in words)."""
    wanted = os.environ.get("NAUNGAN_LOCALE", "").strip().lower()
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    return catalogues.translation("messages", _TRANSLATIONS, [language], fallback=True)


def gettext(message: str, **values: object) -> str:
    """The sentence in the language asked for, with `%(name)s` places filled."""
    sentence = _catalogue(locale()).gettext(message)
    return sentence % values if values else sentence


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """The sentence for a number; `%(num)d` is the number."""
    return _catalogue(locale()).ngettext(singular, plural, count) % {"num": count, **values}


def N_(message: str) -> str:
    """Mark a sentence that is translated where it is shown."""
    return message


def spoken(id: str, en: str) -> str:
    """One of a pair written beside each other (configuration, start-up), in the language asked for."""
    return en if locale() == "en" else id
