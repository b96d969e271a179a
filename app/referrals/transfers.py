"""What the referral desk adds to a transfer (*pelimpahan*): receivers of the directory, and the referrals that are under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec

from app.cases import transfers
from app.cases.models import Transfer
from app.cases.sealing import add_record
from app.cases.transfer_copy import Copied
from app.cases.transfers import Letter
from app.domain.errors import Problem, Refused
from app.domain.referrals import ReferralStatus
from app.referrals import directory, queries
from app.referrals import services as referrals
from app.referrals.models import Referral
from app.security.sections import Section
from app.security.structs import work as work_structs
from app.work import Work

STAYS: Final = frozenset({ReferralStatus.DRAFT.value, ReferralStatus.CANCELLED.value})
"""Referrals that never went out, or were called off: nobody waits for an answer to them."""
PART: Final = "TB_LAYANAN"


def hand_out(work: Work, case_id: UUID, institution_id: UUID | None, letter: Letter) -> Transfer:
    """Record a transfer to an institution of the unit's directory; it stands in the letter by the name it has now."""
    if institution_id is None:
        raise Refused(Problem("required", "institution_id"))
    institution = directory.get(work, institution_id)
    if not institution.is_active:
        raise Refused(Problem("institution.inactive", "institution_id"))
    kind = directory.read(work, institution).type
    head = msgspec.structs.replace(letter.head, institution_id=institution.id, institution_type=kind)
    text = msgspec.structs.replace(letter.text, receiver=institution.name)
    return transfers.hand_out(work, case_id, Letter(head, text))


def accept(work: Work, transfer_id: UUID, *, manager_id: UUID | None, knowingly: bool = False) -> Copied:
    """Take a case over, with the referrals that go along: the new owner follows up what the first one asked for."""
    row = transfers.asked(work, transfer_id)
    head, _text = transfers.read(work, row)
    copied = transfers.accept(work, transfer_id, manager_id=manager_id, knowingly=knowingly)
    if PART in head.parts:
        for referral in queries.of_cases(work, [row.case_id]):
            if referral.status not in STAYS:
                _carry(work, referral, copied.case.id, copied.ids)
    return copied


def _carry(work: Work, row: Referral, case_id: UUID, ids: Mapping[UUID, UUID]) -> None:
    """One referral as it stands. The directory is the first unit's, so the institution goes along by its name; the consent does not."""
    head, text = referrals.read(work, row), referrals.read_text(work, row)
    if head.client_id is not None and head.client_id not in ids:
        return
    if head.institution_id is not None:
        known = directory.names(work, [head.institution_id])
        text = msgspec.structs.replace(text, institution_name=known.get(head.institution_id, ""))
    client_id = ids[head.client_id] if head.client_id is not None else None
    head = msgspec.structs.replace(head, client_id=client_id, institution_id=None, consent_id=None)
    sealed: Mapping[str, tuple[Section, work_structs.Referral | work_structs.ReferralText]] = {
        "referral_sealed": (Section.REFERRAL, head),
        "text_sealed": (Section.REFERRAL_TEXT, text),
    }
    written = {"created_at": row.created_at, "created_by": row.created_by}
    add_record(work, Referral, case_id, sealed, status=row.status, **written)
