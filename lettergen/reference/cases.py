"""Cases of words that stand for a person, after the prepositions that ask for them."""

import re
from collections.abc import Mapping

__all__ = ["after"]

_FORM = re.compile(r"(die|eine|ein) ((?:[a-zäöüß-]+ )*)([A-ZÄÖÜ][\w-]*)")
_ARTICLES = {"die": "der", "eine": "einer", "ein": "einem"}
"""Of one person; masculine and neuter words keep their article until their case is certain."""
_ENDINGS = {"die": ("e",), "eine": ("e",), "ein": ("er", "es")}
"""Of the adjectives behind an article; in the dative and the genitive all of them have `en`."""


def after(preposition: str, words: str, rules: Mapping[str, str]) -> str:
    """Return `einer Fahrerin` for `eine Fahrerin` after `mit`; words whose case is not certain as they are.

    Args:
        preposition: The text before, with the space behind it.
        words: Of one person, with an article.
        rules: Prepositions with the `dative` and the `genitive`; `adjectives` that stand as nouns and `weak`
            nouns, without their endings.
    """
    found = _FORM.match(words)
    if found is None:
        return words
    article, adjectives, noun = found.groups()
    # Feminine words are the same in both cases; others have an ending in the genitive that is not regular.
    asking = rules["dative"] if article == "ein" else f"{rules['dative']}|{rules['genitive']}"
    if not re.search(rf"(?<!\w)(?:{asking}) $", preposition, re.IGNORECASE):
        return words
    endings = _ENDINGS[article]
    described = [re.sub(f"(?:{'|'.join(endings)})$", "en", one) for one in adjectives.split()]
    if any(not one.endswith(endings) for one in adjectives.split()):
        return words
    told = " ".join((_ARTICLES[article], *described, _noun(noun, rules, is_feminine=article != "ein")))
    return told + words[found.end() :]


def _noun(noun: str, rules: Mapping[str, str], *, is_feminine: bool) -> str:
    if found := re.fullmatch(rf"(.*(?:{rules['adjectives']}))e[rs]?", noun, re.IGNORECASE):
        return f"{found[1]}en"
    if is_feminine or not re.fullmatch(rules["weak"], noun):
        return noun
    return f"{noun}n" if noun.endswith("e") else f"{noun}en"
