"""Acts on a case: who may, what is refused, what follows. On both databases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import update

from app.cases import plans, progress, queries, records, services, team
from app.cases.casefile import coded_files, incident_of
from app.cases.models import Case, Client, Report, ReportedPerson, Service, TeamMember
from app.db.base import new_id
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale
from app.domain.stages import Stage
from app.security.sections import Section
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.structs.case import Chronology, NoteHead, StepReason
from app.security.structs.intake import IntakeClient, IntakeReport, IntakeReported
from app.security.vault import etag
from tests import case_factories as made
from tests import course_factories as course
from tests.factories import OPERATOR, Office
from tests.sharing import office

__all__ = ["office"]

WHY = StepReason(text="alasan")


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refusal.value.problems}


def profile_of(office: Office, client_id: UUID) -> people.ClientProfile:
    with office.work() as work:
        row = work.session.get_one(Client, client_id)
        work.recorded("page:opened")
        return work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile)


# --- two people, one section -----------------------------------------------------------------------------------------


def test_the_second_of_two_who_save_the_same_section_is_told_and_nothing_is_overwritten(office):
    worker = office.somebody("PENDAMPING")
    case_id = made.make_case(office, worker)
    seen = etag(made.case_row(office, case_id).chronology_sealed)

    with office.work(worker.actor) as work:
        services.save_chronology(work, case_id, Chronology(text="yang pertama"), expected=seen)
    with pytest.raises(Stale), office.work(worker.actor) as work:
        services.save_chronology(work, case_id, Chronology(text="yang kedua"), expected=seen)

    with office.work() as work:
        row = work.session.get_one(Case, case_id)
        work.recorded("page:opened")
        kept = work.vault.open(row.place(Section.CHRONOLOGY), row.chronology_sealed, Chronology)
    assert kept.text == "yang pertama"


# --- the team --------------------------------------------------------------------------------------------------------


def test_somebody_who_left_the_team_finds_the_case_no_more(office):
    worker, supervisor = office.somebody("PENDAMPING"), office.somebody("SUPERVISOR")
    case_id = made.make_case(office, worker, office.somebody("PENDAMPING"))
    with office.runtime.looking(OPERATOR) as work:
        mine = next(m.id for m in queries.team_of(work.session, [case_id]) if m.user_id == worker.id)

    with office.work(supervisor.actor) as work:
        team.unassign(work, case_id, mine)

    with office.runtime.looking(worker.actor) as work, pytest.raises(NotFound):
        queries.get(work, case_id)


def test_the_last_one_stays_on_the_team(office):
    supervisor = office.somebody("SUPERVISOR")
    case_id = made.make_case(office, office.somebody("PENDAMPING"))
    member = made.row_ids(office, TeamMember, case_id)[0]

    with pytest.raises(Conflict), office.work(supervisor.actor) as work:
        team.unassign(work, case_id, member)


def test_an_assignment_written_past_the_program_lets_nobody_in(office):
    intruder = office.somebody("PENDAMPING")
    case_id = made.make_case(office)
    with office.work() as work:
        row = TeamMember(
            id=new_id(),
            case_id=case_id,
            user_id=intruder.id,
            role="PENDAMPING",
            since=work.now,
            until=None,
            assigned_by=None,
            mac=bytes(32),
        )
        work.session.add(row)

    with office.runtime.looking(intruder.actor) as work, pytest.raises(NotFound):
        queries.get(work, case_id)


def test_an_ended_assignment_that_was_opened_again_past_the_program_lets_nobody_in(office):
    worker, supervisor = office.somebody("PENDAMPING"), office.somebody("SUPERVISOR")
    case_id = made.make_case(office, worker, office.somebody("PENDAMPING"))
    with office.runtime.looking(OPERATOR) as work:
        mine = next(m.id for m in queries.team_of(work.session, [case_id]) if m.user_id == worker.id)
    with office.work(supervisor.actor) as work:
        team.unassign(work, case_id, mine)
    with office.work() as work:
        work.session.execute(update(TeamMember).where(TeamMember.id == mine).values(until=None))

    with office.runtime.looking(worker.actor) as work, pytest.raises(NotFound):
        queries.get(work, case_id)


# --- voiding -----------------------------------------------------------------------------------------------------------


def test_a_voided_case_keeps_its_number_and_takes_no_further_act(office):
    supervisor = office.somebody("SUPERVISOR")
    case_id = made.make_case(office, supervisor)
    number = made.case_row(office, case_id).register_no
    with office.work(supervisor.actor) as work:
        progress.void(work, case_id, WHY)

    with pytest.raises(Conflict), office.work(supervisor.actor) as work:
        records.write_note(work, case_id, NoteHead(on=made.today(office)), "masih ada yang mau ditulis")
    with pytest.raises(Conflict), office.work(supervisor.actor) as work:
        progress.void(work, case_id, WHY)

    row = made.case_row(office, case_id)
    assert (row.status, row.register_no) == ("voided", number)
    assert made.case_row(office, made.make_case(office)).register_no != number


# --- records ---------------------------------------------------------------------------------------------------------


def test_an_activity_brings_its_service_along(office):
    case_id = made.make_case(office)
    service_id = made.make_service(
        office, case_id, made.row_ids(office, Client, case_id)[0], activity="AK_DAMPING_POLISI"
    )

    with office.work() as work:
        file = coded_files(work, [case_id])[case_id]
        work.recorded("page:opened")
    assert next(doc.code for row, doc in file.services if row.id == service_id) == "SV_BANKUM"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"activity": "AK_KONSELING", "code": "SV_BANKUM"}, "service.contradicts-activity"),
        ({"activity": "", "code": ""}, "service.missing"),
        ({"activity": "TIDAK_ADA"}, "code.unknown"),
        ({"institution_type": "IN_BULAN"}, "code.unknown"),
    ],
)
def test_a_service_that_does_not_fit_is_refused(office, changed, problem):
    case_id = made.make_case(office)

    with pytest.raises(Refused) as refusal:
        made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0], **changed)

    assert problem in codes(refusal)


def test_a_service_of_tomorrow_is_refused(office):
    case_id = made.make_case(office)

    tomorrow = made.today(office) + timedelta(days=1)

    with pytest.raises(Refused) as refusal:
        made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0], on=tomorrow)

    assert codes(refusal) == {"day.future"}


def test_a_sexual_violence_crime_is_not_mediated(office):
    case_id = made.make_case(office, violence=("VK_SEKSUAL",), tpks=("TP_FISIK",))

    with pytest.raises(Refused) as refusal:
        made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0], activity="AK_MEDIASI")

    assert codes(refusal) == {"mediation.tpks"}


def test_the_act_of_a_child_may_be_mediated(office):
    case_id = made.make_case(
        office,
        violence=("VK_SEKSUAL",),
        tpks=("TP_FISIK",),
        capacity="ABH_PELAKU",
        abh_role="ABH_PELAKU",
        stated_age=15,
    )

    made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0], activity="AK_MEDIASI")


@pytest.mark.parametrize("matter", [{"kdrt": "YA", "stated_age": 30}, {"stated_age": 12}], ids=["kdrt", "child"])
def test_mediation_that_may_press_the_client_needs_a_reason(office, matter):
    case_id = made.make_case(office, **matter)
    client_id = made.row_ids(office, Client, case_id)[0]
    service = work_structs.Service(client_id=client_id, on=made.today(office), activity="AK_MEDIASI")

    with pytest.raises(Refused) as refusal:
        made.make_service(office, case_id, client_id, activity="AK_MEDIASI")
    with office.work() as work:
        records.record_service(
            work, case_id, service, work_structs.ServiceText(reason="diminta klien, didampingi psikolog")
        )

    assert codes(refusal) == {"mediation.reason"}


def test_what_may_not_be_mediated_is_not_planned_either(office):
    case_id = made.make_case(office, violence=("VK_SEKSUAL",), tpks=("TP_FISIK",))
    client_id = made.row_ids(office, Client, case_id)[0]
    plan, text = course.a_plan(office, client_id, "damai dengan keluarga")
    goal = msgspec.structs.replace(plan.goals[0], activities=("AK_MEDIASI",))

    with pytest.raises(Refused) as refusal, office.work() as work:
        plans.start(work, case_id, msgspec.structs.replace(plan, goals=(goal,)), text)

    assert [(each.code, each.field) for each in refusal.value.problems] == [("mediation.tpks", "goals.0.activities")]


def test_a_service_is_given_to_a_client_of_this_case_only(office):
    case_id, other = made.make_case(office), made.make_case(office)

    with pytest.raises(NotFound):
        made.make_service(office, case_id, made.row_ids(office, Client, other)[0])


# --- sections --------------------------------------------------------------------------------------------------------


def entry_of(office: Office, client_id: UUID, **profile: object) -> IntakeClient:
    given = made.client(**profile)
    return msgspec.structs.replace(given, id=client_id)


def test_correcting_a_client_keeps_the_end_and_the_facts_of_other_readers(office):
    worker, expert = office.somebody("PENDAMPING"), office.somebody("PSIKOLOG")
    case_id = made.make_case(office, worker, expert)
    client_id = made.row_ids(office, Client, case_id)[0]
    hidden = people.ClientSensitive(hiv="YA")
    with office.work(expert.actor) as work:
        entry = msgspec.structs.replace(entry_of(office, client_id), sensitive=hidden)
        services.save_client(work, case_id, entry, expected=None)
    made.end_clients(office, case_id)

    with office.work(worker.actor) as work:
        services.save_client(work, case_id, entry_of(office, client_id, education="ED_SD"), expected=None)

    profile = profile_of(office, client_id)
    assert (profile.education, profile.ended_on) == ("ED_SD", made.today(office))
    with office.work() as work:
        row = work.session.get_one(Client, client_id)
        work.recorded("page:opened")
        kept = work.vault.open(row.place(Section.CLIENT_SENSITIVE), row.sensitive_sealed, people.ClientSensitive)
    assert kept == hidden


def test_a_correction_takes_nothing_of_the_minimum_away(office):
    case_id = made.make_case(office)
    client_id = made.row_ids(office, Client, case_id)[0]

    with pytest.raises(Refused) as refusal, office.work() as work:
        services.save_client(work, case_id, entry_of(office, client_id, sex="", violence=()), expected=None)

    assert {problem.field for problem in refusal.value.problems} >= {"clients.0.profile.sex"}


def test_a_corrected_report_day_moves_everything_counted_on_it(office):
    case_id = made.make_case(office)
    earlier = made.today(office) - timedelta(days=1)
    with office.work() as work:
        held = incident_of(work, work.session.get_one(Case, case_id))
        changed = msgspec.structs.replace(held, report_on=earlier, report_time="08:00")
        services.save_incident(work, case_id, changed, expected=None)

    with office.work() as work:
        file = coded_files(work, [case_id])[case_id]
        work.recorded("page:opened")
    assert [doc.on for _row, doc in file.reports] == [earlier]
    assert [doc.on for _row, doc in file.services] == [earlier]
    assert file.case.received_at.isoformat().startswith(f"{earlier}T00:00")  # 08.00 WITA


def test_a_relation_to_a_client_of_another_case_is_refused(office):
    case_id, other = made.make_case(office), made.make_case(office)
    stranger = made.row_ids(office, Client, other)[0]
    relation = people.Relation(stranger, "RL_TETANGGA")
    entry = IntakeReported(id=new_id(), profile=people.ReportedProfile(sex="L", relations=(relation,)))

    with pytest.raises(Refused) as refusal, office.work() as work:
        services.join_reported(work, case_id, entry)

    assert "relation.unknown-client" in codes(refusal)


def test_a_record_of_another_case_is_not_found_through_this_one(office):
    case_id, other = made.make_case(office), made.make_case(office)
    service_id = made.row_ids(office, Service, other)[0]

    with pytest.raises(NotFound), office.work() as work:
        records.remove_service(work, case_id, service_id)


def test_nobody_outside_the_team_changes_a_case(office):
    reader = office.somebody("KEPALA")
    case_id = made.make_case(office)

    with pytest.raises(NotPermitted), office.work(reader.actor) as work:
        records.write_note(work, case_id, NoteHead(on=made.today(office)), "catatan")


def test_reported_persons_and_reports_join_a_case(office):
    worker = office.somebody("PENDAMPING")
    case_id = made.make_case(office, worker)
    with office.work(worker.actor) as work:
        services.join_report(work, case_id, IntakeReport(on=made.today(office), time="09:00", channel="CH_TELEPON"))
        services.join_client(work, case_id, made.client(1))

    assert len(made.row_ids(office, Report, case_id)) == 2
    assert len(made.row_ids(office, Client, case_id)) == 2
    assert len(made.row_ids(office, ReportedPerson, case_id)) == 1


def test_the_step_to_the_next_stage_is_offered_first(office: Office) -> None:
    who = office.somebody("SUPERVISOR")
    firsts = {}
    with office.work(who.actor) as work:
        for stage in Stage:
            offered = progress.next_steps(work, Case(stage=stage.value, status="open"))
            firsts[stage] = offered[0].code if offered else ""
        work.recorded("page:opened")
    assert firsts[Stage.REPORT] == "approve"
    assert firsts[Stage.REGISTRATION] == "assess"
    assert firsts[Stage.INTERVENTION] == "monitor"
    assert firsts[Stage.TERMINATION] == "close"
