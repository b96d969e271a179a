"""Destroying a file (security 2.7 "shredding"): the keys first of all, then every row that belongs to it, wherever it stands.

Which rows those are follows from the schema, not from a list that somebody has to remember: whatever hangs on a case by its `case_id`, and
whatever hangs on such a row. What stays is the case as a stub (number, unit, moments), its record in the ledger for nobody, the audit log,
and the row of the erasure ledger. Nothing here asks whether it may: `erasing` and `replaying` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, delete, or_, select, update

from app.cases.models import Case, Transfer
from app.db.base import Base
from app.documents.keeping import after_commit
from app.documents.models import StoredFile
from app.domain.errors import Unreadable
from app.domain.stages import Status
from app.domain.transfers import TransferState
from app.patbm import following
from app.referrals.models import ReferralPackage
from app.reports import ledger
from app.retention.models import Erasure
from app.security.structs.tasks import OwnTask as OwnTaskDocument
from app.tasks.models import OwnTask
from app.work import Work

STAYS: Final = frozenset({Case.__tablename__, Erasure.__tablename__})
"""Tables that name a case and keep the row: the stub itself, and what says that it was erased."""
OTHER_ENDS: Final[Mapping[tuple[str, str], bool]] = {
    ("case_merges", "duplicate_id"): True,
    ("transfers", "to_case_id"): False,  # the row is the sender's; its case is another file
}
"""Columns beside `case_id` that name a case: whether the row goes with the case they name."""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What went: the hash of each case's wrapped keys, how many rows and files, and how many records of the ledger stand for nobody now."""

    key_hashes: Mapping[UUID, bytes]
    rows: int
    files: int
    records: int


def destroy(work: Work, cases: Sequence[Case]) -> Destroyed:
    """Destroy these files within the act. Files on the disk go when it has committed; what a crash leaves of them is noise, and swept.

    Unreadable where the record in the ledger does not open: then nothing is destroyed, for the counts could not be kept.
    """
    ids = [case.id for case in cases]
    records = sum(ledger.shred(work, case) for case in cases)
    work.session.flush()
    files = list(work.session.scalars(select(StoredFile.id).where(StoredFile.case_id.in_(ids))))
    work.vault.shred_files(files)
    work.vault.shred_packages(
        work.session.scalars(select(ReferralPackage.id).where(ReferralPackage.case_id.in_(ids))).all()
    )
    hashes = {case_id: work.vault.shred_case(case_id) for case_id in ids}
    _empty_letters(work, ids)
    rows = sum(_delete(work, table, ids) for table in reversed(Base.metadata.sorted_tables))
    rows += _forget_tasks(work, ids)
    for case in cases:
        following.forget(work, case.id)
        _leave_stub(case)
    work.session.flush()
    work.session.expire_all()
    after_commit(work, files)
    return Destroyed(hashes, rows, len(files), records)


def _leave_stub(case: Case) -> None:
    """The number stays used, and says when the report came; the rest of what stands in the clear goes too."""
    case.status, case.risk, case.closed_at = Status.ERASED.value, "", None
    case.watch_at = case.due_at = None
    case.incident_sealed = case.chronology_sealed = b""


# --- rows ------------------------------------------------------------------------------------------------------------


def hangs_on_a_case(table: Table, case_ids: Select[UUID] | Sequence[UUID]) -> ColumnElement[bool] | None:
    """Which rows of the table belong to these cases; None for a table that holds nothing of a case."""
    if table.name in STAYS:
        return None
    if "case_id" in table.c:
        own: ColumnElement[bool] = table.c.case_id.in_(case_ids)
        ends = (table.c[name] for (of, name), goes in OTHER_ENDS.items() if of == table.name and goes)
        rule = or_(own, *(end.in_(case_ids) for end in ends))
        return and_(rule, ~_lives_on(table)) if table.name == Transfer.__tablename__ else rule
    rules = [
        column.in_(select(parent.c.id).where(above))
        for column in table.c
        for key in column.foreign_keys
        if (parent := key.column.table).name not in STAYS and (above := hangs_on_a_case(parent, case_ids)) is not None
    ]
    return or_(*rules) if rules else None


def _lives_on(table: Table) -> ColumnElement[bool]:
    """A transfer by which another unit got a case that is there still: that case knows by the row where it came from."""
    there = select(Case.id).where(Case.status != Status.ERASED.value)
    return and_(table.c.state == TransferState.ACCEPTED.value, table.c.to_case_id.in_(there))


def _delete(work: Work, table: Table, ids: Sequence[UUID]) -> int:
    rule = hangs_on_a_case(table, ids)
    return work.session.execute(delete(table).where(rule)).rowcount if rule is not None else 0  # type: ignore[attr-defined]


def _empty_letters(work: Work, ids: Sequence[UUID]) -> None:
    """Of a transfer that stays (`_lives_on`) the words go: the letter was sealed in the file that is erased."""
    rows = update(Transfer).where(Transfer.case_id.in_(ids)).values(transfer_sealed=b"", text_sealed=b"")
    work.session.execute(rows, execution_options={"synchronize_session": False})


def _forget_tasks(work: Work, ids: Sequence[UUID]) -> int:
    """Tasks people set down for themselves about the file: which file stands in the sealed words alone. One that does not open says nothing."""
    gone = [row.id for row in work.session.scalars(select(OwnTask)) if _about(work, row) in ids]
    work.session.execute(delete(OwnTask).where(OwnTask.id.in_(gone)))
    return len(gone)


def _about(work: Work, row: OwnTask) -> UUID | None:
    try:
        return work.vault.open(row.place(), row.task_sealed, OwnTaskDocument).case_id
    except Unreadable:
        return None
