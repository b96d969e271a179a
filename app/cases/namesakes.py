"""Whether a person of the staff has a name like somebody's in a case (security 3 "phonetic match between worker and perpetrator").

The index alone answers: no identity opens, and nobody learns whose name it is. It forgives spelling and finds too much rather than too
little; names that thousands share (Siti, Muhammad) say nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.domain import names
from app.security import index
from app.work import Work


def cases_with(work: Work, staff_name: str, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the cases in which a client, guardian or reported person has a name that sounds like this one."""
    plan = names.telling_plan(staff_name)
    if not plan or not case_ids:
        return frozenset()
    hits = index.find_names(work.session, work.vault.crypt, None, plan, case_ids=case_ids)
    return frozenset(hit.case_id for hit in hits)
