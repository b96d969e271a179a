"""What the browser may send to the deadlines board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.clocks.board import Wanted, When
from app.clocks.labels import SECTIONS
from app.clocks.services import Waiver
from app.web.forms import ActForm, CodeField, LongField, PartForm, Required

Choices = Iterable[tuple[str, Any]]


def _id(value: object) -> UUID | None:
    return UUID(str(value)) if value else None


class BoardForm(PartForm):
    """Filters of the board: ids and codes, never names."""

    when = SelectField(
        _l("Due"), choices=lambda: [("", _l("All")), *((w.value, SECTIONS[w]) for w in When)], default=""
    )
    worker = SelectField(_l("Worker"), choices=[], default="")
    institution = SelectField(_l("Institution"), choices=[], default="")

    def offer(self, workers: Choices, institutions: Choices) -> None:
        """Fill in what may be chosen."""
        self.worker.choices = [("", str(_l("All"))), *workers]
        self.institution.choices = [("", str(_l("All"))), *institutions]

    def wanted(self, *, own: bool) -> Wanted:
        """What was asked for."""
        when = When(self.when.data) if self.when.data else None
        return Wanted(own, when, _id(self.worker.data), _id(self.institution.data))


class WaiveForm(ActForm):
    """Which clock is waived, and why."""

    clock = SelectField(_l("Which deadline"), [Required(_l("Choose the deadline."))], choices=[])
    reason = CodeField(_l("Reason"), Required(_l("Choose the reason.")), codes="waiver_reason")
    words = LongField(_l("Decision and explanation"), limit=2_000)
    client_wish = LongField(_l("What the client wishes"), limit=2_000)
    advice = LongField(_l("What was explained to the client"), limit=2_000)

    def offer(self, clocks: Sequence[tuple[str, str]]) -> None:
        """Fill in the running clocks."""
        self.clock.choices = [("", str(_l("Choose…"))), *clocks]

    def waiver(self) -> Waiver:
        """What was typed, and the note that the case keeps of it."""
        parts = [
            (_("What the client wishes"), self.client_wish.data),
            (_("What was explained to the client"), self.advice.data),
            (_("Decision and explanation"), self.words.data),
        ]
        note = "\n\n".join(f"{heading}: {text}" for heading, text in parts if text)
        return Waiver(
            reason=self.reason.data or "",
            words=self.words.data or "",
            client_wish=self.client_wish.data or "",
            advice=self.advice.data or "",
            note=note,
        )


class TakeUpForm(ActForm):
    """Which waived clock is taken up again."""

    clock = SelectField(_l("Which deadline"), [Required(_l("Choose the deadline."))], choices=[])

    def offer(self, clocks: Sequence[tuple[str, str]]) -> None:
        """Fill in the waived clocks."""
        self.clock.choices = list(clocks)
