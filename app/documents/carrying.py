"""What the document room passes on when another unit takes a case over (*pelimpahan*): the newest version of each document, where that
was ticked.

A sealed file opens under its own id alone, so the copy is a file of its own: opened and sealed anew a chunk at a time, before the act that
takes the case over and outside any writing transaction; the act adds rows and keys. What it does not keep is taken away as after an upload.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases import transfers
from app.cases.models import Client
from app.cases.sealing import add_record
from app.cases.transfer_copy import SENSITIVE, Copied
from app.db.base import new_id
from app.documents import queries, services
from app.documents.keeping import Limits, Room, discard_unkept, keep_files
from app.documents.models import Document
from app.domain.access import Actor
from app.domain.codes import code_list
from app.domain.errors import NotFound, NotPermitted, Stale
from app.security.attachments import NewFile
from app.security.sections import Section
from app.security.structs import documents as structs
from app.security.structs.people import ClientProfile
from app.security.vault import etag
from app.work import Opening, Origin, Runtime, Work

PART: Final = "TB_DOKUMEN"
WHY: Final = "transfer"
_HEADS: Final = (Section.DOCUMENT, Section.CLIENT_PROFILE)
_WORDS: Final = (*_HEADS, Section.DOCUMENT_TEXT)
Chosen = Sequence[tuple[Document, structs.Document]]


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A document whose files were sealed anew: what stands in it, with the parts of the copy, and the key of each."""

    row: Document
    head: structs.Document
    text: structs.DocumentText
    files: tuple[NewFile, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Ready:
    """What was made ready, and how the file stood: the state of every document, and the clients who go along."""

    documents: Sequence[Sealed] = ()
    states: Mapping[UUID, str] = field(default_factory=dict)
    clients: frozenset[UUID] = frozenset()


NOTHING: Final = Ready()

# --- before the act --------------------------------------------------------------------------------------------------


@contextmanager
def prepared(runtime: Runtime, actor: Actor, origin: Origin, transfer_id: UUID, limits: Limits) -> Iterator[Ready]:
    """Seal anew what goes along with the case; what no act keeps by the end of the block is taken away.

    For whoever may answer the transfer; where it waits no more nothing is done, and the act says so. Each reading of the other unit's file
    is an event of its own; the last one names the documents whose words and files are opened. Refused where the office has no room for
    them, Stale where one changed meanwhile.
    """
    made: list[UUID] = []
    try:
        yield _Preparing(runtime, actor, origin, transfer_id).ready(limits, made)
    finally:
        discard_unkept(runtime, made)


@dataclass(frozen=True, slots=True)
class _Preparing:
    """The readings of the other unit's file before the act, each with no more open than it needs."""

    runtime: Runtime
    actor: Actor
    origin: Origin
    transfer_id: UUID

    def ready(self, limits: Limits, made: list[UUID]) -> Ready:
        """The copies. `made` is told the id of each file before it is written. Stale where the documents changed meanwhile."""
        parts = self.parts() if self.waits() else frozenset()
        if PART not in parts:
            return NOTHING
        chosen = self.chosen(parts)
        words = (*_WORDS, Section.DOCUMENT_GUARDED) if SENSITIVE in parts else _WORDS
        with self._reading(Event.TRANSFER_PREPARED, words, chosen) as work:
            case_id = self._case_id(work)
            clients = _still_helped(work, case_id)
            found = choose(work, case_id, parts, clients)
            if tuple(row.id for row, _head in found) != chosen:
                raise Stale("documents")
            _refuse_without_room(work, found, limits)
            documents = [_sealed_anew(work, row, head, made) for row, head in found]
            return Ready(documents, _states(work, case_id), clients)

    def waits(self) -> bool:
        """Whether there is anything to prepare: a form sent twice comes here again when the case was taken over."""
        with self.runtime.looking(self.actor, self.origin) as work:
            try:
                transfers.asked(work, self.transfer_id)
            except (NotFound, NotPermitted):
                return False
        return True

    def parts(self) -> frozenset[str]:
        """What goes along, by the letter."""
        with self._reading(Event.TRANSFER_OPENED, (Section.TRANSFER, Section.TRANSFER_TEXT)) as work:
            head, _text = transfers.read(work, transfers.asked(work, self.transfer_id))
        return frozenset(head.parts)

    def chosen(self, parts: Collection[str]) -> tuple[UUID, ...]:
        """The documents that go along, by their coded heads."""
        with self._reading(Event.TRANSFER_PREPARED, _HEADS) as work:
            case_id = self._case_id(work)
            return tuple(row.id for row, _head in choose(work, case_id, parts, _still_helped(work, case_id)))

    def _case_id(self, work: Work) -> UUID:
        return transfers.asked(work, self.transfer_id).case_id

    @contextmanager
    def _reading(self, event: Event, sections: tuple[Section, ...], documents: tuple[UUID, ...] = ()) -> Iterator[Work]:
        def plan(work: Work) -> Opening:
            return Opening(event, (self._case_id(work),), sections, self.transfer_id, WHY, documents)

        with self.runtime.reading(self.actor, plan, self.origin) as work:
            yield work


def choose(work: Work, case_id: UUID, parts: Collection[str], clients: Container[UUID]) -> Chosen:
    """The documents that go along with these parts and clients, the newest version of each."""
    found = [(row, services.read(work, row)) for row in queries.of_case(work, case_id)]
    return [(row, head) for row, head in found if _goes(head, parts, clients)]


def _goes(head: structs.Document, parts: Collection[str], clients: Container[UUID]) -> bool:
    """Not papers of a consent, which was given to the first unit; those of a restricted kind only with the sensitive data."""
    if head.consent_id is not None or code_list("document_kind").get(head.kind).truth("of_consent"):
        return False
    if head.client_id is not None and head.client_id not in clients:
        return False
    return SENSITIVE in parts or not services.is_restricted(head.kind)


def _still_helped(work: Work, case_id: UUID) -> frozenset[UUID]:
    rows = case_queries.records(work.session, Client, [case_id])
    profiles = [
        (row.id, work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)) for row in rows
    ]
    return frozenset(client_id for client_id, profile in profiles if profile.ended_on is None)


def _states(work: Work, case_id: UUID) -> Mapping[UUID, str]:
    """The state of every document of the case, by the ciphertext."""
    return {row.id: etag(*services.blobs(row)) for row in queries.of_case(work, case_id)}


def _refuse_without_room(work: Work, found: Chosen, limits: Limits) -> None:
    """The case made of them holds nothing yet; office and disk hold what they hold."""
    files = work.runtime.files
    room = Room(0, limits.case, files.total(), limits.office, files.free())
    room.refuse(sum(part.size for _row, head in found for part in head.parts))


def _sealed_anew(work: Work, row: Document, head: structs.Document, made: list[UUID]) -> Sealed:
    """The files of a document under keys of their own. No more than a chunk of a file is held, and none of it is written unsealed."""
    files, parts = [], []
    for part in head.parts:
        file = work.runtime.crypt.new_file(new_id())
        made.append(file.id)
        with work.runtime.files.read(part.file_id) as stream:
            pieces = work.vault.open_file(row.place(services.section_of(head)), part.file_id, stream)
            work.runtime.files.write(file.id, file.sealed(pieces))
        files.append(file)
        parts.append(msgspec.structs.replace(part, file_id=file.id))
    head = msgspec.structs.replace(head, parts=tuple(parts))
    return Sealed(row, head, services.read_text(work, row, head), tuple(files))


# --- in the act ------------------------------------------------------------------------------------------------------


def carry(work: Work, source_id: UUID, copied: Copied, ready: Ready) -> None:
    """Pass on what was made ready, opening nothing. Stale where documents or clients are not what they were then."""
    queries.hold(work, source_id)
    clients = {row.id for row in case_queries.records(work.session, Client, [source_id])} & copied.ids.keys()
    if _states(work, source_id) != ready.states or clients != ready.clients:
        raise Stale("documents")
    made = [(_copy(work, each, copied), each.files) for each in ready.documents]
    work.session.flush()  # files refer to the rows
    for row, files in made:
        keep_files(work, row, files)


def _copy(work: Work, sealed: Sealed, copied: Copied) -> Document:
    """The first version there: older ones stay. What it belongs to goes with it where that goes along."""
    row, head = sealed.row, sealed.head
    head = msgspec.structs.replace(
        head,
        client_id=copied.ids[head.client_id] if head.client_id is not None else None,
        referral_id=copied.ids.get(head.referral_id) if head.referral_id is not None else None,
        legal_step_id=copied.ids.get(head.legal_step_id) if head.legal_step_id is not None else None,
    )
    row_id = new_id()
    clear = {"id": row_id, "series_id": row_id, "position": 1, "is_removed": False}
    written = {"created_at": row.created_at, "created_by": row.created_by}
    return add_record(work, Document, copied.case.id, services.sealed(head, sealed.text), **clear, **written)
