"""What the demo office closed, made public and returned, once its ledger has every case: what is frozen is what was counted."""

from __future__ import annotations

from uuid import UUID

from app.demo import closings, released
from app.work import Runtime


def settle(runtime: Runtime, unit_id: UUID) -> None:
    """Months closed, quarters released, two official returns."""
    closings.settle(runtime, unit_id)
    released.settle(runtime, unit_id)
