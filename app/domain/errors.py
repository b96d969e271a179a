"""What can go wrong in an act, in words of the work. `app/web/errors.py` is the one map from these to HTTP (design 6)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum


class Severity(StrEnum):
    """ERROR refuses the act; WARNING is shown and kept, and never blocks."""

    ERROR = "error"
    WARNING = "warning"


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: a stable code, the field it stands in (dotted path), and values for the sentence.

    `params` hold codes, limits and days, never names or narrative: problems are printed and logged.
    """

    code: str
    field: str = ""
    severity: Severity = Severity.ERROR
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)


class DomainError(Exception):
    """The parent of every refusal. Carries codes and opaque ids only, never personal data."""


class NotFound(DomainError):
    """The object does not exist, or the actor may not know that it does (404)."""


class NotPermitted(DomainError):
    """The actor is known and may see the object, but may not do this to it (403)."""


class Conflict(DomainError):
    """The act does not fit the present state: a forbidden step, a second submit (409)."""


class Stale(Conflict):
    """Somebody saved the same section first; both texts must be shown (409)."""


class Refused(DomainError):
    """Input breaks a rule; `problems` says which and where (422)."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(sorted({p.code for p in problems})))
        self.problems = problems


class Unreadable(DomainError):
    """A sealed value did not open: one uniform error for every cause (wrong place, flipped bit, unknown version or key)."""


class Unavailable(DomainError):
    """Going on would lose or show something (no audit row, full disk): nothing happens (503)."""
