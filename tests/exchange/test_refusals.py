"""Every impossible or unreadable row says what is wrong and where, in both languages, and changes nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.exchange.packages import one_case, write

RunJson = Callable[..., tuple[int, Any]]


def places(document: Mapping[str, Any], kind: str = "refused") -> set[tuple[str, int, str, str]]:
    return {(r["sheet"], r["row"], r["column"], r["code"]) for r in document[kind]}


IMPOSSIBLE: list[tuple[str, Mapping[str, Mapping[str, str]], tuple[str, int, str, str]]] = [
    (
        "incident after report",
        {"cases": {"incident_date": "2025-03-11"}},
        ("cases", 2, "incident_date", "incident.after-report"),
    ),
    (
        "birth after incident",
        {"victims": {"birth_date": "2025-03-10"}},
        ("victims", 2, "birth_date", "birth.after-incident"),
    ),
    ("a report in the future", {"cases": {"report_date": "2999-01-01"}}, ("cases", 2, "report_date", "report.future")),
    (
        "last day before first",
        {"cases": {"incident_last_date": "2025-03-01"}},
        ("cases", 2, "incident_last_date", "incident.last-before-first"),
    ),
    (
        "a child category on an adult",
        {"victims": {"age_at_incident": "30", "ampk_items": "12"}},
        ("victims", 2, "ampk_items", "category.adult"),
    ),
    (
        "a juvenile role on an adult",
        {"victims": {"age_at_incident": "30", "abh_role": "ABH_KORBAN"}},
        ("victims", 2, "abh_role", "category.adult"),
    ),
    ("an age nobody reaches", {"victims": {"age_at_incident": "140"}}, ("victims", 2, "age_at_incident", "age.range")),
    ("no kind for a victim", {"victims": {"violence": ""}}, ("victims", 2, "violence", "violence.required")),
    ("no sex", {"victims": {"sex": ""}}, ("victims", 2, "sex", "required")),
    ("an unknown code", {"victims": {"violence": "VK_GAIB"}}, ("victims", 2, "violence", "code.unknown")),
    ("an unknown area", {"cases": {"incident_area": "Negeri Antah"}}, ("cases", 2, "incident_area", "area.unknown")),
    ("a date in another form", {"cases": {"report_date": "10/03/2025"}}, ("cases", 2, "report_date", "date.format")),
    (
        "a day that is not in the calendar",
        {"cases": {"incident_date": "2025-02-30"}},
        ("cases", 2, "incident_date", "date.format"),
    ),
    ("a time that is none", {"cases": {"report_time": "25:00"}}, ("cases", 2, "report_time", "time.format")),
    ("a word for yes that is none", {"victims": {"kdrt": "mungkin"}}, ("victims", 2, "kdrt", "boolean.unknown")),
    (
        "an age in letters",
        {"victims": {"age_at_incident": "sembilan"}},
        ("victims", 2, "age_at_incident", "number.format"),
    ),
    ("a field over its limit", {"victims": {"name": "A" * 201}}, ("victims", 2, "name", "text.too-long")),
    (
        "a relation to a client that is not there",
        {"relations": {"victim_ref": "V9"}},
        ("relations", 2, "victim_ref", "reference.unknown-victim"),
    ),
    (
        "a relation to nobody",
        {"relations": {"perp_ref": "P9"}},
        ("relations", 2, "perp_ref", "reference.unknown-perpetrator"),
    ),
    ("a client of no case", {"victims": {"case_ref": "K9"}}, ("victims", 2, "case_ref", "reference.unknown-case")),
    ("a category that splits", {"victims": {"ampk": "AM_FISIK_PSIKIS"}}, ("victims", 2, "ampk", "ampk.several-items")),
    (
        "an end before the report",
        {"victims": {"ended_on": "2025-03-01"}},
        ("victims", 2, "ended_on", "ended.before-report"),
    ),
    (
        "how a client's handling ended without a day",
        {"victims": {"closure": "TM_SELESAI"}},
        ("victims", 2, "ended_on", "ended.undated"),
    ),
    (
        "why handling ended where nobody's has",
        {"cases": {"closure_reason": "AT_TUJUAN"}},
        ("cases", 2, "closed_on", "ended.undated"),
    ),
    (
        "a number of thousands of digits",
        {"victims": {"age_at_incident": "9" * 5000}},
        ("victims", 2, "age_at_incident", "number.format"),
    ),
    ("a client of no known sex", {"victims": {"sex": "X"}}, ("victims", 2, "sex", "code.unknown")),
    ("another unit", {"cases": {"unit": "64.03"}}, ("cases", 2, "unit", "unit.other")),
    (
        "none beside another disability",
        {"victims": {"disability": "DS_NONE;DS_FISIK"}},
        ("victims", 2, "disability", "disability.contradiction"),
    ),
]


@pytest.mark.sqlite_only("the checks do not touch the database")
@pytest.mark.parametrize(("changes", "expected"), [row[1:] for row in IMPOSSIBLE], ids=[row[0] for row in IMPOSSIBLE])
def test_an_impossible_row_is_refused_where_it_stands(
    naungan_json: RunJson, tmp_path: Path, changes: Mapping[str, Mapping[str, str]], expected: tuple[str, int, str, str]
) -> None:
    folder = write(tmp_path / "package", one_case(**changes))

    code, document = naungan_json("import", folder)

    assert code == 1
    assert expected in places(document)
    assert document["imported"] == {}
    assert all(
        refusal["message"] and "(" + refusal["code"] + ")" not in refusal["message"] for refusal in document["refused"]
    )


@pytest.mark.sqlite_only("the checks do not touch the database")
def test_each_sentence_is_there_in_both_languages(
    naungan_json: RunJson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "package", one_case(cases={"incident_date": "2025-03-11"}))
    monkeypatch.setenv("NAUNGAN_LOCALE", "id")
    _, indonesian = naungan_json("import", folder)
    monkeypatch.setenv("NAUNGAN_LOCALE", "en")
    _, english = naungan_json("import", folder)

    assert indonesian["refused"][0]["message"] != english["refused"][0]["message"]


def test_nothing_is_written_unless_every_row_is_valid(naungan_json: RunJson, tmp_path: Path) -> None:
    sheets = one_case()
    sheets["cases"].append({"case_ref": "K2", "report_date": "2025-03-12"})
    sheets["victims"].append({"case_ref": "K2", "victim_ref": "V1", "sex": "L", "violence": "VK_APA"})
    folder = write(tmp_path / "package", sheets)

    assert naungan_json("import", folder)[0] == 1
    assert naungan_json("recap", "--month", "2025-03")[1]["totals"]["cases"] == 0

    code, document = naungan_json("import", folder, "--skip-invalid")

    assert code == 0
    assert document["imported"]["cases"] == 1
    assert places(document) == {("victims", 3, "violence", "code.unknown")}
    assert naungan_json("recap", "--month", "2025-03")[1]["totals"]["cases"] == 1


def test_a_dry_run_writes_nothing(naungan_json: RunJson, tmp_path: Path) -> None:
    folder = write(tmp_path / "package", one_case())

    code, document = naungan_json("import", folder, "--dry-run")

    assert (code, document["imported"], document["refused"]) == (0, {}, [])
    assert naungan_json("recap", "--month", "2025-03")[1]["totals"]["cases"] == 0


@pytest.mark.sqlite_only("the checks do not touch the database")
def test_a_nik_that_contradicts_only_warns(naungan_json: RunJson, tmp_path: Path) -> None:
    folder = write(tmp_path / "package", one_case(victims={"nik": "6402061503150001", "birth_date": "2015-03-15"}))

    code, document = naungan_json("import", folder)

    assert code == 0
    assert places(document, "warnings") == {("victims", 2, "nik", "nik.sex")}


@pytest.mark.sqlite_only("the checks do not touch the database")
def test_a_stated_age_that_contradicts_the_birth_date_warns_and_the_birth_date_wins(
    naungan_json: RunJson, tmp_path: Path
) -> None:
    folder = write(tmp_path / "package", one_case(victims={"birth_date": "2012-01-01", "age_at_incident": "9"}))

    code, document = naungan_json("import", folder)
    recap = naungan_json("recap", "--month", "2025-03")[1]

    assert code == 0
    assert ("victims", 2, "age_at_incident", "age.contradicts-birth") in places(document, "warnings")
    bands = {row["code"]: row["count"] for row in recap["tables"]["victims_by_age_band"]["rows"]}
    assert bands["V13_17"] == 1
    assert bands["V06_12"] == 0


@pytest.mark.sqlite_only("the checks do not touch the database")
@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (
            lambda f: (f / "cases.csv").write_text("case_ref,report_date,warna\nK1,2025-03-10,biru\n"),
            ("cases", 1, "warna", "column.unknown"),
        ),
        (lambda f: (f / "cases.csv").write_text("case_ref\nK1\n"), ("cases", 1, "report_date", "column.missing")),
        (
            lambda f: (f / "cases.csv").write_text("case_ref,report_date,place,place\n"),
            ("cases", 1, "place", "column.duplicate"),
        ),
        (lambda f: (f / "cases.csv").write_text(""), ("cases", 1, "", "header.missing")),
        (lambda f: (f / "cases.csv").unlink(), ("cases", 0, "", "sheet.missing")),
        (lambda f: (f / "catatan.csv").write_text("a\n1\n"), ("catatan", 0, "", "sheet.unknown")),
        (
            lambda f: (f / "cases.csv").write_bytes(b"case_ref,report_date\nK\xe91,2025-03-10\n"),
            ("cases", 2, "", "file.encoding"),
        ),
        (
            lambda f: (f / "cases.csv").write_bytes("case_ref,report_date\n".encode("utf-16")),
            ("cases", 1, "", "file.encoding"),
        ),
        (
            lambda f: (f / "cases.csv").write_bytes(b"case_ref,report_date\nK\x001,2025-03-10\n"),
            ("cases", 2, "", "text.nul"),
        ),
        (
            lambda f: (f / "cases.csv").write_text('case_ref,report_date\n"K1,2025-03-10\n'),
            ("cases", 0, "", "file.csv"),
        ),
        (
            lambda f: (f / "cases.csv").write_text("case_ref,report_date\nK1,2025-03-10,lebih\n"),
            ("cases", 2, "", "row.too-many-cells"),
        ),
    ],
    ids=[
        "column",
        "missing column",
        "column twice",
        "empty",
        "no sheet",
        "sheet",
        "latin-1",
        "utf-16",
        "nul",
        "quote",
        "cells",
    ],
)
def test_a_damaged_file_is_refused_where_it_is_damaged(
    naungan_json: RunJson, tmp_path: Path, damage: Callable[[Path], object], expected: tuple[str, int, str, str]
) -> None:
    folder = write(tmp_path / "package", one_case())
    damage(folder)

    code, document = naungan_json("import", folder)

    assert code == 1
    assert expected in places(document)


@pytest.mark.sqlite_only("the checks do not touch the database")
@pytest.mark.parametrize(
    ("sheet", "column"),
    [("services", "date"), ("referrals", "sent_on"), ("legal", "date"), ("followups", "date"), ("categories", "date")],
)
def test_a_day_before_anybody_alive_was_born_is_refused(
    naungan_json: RunJson, tmp_path: Path, sheet: str, column: str
) -> None:
    row = {
        "services": {"victim_ref": "V1", "service": "SV_TOGA"},
        "referrals": {"institution_type": "IN_RS"},
        "legal": {"milestone": "LG_LP"},
        "followups": {"victim_ref": "V1", "kind": "FU_RUMAH"},
        "categories": {"victim_ref": "V1", "item": "7"},
    }[sheet]
    sheets = one_case() | {sheet: [{"case_ref": "K1", column: "0001-01-01", **row}]}

    code, document = naungan_json("import", write(tmp_path / "package", sheets))

    assert (code, document["imported"]) == (1, {})
    assert (sheet, 2, column, "day.too-early") in places(document)


def _workbook(path: Path) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has one
    for sheet, rows in one_case().items():
        page = book.create_sheet(sheet)
        page.append(list(rows[0]))
        page.append([int(cell) if cell.isdigit() else cell for cell in rows[0].values()])
    book.save(path)
    return path.read_bytes()


@pytest.mark.sqlite_only("the checks do not touch the database")
@pytest.mark.parametrize(
    ("part", "damaged"),
    [
        ("xl/worksheets/sheet1.xml", lambda text: text[:200]),
        ("xl/worksheets/sheet2.xml", lambda text: text.replace(b"<v>9</v>", b"<v>sembilan</v>")),
        ("xl/worksheets/sheet2.xml", lambda text: text.replace(b'<c r="A2"', b'<c r="A0Z"')),
        ("xl/workbook.xml", lambda _text: b"<workbook"),
        ("[Content_Types].xml", lambda _text: b""),
    ],
)
def test_a_damaged_workbook_is_refused_as_such(
    naungan_json: RunJson, tmp_path: Path, part: str, damaged: Callable[[bytes], bytes]
) -> None:
    _workbook(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "package.xlsx", "w") as out:
        for name in whole.namelist():
            content = whole.read(name)
            out.writestr(name, damaged(content) if name == part else content)

    code, document = naungan_json("import", tmp_path / "package.xlsx")

    assert (code, document["imported"]) == (1, {})
    assert {refusal["code"] for refusal in document["refused"]} == {"file.workbook"}


@pytest.mark.sqlite_only("the checks do not touch the database")
def test_a_workbook_without_styles_is_read_without_a_word(
    naungan: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    _workbook(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "package.xlsx", "w") as out:
        for name in whole.namelist():
            out.writestr(name, b"<styleSheet/>" if name == "xl/styles.xml" else whole.read(name))

    code, _, errors = naungan("import", tmp_path / "package.xlsx", "--dry-run", "--json")

    assert (code, errors) == (0, "")


@pytest.mark.sqlite_only("the checks do not touch the database")
def test_who_may_not_import_may_not_try_either(naungan: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    folder = write(tmp_path / "package", one_case())
    assert naungan("users", "create", "pdp@contoh.id", "--name", "P", "--roles", "PPDP")[0] == 0

    assert naungan("import", folder, "--dry-run", "--as", "pdp@contoh.id")[0] == 1


@pytest.mark.sqlite_only("the checks do not touch the database")
def test_a_reference_used_twice_is_refused(naungan_json: RunJson, tmp_path: Path) -> None:
    sheets = one_case()
    sheets["cases"].append(sheets["cases"][0])
    sheets["victims"].append(sheets["victims"][0])

    _, document = naungan_json("import", write(tmp_path / "package", sheets))

    assert {
        ("cases", 3, "case_ref", "reference.duplicate"),
        ("victims", 3, "victim_ref", "reference.duplicate"),
    } <= places(document)


@pytest.mark.sqlite_only("the checks do not touch the database")
def test_what_is_wrong_is_said_without_repeating_what_was_typed(
    naungan: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    folder = write(tmp_path / "package", one_case(victims={"violence": "Sri Rahasia Wati"}))

    code, out, err = naungan("import", folder)

    assert code == 1
    assert "Rahasia" not in out + err
    assert "victims:2:violence" in err


@pytest.mark.sqlite_only("the checks do not touch the database")
def test_labels_semicolons_marks_and_spellings_are_understood(naungan_json: RunJson, tmp_path: Path) -> None:
    changes = {
        "cases": {"incident_area": "Kec. Semboja", "place": "rumah tangga", "online": "0", "report_time": "9:05"},
        "victims": {"violence": "fisik|Psikis", "residence_area": "SANGA - SANGA", "education": "sd", "kdrt": "Ya"},
    }
    folder = write(tmp_path / "package", one_case(**changes), delimiter=";", encoding="utf-8-sig")

    code, document = naungan_json("import", folder)
    tables = naungan_json("recap", "--month", "2025-03")[1]["tables"]

    assert (code, document["refused"]) == (0, [])
    assert {row["code"] for row in tables["victims_by_violence"]["rows"] if row["count"]} == {"VK_FISIK", "VK_PSIKIS"}
    assert [row["count"] for row in tables["victims_by_kdrt"]["rows"] if row["code"] == "YA"] == [1]
