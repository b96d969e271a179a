"""Administration of people in one's own unit (`user:admin`). No page here shows a case."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries, services
from app.accounts.forms import NewUserForm, RolesForm, UserForm
from app.accounts.labels import role_labels
from app.accounts.services import NewAccount
from app.audit.events import Event
from app.domain.access import Capability
from app.domain.errors import Refused, Stale
from app.security.sections import Section
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import Unopened, opened
from app.web.submit import once
from app.work import Opening, Work

bp = Blueprint("users", __name__, url_prefix="/users")
ADMIN = Capability.USER_ADMIN


@bp.get("")
@requires(ADMIN)
def index() -> Response:
    """Everybody with an account in the unit. Addresses stay sealed here."""
    with runtime.looking() as work:
        people = list(work.session.scalars(queries.visible_to(work.actor)))
        roles = queries.roles_by_user(work, people)
        lines = [(person, role_labels(roles[person.id])) for person in people]
        return render_page("accounts/users/index.html", lines=lines)


@bp.get("/new")
@requires(ADMIN)
def new() -> Response:
    """The form for a new person."""
    return render_page("accounts/users/new.html", form=NewUserForm())


@bp.post("")
@requires(ADMIN)
def create() -> ResponseReturnValue:
    """Make the account and show its activation code, this once."""
    form = NewUserForm()
    if not form.validate_on_submit():
        return render_page("accounts/users/new.html", form=form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            account = services.create_user(
                work,
                email=str(form.email.data),
                name=str(form.name.data),
                phone=form.phone.data or "",
                language=str(form.language.data),
                role_codes=form.roles.data or (),
            )
            receipt.leads_to(url_for(".show", user_id=account.user.id))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return render_page("accounts/users/new.html", form=form, status=422)
    return _token_page(account)


@bp.get("/<uuid:user_id>")
@requires(ADMIN)
def show(user_id: UUID) -> Response:
    """One person: contact, roles, state."""
    return _page(user_id)


@bp.post("/<uuid:user_id>")
@requires(ADMIN)
def change(user_id: UUID) -> ResponseReturnValue:
    """Correct name or phone."""
    form = UserForm()
    if not form.validate_on_submit():
        return _page(user_id, form=form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            name, phone = str(form.name.data), form.phone.data or ""
            services.change_user(work, user_id, name=name, phone=phone, version=form.version)
            receipt.leads_to(url_for(".show", user_id=user_id))
    except Stale:
        return _page(user_id, form=form, status=409)
    flash(_("Saved."), "success")
    return receipt.redirect()


@bp.post("/<uuid:user_id>/roles")
@requires(ADMIN)
def set_roles(user_id: UUID) -> ResponseReturnValue:
    """Make the ticked roles the person's roles."""
    form = RolesForm()
    if not form.validate_on_submit():
        return _page(user_id, roles_form=form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            services.set_roles(work, user_id, form.roles.data or ())
            receipt.leads_to(url_for(".show", user_id=user_id))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _page(user_id, roles_form=form, status=422)
    flash(_("The roles were saved."), "success")
    return receipt.redirect()


@bp.post("/<uuid:user_id>/disable")
@requires(ADMIN)
def disable(user_id: UUID) -> ResponseReturnValue:
    """Switch the account off."""
    try:
        with runtime.begin() as work:
            services.disable(work, user_id)
    except Refused as refusal:
        flash(" ".join(problems.sentence(problem) for problem in refusal.problems), "error")
        return redirect(url_for(".show", user_id=user_id), code=303)
    flash(_("The account is off. All its sessions have ended."), "success")
    return redirect(url_for(".show", user_id=user_id), code=303)


@bp.post("/<uuid:user_id>/enable")
@requires(ADMIN)
def enable(user_id: UUID) -> ResponseReturnValue:
    """Switch the account on again."""
    with runtime.begin() as work:
        services.enable(work, user_id)
    flash(_("The account is on again."), "success")
    return redirect(url_for(".show", user_id=user_id), code=303)


@bp.post("/<uuid:user_id>/activation")
@requires(ADMIN)
def activation(user_id: UUID) -> ResponseReturnValue:
    """A new activation code, shown this once; the old password works no more."""
    with runtime.begin() as work:
        account = services.issue_activation(work, user_id)
    return _token_page(account)


def _token_page(account: NewAccount) -> Response:
    """The only answer that carries the code: it is stored nowhere."""
    page = render_template("accounts/users/token.html", account=account, activate_url=url_for("accounts.activate"))
    return make_response(page)


def _page(
    user_id: UUID, *, form: UserForm | None = None, roles_form: RolesForm | None = None, status: int = 200
) -> Response:
    def plan(work: Work) -> Opening:
        return Opening(Event.USERS_LISTED, sections=(Section.STAFF_CONTACT,), object_id=queries.get(work, user_id).id)

    with runtime.reading(plan) as work:
        user = queries.get(work, user_id)
        contact = opened(lambda: services.contact_of(work, user))
        roles = queries.roles_of(work, user)
        phone = "" if isinstance(contact, Unopened) else contact.phone
        if form is not None and status == 409:
            form.refresh(user.version)
        return render_page(
            "accounts/users/show.html",
            form=form or UserForm(formdata=None, name=user.display_name, phone=phone, etag=str(user.version)),
            roles_form=roles_form or RolesForm(formdata=None, roles=list(roles)),
            user=user,
            contact=contact,
            roles=role_labels(roles),
            is_self=user.id == work.actor.user_id,
            now=work.now,
            status=status,
        )
