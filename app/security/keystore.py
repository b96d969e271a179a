"""Data keys: made, wrapped, stored, unwrapped and kept for five minutes (security 2.1, 2.5).

Two places hold ciphers. `KeyCache` is shared by the threads of the process and knows committed keys only: a key made by an act that
rolls back must never be found by another act. `KeyStore` belongs to one act or page; it holds the keys that act made, and those it
loaded in bulk, and dies with it.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from app.db.base import new_id
from app.domain.errors import Unavailable, Unreadable
from app.security import formats
from app.security.attachments import FileCipher, NewFile
from app.security.keyring import Keyring
from app.security.models import WrappedKey
from app.security.primitives import KEY_BYTES, digest, random_bytes
from app.security.sections import Purpose

CACHE_ENTRIES: Final = 256
CACHE_SECONDS: Final = 300.0
MAX_SEALS: Final = 1 << 24  # random 96-bit nonces stay far from their bound of 2^32 (security 2.4)
_SHARE_AT_MOST: Final = CACHE_ENTRIES // 2  # a bigger load (the ledger) would push every case key out
_QUERY_BATCH: Final = 200

_KEYS: Final = (
    select(WrappedKey.object_id, WrappedKey.version, WrappedKey.wrapped)
    .where(
        WrappedKey.purpose == bindparam("purpose"), WrappedKey.object_id.in_(bindparam("object_ids", expanding=True))
    )
    .order_by(WrappedKey.version)
)
"""Built once: every act asks this first."""

CacheKey = tuple[str, UUID, int]


class _Entry:
    __slots__ = ("cipher", "seals", "until")

    def __init__(self, cipher: formats.SectionCipher, until: float) -> None:
        self.cipher: formats.SectionCipher | None = cipher
        self.until = until
        self.seals = 0


class KeyCache:
    """Ciphers of recently used data keys: at most 256, at most five minutes, safe between threads, empty after a fork."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._entries: OrderedDict[CacheKey, _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._clock = clock
        _caches.add(self)

    def __len__(self) -> int:
        """How many keys can be used right now."""
        with self._lock:
            now = self._clock()
            return sum(entry.cipher is not None and now < entry.until for entry in self._entries.values())

    def get(self, key: CacheKey) -> formats.SectionCipher | None:
        """The cipher when it is here and fresh."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if self._clock() >= entry.until:
                entry.cipher = None
            self._entries.move_to_end(key)
            return entry.cipher

    def put(self, ciphers: Mapping[CacheKey, formats.SectionCipher]) -> None:
        """Keep ciphers; the least recently used ones make room. What expired meanwhile is forgotten too, once for all of them."""
        with self._lock:
            self._forget_expired()
            until = self._clock() + CACHE_SECONDS
            for key, cipher in ciphers.items():
                entry = self._entries.setdefault(key, _Entry(cipher, until))
                entry.cipher, entry.until = cipher, until
                self._entries.move_to_end(key)
            while len(self._entries) > CACHE_ENTRIES:
                self._entries.popitem(last=False)

    def count_seal(self, key: CacheKey) -> None:
        """Count one encryption; Unavailable at 2^24 under one key in one process.

        The count outlives the five minutes but not the place among the 256: keys that are pushed out are not the busy ones.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                entry.seals += 1
                if entry.seals >= MAX_SEALS:
                    raise Unavailable("data key worn out")

    def forget_expired(self) -> None:
        """Forget keys older than five minutes now, not at the next use (for the scheduler of an idle process)."""
        with self._lock:
            self._forget_expired()

    def clear(self) -> None:
        """Forget every key (lock, shredding, key events)."""
        with self._lock:
            self._entries.clear()

    def _forget_expired(self) -> None:
        now = self._clock()
        for entry in self._entries.values():
            if now >= entry.until:
                entry.cipher = None

    def start_over(self) -> None:
        """Forget every key and make a new lock: in a forked child, where the old lock may never be released."""
        self._lock = threading.Lock()
        self._entries = OrderedDict()


_caches: weakref.WeakSet[KeyCache] = weakref.WeakSet()


def _empty_after_fork() -> None:
    """A child starts with empty caches and locks of its own: the parent's may have been held while it forked."""
    for cache in _caches:
        cache.start_over()


os.register_at_fork(after_in_child=_empty_after_fork)


class KeyStore:
    """Finds and makes data keys within one database session."""

    def __init__(self, keyring: Keyring, cache: KeyCache, session: Session) -> None:
        self._keyring = keyring
        self._cache = cache
        self._session = session
        self._newest: dict[tuple[Purpose, UUID], int] = {}
        self._loaded: dict[CacheKey, formats.SectionCipher] = {}
        self._made: dict[CacheKey, tuple[WrappedKey, formats.SectionCipher]] = {}
        self._made_newest: dict[tuple[Purpose, UUID], int] = {}

    def create(self, purpose: Purpose, object_id: UUID, now: datetime, version: int = 1) -> None:
        """Make the data key of an object and store it wrapped under the active KEK. Other acts see it after the commit."""
        data_key = random_bytes(KEY_BYTES)
        row = self._keep(purpose, object_id, version, data_key, now)
        self._made[(purpose.value, object_id, version)] = (row, self._cipher(data_key, version))
        self._made_newest[(purpose, object_id)] = version

    def _keep(self, purpose: Purpose, object_id: UUID, version: int, data_key: bytes, now: datetime) -> WrappedKey:
        wrapped = formats.wrap(self._keyring.active(), self._context(purpose, object_id, version), data_key)
        row = WrappedKey(
            id=new_id(), purpose=purpose.value, object_id=object_id, version=version, wrapped=wrapped, created_at=now
        )
        self._session.add(row)
        return row

    def keep_file(self, file: NewFile, now: datetime) -> None:
        """Store the key of a file that was sealed before this act began."""
        self._keep(Purpose.FILE, file.id, 1, file.data_key, now)

    def of_file(self, file_id: UUID, version: int) -> FileCipher:
        """The cipher of a sealed file; Unreadable when its key is gone. Never cached: a shredded file is shredded at once."""
        statement = select(WrappedKey.wrapped).where(
            WrappedKey.purpose == Purpose.FILE.value, WrappedKey.object_id == file_id, WrappedKey.version == version
        )
        wrapped = self._session.scalar(statement)
        data_key = None if wrapped is None else self._data_key(Purpose.FILE, file_id, version, wrapped)
        if data_key is None:
            raise Unreadable("sealed value")
        return FileCipher(data_key, version, self._keyring.deployment, file_id)

    def shred(self, purpose: Purpose, object_ids: Iterable[UUID]) -> None:
        """Delete the keys of these files or packages: what they sealed is noise from the commit on (security 2.7)."""
        self._session.execute(
            delete(WrappedKey).where(WrappedKey.purpose == purpose.value, WrappedKey.object_id.in_(list(object_ids)))
        )

    def shred_case(self, case_id: UUID) -> bytes:
        """Delete every version of a case's key, and give the SHA-256 of what was deleted, for the erasure ledger. From the commit on
        nothing sealed in the case opens; `KeyCache.clear` afterwards makes that so in this process at once."""
        of_case = (WrappedKey.purpose == Purpose.CASE.value, WrappedKey.object_id == case_id)
        wrapped = self._session.scalars(select(WrappedKey.wrapped).where(*of_case).order_by(WrappedKey.version)).all()
        self._session.execute(delete(WrappedKey).where(*of_case))
        return digest(b"".join(wrapped))

    def has(self, purpose: Purpose, object_id: UUID) -> bool:
        """Whether the object has a key, readable or not."""
        return self._newest_version(purpose, object_id) is not None

    def writing(self, purpose: Purpose, object_id: UUID) -> formats.SectionCipher:
        """The cipher that seals now: the object's newest key. Unreadable when it has none."""
        version = self._newest_version(purpose, object_id)
        if version is None:
            raise Unreadable("sealed value")
        cipher = self.reading(purpose, object_id, version)
        self._cache.count_seal((purpose.value, object_id, version))
        return cipher

    def reading(self, purpose: Purpose, object_id: UUID, version: int) -> formats.SectionCipher:
        """The cipher of one key version; Unreadable when the key is gone or not ours."""
        key = (purpose.value, object_id, version)
        cipher = self._find(key)
        if cipher is None:
            self._load(purpose, [object_id], share=True)
            cipher = self._find(key)
        if cipher is None:
            raise Unreadable("sealed value")
        return cipher

    def preload(self, purpose: Purpose, object_ids: Iterable[UUID]) -> None:
        """Load the keys of many objects with one query per 200, so that a list needs a constant number of queries.

        They stay with this store until its act or page ends, however many they are. A key that does not unwrap is left out and
        fails when it is used, so one bad row does not take the whole list with it.
        """
        wanted = [each for each in dict.fromkeys(object_ids) if (purpose, each) not in self._newest]
        share = len(wanted) <= _SHARE_AT_MOST
        for start in range(0, len(wanted), _QUERY_BATCH):
            self._load(purpose, wanted[start : start + _QUERY_BATCH], share=share)

    def _newest_version(self, purpose: Purpose, object_id: UUID) -> int | None:
        made = self._made_newest.get((purpose, object_id))
        if made is not None and self._made_here((purpose.value, object_id, made)):
            return made
        if (purpose, object_id) not in self._newest:
            self._load(purpose, [object_id], share=True)
        return self._newest.get((purpose, object_id))

    def _made_here(self, key: CacheKey) -> formats.SectionCipher | None:
        """The cipher of a key this act made, while its row stands: a rolled-back savepoint takes row and key away."""
        row, cipher = self._made.get(key, (None, None))
        return cipher if row is not None and row in self._session else None

    def _find(self, key: CacheKey) -> formats.SectionCipher | None:
        return self._made_here(key) or self._loaded.get(key) or self._cache.get(key)

    def _load(self, purpose: Purpose, object_ids: list[UUID], *, share: bool) -> None:
        asked = {"purpose": purpose.value, "object_ids": object_ids}
        found: dict[CacheKey, formats.SectionCipher] = {}
        for object_id, version, wrapped in self._session.execute(_KEYS, asked):
            self._newest[(purpose, object_id)] = version
            key = (purpose.value, object_id, version)
            if self._made_here(key):
                continue
            cipher = self._cache.get(key) or self._unwrap(purpose, object_id, version, wrapped)
            if cipher is not None:
                found[key] = cipher
        self._loaded |= found
        if share and found:
            self._cache.put(found)

    def _unwrap(self, purpose: Purpose, object_id: UUID, version: int, wrapped: bytes) -> formats.SectionCipher | None:
        data_key = self._data_key(purpose, object_id, version, wrapped)
        return None if data_key is None else self._cipher(data_key, version)

    def _data_key(self, purpose: Purpose, object_id: UUID, version: int, wrapped: bytes) -> bytes | None:
        """The key itself, or None where it does not unwrap."""
        try:
            kek = self._keyring.kek(formats.kek_id(wrapped))
            return None if kek is None else formats.unwrap(kek, self._context(purpose, object_id, version), wrapped)
        except Unreadable:
            return None

    def _cipher(self, data_key: bytes, version: int) -> formats.SectionCipher:
        return formats.SectionCipher(data_key, version, self._keyring.deployment)

    def _context(self, purpose: Purpose, object_id: UUID, version: int) -> formats.WrapContext:
        return formats.WrapContext(self._keyring.deployment, purpose.value, object_id, version)
