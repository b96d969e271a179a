"""The words on screen in either language, so that one journey is walked in both: sentences from the catalogue, codes from their lists."""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.domain.codes import code_list
from app.domain.stages import steps

_CATALOGUES = Path(__file__).parents[2] / "app" / "translations"


def pattern(words: str) -> str:
    """The words as an expression. Playwright sets a slash as its limit."""
    return re.escape(words).replace("/", r"\/")


@dataclass(frozen=True)
class Tongue:
    """A language a person reads: `id` or `en`."""

    language: str

    def __call__(self, message: str, **values: object) -> str:
        """A sentence of the screen, from its English message id."""
        sentence = self._catalogue.gettext(message)
        return sentence % values if values else sentence

    def code(self, name: str, code: str) -> str:
        """The label of a code."""
        found = code_list(name).get(code)
        return found.en if self.language == "en" else found.id

    def step(self, code: str) -> str:
        """What a step of the case is called."""
        found = next(step for step in steps() if step.code == code)
        return found.en if self.language == "en" else found.id

    def label(self, message: str, **values: object) -> re.Pattern[str]:
        """The label of a field, with or without the word that says it is required."""
        return re.compile(rf"^\s*{pattern(self(message, **values))}( · {pattern(self('required'))})?\s*$")

    def plural(self, one: str, many: str, number: int, **values: object) -> str:
        """A sentence that counts."""
        return self._catalogue.ngettext(one, many, number) % {"num": number, **values}

    @cached_property
    def _catalogue(self) -> gettext.NullTranslations:
        return gettext.translation("messages", _CATALOGUES, [self.language], fallback=True)
