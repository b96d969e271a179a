"""What the legal track holds about one client alone, for whoever takes out a client who was entered by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from app.cases.models import Client, Consent
from app.cases.queries import records
from app.domain.errors import Problem
from app.legal.models import LegalStep
from app.security.sections import Section
from app.security.structs import work as structs
from app.work import Work


def held(work: Work, out: Client | Consent) -> Iterator[Problem]:
    """Milestones of the client: somebody an investigator or a court knows was no mistake."""
    rows = records(work.session, LegalStep, [out.case_id])
    heads = (work.vault.open(row.place(Section.LEGAL_STEP), row.step_sealed, structs.LegalStep) for row in rows)
    own = [head for head in heads if head.client_id == out.id]
    if own:
        yield Problem("mistake.legal", params={"count": str(len(own))})
