"""What every act of this deployment ends with, and the clock it is dated by. Kept apart from the pages: commands and jobs load none of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from app.cases.families import follow
from app.cases.indexing import write_index
from app.clocks.services import refresh
from app.reports.ledger import rewrite
from app.simfoni import state
from app.work import Work

BEFORE_COMMIT: Final[tuple[Callable[[Work], None], ...]] = (follow, write_index, refresh, state.refresh, rewrite)
"""Steps of every writing act for the cases it touched, in this order: merged files, search index, clocks, standing towards SIMFONI, ledger. The audit log follows."""


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)
