"""The demo office of a first start: made aside and put in place whole, so that an interrupted start begins again from nothing.

Everybody in it is invented. Its accounts have a password made for this office, kept beside the data so that each start can print it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Engine, event, select

from app.accounts.models import Unit, User
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.backup.archive import sync_folder
from app.cases import contacts
from app.cases.indexing import write_index
from app.cases.models import Case
from app.clocks import sweeping
from app.commands.context import is_there, make_runtime, note, operator, progress
from app.commands.refusals import Declined
from app.commands.setup import FirstUnit, is_set_up, set_up
from app.commands.words import gettext as _
from app.db.engine import make_engine, normal_url
from app.db.files import private_dir
from app.db.session import read_session
from app.demo import numbers
from app.demo.office import Login, add_demo
from app.domain.zones import Zone
from app.notifications import telling
from app.reports.ledger import rewrite
from app.security.filestore import FOLDER
from app.security.models import Deployment
from app.work import Runtime, Work
from config import Settings

UNIT: Final = FirstUnit("63.03", "UPTD PPA Contoh", Zone.WITA)
_LOGINS: Final = "demo-logins.json"
_ASIDE: Final = ".demo-in-the-making"
_BATCH: Final = 50


class Standing(NamedTuple):
    """What a start needs to know of the office."""

    is_demo: bool
    has_people: bool
    demo_is_whole: bool


def standing(settings: Settings) -> Standing:
    """What stands in the database of an office that has been set up."""
    engine = make_engine(settings.database_url)
    try:
        with read_session(engine) as session:
            office = session.get(Deployment, 1)
            people = session.scalar(select(User.id).limit(1)) is not None
            added = session.scalar(select(AuditEntry.seq).where(AuditEntry.event == Event.DEMO_ADDED).limit(1))
            return Standing(office is not None and office.is_demo, people, added is not None)
    finally:
        engine.dispose()


def prepare(settings: Settings) -> None:
    """An empty database becomes a demo office. An office that stands is left alone, unless it is an unfilled demo."""
    if _is_set_up(settings):
        _bring_files(settings)
        state = standing(settings)
        if state.is_demo and not state.demo_is_whole:
            _fill_in_place(settings, state)
        return
    if normal_url(settings.database_url).get_backend_name() == "sqlite":
        _make_aside(settings)
        return
    set_up(settings, UNIT, demo=True)
    _fill(settings, settings.data_dir)


def _is_set_up(settings: Settings) -> bool:
    if not is_there(settings.database_url):
        return False
    engine = make_engine(settings.database_url)
    try:
        return is_set_up(engine)
    finally:
        engine.dispose()


def _fill_in_place(settings: Settings, state: Standing) -> None:
    if state.has_people:
        raise Declined(
            _("The demo office was not finished: its making was interrupted."),
            _("Empty the database (or set NAUNGAN_DATA_DIR to a new folder) and start again."),
        )
    _fill(settings, settings.data_dir)


def _make_aside(settings: Settings) -> None:
    """The database is made in a folder of its own and renamed into place, its sealed files after it; the keyring stands where it belongs
    from the start."""
    files = settings.data_dir / FOLDER
    if files.exists() and any(files.iterdir()):
        raise Declined(
            _("The folder %(folder)s holds files of another office.", folder=files),
            _("Set NAUNGAN_DATA_DIR to a new folder and start again."),
        )
    aside, final = settings.data_dir / _ASIDE, Path(str(normal_url(settings.database_url).database))
    private_dir(settings.data_dir)
    shutil.rmtree(aside, ignore_errors=True)
    making = replace(settings, data_dir=private_dir(aside), database_url=f"sqlite:///{aside / 'naungan.db'}")
    set_up(making, UNIT, demo=True)
    _fill(making, settings.data_dir, at_once=True)
    if not final.parent.exists():
        private_dir(final.parent)
    with (aside / "naungan.db").open("rb") as made:
        os.fsync(made.fileno())
    os.replace(aside / "naungan.db", final)
    sync_folder(final.parent)
    _bring_files(settings)


def _bring_files(settings: Settings) -> None:
    """What was made aside beside the database goes where it belongs; also where a start was interrupted between the two."""
    aside = settings.data_dir / _ASIDE
    if (aside / "naungan.db").exists() or not aside.exists():
        return
    if (aside / FOLDER).exists():
        os.replace(aside / FOLDER, settings.data_dir / FOLDER)
        sync_folder(settings.data_dir)
    shutil.rmtree(aside)


def _fill(settings: Settings, folder: Path, *, at_once: bool = False) -> None:
    """Add the people and cases, and keep the accounts in `folder`.

    `at_once`: clocks and ledger of the cases are made once at the end, not in every act: a third of the time. Only for a database
    nobody sees before it is whole.
    """
    note(_("Making the demo office: invented people and cases. This takes a minute …"))
    engine, runtime = make_runtime(settings)
    try:
        with read_session(engine) as session:
            unit_id: UUID = session.scalars(select(Unit.id)).one()
        with progress(_("Demo office")) as advance:
            if at_once:
                _do_not_wait(engine)
            told = replace(runtime, before_commit=(write_index, _count_contacts)) if at_once else runtime
            keep(folder, add_demo(told, unit_id, lambda done, total: advance(0, completed=done, total=total)))
            if at_once:
                _catch_up(runtime)
            numbers.settle(runtime, unit_id)
            # What is due is swept on the full hour (`watch_at`): a demo need not wait for that.
            sweeping.sweep(runtime, runtime.now() + timedelta(hours=1), telling.escalate)
    finally:
        engine.dispose()


def _do_not_wait(engine: Engine) -> None:
    """Thousands of acts need not each wait for the disk: what is made aside is on disk before it gets its name."""

    def relax(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    engine.dispose()
    event.listen(engine, "connect", relax)


def _count_contacts(work: Work) -> None:
    """Contacts hand themselves over to the ledger in their act; cases can be counted later."""
    if work.pending.get(contacts.STEP):
        rewrite(work)


def _catch_up(runtime: Runtime) -> None:
    """Clocks and ledger of every case, from what the cases hold."""
    with runtime.looking(operator()) as work:
        ids = work.session.scalars(select(Case.id).order_by(Case.received_at, Case.id)).all()
    for start in range(0, len(ids), _BATCH):
        with runtime.begin(operator()) as work:
            for case_id in ids[start : start + _BATCH]:
                work.count_again(case_id)
            work.recorded(Event.LEDGER_REBUILT)


def keep(folder: Path, logins: list[Login]) -> None:
    """Keep the demo accounts, in a private file, for the next start to print."""
    path = folder / _LOGINS
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump([asdict(login) for login in logins], stream, ensure_ascii=False, indent=1)


def kept(folder: Path) -> list[Login]:
    """The demo accounts as they were made; none where nobody kept them."""
    try:
        rows = json.loads((folder / _LOGINS).read_text(encoding="utf-8"))
        return [Login(**row) for row in rows]
    except (OSError, ValueError, TypeError):
        return []
