"""Sessions on the server: a random token in the browser, its hash in a row, limits kept by the server (security 5).

Idle 15 minutes, 10 hours in all, at most four a person (design 0, 6). Roles are looked up at every request, so a change
takes effect on the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update

from app.accounts import covers, queries
from app.accounts.genuine import is_genuine
from app.accounts.models import SignedInSession, Unit, User
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Actor, Strength, person
from app.domain.errors import NotFound
from app.domain.zones import Zone
from app.security import tokens
from app.work import Origin, Runtime, Work

IDLE: Final = timedelta(minutes=15)
ABSOLUTE: Final = timedelta(hours=10)
PER_PERSON: Final = 4
SEEN_EVERY: Final = timedelta(minutes=1)
KEPT: Final = timedelta(days=30)
NOBODY: Final = Actor(None, None, system="sign-in")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, as one request sees it. Flask-Login's `current_user`."""

    actor: Actor
    user_id: UUID
    session_id: UUID
    session_hash: bytes
    seen_at: datetime
    name: str
    unit_name: str
    zone: Zone
    language: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """The session's id, as Flask-Login asks for one."""
        return str(self.session_id)


def is_live(row: SignedInSession, now: datetime) -> bool:
    """Whether a session still counts: not ended, not idle for 15 minutes, not older than 10 hours."""
    return row.ended_at is None and now - row.seen_at < IDLE and now - row.created_at < ABSOLUTE


def open_session(work: Work, user: User, token: str) -> SignedInSession:
    """Start a session for a person who just proved it; the oldest beyond four end."""
    row = SignedInSession(
        id=new_id(),
        token_hash=tokens.token_hash(token),
        user_id=user.id,
        strength=Strength.PASSWORD.value,
        created_at=work.now,
        seen_at=work.now,
        ended_at=None,
    )
    others = work.session.scalars(
        select(SignedInSession)
        .where(SignedInSession.user_id == user.id, SignedInSession.ended_at.is_(None))
        .order_by(SignedInSession.created_at.desc())
        .offset(PER_PERSON - 1)
    )
    for old in others:
        old.ended_at = work.now
    work.session.add(row)
    work.session.flush()
    return row


def look_up(work: Work, token: str) -> Identity | None:
    """The person behind a token, with the roles of this moment; None for a token that does not count (any more)."""
    found = _behind(work, token)
    return found[1] if found is not None and is_live(found[0], work.now) else None


def holder(work: Work, token: str) -> Identity | None:
    """The person whose session this is, though it may be locked: idle or too old, but never ended. It lets nobody in."""
    found = _behind(work, token)
    return found[1] if found is not None else None


def _behind(work: Work, token: str) -> tuple[SignedInSession, Identity] | None:
    token_hash = tokens.token_hash(token)
    found = work.session.execute(
        select(SignedInSession, User, Unit)
        .join(User, User.id == SignedInSession.user_id)
        .join(Unit, Unit.id == User.unit_id)
        .where(SignedInSession.token_hash == token_hash, SignedInSession.ended_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    row, user, unit = found
    if user.is_disabled or not is_genuine(work.vault.crypt, user):
        return None
    actor = person(
        user.id,
        user.unit_id,
        queries.roles_of(work, user),
        Strength(row.strength),
        stands_in_for=covers.stood_in_for(work, user.id),
    )
    identity = Identity(
        actor, user.id, row.id, token_hash, row.seen_at, user.display_name, unit.name, unit.local_zone, user.language
    )
    return row, identity


def touch(runtime: Runtime, identity: Identity) -> None:
    """Note that the person is still there; written at most once a minute."""
    now = runtime.now()
    if now - identity.seen_at < SEEN_EVERY:
        return
    with runtime.begin(identity.actor) as work:
        work.session.execute(
            update(SignedInSession)
            .where(SignedInSession.id == identity.session_id, SignedInSession.ended_at.is_(None))
            .values(seen_at=now)
        )


def session_of(work: Work, token: str) -> UUID | None:
    """The id of the session of this token, if it was never ended."""
    row = _by_token(work, token)
    return row.id if row is not None else None


def owner_of(work: Work, token: str | None) -> UUID | None:
    """Whose session this token was, if it was never ended: tells a return after the idle lock from a stranger."""
    row = _by_token(work, token) if token else None
    return row.user_id if row is not None else None


def _by_token(work: Work, token: str) -> SignedInSession | None:
    query = select(SignedInSession).where(SignedInSession.token_hash == tokens.token_hash(token))
    return work.session.scalar(query.where(SignedInSession.ended_at.is_(None)))


def retire(work: Work, token: str) -> None:
    """End the session a person came back from: its place is taken by the new one."""
    work.session.execute(
        update(SignedInSession)
        .where(SignedInSession.token_hash == tokens.token_hash(token), SignedInSession.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def end_token(runtime: Runtime, origin: Origin, token: str | None) -> None:
    """Sign out: end the session of this browser. Nothing happens where there is none."""
    if token is None:
        return
    with runtime.begin(NOBODY, origin) as work:
        row = _by_token(work, token)
        if row is not None:
            row.ended_at = work.now
            work.recorded(Event.SIGNED_OUT, row.user_id)


def end_own(work: Work, session_id: UUID) -> None:
    """End one of one's own sessions; NotFound for anybody else's."""
    row = next((row for row in queries.own_sessions(work) if row.id == session_id), None)
    if row is None:
        raise NotFound("session")
    row.ended_at = work.now
    work.recorded(Event.SESSIONS_ENDED, row.id)


def end_all(work: Work, user_id: UUID) -> None:
    """End every session of a person: disabled, lost a role, changed the password."""
    work.session.execute(
        update(SignedInSession)
        .where(SignedInSession.user_id == user_id, SignedInSession.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def forget_old(work: Work) -> None:
    """Drop rows of sessions that began over 30 days ago; the audit log keeps who signed in when."""
    work.session.execute(delete(SignedInSession).where(SignedInSession.created_at < work.now - KEPT))
