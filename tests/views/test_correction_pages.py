"""Pages on which wrong entries of a file are put right."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from app.cases import mistakes, progress, services
from app.cases.models import Client, Report, ReportedPerson
from app.referrals import services as referrals
from app.referrals.services import Answer
from app.security.structs.case import StepReason
from app.security.structs.intake import IntakeReport
from tests import case_factories as made
from tests import referral_office
from tests.factories import Office, Someone, fill, hidden, send
from tests.sharing import office

__all__ = ["office"]

pytestmark = pytest.mark.sqlite_only(reason="about pages, not about the database")


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, clients=2)


def revealed(office: Office, who: Someone, case_id: UUID) -> str:
    return str(send(office.browser(who), f"/cases/{case_id}", f"/cases/{case_id}/reveal").get_data(as_text=True))


# --- who reported ----------------------------------------------------------------------------------------------------


@pytest.fixture
def report(office: Office, case_id: UUID) -> str:
    return f"/cases/{case_id}/reports/{made.row_ids(office, Report, case_id)[0]}"


def test_a_mistyped_reporter_is_corrected_from_the_case_file(office, worker, case_id, report):
    browser = office.browser(worker)
    assert report in browser.get(f"/cases/{case_id}").get_data(as_text=True)
    page = browser.get(report).get_data(as_text=True)
    assert 'value="Pelapor Rekaan"' in page

    answer = fill(
        browser,
        report,
        **{
            "report-reporter_kind": "PR_TETANGGA",
            "report-reporter-name": "Pelapor Benar",
            "report-reporter-phone": "081200000009",
            "report-reporter-words": "katanya begitu",
            "report-reporter-birth_place": "Amuntai",
            "report-reporter-birth_date": "3/2/1980",
            "report-reporter-occupation": "Guru ngaji",
        },
    )

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    shown = revealed(office, worker, case_id)
    assert "Pelapor Benar" in shown
    assert "katanya begitu" in shown
    assert "Pelapor Rekaan" not in shown
    assert "Guru ngaji" in shown
    assert re.search(r"Amuntai, <time[^>]*>3 Februari 1980</time>", shown)


def test_the_country_of_a_foreign_reported_person_and_guardian_is_corrected_and_shown(office, worker, case_id):
    browser = office.browser(worker)
    person, someone = (made.row_ids(office, kind, case_id)[0] for kind in (ReportedPerson, Client))
    foreign = {"profile-citizenship": "WNA", "profile-country": "Timor-Leste"}
    assert fill(browser, f"/cases/{case_id}/reported/{person}", **foreign).status_code == 303
    guardian = {"identity-guardian_citizenship": "WNA", "identity-guardian_country": "Brunei"}
    guardian |= {"identity-contact-call": "YA", "profile-sex": "P", "profile-violence": "VK_FISIK"}
    assert fill(browser, f"/cases/{case_id}/clients/{someone}", **guardian).status_code == 303
    shown = revealed(office, worker, case_id)
    assert "Timor-Leste" in shown
    assert "Brunei" in shown
    again = browser.get(f"/cases/{case_id}/reported/{person}").get_data(as_text=True)
    assert 'value="Timor-Leste"' in again


def test_only_a_further_report_asks_when_and_how_it_came(office, worker, case_id, report):
    office.clock.pass_by(minutes=1)
    with office.work() as work:
        further = services.join_report(work, case_id, IntakeReport(on=made.today(office), channel="CH_TELEPON")).id
    browser = office.browser(worker)

    first, second = (
        browser.get(address).get_data(as_text=True) for address in (report, f"/cases/{case_id}/reports/{further}")
    )

    for name in ("report-on", "report-time", "report-channel"):
        assert f'name="{name}"' not in first
        assert f'name="{name}"' in second
    assert f"/cases/{case_id}/incident" in first


def test_two_who_correct_one_report_see_both_versions(office, worker, report):
    one, two = office.browser(worker), office.browser(worker)
    page = two.get(report).get_data(as_text=True)
    fill(one, report, **{"report-reporter-name": "Nama Pertama"})

    given = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    both = two.post(report, data={**given, "report-reporter-name": "Nama Kedua"})

    text = both.get_data(as_text=True)
    assert both.status_code == 409
    assert "Nama Pertama" in text
    assert "Nama Kedua" in text
    assert "Wulan Contoh" in text


def test_a_refused_correction_keeps_what_was_typed(office, worker, report):
    answer = fill(
        office.browser(worker),
        report,
        **{"report-reporter-name": "Tetap Ada", "report-reporter-birth_date": "1/1/2999"},
    )

    assert answer.status_code == 422
    assert "Tetap Ada" in answer.get_data(as_text=True)


def test_who_reported_is_corrected_by_the_team_alone(office, report):
    supervisor = office.somebody("SUPERVISOR")

    assert office.browser(supervisor).get(report).status_code == 403


# --- entered by mistake ----------------------------------------------------------------------------------------------


@pytest.fixture
def people(office: Office, case_id: UUID) -> tuple[UUID, UUID, UUID]:
    right, wrong = made.row_ids(office, Client, case_id)
    return right, wrong, made.row_ids(office, ReportedPerson, case_id)[0]


def test_a_client_entered_by_mistake_is_taken_out_and_put_back_from_the_case_file(office, worker, case_id, people):
    browser, wrong = office.browser(worker), people[1]
    out, back = (f"/cases/{case_id}/clients/{wrong}/{way}" for way in ("mistake", "put-back"))
    assert out in browser.get(f"/cases/{case_id}").get_data(as_text=True)

    assert fill(browser, out, text="diketik dua kali").location == f"/cases/{case_id}"

    page = browser.get(f"/cases/{case_id}").get_data(as_text=True)
    assert f'href="{out}"' not in page
    assert f"/clients/{wrong}/history" not in page
    assert back in page
    assert page.count("diketik dua kali") == 2  # beneath the clients, and among the notes
    assert fill(browser, back, text="ternyata benar").status_code == 303
    assert back not in browser.get(f"/cases/{case_id}").get_data(as_text=True)


def test_a_page_that_came_too_late_says_so(office, worker, case_id, people):
    browser, out = office.browser(worker), f"/cases/{case_id}/clients/{people[1]}/mistake"
    page = browser.get(out).get_data(as_text=True)
    given = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    fill(browser, out, text="yang pertama")

    late = browser.post(out, data=given | {"text": "yang kedua"})

    assert late.status_code == 409
    assert "yang kedua" in late.get_data(as_text=True)
    assert browser.get(out).status_code == 409


def test_what_stands_in_the_way_is_told_in_words(office, worker, case_id, people):
    made.make_service(office, case_id, people[1])
    made.make_consent(office, case_id, people[1])

    answer = fill(office.browser(worker), f"/cases/{case_id}/clients/{people[1]}/mistake", text="salah ketik")

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Layanan klien ini masih dihitung (1)" in text
    assert "Persetujuan klien ini masih tercatat (1)" in text
    assert "salah ketik" in text


def test_the_only_client_is_no_mistake_but_the_case_is(office, worker):
    case_id = made.make_case(office, worker)
    client_id = made.row_ids(office, Client, case_id)[0]
    address = f"/cases/{case_id}/clients/{client_id}/mistake"
    assert address not in office.browser(worker).get(f"/cases/{case_id}").get_data(as_text=True)

    assert "satu-satunya klien" in fill(office.browser(worker), address, text="salah").get_data(as_text=True)


def test_a_client_with_a_number_is_offered_to_who_may_void(office, worker, case_id, people):
    with office.work() as work:
        progress.take_step(work, case_id, "approve", StepReason())
    address = f"/cases/{case_id}/clients/{people[1]}/mistake"
    boss = office.somebody("SUPERVISOR")

    assert address not in office.browser(worker).get(f"/cases/{case_id}").get_data(as_text=True)
    assert office.browser(worker).get(address).status_code == 403
    assert address in office.browser(boss).get(f"/cases/{case_id}").get_data(as_text=True)
    assert fill(office.browser(boss), address, text="salah ketik").status_code == 303


def test_what_was_about_the_client_alone_is_not_told_meanwhile(office, worker, case_id, people):
    browser = office.browser(worker)
    before = browser.get(f"/cases/{case_id}").get_data(as_text=True)
    told = browser.get(f"/cases/{case_id}/story").get_data(as_text=True)
    with office.work() as work:
        mistakes.take_out(work, case_id, Client, people[1], "salah ketik")

    page = browser.get(f"/cases/{case_id}").get_data(as_text=True)
    story = browser.get(f"/cases/{case_id}/story").get_data(as_text=True)

    complaint = "Penerimaan pengaduan"
    assert (before.count(complaint), page.count(complaint)) == (2, 1)
    assert told.count(complaint) == story.count(complaint) + 1
    assert page.count("klien yang tidak ada") == 0
    assert browser.get(f"/cases/{case_id}/clients/{people[1]}").status_code == 409


def test_a_reported_person_entered_by_mistake_is_taken_out_and_put_back(office, worker, case_id, people):
    browser, reported = office.browser(worker), people[2]
    out, back = (f"/cases/{case_id}/reported/{reported}/{way}" for way in ("mistake", "put-back"))
    assert out in browser.get(f"/cases/{case_id}").get_data(as_text=True)

    assert fill(browser, out, text="orang lain").status_code == 303

    assert "Terlapor Rekaan" not in revealed(office, worker, case_id)
    assert fill(browser, back, text="ternyata dia").status_code == 303
    assert "Terlapor Rekaan" in revealed(office, worker, case_id)


# --- records entered by mistake --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "make"), [("consents", made.make_consent), ("follow-ups", made.make_follow_up)])
def test_a_wrong_record_is_struck_out_with_its_reason(office, worker, case_id, people, kind, make):
    browser = office.browser(worker)
    address = f"/cases/{case_id}/{kind}/{make(office, case_id, people[0])}/mistake"
    assert address in browser.get(f"/cases/{case_id}").get_data(as_text=True)

    assert fill(browser, address, text="salah orang").status_code == 303

    page = browser.get(f"/cases/{case_id}").get_data(as_text=True)
    assert address not in page
    assert page.count("record--removed") == 1
    assert "Salah catat: salah orang" in page
    assert browser.get(address).status_code == 409


def test_a_consent_that_something_was_passed_on_upon_is_refused_in_words(office, worker, case_id, people):
    consent_id = made.make_consent(office, case_id, people[0])
    institution = referral_office.make_institution(office)
    with office.work() as work:
        row = referrals.create(work, case_id, referral_office.draft(institution, people[0], consent_id=consent_id))
        referrals.take_step(work, row.id, "send", Answer(work.now))

    answer = fill(office.browser(worker), f"/cases/{case_id}/consents/{consent_id}/mistake", text="salah ketik")

    assert answer.status_code == 422
    assert "Persetujuan ini sudah menjadi dasar" in answer.get_data(as_text=True)
