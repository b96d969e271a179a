"""Having no part in the matter: whoever is put on a case says so before words or identities open (security 3 "automatic conflict check").

Who of the staff is related to somebody in a case would name that somebody, so the stance stands in no column. Its words are sealed
in the case; the permission check, which may open nothing, reads the stance off the MAC: there are four, and one of them fits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from app.cases.models import Declaration
from app.security import integrity
from app.work import Work


class Stance(StrEnum):
    """Where a person stands on a case: has no part in it; has one; a supervisor took note; a supervisor lets the person work all the same."""

    FREE = "free"
    INVOLVED = "involved"
    NOTED = "noted"
    LIFTED = "lifted"


MAY_WORK: Final = frozenset({Stance.FREE, Stance.LIFTED})


_DECLARED: Final = select(Declaration).where(
    Declaration.case_id.in_(bindparam("case_ids", expanding=True)), Declaration.user_id == bindparam("user_id")
)


def seal(work: Work, row: Declaration, stance: Stance) -> None:
    """Put the stance into the MAC of a declaration about to be saved."""
    row.mac = _mac(work, row, stance)


def stance_of(work: Work, row: Declaration) -> Stance | None:
    """The stance of a declaration; None for one this program did not write, which counts as absent."""
    return next((stance for stance in Stance if integrity.check(work.vault.crypt, row.mac, *_items(row, stance))), None)


def stances(work: Work, case_ids: Collection[UUID], user_id: UUID) -> Mapping[UUID, Stance]:
    """Where this person stands on each of these cases; cases without a declaration are left out."""
    rows = work.session.scalars(_DECLARED, {"case_ids": list(case_ids), "user_id": user_id})
    found = ((row.case_id, stance_of(work, row)) for row in rows)
    return {case_id: stance for case_id, stance in found if stance is not None}


def declared_among(work: Work, case_ids: Collection[UUID], user_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these people who declared anything on one of these cases: most acts find nobody, and ask no further."""
    rows = select(Declaration.user_id).where(
        Declaration.case_id.in_(list(case_ids)), Declaration.user_id.in_(list(user_ids))
    )
    return frozenset(work.session.scalars(rows))


def stance_on(work: Work, case_id: UUID, user_id: UUID) -> Stance | None:
    """Where this person stands on this case; None where nothing was declared."""
    return stances(work, [case_id], user_id).get(case_id)


def _mac(work: Work, row: Declaration, stance: Stance) -> bytes:
    return integrity.row_mac(work.vault.crypt, *_items(row, stance))


def _items(row: Declaration, stance: Stance) -> tuple[str, UUID, UUID, UUID, Stance]:
    return (Declaration.__tablename__, row.id, row.case_id, row.user_id, stance)
