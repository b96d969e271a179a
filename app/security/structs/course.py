"""Documents of the course of a case: assessment, plan, monitoring, case conference (case-management 7 F5, F6, F9, F10)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct


class Remark(Struct, frozen=True):
    """Words (S4) that belong to one coded part of the same record: a goal's change, a review, a decision. `id` is that part's."""

    id: UUID
    text: str = ""


class Officer(Struct, frozen=True):
    """Who of ours took part, and in which role on the case (a code of `roles.json`)."""

    user_id: UUID
    role: str


class Assessment(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of an assessment (F5) of one client. Unfinished until `finished_at`.

    A finished one is never written over: a correction is a record of its own that names in `corrects` what it stands in for.
    """

    client_id: UUID
    on: date
    kind: str = ""
    officers: tuple[Officer, ...] = ()
    risk: str = ""  # found in the assessment; the risk of the case is set apart from it
    finished_at: datetime | None = None
    corrects: UUID | None = None


class AssessmentText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Efforts, the biopsychosocial parts and the conclusion of an assessment, in words (S4)."""

    tried: str = ""
    supporting: str = ""
    hindering: str = ""
    hopes: str = ""  # hopes and needs of the client
    physical: str = ""
    health: str = ""
    treatment: str = ""
    psychological: str = ""
    social: str = ""  # social and spiritual
    legal: str = ""
    other: str = ""
    conclusion: str = ""


class GoalChange(Struct, frozen=True):
    """A goal came into another state, on which day, entered by whom."""

    id: UUID
    state: str
    on: date
    by: UUID | None = None


class Goal(Struct, frozen=True):
    """Coded part of one goal of a plan. Its id is random and stays with it from version to version."""

    id: UUID
    horizon: str = ""
    services: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    responsible: UUID | None = None  # user id of somebody on the team
    institution_id: UUID | None = None  # partner of the directory
    target_on: date | None = None
    state: str = "GS_TERBUKA"
    changes: tuple[GoalChange, ...] = ()  # oldest first


class PlanReview(Struct, frozen=True):
    """The plan was looked through: when, by whom, with what outcome (DEF-REVIEW)."""

    id: UUID
    on: date
    outcome: str = ""
    by: UUID | None = None


class Plan(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a plan (F6) of one client. What the client agreed to is never written over: a changed plan is a record of its
    own that names in `replaces` the one before, and carries its goals on."""

    client_id: UUID
    on: date
    goals: tuple[Goal, ...] = ()
    agreement: str = ""  # YA, TIDAK; empty: not asked yet
    agreed_on: date | None = None  # day on which the client, or the guardian, said so
    reviews: tuple[PlanReview, ...] = ()
    replaces: UUID | None = None


class GoalText(Struct, frozen=True):
    """Problem and goal in words (S4); a remark for each change of state that has a reason."""

    id: UUID
    problem: str = ""
    goal: str = ""
    remarks: tuple[Remark, ...] = ()


class PlanText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Words of a plan (S4)."""

    goals: tuple[GoalText, ...] = ()
    agreement_note: str = ""  # what the client said about the plan
    child_view: str = ""
    reviews: tuple[Remark, ...] = ()


class Monitoring(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of one monitoring contact (F9) with one client."""

    client_id: UUID
    on: date
    way: str = ""
    open_goals: tuple[UUID, ...] = ()  # goals of the plan not reached yet, by id
    outcome: str = ""


class MonitoringText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Condition, goals not reached and follow-up plan, in words (S4)."""

    condition: str = ""
    not_reached: str = ""
    follow_up: str = ""


class Decision(Struct, frozen=True):
    """Coded part of one decision of a conference: who sees to it, until when, done on which day."""

    id: UUID
    responsible: UUID | None = None  # user id of somebody on the team; others are named in the words
    due_on: date | None = None
    done_on: date | None = None
    done_by: UUID | None = None


class DecisionText(Struct, frozen=True):
    """One decision in words (S4): what, who outside our team sees to it, what came of it."""

    id: UUID
    text: str = ""
    who: str = ""
    result: str = ""


class Conference(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a case conference (F10)."""

    on: date
    kind: str = ""
    staff: tuple[UUID, ...] = ()  # user ids of participants from our unit
    decisions: tuple[Decision, ...] = ()


class ConferenceText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Words of a case conference (S4): other participants, issue, minutes, decisions."""

    outsiders: str = ""  # one a line: name, institution
    issue: str = ""
    minutes: str = ""
    decisions: tuple[DecisionText, ...] = ()
