"""Forms of a plan (F6): its goals, the client's answer, the state of a goal, the review. A form checks shape; the acts know the rules."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FormField, RadioField

from app.cases.course_forms import NOBODY, Choices, id_text, pick
from app.cases.forms.mapping import as_data
from app.cases.plans import MAX_GOALS, Answer
from app.cases.record_forms import ChosenField, DayForm, OfClientForm
from app.security.structs import course as structs
from app.web.forms import (
    CodeField,
    CodeRadios,
    CodesField,
    DayField,
    IdField,
    LongField,
    PartForm,
    Required,
    SectionForm,
)
from app.web.growing import GrowingList


class GoalPart(PartForm):
    """One goal."""

    id = IdField()
    problem = LongField(_l("Problem"), limit=5_000)
    goal = LongField(_l("Goal"), limit=5_000)
    services = CodesField(_l("Services needed"), codes="service")
    activities = CodesField(_l("What is to be done"), codes="activity")
    responsible = ChosenField(_l("Responsible"))
    institution_id = ChosenField(_l("Partner institution"))
    horizon = CodeField(_l("Horizon"), codes="goal_horizon")
    target_on = DayField(_l("Target day"))
    remove = BooleanField(_l("Take this goal out"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was entered."""
        return not any(field.data for name, field in self._fields.items() if name not in {"id", "remove"})


class PlanForm(SectionForm, OfClientForm):
    """A plan (F6): its goals, and what the client says to it."""

    on = DayField(_l("Day of the plan"), Required(_l("Enter the day.")))
    goals = GrowingList(FormField(GoalPart), max_entries=MAX_GOALS)
    agreement = RadioField(
        _l("Does the client agree?"),
        default="",
        choices=lambda: [("", _l("not asked yet")), ("YA", _l("agrees")), ("TIDAK", _l("does not agree"))],
    )
    agreed_on = DayField(_l("Day of the answer"))
    agreement_note = LongField(_l("What the client says to the plan"), limit=5_000)
    child_view = LongField(_l("What the child says about it"), limit=5_000)

    def offer_plan(self, team: Choices, institutions: Choices) -> None:
        """Fill in who may be responsible, and which partners there are."""

        def offer(part: GoalPart) -> None:
            pick(part.responsible, team, NOBODY)
            pick(part.institution_id, institutions, _l("none"))

        self.goals.prepare(offer)

    def show(self, plan: structs.Plan, text: structs.PlanText) -> None:
        """Fill in what is saved. The answer to an answered plan belongs to that plan: a changed one is answered anew."""
        words = {goal.id: goal for goal in text.goals}
        rows = [as_data(words.get(g.id, structs.GoalText(g.id))) | _goal_data(g) for g in plan.goals]
        answer = {} if plan.agreement else {"agreement_note": text.agreement_note, "child_view": text.child_view}
        self.process(data={"client_id": str(plan.client_id), "on": plan.on, "goals": rows} | answer)

    def meet(self, plan: structs.Plan, text: structs.PlanText) -> None:
        """After a lost race: rows somebody else added meanwhile stand below one's own, so that saving loses none."""
        own = {row.form.id.data for row in self.goals}
        words = {goal.id: goal for goal in text.goals}
        for goal in plan.goals:
            if goal.id not in own and len(self.goals) < MAX_GOALS:
                self.goals.append_entry(as_data(words.get(goal.id, structs.GoalText(goal.id))) | _goal_data(goal))

    @property
    def rows(self) -> list[int]:
        """Positions of the rows that say something and stay."""
        return [n for n, row in enumerate(self.goals) if not row.form.is_blank and not row.form.remove.data]

    @property
    def plan(self) -> structs.Plan:
        """The coded head."""
        parts = [self.goals[n].form for n in self.rows]
        agreement = self.agreement.data or ""
        return structs.Plan(
            client_id=self.client,
            on=self.day,
            goals=tuple(_goal(part) for part in parts),
            agreement=agreement,
            agreed_on=self.agreed_on.data if agreement else None,
        )

    @property
    def words(self) -> structs.PlanText:
        """The words."""
        parts = (self.goals[n].form for n in self.rows)
        words = tuple(structs.GoalText(part.id.data, part.problem.data or "", part.goal.data or "") for part in parts)
        return structs.PlanText(
            goals=words, agreement_note=self.agreement_note.data or "", child_view=self.child_view.data or ""
        )


def _goal_data(goal: structs.Goal) -> dict[str, Any]:
    return as_data(goal) | {"responsible": id_text(goal.responsible), "institution_id": id_text(goal.institution_id)}


def _goal(part: GoalPart) -> structs.Goal:
    return structs.Goal(
        id=part.id.data,
        horizon=part.horizon.data or "",
        services=tuple(part.services.data or ()),
        activities=tuple(part.activities.data or ()),
        responsible=part.responsible.id_chosen,
        institution_id=part.institution_id.id_chosen,
        target_on=part.target_on.data,
    )


class AnswerForm(SectionForm, DayForm):
    """What the client says to a plan."""

    on = DayField(_l("Day of the answer"), Required(_l("Enter the day.")))
    agreement = RadioField(
        _l("Does the client agree?"),
        [Required(_l("Choose the answer."))],
        choices=lambda: [("YA", _l("agrees")), ("TIDAK", _l("does not agree"))],
    )
    note = LongField(_l("What the client says to the plan"), limit=5_000)
    child_view = LongField(_l("What the child says about it"), limit=5_000)

    @property
    def answer(self) -> Answer:
        """The answer."""
        return Answer(self.agreement.data or "", self.day, self.note.data or "", self.child_view.data or "")


class GoalForm(SectionForm, DayForm):
    """A goal comes into another state."""

    state = CodeRadios(_l("State"), Required(_l("Choose the state.")), codes="goal_state")
    reason = LongField(_l("Reason or remark"), limit=5_000)


class ReviewForm(SectionForm, DayForm):
    """The plan was looked through."""

    on = DayField(_l("Day of the review"), Required(_l("Enter the day.")))
    outcome = CodeRadios(_l("Outcome"), Required(_l("Choose the outcome.")), codes="review_outcome")
    text = LongField(_l("What was found"), limit=5_000)
