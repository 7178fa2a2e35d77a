"""Pictures of signatures and logos: checked, reduced to what they draw, and small."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import Literal

from lettergen.errors import Problem, RenderError
from lettergen.pages.pdf.vector_pictures import cleaned_svg, is_svg

__all__ = ["What", "cleaned", "missing_problem"]

_MOST_BYTES = 8_000_000
_MOST_PIXELS = 16_000_000
# 60 mm at 500 dots an inch, finer than any office printer shows.
_MOST_SIDE = 1200
_LONGEST_LOGO = 4_000
"""Pixels on a side; a logo of 40 mm is printed from a tenth of them."""

What = Literal["signature", "logo"]


def cleaned(name: str, data: bytes, what: What = "signature") -> bytes:
    """Return the picture as a PNG without metadata, on white, of 1200 pixels at most; a logo may be SVG.

    A photograph of a signature may reveal where and with what it was taken, and
    a small file may unfold to a gigabyte.

    Raises:
        RenderError: It is none of these, is too large, or a drawing holds more than it draws.
    """
    from PIL import Image, ImageOps

    if what == "logo" and is_svg(data):
        return cleaned_svg(name, data)
    too_large = partial(_too_large, name, what)
    if len(data) > _MOST_BYTES:
        raise too_large(f"{len(data):,} bytes, more than the {_MOST_BYTES:,} allowed")
    try:
        # Named formats only: others hand the file to other programs.
        with _strict(), Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                pixels = f"{picture.width} × {picture.height} pixels"
                raise too_large(f"{pixels}, more than the {_MOST_PIXELS:,} allowed")
            if what == "logo" and max(picture.size) > _LONGEST_LOGO:
                raise too_large(f"a side of {max(picture.size):,} pixels, more than {_LONGEST_LOGO:,}")
            # Photographs of a telephone lie on their side and say so in their metadata.
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except RenderError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise too_large(f"far more pixels than the {_MOST_PIXELS:,} allowed") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise RenderError(
            [
                Problem(
                    "unreadable-picture",
                    f"the {what} picture `{name}` cannot be read as PNG or JPEG.",
                    f"save it again as PNG, or leave out `{what}`.",
                )
            ]
        ) from error
    upright.thumbnail((_MOST_SIDE, _MOST_SIDE))
    on_white = Image.new("RGB", upright.size, "white")
    on_white.paste(upright, mask=upright.getchannel("A"))
    out = BytesIO()
    on_white.save(out, "PNG", optimize=True)
    return out.getvalue()


@contextmanager
def _strict() -> Iterator[None]:
    """Make Pillow raise what it would only warn of, or show in part as WeasyPrint has it do."""
    from PIL import Image, ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def missing_problem(name: str, what: What = "signature") -> Problem:
    """Return the problem of a picture that is not in the campaign folder."""
    return Problem(
        "missing-picture",
        f"the {what} picture `{name}` does not exist.",
        f"put the file into the campaign folder, or leave out `{what}`.",
    )


def _too_large(name: str, what: What, size: str) -> RenderError:
    problem = Problem(
        "picture-too-large",
        f"the {what} picture `{name}` has {size}.",
        "save a smaller version; 1200 pixels across are plenty.",
    )
    return RenderError([problem])
