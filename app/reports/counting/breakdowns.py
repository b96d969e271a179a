"""The standard breakdowns of distinct children (kla-cluster-v 4.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from app.reports.counting.children import DISABILITY_ROWS, Children, count_rows
from app.reports.counting.codebook import mask_of
from app.reports.counting.columns import Rows, ints
from app.reports.counting.recap_tables import area_marks, area_rows
from app.reports.counting.settings import UnitInfo
from app.reports.counting.tables import Row, list_rows

_CHILD_BANDS: Final = ("V00_05", "V06_12", "V13_17")
_CERTAINTY_ROWS: Final = (
    Row("terkonfirmasi", "Terkonfirmasi", "Confirmed", 1),
    Row("dugaan", "Dugaan", "Suspected", 2),
)
DISTRICT_ONLY_ITEMS: Final = ("6", "8")
"""Substance and HIV: a flag at district level only, so nothing that shows them is broken down by kecamatan (design 4)."""


def standard(children: Children, unit: UnitInfo, items: int, *, by_residence: bool) -> Mapping[str, Mapping[str, int]]:
    """Age, education, kecamatan, disability, channel, place and certainty add up to the children; violence and
    relationship may exceed them. A child is confirmed where one of the `items` is."""
    files, client, case = children.files, children.files.client, children.files.case
    confirmed = children.union(files.confirmed & items) > 0
    areas = client["kecamatan_residence"] if by_residence else case["kecamatan_incident"]
    found: dict[str, Mapping[str, int]] = {
        **ages(children),
        "violence": count_rows(list_rows("violence"), children.union(client["violence"]), multi=True),
        "disability": count_rows(DISABILITY_ROWS, children.disability()),
        "channel": of_first(children, "channel", case["channel"]),
        "education": of_first(children, "education", client["education"]),
        "place": of_first(children, "place", case["place"]),
        "relationship": count_rows(list_rows("relationship"), children.union(files.relationships), multi=True),
        "certainty": count_rows(_CERTAINTY_ROWS, np.where(confirmed, 1, 2)),
    }
    if not items & mask_of("ampk_items", DISTRICT_ONLY_ITEMS):
        found["kecamatan"] = count_rows(area_rows(unit), area_marks(areas[children.first], unit))
    return found


def ages(children: Children) -> dict[str, Mapping[str, int]]:
    """Children by age band at the incident, in the file that speaks for each."""
    rows = [row for row in list_rows("age_band_victim") if row.code in _CHILD_BANDS]
    return {"age_band": count_rows(rows, children.files.age_band[children.first])}


def of_first(children: Children, list_name: str, marks: Rows) -> Mapping[str, int]:
    """Children by a single-valued code, in the file that speaks for each."""
    return count_rows(list_rows(list_name), ints(marks[children.first]))
