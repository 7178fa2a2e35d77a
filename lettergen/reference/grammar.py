"""What the words of a letter depend on: one or many, she or he, the beginning of a sentence."""

from collections.abc import Sequence
from typing import Any

from lettergen.reference import language as words
from lettergen.reference import table

__all__ = ["demands", "either", "goes_on_from_opening", "listed", "pronoun", "withheld"]


def _rules(language: str) -> dict[str, Any]:
    """Return the rules of a language, or the English ones."""
    rules = table("grammar")
    found: dict[str, Any] = rules.get(language.replace("_", "-").split("-")[0].lower(), rules["en"])
    return found


def pronoun(kind: str, form: str, language: str) -> str | None:
    """Return a pronoun; None where the language has none that depends on the person alone.

    Args:
        kind: ``female``, ``male`` or ``many``.
        form: ``subject``, ``object``, ``possessive`` or ``dative``.
        language: Of the letter.
    """
    found: str | None = _rules(language)["pronouns"][kind].get(form)
    return found


def either(one: object, other: object, language: str) -> str:
    """Return ``35 or 36``."""
    text: str = _rules(language)["either"]
    return text.format(one, other)


def listed(items: Sequence[str], language: str) -> str:
    """Join items that have commas in them: ``A, a nurse; and B, a teacher``."""
    if len(items) < 2:
        return "".join(items)
    text: str = _rules(language)["list_of_clauses"]
    return text.format("; ".join(items[:-1]), items[-1])


def withheld(count: int, language: str) -> str:
    """Return words for people of whom nothing may be said."""
    one, many = _rules(language)["withheld"]
    text: str = one if count == 1 else many
    return text.format(n=words.spelled(count, language))


def demands(language: str) -> dict[str, str]:
    """Return what a demand can begin with, each a list of words; nothing for a language without it."""
    found: dict[str, str] = table("grammar").get(language.partition("-")[0].lower(), {}).get("demand", {})
    return found


def goes_on_from_opening(language: str) -> bool:
    """Say whether a letter's first sentence goes on from its opening, and begins in small letters."""
    return bool(_rules(language).get("goes_on_from_opening"))
