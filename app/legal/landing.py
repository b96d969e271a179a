"""Milestones that an import brings land on tracks: one for each client and kind (case-management 8; the `legal` sheet names none)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec

from app.cases.acting import zone_of
from app.cases.models import Case, LegalStep, LegalTrack
from app.cases.sealing import add_record
from app.domain import legal as rules
from app.domain.zones import local_day
from app.legal import milestones, tracks
from app.security.structs import legal
from app.security.structs.work import LegalStep as Step
from app.security.structs.work import LegalStepText as Words
from app.work import Work

Pair = tuple[Step, Words]
UNKNOWN: Final = "TIDAK_DIKETAHUI"


def land(work: Work, case: Case, pairs: Iterable[Pair]) -> None:
    """Write them, each on its track. No code of procedure is guessed: a person chooses (case-management 8.4).

    A case that came in closed is not watched by anybody here, so its tracks came in ended; they can be followed again.
    """
    by_client: dict[UUID | None, list[Pair]] = defaultdict(list)
    for step, words in pairs:
        by_client[step.client_id].append((step, words))
    for client_id, found in by_client.items():
        by_kind: dict[str, list[Pair]] = defaultdict(list)
        everything = {step.milestone for step, _words in found}
        for step, words in found:
            by_kind[rules.kind_for(step.milestone, everything)].append((step, words))
        for kind, lot in by_kind.items():
            track_id = _track(work, case, client_id, kind, lot)
            for step, words in lot:
                placed = msgspec.structs.replace(step, track_id=track_id)
                add_record(work, LegalStep, case.id, milestones.sealed(placed, words), is_removed=False)


def _track(work: Work, case: Case, client_id: UUID | None, kind: str, lot: Iterable[Pair]) -> UUID:
    days = sorted(step.on for step, _words in lot)
    track = legal.LegalTrack(client_id=client_id, kind=kind, opened_on=days[0])
    text = legal.LegalTrackText()
    if case.closed_at is not None:
        closed_on = max(days[-1], local_day(case.closed_at, zone_of(work, case)))
        track = msgspec.structs.replace(track, ends=(legal.TrackEnd(on=closed_on, outcome=UNKNOWN),))
        text = legal.LegalTrackText(ends=("",))
    clear = {"is_removed": False, "ended_at": case.closed_at}
    return add_record(work, LegalTrack, case.id, tracks.sealed(track, text), **clear).id
