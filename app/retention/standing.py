"""How a file stands towards its period: when it ended, until when it is kept, what holds it. Coded sections alone; nobody is named.

A file counts with the files merged into it. Files of one person hang together: while one of them is kept, none is erased, for the ledger
knows them as one person and the counts of past periods must not change (`app.retention.destroying`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from app.cases import families, queries, watching
from app.cases.casefile import incident_of
from app.cases.models import Case, Client, ReportedPerson, StageStep, Termination, Transfer
from app.domain import retention
from app.domain.errors import Unreadable
from app.domain.retention import Age, File, Hold, Period
from app.domain.stages import Status
from app.domain.zones import local_day
from app.retention import holds, rules
from app.security.sections import Purpose, Section
from app.security.structs.people import ClientProfile
from app.work import Work

SECTIONS: Final = (Section.INCIDENT, Section.CLIENT_PROFILE, Section.TERMINATION)
"""What finding it out opens: days, ages, and whether legal steps are watched."""
ENDED: Final = (Status.CLOSED.value, Status.TRANSFERRED.value, Status.REJECTED.value, Status.VOIDED.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one file stands today. `keep_until` is None for a file that has not ended or where no rule is on."""

    case: Case
    today: date
    ended_on: date | None
    period: Period | None
    keep_until: date | None
    holds: tuple[Hold, ...]

    @property
    def is_over(self) -> bool:
        """Whether the period is over, whatever holds the file."""
        return self.keep_until is not None and self.keep_until <= self.today

    @property
    def is_due(self) -> bool:
        """Whether the erasure may be proposed."""
        return self.is_over and not self.holds


def ended_at() -> ColumnElement[datetime | None]:
    """The moment a file ended: its closing; for one turned away or voided, its last step."""
    last = select(func.max(StageStep.created_at)).where(
        StageStep.case_id == Case.id, StageStep.to_status == Case.status
    )
    return func.coalesce(Case.closed_at, last.scalar_subquery())


def relatives(work: Work, case_ids: Collection[UUID]) -> tuple[UUID, ...]:
    """These files, those merged with them, and every other file of somebody in them, as far as the links reach: what `read` opens. What
    another unit made of a file it took over is that unit's own, keeps its own time, and counts in no sum beside ours: it is left out."""
    found: set[UUID] = set()
    fresh = set(case_ids)
    passed = _passed_on(work, fresh)
    while fresh:
        found |= {each for members in families.families(work, fresh).values() for each in members} | fresh
        fresh = _of_the_same_people(work, found) - found - passed
    return tuple(sorted(found))


def _passed_on(work: Work, case_ids: Collection[UUID]) -> set[UUID]:
    """The cases that other units made of these, that these were made of, and so on along the transfers."""
    known: set[UUID] = set()
    fresh = set(case_ids)
    while fresh:
        known |= fresh
        pairs = work.session.execute(
            select(Transfer.case_id, Transfer.to_case_id).where(
                Transfer.to_case_id.is_not(None), or_(Transfer.case_id.in_(fresh), Transfer.to_case_id.in_(fresh))
            )
        )
        fresh = {end for pair in pairs for end in pair} - known
    return known - set(case_ids)


def _of_the_same_people(work: Work, case_ids: Collection[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    kinds: tuple[type[Client] | type[ReportedPerson], ...] = (Client, ReportedPerson)
    for kind in kinds:
        tokens = select(kind.person_id).where(kind.case_id.in_(case_ids), kind.person_id.is_not(None))
        found |= set(work.session.scalars(select(kind.case_id).where(kind.person_id.in_(tokens))))
    return found


def read(work: Work, case_id: UUID) -> Standing:
    """The standing of one file, with the files of the same people looked at. NotFound where it stands for nothing of the actor's unit."""
    every = read_all(work, relatives(work, [case_id]))
    own = every[case_id]
    kin = families.families(work, [case_id])[case_id]
    others = (other for other in every.values() if other.case.id not in kin)
    kept = any(not other.is_due for other in others if other.case.status not in _NO_FILE)
    return own if not kept else _with(own, Hold.SAME_PERSON)


_NO_FILE: Final = frozenset({Status.VOIDED.value, Status.ERASED.value, Status.MERGED.value})


def read_all(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, Standing]:
    """The standing of these files, each by itself: files of the same people are not looked at."""
    ids = list(case_ids)
    work.vault.keys.preload(Purpose.CASE, ids)
    rows = work.session.execute(select(Case, ended_at()).where(Case.id.in_(ids))).all()
    periods = rules.periods(work, {case.unit_id for case, _ended in rows})
    zones = queries.zones_of(work.session, [row[0].unit_id for row in rows])
    people = _people(work, {row[0].id: row[0] for row in rows})
    kept = held(work, ids)
    found = {}
    for case, ended in rows:
        ended_on = local_day(ended, zones[case.unit_id]) if ended is not None and case.status in ENDED else None
        period = periods.get(case.unit_id)
        until = retention.keep_until(period, File(ended_on, people[case.id])) if period is not None else None
        found_holds = kept[case.id] if ended_on is not None else (Hold.OPEN, *kept[case.id])
        today = local_day(work.now, zones[case.unit_id])
        found[case.id] = Standing(case, today, ended_on, period, until, found_holds)
    return found


def _with(standing: Standing, hold: Hold) -> Standing:
    return replace(standing, holds=tuple(each for each in Hold if each in {*standing.holds, hold}))


# --- ages ------------------------------------------------------------------------------------------------------------


def _people(work: Work, cases: Mapping[UUID, Case]) -> Mapping[UUID, list[list[Age]]]:
    """The recorded ages of everybody served in each file and in the files merged into it."""
    merged = families.merged_into(work, list(cases))
    sources = {case_id: [case_id, *(merge.duplicate_id for merge in merged.get(case_id, []))] for case_id in cases}
    members = [member for group in sources.values() for member in group]
    whole = {case.id: case for case in work.session.scalars(select(Case).where(Case.id.in_(members)))}
    clients: dict[UUID, list[list[Age]]] = {member: [] for member in members}
    for row in queries.records(work.session, Client, members):
        clients[row.case_id].append(_ages(work, whole[row.case_id], row))
    return {case_id: [ages for member in group for ages in clients[member]] for case_id, group in sources.items()}


def _ages(work: Work, case: Case, row: Client) -> list[Age]:
    """What was recorded of one client's age. A profile that does not open tells nothing: the client counts as newborn on the day of receipt."""
    try:
        profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)
        incident = incident_of(work, case)
    except Unreadable:
        return [Age(case.received_at.date())]
    ages = [
        Age(on, years, unborn=profile.unborn)
        for on, years in ((incident.first_on, profile.age_at_incident), (incident.report_on, profile.age_at_report))
        if on is not None and (years is not None or profile.unborn)
    ]
    return ages or [Age(incident.report_on)]


# --- what holds them -------------------------------------------------------------------------------------------------


def held(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Hold, ...]]:
    """What holds these files and the files merged with them, but for files of the same people. Opens whether legal steps are watched."""
    kin = families.families(work, case_ids)
    everybody = list({member for members in kin.values() for member in members})
    found = {
        Hold.LEGAL: watching.watched(work, everybody) | _unclear(work, everybody),
        Hold.MANUAL: holds.held_among(work, everybody),
        Hold.TRANSFER: queries.waiting_transfers(work.session, everybody),
    }
    return {case_id: tuple(hold for hold in found if found[hold] & kin[case_id]) for case_id in case_ids}


def _unclear(work: Work, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Files with an end that does not open: whether somebody watches their legal steps is not known, so they are held."""
    rows = work.session.scalars(select(Termination).where(Termination.case_id.in_(case_ids)))
    place = Section.TERMINATION
    return frozenset(row.case_id for row in rows if not work.vault.is_whole(row.place(place), row.termination_sealed))
