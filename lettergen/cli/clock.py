"""Today and now: the only place that reads the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time

__all__ = ["as_of", "moment", "now", "today"]

_chosen: ContextVar[date | None] = ContextVar("today", default=None)


def today() -> date:
    """Return today's date where the letters are written."""
    return _chosen.get() or date.today()  # noqa: DTZ011 - a letter has the date of its desk


def moment() -> str:
    """Return the present time in UTC, as ``2026-01-15T12:00:00Z``; on a chosen day, noon."""
    chosen = _chosen.get()
    now = datetime.combine(chosen, time(12), UTC) if chosen else datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def now() -> datetime:
    """Return the local time with its zone; on a chosen day, noon in UTC."""
    chosen = _chosen.get()
    return datetime.combine(chosen, time(12), UTC) if chosen else datetime.now().astimezone()


@contextmanager
def as_of(day: date | None) -> Iterator[None]:
    """Run a command as on another day; None is today."""
    token = _chosen.set(day)
    try:
        yield
    finally:
        _chosen.reset(token)
