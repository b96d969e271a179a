"""The measures of cluster V that are computed from cases (K of kla-cluster-v 5.1-5.9), one function each.

Which measures there are, whom they narrow to and what stands below the line is data of the indicator set; here stands
how each is counted. A share with denominator 0 has no value ("tidak ada kasus", kla-cluster-v 4.6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.domain.codes import code_list
from app.domain.implications import kla_lines
from app.domain.indicators import IndicatorSet, Measure
from app.reports.counting.breakdowns import ages, of_first, standard
from app.reports.counting.children import ChildFiles, Children, count_rows
from app.reports.counting.codebook import bit, mask_of, numbers
from app.reports.counting.columns import Bools, Ints
from app.reports.counting.scope import served_by
from app.reports.counting.settings import KecamatanBasis, Settings, UnitInfo
from app.reports.counting.tables import list_rows

Counted = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cohort:
    """The files of one indicator or part of it: `member` says which child files carry one of the items in `items`."""

    files: ChildFiles
    member: Bools
    items: int
    unit: UnitInfo
    settings: Settings
    indicators: IndicatorSet

    @property
    def reported(self) -> Children:
        """The children of s.1: reported in the year."""
        return Children(self.files, np.logical_and(self.member, self.files.reported))

    def of(self, chosen: Bools) -> Children:
        """Children of the year with these files, whatever their items."""
        return Children(self.files, np.logical_and(chosen, self.files.reported))

    def narrowed(self, measure: Measure) -> Cohort:
        """The part a measure counts: only these items, roles, channels."""
        files, member, items = self.files, self.member, self.items
        if measure.items:
            items = mask_of("ampk_items", measure.items)
            member = np.logical_and(member, (files.items & items) > 0)
        if measure.roles:
            member = np.logical_and(member, _in(files.role, "abh_role", measure.roles))
        if measure.channels:
            patbm = (files.case["patbm"] == 1) & ("CH_PATBM" in measure.channels)
            member = member & (patbm | _in(files.case["channel"], "channel", measure.channels))
        return replace(self, member=member, items=items)

    def excluded(self, definition: str | None) -> int:
        """The services that do not make a child served by the definition; the office's choice where None."""
        chosen = self.indicators.served_definition(definition or self.settings.served)
        return mask_of("service", chosen.excluded_services)

    @property
    def by_residence(self) -> bool:
        """Whether the kecamatan breakdown uses the residence."""
        chosen = self.settings.kecamatan or KecamatanBasis(self.indicators.kecamatan)
        return chosen is KecamatanBasis.RESIDENCE


def plain(cohort: Cohort, measure: Measure) -> Counted:
    """Distinct children of the part reported in the year (s.1), those served of them (s.2), or their cases."""
    children = cohort.reported
    if measure.unit == "case":
        cases = len(np.unique(cohort.files.client["case"][children.rows]))
        return {"value": cases, "numerator": cases, "denominator": None, "state": "counted"}
    if measure.served:
        return _part(children, children.served(cohort.excluded(measure.served)))
    breakdowns = standard(children, cohort.unit, cohort.items, by_residence=cohort.by_residence)
    return _count(children) | {"by": breakdowns}


def s3(cohort: Cohort, measure: Measure) -> Counted:
    """s.3: s.2 / s.1, in all and by sex."""
    children = cohort.reported
    served = children.served(cohort.excluded(measure.code.rpartition(".")[2]))
    whole, part = children.by_sex(), children.by_sex(served)
    by_sex = {sex: share(part.get(sex, 0), n)["value"] for sex, n in whole.items()}
    return share(int(served.sum()), len(children)) | {"by_sex": by_sex}


def s4(cohort: Cohort, measure: Measure) -> Counted:
    """s.4: children of s.1 with at least one service of the kind, by the product's kinds and by lines of the form."""
    children = cohort.reported
    services = children.union(cohort.files.services)
    rows = list_rows("service", with_unknown=False)
    lines = {line.line: (services & mask_of("service", line.services)) > 0 for line in kla_lines()}
    return {
        "state": "counted",
        "by": {
            "service": count_rows(rows, services, multi=True),
            "line": {line: int(hit.sum()) for line, hit in lines.items()},
        },
        "by_sex_of": {row.code: children.by_sex((services & bit("service", row.code)) > 0) for row in rows},
    }


def s4_reporters(cohort: Cohort, measure: Measure) -> Counted:
    """s.4, line (a) of the form: reports of s.1 that the child or a parent made, one for each case."""
    kinds = [kind.n for kind in code_list("reporter_kind") if kind.truth("form_line_a")]
    rows = cohort.reported.rows
    own = rows[np.isin(cohort.files.case["reporter_kind"][rows], kinds)]
    n = len(np.unique(cohort.files.client["case"][own]))
    return {"value": n, "numerator": n, "denominator": None, "state": "counted"}


def s5(cohort: Cohort, measure: Measure) -> Counted:
    """s.5: children of s.1 with an outgoing referral by the cut-off, by the receiving body."""
    return _referred(cohort, cohort.files.referred_to)


def s5_accepted(cohort: Cohort, measure: Measure) -> Counted:
    """s.5, second line: children of s.1 with an accepted referral by the cut-off."""
    return _referred(cohort, cohort.files.accepted_by)


def s6(cohort: Cohort, measure: Measure) -> Counted:
    """s.6: of the children whose handling ended in the year, those with a follow-up visit after the end."""
    children = _ended(cohort)
    return _part(children, children.any(cohort.files.followed_up), below=len(children))


def s6_ended(cohort: Cohort, measure: Measure) -> Counted:
    """The denominator of s.6: children whose handling ended in the year, whenever reported."""
    return _count(_ended(cohort))


def s7(cohort: Cohort, measure: Measure) -> Counted:
    """s.7: children of s.1 whose handling ended with the outcome finished."""
    children = cohort.reported
    return _part(children, children.any(cohort.files.finished), below=len(children))


def flow(cohort: Cohort) -> Counted:
    """The three numbers of a year (kla-cluster-v 4.5): reported, carried over (reported before, open on 1 January), and
    served in the year whenever reported."""
    files = cohort.files
    carried = Children(files, np.logical_and(cohort.member, files.carried_over))
    served = {
        definition.code: Children(
            files, cohort.member & served_by(files.services_of_year, cohort.excluded(definition.code))
        )
        for definition in cohort.indicators.served
    }
    return {
        "reported": len(cohort.reported),
        "carried_over": len(carried),
        "served_in_year": {code: len(children) for code, children in served.items()},
    }


def working(cohort: Cohort, measure: Measure) -> Counted:
    """21b.1, case part: children of the year found working, by sector."""
    children = cohort.of(_works(cohort.files))
    sector = of_first(children, "work_sector", cohort.files.client["work_sector"])
    return _count(children) | {"by": {**ages(children), "work_sector": sector}}


def worst_forms(cohort: Cohort, measure: Measure) -> Counted:
    """21b.2, case part: children of the year in worst forms of work, by kind."""
    kinds = cohort.files.client["worst_forms"]
    children = cohort.of(kinds > 0)
    rows = list_rows("bpta_kind", with_unknown=False)
    return _count(children) | {"by": {"bpta_kind": count_rows(rows, children.union(kinds), multi=True)}}


def withdrawn(cohort: Cohort, measure: Measure) -> Counted:
    """21b.3, case part: children withdrawn from work in the year, whenever reported."""
    return _count(_withdrawn(cohort))


def withdrawn_share(cohort: Cohort, measure: Measure) -> Counted:
    """21b.4, case part: of the year's children found working, those withdrawn in the year (denominator as 21b.1)."""
    children = cohort.of(_works(cohort.files))
    hit = children.any(cohort.files.in_year(cohort.files.client["withdrawn_on"]))
    return share(int(hit.sum()), len(children))


def back_to_learning(cohort: Cohort, measure: Measure) -> Counted:
    """21b.5, case part: withdrawn children back in school or training."""
    children = _withdrawn(cohort)
    learning = [state.n for state in code_list("schooling") if state.truth("learning")]
    hit = children.any(np.isin(cohort.files.client["schooling"], learning))
    return _part(children, hit, below=len(children))


def served_of_reported(cohort: Cohort, measure: Measure) -> Counted:
    """22b.2, case part: children of s.1 served by the definition the office exports."""
    children = cohort.reported
    return _part(children, children.served(cohort.excluded(None)))


def separated(cohort: Cohort, measure: Measure) -> Counted:
    """22b.3, case part: children of the year registered as separated from their family, reunited ones included."""
    return _count(_separated(cohort))


def reunited(cohort: Cohort, measure: Measure) -> Counted:
    """22b.3, case part: the separated children that were brought together with their family again."""
    children = _separated(cohort)
    hit = children.any(_in(cohort.files.client["separation"], "separation", ("SP_DIPERTEMUKAN",)))
    return _part(children, hit, below=len(children))


def accompanied(cohort: Cohort, measure: Measure) -> Counted:
    """24a.7: children in contact with the law with a service beyond the complaint, by role."""
    files = cohort.files
    children = cohort.of(files.role > 0)
    core = served_by(files.services, cohort.excluded("inti"))
    rows = list_rows("abh_role", with_unknown=False)
    by_role = {row.code: int(children.any(core & (files.role == row.n)).sum()) for row in rows}
    return _part(children, children.any(core), below=len(children)) | {"by": {"abh_role": by_role}}


def share(numerator: int, denominator: int) -> Counted:
    """A quotient to six places; without a value where nothing stands below the line."""
    value = round(numerator / denominator, 6) if denominator else None
    state = "counted" if denominator else "no_cases"
    return {"value": value, "numerator": numerator, "denominator": denominator, "state": state}


def _in(column: Any, list_name: str, codes: tuple[str, ...]) -> Bools:
    hit: Bools = np.isin(column, [numbers(list_name)[code] for code in codes])
    return hit


def _ended(cohort: Cohort) -> Children:
    return Children(cohort.files, np.logical_and(cohort.member, cohort.files.ended_in_year))


def _withdrawn(cohort: Cohort) -> Children:
    return Children(cohort.files, cohort.files.in_year(cohort.files.client["withdrawn_on"]))


def _separated(cohort: Cohort) -> Children:
    return cohort.of(_in(cohort.files.client["separation"], "separation", ("SP_TERPISAH", "SP_DIPERTEMUKAN")))


def _works(files: ChildFiles) -> Bools:
    hit: Bools = np.logical_or(files.client["work_sector"] > 0, files.client["worst_forms"] > 0)
    return hit


def _count(children: Children) -> Counted:
    n = len(children)
    return {"value": n, "numerator": n, "denominator": None, "state": "counted", "by_sex": children.by_sex()}


def _part(children: Children, flags: Bools, *, below: int | None = None) -> Counted:
    """How many of the children are flagged; `below` is the number printed under the line, 0 of it leaves no value."""
    n = int(flags.sum())
    counted = {"value": n, "numerator": n, "denominator": below, "state": "counted", "by_sex": children.by_sex(flags)}
    return counted | ({"value": None, "state": "no_cases"} if below == 0 else {})


def _referred(cohort: Cohort, targets: Ints) -> Counted:
    children = cohort.reported
    bits = children.union(targets)
    rows = list_rows("institution_type", with_unknown=False)
    by_target = count_rows(rows, bits, multi=True) | {"TIDAK_DIKETAHUI": int((bits >> 62 & 1).sum())}
    return _part(children, bits > 0, below=len(children)) | {"by": {"institution_type": by_target}}


Calculation = Callable[[Cohort, Measure], Counted]
_SPECIAL: Mapping[str, Calculation] = {
    "s.3.luas": s3,
    "s.3.inti": s3,
    "s.4": s4,
    "s.4.pelapor": s4_reporters,
    "s.5": s5,
    "s.5.diterima": s5_accepted,
    "s.6": s6,
    "s.6.berakhir": s6_ended,
    "s.7": s7,
    "22b.2": served_of_reported,
    "22b.3.terpisah": separated,
    "22b.3.dipertemukan": reunited,
    "24a.7": accompanied,
} | {
    f"{indicator}.{line}": calculation
    for indicator in ("21b", "31")
    for line, calculation in enumerate((working, worst_forms, withdrawn, withdrawn_share, back_to_learning), start=1)
}
_CROSS_SOURCE = frozenset({"21a.proporsi"})


def counts_from_cases(measure: Measure) -> bool:
    """Whether the product computes the measure, alone or beside a number from elsewhere."""
    return "K" in (measure.source, measure.also) and measure.code not in _CROSS_SOURCE


def has_one_value(measure: Measure) -> bool:
    """Whether the measure is a number; s.4 is only a breakdown."""
    return _calculation(measure) is not s4


def counted(cohort: Cohort, measure: Measure) -> Counted:
    """The measure as counted from the cohort's cases."""
    return _calculation(measure)(cohort.narrowed(measure), measure)


def _calculation(measure: Measure) -> Calculation:
    code = measure.code.removeprefix(f"{measure.block}.") if measure.block else measure.code
    return _SPECIAL.get(code, plain)
