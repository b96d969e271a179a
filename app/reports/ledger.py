"""The sealed ledger: rewritten in the act that changes a case, read by everything that counts (design 4).

A case's record lies in one blob of its unit and report month; the case row keeps the blob's opaque id. Blobs hold at most 256
cases and 256 contacts. Blobs of an import that is not complete carry its id and are counted nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import select

from app.cases import contacts
from app.cases.casefile import CodedFile, coded_files, files_of_act
from app.cases.models import Case, Contact
from app.cases.queries import zones_of
from app.db.base import new_id
from app.referrals.pairs import ReferralPair, pairs_of, pairs_of_act
from app.reports import ledger_format as fmt
from app.reports.facts import CaseFacts, ContactFacts
from app.reports.facts_of import contact_facts, facts_of
from app.reports.models import LedgerBlob
from app.security.sections import Purpose
from app.work import Work

MAX_RECORDS: Final = 256
_AT_ONCE: Final = 64  # blobs held while a period is read: some 10 MB


class _Home(NamedTuple):
    """Where a record belongs: blobs are not shared between units, months or unfinished imports."""

    unit_id: UUID
    month: str
    import_id: UUID | None = None


@dataclass
class _Plan:
    """What changes in one blob: records that go, records that come."""

    gone: set[UUID] = field(default_factory=set)
    cases: list[CaseFacts] = field(default_factory=list)
    contacts: list[ContactFacts] = field(default_factory=list)


def rewrite(work: Work) -> None:
    """The step before commit: bring the ledger records of every touched case and contact up to date."""
    _Rewriting(work).run()


def load(work: Work, unit_ids: Iterable[UUID]) -> fmt.Arrays:
    """All counted records of these units, in memory. Complete imports only."""
    rows = work.session.scalars(
        select(LedgerBlob)
        .where(LedgerBlob.unit_id.in_(list(unit_ids)), LedgerBlob.import_id.is_(None))
        .order_by(LedgerBlob.id)
    ).all()
    work.vault.keys.preload(Purpose.LEDGER, [row.id for row in rows])
    return fmt.read_all(work.vault.open_ledger(row.id, row.records_sealed) for row in rows)


def load_period(work: Work, unit_ids: Iterable[UUID], first: date, last: date) -> fmt.Arrays:
    """What a recap of the days first..last needs of these units. Blobs are read and opened in portions, so memory follows the period:
    whoever counts a month need not hold every year."""
    units = list(unit_ids)
    wanted = select(LedgerBlob.id).where(LedgerBlob.unit_id.in_(units), LedgerBlob.import_id.is_(None))
    ids = work.session.scalars(wanted.order_by(LedgerBlob.id)).all()
    return fmt.read_period(_opened(work, ids), first, last)


def has_earlier(work: Work, unit_ids: Iterable[UUID], first: date) -> bool:
    """Whether something of these units was reported in a month before that of the day."""
    blobs = select(LedgerBlob.id).where(LedgerBlob.unit_id.in_(list(unit_ids)), LedgerBlob.import_id.is_(None))
    return work.session.scalar(blobs.where(LedgerBlob.month < f"{first:%Y-%m}").limit(1)) is not None


def _opened(work: Work, blob_ids: Sequence[UUID]) -> Iterator[bytes]:
    for start in range(0, len(blob_ids), _AT_ONCE):
        some = blob_ids[start : start + _AT_ONCE]
        work.vault.keys.preload(Purpose.LEDGER, some)
        columns = select(LedgerBlob.id, LedgerBlob.records_sealed).where(LedgerBlob.id.in_(some))
        for blob_id, sealed in work.session.execute(columns.order_by(LedgerBlob.id)):
            yield work.vault.open_ledger(blob_id, sealed)


def shred(work: Work, case: Case) -> int:
    """Let the record of a case that is erased stand for nobody: its ids and tokens go, its rows go on counting (design 4); how many records
    that were. Within the act that erases the case. Unreadable where its blob does not open: then nothing may be erased."""
    blob = work.session.scalar(select(LedgerBlob).where(LedgerBlob.id == case.ledger_blob_id).with_for_update())
    case.ledger_blob_id = None
    if blob is None:
        return 0
    raw = work.vault.open_ledger(blob.id, blob.records_sealed)
    tokens = fmt.tokens_of(raw, case.id)
    every = load(work, list(work.session.scalars(select(LedgerBlob.unit_id).distinct()))) if tokens else fmt.EMPTY
    shared = {token for token in tokens if fmt.bearing(every, token) > 1}
    blob.records_sealed = work.vault.seal_ledger(blob.id, fmt.shredded(raw, case.id, shared), work.now)
    return 1


def month_of(day: date) -> str:
    """The report month as blobs carry it: YYYY-MM."""
    return day.strftime("%Y-%m")


def facts(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, CaseFacts]:
    """What the sealed cases themselves say is counted of them: for rewriting, and for the rebuild's comparison."""
    files = coded_files(work, case_ids, course=False)
    return _facts(work, files, pairs_of(work, files))


def _facts(
    work: Work, files: Mapping[UUID, CodedFile], referrals: Mapping[UUID, list[ReferralPair]]
) -> Mapping[UUID, CaseFacts]:
    zones = zones_of(work.session, (file.case.unit_id for file in files.values()))
    found = {cid: facts_of(file, referrals[cid], zones[file.case.unit_id]) for cid, file in files.items()}
    return {cid: fact for cid, fact in found.items() if fact is not None}


class _Rewriting:
    """One act's changes to the ledger, collected per blob so that each blob is opened and sealed once."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.plans: dict[UUID, _Plan] = defaultdict(_Plan)
        self.blobs: dict[UUID, LedgerBlob] = {}
        self.room: dict[_Home, LedgerBlob] = {}

    def run(self) -> None:
        """Plan, then write."""
        touched = self.work.touched_cases
        changed = [row for row in self.work.pending.pop(contacts.STEP, []) if isinstance(row, Contact)]
        if not touched and not changed:
            return
        cases = self.work.session.scalars(select(Case).where(Case.id.in_(touched))).all() if touched else []
        self._lock([*(c.ledger_blob_id for c in cases), *(c.ledger_blob_id for c in changed)])
        found = _facts(self.work, files_of_act(self.work), pairs_of_act(self.work)) if touched else {}
        for case in cases:
            self._plan_case(case, found.get(case.id))
        for contact in changed:
            self._plan_contact(contact)
        for blob_id, plan in self.plans.items():
            self._write(self.blobs[blob_id], plan)

    def _lock(self, blob_ids: Iterable[UUID | None]) -> None:
        wanted = [blob_id for blob_id in blob_ids if blob_id is not None]
        if wanted:
            rows = self.work.session.scalars(
                select(LedgerBlob).where(LedgerBlob.id.in_(wanted)).order_by(LedgerBlob.id).with_for_update()
            )
            self.blobs |= {row.id: row for row in rows}

    def _plan_case(self, case: Case, fact: CaseFacts | None) -> None:
        present = self._present(case.ledger_blob_id, case.id)
        if fact is None:
            case.ledger_blob_id = None
            return
        home = _Home(case.unit_id, month_of(fact.report_day), case.import_id if case.is_hidden else None)
        blob = self._at(present, home)
        self.plans[blob.id].cases.append(fact)
        blob.records += 1
        case.ledger_blob_id = blob.id

    def _plan_contact(self, contact: Contact) -> None:
        present = self._present(contact.ledger_blob_id, contact.id)
        if contact.is_removed:
            contact.ledger_blob_id = None
            return
        fact = contact_facts(contact.id, contacts.read(self.work, contact))
        blob = self._at(present, _Home(contact.unit_id, month_of(fact.day)))
        self.plans[blob.id].contacts.append(fact)
        blob.records += 1
        contact.ledger_blob_id = blob.id

    def _present(self, blob_id: UUID | None, record_id: UUID) -> LedgerBlob | None:
        """The blob in which the record lies now; the record is marked to go."""
        blob = self.blobs.get(blob_id) if blob_id is not None else None
        if blob is not None:
            self.plans[blob.id].gone.add(record_id)
            blob.records -= 1
        return blob

    def _at(self, present: LedgerBlob | None, home: _Home) -> LedgerBlob:
        """Where the record belongs: it stays in its blob as long as unit, month and import are the blob's."""
        return present if present is not None and _home_of(present) == home else self._with_room(home)

    def _with_room(self, home: _Home) -> LedgerBlob:
        blob = self.room.get(home)
        if blob is None or blob.records >= MAX_RECORDS:
            blob = self._found(home) or self._made(home)
            self.room[home] = blob
            self.blobs[blob.id] = blob
        return blob

    def _found(self, home: _Home) -> LedgerBlob | None:
        self.work.session.flush()
        return self.work.session.scalar(
            select(LedgerBlob)
            .where(
                LedgerBlob.unit_id == home.unit_id,
                LedgerBlob.month == home.month,
                LedgerBlob.import_id == home.import_id if home.import_id else LedgerBlob.import_id.is_(None),
                LedgerBlob.records < MAX_RECORDS,
            )
            .order_by(LedgerBlob.id)
            .limit(1)
            .with_for_update()
        )

    def _made(self, home: _Home) -> LedgerBlob:
        blob = LedgerBlob(
            id=new_id(),
            unit_id=home.unit_id,
            month=home.month,
            records=0,
            import_id=home.import_id,
            records_sealed=b"",
        )
        self.work.session.add(blob)
        return blob

    def _write(self, blob: LedgerBlob, plan: _Plan) -> None:
        vault = self.work.vault
        arrays = fmt.unpack(vault.open_ledger(blob.id, blob.records_sealed)) if blob.records_sealed else fmt.EMPTY
        if plan.gone:
            arrays = fmt.take(
                arrays, _stay(arrays.case["case_id"], plan.gone), _stay(arrays.contact["contact_id"], plan.gone)
            )
        if plan.cases or plan.contacts:
            arrays = fmt.concat([arrays, fmt.unpack(fmt.pack(plan.cases, plan.contacts))])
        blob.records = len(arrays.case) + len(arrays.contact)
        blob.records_sealed = vault.seal_ledger(blob.id, fmt.dump(arrays), self.work.now)


def _home_of(blob: LedgerBlob) -> _Home:
    return _Home(blob.unit_id, blob.month, blob.import_id)


def _stay(column: fmt.Rows, gone: set[UUID]) -> fmt.Mask:
    raw = {record.bytes for record in gone}
    return np.array([bytes(value) not in raw for value in column], dtype=bool)
