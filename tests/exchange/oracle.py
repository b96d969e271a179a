"""The recap counted from the exported CSV files alone, one line at a time, as the rules of the office put it.

Written from design 4, `contracts/recap.md` and case-management 11; it imports nothing of the product. Numbers in brackets are the counting
rules there. An empty cell is "not recorded" and stands in the "not known" row of its list (contracts/recap).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

Row = Mapping[str, str]
Cells = Counter[tuple[str, str, str]]
UNKNOWN = "TIDAK_DIKETAHUI"
VICTIM_BANDS = ((5, "V00_05"), (12, "V06_12"), (17, "V13_17"), (24, "V18_24"), (44, "V25_44"), (59, "V45_59"))
REPORTED_BANDS = ((17, "R00_17"), (24, "R18_24"), (59, "R25_59"))
YES_NO = {"ya": "YA", "tidak": "TIDAK", "": UNKNOWN}
ITEM_OF_KIND = {"VK_FISIK": 12, "VK_PSIKIS": 13, "VK_SEKSUAL": 14, "VK_PENELANTARAN": 18, "VK_TRAFFICKING": 11}
KTP_OF_KIND = {
    "VK_FISIK": "KTP_FISIK",
    "VK_PSIKIS": "KTP_PSIKIS",
    "VK_SEKSUAL": "KTP_SEKSUAL",
    "VK_TRAFFICKING": "KTP_TPPO",
}
LETTERS = {
    1: "AM_DARURAT",
    2: "AM_ABH",
    3: "AM_MINORITAS",
    4: "AM_EKSPLOITASI",
    5: "AM_EKSPLOITASI",
    6: "AM_NAPZA",
    7: "AM_PORNOGRAFI",
    8: "AM_HIV",
    9: "AM_CULIK_JUAL",
    10: "AM_CULIK_JUAL",
    11: "AM_CULIK_JUAL",
    12: "AM_FISIK_PSIKIS",
    13: "AM_FISIK_PSIKIS",
    14: "AM_SEKSUAL",
    15: "AM_TERORISME",
    16: "AM_DISABILITAS",
    17: "AM_TELANTAR",
    18: "AM_TELANTAR",
    19: "AM_MENYIMPANG",
    20: "AM_STIGMA",
}


class Oracle:
    """Tables and totals of one period, by table name: (row, age group or "", sex or "") → number."""

    def __init__(self, folder: Path, unit: str, first: date, last: date, cut_off: date | None = None) -> None:
        self.unit, self.first, self.last, self.cut_off = unit, first, last, cut_off or last
        self.sheets = {path.stem: _read(path) for path in folder.glob("*.csv")}
        # A case taken over from another unit was counted by the first recorder (11).
        self.cases = {row["case_ref"]: row for row in self.sheets["cases"] if row["transfer_in"] != "ya"}
        self.victims = {_key(row): row for row in self.sheets["victims"] if row["case_ref"] in self.cases}
        self.tables: dict[str, Cells] = {}
        self._count()

    def totals(self) -> dict[str, int]:
        """Each unit of counting by itself: never mixed in one table (1, 9)."""
        pairs = sum(self.tables.get("pairs_by_relationship", Counter()).values())
        return {
            "cases": sum(1 for case in self.cases.values() if self._reported(case)),
            "victims": sum(1 for _ in self._korban()),
            "clients": sum(1 for row in self.victims.values() if self._reported(self.cases[row["case_ref"]])),
            "perpetrators": sum(1 for _ in self._perpetrators()),
            "pairs": pairs,
            "services": sum(self.tables.get("services_by_kind", Counter()).values()),
        }

    # --- what belongs to the period ------------------------------------------------------------------------------------

    def _in(self, day: str) -> bool:
        """In the period, and not later than the cut-off: what happened afterwards never revises it."""
        return bool(day) and self.first <= date.fromisoformat(day) <= min(self.last, self.cut_off)

    def _reported(self, case: Row) -> bool:
        return self._in(case["report_date"])  # (2)

    def _korban(self) -> Iterator[Row]:
        for row in self.victims.values():
            if row["capacity"] == "KORBAN" and self._reported(self.cases[row["case_ref"]]):
                yield row

    def _rows(self, sheet: str) -> Iterable[Row]:
        return (row for row in self.sheets.get(sheet, ()) if row["case_ref"] in self.cases)

    def _perpetrators(self) -> Iterator[Row]:
        return (row for row in self._rows("perpetrators") if self._reported(self.cases[row["case_ref"]]))

    # --- counting ------------------------------------------------------------------------------------------------------

    def _add(self, table: str, code: str, group: str = "", sex: str = "") -> None:
        self.tables.setdefault(table, Counter())[code, group, sex] += 1

    def _of(self, table: str, code: str, victim: Row) -> None:
        self._add(table, code, _group(victim), victim["sex"])

    def _count(self) -> None:
        for victim in self._korban():
            self._victim(victim)
        for victim in self.victims.values():
            if self._reported(self.cases[victim["case_ref"]]):
                self._of("clients_by_capacity", victim["capacity"], victim)
            if self._in(victim["ended_on"]):
                self._of("cases_closed_by_reason", victim["closure_reason"] or UNKNOWN, victim)
        self._count_records()
        for case in filter(self._reported, self.cases.values()):
            self._add("cases_by_place", case["place"] or UNKNOWN)  # (4)
            self._add("cases_by_channel", case["channel"] or UNKNOWN)
            village = bool(case["patbm_village"]) or case["channel"] == "CH_PATBM"
            self._add("cases_by_patbm", "YA" if village else "TIDAK")
            self._add("cases_by_kecamatan_incident", self._kecamatan(case["incident_area"]))
        for person in self._perpetrators():
            self._perpetrator(person)

    def _count_records(self) -> None:
        for service in self._rows("services"):  # service records, by their own day (7)
            if self._in(service["date"]):
                self._of("services_by_kind", service["service"], self.victims[_key(service)])
        for referral in self._rows("referrals"):
            if self._in(referral["sent_on"]):
                about = self.victims[_key(referral)] if referral["victim_ref"] else self._first_of(referral["case_ref"])
                self._of("referrals_by_institution", referral["institution_type"], about)

    def _victim(self, victim: Row) -> None:
        case = self.cases[victim["case_ref"]]
        single = {
            "sex": victim["sex"],
            "age_band": _band(_age(victim), VICTIM_BANDS, "V60_UP", "V_UNK"),
            "education": victim["education"] or "ED_NA",
            "occupation": victim["occupation"] or "OC_NA",
            "marital": victim["marital"] or "MS_NA",
            "citizenship": victim["citizenship"] or "CZ_NA",
            "place": case["place"] or UNKNOWN,
            "online": YES_NO[case["online"]],
            "channel": case["channel"] or UNKNOWN,
            "kecamatan_residence": self._kecamatan(victim["residence_area"]),
            "kecamatan_incident": self._kecamatan(case["incident_area"]),
            "kdrt": YES_NO[victim["kdrt"]],
        }
        for name, code in single.items():  # (3)
            self._of(f"victims_by_{name}", code, victim)
        served = {s["service"] for s in self._rows("services") if _key(s) == _key(victim) and self._happened(s["date"])}
        if served:  # (8)
            self._of("victims_served", "LUAS", victim)
        if served - {"SV_PENGADUAN"}:
            self._of("victims_served", "INTI", victim)
        several = {
            "disability": _disability(victim) or {victim["disability"] or "DS_NA"},
            "violence": _codes(victim["violence"]),  # (5)
            "tpks": _codes(victim["tpks"]),
            "service": served,
            "ampk": {LETTERS[item] for item in self._items(victim)},
            "ktp": _ktp(victim),
        }
        for name, codes in several.items():
            for code in codes:
                self._of(f"victims_by_{name}", code, victim)

    def _perpetrator(self, person: Row) -> None:
        age = int(person["age"]) if person["age"] else None
        traits = {
            "sex": person["sex"],
            "age_band": _band(age, REPORTED_BANDS, "R60_UP", "R_UNK"),
            "age_band_7": _band(age, VICTIM_BANDS, "V60_UP", "V_UNK"),
            "education": person["education"] or "ED_NA",
            "occupation": person["occupation"] or "OC_NA",
            "marital": person["marital"] or "MS_NA",
        }
        for name, code in traits.items():
            self._add(f"perpetrators_by_{name}", code, "", person["sex"])
        said = {
            _key(row): row["relationship"]
            for row in self._rows("relations")
            if (row["case_ref"], row["perp_ref"]) == (person["case_ref"], person["perp_ref"])
        }
        for key, victim in self.victims.items():  # every client x reported person of a case (6)
            if victim["case_ref"] == person["case_ref"]:
                self._of("pairs_by_relationship", said.get(key, "RL_NA"), victim)

    # --- what a cell means ---------------------------------------------------------------------------------------------

    def _happened(self, day: str) -> bool:
        return not day or date.fromisoformat(day) <= self.cut_off

    def _first_of(self, case_ref: str) -> Row:
        """A referral of the whole case stands with the client who is named first."""
        return next(row for row in self.victims.values() if row["case_ref"] == case_ref)

    def _items(self, victim: Row) -> set[int]:
        """PP 78 items of a child: recorded ones up to the cut-off, and those implied by kinds and by a disability."""
        if _group(victim) != "ANAK":
            return set()
        recorded = {
            int(row["item"])
            for row in self._rows("categories")
            if _key(row) == _key(victim) and self._happened(row["date"])
        }
        implied = {ITEM_OF_KIND[kind] for kind in _codes(victim["violence"]) if kind in ITEM_OF_KIND}
        return recorded | implied | ({16} if _disability(victim) else set())

    def _kecamatan(self, code: str) -> str:
        """Own kecamatan by code (a village by its kecamatan), `LUAR`, or not known: nothing recorded, or only the kabupaten or wider."""
        if not code or self.unit.startswith(code):
            return UNKNOWN
        return ".".join(code.split(".")[:3]) if code.startswith(self.unit + ".") else "LUAR"


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _key(row: Row) -> tuple[str, str]:
    return row["case_ref"], row["victim_ref"]


def _codes(cell: str) -> set[str]:
    return set(cell.split(";")) - {""}


def _age(victim: Row) -> int | None:
    if victim["unborn"] == "ya":
        return 0
    return int(victim["age_at_incident"]) if victim["age_at_incident"] else None


def _group(victim: Row) -> str:
    """A child is under 18, unborn included (case-management 4.1)."""
    age = _age(victim)
    return UNKNOWN if age is None else "ANAK" if age < 18 else "DEWASA"


def _band(age: int | None, bands: Iterable[tuple[int, str]], oldest: str, unknown: str) -> str:
    return unknown if age is None else next((code for last, code in bands if age <= last), oldest)


def _disability(victim: Row) -> set[str]:
    return _codes(victim["disability"]) - {"DS_NONE", "DS_NA"}


def _ktp(victim: Row) -> set[str]:
    """Women of 18 and over: recorded values, and those implied by kinds, kdrt, kbgo, a disability and an age of 60."""
    age = _age(victim)
    if victim["sex"] != "P" or age is None or age < 18:
        return set()
    found = _codes(victim["ktp"]) | {KTP_OF_KIND[kind] for kind in _codes(victim["violence"]) if kind in KTP_OF_KIND}
    found |= {code for flag, code in (("kdrt", "KTP_KDRT"), ("kbgo", "KTP_KBGO")) if victim[flag] == "ya"}
    found |= {"KTP_DISABILITAS"} if _disability(victim) else set()
    return found | ({"KTP_LANSIA"} if age >= 60 else set())
