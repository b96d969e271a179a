"""Who may read about the shelter of a case: the list, another name, a name taken off (security 3)."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import queries
from app.cases.acts import act
from app.domain.access import Capability
from app.domain.errors import NotPermitted
from app.safety import readers
from app.safety.forms import ReaderForm
from app.safety.views import bp
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Opening, Work


@bp.get("/<uuid:case_id>/shelter/readers")
@requires(Capability.SHELTER_READ)
def list_readers(case_id: UUID) -> Response:
    """The names on the list. It tells nothing of a stay."""
    return _page(case_id, ReaderForm(formdata=None))


@bp.post("/<uuid:case_id>/shelter/readers")
@requires(Capability.SHELTER_READ)
def name_reader(case_id: UUID) -> ResponseReturnValue:
    """Put a person on the list."""
    form = ReaderForm()
    with runtime.looking() as work:
        _offer(work, case_id, form)

    def save(work: Work) -> None:
        readers.name_person(work, case_id, UUID(str(form.user_id.data)), form.words.data or "")

    return act(
        form,
        save,
        lambda status: _page(case_id, form, status),
        url_for(".list_readers", case_id=case_id),
        _("The person may read about the shelter now."),
    )


@bp.post("/<uuid:case_id>/shelter/readers/<uuid:reader_id>/remove")
@requires(Capability.SHELTER_READ)
def remove_reader(case_id: UUID, reader_id: UUID) -> ResponseReturnValue:
    """Take a person off the list."""
    form = ActForm()
    return act(
        form,
        lambda work: readers.take_off(work, case_id, reader_id),
        lambda status: _page(case_id, ReaderForm(formdata=None), status, told=form.form_errors),
        url_for(".list_readers", case_id=case_id),
        _("The person is off the list."),
    )


def _page(case_id: UUID, form: ReaderForm, status: int = 200, told: object = ()) -> Response:
    def plan(work: Work) -> Opening:
        case = queries.get(work, case_id)
        if not readers.may_keep(work, case):
            raise NotPermitted("list of readers")
        return Opening(Event.PAGE_OPENED, object_id=case.id, purpose="list")

    with runtime.reading(plan) as work:
        case = queries.get(work, case_id)
        present = readers.of_cases(work, [case_id])
        _offer(work, case_id, form)
        names = people.names(work, {row.user_id for row in present} | {row.named_by for row in present if row.named_by})
        return render_page(
            "safety/readers.html",
            status=status,
            case=case,
            form=form,
            rows=present,
            names=names,
            me=work.actor.user_id,
            told=told,
        )


def _offer(work: Work, case_id: UUID, form: ReaderForm) -> None:
    """People of the unit who may open cases and are not on the list."""
    case = queries.get(work, case_id)
    present = {row.user_id for row in readers.of_cases(work, [case_id])}
    held = people.holders(work, case.unit_id, Capability.CASE_READ)
    form.offer([(str(user.id), user.display_name) for user in held if user.id not in present])
