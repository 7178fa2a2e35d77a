"""From `Letter` to fax: pages set, rasterised, checked and coded."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.pages.enclosure_markup import EnclosurePage
from lettergen.pages.fax import legibility, raster, sender, tiff
from lettergen.pages.fax.bands import PageCoder
from lettergen.pages.fax.legibility import Legibility, UnfaxableDrawing
from lettergen.pages.fax.options import Coding, FaxOptions, Resolution
from lettergen.pages.fax.render_job import FaxRenderJob
from lettergen.reference.stationery import Stationery

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

    from lettergen.pages.pdf.typesetter import TypesetLetter, Typesetter
    from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
    from lettergen.pages.vdp.mould_builder import Mould

__all__ = ["Fax", "FaxRenderer"]

_MOST_MOULDS = 64
_MOST_PAGES_SAVED_FROM = 4
"""A closer setting saves a fifth; of more pages it would save one only by chance."""
_STEPS: dict[Resolution, tuple[int, ...]] = {"fine": (1, 2), "standard": (1,)}
"""By how much a fax may be set closer; type of 11 pt needs fine rows."""


@dataclass(frozen=True, slots=True)
class Fax:
    """A finished fax: the file for the line, the same pages as PDF, and what is to be seen of them."""

    tiff: bytes
    pdf: bytes
    reading: tuple[Legibility, ...]
    notes: tuple[Problem, ...] = ()

    @property
    def pages(self) -> int:
        """Return how many pages go over the line, the cover included."""
        return len(self.reading)


@dataclass(slots=True)
class FaxRenderer:
    """Makes faxes, one after another; keep one for a process."""

    typesetter: "Typesetter"
    batch_typesetter: "BatchTypesetter | None" = None
    """Casts their pages, where they fit a mould."""
    _coders: dict[Coding, PageCoder] = field(default_factory=dict)
    _drawn: OrderedDict[int, tuple["Mould", tuple[UnfaxableDrawing, ...]]] = field(
        default_factory=OrderedDict
    )
    """What the pages of a mould draw, and the mould, so that no other gets its identity."""

    def fax(self, letter: Letter, facts: LetterFacts, stationery: Stationery, fax_options: FaxOptions) -> Fax:
        """Return ``letter`` as a fax.

        Args:
            letter: The letter.
            facts: What it is made of.
            stationery: The sheet that it would go on.
            fax_options: How the fax is made.

        Raises:
            RenderError: A character or a picture is missing, a page is too dark, or there are too many pages.
        """
        name = letter.called
        order = FaxRenderJob.of(letter, facts, stationery, self.typesetter, fax_options)
        made = self._set(order, fax_options.resolution)
        if made.pages > fax_options.most_pages:
            raise RenderError([_too_many(name, made.pages, fax_options.most_pages)])
        coder = self._coders.setdefault(fax_options.coding, PageCoder(fax_options.coding))
        with raster.opened(made.pdf) as document:
            drawn = self._drawn_on(document, made, order.enclosed)
            pages = [
                coder.coded(points, fax_options.resolution)
                for points in raster.points(document, order.page, fax_options.resolution)
            ]
        reading = legibility.read(drawn, pages, enclosed=len(order.enclosed))
        found = tuple(legibility.problems(reading, name))
        if any(problem.is_error for problem in found):
            raise RenderError(found)
        data = tiff.written([one.page for one in pages], fill_order=fax_options.fill_order)
        return Fax(data, made.pdf, reading, (*made.notes, *sender.problems(facts, fax_options.at), *found))

    def _set(self, order: FaxRenderJob, resolution: Resolution) -> "TypesetLetter":
        """Return the pages, set no closer than saves one."""
        # Translation and enclosures are on the same run of pages, and no two letters share that.
        is_alone = order.letter.translation is None and not order.enclosed
        is_cast = self.batch_typesetter is not None and is_alone
        set_ = self.batch_typesetter.set if self.batch_typesetter and is_cast else FaxRenderJob.typeset
        made = set_(order)
        for step in _STEPS[resolution]:
            if not 1 < made.pages - bool(order.cover) <= _MOST_PAGES_SAVED_FROM:
                break
            closer = set_(replace(order, closeness=step))
            if closer.pages < made.pages:
                made = closer
        return made

    def _drawn_on(
        self, document: "PdfDocument", made: "TypesetLetter", enclosed: Sequence[EnclosurePage]
    ) -> tuple[UnfaxableDrawing, ...]:
        """Return what pages draw; those of a mould differ in their words alone, not in size or colour."""
        if made.cast and id(made.cast.mould) in self._drawn:
            return self._drawn[id(made.cast.mould)][1]
        scales = [1.0] * (len(document) - len(enclosed)) + [one.line_scale for one in enclosed]
        drawn = tuple(UnfaxableDrawing.of(document[at], scale) for at, scale in enumerate(scales))
        if made.cast:
            self._drawn[id(made.cast.mould)] = (made.cast.mould, drawn)
            if len(self._drawn) > _MOST_MOULDS:
                self._drawn.popitem(last=False)
        return drawn


def _too_many(name: str, count: int, most: int) -> Problem:
    return Problem(
        "too-many-fax-pages",
        f"the fax {name} takes {count} pages, more than the {most} allowed.",
        "shorten the letter, send it by post, or raise `most_pages` in `[fax]` in lettergen.toml.",
    )
