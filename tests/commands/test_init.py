"""`naungan init`: once, whole, private; killed half-way it can be run again."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts import first_run
from app.accounts.models import Unit
from app.audit import chain
from app.commands import setup
from app.commands.setup import zone_of
from app.db import migrate
from app.domain.access import system
from app.domain.errors import Refused
from app.domain.zones import Zone
from app.reference import areas
from app.security import keyring
from config import Settings
from tests.commands.conftest import INIT, Naungan, opened

pytestmark = pytest.mark.usefixtures("english")


def test_an_office_is_private_and_at_the_head(naungan: Naungan, settings: Settings) -> None:
    said = naungan(*INIT, "--json")
    assert said.code == 0
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.keyring.stat().st_mode) == 0o600
    with opened(settings) as runtime:
        assert migrate.is_current(runtime.engine)
        with runtime.looking(system("test")) as work:
            unit = work.session.scalars(select(Unit)).one()
            assert (unit.area_code, unit.zone, unit.register_prefix) == ("63.03", "WITA", "6303")
            assert chain.verify(work.session).ok
            first_run.check_token(work, said.json["setup_token"])


def test_a_unit_may_choose_zone_and_prefix(naungan: Naungan, settings: Settings) -> None:
    assert naungan(*INIT, "--zone", "WIB", "--register-prefix", "BJR").code == 0
    with opened(settings) as runtime, runtime.looking(system("test")) as work:
        unit = work.session.scalars(select(Unit)).one()
        assert (unit.zone, unit.register_prefix) == ("WIB", "BJR")


def test_a_second_time_changes_nothing(naungan: Naungan, office: Settings) -> None:
    before = office.keyring.read_bytes()
    said = naungan(*INIT)
    assert (said.code, said.out) == (1, "")
    assert "--new-token" in said.err
    assert office.keyring.read_bytes() == before


def test_a_lost_token_can_be_replaced_until_there_is_an_account(naungan: Naungan, office: Settings) -> None:
    token = naungan("init", "--new-token", "--json").json["setup_token"]
    with opened(office) as runtime, runtime.looking(system("test")) as work:
        first_run.check_token(work, token)
    assert naungan("users", "create", "a@contoh.go.id", "--name", "A", "--roles", "DATA").code == 0
    assert naungan("init", "--new-token").code == 1
    assert "--new-token" not in naungan(*INIT).err


def test_an_administrator_made_on_the_machine_closes_setup(naungan: Naungan, office: Settings) -> None:
    assert naungan("users", "create", "a@contoh.go.id", "--name", "A", "--roles", "ADMIN").code == 0
    with opened(office) as runtime, runtime.looking(system("test")) as work:
        assert not first_run.is_open(work)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (setup.keyring, "save"),
        (setup.migrate, "upgrade"),
        (setup.services, "create_unit"),
        (setup.first_run, "issue_token"),
    ],
    ids=["keys", "schema", "unit", "token"],
)
def test_stopped_half_way_it_completes_when_run_again(
    naungan: Naungan, settings: Settings, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    def stopped(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, name, stopped)
        assert naungan(*INIT).code == 1
    kept = settings.keyring.read_bytes() if settings.keyring.exists() else None
    assert naungan(*INIT).code == 0
    assert kept in {None, settings.keyring.read_bytes()}
    with opened(settings) as runtime, runtime.looking(system("test")) as work:
        assert work.session.scalars(select(Unit)).one()
        assert chain.verify(work.session).ok


def test_an_office_whose_keys_are_gone_gets_no_new_ones(naungan: Naungan, office: Settings) -> None:
    office.keyring.unlink()
    said = naungan(*INIT)
    assert said.code == 1
    assert "keyring" in said.err
    assert not office.keyring.exists()


@pytest.mark.sqlite_only("about the folder")
def test_two_at_once_are_one(naungan: Naungan, settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o700)
    descriptor = os.open(settings.data_dir, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    said = naungan(*INIT)
    os.close(descriptor)
    assert said.code == 1
    assert not settings.keyring.exists()


@pytest.mark.sqlite_only("about the folder")
def test_a_folder_others_use_is_left_alone(naungan: Naungan, settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o755)
    (settings.data_dir / "letter.txt").write_text("x")
    assert naungan(*INIT).code == 1
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o755


@pytest.mark.sqlite_only("nothing is made")
@pytest.mark.parametrize("area", ["63.99", "63.03.01", "x", "6303011001"])
def test_only_a_province_kabupaten_or_kota_has_a_unit(naungan: Naungan, settings: Settings, area: str) -> None:
    said = naungan("init", "--unit-area", area, "--unit-name", "X")
    assert (said.code, said.out) == (1, "")
    assert not settings.data_dir.exists()


@pytest.mark.sqlite_only("nothing is made")
@pytest.mark.parametrize("name", ["", "   "])
def test_a_unit_has_a_name(naungan: Naungan, settings: Settings, name: str) -> None:
    assert naungan("init", "--unit-area", "63.03", "--unit-name", name).code in {1, 2}
    assert not settings.data_dir.exists()


def test_every_province_has_one_zone() -> None:
    table = setup._zones()
    assert set(table) == {area.code for area in areas.children()}
    assert [zone_of(code) for code in ("31", "63.03", "91")] == [Zone.WIB, Zone.WITA, Zone.WIT]


@pytest.mark.sqlite_only("one is enough")
def test_it_works_as_a_process_and_leaves_no_secret_behind(
    process: Naungan, settings: Settings, tmp_path: Path
) -> None:
    said = process(*INIT, "--json")
    assert (said.code, said.err.count("Traceback")) == (0, 0)
    token = said.json["setup_token"].encode()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and token in path.read_bytes()]
    assert keyring.load(settings.keyring).generation == 1


@pytest.mark.sqlite_only("configuration")
def test_a_wrong_token_is_refused(office: Settings) -> None:
    with opened(office) as runtime, runtime.looking(system("test")) as work, pytest.raises(Refused):
        first_run.check_token(work, "wrong")
