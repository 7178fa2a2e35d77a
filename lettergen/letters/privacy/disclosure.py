"""Names where they must not be: in finished texts, neutral words, pseudonyms, after an `@`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from lettergen.errors import Place, Problem, did_you_mean
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case, Clearance, Person, PersonName, Recipient
from lettergen.letters.letter import TEXTS, Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy.clearance import clearance, initials
from lettergen.letters.privacy.mentions import MENTION, told_texts
from lettergen.letters.privacy.name_matching import (
    NameForms,
    NamePart,
    fold,
    forms,
    initial_letters,
    letters_of,
    name_words,
    trace,
)
from lettergen.letters.template.templates import Template

__all__ = ["in_case", "in_letter", "perhaps_in_letter"]

_OTHERS_WORDS = frozenset({"case/message", "case/source"})
"""Texts that quote other people, who may use `@` in other ways."""
TAKE_OUT = "delete it; `{{ case.persons | names }}` prints the names as far as they are cleared."
_HEAD_AND_FOOT = frozenset(
    {"letterhead", "return_address", "inside_address", "opening", "signatures", "signatories"}
)
"""Parts that name those who write and are written to."""
_HANDLE = re.compile(r"[a-z]{4,}")
_NOBODY = frozenset({"a", "an", "the", "mr", "mrs", "ms", "miss", "dr", "person", "witness"})


def in_case(
    case: Case, campaign: Campaign, audiences: tuple[Audience, ...] | None = None
) -> Iterator[Problem]:
    """Yield whatever would reveal somebody, or print an id, in any letter about a case.

    Args:
        case: The case.
        campaign: Knows where its texts stand.
        audiences: Readers of one letter, to whom only what they would see matters; default: everybody.
    """
    yield from _unknown_mentions(case, campaign)
    seen: dict[str, Person] = {}
    for person in case.persons:
        levels = {clearance(person, audiences)} if audiences else _levels(person)
        place = _place_of(person, case, campaign)
        if "pseudonym" in levels and person.pseudonym:
            yield from _pseudonym(person, person.pseudonym, case, place)
            known = seen.setdefault(letters_of(person.pseudonym), person)
            if known is not person:
                yield Problem(
                    "pseudonym-twice",
                    f"`{known.id}` and `{person.id}` have the same pseudonym.",
                    "give each person a different pseudonym.",
                    place,
                )
        if "withheld" in levels and person.described_as and _reveals(person.described_as, case.persons):
            yield Problem(
                "description-reveals",
                f"the neutral words `described_as` of `{person.id}` hold a part of a name.",
                "describe the person without it, for example `a teacher of 40`.",
                place,
            )
        if "initials" in levels and _initials_reveal(person):
            yield Problem(
                "initials-reveal",
                f"the initials of `{person.id}` are more than half of the name.",
                "set `publish` to `pseudonym` or `withheld`.",
                place,
            )


def _levels(person: Person) -> set[Clearance]:
    return {clearance(person, (audience,)) for audience in ("addressee", "un", "press", "public")}


def _place_of(person: Person, case: Case, campaign: Campaign) -> Place | None:
    return campaign.places.get(("case/person", f"{case.stem}/{person.id}"))


def _pseudonym(person: Person, pseudonym: str, case: Case, place: Place | None) -> Iterator[Problem]:
    letters = letters_of(pseudonym)
    spelt = [person.id, initials(person), person.name.as_written(), person.native_name or "", *person.aliases]
    signs = "".join(word[0] for word in name_words(pseudonym) if len(word) == 1).casefold()
    is_short = bool(signs) and all(
        len(word) == 1 or word.casefold() in _NOBODY - {"person", "witness"} for word in name_words(pseudonym)
    )
    if (
        letters in {letters_of(one) for one in spelt}
        or (is_short and signs in initial_letters(" ".join(name_words(person.name.as_written()))))
        or (is_short and signs in initial_letters(person.name.as_written()))
        or _reveals(pseudonym, case.persons)
    ):
        yield Problem(
            "pseudonym-reveals",
            f"the pseudonym of `{person.id}` is the id, the initials or a part of a name.",
            "choose one that nobody can guess, or remove `pseudonym:` to print `Person A`.",
            place,
        )


def _reveals(words: str, persons: Iterable[Person]) -> bool:
    """Say whether neutral words hold a name of the case, or a part of one that stands out."""
    text = fold(words)
    for person in persons:
        found = forms(person)
        parts = (*found.telling, *found.single)
        if found.whole.search(text) or any(part.pattern.search(text) for part in parts):
            return True
    return False


def _initials_reveal(person: Person) -> bool:
    name = letters_of(person.name.as_written())
    return 2 * len(letters_of(initials(person))) > len(name)


def _unknown_mentions(case: Case, campaign: Campaign) -> Iterator[Problem]:
    known = {person.id for person in case.persons}
    for key, text in told_texts(case):
        for name in dict.fromkeys(MENTION.findall(text)):
            if name in known:
                continue
            otherwise = "add the person under `persons:`, or write `at` if no person of the case is meant."
            fix = did_you_mean(name, known, otherwise)
            if key[0] in _OTHERS_WORDS and fix == otherwise and _HANDLE.fullmatch(name):
                continue
            yield Problem(
                "unknown-mention",
                f"`@{name}` stands for nobody: the case `{case.id}` has no person with this id.",
                fix,
                campaign.places.get(key) or campaign.places.get(("case", case.stem)),
            )


def in_letter(
    letter: Letter, template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]
) -> Iterator[Problem]:
    """Yield a problem for each name or id that is in a letter without being a cleared fact.

    A summary or a demand may spell a name out instead of writing ``@id``; the
    finished words are the only place where that shows for sure.
    """
    if facts.case is None:
        return
    page = _AttributedWords(letter, template, facts, facts.case, audiences)
    for name in page.stray():
        message = f"`@{name}` would be printed as it is."
        fix = "delete it: `@id` becomes a name only in the texts of the case and in `own_words`."
        yield page.located("stray-mention", message, fix, re.compile(rf"@{re.escape(name)}(?![\w-])"))
    for person in page.hidden:
        pattern = page.betrayed(person)
        if pattern:
            yield page.located(
                "name-not-cleared",
                f"the letter spells out the name of `{person.id}`, who is not cleared "
                f"for {' and '.join(f'`{audience}`' for audience in audiences)}.",
                f"write `@{person.id}` instead of the name in the texts of the case `{facts.case.id}`.",
                pattern,
                person,
            )


def perhaps_in_letter(
    letter: Letter, template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]
) -> Iterator[Problem]:
    """Yield a warning where a word of a letter is a part of the name of somebody who is not cleared."""
    if facts.case is None:
        return
    page = _AttributedWords(letter, template, facts, facts.case, audiences)
    for person in page.hidden:
        for part in page.unshared(forms(person).single):
            if _finds(part.pattern, page.told):
                yield page.located(
                    "name-perhaps-shown",
                    f"the letter contains a part of the name of `{person.id}`, who is not cleared.",
                    f"write `@{person.id}` if this person is meant; otherwise do nothing.",
                    part.pattern,
                    person,
                    severity="warning",
                )
                break


@dataclass(frozen=True)
class _AttributedWords:
    """The words of a letter, grouped by who is responsible for them."""

    letter: Letter
    template: Template
    facts: LetterFacts
    case: Case
    audiences: tuple[Audience, ...]

    @cached_property
    def hidden(self) -> tuple[Person, ...]:
        """The persons whose names must not show."""
        return tuple(one for one in self.case.persons if clearance(one, self.audiences) != "full")

    @cached_property
    def cleared(self) -> tuple[Person, ...]:
        return tuple(one for one in self.case.persons if clearance(one, self.audiences) == "full")

    @cached_property
    def told(self) -> str:
        """What the letter tells, without its head and foot and the names of those who may be named."""
        # Nearly the same in all letters of a mailing, and long.
        letter = self.letter
        told = letter.texts(without=_HEAD_AND_FOOT)
        text = _joined([*told, letter.document_title, self.template.name.title()])
        return _masked(text, self.cleared)

    @cached_property
    def _named(self) -> str:
        letter = self.letter
        named = letter.texts(without=TEXTS.keys() - _HEAD_AND_FOOT)
        pictures = (block.picture for block in letter.signatures if block.picture)
        ids = (letter.sender_id.title(), (letter.recipient_id or "").title())
        return _joined([*named, *ids, *pictures])

    @cached_property
    def head_and_foot(self) -> str:
        """Whom the letter names as its writers and readers, in its words and in its file name."""
        return _masked(self._named, self.cleared)

    @cached_property
    def may_be_in_head(self) -> bool:
        """Whether names need to be searched for there."""
        return trace(self.hidden, self.cleared).is_in(self._named)

    @cached_property
    def own_names(self) -> str:
        """The names of those who write, sign and are written to: they are printed as what they are."""
        return fold(" | ".join(name.with_courtesy() for name in _own(self.facts)))

    @cached_property
    def shared(self) -> frozenset[str]:
        """The parts of names that somebody has who may be named."""
        names = [*(person.name for person in self.cleared), *_own(self.facts)]
        parts = (part for name in names for part in (name.family, name.given, *(name.full or "").split()))
        return frozenset(letters_of(part) for part in parts if part)

    def unshared(self, parts: Sequence[NamePart]) -> Iterator[NamePart]:
        """Yield the parts of a name that nobody else of this letter has."""
        return (part for part in parts if part.letters not in self.shared)

    def stray(self) -> list[str]:
        """Return the ids that stand in the words with their `@`."""
        known = {person.id for person in self.case.persons}
        found = (name for text in self.letter.texts() for name in MENTION.findall(text))
        return [name for name in dict.fromkeys(found) if name in known]

    def betrayed(self, person: Person) -> re.Pattern[str] | None:
        """Return the form of a person's name that the letter spells out."""
        found: NameForms = forms(person)
        for pattern in (found.whole, *(part.pattern for part in self.unshared(found.telling))):
            is_head = self.may_be_in_head and pattern.search(self.head_and_foot) is not None
            is_told = _finds(pattern, self.told)
            if not (is_head or is_told):
                continue
            # Somebody of the same name may write or receive the letter; that alone gives nobody away.
            has_namesake = pattern.search(self.own_names) is not None
            if is_head and not has_namesake:
                return pattern
            if is_told and not (has_namesake and self._source(pattern) is None):
                return pattern
        return None

    def located(
        self,
        name: str,
        message: str,
        fix: str,
        pattern: re.Pattern[str],
        person: Person | None = None,
        severity: str = "error",
    ) -> Problem:
        """Return a problem with the place at which somebody wrote what ``pattern`` finds."""
        # In the case an `@id` is where it belongs.
        found = self._source(pattern) if person else self._source_outside(pattern)
        if isinstance(found, int):
            problem = self.template.problem(name, found, message, TAKE_OUT)
        elif found:
            in_case = found.file == self._case_file
            problem = Problem(name, message, fix if in_case else "delete it from this entry.", found)
        else:
            at = _place_of(person, self.case, self.facts.campaign) if person else None
            problem = Problem(name, message, fix, at)
        return problem if severity == "error" else replace(problem, severity="warning")

    @property
    def _case_file(self) -> str | None:
        place = self.facts.campaign.places.get(("case", self.case.stem))
        return place.file if place else None

    def _source(self, pattern: re.Pattern[str]) -> Place | int | None:
        """Return where somebody wrote the words: a place in the facts, or a line of the template."""
        places = self.facts.campaign.places
        for key, text in told_texts(self.case):
            if pattern.search(fold(text)):
                return places.get(key) or places.get(("case", self.case.stem))
        return self._source_outside(pattern)

    def _source_outside(self, pattern: re.Pattern[str]) -> Place | int | None:
        facts, places = self.facts, self.facts.campaign.places
        for sender in (facts.sender, *facts.signing()):
            words = (sender.own_words, sender.organisation, sender.title, sender.place, *sender.address)
            if pattern.search(fold("\n".join(filter(None, words)))):
                return places.get(("sender", sender.id))
        if facts.recipient and pattern.search(fold("\n".join(_written_of(facts.recipient)))):
            return places.get(("recipient", facts.recipient.id))
        lines = (number for number, line in enumerate(self.template.lines, 1) if pattern.search(fold(line)))
        return next(lines, 1 if pattern.search(fold(self.template.name.title())) else None)


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(filter(None, texts))


def _masked(text: str, persons: Iterable[Person]) -> str:
    """Return a text, folded, without the names of those who may be named."""
    return _without(text, tuple(forms(person).whole for person in persons))


@lru_cache(maxsize=64)
def _without(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    text = fold(text)
    for pattern in patterns:
        text = pattern.sub("\N{BLACK SQUARE}", text)
    return text


@lru_cache(maxsize=2_048)
def _finds(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.search(text) is not None


def _own(facts: LetterFacts) -> Iterator[PersonName]:
    for sender in (facts.sender, *facts.signing()):
        if sender.name:
            yield sender.name
        if sender.signs_for:
            yield sender.signs_for.name
        yield from (signatory.name for signatory in sender.signatories)
    if facts.recipient and facts.recipient.name:
        yield facts.recipient.name


def _written_of(recipient: Recipient) -> Iterator[str]:
    lines = (recipient.title, recipient.attention, recipient.care_of, recipient.salutation, recipient.closing)
    yield from filter(None, lines)
    yield from (*recipient.organisation, *recipient.address)
