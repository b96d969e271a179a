"""*Kontak*: calls and visits that are no case, in one quick form and a list (issue text; own line in the recap)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import contacts, intake_desk
from app.cases.forms.contact import ContactForm
from app.cases.models import Contact
from app.domain.access import Capability
from app.domain.errors import Refused
from app.security.sections import Section
from app.web import problems, runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.web.sealed import opened
from app.web.submit import once
from app.work import Opening, Work

bp = Blueprint("contacts", __name__, url_prefix="/contacts")

PAGE_SIZE = 25


@bp.get("", endpoint="index")
@requires(Capability.CONTACT_RECORD)
def index() -> Response:
    """The form, and the unit's contacts below it."""
    form = ContactForm(formdata=None)
    form.on.data = intake_desk.office_now().today
    return _page(form)


@bp.post("", endpoint="record")
@requires(Capability.CONTACT_RECORD)
def record() -> ResponseReturnValue:
    """Record a contact."""
    form = ContactForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            contacts.record(work, form.value())
            receipt.leads_to(url_for(".index"))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _page(form, status=422)
    flash(_("The contact is recorded."), "success")
    return receipt.redirect()


@bp.get("/<uuid:contact_id>/remove", endpoint="ask_remove")
@requires(Capability.CONTACT_RECORD)
def ask_remove(contact_id: UUID) -> Response:
    """Ask before a contact is taken out of the counts, showing which one it is."""
    with runtime.reading(lambda work: _opening(work, contacts.get(work, contact_id).id)) as work:
        row = contacts.get(work, contact_id)
        held = opened(lambda: contacts.read(work, row))
        return render_page("cases/contacts/remove.html", row=row, held=held)


@bp.post("/<uuid:contact_id>/remove", endpoint="remove")
@requires(Capability.CONTACT_RECORD)
def remove(contact_id: UUID) -> ResponseReturnValue:
    """Take a wrong contact out of the counts."""
    with runtime.begin() as work:
        contacts.remove(work, contact_id)
    flash(_("The contact was taken out of the counts."), "success")
    return redirect(url_for(".index"), code=303)


def _opening(work: Work, object_id: UUID | None = None) -> Opening:
    work.actor.require(Capability.CONTACT_RECORD)
    return Opening(Event.CONTACTS_LISTED, (), (Section.CONTACT,), object_id=object_id)


def _page(form: ContactForm, status: int = 200) -> Response:
    with runtime.reading(_opening) as work:
        total = contacts.count(work)
        where = Page(_wanted_page(total), PAGE_SIZE, total, "contacts.index")
        rows = contacts.of_unit(work, PAGE_SIZE, (where.number - 1) * PAGE_SIZE)
        lines = [(row, opened(lambda row=row: _read(work, row))) for row in rows]  # type: ignore[misc]
        return render_page("cases/contacts/index.html", status=status, form=form, lines=lines, page=where, total=total)


def _read(work: Work, row: Contact) -> object:
    return contacts.read(work, row)


def _wanted_page(total: int) -> int:
    """The asked page; beyond the ends the nearest one."""
    asked = request.args.get("page", 1, type=int)
    return max(1, min(asked, -(-total // PAGE_SIZE) or 1))
