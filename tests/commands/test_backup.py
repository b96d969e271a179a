"""Backup while the office works, restore only where nothing is, refusal of whatever is not whole (security 10)."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, LargeBinary, func, inspect, make_url, select, text, update

from app.accounts import services
from app.accounts.models import SignedInSession, User
from app.audit import chain
from app.audit.models import AuditEntry
from app.backup import archive, making
from app.backup.manifest import row_counts, table_names
from app.backup.samples import SEALED, open_samples
from app.cases.registration import register_case
from app.commands.users import unit_of
from app.db import migrate
from app.db.base import Base
from app.db.discovery import load_models
from app.db.engine import make_engine
from app.db.session import read_session
from app.domain.access import system
from app.domain.errors import Unavailable
from app.releases.models import OfficialReturn
from app.reports.models import Closing, LedgerBlob
from app.security import keyring
from app.security.sections import Section
from app.work import Runtime
from config import Settings
from tests import postgres
from tests.case_factories import NAMES, client, intake
from tests.commands.conftest import INIT, PASSPHRASE, Naungan, opened

pytestmark = pytest.mark.usefixtures("english")

OPERATOR = system("test")
NOW = datetime(2026, 5, 20, tzinfo=UTC)


@pytest.fixture
def backup(naungan: Naungan, key_copy: Path, tmp_path: Path) -> Path:
    """A backup of an office with one account."""
    said = naungan("users", "create", "siti@contoh.go.id", "--name", "Siti", "--roles", "DATA")
    assert said.code == 0
    file = tmp_path / "office.backup"
    assert naungan("backup", file).code == 0
    return file


@pytest.fixture
def elsewhere(
    database_kind: str,
    office: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[], Settings]]:
    """Another computer: an empty folder with the keys in place, an empty database."""
    opened_databases: list[tuple[str, str]] = []

    def move() -> Settings:
        folder = tmp_path / f"other-{len(opened_databases)}"
        folder.mkdir(mode=0o700)
        shutil.copy2(office.keyring, folder / "keyring.json")
        url = f"sqlite:///{folder / 'naungan.db'}"
        if database_kind == "postgresql":
            server = request.getfixturevalue("postgresql_url")
            url = postgres.create_database(server)
            opened_databases.append((server, url))
        monkeypatch.setenv("NAUNGAN_DATA_DIR", str(folder))
        monkeypatch.setenv("DATABASE_URL", url)
        return Settings(
            **{**_fields(office), "data_dir": folder, "keyring": folder / "keyring.json", "database_url": url}
        )

    yield move
    for server, url in opened_databases:
        postgres.drop_database(server, url)


def _fields(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


def is_empty(settings: Settings) -> bool:
    """Whether a refused restore left nothing: no tables, no file but the keyring."""
    files = {path.name for path in settings.data_dir.iterdir()}
    if settings.database_url.startswith("sqlite"):
        return files == {"keyring.json"}
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return not tables and files == {"keyring.json"}


def counts(settings: Settings) -> dict[str, int]:
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        found = row_counts(connection)
    engine.dispose()
    return found


# --- there and back --------------------------------------------------------------------------------------------------


def test_what_was_backed_up_comes_back_and_is_checked(
    naungan: Naungan, backup: Path, elsewhere: Callable[[], Settings]
) -> None:
    other = elsewhere()
    said = naungan("restore", backup, "--json")
    assert (said.code, said.err) == (0, "")
    assert said.json["audit"]["events"] == said.json["audit"]["seq"]
    assert said.json["sections_opened"] == 2
    back = counts(other)
    assert {name: back[name] for name in back if name not in {"audit_events"}} == {
        name: rows for name, rows in said.json["tables"].items() if name != "audit_events"
    }
    assert back["audit_events"] == said.json["tables"]["audit_events"] + 1
    people = naungan("users", "list", "--json").json["users"]
    assert [person["email"] for person in people] == ["siti@contoh.go.id"]
    assert naungan("doctor").code == 0
    assert naungan("audit", "verify").code == 0


def test_every_kind_of_sealed_value_of_a_case_is_opened_on_the_way_back(
    naungan: Naungan, key_copy: Path, office: Settings, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    with opened(office) as runtime, runtime.begin(OPERATOR) as work:
        register_case(work, intake(work, (client(),)), unit_of(work, ""))
    file = tmp_path / "x.backup"
    assert naungan("backup", file).code == 0
    for name in NAMES:
        assert name.encode() not in file.read_bytes()
    elsewhere()
    said = naungan("restore", file, "--json")
    assert said.code == 0, said.err
    assert said.json["sections_opened"] >= 11
    assert said.json["tables"]["cases"] == 1


def test_a_lost_computer_is_brought_back_from_file_and_copy_of_the_keys(
    naungan: Naungan, backup: Path, key_copy: Path, elsewhere: Callable[[], Settings]
) -> None:
    other = elsewhere()
    other.keyring.unlink()
    assert naungan("restore", backup).code == 1
    assert naungan("keys", "restore", key_copy, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    assert naungan("restore", backup).code == 0
    assert naungan("doctor").code == 0


def test_the_copy_is_of_one_moment_while_others_write(
    naungan: Naungan, key_copy: Path, office: Settings, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    """A writer goes on all the while; what comes back is a state that was: every account with its grant and its events."""
    stop, written = threading.Event(), threading.Event()

    def write(runtime: Runtime) -> None:
        number = 0
        while not stop.wait(0.05):  # people pause between two acts; a loop without a breath starves everybody else
            number += 1
            add_account(runtime, number)
            written.set()

    with opened(office) as runtime:
        writer = threading.Thread(target=write, args=(runtime,))
        writer.start()
        written.wait(20)
        files = [tmp_path / f"{turn}.backup" for turn in range(4)]
        made = [naungan("backup", file) for file in files]
        stop.set()
        writer.join()
    assert [said.code for said in made] == [0] * 4, made[0].err
    elsewhere()
    said = naungan("restore", files[-1], "--json")
    assert said.code == 0, said.err
    rows = said.json["tables"]
    assert rows["users"] == rows["role_grants"] > 1
    assert naungan("audit", "verify").code == 0


def add_account(runtime: Runtime, number: int) -> UUID:
    with runtime.begin(OPERATOR) as work:
        unit = unit_of(work, "")
        made = services.create_user(
            work, email=f"a{number}@contoh.go.id", name="A", role_codes=["DATA"], unit_id=unit.id
        )
        return made.user.id


@pytest.mark.sqlite_only("the pages of a file")
def test_a_copy_in_many_steps_does_not_see_what_is_written_meanwhile(
    naungan: Naungan, key_copy: Path, office: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.backup.sqlite_copy.PAGES", 5)
    with opened(office) as runtime:
        before = counts(office)["users"]
        steps: list[object] = []

        def advance(*_steps: object, **_changes: object) -> None:
            steps.append(add_account(runtime, len(steps)) if len(steps) < 3 else None)

        made = making.make(runtime, OPERATOR, tmp_path / "x.backup", "0", advance)
    assert len(steps) > 10
    assert made.manifest.tables["users"] == before
    assert counts(office)["users"] == before + 3


def test_whoever_was_signed_in_signs_in_again(
    naungan: Naungan, key_copy: Path, office: Settings, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    with opened(office) as runtime:
        user = add_account(runtime, 1)
        with runtime.begin(OPERATOR) as work:
            now = work.now
            row = {"token_hash": b"x" * 32, "user_id": user, "strength": "password", "created_at": now, "seen_at": now}
            work.session.add(SignedInSession(id=user, ended_at=None, **row))
    file = tmp_path / "x.backup"
    assert naungan("backup", file).code == 0
    other = elsewhere()
    assert naungan("restore", file).code == 0
    with opened(other) as runtime, read_session(runtime.engine) as session:
        assert session.scalars(select(SignedInSession.ended_at)).one() is not None


# --- what is not made ------------------------------------------------------------------------------------------------


def test_no_backup_without_a_copy_of_the_keys(naungan: Naungan, office: Settings, tmp_path: Path) -> None:
    said = naungan("backup", tmp_path / "x.backup")
    assert (said.code, said.out) == (1, "")
    assert "naungan keys export" in said.err
    assert not (tmp_path / "x.backup").exists()


def test_the_keys_are_not_in_it(backup: Path, office: Settings) -> None:
    ring, data = keyring.load(office.keyring), backup.read_bytes()
    for key in (ring.root, *(kek.key for kek in ring.keks)):
        assert key not in data
        assert key.hex().encode() not in data
    assert b"siti@contoh" not in data  # a colleague's name is clear, the address is not (design 2)


def test_it_is_private_and_tar_can_list_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    shown = archive.read_manifest(backup)
    assert shown.tables.keys() == set(table_names())
    assert shown.schema == migrate.head()


def test_an_existing_file_is_left_alone(naungan: Naungan, backup: Path) -> None:
    before = backup.read_bytes()
    assert naungan("backup", backup).code == 1
    assert backup.read_bytes() == before


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_behind(
    naungan: Naungan, key_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "drive"
    folder.mkdir()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.os, name, full)
    said = naungan("backup", folder / "x.backup")
    assert said.code == 1
    assert "Traceback" not in said.err
    assert list(folder.iterdir()) == []


def test_a_backup_waits_for_its_turn_to_be_noted_and_is_gone_when_it_never_comes(
    naungan: Naungan, key_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def busy(self: Runtime, *_arguments: object) -> None:
        tries.append(1)
        raise Unavailable("database: busy")

    file = tmp_path / "x.backup"
    monkeypatch.setattr(Runtime, "begin", busy)
    assert naungan("backup", file).code == 1
    assert (len(tries), file.exists()) == (making.TRIES, False)


def test_making_one_is_in_the_audit_log(backup: Path, office: Settings) -> None:
    with opened(office) as runtime, read_session(runtime.engine) as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
        assert (newest.event, newest.actor_roles) == ("backup:made", "naungan backup")


# --- what is not restored --------------------------------------------------------------------------------------------


def test_a_flipped_bit_anywhere_is_refused(naungan: Naungan, backup: Path, elsewhere: Callable[[], Settings]) -> None:
    other, data = elsewhere(), backup.read_bytes()
    places = [*range(0, len(data), max(1, len(data) // 24)), len(data) - 1, len(data) - 33, len(data) - 41]
    bad = backup.with_name("bad.backup")
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1
        bad.write_bytes(flipped)
        said = naungan("restore", bad)
        assert said.code == 1, place
        assert said.err.strip()
        assert "Traceback" not in said.err
    assert is_empty(other)


def test_a_cut_off_file_is_refused(naungan: Naungan, backup: Path, elsewhere: Callable[[], Settings]) -> None:
    other, data = elsewhere(), backup.read_bytes()
    bad = backup.with_name("bad.backup")
    for length in (0, 10, 600, len(data) // 2, len(data) - 40, len(data) - 1):
        bad.write_bytes(data[:length])
        assert naungan("restore", bad).code == 1
    assert is_empty(other)


def test_something_else_is_no_backup(naungan: Naungan, elsewhere: Callable[[], Settings], tmp_path: Path) -> None:
    elsewhere()
    letter = tmp_path / "letter"
    letter.write_bytes(os.urandom(5000))
    assert "not a backup" in naungan("restore", letter).err
    assert naungan("restore", tmp_path / "nothing").code == 1


def test_an_office_in_use_is_never_overwritten(naungan: Naungan, backup: Path, office: Settings) -> None:
    before = counts(office)
    assert naungan("restore", backup).code == 1
    assert counts(office) == before


def test_another_office_s_keys_are_refused(naungan: Naungan, backup: Path, elsewhere: Callable[[], Settings]) -> None:
    other = elsewhere()
    other.keyring.unlink()
    keyring.save(other.keyring, keyring.create(NOW))
    said = naungan("restore", backup)
    assert said.code == 1
    assert "another office" in said.err
    assert is_empty(other)


def test_own_id_with_other_keys_is_refused_after_the_fact_and_leaves_nothing(
    naungan: Naungan, backup: Path, elsewhere: Callable[[], Settings]
) -> None:
    """The deployment id is no secret: it is the data that must open."""
    other = elsewhere()
    ours, made = keyring.load(other.keyring), keyring.create(NOW)
    keyring.save(
        other.keyring, keyring.Keyring(ours.deployment, 1, made.keks, made.root, made.created_at), overwrite=True
    )
    other.keyring.with_suffix(".previous.json").unlink()
    assert naungan("restore", backup).code == 1
    assert is_empty(other)


FORGED = {
    "UPDATE audit_events SET purpose = 'other' WHERE seq = 2": "event 2",
    "DELETE FROM audit_events WHERE seq = 3": "event 3",
}


@pytest.mark.parametrize("statement", FORGED)
def test_a_backup_of_a_forged_past_is_refused(
    naungan: Naungan, key_copy: Path, office: Settings, elsewhere: Callable[[], Settings], statement: str
) -> None:
    engine = make_engine(office.database_url)
    forge(engine, statement)
    engine.dispose()
    file = key_copy.with_name("x.backup")
    assert naungan("backup", file).code == 0
    other = elsewhere()
    said = naungan("restore", file)
    assert said.code == 1
    assert FORGED[statement] in said.err
    assert is_empty(other)


def forge(engine: Engine, statement: str) -> None:
    on = "" if engine.dialect.name == "sqlite" else " ON audit_events"
    with engine.begin() as connection:
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER tr_audit_events_no_{act}{on}"))
        connection.execute(text(statement))


def test_values_that_do_not_open_are_refused(
    naungan: Naungan, backup: Path, office: Settings, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    engine = make_engine(office.database_url)
    with engine.begin() as connection:
        connection.execute(update(User).values(contact_sealed=os.urandom(120)))
    engine.dispose()
    file = tmp_path / "spoilt.backup"
    assert naungan("backup", file).code == 0
    other = elsewhere()
    said = naungan("restore", file)
    assert said.code == 1
    assert "user.contact" in said.err
    assert is_empty(other)


# --- samples ---------------------------------------------------------------------------------------------------------


def test_every_sealed_column_is_sampled() -> None:
    """A column that holds ciphertext and that no sample covers would be restored unseen."""
    sealed = {
        (table.name, column.name)
        for table in load_models().tables.values()
        for column in table.columns
        if column.name.endswith("_sealed") and isinstance(column.type, LargeBinary)
    }
    covered = {(model.__tablename__, column) for model, column in SEALED.values()}
    assert sealed - covered == {
        (LedgerBlob.__tablename__, "records_sealed"),
        (Closing.__tablename__, "tables_sealed"),
        (OfficialReturn.__tablename__, "copy_sealed"),
    }
    assert SEALED.keys() == set(Section)


def test_opening_samples_is_audited(office: Settings) -> None:
    with opened(office) as runtime:
        add_account(runtime, 1)
        with runtime.begin(OPERATOR) as work:
            open_samples(work)
            work.recorded("job:run", purpose="test")
        with read_session(runtime.engine) as session:
            newest = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
            assert "user.contact" in newest.sections
            assert chain.verify(session).ok


def test_parents_are_copied_before_their_children() -> None:
    order = {name: place for place, name in enumerate(table_names())}
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.column.table.name == table.name or order[key.column.table.name] < order[table.name]


@pytest.mark.sqlite_only("a file")
def test_an_upgrade_keeps_a_copy_of_what_was(
    naungan: Naungan, office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = migrate.head()
    assert naungan("upgrade", "--json").json == {"from": head, "to": head, "copy": None}
    monkeypatch.setattr("app.commands.upgrade.migrate.head", lambda: "9999")
    said = naungan("upgrade", "--json")
    copy = Path(said.json["copy"])
    assert copy.stat().st_mode & 0o777 == 0o600
    engine = make_engine(f"sqlite:///{copy}")
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(AuditEntry)) == 2
    engine.dispose()
    assert copy.parent == Path(str(make_url(office.database_url).database)).parent


@pytest.mark.sqlite_only("one is enough")
def test_the_whole_way_as_processes(
    process: Naungan, office: Settings, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    keys, file = tmp_path / "k", tmp_path / "b"
    assert process("keys", "export", keys, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    assert process("keys", "verify", keys, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    assert process("backup", file).code == 0
    elsewhere()
    said = process("restore", file)
    assert (said.code, said.err.count("Traceback")) == (0, 0)
    assert process("doctor").code == 0
    assert process(*INIT).code == 1
