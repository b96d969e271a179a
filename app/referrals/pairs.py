"""The referrals of cases with their coded heads, for what counts and compares; those of merged files stand with the file that stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast
from uuid import UUID

from app.cases import families, joining
from app.cases.casefile import covered
from app.cases.models import CaseMerge
from app.domain.referrals import ReferralStatus
from app.referrals import queries
from app.referrals.models import Referral
from app.referrals.services import read
from app.security.structs import work as work_structs
from app.work import Work

ReferralPair = tuple[Referral, work_structs.Referral]

_MEMO: Final = "referrals of the act"


def pairs_of(work: Work, case_ids: Iterable[UUID]) -> Mapping[UUID, list[ReferralPair]]:
    """The referrals of these cases with their coded heads, oldest first; a number of queries that does not depend on how many cases.
    A case that holds merged files has theirs as well, about the clients they are about here; the same one in both counts once."""
    ids = list(case_ids)
    return _together(work, ids, families.merged_into(work, ids))


def pairs_of_act(work: Work) -> Mapping[UUID, list[ReferralPair]]:
    """`pairs_of` the cases touched in this act, opened once for all steps before commit."""
    known = work.memo.get(_MEMO)
    if known is None:
        known = work.memo[_MEMO] = _together(work, work.touched_cases, families.merges_of_act(work))
    return cast(Mapping[UUID, list[ReferralPair]], known)


def _together(
    work: Work, ids: Sequence[UUID], merges: Mapping[UUID, Sequence[CaseMerge]]
) -> Mapping[UUID, list[ReferralPair]]:
    others = [merge.duplicate_id for found in merges.values() for merge in found]
    pairs: dict[UUID, list[ReferralPair]] = defaultdict(list)
    for row in queries.of_cases(work, [*ids, *(each for each in others if covered(work, each))]):
        pairs[row.case_id].append((row, read(work, row)))
    own = {case_id: pairs[case_id] for case_id in ids if case_id in pairs}
    matches = families.matches_of(work, [merge for found in merges.values() for merge in found])
    for case_id, found in merges.items():
        for merge in found:
            theirs = [(row, joining.moved(doc, matches[merge.id].clients)) for row, doc in pairs[merge.duplicate_id]]
            own[case_id] = joining.union(own.get(case_id, []), theirs, _asked)
    return defaultdict(list, own)


def _asked(pair: ReferralPair) -> tuple[object, ...]:
    """What makes two referrals one: of whom, to whom, for what, sent when."""
    _row, document = pair
    sent = next((step.at for step in document.steps if step.status == ReferralStatus.SENT.value), document.decided_at)
    return (
        document.client_id,
        document.institution_id,
        document.institution_type,
        document.requested,
        sent and sent.date(),
    )
