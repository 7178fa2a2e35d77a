"""A letter to be set on fax pages: its words, the line at the head of each page, its cover."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from lettergen.errors import RenderError
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.pages.enclosure_markup import EnclosurePage
from lettergen.pages.enclosure_markup import pictures as enclosure_pictures
from lettergen.pages.fax import page, sender
from lettergen.pages.fax.options import FaxOptions
from lettergen.pages.fax.raster import FaxPaper
from lettergen.pages.fax.sender import CoverSheet, PageLine
from lettergen.pages.layout.text_setting import COMFORTABLE, Setting
from lettergen.pages.pdf.typesetter import LaidOutLetter, TypesetLetter, Typesetter
from lettergen.pages.pdf.weasyprint_engine import LaidOutPages
from lettergen.pages.typefaces import fonts
from lettergen.pages.vdp.mould_parts import FoundLine, Name
from lettergen.pages.vdp.render_job import CaseOf
from lettergen.pages.vdp.slots import HAIR_PX, Slots, Which, slots_of
from lettergen.pages.vdp.variable_fields import (
    PersonalLines,
    always_frozen,
    lines_of,
    names_of,
    own_blocks,
    stood_in,
)
from lettergen.reference.stationery import Stationery

__all__ = ["FaxRenderJob"]

_IN_THE_PAGE_LINE = ("identity", "number", "when")
# Its boxes are as wide as their words, and share a width with the date (`Slots.abreast`).
_REFERENCES = "references"


@dataclass(slots=True)
class FaxRenderJob:
    """A letter for fax pages, which have one size of type, so nothing is fitted but as a whole."""

    typesetter: Typesetter
    letter: Letter
    stationery: Stationery
    """The sheet that it would go on, in whose window its address is parted."""
    page: FaxPaper
    line: PageLine
    cover: CoverSheet | None = None
    own: tuple[int, ...] = ()
    enclosed: tuple[EnclosurePage, ...] = ()
    """The pages of enclosed files."""
    closeness: int = 0
    """By how many steps it is set closer, to save a page."""
    key: Any = None
    lines: PersonalLines = field(init=False)

    @classmethod
    def of(
        cls,
        letter: Letter,
        facts: LetterFacts,
        stationery: Stationery,
        typesetter: Typesetter,
        fax_options: FaxOptions,
    ) -> "FaxRenderJob":
        """Order the fax of a letter."""
        letter = letter.without_window_line()
        line = sender.page_line(facts, letter.language, fax_options.at)
        cover = sender.cover_of(letter, facts, line) if fax_options.cover else None
        own = own_blocks(letter.body, facts.sender.own_words)
        paper = sender.paper_of(facts)
        enclosed = page.enclosed_pages(letter, facts.campaign.folder, paper)
        return cls(typesetter, letter, stationery, paper, line, cover, own, enclosed)

    def __post_init__(self) -> None:
        """Pick out its lines."""
        of_letter = lines_of(self.letter, self.stationery)
        texts: tuple[str, ...] = (self.line.identity, self.line.number, self.line.when)
        kind: tuple[Any, ...] = ()
        if self.cover:
            of_cover = tuple(text for _, row in self.cover.rows for text in row)
            texts += (*of_cover, self.cover.pass_on)
            rows = tuple((label, len(row)) for label, row in self.cover.rows)
            kind = (rows, self.cover.pages_label, self.cover.notices)
        shape = (of_letter.shape, kind, *map(bool, texts))
        self.lines = PersonalLines((*of_letter.texts, *texts), shape)

    @property
    def page_key(self) -> str:
        """What the pages are called."""
        return f"fax {self.page.name} {self.closeness}"

    @property
    def names(self) -> tuple[Name, ...]:
        """What each of its lines is called."""
        names = [*names_of(self.letter), *((kind, 0) for kind in _IN_THE_PAGE_LINE)]
        if self.cover:
            *rows, (_, last) = self.cover.rows
            before = sum(len(lines) for _, lines in rows)
            # Between them stands how many pages there are.
            names += (("cover", at) for at in (*range(before), *range(before + 1, before + 1 + len(last))))
            names.append(("pass-on", 0))
        return tuple(names)

    @property
    def always(self) -> frozenset[int]:
        """Words for pictures, and the subject on the cover."""
        pictures = always_frozen(self.letter)
        if not self.cover:
            return pictures
        end = len(self.lines.texts) - 1
        return pictures | frozenset(range(end - len(self.cover.rows[-1][1]), end))

    @property
    def measured(self) -> tuple[Any, ...]:
        """Nothing, because its lines are in the flow of the text."""
        return ()

    def with_letter(self, letter: Letter) -> Self:
        """Return the same order for another letter."""
        return replace(self, letter=letter)

    def typeset(self, setting: Setting | None = None) -> TypesetLetter:
        """Typeset it in full.

        Raises:
            RenderError: A character or a picture is missing.
        """
        laid = self.lay_out(setting)
        pdf = self.typesetter.engine.write(laid.sheets, laid.name)
        if self.enclosed:
            from lettergen.pages.pdf.enclosure_sheets import with_pages_in_place

            pdf = with_pages_in_place(pdf, self.enclosed)
        return TypesetLetter(pdf, laid.sheets.count, laid.setting)

    def lay_out(self, setting: Setting | None = None) -> LaidOutLetter:  # noqa: ARG002 - it has but one
        """Lay it out in full; as `typeset`."""
        return self._laid(self.letter, self.line, self.cover, None)

    def stand_in(self, words: Sequence[str], setting: Setting | None = None) -> LaidOutLetter:  # noqa: ARG002
        """Lay it out with other lines."""
        rest = iter(words)
        of_letter = [next(rest) for _ in names_of(self.letter)]
        parted = zip(of_letter, names_of(self.letter), strict=True)
        address = tuple(word for word, (kind, _) in parted if kind == "inside-address")
        line = PageLine(next(rest), next(rest), next(rest))
        cover = self.cover and _cover(self.cover, rest)
        return self._laid(stood_in(self.letter, of_letter), line, cover, address)

    def slots(
        self, found: Sequence[FoundLine], words: Sequence[str], case_of: CaseOf, frozen: frozenset[int]
    ) -> Slots:
        """Return where its lines stand."""
        which: Which = {name: at for at, name in enumerate(self.names)}
        for kind in _IN_THE_PAGE_LINE:
            which[kind] = which[kind, 0]
        lines = [one for line in found for one in self._parted(line, words)]
        return slots_of(lines, words, which, _limit, case_of, frozen)

    def _laid(
        self, letter: Letter, line: PageLine, cover: CoverSheet | None, address: tuple[str, ...] | None
    ) -> LaidOutLetter:
        name = letter.called
        texts = [*letter.texts(), line.identity, line.number, line.when, *(cover.texts() if cover else ())]
        missing = fonts.missing_characters(texts, self.typesetter.font_folders)
        if missing:
            raise RenderError([fonts.missing_problem(name, missing)])
        styles = [page.fax_css(), *page.closer_css()[: self.closeness], page.paper_css(self.page, line)]
        pictures = {name: self.typesetter.picture(name, what) for name, what in letter.pictures()}
        pictures |= enclosure_pictures(self.enclosed)
        engine = self.typesetter.engine

        def lay_out(front: str) -> LaidOutPages:
            markup = page.markup(letter, self.stationery, front, address, self.enclosed)
            return engine.lay_out(markup, styles, pictures, name)

        sheets = lay_out("")
        if cover:
            sheets = lay_out(page.cover_markup(cover, sheets.count))
        return LaidOutLetter(sheets, COMFORTABLE, (), name)

    def _parted(self, line: FoundLine, words: Sequence[str]) -> Iterator[FoundLine]:
        """Yield the lines of the boxes at a page's head, of which each holds two, each by itself."""
        kind, number = line.name
        if kind == "head":
            # Who sends it may run over, and then is part of the mould; the number stands below it.
            texts = words[len(names_of(self.letter)) :]
            count = len(line.boxes) - bool(texts[1])
            if texts[0]:
                yield _stretch(line, ("identity", number), slice(count))
            if texts[1]:
                yield _stretch(line, ("number", number), slice(count, None))
        elif kind == "head-date":
            # The last is the number of the page.
            yield _stretch(line, ("when", number), slice(len(line.boxes) - 1))
        else:
            yield line


def _cover(cover: CoverSheet, rest: Iterator[str]) -> CoverSheet:
    """Return the cover with other lines."""
    rows = tuple((label, tuple(next(rest) for _ in lines)) for label, lines in cover.rows)
    return replace(cover, rows=rows, pass_on=next(rest))


def _stretch(line: FoundLine, name: Name, which: slice) -> FoundLine:
    return replace(line, name=name, boxes=line.boxes[which], words=line.words[which])


def _limit(line: FoundLine) -> float:
    return float("inf") if line.name[0] == _REFERENCES else line.room - HAIR_PX
