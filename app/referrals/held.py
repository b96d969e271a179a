"""What the referral desk holds about one client alone, for whoever takes out a client who was entered by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from app.domain.errors import Problem
from app.domain.referrals import ReferralStatus
from app.referrals import queries
from app.referrals.services import read
from app.work import Work


def held(work: Work, case_id: UUID, client_id: UUID) -> Iterator[Problem]:
    """Referrals of the client that were not cancelled."""
    rows = (row for row in queries.of_cases(work, [case_id]) if row.status != ReferralStatus.CANCELLED.value)
    own = [row for row in rows if read(work, row).client_id == client_id]
    if own:
        yield Problem("mistake.referrals", params={"count": str(len(own))})
