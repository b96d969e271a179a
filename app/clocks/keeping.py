"""The one sealed section that holds the clocks of a case: read, written, and told in two clear moments of the case (design 2)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.cases.models import Case
from app.clocks.models import CaseClocks
from app.domain import clocks as engine
from app.domain.clocks import Clock
from app.security.structs.case import CaseClocks as ClocksDocument
from app.work import Work


def read(work: Work, row: CaseClocks) -> ClocksDocument:
    """What is kept of one case. Unreadable where it does not open."""
    return work.vault.open(row.place(), row.clocks_sealed, ClocksDocument)


def clocks_in(document: ClocksDocument) -> tuple[Clock, ...]:
    """The clocks of a document."""
    return tuple(engine.from_record(record) for record in document.clocks)


def store(work: Work, case: Case, row: CaseClocks | None, kept: Sequence[Clock], document: ClocksDocument) -> None:
    """Seal these clocks as those of the case, and set its two clear moments (design 2)."""
    if row is None:
        row = CaseClocks(case_id=case.id, clocks_sealed=b"", updated_at=work.now)
        work.session.add(row)
    document = msgspec.structs.replace(
        document, clocks=tuple(dict(engine.to_record(c)) for c in kept), computed_at=work.now
    )
    row.clocks_sealed = work.vault.seal(row.place(), document)
    row.updated_at = work.now
    case.due_at = engine.due_at(kept)
    case.watch_at = engine.watch_at(kept, work.now)
