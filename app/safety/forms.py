"""What the browser may send about safety plans and stays in a shelter. A form checks shape; the services know the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.cases.record_forms import ChosenField, DayForm
from app.safety.labels import PLAN, STANDARDS
from app.safety.stays import Departure
from app.security.structs import safety
from app.web.forms import (
    ActForm,
    ClockField,
    CodeField,
    CodeRadios,
    DayField,
    LineField,
    LongField,
    Required,
    SectionForm,
)

Choices = Iterable[tuple[str, Any]]
SHORT: int = 2_000


class PlanForm(SectionForm, DayForm):
    """One version of a safety plan."""

    with_client = CodeRadios(
        _l("Made together with the client?"),
        Required(_l("Say whether the client made it too.")),
        codes="yes_no_unknown",
    )
    warning_signs = LongField(PLAN["warning_signs"], limit=SHORT)
    safe_places = LongField(PLAN["safe_places"], limit=SHORT)
    people = LongField(PLAN["people"], limit=SHORT)
    way_out = LongField(PLAN["way_out"], limit=SHORT)
    take_along = LongField(PLAN["take_along"], limit=SHORT)
    code_word = LineField(PLAN["code_word"])
    children = LongField(PLAN["children"], limit=SHORT)
    online = LongField(PLAN["online"], limit=SHORT)
    other = LongField(PLAN["other"], limit=SHORT)

    def head(self, client_id: UUID) -> safety.SafetyPlan:
        """The coded head."""
        return safety.SafetyPlan(client_id=client_id, on=self.day, with_client=self.with_client.data or "")

    @property
    def text(self) -> safety.SafetyPlanText:
        """The words."""
        return safety.SafetyPlanText(**{name: self[name].data or "" for name in PLAN})

    def show(self, text: safety.SafetyPlanText) -> None:
        """Fill in the version one starts from; its day and who made it are asked anew."""
        for name in PLAN:
            self[name].data = getattr(text, name)


class PeopleField(SelectMultipleField):
    """Several people of the unit, by id, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, coerce=str, choices=[], **kwargs)
        self.type = "SelectMultipleField"  # templates treat it as one

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Those ticked."""
        return tuple(UUID(value) for value in self.data or ())


class EnterForm(ActForm):
    """A client is admitted to a shelter (F11)."""

    client_id = ChosenField(_l("Client"), Required(_l("Choose the client.")))
    institution_id = ChosenField(_l("Shelter"), Required(_l("Choose the shelter.")))
    in_on = DayField(_l("Admitted on"), Required(_l("Enter the day.")))
    in_time = ClockField(_l("Time"))
    reason = CodeField(_l("Reason"), Required(_l("Choose the reason.")), codes="shelter_reason")
    why = LongField(_l("In words"), limit=SHORT)
    rules_accepted = CodeRadios(_l("House rules explained and accepted?"), codes="yes_no_unknown")
    companions = LineField(_l("Who came along (children, for example)"))
    expected_end = DayField(_l("Expected last day"))
    location = LongField(_l("Where it is and how to get there"), limit=SHORT)
    readers = PeopleField(_l("Who may read this, besides you"))
    knowingly = BooleanField(_l("There is room all the same"))

    def offer(self, clients: Sequence[tuple[UUID, str]], shelters: Choices, team: Choices, today: date) -> None:
        """Fill in what may be chosen; the only client and today for a new form."""
        shown = [(str(client_id), mask) for client_id, mask in clients]
        self.client_id.choices = shown if len(shown) == 1 else [("", str(_("Choose…"))), *shown]
        self.institution_id.choices = [("", str(_("Choose…"))), *shelters]
        self.readers.choices = list(team)
        if not self.is_submitted():
            self.client_id.data = shown[0][0] if len(shown) == 1 else ""
            self.in_on.data = today

    @property
    def stay(self) -> safety.ShelterStay:
        """The coded part."""
        return safety.ShelterStay(
            client_id=UUID(str(self.client_id.data)),
            institution_id=UUID(str(self.institution_id.data)),
            in_on=cast(date, self.in_on.data),
            in_time=_clock(self.in_time.data),
            reason=self.reason.data or "",
            rules_accepted=self.rules_accepted.data or "",
            expected_end=self.expected_end.data,
        )

    @property
    def words(self) -> safety.ShelterWords:
        """The words."""
        return safety.ShelterWords(
            why=self.why.data or "", location=self.location.data or "", companions=self.companions.data or ""
        )


class ExtendForm(SectionForm):
    """A stay is made longer."""

    on = DayField(_l("Decided on"), Required(_l("Enter the day.")))
    until = DayField(_l("New last day"), Required(_l("Enter the day.")))
    why = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=SHORT)

    @property
    def extension(self) -> safety.Extension:
        """The coded part."""
        return safety.Extension(on=cast(date, self.on.data), until=cast(date, self.until.data))


class LeaveForm(SectionForm):
    """A client leaves a shelter (F11)."""

    out_on = DayField(_l("Left on"), Required(_l("Enter the day.")))
    out_time = ClockField(_l("Time"))
    exit_reason = CodeField(_l("Reason"), Required(_l("Choose the reason.")), codes="shelter_exit")
    leaving = LongField(_l("In words"), limit=SHORT)
    place_after = CodeField(_l("Where the client goes"), Required(_l("Choose the place.")), codes="place_after")
    whereabouts = LongField(_l("Address or directions"), limit=SHORT)

    @property
    def departure(self) -> Departure:
        """What was typed."""
        return Departure(
            on=cast(date, self.out_on.data),
            time=_clock(self.out_time.data),
            reason=self.exit_reason.data or "",
            place_after=self.place_after.data or "",
            leaving=self.leaving.data or "",
            whereabouts=self.whereabouts.data or "",
        )


class ReaderForm(ActForm):
    """Another person for the list."""

    user_id = ChosenField(_l("Person"), Required(_l("Choose the person.")))
    words = LongField(_l("Why you put yourself on the list"), limit=1_000)

    def offer(self, people: Choices) -> None:
        """Fill in who may be chosen."""
        self.user_id.choices = [("", str(_("Choose…"))), *people]


class StandardForm(SectionForm):
    """The service standard of the unit for the length of a stay."""

    standard = SelectField(_l("Longest stay by the unit's decree"), choices=lambda: list(STANDARDS.items()))


def _clock(value: time | None) -> str:
    return f"{value:%H:%M}" if value is not None else ""
