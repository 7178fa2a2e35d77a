"""Many letters of one template: each part and each check is worked out once for all who share what it reads.

A series returns what `assemble` and `check_letter` return, letter by letter and
problem by problem. Where a letter is refused, or comes near a limit that counts
over all its parts, `assemble` itself is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lettergen.errors import LettergenError, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case, Recipient, Sender
from lettergen.letters import disclosure
from lettergen.letters.assemble import Scribe, assemble, audiences_of, frame, unready
from lettergen.letters.budget import LONGEST_TEXT, MOST_CHARACTERS, MOST_STEPS, TemplateFault
from lettergen.letters.checks import CHECKS, Check, perhaps_named, wording
from lettergen.letters.context import Sight
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.reads import Memory
from lettergen.letters.screening import LENGTH, NAMES, NONE, OPEN, Doubt, Screen
from lettergen.letters.templates import Template

if TYPE_CHECKING:
    from lettergen.letters.views import View

__all__ = ["Series"]

SHARED: Mapping[str, Callable[[Scribe], object]] = MappingProxyType(
    {
        "mailing_notation": Scribe.mailing_notation,
        "references": Scribe.references,
        "title": lambda scribe: scribe.inline("letter_title"),
        "subject": lambda scribe: scribe.inline("subject"),
        "postscript": lambda scribe: scribe.inline("postscript"),
        "copies": Scribe.copies,
        "contacts": lambda scribe: scribe.lines("contacts"),
    }
)
"""Parts that the template words; most are the same in all letters."""
PERSONAL: Mapping[str, Callable[[Scribe], object]] = MappingProxyType(
    {
        "letterhead": Scribe.letterhead,
        "return_address": Scribe.return_address,
        "inside_address": lambda scribe: scribe.inside_address(scribe.attention()),
        "place_and_date": Scribe.place_and_date,
        "opening": Scribe.opening,
        "closing": lambda scribe: scribe.closing(scribe.opening()),
        "signatures": Scribe.signatures,
        "signatories": Scribe.signatories,
    }
)
"""Parts that the facts of sender and recipient make."""
ROOM_FOR_BODIES = 128
ROOM_FOR_PAIRS = 512
"""What hangs on both recipient and sender comes back for the next letter of the same two, or never."""
TOKEN_SIGNS = 8
"""A token is longer in a letter where more values stand before it, by fewer signs than this."""


WHOLE_LETTER: Mapping[Check, Doubt] = MappingProxyType({wording.left_open: OPEN, perhaps_named: NAMES})
"""Checks that look through all the words of a letter, and the doubt without which they find nothing."""
UNWATCHED = frozenset({wording.style})
"""Checks that ask for so much of both that no two letters share it, and take less time than to look."""

_Refusal = tuple[type[LettergenError], tuple[Problem, ...]]
_Spent = tuple[int, int, int]
"""Steps, characters and printed characters of a `Budget`."""
FREE: _Spent = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Made:
    """A part, and how much of the letter's budget went into it."""

    value: Any
    spent: _Spent | None = FREE
    """None where the part could not be made."""


FAILED = _Made(None, None)


class Series:
    """Letters of one template on one case and day, written one after another."""

    def __init__(
        self,
        template: Template,
        campaign: Campaign,
        *,
        case: Case | None,
        on: date,
        posted_from: str | None = None,
        notation: str | None = None,
    ) -> None:
        """Write nothing yet; the arguments are those of `LetterFacts`."""
        self._template = template
        self._facts = partial(
            LetterFacts, campaign=campaign, case=case, on=on, posted_from=posted_from, notation=notation
        )
        self._desks: dict[tuple[tuple[Audience, ...], bool], _Desk] = {}

    def letter(self, recipient: Recipient | None, sender: Sender) -> tuple[Letter, tuple[Problem, ...]]:
        """Return the letter of these two, and what is wrong with it or should be looked at.

        Parts of the same words are the same objects from letter to letter, as long as they are remembered.

        Raises:
            LettergenError: The letter cannot be written; `assemble` tells why.
        """
        audiences = audiences_of(self._template, recipient)
        # Functions branch on whether there is a recipient without asking him anything.
        key = (audiences, recipient is None)
        desk = self._desks.get(key)
        if desk is None:
            desk = self._desks[key] = _Desk(self._template, self._facts, audiences)
        return desk.letter(recipient, sender)

    def __len__(self) -> int:
        """Return how many results are remembered."""
        return sum(map(len, self._desks.values()))


class _Desk:
    """Where the letters for one sort of readers are written."""

    def __init__(
        self, template: Template, facts: Callable[..., LetterFacts], audiences: tuple[Audience, ...]
    ) -> None:
        self._template = template
        self._facts = facts
        self._audiences = audiences
        plain = facts(sender=None)
        self._case: View | None = None
        self._screen = Screen(template, plain.case, audiences)
        self._ready = Memory(self._is_ready)
        self._words = Memory(partial(self._part, _words), room=ROOM_FOR_BODIES, patience=None)
        shared = {name: Memory(partial(self._part, make), patience=None) for name, make in SHARED.items()}
        personal = {name: Memory(partial(self._part, make)) for name, make in PERSONAL.items()}
        self._parts: tuple[tuple[str, Memory[_Made]], ...] = tuple((shared | personal).items())
        self._refusal = Memory(self._in_full, room=ROOM_FOR_PAIRS)
        self._checks = tuple(map(self._watched, CHECKS))

    def letter(self, recipient: Recipient | None, sender: Sender) -> tuple[Letter, tuple[Problem, ...]]:
        facts = self._facts(recipient=recipient, sender=sender)
        letter = self._joined(recipient, sender, facts)
        doubt = self._screen.doubt(letter) if letter else NONE
        if letter is None or doubt & LENGTH or (doubt & NAMES and self._discloses(letter, facts)):
            letter = self._by_itself(recipient, sender, facts)
            doubt = self._screen.doubt(letter)
        problems: list[Problem] = []
        for check, needed in self._checks:
            if needed is None or needed & doubt:
                problems += check(recipient, sender, letter)
        return letter, tuple(dict.fromkeys(problems)) if problems else ()

    def _joined(self, recipient: Recipient | None, sender: Sender, facts: LetterFacts) -> Letter | None:
        """Return the letter put together from parts; None where `assemble` has to be asked."""
        if not self._ready(recipient, sender):
            return None
        words = self._words(recipient, sender)
        if words.spent is None:
            return None
        spent = [words.spent]
        values = dict(words.value)
        for name, make in self._parts:
            part = make(recipient, sender)
            if part.spent is None:
                return None
            values[name] = part.value
            if part.spent != FREE:
                spent.append(part.spent)
        if not _is_cheap(spent):
            return None
        return Letter(**frame(self._template, facts, self._audiences), **values)

    def _discloses(self, letter: Letter, facts: LetterFacts) -> bool:
        return any(True for _ in disclosure.in_letter(letter, self._template, facts, self._audiences))

    def _by_itself(self, recipient: Recipient | None, sender: Sender, facts: LetterFacts) -> Letter:
        """Return the letter as `assemble` writes it, and raise what it raises."""
        refusal = self._refusal(recipient, sender)
        if refusal is None:
            return assemble(self._template, facts)
        kind, problems = refusal
        raise kind(problems)

    def _is_ready(self, recipient: Any, sender: Any) -> bool:
        facts = self._facts(recipient=recipient, sender=sender)
        try:
            if any(unready(self._template, facts, self._audiences)):
                return False
            self._scribe(facts).values  # noqa: B018 - looks up what the facts name
        except LettergenError:
            return False
        return True

    def _scribe(self, facts: LetterFacts) -> Scribe:
        if self._case is None and facts.case:
            sight = Sight(facts.campaign, self._audiences, self._template.language, facts.on)
            self._case = sight.case(facts.case)
        return Scribe(self._template, facts, self._audiences, self._case)

    def _part(self, make: Callable[[Scribe], Any], recipient: Any, sender: Any) -> _Made:
        scribe = self._scribe(self._facts(recipient=recipient, sender=sender))
        try:
            value = make(scribe)
        except (LettergenError, TemplateFault):
            return FAILED
        budget = scribe.state.budget
        longer = TOKEN_SIGNS * len(scribe.state.held)
        return _Made(value, (budget.steps, budget.characters, budget.printed + longer))

    def _in_full(self, recipient: Any, sender: Any) -> _Refusal | None:
        try:
            assemble(self._template, self._facts(recipient=recipient, sender=sender))
        except LettergenError as fault:
            return type(fault), fault.problems
        return None

    def _watched(self, check: Check) -> tuple[Callable[..., tuple[Problem, ...]], Doubt | None]:
        def found(recipient: Any, sender: Any, letter: Any) -> tuple[Problem, ...]:
            return tuple(check(self._template, self._facts(recipient=recipient, sender=sender), letter))

        needed = WHOLE_LETTER.get(check)
        # What reads all the words of a letter is never asked for twice.
        return (found if needed or check in UNWATCHED else Memory(found, room=ROOM_FOR_PAIRS)), needed

    def __len__(self) -> int:
        memories: list[Memory[Any]] = [
            self._ready,
            self._words,
            self._refusal,
            *(memory for _, memory in self._parts),
        ]
        memories += [check for check, _ in self._checks if isinstance(check, Memory)]
        return sum(map(len, memories))


def _words(scribe: Scribe) -> dict[str, object]:
    """Return what comes of the template's body: its words, and the messages below it."""
    text, messages = scribe.words()
    return {"body": scribe.body(text), "enclosed": messages, "enclosures": scribe.enclosures(messages)}


def _is_cheap(spent: Sequence[_Spent]) -> bool:
    """Say whether the parts together keep to the limits of one letter."""
    limits = (MOST_STEPS, MOST_CHARACTERS, LONGEST_TEXT)
    return all(sum(counts) <= most for counts, most in zip(zip(*spent, strict=True), limits, strict=True))
