"""The main job, walked as people walk it: a report comes in, is referred, is watched, and is counted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.reports.counting.titles import title_of
from tests.browser.conftest import Window
from tests.browser.office import Office
from tests.browser.people import DESK, PHONE, Administrator, Caseworker, Child, Report, Supervisor, Suspect

pytestmark = pytest.mark.browser

GIRL = Child("Putri Karangan", "P", 9, ("VK_FISIK", "VK_PSIKIS"))
BOY = Child("Bagas Karangan", "L", 4, ("VK_FISIK",))
REPORT = Report(
    channel="CH_LANGSUNG",
    place="PL_RT",
    children=(GIRL, BOY),
    suspects=(Suspect("Ayah Karangan", "RD_AYAH"), Suspect("Paman Karangan", "RD_PAMANBIBI")),
)
"""The worked example of case-management 11: a household, two children, father and uncle reported."""
POLICE, HOSPITAL = "Unit PPA Polres Karangan", "RSUD Karangan"
MANAGER = "Hasan Contoh"


def walk(office: Office, window: Window, **how: Any) -> None:
    """The whole way, from an empty directory to the recap of the month."""
    admin = window(office, Administrator, **how)
    admin.signs_in("ADMIN")
    admin.adds_institution(POLICE, "IN_UPPA")
    admin.adds_institution(HOSPITAL, "IN_RS")

    worker = window(office, Caseworker, **how)
    worker.signs_in("PENERIMA")
    worker.checks_the_page()
    number = worker.records_a_case(REPORT)
    worker.checks_the_page()
    worker.refers("1. P", POLICE, "SV_GAKKUM")
    worker.refers("2. B", HOSPITAL, "SV_KESEHATAN")
    worker.reads(POLICE, HOSPITAL)

    supervisor = window(office, Supervisor, **how)
    supervisor.signs_in("SUPERVISOR")
    supervisor.checks_the_page()
    supervisor.registers(number, MANAGER)
    on_board = supervisor.sees_clocks(number)
    assert POLICE in on_board
    assert HOSPITAL in on_board
    assert_worked_example(supervisor)

    for person in (admin, worker, supervisor):
        assert person.complaints == []
        assert person.unreachable == [], "\n\n".join(person.unreachable)


def assert_worked_example(supervisor: Supervisor) -> None:
    """The month's recap says what case-management 11 works out."""
    say = supervisor.say
    supervisor.goes_to("Reports")
    supervisor.checks_the_page()
    total = say("Sum")
    cases = supervisor.sees_recap("cases_by_place")
    assert cases[say.code("place", "PL_RT")] == 1
    assert cases[total] == 1
    assert supervisor.sees_recap("victims_by_place")[say.code("place", "PL_RT")] == 2
    kinds = supervisor.sees_recap("victims_by_violence")
    assert kinds[say.code("violence", "VK_FISIK")] == 2
    assert kinds[say.code("violence", "VK_PSIKIS")] == 1
    assert kinds[total] == 3
    pairs = supervisor.sees_recap("pairs_by_relationship")
    assert pairs[say.code("relationship", "RL_ORTU")] == 2
    assert pairs[say.code("relationship", "RL_KELUARGA")] == 2
    assert pairs[total] == 4
    bands = supervisor.sees_recap("victims_by_age_band")
    assert bands[say.code("age_band_victim", "V06_12")] == 1
    assert bands[say.code("age_band_victim", "V00_05")] == 1
    assert bands[total] == 2


WAYS = [
    pytest.param(DESK, True, "id", id="desk-scripting", marks=pytest.mark.slow),  # PostgreSQL's, below
    pytest.param(PHONE, False, "en", id="phone-script-free"),
    pytest.param(PHONE, True, "en", id="phone-scripting", marks=pytest.mark.slow),
    pytest.param(DESK, False, "id", id="desk-script-free", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("size", "scripting", "language"), WAYS)
def test_a_report_is_recorded_referred_watched_and_counted(
    office: Office, window: Window, size: dict[str, int], scripting: bool, language: str
) -> None:
    walk(office, window, size=size, scripting=scripting, language=language)


def test_the_same_way_is_open_on_postgresql(office_on_postgresql: Office, window: Window) -> None:
    walk(office_on_postgresql, window, size=DESK, scripting=True, language="id")


def test_a_number_of_the_recap_opens_the_cases_behind_it(office: Office, window: Window) -> None:
    worker = window(office, Caseworker)
    worker.signs_in("PENERIMA")
    number = worker.records_a_case(REPORT)
    supervisor = window(office, Supervisor)
    supervisor.signs_in("SUPERVISOR")
    supervisor.goes_to("Reports")
    supervisor.main.get_by_role("region", name=title_of("cases_by_place")["en"], exact=True).get_by_role(
        "link"
    ).first.click()
    assert re.search(re.escape(number), supervisor.words)
