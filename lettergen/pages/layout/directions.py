"""Words that are read in the other direction than the text around them, which are kept apart from it.

Where "Kim Lee (34)" stands in a Hebrew sentence, the algorithm of Unicode (UAX 9) takes the figures and one
of the brackets for part of the Latin name, and prints "(Kim Lee (34". It has isolates against that, in HTML
elements with a ``dir`` of their own; this module finds what goes into one.
"""

import re
from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import bidirectional

from lettergen.reference.language import Direction, direction_of

__all__ = [
    "LEFT_TO_RIGHT_MARK",
    "RIGHT_TO_LEFT_MARK",
    "has_right_to_left",
    "isolates",
    "turned_parts",
    "with_isolates",
    "with_marks",
]

LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"
# All blocks of letters of type R and AL, as the Unicode standard sets them aside (DerivedBidiClass.txt).
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_CLOSES = {")": "(", "]": "[", "}": "{"}
_OPENS = frozenset(_CLOSES.values())
# What belongs to a name that it follows: Article 33, COVID-19, E/CN.4/2002/72; or to a mark that people type
# before a telephone number.
_FIGURES = re.compile(r"(?:[ \u00a0./:+-]?[0-9]+)+%?")
_LINK = re.compile(r"(?:https?://|www\.)[!-~]*[\w/=#&%+~-]", re.ASCII | re.IGNORECASE)
_ARABIC_FIGURES = re.compile("(?:[ \u00a0./:-]?[\u0660-\u0669\u06f0-\u06f9]+)+")
# A number of several groups would be read from the last to the first.
_TELEPHONE = re.compile(r"\+[0-9][0-9 \u00a0()/.-]*[0-9]|\(?0[0-9]+\)?(?:[ \u00a0/.-]+[0-9]+)+")


def has_right_to_left(text: str) -> bool:
    """Say whether anything in a text is read from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def turned_parts(text: str, base: Direction) -> Iterator[tuple[str, Direction | None]]:
    """Yield a text in parts, each with its direction if that is not the one around it."""
    other: Direction = "ltr" if base == "rtl" else "rtl"
    at = 0
    for start, end in isolates(text, base):
        if start > at:
            yield text[at:start], None
        yield text[start:end], other
        at = end
    if at < len(text):
        yield text[at:], None


def with_isolates(line: str, direction: Direction) -> str:
    """Return a line that cannot have elements in it, with isolates in their place, as in the head of a page.

    Args:
        line: A line.
        direction: In which the letter is read; nothing is added if that is from left to right.
    """
    if direction == "ltr" or direction_of(line, direction) == "ltr":
        return line
    return "".join(
        f"\N{LEFT-TO-RIGHT ISOLATE}{part}\N{POP DIRECTIONAL ISOLATE}" if turned else part
        for part, turned in turned_parts(line, direction)
    )


def with_marks(line: str, direction: Direction) -> str:
    """Return a line of plain text with the marks that make it read as it was written (UAX 9, 2.6).

    Marks are put only where they change something: at the head of a line that begins in the other direction,
    and between words of the other direction and a bracket or a number.

    Args:
        line: A line, or a paragraph.
        direction: That of the letter.
    """
    if not has_right_to_left(line):
        return line
    base = direction_of(line, direction)
    mark = RIGHT_TO_LEFT_MARK if base == "rtl" else LEFT_TO_RIGHT_MARK
    own = ("R", "AL") if base == "rtl" else ("L",)
    marked, at = "", 0
    for start, end in isolates(line, base):
        rest = line[end:].lstrip()
        needed = rest and bidirectional(rest[0]) not in own
        # The groups of a telephone number are held together by a letter before it; a mark is one.
        is_number = not any(bidirectional(one) in ("L", "R", "AL") for one in line[start:end])
        before = LEFT_TO_RIGHT_MARK if is_number else ""
        marked += line[at:start] + before + line[start:end] + (mark if needed else "")
        at = end
    strong = next((kind for kind in map(bidirectional, line) if kind in ("L", "R", "AL")), own[0])
    return ("" if strong in own else mark) + marked + line[at:]


@lru_cache(maxsize=1_024)
def isolates(text: str, base: Direction) -> tuple[tuple[int, int], ...]:
    """Return where words of the other direction begin and end, with their brackets and figures.

    Args:
        text: A paragraph, or a line that stands by itself.
        base: The direction in which it is read as a whole.
    """
    if base == "ltr" and not has_right_to_left(text):
        return ()
    own, other = ("L", ("R", "AL")) if base == "ltr" else (("R", "AL"), ("L",))
    kinds = [bidirectional(character) for character in text]
    found: list[tuple[int, int]] = []
    start = 0
    for at in (*(at for at, kind in enumerate(kinds) if kind in own), len(text)):
        for first, end in _unbroken(text, start, at):
            places = [place for place in range(first, end) if kinds[place] in other]
            if places:
                begin = _start(text, places[0], places[-1] + 1, first)
                found.append((begin, _end(text, kinds, places[0], places[-1] + 1, end)))
            elif base == "rtl":
                numbers = _TELEPHONE.finditer(text, first, end)
                found += [number.span() for number in numbers if len(number[0].split()) > 1]
        start = at + 1
    return tuple(found)


def _unbroken(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches between brackets whose other half is elsewhere, or beyond such a bracket."""
    opened: list[int] = []
    alone: list[int] = []
    pairs: list[tuple[int, int]] = []
    for at in range(start, end):
        if text[at] in _OPENS:
            opened.append(at)
        elif text[at] in _CLOSES:
            if opened and text[opened[-1]] == _CLOSES[text[at]]:
                pairs.append((opened.pop(), at))
            else:
                alone.append(at)
    alone = sorted(alone + opened)
    parted = [at for pair in pairs if bisect(alone, pair[0]) < bisect(alone, pair[1]) for at in pair]
    for at in (*sorted(alone + parted), end):
        if at > start:
            yield start, at
        start = at + 1


def _start(text: str, start: int, end: int, limit: int) -> int:
    """Return where words begin, with the brackets that are closed in them."""
    depth = least = 0
    for one in text[start:end]:
        depth += (one in _OPENS) - (one in _CLOSES)
        least = min(least, depth)
    while least < 0 and start > limit:
        start -= 1
        least += (text[start] in _OPENS) - (text[start] in _CLOSES)
    return start


def _end(text: str, kinds: list[str], start: int, end: int, limit: int) -> int:
    """Return where words end that begin at ``start`` and whose last letter is before ``end``."""
    while end < limit and kinds[end] == "NSM":
        end += 1
    for link in _LINK.finditer(text, start, limit):
        end = max(end, link.end()) if link.start() < end else end
    if figures := (_FIGURES if kinds[start] == "L" else _ARABIC_FIGURES).match(text, end, limit):
        end = figures.end()
    depth = 0
    for one in text[start:end]:
        depth = max(depth + (one in _OPENS) - (one in _CLOSES), 0)
    while depth > 0 and end < limit:
        depth += (text[end] in _OPENS) - (text[end] in _CLOSES)
        end += 1
    return end
