"""Who is the same person: client files, or reported persons, with the same token (design 3).

Zeroed tokens of shredded cases are no person; a reported person without a token is linked to nobody and is somebody of its own.
"""

from __future__ import annotations

import numpy as np

from app.reports.counting.codecs import day_number
from app.reports.counting.columns import Ints, Rows, ints
from app.reports.counting.scope import Scope, Unit


def person_numbers(tokens: Rows) -> Ints:
    """A number per token, equal for equal tokens, 0 first; a shredded file (token zero) is somebody of its own.

    Numbers follow the tokens' order, so they do not depend on the order of the rows.
    """
    halves = _halves(tokens)
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    ordered = halves[order]
    new = np.ones(len(ordered), bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1) | ~ordered[1:].any(axis=1)
    found = np.empty(len(ordered), np.int64)
    found[order] = np.cumsum(new) - 1
    return found


def order_by_id(identities: Rows) -> tuple[Rows, Rows]:
    """Sort keys (least important first) that put rows in the order of their 16-byte ids."""
    halves = _halves(identities)
    return halves[:, 1], halves[:, 0]


def distinct_persons(tokens: Rows) -> int:
    """How many different persons the files belong to."""
    return int(person_numbers(tokens).max(initial=-1)) + 1


def reported_people(counted: Scope) -> dict[str, int]:
    """The reported persons of the period as people, and how many of them are reported in two cases or more by the end of the period.

    *Pelaku* are counted per case; these are the separate figure (design 3). Cases taken over from another unit do not count.
    """
    arrays, last = counted.arrays, day_number(min(counted.period.last, counted.cut_off))
    here = counted[Unit.PERPETRATORS].rows["person"]
    of_case = arrays.reported["case"]
    known = (arrays.case["transfer_in"][of_case] == 0) & (arrays.case["report_day"][of_case] <= last)
    return {
        "perpetrator_persons": distinct_persons(here),
        "perpetrators_repeated": _repeated(here, arrays.reported[known]),
    }


def _repeated(here: Rows, known: Rows) -> int:
    """How many of these people stand in two different cases or more of those known. Only linked ones can."""
    here, known = here[_halves(here).any(axis=1)], known[_halves(known["person"]).any(axis=1)]
    pairs = np.unique(np.stack([person_numbers(known["person"]), ints(known["case"])]), axis=1)
    people, cases = np.unique(pairs[0], return_counts=True)
    many = set(people[cases > 1].tolist())
    numbers = dict(
        zip((bytes(token) for token in known["person"]), person_numbers(known["person"]).tolist(), strict=True)
    )
    return len({numbers[token] for token in map(bytes, here) if numbers.get(token) in many})


def _halves(identities: Rows) -> Rows:
    return np.ascontiguousarray(identities).view(">u8").reshape(-1, 2).astype(np.uint64)
