"""`naungan recap`, `klaster-v` and `facts`: what scripts outside the project rely on (design 7, contracts)."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from app.accounts.models import Unit
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases import registration
from app.cases.models import Case
from app.commands.context import operator
from app.db.session import read_session, write_session
from app.reports.counting.titles import title_of
from config import Settings
from tests import pdfs
from tests.commands.conftest import Naungan, opened
from tests.reporting import child, intake, worked_example

DAY = date(2025, 5, 4)
"""These commands look at the clock on the wall; the day lies behind it."""


@pytest.fixture
def counted(office: Settings) -> Settings:
    """An office in which the worked example was reported in May 2025, and a woman of 30."""
    with opened(office) as runtime, runtime.begin(operator("test")) as work:
        unit = work.session.scalars(select(Unit)).one()
        for document in (worked_example(DAY), intake((child(30, kinds=("VK_PSIKIS",), day=DAY),), day=DAY)):
            registration.register_case(work, document, unit)
    return office


def events(office: Settings) -> list[AuditEntry]:
    with opened(office) as runtime, read_session(runtime.engine) as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


def rows(document: Any, table: str) -> dict[str, int]:
    return {row["code"]: row["count"] for row in document["tables"][table]["rows"] if row["count"]}


# --- recap -----------------------------------------------------------------------------------------------------------


def test_the_worked_example_comes_out_of_the_command(counted: Settings, naungan: Naungan) -> None:
    said = naungan("recap", "--month", "2025-05", "--json")

    assert said.code == 0, said.err
    document = said.json
    assert document["schema"] == "naungan/recap/1"
    assert document["period"] == {"from": "2025-05-01", "to": "2025-05-31", "cut_off": "2025-05-31"}
    assert document["unit"] == {"area": "63.03", "name": "UPTD PPA Uji"}
    assert (document["totals"]["cases"], document["totals"]["victims"], document["totals"]["pairs"]) == (2, 3, 4)
    assert rows(document, "victims_by_violence") == {"VK_FISIK": 2, "VK_PSIKIS": 2}
    assert rows(document, "pairs_by_relationship") == {"RL_ORTU": 2, "RL_KELUARGA": 2}
    assert all(check["ok"] for check in document["checks"])


@pytest.mark.parametrize(
    ("asked", "period"),
    [
        (["--quarter", "2025-2"], ("2025-04-01", "2025-06-30", "2025-06-30")),
        (["--year", "2025"], ("2025-01-01", "2025-12-31", "2025-12-31")),
        (["--from", "2025-05-04", "--to", "2025-05-04"], ("2025-05-04", "2025-05-04", "2025-05-04")),
        (["--year", "2025", "--cut-off", "2025-05-31"], ("2025-01-01", "2025-12-31", "2025-05-31")),
        (["--month", "2025-05", "--unit", "63.03"], ("2025-05-01", "2025-05-31", "2025-05-31")),
    ],
)
def test_a_period_can_be_named_in_every_way(
    counted: Settings, naungan: Naungan, asked: list[str], period: tuple[str, str, str]
) -> None:
    document = naungan("recap", *asked, "--json").json
    assert tuple(document["period"].values()) == period
    assert document["totals"]["cases"] == 2


@pytest.mark.sqlite_only("no database is touched")
@pytest.mark.parametrize(
    "asked",
    [
        [],
        ["--month", "2025-13"],
        ["--month", "Mei"],
        ["--month", "2025-5"],
        ["--quarter", "2025-5"],
        ["--year", "26"],
        ["--year", "2025", "--month", "2025-05"],
        ["--from", "2025-05-01"],
        ["--from", "2025-05-02", "--to", "2025-05-01"],
        ["--month", "2025-05", "--cut-off", "kemarin"],
    ],
)
def test_a_bad_period_is_bad_usage_in_a_plain_line(naungan: Naungan, asked: list[str]) -> None:
    said = naungan("recap", *asked)
    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "asked",
    [
        ["recap", "--from", "0001-01-01", "--to", "9999-12-31"],
        ["recap", "--year", "2025", "--cut-off", "9999-12-31"],
        ["klaster-v", "--year", "2025", "--cut-off", "0001-01-01"],
    ],
)
def test_a_day_outside_the_years_of_periods_is_bad_usage(naungan: Naungan, asked: list[str]) -> None:
    said = naungan(*asked, "--json")
    assert (said.code, said.out) == (2, "")
    assert "1900-01-01<=x<=2100-12-31" in said.err


def test_an_unknown_unit_is_refused_in_a_plain_line(counted: Settings, naungan: Naungan) -> None:
    said = naungan("recap", "--month", "2025-05", "--unit", "63.99")
    assert (said.code, said.out) == (1, "")
    assert said.err


def test_for_people_tables_are_printed_with_their_definitions(counted: Settings, naungan: Naungan) -> None:
    said = naungan("recap", "--month", "2025-05")
    assert said.code == 0
    assert "UPTD PPA Uji" in said.out
    assert "Victims by kind of violence" in said.out
    assert "Served, broad (luas)" in said.out


def test_the_workbook_and_the_csv_files_hold_what_the_json_holds(
    counted: Settings, naungan: Naungan, tmp_path: Path
) -> None:
    file, folder = tmp_path / "rekap.xlsx", tmp_path / "csv"
    said = naungan("recap", "--month", "2025-05", "--json", "--xlsx", file, "--csv", folder)

    document = said.json
    assert file.stat().st_mode & 0o777 == 0o600
    cells = [
        row[:3] for sheet in load_workbook(BytesIO(file.read_bytes())) for row in sheet.iter_rows(values_only=True)
    ]
    for name, table in document["tables"].items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            read = list(csv.DictReader(handle))
        assert [(row["code"], int(row["count"])) for row in read] == [(r["code"], r["count"]) for r in table["rows"]]
        assert all((row["label"]["en"], row["code"], row["count"]) in cells for row in table["rows"])
    assert (folder / "totals.csv").stat().st_mode & 0o777 == 0o600
    assert events(counted)[-1].event == Event.RECAP_EXPORTED


def test_the_paper_to_sign_says_what_the_json_says(counted: Settings, naungan: Naungan, tmp_path: Path) -> None:
    file = tmp_path / "rekap.pdf"
    said = naungan("recap", "--month", "2025-05", "--json", "--pdf", file)

    text = pdfs.text_of(file.read_bytes())
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Dicetak oleh recap" in text
    for name, table in said.json["tables"].items():
        assert pdfs.folded(title_of(name)["id"]) in text
        assert all(pdfs.folded(f"{row['label']['id']} {row['count']}") in text for row in table["rows"] if row["count"])
    assert events(counted)[-1].event == Event.RECAP_EXPORTED


def test_a_workbook_that_cannot_be_written_is_a_plain_line(counted: Settings, naungan: Naungan, tmp_path: Path) -> None:
    said = naungan("recap", "--month", "2025-05", "--xlsx", tmp_path / "nowhere" / "x.xlsx")
    assert (said.code, said.out) == (1, "")
    assert "Traceback" not in said.err
    assert not list(tmp_path.glob("**/.naungan-*"))


def test_reading_a_recap_is_audited(counted: Settings, naungan: Naungan) -> None:
    naungan("recap", "--month", "2025-05", "--json")
    event = events(counted)[-1]
    assert (event.event, event.purpose, event.cases) == (Event.RECAP_READ, "2025-05 @2025-05-31", "")


# --- cluster V -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "set_code"), [([], "24"), (["--set", "2011"], "2011")])
def test_cluster_v_counts_children_of_the_year(
    counted: Settings, naungan: Naungan, asked: list[str], set_code: str
) -> None:
    document = naungan("klaster-v", "--year", "2025", *asked, "--json").json
    assert (document["schema"], document["set"], document["cut_off"]) == ("naungan/klaster-v/1", set_code, "2025-12-31")
    assert document["cluster"]["children"] == 2
    first = next(m for m in document["indicators"][0]["measures"] if m["code"] == "s.2.luas")
    assert first["value"] == 2


def test_cluster_v_for_people_says_no_data_in_words(counted: Settings, naungan: Naungan) -> None:
    said = naungan("klaster-v", "--year", "2025")
    assert said.code == 0
    assert "21a" in said.out
    assert "no cases" in said.out or "tidak ada kasus" in said.out


@pytest.mark.sqlite_only("no database is touched")
@pytest.mark.parametrize(
    "asked", [[], ["--year", "x"], ["--year", "2025", "--set", "25"], ["--year", "2025", "--indicator", "9"]]
)
def test_a_bad_sheet_is_bad_usage(naungan: Naungan, asked: list[str]) -> None:
    said = naungan("klaster-v", *asked)
    assert (said.code, said.out) == (2, "")


def test_the_cluster_workbook_is_written(counted: Settings, naungan: Naungan, tmp_path: Path) -> None:
    assert naungan("klaster-v", "--year", "2025", "--xlsx", tmp_path / "v.xlsx").code == 0
    assert "21a" in load_workbook(tmp_path / "v.xlsx").sheetnames


def test_the_paper_of_the_cluster_sheet_is_written(counted: Settings, naungan: Naungan, tmp_path: Path) -> None:
    said = naungan("klaster-v", "--year", "2025", "--pdf", tmp_path / "v.pdf", "--indicator", "21a")
    assert said.code == 0
    assert (tmp_path / "v.pdf").read_bytes().startswith(b"%PDF")


# --- facts -----------------------------------------------------------------------------------------------------------


def test_a_sound_ledger_is_said_to_be_sound(counted: Settings, naungan: Naungan) -> None:
    said = naungan("facts", "rebuild", "--check", "--json")
    assert said.code == 0
    assert said.json == {"cases": 2, "contacts": 0, "blobs": 1, "differences": [], "rewritten": 0, "ok": True}


def test_the_check_exits_with_one_and_changes_nothing_and_the_rebuild_mends(
    counted: Settings, naungan: Naungan
) -> None:
    with opened(counted) as runtime, write_session(runtime.engine) as session:
        session.execute(update(Case).values(ledger_blob_id=None))
        session.commit()

    assert naungan("facts", "rebuild", "--check").code == 1
    said = naungan("facts", "rebuild", "--check", "--json")
    assert (said.code, said.json["ok"], said.json["rewritten"]) == (1, False, 0)
    assert {each["fault"] for each in said.json["differences"]} == {"missing", "extra"}

    assert naungan("facts", "rebuild").code == 0
    assert naungan("facts", "rebuild", "--check").code == 0
    assert naungan("recap", "--month", "2025-05", "--json").json["totals"]["cases"] == 2
