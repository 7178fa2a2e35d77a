"""What a finished file shows of a letter: where its ink is."""

from collections.abc import Iterator

from lettergen.letters.letter import Letter
from lettergen.pages.checks.laid_out import PlacedInk
from lettergen.pages.pdf import io_guard
from lettergen.reference.stationery import Stationery

__all__ = ["ink"]


def ink(pdf: bytes, letter: Letter, stationery: Stationery) -> Iterator[PlacedInk]:
    """Yield all that is printed but the marks, page by page, as `laid_out.ink` does.

    What part of the letter it belongs to is not seen, but for the address.

    Args:
        pdf: The letter.
        letter: The letter on it.
        stationery: The sheet.
    """
    # A library is loaded to read it; the file is our own.
    with io_guard.opened():
        from lettergen.verify.address_block import is_mark, parts
        from lettergen.verify.pdf_reader import read

        pages = read(pdf).pages
    address = set(parts(pages[0], stationery).address) if letter.inside_address else set()
    for line in address:
        yield PlacedInk(1, "inside-address", line.bottom, line)
    for page in pages:
        for run in page.runs:
            yield PlacedInk(page.number, "", run.base, run.covers)
        for patch in page.patches:
            if not is_mark(patch, page):
                yield PlacedInk(page.number, "", patch.covers.bottom, patch.covers)
