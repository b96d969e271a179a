"""Which goals of the plan a service was given for: what may be named, what counts, what stays of it elsewhere. On both databases."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.cases import course, plans, queries, records
from app.cases.models import Client, Plan, Service
from app.domain.errors import Refused
from app.security.structs import work as structs
from app.work import Work
from tests import case_factories as made
from tests import course_factories as going
from tests.factories import Office
from tests.sharing import office
from tests.transfer_office import Units, units_of

__all__ = ["office"]


@pytest.fixture
def at(office: Office) -> Units:
    return units_of(office)


def with_plan(office: Office, *goals: str, agreed: bool = True) -> tuple[UUID, UUID, UUID, list[UUID]]:
    """A case with a client, the client's plan and its goals."""
    case_id = made.make_case(office)
    client = made.row_ids(office, Client, case_id)[0]
    plan_id = going.make_plan(office, case_id, client, *goals, agreed=agreed)
    with office.work() as work:
        return case_id, client, plan_id, going.goals_of(work, plan_id)


def heads(work: Work, case_id: UUID) -> dict[UUID, structs.Service]:
    work.recorded("page:opened")
    return {row.id: records.read_service(work, row) for row in queries.records(work.session, Service, [case_id])}


def serve(office: Office, case_id: UUID, client: UUID, *goals: UUID, **changed) -> UUID:
    return made.make_service(office, case_id, client, goals=goals, **changed)


def test_a_service_is_given_for_open_goals_that_were_agreed_to(office: Office) -> None:
    case_id, client, plan_id, [first, second] = with_plan(office, "sekolah", "tidur nyenyak", agreed=False)
    with pytest.raises(Refused, match="goal.not-in-hand"):
        serve(office, case_id, client, first)
    with office.work() as work:
        plans.answer(work, case_id, plan_id, plans.Answer("YA", made.today(office)), expected=None)
    kept = serve(office, case_id, client, first, second)
    with office.work() as work:
        assert heads(work, case_id)[kept].goals == (first, second)
        plans.move_goal(work, case_id, plan_id, plans.Step(second, "GS_TERCAPAI", made.today(office)), expected=None)
    with pytest.raises(Refused, match="goal.not-in-hand"):
        serve(office, case_id, client, second)

    held = structs.Service(client_id=client, on=made.today(office), activity="AK_VISUM", goals=(second,))
    with office.work() as work:  # what it was given for stays true, though the goal is reached by now
        records.save_service(work, case_id, kept, held, structs.ServiceText(), expected=None)
        assert heads(work, case_id)[kept].goals == (second,)


def test_a_goal_of_another_client_or_of_another_case_is_refused(office: Office) -> None:
    case_id, client, _plan, [_own] = with_plan(office)
    [elsewhere] = with_plan(office)[3]
    with pytest.raises(Refused, match="goal.not-in-hand"):
        serve(office, case_id, client, elsewhere)

    pair = made.make_case(office, clients=2)
    one, two = made.row_ids(office, Client, pair)
    theirs = going.make_plan(office, pair, two, agreed=True)
    with office.work() as work:
        [goal] = going.goals_of(work, theirs)
    with pytest.raises(Refused, match="goal.not-in-hand"):
        serve(office, pair, one, goal)
    serve(office, pair, two, goal)


def test_a_new_version_of_the_plan_keeps_what_was_done_and_waits_with_new_goals_for_the_answer(office: Office) -> None:
    case_id, client, plan_id, [old] = with_plan(office)
    service = serve(office, case_id, client, old)
    more, text = going.a_plan(office, client, "tujuan baru")
    [new] = [goal.id for goal in more.goals]
    with office.work() as work:
        second = plans.save(work, case_id, plan_id, more, text, expected=None)
        assert {goal.id for goal in plans.read(work, second).goals} == {old, new}
    serve(office, case_id, client, old)
    with pytest.raises(Refused, match="goal.not-in-hand"):
        serve(office, case_id, client, new)
    with office.work() as work:
        done = course.done_for(heads(work, case_id).values())
    assert done[old].count == 2

    with office.work() as work:
        records.remove_service(work, case_id, service)
        rows = {row.id for row in queries.records(work.session, Service, [case_id]) if not row.is_removed}
        done = course.done_for(head for row_id, head in heads(work, case_id).items() if row_id in rows)
    assert done[old].count == 1


def test_what_was_done_for_a_goal_is_counted_with_its_last_day_and_what_it_was() -> None:
    client, goal, other = (UUID(int=number) for number in (1, 2, 3))

    def given(day: int, *goals: UUID, **what: str) -> structs.Service:
        return structs.Service(client_id=client, on=date(2026, 5, day), goals=goals, **what)

    done = course.done_for(
        [
            given(12, goal, activity="AK_KONSELING"),
            given(20, goal, other, activity="AK_KONSELING"),
            given(3, goal, code="SV_REHSOS"),
            given(28, activity="AK_VISUM"),
        ]
    )
    assert done.keys() == {goal, other}
    assert (done[goal].count, done[goal].last_on) == (3, date(2026, 5, 20))
    assert (done[goal].activities, done[goal].services) == ({"AK_KONSELING": 2}, {"SV_REHSOS": 1})
    assert (done[other].count, done[other].last_on) == (1, date(2026, 5, 20))


def test_a_transfer_takes_the_goals_of_a_service_along_with_the_plan_and_no_broken_link_without(at: Units) -> None:
    for parts, goes in ((("TB_LAYANAN", "TB_ASESMEN"), True), (("TB_LAYANAN",), False)):
        case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
        [client] = at.ours.clients(case_id)
        with at.office.work() as work:
            rows = [row.id for row in course.rows(work.session, Plan, [case_id])]
            goal = going.goals_of(work, rows[-1])[0]
        serve(at.office, case_id, client, goal)
        copy_id = at.accept(at.propose(case_id, parts=parts))
        with at.office.work() as work:
            named = [head.goals for head in heads(work, copy_id).values() if head.goals]
            there = {goal.id for _row, plan in plans.pairs(work, copy_id) for goal in plan.goals}
        assert named == ([(goal,)] if goes else [])
        assert (goal in there) is goes
