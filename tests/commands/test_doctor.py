"""`naungan doctor` names what is wrong in plain words, and the server refuses to start where going on would lose or show something."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from sqlalchemy import make_url, select, text

from app.accounts.models import User
from app.clocks.models import JobRun
from app.commands.checks import database, keys, machine
from app.commands.checks.finding import State
from app.db.base import new_id
from app.db.engine import make_engine
from app.db.triggers import registry
from app.domain.access import system
from app.notifications.models import OutboxMail
from app.security import keyring
from config import Settings
from tests.commands.conftest import INIT, Naungan, Said, opened

pytestmark = pytest.mark.usefixtures("english")

NOW = datetime(2026, 5, 20, 4, tzinfo=UTC)
Break = Callable[[Settings, pytest.MonkeyPatch], None]


def states(said: Said) -> dict[str, str]:
    return {finding["code"]: finding["state"] for finding in said.json["findings"]}


def change(settings: Settings, *statements: str) -> None:
    """Somebody at the database, behind the program's back."""
    engine = make_engine(settings.database_url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def guards_off(settings: Settings) -> list[str]:
    on = "" if settings.database_url.startswith("sqlite") else " ON audit_events"
    return [f"DROP TRIGGER tr_audit_events_no_update{on}"]


def wrong_key(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    settings.keyring.unlink()
    keyring.save(settings.keyring, keyring.create(NOW))


def own_id_wrong_key(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    """The deployment id in the clear could have been copied; the keys could not."""
    ours, made = keyring.load(settings.keyring), keyring.create(NOW)
    forged = keyring.Keyring(ours.deployment, 1, made.keks, made.root, made.created_at)
    keyring.save(settings.keyring, forged, overwrite=True)


def readable(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    settings.keyring.chmod(0o640)


def missing(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    settings.keyring.unlink()


def damaged(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    settings.keyring.write_text(settings.keyring.read_text().replace('"generation": 1', '"generation": 2'))


def newer_schema(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    change(settings, "UPDATE alembic_version SET version_num = '9999'")


def no_schema(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    change(settings, "DROP TABLE deployment")


def no_head(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    change(settings, "DELETE FROM audit_head")


def full_disk(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(os, "statvfs", lambda _path: statvfs(free=1000))


def no_guard(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    change(settings, *guards_off(settings))


def edited_audit(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    change(settings, *guards_off(settings), "UPDATE audit_events SET purpose = 'other' WHERE seq = 1")


def open_folder(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    settings.data_dir.chmod(0o755)


def broken_library(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.setitem(keys.selftest._KNOWN, "sha-256", lambda: False)


def no_zones(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    def lost(_name: str) -> object:
        raise machine.ZoneInfoNotFoundError

    patch.setattr(machine, "ZoneInfo", lost)


def clock_back(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("app.commands.checkup.utc_now", lambda: datetime.now(UTC) - timedelta(hours=2))


def statvfs(free: int, whole: int = 1_000_000, inodes: int = 100) -> SimpleNamespace:
    return SimpleNamespace(f_bavail=free, f_blocks=whole, f_frsize=4096, f_files=1000, f_favail=inodes)


class Broken(NamedTuple):
    """What is broken, the code doctor gives it, a word of its sentence, whether the server still starts."""

    act: Break
    code: str
    words: str
    starts: bool


BROKEN = (
    Broken(wrong_key, "keyring.foreign", "does not belong", False),
    Broken(own_id_wrong_key, "keyring.foreign", "does not belong", False),
    Broken(readable, "keyring.readable", "chmod 600", False),
    Broken(missing, "keyring.missing", "key export", False),
    Broken(damaged, "keyring.damaged", "damaged", False),
    Broken(newer_schema, "schema.newer", "newer version", False),
    Broken(no_schema, "schema.missing", "naungan init", False),
    Broken(no_head, "audit.headless", "audit", False),
    Broken(full_disk, "disk.full", "disk", False),
    Broken(broken_library, "crypto.wrong", "encryption library", False),
    Broken(no_guard, "database.guards", "audit_events", True),
    Broken(edited_audit, "audit.broken", "event 1", True),
    Broken(open_folder, "folder.open", "chmod 700", True),
    Broken(no_zones, "zones.wrong", "time zone", True),
    Broken(clock_back, "clock.behind", "backwards", True),
)


def test_a_sound_office_has_nothing_to_put_right(naungan: Naungan, key_copy: Path) -> None:
    said = naungan("doctor", "--json")
    assert (said.code, said.json["ok"]) == (0, True)
    assert State.FAILED not in states(said).values()
    assert {"stolen.open", "stolen.sealed", "stolen.apart"} & states(said).keys()
    assert naungan("doctor").code == 0


def test_without_a_copy_of_the_keys_it_fails(naungan: Naungan, office: Settings) -> None:
    said = naungan("doctor")
    assert said.code == 1
    assert "naungan keys export" in said.out
    assert states(naungan("doctor", "--json"))["keys.not-exported"] == "failed"


def test_a_demo_office_may_do_without(naungan: Naungan, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAUNGAN_DEMO", "yes")
    assert naungan(*INIT).code == 0
    said = naungan("doctor", "--json")
    assert (said.code, states(said)["keys.not-exported"]) == (0, "warning")


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.act.__name__)
def test_what_is_broken_is_named_and_the_server_does_not_start_on_it(
    naungan: Naungan, office: Settings, monkeypatch: pytest.MonkeyPatch, broken: Broken
) -> None:
    started: list[object] = []
    monkeypatch.setattr("app.commands.run.create_app", lambda _settings: started.append(1))
    monkeypatch.setattr("app.commands.run.bind", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    broken.act(office, monkeypatch)
    said = naungan("doctor", "--json")
    assert said.code == 1
    found = next(finding for finding in said.json["findings"] if finding["code"] == broken.code)
    assert found["state"] == "failed"
    assert broken.words in f"{found['says']} {found['advice']}"
    assert said.err == ""
    said = naungan("run")
    assert said.code == 1
    assert (broken.words in said.err) is not broken.starts
    assert bool(started) is broken.starts


def test_a_setting_it_cannot_read_is_a_finding(naungan: Naungan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAUNGAN_PORT", "many")
    said = naungan("doctor", "--json")
    assert (said.code, states(said)) == (1, {"config": "failed"})


@pytest.mark.sqlite_only("about files")
def test_looking_makes_nothing(naungan: Naungan, settings: Settings) -> None:
    assert naungan("doctor").code == 1
    assert not settings.data_dir.exists()


@pytest.mark.sqlite_only("about files")
def test_a_damaged_file_is_named(naungan: Naungan, office: Settings) -> None:
    path = Path(str(make_url(office.database_url).database))
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        stream.write(os.urandom(60_000))
    said = naungan("doctor", "--json")
    assert said.code == 1
    assert {"database.damaged", "database.unavailable"} & states(said).keys()
    assert "Traceback" not in said.err


@pytest.mark.sqlite_only("PostgreSQL keeps no keys on disk")
def test_values_that_do_not_open_are_named_by_their_kind(naungan: Naungan, key_copy: Path, office: Settings) -> None:
    assert naungan("users", "create", "a@contoh.go.id", "--name", "A", "--roles", "DATA").code == 0
    change(office, "UPDATE users SET contact_sealed = zeroblob(90)")
    said = naungan("doctor", "--json")
    assert states(said)["sections.unreadable"] == "failed"
    assert "user.contact" in said.out


@pytest.mark.parametrize(
    ("free", "inodes", "state"),
    [(500_000, 100, "ok"), (90_000, 100, "warning"), (1000, 100, "failed"), (500_000, 0, "failed")],
)
@pytest.mark.sqlite_only("one is enough")
def test_room_on_the_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, inodes: int, state: str
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _path: statvfs(free, inodes=inodes))
    assert [finding.state for finding in machine.free_space(settings)] == [state]


@pytest.mark.parametrize(
    ("now", "newest", "state"),
    [
        (NOW, None, State.OK),
        (NOW, NOW + timedelta(minutes=4), State.OK),
        (NOW, NOW + timedelta(minutes=6), State.FAILED),
        (datetime(2001, 1, 1, tzinfo=UTC), None, State.FAILED),
    ],
)
def test_the_clock_does_not_go_backwards(now: datetime, newest: datetime | None, state: State) -> None:
    assert machine.clock(now, newest).state is state


@pytest.mark.sqlite_only("one is enough")
def test_what_a_thief_would_have_depends_on_where_the_keys_lie(
    office: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert keys.stolen(office).code in {"stolen.open", "stolen.sealed"}
    device = office.keyring.stat().st_dev
    mapper = tmp_path / "block" / f"{os.major(device)}:{os.minor(device)}" / "dm"
    mapper.mkdir(parents=True)
    (mapper / "uuid").write_text("CRYPT-LUKS2-0-x\n")
    monkeypatch.setattr(keys, "_DEVICES", tmp_path / "block")
    assert keys.stolen(office).code == "stolen.sealed"


@pytest.mark.sqlite_only("one is enough")
def test_keys_on_a_network_disk_are_pointed_out(
    office: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {office.data_dir} nfs4 rw 0 0\n")
    monkeypatch.setattr(machine, "MOUNTS", mounts)
    assert machine._file_system(office).code == "disk.network"


def test_every_guard_is_looked_for(office: Settings) -> None:
    engine = make_engine(office.database_url)
    for trigger in registry.of(["audit_events"]):
        on = "" if engine.dialect.name == "sqlite" else " ON audit_events"
        if engine.dialect.name == "sqlite" and not trigger.sqlite:
            continue
        with engine.connect() as connection:
            connection.execute(text(f"DROP TRIGGER {trigger.name}{on}"))
            assert trigger.name in database.guards(connection).says
            connection.rollback()
    engine.dispose()


def test_a_job_that_failed_or_stopped_running_is_named(naungan: Naungan, key_copy: Path, office: Settings) -> None:
    with opened(office) as runtime, runtime.begin(system("test")) as work:
        work.session.add(JobRun(job="tidy", due_at=NOW, claimed_at=NOW, finished_at=NOW, handled=None, failed=True))
    said = naungan("doctor", "--json")
    assert (said.code, states(said)["jobs.failed"]) == (1, "failed")
    assert states(said)["jobs.never"] == "warning"


@pytest.mark.sqlite_only("about settings and clear columns")
def test_it_says_whom_reminders_reach(
    naungan: Naungan, key_copy: Path, office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = states(naungan("doctor", "--json"))
    assert (found["mail.none"], found["answers.by-phone"]) == ("note", "note")
    monkeypatch.setenv("NAUNGAN_SMTP_HOST", "surat.contoh.go.id")
    monkeypatch.setenv("NAUNGAN_SMTP_FROM", "naungan@contoh.go.id")
    assert states(naungan("doctor", "--json"))["mail"] == "ok"
    assert naungan("users", "create", "a@contoh.go.id", "--name", "A", "--roles", "DATA").code == 0
    with opened(office) as runtime, runtime.begin(system("test")) as work:
        user_id = work.session.scalars(select(User.id)).one()
        given = {"user_id": user_id, "office_id": work.office, "attempts": 1, "message_sealed": b""}
        dead = OutboxMail(id=new_id(), created_at=NOW, state="dead", next_at=NOW, ended_at=NOW, failure="tls", **given)
        work.session.add(dead)
    assert states(naungan("doctor", "--json"))["mail.dead"] == "warning"
    with opened(office) as runtime, runtime.begin(system("test")) as work:
        work.session.add(OutboxMail(id=new_id(), created_at=NOW, state="waiting", next_at=NOW, **given))
    assert states(naungan("doctor", "--json"))["mail.waiting"] == "warning"


@pytest.mark.sqlite_only("one is enough")
def test_it_speaks_indonesian_first(naungan: Naungan, office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAUNGAN_LOCALE")
    wrong_key(office, monkeypatch)
    assert "Berkas kunci ini bukan milik basis data ini" in naungan("doctor").out


def test_the_answer_is_one_document(naungan: Naungan, office: Settings) -> None:
    said = naungan("doctor", "--json")
    assert json.loads(said.out)["ok"] is False
    assert said.err == ""
