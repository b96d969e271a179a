"""Drafts: sealed, one's own, kept part by part, turned into one case however often one presses."""

from __future__ import annotations

import threading
from datetime import date
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from app.audit.events import Event
from app.cases import drafts, parts, persons
from app.cases.models import Case, Client, IntakeDraft, PersonLink
from app.db.session import read_session
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale
from app.security.structs.intake import Intake, IntakeIncident, IntakeReport, SamePerson, Screening
from app.security.vault import NotOpened
from tests.factories import Office, Someone
from tests.intake_support import a_client, a_reported, an_intake, begin, held, register


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


def row_of(office: Office, draft_id: UUID) -> IntakeDraft:
    with read_session(office.runtime.engine) as session:
        row = session.get(IntakeDraft, draft_id)
        assert row is not None
        return row


def cases(office: Office) -> list[Case]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(Case)))


# --- whose it is -------------------------------------------------------------------------------------------------------


def test_a_draft_is_sealed_and_comes_back_as_it_was(office: Office, who: Someone) -> None:
    intake = an_intake(a_client("Melati Sukma"))
    draft_id = begin(office, who, intake)
    assert b"Melati" not in row_of(office, draft_id).draft_sealed
    assert held(office, who, draft_id) == intake


def test_nobody_else_finds_a_draft(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, an_intake())
    for other in (office.somebody("PENERIMA"), office.somebody("SUPERVISOR"), office.somebody("KEPALA")):
        with pytest.raises(NotFound), office.work(other.actor) as work:
            drafts.get(work, draft_id)


def test_a_page_opens_only_the_draft_it_named(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, an_intake())
    with office.runtime.looking(who.actor) as work, pytest.raises(NotOpened):
        drafts.read(work, drafts.get(work, draft_id))
    with office.runtime.reading(who.actor, lambda work: drafts.opening(work, draft_id)) as work:
        assert drafts.read(work, drafts.get(work, draft_id)).clients
    event = office.events()[-1]
    assert (event.event, event.object_id, event.sections) == (Event.DRAFT_OPENED, draft_id, "intake.draft")


def test_who_may_not_create_cases_begins_no_draft(office: Office) -> None:
    admin = office.somebody("ADMIN")
    assert not admin.actor.may(Capability.CASE_CREATE)
    with pytest.raises(NotPermitted):
        begin(office, admin, Intake())


def test_the_list_holds_own_drafts_that_are_on_their_way(office: Office, who: Someone) -> None:
    kept, thrown, done = (begin(office, who, an_intake()) for _ in range(3))
    begin(office, office.somebody("PENERIMA"), an_intake())
    with office.work(who.actor) as work:
        drafts.discard(work, thrown)
        drafts.turn_into_case(work, done)
    with office.runtime.looking(who.actor) as work:
        assert [draft.id for draft in drafts.own(work)] == [kept]


def test_too_many_drafts_are_refused(office: Office, who: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_OWN", 1)
    begin(office, who, Intake())
    with pytest.raises(Refused, match="draft.too-many"):
        begin(office, who, Intake())


# --- kept part by part -------------------------------------------------------------------------------------------------


def keep(office: Office, who: Someone, draft_id: UUID, part: parts.Part, value: object, expected: str | None) -> Intake:
    with office.work(who.actor) as work:
        return drafts.save_part(work, draft_id, part, value, expected=expected)


def test_two_windows_on_different_parts_do_not_meet(office: Office, who: Someone) -> None:
    seen = an_intake()
    draft_id = begin(office, who, seen)
    client, screening = seen.clients[0], Screening(prompts_asked=True, risk="RK_TINGGI")
    other_name = replace(client, identity=replace(client.identity, name="Anggrek"))
    part = parts.ClientPart(client.id)
    keep(office, who, draft_id, part, other_name, part.etag(seen))
    keep(office, who, draft_id, parts.SCREENING, screening, parts.SCREENING.etag(seen))
    intake = held(office, who, draft_id)
    assert (intake.clients[0].identity.name, intake.screening.risk) == ("Anggrek", "RK_TINGGI")


def test_the_second_of_two_windows_on_one_part_is_told_and_nothing_is_lost(office: Office, who: Someone) -> None:
    seen = an_intake()
    draft_id = begin(office, who, seen)
    etag = parts.SCREENING.etag(seen)
    keep(office, who, draft_id, parts.SCREENING, Screening(risk="RK_TINGGI"), etag)
    with pytest.raises(Stale):
        keep(office, who, draft_id, parts.SCREENING, Screening(risk="RK_RENDAH"), etag)
    assert held(office, who, draft_id).screening.risk == "RK_TINGGI"


def test_the_same_values_from_two_windows_are_no_quarrel(office: Office, who: Someone) -> None:
    seen = an_intake()
    draft_id = begin(office, who, seen)
    for _ in range(2):
        keep(office, who, draft_id, parts.SCREENING, Screening(risk="RK_TINGGI"), parts.SCREENING.etag(seen))
    assert held(office, who, draft_id).screening.risk == "RK_TINGGI"


def test_a_client_taken_out_elsewhere_does_not_come_back_unseen(office: Office, who: Someone) -> None:
    seen = an_intake()
    client = seen.clients[0]
    draft_id, part = begin(office, who, seen), parts.ClientPart(client.id)
    with office.work(who.actor) as work:
        drafts.change(work, draft_id, lambda intake: parts.without_client(intake, client.id))
    with pytest.raises(Stale):
        keep(office, who, draft_id, part, client, part.etag(seen))


def test_a_client_leaves_with_relations_and_candidates(office: Office, who: Someone) -> None:
    leaving, staying = a_client(), a_client("Anggrek")
    intake = an_intake(leaving, staying, reported=(a_reported(leaving, staying),))
    intake = replace(intake, same_as=(SamePerson(found_id=uuid4(), client_id=leaving.id),))
    left = parts.without_client(intake, leaving.id)
    assert [client.id for client in left.clients] == [staying.id]
    assert [relation.client_id for relation in left.reported[0].profile.relations] == [staying.id]
    assert left.same_as == ()


def test_a_new_client_goes_last_and_an_old_one_keeps_its_place() -> None:
    first, second = a_client(), a_client("Anggrek")
    intake = parts.ClientPart(second.id).put(parts.ClientPart(first.id).put(Intake(), first), second)
    assert [client.id for client in intake.clients] == [first.id, second.id]
    renamed = replace(first, identity=replace(first.identity, name="Kenanga"))
    changed = parts.ClientPart(first.id).put(intake, renamed)
    assert [client.identity.name for client in changed.clients] == ["Kenanga", "Anggrek"]


def test_a_part_takes_only_what_belongs_to_it() -> None:
    client = a_client()
    with pytest.raises(TypeError):
        parts.REPORT.put(Intake(), client)
    with pytest.raises(TypeError):
        parts.ClientPart(uuid4()).put(Intake(), client)
    with pytest.raises(TypeError):
        parts.ReportedPart(client.id).put(Intake(), client)


def test_what_was_thrown_away_is_gone(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, an_intake())
    before = len(row_of(office, draft_id).draft_sealed)
    with office.work(who.actor) as work:
        drafts.discard(work, draft_id)
    assert len(row_of(office, draft_id).draft_sealed) < before
    with pytest.raises(NotFound), office.work(who.actor) as work:
        drafts.get(work, draft_id)


# --- turned into a case ------------------------------------------------------------------------------------------------


def test_a_second_press_gives_the_same_case(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, an_intake())
    for _ in range(2):
        with office.work(who.actor) as work:
            drafts.turn_into_case(work, draft_id)
    (case,) = cases(office)
    assert row_of(office, draft_id).case_id == case.id


def test_two_presses_at_the_same_moment_make_one_case(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, an_intake())
    together, made, failed = threading.Barrier(4), [], []

    def press() -> None:
        together.wait()
        try:
            with office.work(who.actor) as work:
                made.append(drafts.turn_into_case(work, draft_id).id)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(cases(office)) == 1
    assert len(set(made)) == 1


def test_nothing_is_kept_in_a_draft_that_became_a_case(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, an_intake())
    with office.work(who.actor) as work:
        drafts.turn_into_case(work, draft_id)
    with pytest.raises(Conflict):
        keep(office, who, draft_id, parts.SCREENING, Screening(), None)
    assert held(office, who, draft_id) == Intake()


def test_what_lacks_the_minimum_becomes_no_case_and_uses_no_number(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, Intake(report=IntakeReport(on=date(2026, 5, 20))))
    with pytest.raises(Refused, match="required"), office.work(who.actor) as work:
        drafts.turn_into_case(work, draft_id)
    assert cases(office) == []
    register(office, who, an_intake())
    assert [case.register_seq for case in cases(office)] == [1]
    assert held(office, who, draft_id).report.on == date(2026, 5, 20)


# --- the same person ---------------------------------------------------------------------------------------------------


def links(office: Office) -> list[PersonLink]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(PersonLink)))


def the_client(office: Office, case_id: UUID) -> UUID:
    with read_session(office.runtime.engine) as session:
        return session.scalars(select(Client.id).where(Client.case_id == case_id)).one()


def test_a_candidate_kept_in_the_draft_is_asked_for_with_the_case(office: Office, who: Someone) -> None:
    found = the_client(office, register(office, office.somebody("PENERIMA"), an_intake()))
    intake = an_intake()
    with office.work(who.actor) as work:
        same = drafts.candidates(work, [found, uuid4()], intake.clients[0].id)
        work.recorded(Event.SEARCHED)
    assert [(each.found_id, each.register_no) for each in same] == [(found, "6303/2026/0001")]
    case_id = register(office, who, replace(intake, same_as=same))
    (link,) = links(office)
    assert {link.client_a, link.client_b} == {found, the_client(office, case_id)}
    assert link.state == "candidate"
    assert link.asked_by == who.id


def test_a_candidate_that_is_gone_does_not_stand_in_the_way(office: Office, who: Someone) -> None:
    intake = an_intake()
    gone = SamePerson(found_id=uuid4(), client_id=intake.clients[0].id)
    register(office, who, replace(intake, same_as=(gone,)))
    assert links(office) == []


def test_a_file_of_another_unit_is_no_candidate(office: Office, who: Someone) -> None:
    stranger = office.somebody("PENERIMA", unit_id=office.other_unit_id)
    found = the_client(office, register(office, stranger, an_intake(area="63.04.01")))
    with office.work(who.actor) as work:
        assert drafts.candidates(work, [found], uuid4()) == ()
    intake = an_intake()
    register(office, who, replace(intake, same_as=(SamePerson(found_id=found, client_id=intake.clients[0].id),)))
    assert links(office) == []


# --- the screening as it is first shown --------------------------------------------------------------------------------


def test_what_follows_from_the_answers_is_ticked_before_the_screening() -> None:
    small, mother = a_client(stated_age=4), a_client(stated_age=30, pregnant="YA")
    intake = replace(an_intake(small, mother), screening=Screening())
    shown = parts.screening_to_show(intake, "63.03")
    assert shown == Screening(danger_prompts=("DG_BALITA", "DG_HAMIL"), authority="AU_KABKOTA")


@pytest.mark.parametrize(("area", "authority"), [("63.03.05", "AU_KABKOTA"), ("63.04.01", ""), ("", ""), ("6", "")])
def test_the_authority_is_the_units_own_only_inside_its_area(area: str, authority: str) -> None:
    intake = Intake(incident=IntakeIncident(area=area))
    assert parts.screening_to_show(intake, "63.03").authority == authority


def test_a_screening_that_was_kept_is_shown_as_it_is() -> None:
    intake = replace(an_intake(a_client(stated_age=4)), screening=Screening(risk="RK_RENDAH"))
    assert parts.screening_to_show(intake, "63.03") == Screening(risk="RK_RENDAH")


def test_a_link_is_asked_only_by_who_works_on_one_of_the_two(office: Office, who: Someone) -> None:
    first = the_client(office, register(office, who, an_intake()))
    second = the_client(office, register(office, who, an_intake()))
    with pytest.raises(NotFound), office.work(office.somebody("PENERIMA").actor) as work:
        persons.ask(work, first, second)
