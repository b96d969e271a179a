"""Pages on which a document is described anew or removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases.acts import act, last_saver
from app.documents import desks, services
from app.documents.desks import DocumentDesk
from app.documents.forms import DescribeForm, RemoveForm
from app.documents.views import bp
from app.domain.access import Capability
from app.security.vault import etag
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Work


@bp.get("/<uuid:document_id>/edit")
@requires(Capability.CASE_EDIT)
@desks.or_back
def ask_to_describe(case_id: UUID, document_id: UUID) -> Response:
    """Kind, day, title and note, to be corrected."""
    form = DescribeForm(formdata=None)
    with desks.document_desk(case_id, document_id) as at:
        desks.offer(at.desk, form)
        form.show(at.head, at.text)
        form.etag.data = etag(*services.blobs(at.row))
        return _page("describe", at, form)


@bp.post("/<uuid:document_id>/edit")
@requires(Capability.CASE_EDIT)
def describe(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Save them, unless somebody else saved meanwhile: then both texts stand side by side."""
    form = DescribeForm()
    with desks.document_desk(case_id, document_id, sent=True) as at:
        desks.offer(at.desk, form)

    def run(work: Work) -> None:
        services.change(work, case_id, document_id, form.head, form.text, form.etag.data or None)

    def again(status: int) -> Response:
        with desks.document_desk(case_id, document_id, sent=True) as at:
            return _page("describe", at, form, status)

    def stale() -> Response:
        with desks.document_desk(case_id, document_id, sent=True) as at:
            both = [
                {"label": form.title.label.text, "mine": form.title.data or "", "theirs": at.text.title},
                {"label": form.note.label.text, "mine": form.note.data or "", "theirs": at.text.note},
            ]
            form.etag.data = etag(*services.blobs(at.row))
            who = last_saver(at.desk.work, document_id, Event.DOCUMENT_CHANGED, Event.DOCUMENT_ADDED)
            return _page("describe", at, form, 409, both=both, who=who)

    leads_to = url_for("documents.show", case_id=case_id, document_id=document_id)
    return act(form, run, again, leads_to, _("The document was saved."), stale)


@bp.get("/<uuid:document_id>/remove")
@requires(Capability.CASE_EDIT)
@desks.or_back
def ask_to_remove(case_id: UUID, document_id: UUID) -> Response:
    """Ask why before a document is removed for good."""
    with desks.document_desk(case_id, document_id) as at:
        return _page("remove", at, RemoveForm(formdata=None))


@bp.post("/<uuid:document_id>/remove")
@requires(Capability.CASE_EDIT)
def remove(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Remove a document: the entry stays with its reason, the file cannot be opened by anybody any more."""
    form = RemoveForm()

    def again(status: int) -> Response:
        with desks.document_desk(case_id, document_id, sent=True) as at:
            return _page("remove", at, form, status)

    return act(
        form,
        lambda work: services.remove(work, case_id, document_id, form.reason.data or ""),
        again,
        url_for("documents.index", case_id=case_id),
        _("The document was removed. Its file cannot be opened any more."),
    )


def _page(template: str, at: DocumentDesk, form: ActForm, status: int = 200, **context: Any) -> Response:
    return render_page(
        f"documents/{template}.html", status=status, case=at.desk.case, form=form, row=at.row, head=at.head, **context
    )
