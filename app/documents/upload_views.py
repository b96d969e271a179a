"""Pages on which files arrive: new documents, and a newer version of one. With scripting files are sent one by one; without, all at once."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.cases.acts import act
from app.documents import desks, keeping, services
from app.documents.forms import ReplaceForm, UploadForm
from app.documents.views import bp, limits
from app.domain.access import Capability
from app.domain.errors import Problem, Refused
from app.security.vault import etag
from app.web import problems, runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.web.uploads import takes_files
from app.work import Work

_SCRIPT: Final = "upload"
"""What the page's script says of itself: it is answered in JSON, one file at a time."""


@bp.get("/new")
@requires(Capability.CASE_EDIT)
def new(case_id: UUID) -> Response:
    """A blank form for files."""
    form = UploadForm(formdata=None)
    for name in ("referral_id", "legal_step_id"):
        form[name].data = request.args.get(name, type=UUID)
    return _new_page(case_id, form)


@bp.post("")
@requires(Capability.CASE_EDIT)
@takes_files
def create(case_id: UUID) -> ResponseReturnValue:
    """Keep what arrived: all of it, or nothing with a reason for each file that is not taken."""
    form = UploadForm()
    with desks.case_desk(case_id) as at:
        room = services.room(at.work, case_id, limits())
        desks.offer(at, form)

    def again(status: int) -> ResponseReturnValue:
        return _said(form, status) if _by_script() else _new_page(case_id, form, status)

    if not form.validate_on_submit():
        return again(422)
    try:
        arrived = form.arrived
        _refuse_none_or_many(arrived)
        held = runtime.runtime()
        with keeping.prepared(held, arrived, evidence=form.head.is_evidence, limits=limits(), room=room) as ready:
            leads_to = url_for("documents.index", case_id=case_id)
            done = ngettext("%(num)d document was kept.", "%(num)d documents were kept.", len(ready))
            answer = act(
                form,
                lambda work: services.add(work, case_id, form.head, form.text, ready, limits()),
                again,
                leads_to,
                "" if _by_script() else done,
            )
            return jsonify(url=leads_to) if _by_script() and _is_done(answer) else answer
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return again(422)


@bp.get("/<uuid:document_id>/replace")
@requires(Capability.CASE_EDIT)
@desks.or_back
def ask_to_replace(case_id: UUID, document_id: UUID) -> Response:
    """The form for a newer version."""
    return _replace_page(case_id, document_id, ReplaceForm(formdata=None))


@bp.post("/<uuid:document_id>/replace")
@requires(Capability.CASE_EDIT)
@takes_files
def replace(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Keep a newer version; the older one stays."""
    form = ReplaceForm()
    with desks.document_desk(case_id, document_id, sent=True) as at:
        room = services.room(at.desk.work, case_id, limits())

    def again(status: int) -> ResponseReturnValue:
        return _replace_page(case_id, document_id, form, status)

    def keep(work: Work) -> None:
        services.replace(work, case_id, document_id, ready[0], limits(), form.etag.data or None)

    try:
        arrived = form.arrived
        _refuse_none_or_many(arrived, most=1)
        evidence, held = bool(form.is_evidence.data), runtime.runtime()
        with keeping.prepared(held, arrived, evidence=evidence, limits=limits(), room=room) as ready:
            leads_to = url_for("documents.index", case_id=case_id)
            return act(form, keep, again, leads_to, _("The newer version was kept."))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return again(422)


def _refuse_none_or_many(arrived: list[keeping.Arrived], most: int = services.MOST_AT_ONCE) -> None:
    if not arrived:
        raise Refused(Problem("document.none", "files"))
    if len(arrived) > most:
        raise Refused(Problem("document.many", "files", params={"limit": str(most)}))


def _by_script() -> bool:
    return request.headers.get("X-Requested-With") == _SCRIPT


def _is_done(answer: ResponseReturnValue) -> bool:
    return isinstance(answer, Response) and answer.status_code == 303


def _said(form: ActForm, status: int) -> ResponseReturnValue:
    """What is wrong, for the page's script: sentences, by the file or by the form."""
    words = [*form.form_errors, *(error for field in form for error in field.errors)]
    return jsonify(problems=[str(each) for each in words]), status


# --- pages ------------------------------------------------------------------------------------------------------------


def _new_page(case_id: UUID, form: UploadForm, status: int = 200) -> Response:
    with desks.case_desk(case_id) as at:
        desks.offer(at, form)
        return render_page(
            "documents/new.html",
            status=status,
            case=at.case,
            form=form,
            room=services.room(at.work, case_id, limits()),
            limits=limits(),
            most=services.MOST_AT_ONCE,
            takes_files=True,
            action=url_for("documents.create", case_id=case_id),
        )


def _replace_page(case_id: UUID, document_id: UUID, form: ReplaceForm, status: int = 200) -> Response:
    with desks.document_desk(case_id, document_id, sent=status != 200) as at:
        form.etag.data = etag(*services.blobs(at.row))
        return render_page(
            "documents/replace.html",
            status=status,
            case=at.desk.case,
            form=form,
            row=at.row,
            head=at.head,
            limits=limits(),
            takes_files=True,
        )
