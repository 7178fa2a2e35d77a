"""A letter on its way through the foundry, be it for its sheets or for fax pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, Self

from lettergen.letters.letter import Letter
from lettergen.pages.fit import Setting
from lettergen.pages.geometry import return_line
from lettergen.pages.ladder import address_setting
from lettergen.pages.mould.compositor import Case
from lettergen.pages.mould.frame import Frame, Which, frame, limit_on_sheet
from lettergen.pages.mould.innards import Found, Name
from lettergen.pages.mould.personal import Lines, always_frozen, lines_of, names_of, stood_in
from lettergen.pages.pdf import Laid, Typeset, Typesetter
from lettergen.reference.stationery import Stationery

__all__ = ["CaseOf", "Order", "SheetOrder", "measured"]

CaseOf = Callable[[Any], Case | None]
"""Gives the sorts for a style."""


class Order(Protocol):
    """A letter, the pages that it goes on, and how it is typeset there in full."""

    letter: Letter
    lines: Lines
    own: tuple[int, ...]
    """Which blocks of its body are the sender's own paragraphs."""
    key: Any
    """What two orders must have in common to be cast from one mould; the foundry gives it."""

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

    def typeset(self, setting: Setting | None = None) -> Typeset:
        """Typeset it in full."""

    def lay_out(self, setting: Setting | None = None) -> Laid:
        """Lay it out in full."""

    def stand_in(self, words: Sequence[str], setting: Setting | None) -> Laid:
        """Lay it out with other lines."""

    def frame(
        self, found: Sequence[Found], words: Sequence[str], case_of: CaseOf, frozen: frozenset[int]
    ) -> Frame:
        """Return where its lines stand, after `stand_in`."""


@dataclass(slots=True)
class SheetOrder:
    """A letter for its sheets."""

    typesetter: Typesetter
    letter: Letter
    stationery: Stationery
    own: tuple[int, ...] = ()
    key: Any = None
    lines: Lines = field(init=False)

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
        """All that address and return address change of the style sheet."""
        return measured(self.letter, self.stationery)

    def with_letter(self, letter: Letter) -> Self:
        """Return the same order for another letter."""
        return replace(self, letter=letter)

    def typeset(self, setting: Setting | None = None) -> Typeset:
        """Typeset it in full."""
        return self.typesetter.typeset(self.letter, self.stationery, setting)

    def lay_out(self, setting: Setting | None = None) -> Laid:
        """Lay it out in full."""
        return self.typesetter.lay_out(self.letter, self.stationery, setting)

    def stand_in(self, words: Sequence[str], setting: Setting | None) -> Laid:
        """Lay it out with other lines, on the sheet as it is measured for its own address."""
        address = tuple(
            word for word, (kind, _) in zip(words, self.names, strict=True) if kind == "inside-address"
        )
        letter = stood_in(self.letter, words)
        return self.typesetter.lay_out(letter, self.stationery, setting, like=self.letter, address=address)

    def frame(
        self, found: Sequence[Found], words: Sequence[str], case_of: CaseOf, frozen: frozenset[int]
    ) -> Frame:
        """Return where its lines stand."""
        which: Which = {name: at for at, name in enumerate(self.names)}
        # At the head of the pages after the first: the addressee, or else the subject, and the date.
        if self.letter.inside_address:
            which["head"] = which["inside-address", 0]
        which["head-date"] = which["place-and-date", 0]
        limit = partial(limit_on_sheet, self.stationery)
        return frame(found, words, which, limit, case_of, frozen)


def measured(letter: Letter, stationery: Stationery) -> tuple[Any, ...]:
    """Return all that a letter's address and return address change of its style sheet (`sheet_css`)."""
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
    )
