"""A sender's own paragraph broken into lines and set, before it stands on a page."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape
from typing import Any

from lettergen.pages.html_words import parted_end, spoken_text
from lettergen.pages.layout.text_setting import Setting
from lettergen.pages.pdf.pango_private import LineBreaker
from lettergen.pages.vdp.glyph_setter import GlyphSetter, SetLine
from lettergen.pages.vdp.mould_parts import FoundLine

__all__ = ["Lines", "ParagraphSetter", "SetParagraphs", "TooHardError", "stand_as_found"]

Lines = tuple[tuple[SetLine, ...], ...]
"""The stretches of each line; the last has two, if more than the paragraph's end stands on it."""

# Nearer than this to the edge, a word that is measured in its paragraph may fall on either side of it; and
# nearer than the second, one that is measured as it stands.
_HAIR_PX, _LAST_PLACE_PX = 0.25, 0.005
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
class SetParagraphs:
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
    """A paragraph cut at the ends of its lines; the hyphen of a broken word is part of the line."""

    lines: tuple[str, ...]
    """All but the paragraph's end."""
    beside: str
    """What of the end stands on the last of these lines."""
    below: str
    """What of it stands on a line of its own."""

    @property
    def count(self) -> int:
        return len(self.lines) + bool(self.below)


@dataclass(slots=True, eq=False)
class ParagraphSetter:
    """Sets paragraphs in one measure, in one size of type."""

    breaks: LineBreaker
    case: GlyphSetter
    language: str
    size: float
    """Of the type, in px."""
    _hair: float = field(init=False)
    """In Pango's units, like the next."""
    _wide: float = field(init=False)
    _beginnings: dict[str, bool] = field(default_factory=dict)
    _cut: dict[str, _Broken | None] = field(default_factory=dict)
    _set: dict[str, Lines | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reckon in Pango's units."""
        # Pango leaves out half of the space between two letters at either end of a line.
        self._hair = (_HAIR_PX + 2 * self.case.type.spacing) / self.case.type.unit
        self._wide = self.breaks.width / self.case.type.unit

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process without the paragraphs that were set, which are letters' own."""
        return ParagraphSetter, (self.breaks, self.case, self.language, self.size)

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
        parted = _parted_plain(text, self.language)
        if parted is None or "\N{HYPHEN}" in text or self.case.rows_of(text) is None:
            return None
        if not self._can_begin(parted[1][0]):
            return None
        before, end = parted
        reaches = self.case.reaches(before + end)
        if not reaches or reaches[-1] - reaches[len(before)] > self._wide - self._hair:
            return None
        lines = self._filled(before, reaches[: len(before) + 1])
        if not lines:
            return None
        if not before.endswith(lines[-1]):
            # Its space found no room, so the end begins the next line.
            return _Broken(tuple(lines), "", end)
        room = self._room(lines[-1], end, reaches, len(before))
        if room is None:
            return None
        if room > 0:
            return _Broken(tuple(lines), end, "")
        parts = self._beside_and_below(lines[-1], end) if self.breaks.can_break(end) else ("", end)
        return _Broken(tuple(lines), *parts) if parts else None

    def _can_begin(self, character: str) -> bool:
        """Say whether a line may begin with a character that follows a space."""
        if character not in self._beginnings:
            self._beginnings[character] = self.breaks.can_break(f" {character}")
        return self._beginnings[character]

    def _room(self, last: str, end: str, reaches: Sequence[int], at: int) -> float | None:
        """Return how much room the end leaves on the last line; None where that is not certain."""
        room = self._wide - (reaches[-1] - reaches[at - len(last)])
        if abs(room) > self._hair:
            return room
        before, alone = self._width(last), self._width(end)
        if before is None or alone is None:
            return None
        room = self._wide - before - alone
        return room if abs(room) * self.case.type.unit > _LAST_PLACE_PX else None

    def _beside_and_below(self, last: str, end: str) -> tuple[str, str] | None:
        """Return what of an end that can be broken stands beside the last line, and what below it."""
        before = self._width(last)
        if before is None:
            return None
        tried = set()
        for hair in (-self._hair, self._hair):
            room = self._wide - before + hair
            words, rest = self.breaks.in_room(end, room * self.case.type.unit)
            width = self._width(words)
            if rest is None or not end.startswith(words) or width is None:
                return None
            tried.add((words, end[len(words) :]) if width < room else ("", end))
        return tried.pop() if len(tried) == 1 else None

    def _width(self, text: str) -> float | None:
        """Return how wide a stretch is that stands by itself, in Pango's units, as `line_size` has it."""
        reaches = self.case.reaches(text)
        return reaches[-1] + self.case.type.spacing / self.case.type.unit if reaches else None

    def _filled(self, text: str, reaches: Sequence[int]) -> list[str] | None:
        """Return the lines of what comes before a paragraph's end; None where one is not certain."""
        spaces = [at for at, character in enumerate(text) if character == " "]
        ends = [reaches[at] for at in spaces]
        lines: list[str] = []
        start, least = 0, self._wide - self._hair
        while reaches[-1] - reaches[start] > least:
            if len(lines) == _MOST_LINES:
                return None
            over = bisect_left(ends, reaches[start] + least)
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
                return lines
        return [*lines, text[start:]]

    def _is_certain(self, text: str, reaches: Sequence[int], start: int, space: int, end: int) -> bool:
        """Say whether a line from ``start`` ends at a space, as the word from there to ``end`` is too much.

        It is where nothing hangs on a hair, the word is one that is not broken here, and the line
        is not so long that WeasyPrint would look at it twice.
        """
        word, before = text[space + 1 : end], text[space - 1]
        bare = word.rstrip(_ENDS_A_CLAUSE)
        room = self._wide - (reaches[space] - reaches[start])
        is_whole = len(word) < _SHORTEST_BROKEN or room < _UNBROKEN_ZONE * self._wide - self._hair
        return (
            is_whole
            and start < space
            and reaches[end] - reaches[start] > self._wide + self._hair
            and bare.isalnum()
            and len(word) - len(bare) < 2
            and max(word) < _BEYOND_EUROPE
            and (before.isalnum() or before in _ENDS_A_CLAUSE)
            and before < _BEYOND_EUROPE
            and end - start < self.breaks.width / self.size * 4 - 4
        )

    def _lines(self, broken: _Broken) -> Lines | None:
        *whole, words = broken.lines
        lines = [[self.case.stretch(line)] for line in whole]
        before = self.case.stretch(words)
        beside = self.case.stretch(broken.beside) if broken.beside else None
        if before and beside:
            if before.width + beside.width > self.breaks.width:
                return None
            lines.append([before, replace(beside, offset=before.width)])
        elif broken.beside:
            return None
        else:
            lines.append([self._before_the_end(words)])
        if broken.below:
            lines.append([self.case.stretch(broken.below)])
        return _placed(lines)

    def _before_the_end(self, words: str) -> SetLine | None:
        """Return a line after which only the end follows; its last space is drawn, but has no width."""
        drawn, seen = self.case.stretch(words), self.case.stretch(words.rstrip(" "))
        return drawn and seen and replace(drawn, width=seen.width)


@lru_cache(maxsize=_MOST_KEPT)
def _parted_plain(text: str, language: str) -> tuple[str, str] | None:
    """Return what comes before a paragraph's end, and the end; None where there is more to it than words."""
    before, end = parted_end(text)
    spoken = spoken_text(text, language, titles=True)
    is_plain = text == text.strip() and "  " not in text and spoken == escape(text)
    return (before, end) if is_plain and before else None


def stand_as_found(paragraph: Lines, found: Sequence[FoundLine]) -> bool:
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
