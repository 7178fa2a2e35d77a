"""Where long address lines break: in the middle, after a comma, no word left alone."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from lettergen.pages.typefaces.fonts import advance_mm
from lettergen.pages.typefaces.scripts import is_east_asian
from lettergen.reference import MM_PER_POINT

__all__ = ["HANG_EM", "parted", "reaches"]

HANG_EM = 1.0
"""Indent of the second part of a line (`letter.css`)."""

_MOST_PARTS = 12
# These belong to what follows.
_LEADS_ON = frozenset(
    {
        "a", "am", "an", "and", "at", "au", "aux", "by", "da", "das", "de", "del", "dem", "den", "der",
        "des", "die", "do", "dos", "du", "d’", "e", "el", "en", "et", "for", "from", "für", "im", "in",
        "la", "las", "le", "les", "los", "of", "on", "or", "the", "to", "und", "vom", "von", "with",
        "y", "zu", "zum", "zur", "à",
    }
)  # fmt: skip
_SEPARATORS = (",", ";", ":", "–", "—", "·", "，", "、")
# Japanese and Chinese do not begin a line with these (JIS X 4051, JLREQ 3.1.7).
_NEVER_FIRST = frozenset("、。，．・：；？！）」』】〕〉》々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ号")
# As shares of the width, squared, since that is how unevenness counts.
_AFTER_SEPARATOR, _AFTER_LEADING_WORD, _INSIDE_NUMBERED = -0.08, 0.12, 0.06


def reaches(parts: Sequence[str], size_pt: float) -> tuple[float, ...]:
    """Return how far, in millimetres, each part of a line reaches to the right."""
    hang = HANG_EM * size_pt * MM_PER_POINT
    return tuple(
        (hang if number else 0.0) + advance_mm(part.rstrip(" "), size_pt) for number, part in enumerate(parts)
    )


@lru_cache(maxsize=1024)
def parted(line: str, size_pt: float, width: float) -> tuple[str, ...]:
    """Return a line in as few parts as fit the width, about equally long; joined they are the line."""
    if advance_mm(line, size_pt) <= width:
        return (line,)
    places = _places(line, size_pt, width)
    for count in range(2, _MOST_PARTS):
        best = _best(line, places, count, size_pt, width)
        if best:
            return best
    return _every(line, size_pt, width)


def _places(line: str, size_pt: float, width: float) -> list[int]:
    """Return where a line may be parted: after spaces, between Han characters, in words wider than itself."""
    room = width - HANG_EM * size_pt * MM_PER_POINT
    places: list[int] = []
    start = 0
    for at, (before, after) in enumerate(pairwise(line), start=1):
        if before == " ":
            places.append(at)
            start = at
        elif after == " ":
            continue
        elif is_east_asian(before) and is_east_asian(after):
            if after not in _NEVER_FIRST:
                places.append(at)
                start = at
        elif advance_mm(line[start : at + 1], size_pt) > room:
            places.append(at)
            start = at
    return places


def _best(
    line: str, places: Sequence[int], count: int, size_pt: float, width: float
) -> tuple[str, ...] | None:
    """Return the evenest way to part a line into ``count`` parts, if there is one."""
    hang = HANG_EM * size_pt * MM_PER_POINT
    ends = [*places, len(line)]
    # By where the parts so far end: their cost and the ends.
    ways: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for number in range(count):
        longer: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, taken) in ways.items():
            for end in ends if number < count - 1 else [len(line)]:
                if end <= start:
                    continue
                reach = advance_mm(line[start:end].rstrip(" "), size_pt) + (hang if number else 0.0)
                if reach > width:
                    break
                sum_of = cost + (reach / width) ** 2 + (_liking(line, end) if end < len(line) else 0.0)
                if end not in longer or sum_of < longer[end][0]:
                    longer[end] = sum_of, (*taken, end)
        ways = longer
    if len(line) not in ways:
        return None
    cuts = (0, *ways[len(line)][1])
    return tuple(line[start:end] for start, end in pairwise(cuts))


def _liking(line: str, end: int) -> float:
    """Return the cost of breaking a line there; a good place is worth some unevenness."""
    before = line[:end].rstrip(" ")
    if before.endswith(_SEPARATORS):
        return _AFTER_SEPARATOR
    word = before.rpartition(" ")[2].casefold()
    if word in _LEADS_ON:
        return _AFTER_LEADING_WORD
    return _INSIDE_NUMBERED if word.isdigit() or line[end : end + 1].isdigit() else 0.0


def _every(line: str, size_pt: float, width: float) -> tuple[str, ...]:
    """Return an unbreakable line, broken wherever it is full."""
    room = width - HANG_EM * size_pt * MM_PER_POINT
    parts = [""]
    for character in line:
        if advance_mm(parts[-1] + character, size_pt) > room:
            parts.append("")
        parts[-1] += character
    return tuple(parts)
