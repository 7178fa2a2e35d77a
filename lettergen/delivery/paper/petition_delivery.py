"""What is handed over with a petition, as one file or as print files: letter, petition, annex, receipt."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lettergen.errors import LettergenError
from lettergen.outbox.atomic_files import make_folder, write_piecemeal
from lettergen.pages.vdp.pdf_objects import PdfObjects
from lettergen.pages.vdp.volume_writer import VolumeWriter

__all__ = ["DeliveryPaper", "delivery_pdf", "write_delivery"]


@dataclass(frozen=True, slots=True)
class DeliveryPaper:
    """One of the papers."""

    key: str
    """Its name in the names of files: `annex`."""
    title: str
    """What leads to it in the file of all."""
    pieces: Iterable[PdfObjects]
    """Its pages, which are made when they are written."""


@dataclass(slots=True)
class _Filled:
    """How many pages each paper has, once it is written."""

    pages: dict[str, int]


def write_delivery(
    papers: Sequence[DeliveryPaper], out: Path, *, title: str, language: str, duplex: bool, force: bool
) -> dict[Path, dict[str, int]]:
    """Write the papers, and return for each file how many pages each paper has in it.

    Args:
        papers: In the order in which they are handed over.
        out: A file that ends in `.pdf`, or a folder for a print file of each.
        title: Of the file: public words only.
        language: BCP 47 tag.
        duplex: Each paper begins on a front.
        force: Replace files that are there.

    Raises:
        RenderError: A page cannot be made.
        OutputError: A file exists already, or cannot be written.
    """
    if out.suffix.lower() == ".pdf":
        filled = _Filled({})
        fill = partial(_fill, papers, filled, title=title, language=language, duplex=duplex)
        write_piecemeal(out, fill, force=force)
        return {out: filled.pages}
    make_folder(out)
    written: dict[Path, dict[str, int]] = {}
    try:
        for number, paper in enumerate(papers, start=1):
            path = out / f"{number}-{paper.key}.pdf"
            filled = _Filled({})
            fill = partial(_fill, [paper], filled, title=title, language=language, duplex=duplex)
            write_piecemeal(path, fill, force=force)
            written[path] = filled.pages
    except LettergenError:
        if not force:
            for path in written:
                path.unlink()
        raise
    return written


def delivery_pdf(papers: Sequence[DeliveryPaper], *, title: str, language: str, duplex: bool) -> bytes:
    """Return the papers as one file; the arguments are those of `write_delivery`.

    Raises:
        RenderError: A page cannot be made.
    """
    made = bytearray()
    _fill(papers, _Filled({}), made.extend, title=title, language=language, duplex=duplex)
    return bytes(made)


def _fill(
    papers: Sequence[DeliveryPaper],
    filled: _Filled,
    write: Callable[[bytes], object],
    *,
    title: str,
    language: str,
    duplex: bool,
) -> None:
    volume = VolumeWriter(write, title=title, language=language)
    for paper in papers:
        before = volume.pages
        for piece in paper.pieces:
            volume.add_file(piece, paper.title, paper.title)
        filled.pages[paper.key] = volume.pages - before
        if duplex and filled.pages[paper.key] % 2:
            volume.add_blank()
    volume.close()
