"""Reads about people, each scoped to the actor's unit; the operator of the machine sees all units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Select, func, select

from app.accounts.genuine import is_genuine
from app.accounts.models import RoleGrant, SignedInSession, Unit, User
from app.domain.access import Actor, Capability, capabilities_of
from app.domain.errors import NotFound
from app.security.index import email_tag
from app.work import Work


def units_visible_to(actor: Actor) -> Select[Unit]:
    """Every query for units starts here: one's own unit; all of them for the operator."""
    query = select(Unit).order_by(Unit.area_code)
    return query if actor.system else query.where(Unit.id == actor.unit_id)


def unit(work: Work, unit_id: UUID) -> Unit:
    """A unit the actor may see; else NotFound."""
    found = work.session.scalar(units_visible_to(work.actor).where(Unit.id == unit_id))
    if found is None:
        raise NotFound("unit")
    return found


def unit_of_area(work: Work, area_code: str) -> Unit:
    """The unit of a kabupaten, kota or province by its code; NotFound where there is none in the actor's sight."""
    found = work.session.scalar(units_visible_to(work.actor).where(Unit.area_code == area_code))
    if found is None:
        raise NotFound("unit")
    return found


def only_unit(work: Work) -> Unit | None:
    """The unit of a deployment that has exactly one, for commands that name none."""
    found = work.session.scalars(units_visible_to(work.actor).limit(2)).all()
    return found[0] if len(found) == 1 else None


def visible_to(actor: Actor) -> Select[User]:
    """Every query for users starts here: those of one's own unit; all of them for the operator."""
    query = select(User).order_by(func.lower(User.display_name), User.id)
    return query if actor.system else query.where(User.unit_id == actor.unit_id)


def get(work: Work, user_id: UUID, *, lock: bool = False) -> User:
    """A genuine user in the actor's sight; else NotFound. `lock` holds the row for a change."""
    query = visible_to(work.actor).where(User.id == user_id)
    user = work.session.scalar(query.with_for_update() if lock else query)
    if user is None or not is_genuine(work.vault.crypt, user):
        raise NotFound("user")
    return user


def by_email(work: Work, email: str) -> User | None:
    """The genuine user who signs in with this address, wherever it works; None where there is none."""
    crypt = work.vault.crypt
    user = work.session.scalar(select(User).where(User.email_tag == email_tag(crypt, email)))
    return user if user is not None and is_genuine(crypt, user) else None


def grants_of(work: Work, user_ids: Iterable[UUID]) -> list[RoleGrant]:
    """The standing, genuine grants of these people, in one query."""
    rows = work.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.user_id.in_(list(user_ids)), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.role)
    )
    return [row for row in rows if is_genuine(work.vault.crypt, row)]


def roles_by_user(work: Work, users: Iterable[User]) -> Mapping[UUID, tuple[str, ...]]:
    """Role codes of each person in the person's own unit."""
    units = {user.id: user.unit_id for user in users}
    found: dict[UUID, tuple[str, ...]] = dict.fromkeys(units, ())
    for grant in grants_of(work, units):
        if grant.unit_id == units[grant.user_id]:
            found[grant.user_id] += (grant.role,)
    return found


def roles_of(work: Work, user: User) -> tuple[str, ...]:
    """Role codes of one person in the person's own unit."""
    return roles_by_user(work, [user])[user.id]


def holders(work: Work, unit_id: UUID, capability: Capability) -> list[User]:
    """People of a unit who can sign in and hold the capability, by name: for choices such as "assign to"."""
    rows = work.session.scalars(
        select(User)
        .where(User.unit_id == unit_id, User.disabled_at.is_(None), User.password_hash.is_not(None))
        .order_by(func.lower(User.display_name), User.id)
    )
    people = [row for row in rows if is_genuine(work.vault.crypt, row)]
    roles = roles_by_user(work, people)
    return [person for person in people if capability in capabilities_of(roles[person.id])]


def names(work: Work, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Display names of people, one query; ids nobody has are left out. Staff names are not secret (design 2)."""
    wanted = set(user_ids)
    if not wanted:
        return {}
    rows = work.session.execute(select(User.id, User.display_name).where(User.id.in_(wanted)))
    return {user_id: name for user_id, name in rows}


def own_sessions(work: Work) -> list[SignedInSession]:
    """The actor's sessions that were not ended, newest first."""
    query = select(SignedInSession).where(
        SignedInSession.user_id == work.actor.user_id, SignedInSession.ended_at.is_(None)
    )
    return list(work.session.scalars(query.order_by(SignedInSession.created_at.desc())))
