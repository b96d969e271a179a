"""What one referral told an institution, frozen when it was told (design 2 "per referral package", case-management 12)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from app.security.structs.people import ClientIdentity, ClientProfile


class PackagePerson(Struct, frozen=True):
    """A reported person as told: the name (empty: not known), and what the person is to the client (codes)."""

    name: str = ""
    relationship: str = ""
    detail: str = ""


class PackageService(Struct, frozen=True):
    """A service told of: its day and its code."""

    on: date
    code: str


class PackageClient(Struct, frozen=True, kw_only=True):
    """One client as told: profile and identity hold the fields that were chosen and nothing in any other."""

    client_id: UUID
    position: int
    profile: ClientProfile
    identity: ClientIdentity
    reported: tuple[PackagePerson, ...] = ()
    services: tuple[PackageService, ...] = ()


class ReferralPackage(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Everything an institution was told with one referral (S4): never changed after it was frozen."""

    frozen_at: datetime
    institution: str  # its name on that day
    institution_type: str
    requested: tuple[str, ...] = ()
    reason: str = ""
    needs: tuple[str, ...] = ()
    basis: str = ""  # consent or another legal basis, and its day
    basis_on: date | None = None
    disclosed: tuple[str, ...] = ()
    clients: tuple[PackageClient, ...] = ()
    chronology: str = ""
