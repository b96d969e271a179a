"""A letter about nobody, with which an office tries its letterhead."""

from __future__ import annotations

from app.papers.content import heads
from app.security.structs.papers import LetterDesk, LetterTop, Paper, Signatures, Text

_BODY = (
    "Dengan hormat,\nIni contoh surat untuk memeriksa kop surat, logo, nomor, dan tanda tangan. Surat ini tidak memuat data siapa pun "
    "dan tidak mendapat nomor."
)


def letter(desk: LetterDesk, number: str) -> Paper:
    """The letter, with the number the next referral letter would get."""
    top = LetterTop(
        number=number,
        nature="Biasa",
        enclosures="–",
        subject="Contoh surat",
        place_day=heads.place_day_blank(desk),
        to=("Yth. Pimpinan lembaga penerima", "di", "tempat"),
    )
    signatures = Signatures("", (heads.signature(heads.head(desk)),), slot=True)
    return Paper(code="Contoh", letterhead=heads.letterhead(desk), top=top, blocks=(Text(_BODY), signatures))
