"""Filling a throw-away office: through the services where that is affordable, by copies of what they wrote where it is not.

The short cuts: a ledger of a million cases is the records of a year's invented cases over and over under new ids; thousands of running
clocks are copies of one case that was registered, with a key and sealed clocks of their own. A test holds both against the real thing.
"""

from __future__ import annotations

import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

import numpy as np
from sqlalchemy import inspect, select

from app.accounts import services as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import registration
from app.cases.models import Case
from app.clocks.models import CaseClocks
from app.commands.benchmarks.scratch import AREA, Scratch
from app.commands.benchmarks.sizes import Advance
from app.commands.context import operator
from app.db.base import new_id
from app.demo.invent import pick_scenario, report
from app.domain import clocks as engine
from app.domain.clocks import Clock
from app.reports import ledger_format as fmt
from app.reports.models import LedgerBlob
from app.security import passwords
from app.security.structs.case import CaseClocks as ClocksDocument
from app.work import Work

YEAR: Final = 2025
BATCH: Final = 100
_SEED: Final = 20260120
_IDS: Final = (("case", "case_id"), ("client", "client_id"), ("client", "person"), ("reported", "reported_id"))


def register(scratch: Scratch, days: Sequence[date]) -> list[UUID]:
    """One invented case reported on each of these days, through the services; their ids."""
    dice = Random(_SEED)  # noqa: S311 - invented people, not secrets
    made: list[UUID] = []
    for start in range(0, len(days), BATCH):
        with scratch.runtime.begin(operator("bench")) as work:
            unit = work.session.get_one(Unit, scratch.unit_id)
            for day in days[start : start + BATCH]:
                intake = report(dice, pick_scenario(dice), day, "09:30", AREA)
                made.append(registration.register_case(work, intake, unit).id)
    return made


def year_of_cases(scratch: Scratch, a_month: int) -> dict[str, bytes]:
    """Invented cases of every month of the year, through the services; the opened ledger blob of each month."""
    register(scratch, [date(YEAR, month, 1 + number % 28) for month in range(1, 13) for number in range(a_month)])
    with scratch.runtime.begin(operator("bench")) as work:
        rows = work.session.scalars(select(LedgerBlob).order_by(LedgerBlob.month)).all()
        parts: dict[str, list[fmt.Arrays]] = defaultdict(list)
        for row in rows:
            parts[row.month].append(fmt.unpack(work.vault.open_ledger(row.id, row.records_sealed)))
        work.recorded(Event.LEDGER_REBUILT)
    return {month: fmt.dump(fmt.concat(found)) for month, found in parts.items()}


def fill_ledger(scratch: Scratch, months: dict[str, bytes], cases: int, advance: Advance) -> int:
    """Ledger blobs until the unit has this many cases more: each full of its month's cases over and over. Gives how many came."""
    names, made = list(months), 0
    while made < cases:
        with scratch.runtime.begin(operator("bench")) as work:
            for number in range(BATCH):
                if made >= cases:
                    break
                month = names[(made // fmt.MAX_CASES + number) % len(names)]
                records = min(fmt.MAX_CASES, cases - made)
                _add_blob(work, scratch.unit_id, month, full_blob(months[month], records))
                made += records
            work.recorded(Event.LEDGER_REBUILT)
        advance(made)
    return made


def full_blob(blob: bytes, records: int) -> bytes:
    """A blob of this many cases: those of the given one over and over, every case and person another one."""
    one = fmt.unpack(blob)
    times = -(-records // len(one.case))
    whole = fmt.concat([one] * times)
    kept = np.arange(len(whole.case)) < records
    return fmt.dump(_renamed(fmt.take(whole, kept, np.zeros(len(whole.contact), bool))))


def _renamed(arrays: fmt.Arrays) -> fmt.Arrays:
    rows = {"case": arrays.case.copy(), "client": arrays.client.copy(), "reported": arrays.reported.copy()}
    for kind, name in _IDS:
        column = rows[kind][name]
        column[:] = np.frombuffer(os.urandom(16 * len(column)), column.dtype)
    return replace(arrays, **rows)


def _add_blob(work: Work, unit_id: UUID, month: str, records: bytes) -> None:
    blob_id = new_id()
    sealed = work.vault.seal_ledger(blob_id, records, work.now)
    count = len(fmt.unpack(records).case)
    work.session.add(LedgerBlob(id=blob_id, unit_id=unit_id, month=month, records=count, records_sealed=sealed))


# --- running clocks --------------------------------------------------------------------------------------------------


def add_staff(scratch: Scratch) -> None:
    """Two people whom a sweep tells: a supervisor and a head, as in most offices."""
    hashed = passwords.hash_password(scratch.runtime.crypt, secrets.token_urlsafe(16))
    with scratch.runtime.begin(operator("bench")) as work:
        for role in ("SUPERVISOR", "KEPALA"):
            accounts.create_user(
                work,
                email=f"{role.lower()}@ukur.invalid",
                name="Karangan",
                role_codes=[role],
                unit_id=scratch.unit_id,
                password_hash=hashed,
            )


def fill_clocks(scratch: Scratch, cases: int, a_case: int, advance: Advance) -> list[UUID]:
    """Cases with this many running clocks each, of which the first is due a day ago and nobody was told; their ids."""
    add_staff(scratch)
    pattern = register(scratch, [scratch.runtime.now().date() - timedelta(days=3)])[0]
    with scratch.runtime.begin(operator("bench")) as work:
        case = work.session.get_one(Case, pattern)
        row = work.session.get_one(CaseClocks, pattern)
        stored = work.vault.open(row.place(), row.clocks_sealed, ClocksDocument)
        running = [clock for clock in map(engine.from_record, stored.clocks) if clock.is_running]
        values = {column.key: getattr(case, column.key) for column in inspect(Case).column_attrs}
        case.watch_at = None  # the pattern itself is no part of what is measured
        work.recorded(Event.LEDGER_REBUILT)
    made: list[UUID] = []
    while len(made) < cases:
        with scratch.runtime.begin(operator("bench")) as work:
            for number in range(len(made), min(len(made) + BATCH, cases)):
                made.append(_copy_case(work, values, _clocks_like(running[0], a_case, work.now), number))
            work.recorded(Event.LEDGER_REBUILT)
        advance(len(made))
    return made


def _clocks_like(pattern: Clock, count: int, now: datetime) -> Iterable[Clock]:
    day = timedelta(days=1)
    for number in range(count):
        due = now - day if number == 0 else now + number * 30 * day
        yield replace(
            pattern, occurrence=f"{pattern.occurrence}{number or ''}", due_at=due, warn_at=due - day,
            supervisor_at=due + 3 * day, head_at=due + 7 * day, step=None,
        )  # fmt: skip


def _copy_case(work: Work, values: dict[str, object], clocks: Iterable[Clock], number: int) -> UUID:
    case_id = new_id()
    work.vault.new_case_key(case_id, work.now)
    own = {"id": case_id, "register_no": f"U/{number}", "register_seq": 1_000 + number, "ledger_blob_id": None}
    kept = tuple(replace(clock, subject_id=case_id) for clock in clocks)
    moments = {"due_at": engine.due_at(kept), "watch_at": work.now - timedelta(hours=1)}
    work.session.add(Case(**{**values, **own, **moments}))
    row = CaseClocks(case_id=case_id, clocks_sealed=b"", updated_at=work.now)
    document = ClocksDocument(clocks=tuple(dict(engine.to_record(clock)) for clock in kept), computed_at=work.now)
    row.clocks_sealed = work.vault.seal(row.place(), document)
    work.session.add(row)
    return case_id
