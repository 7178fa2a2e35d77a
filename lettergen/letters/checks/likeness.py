"""How alike the letters of a mailing are to somebody who opens them one after another.

Whole letters are not compared, but small samples of each: Udi Manber, "Finding
similar files in a large file system" (University of Arizona, TR 93-33, 1993).
That legislators count many letters with one wording as one letter is the
experience of WriteToThem, which measures its letters in this way; here it is
reported and nothing is forbidden.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["THRESHOLDS", "Likeness", "likeness", "similarity"]

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
WINDOW = 32
"""Bytes; shorter ones also occur by chance in letters on the same matter."""
KEPT = 0b11
"""A window is kept if these bits of its hash are zero: one of four, as letters are short."""
PRIME = (1 << 61) - 1
FACTOR = 1_099_511_628_211
FIRST = pow(FACTOR, WINDOW - 1, PRIME)
MOST_COMPARED = 100
"""This many letters to one recipient tell as much as thousands."""


@dataclass(frozen=True, slots=True)
class AlikeLetters:
    """The letters to one recipient."""

    recipient_id: str
    letters: int
    compared: int
    at_least: Mapping[float, int]
    """For each threshold, how many of the compared letters are that like one letter, itself included."""

    def most(self) -> tuple[float, int] | None:
        """Return the highest threshold that most letters reach, and how many do."""
        for threshold in reversed(THRESHOLDS):
            count = self.at_least[threshold]
            if count > 1 and 2 * count > self.compared:
                return threshold, count
        return None


@dataclass(frozen=True, slots=True)
class Likeness:
    """The letters of a mailing, by the recipients who will see several."""

    groups: tuple[AlikeLetters, ...]

    def sentence(self) -> str:
        """Return the remark; None if the letters to each recipient differ enough."""
        worst = max(self.groups, key=_weight, default=None)
        found = worst.most() if worst else None
        if worst is None or found is None:
            return ""
        threshold, count = found
        of = "letters" if worst.compared == worst.letters else f"letters compared, of {worst.letters},"
        return (
            f"{count} of {worst.compared} {of} to `{worst.recipient_id}` are at least {threshold:.0%} alike: "
            "near-identical letters tend to be counted, not read; ask senders for a few words of their own."
        )


def likeness(letters: Iterable[tuple[str, str]], most: int = MOST_COMPARED) -> Likeness:
    """Measure how alike letters to the same recipient are.

    Memory grows with the letters that are kept: no more than ``most`` for each
    recipient, and those are the same in every run.

    Args:
        letters: Recipient's id and the body of a letter, without opening and closing.
        most: How many letters of one recipient are compared with each other.
    """
    kept: dict[str, list[frozenset[int]]] = defaultdict(list)
    seen: dict[str, int] = defaultdict(int)
    for recipient_id, body in letters:
        number = seen[recipient_id]
        seen[recipient_id] += 1
        if number < most:
            kept[recipient_id].append(_print(body))
        elif (place := _scattered(number)) < most:
            kept[recipient_id][place] = _print(body)
    groups = (AlikeLetters(name, seen[name], len(prints), _counted(prints)) for name, prints in kept.items())
    return Likeness(tuple(group for group in groups if group.letters > 1))


def similarity(one: str, other: str) -> float:
    """Return how much two bodies have in common: 0 for nothing, 1 for the same words."""
    return _common(_print(one), _print(other))


def _scattered(number: int) -> int:
    """Return a place from 0 to ``number`` by a deterministic rule, for sampling in one pass."""
    return (number * 0x9E3779B97F4A7C15 >> 7) % (1 << 64) % (number + 1)


def _weight(group: AlikeLetters) -> tuple[float, int]:
    found = group.most()
    return (found[0], found[1] * group.letters) if found else (0.0, 0)


def _counted(prints: Sequence[frozenset[int]]) -> Mapping[float, int]:
    rows = [[_common(one, other) for other in prints] for one in prints]
    most = (max(sum(value >= threshold for value in row) for row in rows) for threshold in THRESHOLDS)
    return MappingProxyType(dict(zip(THRESHOLDS, most, strict=True)))


def _common(one: frozenset[int], other: frozenset[int]) -> float:
    if one == other:
        return 1.0
    return len(one & other) / len(one | other)


def _print(body: str) -> frozenset[int]:
    """Return the hashes of those windows of a text whose low bits are zero."""
    data = " ".join(re.findall(r"\w+", body.casefold())).encode()
    if len(data) < WINDOW:
        return frozenset([_hash(data)])
    value = _hash(data[:WINDOW])
    found = [value]
    for leaving, entering in zip(data, data[WINDOW:], strict=False):
        value = ((value - leaving * FIRST) * FACTOR + entering) % PRIME
        found.append(value)
    # A short text may have none that ends in zeros; its least one is as good.
    return frozenset(one for one in found if not one & KEPT) or frozenset([min(found)])


def _hash(window: bytes) -> int:
    """Return a number whose digits are the bytes, so that moving on by one takes one step."""
    value = 0
    for byte in window:
        value = (value * FACTOR + byte) % PRIME
    return value
