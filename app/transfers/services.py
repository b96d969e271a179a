"""Acts of a transfer (*pelimpahan*) that need more rooms than one: receivers of the directory, and what rooms pass on when a case goes.

`cases.transfers` holds the course of a transfer and makes the receiver's case of what stands in the case room; here the others add theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

import msgspec

from app.cases import transfers
from app.cases.models import Transfer
from app.cases.transfer_copy import Copied
from app.cases.transfers import Letter
from app.documents import carrying as documents
from app.documents.carrying import NOTHING, Ready
from app.domain.errors import Problem, Refused
from app.legal import carrying as legal
from app.referrals import carrying as referrals
from app.referrals import directory
from app.safety import carrying as safety
from app.work import Work

CARRIERS: Final[Mapping[str, Callable[[Work, UUID, Copied], None]]] = {
    referrals.PART: referrals.carry,
    legal.PART: legal.carry,
    safety.PART: safety.carry,
}
"""What rooms other than the case room pass on, by the part (TB_*) that names it; referrals and legal steps first, since documents belong to them."""


def hand_out(work: Work, case_id: UUID, institution_id: UUID | None, letter: Letter) -> Transfer:
    """Record a transfer to an institution of the unit's directory; it stands in the letter by the name it has now.
    Refused as in `addressed`."""
    return transfers.hand_out(work, case_id, addressed(work, institution_id, letter))


def addressed(work: Work, institution_id: UUID | None, letter: Letter) -> Letter:
    """The letter to an institution of the unit's directory. Refused without one, or for one that is no longer in use."""
    if institution_id is None:
        raise Refused(Problem("required", "institution_id"))
    institution = directory.get(work, institution_id)
    if not institution.is_active:
        raise Refused(Problem("institution.inactive", "institution_id"))
    kind = directory.read(work, institution).type
    head = msgspec.structs.replace(letter.head, institution_id=institution.id, institution_type=kind)
    return Letter(head, msgspec.structs.replace(letter.text, receiver=institution.name))


def accept(
    work: Work,
    transfer_id: UUID,
    *,
    manager_id: UUID | None,
    knowingly: bool = False,
    ready: Ready = NOTHING,
) -> Copied:
    """Take a case over, with what the other rooms pass on of it. `ready`: the documents, made ready before (`documents.carrying`); Stale
    where one changed since."""
    row = transfers.asked(work, transfer_id)
    head, _text = transfers.read(work, row)
    copied = transfers.accept(work, transfer_id, manager_id=manager_id, knowingly=knowingly)
    for part, carry in CARRIERS.items():
        if part in head.parts:
            carry(work, row.case_id, copied)
    if documents.PART in head.parts:
        documents.carry(work, row.case_id, copied, ready)
    return copied
