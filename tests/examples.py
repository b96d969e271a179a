"""How many examples a law is tried on: all of them in `make test-all`, a third in the fast set."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

ALL = 100
FEW = 35
FEWEST = 5
IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
"""Whether there is time: in `make test-all`."""


def examples(number: int, **given: Any) -> settings:
    """The settings of a law that wants this many examples when there is time for all of them."""
    return settings(max_examples=max(FEWEST, number * settings.default.max_examples // ALL), deadline=None, **given)
