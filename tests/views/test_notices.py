"""The pages of notices: the list and its badge, choices, the digest, the calendar. Nothing personal in any of what leaves the office."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import pytest
from sqlalchemy import event, update

from app.answers import services as answers
from app.cases.models import Case
from app.jobs import labels
from app.jobs.claims import run_due
from app.jobs.registry import JOBS
from app.notifications import choices
from app.notifications.models import Digest
from app.web.runtime import runtime as runtime_of
from tests import case_factories as cases
from tests import notice_office as notes
from tests import referral_office as desk
from tests.factories import OPERATOR, PASSWORD, Office, Someone, fill, send
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def manager(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Sekar Manajer")


@pytest.fixture
def late(office: Office, manager: Someone):
    """A case whose referral nobody answered, with its people told."""
    case = desk.make_case(office)
    cases.join_team(office, case, manager, "MANAJER")
    desk.make_referral(office, case, None, desk.make_institution(office))
    office.clock.at = next(c for c in desk.clocks_of(office, case) if c.rule_id == "DEF-REF-ACK").due_at + timedelta(
        hours=2
    )
    notes.sweep(office)
    return case


def test_the_list_says_what_waits_and_acknowledging_takes_it_off_the_badge(
    office: Office, manager: Someone, late
) -> None:
    client = office.browser(manager)
    notes.give(office, manager, late)
    waiting = len(notes.notices(office, manager))
    page = client.get("/notices").get_data(as_text=True)
    assert page.count('action="/notices/') == waiting + 1  # each, and all of them
    assert f"/oversight/cases/{late}" in page or str(late) in page
    home = client.get("/").get_data(as_text=True)
    assert re.search(rf'class="top__bell".*tag--bad">{waiting}<', home)

    row = next(row for row, _said in notes.notices(office, manager) if row.clock_tag is not None)
    answer = send(client, "/notices", f"/notices/{row.id}/acknowledge")
    assert answer.status_code == 303
    assert send(client, "/notices", f"/notices/{row.id}/acknowledge").status_code == 409
    assert send(client, "/notices", "/notices/acknowledge").status_code == 303
    assert 'class="tag tag--bad">' not in client.get("/leave").get_data(as_text=True)
    assert "Sekar Manajer" in client.get("/notices").get_data(as_text=True)


def test_the_badge_costs_one_question_however_much_waits(office: Office, manager: Someone, late) -> None:
    client = office.browser(manager)
    asked: list[str] = []
    engine = runtime_of(office.app).engine

    def count() -> int:
        asked.clear()
        client.get("/leave")
        return len(asked)

    event.listen(engine, "before_cursor_execute", lambda _c, _cu, statement, *_: asked.append(statement))
    before = count()
    for _ in range(5):
        notes.give(office, manager, late)
    assert count() == before
    assert sum("FROM notices" in statement for statement in asked) == 1


def test_a_notice_of_a_case_that_is_closed_to_the_person_tells_nothing(office: Office, late) -> None:
    outsider = office.somebody("PENDAMPING")
    notes.give(office, outsider, late)
    page = office.browser(outsider).get("/notices").get_data(as_text=True)
    assert str(late) not in page
    assert cases.case_row(office, late).register_no not in page
    assert page.count('action="/notices/') == 1


def test_choices_are_kept_and_a_wrong_time_keeps_what_was_typed(office: Office, manager: Someone) -> None:
    client = office.browser(manager)
    page = client.get("/notices/choices").get_data(as_text=True)
    assert "OWN" in page
    assert "DAILY" not in page  # digests are for those who see the unit's deadlines
    wrong = fill(client, "/notices/choices", quiet_from="25.99", quiet_until="06:00")
    assert wrong.status_code == 422
    assert "25.99" in wrong.get_data(as_text=True)
    forged = fill(client, "/notices/choices", mail="DAILY", quiet_from="22:00", quiet_until="05:30")
    assert forged.status_code == 422
    assert fill(client, "/notices/choices", quiet_from="22.00", quiet_until="05:30").status_code == 303
    with office.work(manager.actor) as work:
        held = choices.own(work)
    assert set(held.mail) == {"LADDER", "DAILY", "WEEKLY"}  # what was not offered stays as it was
    assert (held.quiet_from, held.quiet_until) == (22 * 60, 5 * 60 + 30)


# --- the digest ------------------------------------------------------------------------------------------------------


def test_without_mail_the_first_sign_in_of_the_day_shows_the_digest_and_later_ones_do_not(office: Office, late) -> None:
    head = office.somebody("KEPALA")
    wanted = {"next": f"/cases/{late}"}

    def sign_in() -> str:
        client = office.stranger()
        page = client.get("/sign-in", query_string=wanted).get_data(as_text=True)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        fields = {"csrf_token": token.group(1), "email": head.email, "password": PASSWORD}
        answer = client.post("/sign-in", query_string=wanted, data=fields)
        if "digest" in answer.location:
            page = client.get(answer.location).get_data(as_text=True)
            assert cases.case_row(office, late).register_no in page
            onward = re.search(r'action="(/notices/digest/read[^"]*)"', page)
            assert onward
            assert send(client, answer.location, onward.group(1)).location == f"/cases/{late}"
        return str(answer.location)

    assert sign_in().startswith("/notices/digest?next=")
    assert sign_in() == f"/cases/{late}"
    office.clock.pass_by(days=1)
    assert sign_in().startswith("/notices/digest?next=")
    with office.runtime.looking(OPERATOR) as work:
        assert {row.sort for row in work.session.query(Digest)} == {"screen"}


def test_an_answer_that_waits_leads_to_the_digest_where_no_deadline_is_near(office: Office) -> None:
    head, case = office.somebody("KEPALA"), desk.make_case(office)
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work() as work:
        work.session.execute(update(Case).values(due_at=None))

    def sign_in() -> str:
        return str(fill(office.stranger(), "/sign-in", email=head.email, password=PASSWORD).location)

    assert "digest" not in sign_in()
    with office.work() as work:
        answers.enter(work, referral, answers.Said("received", "Petugas Rekaan"))
    with office.work() as work:
        work.session.execute(update(Case).values(due_at=None))
    assert sign_in().startswith("/notices/digest")


def test_the_sheet_is_nameless_and_belongs_to_those_who_see_the_unit(office: Office, manager: Someone, late) -> None:
    boss = office.somebody("SUPERVISOR", name="Ratna Pengawas")
    page = office.browser(boss).get("/notices/digest/sheet").get_data(as_text=True)
    body = page.split("<main", 1)[1]
    assert cases.case_row(office, late).register_no in body
    for secret in ("Anak Uji", "Terlapor", "Sekar", "Ratna", "DEF-", "Lembaga"):
        assert secret not in body
    assert office.browser(manager).get("/notices/digest").status_code == 403
    other = office.somebody("SUPERVISOR", unit_id=office.other_unit_id)
    assert cases.case_row(office, late).register_no not in office.browser(other).get("/notices/digest").get_data(
        as_text=True
    )


# --- the calendar ----------------------------------------------------------------------------------------------------


def address_of(page: str) -> str:
    found = re.search(r"<code[^>]*>https?://[^/]+(/calendar/[^<]+)</code>", page)
    assert found
    return found.group(1)


def test_a_calendar_says_when_and_nothing_else_and_its_address_can_be_taken_back(
    office: Office, manager: Someone, late
) -> None:
    client, phone = office.browser(manager), office.stranger("10.0.0.7")
    answer = send(client, "/calendar", "/calendar")
    assert answer.status_code == 200
    path = address_of(answer.get_data(as_text=True))
    assert path not in client.get("/calendar").get_data(as_text=True)

    given = phone.get(path)
    text = given.get_data(as_text=True)
    assert given.content_type == "text/calendar; charset=utf-8"
    due = cases.case_row(office, late).due_at
    assert due is not None
    assert f"DTSTART:{due.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n" in text
    assert {line.split(":")[0] for line in text.split("\r\n")} == {
        "BEGIN", "VERSION", "PRODID", "X-WR-CALNAME", "REFRESH-INTERVAL;VALUE=DURATION", "UID", "DTSTAMP", "DTSTART", "SUMMARY", "CLASS",
        "TRANSP", "END", "",
    }  # fmt: skip
    assert set(re.findall("SUMMARY:(.*)\r", text)) == {"Naungan: tenggat"}
    assert all(len(line) <= 75 for line in text.split("\r\n"))
    for secret in (str(late), cases.case_row(office, late).register_no, "Sekar", manager.email):
        assert secret not in text

    other = office.somebody("MANAJER")
    empty = address_of(send(office.browser(other), "/calendar", "/calendar").get_data(as_text=True))
    assert "VEVENT" not in phone.get(empty).get_data(as_text=True)

    fresh = address_of(send(client, "/calendar", "/calendar").get_data(as_text=True))
    assert phone.get(path).status_code == 404
    assert phone.get(fresh).status_code == 200
    assert send(client, "/calendar", "/calendar/close").status_code == 303
    assert phone.get(fresh).status_code == 404
    assert phone.get("/calendar/" + "x" * 43).status_code == 404
    assert phone.get("/calendar/short").status_code == 404


def test_a_calendar_ends_with_the_account_and_asks_for_patience(office: Office, manager: Someone) -> None:
    from app.accounts import services

    path = address_of(send(office.browser(manager), "/calendar", "/calendar").get_data(as_text=True))
    with office.work() as work:
        services.disable(work, manager.id)
    phone = office.stranger("10.0.0.8")
    assert phone.get(path).status_code == 404
    answers = [phone.get(path).status_code for _ in range(60)]
    assert answers[-1] == 429
    assert office.stranger("10.0.0.9").get(path).status_code == 404
    office.clock.pass_by(minutes=2)
    assert phone.get(path).status_code == 404


# --- jobs and mail ---------------------------------------------------------------------------------------------------


def test_administrators_see_what_ran_and_what_was_given_up_and_send_it_again(office: Office, manager: Someone) -> None:
    admin = office.browser(office.somebody("ADMIN"))
    mail_id = notes.dead_mail(office, manager)
    run_due(office.runtime, next(job for job in JOBS if job.name == "digest"))
    page = admin.get("/jobs").get_data(as_text=True)
    assert all(f">{job.name}</span>" in page for job in JOBS)
    assert "Sekar Manajer" in page
    assert manager.email not in page
    assert send(admin, "/jobs", f"/jobs/mail/{mail_id}/again").status_code == 303
    assert send(admin, "/jobs", f"/jobs/mail/{mail_id}/again").status_code == 404
    assert {row.state for row in notes.mails(office) if row.id == mail_id} == {"waiting"}
    assert set(labels.JOBS) == {job.name for job in JOBS}
