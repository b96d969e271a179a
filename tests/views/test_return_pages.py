"""Official returns from the form to the files, frozen and marked."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from app.audit.events import Event
from app.domain.errors import Refused
from app.releases import returning
from app.releases.models import OfficialReturn
from tests import release_office
from tests.factories import Office, send
from tests.sharing import office

__all__ = ["office"]
FORM = {
    "kind": "recap",
    "year": "2026",
    "part": "q1",
    "institution": "Dinas PPPA rekaan",
    "office": "Kepala Bidang rekaan",
    "purpose": "Rapat koordinasi",
}


@pytest.mark.own_office
def test_a_return_is_frozen_for_its_recipient_and_leaves_as_marked_files(office: Office) -> None:
    release_office.victims(office, office.unit_id, girls=3)
    data = office.browser(office.somebody("DATA"))
    assert send(data, "/reports/returns", "/reports/returns", **FORM | {"office": " "}).status_code == 422
    made = send(data, "/reports/returns", "/reports/returns", **FORM)
    assert made.status_code == 303
    path = made.headers["Location"]
    release_office.victims(office, office.unit_id, girls=8)  # what comes later changes nothing

    raw = data.get(f"{path}/laporan.json").get_data()
    document = json.loads(raw)
    assert (document["mark"], document["number"], document["recipient"]["office"]) == ("TERBATAS", 1, FORM["office"])
    tables = {table["name"]: table for table in document["tables"]}
    assert {code: count for _label, code, count in tables["totals"]["rows"]}["victims"] == 3
    places = [cell for _label, _code, cell in tables["victims_by_kecamatan_incident"]["rows"][:-1]]
    assert not {1, 2, 3, 4} & set(places)
    assert tables["victims_by_kecamatan_incident"]["rows"][-1][2] == 3

    shown = data.get(path).get_data(as_text=True)
    assert "TERBATAS" in shown
    assert sha256(raw).hexdigest() in shown
    register = office.browser(office.somebody("ANALIS_KLA")).get("/reports/returns").get_data(as_text=True)
    assert FORM["institution"] in register
    assert FORM["purpose"] in register
    assert 'name="institution"' not in register
    sheet = data.get(f"{path}/laporan.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet), delimiter=";"))  # as a spreadsheet set to Indonesian opens it
    assert {row["tanda"] for row in rows} == {"TERBATAS"}
    book = load_workbook(io.BytesIO(data.get(f"{path}/laporan.xlsx").get_data()))
    assert {sheet["A1"].value for sheet in book} == {"TERBATAS"}
    assert {sheet.oddHeader.center.text for sheet in book} == {"TERBATAS"}
    assert data.get(f"{path}/laporan.pdf").get_data().startswith(b"%PDF")
    assert office.browser(office.somebody("PENDAMPING")).get(path).status_code == 403
    events = [entry.event for entry in office.events()]
    assert {Event.RETURN_COUNTED, Event.RETURN_ISSUED, Event.RETURN_OPENED, Event.RETURN_EXPORTED} <= set(events)


@pytest.mark.own_office
def test_each_kind_asks_for_its_own_period_and_nothing_frozen_changes(office: Office) -> None:
    actor = office.somebody("DATA").actor
    for kind, part, year, code in (
        ("cluster-v", "q1", 2026, "return.whole-year"),
        ("simfoni", "all", 2026, "return.month"),
        ("simfoni", "02", 2026, "return.not-reconciled"),
        ("recap", "all", 2090, "return.not-begun"),
    ):
        with pytest.raises(Refused) as refused:
            release_office.returned(office, actor, kind, part, year)
        assert refused.value.problems[0].code == code
    first = release_office.returned(office, actor, returning.CLUSTER_V, "all")
    second = release_office.returned(office, actor)
    with office.runtime.looking(actor) as work:
        assert [each.row.id for each in returning.register(work)] == [second, first]
    with pytest.raises(DBAPIError), office.work(actor) as work:
        work.session.execute(update(OfficialReturn).values(hash=bytes(32)))


@pytest.mark.own_office
def test_the_forms_begin_with_the_month_and_year_of_the_unit_not_of_greenwich(office: Office) -> None:
    office.clock.at = datetime(2026, 12, 31, 17, tzinfo=UTC)  # 1 January 2027 01.00 WITA
    data = office.browser(office.somebody("DATA"))
    returns, releases = (data.get(f"/reports/{page}").get_data(as_text=True) for page in ("returns", "releases"))

    assert '<option selected value="12">' in returns
    assert 'value="2026"' in returns
    assert 'value="2027"' in releases
