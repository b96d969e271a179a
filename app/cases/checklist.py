"""What is still missing for the next step of a case, as a list with the way to each (case-management 6.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.cases import needs
from app.cases.casefile import CodedFile
from app.cases.needs import Seen
from app.domain.stages import Need, Stage, Status, Step, steps_from
from app.security.structs.case import StepReason

LABELS: Final[Mapping[Need, Any]] = {
    Need.SCREENED: _l("Danger signs, risk and authority are screened"),
    Need.TEAM: _l("Case manager, supervisor and intake officer are on the team"),
    Need.CONSENT: _l("Every client consents to be assessed"),
    Need.ASSESSED: _l("Every client is assessed"),
    Need.PLAN_AGREED: _l("Every client agreed to the plan"),
    Need.SERVED: _l("A first service was given"),
    Need.PROPOSED: _l("The end of every client is proposed"),
    Need.AFTERCARE: _l("Every client was contacted three times after the end"),
}
_IN_THE_STEP: Final = frozenset({Need.REASON, Need.ADVICE})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a step needs: the words, whether it stands, and where to see to it."""

    label: Any
    done: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """What the step to the next stage needs."""

    step: Step
    wanted: tuple[Item, ...]

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return all(item.done for item in self.wanted)


def following(stage: Stage, status: Status) -> Step | None:
    """The step on the straight way: to the stage that comes next, or to the end of the last one."""
    possible = steps_from(stage, status)
    after = list(Stage).index(stage) + 1
    wanted = Stage.AFTER if stage is Stage.AFTER else list(Stage)[min(after, len(Stage) - 1)]
    return next((step for step in possible if step.target is wanted), None)


def of(seen: Seen, *, on_team: bool) -> Checklist | None:
    """The list of a case; None where there is no next step, or the time after the end is over. A way leads only where the reader may go."""
    case = seen.file.case
    step = following(Stage(case.stage), Status(case.status))
    if step is None or (step.code == needs.FINISH and needs.is_finished(row.step for row in seen.file.steps)):
        return None
    wanted = [need for need in step.needs if need not in _IN_THE_STEP]
    return Checklist(step, tuple(_item(need, seen, on_team) for need in wanted))


def items(step: Step, seen: Seen, *, on_team: bool) -> tuple[Item, ...]:
    """What one step needs of the file, besides its own words."""
    return tuple(_item(need, seen, on_team) for need in step.needs if need not in _IN_THE_STEP)


def _item(need: Need, seen: Seen, on_team: bool) -> Item:
    done = needs.stands(need, seen, StepReason())
    out_of_reach = need in _OF_THE_TEAM and not on_team
    return Item(LABELS[need], done, "" if done or out_of_reach else _WAYS[need](seen.file))


def _propose(file: CodedFile) -> str:
    waiting = needs.unproposed(file)
    return url_for("cases.ask_to_end", case_id=file.case.id, client_id=waiting[0]) if waiting else ""


def _to(endpoint: str) -> Callable[[CodedFile], str]:
    return lambda file: url_for(endpoint, case_id=file.case.id)


_WAYS: Final[Mapping[Need, Callable[[CodedFile], str]]] = {
    Need.SCREENED: _to("cases.edit_incident"),
    Need.TEAM: _to("cases.show_team"),
    Need.CONSENT: _to("cases.new_consent"),
    Need.ASSESSED: _to("cases.new_assessment"),
    Need.PLAN_AGREED: _to("cases.new_plan"),
    Need.SERVED: _to("cases.new_service"),
    Need.PROPOSED: _propose,
    Need.AFTERCARE: _to("cases.new_follow_up"),
}

_OF_THE_TEAM: Final = frozenset({Need.SCREENED})
"""Needs whose page shows words of the case."""


def reminder(file: CodedFile) -> str:
    """What an emergency left to be done: the consent that must still be asked for (case-management 9.9, DEF-CONSENT); else empty."""
    went_first = any(row.step in needs.EMERGENCIES for row in file.steps)
    if file.case.status != Status.OPEN.value or not went_first or not needs.without_consent(file):
        return ""
    return str(_("Help came first. The consent must still be obtained."))
