"""Reads of the referral desk, every one through the case it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, select

from app.cases import queries as case_queries
from app.cases.models import Case
from app.domain.access import Actor
from app.domain.errors import NotFound
from app.referrals.models import Referral
from app.work import Work


def visible_to(actor: Actor) -> Select[Referral]:
    """Every query for referrals starts here: those of cases the actor may read."""
    return select(Referral).join(Case, Case.id == Referral.case_id).where(case_queries.readable_by(actor))


def get(work: Work, referral_id: UUID, *, lock: bool = False) -> Referral:
    """One referral, or NotFound for a stranger. `lock` holds the row for a change: two answers at once meet one by one."""
    wanted = visible_to(work.actor).where(Referral.id == referral_id)
    found = work.session.scalar(wanted.with_for_update(of=Referral) if lock else wanted)
    if found is None:
        raise NotFound("referral")
    case_queries.get(work, found.case_id)
    return found


def of_cases(work: Work, case_ids: Iterable[UUID]) -> Sequence[Referral]:
    """The referrals of these cases, oldest first."""
    return case_queries.records(work.session, Referral, case_ids)
