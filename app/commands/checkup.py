"""All checks in the order a person should read them; each later one needs the earlier ones to hold (design 7 `doctor`)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine, func, select

from app import boot
from app.audit import chain
from app.audit.models import AuditEntry
from app.boot import StartRefused
from app.commands.checks import database, keys, machine, work
from app.commands.checks.finding import Finding, State, failed, ok
from app.commands.context import is_there
from app.commands.refusals import Declined
from app.commands.words import gettext as _
from app.db.discovery import load_models
from app.db.engine import make_engine
from app.db.session import read_session, translate_db_errors
from app.domain.errors import Unavailable
from app.retention import writing
from app.security.filestore import FOLDER, FileStore
from app.security.keyring import Keyring
from app.security.vault import Crypt
from app.steps import BEFORE_COMMIT, utc_now
from app.work import Outside, Runtime
from config import Settings


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything `doctor` looks at. What cannot be looked at because of an earlier fault is left out."""
    yield from machine.check(settings)
    finding, ring = keys.load(settings)
    yield finding
    load_models()
    if not is_there(settings.database_url):
        yield keys.refused(
            "schema.missing", _("If this office worked before: `naungan restore FILE` puts a backup back.")
        )
        return
    engine = make_engine(settings.database_url)
    try:
        with translate_db_errors():
            yield from _of_database(engine, ring, settings)
    except Unavailable as error:
        yield failed("database.unavailable", _("The database could not serve (%(why)s).", why=error), stops=True)
    finally:
        engine.dispose()


def _of_database(engine: Engine, ring: Keyring | None, settings: Settings) -> Iterator[Finding]:
    try:
        boot.check_schema(engine)
        office = boot.check_database(engine, ring) if ring is not None else None
    except StartRefused as error:
        yield keys.refused(error.code)
        return
    yield ok("schema", _("The database has the schema of this version."))
    if ring is None or office is None:
        return
    crypt = Crypt(ring, office.id)
    with read_session(engine) as session:
        yield from keys.check(session, crypt, settings, is_demo=office.is_demo)
        yield from database.check(engine, session)
        yield machine.clock(utc_now(), session.scalar(select(func.max(AuditEntry.at))))
    files = FileStore(settings.data_dir / FOLDER, ring.deployment)
    outside = Outside(settings.mail, settings.public_url)
    erasures = writing.path_beside(settings.keyring)
    yield from work.check(Runtime(engine, crypt, utc_now, chain.append, BEFORE_COMMIT, files, outside, erasures))


def refuse_unsafe_start(settings: Settings) -> None:
    """What the server looks at before it starts; Declined names everything that stops it."""
    found = [finding for finding in _essential(settings) if finding.state is State.FAILED and finding.stops]
    if found:
        lines = (f"{finding.says} {finding.advice}".rstrip() for finding in found)
        raise Declined(_("Naungan does not start: going on would lose or show something."), *lines)


def _essential(settings: Settings) -> Iterator[Finding]:
    """The quick part of the checks, which nothing writes for."""
    yield from machine.check(settings)
    load_models()
    ring = boot.load_keyring(settings.keyring)
    if not is_there(settings.database_url):
        raise StartRefused("schema.missing")
    engine = make_engine(settings.database_url)
    try:
        office = boot.check_database(engine, ring)
        yield from _vault(engine, Crypt(ring, office.id))
    finally:
        engine.dispose()


def _vault(engine: Engine, crypt: Crypt) -> Iterator[Finding]:
    with read_session(engine) as session:
        yield from keys.self_test(session, crypt)
        yield from database.settings(session.connection())
        yield database.guards(session.connection())
