"""Closing a period: what was frozen stays, what comes later stands in a list, and two people do it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from app.audit.events import Event
from app.cases import records
from app.db.session import write_session
from app.domain.errors import DomainError, NotPermitted, Refused, Unreadable
from app.reports import closing, closing_rules, closing_sheets, frozen, services
from app.reports.closing import Words
from app.reports.closing_rules import Change
from app.reports.counting.settings import Period
from app.reports.models import Closing
from app.security.structs.work import Service, ServiceText
from app.work import Work
from tests.factories import OPERATOR, Office, Someone
from tests.reporting import DAY, MAY, Made, child, intake, make_case, recap_of

READ = "tabel diperiksa bersama"


@pytest.fixture
def june(office: Office) -> Office:
    """The month of the cases is over."""
    office.clock.pass_by(days=40)
    return office


def draft(office: Office, period: Period = MAY, **given: Any) -> closing.Draft:
    wish = services.RecapWish(period, period.last, "63.03")
    with office.runtime.reading(OPERATOR, services.recap_opening(wish)) as work:
        return closing.draft(work, period, area="63.03", **given)


def freeze(office: Office, who: Someone, period: Period = MAY, **words: Any) -> Closing:
    found = draft(office, period)
    with office.work(who.actor) as work:
        return closing.close(work, found, Words(**({"accepted": READ, "nihil": found.is_nihil} | words)))


def sign(office: Office, who: Someone, period: Period = MAY) -> None:
    with office.work(who.actor) as work:
        closing.sign(work, period)


def closed(office: Office, **words: Any) -> tuple[Someone, Someone]:
    data, head = office.somebody("DATA", password=False), office.somebody("KEPALA")
    freeze(office, data, **words)
    sign(office, head)
    return data, head


def pending(office: Office) -> list[Change]:
    with office.runtime.reading(OPERATOR, services.recap_opening(services.RecapWish(MAY, MAY.last, "63.03"))) as work:
        return list(closing_sheets.period_sheet(work, MAY, area="63.03").pending)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_frozen_numbers_stay_and_later_entries_stand_in_the_list(june: Office) -> None:
    make_case(june)
    before = recap_of(june)
    closed(june)
    shown = recap_of(june)
    assert (shown["status"], len(shown["hash"]), shown["tables"]) == ("closed", 64, before["tables"])
    assert pending(june) == []

    chance = random.Random(7)  # noqa: S311 - made-up cases
    for _ in range(6):
        day = DAY + timedelta(days=chance.randrange(20))
        make_case(june, intake((child(chance.randrange(1, 17), chance.choice("LP"), day=day),), day=day))

    assert recap_of(june) == shown
    with june.runtime.reading(OPERATOR, services.recap_opening(services.RecapWish(MAY, MAY.last, "63.03"))) as work:
        unit = services.queries.unit(work, "63.03")
        now = services.recount(work, unit, MAY, MAY.last)
    assert pending(june) == closing_rules.changes(shown, now) != []
    assert now["totals"]["cases"] == 7


def test_what_is_dated_after_the_cut_off_opens_no_revision_and_what_is_dated_before_does(june: Office) -> None:
    made = make_case(june)
    closed(june)
    day = date(2026, 6, 2)
    make_case(june, intake((child(day=day),), day=day))
    _serve(june, made, day)
    assert pending(june) == []

    _serve(june, made, MAY.last)
    assert {each.cell.table for each in pending(june)} >= {"services_by_kind", "victims_served"}


def _serve(office: Office, made: Made, day: date) -> None:
    service = Service(client_id=made.clients[0], on=day, code="SV_KESEHATAN")
    with office.work() as work:
        records.record_service(work, made.id, service, ServiceText())


def test_a_revision_needs_a_reason_a_difference_and_a_signature(june: Office) -> None:
    make_case(june)
    data, head = closed(june)
    first = recap_of(june)
    with pytest.raises(Refused) as refused:
        freeze(june, data)
    assert codes(refused) == ["closing.closed"]
    with pytest.raises(Refused) as refused:
        freeze(june, data, revision="salah catat")
    assert codes(refused) == ["closing.same"]

    make_case(june)
    freeze(june, data, revision="laporan terlambat")
    assert recap_of(june) == first
    sign(june, head)

    again = recap_of(june)
    assert (again["status"], again["totals"]["cases"], again["version"]) == ("revised", 2, 2)
    assert pending(june) == []
    with june.runtime.reading(OPERATOR, services.recap_opening(services.RecapWish(MAY, MAY.last, "63.03"))) as work:
        old = frozen.versions(work, june.unit_id, "2026-05")[0]
        assert frozen.as_shown(work, old) == first


def test_what_was_withdrawn_counts_nowhere_and_the_period_can_be_closed_again(june: Office) -> None:
    make_case(june)
    data, head = june.somebody("DATA", password=False), june.somebody("KEPALA")
    freeze(june, data)
    assert recap_of(june)["status"] == "open"
    with pytest.raises(Refused) as refused:
        freeze(june, data)
    assert codes(refused) == ["closing.waiting"]
    with june.work(data.actor) as work:
        closing.withdraw(work, MAY)
    with pytest.raises(Refused) as refused:
        sign(june, head)
    assert codes(refused) == ["closing.not-waiting"]
    freeze(june, data)
    sign(june, head)
    assert recap_of(june)["version"] == 2
    assert [e.event for e in june.events() if e.event in {Event.RECAP_CLOSED, Event.RECAP_SIGNED, Event.RECAP_WITHDRAWN}] == [
        "recap:closed", "recap:withdrawn", "recap:closed", "recap:signed"
    ]  # fmt: skip


def second_of_two(office: Office, first: Someone, second: Someone, act: Callable[[Work], object]) -> list[str]:
    """What the second is told whose act begins while the same act of the first is not committed yet."""
    began, may_end, told = threading.Event(), threading.Event(), list[str]()

    def slow() -> None:
        with office.runtime.begin(first.actor) as work:
            act(work)
            work.session.flush()
            began.set()
            may_end.wait(10)

    def quick() -> None:
        try:
            with office.runtime.begin(second.actor) as work:
                act(work)
        except Refused as refused:
            told.extend(problem.code for problem in refused.problems)
        except Exception as error:
            told.append(type(error).__name__)

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    threads[0].start()
    assert began.wait(10)
    threads[1].start()
    threads[1].join(0.2)
    may_end.set()
    for thread in threads:
        thread.join()
    return told


def test_of_two_who_close_or_sign_at_one_instant_the_second_is_told(june: Office) -> None:
    make_case(june)
    data, head = june.somebody("DATA", password=False), june.somebody("KEPALA", password=False)
    other = june.somebody("SUPERVISOR", password=False)
    found = draft(june)
    assert second_of_two(june, data, data, lambda work: closing.close(work, found, Words(READ))) == ["closing.waiting"]
    assert second_of_two(june, head, other, lambda work: closing.sign(work, MAY)) == ["closing.not-waiting"]


def test_nobody_signs_what_they_closed_unless_nobody_else_may(june: Office) -> None:
    make_case(june)
    both = june.somebody("DATA", "KEPALA")
    other = june.somebody("SUPERVISOR")
    freeze(june, both)
    with pytest.raises(Refused) as refused:
        sign(june, both)
    assert codes(refused) == ["closing.same-person"]
    with pytest.raises(NotPermitted):
        sign(june, june.somebody("DATA", password=False))
    sign(june, other)


def test_one_officer_alone_signs_and_the_answer_says_so(june: Office) -> None:
    make_case(june)
    both = june.somebody("DATA", "KEPALA")
    freeze(june, both)
    with june.work(both.actor) as work:
        assert closing.sign(work, MAY).is_alone


def test_refusals_before_anything_is_frozen(office: Office) -> None:
    make_case(office)
    data = office.somebody("DATA", password=False)
    with pytest.raises(Refused) as refused:
        freeze(office, data)
    assert codes(refused) == ["closing.not-over"]
    office.clock.pass_by(days=40)
    for words, code in (
        ({"accepted": ""}, "warnings"),
        ({"nihil": True}, "not-nihil"),
        ({"revision": "x"}, "not-closed"),
    ):
        with pytest.raises(Refused) as refused:
            freeze(office, data, **words)
        assert codes(refused) == [f"closing.{code}"]
    with pytest.raises(Refused) as refused:
        freeze(office, data, Period.month(2026, 4), nihil=False)
    assert codes(refused) == ["closing.nihil"]
    freeze(office, data, Period.month(2026, 4))


def test_frozen_rows_are_never_written_again(june: Office) -> None:
    make_case(june)
    closed(june)
    for statement in (
        "UPDATE closings SET number = 9",
        "DELETE FROM closing_answers",
        "UPDATE closing_answers SET is_alone = true",
    ):
        with pytest.raises((DBAPIError, DomainError)):
            _change(june, statement)


def _change(office: Office, statement: str) -> None:
    with write_session(office.runtime.engine) as session:
        session.execute(text(statement))
        session.commit()


def test_tables_that_do_not_fit_their_hash_are_not_shown(june: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    make_case(june)
    closed(june)
    monkeypatch.setattr(frozen, "hash_of", lambda raw: bytes(32))
    with pytest.raises(Unreadable):
        recap_of(june)


def test_a_year_keeps_cluster_v_of_each_set_and_says_which_months_are_open(june: Office) -> None:
    make_case(june)
    june.clock.pass_by(days=300)
    found = draft(june, Period.year(2026))
    assert found.sheets.keys() == {"24", "2011"}
    assert {each.code: each.count for each in found.findings}["closing.months-open"] == 12


def test_a_closed_year_shows_its_frozen_cluster_v(june: Office) -> None:
    make_case(june)
    june.clock.pass_by(days=300)
    year = Period.year(2026)
    data, head = june.somebody("DATA", password=False), june.somebody("KEPALA")
    counted = draft(june, year).sheets
    freeze(june, data, year)
    sign(june, head, year)
    make_case(june)
    shown = {name: cluster_of(june, services.ClusterWish(2026, year.last, name, "63.03")) for name in counted}
    for name, sheet in shown.items():
        assert (sheet["status"], sheet["cluster"]) == ("closed", counted[name]["cluster"])
        assert len(sheet["hash"]) == 64
    assert cluster_of(june, services.ClusterWish(2026, date(2026, 6, 30), "24", "63.03"))["cluster"]["children"] == 2
    with pytest.raises(Refused) as refused:
        freeze(june, data, year, revision="x", accepted="")
    assert codes(refused) == ["closing.warnings"]
    freeze(june, data, year, revision="laporan terlambat")
    sign(june, head, year)
    again = cluster_of(june, services.ClusterWish(2026, year.last, "24", "63.03"))
    assert (again["status"], again["cluster"]["children"]) == ("revised", 2)


def cluster_of(office: Office, wish: services.ClusterWish) -> dict[str, Any]:
    with office.runtime.reading(OPERATOR, services.cluster_opening(wish)) as work:
        return services.cluster_document(work, wish)


def test_a_value_entered_after_the_closing_is_a_reason_for_a_revision_of_the_year(june: Office) -> None:
    make_case(june)
    june.clock.pass_by(days=300)
    year = Period.year(2026)
    data, head = june.somebody("DATA", password=False), june.somebody("KEPALA")
    freeze(june, data, year)
    sign(june, head, year)
    with pytest.raises(Refused) as refused:
        freeze(june, data, year, revision="x")
    assert codes(refused) == ["closing.same"]
    found = draft(june, year)
    sheets = {name: sheet | {"unsorted": 9} for name, sheet in found.sheets.items()}
    with june.work(data.actor) as work:
        closing.close(work, replace(found, sheets=sheets), Words(accepted=READ, revision="nilai dinas"))


def test_what_a_frozen_document_holds_never_loses_a_name(june: Office) -> None:
    """Rows of years ago are read by these names: one may be added, none may go."""
    make_case(june)
    closed(june)
    with june.runtime.reading(OPERATOR, services.recap_opening(services.RecapWish(MAY, MAY.last, "63.03"))) as work:
        kept = frozen.opened(work, frozen.every(work, june.unit_id)[0].row)
    names = {"random", "recap", "cluster_v", "checklist", "accepted", "revision", "revises", "nihil"}
    assert kept.keys() >= names
    assert set(kept["recap"]) >= {"period", "unit", "definitions", "definition_lines", "totals", "tables", "checks"}


def test_a_year_asks_the_database_as_often_whether_one_month_is_closed_or_four(june: Office) -> None:
    data, head = june.somebody("DATA", password=False), june.somebody("KEPALA", password=False)

    def asked() -> int:
        seen: list[str] = []
        with june.runtime.reading(OPERATOR, services.recap_opening(services.RecapWish(MAY, MAY.last, "63.03"))) as work:
            work.vault.crypt.cache.start_over()  # as on the first look of the morning
            event.listen(work.session.connection(), "before_cursor_execute", lambda *given: seen.append(given[2]))
            lines = closing_sheets.year_sheet(work, 2026, "63.03").lines
        assert not any(line.is_unreadable for line in lines)
        return len(seen)

    def close_months(*months: int) -> None:
        for month in months:
            freeze(june, data, Period.month(2026, month))
            sign(june, head, Period.month(2026, month))

    close_months(5)
    once = asked()
    close_months(2, 3, 4)
    assert asked() == once
