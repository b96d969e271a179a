"""F9 *Monitoring*, blank for field use (case-management 7)."""

from __future__ import annotations

from typing import Final

from app.papers.content import heads
from app.papers.content.intake import BLANK_DAY, REGISTER_BLANK
from app.papers.sheet import Asked, Sheet, laid_out
from app.security.structs.papers import Column, Heading, LetterDesk, Paper, Signature, Signatures, Table

TITLE: Final = "Formulir pemantauan (monitoring)"
_FOLLOW_UP: Final = (
    Column("No.", 1),
    Column("Rencana tindak lanjut", 6),
    Column("Penanggung jawab", 4),
    Column("Tanggal sasaran", 3),
)


def monitoring_blank(desk: LetterDesk) -> Paper:
    """F9 to write on: condition, goals not reached, what follows."""
    sheet = Sheet(blank=True)
    asked: list[Asked] = [
        sheet.line("Nama klien"),
        sheet.line("Hari, tanggal"),
        sheet.line("Petugas"),
        sheet.line("Tempat atau cara kontak"),
        Heading("Perkembangan"),
        sheet.prose("Perkembangan dan keadaan klien saat pemantauan", lines=12),
        Heading("Tujuan yang belum tercapai"),
        sheet.prose("Tujuan yang belum tercapai dan sebabnya", lines=8),
        Heading("Rencana tindak lanjut"),
        Table(_FOLLOW_UP, empty=6),
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
