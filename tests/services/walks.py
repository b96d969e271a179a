"""What random walks over a case share: what may be refused, everything that is stored of a case, and that none of it is ever lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.cases import queries
from app.db.base import Base
from app.documents.models import Document
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.patbm.models import VillageOrigin
from app.referrals.models import IncomingReferral, Referral
from app.safety.models import SafetyPlan, ShelterStay
from tests.factories import OPERATOR, Office

REFUSALS = (Conflict, NotFound, NotPermitted, Refused)
Rows = Mapping[str, Mapping[Any, Mapping[str, Any]]]


def rows_of(office: Office, case_id: UUID) -> Rows:
    """Every row of the case in every table but the audit log, by table and key."""
    found: dict[str, dict[Any, Mapping[str, Any]]] = {}
    with office.runtime.looking(OPERATOR) as work:
        for name, table in Base.metadata.tables.items():
            column = table.c.id if name == "cases" else table.c.get("case_id")
            if column is None or name == "audit_events":
                continue
            held = work.session.execute(select(table).where(column == case_id)).mappings()
            found[name] = {tuple(row[key.name] for key in table.primary_key): dict(row) for row in held}
    return found


def lost_nothing(before: Rows, after: Rows, said: str) -> None:
    """No record of a case ever leaves its table."""
    for kind in (*queries.RECORDS, Document, Referral, IncomingReferral, SafetyPlan, ShelterStay, VillageOrigin):
        name = kind.__tablename__
        assert before[name].keys() <= after[name].keys(), (said, name)
