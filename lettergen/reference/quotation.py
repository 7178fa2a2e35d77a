"""Quotations of treaties: which treaty a sentence names, and whether it quotes the treaty's own words.

The reference holds short passages of the official English texts, those that letters really quote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lettergen.reference import table

__all__ = ["Quotation", "is_official", "nearest", "quotations"]

LEAST_WORDS = 6
"""Fewer words are a term, such as “well-founded fear”, not a quotation."""

# Curly quotes may hold a pair of their own: return (“refouler”) a refugee. An apostrophe ends no quotation.
_QUOTED = re.compile(r'“((?:[^“”]|“[^“”]*”)*)”|"([^"]*)"|‘((?:[^‘’“”]|’(?=\w))*)’(?!\w)')
_BOUNDARY = re.compile(r'[.!?][”"’)]*\s+(?=[“"‘(]?[A-Z])|\n[ \t]*\n')
_ABBREVIATION = re.compile(r"(?:\b(?:Art|Arts|Mr|Ms|Mrs|Dr|No|para|paras|St|vol|p)\.)\s+$", re.IGNORECASE)
# Words of these, where they stand nearer to the quotation than a treaty, are not the treaty's.
_OTHERS = re.compile(
    r"\b(?:resolution|constitution|statute|commission|congress|committee|court|report|letter|newspaper|witness"
    r"|spokes\w+|minister|premier|president|guidelines?|handbook|recommendation|comment)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_LONGEST_SENTENCE = 2000


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage in quotation marks, the instrument that it is said to come from, and where it begins."""

    text: str
    treaty: str
    start: int


def quotations(text: str) -> Iterator[Quotation]:
    """Yield each longer passage that a text attributes to a known treaty."""
    for match in _QUOTED.finditer(text):
        passage = match[1] or match[2] or match[3] or ""
        if len(passage.split()) < LEAST_WORDS:
            continue
        treaty = _attributed(text, match.start(), match.end())
        if treaty:
            yield Quotation(passage, treaty, match.start() + 1)


def is_official(passage: str, treaty: str) -> bool:
    """Say whether each unbroken piece of a passage stands in the words kept of an instrument."""
    kept = [_plain(text) for text in official(treaty).values()]
    kept += [text.replace(" refouler ", " ") for text in kept]
    pieces = (_plain(piece) for piece in re.split(r"…|\.\.\.|\[[^\]]*\]", passage))
    return all(any(f" {piece} " in f" {text} " for text in kept) for piece in pieces if piece)


def official(treaty: str) -> dict[str, str]:
    """Return the passages kept of an instrument, by article."""
    return {article: " ".join(passages) for article, passages in _kept(treaty).items()}


def _kept(treaty: str) -> dict[str, list[str]]:
    words: dict[str, list[str]] = table("treaties")["treaties"][treaty]["quoted"]["words"]
    return words


def nearest(passage: str, treaty: str) -> tuple[str, str] | None:
    """Return the article that a passage is most like, and the first of its words that are kept."""
    words = _kept(treaty)
    said = set(_plain(passage).split())
    alike = [
        (len(said & set(_plain(one).split())), article, one)
        for article, kept in words.items()
        for one in kept
    ]
    most = max(alike, default=None, key=lambda each: each[0])
    return most[1:] if most and most[0] else None


def _attributed(text: str, start: int, end: int) -> str | None:
    """Return the instrument that the sentence around a quotation names, the nearest before it first."""
    before, after = _before(text, start), _after(text, end)
    mentions = list(_names().finditer(before))
    if mentions:
        last = mentions[-1]
        return None if _OTHERS.search(before, last.end()) else _key(last)
    first = _names().search(after)
    if first is None or _OTHERS.search(after, 0, first.start()) or _OTHERS.search(before):
        return None
    return _key(first)


def _before(text: str, start: int) -> str:
    at = max(0, start - _LONGEST_SENTENCE)
    for match in _BOUNDARY.finditer(text, at, start):
        if not _ABBREVIATION.search(text, max(0, match.start() - 8), match.end()):
            at = match.end()
    return text[at:start]


def _after(text: str, end: int) -> str:
    # The full stop of a sentence that ends with its quotation stands inside the marks.
    if text[end - 2 : end - 1] in (".", "!", "?"):
        return ""
    match = _BOUNDARY.search(text, end, end + _LONGEST_SENTENCE)
    return text[end : match.start()] if match else text[end : end + _LONGEST_SENTENCE]


@cache
def _names() -> re.Pattern[str]:
    # Of instruments without kept passages nobody can say what a quotation should be.
    rows = {key: row for key, row in table("treaties")["treaties"].items() if "quoted" in row}
    names = ((key, name) for key, row in rows.items() for name in row["quoted"]["names"])
    ways = [f"(?P<{key}_{at}>{_spaced(name)})" for at, (key, name) in enumerate(names)]
    # Templates cite by key: cite("refugee51", 33).
    ways += [rf"(?P<{key}_key>\bcite\(\s*[\x22']{key}\b)" for key in rows]
    return re.compile("|".join(ways), re.IGNORECASE)


def _spaced(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))


def _key(match: re.Match[str]) -> str:
    return (match.lastgroup or "").rpartition("_")[0]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
