"""Finished letters in one file for the print shop: each on a front, marked, labelled and in order."""

import os
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lettergen.errors import Problem, RenderError
from lettergen.facts.regular_files import open_regular
from lettergen.reference import MM_PER_POINT

if TYPE_CHECKING:
    from pikepdf import Page, Pdf

__all__ = ["LetterSources", "PrintPiece", "impose", "mark_words"]

_MODULE_MM = 0.5
_MOST_OPEN = 16
# In the left margin, where no stationery has text, below the last fold mark and clear of every window.
_MARK_LEFT_MM = 6.0
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
    first_page: int = 0
    """Where it begins in ``path``, counted from 1, if that is the file of a volume; 0 for its own."""


def mark_words(sequence: int, sheet: int, sheets: int) -> str:
    """Return what the mark on a sheet says: letter, sheet, how many sheets the letter has."""
    return f"{sequence:06d}{sheet:02d}{sheets:02d}"


class LetterSources:
    """Files of finished letters, one in each or a volume of many, which is opened once for those in a row."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._open: OrderedDict[Path, tuple[Pdf, BinaryIO]] = OrderedDict()

    def __enter__(self) -> "LetterSources":
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all files."""
        while self._open:
            self._close(*self._open.popitem()[1])

    def pages(self, path: Path, first: int, count: int) -> "list[Page]":
        """Return the pages of a letter.

        Args:
            path: The letter's own file, or that of its volume.
            first: Its first page there, counted from 1; 0 for a file of its own.
            count: How many pages it has.

        Raises:
            RenderError: The file is missing, not a PDF, or not as long as the manifest says.
        """
        found = self._opened(path)
        has = len(found.pages)
        if (not first and has != count) or first + count - 1 > has:
            raise RenderError(
                [_spoilt(path, f"has {has} pages, the manifest says {first + count - (first > 0)}")]
            )
        start = max(first - 1, 0)
        return [found.pages[at] for at in range(start, start + count)]

    def size(self, path: Path, first: int = 0) -> tuple[float, float]:
        """Return width and height of a letter's first page, in mm.

        Raises:
            RenderError: The file is missing or not a PDF.
        """
        pages = self._opened(path).pages
        if len(pages) < max(first, 1):
            raise RenderError([_spoilt(path, f"has {len(pages)} pages, the manifest says {max(first, 1)}")])
        width, height = _size(pages[max(first - 1, 0)])
        return width * MM_PER_POINT, height * MM_PER_POINT

    def _opened(self, path: Path) -> "Pdf":
        import pikepdf

        if path not in self._open:
            try:
                file = os.fdopen(open_regular(path), "rb")
                try:
                    self._open[path] = pikepdf.open(file), file
                except BaseException:
                    file.close()
                    raise
            except (pikepdf.PdfError, OSError):
                raise RenderError([_spoilt(path, "cannot be read as a PDF")]) from None
            if len(self._open) > _MOST_OPEN:
                self._close(*self._open.popitem(last=False)[1])
        self._open.move_to_end(path)
        return self._open[path][0]

    @staticmethod
    def _close(document: "Pdf", file: BinaryIO) -> None:
        document.close()
        file.close()


def _spoilt(path: Path, what: str) -> Problem:
    return Problem(
        "spoilt-letter",
        f"the letter's file `{path.name}` {what}.",
        "run `batch` again, or restore the file from a copy.",
    )


def impose(pieces: Sequence[PrintPiece], *, duplex: bool, marks: bool, title: str) -> "Pdf":
    """Return the letters as one PDF, not yet written; the caller closes it.

    With ``duplex``, a letter with an odd number of pages is followed by an empty
    back, so that the next begins on a front. Fonts that letters share are in
    the file once. The file is for a machine: the letters' own files stay the
    accessible and archival ones.

    Args:
        pieces: The letters, in the order of the pile.
        duplex: Printed on both sides.
        marks: A Data Matrix (ISO/IEC 16022) on the front of every sheet, outside the window.
        title: The document's title, without names.

    Raises:
        RenderError: A letter's file is missing, not a PDF, or not as long as the manifest says.
    """
    import pikepdf

    whole = pikepdf.new()
    shared = _SharedFonts(whole)
    starts: list[int] = []
    stacks = LetterSources()
    try:
        for piece in pieces:
            first = len(whole.pages)
            starts.append(first)
            whole.pages.extend(stacks.pages(piece.path, piece.first_page, piece.pages))
            added = [whole.pages[at] for at in range(first, len(whole.pages))]
            shared.share(added)
            if duplex and len(added) % 2:
                whole.add_blank_page(page_size=_size(added[-1]))
            if marks:
                _mark(whole, added, piece, step=2 if duplex else 1)
        _label(whole, pieces, starts)
        whole.docinfo["/Title"] = title
    except BaseException:
        whole.close()
        raise
    finally:
        stacks.__exit__()
    return whole


class _SharedFonts:
    """Fonts by their contents: the same font of two letters is one object."""

    def __init__(self, whole: "Pdf") -> None:
        self._whole = whole
        self._files: dict[bytes, Any] = {}

    def share(self, pages: Iterable["Page"]) -> None:
        """Make the pages use fonts that are already in the file."""
        for page in pages:
            resources: Any = page.obj.get("/Resources")
            fonts: Any = resources.get("/Font") if resources is not None else None
            for font in fonts.values() if fonts is not None else ():
                for one in (font, *font.get("/DescendantFonts", ())):
                    self._share_file(one.get("/FontDescriptor"))
                if "/ToUnicode" in font:
                    font["/ToUnicode"] = self._first(font["/ToUnicode"])

    def _share_file(self, descriptor: Any) -> None:
        for key in ("/FontFile2", "/FontFile3", "/CIDSet"):
            if descriptor is not None and key in descriptor:
                descriptor[key] = self._first(descriptor[key])

    def _first(self, stream: Any) -> Any:
        digest = sha256(stream.read_raw_bytes()).digest()
        return self._files.setdefault(digest, stream)


def _size(page: "Page") -> tuple[float, float]:
    left, bottom, right, top = (float(one) for one in page.mediabox)
    return right - left, top - bottom


def _mark(whole: "Pdf", pages: Sequence["Page"], piece: PrintPiece, *, step: int) -> None:
    fronts = pages[::step]
    for number, page in enumerate(fronts, start=1):
        drawn = _matrix(mark_words(piece.sequence, number, len(fronts)))
        page.contents_add(whole.make_stream(b"q\n"), prepend=True)
        # Marked as no part of the text, so that nobody has it read out.
        page.contents_add(whole.make_stream(b"Q\n/Artifact BMC\nq\n" + drawn + b"Q\nEMC\n"))


def _matrix(words: str) -> bytes:
    """Return the operators that draw a Data Matrix in black; white around it is the page's own."""
    from ppf.datamatrix import DataMatrix

    rows = DataMatrix(words).matrix
    module = _MODULE_MM / MM_PER_POINT
    left, bottom = _MARK_LEFT_MM / MM_PER_POINT, _MARK_BOTTOM_MM / MM_PER_POINT
    lines = ["0 g"]
    for at, row in enumerate(reversed(rows)):
        lines += [
            f"{left + column * module:.3f} {bottom + at * module:.3f} {module:.3f} {module:.3f} re"
            for column, is_dark in enumerate(row)
            if is_dark
        ]
    return ("\n".join([*lines, "f"]) + "\n").encode("ascii")


def _label(whole: "Pdf", pieces: Sequence[PrintPiece], starts: Sequence[int]) -> None:
    """Label every page with letter and page number, and add a bookmark for each letter."""
    from pikepdf import Array, Dictionary, Name, OutlineItem, String

    labels = Array()
    for piece, start in zip(pieces, starts, strict=True):
        labels.append(start)
        labels.append(Dictionary(P=String(f"{piece.sequence:05d}-"), S=Name.D, St=1))
    whole.Root.PageLabels = whole.make_indirect(Dictionary(Nums=labels))
    with whole.open_outline() as outline:
        outline.root.extend(
            OutlineItem(f"{piece.sequence:05d} {piece.name}", start)
            for piece, start in zip(pieces, starts, strict=True)
        )
