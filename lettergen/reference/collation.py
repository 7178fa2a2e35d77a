"""The order of names in a language: its own alphabet first, its own letters where they belong.

Marks and capitals decide only between names that are the same otherwise (Unicode Technical Standard 10). Han
characters have no alphabet: they follow each other as Unicode has them, by radical and strokes.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from lettergen.reference import table

__all__ = ["CollationKey", "sort_key"]

CollationKey = tuple[tuple[tuple[int, str, int], ...], tuple[str, ...], str]
"""Letters with their scripts, then marks, then the text itself."""

_SCRIPTS = {
    "LATIN": "Latn", "FULLWIDTH LATIN": "Latn", "GREEK": "Grek", "CYRILLIC": "Cyrl", "GEORGIAN": "Geor",
    "ARMENIAN": "Armn", "HEBREW": "Hebr", "ARABIC": "Arab", "ETHIOPIC": "Ethi", "DEVANAGARI": "Deva",
    "BENGALI": "Beng", "GURMUKHI": "Guru", "GUJARATI": "Gujr", "TAMIL": "Taml", "TELUGU": "Telu",
    "KANNADA": "Knda", "MALAYALAM": "Mlym", "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo",
    "TIBETAN": "Tibt", "MYANMAR": "Mymr", "KHMER": "Khmr", "MONGOLIAN": "Mong", "HANGUL": "Hang",
    "HIRAGANA": "Kana", "KATAKANA": "Kana", "CJK": "Hani",
}  # fmt: skip
# Letters without a decomposition, as Unicode's charts order them.
_AS = {
    "æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ı": "i", "ħ": "h",
    "ŋ": "n", "ə": "e", "ς": "σ",
}  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
# Vowels that are written before the consonant after which they are spoken and ordered (Thai, Lao).
_BEFORE = re.compile("([\u0e40-\u0e44\u0ec0-\u0ec4])(.)")
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


@dataclass(frozen=True, slots=True)
class _Order:
    scripts: Mapping[str, int]
    after: Mapping[str, tuple[str, int]]
    """A letter of its own: the one that it stands behind, and how far."""
    as_others: Mapping[str, str]


def sort_key(text: str, language: str) -> CollationKey:
    """Return what a name is ordered by in a language, such as `sv` or `de-AT`."""
    return _key(text, language.partition("-")[0].lower())


@lru_cache(maxsize=100_000)
def _key(text: str, language: str) -> CollationKey:
    order = _order(language)
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    plain = _BEFORE.sub(r"\2\1", plain.translate(_KATAKANA))
    letters: list[tuple[int, str, int]] = []
    marks: list[str] = []
    for written in " ".join(plain.split()):
        if written == " ":
            letters.append(_SPACE)
            continue
        sign = order.as_others.get(written, written)
        base, step = order.after.get(sign, ("", 0))
        for one in base or _AS.get(sign, sign):
            parted = one if base or _stays_whole(one) else unicodedata.normalize("NFD", one)
            first, rest = parted[0], parted[1:]
            if _LETTER.match(first):
                letters.append((_rank(first, order), first, step))
            marks.extend(rest)
    return tuple(letters), tuple(marks), text


_SPACE = (-1, " ", 0)
"""Before every letter: `Le Roy` before `Lea`."""


def _stays_whole(letter: str) -> bool:
    """Say whether a letter is no other with a mark: Hangul syllables, й."""
    return letter == "й" or "\uac00" <= letter <= "\ud7a3"


def _rank(letter: str, order: _Order) -> int:
    return order.scripts.get(_script(letter), len(order.scripts))


@lru_cache(maxsize=10_000)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for start, script in _SCRIPTS.items() if name.startswith(start)), "")


@cache
def _order(language: str) -> _Order:
    rows = table("collation")
    row = rows["languages"].get(language, {})
    scripts = list(dict.fromkeys([*row.get("scripts", ()), *rows["others"]]))
    after: dict[str, tuple[str, int]] = {}
    for letter, before in row.get("after", {}).items():
        base, step = after.get(before, (before, 0))
        after[letter] = (base, step + 1)
    return _Order({script: at for at, script in enumerate(scripts)}, after, row.get("as", {}))
