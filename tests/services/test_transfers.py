"""Handing a case over (*pelimpahan*): who proposes and answers, what goes along, what stays, and that nothing is counted twice."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from app.audit.chain import verify
from app.cases import queries, transfers
from app.cases.casefile import coded_files
from app.cases.models import Transfer
from app.domain.access import system
from app.domain.clocks import State
from app.domain.errors import Conflict, DomainError, NotFound, NotPermitted, Refused
from app.referrals import services as referrals
from app.referrals.models import Referral
from app.reports import rebuild
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people
from app.transfers import services as desk
from tests import case_factories as made
from tests import referral_office
from tests.factories import OPERATOR, Office
from tests.reporting import counts, recap_of
from tests.sharing import office
from tests.transfer_office import Units, letter, units_of

__all__ = ["office"]


@pytest.fixture
def at(office: Office) -> Units:
    return units_of(office)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    return {(problem.code, problem.field) for problem in refusal.value.problems}


def file_of(office: Office, case_id: UUID):
    """The coded file, and the words of the case and of its first client."""
    with office.work() as work:
        work.recorded("page:opened")
        file = coded_files(work, [case_id])[case_id]
        case = file.case
        story = work.vault.open(case.place(Section.CHRONOLOGY), case.chronology_sealed, case_structs.Chronology)
        row = file.clients[0][0]
        named = work.vault.open(row.place(Section.CLIENT_IDENTITY), row.identity_sealed, people.ClientIdentity)
        return file, story, named


def proposed(at: Units, **changed) -> tuple[UUID, UUID]:
    case_id = at.ours.bring_to(at.ours.case(clients=2), "ST5_INTERVENSI")
    return case_id, at.propose(case_id, **changed)


# --- proposing -------------------------------------------------------------------------------------------------------


def test_a_supervisor_proposes_and_the_case_goes_on_here(at):
    case_id, _transfer = proposed(at)

    assert (at.ours.row(case_id).stage, at.ours.row(case_id).status) == ("ST5_INTERVENSI", "open")
    at.ours.serve(case_id, at.ours.clients(case_id)[0])
    with pytest.raises(Conflict):
        at.propose(case_id)


def test_who_may_not_decide_does_not_transfer(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST2_REGISTRASI")
    with pytest.raises(NotPermitted):
        at.propose(case_id, at.ours.manager)
    with pytest.raises(NotFound):
        at.propose(case_id, at.chief)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"reason": ""}, ("required", "reason")),
        ({"words": " "}, ("required", "text")),
        ({"cover": ""}, ("required", "cover")),
        ({"agreed": ""}, ("required", "agreed")),
        ({"agreed_on": None}, ("required", "agreed_on")),
        ({"agreed": "TIDAK", "basis_words": "gawat"}, ("transfer.basis", "basis")),
        ({"agreed": "TIDAK", "basis": "CB_WALI", "basis_words": "gawat"}, ("transfer.basis", "basis")),
        ({"agreed": "TIDAK", "basis": "CB_BAHAYA"}, ("required", "basis_text")),
    ],
)
def test_a_transfer_says_why_and_on_which_ground(at, changed, problem):
    case_id = at.ours.case()
    with pytest.raises(Refused) as refusal:
        at.propose(case_id, **changed)
    assert codes(refusal) == {problem}


def test_while_an_end_waits_nothing_is_transferred_and_the_other_way_round(at):
    case_id = at.ours.bring_to(at.ours.case(clients=2), "ST2_REGISTRASI")
    first, second = at.ours.clients(case_id)
    end = at.ours.propose(case_id, first)
    with pytest.raises(Refused) as refusal:
        at.propose(case_id)
    assert codes(refusal) == {("transfer.end-waits", "")}

    at.ours.approve_end(case_id, end)
    at.propose(case_id)
    with pytest.raises(Refused) as refusal:
        at.ours.propose(case_id, second)
    assert codes(refusal) == {("transfer.waits", "")}


def test_a_case_does_not_end_while_another_unit_is_asked(at):
    case_id = at.ours.case()
    at.propose(case_id)
    with pytest.raises(Refused) as refusal:
        at.ours.step(case_id, "reject", at.ours.head, reason=case_structs.StepReason(text="a", advice="b"))
    assert codes(refusal) == {("transfer.waits", "")}
    assert at.ours.row(case_id).status == "open"


# --- what the other unit sees ------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_before_it_accepts_the_other_unit_reads_the_letter_and_nothing_of_the_file(at):
    case_id, transfer_id = proposed(at)
    stranger = at.office.somebody("SUPERVISOR", unit_id=at.office.unit_id, password=False)

    with at.office.runtime.looking(at.chief.actor) as work:
        assert [row.id for row in transfers.asked_of(work)] == [transfer_id]
        with pytest.raises(NotFound):
            queries.get(work, case_id)
        with pytest.raises(NotFound):
            transfers.sent(work, transfer_id)
    with at.office.runtime.looking(stranger.actor) as work, pytest.raises(NotFound):
        transfers.asked(work, transfer_id)
    with at.office.runtime.looking(at.theirs.actor) as work, pytest.raises(NotPermitted):
        transfers.asked(work, transfer_id)


def test_a_row_turned_to_another_unit_behind_the_program_asks_nobody(at):
    case_id = at.ours.case()
    transfer_id = at.propose(case_id)
    with at.office.work() as work:
        third = work.session.get_one(Transfer, transfer_id)
        third.to_unit_id = at.office.unit_id
    with at.office.runtime.looking(at.ours.supervisor.actor) as work:
        assert not transfers.asked_of(work)
        with pytest.raises(NotFound):
            transfers.asked(work, transfer_id)


# --- accepting -------------------------------------------------------------------------------------------------------


def test_accepting_makes_a_case_of_the_other_unit_and_closes_ours(at):
    case_id, transfer_id = proposed(at)
    before, story, named = file_of(at.office, case_id)
    copy_id = at.accept(transfer_id)
    ours, our_story, our_name = file_of(at.office, case_id)
    theirs, their_story, their_name = file_of(at.office, copy_id)

    assert (ours.case.status, ours.case.stage, ours.case.closed_at is None) == ("transferred", "ST5_INTERVENSI", False)
    assert {profile.closure_reason for _row, profile in ours.clients} == {"AT_LIMPAH"}
    assert (theirs.case.unit_id, theirs.case.status, theirs.case.stage) == (
        at.chief.unit_id,
        "open",
        "ST2_REGISTRASI",
    )
    assert theirs.case.risk == ours.case.risk
    assert (theirs.incident.transfer_in, theirs.incident.channel) == (True, "CH_LIMPAH")
    assert (their_story, their_name) == (story, named) == (our_story, our_name)
    for kind in ("clients", "reported", "services", "assessments", "plans"):
        assert len(getattr(theirs, kind)) == len(getattr(before, kind)) == len(getattr(ours, kind)) > 0, kind
    assert not theirs.consents
    assert len(ours.consents) == len(before.consents) > 0
    assert all(profile.client_no and profile.ended_on is None for _row, profile in theirs.clients)
    assert [row.person_id for row, _profile in theirs.clients] == [row.person_id for row, _profile in ours.clients]
    ids = {row.id for row, _profile in theirs.clients}
    assert {service.client_id for _row, service in theirs.services} <= ids
    assert {relation.client_id for _row, profile in theirs.reported for relation in profile.relations} == ids
    with at.office.runtime.looking(system("test")) as work:
        assert verify(work.session).ok


def test_the_new_owner_reads_its_case_and_the_first_one_does_not(at):
    case_id, transfer_id = proposed(at)
    copy_id = at.accept(transfer_id)
    made.declare(at.office, copy_id, at.theirs)

    with at.office.runtime.looking(at.theirs.actor) as work:
        assert queries.is_on_team(work, copy_id)
        with pytest.raises(NotFound):
            queries.get(work, case_id)
    with at.office.runtime.looking(at.ours.supervisor.actor) as work:
        assert queries.get(work, case_id).status == "transferred"
        with pytest.raises(NotFound):
            queries.get(work, copy_id)


def test_what_was_not_agreed_to_pass_on_stays_behind(at):
    case_id, transfer_id = proposed(at, parts=())
    copy_id = at.accept(transfer_id)
    theirs, story, named = file_of(at.office, copy_id)

    assert named.name
    assert story == case_structs.Chronology()
    assert [*theirs.services, *theirs.assessments, *theirs.plans] == []
    assert len(theirs.reports) == 1


def test_a_client_who_has_ended_stays_behind(at):
    case_id = at.ours.bring_to(at.ours.case(clients=2), "ST5_INTERVENSI")
    first, second = at.ours.clients(case_id)
    at.ours.approve_end(case_id, at.ours.propose(case_id, first))
    copy_id = at.accept(at.propose(case_id))
    ours, _story, _named = file_of(at.office, case_id)
    theirs, _story, _named = file_of(at.office, copy_id)

    assert [profile.closure_reason for _row, profile in ours.clients] == ["AT_TUJUAN", "AT_LIMPAH"]
    assert len(theirs.clients) == 1
    assert {service.client_id for _row, service in theirs.services} <= {theirs.clients[0][0].id}


def test_referrals_go_along_as_they_stand_and_their_old_deadlines_are_history(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    client_id = at.ours.clients(case_id)[0]
    institution = referral_office.make_institution(at.office, name="RSUD Rekaan")
    referral_office.make_referral(at.office, case_id, client_id, institution, sent=True)
    at.office.clock.pass_by(days=30)
    copy_id = at.accept(at.propose(case_id))

    with at.office.work() as work:
        work.recorded("page:opened")
        row = work.session.scalars(select(Referral).where(Referral.case_id == copy_id)).one()
        head, text = referrals.read(work, row), referrals.read_text(work, row)
    assert (row.status, text.institution_name, head.institution_id) == ("RF_SENT", "RSUD Rekaan", None)
    running = [clock for clock in referral_office.clocks_of(at.office, copy_id) if clock.state is State.RUNNING]
    assert running
    assert [clock.rule_id for clock in running if clock.due_at < at.office.clock.at] == []
    assert State.RUNNING not in {clock.state for clock in referral_office.clocks_of(at.office, case_id)}


def test_a_case_nobody_screened_waits_at_the_report_there(at):
    case_id = at.ours.case()
    with at.office.work() as work:
        case = work.session.get_one(type(at.ours.row(case_id)), case_id)
        case.risk = ""
        work.recorded("page:opened")
    copy_id = at.accept(at.propose(case_id))

    assert at.ours.row(copy_id).stage == "ST1_PENGADUAN"
    assert at.ours.row(copy_id).registered_at is None


def test_a_transfer_is_answered_once(at):
    case_id = at.ours.case()
    transfer_id = at.propose(case_id)
    at.accept(transfer_id)
    with pytest.raises(NotFound):
        at.accept(transfer_id)
    with pytest.raises(Conflict), at.office.work(at.ours.supervisor.actor) as work:
        transfers.retract(work, transfer_id, "keliru")
    with pytest.raises(DomainError):
        at.propose(case_id)


def test_who_accepts_names_a_manager_of_the_own_unit(at):
    transfer_id = at.propose(at.ours.case())
    with pytest.raises(Refused), at.office.work(at.chief.actor) as work:
        desk.accept(work, transfer_id, manager_id=None)
    with pytest.raises(NotFound), at.office.work(at.chief.actor) as work:
        desk.accept(work, transfer_id, manager_id=at.ours.manager.id)


# --- declining, taking back ------------------------------------------------------------------------------------------


@pytest.mark.own_office
@pytest.mark.parametrize("way", ["refuse", "retract"])
def test_declined_or_taken_back_the_case_stays_as_it_was(at, way):
    case_id, transfer_id = proposed(at)
    who = at.chief if way == "refuse" else at.ours.supervisor
    with pytest.raises(Refused), at.office.work(who.actor) as work:
        getattr(transfers, way)(work, transfer_id, " ")
    with at.office.work(who.actor) as work:
        getattr(transfers, way)(work, transfer_id, "Bukan wilayah kami.")

    file, _story, _named = file_of(at.office, case_id)
    assert (file.case.stage, file.case.status) == ("ST5_INTERVENSI", "open")
    assert all(profile.ended_on is None for _row, profile in file.clients)
    with at.office.runtime.looking(at.chief.actor) as work:
        assert not transfers.asked_of(work)
    at.propose(case_id)


# --- outside ---------------------------------------------------------------------------------------------------------


def test_to_somebody_outside_the_case_closes_with_the_letter(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    institution = referral_office.make_institution(at.office, "IN_UPTD", "UPTD PPA Jauh")
    with at.office.work(at.ours.supervisor.actor) as work:
        row_id = desk.hand_out(work, case_id, institution, letter(at.office, letter_no="463/12", cover="")).id
    with at.office.work() as work:
        work.recorded("page:opened")
        row = work.session.get_one(Transfer, row_id)
        head, text = transfers.read(work, row)

    assert (row.state, row.to_unit_id, row.to_case_id) == ("outside", None, None)
    assert (head.institution_type, text.receiver, text.letter_no) == ("IN_UPTD", "UPTD PPA Jauh", "463/12")
    assert at.ours.row(case_id).status == "transferred"


def test_without_letter_or_institution_nothing_is_handed_out(at):
    case_id = at.ours.case()
    institution = referral_office.make_institution(at.office)
    with pytest.raises(Refused) as refusal, at.office.work(at.ours.supervisor.actor) as work:
        desk.hand_out(work, case_id, institution, letter(at.office))
    assert codes(refusal) == {("required", "letter_no")}
    with pytest.raises(Refused) as refusal, at.office.work(at.ours.supervisor.actor) as work:
        desk.hand_out(work, case_id, None, letter(at.office, letter_no="1"))
    assert codes(refusal) == {("required", "institution_id")}
    assert at.ours.row(case_id).status == "open"


# --- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_a_case_handed_over_is_counted_once_by_who_recorded_it_first(at):
    """Counting rule 11: the receiver shows it beside the sums."""
    _case_id, transfer_id = proposed(at)
    before = recap_of(at.office)
    at.accept(transfer_id)
    ours, theirs = recap_of(at.office), recap_of(at.office, area="63.04")

    assert (ours["totals"]["cases"], ours["totals"]["victims"]) == (1, 2)
    assert counts(ours, "services_by_kind") == counts(before, "services_by_kind")
    assert counts(ours, "cases_closed_by_kind") == {"TM_DITUTUP": 2}
    assert not any(theirs["totals"].values())
    assert [name for name in theirs["tables"] if counts(theirs, name)] == []
    assert (theirs["transferred_in"]["cases"], theirs["transferred_in"]["victims"]) == (1, 2)
    assert rebuild.check(at.office.runtime, OPERATOR).ok
