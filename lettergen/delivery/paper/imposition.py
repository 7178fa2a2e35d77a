"""Finished letters in one file for the print shop: each on a front, marked, labelled and in order."""

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lettergen.delivery.paper.barcodes import data_matrix
from lettergen.errors import Problem, RenderError
from lettergen.facts.regular_files import open_regular
from lettergen.pages.vdp.pdf_objects import PdfObjects, opened
from lettergen.pages.vdp.volume_writer import VolumeWriter
from lettergen.reference import MM_PER_POINT
from lettergen.reference.stationery import Stationery

__all__ = ["MARK_LEFT_MM", "LetterSources", "PrintPiece", "impose", "mark_left_mm", "mark_words"]

_MODULE_MM = 0.5
# A mark of ten digits with a little white on its right.
_WIDTH_MM = 7.0
_CLEAR_MM = 0.5
_MOST_READ = 4
# In the left margin, where no stationery has text, below the last fold mark and clear of every window.
MARK_LEFT_MM = 6.0
_MARK_BOTTOM_MM = 30.0


@dataclass(frozen=True, slots=True)
class PrintPiece:
    """One letter of a print file."""

    path: Path
    sequence: int
    """Its number in the mailing; printed in the mark, and its label in the viewer."""
    name: str
    """The bookmark: ids only."""
    pages: int
    translation_page: int = 0
    """Which of its pages begins its translation, counted from 1; 0 if it has none."""
    first_page: int = 0
    """Where it begins in ``path``, counted from 1, if that is the file of a volume; 0 for its own."""
    mark_left: float = MARK_LEFT_MM
    """Where its mark begins, in mm from the left."""
    enclosure_pages: tuple[int, ...] = ()
    """Which of its pages begin enclosures, counted from 1."""

    def fronts(self, *, duplex: bool) -> tuple[int, ...]:
        """Return its pages that are fronts of sheets, counted from 0; whatever is behind it begins on one."""
        starts = tuple(page - 1 for page in (1, self.translation_page, *self.enclosure_pages) if page)
        step = 2 if duplex else 1
        ends = (*starts[1:], self.pages)
        return tuple(
            page for start, end in zip(starts, ends, strict=True) for page in range(start, end, step)
        )


def mark_words(sequence: int, sheet: int, sheets: int) -> str:
    """Return what the mark on a sheet says: letter, sheet, how many sheets the letter has."""
    return f"{sequence:06d}{sheet:02d}{sheets:02d}"


def mark_left_mm(stationery: Stationery) -> float:
    """Return where a mark begins on a sheet: clear of the edge that must be empty, and of the text."""
    return min(
        max(MARK_LEFT_MM, stationery.clear_border.left + _CLEAR_MM), stationery.margins.left - _WIDTH_MM
    )


class LetterSources:
    """Files of finished letters, one in each or a volume of many, which is read once for those in a row."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._read: OrderedDict[Path, PdfObjects] = OrderedDict()

    def pages(self, path: Path, first: int, count: int) -> PdfObjects:
        """Return the pages of a letter.

        Args:
            path: The letter's own file, or that of its volume.
            first: Its first page there, counted from 1; 0 for a file of its own.
            count: How many pages it has.

        Raises:
            RenderError: The file is missing, not a PDF, or not as long as the manifest says.
        """
        found = self._objects(path)
        has = len(found.pages)
        if (not first and has != count) or first + count - 1 > has:
            raise RenderError(
                [_spoilt(path, f"has {has} pages, the manifest says {first + count - (first > 0)}")]
            )
        return found.part(max(first - 1, 0), count)

    def size(self, path: Path, first: int = 0) -> tuple[float, float]:
        """Return width and height of a letter's first page, in mm.

        Raises:
            RenderError: The file is missing or not a PDF.
        """
        found = self._objects(path)
        if len(found.pages) < max(first, 1):
            raise RenderError(
                [_spoilt(path, f"has {len(found.pages)} pages, the manifest says {max(first, 1)}")]
            )
        width, height = found.size(max(first - 1, 0))
        return width * MM_PER_POINT, height * MM_PER_POINT

    def _objects(self, path: Path) -> PdfObjects:
        import pikepdf

        if path not in self._read:
            try:
                with os.fdopen(open_regular(path), "rb") as file:
                    self._read[path] = opened(file)
            except (pikepdf.PdfError, OSError):
                raise RenderError([_spoilt(path, "cannot be read as a PDF")]) from None
            if len(self._read) > _MOST_READ:
                self._read.popitem(last=False)
        self._read.move_to_end(path)
        return self._read[path]


def _spoilt(path: Path, what: str) -> Problem:
    return Problem(
        "spoilt-letter",
        f"the letter's file `{path.name}` {what}.",
        "run the same `lettergen batch` again, or restore the file from a copy.",
    )


def impose(
    pieces: Sequence[PrintPiece],
    write: Callable[[bytes], object],
    *,
    duplex: bool,
    marks: bool,
    title: str,
) -> None:
    """Write the letters as one PDF.

    With ``duplex``, a letter with an odd number of pages is followed by an empty
    back, so that its translation, each enclosure and the next letter begin on a front. What letters share,
    fonts and the colour profile above all, is in the file once. It is as accessible and archival as the
    letters are.

    Args:
        pieces: The letters, in the order of the pile.
        write: Takes the bytes one after the other.
        duplex: Printed on both sides.
        marks: A Data Matrix (ISO/IEC 16022) on the front of every sheet, outside the window.
        title: The document's title, without names.

    Raises:
        RenderError: A letter's file is missing, not a PDF, or not as long as the manifest says.
    """
    sources, volume_writer = LetterSources(), VolumeWriter(write, title=title)
    for piece in pieces:
        pages = sources.pages(piece.path, piece.first_page, piece.pages)
        fronts = piece.fronts(duplex=duplex)
        drawn = {
            page: _matrix(mark_words(piece.sequence, sheet, len(fronts)), piece.mark_left)
            for sheet, page in enumerate(fronts if marks else (), start=1)
        }
        number = f"{piece.sequence:05d}"
        # A front whose sheet before it has one page only.
        backs = [front for front in fronts if duplex and front and front - 1 in fronts]
        volume_writer.add_file(pages, number, f"{number} {piece.name}", drawn, backs)
        if duplex and piece.pages - 1 in fronts:
            volume_writer.add_blank()
    volume_writer.close()


def _matrix(words: str, left_mm: float) -> bytes:
    """Return the operators that draw a Data Matrix in black; white around it is the page's own."""
    rows = data_matrix(words)
    module = _MODULE_MM / MM_PER_POINT
    left, bottom = left_mm / MM_PER_POINT, _MARK_BOTTOM_MM / MM_PER_POINT
    lines = ["0 g"]
    for at, row in enumerate(reversed(rows)):
        lines += [
            f"{left + column * module:.3f} {bottom + at * module:.3f} {module:.3f} {module:.3f} re"
            for column, is_dark in enumerate(row)
            if is_dark
        ]
    return ("\n".join([*lines, "f"]) + "\n").encode("ascii")
