"""What goes along with a referral letter: the documents that were kept with the referral before the institution answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from app.documents import queries
from app.documents import services as documents
from app.documents.models import Document
from app.domain.referrals import ReferralStatus
from app.papers import wording
from app.papers.dossier import Dossier
from app.security.structs import documents as structs
from app.security.structs.papers import Block, Heading, Points
from app.security.structs.work import Referral

_ANSWERS: Final = frozenset({ReferralStatus.ACCEPTED.value, ReferralStatus.DECLINED.value, ReferralStatus.SERVED.value})


def of_referral(dossier: Dossier, referral_id: UUID, referral: Referral) -> tuple[str, ...]:
    """Each document that goes along, by its kind and what it is called; one of a restricted kind by its kind alone."""
    answered_at = min((step.at for step in referral.steps if step.status in _ANSWERS), default=dossier.work.now)
    rows = queries.of_case(dossier.work, dossier.case.id)
    heads = ((row, documents.read(dossier.work, row)) for row in reversed(rows))
    return tuple(
        _called(dossier, row, head)
        for row, head in heads
        if head.referral_id == referral_id and _kept_at(dossier, row) <= answered_at
    )


def counted(names: Sequence[str]) -> str:
    """How many, for the head of the letter."""
    return f"{len(names)} berkas" if names else "–"


def listed(names: Sequence[str]) -> Iterator[Block]:
    """What they are, for its end; nothing where there are none."""
    if names:
        yield Heading("Lampiran", sub=True)
        yield Points(tuple(_each_once(names)))


def _each_once(names: Iterable[str]) -> Iterator[str]:
    for name, number in Counter(names).items():
        yield f"{name} ({number} berkas)" if number > 1 else name


def _called(dossier: Dossier, row: Document, head: structs.Document) -> str:
    kind = wording.code("document_kind", head.kind)
    if documents.is_restricted(head.kind):
        return kind
    return wording.joined(kind, documents.read_text(dossier.work, row, head).title, by=": ")


def _kept_at(dossier: Dossier, row: Document) -> datetime:
    """When the first version was kept."""
    return dossier.work.session.get_one(Document, row.series_id).created_at
