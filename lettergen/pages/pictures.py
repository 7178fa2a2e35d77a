"""Finished pages as pictures: to look at, to send in a message, to show on a web page."""

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["DPI", "as_png", "pictures"]

DPI = 150
"""Fine enough to read small print on a screen; an A4 page is 1,240 × 1,754 px."""


def pictures(pdf: bytes, dpi: float = DPI) -> "tuple[Image, ...]":
    """Draw each page of a finished letter.

    Args:
        pdf: The letter.
        dpi: Pixels per inch.
    """
    from pypdfium2 import PdfDocument

    with PdfDocument(pdf) as document:
        return tuple(page.render(scale=dpi / 72).to_pil() for page in document)


def as_png(picture: "Image", dpi: float = DPI) -> bytes:
    """Return a page as a PNG file that knows its size on paper, and nothing else about its making."""
    data = BytesIO()
    picture.save(data, "PNG", dpi=(dpi, dpi))
    return data.getvalue()
