"""Signing in and out, first run, activation, and one's own account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast
from uuid import UUID

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from app.accounts import first_run, lock, queries, services, sessions, sign_in
from app.accounts.forms import ActivationForm, NewPasswordForm, PasswordForm, SetupForm, SignInForm, UnlockForm
from app.accounts.labels import role_labels
from app.accounts.sign_in import Credentials, SignInRefused
from app.domain.access import Capability, system
from app.domain.errors import Problem, Refused
from app.security import passwords
from app.web import landing, problems, runtime, session, unsaved
from app.web.forms import BaseForm
from app.web.guard import public, requires
from app.web.language import LANGUAGES
from app.web.paths import own_path
from app.web.render import render_page

bp = Blueprint("accounts", __name__)

SETUP = system("setup")
CLEAR = '"cache", "storage"'


# --- in and out ------------------------------------------------------------------------------------------------------


@bp.get("/sign-in", endpoint="sign_in")
@public
def ask_sign_in() -> Response:
    """The sign-in page; the lock screen for whose session this browser still holds."""
    person = lock.holder()
    return _sign_in_page(SignInForm()) if person is None else _lock_page(UnlockForm(), person.name)


@bp.post("/sign-in", endpoint="do_sign_in")
@public
def do_sign_in() -> ResponseReturnValue:
    """Sign in, and go back to where the person wanted to be."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, status=422)
    shown = Credentials(str(form.email.data), str(form.password.data), session.device(), session.token())
    try:
        done = sign_in.sign_in(runtime.runtime(), runtime.origin(), shown)
    except SignInRefused as refusal:
        return _refused(form, refusal, lambda status, wait: _sign_in_page(form, status, wait))
    session.start(done.token, done.device, done.language, same_person=done.same_person)
    return redirect(landing.after_sign_in(done.token, own_path(request.args.get("next"))), code=303)


@bp.post("/unlock", endpoint="unlock")
@public
def unlock() -> ResponseReturnValue:
    """Open the locked session again by the password of the person whose it is; from then on under a new token."""
    form, person = UnlockForm(), lock.holder()
    if person is None:
        return redirect(url_for(".sign_in", next=own_path(request.args.get("next"))), code=303)
    if not form.validate_on_submit():
        return _lock_page(form, person.name, status=422)
    shown = Credentials(None, str(form.password.data), session.device(), session.token())
    try:
        done = sign_in.sign_in(runtime.runtime(), runtime.origin(), shown)
    except SignInRefused as refusal:
        return _refused(form, refusal, lambda status, wait: _lock_page(form, person.name, status, wait))
    session.start(done.token, done.device, done.language, same_person=done.same_person)
    return redirect(own_path(request.args.get("next")), code=303)


@bp.post("/sign-out")
@public
def logout() -> ResponseReturnValue:
    """End this session; works also when it has lapsed."""
    _leave()
    answer = redirect(url_for(".sign_in"), code=303)
    answer.headers["Clear-Site-Data"] = CLEAR
    return answer


@bp.post("/quick-exit")
@public
def quick_exit() -> ResponseReturnValue:
    """End this session and go on to a neutral page (security 7.1)."""
    _leave()
    answer = make_response(render_template("layouts/left.html"))
    answer.headers["Clear-Site-Data"] = CLEAR
    return answer


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """Change the language; a signed-in person's choice is kept with the account."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    if runtime.is_signed_in():
        with runtime.begin() as work:
            services.choose_language(work, chosen)
    cookie[session.LANGUAGE] = chosen
    refresh()
    return redirect(own_path(request.form.get("next")), code=303)


def _leave() -> None:
    sessions.end_token(runtime.runtime(), runtime.origin(), session.token())
    session.end()


def _sign_in_page(form: SignInForm, status: int = 200, wait: timedelta | None = None) -> Response:
    back = own_path(request.args.get("next"), "/")
    here, address = url_for(".sign_in", next=back), url_for(".do_sign_in", next=back)
    return render_page("accounts/sign_in.html", form=form, action=address, here=here, wait=wait, status=status)


def _lock_page(form: UnlockForm, name: str, status: int = 200, wait: timedelta | None = None) -> Response:
    back = own_path(request.args.get("next"), "/")
    return render_page(
        "accounts/locked.html",
        form=form,
        action=url_for(".unlock", next=back),
        name=name,
        here=url_for(".sign_in", next=back),
        is_kept=unsaved.is_put_back(back),
        wait=wait,
        status=status,
    )


def _refused(
    form: BaseForm, refusal: SignInRefused, show: Callable[[int, timedelta | None], Response]
) -> ResponseReturnValue:
    """The same words for every reason; more time only after many tries."""
    if refusal.wait is None:
        asks_address = isinstance(form, SignInForm)
        wrong = _("The address or the password is not right, or the account is not active.")
        form.form_errors.append(wrong if asks_address else _("This is not your password."))
        return show(422, None)
    form.form_errors.append(_("Too many tries. Please wait a moment and try again."))
    answer = show(429, refusal.wait)
    answer.headers["Retry-After"] = str(int(refusal.wait.total_seconds()) + 1)
    return answer


# --- first run and activation ----------------------------------------------------------------------------------------


@bp.get("/setup", endpoint="setup")
@public
def ask_setup() -> Response:
    """The first-run page; 404 once setup is closed."""
    return _setup_page(SetupForm())


@bp.post("/setup", endpoint="do_setup")
@public
def do_setup() -> ResponseReturnValue:
    """Make the first account."""
    form = SetupForm()
    valid = form.validate_on_submit()
    try:
        with runtime.runtime().looking(SETUP, runtime.origin()) as work:
            first_run.check_token(work, str(form.token.data))
            _check_new_password(form, str(form.name.data), str(form.email.data), first_run.unit_name(work))
        if not valid:
            return _setup_page(form, status=422)
        hashed = passwords.hash_password(runtime.runtime().crypt, str(form.password.data))
        with runtime.runtime().begin(SETUP, runtime.origin()) as work:
            first_run.complete(
                work, str(form.token.data), email=str(form.email.data), name=str(form.name.data), password_hash=hashed
            )
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _setup_page(form, status=422)
    flash(_("The first account is ready. Sign in."), "success")
    return redirect(url_for(".sign_in"), code=303)


def _setup_page(form: SetupForm, status: int = 200) -> Response:
    with runtime.runtime().looking(SETUP, runtime.origin()) as work:
        if not first_run.is_open(work):
            abort(404)
        name = first_run.unit_name(work)
    return render_page("accounts/setup.html", form=form, unit_name=name, status=status)


@bp.get("/activate", endpoint="activate")
@public
def ask_activate() -> Response:
    """Where a new person enters the one-time code. The code is never part of an address."""
    return render_page("accounts/activate.html", form=ActivationForm())


@bp.post("/activate", endpoint="do_activate")
@public
def do_activate() -> ResponseReturnValue:
    """Choose the first password."""
    form = ActivationForm()
    valid = form.validate_on_submit()
    token = str(form.token.data or "")
    try:
        with runtime.runtime().looking(SETUP, runtime.origin()) as work:
            user = services.activated_by(work, token)
            _check_new_password(form, *services.personal_words(work, user))
        if not valid:
            return render_page("accounts/activate.html", form=form, status=422)
        hashed = passwords.hash_password(runtime.runtime().crypt, str(form.password.data))
        with runtime.runtime().begin(SETUP, runtime.origin()) as work:
            services.activate(work, token, hashed)
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return render_page("accounts/activate.html", form=form, status=422)
    flash(_("Your account is active. Sign in with the password you chose."), "success")
    return redirect(url_for(".sign_in"), code=303)


def _check_new_password(form: NewPasswordForm, *personal: str) -> None:
    """Refused when a new password is short, long, easy to guess, or typed differently the second time."""
    found = passwords.problems(form.password.data or "", *personal)
    if form.password.data != form.again.data:
        found.append(Problem("password.different", "again"))
    if found:
        raise Refused(*found)


# --- one's own account -----------------------------------------------------------------------------------------------


@bp.get("/account")
@requires(Capability.SELF)
def profile() -> Response:
    """One's own account: roles, language, password, sessions."""
    return _profile_page(PasswordForm())


@bp.post("/account/password")
@requires(Capability.SELF)
def change_password() -> ResponseReturnValue:
    """Change one's own password; every session ends, and this browser starts a new one by signing in again."""
    form = PasswordForm()
    valid = form.validate_on_submit()
    me = _me()
    try:
        with runtime.looking() as work:
            _check_new_password(form, *services.personal_words(work, queries.get(work, me)))
        if not valid:
            return _profile_page(form, status=422)
        sign_in.check_own_password(runtime.runtime(), runtime.origin(), me, str(form.current.data))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _profile_page(form, status=422)
    except SignInRefused as refusal:
        return _wrong_current(form, refusal)
    hashed = passwords.hash_password(runtime.runtime().crypt, str(form.password.data))
    with runtime.begin() as work:
        services.change_password(work, hashed)
    session.end()
    flash(_("Your password was changed. Sign in with the new one."), "success")
    return redirect(url_for(".sign_in"), code=303)


@bp.post("/account/sessions/<uuid:session_id>/end")
@requires(Capability.SELF)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of one's own sessions."""
    with runtime.begin() as work:
        sessions.end_own(work, session_id)
    flash(_("The session was ended."), "success")
    return redirect(url_for(".profile"), code=303)


def _wrong_current(form: PasswordForm, refusal: SignInRefused) -> Response:
    wrong = _("This is not your current password.")
    form.current.errors = [_("Too many tries. Please wait a moment and try again.") if refusal.wait else wrong]
    return _profile_page(form, status=429 if refusal.wait else 422)


def _me() -> UUID:
    return cast(UUID, runtime.actor().user_id)


def _profile_page(form: PasswordForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        user = queries.get(work, _me())
        rows = [row for row in queries.own_sessions(work) if sessions.is_live(row, work.now)]
        here = sessions.session_of(work, session.token() or "")
        return render_page(
            "accounts/profile.html",
            form=form,
            user=user,
            roles=role_labels(work.actor.roles),
            sessions=rows,
            here=here,
            reads_log=work.actor.may(Capability.AUDIT_OWN),
            now=work.now,
            status=status,
        )
