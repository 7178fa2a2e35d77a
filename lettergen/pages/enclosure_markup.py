"""The pages of enclosed files in a document: each as a picture of its own size, with its words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    """Room for a page of an enclosure, in mm."""

    width: float
    height: float
    picture_width: float
    """Room for a picture, which need not fill the sheet."""
    picture_height: float


@dataclass(frozen=True, slots=True)
class EnclosurePage:
    """A page of an enclosed file, and how it stands on its sheet."""

    file: InspectedFile
    index: int
    """Which of the file's pages it is, counted from 0."""
    number: int
    """Of the enclosure."""
    page: int
    pages: int
    title: str
    is_turned: bool
    """It stands on its right side, because it is wide and the sheet is high."""
    width: float
    """In mm, as it stands on the sheet."""
    height: float

    @property
    def name(self) -> str:
        """What its picture is called in the document."""
        return f"enclosure-{self.number}-{self.page}"

    @property
    def is_picture(self) -> bool:
        """Say whether it is a picture, and not a page of a PDF."""
        return self.file.kind != "pdf"

    def stamp(self, language: str) -> str:
        """Return what stands above it."""
        return enclosures.stamp(self.number, self.page, self.pages, language)

    def alt(self, language: str) -> str:
        """Return what it shows, in words: the text of its page, if that is known."""
        text = _SPACES.sub(" ", _UNSPOKEN.sub(" ", self.file.words[self.index])).strip()
        return f"{self.stamp(language)}: {self.title}. {text}"[:_LONGEST_ALT].strip()


def pages_of(
    bound: Sequence[EnclosedFile], files: Mapping[str, InspectedFile], area: EnclosureArea
) -> Iterator[EnclosurePage]:
    """Yield the pages of enclosed files, each as large as it is or as the sheet allows."""
    counts: dict[int, int] = {}
    for one in bound:
        counts[one.number] = counts.get(one.number, 0) + files[one.file].pages
    done: dict[int, int] = {}
    for one in bound:
        file = files[one.file]
        for index, (width, height) in enumerate(file.sizes):
            done[one.number] = done.get(one.number, 0) + 1
            own = (width * MM_PER_POINT, height * MM_PER_POINT)
            room = (
                (area.width, area.height) if file.kind == "pdf" else (area.picture_width, area.picture_height)
            )
            is_turned = file.kind == "pdf" and _scale(own, room) < min(1.0, _scale(own[::-1], room))
            shown = own[::-1] if is_turned else own
            scale = min(1.0, _scale(shown, room))
            yield EnclosurePage(
                file=file,
                index=index,
                number=one.number,
                page=done[one.number],
                pages=counts[one.number],
                title=one.alt or one.title,
                is_turned=is_turned,
                width=shown[0] * scale,
                height=shown[1] * scale,
            )


def _scale(own: tuple[float, float], room: tuple[float, float]) -> float:
    return min(room[0] / own[0], room[1] / own[1])


def section(page: EnclosurePage, language: str) -> str:
    """Return a page of an enclosure as a section of a document."""
    stamp = escape(page.stamp(language))
    size = f"width: {page.width:.3f}mm; height: {page.height:.3f}mm"
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
