"""Who writes to whom: all to all, or each to the recipients in the country where the sender lives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from lettergen.facts.model import Recipient, Sender

__all__ = ["Pairing", "countries_served", "pairs", "without_counterpart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """How senders and recipients find each other."""

    own_country: bool = False
    """Each sender writes to the recipients in the sender's own country."""
    also_to: frozenset[str] = frozenset()
    """Ids of recipients to whom every sender writes, whatever the country."""
    fallback: str | None = None
    """Id of the recipient for senders in whose country there is none."""


class Addressee(Protocol):
    """Somebody written to."""

    @property
    def recipient_id(self) -> str | None:
        """The recipient's id."""
        ...

    @property
    def served(self) -> frozenset[str]:
        """The countries whose citizens write here."""
        ...


To = TypeVar("To", bound=Addressee)


def countries_served(recipient: Recipient) -> frozenset[str]:
    """Return the recipient's own country and those that it covers."""
    return frozenset(filter(None, (recipient.country, *recipient.serves)))


def pairs(
    addressees: Sequence[To], senders: Mapping[str, Sender], pairing: Pairing
) -> Iterator[tuple[To, str]]:
    """Yield the pairs in the order of the addressees, then of the senders."""
    if not pairing.own_country:
        yield from ((one, sender) for one in addressees for sender in senders)
        return
    at_home: dict[str | None, list[str]] = {}
    for sender_id, sender in senders.items():
        at_home.setdefault(sender.country, []).append(sender_id)
    places = {sender_id: place for place, sender_id in enumerate(senders)}
    covered = _covered(addressees, pairing)
    others = [sender for country, found in at_home.items() if country not in covered for sender in found]
    for one in addressees:
        if one.recipient_id in pairing.also_to:
            yield from ((one, sender) for sender in senders)
            continue
        own = _own(one, pairing)
        found = [sender for country in own for sender in at_home.get(country, ())]
        if one.recipient_id == pairing.fallback:
            found += others
        yield from ((one, sender) for sender in sorted(found, key=places.__getitem__))


def without_counterpart(
    addressees: Sequence[Addressee], senders: Mapping[str, Sender], pairing: Pairing
) -> Iterator[tuple[str, str, str | None]]:
    """Yield the senders who write to nobody in their own country, each with the reason and the country."""
    if not pairing.own_country or pairing.fallback:
        return
    covered = _covered(addressees, pairing)
    for sender_id, sender in senders.items():
        if sender.country is None:
            yield sender_id, "the sender has no `country`, by which the recipient is chosen", None
        elif sender.country not in covered:
            reason = f"no recipient is in the sender's own country, `{sender.country}`"
            yield sender_id, reason, sender.country


def _covered(addressees: Sequence[Addressee], pairing: Pairing) -> set[str]:
    return {country for one in addressees for country in _own(one, pairing)}


def _own(one: Addressee, pairing: Pairing) -> list[str]:
    """Return the countries whose citizens write here because they live there."""
    return [] if one.recipient_id in {*pairing.also_to, pairing.fallback} - {None} else sorted(one.served)
