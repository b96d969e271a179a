"""The clinical window on the pages: from the intake on, on the head of the case while it runs, and afterwards (CLIN-72)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.accounts.models import Unit
from app.cases import drafts, records
from app.cases.models import Client
from app.cases.registration import register_case
from app.clocks import services as clocks
from app.db.base import new_id
from app.domain.clocks import State
from app.domain.zones import Zone, to_local
from app.security.structs.intake import IntakeIncident
from tests import case_factories as made
from tests.factories import Office, Someone

RUNS = "72 jam setelah kejadian: sisa"
OVER = "72 jam setelah kejadian sudah lewat"
UNKNOWN = "Jam kejadian belum dicatat"
RAPE = {"violence": ("VK_SEKSUAL",), "violence_forms": ("BF_PERKOSA",)}


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENERIMA", "MANAJER")


def incident(office: Office, hours_ago: float, *, time: bool = True) -> IntakeIncident:
    local = to_local(office.clock() - timedelta(hours=hours_ago), Zone.WITA)
    return IntakeIncident(first_on=local.date(), time=f"{local:%H:%M}" if time else "", area=made.AREA)


def case_of(office: Office, worker: Someone, hours_ago: float, *, time: bool = True, **profile: object) -> UUID:
    with office.work(worker.actor) as work:
        intake = made.intake(
            work, (made.client(0, **(RAPE | profile)),), incident=incident(office, hours_ago, time=time)
        )
        return register_case(work, intake, work.session.get_one(Unit, office.unit_id)).id


def draft_of(office: Office, worker: Someone, where: IntakeIncident, **profile: object) -> UUID:
    with office.work(worker.actor) as work:
        return drafts.start(work, new_id(), made.intake(work, (made.client(0, **profile),), incident=where)).id


def text_of(office: Office, who: Someone, path: str) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def state_of(office: Office, case_id: UUID) -> list[State]:
    with office.work() as work:
        work.recorded("page:opened")
        held = clocks.of_cases(work, [case_id])[case_id]
        return [clock.state for clock in held if clock.rule_id == "CLIN-72"]


# --- at intake -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["clients", "screening", "check"])
def test_the_hours_left_stand_on_the_pages_of_the_intake_with_basis_and_mark(office, worker, page):
    draft = draft_of(office, worker, incident(office, 20), violence=("VK_SEKSUAL",))

    text = text_of(office, worker, f"/intake/{draft}/{page}")

    assert f"{RUNS} 2 hari 4 jam" in text
    assert "Bila ada penetrasi" in text
    assert "Algoritma Kementerian Kesehatan" in text
    assert "periksa aturan" in text


def test_an_unknown_time_counts_from_midnight_says_so_and_asks(office, worker):
    draft = draft_of(office, worker, incident(office, 20, time=False), **RAPE)

    text = text_of(office, worker, f"/intake/{draft}/check")

    assert UNKNOWN in text
    assert "Tanyakan juga jamnya" in text
    assert text_of(office, worker, f"/intake/{draft}/report").count("Tanyakan juga jamnya") >= 1


def test_without_a_day_the_pages_ask_for_day_and_time(office, worker):
    draft = draft_of(office, worker, IntakeIncident(area=made.AREA), violence=("VK_SEKSUAL",))
    assert "Tanyakan tanggal dan jam kejadian" in text_of(office, worker, f"/intake/{draft}/screening")


def test_an_intake_without_sexual_violence_says_nothing_of_hours(office, worker):
    draft = draft_of(office, worker, incident(office, 20, time=False), violence=("VK_FISIK",))
    assert "72 jam" not in text_of(office, worker, f"/intake/{draft}/check")


# --- on the case -----------------------------------------------------------------------------------------------------


def test_it_runs_on_the_head_of_the_case_and_its_clock_with_it(office, worker):
    case_id = case_of(office, worker, 20)

    assert f"{RUNS} 2 hari 4 jam" in text_of(office, worker, f"/cases/{case_id}")
    assert state_of(office, case_id) == [State.RUNNING]


def test_a_health_service_ends_it(office, worker):
    case_id = case_of(office, worker, 20)
    made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0], activity="AK_VISUM")

    assert "72 jam setelah kejadian" not in text_of(office, worker, f"/cases/{case_id}").partition("Bagian berkas")[0]
    assert state_of(office, case_id) == [State.MET]


def test_a_removed_service_does_not_end_it(office, worker):
    case_id = case_of(office, worker, 20)
    service = made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0], activity="AK_VISUM")
    with office.work() as work:
        records.remove_service(work, case_id, service)
    assert RUNS in text_of(office, worker, f"/cases/{case_id}")


def test_after_it_ran_out_later_care_is_still_due(office, worker):
    case_id = case_of(office, worker, 20)
    office.clock.pass_by(hours=53)
    assert OVER in text_of(office, worker, f"/cases/{case_id}")


def test_who_reported_too_late_starts_no_clock_and_is_still_told_of_later_care(office, worker):
    case_id = case_of(office, worker, 100)
    assert OVER in text_of(office, worker, f"/cases/{case_id}")
    assert state_of(office, case_id) == []


def test_sexual_violence_without_penetration_is_asked_about_while_there_is_time_and_no_longer(office, worker):
    case_id = case_of(office, worker, 20, violence_forms=("BF_CABUL",))
    assert "Bila ada penetrasi" in text_of(office, worker, f"/cases/{case_id}")
    assert state_of(office, case_id) == []
    office.clock.pass_by(hours=60)
    assert OVER not in text_of(office, worker, f"/cases/{case_id}")


def test_an_ended_client_needs_no_reminder(office, worker):
    case_id = case_of(office, worker, 20)
    made.end_clients(office, case_id)
    assert RUNS not in text_of(office, worker, f"/cases/{case_id}")
    assert state_of(office, case_id) == [State.NOT_APPLICABLE]
