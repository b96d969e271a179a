"""What the safety room passes on when another unit takes a case over (*pelimpahan*): safety plans, where that was ticked. Stays do not
go along: who may read of a shelter is named person by person (`readers`), and nobody of another unit was."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from app.cases.sealing import add_record
from app.cases.transfer_copy import Copied
from app.safety import plans
from app.safety.models import SafetyPlan
from app.safety.plans import Version
from app.security.sections import Section
from app.work import Work

PART: Final = "TB_AMAN"


def carry(work: Work, source_id: UUID, copied: Copied) -> None:
    """Pass on the newest plan of each client who goes along, in the act that takes the case over. Its readers are those of any plan
    there: the team of the case, which the act names, and by role alone nobody."""
    for client_id, versions in plans.by_client(work, source_id).items():
        if client_id in copied.ids:
            _carry_one(work, versions[-1], copied)


def _carry_one(work: Work, version: Version, copied: Copied) -> None:
    """It is the first version there: earlier ones stay with us, and the next one is written upon it."""
    row, head = version
    head = msgspec.structs.replace(head, client_id=copied.ids[head.client_id], number=1)
    sealed = {
        "head_sealed": (Section.SAFETY_PLAN, head),
        "text_sealed": (Section.SAFETY_PLAN_TEXT, plans.text_of(work, row)),
    }
    add_record(work, SafetyPlan, copied.case.id, sealed, created_at=row.created_at, created_by=row.created_by)
