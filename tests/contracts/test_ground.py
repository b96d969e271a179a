"""What the tests stand on: no network beyond this machine, a real browser, loud when there is none."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import SocketConnectBlockedError

from tests import browsers

ROOT = Path(__file__).parents[2]


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_sockets_reach_this_machine_only() -> None:
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as inside:
        assert inside.getpeername() == server.getsockname()


@pytest.mark.browser
def test_a_real_browser_opens_pages_and_no_names_of_the_internet(chromium: Any) -> None:
    from playwright.sync_api import Error

    page = chromium.new_page()
    page.set_content("<h1>Naungan</h1>")
    assert page.get_by_role("heading", name="Naungan").is_visible()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://contoh.example/")
    page.close()


def test_a_named_browser_that_is_not_there_is_not_replaced(tmp_path: Path) -> None:
    assert browsers.find_chromium({"NAUNGAN_CHROMIUM": str(tmp_path / "none")}) is None


@pytest.mark.parametrize(
    ("ci", "workers", "code", "words"),
    [
        ("", "1", 0, "1 BROWSER TESTS WERE LEFT OUT"),
        ("true", "0", 1, "apt-get install -y chromium"),
        pytest.param("", "0", 0, "1 BROWSER TESTS WERE LEFT OUT", marks=pytest.mark.slow),
        pytest.param("true", "1", 1, "apt-get install -y chromium", marks=pytest.mark.slow),
    ],
)
def test_browser_tests_without_a_browser_fail_in_ci_and_are_told_of_at_a_desk(
    ci: str, workers: str, code: int, words: str
) -> None:
    environ = os.environ | {"NAUNGAN_CHROMIUM": "/nowhere/chromium", "CI": ci}
    asked = f"{Path(__file__).relative_to(ROOT)}::test_a_real_browser_opens_pages_and_no_names_of_the_internet"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--database=sqlite",
        "-n",
        workers,
        asked,
    ]
    done = subprocess.run(command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
    assert (done.returncode, words in done.stdout) == (code, True), done.stdout[-2000:]


def test_nothing_is_left_running_when_the_tests_end() -> None:
    inner = "tests/services/test_db_engine.py::test_a_read_session_refuses_to_write"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--database=postgresql",
        "-n",
        "1",
        inner,
    ]
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # not below pytest's own folders, which stay closed to the server's user
        environ = os.environ | {"TMPDIR": folder}
        done = subprocess.run(command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
        left = list(Path(folder).glob("naungan-pg-*"))
    assert (done.returncode, left) == (0, []), done.stdout[-2000:]
