"""Real published tables (Kabupaten Kutai Kartanegara, 2024): invented children that fit them give every table back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.indicators import indicator_set
from app.reports.cluster_v import cluster_v
from app.reports.counting.settings import Period, Settings, UnitInfo
from app.reports.facts import CaseFacts, ClientFacts, PairFacts, ReportedFacts, ServiceFacts
from app.reports.ledger_format import Arrays, pack, read_all
from app.reports.recap import recap

# From the district's gender and child data portal: kecamatan, under 6, 6-12, 13-17, services beyond the complaint.
KECAMATAN = [
    ("Anggana", 0, 0, 0, ()),
    ("Kembang Janggut", 2, 0, 0, ()),
    ("Kenohan", 1, 1, 1, ()),
    ("Kota Bangun", 0, 1, 2, ()),
    ("Loa Janan", 5, 1, 2, ()),
    ("Loa Kulu", 1, 2, 2, ()),
    ("Marang Kayu", 0, 0, 2, ("SV_KESEHATAN", "SV_BANKUM")),
    ("Muara Badak", 0, 1, 2, ("SV_KESEHATAN", "SV_GAKKUM")),
    ("Muara Jawa", 0, 1, 1, ()),
    ("Muara Kaman", 0, 1, 3, ()),
    ("Muara Muntai", 0, 1, 2, ()),
    ("Muara Wis", 0, 0, 0, ()),
    ("Sanga-Sanga", 0, 1, 0, ()),
    ("Sebulu", 1, 5, 3, ("SV_KESEHATAN", "SV_BANKUM")),
    ("Semboja", 0, 3, 7, ("SV_KESEHATAN", "SV_KESEHATAN")),
    ("Tabang", 0, 2, 0, ()),
    ("Tenggarong", 6, 14, 8, ("SV_BANKUM",)),
    ("Tenggarong Seberang", 1, 7, 5, ()),
]
EDUCATION = {"ED_NONE": 18, "ED_TK": 8, "ED_SD": 27, "ED_SLTP": 34, "ED_SLTA": 11}
RELATIONSHIP = {"RL_ORTU": 17, "RL_KELUARGA": 10, "RL_TETANGGA": 5, "RL_PACARTEMAN": 15, "RL_LAIN": 20}
SERVICES = {"SV_PENGADUAN": 98, "SV_KESEHATAN": 5, "SV_BANKUM": 3, "SV_GAKKUM": 1}
CODES = {name: f"64.02.{i:02d}" for i, (name, *_) in enumerate(KECAMATAN, start=1)}
UNIT = UnitInfo("64.02", "UPTD PPA Contoh", {code: name for name, code in CODES.items()})


def _spread(counts: dict[str, int]) -> Iterator[str]:
    return (code for code, n in counts.items() for _ in range(n))


def _services(extra: tuple[str, ...], joined: bool) -> list[tuple[str, ...]]:
    """The extra services of a kecamatan, on one child each or, where they differ, together on one child."""
    return [extra] if joined and len(set(extra)) > 1 else [(service,) for service in extra]


def published_cases(*, joined: bool) -> list[CaseFacts]:
    """98 children in 98 cases. `joined`: two different services of a kecamatan went to the same child."""
    education, relationship = _spread(EDUCATION), _spread(RELATIONSHIP)
    found: list[CaseFacts] = []
    for name, *ages, extra in KECAMATAN:
        years = [age for age, n in zip((3, 9, 15), ages, strict=True) for _ in range(n)]
        more = _services(extra, joined)
        for i, age in enumerate(years):
            number = len(found) + 1
            services = more[i] if i < len(more) else ()
            found.append(_case(number, name, age, next(education), next(relationship, None), services))
    return found


def _case(
    number: int, kecamatan: str, age: int, education: str, relationship: str | None, more: tuple[str, ...]
) -> CaseFacts:
    identity, accused = UUID(int=number << 64 | 1), UUID(int=number << 64 | 2)
    day = date(2024, 1, 1) + timedelta(days=3 * number)
    child = ClientFacts(
        client_id=identity,
        person=identity,
        capacity="KORBAN",
        sex="L" if number % 3 == 0 else "P",
        age_at_incident=age,
        education=education,
        kecamatan_residence=CODES[kecamatan],
        violence=frozenset({"VK_SEKSUAL" if number % 2 else "VK_FISIK"}),
    )
    return CaseFacts(
        case_id=UUID(int=number << 64 | 3),
        report_day=day,
        kecamatan_incident=CODES[kecamatan],
        clients=(child,),
        reported=() if relationship is None else (ReportedFacts(accused),),
        pairs=() if relationship is None else (PairFacts(identity, accused, relationship),),
        services=tuple(ServiceFacts(identity, day, service) for service in ("SV_PENGADUAN", *more)),
    )


def _arrays(joined: bool) -> Arrays:
    office = published_cases(joined=joined)
    return read_all([pack(office[:50]), pack(office[50:])])


def _counts(document: dict[str, Any], table: str) -> dict[str, int]:
    return {row["code"]: row["count"] for row in document["tables"][table]["rows"] if row["count"]}


@pytest.mark.parametrize("joined", [False, True])
def test_the_year_gives_every_published_table(joined: bool) -> None:
    document = recap(_arrays(joined), UNIT, Period.year(2024), date(2024, 12, 31), Settings())

    assert document["totals"]["victims"] == 98
    assert _counts(document, "victims_by_age_band") == {"V00_05": 17, "V06_12": 41, "V13_17": 40}
    assert _counts(document, "victims_by_education") == EDUCATION
    assert _counts(document, "pairs_by_relationship") == RELATIONSHIP
    assert document["totals"]["pairs"] == 67
    assert _counts(document, "victims_by_service") == SERVICES
    assert _counts(document, "services_by_kind") == SERVICES
    by_place = {CODES[name]: sum(ages) for name, *ages, _ in KECAMATAN if sum(ages)}
    assert _counts(document, "victims_by_kecamatan_residence") == by_place
    assert _counts(document, "victims_by_kecamatan_incident") == by_place
    assert all(check["ok"] for check in document["checks"])


@pytest.mark.parametrize(("joined", "core"), [(False, 9), (True, 6)])
def test_21a_is_served_in_full_broadly_and_between_6_and_9_in_the_core(joined: bool, core: int) -> None:
    document = cluster_v(_arrays(joined), UNIT, 2024, date(2024, 12, 31), indicator_set("24"))

    measures = {measure["code"]: measure for measure in document["indicators"][0]["measures"]}
    broad, narrow = measures["s.3.luas"], measures["s.3.inti"]
    assert (broad["numerator"], broad["denominator"], broad["value"]) == (98, 98, 1.0)
    assert (narrow["numerator"], narrow["denominator"], narrow["value"]) == (core, 98, round(core / 98, 6))
    assert measures["s.1"]["by"]["age_band"] == {"V00_05": 17, "V06_12": 41, "V13_17": 40}
    assert measures["s.4"]["by"]["line"] == {"a": 98, "b": 5, "c": 0, "d": 3, "e": 0, "f": 1, "g": 0}
