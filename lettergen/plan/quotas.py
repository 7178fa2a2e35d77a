"""Fair shares: so many letters per sender, at most so many per recipient."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TypeVar

from lettergen.errors import InputProblems, Problem

__all__ = ["Quotas", "shared_out"]

Recipient = TypeVar("Recipient", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """Limits to the number of letters."""

    per_sender: int | None = None
    """Number of letters that each sender writes."""
    per_recipient: int | None = None
    """Maximum number of letters that a recipient gets."""

    def __bool__(self) -> bool:
        """Say whether there is a limit."""
        return self.per_sender is not None or self.per_recipient is not None


def shared_out(pairs: Sequence[tuple[Recipient, str]], quotas: Quotas) -> list[tuple[Recipient, str]]:
    """Choose among pairs of recipient and sender so that the load is as even as it can be.

    Whoever has the fewest so far comes next, in the given order: the same pairs give the same choice.

    Raises:
        InputProblems: There are not enough recipients for each sender's letters.
    """
    by_recipient: dict[Recipient, list[str]] = {}
    by_sender: dict[str, list[Recipient]] = {}
    for recipient, sender in pairs:
        by_recipient.setdefault(recipient, []).append(sender)
        by_sender.setdefault(sender, []).append(recipient)
    if quotas.per_sender is None:
        chosen = _even(by_recipient, quotas.per_recipient, None)
        kept = {(recipient, sender) for recipient, senders in chosen.items() for sender in senders}
    else:
        taken = _even(by_sender, quotas.per_sender, quotas.per_recipient)
        _refuse_short(taken, quotas, len(by_recipient))
        kept = {(recipient, sender) for sender, recipients in taken.items() for recipient in recipients}
    return [pair for pair in pairs if pair in kept]


Giver = TypeVar("Giver", bound=Hashable)
Taker = TypeVar("Taker", bound=Hashable)


def _even(wanted: dict[Giver, list[Taker]], each: int | None, most: int | None) -> dict[Giver, list[Taker]]:
    """Give each giver ``each`` takers, the least loaded first, none more than ``most``."""
    load: Counter[Taker] = Counter()
    places: dict[Taker, int] = {}
    for takers in wanted.values():
        for taker in takers:
            places.setdefault(taker, len(places))
    names = list(places)
    heap = [(0, place) for place in range(len(names))]
    heapify(heap)
    chosen: dict[Giver, list[Taker]] = {}
    for giver, takers in wanted.items():
        possible = set(takers)
        found: list[Taker] = []
        put_back: list[tuple[int, int]] = []
        while heap and (each is None or len(found) < each):
            count, place = heappop(heap)
            if most is not None and count >= most:
                break  # all that follow are as full
            taker = names[place]
            if taker in possible:
                found.append(taker)
                load[taker] += 1
                put_back.append((count + 1, place))
            else:
                put_back.append((count, place))
        for one in put_back:
            heappush(heap, one)
        chosen[giver] = found
    return chosen


def _refuse_short(taken: dict[str, list[Recipient]], quotas: Quotas, recipients: int) -> None:
    wanted = quotas.per_sender or 0
    short = [sender for sender, found in taken.items() if len(found) < wanted]
    if not short:
        return
    missing = sum(wanted - len(taken[sender]) for sender in short)
    most, places = quotas.per_recipient, "(`quotas:` in mailing.yaml)"
    there = _counted(recipients, "recipient")
    if most is None:
        message = f"each sender should write {_counted(wanted, 'letter')}, but only {there} can be written to"
        fix = f"choose more recipients, or lower `--per-sender` {places}."
    else:
        message = (
            f"{_counted(len(taken), 'sender')} should write {_counted(wanted, 'letter')} each, "
            f"{len(taken) * wanted} in all, but {there} get at most {_counted(most, 'letter')} each, "
            f"{recipients * most} in all"
        )
        fix = f"choose more recipients, lower `--per-sender`, or raise `--per-recipient` {places}."
    lost = f"{_counted(missing, 'letter')} of {_counted(len(short), 'sender')} would go to nobody"
    problem = Problem("quota-not-met", f"{message}: {lost}, the first of `{short[0]}`.", fix)
    raise InputProblems([problem])


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
