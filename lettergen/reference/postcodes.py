"""Postcodes: whether an address has one in its country's format."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from lettergen.reference import table

__all__ = ["countries", "has_postcode"]

LINES = 3
"""The postcode is in the last line or near it; a district or State may follow."""


def countries() -> tuple[str, ...]:
    """Return the codes of the countries whose postcodes are known here."""
    return tuple(table("postcodes")["patterns"])


def has_postcode(address: Sequence[str], country: str, on: date) -> bool | None:
    """Say whether one of the last lines has a postcode; None if the country's format is unknown.

    Args:
        address: The lines, without the country.
        country: ISO 3166 code.
        on: The day of posting; countries change the form of their postcodes.
    """
    pattern = _pattern(country.upper(), on)
    if pattern is None:
        return None
    return any(map(pattern.search, reversed(address[-LINES:])))


@cache
def _pattern(country: str, on: date) -> re.Pattern[str] | None:
    rows: dict[str, Any] = table("postcodes")
    earlier = rows["earlier"].get(country)
    pattern = earlier["pattern"] if earlier and on <= earlier["until"] else rows["patterns"].get(country)
    # Not a piece of a longer number, as in a telephone or box number.
    return re.compile(rf"(?<![\d-])(?<![A-Z])(?:{pattern})(?![\d-])(?![A-Z])") if pattern else None
