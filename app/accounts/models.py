"""Tables of people and permission: units, users, roles, sessions, throttles (security 2.9, 5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.domain.zones import Zone
from app.security.sections import Section
from app.security.vault import Place


class Unit(Base):
    """An UPTD PPA: of a kabupaten or kota, or of a province. Its name is not secret (design 2)."""

    __tablename__ = "units"
    __table_args__ = (
        CheckConstraint("kind IN ('kabkota', 'prov')", name="known_kind"),
        CheckConstraint("zone IN ('WIB', 'WITA', 'WIT')", name="known_zone"),
        CheckConstraint("age_basis IN ('incident', 'report')", name="known_age_basis"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(unique=True)  # Kemendagri code: 63.03, or 63 for a province
    kind: Mapped[str]
    name: Mapped[str]
    zone: Mapped[str]
    register_prefix: Mapped[str]  # first part of register numbers
    is_single_officer: Mapped[bool]  # one eligible officer: two-person acts may be one person's, and say so (design 6)
    age_basis: Mapped[str]  # which age decides the recap's band: at the incident, or at the report (design 4)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def local_zone(self) -> Zone:
        """The zone in which this unit's days are counted."""
        return Zone(self.zone)


class User(Base):
    """A person with an account. `mac` covers who it is and how it signs in; a wrong one makes the row count as absent.

    `version` is counted by the services, because the MAC covers it.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("language IN ('id', 'en')", name="known_language"),
        CheckConstraint("(activation_hash IS NULL) = (activation_until IS NULL)", name="activation_expires"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    display_name: Mapped[str]  # staff names are not secret (design 2)
    email_tag: Mapped[bytes] = mapped_column(unique=True)
    office_id: Mapped[UUID]
    contact_sealed: Mapped[bytes]
    password_hash: Mapped[str | None]  # empty until the person activated the account
    activation_hash: Mapped[bytes | None]
    activation_until: Mapped[datetime | None]
    language: Mapped[str]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    mac: Mapped[bytes]

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    def place(self) -> Place:
        """Where the contact section stands."""
        return Place(Section.STAFF_CONTACT, self.id, self.office_id)

    @property
    def is_disabled(self) -> bool:
        """Whether the account was switched off."""
        return self.disabled_at is not None

    @property
    def is_activated(self) -> bool:
        """Whether the person has chosen a password."""
        return self.password_hash is not None


class RoleGrant(Base):
    """A role given to a person in a unit. A revoked grant stays: it is history. A wrong MAC makes it count as absent."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index(
            "uq_role_grants_standing",
            *("user_id", "unit_id", "role"),
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str]
    granted_by: Mapped[UUID | None]  # empty: first-run setup or the operator of the machine
    granted_at: Mapped[datetime]
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    mac: Mapped[bytes]


class LeaveCover(Base):
    """A person on leave and who stands in: for this period the stand-in's assignments are also those of the absent.

    A wrong MAC makes it count as absent. It ends by itself at `until`, or earlier at `ended_at`.
    """

    __tablename__ = "leave_covers"
    __table_args__ = (CheckConstraint("since < until", name="begins_before_it_ends"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    absent_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    stand_in_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    mac: Mapped[bytes]

    @property
    def last_at(self) -> datetime:
        """The last moment that is covered: it lies on the last day."""
        return self.until - timedelta(microseconds=1)

    def is_running(self, now: datetime) -> bool:
        """Whether the stand-in stands in at this moment."""
        return self.ended_at is None and self.since <= now < self.until


class SignedInSession(Base):
    """A sign-in. The browser holds the token, the row only its SHA-256 (security 5)."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    strength: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Throttle(Base):
    """Failed sign-ins under a keyed tag of an account, an address or a known device. The tag names nobody."""

    __tablename__ = "throttles"

    tag: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime | None]  # no further try before this moment
    known_until: Mapped[datetime | None]  # a place from which this account signed in: its own allowance till then
