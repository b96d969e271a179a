"""Who is the same person: client files with the same token (design 3). Zeroed tokens of shredded cases are no person."""

from __future__ import annotations

import numpy as np

from app.reports.counting.columns import Ints, Rows


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


def _halves(identities: Rows) -> Rows:
    return np.ascontiguousarray(identities).view(">u8").reshape(-1, 2).astype(np.uint64)
