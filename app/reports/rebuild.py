"""The ledger held against the sealed cases, and put right (design 4, 7 "facts rebuild").

The check walks blob by blob and opens at most 100 cases at a time, each time under an audit event of its own. Putting right
rewrites what differs, in acts of at most 100 cases through the same step before commit that every act passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from app.audit.events import Event
from app.cases import contacts, families
from app.cases.casefile import CODED
from app.cases.models import Case, Contact
from app.domain.access import Actor, Capability
from app.domain.errors import Unreadable
from app.domain.stages import Status
from app.reports import ledger
from app.reports import ledger_format as fmt
from app.reports.facts import CaseFacts, ContactFacts
from app.reports.facts_of import contact_facts
from app.reports.models import LedgerBlob
from app.security.sections import Section
from app.work import Opening, Runtime, Work

BATCH: Final = 100
SECTIONS: Final = (*CODED, Section.REFERRAL, Section.CONTACT)
CHECK: Final = "check"
_SHREDDED: Final = UUID(int=0)
UNCOUNTED: Final = (Status.VOIDED.value, Status.MERGED.value, Status.ERASED.value)
"""Merged files are counted within another case; the record of an erased one stands for nobody and is left as it is."""
Progress = Callable[[int, int], None]
T = TypeVar("T")


class Fault(StrEnum):
    """What can be wrong with a record, or with a blob."""

    MISSING = "missing"  # a counted case or contact has no record
    DIFFERENT = "different"  # the record does not say what the case says
    EXTRA = "extra"  # a record of nothing that counts, or a second one
    MISPLACED = "misplaced"  # in a blob of another unit, month or import
    COUNT = "count"  # a blob with another number of records than its row says
    UNREADABLE = "unreadable"  # a blob, or a case's own sections, do not open


@dataclass(frozen=True, slots=True)
class Difference:
    """One fault: of a case, of a contact, or of a whole blob. Opaque ids only."""

    fault: Fault
    kind: str
    id: UUID
    blob_id: UUID | None = None


@dataclass
class Report:
    """What was compared and what was found."""

    cases: int = 0
    contacts: int = 0
    blobs: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the ledger says exactly what the sealed cases say."""
        return not self.differences


def check(runtime: Runtime, actor: Actor, progress: Progress | None = None) -> Report:
    """Compare every record with its case or contact, person tokens included. Changes nothing but the audit log."""
    actor.require(Capability.OPERATE)
    report = Report()
    with runtime.looking(actor) as work:
        blob_ids = list(work.session.scalars(select(LedgerBlob.id).order_by(LedgerBlob.id)))
    for done, blob_id in enumerate(blob_ids, start=1):
        _check_blob(runtime, actor, blob_id, report)
        if progress is not None:
            progress(done, len(blob_ids))
    _check_homeless(runtime, actor, report)
    return report


def put_right(runtime: Runtime, actor: Actor, found: Report, progress: Progress | None = None) -> int:
    """Rewrite what a check found to differ; the number of records rewritten. Running it again does nothing."""
    actor.require(Capability.OPERATE)
    for blob_id in {d.id for d in found.differences if d.fault is Fault.UNREADABLE and d.kind == "blob"}:
        _drop_blob(runtime, actor, blob_id)
    extras = [d for d in found.differences if d.fault in (Fault.EXTRA, Fault.COUNT)]
    for blob_id in {d.blob_id for d in extras if d.blob_id is not None}:
        _drop_records(runtime, actor, blob_id, {d.id for d in extras if d.blob_id == blob_id})
    wrong = [d for d in check(runtime, actor).differences if d.fault is not Fault.UNREADABLE]
    for done, some in enumerate(_batches(wrong), start=1):
        _rewrite(runtime, actor, some)
        if progress is not None:
            progress(min(done * BATCH, len(wrong)), len(wrong))
    return len(wrong) + len(extras)


# --- comparing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Blob:
    """A blob as it is: the row, its records, and the rows that say they lie in it."""

    row: LedgerBlob
    cases: Mapping[UUID, CaseFacts]
    contacts: Mapping[UUID, ContactFacts]
    counted: Sequence[UUID]
    pointing_cases: frozenset[UUID]
    pointing_contacts: frozenset[UUID]


def _check_blob(runtime: Runtime, actor: Actor, blob_id: UUID, report: Report) -> None:
    with runtime.looking(actor) as work:
        here = sorted(_pointing(work, Case, blob_id))
    report.blobs += 1
    for number, some in enumerate(_batches(here) if here else [[]]):
        with runtime.reading(actor, lambda work, some=some: _opening(work, some)) as work:  # type: ignore[misc]
            try:
                blob = _open(work, blob_id)
            except Unreadable:
                report.differences.append(Difference(Fault.UNREADABLE, "blob", blob_id, blob_id))
                return
            if blob is None:
                return
            report.differences += _of_cases(work, blob, [case_id for case_id in some if case_id in blob.pointing_cases])
            report.cases += len(some)
            if number == 0:
                report.contacts += len(blob.pointing_contacts)
                report.differences += [*_of_contacts(work, blob), *_extras(blob)]


def _check_homeless(runtime: Runtime, actor: Actor, report: Report) -> None:
    """Cases and contacts that count and lie in no blob."""
    with runtime.looking(actor) as work:
        missing_cases = work.session.scalars(
            select(Case.id).where(Case.status.not_in(UNCOUNTED), ~_has_blob(Case)).order_by(Case.id)
        )
        report.differences += [Difference(Fault.MISSING, "case", case_id) for case_id in missing_cases]
        missing = work.session.scalars(
            select(Contact.id).where(Contact.is_removed.is_(False), ~_has_blob(Contact)).order_by(Contact.id)
        )
        report.differences += [Difference(Fault.MISSING, "contact", contact_id) for contact_id in missing]


def _has_blob(kind: type[Case] | type[Contact]) -> ColumnElement[bool]:
    return exists().where(LedgerBlob.id == kind.ledger_blob_id)


def _opening(work: Work, case_ids: Sequence[UUID]) -> Opening:
    return Opening(Event.LEDGER_REBUILT, families.with_duplicates(work, case_ids), SECTIONS, purpose=CHECK)


def _open(work: Work, blob_id: UUID) -> _Blob | None:
    row = work.session.get(LedgerBlob, blob_id)
    if row is None:
        return None
    raw = work.vault.open_ledger(row.id, row.records_sealed)
    cases = fmt.unpack_cases(raw)
    return _Blob(
        row,
        {case.case_id: case for case in cases},
        {contact.contact_id: contact for contact in fmt.unpack_contacts(raw)},
        [case.case_id for case in cases],
        frozenset(_pointing(work, Case, blob_id)),
        frozenset(_pointing(work, Contact, blob_id)),
    )


def _pointing(work: Work, kind: type[Case] | type[Contact], blob_id: UUID) -> Iterable[UUID]:
    return work.session.scalars(select(kind.id).where(kind.ledger_blob_id == blob_id))


def _of_cases(work: Work, blob: _Blob, case_ids: Sequence[UUID]) -> Iterator[Difference]:
    expected, closed = _expected(work, case_ids)
    yield from (Difference(Fault.UNREADABLE, "case", case_id, blob.row.id) for case_id in closed)
    rows = {case.id: case for case in work.session.scalars(select(Case).where(Case.id.in_(case_ids)))}
    for case_id in (case_id for case_id in case_ids if case_id not in closed):
        fault = _case_fault(blob, rows[case_id], expected.get(case_id))
        if fault is not None:
            yield Difference(fault, "case", case_id, blob.row.id)


def _expected(work: Work, case_ids: Sequence[UUID]) -> tuple[Mapping[UUID, CaseFacts], set[UUID]]:
    """What the cases say, and the cases whose own sections do not open: one damaged case does not hide the others."""
    try:
        return ledger.facts(work, case_ids), set()
    except Unreadable:
        if len(case_ids) == 1:
            return {}, set(case_ids)
    parts = [_expected(work, [case_id]) for case_id in case_ids]
    return {k: v for found, _ in parts for k, v in found.items()}, {each for _, closed in parts for each in closed}


def _case_fault(blob: _Blob, case: Case, expected: CaseFacts | None) -> Fault | None:
    record = blob.cases.get(case.id)
    if expected is None:
        return Fault.EXTRA if record is not None else None
    if record is None:
        return Fault.MISSING
    if record != fmt.canonical(expected):
        return Fault.DIFFERENT
    pending = case.import_id if case.is_hidden else None
    home = (case.unit_id, ledger.month_of(expected.report_day), pending)
    return None if home == (blob.row.unit_id, blob.row.month, blob.row.import_id) else Fault.MISPLACED


def _of_contacts(work: Work, blob: _Blob) -> Iterator[Difference]:
    rows = work.session.scalars(select(Contact).where(Contact.ledger_blob_id == blob.row.id))
    for row in rows.all():
        fault = _contact_fault(work, blob, row)
        if fault is not None:
            yield Difference(fault, "contact", row.id, blob.row.id)


def _contact_fault(work: Work, blob: _Blob, row: Contact) -> Fault | None:
    record = blob.contacts.get(row.id)
    if row.is_removed:
        return Fault.EXTRA if record is not None else None
    expected = contact_facts(row.id, contacts.read(work, row))
    if record is None:
        return Fault.MISSING
    if record != expected:
        return Fault.DIFFERENT
    home = (row.unit_id, ledger.month_of(expected.day), None)
    return None if home == (blob.row.unit_id, blob.row.month, blob.row.import_id) else Fault.MISPLACED


def _extras(blob: _Blob) -> Iterator[Difference]:
    """A wrong count, records nobody points at, and second records of one case. A shredded record has no id and belongs to nobody (design 4)."""
    if blob.row.records != len(blob.counted) + len(blob.contacts):
        yield Difference(Fault.COUNT, "blob", blob.row.id, blob.row.id)
    seen: set[UUID] = set()
    for case_id in blob.counted:
        stray = case_id not in blob.pointing_cases or case_id in seen
        seen.add(case_id)
        if stray and case_id != _SHREDDED:
            yield Difference(Fault.EXTRA, "case", case_id, blob.row.id)
    for contact_id in blob.contacts.keys() - blob.pointing_contacts:
        yield Difference(Fault.EXTRA, "contact", contact_id, blob.row.id)


# --- putting right ---------------------------------------------------------------------------------------------------


def _drop_blob(runtime: Runtime, actor: Actor, blob_id: UUID) -> None:
    """An unreadable blob goes; what lay in it has no record any more and is written anew afterwards."""
    with runtime.begin(actor) as work:
        row = _locked(work, blob_id)
        if row is not None:
            work.session.delete(row)
            work.recorded(Event.LEDGER_REBUILT, blob_id)


def _drop_records(runtime: Runtime, actor: Actor, blob_id: UUID, gone: set[UUID]) -> None:
    """Take records out that belong to nothing; of a case that is still counted the one record is written anew afterwards."""
    with runtime.begin(actor) as work:
        row = _locked(work, blob_id)
        if row is None:
            return
        blob = work.vault.open_ledger(row.id, row.records_sealed)
        for record_id in gone:
            blob = fmt.without_contact(fmt.without_case(blob, record_id), record_id)
        arrays = fmt.unpack(blob)
        row.records = len(arrays.case) + len(arrays.contact)
        row.records_sealed = work.vault.seal_ledger(row.id, blob, work.now)
        work.recorded(Event.LEDGER_REBUILT, blob_id)


def _rewrite(runtime: Runtime, actor: Actor, wrong: Sequence[Difference]) -> None:
    with runtime.begin(actor) as work:
        for difference in wrong:
            if difference.kind == "case":
                work.count_again(difference.id)
        contact_ids = [difference.id for difference in wrong if difference.kind == "contact"]
        for row in work.session.scalars(select(Contact).where(Contact.id.in_(contact_ids))):
            work.hand_over(contacts.STEP, row)
        work.recorded(Event.LEDGER_REBUILT)


def _locked(work: Work, blob_id: UUID) -> LedgerBlob | None:
    return work.session.scalar(select(LedgerBlob).where(LedgerBlob.id == blob_id).with_for_update())


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
