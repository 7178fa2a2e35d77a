"""Pages coded band by band, so that what all pages of a mailing share is coded once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lettergen.pages.fax.options import Coding, Resolution
from lettergen.pages.fax.raster import inked
from lettergen.pages.fax.tiff import WIDTH, TiffPage, coded

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["CodedPage", "PageCoder"]

_BAND = 4
"""Rows. In the codes of T.4 a band begins anew: each row in MH, every second or fourth (4.2.1) in MR."""
_MOST_KNOWN = 1_024
_WHITE_ROW = b"\xff" * WIDTH
# Eleven zeros and a one are found nowhere else (T.4, 4.1.2); those before them belong to the row that ends.
_END_OF_LINE = re.compile("0{11,}1")
_END_OF_LINE_BITS = 12


@dataclass(frozen=True, slots=True)
class CodedPage:
    """A coded page and its properties."""

    page: TiffPage
    black: float
    """Share of the page that is black."""
    on_line: int
    """Bytes in two-dimensional code (MR), which is what machines agree on."""


@dataclass(frozen=True, slots=True)
class _Band:
    """A few rows."""

    code: str
    """In zeros and ones; empty where it is not wanted."""
    on_line: int
    """Bits in MR."""
    black: int
    """Points."""


@dataclass(slots=True)
class PageCoder:
    """Codes pages of one bit a pixel as `tiff.coded` does; keep one for a process."""

    coding: Coding
    _known: dict[bytes, _Band] = field(default_factory=dict)
    """Bands of the last pages, by their points."""
    _before: dict[bytes, _Band] = field(default_factory=dict)
    """Bands that were known before them; those that are on every page come back from here."""

    def coded(self, points: bytes, resolution: Resolution) -> CodedPage:
        """Compress a page of grey points, as `raster.points` draws it."""
        size = _BAND * WIDTH
        rows = [points[at : at + size] for at in range(0, len(points), size)]
        if len(self._known) >= _MOST_KNOWN:
            self._known, self._before = {}, self._known
        self._know(rows)
        bands = [self._known[row] for row in rows]
        count = len(points) // WIDTH
        if self.coding == "mmr":
            page = coded(inked(points), resolution, "mmr")
        else:
            page = TiffPage(count, resolution, self.coding, _packed("".join([band.code for band in bands])))
        black = sum(band.black for band in bands) / len(points)
        return CodedPage(page, black, -(-sum(band.on_line for band in bands) // 8))

    def _know(self, rows: list[bytes]) -> None:
        new = []
        # In the order of the page: a band of fewer rows comes last.
        for row in dict.fromkeys(rows):
            if row in self._known:
                continue
            if row in self._before:
                self._known[row] = self._before[row]
            else:
                new.append(row)
        self._known.update(zip(new, self._learnt(new), strict=True))

    def _learnt(self, bands: list[bytes]) -> Iterator[_Band]:
        if not bands:
            return
        counts = [len(band) // WIDTH for band in bands]
        # What fills the last byte is told from the code by a row after it.
        image = inked(b"".join([*bands, _WHITE_ROW]))
        on_line = _codes(image, counts, "mr")
        wanted = _codes(image, counts, "mh") if self.coding == "mh" else on_line
        top = 0
        for count, code, line in zip(counts, wanted, on_line, strict=True):
            black = image.crop((0, top, WIDTH, top + count)).histogram()[0]
            yield _Band("" if self.coding == "mmr" else code, len(line), black)
            top += count


def _codes(image: "Image", counts: list[int], coding: Coding) -> list[str]:
    """Return the code of bands of so many rows, in zeros and ones."""
    # The code of a row is the same in both resolutions; that of the file is told beside it.
    bits = _unpacked(coded(image, "fine", coding).strip)
    begins = [match.end() - _END_OF_LINE_BITS for match in _END_OF_LINE.finditer(bits)]
    if len(begins) != image.height:
        raise ValueError("a row without its end")
    found, at = [], 0
    for count in counts:
        found.append(bits[begins[at] : begins[at + count]])
        at += count
    return found


def _unpacked(data: bytes) -> str:
    return f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"


def _packed(bits: str) -> bytes:
    size = -(-len(bits) // 8)
    return int(bits.ljust(8 * size, "0"), 2).to_bytes(size, "big")
