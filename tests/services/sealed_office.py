"""An invented office for the tests of vault, audit, index and keys: a keyring, an office key, an empty chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.audit import chain
from app.audit.models import AuditEntry
from app.db.session import read_session, write_session
from app.domain.access import Actor, system
from app.security import keyring
from app.security.keystore import KeyStore
from app.security.models import Deployment
from app.security.sections import Purpose, Section
from app.security.structs.case import Chronology
from app.security.vault import ActGrant, Crypt, Grant, Place, Vault
from app.work import Runtime, Work

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
ACTOR: Actor = system("test")


def make_runtime(engine: Engine, *steps: Callable[[Work], None]) -> Runtime:
    """A runtime over a database that has just been set up."""
    crypt = Crypt(keyring.create(NOW), uuid4())
    with write_session(engine) as session:
        chain.start(session)
        KeyStore(crypt.keyring, crypt.cache, session).create(Purpose.OFFICE, crypt.office_id, NOW)
        session.add(deployment_row(crypt))
        session.commit()
    return Runtime(engine, crypt, lambda: NOW, chain.append, steps)


def deployment_row(crypt: Crypt) -> Deployment:
    """The row that names the deployment of these keys."""
    return Deployment(
        id=1,
        deployment_id=crypt.keyring.deployment,
        keyring_fingerprint=crypt.keyring.fingerprint(),
        office_id=crypt.office_id,
        is_demo=False,
        setup_token_hash=None,
        created_at=NOW,
    )


def second_process(runtime: Runtime) -> Runtime:
    """The same office as another process sees it: same keyring and database, an empty key cache."""
    crypt = Crypt(runtime.crypt.keyring, runtime.crypt.office_id)
    return Runtime(runtime.engine, crypt, runtime.now, runtime.append, runtime.before_commit)


def make_case(runtime: Runtime, words: str = "kata-kata") -> tuple[Place, bytes]:
    """A case with a key and one sealed chronology."""
    case_id = uuid4()
    place = Place(Section.CHRONOLOGY, case_id, case_id)
    with runtime.begin(ACTOR) as work:
        work.vault.new_case_key(case_id, NOW)
        blob = work.vault.seal(place, Chronology(text=words))
        work.touched(case_id, "case:created")
    return place, blob


def events(engine: Engine) -> list[AuditEntry]:
    """The whole chain, oldest first."""
    with read_session(engine) as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


def count(session: Session, table: type) -> int:
    """Rows of a table."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def case_ids(entry: AuditEntry) -> set[UUID]:
    """The cases an event names."""
    return {UUID(text) for text in entry.cases.split()}


@contextmanager
def vault(runtime: Runtime, grant: Grant | None = None) -> Iterator[Vault]:
    """A vault outside any act, for what acts cannot show."""
    with write_session(runtime.engine) as session:
        yield Vault(runtime.crypt, session, grant or ActGrant())
