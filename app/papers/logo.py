"""A logo from a browser becomes a small PNG of ours: read by its content, checked for size before it is unpacked, written anew without
anything that came along (EXIF, places, comments)."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

from app.domain.errors import Problem, Refused

MAX_BYTES: Final = 400_000
MAX_SIDE: Final = 4_000  # pixels of a side as it comes
KEPT_SIDE: Final = 600  # pixels of a side as it is kept: 20 mm at more than 600 dpi
FORMATS: Final = ("PNG", "JPEG")
FIELD: Final = "logo"


def cleaned(data: bytes) -> bytes:
    """The logo as PNG, at most 600 pixels a side. Refused where it is empty, too big, or no PNG or JPEG."""
    if not data:
        raise Refused(Problem("required", FIELD))
    if len(data) > MAX_BYTES:
        raise Refused(Problem("logo.too-big", FIELD, params={"limit": str(MAX_BYTES // 1000)}))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:  # reads the head alone: nothing is unpacked yet
            if max(picture.size) > MAX_SIDE or getattr(picture, "n_frames", 1) > 1:
                raise Refused(Problem("logo.too-many-pixels", FIELD, params={"limit": str(MAX_SIDE)}))
            return _written(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refused(Problem("logo.no-picture", FIELD)) from None


def _written(picture: Image.Image) -> bytes:
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    kept = picture.convert(mode)
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE))
    fresh = Image.new(mode, kept.size)
    fresh.paste(kept)
    target = BytesIO()
    fresh.save(target, "PNG", optimize=True)
    return target.getvalue()
