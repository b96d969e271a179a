"""Leave cover (*pengganti cuti*): for a period somebody else holds the assignments of a person on leave (security 2.9).

The stand-in keeps the own roles; only assignments are lent, for exactly the days named, and they go back by themselves. Standing in
for a stand-in lends nothing. Days are days of the unit, both included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.accounts import queries
from app.accounts.genuine import is_genuine, seal_cover
from app.accounts.models import LeaveCover, Unit, User
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability, capabilities_of
from app.domain.errors import NotFound, NotPermitted, Problem, Refused
from app.domain.zones import Zone, days_range, local_day
from app.work import Work

LONGEST: Final = timedelta(days=366)


def stood_in_for(work: Work, user_id: UUID) -> frozenset[UUID]:
    """The people whose assignments this person holds at this moment."""
    wanted = select(LeaveCover).where(LeaveCover.stand_in_id == user_id, LeaveCover.ended_at.is_(None))
    return frozenset(row.absent_id for row in _running(work, work.session.scalars(wanted)))


def standing_in_for(work: Work, absent_ids: Iterable[UUID]) -> Mapping[UUID, LeaveCover]:
    """Who stands in at this moment for each of these people, where somebody does."""
    wanted = select(LeaveCover).where(LeaveCover.absent_id.in_(list(absent_ids)), LeaveCover.ended_at.is_(None))
    return {row.absent_id: row for row in _running(work, work.session.scalars(wanted))}


def to_come(work: Work) -> Sequence[LeaveCover]:
    """Covers that run or lie ahead, the earliest first: all of the unit for those who assign, else those one has a part in."""
    own = LeaveCover.unit_id == work.actor.own_unit()
    rows = work.session.scalars(
        select(LeaveCover)
        .where(own, LeaveCover.ended_at.is_(None), LeaveCover.until > work.now)
        .order_by(LeaveCover.since, LeaveCover.id)
    )
    return [row for row in rows if is_genuine(work.vault.crypt, row) and _concerns(work, row)]


def set_cover(work: Work, absent_id: UUID, stand_in_id: UUID, first: date, last: date) -> LeaveCover:
    """Name who stands in from the first to the last day. For oneself; a supervisor also for others of the unit.

    Refused: days in the past or the wrong way round, somebody who reads no cases, is the absent person or is on leave as well,
    and a second cover over the same days.
    """
    absent, stand_in = _people(work, absent_id, stand_in_id)
    zone = Zone(work.session.get_one(Unit, absent.unit_id).zone)
    _check_days(first, last, local_day(work.now, zone))
    since, until = days_range(first, last, zone)
    cover = LeaveCover(
        id=new_id(),
        unit_id=absent.unit_id,
        absent_id=absent.id,
        stand_in_id=stand_in.id,
        since=since,
        until=until,
        set_by=work.actor.user_id,
        set_at=work.now,
        ended_by=None,
        ended_at=None,
        mac=b"",
    )
    _check_overlap(work, cover)
    seal_cover(work.vault.crypt, cover)
    work.session.add(cover)
    work.recorded(Event.COVER_SET, cover.id, row=cover)
    return cover


def end(work: Work, cover_id: UUID) -> LeaveCover:
    """End a cover before its time, from this moment on: the absent person, the stand-in or a supervisor."""
    cover = get(work, cover_id)
    cover.ended_at, cover.ended_by = work.now, work.actor.user_id
    seal_cover(work.vault.crypt, cover)
    work.recorded(Event.COVER_ENDED, cover.id, row=cover)
    return cover


def get(work: Work, cover_id: UUID) -> LeaveCover:
    """A cover that runs or lies ahead and that the actor has a say in; else NotFound."""
    found = next((row for row in to_come(work) if row.id == cover_id), None)
    if found is None:
        raise NotFound("cover")
    return found


def _running(work: Work, rows: Iterable[LeaveCover]) -> list[LeaveCover]:
    return [row for row in rows if row.is_running(work.now) and is_genuine(work.vault.crypt, row)]


def _concerns(work: Work, row: LeaveCover) -> bool:
    return work.actor.may(Capability.CASE_ASSIGN) or work.actor.user_id in (row.absent_id, row.stand_in_id)


def _people(work: Work, absent_id: UUID, stand_in_id: UUID) -> tuple[User, User]:
    work.actor.require(Capability.CASE_READ)
    if absent_id != work.actor.user_id and not work.actor.may(Capability.CASE_ASSIGN):
        raise NotPermitted("only a supervisor sets the cover of somebody else")
    absent, stand_in = queries.get(work, absent_id), queries.get(work, stand_in_id)
    if absent.id == stand_in.id:
        raise Refused(Problem("cover.oneself", "stand_in_id"))
    if stand_in.unit_id != absent.unit_id or stand_in.is_disabled or not _reads_cases(work, stand_in):
        raise Refused(Problem("cover.no-reader", "stand_in_id"))
    return absent, stand_in


def _reads_cases(work: Work, user: User) -> bool:
    return Capability.CASE_READ in capabilities_of(queries.roles_of(work, user))


def _check_days(first: date, last: date, today: date) -> None:
    if last < first:
        raise Refused(Problem("cover.backwards", "last"))
    if first < today:
        raise Refused(Problem("cover.past", "first"))
    if last - first > LONGEST:
        raise Refused(Problem("cover.too-long", "last"))


def _check_overlap(work: Work, cover: LeaveCover) -> None:
    """One stand-in at a time; and nobody stands in while on leave."""
    same_days = select(LeaveCover).where(
        LeaveCover.ended_at.is_(None), LeaveCover.since < cover.until, LeaveCover.until > cover.since
    )
    rows = [row for row in work.session.scalars(same_days) if is_genuine(work.vault.crypt, row)]
    if any(row.absent_id == cover.absent_id for row in rows):
        raise Refused(Problem("cover.overlap", "first"))
    if any(row.absent_id == cover.stand_in_id for row in rows):
        raise Refused(Problem("cover.away-too", "stand_in_id"))
