"""The course of a demo case: what is found out about its clients, planned with them, looked after and decided (F5, F6, F9, F10).

Each act is part of a step the case takes anyway, so that the office is made in about the same time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from app.cases import assessments, conferences, course, monitorings, plans
from app.cases.models import Case, Client
from app.db.base import new_id
from app.domain.access import Actor
from app.domain.zones import Zone, local_day
from app.security.sections import Section
from app.security.structs import course as structs
from app.security.structs.people import ClientProfile
from app.work import Work

DAY: Final = timedelta(days=1)
INTERVAL: Final = {"RK_TINGGI": 7, "RK_SEDANG": 14, "RK_RENDAH": 28}
FORGOTTEN: Final = 0.06  # share of the contacts that are made a week late
ASSESSED: Final = {"RK_TINGGI": (6, 18), "RK_SEDANG": (30, 110), "RK_RENDAH": (60, 260)}  # hours after the consent
_FILE: Final = Path(__file__).parent / "data" / "course.json"


@cache
def words() -> Mapping[str, Any]:
    """The sentences of the demo, read once."""
    return dict(json.loads(_FILE.read_text(encoding="utf-8")))


def both(first: Callable[[Work], object], then: Callable[[Work], object]) -> Callable[[Work], None]:
    """Two acts that belong to one step of the case."""

    def act(work: Work) -> None:
        first(work)
        work.session.flush()
        then(work)

    return act


@dataclass
class CourseTale:
    """The course of one case. `case_id` gives the case once it is registered; `staff` who is on it."""

    start: datetime
    risk: str
    clients: Sequence[UUID]
    services: Sequence[str]
    staff: Mapping[str, Actor]
    institutions: Mapping[str, UUID]
    zone: Zone
    case_id: Callable[[], UUID]
    last: dict[UUID, date] = field(default_factory=dict)
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Random(f"course {self.start.isoformat()}")  # noqa: S311 - invented people, not secrets

    def assessed_after(self) -> timedelta:
        """How long after the consent the assessment is done: the higher the risk, the sooner."""
        return timedelta(hours=self.dice.randint(*ASSESSED.get(self.risk, (30, 110))))

    def assess(self, work: Work) -> None:
        """A finished assessment of every client."""
        for client_id in self.clients:
            head = structs.Assessment(
                client_id=client_id, on=self._today(work), risk=self.risk, officers=tuple(self._officers())
            )
            text = structs.AssessmentText(
                **{name: self._say(name) for name in structs.AssessmentText.__struct_fields__ if name in words()}
            )
            assessments.start(work, self.case_id(), head, text, finish=True)

    def plan(self, work: Work) -> None:
        """A plan of one to three goals for every client, agreed to; and a conference where the risk is high."""
        for client_id in self.clients:
            goals = [*self._goals(work)]
            plan = structs.Plan(client_id=client_id, on=self._today(work), goals=tuple(goal for goal, _text in goals))
            text = structs.PlanText(goals=tuple(text for _goal, text in goals))
            row = plans.start(work, self.case_id(), plan, text)
            answer = plans.Answer("YA", self._today(work), "Setuju dengan rencana ini.")
            plans.answer(work, self.case_id(), row.id, answer, expected=None)
            self.last[client_id] = self._today(work)
        if self.risk == "RK_TINGGI":
            self._confer(work)

    def contacts(self, since: datetime, until: datetime, days: int = 0) -> Iterator[datetime]:
        """Moments at which somebody looks whether a contact is due: as often as the risk at the start asks for, or every so many days."""
        step = timedelta(days=days or INTERVAL.get(self.risk, 14))
        moment = since + step
        while moment < until:
            yield moment
            moment += step

    def monitor(self, work: Work) -> None:
        """A contact with every client whose handling goes on and for whom one is due at the risk of today."""
        case = work.session.get_one(Case, self.case_id())
        interval = timedelta(days=INTERVAL.get(case.risk, 14))
        for client_id in self.clients:
            is_due = client_id in self.last and self._today(work) - self.last[client_id] >= interval
            if is_due and self.dice.random() >= FORGOTTEN and self._goes_on(work, client_id):
                self._contact(work, client_id)

    def goals_for(self, work: Work, client_id: UUID, code: str) -> tuple[UUID, ...]:
        """The goals in hand of a client that ask for this service."""
        in_hand = course.goals_in_hand(plans.pairs(work, self.case_id()), client_id)
        return tuple(goal.id for goal in in_hand if code in goal.services)

    def close_goals(self, work: Work, client_id: UUID) -> None:
        """At the end of a client: most goals are met, one is dropped now and then."""
        current = self._current(work).get(client_id)
        for goal in course.open_goals(current[1]) if current is not None else ():
            state = self.dice.choice(("GS_TERCAPAI", "GS_TERCAPAI", "GS_TERCAPAI", "GS_BATAL"))
            reason = words()["dropped"] if state == "GS_BATAL" else ""
            self._move(work, client_id, plans.Step(goal.id, state, self._today(work), reason))

    def _contact(self, work: Work, client_id: UUID) -> None:
        current = self._current(work).get(client_id)
        goals = course.open_goals(current[1]) if current is not None else ()
        if len(goals) > 1 and self.dice.random() < 0.4:
            self._move(work, client_id, plans.Step(goals[0].id, "GS_TERCAPAI", self._today(work)))
            goals = goals[1:]
        head = structs.Monitoring(
            client_id=client_id,
            on=self._today(work),
            way=self.dice.choice(("FU_RUMAH", "FU_RUMAH", "FU_KANTOR", "FU_SEKOLAH", "FU_TELEPON")),
            open_goals=tuple(goal.id for goal in goals),
            outcome="RO_LANJUT" if goals else "RO_TERCAPAI",
        )
        not_reached = self._say("not_reached") if goals else ""
        text = structs.MonitoringText(
            condition=self._say("condition"), not_reached=not_reached, follow_up=self._say("follow_up")
        )
        monitorings.record(work, self.case_id(), head, text)
        self.last[client_id] = self._today(work)

    def _confer(self, work: Work) -> None:
        today = self._today(work)
        chosen = self.dice.sample(words()["decisions"], 2)
        heads = tuple(
            structs.Decision(
                new_id(),
                responsible=None if who else self.staff["PENDAMPING"].user_id,
                due_on=today + self.dice.randint(7, 21) * DAY,
                done_on=today if self.dice.random() < 0.4 else None,
            )
            for _text, who in chosen
        )
        said = tuple(structs.DecisionText(h.id, text, who) for h, (text, who) in zip(heads, chosen, strict=True))
        staff = (self.staff[role].user_id for role in ("MANAJER", "PENDAMPING"))
        text = structs.ConferenceText(outsiders=self._say("outsiders"), issue=self._say("issues"), decisions=said)
        head = structs.Conference(
            on=today, kind="KK_KASUS", staff=tuple(each for each in staff if each), decisions=heads
        )
        conferences.record(work, self.case_id(), head, text)

    def _goals(self, work: Work) -> Iterator[tuple[structs.Goal, structs.GoalText]]:
        known = [code for code in self.services if code in words()["goals"]] or ["SV_REHSOS"]
        partners = [*self.institutions.values()]
        for code in known[: self.dice.randint(1, 3)]:
            problem, goal, activity = words()["goals"][code]
            head = structs.Goal(
                new_id(),
                services=(code,),
                activities=(activity,) if activity else (),
                responsible=self.staff[self.dice.choice(("MANAJER", "PENDAMPING"))].user_id,
                institution_id=self.dice.choice(partners) if self.dice.random() < 0.4 else None,
                target_on=self._today(work) + self.dice.choice((14, 28, 60, 80, 150)) * DAY,
            )
            yield head, structs.GoalText(head.id, problem, goal)

    def _move(self, work: Work, client_id: UUID, step: plans.Step) -> None:
        row, _plan = self._current(work)[client_id]
        plans.move_goal(work, self.case_id(), row.id, step, expected=None)

    def _current(self, work: Work) -> Mapping[UUID, course.PlanPair]:
        return course.current_plans(plans.pairs(work, self.case_id()))

    def _goes_on(self, work: Work, client_id: UUID) -> bool:
        row = work.session.get_one(Client, client_id)
        profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)
        if profile.ended_on is not None:
            work.recorded("page:opened", row.id)
        return profile.ended_on is None

    def _officers(self) -> Iterator[structs.Officer]:
        user_id = self.staff["PENDAMPING"].user_id
        if user_id is not None:
            yield structs.Officer(user_id, "PENDAMPING")

    def _say(self, about: str) -> str:
        return str(self.dice.choice(words()[about]))

    def _today(self, work: Work) -> date:
        return local_day(work.now, self.zone)
