"""What the browser may send to the referral desk. A form checks shape; the services know the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.cases.coded_fields import LINE_LIMIT, NARRATIVE_LIMIT
from app.domain.codes import Code
from app.domain.disclosures import proposed
from app.domain.zones import Zone
from app.referrals.board import Wanted
from app.referrals.ground_forms import Choices, GroundFields, MomentFields
from app.referrals.services import Answer, Draft
from app.security.structs.work import Referral
from app.web.forms import (
    ActForm,
    CodeField,
    CodesField,
    LineField,
    LongField,
    MayBeEmpty,
    PartForm,
    Required,
    SectionForm,
)

ALL: Final = "all"
CHOSEN: Final = "chosen"
PROPOSED: Final = "proposed"
FOLLOW_UP: Final = "follow-up"
ESCALATED: Final = "escalated"
POLICE_REPORT: Final = "report"
PROTECTION: Final = "protection"
HELP_ASKED: Final = "help-asked"
HELP_GIVEN: Final = "help-given"
SEND: Final = "send"


def _can_be_told(code: Code) -> bool:
    return not code.truth("exclusive")


def as_id(text: str | None) -> UUID | None:
    """The id a hidden field or an address carries; None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


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
