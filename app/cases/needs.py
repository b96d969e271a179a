"""What a step needs to find in the file, and whether it stands there (case-management 6.2; `data/stage_steps.json`).

An imported case brings the papers of the stages it had behind it along on paper only: what guards those stages counts as given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.cases import consents, course
from app.cases.casefile import CodedFile
from app.domain.aftercare import CONTACTS
from app.domain.errors import Problem
from app.domain.stages import Need, Stage, Step
from app.domain.team_roles import part_of
from app.security.structs.case import Incident, StepReason

TEAM: Final = frozenset({"manager", "intake", "oversight"})
"""Parts a registered case has somebody for (case-management 6.2, ST2): at least supervisor, manager and intake officer."""

COMPLAINT: Final = "SV_PENGADUAN"
CLOSE: Final = "close"
FINISH: Final = "finish"
EMERGENCIES: Final = frozenset({"assess-emergency", "emergency-service"})
"""Steps before the consent: it must still be obtained (case-management 9.9, DEF-CONSENT)."""
_FIELDS: Final = {Need.REASON: "text", Need.ADVICE: "advice", Need.AFTERCARE: "text", Need.TEAM: "manager_id"}
_GUARDS: Final = {
    Need.CONSENT: Stage.ASSESSMENT,
    Need.ASSESSED: Stage.PLAN,
    Need.PLAN_AGREED: Stage.INTERVENTION,
    Need.SERVED: Stage.MONITORING,
}
"""The first stage each of these guards; a case imported into that stage or a later one has it behind it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step is judged by: the coded file, the roles on the team, and whether somebody is known to have received the case."""

    file: CodedFile
    roles: frozenset[str] = frozenset()
    is_received: bool = True
    is_system: bool = False
    """The operator and jobs are nobody's supervisor: a case they move keeps the team it has."""


def lacks(wanted: Step, seen: Seen, reason: StepReason) -> tuple[Problem, ...]:
    """What the step needs and does not find, each on the field of the step's page it is about."""
    missing = (need for need in wanted.needs if not stands(need, seen, reason))
    return tuple(Problem(f"step.{need.value}", _FIELDS.get(need, "")) for need in missing)


def stands(need: Need, seen: Seen, reason: StepReason) -> bool:
    """Whether the file, or the step's own words, hold what is needed."""
    if need is Need.REASON:
        return bool(reason.text.strip())
    if need is Need.ADVICE:
        return bool(reason.advice.strip())
    if need is Need.AFTERCARE:
        return bool(reason.text.strip()) or is_aftercare_done(seen.file)
    return is_behind_import(need, seen.file) or _IN_FILE[need](seen)


def is_behind_import(need: Need, file: CodedFile) -> bool:
    """Whether the case was imported into the stage this guards, or a later one."""
    guarded = _GUARDS.get(need)
    if guarded is None or not file.incident.imported:
        return False
    began = file.steps[0].from_stage if file.steps else file.case.stage
    return list(Stage).index(Stage(began)) >= list(Stage).index(guarded)


def missing_parts(seen: Seen) -> frozenset[str]:
    """Parts nobody plays on the team. Where nobody received the case (an import), no intake officer is asked for."""
    wanted = TEAM if seen.is_received else TEAM - {"intake"}
    played = {part.code for role in seen.roles if (part := part_of(role)) is not None}
    return frozenset() if seen.is_system else wanted - played


def open_clients(file: CodedFile) -> tuple[UUID, ...]:
    """Clients whose handling goes on, in their order."""
    return tuple(client.id for client, profile in file.clients if profile.ended_on is None)


def unproposed(file: CodedFile) -> tuple[UUID, ...]:
    """Open clients whose end nobody proposed."""
    return tuple(client_id for client_id in open_clients(file) if client_id not in pending(file))


def pending(file: CodedFile) -> frozenset[UUID]:
    """Clients whose end is proposed and not decided on."""
    return frozenset(head.client_id for row, head in file.terminations if row.state == "proposed")


def without_consent(file: CodedFile) -> tuple[UUID, ...]:
    """Open clients for whom no consent to be assessed stands."""
    given = {consent.client_id for _, consent in file.consents if consents.lets_assess(consent)}
    return tuple(client_id for client_id in open_clients(file) if client_id not in given)


def is_aftercare_done(file: CodedFile) -> bool:
    """Whether every client had the contacts after the end (case-management 9.9, DEF-POST)."""
    return all(
        profile.ended_on is not None and contacts_after(file, client.id, profile.ended_on) >= CONTACTS
        for client, profile in file.clients
    )


def contacts_after(file: CodedFile, client_id: UUID, ended_on: date) -> int:
    """How many contacts with a client came after the end."""
    return sum(1 for _, each in file.follow_ups if each.client_id == client_id and each.on > ended_on)


def is_finished(taken: Iterable[str]) -> bool:
    """Whether the time after termination is over: finished since the case was last closed. `taken`: codes of steps, oldest first."""
    codes = [code for code in taken if code in {CLOSE, FINISH}]
    return bool(codes) and codes[-1] == FINISH


def _is_screened(seen: Seen) -> bool:
    return bool(seen.file.case.risk and _were_prompts_asked(seen.file.incident) and seen.file.incident.authority)


def _were_prompts_asked(incident: Incident) -> bool:
    """A danger sign that is ticked was asked for; without one the box says that all were gone through (as in `completeness`)."""
    return incident.prompts_asked or bool(incident.danger_prompts)


def _is_served(seen: Seen) -> bool:
    return any(service.code and service.code != COMPLAINT for _, service in seen.file.services)


_IN_FILE: Final[Mapping[Need, Callable[[Seen], bool]]] = {
    Need.SCREENED: _is_screened,
    Need.TEAM: lambda seen: not missing_parts(seen),
    Need.CONSENT: lambda seen: not without_consent(seen.file),
    Need.ASSESSED: lambda seen: course.all_assessed(seen.file),
    Need.PLAN_AGREED: lambda seen: course.all_agreed(seen.file),
    Need.SERVED: _is_served,
    Need.PROPOSED: lambda seen: not unproposed(seen.file),
}
