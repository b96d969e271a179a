"""Reads of the referral desk, every one through the case it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, select

from app.cases.models import Case
from app.cases.queries import readable_by, records
from app.domain.access import Actor
from app.domain.errors import NotFound
from app.referrals.models import Referral
from app.work import Work


def visible_to(actor: Actor) -> Select[Referral]:
    """Every query for referrals starts here: those of cases the actor may read."""
    return select(Referral).join(Case, Case.id == Referral.case_id).where(readable_by(actor))


def get(work: Work, referral_id: UUID) -> Referral:
    """One referral, or NotFound for a stranger."""
    found = work.session.scalar(visible_to(work.actor).where(Referral.id == referral_id))
    if found is None:
        raise NotFound("referral")
    return found


def of_cases(work: Work, case_ids: Iterable[UUID]) -> Sequence[Referral]:
    """The referrals of these cases, oldest first."""
    return records(work.session, Referral, case_ids)
