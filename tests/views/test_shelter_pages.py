"""Pages of a stay and of the bed register: who sees what, what each act asks, that nothing typed is lost (F11)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.cases.models import Client, Service
from app.referrals import directory
from app.safety import beds, readers
from app.safety.models import ShelterStay
from app.security.structs.office import Institution
from tests import case_factories as made
from tests import safety_office as safe
from tests.factories import Office, Someone, fill, hidden, send
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def supervisor(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Surya Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


@pytest.fixture
def client_id(office: Office, case_id: UUID) -> UUID:
    return made.row_ids(office, Client, case_id)[0]


def text_of(office: Office, who: Someone, path: str, status: int = 200) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def day(office: Office, days: int = 0) -> str:
    return (made.today(office) + timedelta(days=days)).isoformat()


def form(office: Office, case_id: UUID, shelter: UUID, **changed: object) -> dict[str, object]:
    client = made.row_ids(office, Client, case_id)[0]
    return {
        "client_id": str(client),
        "institution_id": str(shelter),
        "in_on": day(office),
        "reason": "SR_ANCAMAN",
        "location": safe.WHERE,
    } | changed


# --- who sees a stay -------------------------------------------------------------------------------------------------


def test_the_stay_stands_on_the_file_and_its_words_on_a_page_for_those_on_the_list(office, worker, case_id):
    safe.enter(office, worker, case_id)

    file, page = (text_of(office, worker, f"/cases/{case_id}{part}") for part in ("", "/shelter"))

    assert "Rumah Rekaan" in file
    assert safe.WHERE not in file
    assert safe.WHERE in page
    assert safe.WHY in page
    event = office.events()[-1]
    assert (event.event, event.purpose) == ("shelter:opened", "list")
    assert "shelter.text" in event.sections


@pytest.mark.parametrize("role", ["SUPERVISOR", "KEPALA", "PENDAMPING", "PSIKOLOG"])
def test_neither_a_role_nor_the_team_alone_shows_where_a_client_is(office, worker, case_id, role):
    colleague = office.somebody(role)
    made.join_team(office, case_id, colleague)
    safe.enter(office, worker, case_id)

    file = text_of(office, colleague, f"/cases/{case_id}")

    assert "Rumah Rekaan" not in file
    assert "shelter.coded" not in office.events()[-1].sections
    assert office.browser(colleague).get(f"/cases/{case_id}/shelter").status_code == 404


def test_a_reason_opens_the_words_of_a_case_and_still_not_the_shelter(office, worker, supervisor, case_id):
    safe.enter(office, worker, case_id)

    page = fill(
        office.browser(supervisor), f"/cases/{case_id}/open", reason="emergency", words="darurat", level="identity"
    ).get_data(as_text=True)

    assert "Bunga Rekaan" in page
    assert "Rumah Rekaan" not in page
    assert "shelter" not in office.events()[-1].sections


def test_a_supervisor_puts_the_own_name_on_the_list_with_a_reason_that_the_team_reads(
    office, worker, supervisor, case_id
):
    safe.enter(office, worker, case_id)
    browser, page = office.browser(supervisor), f"/cases/{case_id}/shelter/readers"

    without = fill(browser, page, user_id=str(supervisor.id))
    assert without.status_code == 422

    named = fill(browser, page, user_id=str(supervisor.id), words="menggantikan pendamping malam ini")
    assert named.status_code == 303
    assert safe.WHERE in text_of(office, supervisor, f"/cases/{case_id}/shelter")
    assert "menggantikan pendamping malam ini" in text_of(office, worker, f"/cases/{case_id}")


def test_a_name_on_the_list_opens_nothing_to_who_may_not_read_the_case(office, worker, supervisor, case_id):
    outsider = office.somebody("PENDAMPING")
    safe.enter(office, worker, case_id)
    fill(office.browser(worker), f"/cases/{case_id}/shelter/readers", user_id=str(outsider.id))
    assert outsider.id in safe.list_of(office, case_id)
    text_of(office, outsider, f"/cases/{case_id}/shelter", 404)


def test_who_is_taken_off_the_list_sees_nothing_any_more_and_the_last_one_stays(office, worker, supervisor, case_id):
    colleague = office.somebody("PENDAMPING")
    made.join_team(office, case_id, colleague)
    safe.enter(office, worker, case_id, named=(colleague.id,))
    assert safe.WHERE in text_of(office, colleague, f"/cases/{case_id}/shelter")
    browser, page = office.browser(worker), f"/cases/{case_id}/shelter/readers"
    rows = _rows(office, case_id)

    assert send(browser, page, f"{page}/{rows[colleague.id]}/remove").status_code == 303
    text_of(office, colleague, f"/cases/{case_id}/shelter", 404)
    assert send(browser, page, f"{page}/{rows[worker.id]}/remove").status_code == 409
    assert safe.list_of(office, case_id) == [worker.id]


def _rows(office: Office, case_id: UUID) -> dict[UUID, UUID]:
    with office.work() as work:
        work.recorded("page:opened")
        return {row.user_id: row.id for row in readers.of_cases(work, [case_id])}


def test_the_address_of_a_shelter_stands_in_no_directory(office, supervisor):
    shelter = safe.make_shelter(office)
    browser, page = office.browser(supervisor), f"/institutions/{shelter}"
    text = browser.get(page).get_data(as_text=True)
    tokens = {name: hidden(text, name) for name in ("csrf_token", "submit_id", "etag")}
    given = {"name": "Rumah Rekaan", "type": "IN_SHELTER", "beds": "2"}

    refused = browser.post(page, data=tokens | given | {"address": "Jalan Rekaan 1"})

    assert refused.status_code == 422
    assert "Alamat rumah perlindungan rahasia" in refused.get_data(as_text=True)
    assert browser.post(page, data=tokens | given).status_code == 303


# --- entering, staying longer, leaving -------------------------------------------------------------------------------


def test_an_admission_is_recorded_with_its_service(office, worker, case_id, client_id):
    shelter = safe.make_shelter(office)

    answer = fill(office.browser(worker), f"/cases/{case_id}/shelter/enter", **form(office, case_id, shelter))

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}/shelter")
    assert "Penerimaan akses rumah perlindungan sementara" in text_of(office, worker, f"/cases/{case_id}")
    assert safe.list_of(office, case_id) == [worker.id]


@pytest.mark.own_office
@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "SR_ENTAH"},
        {"in_on": "31/02/2026"},
        {"in_on": "2026-05-21"},
        {"expected_end": "2026-05-19"},
        {"institution_id": ""},
        {"institution_id": "6f1c1a52-52c6-4b55-9e0a-5a7a3f2f7b01"},
        {"rules_accepted": "MUNGKIN"},
        {"location": "a" * 2_001},
        {"readers": ["bukan-id"]},
    ],
)
def test_bad_input_is_told_keeps_what_was_typed_and_changes_nothing(office, worker, case_id, wrong):
    shelter = safe.make_shelter(office)
    given = form(office, case_id, shelter, why="sedang diketik") | wrong

    answer = fill(office.browser(worker), f"/cases/{case_id}/shelter/enter", **given)

    assert answer.status_code == 422
    assert "sedang diketik" in answer.get_data(as_text=True)
    assert made.row_ids(office, ShelterStay, case_id) == []
    assert safe.list_of(office, case_id) == []


def test_an_institution_that_is_no_shelter_cannot_be_chosen(office, worker, case_id):
    with office.work() as work:
        police = directory.add(work, office.unit_id, "Unit PPA Rekaan", Institution(type="IN_UPPA")).id
    answer = fill(office.browser(worker), f"/cases/{case_id}/shelter/enter", **form(office, case_id, police))
    assert answer.status_code == 422


def test_a_full_shelter_asks_first(office, worker, case_id):
    shelter = safe.make_shelter(office, beds=1)
    other = made.make_case(office, worker)
    safe.enter(office, worker, other, institution_id=shelter)
    browser, page = office.browser(worker), f"/cases/{case_id}/shelter/enter"

    asked = fill(browser, page, **form(office, case_id, shelter))
    assert asked.status_code == 422
    assert "Semua tempat tidur rumah ini terpakai" in asked.get_data(as_text=True)
    assert fill(browser, page, **form(office, case_id, shelter, knowingly="y")).status_code == 303


def test_a_stay_is_made_longer_and_ends_with_its_service(office, worker, case_id):
    stay = safe.enter(office, worker, case_id)
    browser, base = office.browser(worker), f"/cases/{case_id}/shelter/{stay}"
    longer = fill(browser, f"{base}/extend", on=day(office), until=day(office, 10), why="menunggu sidang")
    assert longer.status_code == 303
    page = text_of(office, worker, f"/cases/{case_id}/shelter")
    assert "menunggu sidang" in page
    assert "sisa 10 hari" in page

    office.clock.pass_by(days=3)
    browser = office.browser(worker)
    left = fill(
        browser, f"{base}/leave", out_on=day(office), out_time="08:00", exit_reason="SX_AMAN", place_after="TS_KELUARGA"
    )
    assert left.status_code == 303
    assert "Rumah keluarga" in text_of(office, worker, f"/cases/{case_id}/shelter")
    assert "Penghentian akses rumah perlindungan sementara" in text_of(office, worker, f"/cases/{case_id}")
    assert fill(browser, f"{base}/leave", out_on=day(office)).status_code in {409, 422}


@pytest.mark.parametrize(
    ("act", "wrong"),
    [
        ("leave", {"exit_reason": ""}),
        ("leave", {"place_after": ""}),
        ("leave", {"out_on": "2026-05-19"}),
        ("leave", {"out_on": "2026-05-22"}),
        ("extend", {"until": "2026-05-20"}),
        ("extend", {"why": ""}),
        ("extend", {"on": "2026-05-19"}),
    ],
)
def test_a_wrong_end_is_told_and_the_client_stays(office, worker, case_id, act, wrong):
    stay = safe.enter(office, worker, case_id)
    given = {
        "leave": {
            "out_on": day(office),
            "exit_reason": "SX_AMAN",
            "place_after": "TS_RUMAH",
            "leaving": "sedang diketik",
        },
        "extend": {"on": day(office), "until": day(office, 5), "why": "sedang diketik"},
    }[act] | wrong

    answer = fill(office.browser(worker), f"/cases/{case_id}/shelter/{stay}/{act}", **given)

    assert answer.status_code == 422
    head = safe.stay_row(office, stay)
    assert (head.out_on, head.extensions) == (None, ())


@pytest.mark.own_office
def test_a_wrong_entry_is_taken_back_with_its_service(office, worker, case_id):
    before = len(made.row_ids(office, Service, case_id))
    stay = safe.enter(office, worker, case_id)

    answer = fill(office.browser(worker), f"/cases/{case_id}/shelter/{stay}/take-back")

    assert answer.status_code == 303
    with office.work() as work:
        work.recorded("page:opened")
        rows = [work.session.get_one(Service, row) for row in made.row_ids(office, Service, case_id)]
        assert [row.is_removed for row in rows].count(True) == 1
        assert len(rows) == before + 1
        assert beds.taken(work, beds.cases_with_stays(work, office.unit_id)).by_shelter == {}


def test_two_who_change_a_stay_at_once_lose_nothing(office, worker, case_id):
    stay = safe.enter(office, worker, case_id)
    path = f"/cases/{case_id}/shelter/{stay}/leave"
    given = {"out_on": day(office), "exit_reason": "SX_AMAN", "place_after": "TS_RUMAH", "leaving": "sedang diketik"}

    answer = fill(office.browser(worker), path, **given, etag="000000000000000000000000")

    assert answer.status_code == 409
    assert "sedang diketik" in answer.get_data(as_text=True)
    assert safe.stay_row(office, stay).out_on is None


# --- the end comes near ----------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_the_head_of_the_case_warns_those_on_the_list_before_the_end(office, worker, supervisor, case_id):
    safe.enter(office, worker, case_id, expected_end=made.today(office) + timedelta(days=5))
    assert "segera habis" not in text_of(office, worker, f"/cases/{case_id}")
    office.clock.pass_by(days=3)
    assert "segera habis" in text_of(office, worker, f"/cases/{case_id}")
    assert "segera habis" not in text_of(office, supervisor, f"/cases/{case_id}")
    office.clock.pass_by(days=4)
    assert "lewat 2 hari" in text_of(office, worker, f"/cases/{case_id}")


# --- the bed register ------------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_the_register_counts_every_bed_and_names_only_those_one_may_know_of(office, worker, supervisor, case_id):
    shelter = safe.make_shelter(office, beds=3, name="Rumah Melati Rekaan")
    safe.enter(office, worker, case_id, institution_id=shelter, expected_end=made.today(office) + timedelta(days=9))
    other_worker = office.somebody("MANAJER")
    other = made.make_case(office, other_worker)
    safe.enter(office, other_worker, other, institution_id=shelter)

    mine, boss = (text_of(office, who, "/shelter") for who in (worker, supervisor))

    assert "B••• R•••" in mine
    assert "sisa 9 hari" in mine
    assert "1 tempat tidur terpakai oleh orang" in mine
    assert made.case_row(office, other).register_no not in mine
    assert "B••• R•••" not in boss
    assert "2 tempat tidur terpakai oleh orang" in boss
    assert "Bunga Rekaan" not in mine + boss
    assert safe.WHERE not in mine + boss


@pytest.mark.own_office
def test_a_supervisor_takes_a_standard_over_and_the_days_and_deadlines_follow(office, worker, supervisor, case_id):
    safe.enter(office, worker, case_id)
    assert "tanpa batas" in text_of(office, worker, "/shelter")

    answer = send(office.browser(supervisor), "/shelter", "/shelter/standard", standard="SVC-SHELTER-14")

    assert answer.status_code == 303
    page = text_of(office, worker, "/shelter")
    assert "sisa 14 hari" in page
    assert "periksa aturan" in page
    assert "Penampungan sementara paling lama 14 hari" in text_of(office, worker, f"/cases/{case_id}")


@pytest.mark.parametrize(("role", "status"), [("MANAJER", 403), ("KEPALA", 303), ("PENERIMA", 403)])
def test_only_who_approves_sets_the_standard(office, role, status):
    answer = send(office.browser(office.somebody(role)), "/shelter", "/shelter/standard", standard="SVC-SHELTER-7")
    assert answer.status_code == status


def test_who_works_with_neither_cases_nor_beds_gets_no_register(office):
    text_of(office, office.somebody("DATA"), "/shelter", 403)


@pytest.mark.own_office
def test_a_stay_of_another_unit_is_counted_nowhere_here(office, worker):
    stranger = office.somebody("MANAJER", unit_id=office.other_unit_id)
    case_id = made.make_case(office, stranger, unit_id=office.other_unit_id)
    safe.enter(office, stranger, case_id)
    with office.work() as work:
        work.recorded("page:opened")
        assert beds.cases_with_stays(work, office.unit_id) == []
