"""Keeping files in the demo office: an invented rule, a file that is held, and one whose erasure waits for a second person."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.cases.models import Case
from app.demo.story import Cast
from app.domain.errors import Refused
from app.domain.zones import local_day
from app.retention import due, holds, proposing, rules
from app.retention.models import RetentionMark
from app.security.structs.retention import RetentionRule
from app.work import Runtime

YEARS: Final = 1  # so that a demo of some months has something to show; no unit's real period
BASIS: Final = "Contoh, bukan peraturan: jadwal retensi arsip rekaan Nomor 1"


def settle(runtime: Runtime, cast: Cast) -> None:
    """Set the rule, look what is due, hold one of those files and propose to erase another."""
    with runtime.begin(cast.staff["KEPALA"]) as work:
        since = local_day(work.now, cast.zone)
        rules.set_rule(
            work, cast.unit_id, RetentionRule(unit_id=cast.unit_id, is_on=True, years=YEARS, since=since, basis=BASIS)
        )
    due.derive(runtime, runtime.now())
    with runtime.looking(cast.staff["KEPALA"]) as work:
        marked = select(Case.id).join(RetentionMark, RetentionMark.case_id == Case.id)
        ids = list(work.session.scalars(marked.order_by(Case.received_at, Case.id)))
        closed = select(Case.id).where(Case.unit_id == cast.unit_id, Case.status == "closed")
        kept = ids[:1] or list(work.session.scalars(closed.order_by(Case.received_at, Case.id).limit(1)))
    for case_id in kept:
        with runtime.begin(cast.staff["SUPERVISOR"]) as work:
            holds.hold(work, case_id, "Penyidik meminta berkas ini tetap disimpan sampai perkaranya selesai.")
    for case_id in ids[1:]:
        if _proposed(runtime, cast, case_id):
            return


def _proposed(runtime: Runtime, cast: Cast, case_id: UUID) -> bool:
    """Whether the erasure of this file could be proposed."""
    try:
        with runtime.begin(cast.staff["SUPERVISOR"]) as work:
            proposing.propose(work, case_id, BASIS, "Masa simpan sudah lewat dan tidak ada keperluan lain.")
    except Refused:
        return False
    return True
