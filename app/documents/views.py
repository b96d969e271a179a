"""The documents of a case: their list with pictures, and one document as a page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import panels, records, story
from app.cases.record_forms import OPENING_REASONS, RevealForm
from app.documents import page, queries
from app.documents.keeping import Limits
from app.documents.labels import SENTENCES
from app.documents.panel import SOURCES
from app.documents.story import TELLERS
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted
from app.web import problems, runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.work import Opening, Work

bp = Blueprint("documents", __name__, url_prefix="/cases/<uuid:case_id>/documents")


def init_app(app: Flask) -> None:
    """Hang the documents on the case file and into its story, and give their words to problems."""
    problems.register(SENTENCES)
    panels.register(app, SOURCES)
    story.register(app, TELLERS)
    app.jinja_env.filters.update(size=size_words, opened_why=why_words)


def limits() -> Limits:
    """How much files may take here."""
    config = current_app.config
    return Limits(config["FILE_BYTES"], config["CASE_FILES_BYTES"], config["OFFICE_FILES_BYTES"])


def size_words(size: int) -> str:
    """Bytes as people read them: KB, MB or GB of 1024 each, with a comma or a point by language."""
    value, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            break
        value /= 1024
    written = f"{value:.0f}" if value >= 10 or unit == "B" else f"{value:.1f}"
    return f"{written.replace('.', decimal_sign())} {unit}"


def decimal_sign() -> str:
    """The sign between whole and part in the reader's language."""
    return "." if str(get_locale() or "id").startswith("en") else ","


def why_words(purpose: str) -> str:
    """Why a document was opened, and which page: the purpose of an event in words."""
    code, _space, rest = purpose.partition(" page ")
    words = str(OPENING_REASONS.get(code, ""))
    return ", ".join(part for part in (words, _("page %(number)s", number=rest) if rest else "") if part)


@bp.get("")
@requires(Capability.CASE_READ)
def index(case_id: UUID) -> Response:
    """Every document of the case, newest first; for the team with pictures, blurred until they are clicked."""
    number = max(1, request.args.get("page", 1, type=int) or 1)
    reading: page.Reading | None = None
    rows: list[UUID] = []
    total = 0

    def plan(work: Work) -> Opening:
        nonlocal reading, rows, total
        reading = page.reading_of(work, case_id)
        found, total = page.page_of(work, case_id, number)
        rows = [row.id for row in found]
        named = tuple(rows) if reading.words else ()
        return Opening(Event.DOCUMENTS_LISTED, (case_id,), reading.sections, case_id, reading.why, named)

    with runtime.reading(plan) as work:
        if reading is None:
            raise NotPermitted("page")
        shown = page.gallery(work, reading, rows, total, limits())
        where = Page(number, page.PAGE_SIZE, total, "documents.index", {"case_id": case_id})
        return render_page("documents/index.html", shown=shown, case=shown.case, page=where, limits=limits())


@bp.get("/<uuid:document_id>")
@requires(Capability.CASE_READ)
def show(case_id: UUID, document_id: UUID) -> Response:
    """One document: what it is, its picture or its pages, versions, and who opened it."""
    return _show(case_id, document_id)


@bp.post("/<uuid:document_id>/open")
@requires(Capability.CASE_REVEAL)
def reveal(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Keep the reason sealed in the case, its code in the log, and show the page with its words and its file."""
    form = _reveal_form(bound=True)
    if not form.validate_on_submit():
        return _show(case_id, document_id, form=form, status=422)
    with runtime.begin() as work:
        queries.get(work, case_id, document_id)
        records.note_reason(work, case_id, str(form.reason.data), form.words.data or "")
    return _show(case_id, document_id, reason=str(form.reason.data))


def _show(
    case_id: UUID, document_id: UUID, *, reason: str = "", form: RevealForm | None = None, status: int = 200
) -> Response:
    reading: page.Reading | None = None

    def plan(work: Work) -> Opening:
        nonlocal reading
        row = queries.get(work, case_id, document_id)
        reading = page.reading_document(work, row, reason or reason_given(work, document_id))
        event = page.event_of(reading, Event.DOCUMENT_OPENED)
        return Opening(event, (case_id,), reading.sections, document_id, reading.why)

    with runtime.reading(plan) as work:
        if reading is None:
            raise NotPermitted("page")
        found = page.one(work, queries.get(work, case_id, document_id), reading)
        return render_page(
            "documents/show.html",
            status=status,
            found=found,
            case=found.case,
            line=found.line,
            form=form or _reveal_form(),
            given=_given(found),
        )


def _given(found: page.OneDocument) -> dict[str, str]:
    """What links of a page opened with a reason carry on: its event. The team needs none."""
    return {} if found.reading.on_team else {"under": str(found.under)}


def reason_given(work: Work, document_id: UUID) -> str:
    """The reason that the page before was opened under, where its event is named in the address and still holds."""
    event_id = asked_under()
    if event_id is None:
        return ""
    try:
        return page.reason_in(page.fresh_event(work, event_id, document_id))
    except NotFound:
        return ""


def asked_under() -> UUID | None:
    """The event named in the address, if one is."""
    try:
        return UUID(request.args["under"])
    except (KeyError, ValueError):
        return None


def _reveal_form(*, bound: bool = False) -> RevealForm:
    form = RevealForm() if bound else RevealForm(formdata=None)
    del form.level
    return form
