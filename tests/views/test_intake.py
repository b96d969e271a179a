"""Intake as pages: search first, one page a part, one act to register; what was typed is never lost."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace
from sqlalchemy import select

from app.audit.events import Event
from app.cases import drafts, intake_views, parts
from app.cases.models import Case, IntakeDraft, PersonLink, Report
from app.db.session import read_session
from app.security.structs.intake import Intake, IntakeReport, Screening
from app.security.structs.people import Category
from tests.factories import Office, Someone, hidden, send
from tests.intake_support import (
    a_client,
    a_reported,
    an_intake,
    begin,
    fill_in,
    form_of,
    held,
    known_as,
    register,
)

pytestmark = pytest.mark.sqlite_only(reason="the pages stand on services that are tried on both")


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


@pytest.fixture
def browser(office: Office, who: Someone) -> FlaskClient:
    return office.browser(who)


def every(office: Office, model: type[Any]) -> list[Any]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(model)))


def search(browser: FlaskClient, then: str = "begin", **typed: Any) -> Any:
    return send(browser, "/intake", "/intake/search", **({"whose": "client", "then": then} | typed))


def draft_of(answer: Any) -> UUID:
    return UUID(answer.headers["Location"].split("/")[2])


# --- search first ------------------------------------------------------------------------------------------------------


def test_where_nobody_is_alike_the_intake_begins_with_what_was_typed(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    answer = search(browser, name="Melati Sukma", number="6303 0542 0117 0001", phone="0812-3456-7890")
    assert answer.status_code == 303
    intake = held(office, who, draft_of(answer))
    (client,) = intake.clients
    assert (client.identity.name, client.identity.nik) == ("Melati Sukma", "6303054201170001")
    assert (str(intake.report.on), intake.report.time) == ("2026-05-20", "09:00")


def test_the_name_of_a_reported_person_goes_to_the_reported_persons(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    intake = held(office, who, draft_of(search(browser, name="Bahar Contoh", whose="reported")))
    assert intake.clients == ()
    assert [person.identity.name for person in intake.reported] == ["Bahar Contoh"]


def test_looking_only_begins_nothing(office: Office, browser: FlaskClient) -> None:
    answer = search(browser, then="look", name="Melati Sukma")
    assert answer.status_code == 200
    assert 'action="/intake/new"' in answer.get_data(as_text=True)
    assert every(office, IntakeDraft) == []


def test_a_search_for_nothing_is_explained(browser: FlaskClient) -> None:
    answer = search(browser, name="")
    assert answer.status_code == 422
    assert 'href="#name"' in answer.get_data(as_text=True)


def test_an_own_case_is_named_and_may_take_the_report(office: Office, who: Someone, browser: FlaskClient) -> None:
    case_id = register(office, who, an_intake(a_client("Melati Sukma")))
    page = search(browser, name="Melati Sukma").get_data(as_text=True)
    assert "Melati Sukma" in page
    assert f"/cases/{case_id}" in page
    assert f"/intake/join/{case_id}" in page
    assert every(office, IntakeDraft)[0].case_id == case_id


def test_a_foreign_case_is_neither_named_nor_linked_to(office: Office, browser: FlaskClient) -> None:
    other = office.somebody("PENERIMA", name="Rini Contoh")
    case_id = register(office, other, an_intake(a_client("Melati Sukma Rahasia")))
    page = search(browser, name="Melati Sukma").get_data(as_text=True)
    assert "6303/2026/0001" in page
    assert "Rini Contoh" in page
    assert "Rahasia" not in page
    assert str(case_id) not in page


def test_a_ticked_hit_becomes_a_question_to_the_supervisor(office: Office, who: Someone, browser: FlaskClient) -> None:
    client = a_client("Melati Sukma")
    register(office, office.somebody("PENERIMA"), an_intake(client))
    fields = form_of(search(browser, name="Melati Sukma").get_data(as_text=True)) | {"same": [str(client.id)]}
    draft_id = draft_of(browser.post("/intake/new", data=fields))
    assert [same.register_no for same in held(office, who, draft_id).same_as] == ["6303/2026/0001"]
    assert "6303/2026/0001" in browser.get(f"/intake/{draft_id}/check").get_data(as_text=True)
    with office.work(who.actor) as work:
        kept = drafts.read(work, drafts.get(work, draft_id))
        full = replace(an_intake(replace(a_client(), id=kept.clients[0].id)), same_as=kept.same_as)
        drafts.change(work, draft_id, lambda _intake: full)
    send(browser, f"/intake/{draft_id}/check", f"/intake/{draft_id}/register")
    (link,) = every(office, PersonLink)
    assert link.state == "candidate"


def test_a_question_can_be_dropped_again(office: Office, who: Someone, browser: FlaskClient) -> None:
    client = a_client("Melati Sukma")
    register(office, office.somebody("PENERIMA"), an_intake(client))
    fields = form_of(search(browser, name="Melati Sukma").get_data(as_text=True)) | {"same": [str(client.id)]}
    draft_id = draft_of(browser.post("/intake/new", data=fields))
    send(browser, f"/intake/{draft_id}/check", f"/intake/{draft_id}/same/{client.id}/forget")
    assert held(office, who, draft_id).same_as == ()


def test_a_made_up_id_among_the_hits_is_a_bad_request(browser: FlaskClient) -> None:
    page = browser.get("/intake").get_data(as_text=True)
    fields = form_of(page) | {"name": "Melati", "same": "bukan-id"}
    assert browser.post("/intake/new", data=fields).status_code == 400


COMPLETE = {
    "report-channel": "CH_LANGSUNG",
    "report-reporter_kind": "PR_ORTU",
    "incident-first_on": "18/05/2026",
    "incident-area": "63.03.05",
    "incident-place": "PL_RT",
}


def test_a_report_written_beneath_the_hits_needs_no_page_of_its_own(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    register(office, who, an_intake(a_client("Melati Sukma")))
    hits = search(browser, name="Melati Sukma").get_data(as_text=True)
    answer = browser.post("/intake/new", data=form_of(hits) | COMPLETE)
    intake = held(office, who, draft_of(answer))
    assert answer.location == f"/intake/{draft_of(answer)}/clients/{intake.clients[0].id}"
    assert (intake.report.channel, intake.incident.area) == ("CH_LANGSUNG", "63.03.05")
    assert (str(intake.report.on), intake.report.time) == ("2026-05-20", "09:00")


@pytest.mark.parametrize("lacking", [{"report-channel": ""}, {"incident-first_on": "21/05/2026"}])
def test_what_is_missing_or_odd_beneath_the_hits_leads_to_the_page_of_the_report(
    office: Office, who: Someone, browser: FlaskClient, lacking: dict[str, str]
) -> None:
    hits = search(browser, then="look", name="Melati Sukma").get_data(as_text=True)
    answer = browser.post("/intake/new", data=form_of(hits) | COMPLETE | lacking)
    assert answer.location.endswith("/report")
    assert held(office, who, draft_of(answer)).incident.area == "63.03.05"


def test_a_day_that_is_none_beneath_the_hits_stays_with_the_hits(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    register(office, who, an_intake(a_client("Melati Sukma")))
    hits = search(browser, name="Melati Sukma").get_data(as_text=True)
    answer = browser.post("/intake/new", data=form_of(hits) | COMPLETE | {"incident-first_on": "31/02/2026"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "6303/2026/0001" in page
    assert 'value="31/02/2026"' in page
    assert len(every(office, IntakeDraft)) == 1


def test_a_double_click_begins_one_draft(office: Office, browser: FlaskClient) -> None:
    fields = form_of(browser.get("/intake").get_data(as_text=True)) | {"name": "Melati", "then": "begin"}
    first, second = (browser.post("/intake/search", data=fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(every(office, IntakeDraft)) == 1


def test_nothing_searched_for_stands_in_an_address_or_in_the_cookie(browser: FlaskClient) -> None:
    answer = search(browser, name="Melati Sukma")
    assert "elati" not in answer.headers["Location"]
    assert "elati" not in str(answer.headers.getlist("Set-Cookie"))
    assert browser.get("/intake/search").headers["Location"].endswith("/intake")


# --- what is on its way ------------------------------------------------------------------------------------------------


def test_the_room_shows_own_drafts_masked(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake(a_client("Melati Sukma")))
    begin(office, office.somebody("PENERIMA"), an_intake(a_client("Bukan Milikku")))
    page = browser.get("/intake").get_data(as_text=True)
    assert "M••• S•••" in page
    assert "Melati" not in page
    assert "B•••" not in page
    assert f"/intake/{draft_id}/check" in page
    assert office.events()[-1].event == Event.DRAFT_OPENED


def test_a_draft_that_does_not_open_says_so_and_the_room_stands(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    draft_id = begin(office, who, an_intake())
    with office.work() as work:
        row = work.session.get(IntakeDraft, draft_id)
        assert row is not None
        row.draft_sealed = row.draft_sealed[:-1] + bytes([row.draft_sealed[-1] ^ 1])
    assert browser.get("/intake").status_code == 200


@pytest.mark.parametrize("page", ["report", "clients", "reported", "screening", "check", "discard"])
def test_a_strangers_draft_is_not_there(office: Office, browser: FlaskClient, page: str) -> None:
    draft_id = begin(office, office.somebody("PENERIMA"), an_intake())
    assert browser.get(f"/intake/{draft_id}/{page}").status_code == 404


def test_a_draft_that_became_a_case_leads_there(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake())
    with office.work(who.actor) as work:
        case_id = drafts.turn_into_case(work, draft_id).id
    for page in ("report", "clients", "reported", "screening", "check", f"clients/{uuid4()}", f"reported/{uuid4()}"):
        assert browser.get(f"/intake/{draft_id}/{page}").headers["Location"] == f"/cases/{case_id}"


def test_throwing_away_asks_first(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake())
    assert browser.get(f"/intake/{draft_id}/discard").status_code == 200
    assert every(office, IntakeDraft)[0].discarded_at is None
    answer = send(browser, f"/intake/{draft_id}/discard", f"/intake/{draft_id}/discard")
    assert answer.headers["Location"] == "/intake"
    assert browser.get(f"/intake/{draft_id}/report").status_code == 404


# --- report and incident -----------------------------------------------------------------------------------------------


def start(office: Office, who: Someone) -> UUID:
    return begin(office, who, Intake(clients=(a_client(),)))


def test_report_and_incident_are_kept_as_typed_in_our_way(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = start(office, who)
    answer = fill_in(
        browser,
        f"/intake/{draft_id}/report",
        report__on="19-05-2026",
        report__time="13.30",
        report__channel="CH_LANGSUNG",
        report__reporter__name="Ibu Rekaan",
        incident__first_on="18 Mei 2026",
        incident__area="63.03.05.1001",
        incident__place="PL_RT",
        incident__chronology__text="Baris satu\r\nBaris dua",
    )
    assert answer.status_code == 303
    intake = held(office, who, draft_id)
    assert (str(intake.report.on), intake.report.time) == ("2026-05-19", "13:30")
    assert (str(intake.incident.first_on), intake.incident.area) == ("2026-05-18", "63.03.05.1001")
    assert intake.report.reporter.name == "Ibu Rekaan"
    assert intake.incident.chronology.text == "Baris satu\nBaris dua"


def test_an_incomplete_page_is_kept(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = start(office, who)
    answer = fill_in(browser, f"/intake/{draft_id}/report", incident__chronology__text="Dipukul", then="stay")
    assert answer.status_code == 303
    assert held(office, who, draft_id).incident.chronology.text == "Dipukul"


def test_the_31st_of_february_stays_in_the_box_and_is_explained(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    draft_id = start(office, who)
    answer = fill_in(
        browser,
        f"/intake/{draft_id}/report",
        incident__first_on="31/02/2026",
        incident__chronology__text="Jangan hilang",
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="31/02/2026"' in page
    assert "28" in page
    assert "Jangan hilang" in page
    assert 'href="#incident-first_on"' in page
    assert 'value="keep"' not in page
    assert held(office, who, draft_id).incident.chronology.text == ""


def test_a_time_that_is_none_stays_too(office: Office, who: Someone, browser: FlaskClient) -> None:
    answer = fill_in(browser, f"/intake/{start(office, who)}/report", report__time="25:99")
    assert answer.status_code == 422
    assert 'value="25:99"' in answer.get_data(as_text=True)


def test_a_contradiction_changes_nothing_unless_it_is_kept_on_purpose(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    draft_id = start(office, who)
    typed = {"report__on": "18/05/2026", "incident__first_on": "19/05/2026"}
    answer = fill_in(browser, f"/intake/{draft_id}/report", **typed)
    assert answer.status_code == 422
    assert 'value="keep"' in answer.get_data(as_text=True)
    assert held(office, who, draft_id).incident.first_on is None
    assert fill_in(browser, f"/intake/{draft_id}/report", then="keep", **typed).status_code == 303
    assert str(held(office, who, draft_id).incident.first_on) == "2026-05-19"
    assert "incident-first_on" in browser.get(f"/intake/{draft_id}/check").get_data(as_text=True)


def test_a_place_outside_is_found_by_its_typed_name(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = start(office, who)
    typed = {"incident__area": "LUAR", "incident__area_elsewhere": "Tenggarong, Kabupaten Kutai Kartanegara"}
    assert fill_in(browser, f"/intake/{draft_id}/report", **typed).status_code == 303
    assert held(office, who, draft_id).incident.area == "64.02.06"
    again = browser.get(f"/intake/{draft_id}/report").get_data(as_text=True)
    assert 'value="Tenggarong, Kabupaten Kutai Kartanegara"' in again
    assert '<option value="LUAR" selected>' in again


@pytest.mark.parametrize("typed", ["", "Antah Berantah", "Sukajadi"])
def test_a_place_outside_that_cannot_be_told_is_asked_again(
    office: Office, who: Someone, browser: FlaskClient, typed: str
) -> None:
    draft_id = start(office, who)
    answer = fill_in(browser, f"/intake/{draft_id}/report", incident__area="LUAR", incident__area_elsewhere=typed)
    assert answer.status_code == 422
    assert 'href="#incident-area_elsewhere"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("report-channel", "CH_BURUNG"),
        ("incident-area", "64.02.06"),
        ("incident-place", "PL_X"),
        ("incident-online", "MUNGKIN"),
        ("report-reporter-name", "a" * 201),
        ("incident-chronology-text", "a" * 20_001),
        ("incident-patbm_village", "Antah Berantah"),
    ],
)
def test_what_the_page_does_not_offer_or_hold_is_refused_on_its_field(
    office: Office, who: Someone, browser: FlaskClient, field: str, value: str
) -> None:
    answer = fill_in(browser, f"/intake/{start(office, who)}/report", **{field: value})
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.get_data(as_text=True)


def test_a_nul_and_a_broken_encoding_are_bad_requests(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = start(office, who)
    assert fill_in(browser, f"/intake/{draft_id}/report", report__reporter__name="a\0b").status_code == 400
    raw = browser.post(
        f"/intake/{draft_id}/report", data=b"report-on=%ff", content_type="application/x-www-form-urlencoded"
    )
    assert raw.status_code == 400


def test_a_request_of_more_than_a_megabyte_is_refused_whole(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = start(office, who)
    answer = fill_in(browser, f"/intake/{draft_id}/report", incident__chronology__text="a" * 1_100_000)
    assert answer.status_code == 413
    assert held(office, who, draft_id).incident.chronology.text == ""


def test_the_enter_key_goes_on(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake())
    client_id = held(office, who, draft_id).clients[0].id
    for page in ("report", f"clients/{client_id}", "screening"):
        html = browser.get(f"/intake/{draft_id}/{page}").get_data(as_text=True)
        form = max(re.findall(r"<form\b.*?</form>", html, re.S), key=len)
        first = re.findall(r"<button\b[^>]*>", form)[0]
        assert 'type="submit"' in first
        assert 'value="register"' in first if page == "screening" else 'value="next"' in first


# --- clients -----------------------------------------------------------------------------------------------------------


def test_a_client_is_kept_with_everything_that_can_be_recorded(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    draft_id, client_id = begin(office, who, replace(an_intake(), clients=())), uuid4()
    typed: dict[str, Any] = {
        "identity-name": "Melati Sukma",
        "identity-label": "Anak A",
        "identity-aliases": "Mela, Memel , Mela",
        "identity-nik": "6303 0542 0117 0001",
        "identity-kk": "6303.0512.3456.7890",
        "identity-birth_date": "02/01/2017",
        "identity-siblings": "2",
        "identity-contact-call": "TIDAK",
        "identity-contact-cover_phrase": "dari perpustakaan",
        "profile-sex": "P",
        "profile-violence": ["VK_FISIK", "VK_PSIKIS"],
        "profile-kdrt": "YA",
        "profile-residence": "63.03.05.1001",
        "profile-tpks": ["TP_FISIK"],
        "profile-disability": ["DS_NONE"],
        "profile-categories-0-item": "1",
        "profile-categories-0-on": "18/05/2026",
        "profile-categories-0-certainty": "TERKONFIRMASI",
        "profile-categories-1-item": "3",
        "profile-abh_role": "ABH_SAKSI",
        "profile-diversion-0-stage": "DV_SIDIK",
        "profile-diversion-0-outcome": "DH_GAGAL",
        "sensitive-hiv": "TIDAK",
        "sensitive-substances": ["NZ_INHALAN"],
    }
    assert fill_in(browser, f"/intake/{draft_id}/clients/{client_id}", **typed).status_code == 303
    (client,) = held(office, who, draft_id).clients
    profile, identity = client.profile, client.identity
    assert client.id == client_id
    assert (identity.aliases, identity.nik, identity.kk) == (("Mela", "Memel"), "6303054201170001", "6303051234567890")
    assert (identity.village, profile.residence) == ("63.03.05.1001", "63.03.05")
    assert (identity.siblings, identity.children) == (2, None)
    assert profile.violence == ("VK_FISIK", "VK_PSIKIS")
    assert [(each.item, str(each.on), each.certainty) for each in profile.categories] == [
        ("1", "2026-05-18", "TERKONFIRMASI"),
        ("3", "None", "DUGAAN"),
    ]
    assert [(each.stage, each.outcome) for each in profile.diversion] == [("DV_SIDIK", "DH_GAGAL")]
    assert client.sensitive.substances == ("NZ_INHALAN",)
    assert profile.capacity == "KORBAN"


def test_a_page_sent_as_it_was_shown_changes_nothing(office: Office, who: Someone, browser: FlaskClient) -> None:
    client = known_as(
        a_client(categories=(Category("1"),), stated_on=None, residence="63.03.05", disability=("DS_FISIK",)),
        aliases=("Mela",),
        village="63.03.05.1001",
        phone="0812",
    )
    before = an_intake(client, reported=(a_reported(client),))
    draft_id = begin(office, who, before)
    pages = ("report", f"clients/{client.id}", f"reported/{before.reported[0].id}", "screening")
    for page in pages:
        assert fill_in(browser, f"/intake/{draft_id}/{page}").status_code == 303, page
    after = held(office, who, draft_id)
    assert after == replace(before, incident=replace(before.incident))


def test_an_age_is_told_for_the_day_it_was_typed(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id, client_id = begin(office, who, replace(an_intake(), clients=())), uuid4()
    fill_in(browser, f"/intake/{draft_id}/clients/{client_id}", profile__stated_age="9")
    assert str(held(office, who, draft_id).clients[0].profile.stated_on) == "2026-05-20"
    office.clock.pass_by(days=2)
    fill_in(office.browser(who), f"/intake/{draft_id}/clients/{client_id}", identity__name="Melati")
    assert str(held(office, who, draft_id).clients[0].profile.stated_on) == "2026-05-20"


IMPOSSIBLE = [
    ({"identity-birth_date": "19/05/2026"}, "identity-birth_date"),
    ({"identity-birth_date": "21/05/2026"}, "identity-birth_date"),
    ({"profile-stated_age": "30", "profile-categories-0-item": "1"}, "profile-categories"),
    ({"profile-stated_age": "30", "profile-abh_role": "ABH_SAKSI"}, "profile-abh_role"),
    ({"profile-stated_age": "130"}, "profile-stated_age"),
    ({"profile-stated_age": "sembilan"}, "profile-stated_age"),
    ({"profile-disability": ["DS_NONE", "DS_FISIK"]}, "profile-disability"),
    ({"profile-categories-0-item": "1", "profile-categories-1-item": "1"}, "profile-categories-1-item"),
    ({"profile-categories-0-on": "18/05/2026"}, "profile-categories-0-on"),
    ({"profile-diversion-0-outcome": "DH_GAGAL", "profile-diversion-0-on": ""}, "profile-diversion-0-on"),
    ({"profile-violence": ["VK_X"]}, "profile-violence"),
    ({"profile-sex": "X"}, "profile-sex"),
    ({"identity-name": "a" * 201}, "identity-name"),
    ({"identity-aliases": ",".join("abcdefghijkl")}, "identity-aliases"),
]


@pytest.mark.parametrize(
    ("typed", "field"), IMPOSSIBLE, ids=[f"{field}-{n}" for n, (_, field) in enumerate(IMPOSSIBLE)]
)
def test_an_impossible_client_is_refused_on_its_field_and_stays_on_the_page(
    office: Office, who: Someone, browser: FlaskClient, typed: dict[str, Any], field: str
) -> None:
    draft_id, client_id = begin(office, who, replace(an_intake(), clients=())), uuid4()
    answer = fill_in(
        browser, f"/intake/{draft_id}/clients/{client_id}", **({"identity-address": "Jalan Jangan Hilang"} | typed)
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{field}' in page
    assert "Jalan Jangan Hilang" in page
    assert held(office, who, draft_id).clients == ()


def test_a_nik_that_does_not_fit_is_kept_and_said(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id, client_id = begin(office, who, replace(an_intake(), clients=())), uuid4()
    address = f"/intake/{draft_id}/clients/{client_id}"
    typed = {"identity-nik": "6303054201170001", "profile-sex": "L", "profile-stated_age": "9"}
    assert fill_in(browser, address, **typed).status_code == 303
    assert 'href="#identity-nik"' in browser.get(address).get_data(as_text=True)
    assert "identity-nik" in browser.get(f"/intake/{draft_id}/check").get_data(as_text=True)


def test_a_part_with_a_wrong_or_wanted_field_is_unfolded(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake())
    address = f"/intake/{draft_id}/clients/{held(office, who, draft_id).clients[0].id}"

    def unfolded(page: str) -> int:
        return len(re.findall(r"<details class=\"filters fold\" open>", page))

    assert unfolded(browser.get(address).get_data(as_text=True)) == 0
    assert unfolded(browser.get(f"{address}?open=identity.nik").get_data(as_text=True)) == 1
    refused = fill_in(browser, address, **{"profile-reunited_on": "31/02/2026"})
    assert unfolded(refused.get_data(as_text=True)) == 1


def test_a_client_is_taken_out_after_a_question(office: Office, who: Someone, browser: FlaskClient) -> None:
    leaving, staying = a_client(), a_client("Anggrek")
    draft_id = begin(office, who, an_intake(leaving, staying, reported=(a_reported(leaving, staying),)))
    address = f"/intake/{draft_id}/clients/{leaving.id}/remove"
    assert browser.get(address).status_code == 200
    assert len(held(office, who, draft_id).clients) == 2
    assert send(browser, address, address).status_code == 303
    intake = held(office, who, draft_id)
    assert [client.id for client in intake.clients] == [staying.id]
    assert len(intake.reported[0].profile.relations) == 1


def test_people_keep_their_relations_when_another_is_taken_out(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    first, second, third = a_client("Satu"), a_client("Dua"), a_client("Tiga")
    person = a_reported()
    draft_id = begin(office, who, an_intake(first, second, third, reported=(person,)))
    address = f"/intake/{draft_id}/reported/{person.id}"
    relations = {f"relations-{n}-relationship": code for n, code in enumerate(("RD_AYAH", "RD_PAMANBIBI", "RL_GURU"))}
    assert fill_in(browser, address, **relations).status_code == 303
    remove = f"/intake/{draft_id}/clients/{first.id}/remove"
    send(browser, remove, remove)
    kept = held(office, who, draft_id).reported[0].profile.relations
    assert [(each.client_id, each.relationship, each.detail) for each in kept] == [
        (second.id, "RL_KELUARGA", "RD_PAMANBIBI"),
        (third.id, "RL_GURU", ""),
    ]
    page = browser.get(address).get_data(as_text=True)
    assert "Satu" not in page
    assert page.count("selected") >= 2


# --- reported persons --------------------------------------------------------------------------------------------------


def test_one_relation_is_asked_for_each_client_by_name(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake(a_client("Melati"), a_client("Anggrek")))
    page = browser.get(f"/intake/{draft_id}/reported/{uuid4()}").get_data(as_text=True)
    assert page.count('name="relations-') == 4
    assert "Melati" in page
    assert "Anggrek" in page


def test_nobody_knows_who_it_was_in_one_press(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id, reported_id = begin(office, who, an_intake(a_client(), a_client())), uuid4()
    address = f"/intake/{draft_id}/reported/{reported_id}"
    for _ in range(2):
        assert send(browser, address, f"{address}/unknown").status_code == 303
    (person,) = held(office, who, draft_id).reported
    assert (person.profile.sex, [each.relationship for each in person.profile.relations]) == ("X", ["RL_NA", "RL_NA"])


def test_an_unknown_person_does_not_wipe_out_a_known_one(office: Office, who: Someone, browser: FlaskClient) -> None:
    client = a_client()
    person = a_reported(client)
    draft_id = begin(office, who, an_intake(client, reported=(person,)))
    send(browser, f"/intake/{draft_id}/screening", f"/intake/{draft_id}/reported/{person.id}/unknown")
    assert held(office, who, draft_id).reported == (person,)


def test_a_relation_to_a_client_that_left_meanwhile_is_refused(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    leaving, staying = a_client(), a_client("Anggrek")
    draft_id, reported_id = begin(office, who, an_intake(leaving, staying)), uuid4()
    fields = form_of(browser.get(f"/intake/{draft_id}/reported/{reported_id}").get_data(as_text=True))
    with office.work(who.actor) as work:
        drafts.change(work, draft_id, lambda intake: parts.without_client(intake, leaving.id))
    chosen = {"relations-0-relationship": ["RL_ORTU"], "relations-1-relationship": ["RL_ORTU"]}
    answer = browser.post(f"/intake/{draft_id}/reported/{reported_id}", data=fields | chosen)
    assert answer.status_code == 422
    assert held(office, who, draft_id).reported == ()


@pytest.mark.parametrize("code", ["RL_X", "VK_FISIK"])
def test_an_unknown_relation_is_refused(office: Office, who: Someone, browser: FlaskClient, code: str) -> None:
    draft_id = begin(office, who, an_intake())
    answer = fill_in(browser, f"/intake/{draft_id}/reported/{uuid4()}", **{"relations-0-relationship": code})
    assert answer.status_code == 422


# --- screening, checking, registering ----------------------------------------------------------------------------------


def test_a_complete_intake_is_registered_from_the_screening(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, replace(an_intake(), screening=Screening()))
    answer = fill_in(browser, f"/intake/{draft_id}/screening", prompts_asked="y", risk="RK_SEDANG", then="register")
    (case,) = every(office, Case)
    assert answer.headers["Location"] == f"/cases/{case.id}"
    assert "6303/2026/0001" in browser.get(answer.headers["Location"]).get_data(as_text=True)


def test_what_is_odd_is_shown_before_registering(office: Office, who: Someone, browser: FlaskClient) -> None:
    odd = an_intake(known_as(a_client(), phone="tidak ada"))
    draft_id = begin(office, who, odd)
    answer = fill_in(browser, f"/intake/{draft_id}/screening", then="register")
    assert answer.headers["Location"] == f"/intake/{draft_id}/check"
    assert every(office, Case) == []
    send(browser, f"/intake/{draft_id}/check", f"/intake/{draft_id}/register")
    assert len(every(office, Case)) == 1


def test_what_is_missing_is_listed_with_the_way_to_it(office: Office, who: Someone, browser: FlaskClient) -> None:
    client = a_client("", sex="", violence=())
    draft_id = begin(office, who, replace(an_intake(client), report=IntakeReport()))
    page = browser.get(f"/intake/{draft_id}/check").get_data(as_text=True)
    assert f"/intake/{draft_id}/report?open=report.channel#report-channel" in page
    for field in ("identity-name", "profile-sex", "profile-violence"):
        assert f"#{field}" in page
    assert f'action="/intake/{draft_id}/register"' in page
    answer = send(browser, f"/intake/{draft_id}/check", f"/intake/{draft_id}/register")
    assert answer.status_code == 422
    assert every(office, Case) == []


def test_pressing_register_twice_makes_one_case(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake())
    fields = form_of(browser.get(f"/intake/{draft_id}/check").get_data(as_text=True))
    same_page = [browser.post(f"/intake/{draft_id}/register", data=fields) for _ in range(2)]
    other_window = browser.post(f"/intake/{draft_id}/register", data=fields | {"submit_id": str(uuid4())})
    assert len({answer.headers["Location"] for answer in (*same_page, other_window)}) == 1
    assert len(every(office, Case)) == 1


# --- two windows -------------------------------------------------------------------------------------------------------


def test_two_windows_on_one_page_show_both_versions(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake())
    address = f"/intake/{draft_id}/report"
    mine = form_of(browser.get(address).get_data(as_text=True))
    fill_in(browser, address, incident__chronology__text="Cerita yang lain")
    answer = browser.post(address, data=mine | {"incident-chronology-text": "Ceritaku"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Ceritaku" in page
    assert "Cerita yang lain" in page
    assert held(office, who, draft_id).incident.chronology.text == "Cerita yang lain"
    again = browser.post(address, data=form_of(page))
    assert again.status_code == 303
    assert held(office, who, draft_id).incident.chronology.text == "Ceritaku"


def test_a_client_taken_out_in_another_window_is_put_back_only_knowingly(
    office: Office, who: Someone, browser: FlaskClient
) -> None:
    client = a_client()
    draft_id = begin(office, who, an_intake(client, a_client("Anggrek")))
    address = f"/intake/{draft_id}/clients/{client.id}"
    mine = form_of(browser.get(address).get_data(as_text=True))
    send(browser, f"{address}/remove", f"{address}/remove")
    answer = browser.post(address, data=mine)
    assert answer.status_code == 409
    assert len(held(office, who, draft_id).clients) == 1
    assert browser.post(address, data=form_of(answer.get_data(as_text=True))).status_code == 303
    assert len(held(office, who, draft_id).clients) == 2


def test_a_double_click_on_save_is_no_quarrel(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake())
    address = f"/intake/{draft_id}/report"
    fields = form_of(browser.get(address).get_data(as_text=True)) | {"incident-chronology-text": "Sekali"}
    assert [browser.post(address, data=fields).status_code for _ in range(2)] == [303, 303]


# --- a further report --------------------------------------------------------------------------------------------------


def test_a_further_report_joins_a_case_of_ones_own(office: Office, who: Someone, browser: FlaskClient) -> None:
    case_id = register(office, who, an_intake())
    answer = fill_in(
        browser, f"/intake/join/{case_id}", report__channel="CH_TELEPON", report__reporter__name="Tetangga"
    )
    assert answer.headers["Location"] == f"/cases/{case_id}"
    assert len(every(office, Report)) == 2
    assert len(every(office, Case)) == 1


def test_a_further_report_from_tomorrow_is_refused(office: Office, who: Someone, browser: FlaskClient) -> None:
    case_id = register(office, who, an_intake())
    answer = fill_in(
        browser, f"/intake/join/{case_id}", report__on="21/05/2026", report__reporter__words="Jangan hilang"
    )
    assert answer.status_code == 422
    assert "Jangan hilang" in answer.get_data(as_text=True)
    assert len(every(office, Report)) == 1


def test_nothing_joins_a_case_of_somebody_else(office: Office, browser: FlaskClient) -> None:
    case_id = register(office, office.somebody("PENERIMA"), an_intake())
    assert browser.get(f"/intake/join/{case_id}").status_code == 404
    page = browser.get("/intake").get_data(as_text=True)
    fields = {"csrf_token": hidden(page, "csrf_token"), "submit_id": str(uuid4()), "report-on": "20/05/2026"}
    assert browser.post(f"/intake/join/{case_id}", data=fields).status_code == 404
    assert len(every(office, Report)) == 1


# --- secrecy -----------------------------------------------------------------------------------------------------------


def test_titles_are_neutral_and_pages_are_not_cached(office: Office, who: Someone, browser: FlaskClient) -> None:
    draft_id = begin(office, who, an_intake(a_client("Melati Sukma")))
    for page in ("report", "clients", f"clients/{held(office, who, draft_id).clients[0].id}", "check"):
        answer = browser.get(f"/intake/{draft_id}/{page}")
        title = re.search(r"<title>(.*?)</title>", answer.get_data(as_text=True), re.S)
        assert title is not None
        assert "Melati" not in title[1]
        assert "no-store" in answer.headers["Cache-Control"]


def test_if_the_opening_cannot_be_recorded_nothing_is_shown(
    office: Office, who: Someone, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = begin(office, who, an_intake(a_client("Melati Sukma")))

    def full(*_args: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(type(office.runtime), "append", full, raising=False)
    object.__setattr__(office.runtime, "append", full)
    answer = browser.get(f"/intake/{draft_id}/check")
    assert answer.status_code == 500
    assert "Melati" not in answer.get_data(as_text=True)


def test_every_page_of_the_room_is_a_route_of_one_blueprint(office: Office) -> None:
    rules = {rule.endpoint for rule in office.app.url_map.iter_rules() if rule.endpoint.startswith("intake.")}
    assert {"intake.start", "intake.search", "intake.report", "intake.client", "intake.check", "intake.join"} <= rules
    assert intake_views.bp.name == "intake"
