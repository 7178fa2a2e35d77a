"""A letter on its way to fax pages: its words, the line at the head of each page, its cover."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from lettergen.errors import RenderError
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.pages import fonts
from lettergen.pages.fax import page, sender
from lettergen.pages.fax.manner import Manner
from lettergen.pages.fax.raster import Paper
from lettergen.pages.fax.sender import Cover, PageLine
from lettergen.pages.fit import COMFORTABLE, Setting
from lettergen.pages.mould.frame import HAIR_PX, Frame, Which, frame
from lettergen.pages.mould.innards import Found, Name
from lettergen.pages.mould.order import CaseOf
from lettergen.pages.mould.personal import Lines, always_frozen, lines_of, names_of, own_blocks, stood_in
from lettergen.pages.pdf import Laid, Typeset, Typesetter
from lettergen.reference.stationery import Stationery

__all__ = ["FaxOrder"]

_IN_THE_PAGE_LINE = ("identity", "number", "when")
# Its boxes are as wide as their words, and share a width with the date (`Frame.abreast`).
_REFERENCES = "references"


@dataclass(slots=True)
class FaxOrder:
    """A letter for fax pages. They are all of one size of type, so that nothing is fitted."""

    typesetter: Typesetter
    letter: Letter
    stationery: Stationery
    """The sheet that it would go on, in whose window its address is parted."""
    page: Paper
    line: PageLine
    cover: Cover | None = None
    own: tuple[int, ...] = ()
    key: Any = None
    lines: Lines = field(init=False)

    @classmethod
    def of(
        cls,
        letter: Letter,
        facts: LetterFacts,
        stationery: Stationery,
        typesetter: Typesetter,
        manner: Manner,
    ) -> "FaxOrder":
        """Order the fax of a letter."""
        line = sender.page_line(facts, letter.language, manner.at)
        cover = sender.cover_of(letter, facts, line) if manner.cover else None
        own = own_blocks(letter.body, facts.sender.own_words)
        return cls(typesetter, letter, stationery, sender.paper_of(facts), line, cover, own)

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
        self.lines = Lines((*of_letter.texts, *texts), shape)

    @property
    def page_key(self) -> str:
        """What the pages are called."""
        return f"fax {self.page.name}"

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
        """Nothing: its lines stand in the flow of the text."""
        return ()

    def with_letter(self, letter: Letter) -> Self:
        """Return the same order for another letter."""
        return replace(self, letter=letter)

    def typeset(self, setting: Setting | None = None) -> Typeset:
        """Typeset it in full.

        Raises:
            RenderError: A character or a picture is missing.
        """
        laid = self.lay_out(setting)
        pdf = self.typesetter.press.write(laid.sheets, laid.name)
        return Typeset(pdf, laid.sheets.count, laid.setting)

    def lay_out(self, setting: Setting | None = None) -> Laid:  # noqa: ARG002 - it has but one
        """Lay it out in full; as `typeset`."""
        return self._laid(self.letter, self.line, self.cover, None)

    def stand_in(self, words: Sequence[str], setting: Setting | None = None) -> Laid:  # noqa: ARG002
        """Lay it out with other lines."""
        rest = iter(words)
        of_letter = [next(rest) for _ in names_of(self.letter)]
        parted = zip(of_letter, names_of(self.letter), strict=True)
        address = tuple(word for word, (kind, _) in parted if kind == "inside-address")
        line = PageLine(next(rest), next(rest), next(rest))
        cover = self.cover and _cover(self.cover, rest)
        return self._laid(stood_in(self.letter, of_letter), line, cover, address)

    def frame(
        self, found: Sequence[Found], words: Sequence[str], case_of: CaseOf, frozen: frozenset[int]
    ) -> Frame:
        """Return where its lines stand."""
        which: Which = {name: at for at, name in enumerate(self.names)}
        for kind in _IN_THE_PAGE_LINE:
            which[kind] = which[kind, 0]
        lines = [one for line in found for one in self._parted(line, words)]
        return frame(lines, words, which, _limit, case_of, frozen)

    def _laid(
        self, letter: Letter, line: PageLine, cover: Cover | None, address: tuple[str, ...] | None
    ) -> Laid:
        name = f"to `{letter.recipient_id}`" if letter.recipient_id else f"`{letter.letter_id}`"
        texts = [*letter.texts(), line.identity, line.number, line.when, *(cover.texts() if cover else ())]
        missing = fonts.missing_characters(texts, self.typesetter.font_folders)
        if missing:
            raise RenderError([fonts.missing_problem(name, missing)])
        styles = [page.fax_css(), page.paper_css(self.page, line)]
        pictures = {
            one.picture: self.typesetter.picture(one.picture) for one in letter.signatures if one.picture
        }
        press = self.typesetter.press
        sheets = press.lay_out(page.markup(letter, self.stationery, "", address), styles, pictures, name)
        if cover:
            front = page.cover_markup(cover, sheets.count)
            sheets = press.lay_out(
                page.markup(letter, self.stationery, front, address), styles, pictures, name
            )
        return Laid(sheets, COMFORTABLE, (), name)

    def _parted(self, line: Found, words: Sequence[str]) -> Iterator[Found]:
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


def _cover(cover: Cover, rest: Iterator[str]) -> Cover:
    """Return the cover with other lines."""
    rows = tuple((label, tuple(next(rest) for _ in lines)) for label, lines in cover.rows)
    return replace(cover, rows=rows, pass_on=next(rest))


def _stretch(line: Found, name: Name, which: slice) -> Found:
    return replace(line, name=name, boxes=line.boxes[which], words=line.words[which])


def _limit(line: Found) -> float:
    return float("inf") if line.name[0] == _REFERENCES else line.room - HAIR_PX
