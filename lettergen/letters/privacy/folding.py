"""Texts made comparable, so that all spellings of one name are the same."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = [
    "BETWEEN",
    "CYRILLIC",
    "FIRST_WITHOUT_WORDS",
    "LETTER",
    "NOT_BEFORE",
    "SEAM",
    "WITHOUT_WORDS",
    "WRITTEN_OUT",
    "comparable",
    "fold",
    "has_words",
    "initial_letters",
    "letters_of",
    "name_words",
]

# What may stand between the parts of a name: spaces, hyphens, dots, a comma, a line break.
SEAM = "\0"
"""Between texts that are looked at together and do not stand together; no file of a campaign may hold it."""
BETWEEN = r"[\s\-\u2010-\u2015\u2212_.,\u00b7\u30fb\u2022]"
_SPLIT = re.compile(rf"(?:{BETWEEN}|[()/=])+")
# Han, Hangul, kana, Thai and their like part no words, and join endings to words of other scripts.
# Sets are written by what is not in them: Python walks through each character of a set to compile it.
FIRST_WITHOUT_WORDS = "\u0590"
NOT_BEFORE = "[^\0-\u058f]"
"""A character from there on."""
LETTER = r"[^\W\d_]"
WITHOUT_WORDS = re.compile("[^\0-\u058f\u2000-\u2bff\u2e00-\u3004\ud800-\uf8ff]")
"""A sign of such a script; between its ranges are dashes, quotation marks and symbols."""
# `Kim은`: between a word and an ending in a script without words.
_JOINT = re.compile(
    rf"(?<=[^\W\d_])(?<!{NOT_BEFORE})(?={NOT_BEFORE})(?=[^\W\d_])"
    rf"|(?<={NOT_BEFORE})(?<=[^\W\d_])(?=[^\W\d_])(?!{NOT_BEFORE})"
)
_APOSTROPHES = dict.fromkeys(
    map(ord, "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u0060\u00b4\u2032\uff07"), "'"
)
"""With the signs of ʿAyn and Hamza, and their like in Polynesian names."""
_BLANKS = (0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0)
"""Letters and signs that show nothing: the fillers of Hangul, the empty pattern of Braille."""
_LETTERS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "ı": "i", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ŋ": "n",
}  # fmt: skip
_SHORT = 3
"""Letters of a Russian word that has no ending to lose."""
CYRILLIC = re.compile(r"[\u0400-\u04ff]")


class _Folded(dict[int, str | None]):
    """What each character comes to; accents and what has no shape (the soft hyphen) come to nothing."""

    def __missing__(self, code: int) -> str | None:
        self[code] = found = None if unicodedata.category(chr(code)) in ("Mn", "Cf") else chr(code)
        return found


_FOLDED = _Folded(dict.fromkeys(_BLANKS) | _APOSTROPHES | {ord(one): two for one, two in _LETTERS.items()})


def fold(text: str) -> str:
    """Return ``text`` without accents and shapeless characters; capitals stay, Müller is Muller.

    Where a word goes on in a script that parts no words, a space is put between.
    """
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text).translate(_FOLDED)
    whole = unicodedata.normalize("NFC", apart)
    return _JOINT.sub(" ", whole) if WITHOUT_WORDS.search(whole) else whole


def name_words(text: str) -> tuple[str, ...]:
    """Return the parts of a name, folded: (Lee, Song, yong)."""
    return tuple(word for word in _SPLIT.split(fold(text).replace("'", "")) if word)


def letters_of(text: str) -> str:
    """Return the letters and digits of a text alone, in small letters."""
    return "".join(filter(str.isalnum, fold(text).casefold()))


def initial_letters(text: str) -> str:
    """Return the first letter of each word: ``ls`` of Lee Song-yong."""
    words = (re.search(LETTER, word) for word in fold(text).split())
    return "".join(found[0] for found in words if found).casefold()


def has_words(row: Iterable[str]) -> bool:
    """Say whether words are written in a script that parts them."""
    return all(character < FIRST_WITHOUT_WORDS for word in row for character in word)


# The Turkish letters match a plain i in `re`; folding a text turns ` into ' only where it is not all ASCII.
_ALIKE = {0x130: "i", 0x131: "i", 0x60: None, 0x27: None}
WRITTEN_OUT = re.compile("([aou])e|aa")


@lru_cache(maxsize=65_536)
def comparable(word: str) -> str:
    """Return a folded word so that ü is u and ue, and of a Russian name the stem is left."""
    word = word.translate(_ALIKE).casefold()
    if CYRILLIC.search(word) and len(word) > _SHORT:
        return word.rstrip("аеёийоуыьэюя")
    return WRITTEN_OUT.sub(lambda found: found[1] or "a", word)
