"""Signing in: equal answers and equal time for unknown, disabled and wrong; growing delays; a new token each time (security 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from app.accounts import queries, services, sessions, throttle
from app.accounts.models import User
from app.audit.events import Event
from app.domain.access import Actor, person
from app.domain.errors import DomainError
from app.security import passwords, tokens
from app.security.index import email_tag
from app.web import submit
from app.work import AuditLine, Origin, Runtime, Work

SUBMITS_KEPT = timedelta(days=2)


class SignInRefused(DomainError):
    """The one answer to every failed try. `wait` says how long to wait when there were too many."""

    def __init__(self, wait: timedelta | None = None) -> None:
        super().__init__("sign-in")
        self.wait = wait


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a browser shows: address, password, the proof of a known device, the token it carried before. No repr.

    Without an address the person is the one whose session the token is: unlocking asks for the password alone.
    """

    email: str | None
    password: str
    device: str = ""
    previous_token: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """What the browser gets: a new token, a proof of this device, the language. `same_person`: back after the idle lock."""

    token: str
    device: str
    language: str
    same_person: bool


@dataclass(frozen=True, slots=True)
class _Try:
    user_id: UUID | None
    password_hash: str | None
    keys: throttle.Keys
    used: Sequence[throttle.Allowance]


def sign_in(runtime: Runtime, origin: Origin, shown: Credentials) -> SignedIn:
    """Sign a person in. SignInRefused for every failure. Hashing happens between two short transactions (design 6)."""
    begun = _begin(runtime, origin, shown)
    verdict = passwords.verify(runtime.crypt, begun.password_hash, shown.password)
    if not verdict.ok or begun.user_id is None:
        line = AuditLine(Event.SIGN_IN_FAILED, begun.user_id, result="failed")
        runtime.record(sessions.NOBODY, origin, line)
        raise SignInRefused()
    return _complete(runtime, origin, shown, begun, verdict.replacement)


def check_own_password(runtime: Runtime, origin: Origin, user_id: UUID, password: str) -> None:
    """Compare the current password of a signed-in person, under the same delays. SignInRefused when it is wrong."""
    with runtime.begin(sessions.NOBODY, origin) as work:
        user = work.session.get(User, user_id)
        if user is None:
            raise SignInRefused()
        allowances = throttle.keys(runtime.crypt, user.email_tag, f"own:{user_id}", "")
        wait, used = throttle.count(work, allowances)
        stored = user.password_hash
    if wait is not None:
        raise SignInRefused(wait)
    if not passwords.verify(runtime.crypt, stored, password).ok:
        runtime.record(
            sessions.NOBODY, origin, AuditLine(Event.SIGN_IN_FAILED, user_id, purpose="own", result="failed")
        )
        raise SignInRefused()
    with runtime.begin(sessions.NOBODY, origin) as work:
        throttle.forgive(work, allowances, used)


def _begin(runtime: Runtime, origin: Origin, shown: Credentials) -> _Try:
    """Find the account and count the try before anything is compared."""
    with runtime.begin(sessions.NOBODY, origin) as work:
        allowances = throttle.keys(runtime.crypt, _tag(work, shown), origin.address, shown.device)
        wait, used = throttle.count(work, allowances)
        user = _whom(work, shown) if wait is None else None
    if wait is not None:
        raise SignInRefused(wait)
    if user is None or user.is_disabled:
        return _Try(user.id if user else None, None, allowances, used)
    return _Try(user.id, user.password_hash, allowances, used)


def _whom(work: Work, shown: Credentials) -> User | None:
    if shown.email is not None:
        return queries.by_email(work, shown.email)
    owner = sessions.owner_of(work, shown.previous_token)
    return work.session.get(User, owner) if owner is not None else None


def _tag(work: Work, shown: Credentials) -> bytes:
    """What tries count against: the account's address, typed or known from the locked session."""
    if shown.email is not None:
        return email_tag(work.vault.crypt, shown.email)
    user = _whom(work, shown)
    return user.email_tag if user is not None else b""


def _complete(runtime: Runtime, origin: Origin, shown: Credentials, begun: _Try, replacement: str | None) -> SignedIn:
    """Start the session, if the account is still what it was when the password was compared."""
    token = tokens.new_token()
    with runtime.looking(sessions.NOBODY, origin) as work:
        actor = _actor(work, begun)
    with runtime.begin(actor, replace(origin, session_hash=tokens.token_hash(token))) as work:
        user = _unchanged(work, begun)
        if replacement is not None:
            services.rehash(work, user, replacement)
        previous = sessions.owner_of(work, shown.previous_token)
        if previous == user.id and shown.previous_token is not None:
            sessions.retire(work, shown.previous_token)
        sessions.open_session(work, user, token)
        throttle.forgive(work, begun.keys, begun.used)
        _tidy(work)
        work.recorded(Event.SIGNED_IN, user.id)
    return SignedIn(token, throttle.proof(runtime.crypt, user.email_tag), user.language, previous == user.id)


def _actor(work: Work, begun: _Try) -> Actor:
    user = _unchanged(work, begun)
    return person(user.id, user.unit_id, queries.roles_of(work, user))


def _unchanged(work: Work, begun: _Try) -> User:
    user = work.session.get(User, begun.user_id)
    if user is None or user.is_disabled or user.password_hash != begun.password_hash:
        raise SignInRefused()
    return user


def _tidy(work: Work) -> None:
    """A sign-in is a good moment to drop what nobody needs any more; all of it is small."""
    sessions.forget_old(work)
    throttle.forget_old(work)
    submit.forget(work, work.now - SUBMITS_KEPT)
