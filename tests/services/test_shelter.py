"""Stays in a shelter: the list of readers, what is refused, and the deadlines that follow. On both databases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from app.cases import queries, terminations
from app.cases.models import Client, Service
from app.cases.models import Consent as ConsentRow
from app.cases.sealing import add_record
from app.clocks import services as clocks
from app.domain.access import Actor
from app.domain.clocks import State
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.safety import beds, readers, stays
from app.safety.models import SectionReader
from app.security.sections import Section
from app.security.structs import safety
from app.security.structs.work import Consent, ConsentText, ServiceText
from app.security.structs.work import Service as ServiceDocument
from tests import case_factories as made
from tests import safety_office as safe
from tests.factories import Office, Someone
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, clients=2, kdrt="YA")


@pytest.fixture
def clients(office: Office, case_id: UUID) -> list[UUID]:
    return made.row_ids(office, Client, case_id)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refusal.value.problems}


def may_read(office: Office, actor: Actor, case_id: UUID) -> bool:
    with office.runtime.looking(actor) as work:
        return readers.may_read(work, case_id)


def states(office: Office, case_id: UUID, rule: str) -> list[State]:
    with office.work() as work:
        work.recorded("page:opened")
        held = clocks.of_cases(work, [case_id])[case_id]
        return [clock.state for clock in held if clock.rule_id == rule]


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_first_stay_begins_the_list_with_whoever_records_it_and_those_named(office, worker, case_id):
    colleague = office.somebody("PENDAMPING")
    made.join_team(office, case_id, colleague)
    safe.enter(office, worker, case_id, named=(colleague.id,))

    assert set(safe.list_of(office, case_id)) == {worker.id, colleague.id}
    assert may_read(office, colleague.actor, case_id)


def test_a_colleague_who_is_not_on_the_list_can_neither_add_a_stay_nor_end_one(office, worker, case_id, clients):
    colleague = office.somebody("PENDAMPING")
    made.join_team(office, case_id, colleague)
    stay = safe.enter(office, worker, case_id, clients[0])

    with pytest.raises(NotPermitted):
        safe.enter(office, colleague, case_id, clients[1])
    with pytest.raises(NotPermitted), office.work(colleague.actor) as work:
        stays.leave(work, case_id, stay, stays.Departure(made.today(office), "", "SX_AMAN", "TS_RUMAH"))


def test_a_row_this_program_did_not_write_lets_nobody_in(office, worker, case_id):
    colleague = office.somebody("PENDAMPING")
    made.join_team(office, case_id, colleague)
    safe.enter(office, worker, case_id)
    with office.runtime.engine.begin() as connection:
        connection.execute(update(SectionReader).values(user_id=colleague.id))

    assert not may_read(office, colleague.actor, case_id)
    assert not may_read(office, worker.actor, case_id)


def test_leave_cover_lends_no_place_on_the_list(office, worker, case_id):
    stand_in = office.somebody("PENDAMPING")
    safe.enter(office, worker, case_id)
    made.cover(office, worker, stand_in)

    actor = made.standing_in(office, stand_in)

    with office.runtime.looking(actor) as work:
        assert readers.of_cases(work, [case_id])
        assert not readers.may_read(work, case_id)


def test_who_leaves_the_team_or_has_a_part_in_the_matter_reads_no_more(office, worker, case_id):
    colleague, other = (office.somebody("PENDAMPING") for _ in range(2))
    for each in (colleague, other):
        made.join_team(office, case_id, each)
    safe.enter(office, worker, case_id, named=(colleague.id, other.id))
    made.declare(office, case_id, colleague, has_part=True)

    with office.runtime.looking(colleague.actor) as work:
        assert readers.cases_of(work, [case_id]) == frozenset()
    assert may_read(office, other.actor, case_id)


def test_only_people_of_the_unit_are_named_and_strangers_keep_no_list(office, worker, case_id):
    safe.enter(office, worker, case_id)
    stranger = office.somebody("PENDAMPING", unit_id=office.other_unit_id)
    with pytest.raises(NotFound), office.work(worker.actor) as work:
        readers.name_person(work, case_id, stranger.id)
    with pytest.raises(NotFound), office.work(stranger.actor) as work:
        readers.name_person(work, case_id, stranger.id)
    with pytest.raises(Conflict), office.work(worker.actor) as work:
        readers.name_person(work, case_id, worker.id)


# --- what is refused -------------------------------------------------------------------------------------------------


def test_what_cannot_be_is_refused_and_changes_nothing(office, worker, case_id, clients):
    day = made.today(office)
    shelter = safe.make_shelter(office, beds=None)
    safe.enter(office, worker, case_id, clients[0], institution_id=shelter)
    wrong = [
        ({"client_id": clients[0]}, "shelter.already"),
        ({"client_id": clients[1], "reason": ""}, "required"),
        ({"client_id": clients[1], "reason": "SR_X"}, "code.unknown"),
        ({"client_id": clients[1], "in_on": day + timedelta(days=1)}, "day.future"),
        ({"client_id": clients[1], "expected_end": day - timedelta(days=1)}, "shelter.end-before"),
    ]
    for changed, code in wrong:
        with pytest.raises(Refused) as refusal:
            safe.enter(office, worker, case_id, **({"institution_id": shelter} | changed))
        assert code in codes(refusal), changed
    with office.work() as work:
        work.recorded("page:opened")
        assert beds.taken(work, [case_id]).by_shelter == {shelter: 1}


def test_two_stays_of_one_client_do_not_overlap(office, worker, case_id, clients):
    start = made.today(office) - timedelta(days=20)
    first = safe.enter(office, worker, case_id, clients[0], in_on=start)
    with office.work(worker.actor) as work:
        departure = stays.Departure(start + timedelta(days=8), "", "SX_AMAN", "TS_RUMAH")
        stays.leave(work, case_id, first, departure)
    with pytest.raises(Refused) as refusal:
        safe.enter(office, worker, case_id, clients[0], in_on=start + timedelta(days=3))
    assert codes(refusal) == {"shelter.overlap"}
    safe.enter(office, worker, case_id, clients[0], in_on=start + timedelta(days=8))


def test_a_client_who_has_ended_and_one_of_another_case_are_not_admitted(office, worker, case_id, clients):
    other = made.row_ids(office, Client, made.make_case(office, worker))[0]
    with pytest.raises(NotFound):
        safe.enter(office, worker, case_id, other)
    with office.work() as work:
        end = terminations.End(made.today(office), "TM_SELESAI", "AT_TUJUAN")
        terminations.end_client(work, queries.get(work, case_id), clients[0], end)
    with pytest.raises(Conflict):
        safe.enter(office, worker, case_id, clients[0])


def test_a_client_leaves_not_before_the_admission_not_even_by_the_hour(office, worker, case_id):
    stay = safe.enter(office, worker, case_id, in_time="08:30")
    with pytest.raises(Refused), office.work(worker.actor) as work:
        stays.leave(work, case_id, stay, stays.Departure(made.today(office), "08:00", "SX_AMAN", "TS_RUMAH"))


def test_an_admission_despite_a_form_that_says_no_gives_its_reason_and_nothing_of_the_place(
    office, worker, case_id, clients
):
    safe.enter(office, worker, case_id, clients[1])
    with office.work() as work:
        document = Consent(
            client_id=clients[0], on=made.today(office), basis="CB_KLIEN", wording="1", declined=("CS_SOSIAL",)
        )
        sealed = {"consent_sealed": (Section.CONSENT, document), "text_sealed": (Section.CONSENT_TEXT, ConsentText())}
        add_record(work, ConsentRow, case_id, sealed, is_removed=False)
        work.touched(case_id, "consent:recorded")
    safe.enter(office, worker, case_id, clients[0])

    assert reasons(office, case_id) == {clients[0]: stays.DESPITE, clients[1]: ""}
    assert safe.WHERE not in stays.DESPITE


def reasons(office: Office, case_id: UUID) -> dict[UUID, str]:
    """Why the admissions of a case were given all the same, by client."""
    with office.work() as work:
        work.recorded("page:opened")
        found = {}
        for row in queries.records(work.session, Service, [case_id]):
            head = work.vault.open(row.place(Section.SERVICE), row.service_sealed, ServiceDocument)
            text = work.vault.open(row.place(Section.SERVICE_TEXT), row.text_sealed, ServiceText)
            if head.activity == stays.ADMITTED:
                found[head.client_id] = text.reason
        return found


# --- deadlines -------------------------------------------------------------------------------------------------------


def test_a_stay_runs_against_the_standard_of_its_unit_and_of_no_other(office, worker, case_id):
    boss = office.somebody("SUPERVISOR")
    stay = safe.enter(office, worker, case_id)
    assert states(office, case_id, "SVC-SHELTER-14") == []

    with office.work(boss.actor) as work:
        beds.set_standard(work, "SVC-SHELTER-14")
    assert states(office, case_id, "SVC-SHELTER-14") == [State.RUNNING]
    with office.work() as work:
        assert beds.standard_of(work, office.other_unit_id) == ""
        work.recorded("page:opened")

    extension = safety.Extension(on=made.today(office), until=made.today(office) + timedelta(days=20))
    with office.work(worker.actor) as work:
        stays.extend(work, case_id, stay, extension, "menunggu sidang")
    assert sorted(states(office, case_id, "SVC-SHELTER-14")) == [State.MET, State.RUNNING]

    office.clock.pass_by(days=2)
    with office.work(worker.actor) as work:
        stays.leave(work, case_id, stay, stays.Departure(made.today(office), "", "SX_AMAN", "TS_RUMAH"))
    assert set(states(office, case_id, "SVC-SHELTER-14")) == {State.MET}

    with office.work(boss.actor) as work:
        beds.set_standard(work, "")
    assert beds_standard(office) == ""


def beds_standard(office: Office) -> str:
    with office.runtime.looking(office.somebody("SUPERVISOR").actor) as work:
        return beds.standard_of(work, office.unit_id)


def test_a_standard_is_one_of_the_list_and_whoever_was_overtaken_is_told(office):
    boss = office.somebody("SUPERVISOR")
    with pytest.raises(Refused), office.work(boss.actor) as work:
        beds.set_standard(work, "TPKS-41")
    with pytest.raises(Conflict), office.work(boss.actor) as work:
        beds.set_standard(work, "SVC-SHELTER-7", expected="SVC-SHELTER-14")
    with pytest.raises(NotPermitted), office.work(office.somebody("MANAJER").actor) as work:
        beds.set_standard(work, "SVC-SHELTER-7")


def test_a_forgotten_earlier_stay_ends_before_the_one_that_followed(office, worker, case_id, clients):
    today = made.today(office)
    later = safe.enter(office, worker, case_id, clients[0], in_on=today - timedelta(days=10))
    with office.work(worker.actor) as work:
        stays.leave(work, case_id, later, stays.Departure(today - timedelta(days=4), "", "SX_AMAN", "TS_RUMAH"))
    forgotten = safe.enter(office, worker, case_id, clients[0], in_on=today - timedelta(days=20))
    with pytest.raises(Refused) as refusal, office.work(worker.actor) as work:
        stays.leave(work, case_id, forgotten, stays.Departure(today - timedelta(days=9), "", "SX_AMAN", "TS_RUMAH"))
    assert codes(refusal) == {"shelter.overlap"}
    with office.work(worker.actor) as work:
        stays.leave(work, case_id, forgotten, stays.Departure(today - timedelta(days=10), "", "SX_AMAN", "TS_RUMAH"))
