"""How much of a case file a person may open now, and what the page offers to do. Nothing here changes anything.

Coded sections open for everybody who may read the case. Words (chronology, notes) open for the team, whose assignment is the reason;
others give a reason. Identities open on a deliberate act only, and for that one page (design 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.audit.events import Event
from app.cases import families, merging, mistakes, panels, queries, terminations
from app.cases.acting import CLOSED_TO_EDITS
from app.cases.models import Case, Client
from app.cases.panels import Source
from app.domain.access import Capability
from app.domain.errors import NotPermitted
from app.domain.stages import Status
from app.security.sections import Section
from app.work import Opening, Work


class Level(StrEnum):
    """How much of the file a page opens."""

    CODED = "coded"
    WORDS = "words"
    IDENTITY = "identity"


CODED: Final = (
    Section.INCIDENT,
    Section.REPORT,
    Section.CLIENT_PROFILE,
    Section.REPORTED_PROFILE,
    Section.NOTE_HEAD,
    Section.CONSENT,
    Section.SERVICE,
    Section.PLAN,
    Section.FOLLOW_UP,
)
WORDS: Final = (
    Section.CHRONOLOGY,
    Section.NOTE_BODY,
    Section.SERVICE_TEXT,
    Section.PLAN_TEXT,
    Section.CONSENT_TEXT,
    Section.FOLLOW_UP_TEXT,
    Section.STEP_REASON,
    Section.HAND_OVER,
)
IDENTITY: Final = (Section.CLIENT_IDENTITY, Section.REPORTED_IDENTITY, Section.REPORTER)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person reads this case, as the permission check found it."""

    level: Level
    on_team: bool
    stands_in: bool
    must_declare: bool
    merged: tuple[UUID, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]

    @property
    def ground(self) -> str:
        """On what ground the page opens, as the audit log names it."""
        if self.on_team:
            return "cover" if self.stands_in else "team"
        return "undeclared" if self.must_declare else "unit"


def reading_of(work: Work, case: Case, level: Level | None, *, has_reason: bool = False) -> Reading:
    """How much of the case the actor may open now. NotPermitted for words or identities of a foreign case without a reason."""
    on_team = bool(work.actor.system) or queries.is_on_team(work, case.id)
    wanted = level or (Level.WORDS if on_team else Level.CODED)
    if wanted is not Level.CODED and queries.has_part(work, case.id):
        raise NotPermitted("has a part in the matter")
    if wanted is not Level.CODED and not on_team:
        if not has_reason:
            raise NotPermitted("reason")
        work.actor.require(Capability.CASE_REVEAL)
    sources = tuple(panels.sources_for(work, case))
    sections = [*CODED, *(section for source in sources for section in source.coded)]
    if wanted is not Level.CODED:
        sections += [*WORDS, *(section for source in sources for section in source.words)]
    if wanted is Level.IDENTITY:
        sections += IDENTITY
        if work.actor.may(Capability.SENSITIVE_READ):
            sections.append(Section.CLIENT_SENSITIVE)
    stands_in = on_team and queries.stands_in(work, case.id)
    must_declare = not on_team and queries.must_declare(work, case.id)
    merged = families.with_duplicates(work, [case.id])[1:]
    return Reading(wanted, on_team, stands_in, must_declare, merged, tuple(dict.fromkeys(sections)), sources)


def opening(case: Case, reading: Reading, purpose: str) -> Opening:
    """The audit line of the page: the case, the sections, and why. A reveal is an event of its own kind."""
    is_reveal = reading.level is Level.IDENTITY or (reading.level is Level.WORDS and not reading.on_team)
    event = Event.CASE_REVEALED if is_reveal else Event.CASE_OPENED
    return Opening(event, (case.id, *reading.merged), reading.sections, object_id=case.id, purpose=purpose)


def offered(work: Work, case: Case, reading: Reading) -> Mapping[str, bool]:
    """What the page offers; the services decide again when it is done."""
    actor = work.actor
    alive = case.status not in CLOSED_TO_EDITS
    works = reading.on_team or actor.may(Capability.CASE_APPROVE)
    after = alive and works and actor.may(Capability.CASE_EDIT) and not queries.has_part(work, case.id)
    edit = after and case.status == Status.OPEN.value
    return {
        "edit": edit,
        "after": after,  # what is done after the end as well: contacts, notes, corrections
        "add": after
        and case.status != Status.MERGED.value,  # what is new in a merged file belongs to the one that stays
        "edit_words": after and reading.on_team,
        "take_out_client": after and actor.may(mistakes.right(case, Client)),
        "decide": case.status == Status.OPEN.value and actor.may(Capability.CASE_APPROVE),
        "manage": edit and terminations.is_manager(work, case.id),
        "hand_over": alive and edit and (reading.on_team or actor.may(Capability.CASE_ASSIGN)),
        "assign": alive and actor.may(Capability.CASE_ASSIGN),
        "void": case.status not in {"voided", "transferred", "merged"}
        and not reading.merged
        and actor.may(Capability.CASE_VOID),
        "merge": case.status in merging.ALIVE and actor.may(Capability.CASE_MERGE),
        "part": actor.may(Capability.CASE_MERGE),
        "link": actor.may(Capability.PERSON_LINK),
        "reveal": reading.on_team or actor.may(Capability.CASE_REVEAL),
        "sensitive": actor.may(Capability.SENSITIVE_READ),
        "openings": actor.may(Capability.AUDIT_OWN) and (reading.on_team or queries.reads_unit_of(actor, case)),
    }
