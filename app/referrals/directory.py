"""The unit's directory of institutions: who can be referred to, with sealed type, services and contacts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.referrals.models import Institution
from app.security.structs.office import Institution as Profile
from app.security.vault import etag
from app.work import Work

NAME_LIMIT = 150


def of_unit(work: Work, *, active_only: bool = False) -> Sequence[Institution]:
    """The unit's institutions, by name."""
    wanted = select(Institution).where(Institution.unit_id == work.actor.own_unit())
    if active_only:
        wanted = wanted.where(Institution.is_active.is_(True))
    return work.session.scalars(wanted.order_by(Institution.name)).all()


def get(work: Work, institution_id: UUID) -> Institution:
    """One institution of the unit, or NotFound."""
    found = work.session.get(Institution, institution_id)
    if found is None or (found.unit_id != work.actor.unit_id and not work.actor.system):
        raise NotFound("institution")
    return found


def read(work: Work, institution: Institution) -> Profile:
    """Type, region, services and contacts. Office-internal (S2): no case stands behind it."""
    return work.vault.open(institution.place(), institution.profile_sealed, Profile)


def add(work: Work, unit_id: UUID, name: str, profile: Profile) -> Institution:
    """Add an institution to a unit's directory. Refused for an unknown type or an empty name; Conflict for a name that is there."""
    work.actor.require(Capability.INSTITUTION_ADMIN)
    name = _checked(name, profile)
    _unique(work, unit_id, name, None)
    row = Institution(
        id=new_id(),
        unit_id=unit_id,
        office_id=work.office,
        name=name,
        is_active=True,
        created_at=work.now,
        profile_sealed=b"",
    )
    row.profile_sealed = work.vault.seal(row.place(), profile)
    work.session.add(row)
    work.recorded(Event.INSTITUTION_SAVED, row.id, row=row)
    return row


def change(work: Work, institution_id: UUID, name: str, profile: Profile, *, expected: str | None) -> Institution:
    """Correct an institution."""
    work.actor.require(Capability.INSTITUTION_ADMIN)
    row = get(work, institution_id)
    if expected is not None and expected != etag(row.profile_sealed):
        raise Conflict("institution changed")
    name = _checked(name, profile)
    _unique(work, row.unit_id, name, row.id)
    row.name = name
    row.profile_sealed = work.vault.seal(row.place(), profile)
    work.recorded(Event.INSTITUTION_SAVED, row.id, row=row)
    return row


def set_active(work: Work, institution_id: UUID, *, active: bool) -> Institution:
    """Take an institution out of the choices, or back in. It stays on the referrals made to it."""
    work.actor.require(Capability.INSTITUTION_ADMIN)
    row = get(work, institution_id)
    row.is_active = active
    work.recorded(Event.INSTITUTION_RETIRED if not active else Event.INSTITUTION_SAVED, row.id, row=row)
    return row


def _checked(name: str, profile: Profile) -> str:
    name = " ".join(name.split())
    problems = []
    if not name:
        problems.append(Problem("required", "name"))
    if len(name) > NAME_LIMIT:
        problems.append(Problem("text.too-long", "name", params={"limit": str(NAME_LIMIT)}))
    if profile.type not in code_list("institution_type"):
        problems.append(Problem("code.unknown", "type", params={"list": "institution_type"}))
    if problems:
        raise Refused(*problems)
    return name


def _unique(work: Work, unit_id: UUID, name: str, own: UUID | None) -> None:
    same = work.session.scalar(select(Institution.id).where(Institution.unit_id == unit_id, Institution.name == name))
    if same is not None and same != own:
        raise Refused(Problem("institution.duplicate", "name"))
