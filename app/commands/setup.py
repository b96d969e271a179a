"""Setting up an office: folder, keys, schema, and in one transaction everything the first run needs (design 7 `init`).

Killed at any point it can be run again: the folder and the keyring are kept, the schema is brought to the end, and the rows of the
office stand all together or not at all.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Engine, inspect, select

from app.accounts import first_run, services
from app.accounts.models import User
from app.audit import chain
from app.boot import StartRefused
from app.commands.context import make_runtime, note, operator, quiet_log
from app.commands.refusals import Declined
from app.commands.words import gettext as _
from app.db import migrate
from app.db.base import new_id
from app.db.discovery import load_models
from app.db.engine import Access, make_engine
from app.db.files import private_dir
from app.db.session import read_session
from app.domain.errors import NotFound
from app.domain.zones import Zone
from app.reference import areas
from app.security import keyring
from app.security.keyring import Keyring
from app.security.models import Deployment
from app.security.sections import Purpose
from app.security.vault import Crypt
from app.steps import BEFORE_COMMIT, utc_now
from app.work import Runtime, Work
from config import Settings

_UNIT_LEVELS: Final = (areas.Level.PROVINCE, areas.Level.KABUPATEN)


@dataclass(frozen=True, slots=True)
class FirstUnit:
    """The unit to be made: a checked area, a name, a zone, and the first part of its register numbers."""

    area_code: str
    name: str
    zone: Zone
    register_prefix: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class NewOffice:
    """What `init` made. It has no repr: the token opens the setup page."""

    unit_id: UUID
    token: str


def first_unit(area_code: str, name: str, zone: str = "", register_prefix: str = "") -> FirstUnit:
    """The unit as asked for: the area must be a province, kabupaten or kota; the zone is the province's where none is given."""
    try:
        area = areas.area(area_code)
    except NotFound:
        raise Declined(_("There is no province, kabupaten or kota with the code %(code)s.", code=area_code)) from None
    if area.level not in _UNIT_LEVELS:
        raise Declined(_("%(code)s (%(name)s) is a kecamatan or village.", code=area.code, name=area.name))
    if not name.strip():
        raise Declined(_("Give the unit's name with --unit-name."))
    return FirstUnit(area.code, name.strip(), Zone(zone) if zone else zone_of(area.code), register_prefix.strip())


def zone_of(area_code: str) -> Zone:
    """The time zone of an area's province (Keputusan Presiden 41/1987); WIB for a province the table does not hold."""
    return _zones().get(area_code[:2], Zone.WIB)


@cache
def _zones() -> dict[str, Zone]:
    text = resources.files("app.domain").joinpath("data", "areas", "zones.json").read_text(encoding="utf-8")
    table: dict[str, list[str]] = json.loads(text)["zones"]
    return {province: Zone(zone) for zone, provinces in table.items() for province in provinces}


def set_up(settings: Settings, unit: FirstUnit, *, demo: bool = False) -> NewOffice:
    """Make the office. Declined where one stands already, or where its keys are gone; StartRefused where going on is unsafe."""
    quiet_log(settings)
    load_models()
    _refuse_shared_folder(settings.data_dir)
    private_dir(settings.data_dir)
    with _alone(settings.data_dir):
        engine = make_engine(settings.database_url)
        try:
            _refuse_second(settings, engine)
            ring = _keys(settings.keyring)
            migrate.upgrade(engine)
            return _lay_rows(engine, ring, unit, demo=demo)
        finally:
            engine.dispose()


def _refuse_shared_folder(folder: Path) -> None:
    """Taking everybody's rights from a folder that others use would break their work, and their files would lie among ours."""
    if folder.is_dir() and folder.stat().st_mode & 0o077 and any(folder.iterdir()):
        raise Declined(
            _("%(folder)s holds other files and is open to other users.", folder=folder),
            _("Give the office a folder of its own: NAUNGAN_DATA_DIR."),
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One `init` at a time in a folder: two would each make keys, and only one keyring stays."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Declined(_("Another `naungan init` is at work in this folder. Wait for it to end.")) from None
    finally:
        os.close(descriptor)


def is_set_up(engine: Engine) -> bool:
    """Whether the database holds an office."""
    with engine.connect().execution_options(access=Access.READ) as connection:
        if not inspect(connection).has_table(Deployment.__tablename__):
            return False
    if migrate.is_newer(engine):
        raise StartRefused("schema.newer")
    with read_session(engine) as session:
        return session.scalar(select(Deployment.id)) is not None


def _refuse_second(settings: Settings, engine: Engine) -> None:
    if not is_set_up(engine):
        return
    if not settings.keyring.exists():
        raise StartRefused("keyring.missing")
    with read_session(engine) as session:
        has_people = session.scalar(select(User.id).limit(1)) is not None
    if has_people:
        raise Declined(_("This office has been set up already. Nothing was changed."))
    raise Declined(
        _("This office has been set up already. Nothing was changed."),
        _("No account exists yet: `naungan init --new-token` prints a new setup token."),
    )


def _keys(path: Path) -> Keyring:
    """A new keyring, or the one an interrupted `init` left. A keyring is never overwritten. KeyringError."""
    if path.exists() or path.is_symlink():
        note(_("Using the keys that are there already: %(file)s.", file=path))
        return keyring.load(path)
    made = keyring.create(utc_now())
    keyring.save(path, made)
    return made


def _lay_rows(engine: Engine, ring: Keyring, unit: FirstUnit, *, demo: bool) -> NewOffice:
    """Audit head, office key, deployment, unit and setup token: one act, so that an office stands whole or not at all."""
    runtime = Runtime(engine, Crypt(ring, new_id()), utc_now, chain.append, BEFORE_COMMIT)
    with runtime.begin(operator("naungan init")) as work:
        chain.start(work.session)
        work.vault.keys.create(Purpose.OFFICE, work.office, work.now)
        work.session.add(_deployment(work, ring, demo=demo))
        work.session.flush()
        made = services.create_unit(
            work, area_code=unit.area_code, name=unit.name, zone=unit.zone, register_prefix=unit.register_prefix
        )
        return NewOffice(made.id, first_run.issue_token(work))


def _deployment(work: Work, ring: Keyring, *, demo: bool) -> Deployment:
    return Deployment(
        id=1,
        deployment_id=ring.deployment,
        keyring_fingerprint=ring.fingerprint(),
        office_id=work.office,
        is_demo=demo,
        setup_token_hash=None,
        created_at=work.now,
    )


def new_token(settings: Settings) -> str:
    """A new setup token for an office without accounts; Conflict once there is one."""
    quiet_log(settings)
    engine, runtime = make_runtime(settings)
    try:
        with runtime.begin(operator()) as work:
            return first_run.issue_token(work)
    finally:
        engine.dispose()
