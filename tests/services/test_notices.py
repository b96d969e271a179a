"""Who is told of what, once per step, again until somebody acknowledges; in the act that causes it (issue 4 points 5 and 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import event, select
from structlog.testing import capture_logs

from app.cases import team
from app.cases.models import Case
from app.cases.queries import team_of
from app.cases.team import take_off
from app.clocks import services as clocks
from app.clocks.services import Waiver
from app.domain.errors import Conflict, NotFound, NotPermitted
from app.domain.notices import Mailing
from app.notifications import choices, queries, services, telling
from app.notifications.models import Notice, OutboxMail
from app.reference.calendar import indonesian_calendar
from app.referrals import services as referrals
from app.referrals.services import Answer
from app.work import Work
from tests import case_factories as cases
from tests import notice_office as notes
from tests import referral_office as desk
from tests.factories import OPERATOR, Office, Someone
from tests.sharing import office

__all__ = ["office"]
pytestmark = pytest.mark.own_office

ACK = "DEF-REF-ACK"


@pytest.fixture
def people(office: Office) -> dict[str, Someone]:
    roles = {"manager": "MANAJER", "helper": "PENDAMPING", "supervisor": "SUPERVISOR", "head": "KEPALA"}
    return {name: office.somebody(role) for name, role in roles.items()}


@pytest.fixture
def case(office: Office, people: dict[str, Someone]):
    made = desk.make_case(office, people["helper"])
    cases.join_team(office, made, people["manager"], "MANAJER")
    return made


def clock(office: Office, case_id, rule: str = ACK):
    return next(c for c in desk.clocks_of(office, case_id) if c.rule_id == rule)


def refer(office: Office, case_id):
    return desk.make_referral(office, case_id, None, desk.make_institution(office))


def at(office: Office, moment: datetime) -> None:
    office.clock.at = moment
    notes.sweep(office)


def test_each_step_tells_its_people_once_and_raises_what_stands(
    office: Office, people: dict[str, Someone], case
) -> None:
    notes.with_mail(office)
    referral = refer(office, case)
    ack = clock(office, case)

    at(office, ack.warn_at + timedelta(hours=1))
    assert [said.kind for _row, said in notes.of_rule(office, people["manager"], ACK)] == ["WARN"]
    assert (
        notes.notices(office, people["supervisor"]) == notes.notices(office, people["helper"]) == []
    )  # a manager there is
    seen = len(office.events())
    assert notes.sweep(office) == 0
    assert len(office.events()) == seen

    at(office, ack.due_at + timedelta(hours=2))
    assert ack.supervisor_at is not None
    assert ack.head_at is not None
    at(office, ack.supervisor_at + timedelta(hours=1))
    at(office, ack.head_at + timedelta(hours=1))
    for name in ("manager", "supervisor", "head"):
        found = notes.of_rule(office, people[name], ACK)
        assert [(said.kind, row.case_id) for row, said in found] == [("HEAD", case)], name
    given = [e.purpose for e in office.events() if e.event == "notice:given" and e.cases == str(case)]
    assert {"warn", "due", "supervisor", "head"} <= set(given)

    with office.work() as work:  # answered: nothing is left to see to
        referrals.take_step(work, referral, "accept", Answer(work.now))
    assert not any(notes.of_rule(office, people[name], ACK) for name in people)


def test_steps_missed_while_nothing_ran_are_one_notice_and_one_mail_a_person(office: Office, people, case) -> None:
    notes.with_mail(office)
    refer(office, case)
    office.clock.at = clock(office, case).head_at + timedelta(days=1)
    notes.sweep(office)
    assert [said.kind for _row, said in notes.of_rule(office, people["head"], ACK)] == ["HEAD"]
    told = {name: len(notes.notices(office, people[name])) for name in ("manager", "supervisor", "head")}
    assert all(told.values())
    for name, count in told.items():
        assert [m.waiting for m in notes.messages_for(office, people[name].id)] == [count]
    assert notes.messages_for(office, people["helper"].id) == []


def test_it_is_given_again_on_working_days_until_somebody_acknowledges(office: Office, people, case) -> None:
    notes.with_mail(office)
    refer(office, case)
    ack = clock(office, case)
    at(office, ack.due_at + timedelta(hours=1))
    (row, said), *_ = notes.of_rule(office, people["manager"], ACK)
    assert row.again_at is not None
    assert indonesian_calendar().is_working_day((row.again_at + timedelta(hours=8)).date())
    assert notes.again(office) == 0
    office.clock.at = row.again_at
    assert notes.again(office) > 0
    assert notes.again(office) == 0
    (row, said), *_ = notes.of_rule(office, people["manager"], ACK)
    assert said.times == 2

    with office.work(people["manager"].actor) as work:
        services.acknowledge(work, row.id)
    with pytest.raises(Conflict), office.work(people["manager"].actor) as work:
        services.acknowledge(work, row.id)
    office.clock.pass_by(days=1)
    notes.again(office)
    (row, said), *_ = notes.of_rule(office, people["manager"], ACK)
    assert (said.times, row.acknowledged_by) == (2, people["manager"].id)

    at(office, ack.supervisor_at + timedelta(hours=1))  # the next step comes all the same, and is told anew
    (row, said), *_ = notes.of_rule(office, people["manager"], ACK)
    assert (said.kind, row.acknowledged_at) == ("SUPERVISOR", None)
    theirs, _said = notes.of_rule(office, people["supervisor"], ACK)[0]
    with pytest.raises(NotFound), office.work(people["manager"].actor) as work:
        services.acknowledge(work, theirs.id)
    with office.work(people["supervisor"].actor) as work:
        assert services.acknowledge_all(work) >= 1
    (row, _said), *_ = notes.of_rule(office, people["manager"], ACK)
    assert row.acknowledged_by == people["supervisor"].id


def test_it_is_given_again_to_those_who_have_the_case_by_then(office: Office, people, case) -> None:
    refer(office, case)
    at(office, clock(office, case).due_at + timedelta(hours=1))
    (row, _said), *_ = notes.of_rule(office, people["manager"], ACK)
    newcomer = office.somebody("MANAJER")
    cases.join_team(office, case, newcomer, "MANAJER")
    with office.work() as work:
        seat = next(m for m in team_of(work.session, [case]) if m.user_id == people["manager"].id)
        take_off(work, seat)
    office.clock.at = row.again_at
    notes.again(office)
    assert notes.of_rule(office, people["manager"], ACK) == []
    assert [said.times for _row, said in notes.of_rule(office, newcomer, ACK)] == [2]
    assert notes.again(office) == 0


def test_a_waived_clock_is_in_nobodys_list(office: Office, people, case) -> None:
    refer(office, case)
    at(office, clock(office, case).due_at + timedelta(hours=1))
    with office.work(people["manager"].actor) as work:
        clocks.waive(work, case, clock(office, case).id, Waiver("WV_KEHENDAK", "tidak mau"))
    assert notes.of_rule(office, people["manager"], ACK) == []


def test_danger_breaks_the_quiet_hours_and_nothing_else_does(office: Office, people, case) -> None:
    notes.with_mail(office)
    refer(office, case)
    other = desk.make_case(office, people["helper"])
    refer(office, other)
    with office.work() as work:
        hidden = work.session.get_one(Case, other)
        hidden.is_hidden, hidden.risk = True, "RK_TINGGI"
        work.recorded("page:opened")
    night = datetime(2026, 6, 16, 16, 0, tzinfo=UTC)  # 00:00 WITA
    at(office, night)
    assert {mail.next_at for mail in notes.mails(office)} == {datetime(2026, 6, 16, 22, 0, tzinfo=UTC)}
    with office.work() as work:
        work.session.get_one(Case, other).is_hidden = False
        work.recorded("page:opened")
    notes.sweep(office)
    at_once = {mail.user_id for mail in notes.mails(office) if mail.next_at == night}
    assert at_once >= {people["helper"].id}
    assert all(
        row.again_at == night + timedelta(hours=4)
        for row, said in notes.notices(office, people["helper"])
        if said.danger and said.kind != "WARN"
    )


def test_a_person_chooses_what_comes_by_mail_and_when_not(office: Office, people, case) -> None:
    notes.with_mail(office)
    with office.work(people["manager"].actor) as work:
        choices.choose(work, [Mailing.LADDER], time(0), time(0))
    refer(office, case)
    ack = clock(office, case)
    at(office, ack.due_at + timedelta(hours=1))
    assert notes.of_rule(office, people["manager"], ACK)
    assert notes.messages_for(office, people["manager"].id) == []
    at(office, ack.supervisor_at + timedelta(hours=1))
    assert notes.messages_for(office, people["manager"].id) != []


def test_whoever_left_is_on_leave_or_has_a_part_is_not_told(office: Office, people, case) -> None:
    stand_in = office.somebody("PENDAMPING")
    cases.cover(office, people["manager"], stand_in, days=60)
    cases.join_team(office, case, people["supervisor"])
    cases.declare(office, case, people["supervisor"], has_part=True)
    refer(office, case)
    at(office, clock(office, case).supervisor_at + timedelta(hours=1))
    assert notes.notices(office, people["manager"]) == notes.notices(office, people["supervisor"]) == []
    assert notes.of_rule(office, stand_in, ACK)
    assert notes.of_rule(office, people["head"], ACK)  # told in the supervisor's place: nobody else is there


def test_acts_that_wait_for_somebody_tell_them_and_not_who_did_them(office: Office, people, case) -> None:
    notes.with_mail(office)
    newcomer = office.somebody("PENDAMPING")
    cases.put_on_case(office, case, people["supervisor"], newcomer)
    assert notes.kinds(office, newcomer) == ["ASSIGNED"]
    cases.hand_over(office, case, people["manager"], newcomer)
    assert "HANDED_OVER" in notes.kinds(office, newcomer)
    assert notes.notices(office, people["supervisor"]) == []
    cases.propose_end(office, case)
    assert notes.kinds(office, people["supervisor"]) == ["DECISION"]
    boss = office.somebody("SUPERVISOR", unit_id=office.other_unit_id)
    cases.ask_unit(office, desk.make_case(office), office.other_unit_id)
    assert notes.kinds(office, boss) == ["TRANSFER"]
    assert {mail.user_id for mail in notes.mails(office)} >= {newcomer.id, boss.id, people["supervisor"].id}
    row, _said = notes.notices(office, boss)[0]
    with office.work(boss.actor) as work:
        services.acknowledge(work, row.id)
    assert notes.notices(office, boss) == []


def test_an_act_that_waits_for_nobody_else_asks_the_database_nothing(office: Office, people, case) -> None:
    asked: list[str] = []
    event.listen(office.runtime.engine, "before_cursor_execute", lambda _c, _cu, statement, *_: asked.append(statement))
    boss, newcomer = people["supervisor"], office.somebody("PENDAMPING")
    cases.put_on_case(office, case, boss, newcomer)
    assert not any(
        "FROM notice_choices" in statement for statement in asked
    )  # without a mail server they do not matter
    assert notes.kinds(office, newcomer) == ["ASSIGNED"]
    notes.with_mail(office)
    for actor, someone in ((boss.actor, boss), (OPERATOR, people["head"])):
        with office.work(actor) as work:
            assign(work, work.session.get_one(Case, case), someone)
            asked.clear()
            telling.follow(work)
            assert asked == []


def assign(work: Work, case: Case, someone: Someone) -> None:
    seat = team.assign(work, case, someone.id, "PENDAMPING")
    work.session.flush()
    work.recorded("case:assigned", seat.id, row=seat, cases=(case.id,))


def test_a_damaged_mail_of_one_person_stops_no_act_of_others(office: Office, people, case) -> None:
    notes.with_mail(office)
    newcomer = office.somebody("PENDAMPING")
    cases.put_on_case(office, case, people["supervisor"], newcomer)
    with office.work() as work:
        work.session.scalars(select(OutboxMail)).one().message_sealed = b"x"
        work.recorded("page:opened")
    cases.put_on_case(office, desk.make_case(office), people["supervisor"], newcomer)
    assert notes.kinds(office, newcomer) == ["ASSIGNED", "ASSIGNED"]
    assert [mail.state for mail in notes.mails(office)] == ["waiting", "waiting"]


def test_a_damaged_notice_is_passed_over_and_the_technical_log_counts_it(office: Office, people, case) -> None:
    refer(office, case)
    other = desk.make_case(office)
    cases.join_team(office, other, people["manager"], "MANAJER")
    refer(office, other)
    at(office, clock(office, case).due_at + timedelta(hours=1))
    with office.work() as work:
        rows = work.session.scalars(select(Notice).where(Notice.again_at.is_not(None))).all()
        office.clock.at = max(row.again_at for row in rows if row.again_at is not None)
        damaged = {row.id for row in rows if row.case_id == case}
        for row in rows:
            if row.id in damaged:
                row.notice_sealed = b"x"
        work.recorded("page:opened")
    with capture_logs() as said:
        assert notes.again(office) == len(rows) - len(damaged) > 0
        assert notes.again(office) == 0
    assert damaged
    assert [line for line in said if line["log_level"] == "error"] == [
        {"event": "notices.unreadable", "count": len(damaged), "log_level": "error"}
    ] * 2


def test_all_are_acknowledged_however_many_the_page_shows(office: Office, people, case, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for _ in range(4):
        notes.give(office, people["manager"], case)
    refer(office, case)
    at(office, clock(office, case).supervisor_at + timedelta(hours=1))
    waiting = len(notes.notices(office, people["manager"]))
    with office.work(people["manager"].actor) as work:
        assert services.acknowledge_all(work) == waiting
        assert queries.waiting_count(work) == 0
    assert {row.acknowledged_by for row, _said in notes.of_rule(office, people["supervisor"], ACK)} == {
        people["manager"].id
    }


def test_an_act_that_comes_to_nothing_tells_nobody(office: Office, people, case, monkeypatch) -> None:
    notes.with_mail(office)
    newcomer = office.somebody("PENDAMPING")
    broken = replace(
        office.runtime, append=lambda _work, _lines: 1 // 0
    )  # the log cannot be written: the very last thing of an act
    monkeypatch.setattr(office, "runtime", broken)
    with pytest.raises(ZeroDivisionError):
        cases.put_on_case(office, case, people["supervisor"], newcomer)
    monkeypatch.undo()
    assert notes.notices(office, newcomer) == []
    assert notes.messages_for(office, newcomer.id) == []


def test_without_a_mail_server_nothing_is_put_into_the_outbox(office: Office, people, case) -> None:
    refer(office, case)
    at(office, clock(office, case).head_at + timedelta(hours=1))
    assert notes.notices(office, people["head"])
    assert not notes.mails(office)
    assert notes.send(office) == 0


def test_what_a_notice_says_is_sealed_and_only_administrators_send_again(office: Office, people, case) -> None:
    refer(office, case)
    at(office, clock(office, case).head_at + timedelta(hours=1))
    with office.runtime.looking(OPERATOR) as work:
        rows = work.session.scalars(select(Notice)).all()
        assert rows
        assert not any(b"DEF" in row.notice_sealed or b"DEF" in (row.clock_tag or b"") for row in rows)
    with pytest.raises(NotPermitted), office.work(people["head"].actor) as work:
        services.send_again(work, rows[0].id)
