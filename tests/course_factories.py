"""Assessments, plans, monitoring contacts and conferences to try pages and acts on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.cases import assessments, conferences, monitorings, plans
from app.cases.models import Conference, Plan
from app.db.base import new_id
from app.security.structs import course as structs
from app.work import Work
from tests.case_factories import today
from tests.factories import Office

COMPLETE: dict[str, str] = {
    "hopes": "ingin kembali bersekolah",
    "physical": "tidak ada luka terbuka",
    "psychological": "sulit tidur",
    "social": "dekat dengan neneknya",
    "conclusion": "perlu konseling dan pendampingan",
}


def assessment(office: Office, client_id: UUID, **changed: Any) -> structs.Assessment:
    """The head of a first assessment of today."""
    given: dict[str, Any] = {"client_id": client_id, "on": today(office), "kind": "AS_AWAL", "risk": "RK_SEDANG"}
    return structs.Assessment(**(given | changed))


def make_assessment(office: Office, case_id: UUID, client_id: UUID, *, finish: bool = True, **words: str) -> UUID:
    """A complete assessment of today, finished unless told otherwise."""
    with office.work() as work:
        text = structs.AssessmentText(**(COMPLETE | words))
        return assessments.start(work, case_id, assessment(office, client_id), text, finish=finish).id


def a_plan(office: Office, client_id: UUID, *goals: str, **changed: Any) -> tuple[structs.Plan, structs.PlanText]:
    """A plan of today with these goals, to be reached within a month."""
    on = changed.pop("on", today(office))
    ids = [new_id() for _ in goals]
    heads = tuple(structs.Goal(id=i, services=("SV_REHSOS",), target_on=on + timedelta(days=20)) for i in ids)
    words = tuple(structs.GoalText(i, f"masalah {goal}", goal) for i, goal in zip(ids, goals, strict=True))
    return structs.Plan(client_id=client_id, on=on, goals=heads, **changed), structs.PlanText(goals=words)


def make_plan(office: Office, case_id: UUID, client_id: UUID, *goals: str, agreed: bool = False) -> UUID:
    """A plan of a client."""
    with office.work() as work:
        plan, text = a_plan(office, client_id, *(goals or ("anak kembali bersekolah",)))
        row = plans.start(work, case_id, plan, text)
        if agreed:
            plans.answer(work, case_id, row.id, plans.Answer("YA", today(office)), expected=None)
        return row.id


def goals_of(work: Work, plan_id: UUID) -> list[UUID]:
    """The ids of a plan's goals."""
    work.recorded("page:opened")
    return [goal.id for goal in plans.read(work, work.session.get_one(Plan, plan_id)).goals]


def make_monitoring(office: Office, case_id: UUID, client_id: UUID, **changed: Any) -> UUID:
    """A visit at home, today."""
    given: dict[str, Any] = {"client_id": client_id, "on": today(office), "way": "FU_RUMAH", "outcome": "RO_LANJUT"}
    with office.work() as work:
        head = structs.Monitoring(**(given | changed))
        return monitorings.record(work, case_id, head, structs.MonitoringText(condition="membaik")).id


def make_conference(office: Office, case_id: UUID, *decisions: str, **changed: Any) -> UUID:
    """A conference of today with these decisions, due within a week."""
    on = today(office)
    ids = [new_id() for _ in decisions]
    heads = tuple(structs.Decision(id=i, due_on=on + timedelta(days=7)) for i in ids)
    words = tuple(structs.DecisionText(i, text) for i, text in zip(ids, decisions, strict=True))
    given: dict[str, Any] = {"on": on, "kind": "KK_KASUS", "decisions": heads}
    text = structs.ConferenceText(outsiders="Dinas Sosial", issue="tempat tinggal", decisions=words)
    with office.work() as work:
        return conferences.record(work, case_id, structs.Conference(**(given | changed)), text).id


def course_of(office: Office, case_id: UUID, client_id: UUID) -> dict[str, UUID]:
    """One of everything, by the name it has in an address."""
    plan_id = make_plan(office, case_id, client_id)
    conference_id = make_conference(office, case_id, "rujuk")
    with office.work() as work:
        work.recorded("page:opened")
        [decision] = conferences.read(work, work.session.get_one(Conference, conference_id)).decisions
        [goal] = goals_of(work, plan_id)
    return {
        "assessment_id": make_assessment(office, case_id, client_id),
        "plan_id": plan_id,
        "goal_id": goal,
        "monitoring_id": make_monitoring(office, case_id, client_id),
        "conference_id": conference_id,
        "decision_id": decision.id,
        "record_id": make_monitoring(office, case_id, client_id),
    }
