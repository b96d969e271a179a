"""Files merged into one another: which case counts within which, by merges that stand and that this program wrote (security 2.9).

A merged file is a second folder of the same matter. It keeps its rows and its key; counting, clocks and the guards of the stages read it
together with the one that stays (`joining`), and whoever is on the team of one is on the team of the other. Chains there are none: a file
that holds merged ones is not merged itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from app.cases.models import Case, CaseMerge, MergeMatch
from app.domain.errors import Problem, Refused
from app.domain.stages import Status
from app.security import integrity
from app.security.canonical import Value
from app.work import Work

CLIENT = "client"
REPORTED = "reported"

# Built once: every page and every act asks them.
_IDS: Final[BindParameter[UUID]] = bindparam("ids", expanding=True)
_MERGES: Final = select(CaseMerge).where(CaseMerge.undone_at.is_(None)).order_by(CaseMerge.created_at, CaseMerge.id)
_INTO: Final = _MERGES.where(CaseMerge.case_id.in_(_IDS))
_OF: Final = _MERGES.where(CaseMerge.duplicate_id.in_(_IDS))
_EITHER: Final = _MERGES.where(or_(CaseMerge.case_id.in_(_IDS), CaseMerge.duplicate_id.in_(_IDS)))
_THESE: Final = _MERGES.where(CaseMerge.id.in_(_IDS))
_MATCHES: Final = select(MergeMatch).where(MergeMatch.merge_id.in_(_IDS))
_MEMO: Final = "merges of the act"


@dataclass(frozen=True, slots=True)
class Matches:
    """Who of the file that goes is whom of the file that stays: of clients, and of reported persons."""

    clients: Mapping[UUID, UUID] = field(default_factory=dict)
    reported: Mapping[UUID, UUID] = field(default_factory=dict)


def merged_ids(own: Select[UUID]) -> Select[UUID]:
    """These case ids with those of the files merged into them, beside them, or that they were merged into: for queries by team."""
    standing = CaseMerge.undone_at.is_(None)
    stays = select(CaseMerge.case_id).where(standing, CaseMerge.duplicate_id.in_(own))
    goes = select(CaseMerge.duplicate_id).where(standing, or_(CaseMerge.case_id.in_(own), CaseMerge.case_id.in_(stays)))
    return select(own.union(stays, goes).subquery().c[0])


def families(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """For each of these cases all files of the same matter, itself among them."""
    found = {case_id: {case_id} for case_id in case_ids}
    merges = touching(work, case_ids)
    if not merges:
        return {case_id: frozenset(members) for case_id, members in found.items()}
    whole: dict[UUID, set[UUID]] = defaultdict(set)
    for merge in _standing(work, _INTO, {merge.case_id for merge in merges}):
        whole[merge.case_id] |= {merge.case_id, merge.duplicate_id}
    for members in whole.values():
        for case_id in members & found.keys():
            found[case_id] |= members
    return {case_id: frozenset(members) for case_id, members in found.items()}


def touching(work: Work, case_ids: Collection[UUID]) -> list[CaseMerge]:
    """The standing merges these cases are part of, on either side."""
    return _standing(work, _EITHER, case_ids)


def merged_into(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, list[CaseMerge]]:
    """The standing merges of each of these cases that hold merged files, oldest first; the others are left out."""
    found: dict[UUID, list[CaseMerge]] = defaultdict(list)
    for merge in _standing(work, _INTO, case_ids):
        found[merge.case_id].append(merge)
    return found


def merges_of_act(work: Work) -> Mapping[UUID, list[CaseMerge]]:
    """The standing merges into the cases touched in this act, read once for all steps before commit (after `follow`)."""
    known = work.memo.get(_MEMO)
    if known is None:
        known = work.memo[_MEMO] = merged_into(work, work.touched_cases)
    return cast(Mapping[UUID, list[CaseMerge]], known)


def clients_of_merged(work: Work, case_id: UUID) -> Mapping[UUID, Mapping[UUID, UUID]]:
    """The files merged into the case, each with which of its clients is which of the case."""
    merges = merged_into(work, [case_id]).get(case_id, [])
    matches = matches_of(work, merges)
    return {merge.duplicate_id: matches[merge.id].clients for merge in merges}


def survivor_of(work: Work, case_id: UUID) -> CaseMerge | None:
    """The standing merge by which this case counts within another; None where it stands for itself."""
    found = _standing(work, _OF, [case_id])
    return found[0] if found else None


def with_duplicates(work: Work, case_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """These cases, and the files merged into them: what an audit event names where they are counted or read together."""
    merges = merged_into(work, case_ids)
    extra = (merge.duplicate_id for found in merges.values() for merge in found)
    return tuple(dict.fromkeys([*case_ids, *extra]))


def homes(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """For each of these cases the file it counts within: itself, or the one it was merged into."""
    merges = _standing(work, _OF, case_ids)
    return {case_id: case_id for case_id in case_ids} | {merge.duplicate_id: merge.case_id for merge in merges}


def numbers(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The register numbers of these cases."""
    if not case_ids:
        return {}
    rows = work.session.execute(select(Case.id, Case.register_no).where(Case.id.in_(case_ids)))
    return {case_id: number for case_id, number in rows}


def held_by(work: Work, case_id: UUID) -> str:
    """The register numbers of the files merged into the case, in a row; empty where it holds none."""
    found = merged_into(work, [case_id]).get(case_id, [])
    return ", ".join(sorted(numbers(work, [merge.duplicate_id for merge in found]).values()))


def follow(work: Work) -> None:
    """A step before commit: what changes in a merged file changes how the file that stays is counted and clocked."""
    for merge in _standing(work, _OF, work.touched_cases):
        work.count_again(merge.case_id)


def matches_of(work: Work, merges: Iterable[CaseMerge]) -> Mapping[UUID, Matches]:
    """Who is whom in each of these merges, by the merge's id."""
    ids = [merge.id for merge in merges]
    clients: dict[UUID, dict[UUID, UUID]] = {merge_id: {} for merge_id in ids}
    reported: dict[UUID, dict[UUID, UUID]] = {merge_id: {} for merge_id in ids}
    for row in work.session.scalars(_MATCHES, {"ids": ids}) if ids else ():
        side = clients if row.kind == CLIENT else reported
        side[row.merge_id][row.duplicate_row] = row.survivor_row
    return {merge_id: Matches(clients[merge_id], reported[merge_id]) for merge_id in ids}


def matched_with(work: Work, kind: str, row_ids: Collection[UUID]) -> set[UUID]:
    """Whoever these people were matched with in merges that stand."""
    rows = work.session.scalars(
        select(MergeMatch).where(
            MergeMatch.kind == kind,
            or_(MergeMatch.duplicate_row.in_(row_ids), MergeMatch.survivor_row.in_(row_ids)),
        )
    ).all()
    standing = {merge.id for merge in _standing(work, _THESE, {row.merge_id for row in rows})}
    return {end for row in rows if row.merge_id in standing for end in (row.duplicate_row, row.survivor_row)}


def standing_of(work: Work, case: Case) -> str:
    """The status of the file that counts: for a merged case that of the file that stays; MERGED where no merge is genuine."""
    merge = survivor_of(work, case.id) if case.status == Status.MERGED.value else None
    return work.session.get_one(Case, merge.case_id).status if merge is not None else case.status


def refuse_merged(work: Work, case: Case) -> None:
    """Refused where the case was merged into another, with the number of that one."""
    merge = survivor_of(work, case.id) if case.status == Status.MERGED.value else None
    if merge is not None:
        raise Refused(Problem("case.merged", params={"number": numbers(work, [merge.case_id])[merge.case_id]}))


def worked_on() -> ColumnElement[bool]:
    """Cases in which there is work to do: open ones, and files merged into an open one."""
    stays = aliased(Case)
    merged = (
        select(CaseMerge.duplicate_id)
        .join(stays, stays.id == CaseMerge.case_id)
        .where(CaseMerge.undone_at.is_(None), stays.status == Status.OPEN.value)
    )
    return or_(Case.status == Status.OPEN.value, and_(Case.status == Status.MERGED.value, Case.id.in_(merged)))


def seal(work: Work, merge: CaseMerge, matches: Matches) -> None:
    """Put the MAC on a merge about to be saved."""
    merge.mac = integrity.row_mac(work.vault.crypt, CaseMerge.__tablename__, merge.id, *_values(merge, matches))


def is_genuine(work: Work, merge: CaseMerge, matches: Matches) -> bool:
    """Whether this program wrote the merge and its matches; a false one merges nothing."""
    table = CaseMerge.__tablename__
    return integrity.check(work.vault.crypt, merge.mac, table, merge.id, *_values(merge, matches))


def _standing(work: Work, wanted: Select[CaseMerge], ids: Collection[UUID]) -> list[CaseMerge]:
    rows = work.session.scalars(wanted, {"ids": list(ids)}).all() if ids else ()
    matches = matches_of(work, rows)
    return [row for row in rows if is_genuine(work, row, matches[row.id])]


def _values(merge: CaseMerge, matches: Matches) -> tuple[Value, ...]:
    pairs = sorted([*matches.clients.items(), *matches.reported.items()])
    flat = b"".join(each.bytes for pair in pairs for each in pair)
    before = (merge.status_before, merge.closed_before, merge.risk_before)
    return (merge.case_id, merge.duplicate_id, *before, merge.undone_at, flat)
