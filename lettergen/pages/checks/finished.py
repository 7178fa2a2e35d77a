"""What a finished file shows of a letter: ink at the edge, an address out of sight."""

from collections.abc import Iterator

from lettergen.errors import Problem
from lettergen.letters.letter import Letter
from lettergen.pages import wall
from lettergen.pages.checks import laid_out
from lettergen.pages.checks.laid_out import Ink
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


def _ink(pdf: bytes, letter: Letter, stationery: Stationery) -> Iterator[Ink]:
    # A library is loaded to read it; the file is our own.
    with wall.opened():
        from lettergen.pages.measure.address import is_mark, parts
        from lettergen.pages.measure.reading import read

        pages = read(pdf).pages
    address = set(parts(pages[0], stationery).address) if letter.inside_address else set()
    for line in address:
        yield Ink(1, "inside-address", line.bottom, line)
    for page in pages:
        for run in page.runs:
            yield Ink(page.number, "", run.base, run.covers)
        for patch in page.patches:
            if not is_mark(patch, page):
                yield Ink(page.number, "", patch.covers.bottom, patch.covers)
