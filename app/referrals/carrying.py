"""What the referral desk passes on when another unit takes a case over (*pelimpahan*): the referrals that are under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from app.cases.sealing import add_record
from app.cases.transfer_copy import Copied
from app.domain.incoming import IncomingStatus
from app.domain.referrals import ReferralStatus
from app.referrals import directory, incoming, packages, queries
from app.referrals import services as referrals
from app.referrals.models import IncomingReferral, Referral
from app.security.sections import Section
from app.security.structs import work as work_structs
from app.work import Work

STAYS: Final = frozenset({ReferralStatus.DRAFT.value, ReferralStatus.CANCELLED.value})
"""Referrals that never went out, or were called off: nobody waits for an answer to them."""
ENDED_HERE: Final = frozenset({IncomingStatus.DECLINED.value, IncomingStatus.WITHDRAWN.value})
"""Referrals to us that came to nothing: their senders were told, or did not want it any more."""
PART: Final = "TB_LAYANAN"


def carry(work: Work, source_id: UUID, copied: Copied) -> None:
    """Pass on the referrals of a case, in the act that takes it over: the new owner follows up what the first one asked for."""
    for row in queries.of_cases(work, [source_id]):
        if row.status not in STAYS:
            _carry_one(work, row, copied)
    for came in incoming.of_cases(work, [source_id]):
        if came.status not in ENDED_HERE:
            _carry_incoming(work, came, copied)


def _carry_incoming(work: Work, row: IncomingReferral, copied: Copied) -> None:
    """A referral to us: the new owner owes its sender what is still to be told. The sender goes along by name, the consent does not."""
    head, text = incoming.read(work, row), incoming.read_text(work, row)
    if head.client_id is not None and head.client_id not in copied.ids:
        return
    if head.institution_id is not None:
        name = directory.names(work, [head.institution_id]).get(head.institution_id, "")
        text = msgspec.structs.replace(text, institution_name=name)
    client_id = copied.ids[head.client_id] if head.client_id is not None else None
    head = msgspec.structs.replace(head, client_id=client_id, institution_id=None, consent_id=None)
    sealed: Mapping[str, tuple[Section, Struct]] = {
        "referral_sealed": (Section.INCOMING_REFERRAL, head),
        "text_sealed": (Section.INCOMING_REFERRAL_TEXT, text),
    }
    written = {"created_at": row.created_at, "created_by": row.created_by}
    copied.ids[row.id] = add_record(work, IncomingReferral, copied.case.id, sealed, status=row.status, **written).id


def _carry_one(work: Work, row: Referral, copied: Copied) -> None:
    """One referral as it stands. The directory is the first unit's, so the institution goes along by its name; the consent does not."""
    head, text = referrals.read(work, row), referrals.read_text(work, row)
    if head.client_id is not None and head.client_id not in copied.ids:
        return
    if head.institution_id is not None:
        known = directory.names(work, [head.institution_id])
        text = msgspec.structs.replace(text, institution_name=known.get(head.institution_id, ""))
    client_id = copied.ids[head.client_id] if head.client_id is not None else None
    head = msgspec.structs.replace(head, client_id=client_id, institution_id=None, consent_id=None)
    follows = copied.ids.get(head.follows) if head.follows is not None else None
    head = msgspec.structs.replace(head, follows=follows)
    sealed: Mapping[str, tuple[Section, work_structs.Referral | work_structs.ReferralText]] = {
        "referral_sealed": (Section.REFERRAL, head),
        "text_sealed": (Section.REFERRAL_TEXT, text),
    }
    written = {"created_at": row.created_at, "created_by": row.created_by}
    copy = add_record(work, Referral, copied.case.id, sealed, status=row.status, **written)
    copied.ids[row.id] = copy.id
    held = packages.of_referral(work, row.id)
    if held is not None:  # what was told then was told, whatever goes along now
        packages.keep(work, copy, packages.moved(packages.read(work, held), copied.ids))
