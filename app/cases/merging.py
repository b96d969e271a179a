"""Merging two files of one matter, and undoing it (case file "Same person"): nothing is moved, so nothing is lost and undoing is exact.

The supervisor picks which file stays and says who is whom. The other becomes *merged*: its number stays used, its file stays readable and its
records go on where they lie, but it is counted nowhere by itself and no deadline runs in it; all that is read with the one that stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.audit.events import Event
from app.cases import families, linking, queries, risk, terminations
from app.cases.acting import within
from app.cases.families import CLIENT, REPORTED, Matches
from app.cases.models import Case, CaseMerge, CaseRecord, Client, MergeMatch, PersonLink, ReportedPerson
from app.cases.sealing import add_record, seal_into
from app.db.base import new_id
from app.domain import risk as rules
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused
from app.domain.stages import Status
from app.security.sections import Section
from app.security.structs import merges as documents
from app.work import Work

ALIVE: Final = frozenset({Status.OPEN.value, Status.CLOSED.value})


def merge(work: Work, survivor_id: UUID, duplicate_id: UUID, matches: Matches, reason: str) -> CaseMerge:
    """Have the duplicate count within the file that stays. A supervisor's act.

    Conflict where one of them is voided, rejected, transferred or merged already, where the duplicate holds merged files itself, or where
    the one that stays is closed and the other is not. Refused without a reason, where somebody is matched twice or stands in another
    file, where a client of the file that goes is none of the one that stays, or while an end or a transfer waits for a decision.
    """
    work.actor.require(Capability.CASE_MERGE)
    survivor, duplicate = _both(work, survivor_id, duplicate_id)
    _check_matches(work, survivor, duplicate, matches)
    _check_nothing_waits(work, survivor, duplicate)
    if not reason.strip():
        raise Refused(Problem("required", "text"))
    within(reason, "text")
    row = _record(work, survivor, duplicate, reason)
    _keep_matches(work, row, matches)
    duplicate.status, duplicate.closed_at = Status.MERGED.value, None
    _renew_people(work, matches)
    survivor.risk = rules.highest([survivor.risk, duplicate.risk]) or survivor.risk
    risk.follow(work, survivor)
    work.touched(survivor.id, Event.CASES_MERGED, row.id, row=row)
    work.touched(duplicate.id, Event.CASES_MERGED, duplicate.id, row=duplicate)
    return row


def undo(work: Work, survivor_id: UUID, merge_id: UUID, reason: str) -> CaseMerge:
    """Take a merge back: both files stand for themselves again, each with the records that lie in it. Refused without a reason."""
    work.actor.require(Capability.CASE_MERGE)
    row = get(work, survivor_id, merge_id)
    if not reason.strip():
        raise Refused(Problem("required", "text"))
    within(reason, "text")
    _part(work, row, reason)
    return row


def take_apart(work: Work, case_ids: Collection[UUID]) -> None:
    """Take back every merge these cases are part of, because the cases themselves go (an import that is taken back)."""
    for row in families.touching(work, case_ids):
        _part(work, row, "")


def get(work: Work, survivor_id: UUID, merge_id: UUID) -> CaseMerge:
    """A standing merge into this case; else NotFound."""
    queries.get(work, survivor_id)
    found = families.merged_into(work, [survivor_id]).get(survivor_id, [])
    row = next((each for each in found if each.id == merge_id), None)
    if row is None:
        raise NotFound("merge")
    return row


def suggestions(work: Work, case_id: UUID) -> list[Case]:
    """Cases that may be the same matter: those with a client who is, or may be, the same person; clear columns only."""
    own = [row.id for row in queries.records(work.session, Client, [case_id])]
    ends = work.session.execute(
        select(PersonLink.client_a, PersonLink.client_b).where(
            PersonLink.state.in_(("candidate", "confirmed")),
            PersonLink.client_a.in_(own) | PersonLink.client_b.in_(own),
        )
    )
    others = {end for pair in ends for end in pair} - set(own)
    wanted = (
        queries.visible_to(work.actor)
        .join(Client, Client.case_id == Case.id)
        .where(Client.id.in_(others), Client.is_removed.is_(False), Case.status.in_(ALIVE), Case.id != case_id)
        .order_by(Case.received_at.desc())
    )
    return list(dict.fromkeys(work.session.scalars(wanted)))


def words_of(work: Work, row: CaseMerge) -> documents.MergeReason:
    """Why the files were merged, and why that was taken back."""
    return work.vault.open(row.place(Section.MERGE_REASON), row.reason_sealed, documents.MergeReason)


def alike(ours: Mapping[UUID, str], theirs: Mapping[UUID, str]) -> dict[UUID, UUID]:
    """A first guess of who is whom, by what lists show of each (mask, sex, age): only where exactly one is like the other."""
    found: dict[UUID, UUID] = {}
    for their_id, shown in theirs.items():
        same = [our_id for our_id, our_shown in ours.items() if our_shown == shown]
        if len(same) == 1 and list(theirs.values()).count(shown) == 1:
            found[their_id] = same[0]
    return found


def _part(work: Work, row: CaseMerge, reason: str) -> None:
    matches = families.matches_of(work, [row])[row.id]
    duplicate = work.session.get_one(Case, row.duplicate_id)
    _add_words(work, row, reason)
    row.undone_by, row.undone_at = work.actor.user_id, work.now
    families.seal(work, row, matches)
    duplicate.status, duplicate.closed_at = row.status_before, row.closed_before
    _renew_people(work, matches)
    survivor = work.session.get_one(Case, row.case_id)
    survivor.risk = row.risk_before
    work.session.flush()
    risk.follow(work, survivor)
    work.touched(row.case_id, Event.CASES_PARTED, row.id, row=row)
    work.touched(duplicate.id, Event.CASES_PARTED, duplicate.id, row=duplicate)


def _both(work: Work, survivor_id: UUID, duplicate_id: UUID) -> tuple[Case, Case]:
    if survivor_id == duplicate_id:
        raise Conflict("same case")
    survivor, duplicate = queries.get(work, survivor_id), queries.get(work, duplicate_id)
    if survivor.unit_id != duplicate.unit_id or not (work.actor.system or work.actor.unit_id == survivor.unit_id):
        raise NotFound("case")
    if queries.has_part(work, survivor_id) or queries.has_part(work, duplicate_id):
        raise NotPermitted("has a part in the matter")
    if {survivor.status, duplicate.status} - ALIVE or families.merged_into(work, [duplicate_id]):
        raise Conflict("cannot be merged")
    if survivor.status == Status.CLOSED.value and duplicate.status == Status.OPEN.value:
        raise Conflict("the file that stays is closed: reopen it first")
    return survivor, duplicate


def _check_matches(work: Work, survivor: Case, duplicate: Case, matches: Matches) -> None:
    _check_side(work, Client, survivor, duplicate, matches.clients)
    alone = {row.id for row in queries.records(work.session, Client, [duplicate.id])} - matches.clients.keys()
    if alone:
        raise Refused(*(Problem("merge.client-alone", f"client_{row_id.hex}") for row_id in sorted(alone)))
    _check_side(work, ReportedPerson, survivor, duplicate, matches.reported)


def _check_nothing_waits(work: Work, survivor: Case, duplicate: Case) -> None:
    """What waits for a decision is decided before: a merged file takes no decisions, and a question to another unit is about one file."""
    if terminations.pending_of(work, duplicate.id):
        raise Refused(Problem("merge.end-waits"))
    if any(queries.waiting_transfer(work.session, case.id) for case in (survivor, duplicate)):
        raise Refused(Problem("merge.transfer-waits"))


def _check_side(
    work: Work, kind: type[CaseRecord], survivor: Case, duplicate: Case, pairs: Mapping[UUID, UUID]
) -> None:
    """Each is matched once, with somebody of the other file."""
    ours = {row.id for row in queries.records(work.session, kind, [survivor.id])}
    theirs = {row.id for row in queries.records(work.session, kind, [duplicate.id])}
    if pairs.keys() - theirs or set(pairs.values()) - ours:
        raise NotFound(kind.__name__)
    if len(set(pairs.values())) != len(pairs):
        raise Refused(Problem("merge.twice", ""))


def _record(work: Work, survivor: Case, duplicate: Case, reason: str) -> CaseMerge:
    sealed = {"reason_sealed": (Section.MERGE_REASON, documents.MergeReason(merged=reason))}
    given = {"status_before": duplicate.status, "closed_before": duplicate.closed_at, "risk_before": survivor.risk}
    return add_record(
        work,
        CaseMerge,
        survivor.id,
        sealed,
        duplicate_id=duplicate.id,
        undone_by=None,
        undone_at=None,
        mac=b"",
        **given,
    )


def _keep_matches(work: Work, row: CaseMerge, matches: Matches) -> None:
    for kind, pairs in ((CLIENT, matches.clients), (REPORTED, matches.reported)):
        for duplicate_row, survivor_row in pairs.items():
            ends = {"duplicate_row": duplicate_row, "survivor_row": survivor_row}
            work.session.add(MergeMatch(id=new_id(), merge_id=row.id, kind=kind, **ends))
    families.seal(work, row, matches)


def _renew_people(work: Work, matches: Matches) -> None:
    """Who is matched is one person, and whoever was linked with either: their tokens follow."""
    ends = {end for pair in matches.clients.items() for end in pair}
    linking.renew(work, linking.CLIENTS, ends)
    linking.renew(work, linking.REPORTED, {end for pair in matches.reported.items() for end in pair})


def _add_words(work: Work, row: CaseMerge, reason: str) -> None:
    document = documents.MergeReason(merged=words_of(work, row).merged, undone=reason)
    seal_into(work, row, {"reason_sealed": (Section.MERGE_REASON, document)})
