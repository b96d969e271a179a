"""The act of erasure: a second person approves, the file is destroyed, and the ledger of erasures says so (case-management 12, security 2.7).

What is left behind it in the database's own files is cleared away when the act has committed (`residue`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.accounts import queries as accounts
from app.accounts.models import Unit, User
from app.audit.events import Event
from app.cases import families
from app.cases.models import Case
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import Problem, Refused
from app.domain.zones import day_start, local_day
from app.retention import proposing, standing, writing
from app.retention.destroying import Destroyed, destroy
from app.retention.holds import case_of
from app.retention.models import Erasure
from app.security.structs.retention import Erased, ErasureWords, Officer
from app.work import Work

BACKUPS_KEPT: Final = timedelta(days=35)
"""How long backups are kept at most (security 2.7): a copy older than that is destroyed by whoever keeps it. The certificate prints the day."""


def approve(work: Work, case_id: UUID, proposal_id: UUID) -> Erasure:
    """Approve a proposal and erase the file, with the files merged into it, in this one act (`erasure:approve`).

    Refused for the own proposal, whatever the unit's size, and for a file that is no longer due or that something holds by now. NotPermitted
    for whoever has a part in the matter. Unreadable where the counted record does not open: then nothing is erased.
    """
    work.actor.require(Capability.ERASE_APPROVE)
    case = _locked(work, case_of(work, case_id))
    proposing.refuse_partial(work, case)
    row = proposing.get(work, case.id, proposal_id)
    if row.created_by is None or row.created_by == work.actor.user_id:
        raise Refused(Problem("erasure.own"))
    found = standing.read(work, case.id)
    proposing.refuse_early(found)
    return carry_out(work, case, found.ended_on, row.created_by, proposing.read(work, row))


def carry_out(work: Work, case: Case, ended_on: date | None, proposer: UUID | None, words: ErasureWords) -> Erasure:
    """Destroy the file and the files merged into it, and write it down. Whether it may be done is judged before (`approve`)."""
    members = _members(work, case)
    numbers = tuple(sorted(member.register_no for member in members if member.id != case.id))
    record = _record(work, case, ended_on, proposer, words, numbers)
    return _written(work, case, members, record, destroy(work, members))


def _locked(work: Work, case: Case) -> Case:
    """The case, held with the files merged into it against every other act until this one ends. The case first: from then on nothing is
    merged into it, and no merge undone."""
    for wanted in ([case.id], families.families(work, [case.id])[case.id]):
        rows = select(Case).where(Case.id.in_(wanted)).order_by(Case.id).with_for_update()
        work.session.scalars(rows.execution_options(populate_existing=True)).all()
    return case


def _members(work: Work, case: Case) -> Sequence[Case]:
    """The case and the files merged into it."""
    kin = families.families(work, [case.id])[case.id]
    rows = {row.id: row for row in work.session.scalars(select(Case).where(Case.id.in_(kin)).order_by(Case.id))}
    return [case, *(row for row_id, row in rows.items() if row_id != case.id)]


def _record(
    work: Work, case: Case, ended_on: date | None, proposer: UUID | None, words: ErasureWords, merged: tuple[str, ...]
) -> Erased:
    today = local_day(work.now, work.session.get_one(Unit, case.unit_id).local_zone)
    return Erased(
        number=_next_number(work, case.unit_id),
        register_no=case.register_no,
        merged=merged,
        ended_on=ended_on,
        basis=words.basis,
        reason=words.reason,
        proposed_by=_officer(work, proposer),
        approved_by=_officer(work, work.actor.user_id),
        on=today,
        last_backup_on=today + BACKUPS_KEPT,
        records=0,
        files=0,
    )


def _officer(work: Work, user_id: UUID | None) -> Officer:
    user = work.session.get(User, user_id) if user_id is not None else None
    if user is None:
        return Officer(user_id, "")
    return Officer(user.id, user.display_name, " ".join(accounts.roles_of(work, user)))


def _next_number(work: Work, unit_id: UUID) -> str:
    """The number of the certificate: counted through the unit's year. The unit's row is held, so no number is given twice."""
    zone = work.session.scalars(select(Unit).where(Unit.id == unit_id).with_for_update()).one().local_zone
    year = local_day(work.now, zone).year
    first = day_start(date(year, 1, 1), zone)
    own = (Erasure.unit_id == unit_id, Erasure.case_id == Erasure.home_id, Erasure.at >= first)
    count = work.session.scalar(select(func.count()).select_from(Erasure).where(*own)) or 0
    return f"{count + 1:03d}/{year}"


def _written(work: Work, case: Case, members: Sequence[Case], record: Erased, done: Destroyed) -> Erasure:
    """The rows of the erasure ledger, one a file, and the events. The certificate stands with the file that counted."""
    whole = writing.finished(record, records=done.rows, files=done.files)
    rows = [_row(work, member, case.id, done.key_hashes[member.id]) for member in members]
    rows[0].record_sealed = work.vault.seal(rows[0].place(), whole)
    for row in rows:
        writing.seal(work.vault.crypt, row)
    work.session.add_all(rows)
    work.session.flush()
    for member, row in zip(members, rows, strict=True):
        work.recorded(Event.CASE_ERASED, member.id, row=row, cases=(member.id,))
    return rows[0]


def _row(work: Work, member: Case, home_id: UUID, key_hash: bytes) -> Erasure:
    return Erasure(
        id=new_id(),
        case_id=member.id,
        home_id=home_id,
        unit_id=member.unit_id,
        office_id=work.office,
        at=work.now,
        key_hash=key_hash,
        record_sealed=b"",
        mac=b"",
    )
