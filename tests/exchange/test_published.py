"""Real published figures come back exactly: Kabupaten Kutai Kartanegara, child victims, 2024 (kla-cluster-v 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.packages import kutai, published, write

RunJson = Callable[..., tuple[int, Any]]
SERVICE_CODES = {"kesehatan": "SV_KESEHATAN", "bantuan_hukum": "SV_BANKUM", "penegakan_hukum": "SV_GAKKUM"}


def counts(recap: Mapping[str, Any], table: str) -> dict[str, int]:
    return {row["code"]: row["count"] for row in recap["tables"][table]["rows"]}


@pytest.fixture(params=[True, False], ids=["services together", "services apart"])
def recap(request: pytest.FixtureRequest, naungan_json: RunJson, tmp_path: Path) -> Mapping[str, Any]:
    code, document = naungan_json("import", write(tmp_path / "package", kutai(together=request.param)))
    assert (code, document["refused"], document["imported"]["victims"]) == (0, [], 98)
    recap: Mapping[str, Any] = naungan_json("recap", "--year", "2024")[1]
    return recap


def test_every_published_table_comes_back(recap: Mapping[str, Any]) -> None:
    data: Any = published()

    assert recap["totals"]["victims"] == data["totals"]["korban"]
    bands = counts(recap, "victims_by_age_band")
    assert {band: bands[code] for band, code in (("u05", "V00_05"), ("u06_12", "V06_12"), ("u13_17", "V13_17"))} == {
        band: data["totals"][band] for band in ("u05", "u06_12", "u13_17")
    }
    assert {code: counts(recap, "victims_by_education")[code] for code in data["by_education"]} == data["by_education"]
    assert {code: counts(recap, "pairs_by_relationship")[code] for code in data["by_relationship"]} == data[
        "by_relationship"
    ]
    assert counts(recap, "victims_by_service") == data["by_service"]
    assert all(check["ok"] for check in recap["checks"])


def test_every_published_kecamatan_comes_back(recap: Mapping[str, Any]) -> None:
    data: Any = published()
    table = recap["tables"]["victims_by_kecamatan_residence"]
    by_name = {"".join(c for c in row["label"]["id"].casefold() if c.isalpha()): row["count"] for row in table["rows"]}

    for kecamatan in data["by_kecamatan"]:
        name = "".join(c for c in kecamatan["kecamatan"].casefold() if c.isalpha()).replace("semboja", "samboja")
        assert by_name[name] == kecamatan["total"], kecamatan["kecamatan"]


@pytest.mark.parametrize("together", [True, False])
def test_cluster_v_serves_all_broadly_and_as_many_as_got_more_than_the_complaint(
    naungan_json: RunJson, tmp_path: Path, together: bool
) -> None:
    sheets = kutai(together=together)
    naungan_json("import", write(tmp_path / "package", sheets))

    document = naungan_json("klaster-v", "--year", "2024")[1]

    first = document["indicators"][0]
    measures = {measure["code"]: measure for measure in first["measures"]}
    served = len({row["case_ref"] for row in sheets["services"]})
    assert first["code"] == "21a"
    assert (measures["s.1"]["value"], measures["s.2.luas"]["value"]) == (98, 98)
    assert (measures["s.3.luas"]["numerator"], measures["s.3.luas"]["denominator"]) == (98, 98)
    assert measures["s.2.inti"]["value"] == served
    assert served == (6 if together else 9)
