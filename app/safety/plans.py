"""Safety plans: what a client does when danger comes, version by version. Written and read by the case team alone (security 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import queries
from app.cases.acting import fresh, known_codes, not_future, receiving, record_of, texts_within
from app.cases.models import Client
from app.cases.sealing import add_record
from app.domain.errors import NotPermitted, Problem, Refused
from app.safety.models import SafetyPlan
from app.security.sections import Section
from app.security.structs import safety
from app.security.vault import etag
from app.work import Work

NONE_YET: Final = "none"  # what a form starts from where there is no plan
Version = tuple[SafetyPlan, safety.SafetyPlan]


def save(
    work: Work, case_id: UUID, head: safety.SafetyPlan, text: safety.SafetyPlanText, *, expected: str | None
) -> SafetyPlan:
    """Write the next version of a client's plan. NotPermitted outside the team; Stale where somebody wrote one meanwhile.

    Refused where the plan is empty, a text is too long, the day has not come, or a code is none.
    """
    case = receiving(work, case_id)
    if not (work.actor.system or queries.is_on_team(work, case_id)):
        raise NotPermitted("only the case team writes a safety plan")
    record_of(work, Client, case_id, head.client_id)
    before = of_client(work, case_id, head.client_id)
    if expected is not None and (before or expected != NONE_YET):
        fresh(expected, *(blob for row, _head in before[-1:] for blob in (row.head_sealed, row.text_sealed)))
    not_future(work, case, head.on, "on")
    known_codes(head)
    texts_within(text)
    if not any(getattr(text, name).strip() for name in text.__struct_fields__):
        raise Refused(Problem("safety-plan.empty", "warning_signs"))
    head = msgspec.structs.replace(head, number=len(before) + 1)
    sealed = {"head_sealed": (Section.SAFETY_PLAN, head), "text_sealed": (Section.SAFETY_PLAN_TEXT, text)}
    row = add_record(work, SafetyPlan, case.id, sealed)
    work.touched(case.id, Event.SAFETY_PLAN_WRITTEN, row.id, row=row)
    return row


def by_client(work: Work, case_id: UUID) -> Mapping[UUID, Sequence[Version]]:
    """The versions of each client's plan, oldest first."""
    found: dict[UUID, list[Version]] = {}
    for row in queries.records(work.session, SafetyPlan, [case_id]):
        head = work.vault.open(row.place(Section.SAFETY_PLAN), row.head_sealed, safety.SafetyPlan)
        found.setdefault(head.client_id, []).append((row, head))
    return {client_id: sorted(versions, key=lambda pair: pair[1].number) for client_id, versions in found.items()}


def of_client(work: Work, case_id: UUID, client_id: UUID) -> Sequence[Version]:
    """The versions of one client's plan, oldest first."""
    return by_client(work, case_id).get(client_id, ())


def text_of(work: Work, row: SafetyPlan) -> safety.SafetyPlanText:
    """The words of a version (S4)."""
    return work.vault.open(row.place(Section.SAFETY_PLAN_TEXT), row.text_sealed, safety.SafetyPlanText)


def state_of(versions: Sequence[Version]) -> str:
    """What a form notes of the version it starts from."""
    if not versions:
        return NONE_YET
    row = versions[-1][0]
    return etag(row.head_sealed, row.text_sealed)
