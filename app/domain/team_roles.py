"""The parts people play on a case team, as a table (case-management 5; `data/team_roles.json`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "data" / "team_roles.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: which roles play it, and whether a person must hold the role to be put on a team as that."""

    code: str
    id: str
    en: str
    roles: tuple[str, ...]
    must_hold: bool
    certainty: str


@cache
def parts() -> tuple[Part, ...]:
    """Every part, in the order a team is shown in."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["parts"]
    return tuple(
        Part(row["code"], row["id"], row["en"], tuple(row["roles"]), row["must_hold"], row["certainty"]) for row in rows
    )


def part_of(role: str) -> Part | None:
    """The part a role plays; None for a role that plays none on a case."""
    return next((part for part in parts() if role in part.roles), None)


def rank(role: str) -> int:
    """Where a role stands when a team is shown: the manager first, roles of no part last."""
    order = [known for part in parts() for known in part.roles]
    return order.index(role) if role in order else len(order)


def may_be(role: str, held: Sequence[str]) -> bool:
    """Whether somebody with these roles may be put on a team in this role: an expert only in a role the person holds."""
    part = part_of(role)
    return part is not None and (not part.must_hold or role in held)
