"""Pictures: decoded whole, turned upright, made anew without anything the camera wrote into them (security 6 #62)."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageCms, ImageFile, ImageOps

from app.documents.reading.found import Found, Part, Refusal

MOST_PIXELS: Final = 40_000_000  # decoded: at most 160 MB
MOST_PIXELS_JPEG: Final = 200_000_000  # JPEG can be decoded at a fraction of its size
SHOWN_EDGE: Final = 2_560
THUMBNAIL_EDGE: Final = 320
QUALITY: Final = 85
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
JPEG: Final = "image/jpeg"

Image.MAX_IMAGE_PIXELS = None  # our own limit below refuses with a sentence, before anything is decoded
ImageFile.LOAD_TRUNCATED_IMAGES = False


def read(data: bytes, media_type: str) -> Found:
    """The picture to be shown and its thumbnail, both JPEG."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=[_FORMATS[media_type]])
    width, height = image.size
    most = MOST_PIXELS_JPEG if media_type == JPEG else MOST_PIXELS
    if width * height > most:
        raise Refusal("document.pixels", params={"width": width, "height": height, "most": most // 1_000_000})
    if media_type == JPEG and width * height > MOST_PIXELS // 4:
        image.draft("RGB", (SHOWN_EDGE, SHOWN_EDGE))
    image.load()
    image = _with_shades(image)
    image.thumbnail(
        (SHOWN_EDGE, SHOWN_EDGE), Image.Resampling.LANCZOS, reducing_gap=2.0
    )  # first: the rest is done small
    shown = _plain(image)
    small = shown.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE), Image.Resampling.LANCZOS)
    parts = (Part("shown", JPEG, encoded(shown)), Part("thumbnail", JPEG, encoded(small)))
    return Found(media_type, parts=parts, facts={"width": width, "height": height})


def _with_shades(image: Image.Image) -> Image.Image:
    """A picture that can be made smaller smoothly: palettes and pictures of one bit cannot."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda depth: depth * (1 / 256)).convert("L")
    if image.mode in {"1", "P", "PA"}:
        return image.convert("L" if image.mode == "1" else "RGBA")
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in sRGB, on white where it was see-through; without metadata, because only the pixels are taken on."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        ground = Image.new("RGB", upright.size, "white")
        seen = upright.convert("RGBA")
        ground.paste(seen, mask=seen.getchannel("A"))
        upright = ground
    flat = _to_srgb(upright, profile) if isinstance(profile, bytes) else upright
    flat = flat if flat.mode == "RGB" else flat.convert("RGB")
    flat.info.clear()
    return flat


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the camera meant them: a bruise must not change its colour. A profile that cannot be used is left out."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return made if made is not None else image


def encoded(image: Image.Image) -> bytes:
    """A JPEG without metadata."""
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()
