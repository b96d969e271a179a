"""`naungan run` as a process: it serves, brings its scheduler, and neither outlives the other."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.audit.events import Event
from app.commands import run, serving
from app.commands.run import address
from app.domain.access import system
from app.work import Runtime
from config import Settings
from tests.commands.conftest import SCRIPT, Naungan

pytestmark = pytest.mark.sqlite_only("the process is the same")


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    monkeypatch.setenv("NAUNGAN_PORT", str(number))
    return number


@contextmanager
def started(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(stream: Any, words: str) -> str:
    """Read lines until one holds the words; the stream's end is a failure."""
    for line in stream:
        if words in line:
            return str(line)
    raise AssertionError(words)


def test_it_serves_and_ends_with_its_scheduler(office: Settings, port: int) -> None:
    with started("run") as server:
        assert str(port) in wait_for(server.stdout, "127.0.0.1")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        answer = connection.getresponse()
        connection.close()
        assert answer.status < 500
        assert answer.headers.get("Server") is None
        wait_for(server.stderr, "jobs.started")
        server.send_signal(signal.SIGTERM)
        wait_for(server.stderr, "jobs.stopped")
        assert server.stderr is not None
        assert "Traceback" not in server.stderr.read()  # its end: nobody holds the stream any more
        assert server.wait(20) == 0


def test_the_scheduler_does_not_outlive_a_killed_server(office: Settings, port: int) -> None:
    with started("run") as server:
        wait_for(server.stderr, "jobs.started")
        server.kill()
        wait_for(server.stderr, "jobs.stopped")
        assert server.stderr is not None
        server.stderr.read()


def test_the_scheduler_alone_ends_on_a_signal(office: Settings) -> None:
    with started("jobs") as jobs:
        wait_for(jobs.stderr, "jobs.started")
        jobs.send_signal(signal.SIGTERM)
        wait_for(jobs.stderr, "jobs.stopped")
        assert jobs.wait(20) == 0


def test_a_taken_port_is_said_plainly(naungan: Naungan, office: Settings, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        said = naungan("run")
    assert said.code == 1
    assert "NAUNGAN_PORT" in said.err


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """`run` up to the point where it would serve."""

    @contextmanager
    def no_child() -> Iterator[None]:
        yield

    monkeypatch.setattr(run, "bind", lambda *_: None)
    monkeypatch.setattr(run, "serve", lambda *_: None)
    monkeypatch.setattr(run, "jobs_child", no_child)


@pytest.mark.usefixtures("stopped")
def test_a_demo_office_is_made_once_and_prints_its_logins(
    naungan: Naungan, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[object] = []
    office = SimpleNamespace(
        add_demo=lambda runtime, advance: (added.append(runtime), mark(runtime)),
        logins=lambda: [("Supervisor", "s@contoh.go.id", "sandi-contoh-1")],
    )
    monkeypatch.setattr(run, "_demo_module", lambda: office)
    monkeypatch.setenv("NAUNGAN_DEMO", "yes")
    said = naungan("run")
    assert (said.code, len(added)) == (0, 1)
    assert "sandi-contoh-1" in said.out
    assert naungan("run").code == 0
    assert len(added) == 1


def mark(runtime: Runtime) -> None:
    with runtime.begin(system("demo")) as work:
        work.recorded(Event.DEMO_ADDED)


@pytest.mark.usefixtures("stopped")
def test_a_real_office_is_never_made_a_demo(
    naungan: Naungan, office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_demo_module", lambda: SimpleNamespace(add_demo=lambda *_: pytest.fail("added")))
    monkeypatch.setenv("NAUNGAN_DEMO", "yes")
    said = naungan("run")
    assert said.code == 0
    assert "naungan init --new-token" in said.out


@pytest.mark.parametrize(
    ("host", "public", "shown"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8000"),
        ("::1", None, "http://[::1]:8000"),
        ("127.0.0.1", "https://naungan.contoh.go.id", "https://naungan.contoh.go.id"),
    ],
)
def test_the_address_is_one_a_browser_takes(settings: Settings, host: str, public: str | None, shown: str) -> None:
    assert address(replace(settings, host=host, public_url=public)) == shown


def test_nothing_is_spooled_to_disk(office: Settings, port: int, naungan: Naungan, tmp_path: Path) -> None:
    server = serving.bind(lambda *_: [], replace(office, port=port))
    try:
        assert server.adj.inbuf_overflow > server.adj.max_request_body_size
        assert server.adj.ident in {"", None}
        assert not server.adj.expose_tracebacks
    finally:
        server.close()


def test_wsgi_starts_no_scheduler() -> None:
    source = (SCRIPT.parents[1] / "wsgi.py").read_text()
    assert "jobs" not in source
    script = "import sys, app.factory; sys.exit('app.jobs' in sys.modules or 'apscheduler' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", script], cwd=SCRIPT.parents[1], check=False, env=os.environ).returncode
        == 0
    )
