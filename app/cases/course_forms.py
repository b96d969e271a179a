"""Forms of assessment and monitoring (F5, F9), what the forms of the course share, and its sentences. A form checks shape; the acts
know the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.cases.forms.mapping import as_data, filled
from app.cases.record_forms import ChosenField, OfClientForm
from app.domain.errors import Problem, Refused
from app.security.structs import course as structs
from app.web.forms import CodeField, CodeRadios, DayField, LongField, Required, SectionForm

SENTENCES: Final = {
    "assessment.unfinished": _l("An assessment of this client is unfinished. Go on with that one."),
    "assessment.incomplete": _l("Fill this in to finish the assessment. It can be saved unfinished without it."),
    "team.unknown": _l("Choose people of the list."),
    "plan.exists": _l("This client has a plan. Change that one."),
    "plan.no-goal": _l("Write at least one goal."),
    "plan.too-many-goals": _l("A plan takes at most %(limit)s goals."),
    "plan.answered-before": _l("The client cannot answer before the day of the plan."),
    "goal.until-when": _l("Say until when: choose a horizon or enter a target day."),
    "goal.target-before-plan": _l("The target day lies before the day of the plan."),
    "goal.beyond-horizon": _l("The target day lies beyond this horizon."),
    "goal.before-last-change": _l("This goal was changed on a later day already."),
    "goal.not-in-hand": _l("Choose open goals of this client's plan that were agreed to."),
    "goal.unknown": _l("Choose goals of this client's plan."),
    "decision.due-before": _l("A decision cannot be due before the conference."),
    "decision.done-before": _l("A decision cannot be done before the conference."),
    "conference.nobody": _l("Say who took part."),
    "conference.too-many-decisions": _l("The minutes take at most %(limit)s decisions."),
    "service.next-before": _l("The next step cannot be due before the service."),
}

BLANK_ROWS: Final = 2  # empty lines a form has beyond what is saved
NOBODY: Final = _l("nobody yet")
Choices = Sequence[tuple[str, str]]


class PickField(SelectMultipleField):
    """Several of what is known only when the page is made, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, coerce=str, choices=[], **kwargs)
        self.type = "SelectMultipleField"  # templates treat it as one


def pick(field: ChosenField, choices: Choices, none: Any) -> None:
    """Fill in what a list offers, with an empty first choice."""
    field.choices = [("", str(none)), *choices]


def id_text(value: UUID | None) -> str:
    """An id as a list of choices holds it; empty for none."""
    return str(value) if value is not None else ""


def placed(refusal: Refused, name: str, rows: Sequence[int]) -> Refused:
    """The refusal with the rows of list `name` counted as on the form, which has empty rows between."""
    return Refused(*(_moved(problem, name, rows) for problem in refusal.problems))


def _moved(problem: Problem, name: str, rows: Sequence[int]) -> Problem:
    first, _, rest = problem.field.partition(".")
    number, _, field = rest.partition(".")
    if first != name or not number.isdecimal():
        return problem
    at = rows[int(number)] if int(number) < len(rows) else 0
    return Problem(problem.code, f"{name}.{at}.{field}", problem.severity, problem.params)


# --- assessment ------------------------------------------------------------------------------------------------------


class AssessmentForm(SectionForm, OfClientForm):
    """An assessment (F5). Fields are named as in the documents."""

    on = DayField(_l("Day of the assessment"), Required(_l("Enter the day.")))
    kind = CodeRadios(_l("Kind of assessment"), codes="assessment_kind")
    officers = PickField(_l("Who took part"))
    risk = CodeRadios(_l("Risk found"), codes="risk")
    tried = LongField(_l("What was tried so far"))
    supporting = LongField(_l("What helps"))
    hindering = LongField(_l("What stands in the way"))
    hopes = LongField(_l("Hopes and needs of the client"))
    physical = LongField(_l("Physical state"))
    health = LongField(_l("Health notes"))
    treatment = LongField(_l("Treatment and medicine"))
    psychological = LongField(_l("Psychological state"))
    social = LongField(_l("Social and spiritual state"))
    legal = LongField(_l("Legal state"))
    other = LongField(_l("Other findings"))
    conclusion = LongField(_l("Conclusion"))

    def offer_team(self, roles: Choices) -> None:
        """Fill in who is on the case, and as what: `user id/ROLE`."""
        self.officers.choices = list(roles)

    def show(self, head: structs.Assessment, text: structs.AssessmentText) -> None:
        """Fill in what is saved."""
        self.process(data=as_data(text) | as_data(head) | {"client_id": str(head.client_id), "officers": _names(head)})

    @property
    def head(self) -> structs.Assessment:
        """The coded head."""
        pairs = (value.partition("/") for value in self.officers.data or ())
        return structs.Assessment(
            client_id=self.client,
            on=self.day,
            kind=self.kind.data or "",
            officers=tuple(structs.Officer(UUID(user_id), role) for user_id, _, role in pairs),
            risk=self.risk.data or "",
        )

    @property
    def words(self) -> structs.AssessmentText:
        """The words."""
        return filled(self, structs.AssessmentText())


def _names(head: structs.Assessment) -> list[str]:
    return [f"{officer.user_id}/{officer.role}" for officer in head.officers]


# --- monitoring ------------------------------------------------------------------------------------------------------


class MonitoringForm(SectionForm, OfClientForm):
    """A monitoring contact (F9)."""

    on = DayField(_l("Day of the contact"), Required(_l("Enter the day.")))
    way = CodeField(_l("Way of contact"), Required(_l("Choose the way of contact.")), codes="followup_kind")
    condition = LongField(_l("Progress and condition"), Required(_l("Write how the client is.")))
    open_goals = PickField(_l("Goals not reached yet"))
    not_reached = LongField(_l("Why they are not reached"))
    follow_up = LongField(_l("What follows"))
    outcome = CodeRadios(_l("Outcome"), Required(_l("Choose the outcome.")), codes="review_outcome")

    def offer_goals(self, goals: Choices) -> None:
        """Fill in the goals of the plans."""
        self.open_goals.choices = list(goals)

    def show(self, head: structs.Monitoring, text: structs.MonitoringText) -> None:
        """Fill in what is saved."""
        chosen = {"client_id": str(head.client_id), "open_goals": [str(goal) for goal in head.open_goals]}
        self.process(data=as_data(text) | as_data(head) | chosen)

    @property
    def head(self) -> structs.Monitoring:
        """The coded head."""
        return structs.Monitoring(
            client_id=self.client,
            on=self.day,
            way=self.way.data or "",
            open_goals=tuple(UUID(goal) for goal in self.open_goals.data or ()),
            outcome=self.outcome.data or "",
        )

    @property
    def words(self) -> structs.MonitoringText:
        """The words."""
        return filled(self, structs.MonitoringText())
