"""What CLDR says of languages, read through Babel once a machine.

Babel reads all of a language for one of its words, which takes longer than to assemble a letter.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lettergen.cache import digest, installed, remembered, traces

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["CldrWords", "language_in", "languages_in", "script_of", "territories", "version", "words"]


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


def script_of(language: str) -> str:
    """Return the script that a language is mostly written in (ISO 15924): ``Cyrl``, or ``Jpan`` for Japanese.

    Args:
        language: BCP 47 tag; a script that it names is the answer. Of an unknown language, ``Latn``.
    """
    base, *rest = language.replace("_", "-").split("-")
    named = next((part.title() for part in rest if len(part) == 4 and part.isalpha()), "")
    return named or _likely().get(base.lower(), "_Latn").split("_")[1]


def language_in(script: str, country: str | None = None) -> str:
    """Return the language that is most likely where only the script and a country are known.

    It is CLDR's answer ("likely subtags"), in which a country counts where the language is official there:
    Ukrainian for Cyrillic in Ukraine, Uyghur for Arabic script in China, but Arabic for it in Britain.
    Where CLDR has none, it is a tag that says the script alone.

    Args:
        script: ISO 15924 code.
        country: ISO 3166 code.
    """
    found = languages_in(country or "").get(script) or _likely().get(f"und_{script}")
    return found.partition("_")[0] if found else f"und-{script}"


@cache
def languages_in(country: str) -> dict[str, str]:
    """Return a country's official languages by script, where these are not those of most other countries.

    Args:
        country: ISO 3166 code; empty for none.
    """

    def read() -> dict[str, str]:
        from babel.languages import get_official_languages

        official = get_official_languages(country, regional=True, de_facto=True)
        keys = (
            key.split("_") for key in sorted(_likely()) if re.fullmatch(f"und_[A-Z][a-z]+_{country}", key)
        )
        found = {script: _likely()[f"und_{script}_{country}"].partition("_")[0] for _, script, _ in keys}
        found.pop("Latn", None)
        return {script: language for script, language in found.items() if language in official}

    return remembered("languages-in", (country, version()), read) if country else {}


@cache
def _likely() -> dict[str, str]:
    def read() -> dict[str, str]:
        from babel.core import get_global

        return dict(get_global("likely_subtags"))

    return remembered("likely-subtags", (version(),), read)


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
