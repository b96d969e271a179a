"""Entered by mistake: nobody counts, finds or clocks who was taken out; nothing is lost, and put back everything is as it was. On both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import (
    aid_requests,
    history,
    linking,
    links,
    mistakes,
    queries,
    records,
    services,
    terminations,
)
from app.cases.casefile import coded_files, incident_of
from app.cases.linking import CLIENTS
from app.cases.models import AidRequest, Case, Client, Consent, FollowUp, LegalStep, Note, ReportedPerson
from app.cases.models import Service as ServiceRow
from app.cases.sealing import add_record
from app.cases.search import Query, Search
from app.clocks import services as clocks
from app.clocks.services import Waiver
from app.domain.clocks import State
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.papers.dossier import Dossier
from app.referrals import services as referrals
from app.referrals.services import Answer
from app.security.index_models import ExactTag, NameTag
from app.security.sections import Section
from app.security.structs import handling, people
from app.security.structs import work as work_structs
from app.security.structs.case import NoteBody, NoteHead
from app.security.structs.intake import IntakeClient, IntakeReported
from app.security.structs.papers import LetterDesk
from app.simfoni.models import Standing
from tests import case_factories as made
from tests import course_factories as course
from tests import document_office, referral_office, safety_office
from tests import simfoni_support as sim
from tests.factories import OPERATOR, Office
from tests.mistaken import (
    WHY,
    at,
    counted,
    differences,
    file,
    file_of,
    nameless,
    problems,
    put_back,
    registered,
    subjects,
    take_out,
)
from tests.sharing import office

__all__ = ["at", "file", "office", "registered"]


def tags(office: Office, row_id: UUID) -> tuple[int, int]:
    with office.runtime.looking(OPERATOR) as work:
        found = [work.session.scalars(select(t.id).where(t.subject_id == row_id)).all() for t in (NameTag, ExactTag)]
        return len(found[0]), len(found[1])


# --- nobody, and nothing is lost -------------------------------------------------------------------------------------


def test_who_was_entered_by_mistake_is_counted_nowhere_until_put_back(office, registered):
    before = counted(office, registered.id)
    assert len(before.clients) == 2

    take_out(office, registered)

    during = counted(office, registered.id)
    assert [client.client_id for client in during.clients] == [registered.right]
    assert {pair.client_id for pair in during.pairs} == {registered.right}
    assert {service.client_id for service in during.services} == {registered.right}
    assert differences(office, registered.id) == []

    put_back(office, registered)

    assert nameless(counted(office, registered.id)) == nameless(before)
    assert differences(office, registered.id) == []


def test_a_reported_person_entered_by_mistake_is_counted_nowhere_until_put_back(office, registered):
    before = counted(office, registered.id)

    take_out(office, registered, row_id=registered.reported)

    assert (counted(office, registered.id).reported, counted(office, registered.id).pairs) == ((), ())
    assert tags(office, registered.reported) == (0, 0)

    put_back(office, registered, row_id=registered.reported)

    assert tags(office, registered.reported) == (1, 1)  # one row of salted names, one phone
    assert nameless(counted(office, registered.id)) == nameless(before)


def test_nothing_of_the_person_is_deleted_or_written_over(office, registered):
    def held() -> tuple[Any, ...]:
        with office.runtime.looking(OPERATOR) as work:
            row = work.session.get_one(Client, registered.wrong)
            sealed = (row.profile_sealed, row.identity_sealed, row.sensitive_sealed)
            services = work.session.scalars(select(ServiceRow.id).where(ServiceRow.case_id == registered.id))
            return (*sealed, row.position, set(services))

    before = held()
    take_out(office, registered)
    assert held() == before
    put_back(office, registered)
    assert held() == before  # the client number too, which stands in the profile


def test_the_reason_is_kept_as_a_note_about_the_person(office, registered):
    take_out(office, registered)
    office.clock.pass_by(minutes=1)
    put_back(office, registered)

    with office.work() as work:
        work.recorded("page:opened")
        rows = queries.records(work.session, Note, [registered.id])
        heads = [work.vault.open(row.place(Section.NOTE_HEAD), row.head_sealed, NoteHead) for row in rows]
        words = [work.vault.open(row.place(Section.NOTE_BODY), row.body_sealed, NoteBody).text for row in rows]
    assert [(head.kind, head.about) for head in heads] == [
        (mistakes.MISTAKE, registered.wrong),
        (mistakes.PUT_BACK, registered.wrong),
    ]
    assert words == [WHY, "ternyata orang lain"]
    told = [event.event for event in office.events() if event.object_id == registered.wrong]
    assert told[-2:] == [Event.CLIENT_REMOVED, Event.CLIENT_RESTORED]


@pytest.mark.parametrize("why", ["", "   "])
def test_without_a_reason_nobody_is_taken_out_or_put_back(office, registered, why):
    with pytest.raises(Refused) as refusal:
        take_out(office, registered, why=why)
    assert problems(refusal) == {"required"}


def test_no_deadline_of_the_person_runs(office, at):
    file = file_of(office, at.case(clients=2, tpks=("TP_FISIK",)))
    assert file.wrong in subjects(office, file.id)

    take_out(office, file)
    assert file.wrong not in subjects(office, file.id)
    assert file.right in subjects(office, file.id)

    put_back(office, file)
    assert file.wrong in subjects(office, file.id)


def test_no_search_finds_the_person(office, at):
    who = office.somebody("PENERIMA")
    nik = "6303055204140099"
    with office.work(who.actor) as work:
        case_id = at.case()
        made.join_team(office, case_id, who)
    entry = made.client(1)
    entry = IntakeClient(
        id=entry.id,
        profile=entry.profile,
        identity=msgspec.structs.replace(entry.identity, name="Cempaka Salah Ketik", nik=nik, phone=""),
    )
    with office.work(who.actor) as work:
        services.join_client(work, case_id, entry)
    file = file_of(office, case_id)

    def found() -> set[UUID]:
        hits = set()
        for asked in (Search(Query(name="Cempaka Salah Ketik")), Search(Query(nik=nik))):
            with office.runtime.reading(who.actor, asked.opening) as work:
                hits |= {match.subject_id for match in asked.rank(work)}
        return hits

    assert file.wrong in found()
    take_out(office, file)
    assert file.wrong not in found()
    put_back(office, file)
    assert file.wrong in found()


def test_links_of_the_person_connect_nobody_meanwhile(office, at, registered):
    boss = office.somebody("SUPERVISOR")
    first, last = at.case(), at.case()
    ends = [made.row_ids(office, Client, case_id)[0] for case_id in (first, last)]
    with office.work(boss.actor) as work:
        for end in ends:
            linking.confirm(work, CLIENTS, registered.wrong, end)

    def tokens() -> list[UUID]:
        with office.runtime.looking(OPERATOR) as work:
            return [work.session.get_one(Client, row_id).person_id for row_id in (*ends, registered.wrong)]

    assert len(set(tokens())) == 1
    take_out(office, registered)
    assert len(set(tokens())) == 3
    with office.runtime.looking(boss.actor) as work:
        row = work.session.get_one(Client, ends[0])
        assert history.counts(work, CLIENTS, [row]) == {}
        shown = links.of_people(work, CLIENTS, {ends[0]})
        assert registered.wrong not in {end for line in shown for end in (line.link.first, line.link.second)}
    with pytest.raises(NotFound), office.work(boss.actor) as work:
        linking.ask(work, CLIENTS, registered.wrong, ends[0])
    put_back(office, registered)
    assert len(set(tokens())) == 1


def test_nobody_is_asked_whether_the_person_is_somebody(office, at):
    boss = office.somebody("SUPERVISOR")
    link_id = made.make_link(office, office.unit_id)
    with office.runtime.looking(OPERATOR) as work:
        link = work.session.get_one(linking.PersonLink, link_id)
        case_id = work.session.get_one(Client, link.first).case_id
    with office.work() as work:
        services.join_client(work, case_id, made.client(1))

    def waiting() -> bool:
        with office.runtime.looking(boss.actor) as work:
            return link_id in {question.link.id for question in links.open_questions(work)}

    assert waiting()
    with office.work() as work:
        mistakes.take_out(work, case_id, Client, link.first, WHY)
    assert not waiting()
    with office.work() as work:
        mistakes.put_back(work, case_id, Client, link.first, WHY)
    assert waiting()


def test_no_paper_shows_the_person(office, registered):
    take_out(office, registered)
    take_out(office, registered, row_id=registered.reported)

    with office.work() as work:
        work.recorded("paper:printed")
        case = work.session.get_one(Case, registered.id)
        dossier = Dossier(work, case, work.session.get_one(Unit, case.unit_id), LetterDesk())
        assert [each.row.id for each in dossier.clients] == [registered.right]
        assert dossier.reported == []
        assert {each.service.client_id for each in dossier.services} == {registered.right}


def test_what_was_typed_into_simfoni_waits_to_be_changed_there(office):
    case_id = sim.make_waiting(office)
    with office.work() as work:
        wrong = services.join_client(work, case_id, made.client(1)).id
    sim.enter(office, case_id)
    assert sim.standing(office, case_id) is Standing.ENTERED

    with office.work() as work:
        mistakes.take_out(work, case_id, Client, wrong, WHY)

    assert sim.standing(office, case_id) is Standing.CHANGED


def test_the_risk_of_the_case_follows_those_who_are_left(office, file):
    made.make_risk(office, file.id, file.wrong)
    assert made.case_row(office, file.id).risk == "RK_TINGGI"

    take_out(office, file)
    assert made.case_row(office, file.id).risk == "RK_SEDANG"
    put_back(office, file)
    assert made.case_row(office, file.id).risk == "RK_TINGGI"


# --- who may ---------------------------------------------------------------------------------------------------------


def test_before_the_registration_the_team_takes_a_client_out(office, at, file):
    take_out(office, file, at.intake)
    put_back(office, file, at.intake)

    with pytest.raises(NotFound):
        take_out(office, file, office.somebody("PENERIMA"))


def test_a_client_with_a_number_is_taken_out_and_put_back_by_who_may_void(office, at, registered):
    with pytest.raises(NotPermitted):
        take_out(office, registered, at.manager)
    take_out(office, registered, at.supervisor)
    with pytest.raises(NotPermitted):
        put_back(office, registered, at.manager)
    put_back(office, registered, at.supervisor)


def test_the_team_takes_a_reported_person_out_at_any_time(office, at, registered):
    take_out(office, registered, at.manager, registered.reported)
    put_back(office, registered, at.manager, registered.reported)


def test_nobody_with_a_part_in_the_matter_takes_anybody_out(office, registered):
    related = office.somebody("SUPERVISOR")
    made.put_on_case(office, registered.id, office.somebody("SUPERVISOR"), related)
    made.declare(office, registered.id, related, has_part=True)

    with pytest.raises(NotPermitted):
        take_out(office, registered, related)


# --- what stands in the way ------------------------------------------------------------------------------------------


def test_the_last_client_is_not_taken_out(office, at):
    case_id = at.case()
    with pytest.raises(Refused) as refusal, office.work() as work:
        mistakes.take_out(work, case_id, Client, made.row_ids(office, Client, case_id)[0], WHY)
    assert problems(refusal) == {"mistake.last-client"}


def test_the_last_client_still_helped_is_not_taken_out(office, at, registered):
    at.approve_end(registered.id, at.propose(registered.id, registered.right))

    with pytest.raises(Refused) as refusal:
        take_out(office, registered)

    assert problems(refusal) == {"mistake.last-helped"}


def test_who_is_matched_with_somebody_of_a_merged_file_is_not_taken_out(office, at, file):
    other = at.case(clients=2)
    made.merge(office, office.somebody("SUPERVISOR").actor, file.id, other)
    twin = made.row_ids(office, Client, other)[1]

    with pytest.raises(Refused) as ours:
        take_out(office, file)
    with pytest.raises(Refused) as theirs, office.work() as work:
        mistakes.take_out(work, other, Client, twin, WHY)

    assert problems(ours) == problems(theirs) == {"mistake.matched"}
    assert ours.value.problems[0].params == {"number": made.case_row(office, other).register_no}
    assert theirs.value.problems[0].params == {"number": made.case_row(office, file.id).register_no}


def _request(office: Office, case_id: UUID, client_id: UUID) -> UUID:
    with office.work() as work:
        head = handling.AidRequest(on=made.today(office), client_id=client_id)
        text = handling.AidRequestText(name="Pelapor Rekaan", act="dugaan penganiayaan")
        return aid_requests.record(work, case_id, head, text).id


def _refer(office: Office, case_id: UUID, client_id: UUID, *, sent: bool = False) -> UUID:
    institution = referral_office.make_institution(office, name=f"Lembaga {case_id}")
    return referral_office.make_referral(office, case_id, client_id, institution, sent=sent)


def _milestone(office: Office, case_id: UUID, client_id: UUID) -> UUID:
    with office.work() as work:
        head = work_structs.LegalStep(client_id=client_id, milestone="LG_LP", on=made.today(office))
        sealed = {
            "step_sealed": (Section.LEGAL_STEP, head),
            "text_sealed": (Section.LEGAL_STEP_TEXT, work_structs.LegalStepText()),
        }
        row = add_record(work, LegalStep, case_id, sealed, is_removed=False)
        work.touched(case_id, Event.LEGAL_STEP_RECORDED, row.id, row=row)
        return row.id


def _document(office: Office, case_id: UUID, client_id: UUID) -> UUID:
    return document_office.make_document(office, case_id, client_id=client_id)


def _stay(office: Office, case_id: UUID, client_id: UUID) -> UUID:
    who = office.somebody("SUPERVISOR")
    made.join_team(office, case_id, who)
    return safety_office.enter(office, who, case_id, client_id)


HELD: dict[str, Callable[[Office, UUID, UUID], UUID]] = {
    "mistake.services": made.make_service,
    "mistake.consents": made.make_consent,
    "mistake.follow-ups": made.make_follow_up,
    "mistake.assessments": course.make_assessment,
    "mistake.plans": course.make_plan,
    "mistake.monitorings": course.make_monitoring,
    "mistake.requests": _request,
    "mistake.referrals": _refer,
    "mistake.legal": _milestone,
    "mistake.documents": _document,
}


@pytest.mark.parametrize("code", HELD)
def test_while_something_about_the_client_alone_stands_nobody_is_taken_out(office, registered, code):
    HELD[code](office, registered.id, registered.wrong)

    with pytest.raises(Refused) as refusal:
        take_out(office, registered)

    assert code in problems(refusal)
    with office.runtime.looking(OPERATOR) as work:
        assert not work.session.get_one(Client, registered.wrong).is_removed


def test_what_stands_is_told_at_once(office, registered):
    for code in ("mistake.services", "mistake.plans", "mistake.documents"):
        HELD[code](office, registered.id, registered.wrong)

    with pytest.raises(Refused) as refusal:
        take_out(office, registered)

    assert problems(refusal) == {"mistake.services", "mistake.plans", "mistake.documents"}


def test_a_stay_in_a_shelter_stands_in_the_way(office, registered):
    _stay(office, registered.id, registered.wrong)

    with pytest.raises(Refused) as refusal:
        take_out(office, registered)

    assert problems(refusal) == {"mistake.stays", "mistake.services"}


def test_a_proposed_and_an_approved_end_stand_in_the_way(office, at, registered):
    proposal = at.propose(registered.id, registered.wrong)
    with pytest.raises(Refused) as proposed:
        take_out(office, registered)
    at.approve_end(registered.id, proposal)
    with pytest.raises(Refused) as approved:
        take_out(office, registered)

    assert problems(proposed) == problems(approved) == {"mistake.ends"}


def test_what_was_taken_back_stands_in_nobodys_way(office, at, registered):
    case_id, wrong = registered.id, registered.wrong
    service = made.make_service(office, case_id, wrong)
    course_rows = [make(office, case_id, wrong) for make in (course.make_assessment, course.make_plan)]
    typed = [
        (Consent, made.make_consent(office, case_id, wrong)),
        (FollowUp, made.make_follow_up(office, case_id, wrong)),
    ]
    referral, request, proposal = (
        _refer(office, case_id, wrong, sent=True),
        _request(office, case_id, wrong),
        at.propose(case_id, wrong),
    )
    with office.work() as work:
        records.remove_service(work, case_id, service)
        for row_id in course_rows:
            records.take_back(work, case_id, row_id)
        for kind, row_id in typed:
            mistakes.take_out_record(work, case_id, kind, row_id, WHY)
        referrals.take_step(work, referral, "cancel", Answer(work.now, text="salah orang"))
        terminations.retract(work, case_id, proposal, "salah orang")
        row = work.session.get_one(AidRequest, request)
        head, text = aid_requests.read(work, row)
        everybody = msgspec.structs.replace(head, client_id=None)
        aid_requests.correct(work, case_id, request, everybody, text, expected=None)

    take_out(office, registered)

    assert wrong not in subjects(office, case_id)
    assert [client.client_id for client in counted(office, case_id).clients] == [registered.right]
    assert counted(office, case_id).referrals == ()


# --- what follows ----------------------------------------------------------------------------------------------------


def test_nothing_more_is_done_about_who_was_taken_out(office, registered):
    take_out(office, registered)

    for act in (made.make_service, made.make_consent, course.make_plan, made.make_risk):
        with pytest.raises(Conflict):
            act(office, registered.id, registered.wrong)
    entry = IntakeClient(id=registered.wrong, profile=made.client(0).profile, identity=made.client(0).identity)
    with pytest.raises(Conflict), office.work() as work:
        services.save_client(work, registered.id, entry, expected=None)
    with pytest.raises(Conflict):
        take_out(office, registered)


def test_who_stands_is_not_put_back(office, registered):
    with pytest.raises(Conflict):
        put_back(office, registered)


def test_who_is_added_meanwhile_gets_a_place_of_its_own(office, registered):
    take_out(office, registered)
    with office.work() as work:
        services.join_client(work, registered.id, made.client(2))
    put_back(office, registered)

    with office.runtime.looking(OPERATOR) as work:
        rows = queries.records(work.session, Client, [registered.id])
        assert sorted(row.position for row in rows) == [1, 2, 3]


def test_a_client_put_back_after_the_registration_gets_a_number(office, at, file):
    take_out(office, file)
    at.approve(file.id)
    assert number_of(office, file.wrong) == ""

    put_back(office, file, at.supervisor)

    assert number_of(office, file.wrong)


def number_of(office: Office, client_id: UUID) -> str:
    with office.work() as work:
        work.recorded("page:opened")
        row = work.session.get_one(Client, client_id)
        return work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile).client_no


def test_who_comes_back_has_the_age_of_the_corrected_incident(office, file):
    born = msgspec.structs.replace(made.client(1).identity, birth_date=made.today(office) - timedelta(days=3650))
    with office.work() as work:
        entry = IntakeClient(id=file.wrong, profile=made.client(1).profile, identity=born)
        services.save_client(work, file.id, entry, expected=None)
    take_out(office, file)
    with office.work() as work:
        held = incident_of(work, work.session.get_one(Case, file.id))
        earlier = msgspec.structs.replace(held, first_on=held.report_on - timedelta(days=730))
        services.save_incident(work, file.id, earlier, expected=None)

    put_back(office, file)

    (age,) = {each.age_at_incident for each in counted(office, file.id).clients if each.client_id == file.wrong}
    assert age == 7  # born 3650 days ago, two years before the report: not eight yet


def test_what_a_reported_person_is_to_the_client_comes_back_with_the_client(office, registered):
    before = counted(office, registered.id)
    take_out(office, registered)
    with office.work() as work:
        row = work.session.get_one(ReportedPerson, registered.reported)
        profile = work.vault.open(row.place(Section.REPORTED_PROFILE), row.profile_sealed, people.ReportedProfile)
        shown = tuple(each for each in profile.relations if each.client_id == registered.right)  # as the page asks
        entry = IntakeReported(id=row.id, profile=msgspec.structs.replace(profile, relations=shown))
        services.save_reported(work, registered.id, entry, expected=None)

    put_back(office, registered)

    assert counted(office, registered.id).pairs == before.pairs


def test_the_case_comes_into_termination_when_only_the_mistake_had_no_proposal(office, at, registered):
    proposal = at.propose(registered.id, registered.right)
    assert at.row(registered.id).stage == "ST2_REGISTRASI"

    take_out(office, registered)
    assert at.row(registered.id).stage == "ST7_TERMINASI"
    with pytest.raises(Refused) as deciding:
        put_back(office, registered)

    at.approve_end(registered.id, proposal)
    assert at.row(registered.id).status == "closed"
    with pytest.raises(Refused) as closed:
        put_back(office, registered)
    assert (problems(deciding), problems(closed)) == ({"mistake.in-termination"}, {"mistake.closed"})


def test_nobody_is_put_back_into_a_merged_file(office, at, file):
    other = at.case()
    with office.work() as work:
        mistakes.take_out(work, file.id, Client, file.wrong, WHY)
    made.merge(
        office,
        office.somebody("SUPERVISOR").actor,
        other,
        file.id,
        {file.right: made.row_ids(office, Client, other)[0]},
    )

    with pytest.raises(Refused) as refusal:
        put_back(office, file)

    assert problems(refusal) == {"case.merged"}


def test_a_deadline_set_aside_stays_so_over_the_mistake(office, at):
    file = file_of(office, at.case(clients=2, tpks=("TP_FISIK",)))
    clock = next(
        each for each in referral_office.clocks_of(office, file.id) if each.subject_id == file.wrong and each.is_running
    )
    with office.work() as work:
        waiver = Waiver("WV_KEHENDAK", "keputusan", "tidak mau melapor", "hak dan akibat dijelaskan", "catatan lengkap")
        clocks.waive(work, file.id, clock.id, waiver)

    take_out(office, file)
    put_back(office, file)

    again = next(each for each in referral_office.clocks_of(office, file.id) if each.id == clock.id)
    assert again.state is State.WAIVED


def test_the_coded_file_of_a_case_without_mistakes_holds_everybody(office, registered):
    with office.work() as work:
        work.recorded("page:opened")
        file = coded_files(work, [registered.id])[registered.id]
    assert file.concerns(registered.wrong)
    assert file.concerns(None)
    assert not file.concerns(registered.reported)
