"""Text in columns of a typewriter: how wide it is and where a line may break."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from unicodedata import combining, east_asian_width

from lettergen.pages.layout.korean_words import JOINER, are_one_word
from lettergen.pages.typefaces.scripts import is_hangul

__all__ = ["columns", "wrap"]

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


def columns(text: str) -> int:
    """Return how many columns ``text`` takes; Han, Kana and Hangul take two per character."""
    return len(text) if _is_plain(text) else sum(map(_columns_of, text))


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
        glue, start = " ", 0
        if _is_plain(word):
            yield glue, word
            continue
        for at in range(1, len(word)):
            if _may_break(word[at - 1], word[at]):
                yield glue, word[start:at]
                glue, start = "", at
        yield glue, word[start:]


def _fitting(pieces: Iterable[tuple[str, str]], width: int) -> Iterator[tuple[str, str]]:
    """Yield the pieces, and what a Korean word consists of instead of one that no line has room for."""
    for glue, piece in pieces:
        if columns(piece) <= width or not any(map(is_hangul, piece)):
            yield glue, piece
            continue
        ends = [at for at in range(1, len(piece)) if _may_break(piece[at - 1], piece[at], within_words=True)]
        for start, end in pairwise([0, *ends, len(piece)]):
            yield "" if start else glue, piece[start:end]


def _may_break(before: str, after: str, *, within_words: bool = False) -> bool:
    if before in _NOT_LAST or after in _NOT_FIRST or combining(after) or JOINER in (before, after):
        return False
    if not within_words and are_one_word(before, after):
        return False
    return _columns_of(before) == 2 or _columns_of(after) == 2


@lru_cache(maxsize=4_096)
def _columns_of(character: str) -> int:
    if combining(character) or character in _WITHOUT_WIDTH:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
