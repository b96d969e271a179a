"""Referrals to us as pages: one with its course, and the list of what waits. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.accounts import queries as accounts
from app.audit.events import Event
from app.cases import acts
from app.cases import queries as case_queries
from app.cases.acting import CLOSED_TO_EDITS, zone_of
from app.cases.models import Case
from app.domain.access import Capability
from app.domain.incoming import WAITS, IncomingStatus, IncomingStep, steps_from
from app.domain.zones import Zone
from app.referrals import incoming
from app.referrals.board import institution_names, let_in, masks_of
from app.referrals.models import IncomingReferral
from app.referrals.page import mask_of
from app.security.sections import Purpose, Section
from app.security.vault import etag
from app.web import runtime
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

CODED: Final = (Section.INCOMING_REFERRAL, Section.CLIENT_PROFILE, Section.CONSENT)
WORDS: Final = (Section.INCOMING_REFERRAL_TEXT,)
LISTED: Final = (Section.INCOMING_REFERRAL, Section.CLIENT_PROFILE)
LOOK_THROUGH: Final = 200


@dataclass(frozen=True, slots=True, repr=False)
class IncomingFile:
    """Everything the page of one shows. `words` is None for those outside the team."""

    row: IncomingReferral
    case: Case
    head: Any
    words: Any
    institution: str
    mask: Any
    next_steps: tuple[IncomingStep, ...]
    names: Mapping[UUID, str]
    zone: Zone
    etag: str


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One on a list or a panel. `mask` is None outside the team, or where it is about the whole case."""

    row: IncomingReferral
    case: Case
    head: Any
    institution: str
    mask: Any

    @property
    def waits(self) -> bool:
        """Whether the sender waits for something from us."""
        return IncomingStatus(self.row.status) in WAITS


@contextmanager
def reading(incoming_id: UUID, *sections: Section) -> Iterator[tuple[Work, IncomingFile]]:
    """One referral to us in a snapshot: permission check and audit event first; its words for the team."""

    def plan(work: Work) -> Opening:
        return acts.opening(work, incoming.get(work, incoming_id).case_id, (*CODED, *sections), WORDS)

    with runtime.reading(plan) as work:
        yield work, _file(work, incoming_id)


def _file(work: Work, incoming_id: UUID) -> IncomingFile:
    row = incoming.get(work, incoming_id)
    case = case_queries.get(work, row.case_id)
    head: Any = opened(lambda: incoming.read(work, row))
    on_team = case_queries.is_on_team(work, case.id)
    may = not isinstance(head, Unopened) and _may_act(work, case)
    return IncomingFile(
        row=row,
        case=case,
        head=head,
        words=opened(lambda: incoming.read_text(work, row)) if on_team else None,
        institution=institution_names(work, [head]).get(head.institution_id, ""),
        mask=head if isinstance(head, Unopened) else mask_of(work, case.id, head.client_id),
        next_steps=tuple(s for s in steps_from(IncomingStatus(row.status)) if may and work.actor.may(s.capability)),
        names=accounts.names(work, {by for by in (row.created_by, *(each.by for each in head.steps)) if by}),
        zone=zone_of(work, case),
        etag=etag(row.referral_sealed, row.text_sealed),
    )


def _may_act(work: Work, case: Case) -> bool:
    return (
        case.status not in CLOSED_TO_EDITS
        and work.actor.may(Capability.CASE_EDIT)
        and case_queries.works_on(work, case.id)
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What the permission check of the list found: rows to open, and whether older ones were left out."""

    rows: tuple[IncomingReferral, ...]
    cut: bool


def find(work: Work) -> Found:
    """The newest of those the actor may read, in cases that go on or have ended."""
    work.actor.require(Capability.CASE_READ)
    wanted = (
        select(IncomingReferral)
        .join(Case, Case.id == IncomingReferral.case_id)
        .where(case_queries.readable_by(work.actor), Case.status.not_in(CLOSED_TO_EDITS))
        .order_by(IncomingReferral.created_at.desc(), IncomingReferral.id)
    )
    rows = work.session.scalars(wanted.limit(LOOK_THROUGH + 1)).all()
    return Found(tuple(let_in(work, rows)[:LOOK_THROUGH]), len(rows) > LOOK_THROUGH)


def opening(found: Found) -> Opening:
    """What the list opens, and the cases it names."""
    return Opening(Event.REFERRALS_LISTED, tuple(dict.fromkeys(row.case_id for row in found.rows)), LISTED)


def lines(
    work: Work, rows: Sequence[IncomingReferral], masks: Mapping[UUID | None, str | Unopened] | None = None
) -> list[Line]:
    """The lines; the number of queries does not depend on how many there are. `masks`: of the clients, where the page opened them already;
    else those of one's own cases are opened."""
    ids = list(dict.fromkeys(row.case_id for row in rows))
    work.vault.keys.preload(Purpose.CASE, ids)
    cases = {case.id: case for case in work.session.scalars(select(Case).where(Case.id.in_(ids)))}
    heads = {row.id: opened(lambda row=row: incoming.read(work, row)) for row in rows}  # type: ignore[misc]
    if masks is None:
        own = case_queries.assigned_among(work, ids)
        read = (heads[row.id] for row in rows if row.case_id in own)
        masks = masks_of(work, (head.client_id for head in read if not isinstance(head, Unopened)))
    names = institution_names(work, heads.values())
    return [
        Line(
            row,
            cases[row.case_id],
            head := heads[row.id],
            names.get(head.institution_id, "") if not isinstance(head, Unopened) else "",
            head if isinstance(head, Unopened) else masks.get(head.client_id),
        )
        for row in rows
    ]
