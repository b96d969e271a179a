"""Turning an intake into a case: number, sections, complaint service, team, index, audit; all of it or nothing."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import Select, select

from app.audit.events import Event
from app.cases import casefile, queries, services
from app.cases.models import Case, Client, Report, ReportedPerson, TeamMember
from app.db.session import read_session
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.security.index_models import NameTag
from app.security.sections import Section
from app.security.structs.case import Reporter
from app.security.structs.intake import IntakeReport
from app.security.structs.people import ClientIdentity
from app.work import Opening, Work
from tests.factories import Office, Someone
from tests.intake_support import TODAY, a_client, a_reported, an_intake, known_as, register


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


class Now:
    """Looks at the database as it is at each question."""

    def __init__(self, office: Office) -> None:
        self._engine = office.runtime.engine

    def all(self, statement: Select[Any]) -> list[Any]:
        with read_session(self._engine) as session:
            return list(session.scalars(statement))

    def case(self, case_id: UUID) -> Case:
        (case,) = self.all(select(Case).where(Case.id == case_id))
        assert isinstance(case, Case)
        return case


@pytest.fixture
def now(office: Office) -> Now:
    return Now(office)


def coded(office: Office, who: Someone, case_id: UUID) -> casefile.CodedFile:
    def plan(work: Work) -> Opening:
        return Opening(Event.CASE_OPENED, (queries.get(work, case_id).id,), casefile.CODED)

    with office.runtime.reading(who.actor, plan) as work:
        return casefile.coded_files(work, [case_id])[case_id]


def test_a_case_takes_its_number_from_unit_and_year_of_the_report(office: Office, who: Someone, now: Now) -> None:
    last_year = an_intake(first_on=date(2025, 12, 1))
    last_year = replace(last_year, report=replace(last_year.report, on=date(2025, 12, 31)))
    numbers = [now.case(register(office, who, each)).register_no for each in (an_intake(), last_year)]
    assert numbers == ["6303/2026/0001", "6303/2025/0001"]


def test_the_moment_of_the_report_is_told_in_the_zone_of_the_unit(office: Office, who: Someone, now: Now) -> None:
    case = now.case(register(office, who, an_intake()))
    assert case.received_at == datetime(2026, 5, 20, 1, 0, tzinfo=UTC)  # 09:00 WITA
    assert (case.stage, case.status, case.risk) == ("ST1_PENGADUAN", "open", "RK_SEDANG")


def test_every_client_gets_one_complaint_service_on_the_report_day(office: Office, who: Someone) -> None:
    first, second = a_client(), a_client("Anggrek")
    file = coded(office, who, register(office, who, an_intake(first, second)))
    given = {(service.client_id, service.on, service.code) for _, service in file.services}
    assert given == {(client.id, TODAY, "SV_PENGADUAN") for client in (first, second)}


def test_ages_follow_from_birth_date_or_from_what_was_told(office: Office, who: Someone) -> None:
    born = known_as(a_client(stated_age=None), birth_date=date(2017, 5, 19))
    told = a_client(stated_age=9, stated_on=TODAY)
    file = coded(office, who, register(office, who, an_intake(born, told, first_on=date(2026, 5, 18))))
    profiles = {client.id: profile for client, profile in file.clients}
    assert (profiles[born.id].age_at_incident, profiles[born.id].age_at_report) == (8, 9)
    assert profiles[born.id].age_basis == "UB_TGL_LAHIR"
    assert (profiles[told.id].age_at_incident, profiles[told.id].age_basis) == (9, "UB_DISEBUT")


def test_lists_show_the_label_or_the_initials(office: Office, who: Someone) -> None:
    named, labelled = a_client("Melati Sukma"), known_as(a_client(), label="Anak B")
    file = coded(office, who, register(office, who, an_intake(named, labelled)))
    assert [profile.mask for _, profile in file.clients] == ["M••• S•••", "Anak B"]


def test_people_keep_the_ids_they_had_and_their_relations(office: Office, who: Someone) -> None:
    client = a_client()
    person = a_reported(client)
    file = coded(office, who, register(office, who, an_intake(client, reported=(person,))))
    ((row, profile),) = file.reported
    assert (row.id, profile.relations) == (person.id, person.profile.relations)


def test_whoever_registers_is_on_the_team(office: Office, who: Someone, now: Now) -> None:
    case_id = register(office, who, an_intake())
    (member,) = now.all(select(TeamMember).where(TeamMember.case_id == case_id))
    assert (member.user_id, member.role, member.until) == (who.id, "PENERIMA", None)


def test_one_event_tells_of_the_case_and_names_nobody(office: Office, who: Someone) -> None:
    case_id = register(office, who, an_intake())
    told = [event for event in office.events() if event.event == Event.CASE_CREATED]
    assert [(event.object_id, event.actor_id) for event in told] == [(case_id, who.id)]


def test_no_name_stands_in_any_column(office: Office, who: Someone, now: Now) -> None:
    client = known_as(a_client("Melati Sukma"), nik="6303054201170001", phone="0812-3456-7890")
    register(office, who, an_intake(client, reported=(a_reported(client, name="Bahar Contoh"),)))
    for model in (Case, Client, ReportedPerson, Report, NameTag):
        for row in now.all(select(model)):
            held = repr([getattr(row, column.key) for column in model.__table__.columns]).encode()
            assert not any(word in held for word in (b"Melati", b"Bahar", b"6303054201170001", b"81234567890"))


def test_an_impossible_intake_leaves_nothing_behind(office: Office, who: Someone, now: Now) -> None:
    spoilt = an_intake(known_as(a_client(), birth_date=date(2026, 5, 19)))
    with pytest.raises(Refused) as refusal:
        register(office, who, spoilt)
    assert [problem.field for problem in refusal.value.problems] == ["clients.0.identity.birth_date"]
    assert now.all(select(Case)) == []


def test_a_warning_refuses_nothing(office: Office, who: Someone, now: Now) -> None:
    odd = known_as(a_client(sex="L"), nik="6303054201170001", phone="tidak ada")
    assert now.case(register(office, who, an_intake(odd))).register_seq == 1


def test_many_at_once_get_numbers_without_a_gap(office: Office, now: Now) -> None:
    people = [office.somebody("PENERIMA", password=False) for _ in range(4)]
    failed: list[Exception] = []

    def work(each: Someone) -> None:
        try:
            for _ in range(3):
                register(office, each, an_intake())
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(each,)) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(now.all(select(Case.register_seq))) == list(range(1, 13))


def test_who_may_not_create_registers_nothing(office: Office) -> None:
    with pytest.raises(NotPermitted):
        register(office, office.somebody("ADMIN"), an_intake())


# --- a further report ---------------------------------------------------------------------------------------------------


def join(office: Office, who: Someone, case_id: UUID, **given: Any) -> None:
    report = IntakeReport(**({"on": TODAY, "channel": "CH_TELEPON", "reporter": Reporter(name="Tetangga")} | given))
    with office.work(who.actor) as work:
        services.join_report(work, case_id, report)


def test_a_further_report_joins_and_the_case_keeps_its_day_and_number(office: Office, who: Someone, now: Now) -> None:
    case_id = register(office, who, an_intake())
    before = now.case(case_id).received_at
    office.clock.pass_by(days=3)
    join(office, who, case_id, on=date(2026, 5, 23))
    file = coded(office, who, case_id)
    assert [report.on for _, report in file.reports] == [TODAY, date(2026, 5, 23)]
    assert file.incident.report_on == TODAY
    assert file.case.received_at == before
    assert len(now.all(select(Case))) == 1


def test_a_further_report_joins_only_a_case_one_works_on(office: Office, who: Someone) -> None:
    case_id = register(office, who, an_intake())
    with pytest.raises(NotFound):
        join(office, office.somebody("PENERIMA"), case_id)


@pytest.mark.parametrize("given", [{"on": None}, {"on": date(2026, 5, 21)}, {"channel": "CH_X"}])
def test_a_further_report_is_judged_like_the_first(office: Office, who: Someone, given: dict[str, Any]) -> None:
    case_id = register(office, who, an_intake())
    with pytest.raises(Refused):
        join(office, who, case_id, **given)


def test_nothing_joins_a_voided_case(office: Office, who: Someone) -> None:
    case_id = register(office, who, an_intake())
    with office.work() as work:
        case = work.session.get(Case, case_id)
        assert case is not None
        case.status = "voided"
        work.touched(case_id, Event.CASE_VOIDED)
    with pytest.raises((Conflict, NotFound)):
        join(office, who, case_id)


def test_the_reporter_is_sealed_with_the_report(office: Office, who: Someone, now: Now) -> None:
    case_id = register(office, who, an_intake())
    join(office, who, case_id, reporter=Reporter(name="Tetangga Rekaan"))
    for row in now.all(select(Report)):
        assert b"Rekaan" not in row.reporter_sealed


def test_identities_open_only_for_a_page_that_named_them(office: Office, who: Someone) -> None:
    case_id = register(office, who, an_intake(a_client("Melati Sukma")))

    def plan(work: Work) -> Opening:
        return Opening(Event.CASE_OPENED, (queries.get(work, case_id).id,), (Section.CLIENT_IDENTITY,))

    with office.runtime.reading(who.actor, plan) as work:
        (row,) = queries.records(work.session, Client, [case_id])
        opened = work.vault.open(row.place(Section.CLIENT_IDENTITY), row.identity_sealed, ClientIdentity)
    assert opened.name == "Melati Sukma"
