"""Stretches of text in another writing than the letter's, for the ``lang`` that picks font and voice."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from lettergen.reference import cldr
from lettergen.reference.treaty_titles import foreign_titles

__all__ = [
    "forms_by_country",
    "forms_of_han",
    "has_foreign",
    "is_east_asian",
    "is_han",
    "is_hangul",
    "stretches",
]

_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
_KANA = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PUNCTUATION = "\u3000-\u3004\u3008-\u303f\uff01-\uff65"
_LETTERS = f"{_HANGUL}{_KANA}{_HAN}"
# Compiled only for a text that may hold one of them: Python walks through each of these many characters.
_MAY_BE_EAST_ASIAN = re.compile("[^\0-\u10ff\u1200-\u2e7f]")
_STRETCH = f"[{_LETTERS}{_PUNCTUATION}]+(?:\x20+[{_LETTERS}{_PUNCTUATION}]+)*"
_OF_AN_ALPHABET = f"[{_HANGUL}]+(?:\x20+[{_HANGUL}]+)*|[{_KANA}]+"
_EAST_ASIAN = f"[{_LETTERS}{_PUNCTUATION}]"
_OF_HANGUL = f"[{_HANGUL}]"
_OF_HAN = f"[{_HAN}]"
_BEYOND_LATIN = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2c80-\u2dff\ua4d0-\ua71f\ua800-\uab2f\uab70-\uabff\ufb13-\ufdff\ufe70-\ufefc"
    "\U00010000-\U0001cfff\U0001e000-\U0001efff]"
)
_LETTER = re.compile(r"[^\W\d_]")
_OF_NO_SCRIPT = frozenset({"Zinh", "Zyyy", "Zzzz"})
_EAST_ASIAN_SCRIPTS = frozenset({"Bopo", "Hang", "Hani", "Hira", "Kana"})
_HAN_FORMS = frozenset({"Hans", "Hant", "Jpan", "Kore"})
_LEAST = 2
"""In letters: a single one is a sign, as in β-blocker or ∆."""
_OF_A_COUNTRY = {"HK": "zh-Hant", "JP": "ja", "KP": "ko", "KR": "ko", "MO": "zh-Hant", "TW": "zh-Hant"}
# Each country's own set of characters tells which forms a name can be in; asked in this order.
_SETS = {"zh-Hans": "gb2312", "zh-Hant": "big5", "ja": "shift_jis", "ko": "euc_kr"}


def is_east_asian(character: str) -> bool:
    """Say whether a character belongs to Chinese, Japanese or Korean writing."""
    return character > "\u10ff" and re.match(_EAST_ASIAN, character) is not None


def is_hangul(character: str) -> bool:
    """Say whether a character is of the Korean alphabet: a syllable or a letter, modern, old or narrow."""
    return character > "\u10ff" and re.match(_OF_HANGUL, character) is not None


def is_han(character: str) -> bool:
    """Say whether a character is one that Chinese, Japanese and, seldom, Korean share."""
    return character > "\u10ff" and re.match(_OF_HAN, character) is not None


def stretches(
    text: str, language: str, country: str | None = None, *, titles: bool = False
) -> Iterator[tuple[str, str | None]]:
    """Split ``text`` by script; yield each part with the language to mark, if not the letter's.

    Han characters alone do not show the language: they belong to the letter's language
    if it uses them, otherwise to that of the country of whoever they belong to, unless
    they cannot: 为 is in no Japanese character set. In a language that uses them, only the
    letters of another alphabet are marked, for a sentence has no spaces around a Korean name.
    Of other scripts it is the language that is most likely in that country. Latin
    letters are of the letter's language.

    Args:
        text: Words of a letter.
        language: BCP 47 tag of the letter's language.
        country: ISO 3166 code of that country.
        titles: Mark titles of treaties in other languages, too.
    """
    end = 0
    found = _east_asian(text, language, country)
    if _BEYOND_LATIN.search(text):
        found = sorted([*found, *_other_scripts(text, language, country)])
    if titles:
        found = _with_titles(found, foreign_titles(text, language))
    for start, stop, spoken in found:
        if start > end:
            yield text[end:start], None
        yield text[start:stop], spoken
        end = stop
    if end < len(text):
        yield text[end:], None


def has_foreign(text: str, language: str) -> bool:
    """Say whether a text has words in another writing than its language; without one, nothing is marked."""
    return bool(language) and any(spoken for _, spoken in stretches(text, language))


def forms_by_country(language: str, country: str | None) -> tuple[object, ...]:
    """Return all that a country decides of `stretches`."""
    others = cldr.languages_in(country or "").items()
    return forms_of_han(language, country), *sorted(one for one in others if one[0] not in _HAN_FORMS)


_Found = list[tuple[int, int, str | None]]
"""Beginning and end of each stretch, and its language; none for one that is in the letter's own."""


def _east_asian(text: str, language: str, country: str | None) -> _Found:
    found: _Found = []
    if not _MAY_BE_EAST_ASIAN.search(text):
        return found
    own = forms_of_han(language) if _is_own(language) else language.partition("-")[0]
    for match in re.finditer(_OF_AN_ALPHABET if _is_own(language) else _STRETCH, text):
        spoken = _language(match[0], language, country)
        found.append((match.start(), match.end(), None if spoken == own else spoken))
    return found


def _other_scripts(text: str, language: str, country: str | None) -> _Found:
    """Return the stretches in scripts of neither the letter nor East Asia, with the signs between words."""
    own = cldr.script_of(language)
    found: list[tuple[int, int, str]] = []
    for at, character in enumerate(text):
        script = _script(character)
        if script in _OF_NO_SCRIPT:
            # An accent belongs to the letter that it stands on.
            if script == "Zinh" and found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + 1, found[-1][2])
            continue
        if script in (own, "Latn") or script in _EAST_ASIAN_SCRIPTS:
            if found and found[-1][2]:
                found.append((at, at, ""))
        elif found and found[-1][2] == script:
            found[-1] = (found[-1][0], at + 1, script)
        else:
            found.append((at, at + 1, script))
    base = language.partition("-")[0]
    told: _Found = [(start, end, cldr.language_in(script, country)) for start, end, script in found if script]
    told = [one for one in told if one[2] != base and one[1] - one[0] >= _LEAST]
    if len(told) == 1 and not _LETTER.search(text[: told[0][0]] + text[told[0][1] :]):
        # Its number belongs to a street, and the stop to a sentence.
        told = [(0, len(text), told[0][2])]
    return told


@cache
def _script(character: str) -> str:
    from fontTools import unicodedata

    return str(unicodedata.script(character))


def _with_titles(found: _Found, titles: Iterator[tuple[int, int, str]]) -> _Found:
    """Return stretches with those titles that meet none of them."""
    free = (title for title in titles if all(title[1] <= one[0] or one[1] <= title[0] for one in found))
    return sorted([*found, *free])


@lru_cache(maxsize=1024)
def _language(stretch: str, language: str, country: str | None) -> str:
    if re.search(_OF_HANGUL, stretch):
        return "ko"
    if re.search(f"[{_KANA}]", stretch):
        return "ja"
    usual = forms_of_han(language, country)
    if _is_in(stretch, usual):
        return usual
    return next((one for one in _SETS if _is_in(stretch, one)), usual)


def _is_own(language: str) -> bool:
    """Say whether a language is written with Han characters."""
    return language.replace("_", "-").partition("-")[0] in ("ja", "ko", "zh")


def forms_of_han(language: str, country: str | None = None) -> str:
    """Return the tag of the forms that Han characters take in a language, else in a country."""
    own, *rest = language.replace("_", "-").split("-")
    if own in ("ja", "ko"):
        return own
    if own == "zh":
        return "zh-Hant" if {"Hant", "HK", "MO", "TW"}.intersection(rest) else "zh-Hans"
    return _OF_A_COUNTRY.get(country or "", "zh-Hans")


def _is_in(stretch: str, tag: str) -> bool:
    try:
        "".join(stretch.split()).encode(_SETS[tag])
    except UnicodeEncodeError:
        return False
    return True
