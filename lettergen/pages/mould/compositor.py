"""Sets single lines in the type of a letter: the glyphs that Pango chooses, as WeasyPrint writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from unicodedata import bidirectional, category

from lettergen.pages.mould.innards import number
from lettergen.pages.pango_private import Type

__all__ = ["EVERYDAY", "Case", "SetLine", "can_stand_in_a_line"]

EVERYDAY = frozenset(
    map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2013, 0x2027), 0x20AC, 0x2116))
)
"""The alphabet where none is named: Western and Central European letters, signs of punctuation."""

# Joined into one glyph by nearly all text faces.
_JOINED = ("f", "ff", "t", "T", "Q", "c", "s", "st")
_JOINED_TO = "bfhijkltuy"
_MOST_KEPT = 20_000
_LEFT_TO_RIGHT = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS", "BN"})
_LETTERS = ("L", "N", "P", "S")
# Written by the press where a word is broken; a letter's own would be told from it no more.
_HYPHEN = "\N{HYPHEN}"


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line of type."""

    glyphs: bytes
    """Face, size and glyphs in the language of a PDF page."""
    width: float
    """In px."""
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


@dataclass(slots=True, eq=False)
class Case:
    """The sorts of one face in one size that a mailing may use; what is not in it is not set.

    The sorts follow from the alphabet alone, so the subset of the font that
    goes into a file is the same whichever letter comes first.
    """

    type: Type
    alphabet: frozenset[str]
    words: dict[int, str] = field(default_factory=dict)
    """What each glyph stands for."""
    widths: dict[int, int] = field(default_factory=dict)
    """Each glyph's advance in thousandths of the size."""
    _head: bytes = b""
    _lines: dict[str, SetLine | None] = field(default_factory=dict)
    _pieces: "_Pieces" = field(init=False)
    _single: frozenset[int] = frozenset()
    """Glyphs that stand for one character."""

    def __post_init__(self) -> None:
        """Fill the case."""
        self._pieces = _Pieces(self)
        self._head = b"/%b %b Tf\n[" % (self.type.resource, number(self.type.size))
        alone = sorted(filter(can_stand_in_a_line, self.alphabet))
        self._fill([*alone, _HYPHEN])
        pairs = (before + after for before in _JOINED for after in _JOINED_TO)
        self._fill([pair for pair in pairs if self.alphabet.issuperset(pair)])
        self._single = frozenset(glyph for glyph, word in self.words.items() if len(word) == 1)
        self.alphabet = frozenset(alone)

    def line(self, text: str) -> SetLine | None:
        """Return ``text`` set on one line; None where that takes more than the sorts of this case."""
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
        if not self.alphabet.issuperset(text.removesuffix(_HYPHEN)):
            return None
        runs = self.type.runs(text)
        if runs is None:
            return None
        glyphs, spelt, width = "", "", 0
        pieces, words = self._pieces.__getitem__, self.words.__getitem__
        try:
            for numbers in runs:
                if any(numbers[3::5]):
                    return None
                found, advances = numbers[::5], numbers[1::5]
                width += sum(advances)
                spelt += "".join(map(words, found))
                glyphs += "<" + "".join(map(pieces, zip(found, advances, numbers[2::5], strict=True)))
                glyphs = glyphs[:-1] if glyphs[-1] == "<" else glyphs + ">"
        except KeyError:
            return None
        if spelt != text:
            # One sign for two characters, or a sign that is read otherwise than it is written here.
            return None
        return SetLine(self._head + glyphs.encode() + b"] TJ", width * self.type.unit + self.type.spacing)

    def reaches(self, text: str) -> list[int] | None:
        """Return how far each character is from the beginning, and how wide all is, in Pango's units."""
        runs = self.type.runs(text)
        if runs is None:
            return None
        found = [0]
        for numbers in runs:
            glyphs = numbers[::5]
            ends = accumulate(numbers[1::5], initial=found.pop())
            if self._single.issuperset(glyphs):
                found += ends
            else:
                at = next(ends)
                for glyph, end in zip(glyphs, ends, strict=True):
                    found += [at] * len(self.words.get(glyph, ""))
                    at = end
                found.append(at)
        return found if len(found) == len(text) + 1 else None

    def _fill(self, texts: Iterable[str]) -> None:
        for text in texts:
            glyphs = [glyph for numbers in self.type.runs(text) or () for glyph in numbers[::5]]
            if len(glyphs) == 1 and glyphs[0] not in self.words and not self.type.is_missing(glyphs[0]):
                self.words[glyphs[0]] = text
                self.widths[glyphs[0]] = self.type.advance(glyphs[0])

    def agrees_with(self, words: Mapping[int, str], widths: Mapping[int, int]) -> bool:
        """Say whether another case of the same face reads and measures its glyphs as this one does."""
        return all(
            words.get(glyph, word) == word and widths.get(glyph, self.widths[glyph]) == self.widths[glyph]
            for glyph, word in self.words.items()
        )


class _Pieces(dict[tuple[int, int, int], str]):
    """Glyphs by number, advance and offset in Pango's units, as `draw_first_line` of WeasyPrint has them."""

    def __init__(self, case: Case) -> None:
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
