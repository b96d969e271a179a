"""The register number of an import stands in the clear, so its column takes numbers and nothing else (design 2)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.exchange import packages

RunJson = Callable[..., tuple[int, Any]]
GOOD = ("12", "PPA/2025/0012", "001/UPTD-PPA/VII/2024", "adm.7.2024", "A-1")
BAD = (
    "Siti Aminah",
    "Siti Aminah 3",
    "6303204507140098",
    "081299017734",
    "belum",
    "A" * 30 + "/1",
    "1/" * 30 + "1",
    "//1",
)


def package(folder: Path) -> Path:
    """One case for each number, good ones first."""
    cases = [
        packages.one_case()["cases"][0] | {"case_ref": f"K{n}", "register_no": no} for n, no in enumerate((*GOOD, *BAD))
    ]
    victims = [packages.one_case()["victims"][0] | {"case_ref": case["case_ref"]} for case in cases]
    return packages.write(folder, {"cases": cases, "victims": victims})


@pytest.mark.sqlite_only("a rule about texts")
def test_only_a_number_passes_for_a_register_number(naungan_json: RunJson, tmp_path: Path) -> None:
    code, said = naungan_json("import", str(package(tmp_path / "package")), "--dry-run")
    assert code == 1
    refused = {(each["row"], each["column"], each["code"]) for each in said["refused"]}
    assert refused == {(n + 2, "register_no", "register.format") for n in range(len(GOOD), len(GOOD) + len(BAD))}
