"""A sender's own paragraph broken into lines and set, before it stands on any page."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape

from lettergen.pages.fit import Setting
from lettergen.pages.html import parted_end, spoken_text
from lettergen.pages.mould.compositor import Case, SetLine
from lettergen.pages.mould.innards import Breaks, Found

__all__ = ["Galley", "Lines", "MadeUp", "TooHardError", "stand_as_found"]

Lines = tuple[tuple[SetLine, ...], ...]
"""The stretches of each line; the last has two, if more than the paragraph's end stands on it."""

# Nearer than this to the edge, sums of the same lengths may fall on either side of it.
_HAIR_PX = 0.25
_LAST_PLACE_PX = 0.001
_MOST_LINES = 200
_MOST_KEPT = 512

# What a line is certainly broken between, by the Unicode Line Breaking Algorithm (UAX 14), and in front of
# what: letters and digits of Europe after a word of them, or after the sign that ends a clause.
_ENDS_A_CLAUSE = ".,;:!?"
_BEYOND_EUROPE = "\u0530"
# `hyphenate-limit-chars` and `hyphenate-limit-zone` in letter.css.
_SHORTEST_BROKEN = 8
_UNBROKEN_ZONE = 0.1


@dataclass(frozen=True, slots=True)
class MadeUp:
    """The own paragraphs of a letter in the setting that the letter gets."""

    setting: Setting
    paragraphs: tuple[Lines, ...]

    @property
    def structure(self) -> tuple[tuple[int, ...], ...]:
        """How many stretches each line of each paragraph has: all that the rest of the letter depends on."""
        return tuple(tuple(map(len, lines)) for lines in self.paragraphs)

    @property
    def stretches(self) -> tuple[SetLine, ...]:
        """All stretches in the order of the page."""
        return tuple(stretch for lines in self.paragraphs for line in lines for stretch in line)


class TooHardError(Exception):
    """A paragraph is more than plain words, or its lines are not certain."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """A paragraph cut at the ends of its lines."""

    lines: tuple[str, ...]
    """All but the paragraph's end; the hyphen of a broken word is part of the line."""
    end: str
    end_is_alone: bool

    @property
    def count(self) -> int:
        return len(self.lines) + self.end_is_alone


@dataclass(slots=True, eq=False)
class Galley:
    """Sets paragraphs in one measure, in one size of type."""

    breaks: Breaks
    case: Case
    language: str
    size: float
    """Of the type, in px."""
    _cut: dict[str, _Broken | None] = field(default_factory=dict)
    _set: dict[str, Lines | None] = field(default_factory=dict)

    def count(self, text: str) -> int | None:
        """Return how many lines a paragraph takes; None for one that is more than plain words."""
        broken = self._broken(text)
        return broken.count if broken else None

    def lines(self, text: str) -> Lines | None:
        """Return the lines of a paragraph; None for one that is more than plain words."""
        if text not in self._set:
            if len(self._set) >= _MOST_KEPT:
                self._set.clear()
            broken = self._broken(text)
            self._set[text] = self._lines(broken) if broken else None
        return self._set[text]

    def _broken(self, text: str) -> _Broken | None:
        if text not in self._cut:
            if len(self._cut) >= _MOST_KEPT:
                self._cut.clear()
            self._cut[text] = self._into_lines(text)
        return self._cut[text]

    def _into_lines(self, text: str) -> _Broken | None:
        before, end = parted_end(text)
        is_plain = text == text.strip() and "  " not in text and self.case.alphabet.issuperset(text)
        if not is_plain or not before or spoken_text(text, self.language) != escape(text):
            return None
        if not self.breaks.can_break(f" {end[0]}"):
            return None
        reaches, width = self.case.reaches(before), self._width(end)
        if reaches is None or width is None or width > self.breaks.width - _HAIR_PX:
            return None
        lines = self._filled(before, reaches)
        if lines is None:
            return None
        last = self._width(lines[-1])
        room = self.breaks.width - width - (last or 0.0)
        if last is None or last > self.breaks.width - _HAIR_PX or abs(room) < _HAIR_PX:
            return None
        if room < 0 and self.breaks.can_break(end):
            return None
        return _Broken(tuple(lines), end, room < 0)

    def _width(self, text: str) -> float | None:
        reaches = self.case.reaches(text)
        return reaches[-1] if reaches else None

    def _filled(self, text: str, reaches: Sequence[float]) -> list[str] | None:
        """Return the lines of what comes before a paragraph's end; None where one is not certain."""
        spaces = [at for at, character in enumerate(text) if character == " "]
        ends = [reaches[at] for at in spaces]
        lines: list[str] = []
        start = 0
        while reaches[-1] - reaches[start] > self.breaks.width - _HAIR_PX:
            if len(lines) == _MOST_LINES:
                return None
            over = bisect_left(ends, reaches[start] + self.breaks.width - _HAIR_PX)
            is_within = 0 < over < len(spaces)
            if is_within and self._is_certain(text, reaches, start, spaces[over - 1], spaces[over]):
                lines.append(text[start : spaces[over - 1]])
                start = spaces[over - 1] + 1
                continue
            words, rest = self.breaks.first_line(text[start:])
            if rest is None:
                return [*lines, words]
            lines.append(words)
            left = text[start:].encode()[rest:].decode().lstrip(" ")
            start = len(text) - len(left)
            if not words:
                return None
            if not left:
                # Only the last space did not find room; what follows begins the next line.
                return lines
        return [*lines, text[start:]]

    def _is_certain(self, text: str, reaches: Sequence[float], start: int, space: int, end: int) -> bool:
        """Say whether a line from ``start`` ends at a space, as the word from there to ``end`` is too much.

        It is where nothing hangs on a hair, the word is one that is not broken here, and the line
        is not so long that WeasyPrint would look at it twice.
        """
        word = text[space + 1 : end]
        bare = word.rstrip(_ENDS_A_CLAUSE)
        room = self.breaks.width - (reaches[space] - reaches[start])
        is_whole = len(word) < _SHORTEST_BROKEN or room < _UNBROKEN_ZONE * self.breaks.width - _HAIR_PX
        return (
            start < space
            and reaches[end] - reaches[start] > self.breaks.width + _HAIR_PX
            and is_whole
            and bare.isalnum()
            and len(word) - len(bare) < 2
            and max(word) < _BEYOND_EUROPE
            and (text[space - 1].isalnum() or text[space - 1] in _ENDS_A_CLAUSE)
            and text[space - 1] < _BEYOND_EUROPE
            and end - start < self.breaks.width / self.size * 4 - 4
        )

    def _lines(self, broken: _Broken) -> Lines | None:
        *whole, words = broken.lines
        lines = [[self.case.stretch(line)] for line in whole]
        before, last = self.case.stretch(words), self.case.stretch(broken.end)
        if before and last and not broken.end_is_alone:
            lines.append([before, replace(last, offset=before.width)])
        else:
            lines += [[self._before_the_end(words)], [last]]
        return _placed(lines)

    def _before_the_end(self, words: str) -> SetLine | None:
        """Return a line after which only the end follows; its last space is drawn, but has no width."""
        drawn, seen = self.case.stretch(words), self.case.stretch(words.rstrip(" "))
        return drawn and seen and replace(drawn, width=seen.width)


def stand_as_found(paragraph: Lines, found: Sequence[Found]) -> bool:
    """Say whether a paragraph was laid out as it is set here."""
    stretches = [stretch for line in paragraph for stretch in line]
    boxes = [(x - one.left, width) for one in found for x, _, width in one.boxes]
    bases = {(one.page, base) for one in found for _, base, _ in one.boxes}
    return (
        len(boxes) == len(stretches)
        and len(bases) == len(paragraph)
        and all(
            abs(x - (stretch.offset or 0.0)) < _LAST_PLACE_PX and abs(width - stretch.width) < _LAST_PLACE_PX
            for (x, width), stretch in zip(boxes, stretches, strict=True)
        )
    )


def _placed(lines: Sequence[Sequence[SetLine | None]]) -> Lines | None:
    """Return the lines with a place for each stretch; None if one could not be set."""
    found = []
    for line in lines:
        stretches = [stretch for stretch in line if stretch is not None]
        if len(stretches) < len(line):
            return None
        found.append(tuple(replace(stretch, offset=stretch.offset or 0.0) for stretch in stretches))
    return tuple(found)
