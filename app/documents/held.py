"""What the document room holds as one client's, or as the signed form of a consent: it stands in the way of taking either out (`mistakes`)."""

from __future__ import annotations

from collections.abc import Iterator

from app.cases.models import Client, Consent
from app.documents import queries
from app.documents.services import read
from app.domain.errors import Problem
from app.work import Work


def held(work: Work, out: Client | Consent) -> Iterator[Problem]:
    """Documents about the client, or that belong to the consent, and were not removed."""
    heads = [read(work, row) for row in queries.of_case(work, out.case_id)]
    own = [head for head in heads if out.id in (head.client_id, head.consent_id)]
    if own and isinstance(out, Client):
        yield Problem("mistake.documents", params={"count": str(len(own))})
    elif own:
        yield Problem("mistake.forms", params={"count": str(len(own))})
