"""No-break spaces where a line must not end: Mr. | Hu, Article | 33, 2 | December."""

import re
from collections.abc import Mapping

__all__ = ["tie"]

# Titles before a name, references before their number, a day before its month.
_EN_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_FR_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DE_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"(?<!\w)(?:(?:Mr|Mrs|Ms|Dr|Prof|Hon|St|No|Nos|Art|Arts|para|p|vol)\.?|Articles?|Section|Chapter)"
        r"(?P<gap> )(?=[\dA-Z“‘])"
        rf"|(?<=\d)(?P<day> )(?={_EN_MONTHS})"
    ),
    "fr": re.compile(
        r"(?<!\w)(?:MM?\.|Mmes?|Mlle|n°|art\.|articles?|p\.|vol\.)(?P<gap> )(?=[\dA-ZÉ])"
        rf"|(?<=\d|r)(?P<day> )(?={_FR_MONTHS})"
        r"|(?P<mark> )(?=[:;?!»])|(?<=«)(?P<open> )"
    ),
    "de": re.compile(
        r"(?<!\w)(?:Herrn?|Frau|Dr\.|Prof\.|Nr\.|Art\.|Artikels?|S\.|Bd\.)(?P<gap> )(?=[\dA-ZÄÖÜ])"
        rf"|(?<=\d\.)(?P<day> )(?={_DE_MONTHS})"
    ),
}


def tie(text: str, language: str) -> str:
    """Return the words of a template with its breakable spaces tied where the language ties them."""
    pattern = PATTERNS.get(language.partition("-")[0])
    if pattern is None:
        return text
    return pattern.sub(lambda match: match[0].replace(" ", "\u00a0"), text)
