"""`naungan run` as a process: it serves, brings its scheduler, and neither outlives the other."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.audit.events import Event
from app.cases.registration import register_case
from app.commands import demo_office, run, serving
from app.commands.run import address
from app.commands.users import unit_of
from app.db.base import new_id
from app.demo import numbers
from app.demo.office import Login
from app.domain.access import system
from app.security.filestore import FOLDER, FileStore
from app.work import Runtime
from config import Settings
from tests.case_factories import client, intake
from tests.commands.conftest import SCRIPT, Naungan

pytestmark = [pytest.mark.sqlite_only("the process is the same"), pytest.mark.usefixtures("english")]


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


LOGIN = Login("SUPERVISOR", "Ibu Rekaan", "s@contoh.invalid", "sandi-contoh-1")


@pytest.fixture
def demos(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """A demo of one contact; gives the units it was made for."""
    made: list[UUID] = []

    def add(runtime: Runtime, unit_id: UUID, progress: Callable[[int, int], None]) -> list[Login]:
        made.append(unit_id)
        with runtime.begin(system("demo", unit_id)) as work:
            register_case(work, intake(work, (client(),)), unit_of(work, ""))
        with runtime.begin(system("demo", unit_id)) as work:
            work.recorded(Event.DEMO_ADDED)
        progress(1, 1)
        return [LOGIN]

    monkeypatch.setattr(demo_office, "add_demo", add)
    monkeypatch.setattr(numbers, "settle", lambda *_: None)  # nobody works in this office
    monkeypatch.setenv("NAUNGAN_DEMO", "yes")
    return made


@pytest.mark.usefixtures("stopped")
def test_a_demo_office_is_made_once_and_every_start_prints_its_logins(
    naungan: Naungan, settings: Settings, demos: list[UUID]
) -> None:
    for _start in range(2):
        said = naungan("run")
        assert said.code == 0, said.err
        assert LOGIN.password in said.out
        assert len(demos) == 1
    assert {path.name for path in settings.data_dir.iterdir()} == {"keyring.json", "demo-logins.json"}
    assert (settings.data_dir / "demo-logins.json").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("stopped", "demos")
def test_clocks_and_ledger_of_a_demo_made_aside_are_whole(naungan: Naungan, settings: Settings) -> None:
    assert naungan("run").code == 0
    assert naungan("clocks", "list", "--json").json["clocks"]
    assert naungan("facts", "rebuild", "--check").code == 0


@pytest.mark.usefixtures("stopped")
def test_a_demo_that_was_interrupted_is_made_anew(
    naungan: Naungan, settings: Settings, demos: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(demo_office, "_catch_up", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert naungan("run").code == 1
    assert naungan("doctor").code == 1
    assert naungan("run").code == 0
    assert len(demos) == 2
    assert naungan("doctor").code == 0


@pytest.mark.usefixtures("stopped")
@pytest.mark.sqlite_only(reason="on PostgreSQL nothing is made aside")
@pytest.mark.parametrize("is_cut_off", [False, True])
def test_sealed_files_of_a_demo_come_to_their_place_also_when_a_start_was_cut_off_before(
    naungan: Naungan, settings: Settings, demos: list[UUID], monkeypatch: pytest.MonkeyPatch, is_cut_off: bool
) -> None:
    add, file_id = demo_office.add_demo, new_id()

    def with_a_file(runtime: Runtime, unit_id: UUID, progress: Callable[[int, int], None]) -> list[Login]:
        runtime.files.write(file_id, [b"sealed"])
        return add(runtime, unit_id, progress)

    monkeypatch.setattr(demo_office, "add_demo", with_a_file)
    if is_cut_off:
        with monkeypatch.context() as patch:
            patch.setattr(demo_office, "_bring_files", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            assert naungan("run").code == 1
    assert naungan("run").code == 0
    assert (len(demos), {path.name for path in settings.data_dir.iterdir()} - {"naungan.db"}) == (
        1,
        {"keyring.json", "demo-logins.json", "files"},
    )
    assert FileStore(settings.data_dir / FOLDER, b"").path(file_id).read_bytes() == b"sealed"


@pytest.mark.usefixtures("stopped")
@pytest.mark.sqlite_only(reason="on PostgreSQL nothing is made aside")
def test_a_demo_is_not_made_beside_files_of_another_office(
    naungan: Naungan, settings: Settings, demos: list[UUID]
) -> None:
    left = settings.data_dir / FOLDER
    left.mkdir(parents=True)
    (left / "office").write_text("another")
    said = naungan("run")
    assert (said.code, demos) == (1, [])
    assert "files of another office" in said.err
    assert (left / "office").read_text() == "another"


@pytest.mark.usefixtures("stopped")
def test_a_real_office_is_never_made_a_demo(naungan: Naungan, office: Settings, demos: list[UUID]) -> None:
    said = naungan("run")
    assert said.code == 0
    assert "naungan init --new-token" in said.out
    assert demos == []


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
    script = "import sys, app.factory; sys.exit('app.jobs.scheduler' in sys.modules or 'apscheduler' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", script], cwd=SCRIPT.parents[1], check=False, env=os.environ).returncode
        == 0
    )
