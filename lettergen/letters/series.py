"""Many letters of one template: each part and each check is worked out once for all who share what it reads.

A series returns what `assemble` and `check_letter` return, letter by letter and
problem by problem. Where a letter is refused, or comes near a limit that counts
over all its parts, `assemble` itself is asked.
"""

from datetime import date
from functools import partial

from lettergen.errors import Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case, Recipient, Sender
from lettergen.letters.assemble import audiences_of
from lettergen.letters.desk import Desk
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.templates import Template

__all__ = ["Series"]


class Series:
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
        )
        self._desks: dict[tuple[tuple[Audience, ...], bool], Desk] = {}

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
            desk = self._desks[key] = Desk(self._template, self._facts, audiences)
        return desk.letter(recipient, sender)

    def __len__(self) -> int:
        """Return how many results are remembered."""
        return sum(map(len, self._desks.values()))
