"""The vault: seals sections and opens them only inside an access context (security 2.5, design 2).

There are three contexts. `Closed` opens nothing. `ReadGrant` opens what a committed audit event names. `ActGrant` belongs to a
writing act: it notes what was opened, and the act's own audit event, appended before the commit, names it; nothing opened leaves
the act unless that commit succeeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy.orm import Session

from app.domain.errors import Unreadable
from app.security.attachments import NewFile, Readable, read_header
from app.security.formats import TYPE_BYTES, Where, key_version
from app.security.keyring import Derived, Keyring
from app.security.keystore import KeyCache, KeyStore
from app.security.primitives import digest
from app.security.sections import AUTHOR, REGISTRY, Purpose, Secrecy, Section

S = TypeVar("S", bound=Struct)

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODERS: Final = {section: msgspec.msgpack.Decoder(info.struct) for section, info in REGISTRY.items()}
_OPEN_TO_ALL: Final = frozenset(section for section, info in REGISTRY.items() if info.secrecy is Secrecy.S2)


class NotOpened(RuntimeError):
    """A section was asked for outside a context that covers it: a fault of the program, never shown as an absence."""


class Place(NamedTuple):
    """Where a sealed value stands: which section, of which row, of whom (case id, or office id). Whose key seals it follows from both."""

    section: Section
    row: UUID
    owner: UUID


class OwnPlace(NamedTuple):
    """Where a value stands that its author alone opens. The author is part of what the value is bound to: with another one in the row
    it does not open, whoever wrote that there."""

    section: Section
    row: UUID
    owner: UUID
    author: UUID


class Grant(Protocol):
    """An access context."""

    def check(self, owner: UUID, section: Section) -> None:
        """Return when the section may be opened (and note it), else raise NotOpened."""

    def check_file(self, place: Place) -> None:
        """Return when files of this row may be opened (and note it), else raise NotOpened."""


class Closed:
    """The context before any audit event: opens nothing but office-internal sections (S2)."""

    def check(self, owner: UUID, section: Section) -> None:
        """Refuse."""
        if section not in _OPEN_TO_ALL:
            raise NotOpened(section.value)

    def check_file(self, place: Place) -> None:
        """Refuse."""
        raise NotOpened("file")


class ReadGrant:
    """What one committed audit event allows: sections per owner, files of the rows it names. Made by `app.work` after the commit."""

    def __init__(
        self, event_seq: int, owners: Iterable[UUID], sections: Iterable[Section], rows: Iterable[UUID] = ()
    ) -> None:
        self.event_seq = event_seq
        self.owners = frozenset(owners)
        self.sections = frozenset(sections)
        self.rows = frozenset(rows)

    def check(self, owner: UUID, section: Section) -> None:
        """Refuse what the event does not name."""
        if section not in _OPEN_TO_ALL and (owner not in self.owners or section not in self.sections):
            raise NotOpened(section.value)

    def check_file(self, place: Place) -> None:
        """Refuse files of a row the event does not name, whatever sections it names."""
        self.check(place.owner, place.section)
        if place.row not in self.rows:
            raise NotOpened("file")


class ActGrant:
    """A writing act: everything may be opened, everything is noted for the act's own audit event."""

    def __init__(self) -> None:
        self.opened: set[tuple[UUID, Section]] = set()

    def check(self, owner: UUID, section: Section) -> None:
        """Note it."""
        if section not in _OPEN_TO_ALL:
            self.opened.add((owner, section))

    def check_file(self, place: Place) -> None:
        """Note it."""
        self.check(place.owner, place.section)


class Crypt:
    """The process-wide part: the keyring, its derived keys and the key cache."""

    def __init__(self, keyring: Keyring, office_id: UUID) -> None:
        self.keyring = keyring
        self.office_id = office_id
        self.cache = KeyCache()
        self._derived: dict[Derived, bytes] = {}

    def derived(self, purpose: Derived) -> bytes:
        """The derived key of one purpose (cached)."""
        key = self._derived.get(purpose)
        if key is None:
            key = self._derived[purpose] = self.keyring.derived(purpose)
        return key

    def new_file(self, file_id: UUID) -> NewFile:
        """A file with a key of its own, to be sealed now and kept by `Vault.keep_file` in the act that follows."""
        return NewFile(file_id, self.keyring.deployment)


class Frozen(StrEnum):
    """What is sealed once and for all: the names the tables stand under in their seals."""

    CLOSING = "closing.tables"
    RETURN = "return.copy"


class Vault:
    """Seals and opens the sections of one act or one page."""

    def __init__(self, crypt: Crypt, session: Session, grant: Grant) -> None:
        self.crypt = crypt
        self.grant = grant
        self.keys = KeyStore(crypt.keyring, crypt.cache, session)

    def seal(self, place: Place, document: Struct) -> bytes:
        """The blob for a document at its place. TypeError for another struct, or for one whose values would not open again."""
        if REGISTRY[place.section].own_list == AUTHOR:
            raise TypeError(f"{place.section} is bound to its author")
        return self._seal(place, document)

    def seal_own(self, place: OwnPlace, document: Struct) -> bytes:
        """The blob of a document that its author alone will open."""
        return self._seal(_bound(place), document)

    def _seal(self, place: Place, document: Struct) -> bytes:
        info = REGISTRY[place.section]
        if type(document) is not info.struct:
            raise TypeError(f"{place.section} does not hold {type(document).__name__}")
        data = _encode(place.section, document)
        return self.keys.writing(info.purpose, _key_holder(info.purpose, place)).seal(_where(info.purpose, place), data)

    def open(self, place: Place, blob: bytes, kind: type[S]) -> S:
        """The document at its place, checked to be of `kind`. NotOpened outside a context; Unreadable when it does not open."""
        if REGISTRY[place.section].own_list == AUTHOR:
            raise NotOpened(place.section.value)
        return self._open(place, blob, kind)

    def open_own(self, place: OwnPlace, blob: bytes, kind: type[S], reader: UUID | None) -> S:
        """As `open`, for a document of an author's own: NotOpened for every other reader, supervisors, jobs and commands included."""
        if reader is None or reader != place.author or REGISTRY[place.section].own_list != AUTHOR:
            raise NotOpened(place.section.value)
        return self._open(_bound(place), blob, kind)

    def is_whole(self, place: Place | OwnPlace, blob: bytes) -> bool:
        """Whether a stored value would open; nobody is given what it holds. For the checks of a restore."""
        try:
            self._open(_bound(place) if isinstance(place, OwnPlace) else place, blob, REGISTRY[place.section].struct)
        except Unreadable:
            return False
        return True

    def _open(self, place: Place, blob: bytes, kind: type[S]) -> S:
        info = REGISTRY[place.section]
        if info.struct is not kind:
            raise TypeError(f"{place.section} does not hold {kind.__name__}")
        self.grant.check(place.owner, place.section)
        cipher = self.keys.reading(info.purpose, _key_holder(info.purpose, place), key_version(blob))
        data = cipher.open(_where(info.purpose, place), blob)
        try:
            document = _DECODERS[place.section].decode(data)
        except msgspec.MsgspecError:
            raise Unreadable("sealed value") from None
        if not isinstance(document, kind):
            raise Unreadable("sealed value")
        return document

    def new_case_key(self, case_id: UUID, now: datetime) -> None:
        """Make the data key of a new case."""
        self.keys.create(Purpose.CASE, case_id, now)

    def new_package_key(self, package_id: UUID, now: datetime) -> None:
        """Make the data key of a referral package: what was disclosed has a key of its own (design 2)."""
        self.keys.create(Purpose.PACKAGE, package_id, now)

    def seal_ledger(self, blob_id: UUID, data: bytes, now: datetime) -> bytes:
        """Seal a ledger blob under its own key, made on first use (design 4)."""
        if not self.keys.has(Purpose.LEDGER, blob_id):
            self.keys.create(Purpose.LEDGER, blob_id, now)
        cipher = self.keys.writing(Purpose.LEDGER, blob_id)
        return cipher.seal(_ledger_where(blob_id), data, TYPE_BYTES)

    def open_ledger(self, blob_id: UUID, blob: bytes) -> bytes:
        """The coded records of a ledger blob. Counting is covered by the audit event of the page or act that counts."""
        if isinstance(self.grant, Closed):
            raise NotOpened("ledger")
        cipher = self.keys.reading(Purpose.LEDGER, blob_id, key_version(blob))
        return cipher.open(_ledger_where(blob_id), blob, TYPE_BYTES)

    def seal_frozen(self, what: Frozen, row_id: UUID, data: bytes, now: datetime) -> bytes:
        """Seal what is frozen (closed tables, an official return) under a key of its own (design 4 "Closing"). Once: nothing frozen is
        sealed again."""
        self.keys.create(Purpose.LEDGER, row_id, now)
        return self.keys.writing(Purpose.LEDGER, row_id).seal(_frozen_where(what, row_id), data, TYPE_BYTES)

    def open_frozen(self, what: Frozen, row_id: UUID, blob: bytes) -> bytes:
        """What was frozen. Covered by the audit event of the page or act that shows it."""
        if isinstance(self.grant, Closed):
            raise NotOpened(what.value)
        cipher = self.keys.reading(Purpose.LEDGER, row_id, key_version(blob))
        return cipher.open(_frozen_where(what, row_id), blob, TYPE_BYTES)

    def keep_file(self, file: NewFile, now: datetime) -> None:
        """Keep the key of a sealed file; from the commit on it can be opened."""
        self.keys.keep_file(file, now)

    def open_file(self, place: Place, file_id: UUID, stream: Readable) -> Iterator[bytes]:
        """The pieces of a sealed file of the row at `place`, whose words the section holds. NotOpened, Unreadable.

        The check comes before the first byte is read, not when the first piece is asked for.
        """
        self.grant.check_file(place)
        header = read_header(stream)
        if header.file_id != file_id:
            raise Unreadable("sealed value")
        return self.keys.of_file(file_id, header.key_version).open(header, stream)

    def shred_files(self, file_ids: Iterable[UUID]) -> None:
        """Delete the keys of these files: nobody opens them again."""
        self.keys.shred(Purpose.FILE, file_ids)

    def shred_packages(self, package_ids: Iterable[UUID]) -> None:
        """Delete the keys of these referral packages: nobody opens them again."""
        self.keys.shred(Purpose.PACKAGE, package_ids)

    def shred_case(self, case_id: UUID) -> bytes:
        """Delete the key of a case; the hash of what was deleted. What is sealed in the case is noise from the commit on."""
        return self.keys.shred_case(case_id)


def etag(*blobs: bytes) -> str:
    """A short name of the present state of sealed sections: changes with every save, says nothing. For lost-update checks."""
    return digest(b"ppa/etag/v1" + b"".join(digest(blob) for blob in blobs)).hex()[:24]


def _encode(section: Section, document: Struct) -> bytes:
    """The bytes of a document, read back once: msgspec checks types on reading only, and what cannot be read is lost."""
    data = _ENCODER.encode(document)
    try:
        _DECODERS[section].decode(data)
    except msgspec.MsgspecError:
        raise TypeError(f"{section} with a value of a wrong type") from None
    return data


def _bound(place: OwnPlace) -> Place:
    """The place with the author mixed into the row: 128 bits of a hash over both."""
    mixed = digest(b"ppa/own/v1" + place.row.bytes + place.author.bytes)[:16]
    return Place(place.section, UUID(bytes=mixed), place.owner)


def _key_holder(purpose: Purpose, place: Place) -> UUID:
    """The object whose key seals a value: its case or the office, but for what has a key of its own."""
    return place.row if purpose is Purpose.PACKAGE else place.owner


def _where(purpose: Purpose, place: Place) -> Where:
    return Where(purpose.value, place.section.value, place.row, place.owner)


def _ledger_where(blob_id: UUID) -> Where:
    return Where(Purpose.LEDGER.value, "ledger.records", blob_id, blob_id)


def _frozen_where(what: Frozen, row_id: UUID) -> Where:
    return Where(Purpose.LEDGER.value, what.value, row_id, row_id)
