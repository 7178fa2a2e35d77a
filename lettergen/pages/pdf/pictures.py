"""Pictures of signatures: checked, reduced to their pixels, and small."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from lettergen.errors import Problem, RenderError

__all__ = ["cleaned", "missing_problem"]

_MOST_BYTES = 8_000_000
_MOST_PIXELS = 16_000_000
# 60 mm at 500 dots an inch, finer than any office printer shows.
_MOST_SIDE = 1200


def cleaned(name: str, data: bytes) -> bytes:
    """Return the picture as a PNG without metadata, on white, at most 1200 pixels per side.

    A photograph of a signature may reveal where and with what it was taken, and
    a small file may unfold to a gigabyte.

    Raises:
        RenderError: It is not a PNG or JPEG, or is too large.
    """
    from PIL import Image, ImageOps

    if len(data) > _MOST_BYTES:
        raise _too_large(name, f"{len(data):,} bytes, more than the {_MOST_BYTES:,} allowed")
    try:
        # Named formats only: others hand the file to other programs.
        with _strict(), Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _too_large(
                    name, f"{picture.width} × {picture.height} pixels, more than the {_MOST_PIXELS:,} allowed"
                )
            # Photographs of a telephone lie on their side and say so in their metadata.
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except RenderError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(name, f"far more pixels than the {_MOST_PIXELS:,} allowed") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise RenderError(
            [
                Problem(
                    "unreadable-picture",
                    f"the signature picture `{name}` cannot be read as PNG or JPEG.",
                    "save it again as PNG, or leave out `signature`.",
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


def missing_problem(name: str) -> Problem:
    """Return the problem of a picture that is not in the campaign folder."""
    return Problem(
        "missing-picture",
        f"the signature picture `{name}` does not exist.",
        "put the file into the campaign folder, or leave out `signature`.",
    )


def _too_large(name: str, what: str) -> RenderError:
    problem = Problem(
        "picture-too-large",
        f"the signature picture `{name}` has {what}.",
        "save a smaller version; 1200 pixels across are plenty.",
    )
    return RenderError([problem])
