"""An import is all or nothing to the reader: hidden until complete, going on where it stopped, and taken back whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.accounts.services import create_unit
from app.cases.models import Report
from app.commands.context import open_office, operator
from app.domain.zones import Zone
from app.exchange import importing
from app.exchange.building import referral_steps
from app.exchange.entries import Typed
from app.exchange.models import ImportRun
from tests.exchange.packages import kutai, one_case, write

RunJson = Callable[..., tuple[int, Any]]


def test_an_import_that_stops_is_seen_nowhere_and_goes_on(
    naungan: Callable[..., tuple[int, str, str]], naungan_json: RunJson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "package", kutai())
    monkeypatch.setattr(importing, "BATCH", 30)
    import_id = _stop_after_two_batches(naungan, folder, monkeypatch)
    assert naungan_json("recap", "--year", "2024")[1]["totals"]["cases"] == 0

    code, document = naungan_json("import", folder, "--resume", import_id)

    assert (code, document["imported"]["cases"]) == (0, 98)
    recap = naungan_json("recap", "--year", "2024")[1]
    assert (recap["totals"]["cases"], recap["totals"]["victims"]) == (98, 98)
    assert naungan_json("facts", "rebuild", "--check")[0] == 0


def _stop_after_two_batches(
    naungan: Callable[..., tuple[int, str, str]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    whole, calls, seen = importing._write_batch, [0], [""]

    def failing(work: Any, unit_id: Any, import_id: Any, batch: Any) -> None:
        calls[0] += 1
        seen[0] = str(import_id)
        if calls[0] == 3:
            raise OSError(28, "No space left on device")
        whole(work, unit_id, import_id, batch)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "_write_batch", failing)
        assert naungan("import", folder)[0] == 1
    return seen[0]


def test_another_package_does_not_go_on_with_an_import(
    naungan: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 30)
    import_id = _stop_after_two_batches(naungan, write(tmp_path / "package", kutai()), monkeypatch)

    code, _, _ = naungan("import", write(tmp_path / "other", one_case()), "--resume", import_id)

    assert code == 1


def test_an_import_taken_back_counts_nowhere(naungan_json: RunJson, tmp_path: Path) -> None:
    folder = write(tmp_path / "package", one_case())
    _, document = naungan_json("import", folder)

    code, undone = naungan_json("import", "--undo", document["import"])

    assert (code, undone["undone"]) == (0, 1)
    assert naungan_json("recap", "--month", "2025-03")[1]["totals"]["cases"] == 0
    assert naungan_json("facts", "rebuild", "--check")[0] == 0


@pytest.mark.parametrize(
    "also", [["--dry-run"], ["--skip-invalid"], ["--resume", "11111111-1111-4111-8111-111111111111"]]
)
def test_taking_back_takes_no_other_wish(
    naungan: Callable[..., tuple[int, str, str]], naungan_json: RunJson, tmp_path: Path, also: list[str]
) -> None:
    _, document = naungan_json("import", write(tmp_path / "package", one_case()))

    assert naungan("import", "--undo", document["import"], *also)[0] == 2
    assert naungan_json("recap", "--month", "2025-03")[1]["totals"]["cases"] == 1


def test_equal_person_refs_are_one_child_in_cluster_v(naungan_json: RunJson, tmp_path: Path) -> None:
    sheets = one_case(victims={"person_ref": "ORANG-1"})
    sheets["cases"].append({"case_ref": "K2", "report_date": "2025-06-10"})
    sheets["victims"].append(
        {
            "case_ref": "K2",
            "victim_ref": "V1",
            "sex": "P",
            "age_at_incident": "9",
            "violence": "VK_PSIKIS",
            "person_ref": "ORANG-1",
        }
    )
    naungan_json("import", write(tmp_path / "package", sheets))

    cluster = naungan_json("klaster-v", "--year", "2025")[1]["cluster"]

    assert (cluster["victim_files"], cluster["repeated"], cluster["children"]) == (2, 1, 1)


def test_a_complaint_is_recorded_once_per_client(naungan_json: RunJson, tmp_path: Path) -> None:
    sheets = one_case()
    sheets["services"] = [
        {"case_ref": "K1", "victim_ref": "V1", "date": "2025-03-11", "service": "SV_PENGADUAN"},
        {"case_ref": "K1", "victim_ref": "V1", "date": "2025-03-12", "service": "SV_KESEHATAN"},
    ]
    naungan_json("import", write(tmp_path / "package", sheets))

    rows = naungan_json("recap", "--month", "2025-03")[1]["tables"]["services_by_kind"]["rows"]

    assert {row["code"]: row["count"] for row in rows if row["count"]} == {"SV_PENGADUAN": 1, "SV_KESEHATAN": 1}


def test_a_workbook_says_the_same_as_a_folder(naungan_json: RunJson, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, rows in one_case().items():
        page = book.create_sheet(sheet)
        page.append(list(rows[0]))
        for row in rows:
            page.append(list(row.values()))
    book.save(tmp_path / "paket.xlsx")

    code, document = naungan_json("import", tmp_path / "paket.xlsx")

    assert (code, document["refused"], document["imported"]["cases"]) == (0, [], 1)


def test_every_reporter_of_a_case_is_kept(naungan_json: RunJson, tmp_path: Path) -> None:
    sheets = one_case()
    sheets["reporters"] = [{"case_ref": "K1", "name": name} for name in ("Bibi Rekaan", "Guru Rekaan", "Kader Rekaan")]
    sheets["categories"] = [{"case_ref": "K1", "victim_ref": "V1", "item": "7"}]

    code, document = naungan_json("import", write(tmp_path / "package", sheets))

    assert code == 0
    assert (document["imported"]["reporters"], document["imported"]["categories"]) == (3, 1)
    with open_office() as office, office.runtime.looking(operator("test")) as work:
        assert work.session.scalar(select(func.count()).select_from(Report)) == 3
    assert naungan_json("facts", "rebuild", "--check")[0] == 0


def test_an_import_taken_back_while_it_runs_stops_and_stays_taken_back(
    naungan: Callable[..., tuple[int, str, str]], naungan_json: RunJson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 60)
    whole = importing._write_batch

    def interrupted(work: Any, unit_id: Any, import_id: Any, batch: Any) -> None:
        whole(work, unit_id, import_id, batch)
        work.session.get_one(ImportRun, import_id).state = "undone"  # as the other process leaves it

    monkeypatch.setattr(importing, "_write_batch", interrupted)

    assert naungan("import", write(tmp_path / "package", kutai()))[0] == 1
    assert naungan_json("recap", "--year", "2024")[1]["totals"]["cases"] == 0


def test_a_person_imports_into_the_own_unit_only_and_takes_back_only_its_imports(
    naungan: Callable[..., tuple[int, str, str]], naungan_json: RunJson, tmp_path: Path
) -> None:
    folder = write(tmp_path / "package", one_case(cases={"incident_area": "64.02.06"}))
    assert naungan("users", "create", "data@contoh.id", "--name", "D", "--roles", "SUPERVISOR")[0] == 0
    import_id = naungan_json("import", folder)[1]["import"]
    with open_office() as office, office.runtime.begin(operator("test")) as work:
        there = create_unit(work, area_code="63.03", name="Unit Lain", zone=Zone.WITA)
        work.session.flush()
        work.session.get_one(ImportRun, UUID(import_id)).unit_id = there.id

    assert naungan("import", folder, "--unit", "63.03", "--as", "data@contoh.id")[0] == 1
    assert naungan("import", "--undo", import_id, "--as", "data@contoh.id")[0] == 1
    assert naungan("import", "--undo", import_id)[0] == 0


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"status": "RF_ACK"}, ["RF_SENT", "RF_ACK"]),
        ({"status": "RF_ACCEPTED", "answered_on": "2025-03-14"}, ["RF_SENT", "RF_ACCEPTED"]),
        ({"status": "RF_CLOSED"}, ["RF_SENT", "RF_CLOSED"]),
        ({"status": "RF_SENT", "accepted_on": "2025-03-14"}, ["RF_SENT", "RF_ACCEPTED"]),
        ({"status": "RF_REJECTED", "result_on": "2025-03-14"}, ["RF_SENT", "RF_REJECTED"]),
        ({"result_on": "2025-03-14"}, ["RF_SENT", "RF_SERVED", "RF_CLOSED"]),
    ],
)
def test_a_referral_comes_in_with_the_status_its_row_gives(cells: dict[str, str], expected: list[str]) -> None:
    days = {name: date.fromisoformat(text) if name.endswith("_on") else text for name, text in cells.items()}
    row = Typed("referrals", 2, {"sent_on": date(2025, 3, 12), **days})

    steps = referral_steps(row, Zone.WITA)

    assert [step.status for step in steps] == expected
    assert sorted(steps, key=lambda step: step.at) == list(steps)
