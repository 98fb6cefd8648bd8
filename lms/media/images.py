"""Pictures as people are served them: made anew from the pixels, with nothing else carried over."""

import io
import warnings
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from lms.media.kinds import PIXEL_LIMIT
from lms.media.outcomes import ImageForms
from lms.media.refusals import Refusal, Refused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST_SIDE = 2000
QUALITY = 82
THUMBNAIL_SIDE = 320
STILL_BYTES = 30_000  # a thumbnail or a poster: what a page can afford

_UNREADABLE = (OSError, SyntaxError, ValueError, IndexError, EOFError, MemoryError)


def open_picture(source: Path | BinaryIO) -> Image.Image:
    """Open a picture without decoding it; raises Refused when it is none or too large."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; here the limit below decides.
            warnings.simplefilter("ignore")
            picture = Image.open(source, formats=FORMATS)
    except Image.DecompressionBombError:
        raise Refused(Refusal.TOO_MANY_PIXELS) from None
    except (UnidentifiedImageError, *_UNREADABLE):
        raise Refused(Refusal.DAMAGED) from None
    if picture.width * picture.height > PIXEL_LIMIT:
        raise Refused(Refusal.TOO_MANY_PIXELS)
    return picture


def reencode(path: Path, out_dir: Path) -> ImageForms:
    """Write the picture and its thumbnail as WebP into `out_dir`.

    The picture stands upright and in sRGB, its longest side at most 2000 pixels; place, camera,
    comments and profiles are gone. Of an animation the first image is taken. Raises Refused
    when the picture cannot be decoded.
    """
    with open_picture(path) as opened:
        try:
            picture = _upright(opened)
        except _UNREADABLE:
            raise Refused(Refusal.DAMAGED) from None
    forms = ImageForms(out_dir / "full.webp", out_dir / "thumbnail.webp", *picture.size)
    picture.save(forms.full, "WEBP", quality=QUALITY, method=4)
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    write_still(picture, forms.thumbnail)
    return forms


def write_still(picture: Image.Image, path: Path) -> None:
    """Write the picture as WebP of at most 30 KB: less fine first, then smaller."""
    while True:
        for quality in (80, 65, 50, 35, 20):
            still = io.BytesIO()
            picture.save(still, "WEBP", quality=quality, method=4)
            if still.tell() <= STILL_BYTES:
                path.write_bytes(still.getvalue())
                return
        picture = picture.reduce(2)


def _upright(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at half its size or less
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    is_see_through = "transparency" in upright.info or "A" in upright.getbands()
    if upright.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        upright = upright.convert("RGBA" if is_see_through else "RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    upright = _in_srgb(upright, profile)
    upright.info = {}  # what stands here would be written into the new file
    return upright


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if "A" in picture.getbands() else "RGB"
    if not profile:
        return picture.convert(mode)
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            picture, source, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return picture.convert(mode)  # a broken profile, or one for other colours
    assert converted is not None
    return converted
