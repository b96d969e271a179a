"""The table of stages (case-management 6.2): only its steps, never one skipped, nothing on a voided case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import Capability, roles
from app.domain.codes import code_list
from app.domain.errors import Conflict
from app.domain.stages import Need, Stage, Status, step, steps, steps_from

ORDER = list(Stage)
CODES = [each.code for each in steps()]


def test_the_stages_are_those_of_the_code_list_in_its_order():
    assert [stage.value for stage in Stage] == [code.code for code in code_list("stage")]


def test_every_step_has_a_code_of_its_own():
    assert len(CODES) == len(set(CODES))


def test_every_step_can_be_taken_by_some_role():
    for each in steps():
        assert any(each.capability in role.capabilities for role in roles().values()), each.code


def test_only_approval_rejection_and_the_decision_on_the_end_are_a_supervisors():
    decided = {each.code for each in steps() if each.capability is Capability.CASE_APPROVE}

    assert decided == {"approve", "reject", "close", "return", "reopen"}


@given(st.sampled_from([Status.VOIDED, Status.REJECTED]), st.sampled_from(ORDER), st.sampled_from(CODES))
def test_a_voided_or_rejected_case_takes_no_step_at_all(status, stage, code):
    assert steps_from(stage, status) == ()
    with pytest.raises(Conflict):
        step(stage, status, code)


@given(st.sampled_from(ORDER), st.sampled_from(CODES))
def test_a_closed_case_only_reopens(stage, code):
    open_again = [each.code for each in steps_from(stage, Status.CLOSED)]

    assert open_again == (["reopen"] if stage is Stage.AFTER else [])
    if code not in open_again:
        with pytest.raises(Conflict):
            step(stage, Status.CLOSED, code)


@given(st.lists(st.sampled_from(CODES), max_size=30))
def test_no_walk_reaches_a_stage_but_by_a_step_that_begins_where_it_stands(tried):
    stage, status, closed_seen = Stage.REPORT, Status.OPEN, False
    for code in tried:
        allowed = {each.code: each for each in steps_from(stage, status)}
        if code not in allowed:
            with pytest.raises(Conflict):
                step(stage, status, code)
            continue
        taken = step(stage, status, code)
        assert taken.origin is stage
        stage, status = taken.target, taken.status
        closed_seen = closed_seen or status is Status.CLOSED
        assert (status is Status.CLOSED) == (stage is Stage.AFTER)


@given(st.lists(st.sampled_from(CODES), max_size=40))
def test_registration_comes_before_everything_else(tried):
    stage, status, taken = Stage.REPORT, Status.OPEN, []
    for code in tried:
        found = next((each for each in steps_from(stage, status) if each.code == code), None)
        if found is not None:
            stage, status = found.target, found.status
            taken.append(code)
    if stage is not Stage.REPORT:
        assert taken[0] == "approve"


def test_a_case_closes_only_when_no_client_is_open():
    closing = [each for each in steps() if each.status is Status.CLOSED]

    assert [each.code for each in closing] == ["close"]
    assert Need.NO_OPEN_CLIENT_LEFT in closing[0].needs


def test_assessment_needs_consent_unless_it_is_an_emergency_with_a_reason():
    into = {each.code: set(each.needs) for each in steps() if each.target is Stage.ASSESSMENT}

    assert Need.CONSENT in into["assess"]
    assert Need.REASON in into["assess-emergency"]


def test_every_stage_can_be_reached_and_left():
    for stage in ORDER[1:]:
        assert any(each.target is stage for each in steps())
    for stage in ORDER[:-1]:
        assert any(each.origin is stage and each.target is not stage for each in steps())
