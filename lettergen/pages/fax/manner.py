"""How a fax is made: resolution, coding, cover, time; plain values that travel to any process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["MOST_PAGES", "Coding", "Manner", "Resolution"]

Coding = Literal["mh", "mr", "mmr"]
Resolution = Literal["fine", "standard"]

MOST_PAGES = 20
"""Pages of a fax where lettergen.toml says nothing; a machine's paper tray holds some fifty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a fax is made."""

    resolution: Resolution = "fine"
    coding: Coding = "mh"
    """MH is what every machine and every server takes."""
    fill_order: Literal[1, 2] = 2
    cover: bool = False
    at: datetime | None = None
    """When it is sent, on the sender's clock; printed on every page."""
    most_pages: int = MOST_PAGES
