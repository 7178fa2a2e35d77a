"""Whether a page stays legible on the line: fine strokes, grey, small type, black, and transmission time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lettergen.errors import Problem
from lettergen.pages.fax.bands import CodedPage
from lettergen.pages.fax.tiff import TiffPage, coded, pixels
from lettergen.reference import MM_PER_POINT

__all__ = [
    "BASIS",
    "LEAST_TYPE_PT",
    "MOST_BLACK",
    "SECONDS_A_CALL",
    "SECONDS_TO_ANSWER",
    "Legibility",
    "UnfaxableDrawing",
    "problems",
    "read",
    "seconds",
]

LEAST_TYPE_PT = 11.0
"""Smaller type runs together at 8 pixels per millimetre."""
_LEAST_ENCLOSED_PT = 9.0
"""Of the pages of others, which are made a little smaller besides."""
HAIRLINE_MM = 0.3
"""Two pixels across and one row; anything thinner breaks up."""
MOST_BLACK = 0.25
"""A page of text has 4 to 9 % black. A quarter is a picture: it costs minutes and the receiver's toner."""

LINE_RATE = 14_400
"""Bits per second of V.17, which all machines since the nineties support."""
SECONDS_A_CALL = 12.0
"""Tones, identities and training before the first page, goodbye after the last."""
SECONDS_A_PAGE = 3.0
"""After each page: its end, the confirmation, the carrier again."""
SECONDS_TO_ANSWER = 10.0
"""Dialling and ringing."""
BASIS = (
    "two-dimensional T.4 code at 14,400 bit/s, 3 s per page and 12 s per call for the protocol, "
    "10 s until the other machine answers"
)
"""Within 8 % of T.30 between two ends in memory, with V.17 and error correction: benchmarks/fax_line.py."""


@dataclass(frozen=True, slots=True)
class Legibility:
    """The findings on one page."""

    number: int
    black: float
    """Share of the page that is black."""
    smallest_pt: float
    """Size of the smallest type; 0 where there is none."""
    hairlines: int
    grey: int
    """Number of objects that are neither black nor white."""
    size: int
    """Bytes in the file's own coding."""
    seconds: float
    """Estimated time on the line."""
    is_enclosed: bool = False
    """It is a page of an enclosed file."""


def seconds(page: TiffPage) -> float:
    """Return how long a page is on the line at 14,400 bit/s, see `BASIS`."""
    on_line = page if page.coding == "mr" else coded(pixels(page), page.resolution, "mr")
    return _seconds(len(on_line.strip))


def _seconds(size: int) -> float:
    return size * 8 / LINE_RATE + SECONDS_A_PAGE


def read(
    drawn: Sequence["UnfaxableDrawing"], pages: Sequence[CodedPage], enclosed: int = 0
) -> tuple[Legibility, ...]:
    """Return what is to be seen of each page.

    Args:
        drawn: What the pages draw as they were set.
        pages: The same pages, coded.
        enclosed: How many of them, the last, are pages of enclosed files.
    """
    return tuple(
        Legibility(
            number=number,
            black=round(one.black, 4),
            smallest_pt=things.smallest_pt,
            hairlines=things.hairlines,
            grey=things.grey,
            size=len(one.page.strip),
            seconds=round(_seconds(one.on_line), 1),
            is_enclosed=number > len(pages) - enclosed,
        )
        for number, (things, one) in enumerate(zip(drawn, pages, strict=True), start=1)
    )


@dataclass(frozen=True, slots=True)
class UnfaxableDrawing:
    """What a PDF page draws that a fax cannot; the same on all pages out of one mould."""

    smallest_pt: float
    hairlines: int
    grey: int

    @classmethod
    def of(cls, page: Any, scale: float = 1.0) -> "UnfaxableDrawing":
        """Examine everything that a page draws.

        Args:
            page: Of PDFium.
            scale: Of type on a page of an enclosure, which is drawn into a square of one point first.
        """
        import pypdfium2.raw as pdfium

        sizes: list[float] = []
        hairlines = grey = 0
        for thing in page.get_objects(max_depth=8):
            if thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
                sizes.append(_size(thing) * scale)
                grey += _is_grey(thing)
            elif thing.type == pdfium.FPDF_PAGEOBJ_PATH:
                left, bottom, right, top = thing.get_bounds()
                is_seen = right > left or top > bottom
                hairlines += is_seen and min(right - left, top - bottom) < HAIRLINE_MM / MM_PER_POINT
                grey += _is_grey(thing)
            elif thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
                grey += _is_tinted(thing)
            elif thing.type == pdfium.FPDF_PAGEOBJ_SHADING:
                grey += 1
        return cls(round(min(sizes, default=0.0), 1), hairlines, grey)


def _size(text: Any) -> float:
    import ctypes
    import math

    import pypdfium2.raw as pdfium

    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(text, ctypes.byref(size))
    matrix = text.get_matrix()
    return float(size.value * math.hypot(matrix.c, matrix.d))


def _is_grey(thing: Any) -> bool:
    import ctypes

    import pypdfium2.raw as pdfium

    parts = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(thing, *map(ctypes.byref, parts)):
        return False
    red, green, blue, alpha = (part.value for part in parts)
    return alpha < 255 or (red, green, blue) not in {(0, 0, 0), (255, 255, 255)}


def _is_tinted(picture: Any) -> bool:
    """Say whether most of what a picture shows is neither dark nor light: pencil, a photograph."""
    from PIL import Image

    shown = picture.get_bitmap(render=True).to_pil().convert("RGBA")
    paper = Image.new("RGBA", shown.size, "white")
    levels = Image.alpha_composite(paper, shown).convert("L").histogram()
    drawn = sum(levels[:_WHITE])
    return sum(levels[_BLACK:_WHITE]) > drawn / 2


# Edges of a stroke of ink are grey in any scan, its middle is not.
_BLACK, _WHITE = 96, 232


def problems(reading: Sequence[Legibility], name: str) -> Iterator[Problem]:
    """Yield what could not be read on arrival."""
    for one in reading:
        where = f"page {one.number} of the fax {name}"
        if one.is_enclosed:
            yield from _of_enclosure(one, where)
            continue
        if one.black > MOST_BLACK:
            yield Problem(
                "fax-page-too-dark",
                f"{where} is {one.black:.0%} black: it takes minutes and wastes the receiver’s toner.",
                "remove the dark picture (`signature` of the sender), or save it as thin strokes on white.",
            )
        if 0 < one.smallest_pt < LEAST_TYPE_PT:
            yield Problem(
                "fax-type-too-small",
                f"{where} has type of {one.smallest_pt:g} pt; below {LEAST_TYPE_PT:g} pt it runs together.",
                "report this as a fault; fax pages should have at least 11 pt.",
                severity="warning",
            )
        if one.hairlines or one.grey:
            yield Problem(
                "fax-fine-lines",
                f"{where} has {' and '.join(_faint(one))}, which a fax cannot show.",
                "save the signature's picture in black on white; check with `lettergen preview … --fax`.",
                severity="warning",
            )


def _of_enclosure(one: Legibility, where: str) -> Iterator[Problem]:
    """Yield what could not be read of a page that somebody else has made."""
    by_post = "send it by post: take `fax: yes` away beside its `file:`"
    if one.black > MOST_BLACK:
        yield Problem(
            "fax-page-too-dark",
            f"{where}, an enclosure, is {one.black:.0%} black: it takes minutes and wastes toner.",
            f"{by_post}, or enclose a lighter copy.",
        )
    elif one.grey or 0 < one.smallest_pt < _LEAST_ENCLOSED_PT:
        small = (
            f"type of {one.smallest_pt:g} pt"
            if 0 < one.smallest_pt < _LEAST_ENCLOSED_PT
            else "grey or colours"
        )
        yield Problem(
            "fax-enclosure-faint",
            f"{where}, an enclosure, has {small}, which a fax shows badly.",
            f"look at the fax, and if it cannot be read, {by_post}.",
            severity="warning",
        )


def _faint(one: Legibility) -> Iterator[str]:
    if one.hairlines:
        yield f"lines thinner than {HAIRLINE_MM:g} mm"
    if one.grey:
        yield "grey"
