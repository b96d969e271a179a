"""Having a file looked into by a process of its own, with limits of memory and time; this process only passes bytes on.

Nothing of the file stands in this process but the piece on its way and the renditions that come back, and nothing is written to the disk.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from app import logs
from app.documents.reading.found import Found, Part
from app.domain.errors import Problem, Refused, Unavailable
from app.domain.media import by_type

ROOT: Final = Path(__file__).resolve().parents[2]
AT_ONCE: Final = 2  # readers of one process; others wait
WAITS: Final = 60.0  # seconds for a place
SECONDS: Final = 45.0  # for one file, by the wall clock
FIELD: Final = "files"
_MOST_BACK: Final = 24 << 20  # bytes of renditions
_MOST_HEAD: Final = 1 << 16
_CODE: Final = re.compile(r"document\.[a-z-]{3,40}")
_BOOT: Final = "import sys; sys.path.insert(0, sys.argv[1]); from app.documents.reading.main import main; main()"
_places = threading.BoundedSemaphore(AT_ONCE)


def look(name: str, pieces: Iterable[bytes]) -> Found:
    """What a file is that arrives under this name, and its renditions. Refused with a reason people understand; Unavailable."""
    return _read({"task": "look", "name": name}, pieces)


def page(number: int, pieces: Iterable[bytes]) -> bytes:
    """A page of a PDF as a JPEG; pages count from 1."""
    return _read({"task": "page", "number": number}, pieces).parts[0].data


def _read(head: Mapping[str, Any], pieces: Iterable[bytes]) -> Found:
    with _place(), _process() as process:
        assert process.stdin is not None  # noqa: S101 - asked for below
        assert process.stdout is not None  # noqa: S101
        text = json.dumps(head).encode()
        _feed(process.stdin, [len(text).to_bytes(4, "big"), text], pieces)
        return _answer(process.stdout)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=WAITS):
        raise Unavailable("reader: busy")
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _process() -> Iterator[subprocess.Popen[bytes]]:
    """A reader that ends with the block, however the block ends, and after SECONDS in any case."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-I", "-B", "-c", _BOOT, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what a decoder complains of may quote the file
        env={},
        cwd="/",
    )
    timer = threading.Timer(SECONDS, process.kill)
    timer.start()
    try:
        yield process
    finally:
        timer.cancel()
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                _close(stream)
        process.wait()


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return  # what was still to be written goes to nobody


def _feed(target: IO[bytes], head: Iterable[bytes], pieces: Iterable[bytes]) -> None:
    """Pass the file on. A reader that died says so by its silence."""
    try:
        for piece in head:
            target.write(piece)
        for piece in pieces:
            target.write(piece)
        target.close()
    except BrokenPipeError:
        return


class _ToldPart(msgspec.Struct, frozen=True):
    role: str
    media_type: str
    size: int


class _Told(msgspec.Struct, frozen=True):
    """The head of an answer, read strictly: it comes from a process that a hostile file may have taken over."""

    media_type: str = ""
    pages: int = 0
    facts: dict[str, int] = {}
    parts: tuple[_ToldPart, ...] = ()
    refused: str = ""
    params: dict[str, str] = {}


def _answer(source: IO[bytes]) -> Found:
    """What came back. A reader that was stopped at its limits, or died of the file, says nothing: the file is too much."""
    told = _head(source)
    if told is None or sum(part.size for part in told.parts) > _MOST_BACK:
        logs.get_logger().info("reader.ended-early")
        raise Refused(Problem("document.too-heavy", FIELD))
    if told.refused:
        params = {name: value for name, value in told.params.items() if value.isdecimal()}
        raise Refused(
            Problem(told.refused if _CODE.fullmatch(told.refused) else "document.damaged", FIELD, params=params)
        )
    if by_type(told.media_type) is None:
        raise Refused(Problem("document.not-taken", FIELD))
    return Found(told.media_type, told.pages, tuple(_part(each, source) for each in told.parts), told.facts)


def _head(source: IO[bytes]) -> _Told | None:
    size = int.from_bytes(source.read(4), "big")
    try:
        return msgspec.json.decode(source.read(min(size, _MOST_HEAD)), type=_Told)
    except msgspec.MsgspecError:
        return None


def _part(told: _ToldPart, source: IO[bytes]) -> Part:
    data = source.read(max(0, told.size))
    if len(data) != told.size:
        raise Refused(Problem("document.too-heavy", FIELD))
    return Part(told.role, told.media_type, data)
