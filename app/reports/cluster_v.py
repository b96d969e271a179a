"""The KLA cluster V sheet of a unit and year as one document (contracts/klaster-v; kla-cluster-v 4-6, design 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.domain.indicators import Indicator, IndicatorSet, Measure
from app.reports.counting.children import Children
from app.reports.counting.codecs import day_number
from app.reports.counting.cohorts import YearOfChildren
from app.reports.counting.columns import CHILD, age_group
from app.reports.counting.entered import MISSING, Entered, EnteredValues
from app.reports.counting.measures import Cohort, Counted, counted, counts_from_cases, flow, has_one_value, share
from app.reports.counting.settings import KecamatanBasis, Settings, UnitInfo
from app.reports.ledger_format import Arrays
from app.reports.periods import years_before

SCHEMA = "naungan/klaster-v/1"
EARLIER_YEARS = 2


def cluster_v(
    arrays: Arrays,
    unit: UnitInfo,
    year: int,
    cut_off: date,
    indicators: IndicatorSet,
    *,
    entered: Iterable[Entered] = (),
    settings: Settings | None = None,
) -> dict[str, Any]:
    """The cluster V document, not yet closed. Counts of distinct children; ids and names are never in it.

    A value that nobody counted or entered is None ("belum ada data"), never 0.
    """
    sheet = _Sheet(arrays, unit, cut_off, indicators, EnteredValues(entered), settings or Settings())
    this_year = sheet.year(year, cut_off)
    return {
        "schema": SCHEMA,
        "year": year,
        "cut_off": cut_off.isoformat(),
        "set": indicators.code,
        "status": "open",
        "unit": {"area": unit.area, "name": unit.name},
        "definitions": sheet.definitions(),
        "cluster": _cluster(this_year),
        "indicators": [sheet.indicator(this_year, indicator) for indicator in indicators.indicators],
        "unsorted": len(this_year.unsorted()),
        "transferred_in": _transferred_in(this_year, arrays),
        "years": {str(year - back): sheet.earlier(year - back, back) for back in range(1, EARLIER_YEARS + 1)},
    }


def files_behind(children: Children, *, sex: str | None = None) -> list[list[tuple[bytes, bytes]]]:
    """Per child the case id and client id of its counted files, as many lists as the number says (drill-down)."""
    ends = [*children.starts[1:], len(children.rows)]
    files = children.files
    found = []
    for start, end, speaks in zip(children.starts, ends, children.first, strict=True):
        rows = children.rows[start:end]
        if sex is None or files.client["sex"][speaks] == _SEX_NUMBERS[sex]:
            found.append([(bytes(files.case["case_id"][row]), bytes(files.client["client_id"][row])) for row in rows])
    return found


_SEX_NUMBERS: Mapping[str, int] = {"L": 1, "P": 2}


class _Sheet:
    """What all years and indicators of one document share."""

    def __init__(
        self,
        arrays: Arrays,
        unit: UnitInfo,
        cut_off: date,
        indicators: IndicatorSet,
        entered: EnteredValues,
        settings: Settings,
    ) -> None:
        self.arrays, self.unit, self.cut_off = arrays, unit, cut_off
        self.indicators, self.entered, self.settings = indicators, entered, settings

    def year(self, year: int, cut_off: date) -> YearOfChildren:
        return YearOfChildren(self.arrays, self.unit, year, cut_off, self.indicators, self.settings)

    def definitions(self) -> dict[str, Any]:
        chosen = self.indicators.served_definition(self.settings.served)
        kecamatan = self.settings.kecamatan or KecamatanBasis(self.indicators.kecamatan)
        return {
            "terlayani": chosen.code,
            "child": f"under {self.indicators.child_under} at first incident, else at report; the unborn included",
            "kecamatan": kecamatan.value,
            "unit": "distinct children (persons), report day in the year",
            "basis": self.indicators.basis,
            "served": {each.code: {"id": each.name.id, "en": each.name.en} for each in self.indicators.served},
        }

    def indicator(self, year: YearOfChildren, indicator: Indicator) -> dict[str, Any]:
        cohort = year.cohort(indicator.code)
        measures = [self._measure(year.year, indicator, cohort, measure) for measure in indicator.measures]
        _derive_shares(indicator, measures)
        whole = {"flow": flow(cohort)} if any(measure.code == "s.1" for measure in indicator.measures) else {}
        return {
            "code": indicator.code,
            "name": {"id": indicator.name.id, "en": indicator.name.en},
            "certainty": indicator.certainty,
            "measures": measures,
        } | whole

    def earlier(self, year: int, back: int) -> dict[str, Any]:
        """An earlier year by the same definitions, its cut-off as many years earlier; None where nobody counted."""
        counted_year = self.year(year, years_before(self.cut_off, back))
        return {
            indicator.code: {
                measure.code: self._value(counted_year, indicator, measure)
                for measure in indicator.measures
                if measure.source == "K" and measure.kind in {"count", "share"} and has_one_value(measure)
            }
            for indicator in self.indicators.indicators
        }

    def _value(self, year: YearOfChildren, indicator: Indicator, measure: Measure) -> float | None:
        if not (year.is_recorded and counts_from_cases(measure)):
            return self.entered.number(year.year, indicator.code, measure.code)
        value: float | None = counted(year.cohort(indicator.code), measure).get("value")
        return value

    def _measure(self, year: int, indicator: Indicator, cohort: Cohort, measure: Measure) -> Counted:
        entered = self.entered.get(year, indicator.code, measure.code)
        typed = dict(MISSING) if entered is None else entered.document_part()
        head = {
            "code": measure.code,
            "name": {"id": measure.name.id, "en": measure.name.en},
            "source": measure.source,
            "certainty": measure.certainty,
            "kind": measure.kind,
        }
        if not counts_from_cases(measure):
            return head | typed
        from_cases = counted(cohort, measure)
        if measure.source != "K":
            return head | typed | {"counted": from_cases}
        if entered is None:
            return head | from_cases
        declared = {"state": "nihil"} if entered.nihil and from_cases.get("value") == 0 else {}
        return head | from_cases | declared | {"entered": typed}


def _derive_shares(indicator: Indicator, measures: list[Counted]) -> None:
    """A share nobody entered follows from its entered parts, once both are there."""
    by_code = {measure["code"]: measure for measure in measures}
    for definition in indicator.measures:
        measure = by_code[definition.code]
        if definition.kind != "share" or measure["state"] != "missing" or definition.numerator is None:
            continue
        parts = [by_code.get(code, MISSING)["value"] for code in (definition.numerator, *definition.denominator)]
        if all(isinstance(part, int | float) for part in parts):
            measure |= share(parts[0], sum(parts[1:])) | {"derived": True}


def _cluster(year: YearOfChildren) -> dict[str, Any]:
    cohort = year.cluster()
    children = cohort.reported
    files, distinct = len(children.rows), len(children)
    served = {each.code: children.served(cohort.excluded(each.code)) for each in year.indicators.served}
    return {
        "victim_files": files,
        "repeated": files - distinct,
        "children": distinct,
        "reported": {"all": distinct} | children.by_sex(),
        "served": {code: {"all": int(hit.sum())} | children.by_sex(hit) for code, hit in served.items()},
        "share": {code: share(int(hit.sum()), distinct) for code, hit in served.items()},
        "flow": flow(cohort),
    }


def _transferred_in(year: YearOfChildren, arrays: Arrays) -> dict[str, int]:
    """Files of children in taken-over cases of the year: shown beside the sums (design 4)."""
    cases = arrays.case[arrays.client["case"]]
    taken_over = (cases["transfer_in"] == 1) & (cases["report_day"] <= day_number(year.files.cut_off))
    hit = taken_over & year.files.in_year(cases["report_day"]) & (age_group(arrays.client) == CHILD)
    return {"files": int(hit.sum())}
