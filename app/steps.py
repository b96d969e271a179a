"""What every act of this deployment ends with, and the clock it is dated by. Kept apart from the pages: commands and jobs load none of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from app.cases import mistakes
from app.cases.acting import refuse_erased
from app.cases.families import follow
from app.cases.indexing import write_index
from app.clocks.services import refresh
from app.documents.held import held as held_in_documents
from app.legal.held import held as held_in_the_legal_track
from app.notifications.telling import follow as tell
from app.patbm import following
from app.referrals.held import held as held_in_referrals
from app.reports.ledger import rewrite
from app.safety.held import held as held_in_safety
from app.simfoni import state
from app.work import Work

HOLDERS: Final[tuple[mistakes.Holds, ...]] = (
    mistakes.held_in_file,
    held_in_referrals,
    held_in_the_legal_track,
    held_in_documents,
    held_in_safety,
)
"""Rooms that hold something about one client alone, or disclosed something on a consent; while they do, nobody says that it was entered by mistake."""

BEFORE_COMMIT: Final[tuple[Callable[[Work], None], ...]] = (
    refuse_erased,
    mistakes.refusing(HOLDERS),
    following.follow,
    follow,
    write_index,
    refresh,
    state.refresh,
    rewrite,
    tell,
)
"""Steps of every writing act for the cases it touched, in this order: what was erased meanwhile, what is taken out, village notes that follow what they
led to, merged files, search index, clocks, standing towards SIMFONI, ledger, who has to be told. The audit log follows."""


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)
