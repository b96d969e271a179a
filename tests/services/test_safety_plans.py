"""Safety plans: versions are kept, the team alone writes and reads them. On both databases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.cases.models import Client
from app.db.base import new_id
from app.domain.errors import NotFound, NotPermitted, Refused, Stale
from app.safety import plans
from app.security.structs import safety
from tests import case_factories as made
from tests import safety_office as safe
from tests.factories import Office, Someone
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENDAMPING")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


@pytest.fixture
def client_id(office: Office, case_id: UUID) -> UUID:
    return made.row_ids(office, Client, case_id)[0]


def versions(office: Office, case_id: UUID, client_id: UUID) -> list[tuple[int, str]]:
    with office.work() as work:
        work.recorded("page:opened")
        return [
            (head.number, plans.text_of(work, row).code_word) for row, head in plans.of_client(work, case_id, client_id)
        ]


def test_every_version_stays_and_the_last_one_counts(office, worker, case_id, client_id):
    for word in ("kunyit", "jahe", "kencur"):
        safe.write_plan(office, worker, case_id, client_id, code_word=word)
    assert versions(office, case_id, client_id) == [(1, "kunyit"), (2, "jahe"), (3, "kencur")]


def test_two_who_write_at_once_are_told_and_nothing_is_lost(office, worker, case_id, client_id):
    head = safety.SafetyPlan(client_id=client_id, on=made.today(office))
    for expected in (plans.NONE_YET, "000000000000000000000000"):
        if expected == plans.NONE_YET:
            safe.write_plan(office, worker, case_id, client_id)
        with pytest.raises(Stale), office.work(worker.actor) as work:
            plans.save(work, case_id, head, safety.SafetyPlanText(other="lain"), expected=expected)
    assert len(versions(office, case_id, client_id)) == 1


def test_bad_input_is_refused(office, worker, case_id, client_id):
    wrong = [
        (safety.SafetyPlan(client_id=client_id, on=made.today(office)), safety.SafetyPlanText(other="  ")),
        (safety.SafetyPlan(client_id=client_id, on=made.today(office)), safety.SafetyPlanText(people="a" * 20_001)),
        (
            safety.SafetyPlan(client_id=client_id, on=made.today(office) + timedelta(days=1)),
            safety.SafetyPlanText(other="a"),
        ),
        (
            safety.SafetyPlan(client_id=client_id, on=made.today(office), with_client="X"),
            safety.SafetyPlanText(other="a"),
        ),
    ]
    for head, text in wrong:
        with pytest.raises(Refused), office.work(worker.actor) as work:
            plans.save(work, case_id, head, text, expected=None)
    assert versions(office, case_id, client_id) == []


def test_nobody_outside_the_team_writes_a_plan_whatever_the_role(office, worker, case_id, client_id):
    for role, error in (("SUPERVISOR", NotPermitted), ("KEPALA", NotPermitted), ("PENDAMPING", NotFound)):
        with pytest.raises(error):
            safe.write_plan(office, office.somebody(role), case_id, client_id)
    with pytest.raises(NotFound):
        safe.write_plan(office, worker, case_id, new_id())
