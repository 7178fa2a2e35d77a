"""What a fax says beside its letter, by language, and the paper that machines hold, by country."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from lettergen.reference import table

__all__ = ["cover_words", "has_letter_paper", "sheet_language", "sheet_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverWords:
    """The words of a cover sheet; the caller fills ``{name}``, ``{pages}`` and ``{total}``."""

    heading: str
    subject: str
    pages: str
    pass_on: str
    confidential: str
    astray: str
    incomplete: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """The words of a call sheet; the caller fills ``{country}``, ``{faxes}``, ``{pages}``, ``{minutes}``."""

    title: str
    intro: str
    where: str
    columns: tuple[str, ...]
    """Number, dial, to, pages, file, minutes, not before."""
    total: str
    hours: str


@cache
def cover_words(language: str) -> CoverWords:
    """Return the words of a cover sheet in a language, or the English ones where it has none."""
    words = _words(language, "heading")
    return CoverWords(**{field.name: words[field.name] for field in fields(CoverWords)})


@cache
def sheet_words(language: str) -> SheetWords:
    """Return the words of a call sheet in a language, or the English ones where it has none."""
    words = _words(language, "sheet")["sheet"]
    return SheetWords(**{**words, "columns": tuple(words["columns"])})


def sheet_language(language: str) -> str:
    """Return the language of a call sheet: the one that is asked for, or English where it has no words."""
    return language if _words(language, "sheet") is not table("fax")["en"] else "en"


def _words(language: str, needed: str) -> dict[str, Any]:
    """Return the table of a language that has what is needed, or the English one."""
    tables = table("fax")
    words: dict[str, Any] = tables.get(language.replace("_", "-").split("-")[0].lower(), {})
    return words if needed in words else tables["en"]


def has_letter_paper(country: str | None) -> bool:
    """Say whether machines in a country hold Letter (216 mm by 279 mm) and not A4."""
    return country in table("fax")["paper"]["letter"]
