"""The village note of PATBM to write on in the field, where there is no signal: half a page, read out or handed in at the office
(case-management 7, last paragraph: no NIK, no chronology in detail)."""

from __future__ import annotations

from typing import Final

from app.domain.codes import Code
from app.papers.content import heads
from app.papers.sheet import Asked, Sheet, laid_out
from app.security.structs.papers import LetterDesk, Paper, Small

TITLE: Final = "Catatan kampung PATBM"
KEEP: Final = "Tanpa nama lengkap, NIK, atau foto. Jangan menanyai korban tentang rincian. Sesudah diserahkan, jangan simpan lembar ini."


def village_note_blank(desk: LetterDesk) -> Paper:
    """What the page asks, in its order; the number of the office above, because danger is phoned in before anything is written."""
    return Paper(
        code="PATBM",
        title=TITLE,
        subtitle=_call(desk),
        letterhead=heads.letterhead(desk),
        blocks=(*laid_out(_asked(Sheet(blank=True))), Small(KEEP)),
        blank=True,
    )


def _asked(sheet: Sheet) -> list[Asked]:
    return [
        sheet.one("Dalam bahaya sekarang", "yes_no_unknown", only=_is_known),
        sheet.several("Jenis kekerasan", "violence"),
        sheet.one("Yang mengalami", "sex", only=_is_of_clients),
        sheet.line("Umur, kira-kira"),
        sheet.line("Inisial atau panggilan"),
        sheet.line("Tanggal kejadian"),
        sheet.line("Desa/kelurahan"),
        sheet.line("Bantuan yang diberikan"),
        sheet.line("Yang sudah diberi tahu"),
        sheet.line("Nomor untuk dihubungi"),
        sheet.line("Relawan"),
    ]


def _call(desk: LetterDesk) -> str:
    number = f" {desk.phone}" if desk.phone else ": ...................................."
    return f"Bila nyawa terancam, telepon kantor dahulu{number}"


def _is_known(code: Code) -> bool:
    return code.code != "TIDAK_DIKETAHUI"


def _is_of_clients(code: Code) -> bool:
    return code.text("only") is None
