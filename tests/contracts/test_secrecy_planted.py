"""The planted-name test (issue 2; security 6 #23, #51, #58, #68): after a working day nothing secret stands anywhere in the clear.

The day goes through the real pages and commands, on a database in files. What was opened in it stands in the log; then every byte that
was written is searched: database files with their logs, the technical log, the folder for temporary files, the backup, addresses and
titles.
"""

from __future__ import annotations

import re
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from flask import Blueprint
from sqlalchemy import Engine, select, text

from app.accounts import services
from app.commands.main import main
from app.db.base import Base, new_id
from app.domain.access import Capability, system
from app.domain.codes import ALL_LISTS, code_list
from app.logs import configure_logging
from app.notifications import calendars, digests
from app.security.models import KeyExport
from app.web import runtime
from app.web.guard import requires
from app.work import Opening
from tests import mail_server, postgres, referral_office
from tests import notice_office as notes
from tests.conftest import create_schema
from tests.contracts import openings, working_day
from tests.contracts.planting import Plant, scan, scan_bytes
from tests.contracts.test_schema_in_the_clear import LIST
from tests.contracts.working_day import SECRETS, Day
from tests.exchange import packages
from tests.factories import Office, make_office

PLANTS = working_day.plants()
SEGMENT = re.compile("[0-9A-F]{24}")
WORD = re.compile(rb"[A-Z][A-Z0-9_]{5,}")
OPEN_LISTS = frozenset({"risk", "stage", "referral_status", "incoming_status"})
"""Lists whose codes may stand in the clear (design 2)."""

broken = Blueprint("broken", __name__)


@broken.get("/broken")
@requires(Capability.CASE_READ)
def breaks() -> str:
    """A page that fails with a secret in its hands, as a fault of ours would."""
    with runtime.reading(lambda work: Opening("page:opened")) as work:
        work.session.execute(text("SELECT :words FROM no_such_table"), {"words": SECRETS["client name"]})
    return ""


@broken.get("/broken/own")
@requires(Capability.CASE_READ)
def breaks_by_itself() -> str:
    """A page that raises with a secret in the exception."""
    words = SECRETS["chronology"]
    raise ValueError(f"cannot read {words}")


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own; on PostgreSQL in a server of its own, for other tests write to the shared one's logs."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("template"), tmp_path / "naungan.db")
        yield f"sqlite:///{tmp_path / 'naungan.db'}"
        return
    server = postgres.Server()
    try:
        with postgres.database(server.url, postgres.make_template(server.url, create_schema)) as url:
            yield url
    finally:
        server.stop()


@pytest.fixture
def office(database_url: str, tmp_path: Path, private: Path) -> Iterator[Office]:
    made = make_office(database_url, tmp_path, blueprints=(*referral_office.pages(), broken))
    made.app.config["PROPAGATE_EXCEPTIONS"] = False
    configure_logging("info", tmp_path / "naungan.log")
    yield made
    made.runtime.engine.dispose()


@pytest.fixture
def commands(office: Office, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`naungan` on this office, with its log in the same file."""
    monkeypatch.setenv("NAUNGAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("NAUNGAN_LOG_FILE", str(tmp_path / "naungan.log"))

    def call(*arguments: object) -> int:
        monkeypatch.setattr(sys, "stdin", StringIO(""))
        return main([str(argument) for argument in arguments])

    return call


def package(folder: Path) -> Path:
    """An exchange folder with planted names; it is the office's own paper and lies outside what is searched."""
    s = SECRETS
    sheets = packages.one_case(
        cases={
            "summary": s["imported summary"],
            "channel": "CH_SURAT",
            "incident_area": working_day.AREA,
            "place": "PL_LPK",
        },
        victims={
            "name": s["imported name"],
            "nik": s["imported nik"],
            "phone": s["imported phone"],
            "violence": "VK_EKSPLOITASI",
            "residence_area": working_day.AREA,
        },
    )
    sheets["reporters"] = [{"case_ref": "K1", "name": s["imported reporter"], "phone": s["reporter phone"]}]
    sheets["services"] = [
        {
            "case_ref": "K1",
            "victim_ref": "V1",
            "date": "2025-03-12",
            "service": "SV_PEMULANGAN",
            "agency": s["imported provider"],
            "fund": "FD_MITRA",
        }
    ]
    return packages.write(folder, sheets)


def plant_staff(office: Office) -> None:
    """An account whose address is secret."""
    with office.work() as work:
        services.create_user(
            work,
            email=SECRETS["staff address"],
            name="Pegawai Contoh",
            role_codes=("DATA",),
            unit_id=office.unit_id,
            password_hash=None,
        )


def verified_keys(office: Office) -> None:
    """A copy of the keys was read back: backups are allowed."""
    with office.work() as work:
        ring = office.runtime.crypt.keyring
        row = KeyExport(id=new_id(), fingerprint=ring.fingerprint(), exported_at=work.now, verified_at=work.now)
        work.session.add(row)
        work.recorded("key:verified", row.id)


def spend_the_day(office: Office, commands: Callable[..., int], tmp_path: Path, outside: Path) -> Day:
    """Pages, then faults, then commands."""
    plant_staff(office)
    day = working_day.work(office, tmp_path)
    desk = day.desk(day.worker)
    desk.get("/broken", 500)
    desk.get("/broken/own", 500)
    verified_keys(office)
    assert commands("import", package(outside / "package"), "--unit", "63.03") == 0
    assert commands("search", "--as", day.worker.email, "--name", SECRETS["searched name"]) == 0
    assert commands("recap", "--month", "2026-05", "--unit", "63.03", "--json") == 0
    assert commands("clocks", "sweep") == 0
    assert commands("facts", "rebuild", "--check") == 0
    assert commands("backup", tmp_path / "office.backup") == 0
    return day


def weeks_later(office: Office, day: Day) -> list[bytes]:
    """What leaves the office in the weeks after that: every mail the server took, and the calendar of somebody who sees the whole unit."""
    with mail_server.running() as (inbox, port):
        notes.with_mail(office, port, "https://naungan.contoh.go.id")
        for days in (1, 7, 60):
            office.clock.pass_by(days=days)
            notes.sweep(office)
            notes.again(office)
            digests.make_due(office.runtime, office.clock())
            office.clock.pass_by(hours=12)  # past anybody's quiet hours
            notes.send(office)
    with office.work(day.boss.actor) as work:
        token = calendars.subscribe(work)
    with office.runtime.looking(system("calendar")) as work:
        calendar = calendars.as_text(calendars.feed(work, token), work.now)
    assert len(inbox.raw) > 3
    assert "VEVENT" in calendar
    return [*(raw for _to, raw in inbox.raw), calendar.encode()]


def log_position(engine: Engine) -> str:
    """The segment of the write-ahead log that is being written, where the server keeps one for all its databases."""
    if engine.dialect.name == "sqlite":
        return ""
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT pg_walfile_name(pg_current_wal_lsn())")))


def files_of(engine: Engine, since: str) -> list[Path]:
    """The database's files: the file with its logs, or its folder, the log segments written since, and what the server says."""
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        return [
            each
            for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm"))
            if each.exists()
        ]
    connection = postgres.administrator(engine.url.render_as_string(hide_password=False))
    connection.execute(text("CHECKPOINT"))
    data = Path(str(connection.scalar(text("SHOW data_directory"))))
    oid = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    last = connection.scalar(text("SELECT pg_walfile_name(pg_current_wal_lsn())"))
    segments = [
        path for path in (data / "pg_wal").iterdir() if SEGMENT.fullmatch(path.name) and since <= path.name <= last
    ]
    return [data / "base" / str(oid), *segments, data / "log"]


def unpacked(archive: Path, folder: Path) -> Path:
    """What a backup holds."""
    with tarfile.open(archive, "r:") as tar:
        tar.extractall(folder, filter="data")
    return folder


def test_after_a_working_day_every_opening_is_in_the_log_and_nothing_planted_is_found_anywhere(
    office: Office,
    commands: Callable[..., int],
    private: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capfd: pytest.CaptureFixture[str],
) -> None:
    since = log_position(office.runtime.engine)
    outside = tmp_path_factory.mktemp("outside")
    with openings.watching(office.runtime.engine.url.render_as_string(hide_password=False)) as watch:
        day = spend_the_day(office, commands, tmp_path, outside)
        sent = weeks_later(office, day)
        openings.assert_all_named(watch, office.runtime.crypt.office_id)
    shown = "\n".join(day.shown)
    seen = (
        "client name",
        "chronology",
        "reporter name",
        "reported nik",
        "unsaved text",
        "risk words",
        "document title",
        "code word",
        "shelter place",
        "note nickname corrected",
        "note help",
        "note advice",
    )
    assert all(SECRETS[what] in shown for what in seen)
    log = tmp_path / "naungan.log"
    assert "request.failed" in log.read_text()

    backup = unpacked(tmp_path / "office.backup", outside / "unpacked")
    files = tmp_path / "files"
    assert sum(path.is_file() for path in files.rglob("*")) > 5  # what was sent lies there
    searched = [*files_of(office.runtime.engine, since), log, private, backup, tmp_path / "office.backup", files]
    hits = scan(searched, PLANTS)
    hits += scan_bytes("\n".join(day.addresses).encode(), aggregates_name_codes(PLANTS), "addresses")
    hits += scan_bytes(b"\n".join(sent), PLANTS, "mail and calendar")
    hits += scan_bytes("\n".join(day.titles).encode(), PLANTS, "titles")
    hits += scan_bytes("".join(capfd.readouterr()).encode(), aggregates_name_codes(PLANTS), "output")
    assert hits == []
    assert codes_found(files_of(office.runtime.engine, since) + [log, backup]) == set()
    assert misshapen(office.runtime.engine) == []
    assert [title for title in day.titles if re.search(r"[0-9]{4}|PPA/", title)] == []
    assert list(private.iterdir()) == []


def aggregates_name_codes(plants: list[Plant]) -> list[Plant]:
    """A recap prints codes, and a filter of a list names one in its address; neither names a case."""
    return [plant for plant in plants if not plant.what.startswith("code ")]


def codes_found(paths: list[Path]) -> set[str]:
    """Codes of any list that stand in these files as such; those of open lists may."""
    files = [path for root in paths for path in ([root] if root.is_file() else root.rglob("*")) if path.is_file()]
    words = {word.decode() for path in files for word in WORD.findall(path.read_bytes())}
    open_codes = {code.code for name in OPEN_LISTS for code in code_list(name)}
    codes = {code.code for name in ALL_LISTS for code in code_list(name)} - open_codes
    return {code for code in codes if ("_" in code or len(code) > 7) and any(code in word for word in words)}


def misshapen(engine: Engine) -> list[str]:
    """Texts in the clear that are not of the shape the list gives their column."""
    found = []
    with engine.connect() as connection:
        for name, shape in LIST["texts"].items():
            table, column = name.split(".")
            values = connection.scalars(select(Base.metadata.tables[table].columns[column]).distinct())
            found += [f"{name}: {value!r}" for value in values if value is not None and not re.fullmatch(shape, value)]
    return found


def test_the_search_sees_what_is_written_in_the_clear(office: Office, tmp_path: Path) -> None:
    """The same search over the same files is red as soon as one word stands in them."""
    secret, since = Plant("scratch", "Sukmawatibumi Larasatinegara"), log_position(office.runtime.engine)
    assert scan(files_of(office.runtime.engine, since), [secret]) == []
    with office.runtime.engine.begin() as connection:
        connection.execute(text("CREATE TABLE scratch (words VARCHAR)"))
        connection.execute(text("INSERT INTO scratch VALUES (:words)"), {"words": secret.text})
    assert scan(files_of(office.runtime.engine, since), [secret]) != []
    with office.runtime.engine.begin() as connection:
        connection.execute(text("DELETE FROM scratch"))
        connection.execute(text("INSERT INTO scratch VALUES ('VK_SEKSUAL')"))
    assert codes_found(files_of(office.runtime.engine, since)) == {"VK_SEKSUAL"}
