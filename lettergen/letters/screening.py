"""A first look at the parts of many letters: which letters have to be searched, and which have no fault.

The checks that look through all the words of a letter would take longer than
to write it. Most words are the same in every letter, so each part is looked
at once. This look may see a fault where there is none; it misses nothing that
the checks would find, in a part or across two of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lettergen.facts.model import Audience, Case
from lettergen.letters import limits
from lettergen.letters.budget import LONGEST_TEXT
from lettergen.letters.checks.wording import may_be_open
from lettergen.letters.clearance import clearance
from lettergen.letters.kept import Kept
from lettergen.letters.letter import TEXTS, Letter, texts_of
from lettergen.letters.mentions import MENTION
from lettergen.letters.names import Trace, trace
from lettergen.letters.templates import Template

__all__ = ["LENGTH", "NAMES", "NONE", "OPEN", "Doubt", "Screen"]

ROOM = 256


NONE, NAMES, OPEN, LENGTH = 0, 1, 2, 4
"""What may be wrong with a letter, to be joined with ``|``: it may name somebody who is not cleared or print
an id; something may have been left in it that was to be filled in; it may be too long."""

Doubt = int


@dataclass(frozen=True, slots=True)
class _Look:
    """What one part of a letter adds."""

    doubt: Doubt
    characters: int
    blocks: int = 0


class Screen:
    """Looks at letters of one template on one case for the same readers."""

    def __init__(self, template: Template, case: Case | None, audiences: tuple[Audience, ...]) -> None:
        """Prepare what is looked for."""
        self._language = template.language
        self._has_case = case is not None
        persons = case.persons if case else ()
        cleared = [one for one in persons if clearance(one, audiences) == "full"]
        hidden = [one for one in persons if clearance(one, audiences) != "full"]
        self._trace: Trace = trace(hidden, cleared)
        self._look: dict[str, Callable[[Any], _Look]] = {
            # A line is the same in several letters where it is equal; what has many parts, where it is one.
            part: (lru_cache(ROOM) if part in LINES else Kept)(self._looker(part))
            for part in TEXTS
        }
        self._of_id = lru_cache(ROOM)(lambda name: self._names_in(name.title()))
        self._of_template = self._names_in(f"{template.title}\n{template.name.title()}")

    def doubt(self, letter: Letter) -> Doubt:
        """Return what a letter has to be checked for as a whole."""
        doubt = self._of_template
        characters = blocks = 0
        for part, look in self._look.items():
            found = look(getattr(letter, part))
            doubt |= found.doubt
            characters += found.characters
            blocks += found.blocks
        if (
            characters > LONGEST_TEXT
            or blocks > limits.MOST_BLOCKS
            or len(letter.signatories) > limits.MOST_SIGNATORIES
        ):
            doubt |= LENGTH
        if self._trace.pattern is not None and not doubt & NAMES:
            doubt |= self._of_id(letter.sender_id) | self._of_id(letter.recipient_id or "")
        return doubt

    def _looker(self, part: str) -> Callable[[Any], _Look]:
        def look(value: Any) -> _Look:
            texts = list(texts_of(part, value))
            text = "\n".join(texts)
            seen = text
            if part == "signatures":
                seen = "\n".join([text, *(block.picture for block in value if block.picture)])
            doubt = self._names_in(seen)
            if self._has_case and MENTION.search(text):
                doubt |= NAMES
            if may_be_open(text, self._language):
                doubt |= OPEN
            if limits.has_long_word(texts):
                doubt |= LENGTH
            return _Look(doubt, sum(map(len, texts)), limits.blocks_of(part, value))

        return look

    def _names_in(self, text: str) -> Doubt:
        return NAMES if self._trace.is_in(text) else NONE


LINES = frozenset({"return_address", "place_and_date", "opening", "closing"})
