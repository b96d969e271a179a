"""Documents about the safety of a client: risk assessments (case-management 4.6)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class RiskAssessment(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """How much at risk one client was found to be on one day. A prompt in neither tuple is not known."""

    client_id: UUID
    on: date
    number: int = 1  # of the client's assessments, in the order they were written
    present: tuple[str, ...] = ()  # danger prompts that hold
    absent: tuple[str, ...] = ()  # danger prompts that do not
    level: str
    suggested: str = ""  # what the table suggested for these answers
    basis: str = ""
    at_intake: bool = False


class RiskWords(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What was found, and why another level was chosen than the table suggests (S4)."""

    words: str = ""
    reason: str = ""


class SafetyPlan(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Head of one version of a client's safety plan; the last number counts."""

    client_id: UUID
    on: date
    number: int = 1
    with_client: str = ""  # whether it was made together with the client


class SafetyPlanText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The plan itself (S4): read by the case team alone."""

    warning_signs: str = ""
    safe_places: str = ""
    people: str = ""
    way_out: str = ""
    take_along: str = ""
    code_word: str = ""
    children: str = ""
    online: str = ""
    other: str = ""


class Extension(Struct, frozen=True, kw_only=True):
    """A stay made longer: decided on a day, until a day."""

    on: date
    until: date


class ShelterStay(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """One stay of a client in a shelter (case-management 7 F11)."""

    client_id: UUID
    institution_id: UUID
    in_on: date
    in_time: str = ""  # HH:MM in the unit's zone
    reason: str = ""
    rules_accepted: str = ""
    expected_end: date | None = None
    extensions: tuple[Extension, ...] = ()
    out_on: date | None = None
    out_time: str = ""
    exit_reason: str = ""
    place_after: str = ""
    in_service: UUID | None = None  # the service that the recap counts for the admission
    out_service: UUID | None = None


class ShelterWords(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What is written about a stay (S4): read by those on the list alone."""

    why: str = ""
    location: str = ""
    companions: str = ""  # who came along, children for example
    extended: tuple[str, ...] = ()  # why, one an extension
    leaving: str = ""
    whereabouts: str = ""  # where the client went, in words
