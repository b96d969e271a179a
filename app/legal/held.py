"""What the legal track holds about one client alone, for whoever takes out a client who was entered by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from app.cases.models import Client, Consent
from app.domain.errors import Problem
from app.legal import reading
from app.work import Work


def held(work: Work, out: Client | Consent) -> Iterator[Problem]:
    """Milestones and tracks of the client that were not taken back: somebody an investigator or a court knows was no mistake."""
    steps = [step for _row, step in reading.steps_of(work, out.case_id) if step.client_id == out.id]
    tracks = [track for _row, track in reading.tracks_of(work, out.case_id) if track.client_id == out.id]
    if steps or tracks:
        yield Problem("mistake.legal", params={"count": str(len(steps) or len(tracks))})
