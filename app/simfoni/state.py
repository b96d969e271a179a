"""How each case stands towards SIMFONI: the step before every commit that keeps it, and what it follows from.

A registered case waits until it is entered. After that it counts as changed as soon as a coded value of its sheet differs from the
entry, or one of its sealed texts was saved again: only the page can tell whether the words really differ, because this step opens
coded sections alone (design 2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, exists, select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import families
from app.cases.casefile import CodedFile, files_of_act
from app.cases.models import Case, SimfoniEntry
from app.cases.queries import records
from app.clocks import services as clocks
from app.domain.access import system
from app.domain.simfoni.changes import facts_digest
from app.domain.stages import Status
from app.referrals.pairs import ReferralPair, pairs_of_act
from app.security.structs.simfoni import Entry
from app.simfoni import facts, queries
from app.simfoni.facts import Coded
from app.simfoni.models import AWAITING, SimfoniState, Standing
from app.work import Runtime, Work

RULE: Final = "DEF-SIMFONI"
BATCH: Final = 100  # cases per transaction: none over 250 ms (design 6)
Entries = Sequence[tuple[SimfoniEntry, Entry]]
DEAD: Final = frozenset({Status.VOIDED.value, Status.REJECTED.value, Status.MERGED.value})


def refresh(work: Work) -> None:
    """The step before commit: how every touched case stands now. It runs after the clocks and before the ledger, so that rows are
    always locked in one order."""
    ids = work.touched_cases
    if not ids:
        return
    files = files_of_act(work)
    rows = queries.states(work, ids, lock=True)
    entered = [case_id for case_id in ids if files[case_id].simfoni]
    referrals = pairs_of_act(work) if entered else {}
    running = _with_running_clock(work, [case_id for case_id in ids if files[case_id].incident.imported])
    for case_id, file in files.items():
        row = rows.get(case_id)
        if file.case.status == Status.MERGED.value:
            put(work, file.case, row, _of_merged(work, file))
            continue
        now = _natural(work, file, referrals.get(case_id, []), has_clock=case_id in running)
        put(
            work,
            file.case,
            row,
            Standing.ASKED if _is_asked(row, file.case, now) else now,
        )


def _of_merged(work: Work, file: CodedFile) -> Standing:
    """An entry of a merged file stands for the one that stays; where that one was entered too, one of the two must go."""
    merge = families.survivor_of(work, file.case.id)
    theirs = records(work.session, SimfoniEntry, [merge.case_id]) if merge is not None else []
    twice = bool(file.simfoni) and any(not row.is_removed for row in theirs)
    return Standing.WITHDRAWN if twice else Standing.NONE


def in_act(work: Work, coded: Coded, row: SimfoniState | None) -> Standing:
    """How a case stands by what it holds, for an act that has it open: the row itself proves nothing but that somebody asked."""
    running = _with_running_clock(work, [coded.case.id] if coded.incident.imported else [])
    waits = _must_be_entered(coded.case, imported=coded.incident.imported, has_clock=bool(running))
    now = _of(coded.case, coded.entries, waits=waits, changed=lambda entry: differs(coded, entry))
    genuine = row if row is not None and queries.is_genuine(work, row) else None
    return Standing.ASKED if _is_asked(genuine, coded.case, now) else now


def _natural(work: Work, file: CodedFile, referrals: Sequence[ReferralPair], *, has_clock: bool) -> Standing:
    def changed(entry: Entry) -> bool:
        unit = work.session.get_one(Unit, file.case.unit_id)
        return differs(facts.of_file(work, file, unit, referrals), entry)

    waits = _must_be_entered(file.case, imported=file.incident.imported, has_clock=has_clock)
    return _of(file.case, file.simfoni, waits=waits, changed=changed)


def _of(case: Case, entries: Entries, *, waits: bool, changed: Callable[[Entry], bool]) -> Standing:
    if case.status in DEAD:
        return Standing.WITHDRAWN if entries else Standing.NONE
    if not entries:
        return Standing.WAITING if waits else Standing.NONE
    return Standing.CHANGED if changed(entries[-1][1]) else Standing.ENTERED


def _must_be_entered(case: Case, *, imported: bool, has_clock: bool) -> bool:
    """A registered case has to be entered. One brought over from elsewhere was handled there: it waits only while a clock runs that
    a recent step of it started, or when somebody asks."""
    return case.registered_at is not None and (has_clock or not imported)


def _with_running_clock(work: Work, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    held = clocks.of_cases(work, case_ids) if case_ids else {}
    return frozenset(
        case_id for case_id, all_of in held.items() if any(c.rule_id == RULE and c.is_running for c in all_of)
    )


def put(work: Work, case: Case, row: SimfoniState | None, standing: Standing, since: datetime | None = None) -> None:
    """Write how a case stands, where that is new. What waited goes on waiting since it began."""
    if row is None:
        row = SimfoniState(case_id=case.id, unit_id=case.unit_id, standing="", since=None, mac=b"")
        work.session.add(row)
    waited = row.since if row.standing in AWAITING and queries.is_genuine(work, row) else None
    begun = since or waited or _begin(work, case, standing)
    wanted = (case.unit_id, standing.value, begun if standing in AWAITING else None)
    if (row.unit_id, row.standing, row.since) == wanted and queries.is_genuine(work, row):
        return
    row.unit_id, row.standing, row.since = wanted
    row.mac = queries.state_mac(work, row)


def differs(coded: Coded, entry: Entry) -> bool:
    """Whether a coded value differs from the entry, or a text of the sheet was saved since."""
    return (coded_mark(coded), facts.words_mark(coded)) != (entry.coded, entry.words)


def coded_mark(coded: Coded) -> str:
    """The digest of the coded values of the sheet."""
    return facts_digest(facts.facts_of(coded))


def _is_asked(row: SimfoniState | None, case: Case, now: Standing) -> bool:
    """Whether somebody asked for a further entry, and none came since: an entry writes its own standing first."""
    return (
        row is not None
        and row.standing == Standing.ASKED
        and now in (Standing.ENTERED, Standing.NONE)
        and case.status not in DEAD
    )


def _begin(work: Work, case: Case, standing: Standing) -> datetime:
    return (case.registered_at if standing is Standing.WAITING else None) or work.now


# --- cases from before -----------------------------------------------------------------------------------------------


def catch_up(runtime: Runtime, _now: datetime) -> int:
    """Give every case that has no row yet its standing (cases from before this room existed). Safe to run twice; the number done."""
    done = 0
    while True:
        with runtime.begin(system("simfoni")) as work:
            missing = and_(Case.status != Status.ERASED.value, ~exists().where(SimfoniState.case_id == Case.id))
            ids: Sequence[UUID] = work.session.scalars(
                select(Case.id).where(missing).order_by(Case.id).limit(BATCH)
            ).all()
            for case_id in ids:
                work.count_again(case_id)
            if ids:
                work.recorded(Event.SIMFONI_CAUGHT_UP)
        done += len(ids)
        if len(ids) < BATCH:
            return done
