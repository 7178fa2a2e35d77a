"""The characters that the personal lines of a mailing may need: by them its part of each font is chosen."""

from collections.abc import Collection
from functools import cache

from lettergen.facts.campaign import Campaign
from lettergen.facts.signs import signs_of
from lettergen.mailing.plan import Order

__all__ = ["alphabet_of"]

ROW = 32
"""Characters are taken by the row, so that a new name seldom changes the alphabet, and with it every file."""


def alphabet_of(campaign: Campaign, orders: Collection[Order]) -> str:
    """Return all characters that may stand in the personal lines of some letters, in order.

    The letters of Europe and what the records of recipients and senders hold
    beyond them. What a template or the reference adds to a personal line may
    lie outside; such a line is typeset in full.
    """
    # In the order of the plan, in which they lie side by side in memory.
    recipients = dict.fromkeys(order.recipient_id for order in orders if order.recipient_id)
    senders = [*map(campaign.sender, dict.fromkeys(order.sender_id for order in orders))]
    members = dict.fromkeys(name for sender in senders if sender.members for name in sender.members)
    found = signs_of([*map(campaign.recipient, recipients), *senders, *map(campaign.sender, members)])
    rows = {ord(character) // ROW for character in found - _usual()}
    return "".join(sorted(_usual() | {sign for row in rows for sign in _printed(row)}))


@cache
def _usual() -> frozenset[str]:
    """Return ASCII, the Latin letters of Europe, dashes, quotation marks, € and №."""
    codes = (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2013, 0x2027), 0x20AC, 0x2116)
    return frozenset(map(chr, codes))


@cache
def _printed(row: int) -> frozenset[str]:
    return frozenset(filter(str.isprintable, map(chr, range(row * ROW, (row + 1) * ROW))))
