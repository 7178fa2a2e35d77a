"""A letter and its courtesy translation say the same: numbers, dates, law, amounts, names, places, demands.

What is in one and not in the other is told with both places. Words are compared in paragraphs that stand at
the same place, so that a number is not excused by the same number elsewhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lettergen.errors import Place, Problem
from lettergen.facts.model import Case, ReaderText
from lettergen.letters.assemble import audiences_of
from lettergen.letters.checks.content import place_names
from lettergen.letters.checks.quantities import Found, Kind, quantities
from lettergen.letters.checks.word_lists import folded
from lettergen.letters.checks.word_origin import Origin, origin
from lettergen.letters.letter import Block, Heading, Letter, ListBlock, block_texts, plain
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy import clearance
from lettergen.letters.template.templates import Template

__all__ = ["CHECKS", "LetterEdition", "check"]

CHECKS = frozenset(
    {
        "translation-dates", "translation-demands", "translation-law", "translation-names",
        "translation-numbers",
    }
)  # fmt: skip
"""What is told of the two together."""

MATTERS: Mapping[Kind, str] = {
    "date": "dates",
    "month": "dates",
    "article": "law",
    "number": "numbers",
    "currency": "numbers",
}
"""What the check that tells of each kind of quantity is called after."""
FIX = "make both say the same; a reader who compares them believes neither otherwise."
STEM = 5
"""Letters of a word that inflection leaves alone."""
AROUND = 24


@dataclass(frozen=True)
class LetterEdition:
    """A letter in one language, and what it was made from."""

    template: Template
    facts: LetterFacts
    letter: Letter

    @property
    def language(self) -> str:
        """The letter's language."""
        return self.letter.language

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The body without the sender's own words, which are the sender's, in one language."""
        own = folded(self.facts.sender.own_words or "")
        return tuple(block for block in self.letter.body if not (own and _is_of(block, own)))

    @cached_property
    def passages(self) -> tuple[str, ...]:
        """What is compared with what is at the same place in the other language."""
        letter = self.letter
        above = (plain(letter.title), plain(letter.subject))
        below = (plain(letter.postscript), "\n".join((*letter.enclosures, *letter.copies)))
        return (*above, *("\n".join(block_texts((block,))) for block in self.blocks), *below)

    @cached_property
    def text(self) -> str:
        """All of it, folded."""
        return folded("\n".join(self.passages))

    def origin(self, words: str, passage: str) -> Origin:
        """Return where words of a passage come from; if nobody knows, where the passage does."""
        at = passage.find(words)
        tried = [
            passage[at : at + AROUND + len(words)],
            passage[max(0, at - AROUND) : at + len(words)],
            words,
        ]
        tried += [line[:AROUND] for line in passage.split("\n")]
        found = (origin(one, self.template, self.facts) for one in tried if len(one.strip()) > 1)
        body = Place(self.template.file, self.template.body.line)
        first = next((one for one in found if one and one.place), Origin(body))
        # The letter has no-break spaces that its template need not have.
        match = re.search(r"\s".join(map(re.escape, words.split())), first.excerpt) if words.strip() else None
        if match is None or first.place is None:
            return first
        place = replace(first.place, column=match.start() + 1)
        return replace(first, place=place, width=match.end() - match.start())


def check(letter: LetterEdition, translation: LetterEdition) -> tuple[Problem, ...]:
    """Return what a letter says and its translation does not, and the other way round."""
    found = [*_quantities(letter, translation), *_people(letter, translation), *_places(letter, translation)]
    return tuple(dict.fromkeys((*found, *_lists(letter, translation))))


def _is_of(block: Block, own: str) -> bool:
    texts = [folded(text) for text in block_texts((block,))]
    return any(texts) and all(text in own for text in texts if text)


def _quantities(letter: LetterEdition, translation: LetterEdition) -> Iterator[Problem]:
    for one, other in _aligned(letter, translation):
        mine = _missing(letter, one, translation, other)
        theirs = _missing(translation, other, letter, one)
        for kind in MATTERS:
            ours, others = ([found for found in side if found[0].kind == kind] for side in (mine, theirs))
            if len(ours) == len(others) == 1:
                yield _different((letter, *ours[0]), (translation, *others[0]))
                continue
            for found, passage in ours:
                yield _absent((letter, found, passage), translation, _of_first(other))
            for found, passage in others:
                yield _absent((translation, found, passage), letter, _of_first(one))


_Side = tuple[LetterEdition, Found, str]


def _aligned(
    letter: LetterEdition, translation: LetterEdition
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield passages at the same place, each with its neighbours behind it; or all at once."""
    one, other = letter.passages, translation.passages
    if len(one) != len(other):
        yield ("\n".join(one),), ("\n".join(other),)
        return
    for at in range(len(one)):
        yield _with_neighbours(one, at), _with_neighbours(other, at)


def _with_neighbours(passages: Sequence[str], at: int) -> tuple[str, ...]:
    return (passages[at], *passages[max(0, at - 1) : at], *passages[at + 1 : at + 2])


def _missing(
    edition: LetterEdition, passages: tuple[str, ...], other: LetterEdition, others: tuple[str, ...]
) -> list[tuple[Found, str]]:
    """Return what the first of some passages says, and none of the other language's does."""
    said = _Said([one for text in others for one in quantities(text, other.language)])
    found = (one for one in quantities(passages[0], edition.language) if one.is_sure)
    return [(one, passages[0]) for one in found if not said.has(one)]


class _Said:
    """What passages say, in all the ways in which another language may say it."""

    def __init__(self, found: Sequence[Found]) -> None:
        def values(*kinds: Kind) -> set[object]:
            return {one.value for one in found if one.kind in kinds}

        self.dates, self.articles = values("date"), values("article")
        self.months = values("month") | {value[0] for value in self.dates if isinstance(value, tuple)}
        self.loose = values("number", "article")
        self.numbers = self.loose | {value[1] for value in self.dates if isinstance(value, tuple)}
        self.currencies = values("currency")

    def has(self, one: Found) -> bool:
        """Say whether a quantity is there."""
        if one.kind == "date" and isinstance(one.value, tuple):
            month, day = one.value
            # 24 and 26 May: one of them stands without its month, and not the same in each language.
            return one.value in self.dates or (month in self.months and day in self.loose)
        if one.kind == "month":
            return one.value in self.months
        if one.kind == "article":
            return one.value in (self.articles or self.numbers)
        if one.kind == "currency" and isinstance(one.value, tuple):
            value, _ = one.value
            # The number by itself is told as a number.
            return one.value in self.currencies or value not in self.numbers
        return one.value in self.numbers


def _of_first(passages: tuple[str, ...]) -> str:
    return passages[0] or next(filter(None, passages), "")


def _different(one: _Side, other: _Side) -> Problem:
    """Return the problem of two quantities, of which one stands where the other should."""
    (letter, found, passage), (translation, instead, there) = one, other
    place = translation.origin(instead.words, there).place
    matter = MATTERS[found.kind]
    problem = Problem(
        f"translation-{matter}",
        f"the letter in `{letter.language}` has `{found.words}` where its translation into "
        f"`{translation.language}` has `{instead.words}` ({place}).",
        FIX,
        severity="warning",
    )
    return letter.origin(found.words, passage).of(problem)


def _absent(one: _Side, other: LetterEdition, there: str) -> Problem:
    """Return the problem of a quantity that the other language leaves out."""
    edition, found, passage = one
    return _told(MATTERS[found.kind], f"`{found.words}`", (edition, found.words, passage), (other, there))


def _told(
    matter: str, what: str, has: tuple[LetterEdition, str, str], lacks: tuple[LetterEdition, str]
) -> Problem:
    edition, words, passage = has
    other, there = lacks
    place = other.origin(there[:AROUND], there).place
    problem = Problem(
        f"translation-{matter}",
        f"{what} is in the letter in `{edition.language}`, but not where the same letter in "
        f"`{other.language}` should have it ({place}).",
        FIX,
        severity="warning",
    )
    return edition.origin(words, passage).of(problem)


def _people(letter: LetterEdition, translation: LetterEdition) -> Iterator[Problem]:
    """Yield who is named in one language only, by any name that the case gives."""
    case = letter.facts.case
    for person in case.persons if case else ():
        spellings = [one for one in clearance.named(person) if folded(one)]
        for one, other in ((letter, translation), (translation, letter)):
            audiences = audiences_of(one.template, one.facts.recipient)
            if clearance.clearance(person, audiences) != "full":
                continue
            used = next((name for name in spellings if folded(name) in one.text), None)
            if used and not any(folded(name) in other.text for name in spellings):
                yield _told("names", f"the name of `{person.id}`", (one, used, one.text), (other, ""))


def _places(letter: LetterEdition, translation: LetterEdition) -> Iterator[Problem]:
    """Yield the places of the case that are in one language only."""
    if letter.facts.case is None or translation.facts.case is None:
        return
    for mine, theirs in zip(*(_named_places(one) for one in (letter, translation)), strict=False):
        for one, other, name, same in (
            (letter, translation, mine, theirs), (translation, letter, theirs, mine),
        ):  # fmt: skip
            if name and same and folded(name) in one.text and not _stands(same, other.text):
                yield _told("names", f"the place `{name}`", (one, name, one.text), (other, ""))


def _named_places(edition: LetterEdition) -> list[str]:
    """Return the nearest name of each place of a case in a language; empty where the readers get none."""
    case = edition.facts.case
    audiences = audiences_of(edition.template, edition.facts.recipient)
    told = [place.to(audiences) if place else None for place in _case_places(case)] if case else []
    return [next(place_names([place]), "") if place else "" for place in told]


def _case_places(case: Case) -> list[ReaderText | None]:
    return [case.place, *(event.place for event in case.events)]


def _stands(name: str, text: str) -> bool:
    """Say whether a name is in a text, with whatever ending."""
    return all(word[: max(STEM, len(word) - 2)] in text for word in folded(name).split())


def _lists(letter: LetterEdition, translation: LetterEdition) -> Iterator[Problem]:
    """Yield whether demands, or questions under heads of their own, are more in one language."""
    if len(list(block_texts(letter.blocks))) == len(list(block_texts(translation.blocks))):
        return  # what is an item in one may be a paragraph in the other
    for what, counts in (("lists", _items), ("headings", _headings)):
        mine, theirs = counts(letter.blocks), counts(translation.blocks)
        if [number for number, _ in mine] == [number for number, _ in theirs]:
            continue
        at = next(
            (at for at, (one, other) in enumerate(zip(mine, theirs, strict=False)) if one[0] != other[0]),
            min(len(mine), len(theirs)),
        )
        has = [side[at] if at < len(side) else (0, "") for side in (mine, theirs)]
        yield _uneven(what, (letter, *has[0]), (translation, *has[1]))


def _items(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    """Return how many items each list has, and the first of them."""
    lists = (block for block in blocks if isinstance(block, ListBlock))
    return [(len(one.items), next(block_texts((one,)), "")) for one in lists]


def _headings(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    heads = [plain(block.inline) for block in blocks if isinstance(block, Heading)]
    return [(len(heads), heads[0])] if heads else []


def _uneven(what: str, one: tuple[LetterEdition, int, str], other: tuple[LetterEdition, int, str]) -> Problem:
    (letter, mine, first), (translation, theirs, there) = one, other
    noun = "items in a list" if what == "lists" else "headings"
    place = translation.origin(there[:AROUND], there).place
    problem = Problem(
        "translation-demands",
        f"the letter in `{letter.language}` has {mine} {noun}, its translation into "
        f"`{translation.language}` has {theirs} ({place}).",
        "ask for as much in both languages; each demand and each question stands in both.",
        severity="warning",
    )
    return letter.origin(first[:AROUND], first).of(problem)
