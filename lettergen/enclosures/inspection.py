"""Looks at a file of the campaign that is to be enclosed: what it is, its pages, what it says."""

import os
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lettergen.enclosures.faults import FileFault, UnusableFileError
from lettergen.facts.regular_files import LeadsOutsideError, NotRegularError, TooLargeError, read_regular

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

__all__ = ["MOST_BYTES", "Box", "InspectedFile", "inspected"]

MOST_BYTES = 50_000_000
_MOST_HELD = 16
"""Files that are remembered; a campaign encloses a few."""
_WITHIN = "put the file into the campaign folder, and write its path from there."
_DOTS_PER_POINT = 0.5
_WHITE = 245
"""Of 255: paper that was scanned is darker, and counts as drawn."""
_FEWEST_SIGNS = 10
"""A page of fewer letters and figures is a picture with a page number below it."""

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the lower left corner."""
Kind = Literal["pdf", "png", "jpeg", ""]
_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
)


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """What a file to be enclosed holds."""

    name: str
    """As the campaign calls it."""
    kind: Kind = ""
    sha256: str = ""
    """Of the file as it lies in the campaign folder; empty if it cannot be read."""
    plain: bytes = b""
    """What it shows and nothing else: a PDF of plain pages, a PNG or a JPEG."""
    sizes: tuple[tuple[float, float], ...] = ()
    """Width and height of each page as it is read, in points."""
    drawn: tuple[Box, ...] = ()
    """Where each page has anything: what is around is white."""
    words: tuple[str, ...] = ()
    """The text of each page, as far as it can be read; empty for a picture."""
    is_archival: bool = True
    """Whether a letter that holds it may declare PDF/A."""
    has_all_fonts: bool = True
    """Whether it looks the same with every program."""
    fault: FileFault | None = None
    """Why it cannot be enclosed."""

    @property
    def pages(self) -> int:
        """Return how many pages it has."""
        return len(self.sizes)

    @property
    def unsearchable(self) -> tuple[int, ...]:
        """Return the pages, counted from 1, that no program can search for names."""
        signs = [sum(map(str.isalnum, page)) for page in self.words]
        return tuple(number for number, count in enumerate(signs, start=1) if count < _FEWEST_SIGNS)


_held: OrderedDict[tuple[str, int, int], InspectedFile] = OrderedDict()


def inspected(folder: Path, name: str) -> InspectedFile:
    """Return what a file of a campaign holds; looked at once, as long as it is not changed.

    Args:
        folder: The campaign's.
        name: The file, counted from there.
    """
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        fault = FileFault("enclosure-outside", "does not lie in the campaign folder", _WITHIN)
        return InspectedFile(name, fault=fault)
    try:
        seen = path.stat()
    except (OSError, ValueError):
        fault = FileFault(
            "enclosure-missing", "does not exist", "put it into the campaign folder, or correct `file:`."
        )
        return InspectedFile(name, fault=fault)
    key = (os.path.abspath(path), seen.st_mtime_ns, seen.st_size)  # noqa: PTH100 - no link is followed
    found = _held.get(key)
    if found is None:
        found = _held[key] = _looked_at(folder, name)
        if len(_held) > _MOST_HELD:
            _held.popitem(last=False)
    _held.move_to_end(key)
    return found


def _looked_at(folder: Path, name: str) -> InspectedFile:
    try:
        data = _read(folder, name)
    except UnusableFileError as error:
        return InspectedFile(name, fault=error.fault)
    from lettergen.enclosures.plain_pdf import plain_pages
    from lettergen.enclosures.plain_picture import plain_picture

    known = partial(InspectedFile, name, sha256=sha256(data).hexdigest())
    try:
        kind = _kind_of(data)
        if kind == "pdf":
            pages = plain_pages(data)
            drawn, words = _read_pages(pages.pdf)
            return known(
                kind=kind,
                plain=pages.pdf,
                sizes=pages.sizes,
                drawn=drawn,
                words=words,
                is_archival=pages.is_archival,
                has_all_fonts=pages.has_all_fonts,
            )
        assert kind in ("png", "jpeg")  # noqa: S101 - for the types
        picture, size = plain_picture(data, kind)
        return known(kind=kind, plain=picture, sizes=(size,), drawn=((0.0, 0.0, *size),), words=("",))
    except UnusableFileError as error:
        return known(fault=error.fault)


def _read(folder: Path, name: str) -> bytes:
    try:
        return read_regular(folder / name, below=folder, most=MOST_BYTES)
    except LeadsOutsideError:
        message = "is a link that leads out of the campaign folder"
        raise UnusableFileError.of("enclosure-outside", message, _WITHIN) from None
    except TooLargeError:
        message = f"has more than {MOST_BYTES // 1_000_000} MB"
        fix = "save a smaller one: scans with 300 dpi, pictures with 3,500 pixels on a side."
        raise UnusableFileError.of("enclosure-too-large", message, fix) from None
    except NotRegularError:
        raise UnusableFileError.of(
            "enclosure-unreadable", "is no file", "name a file, not a folder."
        ) from None
    except OSError:
        fix = "check your permission to read it."
        raise UnusableFileError.of("enclosure-unreadable", "cannot be read", fix) from None


def _kind_of(data: bytes) -> Kind:
    """Return what a file is by its content, whatever its name says.

    Raises:
        UnusableFileError: It is nothing that can be enclosed.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    found: Kind = next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), "")
    if not found:
        fix = "save it as a PDF: most programs can print into one."
        raise UnusableFileError.of("enclosure-unreadable", "is neither a PDF nor a PNG nor a JPEG", fix)
    return found


def _read_pages(pdf: bytes) -> tuple[tuple[Box, ...], tuple[str, ...]]:
    """Return where pages have anything, and their texts: all of it, also what is hidden under something."""
    import pypdfium2

    drawn, words = [], []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            text = page.get_textpage()
            words.append(text.get_text_range().replace("\r\n", "\n"))
            text.close()
            drawn.append(_drawn_on(page))
            page.close()
    except pypdfium2.PdfiumError:
        message, fix = "is damaged, so that pages may be missing", "open it, and print it into a new PDF."
        raise UnusableFileError.of("enclosure-damaged", message, fix) from None
    finally:
        document.close()
    return tuple(drawn), tuple(words)


def _drawn_on(page: "PdfPage") -> Box:
    """Return the box of what is not white; all of an empty page."""
    width, height = page.get_size()
    shown = page.render(scale=_DOTS_PER_POINT, grayscale=True).to_pil()
    found = shown.point(lambda level: 255 if level < _WHITE else 0).getbbox()
    if found is None:
        return (0.0, 0.0, width, height)
    left, top, right, bottom = (side / _DOTS_PER_POINT for side in found)
    room = 1 / _DOTS_PER_POINT
    return (
        max(left - room, 0.0),
        max(height - bottom - room, 0.0),
        min(right + room, width),
        min(height - top + room, height),
    )
