"""The case list: whose cases, under which filters, never a name, and always as many queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from app.cases.models import Case, TeamMember
from app.security.sections import Section
from tests import case_factories as made
from tests.factories import Office, Someone, send
from tests.stage_office import people_of


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENDAMPING", name="Wulan Contoh")


@pytest.fixture
def supervisor(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Surya Contoh")


def listed(office: Office, who: Someone, query: str = "") -> list[str]:
    """The register numbers on the list, in their order."""
    answer = office.browser(who).get(f"/cases{query}")
    assert answer.status_code == 200
    return re.findall(r'class="cell-main" href="/cases/[^"]+">([^<]+)<', answer.get_data(as_text=True))


def number(office: Office, case_id: UUID) -> str:
    return made.case_row(office, case_id).register_no


def set_clear(office: Office, case_id: UUID, **columns: object) -> None:
    """Set clear columns of a case past its services."""
    with office.work() as work:
        row = work.session.get_one(Case, case_id)
        for name, value in columns.items():
            setattr(row, name, value)


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(office.runtime.engine, "before_cursor_execute", note)
    yield sent
    event.remove(office.runtime.engine, "before_cursor_execute", note)


def test_a_worker_sees_own_cases_and_a_supervisor_the_unit(office, worker, supervisor):
    mine, foreign = made.make_case(office, worker), made.make_case(office)
    elsewhere = made.make_case(office, unit_id=office.other_unit_id)

    assert listed(office, worker) == [number(office, mine)]
    assert set(listed(office, supervisor)) == {number(office, mine), number(office, foreign)}
    assert number(office, elsewhere) not in listed(office, supervisor)


def test_the_list_shows_masks_and_no_name(office, worker):
    made.make_case(office, worker)

    page = office.browser(worker).get("/cases").get_data(as_text=True)

    assert "B••• R•••" in page
    assert "Bunga" not in page
    assert "Rekaan" not in page


def test_one_event_names_the_cases_on_the_page(office, worker):
    ids = {made.make_case(office, worker) for _ in range(3)}

    office.browser(worker).get("/cases")

    (entry,) = [line for line in office.events() if line.event == "case:listed"]
    assert {UUID(text) for text in entry.cases.split()} == ids
    assert entry.sections == "client.profile"


def test_an_assignment_written_past_the_program_lists_nothing(office, worker):
    case_id = made.make_case(office, worker)
    with office.work() as work:
        work.session.get_one(TeamMember, made.row_ids(office, TeamMember, case_id)[0]).mac = bytes(32)

    assert listed(office, worker) == []


def test_the_number_of_queries_does_not_depend_on_the_number_of_cases(office, worker, supervisor):
    for _ in range(5):
        made.make_case(office, worker, clients=2)
    browser = office.browser(supervisor)
    browser.get("/cases")
    with counted(office) as few:
        assert browser.get("/cases").status_code == 200
    for _ in range(55):
        made.make_case(office, worker)
    with counted(office) as many:
        assert browser.get("/cases").status_code == 200

    assert len(many) == len(few)


def test_fifty_cases_stand_on_a_page(office, worker):
    for _ in range(52):
        made.make_case(office, worker)

    assert len(listed(office, worker)) == 50
    assert len(listed(office, worker, "?page=2")) == 2
    assert listed(office, worker, "?page=9") == []


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("?stage=ST3_ASESMEN", {"stage": "ST3_ASESMEN"}),
        ("?status=voided", {"status": "voided"}),
        ("?risk=RK_TINGGI", {"risk": "RK_TINGGI"}),
    ],
)
def test_clear_filters(office, worker, query, columns):
    wanted, _other = made.make_case(office, worker), made.make_case(office, worker)
    set_clear(office, wanted, **columns)

    assert listed(office, worker, query) == [number(office, wanted)]


def test_overdue_cases_and_the_next_deadline_first(office, worker):
    late, soon, calm = (made.make_case(office, worker) for _ in range(3))
    set_clear(office, late, due_at=office.clock() - timedelta(minutes=1))
    set_clear(office, soon, due_at=office.clock() + timedelta(hours=1))
    set_clear(office, calm, due_at=None)

    assert listed(office, worker, "?overdue=y") == [number(office, late)]
    assert listed(office, worker, "?sort=due") == [number(office, each) for each in (late, soon, calm)]


def test_a_period_is_made_of_days_of_the_unit(office, worker):
    case_id = made.make_case(office, worker)  # 20 May 2026, 09.00 WITA
    late_evening = office.clock().replace(hour=15, minute=59)  # 23.59 WITA
    set_clear(office, case_id, received_at=late_evening)

    assert listed(office, worker, "?first=2026-05-20&last=2026-05-20") == [number(office, case_id)]
    assert listed(office, worker, "?first=2026-05-21") == []
    assert listed(office, worker, "?last=19/05/2026") == []


def test_a_supervisor_filters_by_worker(office, worker, supervisor):
    mine, _other = made.make_case(office, worker), made.make_case(office)

    assert listed(office, supervisor, f"?worker={worker.id}") == [number(office, mine)]


@pytest.mark.parametrize(
    "query", ["?kind=VK_SEKSUAL", "?age_group=DEWASA", "?kind=VK_SEKSUAL&age_group=DEWASA&channel=CH_LANGSUNG"]
)
def test_coded_filters_open_what_they_need_under_an_event_of_their_own(office, worker, query):
    wanted = made.make_case(office, worker, violence=("VK_SEKSUAL",), stated_age=30)
    made.make_case(office, worker)

    assert listed(office, worker, query) == [number(office, wanted)]
    search = next(line for line in office.events() if line.event == "case:listed" and "case.incident" in line.sections)
    assert len(search.cases.split()) == 2


def test_the_kecamatan_of_the_incident_is_a_filter(office, worker):
    case_id = made.make_case(office, worker)

    assert listed(office, worker, "?area=63.03.05") == [number(office, case_id)]
    assert listed(office, worker, "?area=63.03.06") == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?first=31%2F02%2F2026", "20/05/2026"),
        ("?first=2026-05-20&last=2026-05-19", ""),
        ("?stage=ST99", ""),
        ("?worker=0f0e0d0c-0b0a-4908-8706-050403020100", ""),
    ],
)
def test_a_filter_that_means_nothing_is_explained(office, worker, query, says):
    answer = office.browser(worker).get(f"/cases{query}")

    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)
    assert says in answer.get_data(as_text=True)


def test_the_register_number_leads_to_the_case_and_stands_in_no_address(office, worker):
    case_id = made.make_case(office, worker)

    answer = send(office.browser(worker), "/cases", "/cases/find", number=number(office, case_id).lower())

    assert answer.status_code == 303
    assert answer.location == f"/cases/{case_id}"


def test_a_part_of_a_number_lists_what_contains_it(office, worker):
    case_id = made.make_case(office, worker)

    answer = send(office.browser(worker), "/cases", "/cases/find", number="2026/00")

    assert answer.location == "/cases?number=2026/00"
    assert listed(office, worker, "?number=2026/00") == [number(office, case_id)]


def test_a_name_typed_for_a_number_goes_nowhere(office, worker):
    answer = send(office.browser(worker), "/cases", "/cases/find", number="Bunga Rekaan")

    assert answer.status_code == 303
    assert answer.location == "/cases"


def test_an_empty_list_says_what_to_do(office, worker):
    nothing = office.browser(worker).get("/cases").get_data(as_text=True)
    filtered = office.browser(worker).get("/cases?stage=ST8_PASCA").get_data(as_text=True)

    assert 'class="empty"' in nothing
    assert 'href="/intake' in nothing
    assert 'class="empty"' in filtered
    assert 'href="/cases"' in filtered


def test_somebody_without_cases_to_read_is_turned_away(office):
    assert office.browser(office.somebody("DATA")).get("/cases").status_code == 403


# --- closed, and still watched ---------------------------------------------------------------------------------------


def test_a_closed_file_whose_legal_steps_are_watched_says_so_and_is_found_by_it(office, supervisor):
    at = people_of(office)
    watched, ended = (at.bring_to(at.case(), "ST6_MONITORING") for _ in range(2))
    for case_id, legal_watch in ((watched, True), (ended, False)):
        at.propose(case_id, at.clients(case_id)[0], legal_watch=legal_watch)
    words = "Ditutup, pantauan hukum berlanjut"
    boss = office.browser(supervisor)
    assert listed(office, supervisor, "?legal_watch=1") == []
    assert words not in boss.get(f"/cases/{watched}").get_data(as_text=True), "the end was only proposed"

    for case_id in (watched, ended):
        at.step(case_id, "close", at.supervisor)
    assert listed(office, supervisor, "?legal_watch=1") == [number(office, watched)]
    opened = [line.sections for line in office.events() if line.event == "case:listed"]
    assert any(Section.TERMINATION.value in sections for sections in opened)
    pages = {case_id: boss.get(f"/cases/{case_id}").get_data(as_text=True) for case_id in (watched, ended)}
    assert (words in pages[watched], words in pages[ended]) == (True, False)

    at.step(watched, "reopen", at.supervisor, clients=tuple(at.clients(watched)))
    assert listed(office, supervisor, "?legal_watch=1") == []
