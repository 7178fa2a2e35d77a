"""What the words of a letter depend on: one or many, she or he, the beginning of a sentence."""

import re
from collections.abc import Sequence
from typing import Any

from lettergen.reference import address, table
from lettergen.reference import language as words

__all__ = ["demands", "either", "goes_on_from_opening", "listed", "of_state", "pronoun", "withheld"]


BETWEEN = re.compile(r"\{0\}(\s*[;；؛、]\s?)")
"""What parts two items of a list of clauses: with a space before it in French."""


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
    rules = _rules(language)
    text: str = rules["list_of_clauses"]
    # Spanish `y` is `e` before the same vowel: Ana e Inés.
    if re.match(rules.get("vowel_of_and", "(?!)"), items[-1], re.IGNORECASE):
        text = str(rules["list_before_vowel"])
    between = BETWEEN.search(text)
    return text.format((between[1] if between else "; ").join(items[:-1]), items[-1])


def of_state(code: str, language: str) -> str:
    """Return a State's name as it follows `the Government`: ``du Royaume de Belgique``, ``der Türkei``."""
    rules, name = _rules(language).get("of_state", {}), address.state_name(code, language)
    if found := rules.get("names", {}).get(code):
        return str(found)
    for beginning, with_preposition in rules.get("articles", {}).items():
        if name.casefold().startswith(beginning):
            return f"{with_preposition}{name[len(beginning) :]}"
    return f"{rules.get('otherwise', 'of')} {name}"


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
