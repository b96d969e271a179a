"""An invented office with a running web application, a clock that can be set, and people with roles.

The plainest valid thing; a test names only what matters to it. Rooms add their own `make_…` here or beside their tests, and
register sample objects for the permission matrix with `sample`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, select

from app.accounts import first_run, services, sessions
from app.accounts.models import User
from app.audit import chain
from app.audit.models import AuditEntry
from app.db.engine import make_engine
from app.db.session import read_session, write_session
from app.domain.access import Actor, person, system
from app.domain.zones import Zone
from app.factory import create_app
from app.logs import configure_logging
from app.security import keyring, passwords, tokens
from app.security.filestore import FOLDER, FileStore
from app.security.keystore import KeyStore
from app.security.models import Deployment
from app.security.sections import Purpose
from app.security.vault import Crypt
from app.steps import BEFORE_COMMIT
from app.web.runtime import runtime as runtime_of
from app.work import Runtime, Work
from config import Settings

START = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
PASSWORD = "kursi bambu warna tembaga"
OPERATOR: Actor = system("test")
_serial = itertools.count(1)


class Clock:
    """A wall clock under the test's control."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        """Let time pass: `minutes=14, seconds=59`."""
        self.at += timedelta(**span)


def settings(database_url: str, folder: Path, **changed: Any) -> Settings:
    """Settings as a desk has them."""
    given: dict[str, Any] = {
        "data_dir": folder,
        "database_url": database_url,
        "keyring": folder / "keyring.json",
        "host": "127.0.0.1",
        "port": 8000,
        "public_url": None,
        "trusted_proxies": (),
        "locale": "id",
        "demo": False,
        "quick_exit_url": "https://www.bmkg.go.id/",
        "threads": 4,
        "log_level": "error",
        "log_file": None,
    }
    return Settings(**(given | changed))


def set_up(engine: Engine, folder: Path, now: datetime = START) -> keyring.Keyring:
    """What `naungan init` leaves: keyring, deployment, office key, an empty chain."""
    ring = keyring.create(now)
    keyring.save(folder / "keyring.json", ring)
    crypt = Crypt(ring, uuid4())
    with write_session(engine) as session:
        chain.start(session)
        KeyStore(ring, crypt.cache, session).create(Purpose.OFFICE, crypt.office_id, now)
        session.add(
            Deployment(
                id=1,
                deployment_id=ring.deployment,
                keyring_fingerprint=ring.fingerprint(),
                office_id=crypt.office_id,
                is_demo=False,
                setup_token_hash=None,
                created_at=now,
            )
        )
        session.commit()
    return ring


@dataclass(frozen=True)
class Someone:
    """A person made for a test."""

    id: UUID
    unit_id: UUID
    email: str
    roles: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        """This person as services see it."""
        return person(self.id, self.unit_id, self.roles)


@dataclass
class Office:
    """A deployment with one unit and its clock; its web application is made when a test asks for a page."""

    clock: Clock
    runtime: Runtime
    unit_id: UUID
    other_unit_id: UUID
    folder: Path
    make_app: Callable[[], Flask]
    _hash: list[str] = field(default_factory=list)
    _act: Work | None = None

    @cached_property
    def app(self) -> Flask:
        """The pages. Where the office was made without them they are a second process in all but name: an engine and keys of their own."""
        return self.make_app()

    def close(self) -> None:
        """Let go of the database."""
        self.runtime.engine.dispose()
        if "app" in self.__dict__:
            runtime_of(self.app).engine.dispose()

    @contextmanager
    def work(self, actor: Actor = OPERATOR) -> Iterator[Work]:
        """A writing act."""
        if self._act is None:
            with self.runtime.begin(actor) as work:
                yield work
        else:
            yield self._act
            self._act.session.flush()

    @contextmanager
    def together(self, actor: Actor) -> Iterator[None]:
        """Everything of the block is one act of this person: for what only has to be there, since what follows an act (index, clocks,
        ledger) is most of its time."""
        with self.runtime.begin(actor) as work:
            self._act = work
            try:
                yield
            finally:
                self._act = None

    def somebody(
        self, *roles: str, unit_id: UUID | None = None, name: str = "Wulan Contoh", password: bool = True
    ) -> Someone:
        """A person with these roles, active, with PASSWORD."""
        email = f"orang{next(_serial)}@contoh.go.id"
        with self.work() as work:
            account = services.create_user(
                work,
                email=email,
                name=name,
                role_codes=roles,
                unit_id=unit_id or self.unit_id,
                password_hash=self.password_hash() if password else None,
            )
            user = account.user
        return Someone(user.id, user.unit_id, email, tuple(roles))

    def password_hash(self) -> str:
        """The hash of PASSWORD, made once."""
        if not self._hash:
            self._hash.append(passwords.hash_password(self.runtime.crypt, PASSWORD))
        return self._hash[0]

    def stranger(self, address: str = "127.0.0.1") -> FlaskClient:
        """A browser nobody signed in with."""
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return client

    def browser(self, who: Someone, address: str = "127.0.0.1") -> FlaskClient:
        """A browser in which this person is signed in, without the cost of a password."""
        client = self.stranger(address)
        token = tokens.new_token()
        with self.runtime.begin(sessions.NOBODY) as work:
            user = work.session.get(User, who.id)
            assert user is not None
            sessions.open_session(work, user, token)
        with client.session_transaction() as cookie:
            cookie["token"] = token
        return client

    def events(self) -> list[AuditEntry]:
        """The audit log, oldest first."""
        with read_session(self.runtime.engine) as session:
            return list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))

    def setup_token(self) -> str:
        """Open first-run setup."""
        with self.work() as work:
            return first_run.issue_token(work)


def make_office(
    database_url: str,
    folder: Path,
    clock: Clock | None = None,
    limits: dict[str, int] | None = None,
    pages: bool = True,
    **wiring: Any,
) -> Office:
    """An office over a database with the schema and no rows. `limits`: settings of sizes that differ from the usual ones. `pages`: with
    its web application from the start; making that takes longer than most tests of services."""
    clock = clock or Clock()
    folder.mkdir(exist_ok=True)
    configure_logging("error", strict=True)  # shown with a failing test
    engine = make_engine(database_url)
    ring = set_up(engine, folder, clock())

    def make_app() -> Flask:
        made = create_app(settings(database_url, folder, **(limits or {})), now=clock, **wiring)
        made.testing = False  # a fault must come out as the page people get
        made.jinja_env.bytecode_cache = _compiled_pages
        return made

    if pages:
        engine.dispose()
        app = make_app()
        held = runtime_of(app)
    else:
        held = _headless(engine, ring, clock, folder)
    with held.begin(OPERATOR) as work:
        unit = services.create_unit(work, area_code="63.03", name="UPTD PPA Contoh", zone=Zone.WITA)
        other = services.create_unit(work, area_code="63.04", name="UPTD PPA Tetangga", zone=Zone.WITA)
    made = Office(clock, held, unit.id, other.id, folder, make_app)
    if pages:
        made.__dict__["app"] = app
    return made


def _headless(engine: Engine, ring: keyring.Keyring, clock: Clock, folder: Path) -> Runtime:
    """What commands and jobs work with: the steps of every act, and no pages."""
    with read_session(engine) as session:
        office_id = session.get_one(Deployment, 1).office_id
    files = FileStore(folder / FOLDER, ring.deployment)
    return Runtime(engine, Crypt(ring, office_id), clock, chain.append, BEFORE_COMMIT, files)


class _CompiledPages(BytecodeCache):
    """Templates compiled once for all offices of a test process."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was compiled of the same source."""
        if kept := self.kept.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_compiled_pages = _CompiledPages()


def is_about_pages(request: pytest.FixtureRequest) -> bool:
    """Whether the test works with pages: those of services, commands and the exchange make acts alone."""
    return not {"services", "commands", "exchange"} & set(request.path.relative_to(Path(__file__).parent).parts)


@pytest.fixture
def office(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office of this test's own."""
    made = make_office(database_url, tmp_path, pages=is_about_pages(request))
    yield made
    made.close()


# --- talking to pages ------------------------------------------------------------------------------------------------


def hidden(page: bytes | str, name: str) -> str:
    """The value of a hidden field on a page; the first of that name."""
    text = page.decode() if isinstance(page, bytes) else page
    for tag in re.findall(r"<input[^>]*>", text):
        if f'name="{name}"' in tag:
            found = re.search(r'value="([^"]*)"', tag)
            return found.group(1) if found else ""
    raise AssertionError(f"no field {name}")


def fill(client: FlaskClient, page: str, **fields: Any) -> Any:
    """Open the page, fill in its form and send it to the form's own address."""
    return send(client, page, page, **fields)


def send(client: FlaskClient, page: str, address: str, **fields: Any) -> Any:
    """Open the page for its token and one-time id, then POST to `address`."""
    text = client.get(page).get_data(as_text=True)
    for name in ("csrf_token", "submit_id", "etag"):
        if f'name="{name}"' in text:
            fields.setdefault(name, hidden(text, name))
    return client.post(address, data=fields)


# --- sample objects for the permission matrix ------------------------------------------------------------------------


SampleMaker = Callable[[Office, UUID], UUID]
SAMPLES: dict[str, SampleMaker] = {}
"""For each URL parameter an object of a unit: made twice, once in the own unit and once in a foreign one."""


def sample(parameter: str) -> Callable[[SampleMaker], SampleMaker]:
    """Register how to make what a URL parameter names."""

    def register(maker: SampleMaker) -> SampleMaker:
        SAMPLES[parameter] = maker
        return maker

    return register


@sample("user_id")
def _user(office: Office, unit_id: UUID) -> UUID:
    return office.somebody("PENERIMA", unit_id=unit_id).id


@sample("unit_id")
def _unit(_office: Office, unit_id: UUID) -> UUID:
    return unit_id


@sample("session_id")
def _session(office: Office, unit_id: UUID) -> UUID:
    """Always somebody else's session: one's own are not a matter of units."""
    who = office.somebody("PENERIMA", unit_id=unit_id)
    with office.runtime.begin(sessions.NOBODY) as work:
        user = work.session.get(User, who.id)
        assert user is not None
        return sessions.open_session(work, user, tokens.new_token()).id
