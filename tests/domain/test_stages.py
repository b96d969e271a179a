"""The table of stages (case-management 6.2): only its steps, never one skipped, nothing on a voided case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import Capability, roles
from app.domain.codes import code_list
from app.domain.errors import Conflict
from app.domain.stages import Need, Stage, Status, came_from, exits, proposing, step, steps, steps_from, way_out

ORDER = list(Stage)
CODES = [each.code for each in steps()]
GOOD = ["approve", "propose-end-unassessed", "close", "reopen", "return"]
"""Tried more often: the short way round."""


def test_the_stages_are_those_of_the_code_list_in_its_order():
    assert [stage.value for stage in Stage] == [code.code for code in code_list("stage")]


def test_every_step_has_a_code_of_its_own():
    assert len(CODES) == len(set(CODES))


def test_every_step_can_be_taken_by_some_role():
    for each in steps():
        assert any(each.capability in role.capabilities for role in roles().values()), each.code


def test_only_approval_rejection_and_the_decision_on_the_end_are_a_supervisors():
    decided = {each.code for each in steps() if each.capability is Capability.CASE_APPROVE}

    assert decided == {"approve", "reject", "take-up", "close", "return", "reopen"}


@given(
    st.sampled_from([Status.VOIDED, Status.TRANSFERRED, Status.MERGED]),
    st.sampled_from(ORDER),
    st.sampled_from(CODES),
)
def test_a_voided_transferred_or_merged_case_takes_no_step_at_all(status, stage, code):
    assert steps_from(stage, status) == ()
    with pytest.raises(Conflict):
        step(stage, status, code)


def test_a_rejected_case_is_only_taken_up_again_where_it_was_rejected():
    possible = {stage: [each.code for each in steps_from(stage, Status.REJECTED)] for stage in ORDER}

    assert possible == {stage: ["take-up"] if stage is Stage.REPORT else [] for stage in ORDER}
    back = step(Stage.REPORT, Status.REJECTED, "take-up")
    rejected = step(Stage.REPORT, Status.OPEN, "reject")
    assert (back.lands(None), back.status) == (rejected.origin, rejected.begins)
    assert Need.REASON in back.needs


@given(st.sampled_from(ORDER), st.sampled_from(CODES))
def test_a_closed_case_is_only_reopened_or_finished(stage, code):
    possible = [each.code for each in steps_from(stage, Status.CLOSED)]

    assert possible == (["reopen", "finish"] if stage is Stage.AFTER else [])
    if code not in possible:
        with pytest.raises(Conflict):
            step(stage, Status.CLOSED, code)


class Walk:
    """A case that goes along the table and remembers what it passed."""

    def __init__(self) -> None:
        self.stage, self.status = Stage.REPORT, Status.OPEN
        self.passed: list[str] = []
        self.walked: list[tuple[str, str]] = []

    def tries(self, code: str) -> None:
        """Take the step where the table has it from here."""
        allowed = {each.code: each for each in steps_from(self.stage, self.status)}
        if code not in allowed:
            with pytest.raises(Conflict):
                step(self.stage, self.status, code)
            return
        taken = step(self.stage, self.status, code)
        assert taken.origin is self.stage
        landing = taken.lands(came_from(self.walked))
        self.walked.append((self.stage.value, landing.value))
        self.stage, self.status = landing, taken.status
        self.passed.append(code)


@given(st.lists(st.sampled_from(CODES), max_size=40))
def test_no_walk_reaches_a_stage_but_by_a_step_that_begins_where_it_stands(tried):
    walk = Walk()
    for code in tried:
        walk.tries(code)

        assert (walk.status is Status.CLOSED) == (walk.stage is Stage.AFTER)


EARNED = {
    Stage.ASSESSMENT: {"assess", "assess-emergency", "assess-after-emergency"},
    Stage.PLAN: {"plan"},
    Stage.INTERVENTION: {"intervene", "emergency-service"},
    Stage.MONITORING: {"monitor"},
}


@given(st.lists(st.sampled_from([*CODES, *GOOD]), max_size=60))
def test_no_way_round_termination_reaches_a_stage_that_was_not_earned(tried):
    """Sent back, taken back or opened again, a case stands where it stood before, never further on."""
    walk = Walk()
    for code in tried:
        walk.tries(code)
        earned = EARNED.get(walk.stage)
        assert earned is None or earned & set(walk.passed), (walk.stage, walk.passed)


@given(st.lists(st.sampled_from(CODES), max_size=40))
def test_registration_comes_before_everything_else(tried):
    walk = Walk()
    for code in tried:
        walk.tries(code)
    on = [code for code, (was, now) in zip(walk.passed, walk.walked, strict=True) if was != now]
    assert on[:1] == ([] if walk.stage is Stage.REPORT else ["approve"])  # a rejection taken back leads nowhere


def test_a_case_closes_only_by_a_decision_on_what_was_proposed_for_every_client():
    closing = [each for each in steps() if each.status is Status.CLOSED and each.origin is not Stage.AFTER]

    assert [each.code for each in closing] == ["close"]
    assert Need.PROPOSED in closing[0].needs


def test_each_stage_on_the_straight_way_is_guarded_by_what_the_one_before_has_to_show():
    guards = {each.code: set(each.needs) for each in steps()}

    assert guards["approve"] >= {Need.SCREENED, Need.TEAM}
    assert guards["assess"] >= {Need.CONSENT}
    assert guards["plan"] >= {Need.ASSESSED}
    assert guards["intervene"] >= {Need.PLAN_AGREED, Need.CONSENT}
    assert guards["monitor"] >= {Need.SERVED, Need.PLAN_AGREED}
    assert guards["reject"] >= {Need.REASON, Need.ADVICE}


def test_assessment_needs_consent_unless_it_is_an_emergency_with_a_reason():
    into = {each.code: set(each.needs) for each in steps() if each.target is Stage.ASSESSMENT}

    assert all(Need.CONSENT in needs or Need.REASON in needs for needs in into.values())
    assert Need.REASON in into["assess-emergency"]


def test_a_case_leaves_handling_from_any_stage_by_a_named_way_only():
    assert {(way.code, way.status) for way in exits()} == {("void", Status.VOIDED), ("transfer", Status.TRANSFERRED)}
    assert all(Need.REASON in way.needs for way in exits())
    with pytest.raises(Conflict):
        way_out(Status.VOIDED, "void")
    with pytest.raises(Conflict):
        way_out(Status.CLOSED, "transfer")


def test_every_stage_can_be_reached_and_left():
    for stage in ORDER[1:]:
        assert any(each.target is stage for each in steps())
    for stage in ORDER[:-1]:
        assert any(each.origin is stage and each.target is not stage for each in steps())


def test_termination_is_proposed_from_every_stage_between_registration_and_monitoring():
    assert [stage for stage in ORDER if proposing(stage)] == ORDER[1:6]
