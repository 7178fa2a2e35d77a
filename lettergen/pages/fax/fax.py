"""From `Letter` to fax: pages set, turned into points, looked at and coded."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.pages.fax import legibility, raster, sender, tiff
from lettergen.pages.fax.legibility import Reading
from lettergen.pages.fax.manner import Manner
from lettergen.pages.fax.order import FaxOrder
from lettergen.reference.stationery import Stationery

if TYPE_CHECKING:
    from lettergen.pages.mould.foundry import Foundry
    from lettergen.pages.pdf import Typesetter

__all__ = ["Fax", "fax"]


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


def fax(
    letter: Letter,
    facts: LetterFacts,
    stationery: Stationery,
    typesetter: "Typesetter",
    manner: Manner,
    foundry: "Foundry | None" = None,
) -> Fax:
    """Return ``letter`` as a fax.

    Args:
        letter: The letter.
        facts: What it is made of.
        stationery: The sheet that it would go on.
        typesetter: Sets it in full.
        manner: How faxes are made.
        foundry: Casts its pages, if they fit a mould.

    Raises:
        RenderError: A character or a picture is missing, a page is too dark, or there are too many pages.
    """
    name = f"to `{letter.recipient_id}`" if letter.recipient_id else f"`{letter.letter_id}`"
    order = FaxOrder.of(letter, facts, stationery, typesetter, manner)
    set_ = foundry.set(order) if foundry else order.typeset()
    images = list(raster.images(set_.pdf, order.page, manner.resolution))
    if len(images) > manner.most_pages:
        raise RenderError([_too_many(name, len(images), manner.most_pages)])
    pages = [tiff.coded(image, manner.resolution, manner.coding) for image in images]
    reading = legibility.read(set_.pdf, images, pages)
    found = tuple(legibility.problems(reading, name))
    if any(problem.is_error for problem in found):
        raise RenderError(found)
    data = tiff.written(pages, fill_order=manner.fill_order)
    return Fax(data, set_.pdf, reading, (*set_.notes, *sender.problems(facts, manner.at), *found))


def _too_many(name: str, count: int, most: int) -> Problem:
    return Problem(
        "too-many-fax-pages",
        f"the fax {name} takes {count} pages; no more than {most} may be sent.",
        "shorten the letter, send it by post, or raise `most_pages` under `[fax]` in lettergen.toml.",
    )
