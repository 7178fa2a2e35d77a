"""Public holidays of countries, known where the extra ``lettergen[holidays]`` is installed."""

from datetime import date
from functools import cache
from importlib.util import find_spec

__all__ = ["are_known", "public_holiday"]


def public_holiday(day: date, country: str | None) -> str:
    """Return what all of a country celebrates on a day, in English where the library has it; or nothing.

    Args:
        day: The day there.
        country: ISO 3166 code. Of countries that the library does not know, no holiday is known.
    """
    return _in_year(country, day.year).get(day, "") if country else ""


def are_known() -> bool:
    """Say whether the extra is installed."""
    return find_spec("holidays") is not None


@cache
def _in_year(country: str, year: int) -> dict[date, str]:
    try:
        import holidays
    except ImportError:
        return {}
    try:
        return dict(holidays.country_holidays(country, years=[year], language="en_US"))
    except NotImplementedError:
        return {}
