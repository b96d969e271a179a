"""Cluster V as files: the paper to sign leaves under its own event, and names no person."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from datetime import date
from io import BytesIO

import pytest

from app.audit.events import Event
from app.reports import cluster_printing, entered_services
from app.reports.bundle import returned, suspicious
from app.reports.entered_services import Entry, Place
from tests import pdfs
from tests.factories import Office
from tests.reporting import make_case, worked_example

PAPER = "/reports/klaster-v/paper.pdf?year=2026"


def test_the_paper_of_one_indicator_counts_and_leaves_under_an_event_of_its_own(office: Office) -> None:
    make_case(office, worked_example())
    client = office.browser(office.somebody("DATA"))
    before = len(office.events())
    answer = client.get(f"{PAPER}&indicator=21a")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="klaster-v-2026-21a.pdf"'
    text = pdfs.text_of(answer.data)
    assert "21a Anak korban kekerasan" in text
    assert "22a Anak korban pornografi" not in text
    assert "TERBATAS" in text
    assert "UPTD PPA" in text
    (event,) = office.events()[before:]
    assert event.event == Event.CLUSTER_EXPORTED


@pytest.mark.sqlite_only(reason="about addresses, not about the database")
def test_an_indicator_that_is_none_and_a_person_without_the_right_get_nothing(office: Office) -> None:
    assert office.browser(office.somebody("DATA")).get(f"{PAPER}&indicator=99z").status_code == 404
    assert office.browser(office.somebody("ADMIN")).get(PAPER).status_code == 403


def test_another_definition_is_tried_out_and_nothing_is_kept(office: Office) -> None:
    make_case(office, worked_example())
    client = office.browser(office.somebody("DATA"))
    page = client.get("/reports/klaster-v/effect?year=2026&item=12&indicator=24c").get_data(as_text=True)

    assert re.search(r"24c.*?→ <strong>1</strong>", page, re.S)
    assert client.get("/reports/klaster-v/effect").status_code == 200
    assert client.get("/reports/klaster-v/effect?year=2026&item=99").status_code == 422


def test_the_bundle_holds_a_paper_an_indicator_and_a_manifest_that_proves_each_file(office: Office) -> None:
    make_case(office, worked_example())
    client = office.browser(office.somebody("DATA"))
    archive = zipfile.ZipFile(BytesIO(client.get("/reports/klaster-v/bundle.zip?year=2026").data))
    manifest = json.loads(archive.read("manifest.json"))

    assert len(manifest["files"]) == 10
    assert {each["name"] for each in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
    assert all(hashlib.sha256(archive.read(each["name"])).hexdigest() == each["sha256"] for each in manifest["files"])


def test_no_paper_is_made_ready_for_a_bundle_with_the_number_of_a_person(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = office.somebody("DATA")
    with office.work(who.actor) as work:
        typed = Entry("61234", agency="Dukcapil", as_of=date(2026, 1, 2), document="NIK 6303054505120001")
        entered_services.enter(work, Place("24", 2026, "21a", "21a.anak"), typed)
    made: list[object] = []
    monkeypatch.setattr(cluster_printing, "cluster_ready", lambda *given: made.append(given))
    answer = office.browser(who).get("/reports/klaster-v/bundle.zip?year=2026", follow_redirects=True)

    assert "21a 21a.anak" in answer.get_data(as_text=True)
    assert "6303054505120001" not in answer.request.url
    assert made == []


def test_the_workbook_in_the_bundle_bands_a_small_kecamatan_and_leaves_the_rest() -> None:
    places = {"63.03.01": 12, "63.03.02": 3, "63.03.03": 1, "63.03.04": 0}
    measure = {"code": "s.1", "value": 16, "by": {"kecamatan": places, "age_band": {"V00_05": 1}}}
    document = {"set": "24", "indicators": [{"code": "21a", "measures": [measure]}]}
    [indicator] = returned(document)["indicators"]
    [shown] = indicator["measures"]

    banded = {"63.03.01": "5 atau lebih", "63.03.02": "1–4", "63.03.03": "1–4"}  # 16 less 12 would leave no 4
    assert shown["by"]["kecamatan"] == places | banded
    assert shown["by"]["age_band"] == {"V00_05": 1}
    assert measure["by"]["kecamatan"] == places


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("Surat 400.2/123/2026, 12 Januari 2026", False),
        ("NIK 6303054505120001", True),
        ("6303 0545 0512 0001", True),
        ("hubungi 0812-3456-7890", True),
        ("+62 812 3456 7890", True),
        ("Rp12.345.678.901", False),
    ],
)
def test_the_number_of_a_person_is_told_from_the_number_of_a_letter(typed: str, is_found: bool) -> None:
    document = {"indicators": [{"code": "21a", "measures": [{"code": "Q15", "value": typed}]}]}
    assert list(suspicious(document)) == ([("21a", "Q15")] if is_found else [])
