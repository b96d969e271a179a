"""What the legal track tells of a case: each milestone with its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.cases.models import Case
from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import closed, heads, said, words
from app.domain.access import Capability
from app.legal.models import LegalStep
from app.security.sections import Section
from app.security.structs import work as structs
from app.web.sealed import UNOPENED, Unopened
from app.work import Work


def _milestones(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    for row, head in heads(work, case, LegalStep, Section.LEGAL_STEP, "step_sealed", structs.LegalStep):
        if head is UNOPENED:
            yield closed(Kind.LEGAL, row)
            continue
        held = words(work, row, Section.LEGAL_STEP_TEXT, "text_sealed", structs.LegalStepText, listening)
        text = held if held is None or isinstance(held, Unopened) else "\n".join(filter(None, (held.number, held.note)))
        yield Entry(Kind.LEGAL, head.on, said("milestone", head.milestone), text or "", row.created_by, head.client_id)


TELLERS: Final = (Teller(Capability.CASE_READ, _milestones, (Section.LEGAL_STEP,), (Section.LEGAL_STEP_TEXT,)),)
