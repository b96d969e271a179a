"""The key cache: at most 256 keys, at most five minutes, safe between threads and after a fork (security 2.4, 2.5)."""

from __future__ import annotations

import os
import signal
import threading
from uuid import UUID, uuid4

import pytest

from app.domain.errors import Unavailable
from app.security import keystore
from app.security.formats import SectionCipher, Where
from app.security.keystore import CACHE_ENTRIES, CACHE_SECONDS, CacheKey, KeyCache


class Clock:
    """A clock that stands until told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> KeyCache:
    return KeyCache(clock)


def key(number: int = 0) -> CacheKey:
    return ("case", UUID(int=number), 1)


def cipher() -> SectionCipher:
    return SectionCipher(os.urandom(32), 1, bytes(16))


def test_a_key_is_kept_under_its_purpose_owner_and_version_only(cache: KeyCache) -> None:
    kept = cipher()
    cache.put({key(): kept})
    assert cache.get(key()) is kept
    assert [cache.get(other) for other in (key(1), ("office", UUID(int=0), 1), ("case", UUID(int=0), 2))] == [None] * 3


def test_a_key_lives_five_minutes_however_often_it_is_used(cache: KeyCache, clock: Clock) -> None:
    cache.put({key(): cipher()})
    for _ in range(10):
        clock.now += CACHE_SECONDS / 10 - 0.001
        assert cache.get(key())
    clock.now += 0.02
    assert cache.get(key()) is None


def test_expired_keys_are_forgotten_by_the_next_put_or_on_request(cache: KeyCache, clock: Clock) -> None:
    for number in range(10):
        cache.put({key(number): cipher()})
    clock.now += CACHE_SECONDS
    assert len(cache) == 0
    cache.put({key(99): cipher()})
    assert sum(entry.cipher is not None for entry in cache._entries.values()) == 1
    clock.now += CACHE_SECONDS
    cache.forget_expired()
    assert all(entry.cipher is None for entry in cache._entries.values())


def test_the_least_recently_used_key_makes_room(cache: KeyCache) -> None:
    for number in range(CACHE_ENTRIES):
        cache.put({key(number): cipher()})
    assert cache.get(key(0))
    cache.put({key(1000): cipher()})
    assert (len(cache), len(cache._entries)) == (CACHE_ENTRIES, CACHE_ENTRIES)
    assert cache.get(key(0))
    assert cache.get(key(1)) is None


def test_clearing_forgets_everything(cache: KeyCache) -> None:
    cache.put({key(): cipher()})
    cache.clear()
    assert cache.get(key()) is None


def test_a_key_is_worn_out_after_2_24_seals_also_across_the_five_minutes(
    cache: KeyCache, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keystore.MAX_SEALS == 1 << 24
    monkeypatch.setattr(keystore, "MAX_SEALS", 3)
    cache.put({key(): cipher()})
    cache.count_seal(key())
    cache.count_seal(key())
    clock.now += CACHE_SECONDS
    assert cache.get(key()) is None
    cache.put({key(): cipher()})
    with pytest.raises(Unavailable, match="worn out"):
        cache.count_seal(key())


def test_threads_share_the_cache_without_losing_or_mixing_keys(cache: KeyCache) -> None:
    ciphers = {key(number): cipher() for number in range(400)}
    wrong: list[CacheKey] = []

    def use(start: int) -> None:
        for step in range(4000):
            name = key((start + step * 7) % 400)
            got = cache.get(name)
            if got is None:
                cache.put({name: ciphers[name]})
            elif got is not ciphers[name]:
                wrong.append(name)
            cache.count_seal(name)
            if step % 1000 == 0:
                cache.clear()

    crew = [threading.Thread(target=use, args=(number * 31,)) for number in range(4)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert wrong == []
    assert len(cache) <= CACHE_ENTRIES


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_starts_with_an_empty_cache_a_free_lock_and_its_own_randomness(cache: KeyCache) -> None:
    where = Where("case", "case.chronology", uuid4(), uuid4())
    shared = cipher()
    cache.put({key(): shared})
    reading, writing = os.pipe()
    with cache._lock:  # held while forking, as by another thread
        child = os.fork()
        if child == 0:
            signal.alarm(10)  # ends the child if the lock is still held
            cache.clear() if cache.get(key()) else None
            answer = b"empty" if len(cache) == 0 else b"full!"
            os.write(writing, answer + shared.seal(where, b"")[6:18])
            os._exit(0)
    os.close(writing)
    told = os.read(reading, 100)
    os.close(reading)
    os.waitpid(child, 0)
    assert told[:5] == b"empty"
    assert told[5:] != shared.seal(where, b"")[6:18]
    assert cache.get(key()) is shared
