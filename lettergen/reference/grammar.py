"""What the words of a letter depend on: one or many, she or he, the beginning of a sentence."""

import re
from collections.abc import Sequence
from typing import Any

from lettergen.errors import InputProblems
from lettergen.reference import address, cases, table
from lettergen.reference import language as words

__all__ = [
    "comma",
    "definite",
    "demands",
    "either",
    "goes_on_from_opening",
    "has_words",
    "is_told",
    "joined",
    "listed",
    "of_state",
    "pronoun",
    "with_article",
    "withheld",
]


LAST_WORD = 12
"""Characters at the end of a text that hold the word before a value."""
VOWEL = re.compile("[aeiouàâéèêëîïôûœ]", re.IGNORECASE)
BETWEEN = re.compile(r"\{0\}(\s*[;；؛、]\s?)")
"""What parts two items of a list of clauses: with a space before it in French."""


# For a language without rules: signs instead of words, for English ones would stand in its sentences.
_WITHOUT_WORDS: dict[str, Any] = {
    "either": "{0}/{1}",
    "list_of_clauses": "{0}; {1}",
    "pronouns": {"female": {}, "male": {}, "many": {}},
}


def _rules(language: str) -> dict[str, Any]:
    """Return the rules of a language, or those that do without words."""
    base = language.replace("_", "-").split("-")[0].lower()
    found: dict[str, Any] = table("grammar").get(base, _WITHOUT_WORDS)
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
    """Join items that have commas: ``A, a nurse, and B, a teacher``; three or more with semicolons."""
    if len(items) < 2 or (len(items) == 2 and "," not in items[0]):
        return words.listed(list(items), language)
    rules = _rules(language)
    text: str = rules["list_of_clauses"]
    # Spanish `y` is `e` before the same vowel: Ana e Inés.
    if re.match(rules.get("vowel_of_and", "(?!)"), items[-1], re.IGNORECASE):
        text = str(rules["list_before_vowel"])
    if len(items) == 2:
        return re.sub(r"\s?; ", ", ", text).format(*items)
    between = BETWEEN.search(text)
    return text.format((between[1] if between else "; ").join(items[:-1]), items[-1])


def comma(language: str) -> str:
    """Return the comma of a language, with the space that follows it."""
    found: str = _rules(language).get("comma", ", ")
    return found


def of_state(code: str, language: str) -> str:
    """Return a State's name as it follows `the Government`: ``du Royaume de Belgique``, ``der Türkei``.

    The name alone in a language whose prepositions or cases are not known here.
    """
    rules, name = _rules(language).get("of_state", {}), address.state_name(code, language)
    if found := rules.get("names", {}).get(code):
        return str(found)
    for beginning, with_preposition in rules.get("articles", {}).items():
        if name.casefold().startswith(beginning):
            return f"{with_preposition}{name[len(beginning) :]}"
    if "before_vowel" in rules and VOWEL.match(name):
        return f"{rules['before_vowel']}{name}"
    with_preposition = rules.get("otherwise")
    return f"{with_preposition} {name}" if with_preposition else name


def joined(before: str, value: str, language: str, *, is_name: bool = False) -> tuple[str, str]:
    """Return a text and what is put after it, as they stand side by side: ``de``, ``Omar``: ``d’Omar``.

    Args:
        before: The text so far.
        value: What is put after it.
        language: Of the letter.
        is_name: It is a name, or words that stand for one: ``de``, ``le juge``: ``du juge``; ``mit``,
            ``die Fahrerin``: ``mit der Fahrerin``.
    """
    rules = _rules(language)
    if is_name and "cases" in rules:
        return before, cases.after(before, value, rules["cases"])
    rows = rules.get("joins")
    if rows is None or not before.endswith(" "):
        return before, value
    for end, start, for_end, for_start in (*rows["of_all"], *(rows.get("of_names", ()) if is_name else ())):
        at, then = re.search(end, before[-LAST_WORD:]), re.match(start, value)
        if at and then:
            kept = len(before) - (len(before[-LAST_WORD:]) - at.start())
            return before[:kept] + at.expand(for_end), for_start + value[then.end() :]
    return before, value


def with_article(words: str, language: str) -> tuple[str, ...]:
    """Return a noun, given with an article or without, as it can first stand in a text: ``a nurse``."""
    articles: list[str] = _rules(language).get("indefinite", [])
    first, _, noun = words.partition(" ")
    noun = noun if first.casefold() in articles else words
    return tuple(f"{article} {noun}" for article in articles)


def definite(words: str, language: str) -> str:
    """Return words for somebody who has been spoken of: ``the nurse`` for ``a nurse``; others as they are."""
    for beginning, instead in _rules(language).get("definite", []):
        if found := re.match(beginning, words):
            return f"{instead}{words[found.end() :]}"
    return words


def is_told(words: str, text: str, language: str) -> bool:
    """Say whether a text speaks of somebody in the words that say what that is: a nurse."""
    return any(has_words(text, one) for one in with_article(words, language))


def has_words(text: str, words: str) -> bool:
    """Say whether words stand in a text whole, in capitals or small letters."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def withheld(count: int, language: str) -> str:
    """Return words for people of whom nothing may be said.

    Raises:
        InputProblems: The language has none here.
    """
    rules = _rules(language)
    if "withheld" not in rules:
        raise InputProblems.of(
            "no-phrase",
            f"there are no words for people whose names are withheld in the language `{language}`.",
            "give them `described_as` in the case, in the letter's language.",
        )
    one, many = rules["withheld"]
    text: str = one if count == 1 else many
    return text.format(n=words.spelled(count, language))


def demands(language: str) -> dict[str, str]:
    """Return what a demand can begin with, each a list of words; nothing for a language without it."""
    found: dict[str, str] = table("grammar").get(language.partition("-")[0].lower(), {}).get("demand", {})
    return found


def goes_on_from_opening(language: str) -> bool:
    """Say whether a letter's first sentence goes on from its opening, and begins in small letters."""
    return bool(_rules(language).get("goes_on_from_opening"))
