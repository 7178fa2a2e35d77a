"""Text in columns of a typewriter: how wide it is and where a line may break."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from unicodedata import combining, east_asian_width

from lettergen.pages.layout.korean_words import JOINER, are_one_word
from lettergen.pages.typefaces.scripts import is_hangul

__all__ = ["clusters", "columns", "wrap"]

# JIS X 4051: what may not begin a line, and what may not end one.
_NOT_FIRST = frozenset(
    "、。，．・：；？！）］｝〕〉》」』】〙〗〟’”々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.:;?!)]}%"
)
_NOT_LAST = frozenset("（［｛〔〈《「『【〘〖〝‘“([{")
_WITHOUT_WIDTH = frozenset(
    "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
)
# Latin, Greek and Cyrillic letters and common signs: one column each, and no break between two of them.
_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u052f"
    "\u2010-\u2027\u20ac\u2116]*"
)
# These, no-break spaces, Han, Kana and Hangul: one or two columns each, whatever stands beside them.
_SIMPLE = re.compile(
    _PLAIN.pattern.removesuffix("]*") + "\u00a0\u202f"
    "\u3001-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)


def columns(text: str) -> int:
    """Return how many columns ``text`` takes in a terminal; Han, Kana and Hangul take two per character."""
    if _is_plain(text):
        return len(text)
    if _SIMPLE.fullmatch(text):
        return len(text) + sum(east_asian_width(character) in "WF" for character in text)
    return sum(width for _, width in clusters(text))


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield what a reader takes for one character, with its columns: a letter and its marks, an emoji."""
    if _SIMPLE.fullmatch(text):
        yield from ((one, 2 if east_asian_width(one) in "WF" else 1) for one in text)
        return
    # It takes 50 ms to load, which most letters can do without.
    from wcwidth import iter_graphemes, wcswidth

    for one in iter_graphemes(text):
        seen = "".join(part for part in one if part not in _WITHOUT_WIDTH)
        yield one, max(wcswidth(seen), 0)


def wrap(text: str, width: int) -> list[str]:
    """Break ``text`` into lines of at most ``width`` columns; no-break spaces hold until then.

    A word that is wider than the line, such as a long web address, stays whole:
    half an address is useless. A Korean one is broken like Chinese.
    """
    # A short line is left as it is, unless its spaces are to be mended.
    has_spaces = "  " in text or text.startswith(" ") or text.endswith(" ")
    if len(text) <= width and not has_spaces and _is_plain(text):
        return [text]
    return [line for part in text.split("\n") for line in _wrap_line(part, width)]


def _is_plain(text: str) -> bool:
    # Nearly all text is; the pattern takes five times as long.
    return (text.isascii() and text.isprintable()) or _PLAIN.fullmatch(text) is not None


def _wrap_line(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line, room = "", width
    for glue, piece in _fitting(_pieces(text), width):
        needed = columns(glue) + columns(piece)
        if line and needed > room:
            lines.append(line)
            line, room = piece, width - columns(piece)
        else:
            line += (glue if line else "") + piece
            room = width - columns(line)
    lines.append(line)
    return [
        line.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") for line in lines
    ]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what cannot be broken, each with the space that stands before it."""
    for word in text.split(" "):
        if not word:
            continue
        glue, piece, before = " ", "", ("", 0)
        for one in [(word, 0)] if _is_plain(word) else clusters(word):
            if piece and _may_break(before, one):
                yield glue, piece
                glue, piece = "", ""
            piece, before = piece + one[0], one
        yield glue, piece


def _fitting(pieces: Iterable[tuple[str, str]], width: int) -> Iterator[tuple[str, str]]:
    """Yield the pieces, and what a Korean word consists of instead of one that no line has room for."""
    for glue, piece in pieces:
        if columns(piece) <= width or not any(map(is_hangul, piece)):
            yield glue, piece
            continue
        parts = [""]
        for before, after in pairwise([("", 0), *clusters(piece)]):
            if before[0] and _may_break(before, after, within_words=True):
                parts.append("")
            parts[-1] += after[0]
        for number, part in enumerate(parts):
            yield "" if number else glue, part


def _may_break(before: tuple[str, int], after: tuple[str, int], *, within_words: bool = False) -> bool:
    last, first = before[0][-1], after[0][0]
    if last in _NOT_LAST or first in _NOT_FIRST or combining(first) or JOINER in (last, first):
        return False
    if not within_words and are_one_word(last, first):
        return False
    return before[1] == 2 or after[1] == 2
