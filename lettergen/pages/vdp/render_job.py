"""One letter for the batch typesetter, on its sheets or on fax pages."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, Self

from lettergen.letters.letter import Letter, Paragraph, texts_of
from lettergen.pages.layout.address_fit import address_setting
from lettergen.pages.layout.sheet_css import letterhead_edges, return_line
from lettergen.pages.layout.text_setting import Setting
from lettergen.pages.pdf.typesetter import LaidOutLetter, TypesetLetter, Typesetter
from lettergen.pages.vdp.glyph_setter import GlyphSetter
from lettergen.pages.vdp.mould_parts import FoundLine, Name
from lettergen.pages.vdp.slots import Slots, Which, limit_on_sheet, slots_of
from lettergen.pages.vdp.variable_fields import (
    PersonalLines,
    always_frozen,
    constants,
    lines_of,
    names_of,
    stood_in,
)
from lettergen.reference.stationery import Stationery

__all__ = ["CaseOf", "RenderJob", "SheetRenderJob", "kind", "measured"]

_ON_A_LINE = 85
"""Letters of an own paragraph; another number of lines needs another mould."""

CaseOf = Callable[[Any], GlyphSetter | None]
"""Returns what sets lines in a style."""


class RenderJob(Protocol):
    """A letter, the pages that it goes on, and how it is typeset there in full."""

    letter: Letter
    lines: PersonalLines
    own: tuple[int, ...]
    """Which blocks of its body are the sender's own paragraphs."""
    key: Any
    """What two orders must have in common to be made from one mould; the batch typesetter gives it."""

    @property
    def page(self) -> Any:
        """What the pages are, the same object for all orders of a mailing that go on the same."""

    @property
    def page_key(self) -> str:
        """What the pages are called."""

    @property
    def names(self) -> tuple[Name, ...]:
        """What each of its lines is called."""

    @property
    def always(self) -> frozenset[int]:
        """Lines that are part of every mould."""

    @property
    def measured(self) -> tuple[Any, ...]:
        """All that its lines change of the style sheet, beside their own words."""

    def with_letter(self, letter: Letter) -> Self:
        """Return the same order for another letter."""

    def typeset(self, setting: Setting | None = None) -> TypesetLetter:
        """Typeset it in full."""

    def lay_out(self, setting: Setting | None = None) -> LaidOutLetter:
        """Lay it out in full."""

    def stand_in(self, words: Sequence[str], setting: Setting | None) -> LaidOutLetter:
        """Lay it out with other lines."""

    def slots(
        self, found: Sequence[FoundLine], words: Sequence[str], case_of: CaseOf, frozen: frozenset[int]
    ) -> Slots:
        """Return where its lines stand, after `stand_in`."""


@dataclass(slots=True)
class SheetRenderJob:
    """A letter for its sheets."""

    typesetter: Typesetter
    letter: Letter
    stationery: Stationery
    own: tuple[int, ...] = ()
    key: Any = None
    lines: PersonalLines = field(init=False)

    def __post_init__(self) -> None:
        """Pick out its lines."""
        self.lines = lines_of(self.letter, self.stationery)

    @property
    def page(self) -> Stationery:
        """The sheet."""
        return self.stationery

    @property
    def page_key(self) -> str:
        """Key of the sheet."""
        return self.stationery.key

    @property
    def names(self) -> tuple[Name, ...]:
        """What each of its lines is called."""
        return names_of(self.letter)

    @property
    def always(self) -> frozenset[int]:
        """Lines that are also the words for a picture."""
        return always_frozen(self.letter)

    @property
    def measured(self) -> tuple[Any, ...]:
        """All that the lines above the letter change of the style sheet."""
        return measured(self.letter, self.stationery)

    def with_letter(self, letter: Letter) -> Self:
        """Return the same order for another letter."""
        return replace(self, letter=letter)

    def typeset(self, setting: Setting | None = None) -> TypesetLetter:
        """Typeset it in full."""
        return self.typesetter.typeset(self.letter, self.stationery, setting)

    def lay_out(self, setting: Setting | None = None) -> LaidOutLetter:
        """Lay it out in full."""
        return self.typesetter.lay_out(self.letter, self.stationery, setting)

    def stand_in(self, words: Sequence[str], setting: Setting | None) -> LaidOutLetter:
        """Lay it out with other lines, on the sheet as it is measured for its own address."""
        address = tuple(
            word for word, (kind, _) in zip(words, self.names, strict=True) if kind == "inside-address"
        )
        letter = stood_in(self.letter, words)
        return self.typesetter.lay_out(letter, self.stationery, setting, like=self.letter, address=address)

    def slots(
        self, found: Sequence[FoundLine], words: Sequence[str], case_of: CaseOf, frozen: frozenset[int]
    ) -> Slots:
        """Return where its lines stand."""
        which: Which = {name: at for at, name in enumerate(self.names)}
        # At the head of the pages after the first: the addressee, or else the subject, and the date.
        if self.letter.inside_address:
            which["head"] = which["inside-address", 0]
        which["head-date"] = which["place-and-date", 0]
        limit = partial(limit_on_sheet, self.stationery)
        return slots_of(found, words, which, limit, case_of, frozen)


def kind(letter: Letter, stationery: Stationery, own: Sequence[int]) -> Hashable:
    """Return what letters have in common that come out of one mould, as far as their words tell.

    Args:
        letter: The letter.
        stationery: Its sheet.
        own: Which blocks of its body are the sender's own paragraphs.
    """
    body = list(letter.body)
    lines = []
    for at in own:
        lines.append(-(-sum(map(len, texts_of("body", (body[at],)))) // _ON_A_LINE))
        body[at] = Paragraph(())
    parts = constants(replace(letter, body=tuple(body)))
    shape = lines_of(letter, stationery).shape
    return hash((stationery.key, parts, shape, measured(letter, stationery), tuple(lines)))


def measured(letter: Letter, stationery: Stationery) -> tuple[Any, ...]:
    """Return all that the lines above a letter change of its style sheet (`sheet_css`)."""
    if not letter.inside_address:
        return ()
    address = address_setting(letter, stationery)
    return (
        *(
            address.size_pt,
            address.leading,
            address.top_mm,
            address.width_mm,
            address.lines,
            address.in_sight,
        ),
        *return_line(letter, stationery),
        *(letterhead_edges(letter, stationery) if stationery.information_block else ()),
    )
