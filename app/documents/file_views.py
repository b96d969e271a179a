"""Files as answers: pictures under the event of the page that shows them, pages of a PDF as pictures, and the file to take away.

Every byte leaves under an event that was committed before and names the document (security 2.5). Nothing of a file runs in the browser:
pictures are made anew, PDFs arrive as pictures, and what is taken away is an attachment in a sandbox (security 6 #63).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, BinaryIO, Final
from uuid import UUID

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from app.audit.events import Event
from app.documents import page, queries, reader, services
from app.documents.keeping import MAIN, THUMBNAIL
from app.documents.models import Document
from app.documents.views import asked_under, bp, reason_given
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted, Refused
from app.domain.media import Family, by_type
from app.security.structs import documents as structs
from app.security.vault import Place
from app.web import runtime
from app.web.guard import requires
from app.web.headers import STATIC_HEADERS
from app.web.render import render_page
from app.work import Opening, Work

_POLICY: Final = "Content-Security-Policy"
JPEG: Final = "image/jpeg"
Pieces = Generator[bytes, None, None]


# --- pictures of a page -----------------------------------------------------------------------------------------------


@bp.get("/<uuid:document_id>/thumbnail")
@requires(Capability.CASE_READ)
def thumbnail(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The small picture of a document, under the event of the list that shows it."""
    with _covered(case_id, document_id) as (work, row, head, _opening):
        return sent(work, page.place_of(row, head), page.part_of(head, THUMBNAIL))


@bp.get("/<uuid:document_id>/image")
@requires(Capability.CASE_READ)
def image(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """A picture, under the event of its page."""
    with _covered(case_id, document_id) as (work, row, head, _opening):
        return sent(work, page.place_of(row, head), page.picture_of(head))


@bp.get("/<uuid:document_id>/pages/<int:number>/image")
@requires(Capability.CASE_READ)
def page_image(case_id: UUID, document_id: UUID, number: int) -> ResponseReturnValue:
    """One page of a PDF as a picture, under the event of the page that shows it and no other."""
    with _covered(case_id, document_id) as (work, row, head, opening):
        part = page.part_of(head, MAIN)
        if part is None or not opening.purpose.endswith(f" page {number}") or number > head.pages:
            raise NotFound("page")
        pieces = _opened(work, page.place_of(row, head), part)
    try:
        answer = make_response(reader.page(number, chain([next(pieces)], pieces)))
    except Refused:
        raise NotFound("page") from None
    finally:
        pieces.close()
    return _dressed(answer, JPEG)


@contextmanager
def _covered(case_id: UUID, document_id: UUID) -> Iterator[tuple[Work, Document, structs.Document, Opening]]:
    """A document under the event named in the address; NotFound without one, or where it does not cover this."""
    event_id = asked_under()
    if event_id is None:
        raise NotFound("event")
    with runtime.looking() as work:
        entry = page.fresh_event(work, event_id, document_id)
        opening = page.opening_again(entry)
    with runtime.reading_on(entry.seq, opening) as work:
        row = queries.get(work, case_id, document_id)
        head = services.read(work, row)
        if row.is_removed or services.section_of(head) not in opening.sections or not page.may_open(work, row, head):
            raise NotFound("document")
        yield work, row, head, opening


# --- pages of a PDF ---------------------------------------------------------------------------------------------------


@bp.get("/<uuid:document_id>/pages")
@requires(Capability.CASE_READ)
def go_to_page(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The page whose number was typed; the first where it was none."""
    return show_page(case_id, document_id, max(1, request.args.get("number", 1, type=int) or 1))


@bp.get("/<uuid:document_id>/pages/<int:number>")
@requires(Capability.CASE_READ)
def show_page(case_id: UUID, document_id: UUID, number: int) -> ResponseReturnValue:
    """One page of a PDF, with the way to the others. Each page is an event of its own."""
    reading: page.Reading | None = None

    def plan(work: Work) -> Opening:
        nonlocal reading
        row = queries.get(work, case_id, document_id)
        reading = page.reading_document(work, row, reason_given(work, document_id))
        page.require_open(reading)
        event = page.event_of(reading, Event.DOCUMENT_OPENED)
        why = page.page_purpose(reading.why, number)
        return Opening(event, (case_id,), reading.sections, document_id, why)

    with runtime.reading(plan) as work:
        if reading is None:
            raise NotPermitted("page")
        row = queries.get(work, case_id, document_id)
        head = services.read(work, row)
        if row.is_removed or not page.may_open(work, row, head) or not 1 <= number <= head.pages:
            raise NotFound("page")
        line = page.line_of(work, row, reading)
        under = queries.event_id(work)
        return render_page(
            "documents/page.html",
            line=line,
            case_id=case_id,
            number=number,
            under=under,
            given={} if reading.on_team else {"under": str(under)},
        )


# --- taking a file away -----------------------------------------------------------------------------------------------


@bp.get("/<uuid:document_id>/download")
@requires(Capability.CASE_READ)
def download(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The file itself, under a neutral name."""
    reading: page.Reading | None = None

    def plan(work: Work) -> Opening:
        nonlocal reading
        row = queries.get(work, case_id, document_id)
        reading = page.reading_document(work, row, reason_given(work, document_id))
        page.require_open(reading)
        return Opening(Event.DOCUMENT_DOWNLOADED, (case_id,), reading.sections, document_id, reading.why)

    with runtime.reading(plan) as work:
        row = queries.get(work, case_id, document_id)
        head = services.read(work, row)
        if row.is_removed or not page.may_open(work, row, head):
            raise NotFound("document")
        answer = sent(work, page.place_of(row, head), page.part_of(head, MAIN))
    answer.headers["Content-Disposition"] = f'attachment; filename="{neutral_name(row, head)}"'
    return answer


def neutral_name(row: Document, head: structs.Document) -> str:
    """What a file is called on the reader's computer: nothing of its own name, and the ending it has by content."""
    media = by_type(head.media_type)
    ending = media.endings[0] if media is not None else "bin"
    return f"dokumen-{row.id.hex[:8]}.{ending}"


# --- bytes ------------------------------------------------------------------------------------------------------------


def sent(work: Work, place: Place, part: structs.StoredPart | None) -> Response:
    """A part of the row at `place` as an answer, a piece at a time. The first piece proves genuine before anything is said."""
    if part is None:
        raise NotFound("part")
    pieces = _opened(work, place, part)
    first = next(pieces)
    answer = Response(chain([first], pieces), direct_passthrough=True)
    answer.call_on_close(pieces.close)
    answer.content_length = part.size
    return _dressed(answer, part.media_type)


def _opened(work: Work, place: Place, part: structs.StoredPart) -> Pieces:
    """The pieces of a part. The key is found now, while the page's snapshot is open; the file is closed with the last piece."""
    stream = work.runtime.files.read(part.file_id)
    try:
        pieces = work.vault.open_file(place, part.file_id, stream)
    except BaseException:
        stream.close()
        raise
    return _through(stream, pieces)


def _through(stream: BinaryIO, pieces: Iterator[bytes]) -> Pieces:
    with stream:
        yield from pieces


def _dressed(answer: Any, media_type: str) -> Response:
    """Only pictures are shown by a browser; whatever else a file may be, it runs nothing."""
    media = by_type(media_type)
    is_picture = media is not None and media.family is Family.IMAGE
    answer.mimetype = media_type if is_picture or media is None else media.type
    answer.headers[_POLICY] = STATIC_HEADERS[_POLICY]
    return answer  # type: ignore[no-any-return]
