"""The list of those who may read about a client's shelter: named person by person, by role alone nobody (security 3, domain 12).

A name on the list opens nothing by itself: whoever reads must also be able to read the case, on its team or as a reader of the unit,
and have no part in the matter. Each row carries a MAC; one this program did not write counts as absent (security 2.9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.audit.events import Event
from app.cases import impartial, queries, records
from app.cases.models import Case
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused
from app.safety.models import SectionReader
from app.security import integrity
from app.security.canonical import Value
from app.work import Work

SHELTER: Final = "shelter"
OWN_REASON: Final = (
    "supervision"  # why somebody who reads the unit put the own name on a list; the words are sealed in the case
)


# --- who is on it ----------------------------------------------------------------------------------------------------


def of_cases(work: Work, case_ids: Iterable[UUID]) -> Sequence[SectionReader]:
    """Those on the lists of these cases now, oldest first; genuine rows only."""
    wanted = select(SectionReader).where(
        SectionReader.case_id.in_(list(case_ids)), SectionReader.list_name == SHELTER, SectionReader.until.is_(None)
    )
    rows = work.session.scalars(wanted.order_by(SectionReader.since, SectionReader.id))
    return [row for row in rows if _is_genuine(work, row)]


def cases_of(work: Work, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the cases whose shelter the actor may read."""
    ids = list(case_ids)
    if work.actor.system:
        return frozenset(ids)
    named = {row.case_id for row in of_cases(work, ids) if row.user_id == work.actor.user_id}
    if not named or work.actor.user_id is None:
        return frozenset()
    on_team = queries.on_team_among(work, named)
    stances = impartial.stances(work, named, work.actor.user_id)
    with_part = {case_id for case_id, stance in stances.items() if stance not in impartial.MAY_WORK}
    cases = work.session.scalars(queries.visible_to(work.actor).where(Case.id.in_(named - with_part)))
    return frozenset(case.id for case in cases if case.id in on_team or queries.reads_unit_of(work.actor, case))


def may_read(work: Work, case_id: UUID) -> bool:
    """Whether the actor may open the shelter sections of this case."""
    return case_id in cases_of(work, [case_id])


# --- naming ----------------------------------------------------------------------------------------------------------


def may_keep(work: Work, case: Case) -> bool:
    """Whether the actor may change the list: somebody on it who works on the case, or whoever assigns people to cases."""
    return work.actor.may(Capability.CASE_ASSIGN) or (
        work.actor.may(Capability.SHELTER_WRITE) and may_read(work, case.id)
    )


def name_person(work: Work, case_id: UUID, user_id: UUID, words: str = "") -> SectionReader:
    """Put a person of the unit on the list. Who puts the own name on it says why, in words that the team reads.

    NotFound for a stranger to the unit, NotPermitted for who may not keep the list, Conflict where the person is on it.
    Refused where those words are missing.
    """
    case = queries.get(work, case_id)
    if not may_keep(work, case):
        raise NotPermitted("list of readers")
    _person_of(work, case, user_id)
    if any(row.user_id == user_id for row in of_cases(work, [case_id])):
        raise Conflict("on the list")
    if user_id == work.actor.user_id:
        if not words.strip():
            raise Refused(Problem("required", "words"))
        records.note_reason(work, case_id, OWN_REASON, words)
    row = add(work, case, user_id)
    work.touched(case.id, Event.READER_NAMED, row.id, row=row)
    return row


def take_off(work: Work, case_id: UUID, reader_id: UUID) -> None:
    """Take a person off the list. The last one stays: a stay nobody may read is lost.

    NotPermitted for who may not keep the list, NotFound for nobody on it, Conflict for the last one.
    """
    case = queries.get(work, case_id)
    if not may_keep(work, case):
        raise NotPermitted("list of readers")
    present = of_cases(work, [case_id])
    row = next((row for row in present if row.id == reader_id), None)
    if row is None:
        raise NotFound("reader")
    if len(present) == 1:
        raise Conflict("last reader")
    row.until = work.now
    row.mac = _mac(work, row)
    work.touched(case_id, Event.READER_REMOVED, row.id, row=row)


def add(work: Work, case: Case, user_id: UUID) -> SectionReader:
    """Put a name on the list, as part of a greater act: the caller checks and records the event."""
    row = SectionReader(
        id=new_id(),
        case_id=case.id,
        user_id=user_id,
        list_name=SHELTER,
        since=work.now,
        until=None,
        named_by=work.actor.user_id,
        mac=b"",
    )
    row.mac = _mac(work, row)
    work.session.add(row)
    return row


def begin(work: Work, case: Case, user_ids: Collection[UUID]) -> None:
    """Begin the list with the first stay: whoever records it, and those named with it."""
    mine = {work.actor.user_id} if work.actor.user_id is not None else set()
    for user_id in sorted(mine | set(user_ids), key=str):
        _person_of(work, case, user_id)
        add(work, case, user_id)


def _person_of(work: Work, case: Case, user_id: UUID) -> User:
    user = work.session.get(User, user_id)
    if user is None or user.unit_id != case.unit_id or user.disabled_at is not None:
        raise NotFound("user")
    return user


def _mac(work: Work, row: SectionReader) -> bytes:
    return integrity.row_mac(work.vault.crypt, SectionReader.__tablename__, row.id, *_granting(row))


def _is_genuine(work: Work, row: SectionReader) -> bool:
    return integrity.check(work.vault.crypt, row.mac, SectionReader.__tablename__, row.id, *_granting(row))


def _granting(row: SectionReader) -> tuple[Value, ...]:
    return (row.case_id, row.user_id, row.list_name, row.since, row.until or "")
