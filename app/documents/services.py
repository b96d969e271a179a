"""What is done with the documents of a case: kept, described anew, replaced by a newer version, removed. Files are sealed before (keeping)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import update

from app.audit.events import Event
from app.cases import families
from app.cases import queries as case_queries
from app.cases.acting import editable, fresh, known_codes, not_future, record_of, within
from app.cases.models import Case, CaseRecord, Client, Consent
from app.cases.sealing import Sealed, add_record, seal_into
from app.db.base import new_id
from app.documents import queries
from app.documents.keeping import Limits, Prepared, Room, destroy_files
from app.documents.models import Document, StoredFile
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotPermitted, Problem, Refused
from app.domain.stages import Status
from app.security.sections import Section
from app.security.structs import documents as structs
from app.work import Work

MOST_AT_ONCE: Final = 20
_OTHER_ROOMS: Final = {"referral_id": "referrals", "legal_step_id": "legal_steps"}
"""Records of rooms this one does not know, by the table they stand in."""


# --- reading ----------------------------------------------------------------------------------------------------------


def is_restricted(kind: str) -> bool:
    """Whether documents of this kind have readers of their own: psychology, restricted health papers."""
    return code_list("document_kind").get(kind).truth("restricted") is True


def read(work: Work, row: Document) -> structs.Document:
    """The coded head."""
    return work.vault.open(row.place(Section.DOCUMENT), row.head_sealed, structs.Document)


def section_of(head: structs.Document) -> Section:
    """The section in which the words of a document stand, and under which its files open."""
    return Section.DOCUMENT_GUARDED if is_restricted(head.kind) else Section.DOCUMENT_TEXT


def read_text(work: Work, row: Document, head: structs.Document) -> structs.DocumentText:
    """The words. NotOpened where the page's event does not cover them."""
    section = section_of(head)
    blob = row.guarded_sealed if section is Section.DOCUMENT_GUARDED else row.text_sealed
    return work.vault.open(row.place(section), blob, structs.DocumentText)


def room(work: Work, case_id: UUID, limits: Limits) -> Room:
    """How much the case and the office hold."""
    files = work.runtime.files
    used = files.sizes(queries.file_ids(work, case_id))
    return Room(used, limits.case, files.total(), limits.office, files.free())


# --- acts -------------------------------------------------------------------------------------------------------------


def keeper(work: Work, case_id: UUID) -> Case:
    """The case, when the actor may keep documents in it: what they hold is words, and words are the team's. A closed case takes new
    ones still: the signed form of the end, a paper of a contact after it, a verdict arrive when it is over. NotPermitted for others."""
    case = editable(work, case_id, closed_too=True)
    if not work.actor.system and not case_queries.is_on_team(work, case_id):
        raise NotPermitted("only the case team keeps documents")
    return case


def changer(work: Work, case_id: UUID) -> Case:
    """The case, when the actor may change the documents that lie in it. Refused for a closed one: they stay as they were when it ended."""
    case = keeper(work, case_id)
    if families.standing_of(work, case) == Status.CLOSED.value:
        raise Refused(Problem("document.case-closed"))
    return case


def add(
    work: Work,
    case_id: UUID,
    head: structs.Document,
    text: structs.DocumentText,
    arrived: Sequence[Prepared],
    limits: Limits,
) -> list[Document]:
    """Keep these files as documents of the case, each with the same head and words but its own name. Refused where room runs out."""
    case = keeper(work, case_id)
    families.refuse_merged(work, case)
    if not 0 < len(arrived) <= MOST_AT_ONCE:
        raise Refused(
            Problem("document.none" if not arrived else "document.many", "files", params={"limit": str(MOST_AT_ONCE)})
        )
    _check(work, case, head, text)
    _refuse_without_room(work, case_id, arrived, limits)
    return [_add_one(work, case, head, text, each) for each in arrived]


def _add_one(work: Work, case: Case, head: structs.Document, text: structs.DocumentText, arrived: Prepared) -> Document:
    row_id = new_id()
    row = _new_version(work, case, (row_id, row_id, 1), with_file(head, arrived), named(text, arrived))
    arrived.keep(work, row)
    work.touched(case.id, Event.DOCUMENT_ADDED, row.id, row=row)
    return row


def replace(
    work: Work, case_id: UUID, document_id: UUID, arrived: Prepared, limits: Limits, expected: str | None
) -> Document:
    """Keep a newer file of a document; the older version stays, with who keeps what."""
    case = changer(work, case_id)
    old = newest(work, case_id, document_id)
    fresh(expected, *blobs(old))
    head = read(work, old)
    may_read(work, old, head)
    _refuse_without_room(work, case_id, [arrived], limits)
    text = named(read_text(work, old, head), arrived)
    row = _new_version(work, case, (new_id(), old.series_id, old.position + 1), with_file(head, arrived), text)
    arrived.keep(work, row)
    work.touched(case.id, Event.DOCUMENT_REPLACED, row.id, row=row)
    return row


def change(
    work: Work,
    case_id: UUID,
    document_id: UUID,
    head: structs.Document,
    text: structs.DocumentText,
    expected: str | None,
) -> Document:
    """Describe the newest version anew: kind, day, whose it is, title, note. The file stays what it is.

    The kind decides who reads the document, so a new one is that of the older versions too.
    """
    case = changer(work, case_id)
    row = newest(work, case_id, document_id)
    fresh(expected, *blobs(row))
    old = read(work, row)
    may_read(work, row, old)
    _check(work, case, head, text)
    kept = msgspec.structs.replace(
        old, kind=head.kind, on=head.on, client_id=head.client_id, consent_id=head.consent_id
    )
    words = msgspec.structs.replace(read_text(work, row, old), title=text.title, note=text.note)
    seal_into(work, row, sealed(kept, words))
    work.touched(case.id, Event.DOCUMENT_CHANGED, row.id, row=row)
    for older in queries.versions(work, row)[1:]:
        _change_kind(work, older, head.kind)
    return row


def _change_kind(work: Work, row: Document, kind: str) -> None:
    head = read(work, row)
    if head.kind == kind:
        return
    seal_into(work, row, sealed(msgspec.structs.replace(head, kind=kind), read_text(work, row, head)))
    work.touched(row.case_id, Event.DOCUMENT_CHANGED, row.id, row=row)


def remove(work: Work, case_id: UUID, document_id: UUID, reason: str) -> None:
    """Remove a document with all its versions: rows and the reason stay, the keys of its files go, and with them what they hold.

    Refused without a reason.
    """
    case = changer(work, case_id)
    row = newest(work, case_id, document_id)
    head = read(work, row)
    may_read(work, row, head)
    if not reason.strip():
        raise Refused(Problem("required", "reason"))
    within(reason, "reason")
    words = msgspec.structs.replace(read_text(work, row, head), removal=reason)
    seal_into(work, row, sealed(head, words))
    rows = queries.versions(work, row)
    file_ids = queries.file_ids(work, case_id, [each.id for each in rows])
    for each in rows:
        each.is_removed = True
        work.touched(case.id, Event.DOCUMENT_REMOVED, each.id, row=each)
    destroy_files(work, file_ids)


def adopt(work: Work, case_id: UUID, head: structs.Document, text: structs.DocumentText) -> Document:
    """Make a document of files that waited in quarantine; `head` names them. The caller decided that they belong here. Conflict where
    they do not wait in this case any more."""
    case, row_id = work.session.get_one(Case, case_id), new_id()
    row = _new_version(work, case, (row_id, row_id, 1), head, text)
    ids = [part.file_id for part in head.parts]
    waiting = (StoredFile.id.in_(ids), StoredFile.case_id == case_id, StoredFile.document_id.is_(None))
    moved = work.session.execute(update(StoredFile).where(*waiting).values(document_id=row.id))
    if moved.rowcount != len(ids):  # type: ignore[attr-defined]
        raise Conflict("not in quarantine")
    work.touched(case.id, Event.DOCUMENT_ADDED, row.id, row=row)
    return row


# --- parts of acts ----------------------------------------------------------------------------------------------------


def newest(work: Work, case_id: UUID, document_id: UUID, *, lock: bool = True) -> Document:
    """The newest version, when it is the one asked for: an older or removed one is not changed any more (Conflict)."""
    row = queries.get(work, case_id, document_id, lock=lock)
    if row.is_removed or queries.versions(work, row)[0].id != row.id:
        raise Conflict("document has moved on")
    return row


def may_read(work: Work, row: Document, head: structs.Document) -> None:
    """NotPermitted for words of a restricted kind, but for those on its list and whoever keeps it."""
    if is_restricted(head.kind) and not is_on_list(work, row):
        raise NotPermitted("restricted document")


def is_on_list(work: Work, row: Document) -> bool:
    """Whether the actor reads restricted documents, or kept this one."""
    is_author = row.created_by is not None and row.created_by == work.actor.user_id
    return is_author or work.actor.may(Capability.SENSITIVE_READ)


def blobs(row: Document) -> tuple[bytes, ...]:
    """What a page of this document was made from, for its etag."""
    return (row.head_sealed, row.text_sealed, row.guarded_sealed)


def with_file(head: structs.Document, arrived: Prepared) -> structs.Document:
    """The head with what the file is."""
    main = arrived.main
    return msgspec.structs.replace(
        head, media_type=main.media_type, size=main.size, pages=arrived.found.pages, parts=arrived.parts
    )


def named(text: structs.DocumentText, arrived: Prepared) -> structs.DocumentText:
    """The words with the name the file arrived under."""
    return msgspec.structs.replace(text, file_name=arrived.name)


def sealed(head: structs.Document, text: structs.DocumentText) -> Sealed:
    """Head and words in their columns; the column that does not hold the words is sealed empty."""
    guarded = section_of(head) is Section.DOCUMENT_GUARDED
    nothing = structs.DocumentText()
    return {
        "head_sealed": (Section.DOCUMENT, head),
        "text_sealed": (Section.DOCUMENT_TEXT, nothing if guarded else text),
        "guarded_sealed": (Section.DOCUMENT_GUARDED, text if guarded else nothing),
    }


def _new_version(
    work: Work, case: Case, place: tuple[UUID, UUID, int], head: structs.Document, text: structs.DocumentText
) -> Document:
    """`place`: id, series, position in it."""
    row_id, series_id, position = place
    clear = {"id": row_id, "series_id": series_id, "position": position, "is_removed": False}
    row = add_record(work, Document, case.id, sealed(head, text), **clear)
    work.session.flush()  # files refer to the row
    return row


def _check(work: Work, case: Case, head: structs.Document, text: structs.DocumentText) -> None:
    """The day has come, codes are codes, texts fit, and whatever it belongs to is of this case."""
    not_future(work, case, head.on, "on")
    known_codes(head)
    within(text.title, "title")
    within(text.note, "note")
    if head.client_id is not None:
        record_of(work, Client, case.id, head.client_id)
    if head.consent_id is not None:
        record_of(work, Consent, case.id, head.consent_id)
    for field, table in _OTHER_ROOMS.items():
        if (row_id := getattr(head, field)) is not None:
            record_of(work, _kind_in(table), case.id, row_id)


def _kind_in(table: str) -> type[CaseRecord]:
    """The kind of record that stands in a table of another room."""
    return next(kind for kind in CaseRecord.__subclasses__() if getattr(kind, "__tablename__", "") == table)


def _refuse_without_room(work: Work, case_id: UUID, arrived: Sequence[Prepared], limits: Limits) -> None:
    """The files lie on the disk already: what is left must not be less than nothing."""
    sizes = sum(part.size for each in arrived for part in each.parts)
    held = room(work, case_id, limits)
    if sizes > limits.case - held.case_used:
        held.refuse(sizes)
