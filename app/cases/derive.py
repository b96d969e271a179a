"""What follows from what was recorded: ages, the mask of a name, the kinds of a case (design 2, 4; case-management 3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from app.domain.codes import age_on
from app.security.structs.people import ClientIdentity, ClientProfile, ReportedIdentity, ReportedProfile

CHILD_UNDER = 18  # UU 35/2014 Pasal 1, unborn included
BASIS_BIRTH = "UB_TGL_LAHIR"
BASIS_STATED = "UB_DISEBUT"
COMPLAINT = "SV_PENGADUAN"  # the service that intake itself is: one a client
COMPLAINT_ACTIVITY = "AK_PENGADUAN"


def with_ages(
    profile: ClientProfile, identity: ClientIdentity, incident_on: date | None, report_on: date
) -> ClientProfile:
    """The profile with completed years at the incident (unknown incident: the report) and at the report. A birth date wins over a
    stated age (design 7); a stated age holds for the day it was stated on, and without one for the incident."""
    base = incident_on or report_on
    if profile.unborn:
        return msgspec.structs.replace(profile, age_at_incident=0, age_at_report=0)
    if identity.birth_date is not None:
        at_incident, at_report = (
            max(age_on(identity.birth_date, base), 0),
            max(age_on(identity.birth_date, report_on), 0),
        )
        return msgspec.structs.replace(
            profile, age_at_incident=at_incident, age_at_report=at_report, age_basis=BASIS_BIRTH
        )
    if profile.stated_age is None:
        return msgspec.structs.replace(profile, age_at_incident=None, age_at_report=None)
    stated_on = profile.stated_on or base
    basis = profile.age_basis if profile.age_basis not in {"", BASIS_BIRTH} else BASIS_STATED
    return msgspec.structs.replace(
        profile,
        age_at_incident=_shift(profile.stated_age, stated_on, base),
        age_at_report=_shift(profile.stated_age, stated_on, report_on),
        age_basis=basis,
    )


def with_reported_age(
    profile: ReportedProfile, identity: ReportedIdentity, incident_on: date | None, report_on: date
) -> ReportedProfile:
    """The profile of a reported person with the age at the incident, else at the report, where a birth date is known."""
    if identity.birth_date is None:
        return profile
    age = max(age_on(identity.birth_date, incident_on or report_on), 0)
    return msgspec.structs.replace(profile, age=age, age_basis=BASIS_BIRTH)


def is_child(profile: ClientProfile) -> bool | None:
    """Whether the client was under 18 at the incident (else report); None where the age is not known."""
    if profile.unborn:
        return True
    return None if profile.age_at_incident is None else profile.age_at_incident < CHILD_UNDER


def is_trafficked(profile: ClientProfile) -> bool:
    """Whether the client is recorded as a victim of trafficking (UU 21/2007)."""
    return profile.tppo == "YA" or "VK_TRAFFICKING" in profile.violence


def is_child_on(profile: ClientProfile, identity: ClientIdentity, day: date) -> bool | None:
    """Whether the client is under 18 on a day (who may sign then is another question than who was a child at the incident); None
    where the age is not known. A stated age holds for the day it was stated on, else for the report."""
    if profile.unborn:
        return True
    if identity.birth_date is not None:
        return age_on(identity.birth_date, day) < CHILD_UNDER
    if profile.stated_age is not None and profile.stated_on is not None:
        return _shift(profile.stated_age, profile.stated_on, day) < CHILD_UNDER
    return None if profile.age_at_report is None else profile.age_at_report < CHILD_UNDER


def mask(identity: ClientIdentity | ReportedIdentity) -> str:
    """What lists show of a name: the worker's neutral label, else the initials (security 7.6)."""
    label = getattr(identity, "label", "")
    if label:
        return str(label)
    initials = [word[0].upper() for word in identity.name.split()[:3] if word[0].isalpha()]
    return " ".join(f"{initial}•••" for initial in initials)


def kinds_of(profiles: Iterable[ClientProfile]) -> tuple[str, ...]:
    """The case's kinds of violence: those of its clients, each once (design 2)."""
    return tuple(dict.fromkeys(kind for profile in profiles for kind in profile.violence))


def _shift(age: int, stated_on: date, day: date) -> int:
    """A stated age moved to another day by whole years elapsed; the day of birth is not known, so within a year it stays."""
    years = age_on(stated_on, day) if day >= stated_on else -age_on(day, stated_on)
    return max(age + years, 0)
