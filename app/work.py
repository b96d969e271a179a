"""Work: everything one act is done with, and the two ways to open it (style "Work", design 6 "Transactions").

A writing act is one transaction: services change rows, `Work.finish` runs the registered steps in order (search index, clocks,
ledger) for the touched cases and appends the audit events last. A reading page is two: the permission check and its audit event are
committed first, then a snapshot is opened in which exactly the named sections open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.session import read_session, translate_db_errors, write_session
from app.domain.access import Actor
from app.domain.errors import NotFound, NotPermitted
from app.security.filestore import FileStore
from app.security.sections import Section
from app.security.vault import ActGrant, Closed, Crypt, Grant, ReadGrant, Vault


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act comes from: request id, hash of the session, network address. Empty for jobs and commands."""

    request_id: str = ""
    session_hash: bytes = b""
    address: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event to be appended: what happened, to which object, which cases and sections were opened or changed."""

    event: str
    object_id: UUID | None = None
    cases: tuple[UUID, ...] = ()
    sections: tuple[str, ...] = ()
    purpose: str = ""
    result: str = "ok"
    row: Base | None = None
    objects: tuple[UUID, ...] = ()  # what the event names besides `object_id`: the documents of a list


@dataclass(frozen=True, slots=True)
class Opening:
    """What a page will open, as found by its permission check: the audit line and the read grant are made from it."""

    event: str
    cases: tuple[UUID, ...] = ()
    sections: tuple[Section, ...] = ()
    object_id: UUID | None = None
    purpose: str = ""
    objects: tuple[UUID, ...] = ()  # rows whose files this page shows, besides `object_id`


@dataclass(frozen=True)
class Work:
    """The transaction, the keys, who, and when. Services are given one and never commit."""

    session: Session
    vault: Vault
    actor: Actor
    now: datetime
    origin: Origin
    runtime: Runtime
    pending: dict[str, list[object]] = field(
        default_factory=dict
    )  # what services hand to a step before commit, by step
    memo: dict[str, object] = field(default_factory=dict)  # what one step before commit read and the next one needs
    _cases: dict[UUID, None] = field(default_factory=dict)
    _lines: list[AuditLine] = field(default_factory=list)

    @property
    def office(self) -> UUID:
        """The owner id of everything sealed under the office key."""
        return self.vault.crypt.office_id

    @property
    def touched_cases(self) -> tuple[UUID, ...]:
        """Cases changed in this act, in the order they were first touched."""
        return tuple(self._cases)

    def touched(
        self, case_id: UUID, event: str, object_id: UUID | None = None, *, row: Base | None = None, purpose: str = ""
    ) -> None:
        """Note that the act changed this case. Index, clocks, ledger and audit follow from it before the commit."""
        self._cases[case_id] = None
        self._lines.append(AuditLine(event, object_id or case_id, (case_id,), purpose=purpose, row=row))

    def count_again(self, case_id: UUID) -> None:
        """Have the steps before commit look at a case again that the act changes without an event of its own."""
        self._cases[case_id] = None

    def hand_over(self, step: str, item: object) -> None:
        """Give a step before commit something to do (the search index takes names this way)."""
        self.pending.setdefault(step, []).append(item)

    def recorded(
        self,
        event: str,
        object_id: UUID | None = None,
        *,
        row: Base | None = None,
        purpose: str = "",
        cases: tuple[UUID, ...] = (),
    ) -> None:
        """Note an event that changes nothing index, clocks or ledger look at. `cases`: the files it stands in the history of."""
        self._lines.append(AuditLine(event, object_id, cases, purpose=purpose, row=row))

    @property
    def lines(self) -> tuple[AuditLine, ...]:
        """What happened in this act so far."""
        return tuple(self._lines)

    def finish(self) -> None:
        """Run the steps before commit and append the audit events, last of all."""
        self.session.flush()
        for step in self.runtime.before_commit:
            step(self)
            self.session.flush()
        self.runtime.append(self, _with_openings(self))
        self.session.flush()


class Postbox(Protocol):
    """The mail server of this office, as the configuration names it (`config.MailServer`)."""

    @property
    def host(self) -> str:
        """Its name or address."""

    @property
    def port(self) -> int:
        """Its port."""

    @property
    def tls(self) -> str:
        """How the line is kept private: starttls, tls, or none (this computer alone)."""

    @property
    def sender(self) -> str:
        """The address mail comes from."""

    @property
    def user(self) -> str:
        """Whose account it is; empty where none is asked for."""

    @property
    def password(self) -> str:
        """The password of the account."""

    @property
    def authorities(self) -> Path | None:
        """Certificates to trust instead of those of the system."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the office has beyond this computer: a mail server, an address under which people find it. Nothing by default."""

    postbox: Postbox | None = None
    public_url: str | None = None


class Append(Protocol):
    """Appends audit lines to the chain in the work's transaction; the first event's number comes back."""

    def __call__(self, work: Work, lines: Sequence[AuditLine]) -> int:
        """Append."""


@dataclass(frozen=True)
class Runtime:
    """What the process holds for every act: database, keys, the clock on the wall, steps before commit, the folder of files, and where
    erasures are noted beside the keys."""

    engine: Engine
    crypt: Crypt
    now: Callable[[], datetime]
    append: Append
    before_commit: tuple[Callable[[Work], None], ...] = ()
    folder: FileStore | None = None
    outside: Outside = Outside()
    erasures: Path | None = (
        None  # the file beside the keys that knows what was erased; none where this process has no keyring file
    )

    @property
    def files(self) -> FileStore:
        """Where sealed files lie. A fault of ours where this process was given no folder."""
        if self.folder is None:
            raise RuntimeError("no folder for files")
        return self.folder

    @contextmanager
    def begin(self, actor: Actor, origin: Origin = Origin()) -> Iterator[Work]:
        """A writing act: one transaction, committed once at the end. A refusal rolls back first and is then recorded."""
        try:
            with translate_db_errors(), write_session(self.engine) as session:
                work = self._work(session, ActGrant(), actor, origin)
                yield work
                work.finish()
                session.commit()
        except (NotPermitted, NotFound) as refusal:
            self._record_refusal(actor, origin, refusal)
            raise

    @contextmanager
    def reading(self, actor: Actor, plan: Callable[[Work], Opening], origin: Origin = Origin()) -> Iterator[Work]:
        """A page: `plan` checks permission on clear columns and names what will be opened; its event commits; then a snapshot."""
        try:
            with translate_db_errors(), write_session(self.engine) as session:
                check = self._work(session, Closed(), actor, origin)
                opening = plan(check)
                sequence = self.append(check, [_line(opening)])
                session.commit()
        except (NotPermitted, NotFound) as refusal:
            self._record_refusal(actor, origin, refusal)
            raise
        with self._snapshot(self._grant(sequence, opening), actor, origin) as work:
            yield work

    @contextmanager
    def reading_on(self, actor: Actor, sequence: int, opening: Opening, origin: Origin = Origin()) -> Iterator[Work]:
        """A snapshot under an event that was committed before: the pictures of a page that named them.

        The caller has found the event in the log and `opening` in it, and that it is this person's, of this session, and fresh.
        """
        with self._snapshot(self._grant(sequence, opening), actor, origin) as work:
            yield work

    def _grant(self, sequence: int, opening: Opening) -> ReadGrant:
        named = [*opening.objects, *([opening.object_id] if opening.object_id else [])]
        return ReadGrant(sequence, [*opening.cases, self.crypt.office_id], opening.sections, named)

    @contextmanager
    def looking(self, actor: Actor, origin: Origin = Origin()) -> Iterator[Work]:
        """A snapshot in which nothing sealed opens: for pages of clear columns and for looking up sessions."""
        with self._snapshot(Closed(), actor, origin) as work:
            yield work

    def record(self, actor: Actor, origin: Origin, line: AuditLine) -> None:
        """Append one event in its own transaction (sign-ins, refusals)."""
        with translate_db_errors(), write_session(self.engine) as session:
            self.append(self._work(session, Closed(), actor, origin), [line])
            session.commit()

    @contextmanager
    def _snapshot(self, grant: Grant, actor: Actor, origin: Origin) -> Iterator[Work]:
        with translate_db_errors(), read_session(self.engine) as session:
            yield self._work(session, grant, actor, origin)

    def _work(self, session: Session, grant: Grant, actor: Actor, origin: Origin) -> Work:
        return Work(session, Vault(self.crypt, session, grant), actor, self.now(), origin, self)

    def _record_refusal(self, actor: Actor, origin: Origin, refusal: NotPermitted | NotFound) -> None:
        result = "not-found" if isinstance(refusal, NotFound) else "denied"
        self.record(actor, origin, AuditLine("access:refused", purpose=str(refusal)[:60], result=result))


WITHOUT_EVENT: Final = "an act opened sections but recorded no event"


def _with_openings(work: Work) -> list[AuditLine]:
    """The act's lines, with what the act opened named on the first of them. Opening without an event is a fault."""
    grant = work.vault.grant
    opened = grant.opened if isinstance(grant, ActGrant) else set()
    if not work._lines:
        if opened:
            raise RuntimeError(WITHOUT_EVENT)
        return []
    first = work._lines[0]
    cases = tuple(dict.fromkeys([*first.cases, *sorted(owner for owner, _ in opened if owner != work.office)]))
    sections = tuple(sorted({section.value for _, section in opened}))
    named = replace(first, cases=cases, sections=sections)
    return [named, *work._lines[1:]]


def _line(opening: Opening) -> AuditLine:
    sections: Iterable[str] = (section.value for section in opening.sections)
    return AuditLine(
        opening.event,
        opening.object_id,
        opening.cases,
        tuple(sorted(sections)),
        opening.purpose,
        objects=opening.objects,
    )
