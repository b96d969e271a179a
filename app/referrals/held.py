"""What the referral desk holds about one client alone, or disclosed on a consent: it stands in the way of taking either out (`mistakes`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.cases.acting import zone_of
from app.cases.models import Case, Client, Consent
from app.domain.errors import Problem
from app.domain.incoming import IncomingStatus
from app.domain.referrals import ReferralStatus
from app.domain.zones import local_day
from app.referrals import basis, incoming, queries
from app.referrals.services import read
from app.security.structs import work as structs
from app.work import Work


def held(work: Work, out: Client | Consent) -> Iterator[Problem]:
    """Referrals of the client, to others or to us, that were not cancelled; those that were sent on the consent, cancelled afterwards or not."""
    if isinstance(out, Consent):
        yield from _rested_on(work, out)
        return
    rows = (row for row in queries.of_cases(work, [out.case_id]) if row.status != ReferralStatus.CANCELLED.value)
    own = [row.id for row in rows if read(work, row).client_id == out.id]
    came = (row for row in incoming.of_cases(work, [out.case_id]) if row.status != IncomingStatus.WITHDRAWN.value)
    own += [row.id for row in came if incoming.read(work, row).client_id == out.id]
    if own:
        yield Problem("mistake.referrals", params={"count": str(len(own))})


def _rested_on(work: Work, out: Consent) -> Iterator[Problem]:
    zone = zone_of(work, work.session.get_one(Case, out.case_id))
    documents = (read(work, row) for row in queries.of_cases(work, [out.case_id]))
    sent = [(document, at) for document in documents if (at := _sent_at(document)) is not None]
    came = (incoming.read(work, row) for row in incoming.of_cases(work, [out.case_id]))
    sent += [(incoming.as_referral(head), at) for head in came if (at := incoming.reported_at(head)) is not None]
    resting = [document for document, at in sent if basis.rests_on(work, document, out, local_day(at, zone))]
    if resting:
        yield Problem("mistake.disclosed", params={"count": str(len(resting))})


def _sent_at(document: structs.Referral) -> datetime | None:
    return next((step.at for step in document.steps if step.status == ReferralStatus.SENT.value), None)
