"""What CLDR says of languages, read through Babel once a machine.

Babel reads all of a language for one of its words, which takes longer than to assemble a letter.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lettergen.cache import digest, installed, remembered, traces

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["CldrWords", "territories", "version", "words"]


@dataclass(frozen=True, slots=True)
class CldrWords:
    """The words of a language for days and lists."""

    months: tuple[str, ...]
    """As they stand in a date (`MMMM`), January first."""
    days: tuple[str, ...]
    """In full (`EEEE`), Monday first."""
    two: str
    """How two items are joined: ``{0} and {1}``."""
    start: str
    middle: str
    end: str


@cache
def territories(language: str) -> dict[str, str]:
    """Return the names of countries and regions by their codes; in English if CLDR lacks the language."""

    def read() -> dict[str, str]:
        return {str(code): str(name) for code, name in _locale(language).territories.items()}

    return remembered("territories", (language, version()), read)


@cache
def words(locale: str) -> CldrWords:
    """Return the words of a locale that CLDR has, as in ``en_GB``."""

    def read() -> tuple[object, ...]:
        found = _locale(locale)
        months, days = found.months["format"]["wide"], found.days["format"]["wide"]
        lists = found.list_patterns["standard"]
        return (
            tuple(months[number] for number in range(1, 13)),
            tuple(days[number] for number in range(7)),
            *(lists[part] for part in ("2", "start", "middle", "end")),
        )

    return CldrWords(*remembered("words", (locale, version()), read))  # type: ignore[arg-type]


def _locale(name: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@cache
def version() -> tuple[object, ...]:
    """Return what tells one version of CLDR's data from another."""
    folder = installed("babel")
    # The first names the version.
    return digest(folder / "__init__.py"), traces(folder / "localedata.py", folder / "locale-data")
