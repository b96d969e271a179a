"""What comes out the same for every application of a run is made once: nearly every test starts one of its own.

Only what the program makes from its own files is kept, never anything of an office. Processes that tests start (`naungan run`)
know nothing of this module: they compile their templates and hash their passwords as at a desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any, Final

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app.security import passphrase, passwords

DESK_HASHER: Final = passwords._HASHER
"""The hasher as the program has it; `tests/domain/test_security_passwords.py` holds its parameters."""
QUICK_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2id all the same, without the 40 milliseconds that stop a guesser."""
DESK_EXPORT: Final = (passphrase.MEMORY_KIB, passphrase.PASSES)
"""What a copy of the keys costs a guesser; `tests/services/test_keys.py` holds it."""
QUICK_EXPORT: Final = (64, 1)

_compile = Rule.compile
_addresses: dict[object, Rule] = {}


class Templates(BytecodeCache):
    """Compiled templates by name and content, in memory."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


def _compile_once(rule: Rule) -> None:
    """Half of what a new application costs is compiling the same addresses again."""
    key = (rule.rule, rule.subdomain, rule.merge_slashes, tuple(sorted((rule.defaults or {}).items())))
    if key not in _addresses:
        _compile(rule)
        _addresses[key] = rule
    first = _addresses[key]
    rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
    rule.arguments |= first.arguments
    rule._build = first._build.__func__.__get__(rule)  # type: ignore[attr-defined]
    rule._build_unknown = first._build_unknown.__func__.__get__(rule)  # type: ignore[attr-defined]


class _Statements:
    """A server has one engine and compiles a statement once; a run has thousands of engines."""

    kept: Final = LRUCache[Any, Any](2000)

    def __get__(self, _engine: Engine | None, _kind: object = None) -> LRUCache[Any, Any]:
        return self.kept

    def __set__(self, _engine: Engine, _given: object) -> None:
        """An engine that starts brings an empty one of its own."""


def _alike(dialect: DefaultDialect) -> tuple[object, ...]:
    return (type(dialect), dialect.paramstyle, getattr(dialect, "server_version_info", None))


def keep() -> None:
    """For the whole run."""
    Rule.compile = _compile_once  # type: ignore[method-assign]
    Engine._compiled_cache = _Statements()  # type: ignore[assignment]
    DefaultDialect.__eq__ = lambda one, other: _alike(one) == _alike(other)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda one: hash(_alike(one))  # type: ignore[method-assign]
    Flask.jinja_options = {"bytecode_cache": Templates()}
    _hash_with(QUICK_HASHER, QUICK_EXPORT)


@contextmanager
def hashing_as_at_a_desk() -> Iterator[None]:
    """For tests about the hash itself."""
    _hash_with(DESK_HASHER, DESK_EXPORT)
    yield
    _hash_with(QUICK_HASHER, QUICK_EXPORT)


def _hash_with(hasher: PasswordHasher, costs: tuple[int, int]) -> None:
    passwords._HASHER = hasher  # type: ignore[misc]
    passwords._dummy.cache_clear()
    passphrase.MEMORY_KIB, passphrase.PASSES = costs  # type: ignore[misc]
