"""Response of institutions: of the referrals a unit sent in a period, how soon each institution answered and reported a result.

Referrals and clocks are sealed, so a sheet opens the coded heads of the period's referrals under one event that names their cases.
No case and nobody stands on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import load_only

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.models import Case
from app.clocks import services as clock_services
from app.clocks.models import CaseClocks
from app.domain.access import Capability
from app.domain.clocks import Clock, State
from app.domain.codes import code_list
from app.domain.referrals import ReferralStatus
from app.domain.response import Referred, Response, response
from app.domain.stages import Status
from app.domain.zones import day_range
from app.reference import rulebook
from app.referrals import directory
from app.referrals import services as referral_services
from app.referrals.models import Referral
from app.reports import periods, queries
from app.reports.counting.settings import Period
from app.security.sections import Purpose, Section
from app.security.structs import work as structs
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

SECTIONS: Final = (Section.REFERRAL, Section.CLOCKS)
_MINE: Final = "OB_TARGET"  # the body a clock of a referral binds where it is the institution that was asked
_ANSWERS: Final = frozenset({"RF_ACK", "RF_ACCEPTED", "RF_REJECTED", "RF_SERVED", "RF_CLOSED"})
_ENDS: Final = frozenset({"RF_REJECTED", "RF_CANCELLED"})
_NOT_OURS: Final = (Status.VOIDED.value, Status.REJECTED.value)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which sheet: referrals the reader's own unit sent in this period."""

    period: Period


@dataclass(frozen=True, slots=True)
class Row:
    """One line: an institution with its type, or a type alone (`name` empty) for referrals to none of the directory."""

    institution_type: str
    name: str
    figures: Response


@dataclass(frozen=True, slots=True)
class Sheet:
    """The figures of all, by type, by institution. `unopened`: referrals whose seal did not open; they are not counted."""

    unit: Unit
    all: Response
    types: tuple[Row, ...]
    institutions: tuple[Row, ...]
    unopened: int


@dataclass(frozen=True, slots=True)
class _Sent:
    institution_id: UUID | None
    institution_type: str
    facts: Referred


def opening(work: Work, wish: Wish) -> Opening:
    """The permission check (`recap:read`) and what the sheet opens."""
    work.actor.require(Capability.RECAP_READ)
    unit_id = work.actor.own_unit()
    cases = tuple(dict.fromkeys(row.case_id for row in _rows(work, unit_id)))
    return Opening(Event.RESPONSES_READ, cases, SECTIONS, object_id=unit_id, purpose=periods.named(wish.period))


def sheet(work: Work, wish: Wish) -> Sheet:
    """The sheet as of now; the number of queries does not depend on how many referrals there are."""
    unit = queries.unit(work)
    zone = case_queries.zones_of(work.session, [unit.id])[unit.id]
    first, after = day_range(wish.period.first, zone)[0], day_range(wish.period.last, zone)[1]
    rows = _rows(work, unit.id)
    ids = list({row.case_id for row in rows})
    work.vault.keys.preload(Purpose.CASE, ids)
    clocks = _clocks(work, ids)
    heads = [(row, opened(lambda row=row: referral_services.read(work, row))) for row in rows]  # type: ignore[misc]
    sent = [
        _Sent(head.institution_id, head.institution_type, facts)
        for row, head in heads
        if not isinstance(head, Unopened)
        and (facts := _facts(head, clocks.get(row.id, ()), work.now)) is not None
        and first <= facts.sent_at < after
    ]
    names = directory.names(work, {each.institution_id for each in sent if each.institution_id is not None})
    return Sheet(
        unit,
        response([each.facts for each in sent], work.now),
        tuple(_lines(((each.institution_type, "") for each in sent), sent, work.now)),
        tuple(_lines(((each.institution_type, _name(each, names)) for each in sent), sent, work.now)),
        sum(isinstance(head, Unopened) for _row, head in heads),
    )


def _name(each: _Sent, names: Mapping[UUID, str]) -> str:
    return names.get(each.institution_id, "") if each.institution_id is not None else ""


def _lines(keys: Iterable[tuple[str, str]], sent: Sequence[_Sent], now: datetime) -> Iterator[Row]:
    """One line for each key, types in the order of their list, the busiest institution of a type first."""
    groups: dict[tuple[str, str], list[Referred]] = defaultdict(list)
    for key, each in zip(keys, sent, strict=True):
        groups[key].append(each.facts)
    order = {code.code: place for place, code in enumerate(code_list("institution_type"))}
    for key in sorted(groups, key=lambda key: (order.get(key[0], len(order)), -len(groups[key]), key[1].casefold())):
        yield Row(*key, response(groups[key], now))


def _facts(head: structs.Referral, clocks: Sequence[Clock], now: datetime) -> Referred | None:
    """What this referral says of the institution; None where it was never sent."""
    moments: dict[str, datetime] = {}
    for step in head.steps:
        moments.setdefault(step.status, step.at)
    sent_at = moments.get(ReferralStatus.SENT.value)
    if sent_at is None:
        return None
    return Referred(
        sent_at,
        answered_at=min((at for status, at in moments.items() if status in _ANSWERS), default=None),
        result_at=moments.get(ReferralStatus.CLOSED.value),
        ended_at=min((at for status, at in moments.items() if status in _ENDS), default=None),
        declined=ReferralStatus.DECLINED.value in moments,
        in_time=sum(clock.state is State.MET for clock in clocks),
        too_late=sum(clock.state is State.LATE or (clock.is_running and clock.due_at < now) for clock in clocks),
    )


def _rows(work: Work, unit_id: UUID) -> Sequence[Referral]:
    """All referrals of the unit's cases: on which day one was sent is sealed with it."""
    shown = (Referral.case_id, Referral.status, Referral.referral_sealed)
    rows = select(Referral).options(load_only(*shown, raiseload=True)).join(Case, Case.id == Referral.case_id)
    mine = rows.where(Case.unit_id == unit_id, Case.is_hidden.is_(False), Case.status.not_in(_NOT_OURS))
    return work.session.scalars(mine.order_by(Referral.created_at, Referral.id)).all()


def _clocks(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, list[Clock]]:
    """The clocks that bind the institution, by referral. A case whose clocks do not open has none here."""
    book = rulebook.of_unit(work, work.actor.own_unit())
    found: dict[UUID, list[Clock]] = defaultdict(list)
    for row in work.session.scalars(select(CaseClocks).where(CaseClocks.case_id.in_(list(case_ids)))):
        held = opened(lambda row=row: clock_services.clocks_of(work, row))  # type: ignore[misc]
        for clock in () if isinstance(held, Unopened) else held:
            rule = clock_services.rule_of(book, clock)
            if rule is not None and rule.body.code == _MINE:
                found[clock.subject_id].append(clock)
    return found
