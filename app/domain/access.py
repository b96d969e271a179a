"""Who may do what: capabilities, roles as data, and the actor of an act (design 6, case-management 5 and 12)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from uuid import UUID

from app.domain.errors import NotFound, NotPermitted

_ROLES_FILE: Final = Path(__file__).parent / "data" / "roles.json"


class Capability(StrEnum):
    """One thing a role may let a person do. Scope (whose case, which unit) is decided in queries and services."""

    PUBLIC = "public"  # signing in, static pages: no account needed
    SELF = "self"  # one's own account; every signed-in person
    HOME = "home"
    CASE_CREATE = "case:create"
    CASE_SEARCH = "case:search"
    CASE_READ = "case:read"  # cases of whose team one is
    CASE_READ_UNIT = "case:read:unit"  # coded sections of every case of the unit; S4 with a reason
    CASE_REVEAL = "case:reveal"  # S4 of a case outside one's assignments, with a reason
    CASE_EDIT = "case:edit"
    CASE_ASSIGN = "case:assign"
    CASE_APPROVE = "case:approve"  # registration, termination
    CASE_VOID = "case:void"
    EXPERT_WRITE = "expert:write"  # notes of the own discipline, readable by their author alone
    EXPERT_SUMMARY = "expert:summary"  # what experts write for the team, and what they released
    SENSITIVE_READ = "case:sensitive"  # HIV, substance, psychology: own list as well
    CONTACT_RECORD = "contact:record"
    VILLAGE_NOTE_SEND = (
        "village-note:send"  # one's own notes: written, corrected until received, then their state alone
    )
    VILLAGE_NOTE_DESK = "village-note:desk"  # the unit's notes: received, taken over, answered
    VILLAGE_NOTE_READ = "village-note:read"  # the note a case came from, on the file of a case one may read
    SHELTER_READ = "shelter:register"  # how many beds are free; who is in them is for those on the list of each case
    SHELTER_WRITE = "shelter:write"
    REFERRAL_WRITE = "referral:write"
    REFERRAL_RECORD_ANSWER = "referral:record-answer"
    CLOCK_BOARD = "clock:board"
    CLOCK_WAIVE = "clock:waive"
    RULE_EDIT = "rule:edit"  # decide and confirm deadline rules, days off by decree (the legal officer, design 5)
    RETENTION_READ = "retention:read"  # which files are due, held or erased, by number
    RETENTION_RULE = "retention:rule"  # the period of the unit
    CASE_HOLD = "case:hold"  # keep a file beyond its period, and let go of it again
    ERASE_PROPOSE = "erasure:propose"
    ERASE_APPROVE = "erasure:approve"  # never of the own proposal
    PERSON_LINK = "person:link"
    CASE_MERGE = "case:merge"  # two files of one matter
    SIMFONI_READ = "simfoni:read"  # what waits for SIMFONI, of cases in sight; the sheet of a case of one's own team
    SIMFONI_ENTER = "simfoni:enter"  # the whole unit, and identity of the cases that wait
    RECAP_READ = "recap:read"
    RECAP_DRILL = "recap:drill"
    PIVOT_USE = "pivot:use"  # own questions to the numbers, inside the unit
    RECAP_CLOSE = "recap:close"  # freeze a period, withdraw what waits, propose a revision (the data officer)
    RECAP_SIGN = "recap:sign"  # sign what another froze (supervisor, head)
    RELEASE_MAKE = "release:make"  # count and freeze what is to be made public
    RELEASE_SIGN = "release:sign"  # make it public; never of one's own making
    RETURN_READ = "return:read"  # the register of official returns and their frozen copies
    RETURN_MAKE = "return:make"  # freeze one for a named recipient
    KLA_READ = "kla:read"
    KLA_ENTER = "kla:enter"
    REFERENCE_READ = "reference:read"
    INSTITUTION_ADMIN = "institution:admin"
    USER_ADMIN = "user:admin"
    UNIT_ADMIN = "unit:admin"
    KEY_ADMIN = "key:admin"
    AUDIT_READ = "audit:read"
    AUDIT_OWN = "audit:own"
    IMPORT_RUN = "import:run"
    EXPORT_IDENTITIES = "export:identities"  # ask that a unit's cases leave the house with names
    EXPORT_APPROVE = "export:approve"  # never of what one asked for oneself
    OPERATE = "operate"  # the operator of the machine and the jobs: never a role of a person


class Strength(StrEnum):
    """How a session proved itself. Later issues add second factors; the guard already compares."""

    PASSWORD = "password"  # noqa: S105 - a name, not a secret
    STEP_UP = "step-up"


_ORDER: Final = (Strength.PASSWORD, Strength.STEP_UP)


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A role with its labels and capabilities, as `roles.json` has them."""

    code: str
    id: str
    en: str
    certainty: str
    capabilities: frozenset[Capability]


@cache
def roles() -> MappingProxyType[str, RoleInfo]:
    """Every role by code, read once from `roles.json` (case-management 5; design 6 adds ADMIN, PPDP, AUDITOR, ANALIS_KLA, MITRA)."""
    document = json.loads(_ROLES_FILE.read_text(encoding="utf-8"))
    found = {
        row["code"]: RoleInfo(
            row["code"],
            row["id"],
            row["en"],
            row["certainty"],
            frozenset(Capability(name) for name in row["capabilities"]),
        )
        for row in document["roles"]
    }
    return MappingProxyType(found)


def capabilities_of(role_codes: Iterable[str]) -> frozenset[Capability]:
    """Roles add up (design 6). An unknown role gives nothing: closed by default."""
    granted = {Capability.SELF}
    for code in role_codes:
        info = roles().get(code)
        if info is not None:
            granted |= info.capabilities
    return frozenset(granted)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with roles in one unit, or the system (jobs, commands of the machine's operator)."""

    user_id: UUID | None
    unit_id: UUID | None
    roles: tuple[str, ...] = ()
    capabilities: frozenset[Capability] = field(default_factory=frozenset)
    strength: Strength = Strength.PASSWORD
    system: str = ""  # name of the job or command when no person acts
    stands_in_for: frozenset[UUID] = frozenset()  # people on leave whose assignments are this person's today

    @property
    def hats(self) -> frozenset[UUID]:
        """Whose assignments count as the actor's now: own ones, and those of people on leave the actor stands in for."""
        return self.stands_in_for | {self.user_id} if self.user_id is not None else frozenset()

    def may(self, capability: Capability) -> bool:
        """Whether a role of this actor (or being the system) holds the capability."""
        return capability in self.capabilities

    def require(self, capability: Capability) -> None:
        """Raise NotPermitted unless the actor holds the capability."""
        if not self.may(capability):
            raise NotPermitted(capability.value)

    def own_unit(self) -> UUID:
        """The unit the actor works in; NotFound for an actor without one."""
        if self.unit_id is None:
            raise NotFound("unit")
        return self.unit_id

    def is_strong_enough(self, wanted: Strength) -> bool:
        """Whether the session proved itself at least as strongly as wanted."""
        return bool(self.system) or _ORDER.index(self.strength) >= _ORDER.index(wanted)


def person(
    user_id: UUID,
    unit_id: UUID,
    role_codes: Iterable[str],
    strength: Strength = Strength.PASSWORD,
    *,
    stands_in_for: frozenset[UUID] = frozenset(),
) -> Actor:
    """The actor for a signed-in person. Standing in gives assignments, never roles."""
    codes = tuple(sorted(role_codes))
    return Actor(user_id, unit_id, codes, capabilities_of(codes), strength, stands_in_for=stands_in_for)


def system(name: str, unit_id: UUID | None = None) -> Actor:
    """The actor for a job or for the operator of the machine; every capability, and named as such in the audit log."""
    return Actor(None, unit_id, ("SYSTEM",), frozenset(Capability), Strength.STEP_UP, name)
