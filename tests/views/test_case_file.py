"""The case file: who sees how much of it, what each act does to it, and that nothing typed is lost."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from app.cases import services
from app.cases.models import Case, Client, Note, PersonLink, ReportedPerson
from app.cases.panels import Panel, Source, Spot, register
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs.case import Chronology
from tests import case_factories as made
from tests.factories import Office, Someone, fill, hidden, send
from tests.sharing import office

__all__ = ["office"]

NAME = "Bunga Rekaan"


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def supervisor(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Surya Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


def text_of(office: Office, who: Someone, path: str) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def last_event(office: Office):
    return office.events()[-1]


# --- who sees how much -----------------------------------------------------------------------------------------------


def test_the_team_reads_the_words_without_giving_a_reason_and_the_identity_stays_masked(office, worker, case_id):
    page = text_of(office, worker, f"/cases/{case_id}")

    assert made.STORY in page
    assert NAME not in page
    assert (last_event(office).event, last_event(office).purpose) == ("case:opened", "team")
    assert "client.identity" not in last_event(office).sections


def test_identities_open_on_a_deliberate_act_and_for_that_page_only(office, worker, case_id):
    browser = office.browser(worker)

    opened = send(browser, f"/cases/{case_id}", f"/cases/{case_id}/reveal").get_data(as_text=True)

    assert NAME in opened
    assert "client.identity" in last_event(office).sections
    assert last_event(office).event == "case:revealed"
    assert NAME not in browser.get(f"/cases/{case_id}").get_data(as_text=True)


def test_the_rules_for_safe_contact_stand_before_every_number(office, worker, case_id):
    opened = send(office.browser(worker), f"/cases/{case_id}", f"/cases/{case_id}/reveal").get_data(as_text=True)

    assert "dari perpustakaan" in opened
    assert opened.index("dari perpustakaan") < opened.index("0812-0000-0001")
    before_reported = opened[: opened.index("0812-0000-0002")]
    assert before_reported.rindex("notice--warning") > before_reported.rindex("0812-0000-0001")


@pytest.mark.own_office
def test_a_reader_of_the_unit_sees_codes_and_no_words(office, supervisor, case_id):
    page = text_of(office, supervisor, f"/cases/{case_id}")

    assert "Fisik" in page
    assert made.STORY not in page
    assert "case.chronology" not in last_event(office).sections
    assert last_event(office).purpose == "unit"


def test_a_reader_of_the_unit_cannot_use_the_teams_way_in(office, supervisor, case_id):
    answer = send(office.browser(supervisor), f"/cases/{case_id}/open", f"/cases/{case_id}/reveal")

    assert answer.status_code == 403
    assert NAME not in answer.get_data(as_text=True)


def test_a_reason_opens_the_words_and_only_its_code_stands_in_the_log(office, supervisor, case_id):
    page = fill(
        office.browser(supervisor), f"/cases/{case_id}/open", reason="quality", words="alasannya rahasia", level="words"
    ).get_data(as_text=True)

    assert made.STORY in page
    assert NAME not in page
    assert last_event(office).event == "case:revealed"
    assert last_event(office).purpose == "quality"
    assert not any("rahasia" in line.purpose for line in office.events())
    helper = office.somebody("PENDAMPING")
    made.join_team(office, case_id, helper)
    assert "alasannya rahasia" in text_of(office, helper, f"/cases/{case_id}")


def test_a_reason_for_the_identity_opens_that_too(office, supervisor, case_id):
    page = fill(
        office.browser(supervisor),
        f"/cases/{case_id}/open",
        reason="emergency",
        words="klien dirawat",
        level="identity",
    ).get_data(as_text=True)

    assert NAME in page


@pytest.mark.parametrize("given", [{"reason": "", "words": "ada"}, {"reason": "quality", "words": "  "}])
def test_without_a_reason_in_full_nothing_opens(office, supervisor, case_id, given):
    answer = fill(office.browser(supervisor), f"/cases/{case_id}/open", level="identity", **given)

    assert answer.status_code == 422
    assert NAME not in answer.get_data(as_text=True)


def test_hiv_and_substances_are_read_by_their_own_list_only(office, worker, case_id):
    expert = office.somebody("PSIKOLOG")
    made.join_team(office, case_id, expert)

    for who, expected in ((worker, False), (expert, True)):
        send(office.browser(who), f"/cases/{case_id}", f"/cases/{case_id}/reveal")
        assert ("client.sensitive" in last_event(office).sections) is expected


def test_a_stranger_finds_nothing(office, case_id):
    stranger = office.browser(office.somebody("SUPERVISOR", unit_id=office.other_unit_id))
    outside = office.browser(office.somebody("PENDAMPING"))

    for path in ("", "/notes/new", "/steps/approve", "/chronology", "/openings", "/incident"):
        assert stranger.get(f"/cases/{case_id}{path}").status_code == 404, path
        assert outside.get(f"/cases/{case_id}{path}").status_code in {403, 404}, path


@pytest.mark.own_office
def test_every_opening_stands_in_the_list_of_who_opened_the_file(office, worker, supervisor, case_id):
    text_of(office, supervisor, f"/cases/{case_id}")

    page = text_of(office, worker, f"/cases/{case_id}/openings")

    assert "Surya Contoh" in page
    assert last_event(office).event == "audit:read"


def test_the_title_names_nobody(office, worker, case_id):
    title = re.search(r"<title>(.*?)</title>", text_of(office, worker, f"/cases/{case_id}"))

    assert title is not None
    assert "2026" not in title.group(1)


# --- a section that does not open ------------------------------------------------------------------------------------


def flipped(blob: bytes) -> bytes:
    return blob[:-1] + bytes([blob[-1] ^ 1])


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (Case, "chronology_sealed"),
        (Case, "incident_sealed"),
        (Client, "profile_sealed"),
        (Client, "identity_sealed"),
        (ReportedPerson, "profile_sealed"),
        (ReportedPerson, "identity_sealed"),
        (Note, "head_sealed"),
        (Note, "body_sealed"),
    ],
)
def test_a_section_with_a_flipped_bit_says_so_in_its_place_and_the_page_stands(office, worker, case_id, kind, column):
    made.make_note(office, case_id)
    row_id = case_id if kind is Case else made.row_ids(office, kind, case_id)[0]
    with office.work() as work:
        row = work.session.get_one(kind, row_id)
        setattr(row, column, flipped(getattr(row, column)))

    answer = send(office.browser(worker), f"/cases/{case_id}", f"/cases/{case_id}/reveal")

    assert answer.status_code == 200
    assert 'class="unopened"' in answer.get_data(as_text=True)
    assert 'id="consents"' in answer.get_data(as_text=True)  # what comes after it still stands


def test_saving_beside_a_damaged_section_keeps_what_was_typed_and_saves_nothing(office, worker, case_id):
    with office.work() as work:
        case = work.session.get_one(Case, case_id)
        case.incident_sealed = flipped(case.incident_sealed)
    browser, note = office.browser(worker), {"on": "2026-05-20", "text": "tulisan yang berharga"}

    answer = send(browser, f"/cases/{case_id}/notes/new", f"/cases/{case_id}/notes", **note)

    assert answer.status_code == 500
    assert "tulisan yang berharga" in answer.get_data(as_text=True)
    assert "tidak dapat dibuka" in answer.get_data(as_text=True)
    assert made.row_ids(office, Note, case_id) == []


def test_a_client_that_does_not_open_leaves_the_list_standing(office, worker, case_id):
    with office.work() as work:
        row = work.session.get_one(Client, made.row_ids(office, Client, case_id)[0])
        row.profile_sealed = flipped(row.profile_sealed)

    page = text_of(office, worker, "/cases")

    assert 'class="unopened"' in page


# --- acts ------------------------------------------------------------------------------------------------------------


def test_a_note_is_kept_once_however_often_it_is_sent(office, worker, case_id):
    browser = office.browser(worker)
    page = browser.get(f"/cases/{case_id}/notes/new").get_data(as_text=True)
    given = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    given |= {"on": "2026-05-20", "text": "satu kali saja", "client_id": ""}

    answers = [browser.post(f"/cases/{case_id}/notes", data=given) for _ in range(2)]

    assert [(each.status_code, each.location) for each in answers] == [(303, f"/cases/{case_id}")] * 2
    assert len(made.row_ids(office, Note, case_id)) == 1


def test_what_was_typed_stays_when_something_is_wrong(office, worker, case_id):
    answer = fill(office.browser(worker), f"/cases/{case_id}/notes/new", on="2026-05-21", text="tulisan yang berharga")
    posted = send(
        office.browser(worker),
        f"/cases/{case_id}/notes/new",
        f"/cases/{case_id}/notes",
        on="2026-05-21",
        text="tulisan yang berharga",
    )

    assert answer.status_code == 405  # the form goes to its own address
    assert posted.status_code == 422
    assert "tulisan yang berharga" in posted.get_data(as_text=True)
    assert made.row_ids(office, Note, case_id) == []


def test_the_second_of_two_sees_both_texts_and_saves_what_should_stand(office, worker, case_id):
    browser = office.browser(worker)
    page = browser.get(f"/cases/{case_id}/chronology").get_data(as_text=True)
    mine = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")} | {"text": "versi saya"}
    with office.work() as work:
        services.save_chronology(work, case_id, Chronology(text="versi dia"), expected=None)

    both = browser.post(f"/cases/{case_id}/chronology", data=mine)
    shown = both.get_data(as_text=True)
    merged = {name: hidden(shown, name) for name in ("csrf_token", "submit_id", "etag")} | {"text": "versi bersama"}
    saved = browser.post(f"/cases/{case_id}/chronology", data=merged)

    assert both.status_code == 409
    assert "versi saya" in shown
    assert "versi dia" in shown
    assert saved.status_code == 303
    assert "versi bersama" in text_of(office, worker, f"/cases/{case_id}")


def test_two_people_correct_one_client_and_the_second_sees_both(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    browser, path = office.browser(worker), f"/cases/{case_id}/clients/{client_id}"
    page = browser.get(path).get_data(as_text=True)
    given = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    given |= {"identity-name": "Bunga Lain", "profile-sex": "P", "profile-violence": "VK_FISIK"}
    given |= {"profile-capacity": "KORBAN", "profile-stated_age": "9", "identity-contact-call": "TIDAK"}
    with office.work() as work:
        entry = made.client(0, education="ED_SLTP")
        services.save_client(
            work, case_id, type(entry)(id=client_id, profile=entry.profile, identity=entry.identity), expected=None
        )

    answer = browser.post(path, data=given)
    shown = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert "Bunga Lain" in shown
    assert NAME in shown


def test_a_case_that_moved_on_meanwhile_keeps_what_was_typed(office, worker, supervisor, case_id):
    browser = office.browser(worker)
    page = browser.get(f"/cases/{case_id}/services/new").get_data(as_text=True)
    given = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    send(office.browser(supervisor), f"/cases/{case_id}/void", f"/cases/{case_id}/void", text="salah masuk")

    answer = browser.post(f"/cases/{case_id}/services", data=given | {"description": "cerita panjang"})

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("page", "address", "given"),
    [
        ("services/new", "services", {"activity": "AK_KONSELING", "on": "2026-05-20", "description": "baik"}),
        ("consents/basis", "consents/basis", {"basis": "CB_HUKUM", "on": "2026-05-20", "reason": "wajib lapor"}),
        ("follow-ups/new", "follow-ups", {"kind": "FU_RUMAH", "on": "2026-05-20", "text": "anak sehat"}),
        ("chronology", "chronology", {"text": "cerita yang diperbaiki"}),
    ],
)
def test_each_record_is_made_through_its_page(office, worker, case_id, page, address, given):
    client = made.row_ids(office, Client, case_id)[0]

    answer = send(
        office.browser(worker), f"/cases/{case_id}/{page}", f"/cases/{case_id}/{address}", client_id=client, **given
    )

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    assert "error-summary" not in text_of(office, worker, f"/cases/{case_id}")


def test_the_supervisor_approves_and_the_stage_bar_moves(office, worker, supervisor, case_id):
    answer = fill(office.browser(supervisor), f"/cases/{case_id}/steps/approve", text="", manager_id=worker.id)

    assert answer.status_code == 303
    assert made.case_row(office, case_id).stage == "ST2_REGISTRASI"
    assert made.case_row(office, case_id).registered_at == office.clock()


def test_a_step_says_what_it_still_needs_before_it_is_sent(office, worker, supervisor, case_id):
    fill(office.browser(supervisor), f"/cases/{case_id}/steps/approve", text="", manager_id=worker.id)
    made.declare(office, case_id, worker)

    page = text_of(office, worker, f"/cases/{case_id}/steps/assess")
    answer = fill(office.browser(worker), f"/cases/{case_id}/steps/assess", text="")

    assert "checklist__item--todo" in page
    assert answer.status_code == 422


def test_a_step_that_the_table_does_not_have_is_a_conflict(office, worker, case_id):
    assert office.browser(worker).get(f"/cases/{case_id}/steps/assess").status_code == 409
    assert office.browser(worker).get(f"/cases/{case_id}/steps/terbang").status_code == 409


@pytest.mark.own_office
def test_a_supervisor_changes_the_team_on_its_page(office, worker, supervisor, case_id):
    helper = office.somebody("PENDAMPING", name="Tono Contoh")
    browser, path = office.browser(supervisor), f"/cases/{case_id}/team"

    added = fill(browser, path, user_id=helper.id, role="PENDAMPING")
    closed = text_of(office, helper, f"/cases/{case_id}")
    fill(office.browser(helper), f"/cases/{case_id}/declaration", has_part="no")
    page = text_of(office, helper, f"/cases/{case_id}")

    assert added.status_code == 303
    assert made.STORY not in closed
    assert made.STORY in page
    assert "Tono Contoh" in page


def test_a_supervisor_decides_on_a_link_and_takes_it_back(office):
    link_id = made.make_link(office, office.unit_id)
    supervisor = office.somebody("SUPERVISOR")
    with office.runtime.looking(supervisor.actor) as work:
        link = work.session.get_one(PersonLink, link_id)
        case_id = work.session.get_one(Client, link.client_a).case_id
    browser, path = office.browser(supervisor), f"/cases/{case_id}/links/{link_id}"

    confirmed = send(browser, path, f"{path}/confirm")
    undone = send(browser, path, f"{path}/undo")

    assert (confirmed.status_code, undone.status_code) == (303, 303)
    assert browser.get(path).status_code == 404


def test_a_removed_service_stays_in_the_file_struck_out(office, worker, case_id):
    service_id = made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0])

    answer = fill(office.browser(worker), f"/cases/{case_id}/services/{service_id}/remove")

    assert answer.status_code == 303
    assert "record--removed" in text_of(office, worker, f"/cases/{case_id}")


def test_a_voided_case_offers_nothing_more(office, worker, supervisor, case_id):
    fill(office.browser(supervisor), f"/cases/{case_id}/void", text="salah masuk")

    page = text_of(office, worker, f"/cases/{case_id}")

    assert "/notes/new" not in page
    assert "/steps/" not in page
    assert office.browser(worker).get(f"/cases/{case_id}/notes/new").status_code == 409


def test_a_further_report_joins_the_case(office, worker, case_id):
    given = {"report-on": "20/05/2026", "report-time": "08.30", "report-channel": "CH_TELEPON"}

    answer = fill(office.browser(worker), f"/cases/{case_id}/reports/new", **given)

    assert answer.status_code == 303
    assert last_event(office).event == "report:added"


def test_the_words_of_a_form_are_the_teams(office, supervisor, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]

    for path in ("chronology", "incident", f"clients/{client_id}", "clients/new", "reported/new"):
        assert office.browser(supervisor).get(f"/cases/{case_id}/{path}").status_code == 403, path


# --- panels of other rooms -------------------------------------------------------------------------------------------


def test_another_room_adds_a_panel_with_the_sections_it_opens(office, worker, case_id):
    seen: list[UUID] = []

    def make(work, case):
        seen.append(case.id)
        row = work.session.get_one(Case, case.id)
        story = work.vault.open(row.place(Section.CHRONOLOGY), row.chronology_sealed, Chronology)
        return Panel("cases/_access.html", {"length": len(story.text)})

    source = Source(
        Capability.REFERRAL_WRITE, make, Spot.SIDE, coded=(Section.REFERRAL,), words=(Section.REFERRAL_TEXT,)
    )
    register(office.app, [source])
    text_of(office, worker, f"/cases/{case_id}")

    assert seen == [case_id]
    assert {"referral.coded", "referral.text"} <= set(last_event(office).sections.split())


def test_a_file_with_everything_in_it_stands_on_one_page(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    made.make_consent(office, case_id, client_id)
    made.make_service(office, case_id, client_id)
    made.make_note(office, case_id)
    made.make_risk(office, case_id, client_id)
    made.end_clients(office, case_id)

    page = text_of(office, worker, f"/cases/{case_id}")

    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert page.count("<h1") == 1
