"""Fields that forms of referrals share: the ground of what is disclosed, and the moment of what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, Final, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField

from app.cases.coded_fields import LINE_LIMIT
from app.cases.consent_forms import is_yes_or_no
from app.domain.codes import Code
from app.domain.errors import Problem, Refused
from app.domain.zones import Zone, at_local, to_local
from app.referrals.basis import Given
from app.security.structs.work import ConsentText
from app.web.forms import (
    ClockField,
    CodeRadios,
    CodesField,
    DayField,
    LineField,
    LongField,
    MayBeEmpty,
    Required,
)

Choices = Iterable[tuple[str, Any]]

NEW: Final = "new"
OTHER: Final = "other"
_OF_OTHER: Final = {"consent_reason": "other_reason", "consent_basis": "other_basis", "consent_proof": "other_proof"}


def _is_consent(code: Code) -> bool:
    return bool(code.truth("consent"))


def _is_other(code: Code) -> bool:
    return not code.truth("consent")


def _day_of_what_is_recorded(form: Any, field: Field) -> None:
    """A ground recorded here has a day; a consent that stands has its own."""
    check = Required(_l("Enter the day.")) if form.basis.data in (NEW, OTHER) else MayBeEmpty()
    check(form, field)


class GroundFields:
    """What disclosure rests on: a consent that stands, one recorded here and now, or another legal basis with its reason."""

    ground_choices: Sequence[tuple[str, str]] = ()
    basis = RadioField(_l("On what ground"), [MayBeEmpty()], choices=[])
    consent_on = DayField(_l("Consent given on"), _day_of_what_is_recorded)
    consent_basis = CodeRadios(_l("Who consents"), codes="consent_basis", only=_is_consent)
    consent_services = CodesField(_l("Agreed to"), codes="service")
    consent_refused = CodesField(_l("Refused"), codes="service")
    cooperation = BooleanField(_l("Information may be shared with other agencies where the service needs it"))
    consent_conflict = CodeRadios(
        _l("Is the signer a reported person, or against the client's interest?"),
        codes="yes_no_unknown",
        only=is_yes_or_no,
    )
    consent_confirmed_other = BooleanField(_l("Looked at: the signer is another person with the same name or number"))
    signer_name = LineField(_l("Who signed"))
    signer_phone = LineField(_l("Phone of the signer"), limit=40)
    consent_reason = LongField(_l("Why another guardian or a social worker"), limit=2_000)
    child_view = LongField(_l("What the child says about it"), limit=2_000)
    other_basis = CodeRadios(_l("Which legal basis"), codes="consent_basis", only=_is_other)
    other_reason = LongField(_l("Why this basis"), limit=2_000)
    other_proof = LineField(_l("Document that proves it"), limit=LINE_LIMIT)

    def offer_ground(self, consents: Choices, today: date) -> None:
        """Fill in the consents that stand."""
        self.ground_choices = [
            *((f"c:{key}", str(label)) for key, label in consents),
            (NEW, str(_l("Record the consent now"))),
            (OTHER, str(_l("Another legal basis: danger to life or legal duty"))),
        ]
        self.basis.choices = self.ground_choices
        if self.consent_on.raw_data is None:  # a new form; a day that somebody cleared is not today
            self.consent_on.data = today

    @property
    def consent_id(self) -> UUID | None:
        """The consent chosen, if one was."""
        text = str(self.basis.data or "")
        return UUID(text[2:]) if text.startswith("c:") else None

    def given(self) -> Given | None:
        """What is recorded with this act, if anything."""
        if self.basis.data == OTHER:
            text = ConsentText(reason=self.other_reason.data or "", proof=self.other_proof.data or "")
            return Given(self.consent_on.data or date.min, self.other_basis.data or "", text=text)
        if self.basis.data != NEW:
            return None
        return Given(
            on=self.consent_on.data or date.min,
            basis=self.consent_basis.data or "",
            services=tuple(self.consent_services.data or ()),
            refused=tuple(self.consent_refused.data or ()),
            cooperation=bool(self.cooperation.data),
            conflict=self.consent_conflict.data or "",
            confirmed_other=bool(self.consent_confirmed_other.data),
            text=ConsentText(
                signer_name=self.signer_name.data or "",
                signer_phone=self.signer_phone.data or "",
                reason=self.consent_reason.data or "",
                child_view=self.child_view.data or "",
            ),
        )

    @contextmanager
    def placing(self) -> Iterator[None]:
        """Around an act: it is Refused with its problems under the names this form gives, since another legal basis has fields of its own."""
        try:
            yield
        except Refused as refusal:
            own = _OF_OTHER if self.basis.data == OTHER else {}
            raise Refused(
                *(Problem(p.code, own.get(p.field, p.field), p.severity, p.params) for p in refusal.problems)
            ) from None


class MomentFields:
    """A day and a time of day in the unit's zone; a new form offers the present."""

    on = DayField(_l("Day"), Required(_l("Enter the day.")))
    at = ClockField(_l("Time"), Required(_l("Enter the time.")))

    def offer_now(self, now: datetime, zone: Zone) -> None:
        """Fill in the present moment."""
        local = to_local(now, zone)
        self.on.data, self.at.data = local.date(), local.time().replace(second=0, microsecond=0)

    def moment(self, zone: Zone) -> datetime:
        """The moment entered, in UTC."""
        return at_local(cast(date, self.on.data), cast(time, self.at.data), zone)
