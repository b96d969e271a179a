"""What the safety room holds about one client alone, for whoever takes out a client who was entered by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from app.cases.models import Client, Consent
from app.domain.errors import Problem
from app.safety import reading
from app.work import Work


def held(work: Work, out: Client | Consent) -> Iterator[Problem]:
    """Stays of the client that were not taken back: that there was one, never where. A safety plan counts for nothing: it lies with the
    client, and comes back with the client."""
    own = [stay for _row, stay in reading.of_case(work, out.case_id) if stay.client_id == out.id]
    if own:
        yield Problem("mistake.stays", params={"count": str(len(own))})
