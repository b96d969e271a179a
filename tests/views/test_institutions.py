"""The directory of institutions on screen (issue item 8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from app.referrals import directory
from app.referrals.models import Institution
from tests import referral_office as desk
from tests.factories import Office, send


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    made = desk.english_office(database_url, tmp_path)
    yield made
    made.runtime.engine.dispose()


@pytest.fixture
def admin(office: Office):
    return office.browser(office.somebody("ADMIN", password=False))


def text(answer) -> str:
    return answer.get_data(as_text=True)


def add(admin, **changed):
    given = {"name": "RSUD Uji", "type": "IN_RS", "services": "SV_KESEHATAN", "phone": "0541 000", "hours": "24 jam"}
    return send(admin, "/institutions/new", "/institutions", **(given | changed))


def test_an_empty_directory_says_what_to_add(office: Office, admin):
    assert "police women-and-child unit" in text(admin.get("/institutions"))
    worker = office.browser(office.somebody("PENDAMPING", password=False))
    page = text(worker.get("/institutions"))
    assert "The supervisor or the administrator adds" in page
    assert "/institutions/new" not in page


def test_an_institution_is_added_corrected_and_found(office: Office, admin):
    assert add(admin).status_code == 303
    page = text(admin.get("/institutions"))
    assert "RSUD Uji" in page
    assert "0541 000" in page
    here = next(
        part.split('"')[0]
        for part in page.split('href="')[1:]
        if part.startswith("/institutions/") and "new" not in part.split('"')[0]
    )
    answer = send(admin, here, here, name="RSUD Uji Baru", type="IN_RS", contact="Ns. Uji")
    assert answer.status_code == 303
    assert "RSUD Uji Baru" in text(admin.get("/institutions?type=IN_RS"))
    assert "RSUD Uji Baru" not in text(admin.get("/institutions?type=IN_UPPA"))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Please fill this in"),
        ({"type": ""}, "Choose the type"),
        ({"name": "rsud  uji"}, "is in the directory already"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Office, admin, changed, sentence):
    add(admin)
    answer = add(admin, **({"name": "Lain", "note": "catatan uji"} | changed))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "catatan uji" in text(answer)
    with office.runtime.looking(office.somebody("ADMIN", password=False).actor) as work:
        assert work.session.query(Institution).count() == 1


def test_the_area_is_typed_kept_and_shown_and_goes_when_it_is_emptied(office: Office, admin):
    assert 'value="Kabupaten Banjar"' in text(admin.get("/institutions/new"))
    assert "No such place" in text(add(admin, area="Atlantis"))
    assert add(admin, area="martapura").status_code == 303
    (row,) = institutions(office)
    assert row.area == "63.03.05"

    here = f"/institutions/{row.id}"
    assert 'value="Martapura, Kabupaten Banjar"' in text(admin.get(here))
    worker = office.browser(office.somebody("PENDAMPING", password=False))
    assert "Martapura, Kabupaten Banjar" in text(worker.get(here))
    assert send(admin, here, here, name="RSUD Uji", type="IN_RS", area="Kota Banjarmasin").status_code == 303
    assert institutions(office)[0].area == "63.71"
    assert send(admin, here, here, name="RSUD Uji", type="IN_RS").status_code == 303
    assert institutions(office)[0].area == ""


@dataclass(frozen=True)
class Stored:
    """An institution as it is kept."""

    id: UUID
    area: str


def institutions(office: Office) -> list[Stored]:
    with office.runtime.looking(office.somebody("ADMIN", password=False).actor) as work:
        return [Stored(row.id, directory.read(work, row).area) for row in work.session.query(Institution)]


def test_a_shelter_is_placed_no_nearer_than_its_kabupaten(office: Office, admin):
    refused = add(admin, type="IN_SHELTER", area="Martapura, Kabupaten Banjar")
    assert refused.status_code == 422
    assert "Of a shelter only the kabupaten or kota" in text(refused)
    assert 'value="Martapura, Kabupaten Banjar"' in text(refused)


def test_who_saves_second_sees_what_is_stored(office: Office, admin):
    here = f"/institutions/{desk.make_institution(office, name='Polres Uji')}"
    answer = send(admin, here, here, name="Nama Saya", type="IN_UPPA", etag="0" * 24)
    assert answer.status_code == 409
    assert "Nama Saya" in text(answer)
    assert "Polres Uji" in text(answer)


def test_a_retired_institution_leaves_the_list_until_it_is_asked_for(office: Office, admin):
    here = f"/institutions/{desk.make_institution(office, name='Polres Uji')}"
    assert send(admin, here, f"{here}/retire").status_code == 303
    assert "Polres Uji" not in text(admin.get("/institutions"))
    assert "Polres Uji" in text(admin.get("/institutions?retired=y"))
    assert send(admin, here, f"{here}/restore").status_code == 303
    assert "Polres Uji" in text(admin.get("/institutions"))


def test_a_worker_reads_and_does_not_change(office: Office):
    institution = desk.make_institution(office, name="Polres Uji")
    worker = office.browser(office.somebody("PENDAMPING", password=False))
    page = text(worker.get(f"/institutions/{institution}"))
    assert "Polres Uji" in page
    assert "/retire" not in page
    assert worker.get("/institutions/new").status_code == 403


def test_the_directory_of_another_unit_is_not_found(office: Office, admin):
    institution = desk.make_institution(office, unit_id=office.other_unit_id, name="Polres Tetangga")
    assert admin.get(f"/institutions/{institution}").status_code == 404
    assert "Polres Tetangga" not in text(admin.get("/institutions"))


def test_a_profile_that_does_not_open_says_so(office: Office, admin):
    first, second = desk.make_institution(office, name="Satu"), desk.make_institution(office, name="Dua")
    with office.work() as work:
        work.session.get_one(Institution, first).profile_sealed = work.session.get_one(
            Institution, second
        ).profile_sealed
        work.recorded("page:opened")
    assert "cannot be opened" in text(admin.get("/institutions"))
    assert admin.get(f"/institutions/{first}").status_code == 200


def test_the_page_leads_to_what_else_the_reader_may_see_of_it(office: Office):
    here = desk.make_institution(office, name="Polres Uji")
    board = f"/referrals?institution={here}"
    supervisor = office.browser(office.somebody("SUPERVISOR", password=False))
    page = text(supervisor.get(f"/institutions/{here}"))
    assert board in page
    assert f"/clocks?institution={here}" in page
    assert 'href="/reports/responses"' in page.split("<main")[1]
    assert supervisor.get(board).status_code == 200
    admin_page = text(office.browser(office.somebody("ADMIN", password=False)).get(f"/institutions/{here}"))
    assert board not in admin_page
