"""Forms of the steps of a case, and of the end of one client (F12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField

from app.cases.consent_forms import is_yes_or_no
from app.cases.progress import Choices
from app.cases.record_forms import ChosenField
from app.cases.terminations import Proposal
from app.domain.codes import Code
from app.security.structs import handling
from app.security.structs.case import StepReason
from app.web.forms import ActForm, CodeField, CodeRadios, CodesField, DayField, LongField, Required, SectionForm, choice

People = Iterable[tuple[str, Any]]
APPROVE = "approve"
RETURN = "return"


class ChosenFewField(CodesField):
    """Several of a few things known only when the page is made, by id, as boxes to tick."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, codes="yes_no_unknown", **kwargs)
        self.choices = []

    @property
    def ids_chosen(self) -> tuple[UUID, ...]:
        """The ids."""
        return tuple(UUID(value) for value in self.data or ())


class StepForm(SectionForm):
    """A step of the case, with its reason; on registration the manager, on reopening the clients."""

    text = LongField(_l("Reason"), limit=5_000)
    advice = LongField(_l("Where the person was advised to turn to"), limit=5_000)
    manager_id = ChosenField(_l("Case manager"))
    knowingly = BooleanField(_l("Looked at: it is another person of that name"))
    clients = ChosenFewField(_l("Who is helped again"))

    def offer(self, managers: People, ended: People) -> None:
        """Fill in who may manage the case, and whose handling has ended."""
        self.manager_id.choices = [("", str(_l("Choose…"))), *managers]
        known = list(ended)
        self.clients.choices = [choice(value, label) for value, label in known]
        if not self.is_submitted():
            self.clients.data = [value for value, _label in known]

    @property
    def reason(self) -> StepReason:
        """The words."""
        return StepReason(text=self.text.data or "", advice=self.advice.data or "")

    @property
    def chosen(self) -> Choices:
        """What was chosen besides."""
        return Choices(self.manager_id.id_chosen, self.clients.ids_chosen, bool(self.knowingly.data))


def _is_reason(code: Code) -> bool:
    """Reasons a person may choose: that a case was transferred is written by the transfer."""
    return code.code != "AT_LIMPAH"


class EndForm(ActForm):
    """The proposed end of one client's handling (F12)."""

    on = DayField(_l("Last day of handling"), Required(_l("Enter the day.")))
    closure = CodeRadios(_l("Kind of end"), Required(_l("Choose the kind of end.")), codes="termination")
    reason = CodeField(_l("Reason"), Required(_l("Choose the reason.")), codes="termination_reason", only=_is_reason)
    text = LongField(_l("In words"), Required(_l("Write why the handling ends.")), limit=5_000)
    goals = LongField(_l("Why the open goals are left"), limit=5_000)
    agreed = CodeRadios(
        _l("Did the client sign?"), Required(_l("Choose yes or no.")), codes="yes_no_unknown", only=is_yes_or_no
    )
    agreed_on = DayField(_l("Signed on"))
    disagreement = LongField(_l("Why it was not signed"), limit=5_000)
    legal_watch = BooleanField(_l("Closed, legal watch continues: somebody goes on watching the legal steps"))

    def begin(self, today: date, *, legal_watch: bool) -> None:
        """Fill in today; the legal watch where the law keeps deadlines running after the end."""
        if not self.is_submitted():
            self.on.data = self.agreed_on.data = today
            self.legal_watch.data = legal_watch

    def proposal(self, client_id: UUID) -> Proposal:
        """What was typed."""
        day: Any = self.on.data
        signed = self.agreed.data == "YA"
        head = handling.Termination(
            client_id=client_id,
            on=day,
            closure=self.closure.data or "",
            reason=self.reason.data or "",
            agreed=self.agreed.data or "",
            agreed_on=self.agreed_on.data if signed else None,
            legal_watch=bool(self.legal_watch.data),
        )
        text = handling.TerminationText(
            reason=self.text.data or "",
            goals=self.goals.data or "",
            disagreement="" if signed else self.disagreement.data or "",
        )
        return Proposal(head, text)


class DecideForm(ActForm):
    """A supervisor's decision on one proposal."""

    what = RadioField(
        _l("Decision"),
        [Required(_l("Choose the decision."))],
        choices=[(APPROVE, _l("Approve the end")), (RETURN, _l("Send back to the manager"))],
    )
    decision = LongField(_l("In words"), limit=5_000)


class WhyForm(ActForm):
    """A reason, and nothing else."""

    decision = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=5_000)
