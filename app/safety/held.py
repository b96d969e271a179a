"""What the safety room holds about one client alone, for whoever takes out a client who was entered by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from app.domain.errors import Problem
from app.safety import reading
from app.work import Work


def held(work: Work, case_id: UUID, client_id: UUID) -> Iterator[Problem]:
    """Stays of the client that were not taken back: that there was one, never where. A safety plan counts for nothing: it lies with the
    client, and comes back with the client."""
    own = [stay for _row, stay in reading.of_case(work, case_id) if stay.client_id == client_id]
    if own:
        yield Problem("mistake.stays", params={"count": str(len(own))})
