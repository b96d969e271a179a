"""Reconciling a month with SIMFONI by numbers and by counts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests import case_factories as made
from tests import simfoni_support as sim
from tests.factories import Office, Someone, send
from tests.simfoni_support import office

__all__ = ["office"]
NUMBERS = "/simfoni/reconciliations/numbers"
COUNTS = "/simfoni/reconciliations/counts"


@pytest.fixture
def unit_id(office: Office) -> UUID:
    return sim.make_unit(office)


@pytest.fixture
def data(office: Office, unit_id: UUID) -> Someone:
    return office.somebody("DATA", unit_id=unit_id, password=False)


def no_of(office: Office, case_id: UUID) -> str:
    return made.case_row(office, case_id).register_no


def found(office: Office, who: Someone, answer) -> str:  # type: ignore[no-untyped-def]
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return str(office.browser(who).get(answer.headers["Location"]).get_data(as_text=True))


def part(page: str, title: str) -> str:
    """The part of a page under a heading."""
    return page.partition(title)[2].partition("<h3>")[0]


def test_numbers_tell_what_is_missing_there_unknown_here_and_double(office, data, unit_id):
    matched, missing, waiting = (sim.make_waiting(office, unit_id=unit_id) for _ in range(3))
    numbers = [sim.number(), sim.number()]
    sim.enter(office, matched, number=numbers[0])
    sim.enter(office, missing, number=numbers[1])
    pasted = f"{numbers[0].lower()}\nSIM-LAIN-1, SIM-LAIN-1"
    page = found(office, data, send(office.browser(data), NUMBERS, NUMBERS, numbers=pasted, remark="dari cetakan"))

    assert no_of(office, missing) in part(page, "nomornya tidak ada di daftar")
    assert no_of(office, waiting) in part(page, "dilaporkan bulan ini dan belum dicatat".capitalize())
    assert "SIM-LAIN-1" in part(page, "tidak dikenal di sini")
    assert "SIM-LAIN-1" in part(page, "Ganda di daftar")
    assert no_of(office, matched) not in page
    assert "dari cetakan" in page
    assert office.events()[-1].event == "simfoni:reconciliation-read"


def test_a_number_of_another_month_and_a_shared_one_are_told_apart(office, data, unit_id):
    old = sim.make_waiting(office, unit_id=unit_id)
    number = sim.number()
    sim.enter(office, old, number=number)
    office.clock.pass_by(days=40)
    page = found(office, data, send(office.browser(data), NUMBERS, NUMBERS, numbers=number))
    assert no_of(office, old) in part(page, "di sini dilaporkan bulan lain")
    new = sim.make_waiting(office, unit_id=unit_id)
    sim.enter(office, new, number=number, shared=True)
    page = found(office, data, send(office.browser(data), NUMBERS, NUMBERS, numbers=number))
    shared = part(page, "Nomor yang sama pada beberapa kasus kita")
    assert no_of(office, old) in shared
    assert no_of(office, new) in shared


@pytest.mark.parametrize("pasted", ["", "  \n", "Siti Rahma", "12 ok\nnama", "\n".join(str(n) for n in range(1, 2003))])
def test_what_is_no_list_of_numbers_is_refused_and_stays_typed(office, data, pasted):
    answer = send(office.browser(data), NUMBERS, NUMBERS, numbers=pasted, remark="tetap di sini")
    assert answer.status_code == 422
    assert "tetap di sini" in answer.get_data(as_text=True)
    assert "Belum ada pencocokan" in office.browser(data).get("/simfoni/reconciliations").get_data(as_text=True)


def test_counts_stand_beside_the_recap_with_difference_and_reasons(office, data, unit_id):
    entered = sim.make_waiting(office, unit_id=unit_id)
    sim.make_waiting(office, unit_id=unit_id)
    sim.enter(office, entered)
    browser = office.browser(data)
    assert "kita: 2" in browser.get(COUNTS).get_data(as_text=True)
    page = found(office, data, send(browser, COUNTS, COUNTS, n0="1", n1="2"))
    assert "-1" in page
    assert "kasus bulan ini belum dicatat" in page
    printed = browser.get(office_address(office, page) + "/print")
    assert printed.status_code == 200


def office_address(office: Office, page: str) -> str:
    """The address of the reconciliation a page is about."""
    return page.partition('href="/simfoni/reconciliations/')[0] and (
        "/simfoni/reconciliations/" + page.partition('/print"')[0].rpartition("/simfoni/reconciliations/")[2]
    )


@pytest.mark.parametrize("typed", [{}, {"n0": "banyak"}, {"n0": "-4"}, {"n0": "99999999999"}])
def test_counts_that_are_none_are_refused(office, data, typed):
    assert send(office.browser(data), COUNTS, COUNTS, **typed).status_code == 422


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-5", "'"])
def test_a_month_that_is_none_is_not_found(office, data, month):
    for page in (NUMBERS, COUNTS):
        assert office.browser(data).get(f"{page}?month={month}").status_code == 404


def test_supervisors_read_and_workers_and_neighbours_do_not(office, data, unit_id):
    made_id = sim.make_reconciliation(office, unit_id)
    address = f"/simfoni/reconciliations/{made_id}"
    supervisor = office.somebody("SUPERVISOR", unit_id=unit_id, password=False)
    worker = office.somebody("MANAJER", unit_id=unit_id, password=False)
    neighbour = office.somebody("DATA", unit_id=sim.make_unit(office), password=False)
    assert office.browser(supervisor).get(address).status_code == 200
    assert office.browser(supervisor).get(NUMBERS).status_code == 403
    assert office.browser(worker).get(address).status_code == 404
    assert office.browser(neighbour).get(address).status_code == 404


def test_what_was_found_is_kept_sealed(office, data, unit_id):
    answer = send(office.browser(data), NUMBERS, NUMBERS, numbers="SIM-RAHASIA-77", remark="kata rahasia")
    assert answer.status_code == 303
    with office.runtime.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT result_sealed, text_sealed FROM simfoni_reconciliations").all()
    assert rows
    assert not any(b"RAHASIA" in bytes(blob) or b"rahasia" in bytes(blob) for row in rows for blob in row)


def test_a_month_before_shows_nothing_of_this_one(office, data, unit_id):
    sim.make_waiting(office, unit_id=unit_id)
    before = made.today(office).replace(day=1) - timedelta(days=1)
    page = office.browser(data).get(f"{COUNTS}?month={before:%Y-%m}").get_data(as_text=True)
    assert "kita: 0" in page
    assert "kita: 1" not in page
