"""Options of a fax: resolution, coding, cover, time; plain values that can go to any process."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Self

__all__ = ["MOST_PAGES", "Coding", "FaxOptions", "Resolution"]

Coding = Literal["mh", "mr", "mmr"]
Resolution = Literal["fine", "standard"]

MOST_PAGES = 20
"""Default maximum pages of a fax; a machine's paper tray holds some fifty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxOptions:
    """How a fax is made."""

    resolution: Resolution = "fine"
    coding: Coding = "mh"
    """MH works with every machine and server."""
    fill_order: Literal[1, 2] = 2
    cover: bool = False
    at: datetime | None = None
    """When it is sent, on the sender's clock; printed on every page."""
    most_pages: int = MOST_PAGES
    translation: bool = False
    """Whether the courtesy translation goes over the line, too."""

    def for_letter_of(self, on: date, now: datetime) -> Self:
        """Return these with the present time, if none is chosen and the letter is dated today."""
        if self.at or on != now.date():
            return self
        return replace(self, at=now.replace(tzinfo=None, second=0, microsecond=0))
