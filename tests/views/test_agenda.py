"""*Kalender*: the weeks ahead by day, one's own and the unit's (issue 4 point 7)."""

from __future__ import annotations

import html
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import conferences, records
from app.clocks.models import CaseClocks
from app.domain.zones import Zone, day_range
from app.security.structs import course, safety
from app.security.structs.work import Service, ServiceText
from app.tasks import agenda, services
from app.tasks.agenda import Span
from tests import case_factories as made
from tests import safety_office
from tests.factories import Office, Someone

TODAY = date(2026, 5, 20)
MONDAY = date(2026, 5, 18)


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


def page(office: Office, who: Someone, url: str = "/agenda") -> str:
    answer = office.browser(who).get(url)
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def day_of(text: str, day: date) -> str:
    """What the list says of one day; empty where nothing stands there."""
    _before, found, rest = text.partition(f'id="d{day.isoformat()}"')
    return rest.partition("</section>")[0] if found else ""


def step_on(office: Office, who: Someone, case_id: UUID, day: date) -> None:
    client_id = made.row_ids(office, made.Client, case_id)[0]
    with office.work(who.actor) as work:
        given = Service(client_id=client_id, on=TODAY, activity="AK_KONSELING", next_on=day)
        records.record_service(work, case_id, given, ServiceText(next_step="antar ke sekolah"))


@pytest.mark.parametrize(
    ("asked", "weeks", "first"),
    [
        (None, 4, MONDAY),
        (MONDAY, 2, MONDAY),
        (MONDAY + timedelta(days=6), 1, MONDAY),
        (MONDAY + timedelta(days=7), 1, MONDAY + timedelta(days=7)),
        (TODAY + timedelta(days=366), 1, agenda.monday_of(TODAY + timedelta(days=366))),
        (TODAY + timedelta(days=367), 1, MONDAY),
        (date.min, 1, MONDAY),
        (date.max, 1, MONDAY),
    ],
)
def test_a_calendar_is_whole_weeks_from_a_monday_within_reach(asked, weeks, first):
    found = agenda.span(asked, weeks, TODAY)
    assert found == Span(first, weeks)
    assert found.days[0] == first
    assert found.days[-1] == found.last
    assert len(found.days) == 7 * weeks
    assert agenda.span(asked, 99, TODAY).weeks == agenda.USUAL


def test_what_is_planned_stands_on_its_day_without_words_and_names(office, worker, case_id):
    due = TODAY + timedelta(days=2)
    step_on(office, worker, case_id, due)
    step_on(office, worker, case_id, MONDAY + timedelta(days=7))
    with office.work(worker.actor) as work:
        services.set_down(work, "beli map", due)
        head = course.Conference(on=TODAY, kind="KK_KASUS", staff=(worker.id,))
        conferences.record(work, case_id, head, course.ConferenceText(issue="pokok"))
    text = page(office, worker, "/agenda?weeks=1")

    assert "Setelah: Konseling" in day_of(text, due)
    assert "beli map" in day_of(text, due)
    assert "Konferensi kasus" in day_of(text, TODAY)
    assert not day_of(text, MONDAY + timedelta(days=7))
    assert "Setelah: Konseling" in day_of(page(office, worker, "/agenda?weeks=2"), MONDAY + timedelta(days=7))
    assert "antar ke sekolah" not in text
    assert "Anak Uji" not in text
    assert office.events()[-1].event == Event.AGENDA_LISTED
    assert str(case_id) in office.events()[-1].cases


def test_what_is_over_and_waits_for_nobody_is_no_entry_that_still_waits(office, worker, case_id):
    past = TODAY - timedelta(days=30)
    with office.work(worker.actor) as work:
        head = course.Conference(on=past, kind="KK_KASUS", staff=(worker.id,))
        conferences.record(work, case_id, head, course.ConferenceText(issue="pokok"))
    assert "sebelum minggu-minggu ini masih menunggu" not in page(office, worker)
    with office.work(worker.actor) as work:
        services.set_down(work, "beli map", past)
    assert "1 agenda sebelum minggu-minggu ini masih menunggu" in page(office, worker)


def test_every_running_deadline_stands_on_the_day_it_runs_out_in_the_units_zone(office, worker, case_id):
    with office.work() as work:
        zone = Zone.WIB if (unit := work.session.get(Unit, worker.unit_id)) is None else Zone(unit.zone)
    due = made.case_row(office, case_id).due_at
    day = next(day for day in Span(MONDAY, 6).days if day_range(day, zone)[0] <= due < day_range(day, zone)[1])
    assert f"/clocks/cases/{case_id}" in day_of(page(office, worker, "/agenda?weeks=6"), day)


def test_the_unit_sees_everybodys_and_one_worker_by_choice(office, worker, case_id):
    other = office.somebody("MANAJER")
    second = made.make_case(office, other)
    due = TODAY + timedelta(days=2)
    step_on(office, worker, case_id, due)
    step_on(office, other, second, due)
    with office.work(worker.actor) as work:
        services.set_down(work, "beli map", due)
    boss = office.somebody("SUPERVISOR")

    unit = day_of(page(office, boss, "/agenda/unit"), due)
    assert unit.count("Setelah: Konseling") == 2
    assert "beli map" not in unit
    one = day_of(page(office, boss, f"/agenda/unit?worker={other.id}"), due)
    assert one.count("Setelah: Konseling") == 1
    assert str(second) in one
    assert office.browser(worker).get("/agenda/unit").status_code == 403
    assert office.browser(boss).get("/agenda/unit?worker=intruder").status_code == 422


def test_the_step_of_a_colleague_on_the_same_file_stands_in_the_colleagues_calendar_alone(office, worker, case_id):
    colleague = office.somebody("PENDAMPING")
    made.join_team(office, case_id, colleague)
    due = TODAY + timedelta(days=2)
    step_on(office, worker, case_id, due)
    assert "Setelah: Konseling" in day_of(page(office, worker), due)
    assert "Setelah: Konseling" not in page(office, colleague)


def test_the_end_of_a_stay_in_a_shelter_is_for_those_on_the_list(office, worker, case_id):
    colleague = office.somebody("PENDAMPING")
    made.join_team(office, case_id, colleague)
    end = TODAY + timedelta(days=5)
    safety_office.enter(office, worker, case_id, expected_end=end)

    assert f"/cases/{case_id}/shelter" in day_of(page(office, worker), end)
    assert "/shelter" not in day_of(page(office, colleague), end)
    listed = [each for each in office.events() if each.event == Event.SHELTER_LISTED]
    assert {each.actor_id for each in listed} == {worker.id}


def test_a_stay_made_longer_ends_on_its_last_day():
    stay = safety.ShelterStay(client_id=UUID(int=1), institution_id=UUID(int=2), in_on=TODAY, expected_end=TODAY)
    assert agenda.end_of(stay) == TODAY
    longer = safety.Extension(on=TODAY, until=TODAY + timedelta(days=9))
    assert agenda.end_of(safety.ShelterStay(**{**_fields(stay), "extensions": (longer,)})) == longer.until


def _fields(stay: safety.ShelterStay) -> dict[str, object]:
    return {name: getattr(stay, name) for name in stay.__struct_fields__}


def test_a_case_whose_clocks_do_not_open_is_counted_and_the_calendar_stands(office, worker, case_id):
    step_on(office, worker, case_id, TODAY)
    with office.work() as work:
        row = work.session.get_one(CaseClocks, case_id)
        row.clocks_sealed = row.clocks_sealed[:-1] + bytes([row.clocks_sealed[-1] ^ 1])
    text = page(office, worker)
    assert "1 catatan tidak dapat dibuka" in text
    assert "Setelah: Konseling" in day_of(text, TODAY)


def test_the_number_of_queries_does_not_grow_with_the_files(office, worker, case_id):
    boss = office.somebody("SUPERVISOR")
    browser, counted = office.browser(boss), []
    browser.get("/agenda/unit")

    def ask() -> int:
        counted.clear()
        browser.get("/agenda/unit")
        return len(counted)

    def count(*_given: object) -> None:
        counted.append(1)

    event.listen(office.runtime.engine, "before_cursor_execute", count)
    try:
        few = ask()
        for _ in range(3):
            step_on(office, worker, made.make_case(office, worker), TODAY)
        assert ask() == few
    finally:
        event.remove(office.runtime.engine, "before_cursor_execute", count)
