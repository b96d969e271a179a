"""Writing exchange folders for tests: a dict of sheets, each a list of rows, becomes a folder of CSV files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Rows = Sequence[Mapping[str, str]]
SHARED = Path(__file__).resolve().parents[1] / "data"


def write(folder: Path, sheets: Mapping[str, Rows], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A folder of CSV files; a sheet's columns are those of all its rows, in order of appearance."""
    folder.mkdir(parents=True, exist_ok=True)
    for sheet, rows in sheets.items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        with (folder / f"{sheet}.csv").open("w", encoding=encoding, newline="") as stream:
            writer = csv.DictWriter(stream, columns, delimiter=delimiter, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def one_case(**changes: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """The plainest valid package: one case, one girl of nine, one reported person who is a parent. `changes` lay over a sheet's row."""
    sheets: dict[str, dict[str, str]] = {
        "cases": {
            "case_ref": "K1",
            "report_date": "2025-03-10",
            "incident_date": "2025-03-09",
            "incident_area": "64.02.06",
        },
        "victims": {"case_ref": "K1", "victim_ref": "V1", "sex": "P", "age_at_incident": "9", "violence": "VK_FISIK"},
        "perpetrators": {"case_ref": "K1", "perp_ref": "P1", "sex": "L"},
        "relations": {"case_ref": "K1", "victim_ref": "V1", "perp_ref": "P1", "relationship": "RL_ORTU"},
    }
    return {sheet: [{**row, **changes.get(sheet, {})}] for sheet, row in sheets.items()}


def published() -> Mapping[str, object]:
    """The real published figures of Kutai Kartanegara 2024 (a copy of the shared data file)."""
    document: Mapping[str, object] = json.loads((SHARED / "kutai-kartanegara-2024.json").read_text(encoding="utf-8"))
    return document


AGES = {"u05": ("0", "5"), "u06_12": ("6", "12"), "u13_17": ("13", "17")}
SERVICES = {"kesehatan": "SV_KESEHATAN", "bantuan_hukum": "SV_BANKUM", "penegakan_hukum": "SV_GAKKUM"}


def kutai(*, together: bool = True) -> dict[str, list[dict[str, str]]]:
    """98 child victims consistent with the published tables. `together`: where a kecamatan has two kinds of service beside the
    complaint, the same child gets both, as far as its tables allow; else every service goes to another child."""
    data = published()
    children = [
        child for kecamatan in _list(data, "by_kecamatan") for child in _of_kecamatan(kecamatan, together=together)
    ]
    for child, education in zip(children, _spread(data, "by_education"), strict=True):
        child["education"] = education
    relations = list(_spread(data, "by_relationship"))
    sheets: dict[str, list[dict[str, str]]] = {
        "cases": [],
        "victims": [],
        "perpetrators": [],
        "relations": [],
        "services": [],
    }
    for number, child in enumerate(children):
        _add(sheets, number, child, relations[number] if number < len(relations) else "")
    return sheets


def _of_kecamatan(kecamatan: Mapping[str, object], *, together: bool) -> list[dict[str, str]]:
    name = str(kecamatan["kecamatan"])
    found = [
        {"kecamatan": name, "age": AGES[band][number % 2], "services": ""}
        for band in AGES
        for number in range(int(str(kecamatan[band])))
    ]
    turn = 0
    for column, code in SERVICES.items():
        turn = 0 if together else turn
        for _ in range(int(str(kecamatan.get(column, 0)))):
            found[turn]["services"] += f" {code}"
            turn += 1
    return found


def _add(sheets: Mapping[str, list[dict[str, str]]], number: int, child: Mapping[str, str], relation: str) -> None:
    ref, month = f"K{number:03d}", number % 12 + 1
    sheets["cases"].append(
        {"case_ref": ref, "report_date": f"2024-{month:02d}-12", "incident_date": f"2024-{month:02d}-11"}
    )
    sheets["victims"].append(
        {
            "case_ref": ref,
            "victim_ref": "V",
            "sex": "P" if number % 3 else "L",
            "age_at_incident": child["age"],
            "residence_area": child["kecamatan"],
            "education": child["education"],
            "violence": "VK_FISIK" if number % 2 else "VK_SEKSUAL;VK_PSIKIS",
        }
    )
    if relation:
        sheets["perpetrators"].append({"case_ref": ref, "perp_ref": "P", "sex": "L"})
        sheets["relations"].append({"case_ref": ref, "victim_ref": "V", "perp_ref": "P", "relationship": relation})
    for code in child["services"].split():
        sheets["services"].append({"case_ref": ref, "victim_ref": "V", "date": f"2024-{month:02d}-20", "service": code})


def _list(data: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    rows = data[key]
    assert isinstance(rows, list)
    return rows


def _spread(data: Mapping[str, object], key: str) -> Iterable[str]:
    counts = data[key]
    assert isinstance(counts, dict)
    return [code for code, count in counts.items() for _ in range(count)]
