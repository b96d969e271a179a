"""Another reading of an indicator set: what the dinas may decide differently, tried out before it is decided (kla-cluster-v 4.3, 4.8, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from app.domain.errors import Problem, Refused
from app.domain.indicators import IndicatorSet, Mapping78

KECAMATAN: Final = ("residence", "incident")
TRIED: Final = "S"
"""The certainty mark of a place in the set that somebody only tries out: a suggestion."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What differs from the set as it stands: definition of terlayani, kecamatan rule, items with the indicator they move to.

    Empty or None: as in the set.
    """

    served: str = ""
    kecamatan: str = ""
    moved: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.served or self.kecamatan or self.moved)


def applied(indicators: IndicatorSet, variant: Variant) -> IndicatorSet:
    """The set read that way. Refused for a definition, rule, item or indicator it has not.

    A moved item leaves all its places and stands in the new indicator for every role.
    """
    problems = _problems(indicators, variant)
    if problems:
        raise Refused(*problems)
    kept = tuple(rule for rule in indicators.mapping if rule.item not in variant.moved)
    moved = tuple(Mapping78(item, indicator, None, None, TRIED) for item, indicator in variant.moved.items())
    return replace(
        indicators,
        default_served=variant.served or indicators.default_served,
        kecamatan=variant.kecamatan or indicators.kecamatan,
        mapping=kept + moved,
    )


def _problems(indicators: IndicatorSet, variant: Variant) -> list[Problem]:
    known = {
        "served": {"", *(each.code for each in indicators.served)},
        "kecamatan": {"", *KECAMATAN},
    }
    found = [Problem("code.unknown", name) for name, codes in known.items() if getattr(variant, name) not in codes]
    items = {rule.item for rule in indicators.mapping}
    codes = {indicator.code for indicator in indicators.indicators}
    found += [Problem("code.unknown", "item") for item in variant.moved if item not in items]
    found += [Problem("code.unknown", "indicator") for code in variant.moved.values() if code not in codes]
    return found
