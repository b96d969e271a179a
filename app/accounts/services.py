"""Acts about people: one function, one thing somebody does. Used by the pages and by `naungan users`.

Nobody changes his own roles or switches himself off. Nobody sets or sees another's password: an account begins with a one-time
activation token (24 hours), handed over in person. Passwords are hashed by the caller, before the transaction begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.accounts import queries, sessions
from app.accounts.genuine import is_genuine, seal_grant, seal_user
from app.accounts.models import RoleGrant, Unit, User
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability, capabilities_of, roles
from app.domain.errors import Conflict, NotPermitted, Problem, Refused, Stale
from app.domain.zones import Zone
from app.security import tokens
from app.security.index import email_tag
from app.security.structs.office import StaffContact
from app.work import Work

_EMAIL: Final = re.compile(r"[^@\s\"<>,;:\\]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,8}", re.IGNORECASE)
_AREA: Final = re.compile(r"[0-9]{2}(\.[0-9]{2})?")
_HEAD: Final = "KEPALA"
FIRST_ROLES: Final = ("ADMIN", _HEAD)
NAME_LIMIT: Final = 160  # characters of a name of a person or unit


@dataclass(frozen=True, slots=True, repr=False)
class NewAccount:
    """A new account with its activation token, to be handed over once. No repr: it holds the token."""

    user: User
    token: str


# --- units -----------------------------------------------------------------------------------------------------------


def create_unit(work: Work, *, area_code: str, name: str, zone: Zone, register_prefix: str = "") -> Unit:
    """Add a unit for a kabupaten or kota (63.03) or a province (63). The operator's act. Refused, Conflict."""
    work.actor.require(Capability.OPERATE)
    if not _AREA.fullmatch(area_code):
        raise Refused(Problem("unit.area-code", "area_code"))
    if work.session.scalar(select(Unit.id).where(Unit.area_code == area_code)) is not None:
        raise Conflict("unit exists")
    unit = Unit(
        id=new_id(),
        area_code=area_code,
        kind="prov" if len(area_code) == 2 else "kabkota",
        name=_required(name, "name"),
        zone=zone.value,
        register_prefix=register_prefix or area_code.replace(".", ""),
        is_single_officer=False,
        age_basis="incident",
        created_at=work.now,
    )
    work.session.add(unit)
    work.session.flush()
    work.recorded(Event.UNIT_CREATED, unit.id, row=unit)
    return unit


def change_unit(
    work: Work,
    unit_id: UUID,
    *,
    name: str,
    zone: Zone,
    register_prefix: str,
    is_single_officer: bool,
    age_basis: str,
    version: int | None = None,
) -> Unit:
    """Set what a unit chooses itself. Stale when somebody saved first. Numbers already given keep their prefix. Refused for values that are none."""
    work.actor.require(Capability.UNIT_ADMIN)
    unit = queries.unit(work, unit_id)
    if version is not None and unit.version != version:
        raise Stale("unit")
    if not re.fullmatch(r"[A-Z0-9.\-]{1,20}", register_prefix):
        raise Refused(Problem("unit.prefix", "register_prefix"))
    if age_basis not in ("incident", "report"):
        raise Refused(Problem("code.unknown", "age_basis", params={"list": "age_basis"}))
    unit.name, unit.zone = _required(name, "name"), zone.value
    unit.register_prefix, unit.is_single_officer, unit.age_basis = register_prefix, is_single_officer, age_basis
    work.session.flush()
    work.recorded(Event.UNIT_CHANGED, unit.id, row=unit)
    return unit


# --- accounts --------------------------------------------------------------------------------------------------------


def create_user(
    work: Work,
    *,
    email: str,
    name: str,
    role_codes: Iterable[str],
    unit_id: UUID | None = None,
    language: str = "id",
    phone: str = "",
    password_hash: str | None = None,
) -> NewAccount:
    """Add a person to the unit, with roles, ready to be activated. Refused: name, address, roles; Conflict: address taken.

    `password_hash` is for the operator of the machine alone (`naungan users create --password-stdin`): the account is active at
    once and the token is empty.
    """
    work.actor.require(Capability.USER_ADMIN)
    if password_hash is not None:
        work.actor.require(Capability.OPERATE)
    unit = queries.unit(work, unit_id or work.actor.own_unit())
    address = valid_email(email)
    tag = email_tag(work.vault.crypt, address)
    if work.session.scalar(select(User.id).where(User.email_tag == tag)) is not None:
        raise Refused(Problem("user.email-taken", "email"))
    issued = tokens.issue(work.now) if password_hash is None else None
    user = User(
        id=new_id(),
        unit_id=unit.id,
        display_name=_required(name, "name"),
        email_tag=tag,
        office_id=work.office,
        password_hash=password_hash,
        activation_hash=issued.hash if issued else None,
        activation_until=issued.expires_at if issued else None,
        language=language if language in ("id", "en") else "id",
        disabled_at=None,
        created_at=work.now,
        version=0,
    )
    user.contact_sealed = work.vault.seal(user.place(), StaffContact(email=address, phone=phone))
    seal_user(work.vault.crypt, user)
    work.session.add(user)
    work.session.flush()
    work.recorded(Event.USER_CREATED, user.id, row=user)
    _grant_all(work, user, _known_roles(role_codes, work))
    return NewAccount(user, issued.token if issued else "")


def change_user(work: Work, user_id: UUID, *, name: str, phone: str, version: int | None = None) -> User:
    """Correct a person's name or phone. Stale when somebody saved first."""
    work.actor.require(Capability.USER_ADMIN)
    user = queries.get(work, user_id, lock=True)
    _same_version(user, version)
    contact = contact_of(work, user)
    user.display_name = _required(name, "name")
    user.contact_sealed = work.vault.seal(user.place(), StaffContact(email=contact.email, phone=phone))
    _save(work, user)
    work.recorded(Event.USER_CHANGED, user.id, row=user)
    return user


def contact_of(work: Work, user: User) -> StaffContact:
    """A person's address and phone; opens `user.contact`."""
    return work.vault.open(user.place(), user.contact_sealed, StaffContact)


def set_roles(work: Work, user_id: UUID, role_codes: Iterable[str]) -> User:
    """Make these the roles of a person in the own unit. Nobody does this for himself. A lost role ends the person's sessions.

    One person holding user administration and case reading needs the head's grant (design 6): only an actor who is head gives it.
    """
    work.actor.require(Capability.USER_ADMIN)
    user = queries.get(work, user_id, lock=True)
    _not_self(work, user)
    wanted = _known_roles(role_codes, work)
    standing = {grant.role: grant for grant in queries.grants_of(work, [user.id]) if grant.unit_id == user.unit_id}
    lost = sorted(standing.keys() - wanted)
    if "ADMIN" in lost:
        _keep_an_admin(work, user)
    for role in lost:
        _revoke(work, standing[role])
    _grant_all(work, user, wanted - standing.keys())
    if lost:
        sessions.end_all(work, user.id)
    work.recorded(Event.ROLES_SET, user.id, purpose=" ".join(sorted(wanted)))
    return user


def disable(work: Work, user_id: UUID) -> User:
    """Switch an account off: its sessions end now, its activation token dies. Nobody does this to himself."""
    work.actor.require(Capability.USER_ADMIN)
    user = queries.get(work, user_id, lock=True)
    _not_self(work, user)
    _keep_an_admin(work, user)
    user.disabled_at = user.disabled_at or work.now
    user.activation_hash = user.activation_until = None
    _save(work, user)
    sessions.end_all(work, user.id)
    work.recorded(Event.USER_DISABLED, user.id, row=user)
    return user


def enable(work: Work, user_id: UUID) -> User:
    """Switch an account on again, with the password it had."""
    work.actor.require(Capability.USER_ADMIN)
    user = queries.get(work, user_id, lock=True)
    _not_self(work, user)
    user.disabled_at = None
    _save(work, user)
    work.recorded(Event.USER_ENABLED, user.id, row=user)
    return user


def issue_activation(work: Work, user_id: UUID) -> NewAccount:
    """A new one-time token for a person who never activated the account or forgot the password. Sessions end; the old password
    works no more. Nobody does this for himself. Conflict for a disabled account."""
    work.actor.require(Capability.USER_ADMIN)
    user = queries.get(work, user_id, lock=True)
    _not_self(work, user)
    if user.is_disabled:
        raise Conflict("user is disabled")
    issued = tokens.issue(work.now)
    user.activation_hash, user.activation_until, user.password_hash = issued.hash, issued.expires_at, None
    _save(work, user)
    sessions.end_all(work, user.id)
    work.recorded(Event.ACTIVATION_ISSUED, user.id, row=user)
    return NewAccount(user, issued.token)


def activate(work: Work, token: str, password_hash: str) -> User:
    """Choose the first password with a one-time token. Refused for a token that is wrong, used or older than 24 hours."""
    user = activated_by(work, token, lock=True)
    user.password_hash, user.activation_hash, user.activation_until = password_hash, None, None
    _save(work, user)
    work.recorded(Event.PASSWORD_CHANGED, user.id, row=user, purpose="activation")
    return user


def activated_by(work: Work, token: str, *, lock: bool = False) -> User:
    """The person an activation token belongs to; one Refused for every reason it may not count. `lock` holds the row."""
    query = select(User).where(User.activation_hash == tokens.token_hash(token))
    user = work.session.scalar(query.with_for_update() if lock else query)
    genuine = user is not None and is_genuine(work.vault.crypt, user) and not user.is_disabled
    if user is None or not genuine or not tokens.accepts(user.activation_hash, user.activation_until, token, work.now):
        raise Refused(Problem("activation.refused", "token"))
    return user


def change_password(work: Work, password_hash: str) -> User:
    """Change one's own password; the caller has compared the current one. Every session ends, this one too."""
    work.actor.require(Capability.SELF)
    user = queries.get(work, _own_id(work), lock=True)
    user.password_hash = password_hash
    _save(work, user)
    sessions.end_all(work, user.id)
    work.recorded(Event.PASSWORD_CHANGED, user.id, row=user)
    return user


def choose_language(work: Work, language: str) -> None:
    """Keep the person's choice of language."""
    work.actor.require(Capability.SELF)
    user = queries.get(work, _own_id(work), lock=True)
    user.language = language
    _save(work, user)
    work.recorded(Event.LANGUAGE_CHOSEN, user.id)


def rehash(work: Work, user: User, password_hash: str) -> None:
    """Keep a hash made anew with today's parameters (security 6 #13)."""
    user.password_hash = password_hash
    _save(work, user)


def personal_words(work: Work, user: User) -> tuple[str, ...]:
    """Words a guesser of this person's password would try first: the person's name and the unit's."""
    unit = work.session.get(Unit, user.unit_id)
    return (user.display_name, unit.name if unit else "")


def valid_email(email: str) -> str:
    """The address as given, stripped; Refused where it is none."""
    address = email.strip()
    if not _EMAIL.fullmatch(address) or len(address) > 254:
        raise Refused(Problem("user.email", "email"))
    return address


# --- steps -----------------------------------------------------------------------------------------------------------


def _known_roles(role_codes: Iterable[str], work: Work) -> set[str]:
    wanted = set(role_codes)
    if not wanted <= roles().keys():
        raise Refused(Problem("role.unknown", "roles"))
    together = capabilities_of(wanted)
    both = Capability.USER_ADMIN in together and Capability.CASE_READ in together
    if both and not (work.actor.system or _HEAD in work.actor.roles):
        raise Refused(Problem("role.needs-head", "roles"))
    return wanted


def _grant_all(work: Work, user: User, role_codes: Iterable[str]) -> None:
    for role in sorted(role_codes):
        grant = RoleGrant(
            id=new_id(),
            user_id=user.id,
            unit_id=user.unit_id,
            role=role,
            granted_by=work.actor.user_id,
            granted_at=work.now,
            revoked_by=None,
            revoked_at=None,
        )
        seal_grant(work.vault.crypt, grant)
        work.session.add(grant)
        work.session.flush()
        work.recorded(Event.ROLES_SET, user.id, row=grant, purpose=f"+{role}")


def _revoke(work: Work, grant: RoleGrant) -> None:
    grant.revoked_at, grant.revoked_by = work.now, work.actor.user_id
    seal_grant(work.vault.crypt, grant)
    work.session.flush()
    work.recorded(Event.ROLES_SET, grant.user_id, row=grant, purpose=f"-{grant.role}")


def _keep_an_admin(work: Work, user: User) -> None:
    """Refuse to take the unit's last active administrator."""
    holders = queries.holders(work, user.unit_id, Capability.USER_ADMIN)
    if [holder.id for holder in holders] == [user.id]:
        raise Refused(Problem("user.last-admin"))


def _not_self(work: Work, user: User) -> None:
    if work.actor.user_id == user.id:
        raise NotPermitted("own account")


def _own_id(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotPermitted("no person")
    return work.actor.user_id


def _same_version(user: User, version: int | None) -> None:
    if version is not None and user.version != version:
        raise Stale("user")


def _save(work: Work, user: User) -> None:
    seal_user(work.vault.crypt, user)
    work.session.flush()


def _required(text: str, field: str) -> str:
    if not text.strip():
        raise Refused(Problem("field.required", field))
    if len(text.strip()) > NAME_LIMIT:
        raise Refused(Problem("text.too-long", field, params={"limit": str(NAME_LIMIT)}))
    if not text.strip().isprintable():
        raise Refused(Problem("text.nul", field))
    return text.strip()
