"""Reads of the answers of institutions, every one through the referral they belong to, or by the tag of a link."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.answers.models import AnswerLink, PartnerAnswer
from app.cases.acting import CLOSED_TO_EDITS
from app.cases.models import Case
from app.domain.errors import NotFound
from app.domain.partner_answers import Standing
from app.referrals import queries as referrals
from app.work import Work


def links_of(work: Work, referral_id: UUID) -> Sequence[AnswerLink]:
    """The links of a referral the actor may see, newest first."""
    referrals.get(work, referral_id)
    rows = select(AnswerLink).where(AnswerLink.referral_id == referral_id)
    return work.session.scalars(rows.order_by(AnswerLink.created_at.desc(), AnswerLink.id)).all()


def answers_of(work: Work, referral_id: UUID) -> Sequence[PartnerAnswer]:
    """The answers to a referral the actor may see, newest first."""
    referrals.get(work, referral_id)
    rows = select(PartnerAnswer).where(PartnerAnswer.referral_id == referral_id)
    return work.session.scalars(rows.order_by(PartnerAnswer.created_at.desc(), PartnerAnswer.id)).all()


def waiting(work: Work, referral_id: UUID, answer_id: UUID) -> PartnerAnswer:
    """An answer to this referral that nobody decided on yet; NotFound else."""
    referrals.get(work, referral_id)
    row = work.session.get(PartnerAnswer, answer_id)
    if row is None or row.referral_id != referral_id or row.standing != Standing.WAITING.value:
        raise NotFound("answer")
    return row


def answer(work: Work, answer_id: UUID) -> PartnerAnswer:
    """One answer, held for a change; NotFound for a stranger to its case."""
    row = work.session.scalar(select(PartnerAnswer).where(PartnerAnswer.id == answer_id).with_for_update())
    if row is None:
        raise NotFound("answer")
    referrals.get(work, row.referral_id)
    return row


def by_tag(work: Work, tag: bytes, *, lock: bool = False) -> AnswerLink | None:
    """The link of a token. `lock` holds it: tries, and answers on one ticket, come one by one. Never in a snapshot, where PostgreSQL
    locks nothing."""
    wanted = select(AnswerLink).where(AnswerLink.token_tag == tag)
    return work.session.scalar(wanted.with_for_update() if lock else wanted)


def waiting_in(work: Work, unit_id: UUID) -> int:
    """How many answers wait in the cases of a unit that still take a decision. The caller may watch over its work."""
    rows = select(func.count()).select_from(PartnerAnswer).join(Case, Case.id == PartnerAnswer.case_id)
    open_ones = (Case.unit_id == unit_id, Case.is_hidden.is_(False), Case.status.not_in(CLOSED_TO_EDITS))
    return work.session.scalar(rows.where(*open_ones, PartnerAnswer.standing == Standing.WAITING.value)) or 0


def waiting_of(work: Work, link_id: UUID) -> int:
    """How many answers of a link wait for the office."""
    rows = select(func.count()).select_from(PartnerAnswer).where(PartnerAnswer.link_id == link_id)
    return work.session.scalar(rows.where(PartnerAnswer.standing == Standing.WAITING.value)) or 0
