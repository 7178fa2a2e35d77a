"""Titles of treaties that a text has in another language than its own."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from lettergen.reference import table

__all__ = ["foreign_titles"]

# Of a title as a sentence has it: its article, and the year, which the same title may be without.
_ARTICLE = re.compile(r"^(?:the|das|der|die|el|la|las|le|les|los) |^l’", re.IGNORECASE)
_YEAR = re.compile(r"(?:^| (?:de|von))\b ?(?:19|20)\d\d(?= )")
_WORD = re.compile(r"[^\s’]+")
_LEAST = 12
"""In letters: what is shorter, such as ICCPR, may be said in any language."""
# German nouns and adjectives have endings: des Internationalen Paktes über …
_ENDINGS = {"de": r"\w{0,2}"}


def foreign_titles(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a title in another language than the text's begins and ends, and that language.

    Args:
        text: Words of a letter.
        language: BCP 47 tag of the letter's language.
    """
    base = language.replace("_", "-").partition("-")[0]
    if not _may_have_titles(text, base):
        return  # what finds them is slow to build, and most letters have none
    languages, pattern = _pattern(base)
    for match in pattern.finditer(text):
        yield match.start(), match.end(), languages[(match.lastindex or 1) - 1]


def _may_have_titles(text: str, language: str) -> bool:
    return any(
        word in text and any(all(one in text for one in title) for title in titles)
        for word, titles in _words_of_titles(language).items()
    )


@cache
def _words_of_titles(language: str) -> dict[str, list[list[str]]]:
    """Return the words of each title that is not the language's own, by the longest of them."""
    titles = _titles()
    others = frozenset[str]().union(*(titles[one] for one in titles if one != language))
    found: dict[str, list[list[str]]] = {}
    for name in sorted(others - titles.get(language, frozenset())):
        words = _WORD.findall(name)
        found.setdefault(max(words, key=len), []).append(words)
    return found


@cache
def _pattern(language: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Return the languages of titles, and what finds those in each, the longest first."""
    titles = _titles()
    others = tuple(sorted(one for one in titles if one != language))
    own = titles.get(language, frozenset())
    by_language = {one: sorted(titles[one] - own, key=lambda name: (-len(name), name)) for one in others}
    first = "".join(sorted({re.escape(title[0]) for found in by_language.values() for title in found}))
    ways = "|".join(
        f"({'|'.join(_spaced(name, _ENDINGS.get(one, '')) for name in by_language[one])})" for one in others
    )
    return others, re.compile(rf"\b(?=[{first}])(?:{ways})\b")


@cache
def _titles() -> dict[str, frozenset[str]]:
    """Return all titles by language; those in scripts of their own are known by these."""
    found: dict[str, set[str]] = {}
    for row in table("treaties")["treaties"].values():
        named = [("en", name) for name in (row["title"], *row.get("quoted", {}).get("names", ()))]
        for language, name in (*named, *row["short"].items()):
            whole = _ARTICLE.sub("", name)
            found.setdefault(language, set()).update({whole, _YEAR.sub("", whole).strip()})
    for language, names in table("treaties")["known_as"].items():
        found.setdefault(language, set()).update(names)
    clear = {language: frozenset(filter(_is_clear, names)) for language, names in found.items()}
    return {language: names for language, names in clear.items() if names}


def _is_clear(name: str) -> bool:
    return len(name) >= _LEAST and (name[0].isdigit() or "LATIN" in unicodedata.name(name[0]))


def _spaced(name: str, ending: str) -> str:
    words = rf"{ending}\s+".join(map(re.escape, name.split()))
    return words.replace("’", "[’\x27]") + ending
