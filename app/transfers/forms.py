"""What the browser may send about a transfer: the letter, and the answer to one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField

from app.cases.consent_forms import is_yes_or_no
from app.cases.record_forms import ChosenField
from app.cases.transfers import Letter
from app.domain.codes import Code, code_list
from app.security.structs import handling
from app.web.forms import (
    ActForm,
    CodeField,
    CodeRadios,
    CodesField,
    DayField,
    LineField,
    LongField,
    Required,
)

INSIDE: Final = "inside"
OUTSIDE: Final = "outside"
ACCEPT: Final = "accept"
REFUSE: Final = "refuse"
Choices = Iterable[tuple[str, Any]]


def _is_other(code: Code) -> bool:
    return not code.truth("consent")


class TransferForm(ActForm):
    """A transfer: to whom, why, on which ground, what goes along."""

    whereto = RadioField(
        _l("To whom it goes"),
        [Required(_l("Choose to whom."))],
        choices=[
            (INSIDE, _l("A unit that works with this program: it is asked, and accepts or declines")),
            (OUTSIDE, _l("A unit or institution outside: the letter is out, the case closes here")),
        ],
    )
    unit_id = ChosenField(_l("Unit"))
    institution_id = ChosenField(_l("Institution"))
    contact = LineField(_l("Contact person there"))
    letter_no = LineField(_l("Letter number"))
    on = DayField(_l("Day of the letter"), Required(_l("Enter the day.")))
    reason = CodeField(_l("Reason"), Required(_l("Choose the reason.")), codes="transfer_reason")
    text = LongField(_l("In words"), Required(_l("Write why the case is transferred.")), limit=5_000)
    agreed = CodeRadios(
        _l("Did the client agree?"), Required(_l("Choose yes or no.")), codes="yes_no_unknown", only=is_yes_or_no
    )
    agreed_on = DayField(_l("Agreed on"))
    basis = CodeRadios(_l("On which other ground"), codes="consent_basis", only=_is_other)
    basis_text = LongField(_l("Why this ground"), limit=5_000)
    parts = CodesField(_l("What goes along besides the people and the risk"), codes="transfer_part")
    cover = LongField(_l("Letter to the unit"), limit=5_000)

    def offer(self, units: Choices, institutions: Choices) -> None:
        """Fill in who may be asked."""
        blank = ("", str(_l("Choose…")))
        self.unit_id.choices = [blank, *units]
        self.institution_id.choices = [blank, *institutions]

    def begin(self, today: date) -> None:
        """Fill in today, and everything to go along but what is most sensitive (`ticked` in the list)."""
        if not self.is_submitted():
            self.on.data = self.agreed_on.data = today
            self.parts.data = [code.code for code in code_list("transfer_part").active() if code.truth("ticked")]

    @property
    def is_inside(self) -> bool:
        """Whether a unit of this deployment is asked."""
        return bool(self.whereto.data == INSIDE)

    def letter(self) -> Letter:
        """What was typed; what belongs to the other choice is left out."""
        agreed, day = self.agreed.data == "YA", self.on.data
        head = handling.Transfer(
            on=day or date.min,
            reason=self.reason.data or "",
            agreed=self.agreed.data or "",
            agreed_on=self.agreed_on.data if agreed else None,
            basis="" if agreed else self.basis.data or "",
            parts=tuple(self.parts.data or ()) if self.is_inside else (),
        )
        text = handling.TransferText(
            reason=self.text.data or "",
            basis="" if agreed else self.basis_text.data or "",
            cover=self.cover.data or "" if self.is_inside else "",
            contact=self.contact.data or "",
            letter_no=self.letter_no.data or "",
        )
        return Letter(head, text)


class AnswerForm(ActForm):
    """The answer of the unit that is asked."""

    what = RadioField(
        _l("Answer"),
        [Required(_l("Choose the answer."))],
        choices=[(ACCEPT, _l("Take the case over")), (REFUSE, _l("Decline"))],
    )
    manager_id = ChosenField(_l("Case manager"))
    knowingly = BooleanField(_l("Looked at: it is another person of that name"))
    decision = LongField(_l("Why it is declined"), limit=5_000)

    def offer(self, managers: Choices) -> None:
        """Fill in who may manage the case."""
        self.manager_id.choices = [("", str(_l("Choose…"))), *managers]
