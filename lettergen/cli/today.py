"""The day at the desk: the only place that asks the clock what day it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

__all__ = ["as_of", "today"]

_chosen: ContextVar[date | None] = ContextVar("today", default=None)


def today() -> date:
    """Return today's date where the letters are written."""
    return _chosen.get() or date.today()  # noqa: DTZ011 - a letter has the date of its desk


@contextmanager
def as_of(day: date | None) -> Iterator[None]:
    """Let a command run as it would on another day; None is today."""
    token = _chosen.set(day)
    try:
        yield
    finally:
        _chosen.reset(token)
