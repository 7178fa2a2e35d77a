"""Texts searched for the names of many people at once: those whom a campaign hides from some readers.

A first look compares words alone; only who may be in a text is looked for by all forms of the name. What has
been found in a text is remembered, for most texts stand in all letters of a mailing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case, Person
from lettergen.letters.privacy.clearance import clearance, is_agreed
from lettergen.letters.privacy.folding import (
    BETWEEN,
    CYRILLIC,
    LETTER,
    NOT_BEFORE,
    WITHOUT_WORDS,
    comparable,
    fold,
    letters_of,
    name_words,
)
from lettergen.letters.privacy.name_matching import NameForms, NamePart, forms
from lettergen.letters.series.identity_cache import IdentityCache

__all__ = ["Hidden", "Hit", "NameSearch", "search_for"]

_WORD = re.compile(rf"{LETTER}+(?:'{LETTER}+)*")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LETTERS_ALONE = re.compile(f"{NOT_BEFORE}+")
_SHORTEST_SQUEEZED = 6
_SURELY_SQUEEZED = 10
"""Letters of a name that no word holds by chance; in addresses and tags, shorter ones leave no doubt."""
_LONGEST_ENDING = 3
_ADDRESS = re.compile(r"[#@/_]|\w\.\w")
_MASK = "\N{BLACK SQUARE}"

Kind = Literal["whole", "squeezed", "near", "telling", "single"]


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """Somebody who is not to be named, and the case that says so."""

    person: Person
    case: Case
    is_of_letter: bool
    """Whether it is the case of the letter."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A form of a hidden person's name in a text."""

    hidden: Hidden
    kind: Kind
    is_sure: bool
    """Whether it can be nobody else."""
    parts: tuple[str, ...] = ()
    """Letters of the parts of the name it goes by, which somebody else may share."""


class NameSearch:
    """Finds those who are hidden from the readers of a letter."""

    def __init__(self, hidden: Sequence[Hidden], cleared: Sequence[Person]) -> None:
        """Prepare the search.

        Args:
            hidden: Who must not be named.
            cleared: Who may be named, and may share a part of a name with them.
        """
        self.hidden = hidden
        self._cleared = [forms(one) for one in cleared]
        names = (part for one in cleared for part in (one.name.family, one.name.given, one.name.full) if part)
        self._shared = frozenset(letters_of(word) for name in names for word in (name, *name.split()))
        self._by_word: dict[str, list[tuple[frozenset[str], int]]] = defaultdict(list)
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self._squeezed: list[tuple[str, int]] = []
        for at, form in enumerate(self._forms()):
            for words in form.keys:
                self._by_word[max(words, key=len)].append((words, at))
            for pair in form.pairs:
                self._by_pair[pair].append(at)
            self._squeezed += ((letters, at) for letters in form.squeezed)
        self._words = frozenset().union(*(words for form in self._forms() for words in form.keys))
        self.hits = lru_cache(maxsize=2_048)(self._hits)
        self._line = lru_cache(maxsize=8_192)(self._of_line)
        self._word = lru_cache(maxsize=65_536)(self._of_word)
        self._within = lru_cache(maxsize=16_384)(self._squeezed_within)

    def _forms(self) -> Iterator[NameForms]:
        return (forms(one.person) for one in self.hidden)

    def may_be_in(self, text: str) -> bool:
        """Say whether a text may name somebody, or begin a name that the next text ends."""
        return bool(self.hidden) and bool(self._candidates(text))

    def _candidates(self, text: str) -> set[int]:
        """Return the numbers of those who may be in a text; most lines of it stand in other letters, too."""
        words: set[str] = set()
        found: set[int] = set()
        for line in text.split("\n"):
            for told, who in self._line(line):
                words |= told
                found |= who
        for word in words & self._by_word.keys():
            found.update(at for needed, at in self._by_word[word] if needed <= words)
        if self._by_pair and WITHOUT_WORDS.search(text):
            for pair in _read(text).pairs & self._by_pair.keys():
                found.update(self._by_pair[pair])
        return found

    def _of_line(self, line: str) -> tuple[tuple[frozenset[str], frozenset[int]], ...]:
        found = map(self._word, _WORD.findall(fold(line).replace("`", "'")))
        return tuple(filter(any, found))

    def _of_word(self, word: str) -> tuple[frozenset[str], frozenset[int]]:
        """Return the words that some name has, and those whose name is run together in this one."""
        parts = {word, *_HUMP.sub(" ", word).split()}
        keys = frozenset(key for part in parts for key in _keys_of(part))
        squeezed = self._within(comparable(word)) if len(word) >= _SHORTEST_SQUEEZED else ()
        return keys & self._words, frozenset(at for _, at in squeezed)

    def _squeezed_within(self, word: str) -> tuple[tuple[str, int], ...]:
        return tuple((letters, at) for letters, at in self._squeezed if letters in word)

    def _hits(self, raw: str) -> tuple[Hit, ...]:
        found = sorted(self._candidates(raw))
        if not found:
            return ()
        text = _read(raw)
        spared = [span for form in self._cleared for span in _spans(form.whole, text.folded)]
        masked = _masked(text.folded, spared)
        return tuple(hit for at in found for hit in self._of(at, text, masked, spared))

    def _of(
        self, at: int, text: "_SearchedText", masked: str, spared: list[tuple[int, int]]
    ) -> Iterator[Hit]:
        """Yield the forms of one person's name that are in a text and do not belong to somebody cleared."""
        hidden, form = self.hidden[at], forms(self.hidden[at].person)
        if any(not _is_within(span, spared) for span in _spans(form.whole, text.folded)) or (
            text.parted and self._is_parted_out(form, text.parted)
        ):
            yield Hit(hidden, "whole", is_sure=True)
        for letters in {
            letters for word in text.long_words for letters, who in self._within(word) if who == at
        }:
            if is_sure := self._tells(letters, text):
                yield Hit(hidden, "squeezed", is_sure=is_sure == "surely")
        for near in form.near:
            if self._shared.isdisjoint(near.parts) and near.pattern.search(masked):
                yield Hit(hidden, "near", near.is_sure, near.parts)
        kinds: tuple[tuple[Kind, tuple[NamePart, ...]], ...] = (
            ("telling", form.telling),
            ("single", form.single),
        )
        for kind, parts in kinds:
            for part in parts:
                if part.letters not in self._shared and part.pattern.search(masked):
                    yield Hit(hidden, kind, kind == "telling" and hidden.is_of_letter, (part.letters,))

    def _is_parted_out(self, form: NameForms, parted: str) -> bool:
        spared = [span for one in self._cleared for span in _spans(one.whole, parted)]
        return any(not _is_within(span, spared) for span in _spans(form.whole, parted))

    def _tells(self, letters: str, text: "_SearchedText") -> Literal["surely", "perhaps"] | None:
        """Say whether a name run together is meant: in `freekimmihwa.org` it is, in a word it may be."""
        longer = [one for form in self._cleared for one in form.squeezed if letters in one]
        chunks = [
            chunk
            for chunk in text.folded.split()
            if any(
                letters in word and not any(one in word for one in longer)
                for word in map(comparable, _WORD.findall(chunk))
            )
        ]
        if not chunks:
            return None
        return (
            "surely" if len(letters) >= _SURELY_SQUEEZED or any(map(_ADDRESS.search, chunks)) else "perhaps"
        )


@dataclass(frozen=True, slots=True)
class _SearchedText:
    """A text as it is searched."""

    folded: str
    long_words: tuple[str, ...]
    """Words that may hold others run together."""
    parted: str
    """What CamelCase comes to when it is parted."""
    pairs: frozenset[str]
    """Pairs of signs in scripts without words."""


@lru_cache(maxsize=2_048)
def _read(raw: str) -> _SearchedText:
    folded = fold(raw)
    words = frozenset(_WORD.findall(folded.replace("`", "'")))
    humped = [_HUMP.sub(" ", word) for word in _WORD.findall(folded) if _HUMP.search(word)]
    signs = re.sub(rf"{BETWEEN}+", "", folded)
    runs = [] if folded.isascii() else _LETTERS_ALONE.findall(signs)
    return _SearchedText(
        folded,
        tuple(sorted(word for word in map(comparable, words) if len(word) >= _SHORTEST_SQUEEZED)),
        "\n\0\n".join(humped),
        frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1)),
    )


@lru_cache(maxsize=32_768)
def _keys_of(word: str) -> tuple[str, ...]:
    """Return a word in comparable form, its parts at apostrophes, and what is left without an ending."""
    found: list[str] = []
    for part in {word, *word.split("'")}:
        one = comparable(part)
        found += [one, one.removesuffix("s")]
        if CYRILLIC.search(part):
            small = part.casefold()
            found += [small[: len(small) - count] for count in range(_LONGEST_ENDING + 1)]
    return tuple(found)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a pattern matches, at each place from which it does: matches may overlap."""
    match = pattern.search(text)
    while match:
        yield match.span()
        match = pattern.search(text, match.start() + 1)


def _is_within(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + _MASK * (end - start) + text[end:]
    return text


def search_for(
    campaign: Campaign, case: Case | None, audiences: tuple[Audience, ...], on: date
) -> NameSearch:
    """Return the search for everybody whom any case of a campaign hides from the readers of a letter.

    Args:
        campaign: Its cases are looked through.
        case: The one that the letter is about.
        audiences: The readers.
        on: The day of the letter.
    """
    return _made(campaign, case, _INTERNED.setdefault(audiences, audiences), on)


_INTERNED: dict[tuple[Audience, ...], tuple[Audience, ...]] = {}


def _new_search(
    campaign: Campaign, case: Case | None, audiences: tuple[Audience, ...], on: date
) -> NameSearch:
    own = case.persons if case else ()
    hidden = [Hidden(one, case, True) for one in own if case and clearance(one, audiences) != "full"]
    known = {_identity(one.person) for one in hidden}
    for other in campaign.cases:
        for person in other.persons if case is None or other.id != case.id else ():
            is_open = clearance(person, audiences) == "full" and is_agreed(person, audiences, on)
            if not is_open and (who := _identity(person)) not in known:
                known.add(who)
                hidden.append(Hidden(person, other, False))
    # Whoever is withheld in one case is withheld in all, whatever the others say.
    names = {_name(one.person) for one in hidden if not one.is_of_letter}
    cleared = [one for one in own if clearance(one, audiences) == "full" and _name(one) not in names]
    return NameSearch(hidden, cleared)


_made = IdentityCache(_new_search, room=64)


def _identity(person: Person) -> tuple[object, ...]:
    return (person.name.as_written(), person.name.courtesy, person.native_name, person.aliases)


def _name(person: Person) -> frozenset[str]:
    """Return the words of a name, in whatever order it is written."""
    return frozenset(word.casefold() for word in name_words(person.name.as_written()))
