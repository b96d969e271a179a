"""What the sheet of a year would say under another reading of its set, against the one that stands. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.domain.indicators import indicator_set
from app.domain.kla_variants import Variant, applied
from app.reports import ledger, queries, services
from app.reports.cluster_v import cluster_v
from app.reports.counting.settings import Settings
from app.work import Work

Document = Mapping[str, Any]
WHOLE: Final = "V"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Children reported, served by the definition of the export, and their share (None where nobody was reported)."""

    reported: int
    served: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator (or `WHOLE`) before and after, and the kecamatan whose number of reported children differs."""

    code: str
    name: Mapping[str, str]
    before: Numbers
    after: Numbers
    places: Sequence[tuple[str, int, int]]

    @property
    def differs(self) -> bool:
        """Whether the other reading says anything else here."""
        return self.before != self.after or bool(self.places)


def effect(work: Work, wish: services.ClusterWish, variant: Variant) -> list[Line]:
    """The whole cluster, then each indicator that is counted from cases. Refused for a variant the set does not know."""
    unit = queries.unit(work, wish.area)
    units = queries.units_within(work, unit) if wish.together and unit.kind == "prov" else [unit]
    arrays = ledger.load(work, [each.id for each in units])
    stands = indicator_set(wish.set)
    settings = services.settings_of(unit)
    before, after = (
        cluster_v(arrays, services.info_of(unit), wish.year, wish.cut_off, read, settings=given)
        for read, given in (
            (stands, settings),
            (applied(stands, variant), _following(settings, variant)),
        )
    )
    return lines_of(before, after)


def lines_of(before: Document, after: Document) -> list[Line]:
    """Two documents of the same set, line by line."""
    return [_whole(before, after), *_indicators(before, after)]


def _following(settings: Settings, variant: Variant) -> Settings:
    """The unit's settings, giving way where the variant says something."""
    given = replace(settings, served=None) if variant.served else settings
    return replace(given, kecamatan=None) if variant.kecamatan else given


def _whole(before: Document, after: Document) -> Line:
    return Line(WHOLE, {"id": "AMPK", "en": "AMPK"}, _of_cluster(before), _of_cluster(after), ())


def _of_cluster(document: Document) -> Numbers:
    cluster, served = document["cluster"], document["definitions"]["terlayani"]
    return Numbers(cluster["children"], cluster["served"][served]["all"], cluster["share"][served]["value"])


def _indicators(before: Document, after: Document) -> Iterator[Line]:
    for old, new in zip(before["indicators"], after["indicators"], strict=True):
        then, now = _measures(old), _measures(new)
        if "s.1" in then:
            places = list(_places(then["s.1"], now["s.1"]))
            yield Line(old["code"], old["name"], _numbers(before, then), _numbers(after, now), places)


def _numbers(document: Document, measures: Mapping[str, Document]) -> Numbers:
    served = document["definitions"]["terlayani"]
    return Numbers(measures["s.1"]["value"], measures[f"s.2.{served}"]["value"], measures[f"s.3.{served}"]["value"])


def _places(then: Document, now: Document) -> Iterator[tuple[str, int, int]]:
    old, new = (each.get("by", {}).get("kecamatan", {}) for each in (then, now))
    for code in {**old, **new}:
        if old.get(code, 0) != new.get(code, 0):
            yield code, old.get(code, 0), new.get(code, 0)


def _measures(indicator: Document) -> dict[str, Document]:
    return {measure["code"]: measure for measure in indicator["measures"]}
