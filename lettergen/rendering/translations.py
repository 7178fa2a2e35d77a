"""The courtesy translation of a letter: the template's edition in another language, for the same reader."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lettergen.errors import Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Recipient
from lettergen.letters.letter import Letter
from lettergen.letters.series.series import LetterSeries
from lettergen.plan.orders import Order
from lettergen.reference import language as words

if TYPE_CHECKING:
    from lettergen.letters.checks.parity import LetterEdition

__all__ = ["Translator", "in_translation"]


def in_translation(order: Order) -> Order:
    """Return the order of the same letter in the language of its translation."""
    return order._replace(language=order.translation, translation=None)


class Translator:
    """Puts translations behind letters, one after another."""

    def __init__(
        self,
        campaign: Campaign,
        series_of: Callable[[Order], LetterSeries],
        edition_of: "Callable[[Order, Letter], LetterEdition]",
    ) -> None:
        """Translate nothing yet.

        Args:
            campaign: Has the facts.
            series_of: Returns what writes the letters that are like an order's.
            edition_of: Returns a letter of an order with what it was made from.
        """
        self._campaign = campaign
        self._series_of = series_of
        self._edition_of = edition_of
        self._readers: dict[str, Recipient] = {}

    def translated(
        self, order: Order, letter: Letter, problems: tuple[Problem, ...]
    ) -> tuple[Letter, tuple[Problem, ...]]:
        """Return a letter with its translation, and what is wrong with either or differs between them.

        Raises:
            LettergenError: The translation cannot be written.
        """
        # Few letters have a translation; the others need not wait until what compares is loaded.
        from lettergen.letters.checks import parity

        twin = in_translation(order)
        recipient = self._reader(order.recipient_id) if order.recipient_id else None
        sender = self._campaign.sender(order.sender_id)
        other, found = self._series_of(twin).letter(recipient, sender)
        differing = parity.check(self._edition_of(order, letter), self._edition_of(twin, other))
        notice = words.captions(other.language).translation
        return letter.with_translation(other, notice), tuple(dict.fromkeys((*problems, *found, *differing)))

    def _reader(self, recipient_id: str) -> Recipient:
        """Return a recipient as a translation addresses them.

        A salutation or closing on record is in the language of the letters that they get.
        """
        if recipient_id not in self._readers:  # the same object each time, by which letters are remembered
            found = self._campaign.recipient(recipient_id)
            own = {"salutation": None, "closing": None}
            self._readers[recipient_id] = found.model_copy(update=own)
        return self._readers[recipient_id]
