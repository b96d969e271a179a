"""Telling people: each step of the ladder once, again until somebody acknowledges it, and acts that wait for somebody.

Everything happens in the act that causes it: the step is marked, the notice stands in the list, the mail lies in the outbox, and the log
says so, or none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.accounts.models import User
from app.audit.events import Event
from app.cases import families
from app.cases import queries as case_queries
from app.cases.models import Case, HandOver, TeamMember, Transfer
from app.clocks import services as clocks
from app.clocks.sweeping import Reached
from app.db.base import new_id
from app.domain import notices as rules
from app.domain.access import system
from app.domain.clocks import Clock, Step
from app.domain.errors import Unreadable
from app.domain.notices import Audience, Kind, Mailing, Telling
from app.domain.stages import Status
from app.domain.zones import Zone
from app.logs import get_logger
from app.notifications import choices, outbox, queries, recipients
from app.notifications.models import Notice
from app.notifications.outbox import Sort
from app.notifications.recipients import Recipients
from app.notifications.tags import clock_tag
from app.reference import rulebook
from app.security.structs import notices as structs
from app.work import AuditLine, Runtime, Work

BATCH: Final = 100
_OF_THE_LADDER: Final = frozenset({Kind.SUPERVISOR, Kind.HEAD})
AGAIN_JOB: Final = "notice-again"


# --- the ladder ------------------------------------------------------------------------------------------------------


def escalate(work: Work, reached: Sequence[Reached]) -> None:
    """Tell of steps whose moment came. Several steps of one clock that were missed are one notice, of the highest, to all they tell."""
    people = recipients.gather(work, [each.case for each in reached])
    zones = case_queries.zones_of(work.session, {each.case.unit_id for each in reached})
    standing = _standing(work, reached)
    calendars = {unit_id: book.calendar for unit_id, book in rulebook.books(work, zones).items()}
    post = _Post(work)
    for each in reached:
        tellings = [rules.rules().steps[step] for step in each.steps]
        told = people.of(each.case, [audience for telling in tellings for audience in telling.tells])
        tag = clock_tag(work.vault.crypt, each.clock.id)
        danger = rules.is_danger(each.case.risk, each.clock.rule_id)
        said = _of_clock(tellings[-1].kind, each.clock, danger=danger)
        zone = zones[each.case.unit_id]
        again = rules.again_at(tellings[-1].kind, work.now, zone, calendars[each.case.unit_id], danger=danger)
        for user in told:
            _stand(work, standing.get((user.id, tag)), user, each.case.id, tag, said=said, again=again)
            post.add(user, zone, tellings[-1].kind, danger=danger)
        work.recorded(Event.NOTICE_GIVEN, each.case.id, cases=(each.case.id,), purpose=each.steps[-1].value.lower())
    post.leave()


def _of_clock(kind: Kind, clock: Clock, *, danger: bool) -> structs.Notice:
    return structs.Notice(
        kind=kind.value, rule=clock.rule_id, rule_version=clock.version, due_at=clock.due_at, danger=danger
    )


def _standing(work: Work, reached: Sequence[Reached]) -> Mapping[tuple[UUID, bytes], Notice]:
    """Notices of these cases that stand, by person and clock: a higher step raises the one that is there."""
    rows = queries.standing_of_cases(work, {each.case.id for each in reached})
    return {(row.user_id, row.clock_tag): row for row in rows if row.clock_tag is not None}


def _stand(
    work: Work,
    row: Notice | None,
    user: User,
    case_id: UUID,
    tag: bytes | None,
    *,
    said: structs.Notice,
    again: datetime | None,
) -> Notice:
    """Put a notice into a person's list, or raise the one about the same clock: it has to be acknowledged anew."""
    if row is None:
        row = Notice(id=new_id(), user_id=user.id, case_id=case_id, clock_tag=tag, ended_at=None, notice_sealed=b"")
        work.session.add(row)
    row.told_at, row.again_at = work.now, again
    row.acknowledged_at = row.acknowledged_by = None
    row.notice_sealed = work.vault.seal(row.place(), said)
    return row


def again(runtime: Runtime, now: datetime) -> int:
    """Give notices again that nobody acknowledged in their time. Gives how many. Safe to run twice: each carries its next moment.

    One that does not open holds up nobody: it is left for the next run, and the log says so.
    """
    given = 0
    unreadable: set[UUID] = set()
    while True:
        with runtime.begin(system(AGAIN_JOB)) as work:
            rows = queries.to_give_again(work, now, BATCH, unreadable)
            given += _give_again(work, rows, unreadable) if rows else 0
        if len(rows) < BATCH:
            break
    if unreadable:
        get_logger().error("notices.unreadable", count=len(unreadable))
    return given


def _give_again(work: Work, rows: Sequence[Notice], unreadable: set[UUID]) -> int:
    """To those who have to see to it now: whoever left the case is told no more, whoever came to it since is told with the others."""
    cases = {case.id: case for case in work.session.scalars(select(Case).where(Case.id.in_({r.case_id for r in rows})))}
    people = recipients.gather(work, list(cases.values()))
    zones = case_queries.zones_of(work.session, {case.unit_id for case in cases.values()})
    standing = {(row.user_id, row.clock_tag): row for row in queries.standing_of_cases(work, cases.keys())}
    post, told = _Post(work), Counter[UUID]()
    for row in rows:
        said = _said(work, row, unreadable)
        if said is None:
            continue
        case, kind = cases[row.case_id], Kind(said.kind)
        audience = {user.id: user for user in people.of(case, rules.rules().steps[Step(kind.value)].tells)}
        zone = zones.get(case.unit_id, Zone.WIB)
        next_at = rules.again_at(
            kind, work.now, zone, rulebook.of_unit(work, case.unit_id).calendar, danger=said.danger
        )
        more = msgspec.structs.replace(said, times=said.times + 1)
        if row.user_id not in audience:
            row.ended_at, row.again_at = work.now, None
        newcomers = [user for user_id, user in audience.items() if (user_id, row.clock_tag) not in standing]
        for user in [*newcomers, *([audience[row.user_id]] if row.user_id in audience else [])]:
            held = standing.get((user.id, row.clock_tag))
            standing[user.id, row.clock_tag] = _stand(
                work, held, user, row.case_id, row.clock_tag, said=more, again=next_at
            )
            post.add(user, zone, kind, danger=said.danger)
            told[row.case_id] += 1
    for case_id in cases:
        work.recorded(Event.NOTICE_GIVEN, case_id, cases=(case_id,), purpose="again")
    post.leave()
    return told.total()


def _said(work: Work, row: Notice, unreadable: set[UUID]) -> structs.Notice | None:
    """What a notice says; None, and passed over in this run, where it does not open."""
    try:
        return work.vault.open(row.place(), row.notice_sealed, structs.Notice)
    except Unreadable:
        unreadable.add(row.id)
        return None


# --- acts, and clocks that ended -------------------------------------------------------------------------------------


def follow(work: Work) -> None:
    """The step before commit: end notices of clocks that no longer run, and tell of acts that wait for somebody else."""
    _end_with_their_clocks(work)
    lines = [line for line in work.lines if _waits_for_others(work, line)]
    if lines:
        _tell_of_acts(work, lines)


def _waits_for_others(work: Work, line: AuditLine) -> bool:
    """Whether this is an act that tells somebody, and not alone the one who does it."""
    telling = rules.rules().acts.get(line.event)
    if telling is None:
        return False
    return telling.tells != (Audience.NAMED,) or _named(line) not in {None, work.actor.user_id}


def _end_with_their_clocks(work: Work) -> None:
    """Runs after the clocks were recomputed. Most acts touch a case nobody was told of: one question and no more."""
    rows = [row for row in queries.standing_of_cases(work, work.touched_cases) if row.clock_tag is not None]
    if not rows:
        return
    running = _running(work, {row.case_id for row in rows})
    for row in rows:
        if row.clock_tag not in running[row.case_id]:
            row.ended_at, row.again_at = work.now, None


def _running(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, set[bytes]]:
    """The tags of clocks that run on each of these matters. Those of a merged file run in the file it was merged into."""
    kin = families.families(work, case_ids)
    everywhere = {each for members in kin.values() for each in members}
    standing = select(Case.id).where(Case.id.in_(everywhere), Case.status != Status.MERGED.value)
    held = clocks.of_cases(work, work.session.scalars(standing).all())
    tags = {
        case_id: {clock_tag(work.vault.crypt, clock.id) for clock in found if clock.is_running}
        for case_id, found in held.items()
    }
    return {case_id: set().union(*(tags.get(each, set()) for each in members)) for case_id, members in kin.items()}


def _tell_of_acts(work: Work, lines: Sequence[AuditLine]) -> None:
    wanted = [case_id for line in lines for case_id in line.cases]
    cases = {case.id: case for case in work.session.scalars(select(Case).where(Case.id.in_(wanted)))}
    named = {found for line in lines if (found := _named(line)) is not None}
    units = {line.row.to_unit_id for line in lines if isinstance(line.row, Transfer) and line.row.to_unit_id}
    people = recipients.gather(work, list(cases.values()), named, units)
    zones = case_queries.zones_of(work.session, {case.unit_id for case in cases.values()})
    post = _Post(work)
    for line in lines:
        telling, case = rules.rules().acts[line.event], cases.get(line.cases[0]) if line.cases else None
        if case is None or case.is_hidden:
            continue
        for user in _told_by(people, telling, line, case):
            if user.id != work.actor.user_id:
                _stand(work, None, user, case.id, None, said=structs.Notice(kind=telling.kind.value), again=None)
                post.add(user, zones.get(case.unit_id, Zone.WIB), telling.kind, danger=False)
    post.leave()


def _told_by(people: Recipients, telling: Telling, line: AuditLine, case: Case) -> list[User]:
    if telling.tells == (Audience.NAMED,):
        user_id = _named(line)
        return people.named(case.id, user_id) if user_id is not None else []
    if telling.tells == (Audience.RECEIVERS,):
        unit_id = line.row.to_unit_id if isinstance(line.row, Transfer) else None
        return people.supervisors_of(unit_id) if unit_id is not None else []
    return people.of(case, telling.tells)


def _named(line: AuditLine) -> UUID | None:
    """The person an act names: who was put on the case by somebody, or whom a case was handed to."""
    if isinstance(line.row, TeamMember):
        return line.row.user_id if line.row.assigned_by is not None else None
    return line.row.to_id if isinstance(line.row, HandOver) else None


# --- mail ------------------------------------------------------------------------------------------------------------


class _Post:
    """The mail of one act: one message a person, however much there is to tell."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._count: Counter[UUID] = Counter()
        self._danger: set[UUID] = set()
        self._people: dict[UUID, tuple[User, Zone]] = {}
        self._sorts: dict[UUID, set[Mailing]] = {}

    def add(self, user: User, zone: Zone, kind: Kind, *, danger: bool) -> None:
        """One more thing to tell this person."""
        self._count[user.id] += 1
        self._people[user.id] = (user, zone)
        self._sorts.setdefault(user.id, set()).add(Mailing.LADDER if kind in _OF_THE_LADDER else Mailing.OWN)
        if danger:
            self._danger.add(user.id)

    def leave(self) -> None:
        """Put the messages into the outbox, as each person chose. Nobody's choices are asked for where there is no mail server."""
        work = self._work
        if not self._people or work.runtime.outside.postbox is None:
            return
        wanted = choices.of_people(work, self._people.keys())
        for user_id, (user, zone) in sorted(self._people.items()):
            chosen = wanted[user_id]
            if not self._sorts[user_id] & _as_mailings(chosen.mail):
                continue
            quiet = choices.quiet_of(chosen)
            leaves = rules.may_leave_at(work.now, quiet, zone, danger=user_id in self._danger)
            message = structs.MailMessage(sort=Sort.WAITING.value, waiting=self._count[user_id])
            outbox.put(work, user, Sort.WAITING, message, leaves)


def _as_mailings(names: Iterable[str]) -> set[Mailing]:
    return {sort for sort in Mailing if sort.value in names}
