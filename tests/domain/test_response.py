"""Times of answers: ordinary percentiles where all have come, and no better for those who do not answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.response import MEDIAN, NINETIETH, Referred, Wait, percentile, response
from tests.examples import examples

DAY = timedelta(days=1)
SENT = datetime(2026, 5, 4, 2, tzinfo=UTC)
days = st.integers(0, 60).map(lambda number: number * DAY)
waits = st.lists(st.builds(Wait, days, st.booleans()), max_size=30)
shares = st.sampled_from([0.25, MEDIAN, NINETIETH])


@given(st.lists(days, min_size=1, max_size=30), shares)
@examples(100)
def test_where_all_have_come_it_is_the_percentile_by_rank(taken: list[timedelta], share: float) -> None:
    by_rank = sorted(taken)[ceil(share * len(taken) - 1e-9) - 1]
    assert percentile([Wait(each, came=True) for each in taken], share) == by_rank


@given(waits, days, shares)
@examples(100)
def test_one_more_who_waits_never_makes_it_shorter(known: list[Wait], so_far: timedelta, share: float) -> None:
    before, after = percentile(known, share), percentile([*known, Wait(so_far, came=False)], share)
    assert after is None or (before is not None and after >= before)


@given(waits, shares)
@examples(100)
def test_who_was_not_waited_for_any_longer_than_nobody_came_says_nothing(known: list[Wait], share: float) -> None:
    at_once = [Wait(timedelta(0), came=False)] * 3
    later = [Wait(wait.took + DAY, wait.came) for wait in known]
    assert percentile([*later, *at_once], share) == percentile(later, share)


@pytest.mark.parametrize(
    ("came", "waiting", "half"),
    [
        ([1, 2, 3], [], 2),
        ([1, 2, 3], [10], 2),  # two of four have come by day 2
        ([1, 2], [10, 10], 2),
        ([1], [10, 10], None),  # more than half wait still
        ([4], [1, 1], 4),  # those called off before day 4 say nothing of day 4: of one at risk one came
        ([], [5], None),
        ([], [], None),
    ],
)
def test_half_have_come_after(came: list[int], waiting: list[int], half: int | None) -> None:
    known = [*(Wait(each * DAY, came=True) for each in came), *(Wait(each * DAY, came=False) for each in waiting)]
    assert percentile(known, MEDIAN) == (None if half is None else half * DAY)


def test_the_figures_of_an_institution() -> None:
    now = SENT + 20 * DAY
    found = response(
        [
            Referred(SENT, answered_at=SENT + DAY, result_at=SENT + 9 * DAY, in_time=2),
            Referred(SENT, answered_at=SENT + 3 * DAY, ended_at=SENT + 3 * DAY, declined=True, too_late=1),
            Referred(SENT, too_late=2),
            Referred(SENT + 15 * DAY),
            Referred(SENT, ended_at=SENT + 2 * DAY),  # called off before an answer
        ],
        now,
    )
    assert (found.sent, found.declined, found.unanswered, found.oldest) == (5, 1, 2, 20 * DAY)
    assert (found.answer.came, found.result.came, found.clocks, found.in_time) == (2, 1, 5, 2)
    # By hand: of five one came on day 1 (4/5 wait still), one left on day 2, of three one came on day 3 (4/5 x 2/3 > 1/2).
    assert found.answer.median is None
    # Of the two at risk on day 9 one had a result: half of what was still waited for.
    assert found.result.median == 9 * DAY
    assert not found.is_few
