"""Forms of consent: the whole form F4, another legal basis, taking back. A form checks shape; `app.cases.consents` knows the rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FormField

from app.cases.record_forms import ChosenField, DayForm, OfClientForm
from app.domain import consents as rules
from app.domain.codes import Code, code_list
from app.security.structs import work as work_structs
from app.web.forms import CodeField, CodeRadios, CodesField, LineField, LongField, PartForm, Required, code_choices


def is_yes_or_no(code: Code) -> bool:
    """Yes and no, without the way out."""
    return code.code in (rules.YES, rules.NO)


def _is_other(code: Code) -> bool:
    return not code.truth("consent")


class AnswersPart(PartForm):
    """Yes or no to each service of the form (case-management 7 F4 c); the fields are added below, one a service."""


for _service in code_list("consent_service").active():
    setattr(AnswersPart, _service.code, CodeRadios(_service.code, codes="yes_no_unknown", only=is_yes_or_no))


class ConsentForm(OfClientForm):
    """Informed consent of a client, signed by the client or by who decides for the client (case-management 7 F4)."""

    signer = CodeRadios(_l("Who signs?"), Required(_l("Choose who signs.")), codes="consent_signer")
    person = ChosenField(_l("Is the signer one of the people of this case?"))
    conflict = CodeRadios(
        _l("Is the signer a reported person, or against the client's interest?"),
        codes="yes_no_unknown",
        only=is_yes_or_no,
    )
    confirmed_other = BooleanField(_l("Looked at: the signer is another person with the same name or number"))
    reason = LongField(_l("Why this signer"), limit=2_000)
    language = LineField(_l("Explained in which language"))
    aids = CodesField(_l("With which aid"), codes="explanation_aid")
    answers = FormField(AnswersPart)
    truth = BooleanField()
    explained = BooleanField()
    procedure = BooleanField()
    cooperation = BooleanField()
    child_agrees = CodeRadios(_l("The child's own view"), codes="child_view")
    child_view = LongField(_l("What the child says about it"), limit=2_000)
    signer_name = LineField(_l("Name of the signer"))
    signer_relation = LineField(_l("What the signer is to the client"))
    signer_phone = LineField(_l("Phone of the signer"), limit=40)
    signer_address = LineField(_l("Address of the signer"))
    signer_nik = LineField(_l("NIK of the signer"), limit=40)
    witness = LineField(_l("Witness"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = str(get_locale() or "id").startswith("en")
        for statement in rules.statements():
            if statement.key in self:
                self[statement.key].label.text = f"{statement.letter}) {statement.en if english else statement.id}"
        for service in code_list("consent_service").active():
            self.answers.form[service.code].label.text = service.en if english else service.id

    def offer_people(self, people: Sequence[tuple[UUID, str]]) -> None:
        """Fill in who of the case may be meant."""
        self.person.choices = [("", str(_l("No, somebody else"))), *((str(person), shown) for person, shown in people)]
        if not self.is_submitted():
            self.language.data = self.language.data or "Bahasa Indonesia"

    @property
    def consent(self) -> work_structs.Consent:
        """The coded head."""
        said = {field.short_name: field.data for field in self.answers.form}
        signer = self.signer.data or ""
        return work_structs.Consent(
            client_id=self.client,
            on=self.day,
            basis=rules.basis_of(signer) if signer else "",
            signer=signer,
            signer_id=self.person.id_chosen,
            conflict=(self.conflict.data or "") if signer and rules.is_guardian(signer) else "",
            confirmed_other=bool(self.confirmed_other.data),
            wording=rules.wording(),
            truth=bool(self.truth.data),
            explained=bool(self.explained.data),
            procedure=bool(self.procedure.data),
            cooperation=bool(self.cooperation.data),
            agreed=tuple(code for code, answer in said.items() if answer == rules.YES),
            declined=tuple(code for code, answer in said.items() if answer == rules.NO),
            child_agrees=self.child_agrees.data or "",
            aids=tuple(self.aids.data or ()),
        )

    @property
    def words(self) -> work_structs.ConsentText:
        """The words."""
        names = ("reason", "language", "child_view", "witness")
        of_signer = ("signer_name", "signer_relation", "signer_phone", "signer_address", "signer_nik")
        typed: dict[str, Any] = {name: self[name].data or "" for name in (*names, *of_signer)}
        return work_structs.ConsentText(**typed)


class BasisForm(OfClientForm):
    """Another legal basis than consent: danger to life, a legal duty (design 5)."""

    basis = CodeRadios(
        _l("Which legal basis"), Required(_l("Choose the ground.")), codes="consent_basis", only=_is_other
    )
    reason = LongField(_l("Why this basis"), Required(_l("Write what the danger or the duty is.")), limit=2_000)
    proof = LineField(_l("Document that proves it"))

    @property
    def consent(self) -> work_structs.Consent:
        """The coded head."""
        return work_structs.Consent(client_id=self.client, on=self.day, basis=self.basis.data or "")

    @property
    def words(self) -> work_structs.ConsentText:
        """The words."""
        return work_structs.ConsentText(reason=self.reason.data or "", proof=self.proof.data or "")


class WithdrawForm(DayForm):
    """Taking a consent back: whole or for some services, from which day, and what follows."""

    services = CodesField(_l("Which services"), codes="consent_service")
    effect = CodeField(_l("What follows"), Required(_l("Choose what follows.")), codes="withdrawal_effect")
    text = LongField(_l("In words"), limit=2_000)

    def offer(self, agreed: Collection[str], today: date) -> None:
        """Fill in the services that are agreed to still."""
        self.services.choices = code_choices("consent_service", only=lambda code: code.code in agreed)
        if not self.is_submitted():
            self.on.data = today

    @property
    def withdrawal(self) -> work_structs.Withdrawal:
        """What was typed."""
        return work_structs.Withdrawal(self.day, tuple(self.services.data or ()), self.effect.data or "")
