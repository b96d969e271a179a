"""Indicator sets of KLA cluster V, read from `data/indicators/*.json`: names, mapping of items, measures, definitions.

A set is data that the dinas edits and versions (kla-cluster-v 2.3): which item of PP 78/2021 stands in which indicator,
what "terlayani" means, where levels begin. Sources of a measure: K counted from cases, X delivered by another agency,
M a manual answer with evidence. Certainty marks: C confirmed, O older or local, I inferred, U unknown, S suggestion.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final

INDICATOR_SETS: Final = ("24", "2011")


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of an indicator (kla-cluster-v 5).

    `kind`: count, share, choice, yes_no, number, money, text or table. `also`: a second source shown beside, never
    added. `served` names a definition of terlayani. `items`, `roles`, `channels` narrow whom it counts. `denominator`
    holds measure codes, several meaning their sum. `block`: the part of the indicator it belongs to, "" for the whole.
    """

    code: str
    name: Label
    source: str
    certainty: str
    kind: str
    unit: str = "child"
    block: str = ""
    also: str | None = None
    served: str | None = None
    numerator: str | None = None
    denominator: tuple[str, ...] = ()
    denominator_choices: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    count_from: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator or lettered part. `weak`: its place in the set is doubtful (kla-cluster-v 3.1)."""

    code: str
    name: Label
    certainty: str
    measures: tuple[Measure, ...]
    weak: bool = False
    successors: tuple[str, ...] = ()

    def measure(self, code: str) -> Measure:
        """The measure with this code. KeyError where there is none."""
        for measure in self.measures:
            if measure.code == code:
                return measure
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Mapping78:
    """A PP 78/2021 item stands in an indicator, for these roles only (None: any), under this condition only (None: always)."""

    item: str
    indicator: str
    roles: frozenset[str] | None
    when: str | None
    certainty: str


@dataclass(frozen=True, slots=True)
class Served:
    """A definition of terlayani: at least one service outside `excluded_services` (kla-cluster-v 4.3)."""

    code: str
    name: Label
    excluded_services: frozenset[str]
    certainty: str


@dataclass(frozen=True, slots=True)
class ScoreLevel:
    """A level of the award and where it begins; `inclusive`: the bound itself already belongs to it."""

    code: str
    name: Label
    bound: int
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact about a child that no code list holds but a mapping asks for."""

    code: str
    name: Label
    certainty: str


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """A version of cluster V. `status`: draft, active or closed. A child is `child_under` years; cells below `small_cell_below` are small."""

    code: str
    name: Label
    basis: str
    status: str
    valid_from: date | None
    valid_to: date | None
    child_under: int
    kecamatan: str
    small_cell_below: int
    max_score: int
    score_stages: tuple[str, ...]
    default_served: str
    served: tuple[Served, ...]
    levels: tuple[ScoreLevel, ...]
    indicators: tuple[Indicator, ...]
    mapping: tuple[Mapping78, ...]
    conditions: tuple[Condition, ...]
    totals: tuple[Measure, ...]

    def indicator(self, code: str) -> Indicator:
        """The indicator with this code. KeyError where the set has none."""
        for indicator in self.indicators:
            if indicator.code == code:
                return indicator
        raise KeyError(code)

    def indicators_for(
        self, items: Iterable[str], abh_role: str | None = None, conditions: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Codes of the indicators a child stands in, in the set's order (kla-cluster-v 6).

        `items`: recorded and implied PP 78/2021 items. `conditions`: codes of `self.conditions` that hold for the child.
        """
        carried, holding = frozenset(items), frozenset(conditions)
        stands_in = {
            rule.indicator
            for rule in self.mapping
            if rule.item in carried
            and (rule.roles is None or abh_role in rule.roles)
            and (rule.when is None or rule.when in holding)
        }
        return tuple(indicator.code for indicator in self.indicators if indicator.code in stands_in)

    def is_served(self, services: Iterable[str], definition: str | None = None) -> bool:
        """Whether these services (SV_*) make a child terlayani; the set's default definition where none is named."""
        excluded = self.served_definition(definition).excluded_services
        return any(service not in excluded for service in services)

    def served_definition(self, code: str | None = None) -> Served:
        """The definition of terlayani with this code, or the default. KeyError where there is none."""
        wanted = code or self.default_served
        for definition in self.served:
            if definition.code == wanted:
                return definition
        raise KeyError(wanted)

    def level_of(self, score: float) -> ScoreLevel | None:
        """The level of a score, None below the first: >=500, >600, >700, >800, >900 (kla-cluster-v 2.1)."""
        reached = [each for each in self.levels if score > each.bound or (each.inclusive and score == each.bound)]
        return reached[-1] if reached else None


@cache
def indicator_set(code: str) -> IndicatorSet:
    """The seeded set "24" or "2011". KeyError for any other code."""
    if code not in INDICATOR_SETS:
        raise KeyError(code)
    file = resources.files("app.domain").joinpath("data", "indicators", f"{code}.json")
    return read_set(json.loads(file.read_text(encoding="utf-8")))


def read_set(raw: Mapping[str, Any]) -> IndicatorSet:
    """A set from its document, seeded or edited. KeyError or TypeError where a part is missing or unknown."""
    return IndicatorSet(
        code=raw["set"],
        name=_label(raw),
        basis=raw["basis"],
        status=raw["status"],
        valid_from=_day(raw["valid_from"]),
        valid_to=_day(raw["valid_to"]),
        child_under=raw["child_under"],
        kecamatan=raw["kecamatan"],
        small_cell_below=raw["small_cell_below"],
        max_score=raw["max_score"],
        score_stages=tuple(raw["score_stages"]),
        default_served=raw["served"]["default"],
        served=tuple(_served(each) for each in raw["served"]["definitions"]),
        levels=tuple(
            ScoreLevel(each["code"], _label(each), each["bound"], each["inclusive"]) for each in raw["levels"]
        ),
        indicators=tuple(_indicator(each, raw["groups"]) for each in raw["indicators"]),
        mapping=tuple(_mapping(each) for each in raw["mapping"]),
        conditions=tuple(Condition(each["code"], _label(each), each["certainty"]) for each in raw["conditions"]),
        totals=tuple(_measure(each) for each in raw["totals"]),
    )


def _label(raw: Mapping[str, Any]) -> Label:
    return Label(raw["id"], raw["en"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _served(raw: Mapping[str, Any]) -> Served:
    return Served(raw["code"], _label(raw), frozenset(raw["excluded_services"]), raw["certainty"])


def _mapping(raw: Mapping[str, Any]) -> Mapping78:
    roles = None if raw["roles"] is None else frozenset(raw["roles"])
    return Mapping78(raw["item"], raw["indicator"], roles, raw["when"], raw["certainty"])


def _indicator(raw: Mapping[str, Any], groups: Mapping[str, Any]) -> Indicator:
    return Indicator(
        code=raw["code"],
        name=_label(raw),
        certainty=raw["certainty"],
        measures=tuple(_measure(each) for each in _measures(raw, groups)),
        weak=raw.get("weak", False),
        successors=tuple(raw.get("successor", ())),
    )


def _measures(raw: Mapping[str, Any], groups: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The numeric core, then the blocks, the indicator's own measures, and last the questions."""
    uses = {use["group"]: use for use in raw["uses"]}
    if "core" in uses:
        yield from (_marked(each, uses["core"]) for each in groups["core"])
    for block in raw.get("blocks", ()):
        yield from (_in_block(each, block) for each in groups["block"])
    yield from raw["measures"]
    if "questions" in uses:
        for question in groups["questions"]:
            yield from _asked(_marked(question, uses["questions"]), raw.get("question_parts", {}))


def _marked(measure: Mapping[str, Any], use: Mapping[str, Any]) -> dict[str, Any]:
    """A shared measure with the certainty the indicator gives it."""
    return {**measure, "certainty": use.get("certainty", measure["certainty"])}


def _in_block(measure: Mapping[str, Any], block: Mapping[str, Any]) -> dict[str, Any]:
    """A core measure narrowed to the items of a block: `i.s.1` of 22a counts pornography and substances only."""
    moved = {key: f"{block['code']}.{measure[key]}" for key in ("code", "numerator", "denominator") if key in measure}
    names = {language: f"{measure[language]}: {block[language]}" for language in ("id", "en")}
    return {
        **measure,
        **moved,
        **names,
        "block": block["code"],
        "items": block["items"],
        "certainty": block["certainty"],
    }


def _asked(question: dict[str, Any], parts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The question once, or once for each part the indicator asks about."""
    asked_of = parts.get(question["code"])
    if not asked_of:
        yield question
    for code, name_id, name_en in asked_of or ():
        names = {"id": f"{question['id']}: {name_id}", "en": f"{question['en']}: {name_en}"}
        yield {**question, **names, "code": f"{question['code']}.{code}"}


_LISTS: Final = ("denominator_choices", "by", "items", "roles", "channels", "choices")


def _measure(raw: Mapping[str, Any]) -> Measure:
    given: dict[str, Any] = {key: value for key, value in raw.items() if key not in {"id", "en", "denominator"}}
    given |= {key: tuple(raw.get(key, ())) for key in _LISTS}
    below = raw.get("denominator", ())
    return Measure(name=_label(raw), denominator=(below,) if isinstance(below, str) else tuple(below), **given)
