"""Finds a person's name in a text, however it is written.

Order, capitals, accents, hyphens and line breaks differ from one report to the
next: ``Lee Song-yong``, ``LEE Songyong``, ``Song Yong Lee``, ``S. Y. Lee``, ``#FreeLeeSongyong``.
A name that is given as one text is taken apart; a family name of several words is known by its parts. What
this module does not find is a spelling that nobody has listed under `aliases`. A pattern is compiled when a
text is first searched with it: the words of most texts rule out most people.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

from lettergen.facts.model import Person, PersonName
from lettergen.letters.privacy.folding import (
    BETWEEN,
    CYRILLIC,
    LETTER,
    SEAM,
    comparable,
    fold,
    has_words,
    letters_of,
    name_words,
)

__all__ = ["NameForms", "NamePart", "Near", "forms"]

_AFTER = {"a": "[ae]?", "o": "e?", "u": "e?"}
_LONG_ENOUGH_TO_BE_JOINED = 10
"""Letters: `leesongyong` is a name even in an e-mail address, `anna` is none of An Na's."""
_SPECIFIC = 5
"""Minimum letters of a given name in several parts that identifies a person: Mi-hwa."""
_TELLING = 3
"""Minimum letters of a name that is checked when it occurs alone."""

_LONG_ENOUGH_TO_BE_SQUEEZED = 6
"""Letters: `kimmihwa` within `freekimmihwa` is looked at, `lina` within `nalina` is not."""

_SHORTEST = 2
"""Letters of a part of a name that is looked for beside the other, or run together with it."""
_MOST_BETWEEN = 3
"""Words between family and given name that still tell of one person."""
_WORDS_OF_ONE_LETTER = frozenset("AEIOUYАВИКОСУЯ")
"""Letters that are words in some language."""
_MOST_JOINED = 5
"""Words of a name of which any may run together."""

# Before a family name, or between two of them; the name is told without them as well.
_PARTICLES = frozenset(
    (
        *("al", "el", "as", "ash", "ad", "ar", "at", "bin", "ben", "ibn", "bint", "abu", "umm", "de", "del"),
        *(
            "della",
            "di",
            "da",
            "das",
            "do",
            "dos",
            "du",
            "des",
            "la",
            "le",
            "las",
            "los",
            "van",
            "von",
            "vom",
        ),
        *("zu", "zum", "zur", "der", "den", "dem", "ten", "ter", "te", "af", "av", "y", "e", "i", "und"),
    )
)
_TITLES = (
    "Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Professor", "Rev", "Pastor", "Father", "Sister", "Sir",
    "Herr", "Herrn", "Frau", "M", "MM", "Mme", "Mlle", "Monsieur", "Madame", "Mademoiselle", "Sr", "Sra",
    "Señor", "Señora", "Comrade", "Citizen",
)  # fmt: skip


@dataclass(frozen=True)
class NamePart:
    """A part of a name, and how it looks in a text."""

    letters: str
    """Folded, in small letters, to compare with other people's names."""
    expression: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What finds it in a folded text."""
        return re.compile(self.expression, re.IGNORECASE)


@dataclass(frozen=True)
class Near:
    """Family name and given name with a few words between them, in either order."""

    parts: tuple[str, str]
    """Letters of both."""
    expression: str
    is_sure: bool
    """Whether the given name is rare enough to leave no doubt."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What finds it in a folded text."""
        return re.compile(self.expression, re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class NameForms:
    """The forms of one name, from those that leave no doubt to those that may be a coincidence."""

    expressions: tuple[str, ...]
    """The whole name in any order, also with initials: nobody else is meant. The longest is tried first."""
    squeezed: tuple[str, ...]
    """Letters of family and given name together, to be looked for within longer words."""
    near: tuple[Near, ...]
    telling: tuple[NamePart, ...]
    """`Mr. Lee`, or a given name in several parts: no other, unless somebody shares it who may be named."""
    single: tuple[NamePart, ...]
    """Family name or given name alone, which may be a coincidence."""
    keys: tuple[frozenset[str], ...]
    """Words in comparable form: every form that is not squeezed has all of one of these sets, or a pair."""
    pairs: tuple[str, ...]
    """First two signs of each form in a script without words."""

    @cached_property
    def whole(self) -> re.Pattern[str]:
        """What finds the whole name in a folded text."""
        return re.compile("|".join(self.expressions) or r"(?!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to take a name apart; of a name that is one text, several may be right."""

    family: tuple[str, ...]
    families: tuple[tuple[str, ...], ...]
    """The family name as a whole, without its particles, and by the parts of which it is made."""
    given: tuple[str, ...]
    first: tuple[str, ...]
    """The first given name, which may stand for all of them."""
    is_given: bool = False
    """Whether somebody has said so, and it is not tried out."""


def forms(person: Person) -> NameForms:
    """Return the forms under which a person can be recognised."""
    return _forms(_parts(person.name), tuple(filter(None, [person.native_name, *person.aliases])))


_Parts = tuple[str | None, str | None, str | None, str | None]


def _parts(name: PersonName) -> _Parts:
    return name.full, name.family, name.given, name.courtesy


@cache
def _forms(name: _Parts, others: tuple[str, ...]) -> NameForms:
    full, family, given, _ = name
    texts = [text for text in (full, *others) if text]
    if not (family and given):
        texts += filter(None, (family, given))
    rows = list(filter(None, map(name_words, texts)))
    readings = list(chain.from_iterable(map(_taken_apart, texts)))
    if family and given:
        readings.append(_reading(family, given, is_given=True))
    whole = [(sum(map(len, row)), _sequence(row)) for row in rows]
    for one in readings:
        for form in one.families:
            whole += _both(form, one.given, first=one.first)
    telling, single = _alone_or_titled(name, readings)
    whole.sort(key=lambda row: -row[0])
    keys = chain(*map(_keys, readings), *map(_compositions, rows), *map(_compositions, _single_words(texts)))
    return NameForms(
        expressions=tuple(dict.fromkeys(one for _, one in whole if one)),
        squeezed=tuple(dict.fromkeys(chain.from_iterable(map(_squeezed, readings)))),
        near=tuple(chain.from_iterable(map(_near, readings))),
        telling=_parts_of(telling),
        single=_parts_of(single),
        keys=tuple(dict.fromkeys(keys)),
        pairs=tuple(dict.fromkeys(_pairs(rows, readings))),
    )


def _single_words(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    return (name_words(word) for text in texts for word in text.split())


def _alone_or_titled(
    name: _Parts, readings: Sequence[_Reading]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what of a name tells by itself who is meant, and what may be a coincidence."""
    full, family, given, courtesy = name
    telling: list[tuple[str, str]] = []
    single: list[tuple[str, str]] = []
    if family and given:
        for words in readings[-1].families:
            telling.append((" ".join(words), _titled(words, courtesy)))
            single.append((" ".join(words), _alone(words)))
        several = len(name_words(given)) > 1 and len(letters_of(given)) >= _SPECIFIC
        (telling if several else single).append((given, _alone(name_words(given))))
    elif full:
        for one in readings:
            telling += [(" ".join(words), _titled(words, courtesy)) for words in one.families]
        if len(alone := full.split()) > 1:
            single += [(word, _alone(name_words(word))) for word in alone]
    return telling, single


def _reading(family: str, given: str, *, is_given: bool = False, in_short: bool = True) -> _Reading:
    words = name_words(given)
    first = name_words(given.split(maxsplit=1)[0]) if in_short else words
    # What is tried out may be a given name: of `Song-yong`, the parts are no family names.
    parts = name_words(family)
    if not is_given and parts[:1] and parts[0].casefold() not in _PARTICLES:
        parts = tuple("".join(name_words(part)) for part in family.split())
    families = dict.fromkeys([name_words(family), *_shorter(parts)])
    return _Reading(name_words(family), tuple(families), words, first, is_given)


def _taken_apart(text: str) -> Iterator[_Reading]:
    """Yield the ways in which a name may be family and given name: nobody has said which is which."""
    words = text.replace(",", " ").split()
    if len(words) > 1:
        yield _reading(words[-1], " ".join(words[:-1]))
        yield _reading(words[0], " ".join(words[1:]), in_short="," in text or len(words) == 2)
        if len(words) > 2:
            yield _reading(" ".join(words[-2:]), " ".join(words[:-2]))
        return
    signs = "".join(name_words(text))
    # 李松勇 is 李 and 松勇, 司馬相如 is 司馬 and 相如; of two signs turned round, any word may consist.
    if signs and not has_words([signs]) and len(name_words(text)) == 1 and len(signs) in (3, 4):
        for at in sorted({1, len(signs) - 2}):
            family, given = (signs[:at],), (signs[at:],)
            yield _Reading(family, (family,), given, given)


def _shorter(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a family name without its particles, and the first and the last of several."""
    core = words
    while len(core) > 1 and core[0].casefold() in _PARTICLES:
        core = core[1:]
    if core != words:
        yield core
    parts = [word for word in core if word.casefold() not in _PARTICLES and len(word) >= _TELLING]
    if len(parts) > 1:
        yield from ((parts[0],), (parts[-1],))


def _squeezed(one: _Reading) -> Iterator[str]:
    if not has_words((*one.family, *one.given)):
        return
    for family in one.families:
        for given in dict.fromkeys((one.given, one.first)):
            for words in ((*family, *given), (*given, *family)):
                letters = comparable("".join(words))
                if (
                    len(letters) >= _LONG_ENOUGH_TO_BE_SQUEEZED
                    and min(len("".join(family)), len("".join(given))) > 1
                ):
                    yield letters


def _length(words: tuple[str, ...]) -> int:
    return sum(map(len, words))


def _near(one: _Reading) -> Iterator[Near]:
    """Yield the forms with other words between; of a name taken apart, those that need no guess."""
    if not has_words((*one.family, *one.given)) or min(map(_length, (one.family, one.given))) < _SHORTEST:
        return
    given, letters = _bounded(_capital(one.given), one.given), letters_of("".join(one.given))
    other = rf"(?:(?!{SEAM}|{LETTER}).){{1,6}}"
    between = rf"{other}(?:{LETTER}+{other}){{0,{_MOST_BETWEEN}}}?"
    for words in one.families:
        family = _bounded(_capital(words), words)
        either = rf"{family}{between}{given}|{given}{between}{family}"
        is_sure = one.is_given and len(letters) >= _SPECIFIC
        yield Near((letters_of("".join(words)), letters), either, is_sure)


def _keys(one: _Reading) -> Iterator[frozenset[str]]:
    """Yield the words that forms of a reading cannot do without."""
    for words in one.families:
        yield from _compositions(words)
    yield from _compositions(one.given)
    yield from chain(_compositions((*one.family, *one.given)), _compositions((*one.given, *one.family)))


def _compositions(words: tuple[str, ...]) -> Iterator[frozenset[str]]:
    """Yield the sets of words that a row of words comes to, with some of them run together."""
    if not words or not has_words(words):
        return
    if len(words) > _MOST_JOINED:
        yield frozenset([comparable(words[0])])
        yield frozenset([comparable(words[0] + words[1])])
        return
    for seams in range(2 ** (len(words) - 1)):
        row = [words[0]]
        for at, word in enumerate(words[1:]):
            if seams >> at & 1:
                row[-1] += word
            else:
                row.append(word)
        yield frozenset(map(comparable, row))


def _pairs(rows: Iterable[tuple[str, ...]], readings: Iterable[_Reading]) -> Iterator[str]:
    turned = ((*one.given, *one.family) for one in readings)
    for row in chain(rows, turned, ((*one.family, *one.given) for one in readings)):
        signs = "".join(row)
        if not has_words(row) and len(signs) > 1:
            yield signs[:2]


def _parts_of(patterns: Iterable[tuple[str, str]]) -> tuple[NamePart, ...]:
    return tuple(NamePart(letters_of(text), pattern) for text, pattern in patterns if pattern)


def _word(word: str) -> str:
    """Return the pattern of one part: apostrophes anywhere, ü as ue or u, Russian with its endings."""
    if CYRILLIC.search(word) and len(word) > _TELLING:
        return rf"{re.escape(word.rstrip('аеёийоуыьэюя'))}{LETTER}{{0,3}}"
    # ü is u or ue in other people's typing, å is a or aa; a name may be listed in any of these forms.
    bare = re.sub(r"(?i)([aou])e", r"\1", re.sub(r"(?i)aa", "a", word)) if len(word) > 2 else word
    return "'?".join(re.escape(sign) + _AFTER.get(sign.casefold(), "") for sign in bare)


def _bounded(pattern: str, words: Iterable[str]) -> str:
    """Keep a pattern from matching inside another word; a genitive s may follow."""
    return rf"(?<!{LETTER})(?:{pattern})(?:'?s)?(?!{LETTER})" if has_words(words) else pattern


def _joined(words: Iterable[str]) -> str:
    return rf"{BETWEEN}{{0,3}}".join(map(_word, words))


def _sequence(words: tuple[str, ...]) -> str:
    """Return the pattern of words in this order, of which not all run together unless they are long."""
    letters = sum(map(len, words))
    if not words:
        return ""
    if not has_words(words):
        signs = rf"{BETWEEN}{{0,3}}".join(re.escape(sign) for word in words for sign in word)
        return signs if letters > 1 else ""
    if len(words) == 1:
        return _bounded(_as_written(words[0]), words)
    ways = [rf"{_joined(words[:at])}{BETWEEN}{{1,3}}{_joined(words[at:])}" for at in range(1, len(words))]
    if letters >= _LONG_ENOUGH_TO_BE_JOINED:
        ways.append("".join(map(_word, words)))
    return _bounded("|".join(ways), words)


def _both(
    family: tuple[str, ...], given: tuple[str, ...], *, first: tuple[str, ...]
) -> Iterator[tuple[int, str]]:
    """Yield family and given name in both orders, whole, in short and with initials, each with its length."""
    for one in dict.fromkeys((given, first)):
        length = sum(map(len, (*one, *family)))
        if length > 2 or has_words((*one, *family)):
            yield from ((length, _sequence(words)) for words in ((*family, *one), (*one, *family)))
        if one and family and has_words((*one, *family)):
            middle = rf"{BETWEEN}{{1,3}}{LETTER}\.?{BETWEEN}{{1,3}}"
            yield length + 1, _bounded(_joined(one) + middle + _joined(family), (*one, *family))
    if given and family and has_words((*given, *family)) and sum(map(len, family)) > 1:
        first_letter, *others = (re.escape(word[0]) for word in given)
        more = "".join(rf"(?:{BETWEEN}{{0,3}}{letter}\.?)?" for letter in others)
        # `May I ask` is no May, I.
        dot = r"\." if first_letter.upper() in _WORDS_OF_ONE_LETTER and not others else r"\.?"
        short = rf"(?-i:{first_letter.upper()}){dot}{more}"
        length = sum(map(len, family)) + len(given)
        yield length, _bounded(rf"{short}{BETWEEN}{{1,3}}{_capital(family)}", family)
        yield length, _bounded(rf"{_capital(family)}{BETWEEN}{{1,3}}{short}", family)


def _titled(words: tuple[str, ...], courtesy: str | None) -> str:
    if not words or not has_words(words):
        return ""
    titles = {*_TITLES, *([courtesy.rstrip(".")] if courtesy else [])}
    listed = "|".join(re.escape(fold(title)) for title in sorted(titles))
    return _bounded(rf"(?:{listed})\.?{BETWEEN}{{1,2}}{_capital(words)}", words)


def _alone(words: tuple[str, ...]) -> str:
    if sum(map(len, words)) < _TELLING or not has_words(words):
        return ""
    return _bounded(_capital(words), words)


def _capital(words: tuple[str, ...]) -> str:
    return rf"{BETWEEN}{{0,3}}".join([_as_written(words[0]), *map(_word, words[1:])])


def _as_written(word: str) -> str:
    """Return a word that counts only with a capital: Hope is a name, hope is not."""
    pattern = _word(word)
    return f"(?-i:{pattern[0]}){pattern[1:]}" if word[0].isupper() else pattern
