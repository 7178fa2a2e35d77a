"""Who of those who signed counts on a day, and who of them may be named to whom."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from lettergen.errors import Place
from lettergen.facts.double_signups import signed_twice
from lettergen.facts.fields import Audience
from lettergen.facts.model import Signature
from lettergen.facts.signature_lists import SignatureList

__all__ = ["STATES", "CountedSignature", "SignatureCount", "SignatureState", "counted"]

SignatureState = Literal["counts", "anonymous", "no-consent", "withdrawn", "double", "later"]
STATES: Mapping[SignatureState, str] = {
    "counts": "count, and may be named",
    "anonymous": "count, and are not named",
    "no-consent": "did not agree: left out",
    "withdrawn": "withdrawn: left out",
    "double": "signed twice: counted once",
    "later": "signed after the day: left out",
}
"""What becomes of a signature; each has exactly one of these."""


@dataclass(frozen=True, slots=True)
class CountedSignature:
    """One signature, and what becomes of it."""

    signature: Signature
    source: SignatureList
    at: int
    """Its place in its list."""
    state: SignatureState
    first: Place | None = None
    """Where the same person signed before, if this is a double."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.source.place(self.at)


@dataclass(frozen=True)
class SignatureCount:
    """The signatures of one or several lists as they are on a day."""

    everybody: tuple[CountedSignature, ...]
    """Every row, in the order of the lists."""
    by_hand: Mapping[str, int]
    """Signatures on paper, by country."""
    on: date

    @cached_property
    def states(self) -> Mapping[SignatureState, int]:
        """How many rows are in each state; all rows together."""
        found = Counter(one.state for one in self.everybody)
        return {state: found[state] for state in STATES}

    @cached_property
    def valid(self) -> tuple[CountedSignature, ...]:
        """The rows that count."""
        return tuple(one for one in self.everybody if one.state in ("counts", "anonymous"))

    @property
    def total(self) -> int:
        """How many people signed: in tables and on paper."""
        return len(self.valid) + sum(self.by_hand.values())

    @cached_property
    def countries(self) -> Mapping[str, int]:
        """How many signatures come from each country that is known; the most first, then by code."""
        found = Counter(one.signature.country for one in self.valid if one.signature.country)
        found.update(self.by_hand)
        return dict(sorted((+found).items(), key=lambda pair: (-pair[1], pair[0])))

    def named(self, audiences: Sequence[Audience]) -> tuple[Signature, ...]:
        """Return those who may be named to all these readers, in the order of the lists."""
        lists = {id(one.source): one.source for one in self.valid}
        shown = {key for key, one in lists.items() if one.may_show(audiences, self.on)}
        return tuple(one.signature for one in self.valid if one.state == "counts" and id(one.source) in shown)


def counted(lists: Sequence[SignatureList], on: date) -> SignatureCount:
    """Return what counts on a day; somebody who signed in two lists counts once.

    Who signed twice and answered differently is held to the stricter answer: a signature that was withdrawn
    anywhere, or a name that was not given free, is not brought back by another row.
    """
    rows = [(source, at, one) for source in lists for at, one in enumerate(source.signatures)]
    again = signed_twice(one for _, _, one in rows)
    same: dict[int, list[int]] = {}
    for at, first in again.items():
        same.setdefault(first, [first]).append(at)
    everybody = []
    for number, (source, at, one) in enumerate(rows):
        if number in again:
            before, before_at, _ = rows[again[number]]
            everybody.append(CountedSignature(one, source, at, "double", before.place(before_at)))
            continue
        said = [rows[other][2] for other in same.get(number, (number,))]
        everybody.append(CountedSignature(one, source, at, _state(said, on)))
    return SignatureCount(tuple(everybody), _by_hand(lists, on), on)


def _state(said: Sequence[Signature], on: date) -> SignatureState:
    if any(one.withdrawn for one in said):
        return "withdrawn"
    if any(one.consent is False for one in said):
        return "no-consent"
    if all(one.date is not None and one.date > on for one in said):
        return "later"
    return "anonymous" if any(one.anonymous for one in said) else "counts"


def _by_hand(lists: Sequence[SignatureList], on: date) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for one in _counted_by(lists, on):
        found.update(one.about.counted)
    return dict(found)


def _counted_by(lists: Sequence[SignatureList], on: date) -> Iterator[SignatureList]:
    """Yield the lists whose sheets had been counted by a day."""
    yield from (one for one in lists if one.about.on is not None and one.about.on <= on)
