"""What holds for every command: exit codes, plain lines, one JSON document, a fast overview (design 7)."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from sqlalchemy.exc import OperationalError

from app.backup.errors import BackupRefused
from app.commands import main as house
from app.commands.main import COMMANDS, main
from app.commands.refusals import BACKUP, lines_of
from app.domain.errors import Conflict, DomainError, NotFound, NotPermitted, Problem, Refused, Unavailable, Unreadable
from app.security.keyring import KeyringError
from tests.commands.conftest import ROOT, Naungan, Said

pytestmark = pytest.mark.usefixtures("english")


def test_the_overview_names_every_command_and_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom app.commands.main import main\nassert main(['--help']) == 0\n"
        "sys.exit(str({'sqlalchemy', 'flask', 'cryptography', 'numpy'} & sys.modules.keys() or 0))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) in {(0, ""), (1, "0\n")}
    for entry in COMMANDS:
        assert re.search(rf"^  {entry.name} ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_can_be_loaded_and_explains_itself(entry: house.Entry) -> None:
    found = importlib.import_module(entry.module).command
    assert isinstance(found, click.Command)
    assert found.help
    if isinstance(found, click.Group):
        assert all(child.help for child in found.commands.values())


@pytest.mark.sqlite_only("no database is touched")
@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["init", "--nonsense"], ["init"], ["keys", "verify"], ["keys", "verify", "x"]]
)
def test_bad_usage_is_two(naungan: Naungan, arguments: list[str]) -> None:
    said = naungan(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert said.err


@pytest.mark.sqlite_only("no database is touched")
@pytest.mark.parametrize(("locale", "words"), [("id", "tidak dikenal"), ("en", "is unknown")])
def test_a_wrong_setting_is_said_in_the_language_asked_for(
    naungan: Naungan, monkeypatch: pytest.MonkeyPatch, locale: str, words: str
) -> None:
    monkeypatch.setenv("NAUNGAN_LOCALE", locale)
    monkeypatch.setenv("NAUNGAN_PROT", "80")
    said = naungan("keys", "status")
    assert (said.code, said.out) == (1, "")
    assert words in said.err
    assert "NAUNGAN_PORT" in said.err


@pytest.mark.sqlite_only("no database is touched")
@pytest.mark.parametrize(
    "entry", [e.name for e in COMMANDS if e.name in {"run", "jobs", "doctor", "upgrade"}] + ["users list"]
)
def test_without_an_office_every_command_says_to_set_one_up(naungan: Naungan, settings: object, entry: str) -> None:
    said = naungan(*entry.split())
    assert said.code == 1
    assert "naungan init" in said.out + said.err
    assert "Traceback" not in said.err


def test_a_fault_is_a_plain_line_without_what_somebody_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def crash() -> None:
        raise ValueError("Siti Rahasia")

    monkeypatch.setattr(house.House, "get_command", lambda *_: crash)
    assert main(["init"]) == 1
    said = Said(1, *capsys.readouterr())
    assert "ValueError" in said.err
    assert "Siti" not in said.err
    assert "Traceback" not in said.err


def test_a_reader_who_leaves_early_gets_no_complaint(process: Naungan, office: object) -> None:
    script = f"{sys.executable} {ROOT / 'scripts' / 'naungan.py'} keys status | true"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(
    "error",
    [
        Refused(Problem("user.email", "email")),
        NotFound("user"),
        NotFound("anything"),
        NotPermitted("user:admin"),
        Conflict("accounts exist"),
        Unreadable("sealed value"),
        Unavailable("database: full"),
        KeyringError("keyring.readable"),
        KeyringError("export.unreadable"),
        BackupRefused("backup.damaged"),
        OSError(28, "No space left on device"),
        FileNotFoundError(2, "no", "x"),
        PermissionError(13, "no", "x"),
        OperationalError("SELECT 'Siti'", {}, Exception("Siti")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_refusal_has_a_sentence(error: Exception) -> None:
    lines = lines_of(error)
    assert lines
    assert all(line.strip() and "Siti" not in line and "%(" not in line for line in lines)


def test_every_reason_of_a_backup_has_a_sentence() -> None:
    sources = [path.read_text() for path in (ROOT / "app" / "backup").glob("*.py")]
    codes = {code for text in sources for code in re.findall(r'BackupRefused\((?:[^()"]*?)"([a-z.-]+)"', text)}
    assert codes
    assert codes <= BACKUP.keys()


def test_domain_errors_are_not_mistaken_for_faults() -> None:
    assert not any("DomainError" in line for line in lines_of(DomainError("x")))


def test_a_file_written_by_a_command_is_the_owners_alone(naungan: Naungan, key_copy: Path) -> None:
    assert key_copy.stat().st_mode & 0o077 == 0
