"""The same person in several cases: reported persons, candidates the program finds, and the files of one person (design 3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import history, linking, links, progress, services
from app.cases.linking import CLIENTS, REPORTED, Kind
from app.cases.models import Case, Client, PersonLink, ReportedLink, ReportedPerson
from app.cases.registration import register_case
from app.db.session import read_session, write_session
from app.domain.errors import Conflict, NotFound, NotPermitted
from app.reports import rebuild
from app.security.sections import Section
from app.security.structs.case import StepReason
from app.security.structs.intake import IntakeReported
from app.security.structs.people import ReportedIdentity, ReportedProfile
from tests import case_factories as made
from tests import reporting
from tests.factories import OPERATOR, Office, Someone
from tests.sharing import office

__all__ = ["office"]

NIK = "630305010180000{}"
PHONE = "0813555500{:02}"


@pytest.fixture
def boss(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Wati Contoh")


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENDAMPING")


def case_with(
    office: Office, *workers: Someone, unit_id: UUID | None = None, client: Any = None, **reported: Any
) -> UUID:
    """A case, a minute after the last, whose reported person has this identity, and whose client what is given of one."""
    office.clock.pass_by(minutes=1)
    with office.work() as work:
        person = made.client(0)
        person = replace(person, identity=replace(person.identity, **{"nik": "", "phone": "", **(client or {})}))
        whole = made.intake(work, (person,))
        accused = replace(whole.reported[0], identity=ReportedIdentity(**reported))
        unit = work.session.get_one(Unit, unit_id or office.unit_id)
        case_id = register_case(work, replace(whole, reported=(accused,)), unit).id
    for someone in workers:
        made.join_team(office, case_id, someone)
    return case_id


def person_of(office: Office, case_id: UUID, kind: type[Any] = ReportedPerson) -> UUID:
    return made.row_ids(office, kind, case_id)[0]


def link_between(office: Office, kind: Kind, first: UUID, second: UUID) -> Any:
    ends = sorted((person_of(office, first, kind.rows), person_of(office, second, kind.rows)))
    with read_session(office.runtime.engine) as session:
        return session.scalar(select(kind.links).where(kind.links.first == ends[0], kind.links.second == ends[1]))


def confirm(office: Office, who: Someone, first: UUID, second: UUID, kind: Kind = REPORTED) -> UUID:
    with office.work(who.actor) as work:
        ends = (person_of(office, each, kind.rows) for each in (first, second))
        return linking.confirm(work, kind, *ends).id


def tokens(office: Office, *case_ids: UUID) -> list[UUID | None]:
    with read_session(office.runtime.engine) as session:
        return [session.get_one(ReportedPerson, person_of(office, each)).person_id for each in case_ids]


# --- reported persons ------------------------------------------------------------------------------------------------


def test_a_reported_person_linked_to_nobody_has_no_token(office):
    assert tokens(office, case_with(office)) == [None]


def test_confirmed_reported_persons_share_a_token_and_lose_it_when_the_link_goes(office, boss):
    cases = [case_with(office) for _ in range(3)]
    confirm(office, boss, cases[0], cases[1])
    bridge = confirm(office, boss, cases[1], cases[2])
    assert len(set(tokens(office, *cases))) == 1
    assert None not in tokens(office, *cases)
    with office.work(boss.actor) as work:
        linking.undo(work, REPORTED, bridge)
    one, two, three = tokens(office, *cases)
    assert one == two is not None
    assert three is None


def test_a_repeated_reported_person_is_a_figure_of_the_recap(office, boss):
    cases = [reporting.make_case(office, reporting.worked_example()).id for _ in range(2)]
    before = reporting.recap_of(office)["totals"]
    confirm(office, boss, *cases)
    after = reporting.recap_of(office)["totals"]
    assert after["perpetrators"] == before["perpetrators"]
    assert after["perpetrator_persons"] == before["perpetrator_persons"] - 1
    assert after["perpetrators_repeated"] == before["perpetrators_repeated"] + 1
    assert list(rebuild.check(office.runtime, OPERATOR).differences) == []


def test_only_a_supervisor_confirms_and_only_within_the_unit(office, boss, worker):
    ours, second = (case_with(office, worker) for _ in range(2))
    theirs = case_with(office, unit_id=office.other_unit_id)
    with pytest.raises(NotPermitted):
        confirm(office, worker, ours, second)
    with pytest.raises(NotFound):
        confirm(office, boss, ours, theirs)


def test_a_worker_asks_from_an_own_case_and_not_between_those_of_others(office, boss, worker):
    who = office.somebody("PENERIMA")
    own, foreign, third = case_with(office, who), case_with(office), case_with(office)
    with office.work(who.actor) as work:
        link = linking.ask(work, REPORTED, person_of(office, own), person_of(office, foreign))
        assert (link.state, link.asked_by) == ("candidate", who.id)
    with pytest.raises(NotFound), office.work(who.actor) as work:
        linking.ask(work, REPORTED, person_of(office, foreign), person_of(office, third))
    assert tokens(office, own, foreign) == [None, None]


def test_a_link_written_behind_the_program_makes_nobody_one_person(office, boss):
    cases = [case_with(office) for _ in range(3)]
    link_id = confirm(office, boss, *cases[:2])
    with write_session(office.runtime.engine) as session:
        session.execute(
            update(ReportedLink).where(ReportedLink.id == link_id).values(second=person_of(office, cases[2]))
        )
        session.commit()
    with office.runtime.looking(OPERATOR) as work:
        found = linking.component(work, REPORTED, person_of(office, cases[2]))
    assert found == {person_of(office, cases[2])}


# --- what the program asks by itself ---------------------------------------------------------------------------------


def test_an_equal_nik_asks_by_itself_and_links_nobody(office, boss):
    first, second = (case_with(office, nik=NIK.format(1)) for _ in range(2))
    link = link_between(office, REPORTED, first, second)
    assert (link.state, link.asked_by, link.is_imported) == ("candidate", None, False)
    assert tokens(office, first, second) == [None, None]
    third, fourth = (case_with(office, client={"nik": NIK.format(2)}) for _ in range(2))
    assert link_between(office, CLIENTS, third, fourth).state == "candidate"


def test_an_equal_phone_asks_about_reported_persons_and_not_about_clients(office):
    first, second = (case_with(office, phone=PHONE.format(1), client={"phone": PHONE.format(2)}) for _ in range(2))
    assert link_between(office, REPORTED, first, second) is not None
    assert link_between(office, CLIENTS, first, second) is None


def test_a_client_is_never_asked_to_be_a_reported_person(office):
    case_with(office, client={"nik": NIK.format(3)})
    accused = case_with(office, nik=NIK.format(3))
    person = person_of(office, accused)
    with read_session(office.runtime.engine) as session:
        assert (
            session.scalar(select(ReportedLink).where((ReportedLink.first == person) | (ReportedLink.second == person)))
            is None
        )
        assert (
            session.scalar(select(PersonLink).where((PersonLink.first == person) | (PersonLink.second == person)))
            is None
        )


def test_equal_numbers_in_another_unit_ask_nothing(office):
    here = case_with(office, nik=NIK.format(4))
    there = case_with(office, unit_id=office.other_unit_id, nik=NIK.format(4))
    assert link_between(office, REPORTED, here, there) is None


def test_what_was_refused_is_not_asked_again(office, boss):
    first, second = (case_with(office, nik=NIK.format(5)) for _ in range(2))
    with office.work(boss.actor) as work:
        linking.undo(work, REPORTED, link_between(office, REPORTED, first, second).id)
    with office.work() as work:
        who = ReportedIdentity(name="Ganti Nama", nik=NIK.format(5))
        save_reported(work, second, person_of(office, second), who)
    assert link_between(office, REPORTED, first, second).state == "refused"


def save_reported(work: Any, case_id: UUID, reported_id: UUID, identity: ReportedIdentity) -> None:
    """The correction page saves both parts of the file."""
    row = work.session.get_one(ReportedPerson, reported_id)
    profile = work.vault.open(row.place(Section.REPORTED_PROFILE), row.profile_sealed, ReportedProfile)
    services.save_reported(
        work, case_id, IntakeReported(id=reported_id, profile=profile, identity=identity), expected=None
    )


def test_a_made_up_number_of_many_is_not_asked_about(office):
    cases = [case_with(office, nik=NIK.format(6)) for _ in range(23)]
    last = person_of(office, cases[-1])
    with read_session(office.runtime.engine) as session:
        wanted = select(ReportedLink).where((ReportedLink.first == last) | (ReportedLink.second == last))
        assert session.scalars(wanted).all() == []


# --- what waits for a supervisor -------------------------------------------------------------------------------------


def test_a_supervisor_is_told_of_every_open_pair_of_the_unit_and_of_no_other(office, boss):
    first, second = (case_with(office, nik=NIK.format(7)) for _ in range(2))
    for _ in range(2):
        case_with(office, unit_id=office.other_unit_id, nik=NIK.format(8))
    with office.runtime.looking(boss.actor) as work:
        found = links.open_questions(work)
        assert links.count_questions(work) == len(found)
        assert {first, second} in [{each.case.id, each.other.id} for each in found]
        assert {each.unit_id for question in found for each in (question.case, question.other)} == {office.unit_id}
    confirm(office, boss, first, second)
    with office.runtime.looking(boss.actor) as work:
        assert {first, second} not in [{each.case.id, each.other.id} for each in links.open_questions(work)]


# --- all files of one person -----------------------------------------------------------------------------------------


def read(office: Office, who: Someone, case_id: UUID, kind: Kind = CLIENTS) -> list[history.FileLine]:
    row_id = person_of(office, case_id, kind.rows)
    with office.runtime.reading(who.actor, lambda work: history.opening(work, kind, case_id, row_id)) as work:
        return history.read(work, kind, case_id, row_id)


def test_a_worker_sees_how_many_files_there_are_and_what_stands_in_the_own_ones(office, boss, worker):
    own, foreign = case_with(office, worker), case_with(office, boss)
    for kind in (CLIENTS, REPORTED):
        confirm(office, boss, own, foreign, kind)
        lines = {line.case.id: line for line in read(office, worker, own, kind)}
        assert set(lines) == {own, foreign}
        assert (lines[own].is_open, lines[foreign].is_open) == (True, False)
        assert lines[foreign].profile is None
        assert lines[foreign].clients == ()
        assert all(line.is_open for line in read(office, boss, own, kind))


def test_opening_the_files_of_a_person_names_those_that_open_and_no_other(office, boss, worker):
    own, foreign = case_with(office, worker), case_with(office)
    confirm(office, boss, own, foreign, CLIENTS)
    read(office, worker, own)
    told = office.events()[-1]
    assert (told.event, told.cases) == (Event.PERSON_OPENED, str(own))


def test_a_voided_file_is_none_of_the_person(office, boss):
    first, second, third = (case_with(office) for _ in range(3))
    confirm(office, boss, first, second, CLIENTS)
    confirm(office, boss, second, third, CLIENTS)
    assert numbered(office, boss, first) == (1, 3)
    assert numbered(office, boss, third) == (3, 3)
    with office.work(boss.actor) as work:
        progress.void(work, second, StepReason(text="salah catat"))
    assert numbered(office, boss, third) == (2, 2)


def numbered(office: Office, who: Someone, case_id: UUID) -> tuple[int, int]:
    """Which file of how many the client's is, as the header of the case says."""
    with office.runtime.looking(who.actor) as work:
        row = work.session.get_one(Client, person_of(office, case_id, Client))
        found = history.counts(work, CLIENTS, [row])[row.id]
    return found.number, found.count


def test_a_file_of_another_unit_is_told_to_the_supervisor_alone(office, boss, worker):
    here, there = case_with(office, worker), case_with(office, unit_id=office.other_unit_id)
    with office.work() as work:
        linking.confirm(work, CLIENTS, person_of(office, here, Client), person_of(office, there, Client))
    assert numbered(office, boss, here) == (1, 2)
    with pytest.raises(KeyError):
        numbered(office, worker, here)
    assert [line.case.id for line in read(office, worker, here)] == [here]
    lines = {line.case.id: line for line in read(office, boss, here)}
    assert not lines[there].is_open


def test_a_stranger_to_the_case_opens_no_history(office, boss):
    case_id = case_with(office)
    with pytest.raises(NotFound):
        read(office, office.somebody("PENDAMPING"), case_id)


def test_one_file_is_no_pair_and_the_same_link_no_second_one(office, boss):
    first, second = case_with(office), case_with(office)
    confirm(office, boss, first, second)
    for pair in ((first, second), (first, first)):
        with pytest.raises(Conflict):
            confirm(office, boss, *pair)
    with read_session(office.runtime.engine) as session:
        assert session.scalar(select(Case.status).where(Case.id == first)) == "open"
