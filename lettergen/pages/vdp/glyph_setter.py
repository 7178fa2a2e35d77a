"""Sets single lines of type: the glyphs that Pango chooses, as WeasyPrint writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from string import ascii_letters, digits
from typing import Any, TypeVar
from unicodedata import bidirectional, category

from lettergen.pages.pdf.pango_private import GlyphType
from lettergen.pages.typefaces.scripts import has_foreign
from lettergen.pages.vdp.mould_parts import number

__all__ = ["LETTERS", "OFTEN", "GlyphSetter", "Rows", "SetLine", "merged", "row_of"]

T = TypeVar("T", str, int)

Rows = frozenset[int]
"""Which rows of characters some words need, by number."""

LETTERS, _SIGNS = -2, -1
"""The row of the letters and signs that names have, and of what most addresses and sentences have besides."""
# All others follow Unicode. Small rows make small files, but each set of rows that letters need is a font.
_SMALL, _LARGE, _FIRST_LARGE = 32, 64, 0x100
# Written by WeasyPrint where a word is broken; a letter's own would be told from it no more.
_HYPHEN = "\N{HYPHEN}"
OFTEN = {
    LETTERS: frozenset(ascii_letters + " \N{NO-BREAK SPACE}.,'-\N{RIGHT SINGLE QUOTATION MARK}"),
    # With the one small letter of German that stands apart from the others in Unicode.
    _SIGNS: frozenset(digits + "!&()+/:;?@·ß\N{EN DASH}\N{EM DASH}" + "“”‘" + _HYPHEN),
}
"""These two rows; they win over others where one glyph stands for two characters."""

_JUST_LETTERS, _BOTH = frozenset((LETTERS,)), frozenset(OFTEN)
_EVERYDAY = OFTEN[LETTERS] | OFTEN[_SIGNS] - {_HYPHEN}

# Joined into one glyph by nearly all text faces.
_JOINED = ("f", "ff", "t", "T", "Q", "c", "s", "st")
_JOINED_TO = "bfhijkltuy"
_MOST_KEPT = 20_000
_LEFT_TO_RIGHT = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS", "BN"})
_LETTERS = ("L", "N", "P", "S")


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line of type."""

    glyphs: bytes
    """Face, size and glyphs in the language of a PDF page."""
    width: float
    """In px."""
    rows: Rows
    """Which characters a font has to hold for it."""
    offset: float | None = None
    """How far it begins from the left edge of its block, in px, where that differs from letter to letter."""


def can_stand_in_a_line(character: str) -> bool:
    """Say whether a character is set by itself, from left to right, and never breaks or moves a line."""
    if character in (" ", "\N{NO-BREAK SPACE}"):
        return True
    if category(character)[0] not in _LETTERS or bidirectional(character) not in _LEFT_TO_RIGHT:
        return False
    # Chinese, Japanese, Korean: other fonts, marked with their language (`pages.scripts`).
    code = ord(character)
    is_eastern = 0x1100 <= code < 0x1200 or 0x2E80 <= code < 0xA4D0 or 0xA960 <= code < 0xD7FF
    return not is_eastern and not 0xF900 <= code < 0xFB00 and code < 0xFE30 and character != _HYPHEN


class _RowOf(dict[str, int | None]):
    """The row in which a character lies; None for one that is not set in a line."""

    def __missing__(self, character: str) -> int | None:
        code = ord(character)
        row = code // _SMALL if code < _FIRST_LARGE else _FIRST_LARGE + code // _LARGE
        self[character] = found = row if can_stand_in_a_line(character) else None
        return found


row_of = _RowOf((character, row) for row, characters in OFTEN.items() for character in characters)


@cache
def _characters(row: int) -> tuple[str, ...]:
    if row in OFTEN:
        return tuple(sorted(OFTEN[row]))
    start, size = (row * _SMALL, _SMALL) if row < _FIRST_LARGE else ((row - _FIRST_LARGE) * _LARGE, _LARGE)
    return tuple(one for one in map(chr, range(start, start + size)) if row_of[one] == row)


def merged(parts: Iterable[Mapping[int, T]]) -> dict[int, T] | None:
    """Return what all parts say of glyphs, in order; None where they say this and that of the same."""
    parts = list(parts)
    found = {glyph: word for part in parts for glyph, word in part.items()}
    return dict(sorted(found.items())) if all(part.items() <= found.items() for part in parts) else None


@dataclass(slots=True, eq=False)
class GlyphSetter:
    """The glyphs of one face in one size, row by row; what is in no row is not set.

    The glyphs of a row follow from the face alone, so the subset of the font
    that goes into a file hangs on the rows that its own lines need.
    """

    type: GlyphType
    widths: dict[int, int] = field(default_factory=dict)
    """Each glyph's advance in thousandths of the size."""
    _rows: dict[int, dict[int, str]] = field(default_factory=dict)
    _words: dict[Rows, dict[int, str] | None] = field(default_factory=dict)
    _head: bytes = b""
    _lines: dict[str, SetLine | None] = field(default_factory=dict)
    _pieces: "_PlacedGlyphs" = field(init=False)

    def __post_init__(self) -> None:
        """Write the face and its size."""
        self._pieces = _PlacedGlyphs(self)
        self._head = b"/%b %b Tf\n[" % (self.type.resource, number(self.type.size))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process without the lines that were set, which are letters' own."""
        return GlyphSetter, (self.type, self.widths, self._rows)

    def line(self, text: str) -> SetLine | None:
        """Return ``text`` set on one line; None where that takes more than its glyphs."""
        try:
            return self._lines[text]
        except KeyError:
            if len(self._lines) >= _MOST_KEPT:
                self._lines.clear()
            is_plain = "  " not in text and text.strip(" ") == text and bool(text.strip())
            found = self._lines[text] = self.stretch(text) if is_plain else None
            return found

    def stretch(self, text: str) -> SetLine | None:
        """Return a stretch of a line set, which may end in a space or in the hyphen of a broken word."""
        rows = self.rows_of(text)
        words = self._words_of(rows) if rows is not None else None
        runs = self.type.runs(text) if words is not None else None
        if rows is None or words is None or runs is None:
            return None
        glyphs, spelt, width = "", "", 0
        piece, word = self._pieces.__getitem__, words.__getitem__
        try:
            for numbers in runs:
                if any(numbers[3::5]):
                    return None
                found, advances = numbers[::5], numbers[1::5]
                width += sum(advances)
                spelt += "".join(map(word, found))
                glyphs += "<" + "".join(map(piece, zip(found, advances, numbers[2::5], strict=True)))
                glyphs = glyphs[:-1] if glyphs[-1] == "<" else glyphs + ">"
        except KeyError:
            return None
        if spelt != text:
            # One sign for two characters, or a sign that is read otherwise than it is written here.
            return None
        width_px = width * self.type.unit + self.type.spacing
        return SetLine(self._head + glyphs.encode() + b"] TJ", width_px, rows)

    def rows_of(self, text: str) -> Rows | None:
        """Return the rows that ``text`` needs; None where it is not set, or marked with its language."""
        if OFTEN[LETTERS].issuperset(text):
            return _JUST_LETTERS
        if _EVERYDAY.issuperset(text):
            return _BOTH
        found = set(map(row_of.__getitem__, text))
        if None in found or _HYPHEN in text[:-1] or has_foreign(text, self.type.language):
            return None
        return frozenset(found)  # type: ignore[arg-type]

    def row(self, number_of_row: int) -> dict[int, str]:
        """Return what each glyph of a row stands for."""
        if number_of_row not in self._rows:
            # A glyph of two characters stands for the one that is met more often.
            often = [self.row(one) for one in OFTEN if one < number_of_row]
            pairs = [a + b for a in _JOINED for b in _JOINED_TO] if number_of_row == LETTERS else []
            found: dict[int, str] = {}
            self._rows[number_of_row] = found
            for text in (*_characters(number_of_row), *pairs):
                glyphs = [glyph for numbers in self.type.runs(text) or () for glyph in numbers[::5]]
                is_new = len(glyphs) == 1 and not any(glyphs[0] in row for row in (found, *often))
                if is_new and not self.type.is_missing(glyphs[0]):
                    found[glyphs[0]] = text
                    self.widths[glyphs[0]] = self.type.advance(glyphs[0])
        return self._rows[number_of_row]

    def _words_of(self, rows: Rows) -> dict[int, str] | None:
        if rows not in self._words:
            self._words[rows] = merged(map(self.row, sorted({LETTERS, *rows})))
        return self._words[rows]

    def reaches(self, text: str) -> list[int] | None:
        """Return how far each character is from the beginning, and how wide all is, in Pango's units."""
        rows = self.rows_of(text)
        words = self._words_of(rows) if rows is not None else None
        runs = self.type.runs(text) if words is not None else None
        if words is None or runs is None:
            return None
        found = [0]
        for numbers in runs:
            glyphs = numbers[::5]
            ends = accumulate(numbers[1::5], initial=found.pop())
            if all(word and len(word) == 1 for word in set(map(words.get, glyphs))):
                found += ends
            else:
                at = next(ends)
                for glyph, end in zip(glyphs, ends, strict=True):
                    found += [at] * len(words.get(glyph, ""))
                    at = end
                found.append(at)
        return found if len(found) == len(text) + 1 else None


class _PlacedGlyphs(dict[tuple[int, int, int], str]):
    """Glyphs by number, advance and offset in Pango's units, as `draw_first_line` of WeasyPrint has them."""

    def __init__(self, case: GlyphSetter) -> None:
        super().__init__()
        self._case = case

    def __missing__(self, key: tuple[int, int, int]) -> str:
        glyph, advance, across = key
        of = self._case.type
        offset = across / of.size
        kerning = self._case.widths[glyph] + offset - advance * 1000 * of.unit / of.size
        found = f">{-offset}<" if offset else ""
        found += f"{glyph:04x}"
        if kerning:
            found += f">{int(kerning)}<"
        self[key] = found
        return found
