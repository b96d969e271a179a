"""Invented files of every kind a case may hold, and of kinds it must not: small, made in code, nobody's."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

GPS = "rumah aman di Gang Mawar"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def picture(width: int = 64, height: int = 48, kind: str = "JPEG", **saved: Any) -> bytes:
    """A picture of two colours, left and right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    target = io.BytesIO()
    image.save(target, kind, **saved)
    return target.getvalue()


def photo(orientation: int = 1, width: int = 64, height: int = 48) -> bytes:
    """A JPEG as a phone writes it: with the place, the phone and which side is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Kamera Rekaan"
    exif[0x9286] = GPS
    exif.get_ifd(0x8825).update({1: "S", 2: (3.0, 19.0, 1.0), 3: "E", 4: (114.0, 35.0, 2.0)})
    return picture(width, height, exif=exif, comment=GPS.encode())


def pdf(pages: int = 1, words: str = "Surat rekaan", behind: bytes = b"") -> bytes:
    """A PDF of A5 pages with one line each."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(pages))
    objects.append(f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode())
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for number in range(1, pages + 1):
        text = f"BT /F 18 Tf 40 300 Td ({words} {number}) Tj ET".encode()
        sheet = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Resources<</Font<</F 3 0 R>>>>/Contents {3 + 2 * number} 0 R>>"
        objects += [sheet.encode(), b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text)]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out) + behind


def archive(entries: Mapping[str, bytes], first_stored: bool = False) -> bytes:
    """A ZIP archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for place, (name, data) in enumerate(entries.items()):
            kind = zipfile.ZIP_STORED if first_stored and place == 0 else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name), data, kind)
    return target.getvalue()


def docx(**more: bytes) -> bytes:
    """A letter as word processors write it, as far as its frame goes."""
    kinds = f'<Types><Override PartName="/word/document.xml" ContentType="{_WORD}"/></Types>'
    return archive({"[Content_Types].xml": kinds.encode(), "word/document.xml": b"<document/>", **more})


def xlsx(**more: bytes) -> bytes:
    """A workbook."""
    kinds = f'<Types><Override PartName="/xl/workbook.xml" ContentType="{_SHEET}"/></Types>'
    return archive({"[Content_Types].xml": kinds.encode(), "xl/workbook.xml": b"<workbook/>", **more})


def odt(**more: bytes) -> bytes:
    """An open document."""
    kind = b"application/vnd.oasis.opendocument.text"
    return archive({"mimetype": kind, "content.xml": b"<office/>", **more}, first_stored=True)


def mp3(frames: int = 20, tag: bool = True) -> bytes:
    """Silence: frames of 128 kbit/s behind a tag."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return (b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) if tag else b"") + frame * frames


def mp4(brand: bytes = b"isom") -> bytes:
    """The boxes of a recording."""
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", bytes(40)) + box(b"mdat", bytes(500))


def box(kind: bytes, data: bytes) -> bytes:
    """One box of an MP4."""
    return struct.pack(">I", 8 + len(data)) + kind + data


def ogg(pages: int = 3) -> bytes:
    """The pages of a recording."""
    return b"".join(b"OggS\0" + bytes(21) + b"\x02" + b"\x10\x05" + bytes(21) for _ in range(pages))


def grey(width: int, height: int) -> bytes:
    """A whole PNG of this size, all black, which packs to almost nothing."""
    packing, row, packed = zlib.compressobj(1), bytes(1 + -(-width // 8)) * 100, []
    packed = [packing.compress(row) for _hundred in range(height // 100)]
    packed.append(packing.compress(bytes(1 + -(-width // 8)) * (height % 100)) + packing.flush())
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _piece(*each) for each in ((b"IHDR", head), (b"IDAT", b"".join(packed)), (b"IEND", b""))
    )


def _piece(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SOUND: Mapping[str, bytes] = {"a.mp3": mp3(), "a.m4a": mp4(b"M4A "), "a.ogg": ogg(), "a.mp4": mp4()}
OFFICE: Mapping[str, bytes] = {"a.docx": docx(), "a.xlsx": xlsx(), "a.odt": odt()}
PICTURES: Mapping[str, bytes] = {
    "a.jpg": picture(),
    "a.jpeg": photo(),
    "a.png": picture(kind="PNG"),
    "a.webp": picture(kind="WEBP"),
}
GOOD: Mapping[str, bytes] = {**PICTURES, **OFFICE, **SOUND, "a.pdf": pdf(), "a.txt": b"Catatan rekaan\n"}
"""One file of each kind that is taken, under a name that fits."""


def heavy_photo() -> bytes:
    """A JPEG of 48 million points and about 20 MB, as large phones write them."""
    tile = Image.effect_noise((1_000, 1_000), 60).convert("RGB")
    image = Image.new("RGB", (8_000, 6_000))
    for left in range(0, 8_000, 1_000):
        for top in range(0, 6_000, 1_000):
            image.paste(tile, (left, top))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=70)
    return target.getvalue()
