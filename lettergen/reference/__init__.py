"""Reference data: forms of address, treaties, stationery, postal rules, words by language.

Each module reads one TOML file beside it; a new country, treaty, paper format
or office is a row there. Every row names its source.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from lettergen.cache import digest, remembered
from lettergen.errors import UnknownName, did_you_mean

__all__ = [
    "GRAMMES_PER_SQUARE_METRE",
    "MM_PER_INCH",
    "MM_PER_POINT",
    "MM_PER_PX",
    "POINTS_PER_PX",
    "table",
    "toml",
    "unknown",
]

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
MM_PER_PX = MM_PER_INCH / 96
POINTS_PER_PX = 72 / 96
"""A pixel of CSS (CSS Values and Units 3, 5.2)."""
GRAMMES_PER_SQUARE_METRE = 80.0
"""Usual office paper (ISO 536 says what grammage is; 80 g/m² is what copiers are fed)."""


@cache
def table(name: str) -> dict[str, Any]:
    """Return the reference table ``name``, read once; callers must not change it."""
    return toml(Path(__file__).with_name(f"{name}.toml"))


def toml(path: Path) -> dict[str, Any]:
    """Return a shipped table; it is parsed once per machine."""

    def parsed() -> dict[str, Any]:
        import tomllib

        return tomllib.loads(path.read_text(encoding="utf-8"))

    return remembered("table", digest(path), parsed)


def unknown(what: str, name: str, known: Iterable[str], otherwise: str) -> UnknownName:
    """Return the error for a name that is not in the reference, ready to raise.

    Args:
        what: What was looked up, in the words of the letter trade: ``treaty``.
        name: The name as it was written.
        known: The names that exist, for `did you mean`.
        otherwise: The fix if no name is similar.
    """
    kind = what.replace(" ", "-")
    message = f"there is no {what} `{name}` in the reference."
    return UnknownName.of(f"unknown-{kind}", message, did_you_mean(name, known, otherwise))
