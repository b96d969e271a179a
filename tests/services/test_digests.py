"""The digest: at 07:30 where the unit is, once a day and person, on Mondays for the week; numbers only (issue 4 point 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import services as accounts
from app.answers import services as answers
from app.clocks.board import When
from app.domain.zones import Zone
from app.jobs.claims import run_due
from app.jobs.registry import JOBS
from app.notifications import digests, letter, outbox
from tests import case_factories as cases
from tests import notice_office as notes
from tests import referral_office as desk
from tests.factories import OPERATOR, Office, Someone
from tests.sharing import office

__all__ = ["office"]
pytestmark = pytest.mark.own_office

TUESDAY = datetime(2026, 6, 16, 23, 30, tzinfo=UTC)  # Wednesday 17 June 2026, 07:30 WITA
MONDAY = datetime(2026, 6, 21, 23, 30, tzinfo=UTC)  # Monday 22 June, 07:30 WITA
JOB = next(job for job in JOBS if job.name == digests.JOB)


@pytest.fixture
def head(office: Office) -> Someone:
    return office.somebody("KEPALA")


def made(office: Office, at: datetime) -> int:
    office.clock.at = at
    return digests.make_due(office.runtime, at)


def test_it_is_made_at_half_past_seven_where_the_unit_is_and_once_a_day(office: Office, head: Someone) -> None:
    notes.with_mail(office)
    with office.work() as work:
        east = accounts.create_unit(work, area_code="94.71", name="UPTD PPA Timur", zone=Zone.WIT).id
    far = office.somebody("SUPERVISOR", unit_id=east)
    office.somebody("MANAJER")
    assert made(office, TUESDAY - timedelta(hours=1, minutes=1)) == 0
    assert made(office, TUESDAY - timedelta(hours=1)) == 1  # 07:30 WIT
    assert [m.sort for m in notes.messages_for(office, far.id)] == ["DAILY"]
    assert made(office, TUESDAY - timedelta(minutes=1)) == 0
    assert made(office, TUESDAY) == 1
    assert made(office, TUESDAY + timedelta(hours=9)) == 0
    assert [m.sort for m in notes.messages_for(office, head.id)] == ["DAILY"]
    assert JOB.due(TUESDAY) == TUESDAY
    assert JOB.due(TUESDAY - timedelta(hours=1)) == TUESDAY - timedelta(hours=1)
    assert JOB.due(TUESDAY + timedelta(hours=1)) == TUESDAY + timedelta(hours=1)


def test_a_computer_that_was_off_makes_todays_when_it_starts_and_never_yesterdays(
    office: Office, head: Someone
) -> None:
    notes.with_mail(office)
    office.clock.at = TUESDAY + timedelta(hours=3, minutes=7)
    assert run_due(office.runtime, JOB) == 1
    office.clock.at = TUESDAY + timedelta(days=3, hours=-4)  # switched on at 03:30, after two days
    assert run_due(office.runtime, JOB) == 0
    office.clock.at = TUESDAY + timedelta(days=3)
    assert run_due(office.runtime, JOB) == 1
    assert len(notes.messages_for(office, head.id)) == 2


def test_the_weekly_digest_takes_the_place_of_the_daily_one_on_mondays(office: Office, head: Someone) -> None:
    notes.with_mail(office)
    made(office, MONDAY)
    assert [m.sort for m in notes.messages_for(office, head.id)] == ["WEEKLY"]
    assert len(notes.mails(office)) == 1


def test_it_counts_what_its_reader_may_see_and_says_nothing_else(office: Office, head: Someone) -> None:
    notes.with_mail(office)
    manager = office.somebody("MANAJER")
    case = desk.make_case(office)
    cases.join_team(office, case, manager, "MANAJER")
    desk.make_case(office, unit_id=office.other_unit_id)
    neighbour = office.somebody("KEPALA", unit_id=office.other_unit_id)
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work() as work:
        answers.enter(work, referral, answers.Said("received", "Petugas Rekaan"))
    office.clock.at = MONDAY - timedelta(hours=12)
    notes.sweep(office)
    made(office, MONDAY)
    (mine,) = [m for m in notes.messages_for(office, head.id) if m.sort == "WEEKLY"]
    (theirs,) = [m for m in notes.messages_for(office, neighbour.id) if m.sort == "WEEKLY"]
    with office.runtime.looking(head.actor) as work:
        shown = digests.look(work)
        sheet, cut = digests.sheet(work)
    assert mine.overdue == len(sheet[When.OVERDUE]) == 1 == theirs.overdue
    assert not cut
    assert (mine.told, mine.unseen) == (shown.told, shown.unseen)
    assert mine.told > 0
    text = letter.render(
        mine,
        sender="n@a.id",
        recipient="o@a.id",
        message_id="<1@a.id>",
        written_at=MONDAY,
        language="id",
        public_url=None,
    )
    assert b"- lewat: 1\r\n" in text
    assert (mine.answers, theirs.answers) == (1, 0)
    assert b"menunggu konfirmasi: 1\r\n" in text
    assert b"Rekaan" not in text
    assert cases.case_row(office, case).register_no.encode() not in text


def test_it_can_be_killed_between_any_two_people(
    office: Office, head: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.with_mail(office)
    others = [office.somebody("SUPERVISOR") for _ in range(3)]
    put, calls = outbox.put, []

    def dies(*given: object) -> None:
        calls.append(given)
        if len(calls) == 3:
            raise SystemExit
        put(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "put", dies)
    office.clock.at = TUESDAY
    with pytest.raises(SystemExit):
        digests.make_due(office.runtime, TUESDAY)
    monkeypatch.undo()
    assert len(notes.mails(office)) == 2
    assert digests.make_due(office.runtime, TUESDAY) == 2
    assert sorted(mail.user_id for mail in notes.mails(office)) == sorted(p.id for p in (head, *others))


def test_whoever_reads_it_on_screen_before_it_is_made_still_gets_it(office: Office, head: Someone) -> None:
    notes.with_mail(office)
    office.clock.at = TUESDAY - timedelta(hours=1)
    with office.work(head.actor) as work:
        digests.note_read(work)
    with office.work(head.actor) as work:
        digests.note_read(work)
    assert made(office, TUESDAY) == 1
    with office.runtime.looking(head.actor) as work:
        assert not digests.is_unread(work)
    with office.runtime.looking(OPERATOR) as work:
        assert not digests.is_unread(work)
    office.clock.at = TUESDAY + timedelta(days=40)
    with office.work() as work:
        digests.forget_old(work)
