"""Appending to the audit chain and verifying it (security 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, class_mapper

from app.audit.models import AuditEntry, AuditHead
from app.db.base import Base, new_id
from app.db.session import failure_of
from app.domain.errors import Unavailable, Unreadable
from app.security.canonical import canonical
from app.security.primitives import digest, injective
from app.security.sections import Section
from app.security.structs.office import ClientAddress
from app.security.vault import Place
from app.work import AuditLine, Work

GENESIS: Final = bytes(32)
_DOMAIN: Final = b"ppa/audit/v1"
_ROW_DOMAIN: Final = b"ppa/audit/row/v1"
_VERIFY_BATCH: Final = 2000
_HEAD: Final = select(AuditHead).where(AuditHead.id == 1).with_for_update().execution_options(populate_existing=True)
"""The head read anew under its lock: a session may have seen an older one."""
_INSERT: Final = insert(AuditEntry)
_NAMES: Final = tuple(attribute.key for attribute in class_mapper(AuditEntry).column_attrs)

Entry = Mapping[str, Any]
"""One event by the names of its columns."""


def append(work: Work, lines: Sequence[AuditLine]) -> int:
    """Append events in the work's transaction, under the lock of the head row. Gives the number of the first one.

    Unavailable when the chain has no head or the event cannot be sealed or written: then nothing may be shown and nothing saved.
    """
    head = work.session.scalar(_HEAD)
    if head is None:
        raise Unavailable("audit chain without head")
    first, seq, last = head.seq + 1, head.seq, head.hash
    entries = []
    for line in lines:
        entries.append(_entry(work, line, seq := seq + 1, last))
        last = entries[-1]["hash"]
    head.seq, head.hash = seq, last
    _write(work.session, entries)
    return first


def _write(session: Session, entries: Sequence[Entry]) -> None:
    """In one statement, past the unit of work: an act may have hundreds. Only the head is pending besides: whatever refuses them,
    constraint, trigger or disk, closes the act."""
    try:
        session.flush()
        if entries:
            session.execute(_INSERT, entries)
    except DBAPIError as error:
        raise Unavailable(f"audit event not written: {failure_of(error) or 'refused'}") from None


def start(session: Session) -> None:
    """Make the head row of an empty chain (first-run setup)."""
    session.add(AuditHead(id=1, seq=0, hash=GENESIS))


def _entry(work: Work, line: AuditLine, seq: int, previous: bytes) -> Entry:
    event_id = new_id()
    entry: dict[str, Any] = dict(
        seq=seq,
        id=event_id,
        at=work.now,
        actor_id=work.actor.user_id,
        unit_id=work.actor.unit_id,
        actor_roles=work.actor.system or " ".join(work.actor.roles),
        session_hash=work.origin.session_hash,
        event=str(line.event),
        object_id=line.object_id,
        cases=" ".join(str(case) for case in line.cases),
        sections=" ".join(line.sections),
        objects=" ".join(str(each) for each in line.objects) or None,
        purpose=line.purpose,
        result=line.result,
        request_id=work.origin.request_id,
        address_sealed=_sealed_address(work, event_id),
        row_hash=row_hash(line.row) if line.row is not None else b"",
        prev_hash=previous,
        epoch=None,
        seal=None,
    )
    entry["hash"] = _hash(entry)
    return entry


def _sealed_address(work: Work, event_id: UUID) -> bytes:
    place = Place(Section.AUDIT_ADDRESS, event_id, work.office)
    try:
        return work.vault.seal(place, ClientAddress(address=work.origin.address))
    except Unreadable:
        raise Unavailable("audit event without key") from None


def row_hash(row: Base) -> bytes:
    """SHA-256 of a row's stored columns, sealed ones as ciphertext, so it still verifies after shredding.

    Columns are taken by name and empty ones are left out: a migration that adds or reorders columns leaves old hashes valid.
    """
    mapper = class_mapper(type(row))
    values = sorted((attribute.columns[0].name, getattr(row, attribute.key)) for attribute in mapper.column_attrs)
    items = [part for name, value in values if value is not None for part in (name.encode(), canonical(value))]
    return digest(injective(_ROW_DOMAIN, row.__tablename__.encode(), *items))


def entry_hash(entry: AuditEntry) -> bytes:
    """SHA-256 over the previous hash and the canonical body of an event."""
    return _hash({name: getattr(entry, name) for name in _NAMES})


def _hash(entry: Entry) -> bytes:
    return digest(_DOMAIN + entry["prev_hash"] + injective(*_body(entry)))


def _body(entry: Entry) -> list[bytes]:
    texts = (
        str(entry["seq"]),
        str(entry["id"]),
        entry["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        _id(entry["actor_id"]),
        _id(entry["unit_id"]),
        entry["actor_roles"],
        entry["event"],
        _id(entry["object_id"]),
        entry["cases"],
        entry["sections"],
        entry["purpose"],
        entry["result"],
        entry["request_id"],
    )
    body = [*(text.encode() for text in texts), entry["session_hash"], entry["address_sealed"], entry["row_hash"]]
    return (
        [*body, entry["objects"].encode()] if entry["objects"] else body
    )  # events written before there was the column stay valid


def _id(value: UUID | None) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: how many events stand, and the first bad one with the reason."""

    events: int
    bad_seq: int | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the chain is whole."""
        return self.bad_seq is None


def verify(session: Session) -> Verdict:
    """Walk the chain from its start: numbering, links, hashes, head. Names the first bad event.

    Truncation of the tail together with the head shows only against an outside checkpoint (security 4).
    """
    previous, expected = GENESIS, 1
    statement = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=_VERIFY_BATCH)
    with session.scalars(statement) as entries:  # leaving early must close the server's cursor
        for entry in entries:
            reason = _fault(entry, expected, previous)
            if reason:
                return Verdict(expected - 1, expected, reason)
            previous, expected = entry.hash, expected + 1
            session.expunge(entry)
    head = session.get(AuditHead, 1)
    if head is None or (head.seq, head.hash) != (expected - 1, previous):
        return Verdict(expected - 1, expected, "truncated")
    return Verdict(expected - 1)


def _fault(entry: AuditEntry, expected: int, previous: bytes) -> str:
    if entry.seq != expected:
        return "missing" if entry.seq > expected else "inserted"
    if entry.prev_hash != previous:
        return "link"
    return "" if entry_hash(entry) == entry.hash else "edited"
