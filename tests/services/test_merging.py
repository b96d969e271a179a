"""Files of one matter: merged they count once, parted they are what they were (case file "Same person")."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from msgspec.structs import fields, replace
from sqlalchemy import select, update

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import (
    conferences,
    families,
    history,
    joining,
    linking,
    merging,
    needs,
    persons,
    plans,
    progress,
    queries,
    records,
    team,
    transfers,
)
from app.cases.casefile import coded_files, incident_of
from app.cases.families import Matches
from app.cases.linking import CLIENTS, REPORTED
from app.cases.models import Case, CaseMerge, Client, Conference, MergeMatch, ReportedPerson
from app.cases.models import Service as ServiceRow
from app.cases.registration import register_case
from app.clocks import lines
from app.clocks import services as clocks
from app.db.base import Base, new_id
from app.db.session import read_session, write_session
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.referrals import services as referrals
from app.referrals.models import Referral
from app.referrals.pairs import pairs_of
from app.reports import ledger, rebuild
from app.reports import ledger_format as fmt
from app.reports.facts import CaseFacts
from app.security.sections import Section
from app.security.structs.case import StepReason
from app.security.structs.intake import IntakeReported
from app.security.structs.people import Category, ClientProfile, Relation, ReportedIdentity, ReportedProfile
from app.security.structs.work import FollowUp, Service, ServiceText
from app.tasks import gathering
from app.tasks.gathering import Source
from app.work import Opening, Work
from tests import case_factories as made
from tests import course_factories, document_office, referral_office
from tests.examples import examples
from tests.factories import OPERATOR, START, Office, Someone
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def boss(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Wati Contoh")


@dataclass(frozen=True)
class File:
    """A case with the ids of its people, in their order."""

    id: UUID
    clients: tuple[UUID, ...]
    reported: tuple[UUID, ...]


def file_with(office: Office, clients: int = 1, reported: int = 1, days_ago: int = 0, **profile: Any) -> File:
    """A case reported some days ago; every reported person stands to every client."""
    with office.work() as work:
        people = tuple(made.client(number, **profile) for number in range(clients))
        relations = tuple(Relation(each.id, "RL_TETANGGA") for each in people)
        accused = tuple(
            IntakeReported(
                id=new_id(), profile=ReportedProfile(sex="L", relations=relations), identity=ReportedIdentity()
            )
            for _ in range(reported)
        )
        whole = made.intake(work, people)
        day = whole.report.on - timedelta(days=days_ago)
        whole = replace(
            whole,
            reported=accused,
            report=replace(whole.report, on=day, time="08:00"),
            incident=replace(whole.incident, first_on=day),
        )
        case = register_case(work, whole, work.session.get_one(Unit, office.unit_id))
        return File(case.id, tuple(each.id for each in people), tuple(each.id for each in accused))


def merge(office: Office, boss: Someone, stays: File, goes: File, clients: int = 1, reported: int = 1) -> UUID:
    """Merge them; the first of each are the same."""
    pairs = [
        dict(zip(theirs[:n], ours[:n], strict=False)) for ours, theirs, n in _sides(stays, goes, clients, reported)
    ]
    return made.merge(office, boss.actor, stays.id, goes.id, *pairs)


def _sides(stays: File, goes: File, clients: int, reported: int) -> Iterator[tuple[Any, Any, int]]:
    yield stays.clients, goes.clients, clients
    yield stays.reported, goes.reported, reported


def part(office: Office, boss: Someone, stays: File, merge_id: UUID) -> None:
    with office.work(boss.actor) as work:
        merging.undo(work, stays.id, merge_id, "ternyata dua perkara")


def case_of(office: Office, case_id: UUID) -> Case:
    with read_session(office.runtime.engine) as session:
        return session.get_one(Case, case_id)


def counted(office: Office, *case_ids: UUID) -> dict[UUID, CaseFacts]:
    """What stands in the ledger of these cases, as it was written with the act."""
    with office.work() as work:
        work.recorded("ledger:rebuilt")
        found = ledger.load(work, [office.unit_id])
    cases = {case.case_id: case for case in fmt.unpack_cases(fmt.dump(found))}
    return {case_id: cases[case_id] for case_id in case_ids if case_id in cases}


def differences(office: Office) -> list[Any]:
    return list(rebuild.check(office.runtime, OPERATOR).differences)


def serve(office: Office, file: File, client: int, code: str, days_ago: int = 0) -> None:
    with office.work() as work:
        on = made.today(office) - timedelta(days=days_ago)
        records.record_service(work, file.id, Service(client_id=file.clients[client], on=on, code=code), ServiceText())


def look_in(office: Office, case_id: UUID, client_id: UUID) -> None:
    with office.work() as work:
        document = FollowUp(client_id=client_id, on=made.today(office), kind="FU_RUMAH")
        records.record_follow_up(work, case_id, document, "dikunjungi")


def refer(office: Office, case_id: UUID, client_id: UUID, *, sent: bool = True) -> UUID:
    institution = referral_office.make_institution(office, name=f"Lembaga {new_id()}")
    return referral_office.make_referral(office, case_id, client_id, institution, sent=sent)


def keep_document(office: Office, case_id: UUID, client_id: UUID) -> UUID:
    return document_office.make_document(office, case_id, client_id=client_id)


RECORDS: Mapping[str, Callable[[Office, UUID, UUID], object]] = {
    "note": lambda office, case_id, _client: made.make_note(office, case_id),
    "aid request": lambda office, case_id, _client: made.make_aid_request(office, case_id),
    "conference": lambda office, case_id, _client: course_factories.make_conference(office, case_id, "rujuk"),
    "consent": made.make_consent,
    "risk": made.make_risk,
    "assessment": course_factories.make_assessment,
    "plan": course_factories.make_plan,
    "monitoring": course_factories.make_monitoring,
    "follow-up": look_in,
    "service": made.make_service,
    "document": keep_document,
    "referral": refer,
}
"""One of each kind of record, about a client where it is about one."""


# --- merging then parting --------------------------------------------------------------------------------------------

SERVICES = ("SV_KESEHATAN", "SV_REHSOS", "SV_BANKUM")
_KEPT = st.sets(st.sampled_from(sorted(RECORDS.keys() - {"service"})), max_size=4)
_SERVED = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(SERVICES), st.integers(0, 1)), max_size=4)


@st.composite
def two_files(draw: st.DrawFn) -> dict[str, Any]:
    """Two files with some of the same people and services in both."""
    sizes = {name: draw(st.integers(low, 2)) for name, low in (("c1", 1), ("r1", 0), ("r2", 0))}
    sizes["c2"] = draw(st.integers(1, sizes["c1"]))  # every client of the file that goes is one of the file that stays
    return {
        **sizes,
        "clients": sizes["c2"],
        "reported": draw(st.integers(0, min(sizes["r1"], sizes["r2"]))),
        "ages": draw(st.tuples(st.integers(0, 3), st.integers(0, 3))),
        "served": draw(st.tuples(_SERVED, _SERVED)),
        "kept": draw(st.tuples(_KEPT, _KEPT)),
        "is_closed": draw(st.booleans()),
        "links": draw(st.booleans()),
    }


@pytest.mark.own_office
@examples(12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=two_files())
def test_merged_files_count_as_one_and_parted_ones_are_what_they_were(
    office: Office, boss: Someone, plan: dict[str, Any]
) -> None:
    stays = file_with(office, plan["c1"], plan["r1"], plan["ages"][0])
    goes = file_with(office, plan["c2"], plan["r2"], plan["ages"][1])
    for file, served in zip((stays, goes), plan["served"], strict=True):
        for client, code, ago in served:
            serve(office, file, client % len(file.clients), code, ago)
    for file, kinds in zip((stays, goes), plan["kept"], strict=True):
        for kind in sorted(kinds):
            RECORDS[kind](office, file.id, file.clients[0])
    if plan["links"]:
        third = file_with(office)
        with office.work() as work:
            persons.confirm(work, third.clients[0], goes.clients[-1])
    if plan["is_closed"]:
        close(office, goes)
    before = whole_state(office)
    merge_id = merge(office, boss, stays, goes, plan["clients"], plan["reported"])

    assert_nothing_is_lost(before, whole_state(office))
    facts = counted(office, stays.id, goes.id)
    assert set(facts) == {stays.id}
    assert_is_union(facts[stays.id], stays, goes, plan)
    assert case_of(office, goes.id).due_at is None
    assert differences(office) == []

    part(office, boss, stays, merge_id)
    assert whole_state(office) == before
    assert differences(office) == []


def assert_nothing_is_lost(before: Mapping[str, Any], during: Mapping[str, Any]) -> None:
    """While they are merged every record of both files lies where it lay, byte for byte; only how the cases stand is another."""
    said_of_cases = {"cases", "simfoni_states", "running", "counted"} | {name for name in before if " of " in name}
    assert {name: during[name] for name in before.keys() - said_of_cases} == {
        name: before[name] for name in before.keys() - said_of_cases
    }


def assert_is_union(facts: CaseFacts, stays: File, goes: File, plan: Mapping[str, Any]) -> None:
    """Counted by hand: every person once, of equal services as many as the file with more of them has."""
    same = dict(zip(goes.clients[: plan["clients"]], stays.clients[: plan["clients"]], strict=True))
    assert len(facts.clients) == plan["c1"] + plan["c2"] - plan["clients"]
    assert len(facts.reported) == plan["r1"] + plan["r2"] - plan["reported"]
    assert facts.report_day == START.date() - timedelta(days=max(plan["ages"]))
    lists: list[Counter[Any]] = []
    for file, served in zip((stays, goes), plan["served"], strict=True):
        people = [same.get(each, each) for each in file.clients]
        lists.append(Counter((people[client % len(people)], code, ago) for client, code, ago in served))
    expected = Counter((client, code) for client, code, _ago in (lists[0] | lists[1]).elements())
    found = Counter((service.client_id, service.service) for service in facts.services)
    complaints = {key: number for key, number in found.items() if key[1] == "SV_PENGADUAN"}
    assert complaints == {(client.client_id, "SV_PENGADUAN"): 1 for client in facts.clients}
    assert_follow_ups(facts, stays, goes, same, plan["kept"])
    assert found - Counter(complaints) == expected


def assert_follow_ups(
    facts: CaseFacts, stays: File, goes: File, same: Mapping[UUID, UUID], kept: tuple[set[str], set[str]]
) -> None:
    """Both files had the same visit on the same day: one visit, where both are of the same client."""
    expected = {stays.clients[0]} if "follow-up" in kept[0] else set()
    expected |= {same.get(goes.clients[0], goes.clients[0])} if "follow-up" in kept[1] else set()
    assert Counter(each.client_id for each in facts.followups) == dict.fromkeys(expected, 1)
    referred = len({same.get(goes.clients[0], goes.clients[0])} if "referral" in kept[1] else set())
    referred += "referral" in kept[0]
    assert len(facts.referrals) == referred, "to different institutions, so they are two"


OUTSIDE = frozenset(
    {
        "audit_events",
        "audit_head",
        "audit_seals",
        "submits",
        "wrapped_keys",
        "ledger_blobs",
        "case_merges",
        "merge_matches",
    }
)
"""What an act always adds to, and where counted records lie (they are compared by what they say)."""
ANEW = frozenset({"version", "updated_at", "ledger_blob_id", "person_id", "clocks_sealed"})
"""Columns written anew by every act: tokens are compared by who shares them, clocks by what runs."""


def whole_state(office: Office) -> dict[str, Any]:
    """Everything the database holds of cases, with tokens of persons by who shares them, and what counts and runs."""
    found: dict[str, Any] = {}
    with office.runtime.looking(OPERATOR) as work:
        for name in Base.metadata.tables.keys() - OUTSIDE:
            kept = [column for column in Base.metadata.tables[name].columns if column.name not in ANEW]
            found[name] = sorted(map(repr, work.session.execute(select(*kept))))
        for kind in (Client, ReportedPerson):
            groups: dict[UUID | None, set[UUID]] = defaultdict(set)
            for token, row_id in work.session.execute(select(kind.person_id, kind.id)):
                groups[token].add(row_id)
            alone = groups.pop(None, set())
            found[f"people of {kind.__tablename__}"] = (alone, {frozenset(each) for each in groups.values()})
        ids = list(work.session.scalars(select(Case.id)))
    with office.work() as work:
        work.recorded("clock:swept")
        found["running"] = clocks.of_cases(work, ids)
    found["counted"] = {case_id: without_tokens(facts) for case_id, facts in counted(office, *ids).items()}
    return found


def without_tokens(facts: CaseFacts) -> CaseFacts:
    nobody = UUID(int=0)
    clients = tuple(dataclasses.replace(each, person=nobody) for each in facts.clients)
    reported = tuple(dataclasses.replace(each, person=None) for each in facts.reported)
    return dataclasses.replace(facts, clients=clients, reported=reported)


def close(office: Office, file: File) -> None:
    """The case ends, as the last step of its table does it."""
    with office.work() as work:
        case = work.session.get_one(Case, file.id)
        case.status, case.closed_at = "closed", work.now
        work.touched(file.id, Event.CASE_CLOSED, file.id, row=case)


# --- what counts and runs once ---------------------------------------------------------------------------------------


def test_nothing_new_is_kept_in_a_merged_file(office, boss):
    stays, goes = file_with(office), file_with(office)
    worker = office.somebody("PENDAMPING")
    merge(office, boss, stays, goes)
    number = case_of(office, stays.id).register_no
    before = whole_state(office)
    for kind, record in RECORDS.items():
        with pytest.raises(Refused) as refusal:
            record(office, goes.id, goes.clients[0])
        assert [(each.code, each.params) for each in refusal.value.problems] == [("case.merged", {"number": number})], (
            kind
        )
    with pytest.raises(Refused), office.work(boss.actor) as work:
        team.assign_person(work, goes.id, worker.id, "PENDAMPING")
    after = whole_state(office)
    assert {name for name in before if before[name] != after[name]} <= {"institutions"}
    for record in RECORDS.values():
        record(office, stays.id, stays.clients[0])


@pytest.mark.own_office
def test_what_lies_in_a_merged_file_goes_on_there(office, boss):
    stays, goes = file_with(office), file_with(office)
    referral = refer(office, goes.id, goes.clients[0], sent=False)
    plan_id = course_factories.make_plan(office, goes.id, goes.clients[0])
    service = made.make_service(office, goes.id, goes.clients[0])
    merge(office, boss, stays, goes)
    with office.work() as work:
        referrals.take_step(work, referral, "send", referrals.Answer(work.now))
        plans.answer(work, goes.id, plan_id, plans.Answer("YA", made.today(office)), expected=None)
        records.remove_service(work, goes.id, service)
    facts = counted(office, stays.id)[stays.id]
    assert len(facts.referrals) == 1
    assert [each.service for each in facts.services] == ["SV_PENGADUAN"]
    assert differences(office) == []


def test_a_service_of_a_merged_file_serves_the_plan_that_lies_there(office, boss):
    stays, goes = file_with(office), file_with(office)
    plan_id = course_factories.make_plan(office, goes.id, goes.clients[0], agreed=True)
    with office.work() as work:
        [goal] = course_factories.goals_of(work, plan_id)
    merge(office, boss, stays, goes)
    with pytest.raises(Refused, match="goal.not-in-hand"):
        made.make_service(office, stays.id, stays.clients[0], goals=(goal,))
    service = made.row_ids(office, ServiceRow, goes.id)[0]
    given = Service(client_id=goes.clients[0], on=made.today(office), activity="AK_VISUM", goals=(goal,))
    with office.work() as work:
        row = records.save_service(work, goes.id, service, given, ServiceText(), expected=None)
        assert records.read_service(work, row).goals == (goal,)
    assert differences(office) == []


def test_tasks_and_deadlines_of_both_files_wait_for_the_team_of_either(office, boss):
    stays, goes = file_with(office), file_with(office)
    worker = office.somebody("MANAJER")
    made.join_team(office, goes.id, worker, "MANAJER")
    ours = course_factories.make_conference(office, stays.id, "jenguk")
    theirs = course_factories.make_conference(office, goes.id, "rujuk")
    for case_id, conference_id in ((stays.id, ours), (goes.id, theirs)):
        give(office, case_id, conference_id, worker)
    assert {task.record_id for task in waiting(office, worker) if task.source is Source.DECISION} == {theirs}
    merge_id = merge(office, boss, stays, goes)
    found = waiting(office, worker)
    assert {task.record_id for task in found if task.source is Source.DECISION} == {ours, theirs}
    assert {task.case.id for task in found if task.source is Source.CLOCK} == {stays.id}
    part(office, boss, stays, merge_id)
    assert {task.record_id for task in waiting(office, worker) if task.source is Source.DECISION} == {theirs}


def give(office: Office, case_id: UUID, conference_id: UUID, worker: Someone) -> None:
    """Every decision of the conference is this person's to carry out."""
    with office.work() as work:
        work.recorded("page:opened")
        row = work.session.get_one(Conference, conference_id)
        head, text = conferences.read(work, row), conferences.read_text(work, row)
        decisions = tuple(replace(each, responsible=worker.id) for each in head.decisions)
        conferences.save(work, case_id, row.id, replace(head, decisions=decisions), text, expected=None)


def waiting(office: Office, who: Someone) -> list[gathering.Task]:
    """What the page of tasks shows this person of cases."""
    looked = gathering.Looked()

    def plan(work: Work) -> Opening:
        nonlocal looked
        looked = gathering.look(work)
        return gathering.opening(looked)

    with office.runtime.reading(who.actor, plan) as work:
        groups = gathering.gather(work, looked).groups
    return [task for tasks in groups.values() for task in tasks if task.case is not None]


def test_no_list_of_a_profile_is_lost_where_two_files_are_read_as_one() -> None:
    lists = [field.name for field in fields(ClientProfile) if isinstance(field.default, tuple)]
    ours, theirs = (
        ClientProfile(**{name: (Category(item=each),) if name == "categories" else (each,) for name in lists})
        for each in ("A", "B")
    )
    joined = joining.both(ours, theirs)
    assert {name: len(getattr(joined, name)) for name in lists} == dict.fromkeys(lists, 2)


def test_the_same_service_in_both_files_counts_once_and_two_in_one_file_count_twice(office, boss):
    stays, goes = file_with(office), file_with(office)
    for file, times in ((stays, 1), (goes, 2)):
        for _ in range(times):
            serve(office, file, 0, "SV_KESEHATAN")
    merge(office, boss, stays, goes)
    services = [each.service for each in counted(office, stays.id)[stays.id].services]
    assert Counter(services) == {"SV_PENGADUAN": 1, "SV_KESEHATAN": 2}


def test_deadlines_run_once_and_from_the_first_of_the_two_reports(office, boss):
    stays, goes = file_with(office), file_with(office, days_ago=3)
    own = running(office, goes.id)
    assert own
    merge(office, boss, stays, goes)
    assert case_of(office, goes.id).due_at is None
    assert case_of(office, goes.id).watch_at is None
    there = running(office, stays.id)
    assert {rule for rule, _due in there} == {rule for rule, _due in own}
    assert min(due for _rule, due in there) == min(due for _rule, due in own)
    assert len({rule for rule, _due in there}) == len(there)
    assert shown(office, boss, goes.id) == ()
    with office.work() as work:
        assert goes.id not in {case.id for case in work.session.scalars(select(Case).where(Case.due_at.is_not(None)))}
        work.recorded("clock:swept")


def running(office: Office, case_id: UUID) -> list[tuple[str, datetime]]:
    with office.work() as work:
        work.recorded("clock:swept")
        held = clocks.of_cases(work, [case_id])[case_id]
    return [(clock.rule_id, clock.due_at) for clock in held if clock.is_running]


def shown(office: Office, someone: Someone, case_id: UUID) -> Any:
    """The deadlines a page shows of the case."""
    opening = Opening(Event.CLOCKS_LISTED, (case_id,), lines.SECTIONS)
    with office.runtime.reading(someone.actor, lambda _work: opening) as work:
        return lines.of_cases(work, [case_id]).get(case_id, ())


def test_what_is_met_in_the_merged_file_is_met(office, boss):
    stays, goes = file_with(office), file_with(office)
    referral = refer(office, goes.id, goes.clients[0], sent=False)
    merge(office, boss, stays, goes)
    assert "DEF-REF-SEND" in {rule for rule, _due in running(office, stays.id)}
    with office.work() as work:
        referrals.take_step(work, referral, "send", referrals.Answer(work.now))
    now = {rule for rule, _due in running(office, stays.id)}
    assert "DEF-REF-SEND" not in now
    assert "DEF-REF-ACK" in now
    assert {each.id for each in pairs(office, stays.id)} == {referral}


def pairs(office: Office, case_id: UUID) -> list[Referral]:
    with office.work() as work:
        work.recorded("clock:swept")
        return [row for row, document in pairs_of(work, [case_id])[case_id]]


def test_guards_of_the_stages_see_both_files(office, boss):
    stays, goes = file_with(office), file_with(office)
    made.make_consent(office, goes.id, goes.clients[0])
    merge(office, boss, stays, goes)
    with office.work() as work:
        work.recorded("clock:swept")
        file = coded_files(work, [stays.id])[stays.id]
        assert needs.without_consent(file) == ()
    assert [row.id for row, _profile in file.clients] == [stays.clients[0]]


def test_the_case_is_as_much_at_risk_as_the_worse_of_its_files(office, boss):
    stays, goes = file_with(office), file_with(office)
    made.make_risk(office, goes.id, goes.clients[0])
    before = case_of(office, stays.id).risk
    merge_id = merge(office, boss, stays, goes)
    assert case_of(office, goes.id).risk == case_of(office, stays.id).risk == "RK_TINGGI" != before
    part(office, boss, stays, merge_id)
    assert case_of(office, stays.id).risk == before


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_both_teams_work_on_both_files_until_they_are_parted(office, boss):
    stays, goes = file_with(office), file_with(office)
    ours, theirs = office.somebody("PENDAMPING"), office.somebody("PENDAMPING")
    made.join_team(office, stays.id, ours)
    made.join_team(office, goes.id, theirs)
    merge_id = merge(office, boss, stays, goes)
    for someone in (ours, theirs):
        assert [on_team(office, someone, file.id) for file in (stays, goes)] == [True, True]
    part(office, boss, stays, merge_id)
    assert [on_team(office, ours, file.id) for file in (stays, goes)] == [True, False]
    assert [on_team(office, theirs, file.id) for file in (stays, goes)] == [False, True]


def on_team(office: Office, someone: Someone, case_id: UUID) -> bool:
    with office.runtime.looking(someone.actor) as work:
        seen = work.session.scalar(queries.visible_to(someone.actor).where(Case.id == case_id)) is not None
        assert seen == queries.is_assigned(work, case_id)
        return queries.is_on_team(work, case_id)


def test_a_part_in_the_matter_closes_both_files(office, boss):
    stays, goes = file_with(office), file_with(office)
    ours, theirs = office.somebody("PENDAMPING"), office.somebody("PENDAMPING")
    made.join_team(office, stays.id, ours)
    made.join_team(office, goes.id, theirs)
    merge(office, boss, stays, goes)
    made.declare(office, stays.id, theirs, has_part=True)
    assert [on_team(office, theirs, file.id) for file in (stays, goes)] == [False, False]
    assert on_team(office, ours, goes.id)


def test_a_row_written_behind_the_program_merges_nothing(office, boss):
    """Write access to the database alone lets nobody into another team's file (security 2.9)."""
    stays, goes, target = (file_with(office) for _ in range(3))
    insider = office.somebody("PENDAMPING")
    made.join_team(office, stays.id, insider)
    merge_id = merge(office, boss, stays, goes)
    with write_session(office.runtime.engine) as session:
        session.execute(update(CaseMerge).where(CaseMerge.id == merge_id).values(duplicate_id=target.id))
        session.commit()
    assert not reads(office, insider, target.id)
    assert not reads(office, insider, goes.id)


def reads(office: Office, someone: Someone, case_id: UUID) -> bool:
    with office.runtime.looking(someone.actor) as work:
        try:
            queries.get(work, case_id)
        except NotFound:
            return False
        return True


def test_a_match_written_behind_the_program_takes_the_whole_merge_away(office, boss):
    stays, goes = file_with(office), file_with(office)
    merge_id = merge(office, boss, stays, goes)
    with write_session(office.runtime.engine) as session:
        session.execute(update(MergeMatch).where(MergeMatch.merge_id == merge_id).values(duplicate_row=new_id()))
        session.commit()
    with office.runtime.looking(OPERATOR) as work:
        assert families.merged_into(work, [stays.id]) == {}


# --- people ----------------------------------------------------------------------------------------------------------


def test_matched_people_are_one_person_and_part_again(office, boss):
    stays, goes, third = file_with(office), file_with(office), file_with(office)
    with office.work() as work:
        linking.confirm(work, CLIENTS, goes.clients[0], third.clients[0])
        linking.confirm(work, REPORTED, goes.reported[0], third.reported[0])
    merge_id = merge(office, boss, stays, goes)
    for kind, name in ((Client, "clients"), (ReportedPerson, "reported")):
        tokens = token_of(office, kind, *(getattr(file, name)[0] for file in (stays, goes, third)))
        assert len(set(tokens)) == 1, name
    assert files_of(office, boss, third) == 2
    part(office, boss, stays, merge_id)
    for kind, name in ((Client, "clients"), (ReportedPerson, "reported")):
        ours, theirs, other = token_of(office, kind, *(getattr(file, name)[0] for file in (stays, goes, third)))
        assert theirs == other != ours


def token_of(office: Office, kind: type[Any], *row_ids: UUID) -> list[UUID | None]:
    with read_session(office.runtime.engine) as session:
        return [session.get_one(kind, row_id).person_id for row_id in row_ids]


def files_of(office: Office, someone: Someone, file: File) -> int:
    """How many files the client has, as the header of the case says."""
    with office.runtime.looking(someone.actor) as work:
        rows = [work.session.get_one(Client, file.clients[0])]
        return history.counts(work, CLIENTS, rows)[file.clients[0]].count


def test_a_person_of_two_merged_files_is_no_repeated_one(office, boss):
    stays, goes = file_with(office), file_with(office)
    merge(office, boss, stays, goes)
    with office.runtime.looking(boss.actor) as work:
        rows = [work.session.get_one(Client, row_id) for row_id in (stays.clients[0], goes.clients[0])]
        assert history.counts(work, CLIENTS, rows) == {}


# --- what cannot be merged -------------------------------------------------------------------------------------------


def test_only_a_supervisor_of_the_unit_merges(office, boss):
    stays, goes = file_with(office), file_with(office)
    worker = office.somebody("MANAJER")
    for file in (stays, goes):
        made.join_team(office, file.id, worker)
    with pytest.raises(NotPermitted):
        merge(office, worker, stays, goes)
    stranger = office.somebody("SUPERVISOR", unit_id=office.other_unit_id)
    with pytest.raises(NotFound):
        merge(office, stranger, stays, goes)
    assert merge(office, boss, stays, goes)


def test_who_has_a_part_in_one_of_them_does_not_merge_them(office, boss):
    stays, goes = file_with(office), file_with(office)
    made.join_team(office, goes.id, boss, "MANAJER")
    made.declare(office, goes.id, boss, has_part=True)
    with pytest.raises(NotPermitted):
        merge(office, boss, stays, goes)


def test_dead_files_chains_and_a_closed_one_that_stays_are_refused(office, boss):
    files = [file_with(office) for _ in range(4)]
    stays, goes, third, dead = files
    with office.work(boss.actor) as work:
        progress.void(work, dead.id, StepReason(text="salah catat"))
    merge(office, boss, stays, goes)
    for survivor, duplicate in (
        (stays, dead),
        (dead, stays),
        (third, goes),
        (goes, third),
        (third, stays),
        (third, third),
    ):
        with pytest.raises(Conflict):
            merge(office, boss, survivor, duplicate)
    assert merge(office, boss, stays, third)
    closed = file_with(office)
    close(office, closed)
    with pytest.raises(Conflict):
        merge(office, boss, closed, file_with(office))


def test_nobody_is_matched_twice_or_with_somebody_of_a_third_file(office, boss):
    stays, goes, third = file_with(office, clients=2), file_with(office, clients=2), file_with(office)
    twice = dict.fromkeys(goes.clients, stays.clients[0])
    with pytest.raises(Refused):
        made.merge(office, boss.actor, stays.id, goes.id, twice)
    for stranger in ({goes.clients[0]: third.clients[0]}, {third.clients[0]: stays.clients[0]}):
        with pytest.raises(NotFound):
            made.merge(office, boss.actor, stays.id, goes.id, stranger)
    assert case_of(office, goes.id).status == "open"


def test_a_client_of_the_file_that_goes_alone_is_added_to_the_other_first(office, boss):
    """A client in a file that takes nothing new would be nobody's."""
    stays, goes = file_with(office), file_with(office, clients=2)
    with pytest.raises(Refused) as refusal:
        merge(office, boss, stays, goes)
    assert [(each.code, each.field) for each in refusal.value.problems] == [
        ("merge.client-alone", f"client_{goes.clients[1].hex}")
    ]
    assert merge(office, boss, goes, stays), "the other way round"


def test_what_waits_for_a_decision_is_decided_before(office, boss):
    stays, other = file_with(office), file_with(office)
    goes = made.make_case(office)
    made.propose_end(office, goes)
    with pytest.raises(Refused, match="end-waits"):
        made.merge(office, boss.actor, stays.id, goes, {made.row_ids(office, Client, goes)[0]: stays.clients[0]})
    assert merge(office, boss, stays, other)


def test_files_of_which_one_is_offered_to_another_unit_are_not_merged(office, boss):
    for number in (0, 1):
        pair = (file_with(office), file_with(office))
        transfer_id = made.ask_unit(office, pair[number].id, office.other_unit_id)
        with pytest.raises(Refused, match="transfer-waits"):
            merge(office, boss, *pair)
        with office.work(boss.actor) as work:
            transfers.retract(work, transfer_id, "ditarik dulu")
        assert merge(office, boss, *pair)


def test_a_merged_file_is_not_handed_over_and_one_that_holds_it_not_before_they_are_parted(office, boss):
    stays, goes = file_with(office), file_with(office)
    merge_id = merge(office, boss, stays, goes)
    with pytest.raises(Conflict):
        made.ask_unit(office, goes.id, office.other_unit_id)
    with pytest.raises(Refused) as refusal:
        made.ask_unit(office, stays.id, office.other_unit_id)
    [problem] = refusal.value.problems
    assert (problem.code, problem.params) == ("case.holds-merged", {"numbers": case_of(office, goes.id).register_no})

    part(office, boss, stays, merge_id)
    assert [made.ask_unit(office, each.id, office.other_unit_id) for each in (stays, goes)]


@pytest.mark.parametrize("taken_over", ["stays", "goes"])
def test_a_matter_that_another_unit_counts_is_not_counted_here_by_the_other_file(office, boss, taken_over):
    """Rule 11: counted once, by the first recorder, whichever of our two files is the one that was taken over."""
    stays, goes = file_with(office), file_with(office)
    case_id = {"stays": stays, "goes": goes}[taken_over].id
    with office.work() as work:
        case = work.session.get_one(Case, case_id)
        sealed = replace(incident_of(work, case), transfer_in=True)
        case.incident_sealed = work.vault.seal(case.place(Section.INCIDENT), sealed)
        work.touched(case_id, Event.CASE_CHANGED, row=case)
    before = {case_id: facts.transfer_in for case_id, facts in counted(office, stays.id, goes.id).items()}
    assert sorted(before.values()) == [False, True]

    merge_id = merge(office, boss, stays, goes)
    assert counted(office, stays.id)[stays.id].transfer_in

    part(office, boss, stays, merge_id)
    after = counted(office, stays.id, goes.id)
    assert {case_id: facts.transfer_in for case_id, facts in after.items()} == before


def test_neither_merged_file_is_voided_and_the_merged_one_takes_no_step(office, boss):
    stays, goes = file_with(office), file_with(office)
    merge(office, boss, stays, goes)
    for file in (stays, goes):
        with pytest.raises((Conflict, Refused)), office.work(boss.actor) as work:
            progress.void(work, file.id, StepReason(text="salah catat"))
    with office.runtime.looking(boss.actor) as work:
        assert progress.next_steps(work, work.session.get_one(Case, goes.id)) == ()


def test_a_merge_and_its_end_need_a_reason(office, boss):
    stays, goes = file_with(office), file_with(office)
    with pytest.raises(Refused), office.work(boss.actor) as work:
        merging.merge(work, stays.id, goes.id, Matches(), " ")
    merge_id = merge(office, boss, stays, goes)
    with pytest.raises(Refused), office.work(boss.actor) as work:
        merging.undo(work, stays.id, merge_id, "")
    part(office, boss, stays, merge_id)
    with pytest.raises(NotFound):
        part(office, boss, stays, merge_id)
    with office.work(boss.actor) as work:
        row = work.session.get_one(CaseMerge, merge_id)
        words = merging.words_of(work, row)
        work.recorded("clock:swept")
    assert (words.merged, words.undone) == ("dicatat dua kali", "ternyata dua perkara")
    assert merge(office, boss, goes, stays), "once parted they may be merged the other way round"


def test_a_merge_is_told_under_both_files(office, boss):
    stays, goes = file_with(office), file_with(office)
    merge_id = merge(office, boss, stays, goes)
    told = [each for each in office.events() if each.event == Event.CASES_MERGED][-2:]
    assert {str(stays.id), str(goes.id)} == {case for each in told for case in each.cases.split()}
    part(office, boss, stays, merge_id)
    told = [each for each in office.events() if each.event == Event.CASES_PARTED][-2:]
    assert {str(stays.id), str(goes.id)} == {case for each in told for case in each.cases.split()}
