"""One thing that was looked at, in plain words, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """FAILED makes `doctor` exit with 1. NOTE tells what is so by design and how to change it."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable, for programs; `says` and `advice` are sentences. `stops`: the server does not start like this."""

    code: str
    state: State
    says: str
    advice: str = ""
    stops: bool = False


def ok(code: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding(code, State.OK, says)


def failed(code: str, says: str, advice: str = "", *, stops: bool = False) -> Finding:
    """It must be put right."""
    return Finding(code, State.FAILED, says, advice, stops)


def warning(code: str, says: str, advice: str = "") -> Finding:
    """It should be put right soon."""
    return Finding(code, State.WARNING, says, advice)
