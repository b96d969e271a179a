"""Log lines are JSON, cannot be forged and carry no personal data (security 6 #68, #69, #86)."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from app import logs


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    logs.unbind()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def lines() -> list[str]:
    return []


def configured(lines: list[str], *, strict: bool = False, level: str = "info") -> None:
    logs.configure_logging(level, strict=strict, sink=lines.append)


def test_a_line_says_when_who_what_and_how_it_ended(lines: list[str]) -> None:
    configured(lines, strict=True)
    actor = uuid4()
    logs.bind(request_id="r-1", actor_id=actor)
    logs.get_logger().info("case.opened", action="case:read", result="ok")
    line = json.loads(lines[0])
    assert datetime.fromisoformat(line.pop("time")).utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    assert line == {
        "level": "info",
        "event": "case.opened",
        "request_id": "r-1",
        "actor_id": str(actor),
        "action": "case:read",
        "result": "ok",
    }


@given(st.text(max_size=400))
@example("a\r\nb\x1b[2Jc\x00d\u202ee\u2028f\u2029g\x85")
def test_no_text_can_forge_a_second_line_or_steer_a_terminal(text: str) -> None:
    lines: list[str] = []
    configured(lines)
    logs.get_logger().warning("request.refused", code=text)
    assert len(lines) == 1
    assert lines[0].count("\n") == 1
    shown = json.loads(lines[0])["code"]
    assert len(shown) <= logs.MAX_TEXT
    assert not any(sign in shown for sign in "\r\n\x1b\x00\x85\u202e\u2028\u2029")


def test_a_key_nobody_listed_is_dropped_and_the_drop_is_seen(lines: list[str]) -> None:
    configured(lines)
    logs.get_logger().info("case.opened", name="Bunga Contoh")
    assert "Bunga" not in lines[0]
    assert json.loads(lines[0])["code"] == "keys-dropped"


@pytest.mark.parametrize("values", [{"name": "Bunga"}, {"nik": "1"}])
def test_a_key_nobody_listed_is_an_error_under_test(lines: list[str], values: dict[str, str]) -> None:
    configured(lines, strict=True)
    with pytest.raises(logs.UnlistedLogKey):
        logs.get_logger().info("case.opened", **values)


def test_a_sentence_is_not_an_event(lines: list[str]) -> None:
    configured(lines)
    logs.get_logger().info("Bunga Contoh opened a case")
    assert json.loads(lines[0])["event"] == "unnamed"
    configured(lines, strict=True)
    with pytest.raises(logs.UnlistedLogKey):
        logs.get_logger().info("Bunga Contoh opened a case")


def test_an_exception_leaves_its_type_and_place_but_not_its_words(lines: list[str]) -> None:
    configured(lines, strict=True)
    try:
        raise ValueError("Bunga Contoh, 6303012345670001")
    except ValueError:
        logs.get_logger().exception("request.failed")
    line = json.loads(lines[0])
    assert (line["error"], line["where"].split(":")[0]) == ("ValueError", "tests/test_logs.py")
    assert "Bunga" not in lines[0]


def test_lines_of_libraries_lose_their_arguments(lines: list[str]) -> None:
    configured(lines, strict=True)
    logging.getLogger("waitress").warning("bad request from %s", "Bunga Contoh")
    logging.getLogger("waitress").warning(f"made beforehand for {'Bunga Contoh'}")  # noqa: G004 - as careless libraries do
    assert [json.loads(line)["message"] for line in lines] == ["bad request from %s", "waitress"]
    assert "Bunga" not in "".join(lines)


def test_an_object_is_shown_by_its_type_alone(lines: list[str]) -> None:
    configured(lines, strict=True)
    logs.get_logger().info("job.done", result={"name": "Bunga"})
    assert json.loads(lines[0])["result"] == "dict"


def test_lines_below_the_level_are_not_written(lines: list[str]) -> None:
    configured(lines, level="warning")
    logs.get_logger().info("job.done")
    logs.get_logger().error("job.failed")
    assert [json.loads(line)["event"] for line in lines] == ["job.failed"]


def test_the_log_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "naungan.log"
    logs.configure_logging("info", path)
    logs.get_logger().info("server.started", port=8000)
    logs.get_logger().info("server.stopped")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [json.loads(line)["event"] for line in path.read_text().splitlines()] == ["server.started", "server.stopped"]


def test_a_log_that_cannot_be_written_does_not_stop_the_work() -> None:
    def full(_line: str) -> None:
        raise OSError(28, "No space left on device")

    logs.configure_logging("info", sink=full)
    logs.get_logger().info("job.done")
