"""Forms of the course of a case: assessment, plan, monitoring, conference. A form checks shape; the acts know the rules."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

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
    "goal.unknown": _l("Choose goals of this client's plan."),
    "decision.due-before": _l("A decision cannot be due before the conference."),
    "decision.done-before": _l("A decision cannot be done before the conference."),
    "conference.nobody": _l("Say who took part."),
    "conference.too-many-decisions": _l("The minutes take at most %(limit)s decisions."),
    "service.next-before": _l("The next step cannot be due before the service."),
}
