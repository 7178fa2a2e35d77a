"""A page as pixels: what is ink, which of it is text, and where the rest is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lettergen.reference import MM_PER_INCH
from lettergen.reference.stationery import Rectangle
from lettergen.verify.findings import InkPatch

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["DPI", "InkPage"]

DPI = 150
"""A pixel is 0.17 mm; hairlines are placed finer, by their weight."""

_MM = MM_PER_INCH / DPI
_FLAT_MM = 0.01
# Lighter than this no printer shows; a hairline of 0.1 mm in grey, spread over two pixels, is darker.
_WHITE = 242
_INK = bytes([255] * _WHITE + [0] * (256 - _WHITE))
# All rows of a hairline together; one of 0.1 mm in grey weighs twice this, wherever it lies.
_LEAST_WEIGHT = 10
# Ink that is nearer together than this belongs together.
_GAP_MM = 1.0
_COARSE = 3
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class InkPage:
    """One page, rendered in grey."""

    grey: "Image"
    mask: "Image"
    """255 where there is ink."""

    @classmethod
    def of(cls, grey: "Image") -> "InkPage":
        """Return the plate of a rendered page."""
        return cls(grey, grey.point(_INK))

    def ink_in(self, box: Rectangle, slack: float = 0.0) -> Rectangle | None:
        """Return what of ``box`` is ink, to the pixel, or None if it is white."""
        left, top, right, bottom = self._pixels(box, slack)
        found = self.mask.crop((left, top, right, bottom)).getbbox()
        return _mm(found[0] + left, found[1] + top, found[2] + left, found[3] + top) if found else None

    def is_faint_in(self, box: Rectangle) -> bool:
        """Say whether there is ink too light for `mask`: a hairline that lies between two rows of pixels."""
        from PIL import Image

        left, top, right, bottom = self._pixels(box, _MM)
        crop = self.grey.crop((left, top, right, bottom))
        if not crop.width or not crop.height:
            return False
        is_level = box.width >= box.height
        line = crop.resize((1, crop.height) if is_level else (crop.width, 1), Image.Resampling.BOX)
        return sum(255 - shade for shade in line.tobytes()) >= _LEAST_WEIGHT

    def fault_in(self, box: Rectangle) -> Literal["blank", "boxed"] | None:
        """Say whether a character's place is white, or holds the box that stands for a missing glyph.

        A character without an outline has a place without height, into which its neighbours may
        reach: what is above the middle of it is looked at instead.
        """
        slack = _MM
        if box.height <= _FLAT_MM:
            box = Rectangle(
                left=box.left + box.width / 4,
                top=box.top - box.width / 2,
                width=box.width / 2,
                height=box.width / 2,
            )
            slack = 0.0
        crop = self.mask.crop(self._pixels(box, slack))
        found = crop.getbbox()
        if not found:
            return "blank"
        return "boxed" if _is_box(crop.crop(found)) else None

    def patches(self, texts: Iterable[Rectangle]) -> tuple[InkPatch, ...]:
        """Return the ink outside of ``texts``, near pieces together."""
        rest = self.mask.copy()
        for text in texts:
            rest.paste(0, self._pixels(text, 0.35))
        bounds = rest.getbbox()
        if not bounds:
            return ()
        coarse = rest.reduce(_COARSE)
        return tuple(self._patch(rest, piece) for piece in _pieces(coarse, coarse.getbbox(), 0))

    def _patch(self, rest: "Image", piece: tuple[int, int, int, int]) -> InkPatch:
        left, top = piece[0] * _COARSE, piece[1] * _COARSE
        right, bottom = min(piece[2] * _COARSE, rest.width), min(piece[3] * _COARSE, rest.height)
        found = rest.crop((left, top, right, bottom)).getbbox() or (0, 0, right - left, bottom - top)
        box = (left + found[0], top + found[1], left + found[2], top + found[3])
        return InkPatch(_mm(*box), self._middle(box) * _MM)

    def _middle(self, box: tuple[int, int, int, int]) -> float:
        """Return the row on which the weight of thin ink lies, in fractions of a pixel."""
        left, top, right, bottom = box
        if bottom - top > 6:
            return (top + bottom) / 2
        top, bottom = max(0, top - 1), min(self.grey.height, bottom + 1)
        # A slice of the middle, so that what touches the ends does not count.
        inset = (right - left) // 5
        from PIL import Image

        column = self.grey.crop((left + inset, top, right - inset, bottom)).resize(
            (1, bottom - top), Image.Resampling.BOX
        )
        weights = [255 - value for value in column.tobytes()]
        total = sum(weights)
        return top + sum((at + 0.5) * weight for at, weight in enumerate(weights)) / total if total else top

    def _pixels(self, box: Rectangle, slack: float) -> tuple[int, int, int, int]:
        left, top = max(0, int((box.left - slack) / _MM)), max(0, int((box.top - slack) / _MM))
        right = min(self.mask.width, int((box.right + slack) / _MM) + 1)
        bottom = min(self.mask.height, int((box.bottom + slack) / _MM) + 1)
        return left, top, max(left, right), max(top, bottom)


def _mm(left: float, top: float, right: float, bottom: float) -> Rectangle:
    return Rectangle(left=left * _MM, top=top * _MM, width=(right - left) * _MM, height=(bottom - top) * _MM)


def _pieces(
    image: "Image", box: tuple[int, int, int, int] | None, depth: int
) -> Iterator[tuple[int, int, int, int]]:
    """Cut what is black in ``box`` along white rows, then columns, then rows again, until nothing parts."""
    if box is None:
        return
    left, top, right, bottom = box
    columns, rows = image.crop(box).getprojection()
    for spans, is_rows in ((_spans(rows), True), (_spans(columns), False)):
        if len(spans) > 1 and depth < _DEEPEST:
            for begin, end in spans:
                part = (
                    (left, top + begin, right, top + end)
                    if is_rows
                    else (left + begin, top, left + end, bottom)
                )
                inner = image.crop(part).getbbox()
                if inner:
                    tight = (part[0] + inner[0], part[1] + inner[1], part[0] + inner[2], part[1] + inner[3])
                    yield from _pieces(image, tight, depth + 1)
            return
    yield box


def _spans(filled: Sequence[int]) -> list[tuple[int, int]]:
    """Return from where to where there is ink, over gaps that are too small to part anything."""
    gap = max(1, round(_GAP_MM / _MM / _COARSE))
    spans: list[tuple[int, int]] = []
    for at, is_filled in enumerate(filled):
        if not is_filled:
            continue
        if spans and at - spans[-1][1] < gap:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def _is_box(glyph: "Image") -> bool:
    """Say whether a glyph is a frame with nothing in it."""
    width, height = glyph.size
    if width < 6 or height < 8 or height < width * 0.8:
        return False
    edges = (
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    )
    if any(_share(glyph.crop(edge)) < 0.9 for edge in edges):
        return False
    inset = max(2, width // 4)
    return _share(glyph.crop((inset, inset, width - inset, height - inset))) < 0.05


def _share(image: "Image") -> float:
    size = image.width * image.height
    return sum(image.histogram()[128:]) / size if size else 1.0
