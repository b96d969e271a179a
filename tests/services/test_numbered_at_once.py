"""Two people of a unit number something at the same moment: the second waits, then goes on or is told (security 10, concurrency)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from app.domain.errors import Conflict, Refused
from app.releases import returning, services
from app.reports import rounds
from app.reports.periods import of_year
from app.work import Work
from tests import release_office
from tests.factories import Office
from tests.sharing import office

__all__ = ["office"]

ROUND = rounds.NewRound(2027, 2025, 2026, "24")
WISH = returning.Wish(returning.RECAP, of_year(2026, "q1"))


def told_at_once(office: Office, act: Callable[[Work], object]) -> Exception | None:
    """What the second is told who begins the act while the first has done it and not yet committed."""
    first, second = (office.somebody("DATA", password=False).actor for _ in range(2))
    told: list[Exception | None] = []

    def follow() -> None:
        try:
            with office.work(second) as work:
                act(work)
            told.append(None)
        except Exception as error:
            told.append(error)

    thread = threading.Thread(target=follow)
    with office.work(first) as work:
        act(work)
        work.session.flush()
        thread.start()
        time.sleep(0.3)  # long enough for the second to come as far as it gets
    thread.join()
    return told[0]


@pytest.mark.own_office
def test_two_returns_at_once_get_two_numbers(office: Office) -> None:
    actor = office.somebody("DATA", password=False).actor
    with office.runtime.reading(actor, returning.counting(WISH)) as work:
        ready = returning.counted(work, WISH)

    assert told_at_once(office, lambda work: returning.issue(work, ready, release_office.NOTE)) is None
    with office.runtime.looking(actor) as work:
        assert [each.row.number for each in returning.register(work)] == [2, 1]


@pytest.mark.own_office
def test_of_two_releases_at_once_one_is_made(office: Office) -> None:
    actor = office.somebody("DATA", password=False).actor
    release_office.victims(office, office.unit_id, girls=8)
    with office.runtime.reading(actor, services.making(2026, 1)) as work:
        ready = services.prepared(work, 2026, 1)

    assert isinstance(told_at_once(office, lambda work: services.propose(work, ready)), Conflict)


@pytest.mark.own_office
def test_of_two_rounds_of_one_award_at_once_one_is_opened(office: Office) -> None:
    told = told_at_once(office, lambda work: rounds.open_round(work, ROUND))

    assert isinstance(told, Refused)
    assert [problem.code for problem in told.problems] == ["round.twice"]
