"""An erased file does not come back with an older backup (security 2.7, 10; security 1 "erased case returns with a restored backup")."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases.models import Case
from app.reports import rebuild
from app.reports import services as reports
from app.reports.counting.settings import Period
from app.retention import residue, writing
from app.retention.models import Erasure
from app.security.models import WrappedKey
from app.steps import utc_now
from config import Settings
from tests import case_factories as made
from tests import document_office, retention_office
from tests.commands.conftest import Naungan, opened
from tests.factories import OPERATOR, Clock, Office
from tests.retention_office import Keeping

pytestmark = pytest.mark.usefixtures("english")


@contextmanager
def at_work(settings: Settings) -> Iterator[Office]:
    """The office of the settings, as tests act in it."""
    with opened(settings) as runtime:
        clock = Clock(utc_now())
        with runtime.looking(OPERATOR) as work:
            unit = work.session.scalars(select(Unit)).one()
        yield Office(clock, dataclasses.replace(runtime, now=clock), unit.id, unit.id, settings.data_dir, _no_pages)


def _no_pages() -> Any:
    raise AssertionError("no pages here")


def totals(office: Office) -> Any:
    with office.runtime.looking(OPERATOR) as work:
        area = work.session.get_one(Unit, office.unit_id).area_code
    today = made.today(office)
    wish = reports.RecapWish(Period(today.replace(year=today.year - 9), today), today, area)
    with office.runtime.reading(OPERATOR, reports.recap_opening(wish)) as work:
        return reports.recap_document(work, wish)["totals"]


@pytest.fixture
def history(office: Settings, naungan: Naungan, key_copy: Path, tmp_path: Path) -> dict[str, Any]:
    """Two files and a document; a backup; then one file is erased, and another backup made."""
    assert key_copy.exists()
    with at_work(office) as here:
        keeping = retention_office.keep(here)
        gone, stays = keeping.case(), keeping.case()
        document_office.make_document(here, stays)
        files = document_office.files_on_disk(here)
        document_office.make_document(here, gone)
        keeping.wait()
        before = totals(here)
    old, new = tmp_path / "old.backup", tmp_path / "new.backup"
    assert naungan("backup", old).code == 0
    with at_work(office) as here:
        here.clock.pass_by(days=900)
        keeping = Keeping(here, here.somebody("SUPERVISOR"), here.somebody("KEPALA"))
        keeping.erase(gone)
        assert residue.settle(here.runtime)
    assert naungan("backup", new).code == 0
    return {"gone": gone, "stays": stays, "old": old, "new": new, "totals": before, "files": files}


def empty_again(office: Settings, *, with_list: bool) -> None:
    """The computer lost its data; the keys stand beside, with the list of what was erased or without it."""
    Path(str(office.database_url).removeprefix("sqlite:///")).unlink()
    for suffix in ("-wal", "-shm"):
        Path(str(office.database_url).removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)
    shutil.rmtree(office.data_dir / "files")
    if not with_list:
        writing.path_beside(office.keyring).unlink()


def assert_gone(office: Settings, history: dict[str, Any]) -> None:
    gone: UUID = history["gone"]
    with at_work(office) as here:
        with here.runtime.looking(OPERATOR) as work:
            assert work.session.get_one(Case, gone).status == "erased"
            assert work.session.get_one(Case, history["stays"]).status == "closed"
            assert work.session.scalars(select(Erasure.case_id)).all() == [gone]
            assert not work.session.scalars(select(WrappedKey.id).where(WrappedKey.object_id == gone)).all()
        here.clock.pass_by(days=900)
        assert totals(here) == history["totals"]
        assert rebuild.check(here.runtime, OPERATOR).differences == []
        assert sorted(document_office.files_on_disk(here)) == sorted(history["files"])


@pytest.mark.sqlite_only(reason="the steps of a restore are the same; the services are tested on both")
def test_the_list_beside_the_keys_erases_again_what_an_older_backup_brings(
    office: Settings, naungan: Naungan, history: dict[str, Any]
) -> None:
    empty_again(office, with_list=True)
    said = naungan("restore", history["old"], "--json")
    assert said.code == 0, said.err
    assert said.json["erased_again"] == 1
    assert_gone(office, history)
    doctor = naungan("doctor", "--json")
    codes = {check["code"] for check in doctor.json["findings"]}
    assert "erasures" in codes


@pytest.mark.sqlite_only(reason="the steps of a restore are the same; the services are tested on both")
def test_a_newer_backup_tells_what_was_erased_where_the_list_is_lost(
    office: Settings, naungan: Naungan, history: dict[str, Any]
) -> None:
    empty_again(office, with_list=False)
    said = naungan("restore", history["old"], "--newer", history["new"])
    assert said.code == 0, said.err
    assert "Erased again" in said.out
    assert_gone(office, history)
    assert [entry.case for entry in writing.read_file(writing.path_beside(office.keyring))] == [history["gone"]]


@pytest.mark.sqlite_only(reason="the steps of a restore are the same; the services are tested on both")
def test_a_line_nobody_with_the_keys_wrote_erases_nothing_and_stops_the_restore(
    office: Settings, naungan: Naungan, history: dict[str, Any]
) -> None:
    path = writing.path_beside(office.keyring)
    line = json.loads(path.read_text())
    line["case"], line["id"] = str(history["stays"]), str(history["stays"])
    path.write_text(path.read_text() + json.dumps(line) + "\n")
    empty_again(office, with_list=True)
    said = naungan("restore", history["old"])
    assert said.code == 1
    assert "erasures.jsonl" in said.err
    assert not Path(str(office.database_url).removeprefix("sqlite:///")).exists()
