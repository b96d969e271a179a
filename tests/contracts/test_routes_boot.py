"""The server refuses to start where going on would lose or show something (issue; security 6 #59, 10)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from app import boot
from app.boot import StartRefused
from app.db.engine import make_engine
from app.factory import create_app
from app.security import keyring
from tests.factories import START, Office, settings

pytestmark = pytest.mark.sqlite_only(reason="about the keyring and the schema, which are alike on both")


def start(office: Office, folder: Path | None = None) -> str:
    """The code with which starting is refused, or nothing."""
    try:
        create_app(settings(str(office.app.config["SQLALCHEMY_DATABASE_URI"]), folder or office.folder))
    except StartRefused as refusal:
        return refusal.code
    return ""


def test_a_sound_deployment_starts(office: Office) -> None:
    assert start(office) == ""


def _missing(path: Path) -> None:
    path.unlink()


def _readable(path: Path) -> None:
    path.chmod(0o640)


def _damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"root": "', b'"root": "A', 1))


def _no_json(path: Path) -> None:
    path.write_bytes(b"bukan kunci")


def _foreign(path: Path) -> None:
    keyring.save(path, keyring.create(START), overwrite=True)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_missing, "keyring.missing"),
        (_readable, "keyring.readable"),
        (_damaged, "keyring.damaged"),
        (_no_json, "keyring.damaged"),
        (_foreign, "keyring.foreign"),
    ],
)
def test_a_keyring_that_cannot_be_used_stops_the_start(
    office: Office, spoil: Callable[[Path], None], code: str
) -> None:
    spoil(office.folder / "keyring.json")
    assert start(office) == code


def test_a_copied_deployment_id_does_not_make_a_keyring_ours(office: Office) -> None:
    path = office.folder / "keyring.json"
    document = keyring.to_document(keyring.create(START))
    ours = keyring.load(path)
    stranger = keyring.from_document(document)
    forged = keyring.Keyring(ours.deployment, 1, stranger.keks, stranger.root, "2026-05-20T01:00:00+00:00")
    keyring.save(path, forged, overwrite=True)
    assert start(office) == "keyring.foreign"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)", ""),
        ("DELETE FROM audit_head", "audit.headless"),
        ("DELETE FROM deployment", "schema.missing"),
        ("DROP TABLE deployment", "schema.missing"),
    ],
)
def test_a_database_that_is_not_whole_stops_the_start(office: Office, statement: str, code: str) -> None:
    with office.runtime.engine.begin() as connection:
        connection.execute(text(statement))
    assert start(office) == code


def test_a_newer_schema_stops_the_start(office: Office) -> None:
    with office.runtime.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    assert start(office) == "schema.newer"


def test_an_empty_database_stops_the_start(tmp_path: Path) -> None:
    keyring.save(tmp_path / "keyring.json", keyring.create(START))
    with pytest.raises(StartRefused, match="naungan init"):
        create_app(settings(f"sqlite:///{tmp_path / 'kosong.db'}", tmp_path))


def test_a_folder_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    ring = keyring.create(START)
    engine = make_engine(f"sqlite:///{tmp_path}")  # a folder is no database
    with pytest.raises(StartRefused) as refusal:
        boot.check_database(engine, ring)
    assert refusal.value.code == "database.gone"


def test_every_reason_says_what_to_do_in_both_languages() -> None:
    for code, (indonesian, english) in boot.REASONS.items():
        assert indonesian != english, code
        assert indonesian.endswith("."), code
        assert english.endswith("."), code


def test_importing_the_rules_loads_no_web_server() -> None:
    script = "import sys, app.domain.access, app.domain.text; print(sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, check=True)
    assert done.stdout.strip() == "[]"
