"""Every opening of a sealed value while a test runs, and the law it must keep: it belongs to one event that names it (security 2.5, 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from app.audit.models import AuditEntry
from app.db.engine import make_engine
from app.db.session import read_session
from app.security.sections import REGISTRY, Secrecy
from app.security.vault import ActGrant, Grant, OwnPlace, Place, ReadGrant, Vault


@dataclass
class Opened:
    """One opening of a sealed value: under which context, what, and whether its event stood in the database by then."""

    grant: Grant
    section: str
    owner: UUID
    event_stood: bool


@dataclass
class Watch:
    """Every opening of a day."""

    engine: Engine
    seen: list[Opened] = field(default_factory=list)
    standing: set[int] = field(default_factory=set)
    files: list[tuple[Grant, UUID]] = field(default_factory=list)

    def note(self, vault: Vault, section: str, owner: UUID) -> None:
        """Note an opening; for a page, look from outside whether its event is committed."""
        stood = isinstance(vault.grant, ReadGrant) and self.stands(vault.grant.event_seq)
        self.seen.append(Opened(vault.grant, section, owner, stood))

    def stands(self, seq: int) -> bool:
        """Whether an event is committed; what was once, stays so."""
        if seq not in self.standing and self.event(seq) is not None:
            self.standing.add(seq)
        return seq in self.standing

    def event(self, seq: int) -> AuditEntry | None:
        """An event as another connection sees it."""
        with read_session(self.engine) as session:
            return session.get(AuditEntry, seq)

    def events(self) -> list[AuditEntry]:
        """The whole log."""
        with read_session(self.engine) as session:
            return list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


@contextmanager
def watching(database_url: str) -> Iterator[Watch]:
    """See every opening of the block; the log is read over a connection of its own."""
    engine = make_engine(database_url)
    watch = Watch(engine)
    open_section, open_ledger, open_file, open_own = Vault.open, Vault.open_ledger, Vault.open_file, Vault.open_own

    def opening(vault: Vault, place: Place, blob: bytes, kind: Any) -> Any:
        if REGISTRY[place.section].secrecy is not Secrecy.S2:
            watch.note(vault, place.section.value, place.owner)
        return open_section(vault, place, blob, kind)

    def opening_file(vault: Vault, place: Place, file_id: UUID, stream: Any) -> Any:
        watch.note(vault, place.section.value, place.owner)
        watch.files.append((vault.grant, place.row))
        return open_file(vault, place, file_id, stream)

    def opening_own(vault: Vault, place: OwnPlace, blob: bytes, kind: Any, reader: UUID | None) -> Any:
        watch.note(vault, place.section.value, place.owner)
        return open_own(vault, place, blob, kind, reader)

    def opening_ledger(vault: Vault, blob_id: UUID, blob: bytes) -> bytes:
        watch.note(vault, "ledger", blob_id)
        return open_ledger(vault, blob_id, blob)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Vault, "open", opening)
        patch.setattr(Vault, "open_ledger", opening_ledger)
        patch.setattr(Vault, "open_file", opening_file)
        patch.setattr(Vault, "open_own", opening_own)
        yield watch
    engine.dispose()


def covers(entry: AuditEntry, opened: Opened, office_id: UUID) -> bool:
    """Whether the event names the section, and the case whose key sealed it."""
    if opened.section == "ledger":  # counted records are covered by the event of the page that counts (design 4)
        return True
    named = opened.owner == office_id or str(opened.owner) in entry.cases.split()
    return named and opened.section in entry.sections.split()


def assert_all_named(watch: Watch, office_id: UUID) -> None:
    """Every opening of a page stood under a committed event that names its section and case; what an act opened stands on one event
    of its own; a file's event names the document."""
    entries = watch.events()
    by_number = {entry.seq: entry for entry in entries}
    pages = [opened for opened in watch.seen if isinstance(opened.grant, ReadGrant)]
    acts = [opened for opened in watch.seen if isinstance(opened.grant, ActGrant)]
    assert len(pages) + len(acts) == len(watch.seen)
    assert len(pages) > 100
    assert len(acts) > 100
    assert [opened for opened in pages if not opened.event_stood] == []
    astray = [o for o in pages if not covers(by_number[o.grant.event_seq], o, office_id)]  # type: ignore[attr-defined]
    assert astray == []
    for opened in acts:
        assert sum(1 for entry in entries if entry.sections and covers(entry, opened, office_id)) >= 1, opened.section
    assert acts_are_named_once(acts, entries, office_id) == []
    assert len(watch.files) >= 5
    for grant, document in watch.files:
        entry = by_number[grant.event_seq]  # type: ignore[attr-defined]
        assert str(document) in f"{entry.object_id} {entry.objects}".split()


def acts_are_named_once(acts: list[Opened], entries: list[AuditEntry], office_id: UUID) -> list[str]:
    """What an act opened stands on its first event alone: no other event of the same request names sections, and nothing is missing."""
    wrong = []
    requests = Counter(entry.request_id for entry in entries if entry.sections and entry.request_id)
    grants: dict[int, set[tuple[str, UUID]]] = {}
    for opened in acts:
        if opened.section != "ledger":
            grants.setdefault(id(opened.grant), set()).add((opened.section, opened.owner))
    named = [(set(e.sections.split()), set(e.cases.split()) | {str(office_id)}) for e in entries if e.sections]
    for wanted in grants.values():
        sections = {section for section, _ in wanted}
        owners = {str(owner) for _, owner in wanted}
        if not any(sections == given and owners <= cases for given, cases in named):
            wrong.append(f"{sorted(sections)}")
    return wrong + [f"{request}: {count} events" for request, count in requests.items() if count > 3]
