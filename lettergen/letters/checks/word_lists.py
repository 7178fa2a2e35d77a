"""The word lists of the checks: read once per language, ready for searching."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lettergen.reference import toml

__all__ = [
    "DiscouragedWords",
    "WordList",
    "caseless",
    "discouraged",
    "folded",
    "is_one_of",
    "may_stand_in",
    "words",
]


# `re` has the Turkish letters match a plain i; case folding does not.
_TURKISH = {0x130: "i", 0x131: "i"}


@dataclass(frozen=True, slots=True)
class DiscouragedWords:
    """Words of one kind, and why a letter is better without them."""

    kind: str
    why: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    unless: tuple[str, ...] = ()
    """Names and technical terms that contain such a word and are left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """What the letters of one language are searched for."""

    reply: re.Pattern[str]
    """What asks for an answer."""
    asks: re.Pattern[str]
    """What makes the items of a list demands."""
    doubled: frozenset[str]
    """Words that may be doubled."""
    opens: frozenset[str]
    """First words of an opening in this language."""
    impolite: tuple[DiscouragedWords, ...]
    openings: tuple[DiscouragedWords, ...]
    closings: tuple[DiscouragedWords, ...]
    shouted: frozenset[str]
    placeholders: re.Pattern[str]
    marks: tuple[str, ...]
    """Folded text without these has no placeholder within it."""
    beginnings: tuple[str, ...]
    """First words of placeholders of several words, of which the others may stand on the next line."""
    inside: re.Pattern[str]
    """What stands within brackets in a form that nobody has filled in."""
    pairs: Mapping[str, tuple[str, ...]]
    """Openings with the closings that go with them."""


@cache
def words(language: str) -> WordList | None:
    """Return the words of a language; none if it has no list."""
    table = _tables().get(language.partition("-")[0])
    if table is None:
        return None
    places: Mapping[str, Any] = table.get("placeholders", {})
    return WordList(
        reply=_pattern(table["reply"], whole=table.get("is_spaced", True)),
        asks=_pattern(table["asks"]),
        doubled=frozenset(table["doubled"]),
        opens=frozenset(table["opens"]),
        impolite=discouraged(table.get("impolite", ())),
        openings=discouraged(table.get("openings", ())),
        closings=discouraged(table.get("closings", ())),
        shouted=frozenset(table.get("shouted", {}).get("words", ())),
        placeholders=_pattern(places.get("words", ())),
        marks=tuple(folded(entry.partition("*")[0]) for entry in places.get("words", ())),
        beginnings=_beginnings(places.get("words", ())),
        inside=_pattern(places.get("inside", ())),
        pairs={opening: tuple(closings) for opening, closings in table.get("pairs", {}).items()},
    )


def folded(text: str) -> str:
    """Return ``text`` in small letters, with plain spaces and straight apostrophes."""
    return " ".join(text.split()).replace("’", "'").casefold()


@lru_cache(maxsize=4_096)
def may_stand_in(phrase: str, text: str) -> bool:
    """Say whether a pattern of ``phrase`` that ignores capitals may find something in ``text``."""
    # What is masked in a text may join two stretches of it with this sign.
    return "·" in phrase or caseless(phrase) in _caseless_text(text)


def caseless(text: str) -> str:
    """Return a text so that signs which Python's patterns take for one another are the same."""
    return text.translate(_TURKISH).casefold()


_caseless_text = lru_cache(maxsize=64)(caseless)


def is_one_of(line: str, wrong: DiscouragedWords) -> bool:
    """Say whether a line is one of the words, rather than containing it."""
    return wrong.pattern.fullmatch(folded(line).rstrip(",:;.! ")) is not None


@cache
def _tables() -> Mapping[str, Any]:
    return toml(Path(__file__).with_name("words.toml"))


def discouraged(rows: Iterable[Mapping[str, Any]]) -> tuple[DiscouragedWords, ...]:
    """Return the rows of a list of words, ready to search with."""
    return tuple(
        DiscouragedWords(
            kind=row.get("kind", ""),
            why=row["why"],
            words=tuple(row["words"]),
            pattern=_pattern(row["words"]),
            unless=tuple(row.get("unless", ())),
        )
        for row in rows
    )


def _beginnings(entries: Iterable[str]) -> tuple[str, ...]:
    """Return how a text can end that holds the first words of an entry, but not all of them."""
    found: dict[str, None] = {}
    for entry in map(folded, entries):
        *first, _ = entry.split(" ")
        if any("*" in word for word in first):
            return ("",)  # what stands for it may be anything
        found |= dict.fromkeys(" ".join(first[: count + 1]) for count in range(len(first)))
    return tuple(found)


def _pattern(entries: Iterable[str], *, whole: bool = True) -> re.Pattern[str]:
    """Return a pattern for folded text: whole words, where ``*`` stands for any ending or further words."""
    parts = [
        re.escape(folded(entry)).replace(r"\ \*", r"\ [^,:;\]]+").replace(r"\*", r"\w*")
        for entry in sorted(entries, key=len, reverse=True)
    ]
    if not parts:
        return re.compile(r"(?!)")
    listed = f"(?:{'|'.join(parts)})"
    # Written without spaces, a word has no edges.
    return re.compile(rf"(?<!\w){listed}(?!\w)" if whole else listed)
