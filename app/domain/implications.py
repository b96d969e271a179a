"""What one recorded code says about another list: kinds -> PP 78 items, kinds and flags -> KTP, items -> AMPK, services -> KLA lines.

The tables stand in `data/implications.json` and in the `extra` of the lists; here they are only looked up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from app.domain.codes import code_list


@dataclass(frozen=True, slots=True)
class KlaLine:
    """A service line of the KLA form (kla-cluster-v 5.1, measure s.4; design 4 adds lines f and g)."""

    line: str
    id: str
    en: str
    services: tuple[str, ...]
    certainty: str


@cache
def _tables() -> Mapping[str, Any]:
    text = resources.files("app.domain").joinpath("data", "implications.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def _looked_up(table: str, keys: Iterable[str]) -> set[str]:
    entries: Mapping[str, list[str]] = _tables()[table]
    return {code for key in keys if key != "remark" for code in entries.get(key, ())}


def has_disability(disability: Iterable[str]) -> bool | None:
    """True where any kind is recorded, False where "none" is, None where nobody knows (case-management 3.7)."""
    kinds = code_list("disability")
    said = {kinds.get(code).truth("present") for code in disability}
    return True if True in said else False if False in said else None


def implied_items(kinds: Iterable[str], disability: Iterable[str] = (), abh_role: str | None = None) -> frozenset[str]:
    """PP 78/2021 items a child carries without anybody recording them (kla-cluster-v 6, design 4).

    Kinds of violence imply items except VK_EKSPLOITASI and VK_LAIN; any disability implies 16; a role in juvenile
    justice is item 2. The caller unites these with the recorded items.
    """
    items = _looked_up("items_by_kind", kinds)
    if has_disability(disability):
        items |= _looked_up("items_by_disability", ("present",))
    if abh_role:
        items |= _looked_up("items_by_abh_role", (abh_role,))
    return frozenset(items)


def implied_ktp(
    kinds: Iterable[str], flags: Iterable[str] = (), disability: Iterable[str] = (), age: int | None = None
) -> frozenset[str]:
    """KTP categories that follow from kinds, flags (kdrt, kbgo), disability and age in full years (design 4).

    Whether the client is a woman of 18 or over is the caller's question.
    """
    ktp = _looked_up("ktp_by_kind", kinds) | _looked_up("ktp_by_flag", flags)
    if has_disability(disability):
        ktp |= _looked_up("ktp_by_disability", ("present",))
    if age is not None:
        ktp |= _looked_up("ktp_by_age", (limit for limit in _age_limits() if age >= int(limit)))
    return frozenset(ktp)


def _age_limits() -> tuple[str, ...]:
    return tuple(key for key in _tables()["ktp_by_age"] if key != "remark")


def ampk_of_item(item: str) -> str:
    """The statutory category (AM_*) of a PP 78/2021 item "1".."20" (kla-cluster-v 6). UnknownCode for other words."""
    return str(code_list("ampk_items").get(item).text("ampk"))


def items_of_ampk(ampk: str) -> tuple[str, ...]:
    """The PP 78/2021 items of a statutory category, in order. UnknownCode for other words."""
    code_list("ampk").get(ampk)
    return tuple(item.code for item in code_list("ampk_items") if item.text("ampk") == ampk)


def single_item_of_ampk(ampk: str) -> str | None:
    """The one item a category stands for, or None where it splits into several (exchange column `ampk`, design 7)."""
    items = items_of_ampk(ampk)
    return items[0] if len(items) == 1 else None


def relationship_of(detail: str) -> str:
    """The national relationship code (RL_*) of a finer local value (case-management 3.9)."""
    return str(code_list("relationship_detail").get(detail).text("relationship"))


def service_of_activity(activity: str) -> str | None:
    """The service (SV_*) an activity counts as, or None for internal work (case-management 6.3)."""
    return code_list("activity").get(activity).text("service")


@cache
def kla_lines() -> tuple[KlaLine, ...]:
    """The service lines of the KLA form in their order."""
    return tuple(KlaLine(**{**raw, "services": tuple(raw["services"])}) for raw in _tables()["kla_lines"])


def kla_line_of(service: str) -> str:
    """The line letter a service counts in (kla-cluster-v 5.1 s.4). UnknownCode for other words."""
    code_list("service").get(service)
    return next(line.line for line in kla_lines() if service in line.services)
