"""A fax page as half blocks of a terminal, two rows of points in each row of cells."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["half_blocks"]

# A stroke that covers a fifth of a coarse point shows.
_INK = [0 if level < 204 else 255 for level in range(256)]
_BLOCKS = {(255, 255): " ", (0, 255): "▀", (255, 0): "▄", (0, 0): "█"}


def half_blocks(image: "Image", columns: int) -> Iterator[str]:
    """Yield a page of one bit a pixel, as wide as ``columns`` and as high as it is in the machine.

    A cell is about twice as high as it is wide, so that half of it is a square.
    """
    from PIL import Image

    # Both papers have more than 2000 rows of 196 to the inch, or half as many of 98.
    rows_per_inch = 196 if image.height > 1500 else 98
    height = round(columns * (image.height / rows_per_inch) / (image.width / 204) / 2) * 2
    small = image.convert("L").resize((columns, height), Image.Resampling.BOX).point(_INK)
    points = small.tobytes()
    for top in range(0, height * columns, 2 * columns):
        upper, lower = points[top : top + columns], points[top + columns : top + 2 * columns]
        yield "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
