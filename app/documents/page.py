"""Documents on pages: who may open how much of them, and what a page shows. Nothing here changes anything.

The coded head (kind, day, size) opens for everybody who may read the case. Words and files open for the case team, whose assignment is
the reason, and for others who give one; those of a restricted kind only for the people on its list and whoever kept the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from app.accounts import queries as accounts
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases import families
from app.cases import queries as case_queries
from app.cases.models import Case, Client
from app.cases.record_forms import REASONS
from app.documents import queries, services
from app.documents.keeping import MAIN, SHOWN, THUMBNAIL, Limits, Room
from app.documents.models import Document
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted
from app.domain.media import Family, by_type
from app.domain.stages import Status
from app.security.sections import Section
from app.security.structs import documents as structs
from app.security.structs import people
from app.security.vault import etag
from app.web.sealed import UNOPENED, Unopened, opened
from app.work import Opening, Work

TAKES_NEW: Final = frozenset({Status.OPEN.value, Status.CLOSED.value})
"""Cases that take new documents; what is new in a merged file belongs to the one that stays."""
PAGE_SIZE: Final = 24
LAST_OPENINGS: Final = 20
FRESH: Final = timedelta(hours=1)
"""How long the pictures of a page may be fetched under its event, and how long a reason given for a document holds."""
TEXT_SHOWN: Final = 100_000  # bytes of a text file that its page shows


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person reads documents of this case, as the permission check found it."""

    case_id: UUID
    on_team: bool
    words: bool
    guarded: bool
    why: str

    @property
    def sections(self) -> tuple[Section, ...]:
        """What the page opens."""
        words = (Section.DOCUMENT_TEXT,) if self.words else ()
        guarded = (Section.DOCUMENT_GUARDED,) if self.guarded else ()
        return (Section.DOCUMENT, Section.CLIENT_PROFILE, *words, *guarded)


def reading_of(work: Work, case_id: UUID, reason: str = "") -> Reading:
    """How much the actor may open of the documents of this case; NotPermitted where a reason does not help."""
    case_queries.get(work, case_id)
    on_team = bool(work.actor.system) or case_queries.is_on_team(work, case_id)
    if reason and not on_team:
        work.actor.require(Capability.CASE_REVEAL)
    words = on_team or reason in REASONS
    guarded = words and work.actor.may(Capability.SENSITIVE_READ)
    return Reading(
        case_id, on_team, words, guarded, reason if reason and not on_team else ("team" if on_team else "unit")
    )


def reading_document(work: Work, row: Document, reason: str = "") -> Reading:
    """The same for one document: whoever kept it reads it, whatever its kind."""
    reading = reading_of(work, row.case_id, reason)
    return replace(reading, guarded=reading.words and services.is_on_list(work, row))


def event_of(reading: Reading, usual: Event) -> Event:
    """The event of a page. Words opened from outside the team are a reveal."""
    return Event.CASE_REVEALED if reading.words and not reading.on_team else usual


# --- what a page shows ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One document as a page shows it. `text` is None where its words are closed to the reader."""

    row: Document
    head: Any
    text: Any
    mask: Any = None

    @property
    def family(self) -> str:
        """What can be done with the file; empty where that is not known."""
        media = by_type(self.head.media_type) if isinstance(self.head, structs.Document) else None
        return media.family.value if media is not None else ""

    @property
    def is_restricted(self) -> bool:
        """Whether it has readers of its own."""
        return isinstance(self.head, structs.Document) and services.is_restricted(self.head.kind)

    @property
    def is_open(self) -> bool:
        """Whether words and file are open to the reader."""
        return self.text is not None and self.text is not UNOPENED

    def part(self, *roles: str) -> structs.StoredPart | None:
        """The first of these parts that the document has."""
        return part_of(self.head, *roles) if isinstance(self.head, structs.Document) else None

    @property
    def has_thumbnail(self) -> bool:
        """Whether there is a small picture of it."""
        return self.part(THUMBNAIL) is not None


@dataclass(frozen=True, slots=True, repr=False)
class Gallery:
    """The documents of a case on one page. `under` names the event under which its pictures open."""

    case: Case
    reading: Reading
    lines: Sequence[Line]
    total: int
    room: Room
    under: UUID
    may: Mapping[str, bool]


@dataclass(frozen=True, slots=True, repr=False)
class OneDocument:
    """One document with its versions and who opened it."""

    case: Case
    reading: Reading
    line: Line
    versions: Sequence[Line]
    openings: Sequence[AuditEntry]
    names: Mapping[UUID, str]
    under: UUID
    may: Mapping[str, bool]
    etag: str
    words: str = field(default="")  # of a text file
    is_cut: bool = False

    @property
    def is_newest(self) -> bool:
        """Whether no newer version stands."""
        return self.versions[0].row.id == self.line.row.id


def line_of(work: Work, row: Document, reading: Reading, masks: Mapping[UUID, Any] | None = None) -> Line:
    """A document as far as the reading opens it."""
    head = opened(lambda: services.read(work, row))
    if not isinstance(head, structs.Document):
        return Line(row, head, None)
    text: Any = None
    if reading.words and services.section_of(head) in reading.sections and may_open(work, row, head):
        text = opened(lambda: services.read_text(work, row, head))
    mask = (masks or {}).get(head.client_id) if head.client_id is not None else None
    return Line(row, head, text, mask)


def may_open(work: Work, row: Document, head: structs.Document) -> bool:
    """Whether this person, who reads the words of the case, also reads those of this document."""
    return not services.is_restricted(head.kind) or services.is_on_list(work, row)


def page_of(work: Work, case_id: UUID, number: int) -> tuple[list[Document], int]:
    """The documents that stand on a page of the list, and how many there are."""
    rows = queries.of_case(work, case_id)
    start = (max(1, number) - 1) * PAGE_SIZE
    return rows[start : start + PAGE_SIZE], len(rows)


def gallery(work: Work, reading: Reading, rows: Sequence[UUID], total: int, limits: Limits) -> Gallery:
    """The list as this reading shows it."""
    case = case_queries.get(work, reading.case_id)
    masks = masks_of(work, case.id)
    found = {row.id: row for row in queries.of_case(work, case.id)}
    lines = [line_of(work, found[each], reading, masks) for each in rows if each in found]
    room = services.room(work, case.id, limits)
    return Gallery(case, reading, lines, total, room, queries.event_id(work), _may(work, case, reading))


def one(work: Work, row: Document, reading: Reading) -> OneDocument:
    """A document as this reading shows it."""
    case = case_queries.get(work, row.case_id)
    masks = masks_of(work, case.id)
    line = line_of(work, row, reading, masks)
    rows = queries.versions(work, row)
    openings = _openings(work, line, [each.id for each in rows]) if line.is_open else []
    words, is_cut = _text_of(work, line)
    ids = {each.created_by for each in rows} | {entry.actor_id for entry in openings}
    return OneDocument(
        case=case,
        reading=reading,
        line=line,
        versions=[line if each.id == row.id else line_of(work, each, reading, masks) for each in rows],
        openings=openings,
        names=accounts.names(work, {each for each in ids if each is not None}),
        under=queries.event_id(work),
        may={**_may(work, case, reading), "file": line.is_open and not row.is_removed},
        etag=etag(*services.blobs(row)),
        words=words,
        is_cut=is_cut,
    )


def masks_of(work: Work, case_id: UUID) -> dict[UUID, Any]:
    """How pages show the clients of the case: position and mask."""
    found: dict[UUID, Any] = {}
    for row in case_queries.records(work.session, Client, [case_id]):
        place, blob = row.place(Section.CLIENT_PROFILE), row.profile_sealed
        profile = opened(lambda p=place, b=blob: work.vault.open(p, b, people.ClientProfile))  # type: ignore[misc]
        found[row.id] = profile if isinstance(profile, Unopened) else f"{row.position}. {profile.mask or '•••'}"
    return found


def _may(work: Work, case: Case, reading: Reading) -> Mapping[str, bool]:
    """What a page offers; the services decide again when it is done."""
    works = reading.on_team and work.actor.may(Capability.CASE_EDIT)
    return {
        "add": works and case.status in TAKES_NEW,
        "change": works and families.standing_of(work, case) == Status.OPEN.value,
        "reveal": not reading.words and work.actor.may(Capability.CASE_REVEAL),
    }


def _openings(work: Work, line: Line, ids: Sequence[UUID]) -> Sequence[AuditEntry]:
    return queries.openings(work, ids, services.section_of(line.head).value, LAST_OPENINGS)


def _text_of(work: Work, line: Line) -> tuple[str, bool]:
    """What a text file says, as far as its page shows it, and whether that is not all."""
    part = line.part(MAIN)
    if line.family != Family.TEXT or not line.is_open or line.row.is_removed or part is None:
        return "", False
    data = bytearray()
    with work.runtime.files.read(part.file_id) as stream:
        for piece in work.vault.open_file(place_of(line.row, line.head), part.file_id, stream):
            data += piece
            if len(data) > TEXT_SHOWN:
                break
    return data[:TEXT_SHOWN].decode("utf-8-sig", "ignore"), len(data) > TEXT_SHOWN


# --- files ------------------------------------------------------------------------------------------------------------


def part_of(head: structs.Document, *roles: str) -> structs.StoredPart | None:
    """The first of these parts that a document has."""
    by_role = {part.role: part for part in head.parts}
    return next((by_role[role] for role in roles if role in by_role), None)


def picture_of(head: structs.Document) -> structs.StoredPart | None:
    """What a page shows of a picture: the rendition, which is the file itself where nothing else is kept."""
    media = by_type(head.media_type)
    return part_of(head, SHOWN, MAIN) if media is not None and media.family is Family.IMAGE else None


def place_of(row: Document, head: structs.Document) -> Any:
    """Under which section and row the files of a document open."""
    return row.place(services.section_of(head))


def fresh_event(work: Work, event_id: UUID, document_id: UUID) -> AuditEntry:
    """The event of a page of this person, in this session, in the last hour, that named the document; NotFound for any other."""
    entry = queries.event(work, event_id)
    mine = entry is not None and entry.actor_id == work.actor.user_id and entry.session_hash == work.origin.session_hash
    if entry is None or not mine or entry.event not in queries.OPENINGS or work.now - entry.at > FRESH:
        raise NotFound("event")
    if str(document_id) not in (entry.objects or "").split() and entry.object_id != document_id:
        raise NotFound("event")
    return entry


def opening_again(entry: AuditEntry) -> Opening:
    """What an event that was committed before still opens."""
    return Opening(
        entry.event,
        tuple(UUID(each) for each in entry.cases.split()),
        tuple(Section(each) for each in entry.sections.split()),
        object_id=entry.object_id,
        purpose=entry.purpose,
        objects=tuple(UUID(each) for each in (entry.objects or "").split()),
    )


def reason_in(entry: AuditEntry) -> str:
    """The reason under which a page was opened from outside the team; empty where it was opened without one."""
    code = entry.purpose.partition(" ")[0]
    return code if entry.event == Event.CASE_REVEALED and code in REASONS else ""


def page_purpose(why: str, number: int) -> str:
    """The purpose of an event for one page of a PDF: why, and which page."""
    return f"{why} page {number}"


def require_open(reading: Reading) -> None:
    """NotPermitted for files and words that are closed to the reader."""
    if not reading.words:
        raise NotPermitted("words")
