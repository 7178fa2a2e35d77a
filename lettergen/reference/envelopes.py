"""Envelopes: their sizes, and where on them address, return address and stamp belong, in millimetres."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lettergen.reference import table, unknown
from lettergen.reference.stationery import Rectangle

__all__ = ["Envelope", "envelope", "for_country", "keys"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An envelope with its long side across; distances from its top left corner."""

    key: str
    title: str
    width: float
    height: float
    address: Rectangle
    """Where the address may stand: clear of the stamp above and of the sorting machine's code below."""
    return_address: Rectangle
    franking: Rectangle
    """Stays free for stamps and postmarks."""
    code: Rectangle
    """Stays free for the bars of sorting machines."""
    sheets: str
    """How a letter is folded into it."""
    source: str
    confidence: Literal["read", "common"]


def keys() -> tuple[str, ...]:
    """Return the keys of all envelopes, in the order of the table."""
    return tuple(table("envelopes")["envelope"])


@cache
def envelope(key: str) -> Envelope:
    """Return the envelope ``key``.

    Raises:
        UnknownName: There is no such envelope.
    """
    rows = table("envelopes")["envelope"]
    if key not in rows:
        listed = ", ".join(f"`{name}`" for name in rows)
        raise unknown("envelope", key, rows, f"choose one of {listed}.")
    return _from_row(key, rows[key])


def for_country(code: str | None) -> Envelope:
    """Return the envelope that is usual in the country of posting ``code``; DL where nothing is known."""
    countries: dict[str, str] = table("envelopes")["countries"]
    return envelope(countries.get((code or "").upper(), "dl"))


def _from_row(key: str, row: dict[str, Any]) -> Envelope:
    width, height = row["size"]
    free_width, free_height = table("envelopes")["franking"]
    code_width, code_height = table("envelopes")["code"]
    left, top = row["address"]
    across = width - left - table("envelopes")["right_clear"]
    back_left, back_top = row["return_address"]
    return Envelope(
        key=key,
        title=row["title"],
        width=width,
        height=height,
        address=Rectangle(left=left, top=top, width=across, height=height - top - code_height),
        return_address=Rectangle(
            left=back_left,
            top=back_top,
            width=width - free_width - back_left - 8.0,
            height=top - back_top - 2.0,
        ),
        franking=Rectangle(left=width - free_width, top=0.0, width=free_width, height=free_height),
        code=Rectangle(
            left=width - code_width, top=height - code_height, width=code_width, height=code_height
        ),
        sheets=row["sheets"],
        source=row["source"],
        confidence=row["confidence"],
    )
