"""Who works on a case: put there, declaring, handing on, standing in. The assignment is the reason for opening (design 2)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.accounts import covers
from app.accounts.models import LeaveCover, Unit
from app.audit.events import Event
from app.cases import declarations, handovers, impartial, queries, records, team
from app.cases.handovers import Passing
from app.cases.impartial import Stance
from app.cases.models import Case, Declaration, HandOver, TeamMember
from app.cases.registration import register_case
from app.db.session import write_session
from app.domain.access import Actor
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.domain.zones import Zone, day_start
from app.security.structs.case import NoteHead
from tests import case_factories as made
from tests.factories import Office, Someone
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def boss(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Wati Contoh")


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Hasan Contoh")


def is_on_team(office: Office, actor: Actor, case_id: UUID) -> bool:
    with office.runtime.looking(actor) as work:
        return queries.is_on_team(work, case_id)


def sees(office: Office, actor: Actor, case_id: UUID) -> bool:
    with office.runtime.looking(actor) as work:
        listed = work.session.scalar(queries.visible_to(actor).where(Case.id == case_id)) is not None
        try:
            queries.get(work, case_id)
        except NotFound:
            return False
        return listed


def refusal(office: Office, actor: Actor, act) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as told, office.work(actor) as work:
        act(work)
    return told.value.problems[0].code


# --- a part in the matter --------------------------------------------------------------------------------------------


def test_who_is_put_on_a_case_sees_it_but_works_on_it_only_after_declaring(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    assert sees(office, worker.actor, case_id)
    assert not is_on_team(office, worker.actor, case_id)
    with pytest.raises(NotPermitted), office.work(worker.actor) as work:
        records.write_note(work, case_id, NoteHead(on=made.today(office)), "catatan")
    made.declare(office, case_id, worker)
    assert is_on_team(office, worker.actor, case_id)


def test_who_took_the_report_down_needs_no_declaration(office, boss):
    taker = office.somebody("PENERIMA")
    with office.work(taker.actor) as work:
        intake = made.intake(work, (made.client(),))
        case_id = register_case(work, intake, work.session.get_one(Unit, office.unit_id)).id
    assert is_on_team(office, taker.actor, case_id)


def test_a_supervisor_on_the_team_declares_like_everybody(office, boss):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, boss)
    assert not is_on_team(office, boss.actor, case_id)


def test_a_declared_part_takes_even_the_last_one_off_and_the_supervisor_is_told(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    made.declare(office, case_id, worker, has_part=True)
    assert not sees(office, worker.actor, case_id)
    with office.runtime.looking(boss.actor) as work:
        assert case_id in [case.id for case in declarations.waiting(work)]
        assert queries.team_of(work.session, [case_id]) == []


def test_a_declared_part_needs_its_words(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    told = refusal(office, worker.actor, lambda work: declarations.declare(work, case_id, has_part=True, words=" "))
    assert told == "required"


def test_nobody_with_a_part_is_put_back_until_a_supervisor_lets_the_person_work(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    declared = made.declare(office, case_id, worker, has_part=True)
    again = lambda work: team.assign_person(work, case_id, worker.id, "PENDAMPING", knowingly=True)  # noqa: E731
    assert refusal(office, boss.actor, again) == "assign.has-part"
    with office.work(boss.actor) as work:
        declarations.decide(work, case_id, declared, may_work=False, words="")
    assert refusal(office, boss.actor, again) == "assign.has-part"
    with office.work(boss.actor) as work:
        declarations.decide(work, case_id, declared, may_work=True, words="kerabat jauh, tidak ada petugas lain")
        assert case_id not in [case.id for case in declarations.waiting(work)]
    with office.work(boss.actor) as work:
        again(work)
    assert is_on_team(office, worker.actor, case_id)


def test_a_supervisor_with_a_part_neither_decides_on_it_nor_changes_the_case(office, boss):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, boss)
    declared = made.declare(office, case_id, boss, has_part=True)
    with pytest.raises(NotPermitted), office.work(boss.actor) as work:
        declarations.decide(work, case_id, declared, may_work=True, words="tidak apa-apa")
    with pytest.raises(NotPermitted), office.work(boss.actor) as work:
        records.write_note(work, case_id, NoteHead(on=made.today(office)), "catatan")


def test_a_part_stands_in_no_column_and_only_this_program_can_write_one(office, boss, worker):
    """A thief learns from no column who is related to whom; whoever writes the row behind the program declares nothing."""
    case_id = made.make_case(office)
    other = office.somebody("PENDAMPING")
    for someone in (worker, other):
        made.put_on_case(office, case_id, boss, someone)
    made.declare(office, case_id, worker, has_part=True)
    made.declare(office, case_id, other)
    with office.work() as work:
        rows = {
            row.user_id: row for row in work.session.scalars(select(Declaration).where(Declaration.case_id == case_id))
        }
        clear = [
            {column.name for column in Declaration.__table__.columns if getattr(row, column.name) is not None}
            for row in rows.values()
        ]
        assert clear[0] == clear[1]
        assert impartial.stance_of(work, rows[worker.id]) is Stance.INVOLVED
        assert impartial.stance_of(work, rows[other.id]) is Stance.FREE
        rows[worker.id].mac, rows[other.id].mac = rows[other.id].mac, rows[worker.id].mac
        assert {impartial.stance_of(work, row) for row in rows.values()} == {None}


def test_the_log_does_not_tell_what_was_declared(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    made.declare(office, case_id, worker)
    made.declare(office, case_id, worker, has_part=True)
    made_events = [event for event in office.events() if event.event == Event.PART_DECLARED]
    assert len({(event.purpose, event.result) for event in made_events}) == 1


# --- names that sound alike ------------------------------------------------------------------------------------------


def test_a_name_that_sounds_like_somebodys_is_asked_about_once_and_then_noted(office, boss):
    case_id = made.make_case(office)  # reported person: Terlapor Rekaan 0
    brother = office.somebody("PENDAMPING", name="Yusup Terlapoor")
    put = lambda work, **how: team.assign_person(work, case_id, brother.id, "PENDAMPING", **how)  # noqa: E731
    assert refusal(office, boss.actor, put) == "assign.namesake"
    with office.work(boss.actor) as work:
        put(work, knowingly=True)
    assert office.events()[-1].purpose == team.KNOWINGLY


def test_the_question_names_the_case_and_nobody_in_it(office, boss):
    case_id = made.make_case(office)
    brother = office.somebody("PENDAMPING", name="Terlapor")
    with pytest.raises(Refused) as told, office.work(boss.actor) as work:
        team.assign_person(work, case_id, brother.id, "PENDAMPING")
    (problem,) = told.value.problems
    assert problem.params == {"cases": made.case_row(office, case_id).register_no}


@pytest.mark.parametrize("name", ["Siti", "Muhammad", "Ni Wayan", "Hasan"])
def test_names_that_thousands_share_or_that_are_others_raise_no_question(office, boss, name):
    case_id = made.make_case(office)
    someone = office.somebody("PENDAMPING", name=name)
    with office.work(boss.actor) as work:
        assert team.assign_person(work, case_id, someone.id, "PENDAMPING")


# --- several cases ---------------------------------------------------------------------------------------------------


def test_a_batch_is_one_act_and_passes_over_cases_where_the_person_is_already(office, boss, worker):
    cases = [made.make_case(office) for _ in range(3)]
    made.put_on_case(office, cases[0], boss, worker)
    before = len(office.events())
    with office.work(boss.actor) as work:
        members = team.assign_many(work, cases, worker.id, "PENDAMPING", knowingly=True)
    assert [member.case_id for member in members] == cases[1:]
    assert [event.cases for event in office.events()[before:]] == [str(case_id) for case_id in cases[1:]]


def test_a_batch_holds_a_hundred_cases_and_no_foreign_one(office, boss, worker):
    foreign = made.make_case(office, unit_id=office.other_unit_id)
    own = made.make_case(office)
    many = lambda work: team.assign_many(work, [UUID(int=n) for n in range(101)], worker.id, "PENDAMPING")  # noqa: E731
    assert refusal(office, boss.actor, many) == "selected.too-many"
    with pytest.raises(NotFound), office.work(boss.actor) as work:
        team.assign_many(work, [own, foreign], worker.id, "PENDAMPING", knowingly=True)
    assert not sees(office, worker.actor, own)


def test_experts_are_put_on_a_team_in_a_role_they_hold(office, boss, worker):
    case_id, expert = made.make_case(office), office.somebody("PSIKOLOG")
    put = lambda who: lambda work: team.assign_person(work, case_id, who.id, "PSIKOLOG", knowingly=True)  # noqa: E731
    assert refusal(office, boss.actor, put(worker)) == "assign.role-not-held"
    with office.work(boss.actor) as work:
        put(expert)(work)
        assert put(expert) is not None
    with pytest.raises(Conflict), office.work(boss.actor) as work:
        put(expert)(work)


# --- hand-over -------------------------------------------------------------------------------------------------------


def test_a_hand_over_ends_one_assignment_and_begins_the_other_in_the_same_role(office, worker):
    case_id, receiver = made.make_case(office), office.somebody("PENDAMPING")
    made.join_team(office, case_id, worker, "MANAJER")
    row_id = made.hand_over(office, case_id, worker, receiver)
    with office.runtime.looking(receiver.actor) as work:
        (member,) = queries.team_of(work.session, [case_id])
        assert (member.user_id, member.role) == (receiver.id, "MANAJER")
        assert [row.id for row in handovers.waiting_for(work)] == [row_id]
    assert not sees(office, worker.actor, case_id)


def test_the_receiver_takes_it_over_after_declaring_and_it_leaves_the_list(office, worker):
    case_id, receiver = made.make_case(office), office.somebody("PENDAMPING")
    made.join_team(office, case_id, worker)
    row_id = made.hand_over(office, case_id, worker, receiver)
    with pytest.raises(NotPermitted), office.work(receiver.actor) as work:
        handovers.see(work, row_id)
    made.declare(office, case_id, receiver)
    with office.work(receiver.actor) as work:
        handovers.see(work, row_id)
    with office.runtime.looking(receiver.actor) as work:
        assert handovers.waiting_for(work) == []
    with pytest.raises(NotPermitted), office.work(worker.actor) as work:
        handovers.see(work, row_id)


def test_the_giver_reads_the_own_words_until_they_were_seen(office, worker):
    case_id, receiver = made.make_case(office), office.somebody("PENDAMPING")
    made.join_team(office, case_id, worker)
    row_id = made.hand_over(office, case_id, worker, receiver)
    readable = []
    for _ in range(2):
        with office.runtime.looking(worker.actor) as work:
            readable.append(handovers.may_read(work, handovers.get(work, row_id)))
        if len(readable) == 1:
            made.declare(office, case_id, receiver)
            with office.work(receiver.actor) as work:
                handovers.see(work, row_id)
    assert readable == [True, False]


def test_nobody_hands_on_what_is_not_theirs_but_a_supervisor_may(office, boss, worker):
    case_id, receiver = made.make_case(office), office.somebody("PENDAMPING")
    made.join_team(office, case_id, worker)
    outsider = office.somebody("MANAJER")
    passing = Passing([case_id], worker.id, receiver.id, "titip")
    with pytest.raises(NotPermitted), office.work(outsider.actor) as work:
        handovers.hand_over(work, passing, knowingly=True)
    with pytest.raises(NotFound), office.work(outsider.actor) as work:
        handovers.hand_over(work, Passing([case_id], outsider.id, receiver.id, "titip"), knowingly=True)
    with office.work(boss.actor) as work:
        handovers.hand_over(work, passing, knowingly=True)
    assert sees(office, receiver.actor, case_id)


@pytest.mark.parametrize(("text", "to_self", "code"), [("  ", False, "required"), ("ada", True, "hand-over.oneself")])
def test_a_hand_over_needs_words_and_another_person(office, worker, text, to_self, code):
    case_id, receiver = made.make_case(office, worker), office.somebody("PENDAMPING")
    passing = Passing([case_id], worker.id, worker.id if to_self else receiver.id, text)
    assert refusal(office, worker.actor, lambda work: handovers.hand_over(work, passing)) == code


def test_half_a_bulk_hand_over_never_lands(office, worker):
    mine, foreign, receiver = made.make_case(office, worker), made.make_case(office), office.somebody("PENDAMPING")
    with pytest.raises(NotFound), office.work(worker.actor) as work:
        handovers.hand_over(work, Passing([mine, foreign], worker.id, receiver.id, "semua"), knowingly=True)
    with office.runtime.looking(worker.actor) as work:
        assert work.session.scalars(select(HandOver).where(HandOver.case_id == mine)).all() == []
    assert is_on_team(office, worker.actor, mine)


def test_a_part_declared_after_a_hand_over_takes_it_off_the_list(office, worker):
    case_id, receiver = made.make_case(office), office.somebody("PENDAMPING")
    made.join_team(office, case_id, worker)
    made.hand_over(office, case_id, worker, receiver)
    made.declare(office, case_id, receiver, has_part=True)
    with office.runtime.looking(receiver.actor) as work:
        assert handovers.waiting_for(work) == []


# --- leave cover -----------------------------------------------------------------------------------------------------


def test_a_stand_in_holds_the_cases_for_exactly_the_days_named(office, worker):
    case_id, friend = made.make_case(office, worker), office.somebody("PENDAMPING")
    made.cover(office, worker, friend, days=2)  # today and tomorrow
    assert sees(office, made.standing_in(office, friend), case_id)
    office.clock.at = day_start(made.today(office) + timedelta(days=2), Zone.WITA) - timedelta(seconds=1)
    assert sees(office, made.standing_in(office, friend), case_id)
    office.clock.pass_by(seconds=1)
    assert not sees(office, made.standing_in(office, friend), case_id)


def test_a_cover_that_lies_ahead_lends_nothing_yet(office, worker):
    case_id, friend = made.make_case(office, worker), office.somebody("PENDAMPING")
    day = made.today(office) + timedelta(days=1)
    with office.work(worker.actor) as work:
        covers.set_cover(work, worker.id, friend.id, day, day)
    assert not sees(office, made.standing_in(office, friend), case_id)
    office.clock.at = day_start(day, Zone.WITA)
    assert sees(office, made.standing_in(office, friend), case_id)


def test_a_stand_in_declares_too_and_a_part_closes_that_case_alone(office, worker):
    first, second = (made.make_case(office, worker) for _ in range(2))
    friend = office.somebody("PENDAMPING")
    made.cover(office, worker, friend)
    actor = made.standing_in(office, friend)
    assert not is_on_team(office, actor, first)
    with office.work(actor) as work:
        declarations.declare(work, first, has_part=True, words="tetangga dekat")
        declarations.declare(work, second, has_part=False, words="")
    assert (sees(office, actor, first), is_on_team(office, actor, second)) == (False, True)
    assert is_on_team(office, worker.actor, first)


def test_standing_in_lends_assignments_and_no_roles_and_not_what_was_lent(office, worker):
    case_id = made.make_case(office, worker)
    friend, third = office.somebody("PSIKOLOG"), office.somebody("PENDAMPING")
    made.cover(office, worker, friend, days=1)
    actor = made.standing_in(office, friend)
    assert actor.capabilities == friend.actor.capabilities
    told = refusal(
        office,
        friend.actor,
        lambda work: covers.set_cover(work, friend.id, worker.id, made.today(office), made.today(office)),
    )
    assert told == "cover.away-too"
    made.cover(office, friend, third, days=1)
    assert not sees(office, made.standing_in(office, third), case_id)


def test_a_cover_written_behind_the_program_lends_nothing(office, worker):
    case_id, friend = made.make_case(office, worker), office.somebody("PENDAMPING")
    cover_id = made.cover(office, worker, friend, days=1)
    with write_session(office.runtime.engine) as session:
        session.execute(
            update(LeaveCover).where(LeaveCover.id == cover_id).values(until=office.clock() + timedelta(days=90))
        )
        session.commit()
    assert not sees(office, made.standing_in(office, friend), case_id)


def test_a_cover_ends_early_by_those_concerned_and_stands_in_the_log(office, boss, worker):
    friend, outsider = office.somebody("PENDAMPING"), office.somebody("PENDAMPING")
    case_id, cover_id = made.make_case(office, worker), made.cover(office, worker, friend)
    with pytest.raises(NotFound), office.work(outsider.actor) as work:
        covers.end(work, cover_id)
    with office.work(boss.actor) as work:
        covers.end(work, cover_id)
    assert not sees(office, made.standing_in(office, friend), case_id)
    assert [e.event for e in office.events() if e.object_id == cover_id] == [Event.COVER_SET, Event.COVER_ENDED]


def test_only_a_supervisor_names_the_stand_in_of_somebody_else(office, boss, worker):
    friend, outsider = office.somebody("PENDAMPING"), office.somebody("PENDAMPING")
    day = made.today(office)
    with pytest.raises(NotPermitted), office.work(outsider.actor) as work:
        covers.set_cover(work, worker.id, friend.id, day, day)
    with office.work(boss.actor) as work:
        assert covers.set_cover(work, worker.id, friend.id, day, day).set_by == boss.id


@pytest.mark.parametrize(
    ("first", "last", "code"), [(1, 0, "cover.backwards"), (-1, 3, "cover.past"), (0, 400, "cover.too-long")]
)
def test_a_cover_of_impossible_days_is_refused(office, worker, first, last, code):
    friend, day = office.somebody("PENDAMPING"), made.today(office)
    told = refusal(
        office,
        worker.actor,
        lambda work: covers.set_cover(
            work, worker.id, friend.id, day + timedelta(days=first), day + timedelta(days=last)
        ),
    )
    assert told == code


def test_somebody_who_reads_no_cases_cannot_stand_in_and_one_stands_in_at_a_time(office, worker):
    friend, clerk, day = office.somebody("PENDAMPING"), office.somebody("DATA"), made.today(office)
    set_for = lambda who: lambda work: covers.set_cover(work, worker.id, who.id, day, day)  # noqa: E731
    assert refusal(office, worker.actor, set_for(clerk)) == "cover.no-reader"
    assert refusal(office, worker.actor, set_for(worker)) == "cover.oneself"
    with office.work(worker.actor) as work:
        set_for(friend)(work)
    assert refusal(office, worker.actor, set_for(office.somebody("PENDAMPING"))) == "cover.overlap"


def test_an_ended_assignment_brought_back_behind_the_program_lets_nobody_in(office, worker):
    case_id, receiver = made.make_case(office), office.somebody("PENDAMPING")
    made.join_team(office, case_id, worker)
    made.hand_over(office, case_id, worker, receiver)
    with write_session(office.runtime.engine) as session:
        session.execute(update(TeamMember).where(TeamMember.case_id == case_id).values(until=None))
        session.commit()
    assert not sees(office, worker.actor, case_id)
