"""Today and now: the only place that reads the clock."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta

import typer

__all__ = ["as_of", "first_day_kept", "moment", "now", "today"]

_AGE = re.compile(r"([1-9]\d{0,4})([ymwd])", re.ASCII)
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


def first_day_kept(text: str) -> date:
    """Return the day that an age, as 2y or 90d, goes back to; a day is itself."""
    match = _AGE.fullmatch(text)
    if not match:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise typer.BadParameter(f"`{text}` is not an age; write 2y, 18m, 6w, 90d or a date.") from None
    number, unit = int(match[1]), match[2]
    day = today()
    if unit in "wd":
        return day - timedelta(days=number * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 - number * (12 if unit == "y" else 1)
    # The 31st of a short month is its last day at the latest.
    return date(months // 12, months % 12 + 1, min(day.day, 28))
