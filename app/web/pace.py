"""How often one address may ask for something that needs no sign-in. Kept in memory: a GET writes nothing, and a restart forgives."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

_MOST_ADDRESSES: Final = 10_000  # the oldest is forgotten beyond that


class Pace:
    """At most `most` askings of one address in each span of time."""

    def __init__(self, most: int, span: timedelta) -> None:
        self.span = span
        self._most = most
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def allows(self, address: str, now: datetime) -> bool:
        """Count one asking; False where there were too many."""
        with self._lock:
            since, count = self._seen.get(address, (now, 0))
            if not since <= now < since + self.span:
                since, count = now, 0
            self._seen[address] = (since, count + 1)
            self._seen.move_to_end(address)
            if len(self._seen) > _MOST_ADDRESSES:
                self._seen.popitem(last=False)
            return count < self._most
