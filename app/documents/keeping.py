"""Sealing what arrived, before the act that keeps it: files first, then rows, so that nothing is ever half stored (security 10).

Files that no act kept are taken away at once, and by the sweeper if the process dies in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final
from uuid import UUID

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from app.db.base import new_id
from app.documents import reader
from app.documents.models import Document, StoredFile
from app.documents.reading.found import Found
from app.domain.access import system
from app.domain.errors import Problem, Refused, Unavailable
from app.domain.media import Family, by_type
from app.domain.text import clean_line
from app.security.attachments import CHUNK, NewFile
from app.security.structs.documents import StoredPart
from app.work import Runtime, Work

MAIN: Final = "main"
SHOWN: Final = "shown"
THUMBNAIL: Final = "thumbnail"
NAME_LIMIT: Final = 200
_SEPARATORS: Final = str.maketrans({"\\": "/"})


@dataclass(frozen=True, slots=True, repr=False)
class Arrived:
    """A file as it arrived: the name it was sent under, and its bytes."""

    name: str
    stream: BinaryIO
    size: int


@dataclass(frozen=True, slots=True, repr=False)
class Limits:
    """Bytes that one file, one case and the whole office may take."""

    file: int
    case: int
    office: int


@dataclass(frozen=True, slots=True)
class Room:
    """How much a case and the office hold, in bytes, and what is left for one more file."""

    case_used: int
    case_limit: int
    office_used: int
    office_limit: int
    free: int

    @property
    def left(self) -> int:
        """Bytes that may still be added to the case."""
        return max(0, min(self.case_limit - self.case_used, self.office_limit - self.office_used, self.free))

    def refuse(self, size: int) -> None:
        """Refused where so many bytes more do not fit, with which limit it is."""
        if size > self.case_limit - self.case_used:
            raise Refused(Problem("document.case-full", reader.FIELD, params={"limit": megabytes(self.case_limit)}))
        if size > self.office_limit - self.office_used:
            raise Refused(Problem("document.office-full", reader.FIELD, params={"limit": megabytes(self.office_limit)}))
        if size > self.free:
            raise Refused(Problem("document.disk-full", reader.FIELD))


def megabytes(size: int) -> str:
    """Bytes as whole megabytes, for a sentence."""
    return str(max(1, round(size / (1 << 20))))


@dataclass(slots=True, repr=False)
class Prepared:
    """A file that was looked into and sealed, not yet kept: its parts, and the keys of each."""

    name: str
    found: Found
    parts: tuple[StoredPart, ...]
    files: tuple[NewFile, ...]

    @property
    def main(self) -> StoredPart:
        """What is handed out."""
        return next(part for part in self.parts if part.role == MAIN)

    def keep(self, work: Work, document: Document) -> None:
        """Keep keys and rows in this act. Where it does not commit, the files go again with `prepared`."""
        keep_files(work, document, self.files)


def keep_files(work: Work, document: Document, files: Iterable[NewFile]) -> None:
    """Keep the keys of files that were sealed before this act, and note that they are this document's."""
    _keep(work, document.case_id, document.id, files)


def hold_files(work: Work, case_id: UUID, files: Iterable[NewFile]) -> None:
    """Keep files that are nobody's document yet: in quarantine, until `services.adopt` or `destroy_files`."""
    _keep(work, case_id, None, files)


def destroy_files(work: Work, file_ids: Sequence[UUID]) -> None:
    """Destroy files and their keys in this act; what lies on the disk goes when it has committed."""
    work.session.execute(delete(StoredFile).where(StoredFile.id.in_(file_ids)))
    work.vault.shred_files(file_ids)
    after_commit(work, file_ids)


def _keep(work: Work, case_id: UUID, document_id: UUID | None, files: Iterable[NewFile]) -> None:
    for file in files:
        work.vault.keep_file(file, work.now)
        work.session.add(StoredFile(id=file.id, case_id=case_id, document_id=document_id, created_at=work.now))


@contextmanager
def prepared(
    runtime: Runtime, arrived: Iterable[Arrived], *, evidence: bool, limits: Limits, room: Room
) -> Iterator[Sequence[Prepared]]:
    """Look into files and seal them; what is not kept by the end of the block is taken away. Refused, Unavailable."""
    made: list[Prepared] = []
    try:
        for each in arrived:
            _refuse_size(each, limits)
            room.refuse(sum(part.size for one in made for part in one.parts) + each.size)
            made.append(prepare(runtime, each, evidence=evidence))
        yield made
    finally:
        discard_unkept(runtime, [file.id for one in made for file in one.files])


def prepare(runtime: Runtime, arrived: Arrived, *, evidence: bool) -> Prepared:
    """Look into one file and seal it. Refused where the reader does not take it; then nothing is left of it."""
    found = reader.look(arrived.name, pieces(arrived.stream))
    return seal(runtime, arrived, found, evidence=evidence)


def seal(runtime: Runtime, arrived: Arrived, found: Found, *, evidence: bool) -> Prepared:
    """Seal what was found: the file itself, unless it is a picture that is made anew (then only as evidence), and its renditions."""
    media = by_type(found.media_type)
    made_anew = media is not None and media.family is Family.IMAGE and not evidence
    parts: list[StoredPart] = []
    files: list[NewFile] = []
    try:
        if not made_anew:
            _seal_one(runtime, MAIN, found.media_type, pieces(arrived.stream), parts, files)
        for each in found.parts:
            role = MAIN if made_anew and each.role == SHOWN else each.role
            _seal_one(runtime, role, each.media_type, [each.data], parts, files)
    except BaseException:
        for file in files:
            runtime.files.remove(file.id)
        raise
    return Prepared(file_name(arrived.name), found, tuple(parts), tuple(files))


def _seal_one(
    runtime: Runtime,
    role: str,
    media_type: str,
    data: Iterable[bytes],
    parts: list[StoredPart],
    files: list[NewFile],
) -> None:
    file, counted = runtime.crypt.new_file(new_id()), _Counted()
    runtime.files.write(file.id, file.sealed(counted.passing(data)))
    files.append(file)
    parts.append(StoredPart(file.id, role, media_type, counted.size, counted.hash.hexdigest()))


class _Counted:
    """Counts and hashes what passes."""

    def __init__(self) -> None:
        self.size, self.hash = 0, hashlib.sha256()

    def passing(self, data: Iterable[bytes]) -> Iterator[bytes]:
        for piece in data:
            self.size += len(piece)
            self.hash.update(piece)
            yield piece


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """A file from its start, a piece at a time."""
    stream.seek(0)
    while piece := stream.read(CHUNK):
        yield piece


def discard_unkept(runtime: Runtime, file_ids: Sequence[UUID]) -> None:
    """Take away files that no committed act keeps. Where the database cannot tell, they are left to the sweeper."""
    if not file_ids:
        return
    try:
        with runtime.looking(system("files")) as work:
            kept = set(work.session.scalars(select(StoredFile.id).where(StoredFile.id.in_(list(file_ids)))))
    except Unavailable:
        return
    for file_id in set(file_ids) - kept:
        runtime.files.remove(file_id)


def after_commit(work: Work, remove: Sequence[UUID]) -> None:
    """Take these files away when the act has committed; the sweeper does it should the process die before."""
    files = work.runtime.files

    def gone(_session: Session) -> None:
        for file_id in remove:
            files.remove(file_id)

    event.listen(work.session, "after_commit", gone, once=True)


def _refuse_size(arrived: Arrived, limits: Limits) -> None:
    if arrived.size > limits.file:
        raise Refused(Problem("document.too-large", reader.FIELD, params={"limit": megabytes(limits.file)}))


def file_name(sent: str) -> str:
    """The name a file arrived under, as people may read it again: no folders, no signs that deceive, its ending kept when it is long."""
    name = clean_line(sent.translate(_SEPARATORS).rpartition("/")[2])
    if len(name) <= NAME_LIMIT:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = dot + ending if stem and len(ending) < 10 else ""
    return name[: NAME_LIMIT - len(tail)] + tail
