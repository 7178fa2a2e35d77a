"""The rows of treaties: those of the reference, and those of a campaign, in one form."""

import re
from collections.abc import Mapping
from typing import Any

from lettergen.errors import UnknownName
from lettergen.reference import table, unknown

__all__ = ["ARTICLE", "NO_TREATIES", "Row", "Rows", "overlap", "roman", "row", "rows", "written_number"]

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
NO_TREATIES: Rows = {}
"""A campaign without treaties of its own."""

ARTICLE = re.compile(r"(\d+|[IVX]+)((?:bis|ter|quater)?)((?:[A-Z]|\([0-9A-Za-z]+\))*)")
_PART = re.compile(r"[A-Z]|[0-9]+|[a-z]+")
_ROMAN = (("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))


def rows(own: Rows = NO_TREATIES) -> Rows:
    """Return all instruments by key, the campaign's own last."""
    known: Rows = table("treaties")["treaties"]
    return {**known, **own} if own else known


def row(key: str, own: Rows = NO_TREATIES) -> Row:
    """Return one instrument.

    Raises:
        UnknownName: There is no such instrument.
    """
    found = own.get(key) or table("treaties")["treaties"].get(key)
    if found is None:
        known = rows(own)
        raise unknown("treaty", key, known, f"choose one of {', '.join(f'`{name}`' for name in known)}.")
    return dict(found)


def written_number(key: str, article: str | int, own: Rows = NO_TREATIES, *, in_figures: bool = False) -> str:
    """Return an article's number as the instrument writes it.

    Raises:
        UnknownName: The instrument is not known, or it has no such article.
    """
    one = row(key, own)
    found = ARTICLE.fullmatch(str(article).strip().replace(" ", ""))
    number = _value(found[1]) if found else 0
    is_there = found and (not found[2] or f"{number}{found[2]}" in one.get("inserted", ()))
    if not found or not is_there or not 1 <= number <= one["article_count"]:
        unit = one.get("unit", "article")
        fix = f"cite {'an' if unit == 'article' else 'a'} {unit} from 1 to {one['article_count']}."
        raise UnknownName.of("unknown-article", f"`{key}` has no {unit} `{article}`.", fix)
    is_roman = one.get("is_roman", False) and not in_figures
    return f"{roman(number) if is_roman else number}{found[2]}{found[3]}"


def overlap(one: str, other: str) -> bool:
    """Say whether one of two articles is a part of the other, or the same: 30 and 30(1), not 3 and 30."""
    parts, others = _parts(one), _parts(other)
    shorter = min(len(parts), len(others))
    return parts[:shorter] == others[:shorter]


def roman(number: int) -> str:
    """Return a number below 40 in Roman figures."""
    text = ""
    for sign, value in _ROMAN:
        while number >= value:
            text, number = text + sign, number - value
    return text


def _parts(article: str) -> tuple[str, ...]:
    found = ARTICLE.fullmatch(str(article).strip().replace(" ", ""))
    if not found:
        return (str(article),)
    return (f"{_value(found[1])}{found[2]}", *_PART.findall(found[3]))


def _value(head: str) -> int:
    if head.isdigit():
        return int(head) if len(head) < 5 else 0
    return next((number for number in range(1, 40) if roman(number) == head), 0)
