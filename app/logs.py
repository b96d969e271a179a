"""The technical log: JSON lines on standard error or in a file, without personal data by construction (security 6 #68, #69, #86).

Only keys of `KEYS` get through, an event is a code and not a sentence, and of an exception its type and place are kept,
never its text. Lines of other libraries lose their arguments: the template says what happened, the arguments say to whom.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
import unicodedata
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from structlog.typing import EventDict, FilteringBoundLogger

Sink = Callable[[str], None]

KEYS = frozenset(
    [
        "time",
        "level",
        "event",
        "logger",
        "message",
        "request_id",
        "actor_id",
        "unit_id",
        "object_id",
        "job",
        "action",
        "result",
        "method",
        "endpoint",
        "status",
        "duration_ms",
        "count",
        "code",
        "error",
        "where",
        "cause",
        "incident",
        "revision",
        "port",
        "threads",
        "version",
    ]
)
MAX_TEXT = 200  # characters of one value
_EVENT = re.compile(r"[a-z][a-z0-9_.:-]{0,79}")
_LEVELS: Mapping[str, int] = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_UNSEEN = frozenset(
    {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
)  # control, formatting, half a pair, unassigned, line breaks
_ROOT = Path(__file__).resolve().parents[1]


class UnlistedLogKey(Exception):
    """A key or event the log does not take. Raised in tests; in production the value is dropped and the drop is shown."""


def configure_logging(
    level: str = "info", file: Path | None = None, *, strict: bool = False, sink: Sink | None = None
) -> None:
    """Send everything to one sink. `level` is info, warning or error; `strict` raises on what would be dropped."""
    write = sink or (_to_file(file) if file is not None else _to_stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _stamp,
            _reduce_exception,
            _gate(strict=strict),
            _clean,
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_: _Writer(write),
        cache_logger_on_first_use=False,
    )
    handler = _Foreign()
    logging.basicConfig(level=_LEVELS[level], handlers=[handler], force=True)
    for chatty in ("sqlalchemy", "alembic", "apscheduler", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def get_logger() -> FilteringBoundLogger:
    """A logger: `get_logger().info("job.done", job="clocks", count=3)`."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


def bind(**values: str | UUID | None) -> None:
    """Give these values to every line of the current request or job (`request_id`, `actor_id`)."""
    structlog.contextvars.bind_contextvars(**values)


def unbind() -> None:
    """Forget what was bound; at the start of each request and job."""
    structlog.contextvars.clear_contextvars()


def neutral(text: str) -> str:
    """The text on one line, at most MAX_TEXT long, control and formatting signs (CR, LF, ESC, bidi) replaced."""
    shown = "".join("\ufffd" if unicodedata.category(sign) in _UNSEEN else sign for sign in text[: MAX_TEXT + 1])
    return shown if len(shown) <= MAX_TEXT else shown[: MAX_TEXT - 1] + "…"


# --- the steps a line goes through -----------------------------------------------------------------------------------


def _stamp(_logger: Any, method: str, line: EventDict) -> EventDict:
    line["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    line["level"] = method
    return line


def _reduce_exception(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Type and place only: the text of an exception may quote what somebody typed."""
    given = line.pop("exc_info", None)
    if not given:
        return line
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    if error is not None:
        line["error"] = type(error).__name__
        line["where"] = _place(error)
    return line


def _place(error: BaseException) -> str:
    """The innermost line of our own code the exception passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT) and ".venv" not in frame.filename]
    return f"{Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}" if ours else "elsewhere"


def _gate(*, strict: bool) -> Callable[[Any, str, EventDict], EventDict]:
    def only_listed(_logger: Any, _method: str, line: EventDict) -> EventDict:
        unlisted = sorted(line.keys() - KEYS)
        named = isinstance(line.get("event"), str) and _EVENT.fullmatch(line["event"]) is not None
        if strict and (unlisted or not named):
            raise UnlistedLogKey(", ".join(unlisted) or "event")
        kept = {key: value for key, value in line.items() if key in KEYS}
        if not named:
            kept["event"] = "unnamed"
        return kept | ({"code": "keys-dropped", "count": len(unlisted)} if unlisted else {})

    return only_listed


def _clean(_logger: Any, _method: str, line: EventDict) -> EventDict:
    return {key: _value(value) for key, value in line.items()}


def _value(value: object) -> object:
    """Numbers and truth values as they are, ids and codes as clean text, anything else by its type alone."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return neutral(str(value)) if isinstance(value, (str, UUID)) else type(value).__name__


def _render(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> str:
    first = {key: line[key] for key in ("time", "level", "event") if key in line}
    return json.dumps(first | {key: line[key] for key in sorted(line)}, ensure_ascii=True)


# --- where lines go, and lines from elsewhere ------------------------------------------------------------------------


class _Writer:
    """What structlog calls with a finished line. A log that cannot be written must not stop the work."""

    def __init__(self, write: Sink) -> None:
        self._write = write

    def msg(self, line: str) -> None:
        try:
            self._write(line + "\n")
        except OSError:
            return

    debug = info = warning = error = critical = exception = msg


def _to_stderr(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()


def _to_file(path: Path) -> Sink:
    """One write a line on a descriptor that appends, so the web process and the jobs process may share a file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.fchmod(descriptor, 0o600)

    def write(line: str) -> None:
        os.write(descriptor, line.encode("ascii"))

    return write


class _Foreign(logging.Handler):
    """Lines of waitress, APScheduler and others: the logger's name and the template of the message, without its arguments."""

    def emit(self, record: logging.LogRecord) -> None:
        log = get_logger()
        method = (
            log.error
            if record.levelno >= logging.ERROR
            else log.warning
            if record.levelno >= logging.WARNING
            else log.info
        )
        template = record.msg if isinstance(record.msg, str) and record.args else record.name
        method("library", logger=record.name, message=template, exc_info=record.exc_info)
