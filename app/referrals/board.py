"""The referral board: by status, with the case's number and never a name. Clear filters are SQL; sealed ones open what is left.

What depends on sealed sections (institution, its type, overdue) looks through the newest `LOOK_THROUGH` referrals that the clear filters
leave, and says so when there are more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import load_only

from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.acting import CLOSED_TO_EDITS
from app.cases.models import Case, CaseRecord, Client, TeamMember
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.referrals import ReferralStatus, Step, steps_from
from app.referrals import directory, services
from app.referrals.models import Referral
from app.referrals.page import masked
from app.referrals.watch import watch
from app.security.sections import Purpose, Section
from app.security.structs import work as work_structs
from app.security.structs.incoming import IncomingReferral
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

R = TypeVar("R", bound=CaseRecord)

PAGE_SIZE: Final = 50
IN_SECTION: Final = 10
LOOK_THROUGH: Final = 400
SECTIONS: Final = (Section.REFERRAL, Section.CLIENT_PROFILE)
OPEN_STATUSES: Final = tuple(code.code for code in code_list("referral_status") if code.truth("open"))
ENDS: Final = tuple(code.code for code in code_list("referral_status") if not code.truth("open"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks the board for. No status: those under way, a column each. `worker`: on the team of the case."""

    status: str = ""
    type: str = ""
    institution: UUID | None = None
    worker: UUID | None = None
    mine: bool = False
    overdue: bool = False

    @property
    def is_sealed(self) -> bool:
        """Whether the filter can only be answered by opening what it is about."""
        return bool(self.type or self.institution or self.overdue)


@dataclass(frozen=True, slots=True)
class Found:
    """What the permission check found: the referrals to open, how many there are by status, whether some were left out."""

    rows: tuple[Referral, ...]
    counts: Mapping[str, int]
    cut: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One referral on the board. `mask` is None where the reader is not on the case team, or it is about the whole case.

    `steps`: what this reader may record next; the service decides again.
    """

    row: Referral
    case: Case
    head: Any
    institution: str
    mask: Any
    is_own: bool
    clocks: Sequence[Any]
    steps: Sequence[Step] = ()

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent."""
        if isinstance(self.head, Unopened):
            return None
        return next((s.at for s in self.head.steps if s.status == ReferralStatus.SENT.value), None)

    @property
    def clock(self) -> Any:
        """The clock that runs out next."""
        return next((line for line in self.clocks if line.is_running), None)

    @property
    def is_overdue(self) -> bool:
        """Whether one of its clocks has run out unmet."""
        return any(line.is_overdue for line in self.clocks)


def find(work: Work, wanted: Wanted, page: int) -> Found:
    """The rows to open: a page of one status, the newest of each open status, or those a sealed filter looks through."""
    work.actor.require(Capability.CASE_READ)
    rules = _rules(work, wanted)
    by_status = (
        select(Referral.status, func.count())
        .join(Case, Case.id == Referral.case_id)
        .where(*_rules(work, Wanted(worker=wanted.worker, mine=wanted.mine)))
    )
    counts: dict[str, int] = {
        status: count for status, count in work.session.execute(by_status.group_by(Referral.status))
    }
    if wanted.is_sealed:
        rows = let_in(work, _newest(work, rules, LOOK_THROUGH + 1, 0))
        return Found(tuple(rows[:LOOK_THROUGH]), counts, len(rows) > LOOK_THROUGH)
    if wanted.status:
        return Found(tuple(let_in(work, _newest(work, rules, PAGE_SIZE, (max(1, page) - 1) * PAGE_SIZE))), counts)
    return Found(tuple(let_in(work, _first_of_each(work, rules))), counts)


def opening(found: Found) -> Opening:
    """What the board opens, and the cases it names."""
    cases = tuple(dict.fromkeys(row.case_id for row in found.rows))
    return Opening(Event.REFERRALS_LISTED, cases, (*SECTIONS, *watch().sections))


def lines(work: Work, found: Found, wanted: Wanted) -> list[Line]:
    """The lines; the number of queries does not depend on how many there are."""
    ids = list(dict.fromkeys(row.case_id for row in found.rows))
    work.vault.keys.preload(Purpose.CASE, ids)
    cases = {case.id: case for case in work.session.scalars(select(Case).where(Case.id.in_(ids)))}
    heads = {row.id: opened(lambda row=row: services.read(work, row)) for row in found.rows}  # type: ignore[misc]
    own = case_queries.assigned_among(work, ids)
    masks = masks_of(
        work, {h.client_id for row in found.rows if row.case_id in own and not isinstance(h := heads[row.id], Unopened)}
    )
    names = institution_names(work, heads.values())
    clocks = watch().lines(work, ids)
    made = [
        Line(
            row,
            cases[row.case_id],
            head := heads[row.id],
            names.get(getattr(head, "institution_id", None), "") if not isinstance(head, Unopened) else "",
            masks.get(head.client_id) if not isinstance(head, Unopened) else head,
            row.case_id in own,
            clocks.get(row.id, ()),
            _steps(work, row, head) if row.case_id in own else (),
        )
        for row in found.rows
    ]
    return [line for line in made if _fits(line, wanted)]


def institution_names(
    work: Work, heads: Iterable[work_structs.Referral | IncomingReferral | Unopened]
) -> Mapping[UUID | None, str]:
    """Names of the institutions of these referrals, to others or to us, one query."""
    ids = [head.institution_id for head in heads if not isinstance(head, Unopened)]
    names = directory.names(work, {each for each in ids if each is not None})
    return {institution_id: name for institution_id, name in names.items()}


def _fits(line: Line, wanted: Wanted) -> bool:
    if isinstance(line.head, Unopened):
        return not wanted.is_sealed
    return (
        (not wanted.type or line.head.institution_type == wanted.type)
        and (not wanted.institution or line.head.institution_id == wanted.institution)
        and (not wanted.overdue or line.is_overdue)
    )


def _steps(work: Work, row: Referral, head: Any) -> tuple[Step, ...]:
    if isinstance(head, Unopened):
        return ()
    return tuple(step for step in steps_from(ReferralStatus(row.status)) if work.actor.may(step.capability))


def _rules(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    rules = [case_queries.readable_by(work.actor), Case.status.not_in(CLOSED_TO_EDITS)]
    if wanted.mine:
        rules.append(case_queries.on_team(work.actor))
    if wanted.worker is not None:
        team = select(TeamMember.case_id).where(TeamMember.user_id == wanted.worker, TeamMember.until.is_(None))
        rules.append(Referral.case_id.in_(team))
    if wanted.status:
        rules.append(Referral.status == wanted.status)
    elif wanted.is_sealed:
        rules.append(Referral.status.in_(OPEN_STATUSES))
    if wanted.overdue:
        rules.append(Case.due_at < work.now)
    return rules


_SHOWN: Final = (Referral.case_id, Referral.status, Referral.created_at, Referral.referral_sealed)


def _newest(work: Work, rules: Sequence[ColumnElement[bool]], limit: int, offset: int) -> list[Referral]:
    rows = select(Referral).options(load_only(*_SHOWN, raiseload=True)).join(Case, Case.id == Referral.case_id)
    ordered = rows.where(*rules).order_by(Referral.created_at.desc(), Referral.id)
    return list(work.session.scalars(ordered.limit(limit).offset(offset)))


def _first_of_each(work: Work, rules: Sequence[ColumnElement[bool]]) -> list[Referral]:
    """The newest few of every open status, in one query."""
    place = func.row_number().over(partition_by=Referral.status, order_by=(Referral.created_at.desc(), Referral.id))
    ranked = (
        select(Referral.id, place.label("place"))
        .join(Case, Case.id == Referral.case_id)
        .where(*rules, Referral.status.in_(OPEN_STATUSES))
        .subquery()
    )
    rows = (
        select(Referral)
        .options(load_only(*_SHOWN, raiseload=True))
        .join(ranked, ranked.c.id == Referral.id)
        .where(ranked.c.place <= IN_SECTION)
        .order_by(Referral.created_at.desc(), Referral.id)
    )
    return list(work.session.scalars(rows))


def let_in(work: Work, rows: Sequence[R]) -> list[R]:
    """Those of cases the actor reads with the unit, or is on the team of by a row this program wrote (security 2.9)."""
    if work.actor.system:
        return list(rows)
    ids = {row.case_id for row in rows}
    let = _of_own_unit(work, ids) if work.actor.may(Capability.CASE_READ_UNIT) else frozenset()
    if ids - let:
        let |= case_queries.assigned_among(work, ids - let)
    return [row for row in rows if row.case_id in let]


def _of_own_unit(work: Work, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    wanted = select(Case.id).where(Case.id.in_(case_ids), Case.unit_id == work.actor.own_unit())
    return frozenset(work.session.scalars(wanted))


def masks_of(work: Work, client_ids: Iterable[UUID | None]) -> Mapping[UUID | None, str | Unopened]:
    """What a list shows of these clients; no other profile is opened."""
    wanted = [client_id for client_id in client_ids if client_id is not None]
    shown = (Client.case_id, Client.position, Client.profile_sealed)
    rows = work.session.scalars(select(Client).options(load_only(*shown, raiseload=True)).where(Client.id.in_(wanted)))
    return {row.id: masked(work, row) for row in rows}
