"""A picture reduced to what it shows, fine enough for a printed page."""

import warnings
from io import BytesIO
from typing import Literal

from lettergen.enclosures.faults import UnusableFileError
from lettergen.enclosures.plain_pdf import MOST_PIXELS
from lettergen.reference import MM_PER_POINT

__all__ = ["PlainPicture", "plain_picture"]

_LONGEST_SIDE = 3_508
"""Pixels: A4 at 300 dots an inch."""
_QUALITY = 90
_USUAL_DPI = 150.0
"""Of a picture that does not say: a photograph of 1,240 pixels is as wide as A4."""
_LIKELY_DPI = (100.0, 1_300.0)
"""72 and 96 are what programs write that do not know."""
_SAVE_AGAIN = "save it again as PNG or JPEG."

PlainPicture = tuple[bytes, tuple[float, float]]
"""The picture without metadata, and its width and height on paper, in points."""


def plain_picture(data: bytes, kind: Literal["png", "jpeg"]) -> PlainPicture:
    """Return a picture without metadata, upright and on white.

    Raises:
        UnusableFileError: It is damaged, or has too many pixels.
    """
    from PIL import Image, ImageFile, ImageOps

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=(kind.upper(),)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    message = f"has {picture.width:,} × {picture.height:,} pixels"
                    fix = f"save it with at most {_LONGEST_SIDE:,} pixels on a side."
                    raise UnusableFileError.of("enclosure-too-large", message, fix)
                dpi = _dpi_of(picture.info.get("dpi"))
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Image.DecompressionBombError:
        fix = f"save it with at most {_LONGEST_SIDE:,} pixels on a side."
        raise UnusableFileError.of("enclosure-too-large", "has far too many pixels", fix) from None
    except (OSError, ValueError, SyntaxError):
        message = "is damaged, so that a part of it may be missing"
        raise UnusableFileError.of(
            "enclosure-damaged", message, f"get the file again, or {_SAVE_AGAIN}"
        ) from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    size = (upright.width * 72 / dpi, upright.height * 72 / dpi)
    if min(size) * MM_PER_POINT < 5:
        message = f"has only {upright.width:,} × {upright.height:,} pixels"
        raise UnusableFileError.of("enclosure-damaged", message, "enclose a larger picture.")
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    on_white = Image.new("RGB", upright.size, "white")
    on_white.paste(upright, mask=upright.getchannel("A"))
    out = BytesIO()
    if kind == "png":
        on_white.save(out, "PNG", optimize=True)
    else:
        on_white.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue(), size


def _dpi_of(told: object) -> float:
    """Return the resolution that a picture tells, if it is a likely one."""
    least, most = _LIKELY_DPI
    if isinstance(told, tuple) and told and least <= float(told[0]) <= most:
        return float(told[0])
    return _USUAL_DPI
