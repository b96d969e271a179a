"""What the browser may send about legal tracks. A form checks shape; the services know the rules, the table of `domain/legal` the fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any, Final, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.cases.record_forms import ChosenField, OfClientForm
from app.domain.legal import Field, Milestone
from app.legal.labels import FIELDS, called
from app.legal.milestones import Outcome
from app.legal.wishes import Decision
from app.security.structs import legal
from app.security.structs.work import LegalStep, LegalStepText
from app.web.forms import (
    ClockField,
    CodeField,
    CodeRadios,
    CodesField,
    DayField,
    LineField,
    LongField,
    Required,
    SectionForm,
    WholeField,
)

Choices = Iterable[tuple[str, Any]]
SHORT: Final = 2_000
_TEXTS: Final = ("number", "office", "officer", "room", "result")
_CODES: Final = (
    *("received", "letter", "stage", "diversion_stage", "decision", "verdict", "via", "complete"),
    *("agenda", "summoned", "held", "attended"),
)


class TrackForm(SectionForm):
    """A legal track as it is opened or corrected."""

    kind = CodeField(_l("Kind of track"), Required(_l("Choose the kind of track.")), codes="legal_track")
    client_id = ChosenField(_l("Of whom"))
    procedure_code = CodeRadios(_l("Code of procedure"), codes="procedure")
    weight = CodeField(_l("How hard the investigation is, as the police class it"), codes="case_weight")
    matters = CodesField(_l("What it is about"), codes="civil_matter")
    opened_on = DayField(_l("Followed since"), Required(_l("Enter the day.")))
    office = LineField(_l("Office that handles it"))
    numbers = LongField(_l("Register and case numbers"), limit=SHORT)
    parties = LongField(_l("Parties"), limit=SHORT)
    note = LongField(_l("Note"), limit=SHORT)

    def offer(self, clients: Sequence[tuple[UUID, str]], today: date, suggested: str) -> None:
        """Fill in who it may be about; for a new form the only client, today, and the code of procedure in force."""
        shown = [(str(client_id), mask) for client_id, mask in clients]
        self.client_id.choices = [("", str(_("The whole case"))), *shown]
        if not self.is_submitted():
            self.client_id.data = shown[0][0] if len(shown) == 1 else ""
            self.opened_on.data = today
            self.procedure_code.data = suggested

    def show(self, track: legal.LegalTrack, text: legal.LegalTrackText) -> None:
        """Fill in what is known."""
        self.kind.data = track.kind
        self.client_id.data = str(track.client_id or "")
        self.procedure_code.data = track.procedure_code or None
        self.weight.data = track.weight or None
        self.matters.data = list(track.matters)
        self.opened_on.data = track.opened_on
        for name in ("office", "numbers", "parties", "note"):
            self[name].data = getattr(text, name)

    @property
    def track(self) -> legal.LegalTrack:
        """The coded part."""
        return legal.LegalTrack(
            kind=self.kind.data or "",
            client_id=self.client_id.id_chosen,
            procedure_code=self.procedure_code.data or "",
            weight=self.weight.data or "",
            matters=tuple(self.matters.data or ()),
            opened_on=cast(date, self.opened_on.data),
        )

    @property
    def text(self) -> legal.LegalTrackText:
        """The words."""
        return legal.LegalTrackText(
            office=self.office.data or "",
            numbers=self.numbers.data or "",
            parties=self.parties.data or "",
            note=self.note.data or "",
        )


class EndTrackForm(SectionForm):
    """A track is followed no longer."""

    on = DayField(_l("Since"), Required(_l("Enter the day.")))
    outcome = CodeField(_l("What came of it"), Required(_l("Choose what came of it.")), codes="legal_outcome")
    text = LongField(_l("In words"), limit=SHORT)

    @property
    def end(self) -> legal.TrackEnd:
        """The coded part."""
        return legal.TrackEnd(on=cast(date, self.on.data), outcome=self.outcome.data or "")


class ReasonForm(SectionForm):
    """An act that needs its reason."""

    text = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=SHORT)


class MilestoneForm(SectionForm):
    """A milestone, with the fields that it asks for; `shape` takes the others out."""

    code = ""

    on = DayField(_l("Day"), Required(_l("Enter the day.")))
    time = ClockField(FIELDS[Field.TIME])
    letter = CodeField(FIELDS[Field.LETTER], codes="sp2hp")
    diversion_stage = CodeField(FIELDS[Field.DIVERSION_STAGE], codes="diversion_stage")
    stage = CodeField(FIELDS[Field.STAGE], codes="procedure_stage")
    agenda = CodeField(FIELDS[Field.AGENDA], codes="hearing_agenda")
    number = LineField(FIELDS[Field.NUMBER])
    round = WholeField(FIELDS[Field.ROUND], low=1, high=99)
    office = LineField(FIELDS[Field.OFFICE])
    room = LineField(FIELDS[Field.ROOM])
    officer = LineField(FIELDS[Field.OFFICER])
    summoned = CodeRadios(FIELDS[Field.SUMMONED], codes="yes_no_unknown")
    companion = ChosenField(FIELDS[Field.COMPANION])
    decision = CodeField(FIELDS[Field.DECISION], codes="legal_decision")
    verdict = CodeField(FIELDS[Field.VERDICT], codes="verdict")
    via = CodeField(FIELDS[Field.VIA], codes="restitution_via")
    amount = WholeField(FIELDS[Field.AMOUNT])
    complete = CodeRadios(FIELDS[Field.COMPLETE], codes="yes_no_unknown")
    received = CodeRadios(FIELDS[Field.RECEIVED], codes="yes_no_unknown")
    received_on = DayField(FIELDS[Field.RECEIVED_ON])
    told_on = DayField(FIELDS[Field.TOLD_ON])
    expires_on = DayField(FIELDS[Field.EXPIRES_ON])
    held = CodeField(FIELDS[Field.HELD], codes="hearing_held")
    attended = CodeRadios(FIELDS[Field.ATTENDED], codes="yes_no_unknown")
    result = LongField(FIELDS[Field.RESULT], limit=SHORT)
    note = LongField(_l("Note"), limit=SHORT)
    knowingly = BooleanField(_l("It happened once more"))

    def shape(self, milestone: Milestone, people: Choices) -> None:
        """Leave the fields the milestone asks for, under the names it gives them."""
        self.code = milestone.code
        self.companion.choices = [("", str(_("Nobody yet"))), *people]
        for name in Field:
            if name not in milestone.fields:
                delattr(self, name.value)
            else:
                self[name.value].label.text = called(milestone, name)
                self[name.value].flags.required = name in milestone.needs

    def asked(self, *, after: bool) -> list[Any]:
        """The fields of the milestone in the order of the form; those on what came of it stand apart."""
        outcome = {Field.HELD.value, Field.ATTENDED.value, Field.RESULT.value} if Field.HELD.value in self else set()
        skipped = {"on", "time", "note", "knowingly", "etag", "submit_id", "csrf_token"}
        return [each for each in self if each.name not in skipped and (each.name in outcome) == after]

    def show(self, step: LegalStep, words: LegalStepText) -> None:
        """Fill in what is known."""
        for each in self:
            source = step if hasattr(step, each.name) else words if hasattr(words, each.name) else None
            if source is not None and each.name != "companion":
                each.data = _shown(each.name, getattr(source, each.name))
        if "companion" in self:
            self.companion.data = str(step.companion or "")

    @property
    def step(self) -> LegalStep:
        """The coded part."""
        given: dict[str, Any] = {name: self[name].data or "" for name in _CODES if name in self}
        given |= {
            name: self[name].data
            for name in ("round", "amount", "received_on", "told_on", "expires_on")
            if name in self
        }
        return LegalStep(
            milestone=self.code,
            on=cast(date, self.on.data),
            time=_clock(self.time.data) if "time" in self else "",
            companion=self.companion.id_chosen if "companion" in self else None,
            **given,
        )

    @property
    def words(self) -> LegalStepText:
        """The words."""
        return LegalStepText(
            note=self.note.data or "", **{name: self[name].data or "" for name in _TEXTS if name in self}
        )


class OutcomeForm(SectionForm):
    """What came of a hearing or meeting, and when the next one is."""

    held = CodeRadios(FIELDS[Field.HELD], Required(_l("Say whether it was held.")), codes="hearing_held")
    attended = CodeRadios(FIELDS[Field.ATTENDED], codes="yes_no_unknown")
    result = LongField(_l("What happened"), limit=SHORT)
    next_on = DayField(_l("The next one is on"))
    next_time = ClockField(FIELDS[Field.TIME])
    next_agenda = CodeField(FIELDS[Field.AGENDA], codes="hearing_agenda")

    @property
    def outcome(self) -> Outcome:
        """What was typed."""
        return Outcome(
            held=self.held.data or "",
            attended=self.attended.data or "",
            result=self.result.data or "",
            next_on=self.next_on.data,
            next_time=_clock(self.next_time.data),
            next_agenda=self.next_agenda.data or "",
        )


class WishForm(OfClientForm):
    """What a client wishes about the police, and what was explained."""

    wish = CodeRadios(_l("What the client wishes"), Required(_l("Choose what the client wishes.")), codes="police_wish")
    wish_words = LongField(
        _l("In the client's own words"), Required(_l("Write down what the client said.")), limit=SHORT
    )
    advice = LongField(_l("Advice given"), Required(_l("Write down what was explained.")), limit=SHORT)

    @property
    def document(self) -> legal.PoliceWish:
        """The coded part."""
        return legal.PoliceWish(client_id=self.client, on=self.day, wish=self.wish.data or "")

    @property
    def words(self) -> legal.PoliceWishText:
        """The words."""
        return legal.PoliceWishText(wish_words=self.wish_words.data or "", advice=self.advice.data or "")


class DecisionForm(SectionForm):
    """The supervisor's decision on it."""

    decision = CodeRadios(_l("Decision"), Required(_l("Choose the decision.")), codes="police_decision")
    reason = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=SHORT)
    review_on = DayField(_l("Looked at again on"))

    @property
    def made(self) -> Decision:
        """What was decided."""
        return Decision(self.decision.data or "", self.reason.data or "", self.review_on.data)


def _clock(value: time | None) -> str:
    return f"{value:%H:%M}" if value is not None else ""


def _shown(name: str, value: Any) -> Any:
    if name == "time" and value:
        return time.fromisoformat(value)
    return value if value != "" else None
