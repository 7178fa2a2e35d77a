"""Letters of one template: each part and check runs once for all letters that share what it reads.

A series returns what `assemble` and `check_letter` return, letter by letter and
problem by problem. If a letter is refused, or comes near a limit that counts
over all its parts, `assemble` itself is called.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from lettergen.errors import LettergenError, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case, Recipient, Sender
from lettergen.letters import enclosures
from lettergen.letters.assemble import (
    OF_FACTS,
    OF_TEMPLATE,
    TOGETHER,
    PartRenderer,
    assemble,
    audiences_of,
    frame,
    sight,
    unready,
)
from lettergen.letters.checks import CHECKS, Check, perhaps_named, wording
from lettergen.letters.earlier import EarlierLetter
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy import disclosure
from lettergen.letters.series.screening import LENGTH, NAMES, NONE, OPEN, Doubt, LetterScreening
from lettergen.letters.series.tracked_reads import Asked, TrackedCache
from lettergen.letters.template.budget import LONGEST_TEXT, MOST_CHARACTERS, MOST_STEPS, TemplateFault
from lettergen.letters.template.templates import Template

if TYPE_CHECKING:
    from lettergen.letters.template.views import View

__all__ = ["LetterCache", "LetterSeries"]

ROOM_FOR_BODIES = 128
ROOM_FOR_PAIRS = 1_024
"""Results that depend on both recipient and sender recur only for the same two."""
TOKEN_SIGNS = 8
"""A token is longer in a letter where more values stand before it, by fewer signs than this."""


WHOLE_LETTER: Mapping[Check, Doubt] = MappingProxyType({wording.left_open: OPEN, perhaps_named: NAMES})
"""Checks that look through all the words of a letter, and the doubt without which they find nothing."""
UNWATCHED = frozenset({wording.style})
"""Checks that ask for so much of both that no two letters share it, and take less time than to look."""

_Refusal = tuple[type[LettergenError], tuple[Problem, ...]]
NOBODY, RECIPIENT, SENDER, BOTH = 0, 1, 2, 3
"""On whom a part or a check depends; joined with ``|``."""
OF_FRAME: Mapping[str, int] = MappingProxyType(
    {"letter_id": BOTH, "recipient_id": RECIPIENT, "country": RECIPIENT, "sender_id": SENDER}
    | dict.fromkeys(("template", "language", "audience", "date", "sheets", "document_title"), NOBODY)
)
ROOM_FOR_PARTIES = 1_024


class _Tally(NamedTuple):
    """What parts use of a letter's limits, and the doubts about them."""

    steps: int = 0
    expressions: int = 0
    """Characters that templates put together."""
    printed: int = 0
    characters: int = 0
    blocks: int = 0
    doubt: Doubt = NONE


EMPTY = _Tally()


@dataclass(frozen=True, slots=True)
class _Parts:
    """Some fields of a letter."""

    values: Mapping[str, Any]
    tally: _Tally
    is_whole: bool = True


FAILED = _Parts({}, EMPTY, is_whole=False)


@dataclass(slots=True)
class _PartyCache:
    """What all letters of somebody have in common."""

    owner: object
    """Kept, so that no other object gets its identity."""
    values: dict[str, Any] = field(default_factory=dict)
    found: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    """Problems by the number of the check."""
    tally: _Tally = EMPTY
    done: frozenset[object] = frozenset()
    """Names of parts and numbers of checks that need not be asked for any more."""

    def add(self, name: object, made: _Parts) -> None:
        self.values.update(made.values)
        self.tally = _sum((self.tally, made.tally))
        self.done |= {name}

    def note(self, number: int, problems: tuple[Problem, ...]) -> None:
        if problems:
            self.found[number] = problems
        self.done |= {number}


class _PartyCaches:
    """The caches of recipients or senders; who is seen once only gets none."""

    def __init__(self) -> None:
        self._young: dict[int, _PartyCache | object] = {}
        self._old: dict[int, _PartyCache | object] = {}

    def of(self, owner: object) -> _PartyCache | None:
        key = id(owner)
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if len(self._young) >= ROOM_FOR_PARTIES:
                self._old, self._young = self._young, {}
            self._young[key] = owner if found is None else found
        if type(found) is _PartyCache:
            return found
        if found is None:
            return None
        cache = self._young[key] = _PartyCache(owner)
        return cache


NOTHING = _PartyCache(None)


class LetterCache:
    """Writes the letters of one template on one case for the same readers."""

    def __init__(
        self, template: Template, facts: Callable[..., LetterFacts], audiences: tuple[Audience, ...]
    ) -> None:
        """Write nothing yet.

        Args:
            template: Of the letters.
            facts: Returns the facts of a letter for ``recipient`` and ``sender``.
            audiences: The readers.
        """
        self._template = template
        self._facts = facts
        self._audiences = audiences
        self._case: View | None = None
        self._screen = LetterScreening(template, facts(sender=None), audiences)
        body, writer = TOGETHER["words"], TOGETHER["writer"]
        self._parts: Mapping[str, TrackedCache[_Parts]] = {
            "ready": TrackedCache(self._ready),
            "words": TrackedCache(partial(self._part, "", body), room=ROOM_FOR_BODIES, patience=None),
            "writer": TrackedCache(partial(self._part, "", writer)),
            **{
                name: TrackedCache(partial(self._part, name, of), patience=None)
                for name, of in OF_TEMPLATE.items()
            },
            **{name: TrackedCache(partial(self._part, name, of)) for name, of in OF_FACTS.items()},
        }
        self._refusal = TrackedCache(self._in_full, room=ROOM_FOR_PAIRS)
        self._checks = {
            number: TrackedCache(partial(self._checked, check), room=ROOM_FOR_PAIRS)
            for number, check in enumerate(CHECKS)
            if check not in WHOLE_LETTER and check not in UNWATCHED
        }
        self._at_hand: LetterFacts | None = None
        self._all = _PartyCache(None)
        self._recipients, self._senders = _PartyCaches(), _PartyCaches()
        self._missing: dict[tuple[frozenset[object], ...], tuple[tuple[str, ...], tuple[int, ...]]] = {}

    def letter(self, recipient: Recipient | None, sender: Sender) -> tuple[Letter, tuple[Problem, ...]]:
        """Return what `LetterSeries.letter` does."""
        facts = self._facts(recipient=recipient, sender=sender)
        caches = (
            self._all,
            (self._recipients.of(recipient) or NOTHING) if recipient is not None else NOTHING,
            self._senders.of(sender) or NOTHING,
        )
        self._at_hand = facts
        parts, checks = self._left(caches)
        values, tallies = self._joined(caches)
        for name in parts:
            made, asked = self._parts[name].ask(recipient, sender)
            if not made.is_whole:
                return self._by_itself(recipient, sender, facts)
            values.update(made.values)
            tallies.append(made.tally)
            if asked is not None and (cache := _cache_for(asked, caches)):
                cache.add(name, made)
        tally = _sum(tallies)
        if tally.steps > MOST_STEPS or tally.expressions > MOST_CHARACTERS or tally.printed > LONGEST_TEXT:
            return self._by_itself(recipient, sender, facts)
        letter = Letter(**frame(self._template, facts, self._audiences), **values)
        doubt = self._screen.doubt(tally.doubt, tally.characters, tally.blocks, facts)
        if doubt & LENGTH or (doubt & NAMES and self._discloses(letter, facts)):
            return self._by_itself(recipient, sender, facts)
        found = self._found(caches)
        for number in checks:
            problems, asked = self._checks[number].ask(recipient, sender, letter)
            if problems:
                found[number] = problems
            if asked is not None and (cache := _cache_for(asked, caches)):
                cache.note(number, problems)
        return letter, self._with_whole_letter(found, doubt, facts, letter)

    def _joined(self, caches: tuple[_PartyCache, ...]) -> tuple[dict[str, Any], list[_Tally]]:
        every, of_recipient, of_sender = caches
        values = every.values | of_recipient.values | of_sender.values
        return values, [every.tally, of_recipient.tally, of_sender.tally]

    def _found(self, caches: tuple[_PartyCache, ...]) -> dict[int, tuple[Problem, ...]]:
        every, of_recipient, of_sender = caches
        return every.found | of_recipient.found | of_sender.found

    def _left(self, caches: tuple[_PartyCache, ...]) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return the parts and the checks that are in none of the caches."""
        every, of_recipient, of_sender = caches
        key = (every.done, of_recipient.done, of_sender.done)
        left = self._missing.get(key)
        if left is None:
            done = frozenset(chain(*key))
            left = (
                tuple(name for name in self._parts if name not in done),
                tuple(number for number in self._checks if number not in done),
            )
            self._missing[key] = left
        return left

    def _with_whole_letter(
        self, found: dict[int, tuple[Problem, ...]], doubt: Doubt, facts: LetterFacts, letter: Letter
    ) -> tuple[Problem, ...]:
        """Return the problems of a letter, including those of checks that run for every letter."""
        for number, check in ASKED_ANEW:
            needed = WHOLE_LETTER.get(check)
            if needed is None or needed & doubt:
                found[number] = tuple(check(self._template, facts, letter))
        if not any(found.values()):
            return ()
        return tuple(dict.fromkeys(chain.from_iterable(found[number] for number in sorted(found))))

    def _discloses(self, letter: Letter, facts: LetterFacts) -> bool:
        told = (letter, self._template, facts, self._audiences)
        return any(True for _ in chain(disclosure.in_letter(*told), enclosures.problems(*told)))

    def _by_itself(
        self, recipient: Recipient | None, sender: Sender, facts: LetterFacts
    ) -> tuple[Letter, tuple[Problem, ...]]:
        """Return the letter as `assemble` writes it, and raise what it raises."""
        refusal = self._refusal(recipient, sender)
        if refusal is not None:
            kind, problems = refusal
            raise kind(problems)
        letter = assemble(self._template, facts)
        found = {number: check(recipient, sender, letter) for number, check in self._checks.items()}
        return letter, self._with_whole_letter(found, self._screen.doubt_of(letter, facts), facts, letter)

    def _ready(self, recipient: Any, sender: Any) -> _Parts:
        facts = self._facts(recipient=recipient, sender=sender)
        try:
            if any(unready(self._template, facts, self._audiences)):
                return FAILED
            self._renderer(facts).values  # noqa: B018 - looks up what the facts name
        except LettergenError:
            return FAILED
        return _Parts({}, EMPTY)

    def _renderer(self, facts: LetterFacts) -> PartRenderer:
        if self._case is None and facts.case:
            self._case = sight(self._template, facts, self._audiences).case(facts.case)
        return PartRenderer(self._template, facts, self._audiences, self._case)

    def _part(self, name: str, make: Callable[[PartRenderer], Any], recipient: Any, sender: Any) -> _Parts:
        renderer = self._renderer(self._facts_of(recipient, sender))
        try:
            made = make(renderer)
        except (LettergenError, TemplateFault):
            return FAILED
        values = {name: made} if name else made
        budget = renderer.state.budget
        printed = budget.printed + TOKEN_SIGNS * len(renderer.state.held)
        look = self._screen.look(values)
        tally = _Tally(budget.steps, budget.characters, printed, look.characters, look.blocks, look.doubt)
        return _Parts(values, tally)

    def _in_full(self, recipient: Any, sender: Any) -> _Refusal | None:
        try:
            assemble(self._template, self._facts(recipient=recipient, sender=sender))
        except LettergenError as fault:
            return type(fault), fault.problems
        return None

    def _checked(self, check: Check, recipient: Any, sender: Any, letter: Any) -> tuple[Problem, ...]:
        return tuple(check(self._template, self._facts_of(recipient, sender), letter))

    def _facts_of(self, recipient: Any, sender: Any) -> LetterFacts:
        facts = self._at_hand
        if facts is not None and facts.recipient is recipient and facts.sender is sender:
            return facts
        return self._facts(recipient=recipient, sender=sender)

    def __len__(self) -> int:
        """Return how many results are remembered."""
        memories: list[TrackedCache[Any]] = [*self._parts.values(), *self._checks.values(), self._refusal]
        return sum(map(len, memories))


ASKED_ANEW = tuple(
    (number, check) for number, check in enumerate(CHECKS) if check in WHOLE_LETTER or check in UNWATCHED
)


def _sum(tallies: Sequence[_Tally]) -> _Tally:
    steps = expressions = printed = characters = blocks = doubt = 0
    for one in tallies:
        steps += one[0]
        expressions += one[1]
        printed += one[2]
        characters += one[3]
        blocks += one[4]
        doubt |= one[5]
    return _Tally(steps, expressions, printed, characters, blocks, doubt)


def _cache_for(asked: Asked, caches: tuple[_PartyCache, ...]) -> _PartyCache | None:
    """Return where a result belongs, by what was asked of recipient, sender and letter for it."""
    reach = (RECIPIENT if asked[0] else NOBODY) | (SENDER if asked[1] else NOBODY)
    for name in asked[2] if len(asked) > 2 else ():
        if reach == BOTH:
            return None
        at = OF_FRAME.get(name)
        if at is None:
            at = next((number for number, one in enumerate(caches) if name in one.values), BOTH)
        reach |= at
    return None if reach == BOTH or caches[reach] is NOTHING else caches[reach]


class LetterSeries:
    """Letters of one template on one case and day, written one after another."""

    def __init__(  # noqa: PLR0913 - what all its letters have in common
        self,
        template: Template,
        campaign: Campaign,
        *,
        case: Case | None,
        on: date,
        posted_from: str | None = None,
        notation: str | None = None,
        channel: str | None = None,
        earlier: tuple[EarlierLetter, ...] = (),
    ) -> None:
        """Write nothing yet; the arguments are those of `LetterFacts`."""
        self._template = template
        self._facts = partial(
            LetterFacts,
            campaign=campaign,
            case=case,
            on=on,
            posted_from=posted_from,
            notation=notation,
            channel=channel,
            earlier=earlier,
        )
        self._caches: dict[tuple[tuple[Audience, ...], bool], LetterCache] = {}

    def letter(self, recipient: Recipient | None, sender: Sender) -> tuple[Letter, tuple[Problem, ...]]:
        """Return the letter of these two and its problems.

        Parts of the same words are the same objects from letter to letter, as long as they are remembered.

        Raises:
            LettergenError: The letter cannot be written; `assemble` says why.
        """
        audiences = audiences_of(self._template, recipient)
        # Functions branch on whether there is a recipient without asking him anything.
        key = (audiences, recipient is None)
        cache = self._caches.get(key)
        if cache is None:
            cache = self._caches[key] = LetterCache(self._template, self._facts, audiences)
        return cache.letter(recipient, sender)

    def __len__(self) -> int:
        """Return how many results are remembered."""
        return sum(map(len, self._caches.values()))
