"""Sound and film: their frames are walked from the first byte to the last, so that nothing else is hidden before, between or behind.

What is inside the frames is not decoded: these files are handed out again, never played here.
"""

from __future__ import annotations

from typing import Final

from app.documents.reading.found import Found, Refusal

_BOX_HEAD: Final = 8
_KNOWN_BOXES: Final = frozenset(
    b"ftyp moov mdat free skip wide udta uuid meta moof mfra sidx styp pdin ssix prft emsg".split()
)
_OGG: Final = b"OggS"
_OGG_HEAD: Final = 27
_MP3_RATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_RATES_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_SAMPLES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_FEWEST_FRAMES: Final = 3
_ID3: Final = 10
_ID3_OLD: Final = 128


def read_mp4(data: bytes, media_type: str) -> Found:
    """Boxes from end to end: `ftyp` first, `moov` among them, none unknown (ISO/IEC 14496-12, 4.2)."""
    at, boxes = 0, []
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        elif size == 0:
            size = len(data) - at
        if size < _BOX_HEAD or at + size > len(data) or kind not in _KNOWN_BOXES:
            raise Refusal("document.two-in-one" if b"moov" in boxes else "document.damaged")
        boxes.append(kind)
        at += size
    if not boxes or boxes[0] != b"ftyp" or not {b"moov", b"moof"} & set(boxes):
        raise Refusal("document.damaged")
    return Found(media_type)


def read_ogg(data: bytes) -> Found:
    """Pages from end to end (RFC 3533, 6)."""
    at, pages = 0, 0
    while at < len(data):
        head = data[at : at + _OGG_HEAD]
        if len(head) < _OGG_HEAD or head[:4] != _OGG or head[4] != 0:
            raise Refusal("document.two-in-one" if pages > 1 else "document.damaged")
        lengths = data[at + _OGG_HEAD : at + _OGG_HEAD + head[26]]
        at += _OGG_HEAD + head[26] + sum(lengths)
        pages += 1
    if at != len(data) or not pages:
        raise Refusal("document.damaged")
    return Found("audio/ogg")


def read_mp3(data: bytes) -> Found:
    """An ID3 tag, frames one behind another, the old tag at the end (ISO/IEC 11172-3, 2.4.1; id3.org)."""
    at = _behind_id3(data)
    end = len(data) - _ID3_OLD if data[-_ID3_OLD:].startswith(b"TAG") else len(data)
    frames = 0
    while at < end:
        length = _mp3_frame(data[at : at + 4])
        if not length:
            break
        at += length
        frames += 1
    rest = data[at:end].strip(b"\0") if at < end else b""
    if frames < _FEWEST_FRAMES:
        raise Refusal("document.damaged")
    if rest:
        raise Refusal("document.two-in-one")
    return Found("audio/mpeg")


def _behind_id3(data: bytes) -> int:
    if not data.startswith(b"ID3"):
        return 0
    size = 0
    for byte in data[6:_ID3]:
        size = size << 7 | byte & 0x7F
    at = _ID3 + size
    while at < len(data) and data[at] == 0:  # some writers pad behind the tag
        at += 1
    return at


def _mp3_frame(head: bytes) -> int:
    """Length in bytes of the frame with this head; 0 where it is none of layer III."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate_index, sample_index, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer != 1 or rate_index in {0, 15} or sample_index == 3:
        return 0
    rate = (_MP3_RATES if version == 3 else _MP3_RATES_2)[rate_index] * 1_000
    return (144 if version == 3 else 72) * rate // _MP3_SAMPLES[version][sample_index] + padding
