"""The unit's directory of institutions: who can be referred to, with sealed type, services and contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.audit.events import Event
from app.cases.acting import fresh
from app.cases.coded_fields import limit_of
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import NotFound, Problem, Refused
from app.reference import areas
from app.reference.areas import Level
from app.referrals.models import Institution
from app.security.structs.office import Institution as Profile
from app.work import Work

NAME_LIMIT: Final = 150
SHELTER: Final = "IN_SHELTER"  # its address stands in no directory: it is secret (case-management 12)
MAX_BEDS: Final = 500
_TEXTS: Final = ("address", "phone", "contact", "hours", "note")


def of_unit(work: Work, *, active_only: bool = False) -> Sequence[Institution]:
    """The unit's institutions, by name."""
    wanted = select(Institution).where(Institution.unit_id == work.actor.own_unit())
    if active_only:
        wanted = wanted.where(Institution.is_active.is_(True))
    return work.session.scalars(wanted.order_by(func.lower(Institution.name), Institution.id)).all()


def of_area(work: Work, unit_id: UUID) -> Sequence[Institution]:
    """The institutions in use of a case's unit, by name, for the choice of where to refer to."""
    wanted = select(Institution).where(Institution.unit_id == unit_id, Institution.is_active.is_(True))
    return work.session.scalars(wanted.order_by(func.lower(Institution.name), Institution.id)).all()


def names(work: Work, ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Names of these institutions, one query; those no longer in use too."""
    rows = work.session.execute(select(Institution.id, Institution.name).where(Institution.id.in_(list(ids))))
    return {institution_id: name for institution_id, name in rows}


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
    """Add an institution to a unit's directory. Refused for an unknown type, an empty name, or a name that is there already.

    NotFound for a unit out of the actor's sight.
    """
    work.actor.require(Capability.INSTITUTION_ADMIN)
    if unit_id != work.actor.unit_id and not work.actor.system:
        raise NotFound("unit")
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
    """Correct an institution. Stale when somebody saved first. Referrals made to it keep the type they were made with."""
    work.actor.require(Capability.INSTITUTION_ADMIN)
    row = get(work, institution_id)
    fresh(expected, row.profile_sealed)
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
    problems += _place_problems(profile)
    if profile.beds is not None and (profile.type != SHELTER or not 0 <= profile.beds <= MAX_BEDS):
        problems.append(Problem("institution.beds", "beds", params={"limit": str(MAX_BEDS)}))
    if any(code not in code_list("service") for code in profile.services):
        problems.append(Problem("code.unknown", "services", params={"list": "service"}))
    for field in _TEXTS:
        if len(getattr(profile, field)) > limit_of(field):
            problems.append(Problem("text.too-long", field, params={"limit": str(limit_of(field))}))
    if problems:
        raise Refused(*problems)
    return name


def _place_problems(profile: Profile) -> Iterator[Problem]:
    """Where a shelter is stands nowhere: no address, and no area smaller than a kabupaten."""
    if profile.type == SHELTER and profile.address.strip():
        yield Problem("institution.shelter-address", "address")
    if profile.area and not areas.exists(profile.area):
        yield Problem("area.unknown", "area")
    elif profile.type == SHELTER and profile.area and areas.area(profile.area).level > Level.KABUPATEN:
        yield Problem("institution.shelter-area", "area")


def _unique(work: Work, unit_id: UUID, name: str, own: UUID | None) -> None:
    """One institution, one entry: "RSUD Parikesit" and "rsud parikesit" are the same."""
    rows = work.session.execute(select(Institution.id, Institution.name).where(Institution.unit_id == unit_id))
    if any(row_id != own and known.casefold() == name.casefold() for row_id, known in rows):
        raise Refused(Problem("institution.duplicate", "name"))
