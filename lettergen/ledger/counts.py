"""Counts: how far each mailing is, and what can be published of them all."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

from lettergen.ledger import queries

if TYPE_CHECKING:
    import sqlite3

__all__ = ["PUBLISHED", "Overview", "PublicCounts", "StateCounts", "overview", "report"]

PUBLISHED = ("made", "posted", "faxed", "sent", "delivered", "answered", "returned")
"""States of letters that have gone or come back."""


@dataclass(frozen=True, slots=True)
class StateCounts:
    """Letters of a mailing, to a recipient or to a country, by the state they are in."""

    name: str
    country: str | None
    counts: Mapping[str, int]
    partly: int = 0
    """Letters of which only some questions were answered; they count as ``answered``, too."""
    days: float | None = None
    """Half of the answers came within so many days of the letters' leaving; None without an answer."""

    @property
    def letters(self) -> int:
        """Number of letters, without those taken out before they went."""
        return sum(count for state, count in self.counts.items() if state != "dropped")


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole ledger at a glance."""

    mailings: Sequence[StateCounts]
    transactions: int
    head: str
    """Digest of the last transaction."""
    last: str
    """When it was recorded."""


@dataclass(frozen=True, slots=True)
class PublicCounts:
    """Counts without senders."""

    recipients: Sequence[StateCounts]
    countries: Sequence[StateCounts]
    total: StateCounts


def overview(connection: "sqlite3.Connection") -> Overview:
    """Return how far each mailing is, in the order in which they were begun."""
    planned = queries.planned(connection)
    counts: dict[str, Counter[str]] = {mailing: Counter() for mailing in planned}
    for mailing, _, state, count in queries.tally(connection):
        counts.setdefault(mailing, Counter())[state] += count
    mailings = []
    for mailing, by_state in counts.items():
        known = StateCounts(mailing, None, by_state).letters
        mailings.append(
            StateCounts(mailing, None, {"planned": max(0, planned.get(mailing, 0) - known), **by_state})
        )
    number, head, last = connection.execute(
        "SELECT count(*), hex((SELECT digest FROM transactions ORDER BY number DESC LIMIT 1)),"
        " (SELECT at FROM transactions ORDER BY number DESC LIMIT 1) FROM transactions"
    ).fetchone()
    return Overview(mailings, number, head.lower(), last or "")


def report(connection: "sqlite3.Connection", mailing: str | None = None) -> PublicCounts:
    """Return counts by recipient and by country that can be published.

    Args:
        connection: The ledger.
        mailing: Only this one.
    """
    where = queries.countries(connection)
    recipients: dict[str, Counter[str]] = {}
    for of, recipient, state, count in queries.tally(connection):
        if mailing in {None, of} and state in PUBLISHED:
            recipients.setdefault(recipient or "", Counter())[state] += count
    answers = list(_answers(connection, mailing))
    by_country: dict[str, Counter[str]] = {}
    for recipient, counts in recipients.items():
        by_country.setdefault(where.get(recipient, ""), Counter()).update(counts)
    return PublicCounts(
        [
            StateCounts(name, where.get(name), recipients[name], *_times(answers, {name}))
            for name in sorted(recipients)
        ],
        [
            StateCounts(
                name,
                name or None,
                by_country[name],
                *_times(answers, {one for one in recipients if where.get(one, "") == name}),
            )
            for name in sorted(by_country)
        ],
        StateCounts("", None, _sum(recipients.values()), *_times(answers, set(recipients))),
    )


def _answers(connection: "sqlite3.Connection", mailing: str | None) -> Iterator[tuple[str, int, bool]]:
    """Yield of answered letters recipient, days until the first answer, and whether questions are left."""
    for recipient, left, first, asked, answered, whole in queries.answers(connection, mailing):
        is_left = not whole and not {one.partition("=")[2] for one in (asked or "").split()} <= set(
            (answered or "").split()
        )
        days = (date.fromisoformat(first) - date.fromisoformat(left)).days
        yield recipient or "", max(0, days), is_left


def _times(answers: Sequence[tuple[str, int, bool]], recipients: Collection[str]) -> tuple[int, float | None]:
    """Return how many answers are partial, and the days that half of all took."""
    days = [took for recipient, took, _ in answers if recipient in recipients]
    partly = sum(is_left for recipient, _, is_left in answers if recipient in recipients)
    return partly, median(days) if days else None


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total
