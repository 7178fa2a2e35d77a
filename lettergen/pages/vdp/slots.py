"""Where a mould's personal lines stand, and how long each may be before it moves anything."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lettergen.pages.checks import sight
from lettergen.pages.layout.text_setting import COMFORTABLE
from lettergen.pages.vdp.glyph_setter import GlyphSetter, SetLine
from lettergen.pages.vdp.mould_parts import FoundLine, Name, number
from lettergen.reference import MM_PER_PX
from lettergen.reference.stationery import Stationery

__all__ = ["HAIR_PX", "DoesNotHoldError", "Slot", "Slots", "Which", "limit_on_sheet", "slots_of"]

_PX_PER_MM = 1 / MM_PER_PX
# A line that comes closer to the edge of its room is typeset in full, to have no dispute about a hair.
HAIR_PX = 0.5
_GAP_PX = 8.0 * _PX_PER_MM
"""Between references and date (`column-gap` of ``.reference-line`` in letter.css)."""
_NEIGHBOURS = (("references", "place-and-date", _GAP_PX), ("head", "head-date", 12.0))
# Their size goes with the setting of the text, and they are in their place when the setting is found.
_GROWING = frozenset({"letterhead-name", "letterhead-lines", "signature"})
_COMFORTABLE_PX = COMFORTABLE.size_pt * 96 / 72
# These boxes are as wide as their words; see `_abreast`.
_AS_WIDE_AS_THEY_ARE = frozenset({"references", "head", "head-date"})

Which = dict[Name | str, int]
"""Which of a letter's personal lines stands where: by the name of a place, or for all places of a kind."""


class DoesNotHoldError(Exception):
    """A mould does not hold what it should: a line stands elsewhere, or a page is drawn in another way."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Room for one personal line."""

    name: Name
    text: int
    """Which of the letter's personal lines stands here."""
    page: int
    case: GlyphSetter | None
    """None where the line is more than its glyphs, such as letter-spaced small capitals."""
    limit: float
    """The widest line, in px, that stands here and leaves all else where it is."""
    left: float
    right: float
    """Where the line begins and ends; one of them holds for all lines."""
    base: float
    aligns_right: bool
    start: bytes

    def set(self, line: SetLine) -> bytes:
        """Return a line as it stands in the page."""
        if line.offset is not None:
            left = self.left + line.offset
        elif self.aligns_right:
            left = self.right - line.width
        else:
            return self.start + line.glyphs
        return b"1 0 0 -1 %b %b Tm\n%b" % (number(left), number(self.base), line.glyphs)


@dataclass(frozen=True, slots=True)
class Slots:
    """All places of a mould, page by page."""

    places: tuple[Slot, ...]
    abreast: tuple[tuple[tuple[int, ...], tuple[int, ...], float], ...]
    """Places that share a width: the widest of some and the widest of others, and what both may take."""

    def set(self, texts: Sequence[str]) -> tuple[list[SetLine | None], frozenset[int]]:
        """Return the personal lines of a letter, and which of its texts take more than their place."""
        lines: list[SetLine | None] = []
        refused = []
        for place in self.places:
            line = place.case.line(texts[place.text]) if place.case else None
            if line is None or line.width > place.limit:
                refused.append(place.text)
            lines.append(line)
        if refused:
            refused += self._neighbours(refused)
        else:
            for some, others, limit in self.abreast:
                if _widest(lines, some) + _widest(lines, others) > limit:
                    refused += [self.places[at].text for at in (*some, *others)]
        return lines, frozenset(refused)

    def _neighbours(self, refused: Iterable[int]) -> list[int]:
        """Return what stands abreast of a line that takes an unknown width."""
        found = []
        for some, others, _ in self.abreast:
            texts = [self.places[at].text for at in (*some, *others)]
            if not set(refused).isdisjoint(texts):
                found += texts
        return found


def _widest(lines: Sequence[SetLine | None], which: Iterable[int]) -> float:
    return max((line.width for at in which if (line := lines[at])), default=0.0)


def slots_of(
    found: Sequence[FoundLine],
    texts: Sequence[str],
    which: Mapping[Name | str, int],
    limit_of: Callable[[FoundLine], float],
    case_of: Callable[[Any], GlyphSetter | None],
    frozen: frozenset[int],
) -> Slots:
    """Return the slots of a letter that is laid out.

    Args:
        found: Its lines.
        texts: Its personal lines.
        which: Which of them stands where.
        limit_of: Gives how wide a line in one piece may be before it runs over, or leaves its room.
        case_of: Returns what sets lines in a style.
        frozen: Lines that are part of the mould, and may be of any kind, blank ones too.

    Raises:
        DoesNotHoldError: A line is not where it has to be.
    """
    places = []
    for line in found:
        text = which.get(line.name, which.get(line.name[0]))
        if text is None or not texts[text]:
            continue
        if text in frozen:
            continue
        if len(line.boxes) != 1:
            raise DoesNotHoldError("a line is not in one piece")
        places.append(_place(line, text, limit_of(line), case_of(line.style)))
    missing = {at for at, text in enumerate(texts) if text} - {place.text for place in places} - frozen
    if missing:
        raise DoesNotHoldError("a line is on no page")
    return Slots(tuple(places), tuple(_abreast(places, found)))


def _place(line: FoundLine, text: int, limit: float, case: GlyphSetter | None) -> Slot:
    left, base, width = line.boxes[0]
    right = line.right if line.aligns_right else left + width
    start = b"1 0 0 -1 %b %b Tm\n" % (number(left), number(base))
    return Slot(line.name, text, line.page, case, limit, left, right, base, line.aligns_right, start)


def limit_on_sheet(stationery: Stationery, line: FoundLine) -> float:
    """Return how wide a line of a letter on its sheet may be, in px."""
    left, base, _ = line.boxes[0]
    kind = line.name[0]
    is_as_wide = line.is_abreast and kind in _AS_WIDE_AS_THEY_ARE
    limit = float("inf") if is_as_wide else line.room - HAIR_PX
    if kind in _GROWING:
        limit *= min(1.0, line.style["font_size"] / _COMFORTABLE_PX)
    limit = min(limit, _room(line, left, base, stationery))
    if kind == "inside-address" and stationery.safe_zones:
        seen = min(safe.zone.right for safe in stationery.safe_zones) * _PX_PER_MM
        limit = min(limit, seen - left - HAIR_PX)
    return limit


def _room(line: FoundLine, left: float, base: float, stationery: Stationery) -> float:
    """Return how wide the line may be and still keep clear of the sheet's edge."""
    area = stationery.printable
    size = line.style["font_size"] / _PX_PER_MM
    ink = sight.ink_of_line(area.left, base / _PX_PER_MM, 0.0, size)
    if not area.holds(ink):
        return 0.0
    if line.aligns_right:
        return line.right - area.left * _PX_PER_MM - HAIR_PX
    return area.right * _PX_PER_MM - left - HAIR_PX


def _abreast(places: Sequence[Slot], found: Sequence[FoundLine]) -> Iterable[Any]:
    edges = {(line.page, line.name[0]): line for line in found if line.is_abreast}
    for page in sorted({place.page for place in places}):
        here = [(at, place) for at, place in enumerate(places) if place.page == page]
        for one, other, gap in _NEIGHBOURS:
            some = tuple(at for at, place in here if place.name[0] == one)
            others = tuple(at for at, place in here if place.name[0] == other)
            if (page, one) in edges and (page, other) in edges:
                width = edges[page, other].right - edges[page, one].left
                yield some, others, width - (gap + HAIR_PX)
