"""Invented pictures of the demo office: a logo, a photo of a door, a conversation on a phone. Drawn here, so they show nobody."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_PAPER: Final = "#f6f1e7"
_MINE, _THEIRS = "#d7f0dd", "#ffffff"
_CHAT: Final = (
    (False, "Besok jam 3 ke sini ya, jangan bilang siapa-siapa"),
    (True, "Saya tidak mau"),
    (False, "Kalau tidak datang, foto kamu saya sebar"),
    (True, "Tolong jangan kirim pesan lagi"),
)


def logo() -> bytes:
    """An umbrella in a circle, as PNG."""
    picture, pen = _sheet(400, 400, "white")
    pen.ellipse((8, 8, 392, 392), fill="#1f5f5b")
    pen.pieslice((70, 90, 330, 350), 180, 360, fill="#f4c95d")
    pen.line((200, 90, 200, 300), fill=_PAPER, width=12)
    pen.arc((200, 270, 250, 330), 0, 180, fill=_PAPER, width=12)
    return _as(picture, "PNG")


def door() -> bytes:
    """A door whose lock is broken, as a camera would send it: JPEG."""
    picture, pen = _sheet(1200, 1600, "#b9c3bd")
    pen.rectangle((260, 160, 940, 1600), fill="#7b5a3c", outline="#4a3523", width=24)
    for top in (260, 900):
        pen.rectangle((350, top, 850, top + 520), outline="#5b4029", width=14)
    pen.ellipse((800, 840, 880, 920), fill="#2d2d2d")
    pen.line((760, 780, 940, 1010), fill="#e0d2bd", width=10)
    pen.line((820, 760, 900, 1040), fill="#e0d2bd", width=6)
    _written(pen, (290, 60), "DATA CONTOH: pintu kamar, kunci rusak", 40)
    return _as(picture, "JPEG")


def conversation() -> bytes:
    """Messages on a phone, as PNG."""
    picture, pen = _sheet(1080, 1400, "#e8e2d8")
    pen.rectangle((0, 0, 1080, 120), fill="#1f5f5b")
    _written(pen, (40, 36), "DATA CONTOH: nomor tidak dikenal", 42, "white")
    for place, (mine, words) in enumerate(_CHAT):
        left, top = (330, 190 + place * 250) if mine else (60, 190 + place * 250)
        pen.rounded_rectangle((left, top, left + 690, top + 170), 28, fill=_MINE if mine else _THEIRS)
        for line, part in enumerate(_wrapped(words, 30)):
            _written(pen, (left + 36, top + 34 + line * 54), part, 40)
    return _as(picture, "PNG")


def _sheet(width: int, height: int, colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (width, height), colour)
    return picture, ImageDraw.Draw(picture)


def _written(pen: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, colour: str = "#2b2b2b") -> None:
    pen.text(at, words, fill=colour, font=ImageFont.load_default(size))


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        fits = len(lines[-1]) + len(word) < width
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if fits else [*lines, word]
    return lines


def _as(picture: Image.Image, kind: str) -> bytes:
    target = BytesIO()
    picture.save(target, kind)
    return target.getvalue()
