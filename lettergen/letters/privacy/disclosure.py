"""Names where they must not be: in finished texts, neutral words, pseudonyms, after an `@`."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Literal

from lettergen.errors import Place, Problem, Severity, did_you_mean
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import AUDIENCES, Audience, Case, Clearance, Person, PersonName, Recipient
from lettergen.letters.letter import TEXTS, Letter, texts_of
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy.clearance import clearance, initials
from lettergen.letters.privacy.folding import fold, initial_letters, letters_of, name_words
from lettergen.letters.privacy.mentions import AT, ids_in, told_texts, unknown_ids
from lettergen.letters.privacy.name_matching import forms
from lettergen.letters.privacy.name_search import Hidden, Hit, NameSearch, search_for
from lettergen.letters.template.templates import Template

__all__ = [
    "AttributedWords",
    "SeenName",
    "in_case",
    "in_file_name",
    "in_letter",
    "in_name",
    "in_own_words",
    "known_ids",
    "on_envelope",
    "perhaps_in_letter",
]

_OTHERS_WORDS = frozenset({"case/message", "case/source"})
"""Texts that quote other people, who may use `@` in other ways."""
TAKE_OUT = "delete it; `{{ case.persons | names }}` prints the names as far as they are cleared."
_HEAD_AND_FOOT = frozenset(
    {"letterhead", "return_address", "inside_address", "opening", "signatures", "signatories"}
)
"""Parts that name those who write and are written to."""
_SEAM_LENGTH = 60
"""Characters at the end and at the beginning of a part, in which a name may be broken in two."""
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
        words = person.described_as.words() if person.described_as else ()
        if "withheld" in levels and any(_reveals(one, case.persons) for one in words if one):
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
        for name in dict.fromkeys(unknown_ids(text, known, handles=key[0] in _OTHERS_WORDS)):
            place = campaign.places.get(key) or campaign.places.get(("case", case.stem))
            yield _unknown(name, case, known, place)


def in_own_words(facts: LetterFacts) -> Iterator[Problem]:
    """Yield each `@id` in a sender's own words that would be printed as it is."""
    words = facts.sender.own_words or ""
    if not AT.search(words):
        return
    known = {person.id for person in facts.case.persons} if facts.case else set()
    unknown = dict.fromkeys(unknown_ids(words, known, handles=True))
    others = dict.fromkeys(name for name in ids_in(words) if name not in known and name in known_ids(facts))
    for name in unknown | others:
        yield _unknown(name, facts.case, known, facts.campaign.places.get(("sender", facts.sender.id)))


def _unknown(name: str, case: Case | None, known: Collection[str], place: Place | None) -> Problem:
    whose = f"the case `{case.id}` has no person with this id" if case else "the letter is about no case"
    otherwise = "add the person under `persons:`, or write `at` if no person of the case is meant."
    fix = did_you_mean(name, known, otherwise)
    return Problem("unknown-mention", f"`@{name}` stands for nobody: {whose}.", fix, place)


def in_letter(
    letter: Letter, template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]
) -> Iterator[Problem]:
    """Yield a problem for each name or id that is in a letter without being a cleared fact.

    A summary or a demand may spell a name out instead of writing ``@id``; the finished words are the only
    place where that shows for sure. Looked for is everybody whom any case of the campaign hides.
    """
    page = AttributedWords(letter, template, facts, audiences)
    for name in page.stray():
        message = f"`@{name}` would be printed as it is."
        fix = "delete it: `@id` becomes a name only in the texts of the case and in `own_words`."
        yield page.located("stray-mention", message, fix, partial(_mentions, name), in_case=False)
    readers = " and ".join(f"`{audience}`" for audience in audiences)
    for hidden, hits in page.found.items():
        hit = next(filter(page.betrays, hits), None)
        if hit is None:
            continue
        who = f"the name of `{hidden.person.id}`"
        if hidden.is_of_letter:
            message = f"the letter spells out {who}, who is not cleared for {readers}."
            texts = f"the texts of the case `{hidden.case.id}`"
            fix = (
                f"write `@{hidden.person.id}` instead of the name in {texts}; `publish:` and `consent:` of "
                "the person say who reads it as the name."
            )
        else:
            message = f"the letter spells out {who}, whom the case `{hidden.case.id}` hides from {readers}."
            fix = f"take it out, or clear the person in `cases/{hidden.case.id}.yaml`, too."
        yield page.located("name-not-cleared", message, fix, page.like(hit), hidden)


def _mentions(name: str, text: str) -> bool:
    return name in ids_in(text)


def perhaps_in_letter(
    letter: Letter, template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]
) -> Iterator[Problem]:
    """Yield a warning where a letter holds what may be the name of somebody who is not cleared."""
    page = AttributedWords(letter, template, facts, audiences)
    for hidden, hits in page.found.items():
        hit = next(filter(page.may_betray, hits), None)
        if hit is None or any(map(page.betrays, hits)):
            continue
        yield page.located(
            "name-perhaps-shown",
            f"the letter contains a part of the name of `{hidden.person.id}`, who is not cleared.",
            f"write `@{hidden.person.id}` if this person is meant; otherwise do nothing.",
            page.like(hit),
            hidden,
            severity="warning",
        )


@dataclass(frozen=True, slots=True)
class SeenName:
    """A form of a name in a letter, and who answers for the words."""

    hit: Hit
    where: Literal["told", "head", "address"]


@dataclass(frozen=True)
class AttributedWords:
    """The words of a letter, grouped by who is responsible for them."""

    letter: Letter
    template: Template
    facts: LetterFacts
    audiences: tuple[Audience, ...]

    @cached_property
    def search(self) -> NameSearch:
        """What is looked for."""
        facts = self.facts
        return search_for(facts.campaign, facts.case, self.audiences, facts.on)

    @cached_property
    def found(self) -> Mapping[Hidden, list[SeenName]]:
        """The forms of names that stand in the letter, by whose they are."""
        found: dict[Hidden, list[SeenName]] = {}
        if not self.search.hidden:
            return found
        for where, text, is_seam in self._passages():
            for hit in self.search.hits(text):
                # Across two parts, only a whole name is one.
                if not is_seam or hit.kind == "whole":
                    found.setdefault(hit.hidden, []).append(SeenName(hit, where))
        return found

    def _passages(self) -> Iterator[tuple[Literal["told", "head", "address"], str, bool]]:
        """Yield the parts of the letter, and where one ends and the next begins."""
        letter, before = self.letter, ""
        for part in TEXTS:
            text = "\n".join(filter(None, texts_of(part, getattr(letter, part))))
            if text:
                where: Literal["told", "head"] = "head" if part in _HEAD_AND_FOOT else "told"
                yield where, text, False
                if before:
                    yield where, f"{before[-_SEAM_LENGTH:]}\n{text[:_SEAM_LENGTH]}", True
                before = text
        yield "told", letter.document_title, False
        yield "told", self.template.name.title(), False
        pictures = (block.picture for block in letter.signatures if block.picture)
        ids = (letter.sender_id.title(), (letter.recipient_id or "").title())
        for name in filter(None, (*ids, self.facts.sender.email, *pictures)):
            yield "head", name, False
        if self.facts.recipient and self.facts.recipient.email:
            yield "address", self.facts.recipient.email, False

    @cached_property
    def _own_names(self) -> str:
        """The names of those who write, sign and are written to: they are printed as what they are."""
        return " | ".join(name.with_courtesy() for name in _own(self.facts))

    @cached_property
    def _own_parts(self) -> frozenset[str]:
        parts = (
            part
            for name in _own(self.facts)
            for part in (name.family, name.given, *(name.full or "").split())
        )
        return frozenset(letters_of(part) for part in parts if part)

    def betrays(self, seen: SeenName) -> bool:
        """Say whether a form leaves no doubt, and is not the name of somebody who writes or is written to."""
        hit = seen.hit
        if not hit.is_sure or not self._own_parts.isdisjoint(hit.parts):
            return False
        # Somebody of the same name may write or receive the letter; that alone gives nobody away.
        has_namesake = hit.kind in ("whole", "squeezed") and self._is_own(hit)
        if seen.where == "head":
            return not has_namesake
        return seen.where == "address" or not (has_namesake and self._source(self.like(seen)) is None)

    def may_betray(self, seen: SeenName) -> bool:
        """Say whether a form may be a hidden person's name: in another case, a family name is nobody's."""
        hit = seen.hit
        if hit.is_sure or (hit.kind == "single" and not hit.hidden.is_of_letter):
            return False
        return seen.where == "told" and self._own_parts.isdisjoint(hit.parts)

    def _is_own(self, hit: Hit) -> bool:
        return any(
            one.hidden is hit.hidden and one.kind == "whole" for one in self.search.hits(self._own_names)
        )

    def like(self, seen: SeenName) -> Callable[[str], bool]:
        """Return what says of a text whether it holds the same form of the same name."""
        hit = seen.hit
        return lambda text: any(
            one.hidden is hit.hidden and one.kind == hit.kind for one in self.search.hits(text)
        )

    def stray(self) -> list[str]:
        """Return the ids that stand in the words with their `@`."""
        known = known_ids(self.facts)
        found = (name for text in self.letter.texts() if "@" in fold(text) for name in ids_in(text))
        return [name for name in dict.fromkeys(found) if name in known]

    def located(  # noqa: PLR0913 - a problem, and what says where it is
        self,
        name: str,
        message: str,
        fix: str,
        is_there: Callable[[str], bool],
        hidden: Hidden | None = None,
        *,
        in_case: bool = True,
        severity: Severity = "error",
    ) -> Problem:
        """Return a problem with the place at which somebody wrote what is there."""
        # In the case an `@id` is where it belongs.
        found = self._source(is_there) if in_case else self._source_outside(is_there)
        if isinstance(found, int):
            problem = self.template.problem(name, found, message, TAKE_OUT)
        elif found:
            is_case = self.facts.case is not None and found.file == self._case_file
            problem = Problem(name, message, fix if is_case else "delete it from this entry.", found)
        else:
            at = _place_of(hidden.person, hidden.case, self.facts.campaign) if hidden else None
            problem = Problem(name, message, fix, at)
        return problem if severity == "error" else replace(problem, severity=severity)

    @property
    def _case_file(self) -> str | None:
        place = self.facts.campaign.places.get(("case", self.facts.case.stem)) if self.facts.case else None
        return place.file if place else None

    def _source(self, is_there: Callable[[str], bool]) -> Place | int | None:
        """Return where somebody wrote the words: a place in the facts, or a line of the template."""
        case, places = self.facts.case, self.facts.campaign.places
        for key, text in told_texts(case) if case else ():
            if is_there(text):
                return places.get(key) or places.get(("case", case.stem if case else ""))
        return self._source_outside(is_there)

    def _source_outside(self, is_there: Callable[[str], bool]) -> Place | int | None:
        facts, places = self.facts, self.facts.campaign.places
        for sender in (facts.sender, *facts.signing()):
            words = (sender.own_words, sender.organisation, sender.title, sender.place, *sender.address)
            if any(map(is_there, filter(None, words))):
                return places.get(("sender", sender.id))
        if facts.recipient and any(map(is_there, _written_of(facts.recipient))):
            return places.get(("recipient", facts.recipient.id))
        lines = (number for number, line in enumerate(self.template.lines, 1) if is_there(line))
        return next(lines, 1 if is_there(self.template.name.title()) else None)


def in_name(name: str, campaign: Campaign, on: date) -> Iterator[Problem]:
    """Yield a problem for each person whom the name of a mailing would give away, in folders and lists."""
    for hit in search_for(campaign, None, AUDIENCES, on).hits(name.replace("-", " ").title()):
        if hit.is_sure:
            who, case = hit.hidden.person.id, hit.hidden.case.id
            yield Problem(
                "name-not-cleared",
                f"the name of the mailing spells out that of `{who}`, whom the case `{case}` hides.",
                "choose a name without it, with `--name` or as `name:` in mailing.yaml.",
                _place_of(hit.hidden.person, hit.hidden.case, campaign),
            )


def in_file_name(path: Path, campaign: Campaign, on: date) -> Iterator[Problem]:
    """Yield a problem for each person whom the path of a letter's file would give away to who sees it."""
    words = "\n".join(re.sub(r"[-_.]+", " ", part).title() for part in path.parts)
    for hit in search_for(campaign, None, AUDIENCES, on).hits(words):
        if hit.is_sure:
            who, case = hit.hidden.person.id, hit.hidden.case.id
            yield Problem(
                "name-not-cleared",
                f"the file's name spells out that of `{who}`, whom the case `{case}` hides.",
                "give it a name without that: rename the file, or choose another after `-o`.",
                _place_of(hit.hidden.person, hit.hidden.case, campaign),
            )


def on_envelope(lines: Iterable[str], facts: LetterFacts) -> Iterator[Problem]:
    """Yield a problem for each person whom an envelope would give away; the post reads it, too."""
    search = search_for(facts.campaign, None, ("addressee", "public"), facts.on)
    # Somebody who bears the name of a hidden person may be written to, and may write.
    own = {hit.hidden for name in _own(facts) for hit in search.hits(name.as_written())}
    for hidden in dict.fromkeys(hit.hidden for hit in search.hits("\n".join(lines)) if hit.is_sure):
        if hidden not in own:
            who, case = hidden.person.id, hidden.case.id
            to = facts.recipient.id if facts.recipient else ""
            yield Problem(
                "name-not-cleared",
                f"the envelope to `{to}` would name `{who}`, whom the case `{case}` hides.",
                "take the name out of the addresses of the recipient and of the sender.",
                facts.campaign.places.get(("recipient", to)),
            )


def known_ids(facts: LetterFacts) -> frozenset[str]:
    """Return the ids of all persons of the campaign, who may be meant by an `@id`."""
    cases = (*facts.campaign.cases, *((facts.case,) if facts.case else ()))
    return frozenset(person.id for case in cases for person in case.persons)


def _own(facts: LetterFacts) -> Iterator[PersonName]:
    for sender in (facts.sender, *facts.signing()):
        if sender.name:
            yield sender.name
        if sender.signs_for:
            yield sender.signs_for.name
        yield from (signatory.name for signatory in sender.signatories)
    case_id = facts.case.id if facts.case else None
    yield from (one.signature.name for one in facts.campaign.signature_count(case_id, facts.on).valid)
    if facts.recipient and facts.recipient.name:
        yield facts.recipient.name


def _written_of(recipient: Recipient) -> Iterator[str]:
    lines = (
        *(recipient.title, recipient.attention, recipient.care_of, recipient.salutation, recipient.closing),
        *(recipient.envelope_name, recipient.email),
    )
    yield from filter(None, lines)
    yield from (*recipient.organisation, *recipient.address)
