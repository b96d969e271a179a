"""F9 *Monitoring*: what it asks, in the order of the page; blank for field use (case-management 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from app.papers.content import heads
from app.papers.content.intake import BLANK_DAY, REGISTER_BLANK
from app.papers.sheet import Asked, Sheet, laid_out
from app.security.structs.course import Monitoring, MonitoringText
from app.security.structs.papers import Heading, LetterDesk, Paper, Prose, Signature, Signatures

TITLE: Final = "Formulir pemantauan (monitoring)"
GOALS: Final = "Tujuan yang belum tercapai"
_NOBODY: Final = Monitoring(client_id=UUID(int=0), on=date.min)


def monitoring_blank(desk: LetterDesk) -> Paper:
    """F9 to write on: condition, goals not reached, what follows."""
    sheet = Sheet(blank=True)
    asked: list[Asked] = [
        sheet.line("Nama klien"),
        sheet.line("Hari, tanggal"),
        sheet.line("Petugas"),
        *questions(sheet, _NOBODY, MonitoringText(), Prose(GOALS, lines=5)),
    ]
    signatures = Signatures(BLANK_DAY, (Signature("Klien atau wali"), Signature("Petugas")))
    return Paper(
        code="F9",
        title=TITLE,
        subtitle=REGISTER_BLANK,
        letterhead=heads.letterhead(desk),
        blocks=(*laid_out(asked), signatures),
        blank=True,
    )


def questions(sheet: Sheet, head: Monitoring, text: MonitoringText, goals: Asked) -> Iterator[Asked]:
    """What is asked after who, when and by whom. `goals`: those not reached, or room for them."""
    yield sheet.one("Cara kontak", "followup_kind", head.way)
    yield Heading("Perkembangan")
    yield sheet.prose("Perkembangan dan keadaan klien saat pemantauan", text.condition, lines=10)
    yield Heading(GOALS)
    yield goals
    yield sheet.prose("Mengapa belum tercapai", text.not_reached, lines=5)
    yield Heading("Rencana tindak lanjut")
    yield sheet.prose("Tindak lanjut", text.follow_up, lines=6)
    yield sheet.one("Hasil", "review_outcome", head.outcome)
