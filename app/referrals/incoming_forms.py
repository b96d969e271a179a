"""What the browser may send about referrals to us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField

from app.cases.coded_fields import LINE_LIMIT
from app.referrals.forms import ALL, StepForm
from app.referrals.ground_forms import GroundFields
from app.referrals.incoming import Letter
from app.web.forms import ActForm, CodeField, CodesField, DayField, LineField, LongField, Required


class IncomingForm(ActForm):
    """A referral that came to us: from whom, about whom, the letter, what is asked."""

    institution_id = SelectField(_l("Who refers"), [Required(_l("Choose the institution."))], choices=[])
    client_id = RadioField(_l("For whom"), [Required(_l("Choose the client."))], choices=[])
    letter_no = LineField(_l("Number of their letter"), limit=LINE_LIMIT)
    letter_on = DayField(_l("Date of their letter"))
    received_on = DayField(_l("Came to us on"), Required(_l("Enter the day.")))
    how = CodeField(_l("How it came"), codes="referral_way")
    requested = CodesField(_l("Services asked for"), codes="service")
    asked = LongField(_l("What they ask"), Required(_l("Write in one or two sentences what is asked.")), limit=5_000)
    contact = LineField(_l("Contact person there"), limit=LINE_LIMIT)
    urgent = BooleanField(_l("Urgent"))

    def offer(self, clients: Sequence[tuple[UUID, str]], institutions: Iterable[tuple[str, Any]]) -> None:
        """Fill in the clients and the institutions."""
        shown = [(str(client_id), mask) for client_id, mask in clients]
        whole = [(ALL, str(_l("The whole case")))] if len(shown) != 1 else []
        self.client_id.choices = [*shown, *whole]
        self.institution_id.choices = [("", str(_l("Choose…"))), *institutions]

    def take_defaults(self, clients: Sequence[tuple[UUID, str]], received_on: date) -> None:
        """The only client, and the day it most likely came."""
        self.received_on.data = received_on
        self.client_id.data = str(clients[0][0]) if len(clients) == 1 else None

    def letter(self) -> Letter:
        """What was typed."""
        return Letter(
            client_id=None if self.client_id.data == ALL else UUID(str(self.client_id.data)),
            institution_id=UUID(str(self.institution_id.data)),
            requested=tuple(self.requested.data or ()),
            received_on=self.received_on.data or date.min,
            asked=self.asked.data or "",
            letter_no=self.letter_no.data or "",
            letter_on=self.letter_on.data,
            how=self.how.data or "",
            contact=self.contact.data or "",
            urgent=bool(self.urgent.data),
        )


class AnswerForm(StepForm):
    """One step of a referral to us: when, how the sender was told or told us, and its words."""

    how = CodeField(_l("How the sender was told, or told us"), codes="referral_way")


class TellForm(AnswerForm, GroundFields):
    """Telling the sender the result, with what that rests on."""
