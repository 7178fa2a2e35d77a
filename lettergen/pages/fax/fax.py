"""From `Letter` to fax: pages set, turned into points, looked at and coded."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.pages import fonts
from lettergen.pages.fax import legibility, page, raster, sender, tiff
from lettergen.pages.fax.legibility import Reading
from lettergen.pages.fax.manner import Manner
from lettergen.reference.stationery import Stationery

if TYPE_CHECKING:
    from lettergen.pages.pdf import Typesetter

__all__ = ["Fax", "fax", "fax_pdf"]


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
    letter: Letter, facts: LetterFacts, stationery: Stationery, typesetter: "Typesetter", manner: Manner
) -> Fax:
    """Return ``letter`` as a fax.

    Raises:
        RenderError: A character or a picture is missing, a page is too dark, or there are too many pages.
    """
    name = f"to `{letter.recipient_id}`" if letter.recipient_id else f"`{letter.letter_id}`"
    paper = sender.paper_of(facts)
    pdf = fax_pdf(letter, facts, stationery, typesetter, manner)
    images = list(raster.images(pdf, paper, manner.resolution))
    if len(images) > manner.most_pages:
        raise RenderError([_too_many(name, len(images), manner.most_pages)])
    pages = [tiff.coded(image, manner.resolution, manner.coding) for image in images]
    reading = legibility.read(pdf, images, pages)
    found = tuple(legibility.problems(reading, name))
    if any(problem.is_error for problem in found):
        raise RenderError(found)
    data = tiff.written(pages, fill_order=manner.fill_order)
    return Fax(data, pdf, reading, (*sender.problems(facts, manner.at), *found))


def fax_pdf(
    letter: Letter, facts: LetterFacts, stationery: Stationery, typesetter: "Typesetter", manner: Manner
) -> bytes:
    """Return the fax page as PDF, for e-mail gateways and copy shops.

    Raises:
        RenderError: A character or a picture is missing.
    """
    name = f"to `{letter.recipient_id}`" if letter.recipient_id else f"`{letter.letter_id}`"
    line = sender.page_line(facts, letter.language, manner.at)
    cover = sender.cover_of(letter, facts, line) if manner.cover else None
    texts = [*letter.texts(), line.identity, line.number, line.when, *(cover.texts() if cover else ())]
    missing = fonts.missing_characters(texts, typesetter.font_folders)
    if missing:
        raise RenderError([fonts.missing_problem(name, missing)])
    paper = sender.paper_of(facts)
    styles = [page.fax_css(), page.paper_css(paper, line)]
    pictures = {one.picture: typesetter.picture(one.picture) for one in letter.signatures if one.picture}
    press = typesetter.press
    sheets = press.lay_out(page.markup(letter, stationery), styles, pictures, name)
    if cover:
        front = page.cover_markup(cover, sheets.count)
        sheets = press.lay_out(page.markup(letter, stationery, front), styles, pictures, name)
    return press.write(sheets, name)


def _too_many(name: str, count: int, most: int) -> Problem:
    return Problem(
        "too-many-fax-pages",
        f"the fax {name} takes {count} pages; no more than {most} may be sent.",
        "shorten the letter, send it by post, or raise `most_pages` under `[fax]` in lettergen.toml.",
    )
