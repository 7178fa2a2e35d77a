"""The pages of enclosed files in a document: each as a picture of its own size, with its words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape

from lettergen.enclosures.inspection import InspectedFile
from lettergen.letters.letter import EnclosedFile
from lettergen.reference import MM_PER_POINT, enclosures

__all__ = ["EnclosureArea", "EnclosurePage", "pages_of", "pictures", "section"]

_LONGEST_ALT = 6_000
"""Characters: more than a page of print has."""
_UNSPOKEN = re.compile(r"[^\w\s.,;:!?'\"()/@&%+€$£–—-]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class EnclosureArea:
    """The part of a sheet on which an enclosure may have ink, in mm from the sheet's top left corner."""

    sheet: tuple[float, float]
    """Width and height."""
    left: float
    top: float
    right: float
    bottom: float

    @property
    def size(self) -> tuple[float, float]:
        """Return its width and height."""
        return self.right - self.left, self.bottom - self.top

    def within(self, border: float) -> "EnclosureArea":
        """Return what of it is so far from the edges of the sheet."""
        return replace(
            self,
            left=max(self.left, border),
            right=min(self.right, self.sheet[0] - border),
            bottom=min(self.bottom, self.sheet[1] - border),
        )


@dataclass(frozen=True, slots=True)
class EnclosurePage:
    """A page of an enclosed file, and how it stands on its sheet."""

    file: "InspectedFile"
    index: int
    """Which of the file's pages it is, counted from 0."""
    number: int
    """Of the enclosure."""
    page: int
    pages: int
    title: str
    is_turned: bool
    """It stands on its right side, because it is wide and the sheet is high."""
    left: float
    """Of what is drawn on it, in mm on the sheet."""
    top: float
    width: float
    height: float

    @property
    def name(self) -> str:
        """What its picture is called in the document."""
        return f"enclosure-{self.number}-{self.page}"

    @property
    def is_picture(self) -> bool:
        """Say whether it is a picture, and not a page of a PDF."""
        return self.file.kind != "pdf"

    @property
    def line_scale(self) -> float:
        """Return how high a line is, in points, that is as high as what is drawn."""
        return (self.width if self.is_turned else self.height) / MM_PER_POINT

    def stamp(self, language: str) -> str:
        """Return what stands above it."""
        return enclosures.stamp(self.number, self.page, self.pages, language)

    def alt(self, language: str) -> str:
        """Return what it shows, in words: the text of its page, if that is known."""
        text = _SPACES.sub(" ", _UNSPOKEN.sub(" ", self.file.words[self.index])).strip()
        return f"{self.stamp(language)}: {self.title}. {text}"[:_LONGEST_ALT].strip()


def pages_of(
    bound: Sequence[EnclosedFile],
    files: "Mapping[str, InspectedFile]",
    area: EnclosureArea,
    picture_border: float = 0.0,
) -> Iterator[EnclosurePage]:
    """Yield the pages of enclosed files, each in its own size or as large as the sheet allows.

    Args:
        bound: The files in their order.
        files: What they hold, by name.
        area: Where they may have ink.
        picture_border: How far a picture stays from the edges of the sheet, in mm.
    """
    counts: dict[int, int] = {}
    for one in bound:
        counts[one.number] = counts.get(one.number, 0) + files[one.file].pages
    done: dict[int, int] = {}
    for one in bound:
        file = files[one.file]
        for index in range(file.pages):
            done[one.number] = done.get(one.number, 0) + 1
            is_picture = file.kind != "pdf"
            place = _place(file, index, area.within(picture_border) if is_picture else area)
            yield EnclosurePage(
                file, index, one.number, done[one.number], counts[one.number], one.alt or one.title, *place
            )


def _place(file: InspectedFile, index: int, area: EnclosureArea) -> tuple[bool, float, float, float, float]:
    """Return whether a page is turned; and left, top, width and height of what is drawn on it.

    It stays where it is on a page of the sheet's size, unless there is no room; a smaller page is centred.
    """
    page = tuple(side * MM_PER_POINT for side in file.sizes[index])
    left, bottom, right, top = (side * MM_PER_POINT for side in file.drawn[index])
    beside = (left, page[1] - top)
    ink = (right - left, top - bottom)
    is_turned = file.kind == "pdf" and page[0] > page[1] and _scale(ink, area) < _scale(ink[::-1], area)
    if is_turned:
        # What was below is on the right then, what was on the right above.
        beside, ink, page = (beside[1], page[0] - right), ink[::-1], page[::-1]
    scale = _scale(ink, area)
    width, height = (side * scale for side in ink)
    own = [
        (sheet - side * scale) / 2 + gap * scale
        for sheet, side, gap in zip(area.sheet, page, beside, strict=True)
    ]
    return (
        is_turned,
        min(max(own[0], area.left), area.right - width),
        min(max(own[1], area.top), area.bottom - height),
        width,
        height,
    )


def _scale(ink: tuple[float, ...], area: EnclosureArea) -> float:
    return min(1.0, *(room / side for room, side in zip(area.size, ink, strict=True)))


def section(page: EnclosurePage, language: str, origin: tuple[float, float]) -> str:
    """Return a page of an enclosure as a section of a document.

    Args:
        page: The page.
        language: Of the letter.
        origin: Left and top margin of its sheet, in mm.
    """
    stamp = escape(page.stamp(language))
    left, top = page.left - origin[0], page.top - origin[1]
    size = (
        f"width: {page.width:.3f}mm; height: {page.height:.3f}mm; "
        f"margin-left: {left:.3f}mm; margin-top: {top:.3f}mm"
    )
    return (
        f'<section class="enclosure" data-stamp="{stamp}"><img src="asset:{page.name}" '
        f'style="{size}" alt="{escape(page.alt(language))}"></section>\n'
    )


def pictures(pages: Sequence[EnclosurePage]) -> dict[str, bytes]:
    """Return the pictures of pages; of a page of a PDF, one that stands in its place."""
    return {
        page.name: page.file.plain if page.is_picture else _place_holder(at) for at, page in enumerate(pages)
    }


@cache
def _place_holder(number: int) -> bytes:
    """Return a picture of one point, of which there are not two of one colour."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    colour = (number >> 16 & 255, number >> 8 & 255, number & 255)
    Image.new("RGB", (1, 1), colour).save(out, "PNG")
    return out.getvalue()
