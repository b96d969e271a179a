"""What the document room holds about one client alone, for whoever takes out a client who was entered by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from app.documents import queries
from app.documents.services import read
from app.domain.errors import Problem
from app.work import Work


def held(work: Work, case_id: UUID, client_id: UUID) -> Iterator[Problem]:
    """Documents about the client that were not removed."""
    own = [row for row in queries.of_case(work, case_id) if read(work, row).client_id == client_id]
    if own:
        yield Problem("mistake.documents", params={"count": str(len(own))})
