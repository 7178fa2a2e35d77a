"""Finds a person's name in a text, however it is written.

Order, capitals, accents, hyphens and line breaks differ from one report to the
next: ``Lee Song-yong``, ``LEE Songyong``, ``Song Yong Lee``, ``S. Y. Lee``. What
this module does not find is a spelling that is not listed under `aliases`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from lettergen.facts.model import Person, PersonName

__all__ = [
    "SEAM",
    "NameForms",
    "Trace",
    "fold",
    "forms",
    "initial_letters",
    "letters_of",
    "name_words",
    "trace",
]

# What may stand between the parts of a name: spaces, hyphens, dots, a comma, a line break.
SEAM = "\0"
"""Between texts that are looked at together and do not stand together; no file of a campaign may hold it."""
_BETWEEN = r"[\s\-\u2010-\u2015\u2212_.,\u00b7\u30fb\u2022]"
_SPLIT = re.compile(rf"(?:{_BETWEEN}|[()/=])+")
_LETTER = r"[^\W\d_]"
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bb\u02bc\u0060\u00b4\u2032\uff07"), "'")
_LETTERS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "ı": "i", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ŋ": "n",
}  # fmt: skip
# Han, Hangul, kana, Thai and their like part no words, or join endings to them.
_FIRST_WITHOUT_WORDS = "\u0590"
_AFTER = {"a": "[ae]?", "o": "e?", "u": "e?"}
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LONG_ENOUGH_TO_BE_JOINED = 10
"""Letters: `leesongyong` is a name even in an e-mail address, `anna` is none of An Na's."""
_SPECIFIC = 5
"""Minimum letters of a given name in several parts that identifies a person: Mi-hwa."""
_TELLING = 3
"""Minimum letters of a name that is checked when it occurs alone."""

_TITLES = (
    "Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Professor", "Rev", "Pastor", "Father", "Sister", "Sir",
    "Herr", "Herrn", "Frau", "M", "MM", "Mme", "Mlle", "Monsieur", "Madame", "Mademoiselle", "Sr", "Sra",
    "Señor", "Señora", "Comrade", "Citizen",
)  # fmt: skip


@cache
def _dropped() -> dict[int, str | None]:
    """Return what folding takes away: accents, and characters without a shape, such as the soft hyphen."""
    marks = (code for code in range(0x80, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Cf"))
    table: dict[int, str | None] = dict.fromkeys(marks)
    return table | _APOSTROPHES | {ord(letter): plain for letter, plain in _LETTERS.items()}


def fold(text: str) -> str:
    """Return ``text`` without accents and shapeless characters; capitals stay, Müller is Muller."""
    if text.isascii():
        return text
    isolated = unicodedata.normalize("NFKD", text).translate(_dropped())
    return unicodedata.normalize("NFC", isolated)


def name_words(text: str) -> tuple[str, ...]:
    """Return the parts of a name, folded: (Lee, Song, yong)."""
    return tuple(word for word in _SPLIT.split(fold(text).replace("'", "")) if word)


def letters_of(text: str) -> str:
    """Return the letters and digits of a text alone, in small letters."""
    return "".join(filter(str.isalnum, fold(text).casefold()))


def initial_letters(text: str) -> str:
    """Return the first letter of each word: ``ls`` of Lee Song-yong."""
    words = (re.search(_LETTER, word) for word in fold(text).split())
    return "".join(found[0] for found in words if found).casefold()


@dataclass(frozen=True, slots=True)
class NameForms:
    """The forms of one name, from certain ones to those that may be coincidence."""

    whole: re.Pattern[str]
    """The whole name in any order, also with initials: nobody else can be meant."""
    telling: tuple["NamePart", ...]
    """`Mr. Lee`, or a given name in several parts: certain unless a person who may be named shares it."""
    single: tuple["NamePart", ...]
    """Family name or given name alone, which may be coincidence."""


@dataclass(frozen=True, slots=True)
class NamePart:
    """A part of a name, and how it looks in a text."""

    letters: str
    """Folded, in small letters, to compare with other people's names."""
    pattern: re.Pattern[str]


def forms(person: Person) -> NameForms:
    """Return the forms under which a person can be recognised."""
    return _forms(_parts(person.name), tuple(filter(None, [person.native_name, *person.aliases])))


_Parts = tuple[str | None, str | None, str | None, str | None]


def _parts(name: PersonName) -> _Parts:
    return name.full, name.family, name.given, name.courtesy


@cache
def _forms(name: _Parts, others: tuple[str, ...]) -> NameForms:
    full, family, given, courtesy = name
    whole = [_sequence(name_words(text)) for text in (full, *others) if text]
    telling: list[tuple[str, str]] = []
    single: list[tuple[str, str]] = []
    if family and given:
        whole += _both(name_words(family), name_words(given), first=name_words(given.split()[0]))
        telling.append((family, _titled(family, courtesy)))
        single.append((family, _alone(family)))
        several = len(name_words(given)) > 1 and len(letters_of(given)) >= _SPECIFIC
        (telling if several else single).append((given, _alone(given)))
    elif family or given:
        whole.append(_sequence(name_words(family or given or "")))
    elif full and len(words := full.split()) > 1:
        single += [(word, _alone(word)) for word in words]
    return NameForms(
        whole=re.compile("|".join(filter(None, dict.fromkeys(whole))) or r"(?!)", re.IGNORECASE),
        telling=_parts_of(telling),
        single=_parts_of(single),
    )


def trace(persons: Iterable[Person], others: Iterable[Person] = ()) -> "Trace":
    """Return what no form of the names of ``persons`` is without.

    Args:
        persons: Whose forms are looked for.
        others: Those whose names may have been masked in the text before.
    """
    units = frozenset(unit for person in persons for unit in _units(person))
    masked = (one for person in others for one in (*_parts(person.name)[:3], *_others(person)) if one)
    return _trace(units, frozenset(_last_of(one) for one in masked if not _has_words(one)))


@cache
def _trace(units: frozenset[tuple[str, ...]], edges: frozenset[str]) -> "Trace":
    if not units:
        return Trace(None)
    # A masked name is no letter: behind one without word boundaries, a word may begin.
    if not edges:
        edge = rf"(?<!{_LETTER})"
    elif min(edges) >= _FIRST_WITHOUT_WORDS:
        edge = rf"(?<![^\W\d_{_FIRST_WITHOUT_WORDS}-\U0010ffff])"
    else:
        edge = ""
    bounded = "|".join(_unit(one) for one in sorted(units) if _has_words(one))
    free = "|".join(_unit(one) for one in sorted(units) if not _has_words(one))
    return Trace(re.compile("|".join(filter(None, [bounded and f"{edge}(?:{bounded})", free]))))


@dataclass(frozen=True, slots=True)
class Trace:
    """What stands in every form of some names: where there is no trace, there is no name."""

    pattern: re.Pattern[str] | None

    def is_in(self, text: str) -> bool:
        """Say whether a text may hold one of the forms, or begin one that goes on in the next line."""
        if self.pattern is None:
            return False
        return self.pattern.search(_compared(fold(text))) is not None


# The Turkish letters match a plain i in `re`; folding a text turns ` into ' only where it is not all ASCII.
_ALIKE = {0x130: "i", 0x131: "i", 0x60: "'"}


def _compared(text: str) -> str:
    """Return folded text so that letters which patterns take for one another are the same."""
    return text.translate(_ALIKE).casefold()


def _last_of(name: str) -> str:
    return _compared(fold(name))[-1:]


def _others(person: Person) -> tuple[str, ...]:
    return tuple(filter(None, [person.native_name, *person.aliases]))


def _units(person: Person) -> Iterator[tuple[str, ...]]:
    """Yield one word or two, of which each form of a name has some with no letter before and after.

    Whatever stands before it, a form has the whole family name, the whole given
    name, or a word of the full name; of a longer row, two words tell enough.
    """
    full, family, given, _ = _parts(person.name)
    rows = [
        name_words(text) for text in (full, family, given, *(full or "").split(), *_others(person)) if text
    ]
    if family and given:
        for one in (name_words(given), name_words(given.split()[0])):
            rows += [(*name_words(family), *one), (*one, *name_words(family))]
    for words in filter(None, rows):
        yield words[:2] if _has_words(words) else tuple("".join(words)[:2])


def _unit(words: tuple[str, ...]) -> str:
    first, *more = map(_comparable, words)
    if not more:
        return rf"{first}(?:'?s)?(?!{_LETTER})"
    return rf"{first}{_BETWEEN}{{0,3}}(?:{more[0]}|{SEAM}|\Z)"


def _comparable(word: str) -> str:
    """Return the pattern of a word in compared text."""
    if _CYRILLIC.search(word) and len(word) > _TELLING:
        return rf"{re.escape(_compared(word.rstrip('аеёийоуыьэюя')))}{_LETTER}{{0,3}}"
    # The pattern of a word has no class and no flag in it, so that it can be compared like a text.
    return _compared(_word(word))


def _parts_of(patterns: Iterable[tuple[str, str]]) -> tuple[NamePart, ...]:
    return tuple(
        NamePart(letters_of(text), re.compile(pattern, re.IGNORECASE))
        for text, pattern in patterns
        if pattern
    )


def _word(word: str) -> str:
    """Return the pattern of one part: apostrophes anywhere, ü as ue or u, Russian with its endings."""
    if _CYRILLIC.search(word) and len(word) > _TELLING:
        return rf"{re.escape(word.rstrip('аеёийоуыьэюя'))}{_LETTER}{{0,3}}"
    # ü is u or ue in other people's typing, å is a or aa; a name may be listed in any of these forms.
    bare = re.sub(r"(?i)([aou])e", r"\1", re.sub(r"(?i)aa", "a", word)) if len(word) > 2 else word
    return "'?".join(re.escape(sign) + _AFTER.get(sign.casefold(), "") for sign in bare)


def _has_words(pattern_of: Iterable[str]) -> bool:
    return all(character < _FIRST_WITHOUT_WORDS for word in pattern_of for character in word)


def _bounded(pattern: str, words: Iterable[str]) -> str:
    """Keep a pattern from matching inside another word; a genitive s may follow."""
    return rf"(?<!{_LETTER})(?:{pattern})(?:'?s)?(?!{_LETTER})" if _has_words(words) else pattern


def _joined(words: Iterable[str]) -> str:
    return rf"{_BETWEEN}{{0,3}}".join(map(_word, words))


def _sequence(words: tuple[str, ...]) -> str:
    """Return the pattern of words in this order, of which not all run together unless they are long."""
    letters = sum(map(len, words))
    if not words:
        return ""
    if not _has_words(words):
        signs = rf"{_BETWEEN}{{0,2}}".join(re.escape(sign) for word in words for sign in word)
        return signs if letters > 1 else ""
    if len(words) == 1:
        return _bounded(_as_written(words[0]), words)
    ways = [rf"{_joined(words[:at])}{_BETWEEN}{{1,3}}{_joined(words[at:])}" for at in range(1, len(words))]
    if letters >= _LONG_ENOUGH_TO_BE_JOINED:
        ways.append("".join(map(_word, words)))
    return _bounded("|".join(ways), words)


def _both(family: tuple[str, ...], given: tuple[str, ...], *, first: tuple[str, ...]) -> Iterator[str]:
    """Yield family and given name in both orders, whole, with the first given name, with initials."""
    for one in dict.fromkeys((given, first)):
        for words in ((*family, *one), (*one, *family)):
            yield _sequence(words)
        if one and family and _has_words((*one, *family)):
            middle = rf"{_BETWEEN}{{1,3}}{_LETTER}\.?{_BETWEEN}{{1,3}}"
            yield _bounded(_joined(one) + middle + _joined(family), (*one, *family))
    if given and family and _has_words((*given, *family)) and sum(map(len, family)) > 1:
        first_letter, *others = (re.escape(word[0]) for word in given)
        more = "".join(rf"(?:{_BETWEEN}{{0,3}}{letter}\.?)?" for letter in others)
        short = rf"(?-i:{first_letter.upper()})\.?{more}"
        yield _bounded(rf"{short}{_BETWEEN}{{1,3}}{_capital(family)}", family)
        yield _bounded(rf"{_capital(family)}{_BETWEEN}{{1,3}}{short}", family)


def _titled(family: str, courtesy: str | None) -> str:
    words = name_words(family)
    if not words or not _has_words(words):
        return ""
    titles = {*_TITLES, *([courtesy.rstrip(".")] if courtesy else [])}
    listed = "|".join(re.escape(fold(title)) for title in sorted(titles))
    return _bounded(rf"(?:{listed})\.?{_BETWEEN}{{1,2}}{_capital(words)}", words)


def _alone(text: str) -> str:
    words = name_words(text)
    if sum(map(len, words)) < _TELLING or not _has_words(words):
        return ""
    return _bounded(_capital(words), words)


def _capital(words: tuple[str, ...]) -> str:
    return rf"{_BETWEEN}{{0,3}}".join([_as_written(words[0]), *map(_word, words[1:])])


def _as_written(word: str) -> str:
    """Return a word that counts only with a capital: Hope is a name, hope is not."""
    pattern = _word(word)
    return f"(?-i:{pattern[0]}){pattern[1:]}" if word[0].isupper() else pattern
