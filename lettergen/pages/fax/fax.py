"""From `Letter` to fax: pages set, turned into points, looked at and coded."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.pages.fax import legibility, raster, sender, tiff
from lettergen.pages.fax.bands import Coder
from lettergen.pages.fax.legibility import Drawn, Reading
from lettergen.pages.fax.manner import Coding, Manner
from lettergen.pages.fax.order import FaxOrder
from lettergen.reference.stationery import Stationery

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

    from lettergen.pages.mould.caster import Mould
    from lettergen.pages.mould.foundry import Foundry
    from lettergen.pages.pdf import Typeset, Typesetter

__all__ = ["Fax", "FaxDesk"]

_MOST_MOULDS = 64


@dataclass(frozen=True, slots=True)
class Fax:
    """A finished fax: the file for the line, the same pages as PDF, and what is to be seen of them."""

    tiff: bytes
    pdf: bytes
    reading: tuple[Reading, ...]
    notes: tuple[Problem, ...] = ()

    @property
    def pages(self) -> int:
        """Return how many pages go over the line, the cover included."""
        return len(self.reading)


@dataclass(slots=True)
class FaxDesk:
    """Makes faxes, one after another; keep one for a process."""

    typesetter: "Typesetter"
    foundry: "Foundry | None" = None
    """Casts their pages, where they fit a mould."""
    _coders: dict[Coding, Coder] = field(default_factory=dict)
    _drawn: OrderedDict[int, tuple["Mould", tuple[Drawn, ...]]] = field(default_factory=OrderedDict)
    """What the pages of a mould draw, and the mould, so that no other gets its identity."""

    def fax(self, letter: Letter, facts: LetterFacts, stationery: Stationery, manner: Manner) -> Fax:
        """Return ``letter`` as a fax.

        Args:
            letter: The letter.
            facts: What it is made of.
            stationery: The sheet that it would go on.
            manner: How the fax is made.

        Raises:
            RenderError: A character or a picture is missing, a page is too dark, or there are too many pages.
        """
        name = f"to `{letter.recipient_id}`" if letter.recipient_id else f"`{letter.letter_id}`"
        order = FaxOrder.of(letter, facts, stationery, self.typesetter, manner)
        made = self.foundry.set(order) if self.foundry else order.typeset()
        if made.pages > manner.most_pages:
            raise RenderError([_too_many(name, made.pages, manner.most_pages)])
        coder = self._coders.setdefault(manner.coding, Coder(manner.coding))
        with raster.opened(made.pdf) as document:
            drawn = self._drawn_on(document, made)
            pages = [
                coder.coded(points, manner.resolution)
                for points in raster.points(document, order.page, manner.resolution)
            ]
        reading = legibility.read(drawn, pages)
        found = tuple(legibility.problems(reading, name))
        if any(problem.is_error for problem in found):
            raise RenderError(found)
        data = tiff.written([one.page for one in pages], fill_order=manner.fill_order)
        return Fax(data, made.pdf, reading, (*made.notes, *sender.problems(facts, manner.at), *found))

    def _drawn_on(self, document: "PdfDocument", made: "Typeset") -> tuple[Drawn, ...]:
        """Return what pages draw; those of a mould differ in their words alone, not in size or colour."""
        if made.cast and id(made.cast.mould) in self._drawn:
            return self._drawn[id(made.cast.mould)][1]
        drawn = tuple(Drawn.of(document[at]) for at in range(len(document)))
        if made.cast:
            self._drawn[id(made.cast.mould)] = (made.cast.mould, drawn)
            if len(self._drawn) > _MOST_MOULDS:
                self._drawn.popitem(last=False)
        return drawn


def _too_many(name: str, count: int, most: int) -> Problem:
    return Problem(
        "too-many-fax-pages",
        f"the fax {name} takes {count} pages; no more than {most} may be sent.",
        "shorten the letter, send it by post, or raise `most_pages` under `[fax]` in lettergen.toml.",
    )
