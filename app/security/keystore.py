"""Data keys: made, wrapped, stored, unwrapped and kept for five minutes (security 2.1, 2.5)."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.base import new_id
from app.domain.errors import Unavailable, Unreadable
from app.security import formats
from app.security.keyring import Keyring
from app.security.models import WrappedKey
from app.security.primitives import KEY_BYTES, random_bytes
from app.security.sections import Purpose

CACHE_ENTRIES: Final = 256
CACHE_SECONDS: Final = 300.0
MAX_SEALS: Final = 1 << 24  # random 96-bit nonces stay far from their bound (security 2.4)

CacheKey = tuple[str, UUID, int]


class _Entry:
    __slots__ = ("cipher", "seals", "until")

    def __init__(self, cipher: formats.SectionCipher, until: float) -> None:
        self.cipher = cipher
        self.until = until
        self.seals = 0


class KeyCache:
    """Ciphers of recently used data keys: at most 256, at most five minutes, safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._entries: OrderedDict[CacheKey, _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._clock = clock

    def get(self, key: CacheKey) -> formats.SectionCipher | None:
        """The cipher when it is here and fresh."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.until < self._clock():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return entry.cipher

    def put(self, key: CacheKey, cipher: formats.SectionCipher) -> None:
        """Keep a cipher; the least recently used one makes room."""
        with self._lock:
            self._entries[key] = _Entry(cipher, self._clock() + CACHE_SECONDS)
            while len(self._entries) > CACHE_ENTRIES:
                self._entries.popitem(last=False)

    def count_seal(self, key: CacheKey) -> None:
        """Count one encryption; Unavailable at 2^24 under one key in one process."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                entry.seals += 1
                if entry.seals >= MAX_SEALS:
                    raise Unavailable("data key worn out")

    def clear(self) -> None:
        """Forget every key (lock, shredding, key events)."""
        with self._lock:
            self._entries.clear()


class KeyStore:
    """Finds and makes data keys within one database session."""

    def __init__(self, keyring: Keyring, cache: KeyCache, session: Session) -> None:
        self._keyring = keyring
        self._cache = cache
        self._session = session
        self._newest: dict[tuple[Purpose, UUID], int] = {}

    def create(self, purpose: Purpose, object_id: UUID, now: datetime, version: int = 1) -> None:
        """Make the data key of an object and store it wrapped under the active KEK."""
        data_key = random_bytes(KEY_BYTES)
        wrapped = formats.wrap(self._keyring.active(), self._context(purpose, object_id, version), data_key)
        row = WrappedKey(
            id=new_id(), purpose=purpose.value, object_id=object_id, version=version, wrapped=wrapped, created_at=now
        )
        self._session.add(row)
        self._remember(purpose, object_id, version, data_key)

    def writing(self, purpose: Purpose, object_id: UUID) -> formats.SectionCipher:
        """The cipher that seals now: the object's newest key. Unreadable when it has none."""
        version = self._newest.get((purpose, object_id))
        if version is None:
            self._load(purpose, [object_id])
            version = self._newest.get((purpose, object_id))
        if version is None:
            raise Unreadable("sealed value")
        cipher = self.reading(purpose, object_id, version)
        self._cache.count_seal((purpose.value, object_id, version))
        return cipher

    def reading(self, purpose: Purpose, object_id: UUID, version: int) -> formats.SectionCipher:
        """The cipher of one key version; Unreadable when the key is gone or not ours."""
        cipher = self._cache.get((purpose.value, object_id, version))
        if cipher is None:
            self._load(purpose, [object_id])
            cipher = self._cache.get((purpose.value, object_id, version))
        if cipher is None:
            raise Unreadable("sealed value")
        return cipher

    def preload(self, purpose: Purpose, object_ids: Iterable[UUID]) -> None:
        """Load the keys of many objects in one query, so that a list needs a constant number of queries."""
        missing = [oid for oid in dict.fromkeys(object_ids) if self._cache.get((purpose.value, oid, 1)) is None]
        for start in range(0, len(missing), 200):
            self._load(purpose, missing[start : start + 200])

    def _load(self, purpose: Purpose, object_ids: list[UUID]) -> None:
        rows = self._session.scalars(
            select(WrappedKey)
            .where(WrappedKey.purpose == purpose.value, WrappedKey.object_id.in_(object_ids))
            .order_by(WrappedKey.version)
        )
        for row in rows:
            kek = self._keyring.kek(formats.kek_id(row.wrapped))
            if kek is None:
                raise Unreadable("sealed value")
            data_key = formats.unwrap(kek, self._context(purpose, row.object_id, row.version), row.wrapped)
            self._remember(purpose, row.object_id, row.version, data_key)

    def _context(self, purpose: Purpose, object_id: UUID, version: int) -> formats.WrapContext:
        return formats.WrapContext(self._keyring.deployment, purpose.value, object_id, version)

    def _remember(self, purpose: Purpose, object_id: UUID, version: int, data_key: bytes) -> None:
        self._newest[(purpose, object_id)] = version
        self._cache.put(
            (purpose.value, object_id, version), formats.SectionCipher(data_key, version, self._keyring.deployment)
        )
