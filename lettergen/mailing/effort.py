"""How long letters take: a mould for each kind of them, and a cast for each.

A mould takes as long as hundreds of letters. How many there will be follows from the words of
letters read all over a mailing; what one takes, and what a letter out of it takes, from a few that were made.
"""

from collections import Counter
from collections.abc import Hashable, Sequence, Set
from dataclasses import dataclass
from statistics import fmean

__all__ = ["SLOW_SECONDS", "Sample", "Share", "kinds", "seconds", "slowed"]

BOUND, WRITTEN = 1.5, 2.25
"""What a letter takes for its place in a volume's file, or for a file of its own, and for its lines in
manifest and ledger, as a multiple of its cast without its words."""
START_SECONDS = 0.4
"""What a process takes to open fonts and to finish its volumes."""
SLOW_SECONDS = 0.05
"""What takes so long is no cast, but is typeset in full."""
NOTICEABLE = 1.1
"""By so much longer takes what shares a processor with others."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter that was made for the estimate."""

    kind: Hashable
    seconds: float
    """Of work."""
    has_mould: bool = False
    """Whether a mould was made for it."""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """The letters of one process, of which some were read."""

    letters: int
    read: tuple[Hashable, ...]
    """The kind of each letter that was read."""


def kinds(share: Share) -> float:
    """Return how many kinds of letters there are in a share, those included that were not read.

    The more kinds have been met with just once, and the fewer twice, the more have not been met at all
    (Chao's lower bound, with its correction for a finite number).
    """
    times = Counter(Counter(share.read).values())
    unread = 1 - len(share.read) / share.letters if share.letters else 0.0
    return sum(times.values()) + unread * times[1] * (times[1] - 1) / (2 * (times[2] + 1))


def seconds(
    shares: Sequence[Share],
    samples: Sequence[Sample],
    known: Set[Hashable],
    *,
    is_bound: bool,
    words_seconds: float = 0.0,
) -> float:
    """Return how long several processes work on letters, the one with most of it.

    Args:
        shares: The letters of each process.
        samples: Letters that were made, at least one.
        known: Kinds of which all processes have the moulds already.
        is_bound: Letters have no files of their own.
        words_seconds: What the words of a letter take.
    """
    slow, cast = _paces(samples)
    once = _once(samples, cast)
    beside = (BOUND if is_bound else WRITTEN) * max(0.0, cast - words_seconds)
    longest = 0.0
    for share in shares:
        new = kinds(share) - len(known & set(share.read))
        pace = fmean([slow.get(kind, cast) for kind in share.read] or [cast])
        longest = max(longest, START_SECONDS + new * once + share.letters * (pace + beside))
    return longest


def _paces(samples: Sequence[Sample]) -> tuple[dict[Hashable, float], float]:
    """Return what a letter takes of each kind that has no mould or fails, and a cast of any other."""
    again: dict[Hashable, list[float]] = {}
    seen, failed = set(), set()
    for one in samples:
        if one.kind in seen and not one.has_mould:
            again.setdefault(one.kind, []).append(one.seconds)
        seen.add(one.kind)
        if one.failed:
            failed.add(one.kind)
    slow = {kind: fmean(took) for kind, took in again.items() if min(took) > SLOW_SECONDS or kind in failed}
    casts = sorted(took for kind, some in again.items() if kind not in slow for took in some)
    # Most of the first ones find out something for all others, too.
    return slow, casts[len(casts) // 4] if casts else min(one.seconds for one in samples)


def slowed(alone: float, processes: int, cores: int) -> float:
    """Return how much longer than their work processes take, as other programs want the processors, too.

    Args:
        alone: How much longer a single process has just taken.
        processes: How many there are to be.
        cores: How many can run at the same time.
    """
    others = cores * alone - 1 if alone > NOTICEABLE else 0
    return max(alone, (others + processes) / cores)


def _once(samples: Sequence[Sample], cast: float) -> float:
    """Return what a new kind takes beside its casts: a mould, or several where words tell too little."""
    first: set[Hashable] = set()
    took = []
    for one in samples:
        if one.kind not in first or one.has_mould:
            took.append(max(0.0, one.seconds - cast))
        first.add(one.kind)
    # The first of all finds out what holds for every kind, too.
    if len(first) > 1:
        return sum(took[1:]) / (len(first) - 1)
    return sum(took)
