"""The stages of a case and their guards, registration with its team and client numbers, the one-officer office (case-management 6.2)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.accounts import services as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import client_numbers, consents, progress, queries, records, services, team, terminations
from app.cases.models import Case, Client, StageStep, TeamMember
from app.cases.registration import Given, register_case
from app.db.base import new_id
from app.domain.clocks import State
from app.domain.errors import Conflict, NotPermitted, Refused
from app.domain.stages import Stage
from app.reports import rebuild
from app.security.sections import Section
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.structs.case import NoteHead, StepReason
from tests import case_factories as made
from tests import referral_office as desk
from tests.factories import OPERATOR, Office
from tests.sharing import office
from tests.stage_office import WHY, Stages, people_of

__all__ = ["office"]


@pytest.fixture
def at(office: Office) -> Stages:
    return people_of(office)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refusal.value.problems}


def numbers(office: Office, case_id: UUID) -> list[str]:
    with office.work() as work:
        rows = sorted(queries.records(work.session, Client, [case_id]), key=lambda row: row.position)
        work.recorded("page:opened")
        return [
            work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile).client_no
            for row in rows
        ]


def reasons(office: Office, case_id: UUID) -> list[StepReason]:
    with office.work() as work:
        rows = queries.records(work.session, StageStep, [case_id])
        work.recorded("page:opened")
        return [work.vault.open(row.place(Section.STEP_REASON), row.reason_sealed, StepReason) for row in rows]


# --- the straight way ------------------------------------------------------------------------------------------------


def test_a_case_walks_from_report_to_its_end_and_everybody_did_their_part(at):
    case_id = at.bring_to(at.case(clients=2), "ST6_MONITORING")

    at.close(case_id)

    row = at.row(case_id)
    assert (row.stage, row.status, row.closed_at) == ("ST8_PASCA", "closed", at.office.clock())
    assert row.registered_at is not None


STRAIGHT = [
    ("ST1_PENGADUAN", "approve", "step.team"),
    ("ST2_REGISTRASI", "assess", "step.consent"),
    ("ST3_ASESMEN", "plan", "step.assessed"),
    ("ST4_RENCANA", "intervene", "step.plan-agreed"),
    ("ST5_INTERVENSI", "monitor", "step.served"),
    ("ST6_MONITORING", "propose-end", "step.proposed"),
]


@pytest.mark.parametrize(("stage", "code", "missing"), STRAIGHT)
def test_no_stage_is_left_before_what_it_is_for_is_done(at, stage, code, missing):
    case_id = at.bring_to(at.case(), stage)
    who = at.supervisor if code == "approve" else at.manager

    with pytest.raises(Refused) as refusal:
        at.step(case_id, code, who)

    assert codes(refusal) == {missing}
    assert at.row(case_id).stage == stage


def test_a_report_without_screening_is_not_registered(at):
    case_id = at.case()
    with at.office.work() as work:
        row = work.session.get_one(Case, case_id)
        row.risk = ""
        work.recorded("page:opened")

    with pytest.raises(Refused) as refusal:
        at.approve(case_id)

    assert codes(refusal) == {"step.screened"}


def test_assessment_waits_for_the_consent_of_every_client_and_not_for_a_withdrawn_one(at):
    case_id = at.bring_to(at.case(clients=2), "ST2_REGISTRASI")
    first, second = at.clients(case_id)
    at.consent(case_id, first)
    withdrawn = at.consent(case_id, second)
    with at.office.work(at.manager.actor) as work:
        back = work_structs.Withdrawal(made.today(at.office), effect="WE_HENTI")
        consents.withdraw(work, case_id, withdrawn, back)

    with pytest.raises(Refused) as refusal:
        at.step(case_id, "assess")

    assert codes(refusal) == {"step.consent"}


def test_monitoring_leads_back_to_the_plan(at):
    case_id = at.bring_to(at.case(), "ST6_MONITORING")

    at.step(case_id, "replan")

    assert at.row(case_id).stage == "ST4_RENCANA"


def test_a_step_decided_on_an_older_state_is_a_conflict(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")

    with pytest.raises(Conflict), at.office.work(at.manager.actor) as work:
        progress.take_step(work, case_id, "assess-emergency", WHY, expected="ST1_PENGADUAN/open")


def test_a_worker_approves_no_case(at):
    case_id = at.case()
    made.join_team(at.office, case_id, at.manager, "MANAJER")

    with pytest.raises(NotPermitted):
        at.step(case_id, "approve")


# --- emergencies -----------------------------------------------------------------------------------------------------


def test_in_an_emergency_help_comes_first_and_the_consent_is_asked_for_within_days(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")

    at.step(case_id, "assess-emergency")
    assert desk.clock_states(at.office, case_id)["DEF-CONSENT"] == {State.RUNNING}
    at.consent(case_id, at.clients(case_id)[0])

    assert desk.clock_states(at.office, case_id)["DEF-CONSENT"] == {State.MET}


def test_an_emergency_needs_its_reason(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")

    with pytest.raises(Refused) as refusal:
        at.step(case_id, "emergency-service", reason=StepReason(text=" "))

    assert codes(refusal) == {"step.reason"}


def test_emergency_service_is_no_short_cut_past_assessment_and_plan(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    at.step(case_id, "emergency-service")
    at.serve(case_id, at.clients(case_id)[0])

    with pytest.raises(Refused) as refusal:
        at.step(case_id, "monitor")
    assert codes(refusal) == {"step.plan-agreed"}
    with pytest.raises(Refused) as refusal:
        at.step(case_id, "assess-after-emergency")
    assert codes(refusal) == {"step.consent"}


def test_another_basis_does_not_stop_the_clock_of_the_consent(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    at.step(case_id, "assess-emergency")

    made.make_consent(at.office, case_id, at.clients(case_id)[0], basis="CB_BAHAYA", conflict="")

    assert desk.clock_states(at.office, case_id)["DEF-CONSENT"] == {State.RUNNING}


# --- registration ----------------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_registration_names_the_team_and_gives_every_client_a_number(at):
    first, second = at.case(clients=2), at.case()
    at.approve(first)
    at.approve(second)

    with at.office.runtime.looking(at.supervisor.actor) as work:
        roles = {member.role for member in queries.team_of(work.session, [first])}
    assert roles == {"PENERIMA", "MANAJER", "SUPERVISOR"}
    assert numbers(at.office, first) == ["6303-K/2026/0001", "6303-K/2026/0002"]
    assert numbers(at.office, second) == ["6303-K/2026/0003"]


@pytest.mark.own_office
def test_a_client_keeps_the_number_when_the_file_is_corrected(at):
    case_id = at.case()
    at.approve(case_id)
    client_id = at.clients(case_id)[0]
    entry = made.client(education="ED_SD")
    with at.office.work() as work:
        corrected = type(entry)(id=client_id, profile=entry.profile, identity=entry.identity)
        services.save_client(work, case_id, corrected, expected=None)

    assert numbers(at.office, case_id) == ["6303-K/2026/0001"]


@pytest.mark.own_office
def test_who_joins_a_registered_case_gets_the_next_number_and_a_refused_approval_uses_none(at):
    case_id = at.case()
    with pytest.raises(Refused):
        at.step(case_id, "approve", at.supervisor)
    at.approve(case_id)

    with at.office.work(at.manager.actor) as work:
        services.join_client(work, case_id, made.client(1))

    assert numbers(at.office, case_id) == ["6303-K/2026/0001", "6303-K/2026/0002"]


def test_the_number_stands_in_no_column(at):
    case_id = at.case()
    at.approve(case_id)
    with at.office.runtime.looking(at.supervisor.actor) as work:
        row = work.session.get_one(Client, at.clients(case_id)[0])
        held = [value for value in vars(row).values() if isinstance(value, bytes | str)]

    assert not any(b"-K/2026" in value if isinstance(value, bytes) else "-K/2026" in value for value in held)


@pytest.mark.own_office
def test_numbers_are_given_once_per_act_however_often_they_are_asked_for(at):
    case_id = at.case()
    with at.office.work() as work:
        case = work.session.get_one(Case, case_id)
        client_numbers.issue(work, case)
        client_numbers.issue(work, case)
        work.recorded("page:opened")

    assert numbers(at.office, case_id) == ["6303-K/2026/0001"]


def test_a_manager_whose_name_is_in_the_case_is_looked_at_first(at):
    namesake = at.office.somebody("MANAJER", name="Bunga Rekaan")
    case_id = at.case()

    with pytest.raises(Refused) as refusal:
        at.step(case_id, "approve", at.supervisor, manager_id=namesake.id)
    assert codes(refusal) == {"assign.namesake"}

    at.step(case_id, "approve", at.supervisor, manager_id=namesake.id, knowingly=True)
    assert at.row(case_id).stage == "ST2_REGISTRASI"


def test_an_imported_case_needs_no_paper_of_the_stages_it_had_behind_it(at):
    with at.office.work() as work:
        unit = work.session.get_one(Unit, at.office.unit_id)
        given = Given(new_id(), new_id(), stage="ST5_INTERVENSI")
        case = register_case(work, made.intake(work, (made.client(),)), unit, given=given)
        case.is_hidden = False
        team.assign(work, case, at.manager.id, "MANAJER")
        case_id = case.id
    at.serve(case_id, at.clients(case_id)[0])

    at.step(case_id, "monitor")
    at.step(case_id, "replan")
    assert at.row(case_id).stage == "ST4_RENCANA"


# --- rejection -------------------------------------------------------------------------------------------------------


def test_a_rejected_report_keeps_reason_and_advice_and_can_be_read(at):
    case_id = at.case()
    with pytest.raises(Refused) as refusal:
        at.step(case_id, "reject", at.supervisor)
    assert codes(refusal) == {"step.advice"}

    at.step(case_id, "reject", at.supervisor, StepReason(text="bukan kewenangan", advice="Dinas Sosial"))

    assert reasons(at.office, case_id)[-1].advice == "Dinas Sosial"
    with at.office.runtime.looking(at.intake.actor) as work:
        assert queries.get(work, case_id).status == "rejected"
    with pytest.raises(Conflict), at.office.work(at.intake.actor) as work:
        records.write_note(work, case_id, NoteHead(on=made.today(at.office)), "masih menulis")


def test_a_rejection_by_mistake_is_taken_back_and_the_case_goes_on_where_it_was(at):
    case_id = at.case()
    clocks = desk.clock_states(at.office, case_id)
    before = at.row(case_id)
    at.step(case_id, "reject", at.supervisor, StepReason(text="bukan kewenangan", advice="Dinas Sosial"))
    ended = desk.clock_states(at.office, case_id)

    at.step(case_id, "take-up", at.supervisor, StepReason(text="salah tekan"))

    row = at.row(case_id)
    assert (row.stage, row.status, row.due_at) == (before.stage, "open", before.due_at)
    assert {State.RUNNING} in clocks.values()
    assert not any(State.RUNNING in states for states in ended.values())
    assert desk.clock_states(at.office, case_id) == clocks
    assert [each.text for each in reasons(at.office, case_id)] == ["bukan kewenangan", "salah tekan"]
    assert [each.event for each in at.office.events() if each.object_id == case_id][-1] == Event.CASE_REOPENED
    assert [d for d in rebuild.check(at.office.runtime, OPERATOR).differences if d.id == case_id] == []
    at.approve(case_id)
    assert at.row(case_id).stage == "ST2_REGISTRASI"


def test_a_rejection_is_taken_back_by_who_decides_and_with_a_reason(at):
    case_id = at.case()
    with pytest.raises(Conflict):
        at.step(case_id, "take-up", at.supervisor)
    at.step(case_id, "reject", at.supervisor, StepReason(text="bukan kewenangan", advice="Dinas Sosial"))

    with pytest.raises(NotPermitted):
        at.step(case_id, "take-up", at.intake)
    with pytest.raises(Refused) as refusal:
        at.step(case_id, "take-up", at.supervisor, StepReason())
    assert codes(refusal) == {"step.reason"}

    with at.office.work(at.supervisor.actor) as work:
        progress.void(work, case_id, WHY)
    with pytest.raises(Conflict):
        at.step(case_id, "take-up", at.supervisor)


# --- one officer -----------------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_who_received_a_report_does_not_approve_it_while_somebody_else_can(at):
    own = made.make_case(at.office, received_by=at.supervisor)

    with pytest.raises(Refused) as refusal:
        at.step(own, "approve", at.supervisor, manager_id=at.manager.id)
    assert codes(refusal) == {"step.own-case"}

    at.step(own, "approve", at.head, manager_id=at.manager.id)
    assert [reason.alone for reason in reasons(at.office, own)] == [False]


@pytest.mark.own_office
def test_the_only_one_who_may_decide_does_and_file_and_log_say_so(office):
    alone = office.somebody("SUPERVISOR", "MANAJER", "PENERIMA")
    case_id = made.make_case(office, received_by=alone)
    with office.work(alone.actor) as work:
        progress.take_step(work, case_id, "approve", WHY, choices=progress.Choices(manager_id=alone.id))

    assert reasons(office, case_id)[-1].alone
    registered = next(line for line in office.events() if line.event == "case:registered")
    assert registered.purpose == "single-officer"
    with office.runtime.looking(alone.actor) as work:
        assert {m.role for m in queries.team_of(work.session, [case_id])} == {"PENERIMA", "MANAJER", "SUPERVISOR"}


def test_a_unit_set_to_one_officer_lets_the_same_person_decide(at):
    with at.office.work() as work:
        unit = work.session.get_one(Unit, at.office.unit_id)
        unit.is_single_officer = True
        work.recorded("page:opened")
    own = made.make_case(at.office, received_by=at.supervisor)

    at.step(own, "approve", at.supervisor, manager_id=at.manager.id)

    assert reasons(at.office, own)[-1].alone


@pytest.mark.own_office
def test_a_second_supervisor_whose_account_is_off_does_not_count(at):
    with at.office.work() as work:
        accounts.disable(work, at.head.id)
    own = made.make_case(at.office, received_by=at.supervisor)

    at.step(own, "approve", at.supervisor, manager_id=at.manager.id)

    assert reasons(at.office, own)[-1].alone


# --- a closed file ---------------------------------------------------------------------------------------------------


def test_on_a_closed_case_only_what_belongs_to_the_time_after_is_done(at):
    case_id = at.close(at.bring_to(at.case(), "ST6_MONITORING"))
    client_id = at.clients(case_id)[0]
    today = made.today(at.office)
    refused = [
        lambda work: services.join_client(work, case_id, made.client(1)),
        lambda work: records.record_service(
            work,
            case_id,
            work_structs.Service(client_id=client_id, on=today, activity="AK_KONSELING"),
            work_structs.ServiceText(),
        ),
        lambda work: terminations.propose(work, case_id, at.proposal(client_id)),
    ]
    for act in refused:
        with pytest.raises(Conflict), at.office.work(at.manager.actor) as work:
            act(work)
    with at.office.work(at.manager.actor) as work:
        records.write_note(work, case_id, NoteHead(on=today), "keluarga menelepon")
        follow_up = work_structs.FollowUp(client_id=client_id, on=today, kind="FU_TELEPON")
        records.record_follow_up(work, case_id, follow_up, "baik")


def test_nobody_joins_while_termination_is_decided_on(at):
    case_id = at.bring_to(at.case(), "ST6_MONITORING")
    at.propose(case_id, at.clients(case_id)[0])

    with pytest.raises(Conflict), at.office.work(at.manager.actor) as work:
        services.join_client(work, case_id, made.client(1))


# --- after the end ---------------------------------------------------------------------------------------------------


def contact(at: Stages, case_id: UUID) -> None:
    follow_up = work_structs.FollowUp(client_id=at.clients(case_id)[0], on=made.today(at.office), kind="FU_TELEPON")
    with at.office.work(at.manager.actor) as work:
        records.record_follow_up(work, case_id, follow_up, "baik")


def test_three_contacts_after_the_end_finish_the_case_and_meet_their_clocks(at):
    case_id = at.close(at.bring_to(at.case(), "ST6_MONITORING"))
    assert desk.clock_states(at.office, case_id)["DEF-POST"] == {State.RUNNING}
    with pytest.raises(Refused) as refusal:
        at.step(case_id, "finish", reason=StepReason())
    assert codes(refusal) == {"step.aftercare"}
    for days in (28, 60, 90):
        at.office.clock.at += timedelta(days=days)
        contact(at, case_id)

    at.step(case_id, "finish", reason=StepReason())

    assert desk.clock_states(at.office, case_id)["DEF-POST"] == {State.MET}
    assert (at.row(case_id).stage, at.row(case_id).status) == ("ST8_PASCA", "closed")
    with pytest.raises(Conflict):
        at.step(case_id, "finish")


def test_the_time_after_the_end_is_over_earlier_with_a_reason(at):
    case_id = at.close(at.bring_to(at.case(), "ST6_MONITORING"))
    closed_at = at.row(case_id).closed_at
    at.office.clock.pass_by(days=40)

    at.step(case_id, "finish", reason=StepReason(text="keluarga pindah ke luar pulau"))

    assert at.row(case_id).closed_at == closed_at
    assert desk.clock_states(at.office, case_id)["DEF-POST"] == {State.NOT_APPLICABLE}


def test_a_finished_case_can_be_opened_again_and_closed_and_finished_anew(at):
    case_id = at.close(at.bring_to(at.case(), "ST6_MONITORING"))
    at.step(case_id, "finish")
    at.step(case_id, "reopen", at.supervisor)
    at.close(case_id)

    at.step(case_id, "finish")

    assert at.row(case_id).status == "closed"


def test_a_case_opened_again_stands_where_it_stood_and_helps_who_was_chosen(at):
    case_id = at.case(clients=2)
    at.approve(case_id)
    first, second = at.clients(case_id)
    at.close(case_id)

    at.step(case_id, "reopen", at.supervisor, clients=(second,))

    row = at.row(case_id)
    assert (row.stage, row.status, row.closed_at) == ("ST2_REGISTRASI", "open", None)
    with at.office.work() as work:
        profiles = {
            client.id: work.vault.open(
                client.place(Section.CLIENT_PROFILE), client.profile_sealed, people.ClientProfile
            )
            for client in queries.records(work.session, Client, [case_id])
        }
        work.recorded("page:opened")
    assert profiles[first].ended_on is not None
    assert profiles[second].ended_on is None
    with pytest.raises(Refused) as refusal:
        at.step(case_id, "assess")
    assert codes(refusal) == {"step.consent"}


def test_opening_a_case_again_for_nobody_is_refused(at):
    case_id = at.close(at.bring_to(at.case(), "ST2_REGISTRASI"))

    with pytest.raises(Refused) as refusal:
        at.step(case_id, "reopen", at.supervisor, clients=())

    assert codes(refusal) == {"step.reopen-nobody"}


def test_the_step_to_the_next_stage_is_offered_first(at):
    case_id = at.bring_to(at.case(), "ST5_INTERVENSI")
    with at.office.runtime.looking(at.supervisor.actor) as work:
        offered = progress.next_steps(work, queries.get(work, case_id))

    assert offered[0].target is Stage.MONITORING


def test_the_team_that_received_it_stays_on_the_case(at):
    case_id = at.case()
    at.approve(case_id)

    with at.office.runtime.looking(at.intake.actor) as work:
        assert queries.is_on_team(work, case_id)
    assert len(made.row_ids(at.office, TeamMember, case_id)) == 3
