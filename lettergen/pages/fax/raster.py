"""Finished pages as the points that a fax machine prints."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lettergen.pages.fax.options import Resolution
from lettergen.pages.fax.tiff import WIDTH

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

__all__ = ["A4", "LETTER", "PIXELS_PER_MM", "ROWS_PER_MM", "FaxPaper", "inked", "opened", "points", "warm_up"]

PIXELS_PER_MM = WIDTH / 215
ROWS_PER_MM: dict[Resolution, float] = {"fine": 7.7, "standard": 3.85}
# A stroke of semibold type is about two pixels wide; whatever is covered by two fifths becomes black, so
# that strokes between two pixels neither break nor clot. Looked at: 80 breaks arches of n and h, 215 fills e.
_INK_BELOW = 150


@dataclass(frozen=True, slots=True)
class FaxPaper:
    """A sheet in the machine, in millimetres, and the rows that are sent of it."""

    name: str
    """As `sendfax -s` knows it."""
    width: float
    height: float
    fine_rows: int

    def rows(self, resolution: Resolution) -> int:
        """Return how many rows a page has."""
        return self.fine_rows if resolution == "fine" else self.fine_rows // 2


# HylaFAX's tiffcheck takes A4 up to 2284 rows as it is and re-makes longer ones; Letter holds 2151 (spandsp).
A4 = FaxPaper("a4", 210.0, 297.0, 2280)
LETTER = FaxPaper("na-let", 215.9, 279.4, 2148)


def warm_up() -> None:
    """Load the libraries that draw and compress; behind the guard no library can be loaded."""
    import PIL.TiffImagePlugin
    import pypdfium2.raw

    _ = PIL, pypdfium2


def opened(pdf: bytes) -> "PdfDocument":
    """Open finished pages; a context that closes them."""
    import pypdfium2

    return pypdfium2.PdfDocument(pdf)


def points(document: "PdfDocument", paper: FaxPaper, resolution: Resolution) -> Iterator[bytes]:
    """Yield the pages as grey points, a byte each, drawn at the two scales of the line and the row."""
    for at in range(len(document)):
        yield _drawn(document[at], paper, resolution)


def _drawn(page: object, paper: FaxPaper, resolution: Resolution) -> bytes:
    import ctypes

    import pypdfium2.raw as pdfium

    rows = paper.rows(resolution)
    across = round(paper.width * PIXELS_PER_MM)
    down = round(paper.height * ROWS_PER_MM[resolution])
    bitmap = pdfium.FPDFBitmap_CreateEx(WIDTH, rows, pdfium.FPDFBitmap_Gray, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, WIDTH, rows, 0xFFFFFFFF)
        # The sheet stands in the middle of the line; what of it is longer than a page has nothing on it.
        left = (WIDTH - across) // 2
        pdfium.FPDF_RenderPageBitmap(bitmap, page, left, 0, across, down, 0, pdfium.FPDF_GRAYSCALE)
        # A row takes whole words of four bytes, and so does the width: there is nothing between two rows.
        return ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), WIDTH * rows)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def inked(data: bytes) -> "Image":
    """Return grey points as an image of one bit a pixel, black 0."""
    from PIL import Image

    grey = Image.frombuffer("L", (WIDTH, len(data) // WIDTH), data, "raw", "L", WIDTH, 1)
    return grey.point(_THRESHOLD, "1")


_THRESHOLD = [0 if level < _INK_BELOW else 255 for level in range(256)]
