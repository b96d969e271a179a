"""What the browser may send to the referral desk and the directory. A form checks shape; the services know the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, Final, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.cases.coded_fields import LINE_LIMIT, NARRATIVE_LIMIT
from app.cases.consent_forms import is_yes_or_no
from app.cases.forms.fields import TypedPlaceField, use_places
from app.domain.codes import Code
from app.domain.disclosures import proposed
from app.domain.errors import Problem
from app.domain.zones import Zone, at_local, to_local
from app.referrals.basis import Given
from app.referrals.board import Wanted
from app.referrals.directory import SHELTER
from app.referrals.services import Answer, Draft
from app.security.structs.office import Institution as Profile
from app.security.structs.work import ConsentText, Referral
from app.web.forms import (
    ActForm,
    ClockField,
    CodeField,
    CodeRadios,
    CodesField,
    DayField,
    LineField,
    LongField,
    MayBeEmpty,
    PartForm,
    Required,
    SectionForm,
    WholeField,
)

Choices = Iterable[tuple[str, Any]]

ALL: Final = "all"
NEW: Final = "new"
CHOSEN: Final = "chosen"
PROPOSED: Final = "proposed"
OTHER: Final = "other"
FOLLOW_UP: Final = "follow-up"
ESCALATED: Final = "escalated"
POLICE_REPORT: Final = "report"
PROTECTION: Final = "protection"
HELP_ASKED: Final = "help-asked"
HELP_GIVEN: Final = "help-given"
SEND: Final = "send"


def _is_consent(code: Code) -> bool:
    return bool(code.truth("consent"))


def _is_other(code: Code) -> bool:
    return not code.truth("consent")


def _can_be_told(code: Code) -> bool:
    return not code.truth("exclusive")


def as_id(text: str | None) -> UUID | None:
    """The id a hidden field or an address carries; None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


class GroundFields:
    """What disclosure rests on: a consent that stands, one recorded here and now, or another legal basis with its reason."""

    ground_choices: Sequence[tuple[str, str]] = ()
    basis = RadioField(_l("On what ground"), [MayBeEmpty()], choices=[])
    consent_on = DayField(_l("Consent given on"))
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
        self.consent_on.data = self.consent_on.data or today

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

    def misses_ground(self) -> bool:
        """Whether what was begun about the ground is not finished: the day of a consent recorded here."""
        if self.basis.data in (NEW, OTHER) and self.consent_on.data is None:
            self.consent_on.errors = [*self.consent_on.errors, _("Enter the day.")]
            return True
        return False

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems under the names this form gives: the ground of another legal basis has fields of its own."""
        own: Mapping[str, str] = (
            {"consent_reason": "other_reason", "consent_basis": "other_basis", "consent_proof": "other_proof"}
            if self.basis.data == OTHER
            else {}
        )
        return [Problem(p.code, own.get(p.field, p.field), p.severity, p.params) for p in problems]


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


class ReferForm(ActForm, GroundFields, MomentFields):
    """A new referral: to whom, for whom, what is asked, on which ground, and when it was sent."""

    client_id = RadioField(_l("For whom"), [Required(_l("Choose the client."))], choices=[])
    institution_id = SelectField(_l("Institution"), [Required(_l("Choose the institution."))], choices=[])
    others = SelectMultipleField(
        _l("Also to"), choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    follows = HiddenField()
    requested = CodesField(_l("Services asked for"), codes="service")
    tell = RadioField(
        _l("What each institution is told"),
        [MayBeEmpty()],
        choices=[
            (CHOSEN, _l("What I tick below")),
            (PROPOSED, _l("What is proposed for its type: little more than who the client is")),
        ],
        default=CHOSEN,
    )
    disclosed = CodesField(_l("What the letter discloses about the client"), codes="disclosure")
    urgent = BooleanField(_l("Urgent"))
    needs = CodesField(_l("Special needs the institution is told of"), codes="special_need", only=_can_be_told)
    reason = LongField(_l("Short reason"), Required(_l("Write in one or two sentences what is needed.")), limit=5_000)
    contact = LineField(_l("Contact person there"), limit=LINE_LIMIT)
    letter_no = LineField(_l("Letter number"), limit=LINE_LIMIT)
    how = CodeField(_l("How it was sent"), codes="referral_way")

    def offer(self, clients: Sequence[tuple[UUID, str]], institutions: Choices) -> None:
        """Fill in the clients and the institutions."""
        shown = [(str(client_id), mask) for client_id, mask in clients]
        whole = [(ALL, str(_l("The whole case")))] if len(shown) != 1 else []
        self.client_id.choices = [*shown, *whole]
        known = list(institutions)
        self.institution_id.choices = [("", str(_l("Choose…"))), *known]
        self.others.choices = known

    def take_defaults(self, clients: Sequence[str], asked: str) -> None:
        """The client it was opened for, or the only one; the consent recorded last."""
        self.client_id.data = asked if asked in clients else (clients[0] if len(clients) == 1 else None)
        standing = [value for value, _label in self.ground_choices if value.startswith("c:")]
        self.basis.data = standing[0] if standing else None

    def take_over(self, before: Referral, reason: str) -> None:
        """What the referral before this one asked for: the institution alone is chosen anew."""
        self.client_id.data = str(before.client_id) if before.client_id else ALL
        self.requested.data, self.disclosed.data = list(before.requested), list(before.disclosed)
        self.needs.data, self.urgent.data = list(before.needs), before.urgent
        self.reason.data = reason

    def drafts(self, kinds: Mapping[UUID, str]) -> list[Draft]:
        """What was typed, once for each institution; `kinds`: the type of each."""
        first = self.draft()
        each = [first, *(replace(first, institution_id=UUID(key), letter_no="") for key in self.others.data or ())]
        if self.tell.data != PROPOSED:
            return each
        return [replace(draft, disclosed=proposed(kinds.get(draft.institution_id, ""))) for draft in each]

    def draft(self) -> Draft:
        """What was typed, for the first institution."""
        return Draft(
            client_id=None if self.client_id.data == ALL else UUID(str(self.client_id.data)),
            institution_id=UUID(str(self.institution_id.data)),
            requested=tuple(self.requested.data or ()),
            disclosed=tuple(self.disclosed.data or ()),
            urgent=bool(self.urgent.data),
            consent_id=self.consent_id,
            basis="",
            reason=self.reason.data or "",
            contact=self.contact.data or "",
            letter_no=self.letter_no.data or "",
            needs=tuple(self.needs.data or ()),
            follows=as_id(self.follows.data),
        )

    def sent(self, zone: Zone) -> Answer:
        """The sending, as a step."""
        return Answer(self.moment(zone), self.how.data or "")


class StepForm(SectionForm, MomentFields):
    """One step of a referral: when, how it came, and its words."""

    how = CodeField(_l("How it came"), codes="referral_way")
    text = LongField(_l("In words"), limit=NARRATIVE_LIMIT)

    def answer(self, zone: Zone) -> Answer:
        """What was typed."""
        return Answer(self.moment(zone), self.how.data or "", self.text.data or "")


class SendForm(StepForm, GroundFields):
    """Sending a draft, with what it rests on."""


NEWS: Final = {
    FOLLOW_UP: _l("We asked again"),
    ESCALATED: _l("Taken to somebody above, for want of an answer"),
    POLICE_REPORT: _l("Police report or receipt of the police"),
    PROTECTION: _l("Temporary protection by the police"),
    HELP_ASKED: _l("Urgent help asked for (victim of trafficking)"),
    HELP_GIVEN: _l("First aid given (victim of trafficking)"),
}
POLICE_ONLY: Final = (POLICE_REPORT, PROTECTION)
HELP_ONLY: Final = (HELP_ASKED, HELP_GIVEN)


class NewsForm(SectionForm, MomentFields):
    """What changes no status: asked again, a report at the police, temporary protection, urgent help."""

    what = RadioField(
        _l("What is recorded"),
        [Required()],
        choices=list(NEWS.items()),
        default=FOLLOW_UP,
    )
    to = CodeField(_l("To whom it was taken"), codes="escalation_target")
    how = CodeField(_l("How it was sent"), codes="referral_way")
    number = LineField(_l("Number of the report or receipt"), limit=LINE_LIMIT)
    text = LongField(_l("In words"), limit=5_000)

    def offer(self, *, police: bool, urgent_help: bool) -> None:
        """Papers of the police are noted on referrals to the police alone, urgent help on those to health and social agencies."""
        left_out = {*(() if police else POLICE_ONLY), *(() if urgent_help else HELP_ONLY)}
        self.what.choices = [(value, label) for value, label in NEWS.items() if value not in left_out]


class InstitutionForm(SectionForm):
    """An institution of the directory."""

    name = LineField(_l("Name"), Required(), limit=150)
    type = CodeField(_l("Type"), Required(_l("Choose the type.")), codes="institution_type")
    services = CodesField(_l("What it offers"), codes="service")
    phone = LineField(_l("Phone"), limit=LINE_LIMIT)
    contact = LineField(_l("Contact person"), limit=LINE_LIMIT)
    hours = LineField(_l("Opening hours"), limit=LINE_LIMIT)
    area = TypedPlaceField(_l("Area"))
    address = LineField(_l("Address"), limit=LINE_LIMIT)
    note = LongField(_l("Note"), limit=2_000)
    beds = WholeField(_l("Beds"), low=0, high=500)

    def __init__(self, unit_area: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        use_places(self, unit_area)

    def profile(self) -> Profile:
        """What was typed."""
        return Profile(
            type=self.type.data or "",
            area=self.area.data or "",
            address=self.address.data or "",
            phone=self.phone.data or "",
            contact=self.contact.data or "",
            hours=self.hours.data or "",
            services=tuple(self.services.data or ()),
            note=self.note.data or "",
            beds=self.beds.data,
        )

    def show(self, name: str, held: Profile) -> None:
        """Fill in what is saved."""
        self.name.data = name
        for field in ("type", "area", "phone", "contact", "hours", "address", "note", "beds"):
            self[field].data = getattr(held, field)
        if held.type == SHELTER:
            self.address.data = ""  # one that was typed before is shown to nobody, and goes with the next save
        self.services.data = list(held.services)


class DirectoryForm(PartForm):
    """The filter of the directory."""

    type = CodeField(_l("Type"), codes="institution_type")
    retired = BooleanField(_l("Retired ones too"))


class BoardForm(PartForm):
    """Filters of the referral board: ids and codes, never names."""

    status = CodeField(_l("Status"), codes="referral_status")
    type = CodeField(_l("Type of institution"), codes="institution_type")
    institution = SelectField(_l("Institution"), choices=[], default="")
    worker = SelectField(_l("Worker"), choices=[], default="")
    mine = BooleanField(_l("Only my cases"))
    overdue = BooleanField(_l("Only overdue"))

    def offer(self, workers: Iterable[tuple[str, Any]], institutions: Iterable[tuple[str, Any]]) -> None:
        """Fill in what may be chosen."""
        self.worker.choices = [("", str(_l("All"))), *workers]
        self.institution.choices = [("", str(_l("All"))), *institutions]

    def wanted(self) -> Wanted:
        """What was asked for."""
        return Wanted(
            self.status.data or "",
            self.type.data or "",
            UUID(self.institution.data) if self.institution.data else None,
            UUID(self.worker.data) if self.worker.data else None,
            mine=bool(self.mine.data),
            overdue=bool(self.overdue.data),
        )
