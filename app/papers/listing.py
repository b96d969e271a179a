"""What can be printed of a case: one line for each paper and each record it is about. Coded sections only; clients by mask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from msgspec import Struct

from app.accounts.models import Unit
from app.cases import queries
from app.cases.models import (
    AidRequest,
    Assessment,
    Case,
    CaseRecord,
    Client,
    Conference,
    Consent,
    Monitoring,
    Plan,
    Service,
    Transfer,
)
from app.domain.incoming import IncomingStatus
from app.papers import services, wording
from app.papers.content.transfer import CURRENT
from app.papers.kinds import KINDS, About, Kind
from app.papers.models import IssuedPaper
from app.referrals import incoming
from app.referrals.board import institution_names
from app.referrals.models import Referral
from app.security.sections import Section
from app.security.structs import course as structs
from app.security.structs import handling, people
from app.security.structs import incoming as incoming_structs
from app.security.structs import work as work_structs
from app.web.sealed import Unopened, opened
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
D = TypeVar("D", bound=Struct)

CODED: Final = (
    Section.CLIENT_PROFILE,
    Section.AID_REQUEST,
    Section.CONSENT,
    Section.REFERRAL,
    Section.SERVICE,
    Section.ISSUED_PAPER,
    Section.ASSESSMENT,
    Section.PLAN,
    Section.MONITORING,
    Section.CONFERENCE,
    Section.TRANSFER,
    Section.INCOMING_REFERRAL,
)


@dataclass(frozen=True, slots=True, repr=False)
class Topic:
    """One record a paper may be about: id, the client it concerns, the day, and what else tells it from its sisters."""

    id: UUID | None
    client: Any = None
    on: date | None = None
    words: Any = ""


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One paper that can be printed."""

    kind: Kind
    about: Topic
    issued: tuple[tuple[IssuedPaper, Any], ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Shelf:
    """Everything that can be printed of a case, and the single services for those who want one alone."""

    lines: tuple[Line, ...]
    services: tuple[Topic, ...]
    issued: tuple[tuple[IssuedPaper, Any], ...]


def shelf(work: Work, case: Case) -> Shelf:
    """What can be printed now."""
    rows = services.issued_of(work, [case.id]).values()
    issued = tuple((row, opened(lambda row=row: services.read(work, row))) for row in rows)  # type: ignore[misc]
    records = _records(work, case)
    lines = tuple(
        Line(kind, about, tuple(pair for pair in issued if _concerns(pair[1], kind, about)))
        for kind in KINDS.values()
        for about in records[kind.about]
    )
    return Shelf(lines, tuple(_services(work, case)), issued)


def _concerns(head: Any, kind: Kind, about: Topic) -> bool:
    return not isinstance(head, Unopened) and (head.paper, head.subject_id) == (kind.code, about.id)


def _records(work: Work, case: Case) -> dict[About, list[Topic]]:
    masks = _masks(work, case)
    return {
        About.CASE: [Topic(None)],
        About.REQUEST: list(_requests(work, case, masks)),
        About.CLIENT: [Topic(row_id, mask) for row_id, mask in masks.items()],
        About.CONSENT: list(_consents(work, case, masks)),
        About.REFERRAL: list(_referrals(work, case, masks)),
        About.ASSESSMENT: list(_course(work, case, masks, Assessment, Section.ASSESSMENT, structs.Assessment)),
        About.PLAN: list(_course(work, case, masks, Plan, Section.PLAN, structs.Plan)),
        About.MONITORING: list(_course(work, case, masks, Monitoring, Section.MONITORING, structs.Monitoring)),
        About.CONFERENCE: list(_course(work, case, masks, Conference, Section.CONFERENCE, structs.Conference)),
        About.TRANSFER: list(_transfers(work, case)),
        About.INCOMING: list(_incoming(work, case, masks)),
    }


def _masks(work: Work, case: Case) -> dict[UUID, Any]:
    rows = sorted(queries.records(work.session, Client, [case.id]), key=lambda row: row.position)
    profiles = _heads(work, rows, Section.CLIENT_PROFILE, "profile_sealed", people.ClientProfile)
    return {
        row.id: head if isinstance(head, Unopened) else f"{row.position}. {head.mask or '•••'}"
        for row, head in profiles
    }


def _requests(work: Work, case: Case, masks: dict[UUID, Any]) -> Iterator[Topic]:
    rows = queries.records(work.session, AidRequest, [case.id])
    for row, head in _heads(work, rows, Section.AID_REQUEST, "request_sealed", handling.AidRequest):
        if isinstance(head, Unopened):
            yield Topic(row.id, words=head)
        else:
            yield Topic(row.id, masks.get(head.client_id) if head.client_id is not None else None, head.on)


def _consents(work: Work, case: Case, masks: dict[UUID, Any]) -> Iterator[Topic]:
    rows = queries.records(work.session, Consent, [case.id])
    for row, head in _heads(work, rows, Section.CONSENT, "consent_sealed", work_structs.Consent):
        if isinstance(head, Unopened):
            yield Topic(row.id, words=head)
        else:
            yield Topic(row.id, masks.get(head.client_id), head.on)


def _referrals(work: Work, case: Case, masks: dict[UUID, Any]) -> Iterator[Topic]:
    rows = queries.records(work.session, Referral, [case.id])
    heads = list(_heads(work, rows, Section.REFERRAL, "referral_sealed", work_structs.Referral))
    names = institution_names(work, [head for _row, head in heads])
    for row, head in heads:
        if isinstance(head, Unopened):
            yield Topic(row.id, words=head)
        else:
            client = masks.get(head.client_id) if head.client_id is not None else None
            yield Topic(row.id, client, words=names.get(head.institution_id, "") if head.institution_id else "")


def _incoming(work: Work, case: Case, masks: dict[UUID, Any]) -> Iterator[Topic]:
    """The referrals to us that were not withdrawn."""
    rows = [row for row in incoming.of_cases(work, [case.id]) if row.status != IncomingStatus.WITHDRAWN.value]
    kind = incoming_structs.IncomingReferral
    heads = list(_heads(work, rows, Section.INCOMING_REFERRAL, "referral_sealed", kind))
    names = institution_names(work, [head for _row, head in heads])
    for row, head in heads:
        if isinstance(head, Unopened):
            yield Topic(row.id, words=head)
        else:
            client = masks.get(head.client_id) if head.client_id is not None else None
            yield Topic(row.id, client, head.received_on, names.get(head.institution_id, ""))


def _transfers(work: Work, case: Case) -> Iterator[Topic]:
    """The transfers that were neither declined nor taken back."""
    rows = [row for row in queries.records(work.session, Transfer, [case.id]) if row.state in CURRENT]
    for row, head in _heads(work, rows, Section.TRANSFER, "transfer_sealed", handling.Transfer):
        if isinstance(head, Unopened):
            yield Topic(row.id, words=head)
            continue
        to = work.session.get_one(Unit, row.to_unit_id).name if row.to_unit_id is not None else ""
        yield Topic(row.id, None, head.on, to or wording.code("institution_type", head.institution_type))


def _course(
    work: Work, case: Case, masks: dict[UUID, Any], kind: type[R], section: Section, struct: type[Struct]
) -> Iterator[Topic]:
    """The records of the course of one kind that were not taken back, by client and day."""
    rows = [row for row in queries.records(work.session, kind, [case.id]) if not getattr(row, "is_removed", False)]
    for row, head in _heads(work, rows, section, "head_sealed", struct):
        if isinstance(head, Unopened):
            yield Topic(row.id, words=head)
        else:
            yield Topic(row.id, masks.get(getattr(head, "client_id", case.id)), getattr(head, "on", None))


def _services(work: Work, case: Case) -> Iterator[Topic]:
    masks = _masks(work, case)
    rows = [row for row in queries.records(work.session, Service, [case.id]) if not row.is_removed]
    for row, head in _heads(work, rows, Section.SERVICE, "service_sealed", work_structs.Service):
        if not isinstance(head, Unopened) and head.client_id in masks:
            yield Topic(row.id, masks[head.client_id], head.on, head)


def _heads(
    work: Work, rows: Iterable[R], section: Section, column: str, kind: type[D]
) -> Iterator[tuple[R, D | Unopened]]:
    for row in rows:
        yield row, opened(lambda row=row: work.vault.open(row.place(section), getattr(row, column), kind))  # type: ignore[misc]
