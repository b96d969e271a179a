"""A real office as a process: `naungan init`, `naungan users create`, `naungan run` on a free port, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
SCRIPT: Final = ROOT / "scripts" / "naungan.py"
PASSWORD: Final = "payung biru di serambi"
PEOPLE: Final = {
    "rahma@contoh.invalid": ("Rahma Contoh", "PENERIMA"),
    "hasan@contoh.invalid": ("Hasan Contoh", "MANAJER"),
    "wati@contoh.invalid": ("Wati Contoh", "SUPERVISOR"),
    "adi@contoh.invalid": ("Adi Contoh", "ADMIN"),
}
"""The staff of the test office: e-mail, name, role."""
READY_WITHIN: Final = 90  # seconds; far more than a start takes on two busy cores


@dataclass(frozen=True)
class Premises:
    """Where an office keeps its things: a folder, and perhaps a PostgreSQL database."""

    folder: Path
    database_url: str = ""

    def environment(self, **more: str) -> dict[str, str]:
        """The process environment of its commands."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NAUNGAN_")}
        kept.pop("DATABASE_URL", None)
        named = {"NAUNGAN_DATA_DIR": str(self.folder), "NAUNGAN_LOCALE": "en", **more}
        return kept | named | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def naungan(self, *commands: Sequence[str], said: str = "") -> None:
        """Run commands one after the other in one process; fails with what they complained of. Each hears the same words."""
        done = subprocess.run(
            [sys.executable, "-c", _ONE_AFTER_THE_OTHER, json.dumps([commands, said])],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env=self.environment(),
            check=False,
        )
        assert done.returncode == 0, done.stderr


_ONE_AFTER_THE_OTHER: Final = """
import io, json, sys
from app.commands.main import main
commands, said = json.loads(sys.argv[1])
for command in commands:
    sys.stdin = io.StringIO(said)
    if code := main(command):
        sys.exit(code)
"""


def furnish(premises: Premises) -> Premises:
    """A new office with its staff and nothing else."""
    staff = [
        ("users", "create", email, "--name", name, "--roles", role, "--password-stdin")
        for email, (name, role) in PEOPLE.items()
    ]
    premises.naungan(
        ("init", "--unit-area", "63.03", "--unit-name", "UPTD PPA Uji", "--zone", "WITA"), *staff, said=PASSWORD
    )
    return premises


def copy(template: Premises, folder: Path) -> Premises:
    """The same office elsewhere. SQLite only, and nobody may be working in it."""
    shutil.copytree(template.folder, folder)
    return Premises(folder)


@dataclass
class Office:
    """A running office."""

    premises: Premises
    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Look into the database file, or spoil something in it, behind the program's back."""
        with sqlite3.connect(self.premises.folder / "naungan.db") as connection:
            found = connection.execute(statement, values).fetchall()
        connection.close()
        return found


@contextmanager
def running(premises: Premises, **more: str) -> Iterator[Office]:
    """Start `naungan run`, wait until it answers, stop it afterwards."""
    port = free_port()
    log = Path(tempfile.mkstemp(prefix="naungan-run-", suffix=".log")[1])
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), "run"],
            stdout=stream,
            stderr=stream,
            env=premises.environment(NAUNGAN_PORT=str(port), **more),
        )
    office = Office(premises, f"http://127.0.0.1:{port}", log, process)
    try:
        _wait(office)
        yield office
    finally:
        process.terminate()
        process.wait(READY_WITHIN)
        log.unlink()


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(office: Office) -> None:
    """Until the sign-in page is there. A process that ended says why."""
    for _attempt in range(READY_WITHIN * 5):
        assert office.process.poll() is None, office.log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"{office.url}/sign-in"):  # noqa: S310 - our own address
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise AssertionError(office.log.read_text(encoding="utf-8"))


def staff() -> Mapping[str, str]:
    """The e-mail of each role."""
    return {role: email for email, (_name, role) in PEOPLE.items()}
