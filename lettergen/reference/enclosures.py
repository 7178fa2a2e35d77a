"""What letters say of files that are enclosed: how many pages, and which enclosure a page belongs to."""

from typing import Any

from lettergen.reference import table

__all__ = ["counted_pages", "listed", "stamp"]


def listed(title: str, pages: int, language: str, *, by_post: bool = False) -> str:
    """Return a line of the list of enclosures: ``Judgment of 22 May 2003 (3 pages)``.

    Args:
        title: What it is.
        pages: How many pages it has.
        language: Of the letter.
        by_post: It follows by post.
    """
    words, counted = _words(language), counted_pages(pages, language)
    told = words["post"].format(pages=counted) if by_post else counted
    return str(words["listed"].format(title=title, pages=told))


def counted_pages(count: int, language: str) -> str:
    """Return a number of pages in words: ``3 pages``, ``2 страницы``."""
    forms: Any = _words(language)["pages"]
    if not isinstance(forms, dict):
        return str(forms[count > 1].format(n=count))
    from babel import Locale

    form = Locale.parse(_base(language)).plural_form(count)
    return str((forms.get(form) or forms["other"]).format(n=count))


def stamp(number: int, page: int, pages: int, language: str) -> str:
    """Return what stands above a page of an enclosure: ``Enclosure 1 · page 2 of 3``."""
    return str(_words(language)["stamp"].format(number=number, page=page, pages=pages))


def _words(language: str) -> dict[str, Any]:
    words: dict[str, Any] = table("enclosures").get(_base(language), {})
    return words or table("enclosures")["en"]


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
