"""Postcodes: whether an address has one in its country's format, however it was typed, and its usual form."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from lettergen.reference import table

__all__ = [
    "FoundPostcode",
    "apart",
    "countries",
    "countries_of_shape",
    "find",
    "has_postcode",
    "is_postcode",
    "is_required",
    "is_whole",
]

LINES = 3
"""The postcode is in the last lines or near them; a district or State may follow."""
_HYPHENS = str.maketrans("‐‑‒–—−ー", "-------")
_DIGIT = re.compile(r"\d")
# Forms so unlike others that they tell a country: K1A 0B1, 1234 AB, 00-950.
_TELLING = ("CA", "GB", "NL", "BR", "PT", "PL")

# What parts a postcode, outside of classes of characters; and six digits, which people part in the middle.
_ANY_PART = re.compile(r"(\[[^\]]*\])| \?|-\??")
_SIX_DIGITS = ((r"\d{6}", r"\d{3} ?\d{3}"), (r"[1-9]\d{5}", r"[1-9]\d{2} ?\d{3}"))


class FoundPostcode(NamedTuple):
    """A postcode in an address."""

    line: int
    """Number of the line, from 0."""
    written: str
    usual: str
    """As the post of its country writes it."""


def countries() -> tuple[str, ...]:
    """Return the codes of the countries whose postcodes are known here."""
    return tuple(table("postcodes")["patterns"])


def has_postcode(address: Sequence[str], country: str, on: date) -> bool | None:
    """Say whether an address has a postcode; None if nothing is known, or if it may do without.

    Args:
        address: The lines, without the country.
        country: ISO 3166 code.
        on: The day of posting; countries change the form of their postcodes.
    """
    if find(address, country, on):
        return True
    return False if is_required(country) else None


def is_required(country: str) -> bool:
    """Say whether every address of a country has a postcode."""
    return country.upper() in _listed("required")


def is_whole(text: str, country: str, on: date) -> bool:
    """Say whether a text is nothing but a postcode of a country, with all its digits."""
    pattern = _pattern(country.upper(), on)
    return pattern is not None and bool(pattern.fullmatch(text))


def is_postcode(line: str, country: str, on: date) -> bool:
    """Say whether a line is a postcode of a country and nothing else."""
    found = find([line], country, on)
    return found is not None and found.written == _plain(line)


def find(address: Sequence[str], country: str, on: date) -> FoundPostcode | None:
    """Return the postcode of an address, looked for from its last line up.

    Capitals, full-width digits, no-break spaces, a country's letters before it and the place of its space or
    hyphen do not matter; a piece of a longer number is none.
    """
    code = country.upper()
    pattern = _pattern(code, on)
    if pattern is None:
        return None
    lines = len(address) if code in _listed("largest_first") else LINES
    for number in reversed(range(max(0, len(address) - lines), len(address))):
        found = pattern.search(_plain(address[number]))
        if found and _DIGIT.search(found[0]):
            return FoundPostcode(number, found[0], _usual(found[0], code))
    return None


def apart(address: Sequence[str], country: str, on: date) -> tuple[str, ...]:
    """Return an address with the postcode that ends one of its lines on a line of its own.

    Args:
        address: The lines.
        country: ISO 3166 code of the country whose postcode is looked for.
        on: The day of posting.
    """
    found = find(address, country, on)
    if found is None:
        return tuple(address)
    line = address[found.line]
    start = next((at for at in range(len(line)) if _bare(line[at:]) == _bare(found.written)), 0)
    town = line[:start].rstrip(" ,")
    if not town:
        return tuple(address)
    return (*address[: found.line], town, found.usual, *address[found.line + 1 :])


def _bare(text: str) -> str:
    return re.sub(r"[ -]", "", _plain(text))


def countries_of_shape(address: Sequence[str], on: date) -> tuple[str, ...]:
    """Return the countries whose postcodes alone look like one in the last lines."""
    return tuple(code for code in _TELLING if find(address, code, on))


def _plain(line: str) -> str:
    if line.isascii():
        return " ".join(line.upper().split())
    return " ".join(unicodedata.normalize("NFKC", line).upper().translate(_HYPHENS).split())


def _usual(written: str, country: str) -> str:
    parted = _parted().get(country)
    if parted is None:
        return written
    bare = re.sub(r"[\s-]", "", written)
    if len(bare) <= parted[0]:
        return written
    after, mark = parted
    return f"{bare[:-after]}{mark}{bare[-after:]}"


@cache
def _parted() -> dict[str, tuple[int, str]]:
    return {country: (after, mark) for country, (after, mark) in table("postcode_rules")["parted"].items()}


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset((*table("postcodes")[name], *table("postcode_rules")[name]))


@cache
def _pattern(country: str, on: date) -> re.Pattern[str] | None:
    rows: dict[str, Any] = table("postcode_rules")
    earlier = rows["earlier"].get(country)
    pattern = rows["patterns"].get(country) or table("postcodes")["patterns"].get(country)
    if earlier and on <= earlier["until"]:
        pattern = earlier["pattern"]
    if not pattern:
        return None
    if country in rows["parted"]:
        pattern = _ANY_PART.sub(lambda part: part[1] or "[ -]?", pattern)
    for six, in_halves in _SIX_DIGITS:
        pattern = pattern.replace(six, in_halves)
    # Neither a piece of a longer number, as in a telephone or box number, nor of a word.
    return re.compile(rf"(?<!\d-)(?<![\dA-Z])(?:{pattern})(?![\dA-Z])(?!-\d)")
