"""Referrals to us: the table of steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict
from app.domain.incoming import ANSWERED, WAITS, IncomingStatus, step, steps, steps_from
from app.domain.referrals import Need
from tests.examples import examples

CODES = [each.code for each in steps()]


@examples(60)
@given(st.lists(st.sampled_from(CODES), max_size=8))
def test_whatever_is_tried_an_answer_is_given_once_and_a_result_told_only_after_we_took_the_client_on(
    tried: list[str],
) -> None:
    status, taken = IncomingStatus.NEW, []
    for code in tried:
        try:
            status = step(status, code).target
        except Conflict:
            assert code not in {each.code for each in steps_from(status)}
        else:
            taken.append(code)
    assert len(taken) == len(set(taken))
    assert not {"accept", "decline"} <= set(taken)
    if "report" in taken:
        assert taken.index("accept") < taken.index("report")
        assert taken[-1] == "report"
    assert (status in WAITS) == bool(steps_from(status))


def test_what_is_told_back_needs_a_ground_and_a_refusal_its_reason() -> None:
    needs = {each.code: set(each.needs) for each in steps()}
    assert needs["report"] == {Need.BASIS, Need.RESULT}
    assert Need.REASON in needs["decline"]
    assert [each.code for each in steps() if each.needs_words] == ["decline", "report", "withdraw"]


def test_the_case_decides_whom_we_take_on() -> None:
    assert {each.code for each in steps() if each.capability is Capability.REFERRAL_WRITE} == {"accept", "decline"}


def test_every_status_has_a_word_and_ends_where_nobody_waits() -> None:
    known = {code.code: bool(code.truth("open")) for code in code_list("incoming_status")}
    assert known == {status.value: status in WAITS for status in IncomingStatus}
    assert IncomingStatus.WITHDRAWN not in ANSWERED


@pytest.mark.parametrize("status", [s for s in IncomingStatus if s not in WAITS])
def test_an_end_is_an_end(status: IncomingStatus) -> None:
    with pytest.raises(Conflict):
        step(status, "accept")
