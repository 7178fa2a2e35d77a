"""What a finished file shows of a letter: ink at the edge, an address out of sight."""

from collections.abc import Iterator

from lettergen.errors import Problem
from lettergen.letters.letter import Letter
from lettergen.pages.checks import laid_out
from lettergen.pages.checks.laid_out import PlacedInk
from lettergen.pages.pdf import io_guard
from lettergen.reference.stationery import Stationery

__all__ = ["check"]


def check(pdf: bytes, letter: Letter, stationery: Stationery, name: str) -> tuple[Problem, ...]:
    """Return what is wrong with the pages of one letter, as `laid_out.check` does from what was laid out.

    Whether the closing stands with the last words is not seen: a finished page does not tell them apart.

    Args:
        pdf: The letter.
        letter: The letter on it.
        stationery: The sheet.
        name: What to call the letter in a problem.
    """
    return laid_out.check_ink(tuple(_ink(pdf, letter, stationery)), letter, stationery, name)


def _ink(pdf: bytes, letter: Letter, stationery: Stationery) -> Iterator[PlacedInk]:
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
