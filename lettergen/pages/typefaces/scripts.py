"""Stretches of text in Korean, Japanese or Chinese writing, for the ``lang`` that picks their font."""

import re
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["forms_of_han", "is_east_asian", "is_han", "is_hangul", "stretches"]

_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
_KANA = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PUNCTUATION = "\u3000-\u3004\u3008-\u303f\uff01-\uff65"
_LETTERS = f"{_HANGUL}{_KANA}{_HAN}"
_STRETCH = re.compile(f"[{_LETTERS}{_PUNCTUATION}]+(?:\x20+[{_LETTERS}{_PUNCTUATION}]+)*")
_OF_AN_ALPHABET = re.compile(f"[{_HANGUL}]+(?:\x20+[{_HANGUL}]+)*|[{_KANA}]+")
_EAST_ASIAN = re.compile(f"[{_LETTERS}{_PUNCTUATION}]")
_OF_HANGUL = re.compile(f"[{_HANGUL}]")
_OF_HAN = re.compile(f"[{_HAN}]")
_OF_A_COUNTRY = {"HK": "zh-Hant", "JP": "ja", "KP": "ko", "KR": "ko", "MO": "zh-Hant", "TW": "zh-Hant"}
# Each country's own set of characters tells which forms a name can be in; asked in this order.
_SETS = {"zh-Hans": "gb2312", "zh-Hant": "big5", "ja": "shift_jis", "ko": "euc_kr"}


def is_east_asian(character: str) -> bool:
    """Say whether a character belongs to Chinese, Japanese or Korean writing."""
    return _EAST_ASIAN.match(character) is not None


def is_hangul(character: str) -> bool:
    """Say whether a character is of the Korean alphabet: a syllable or a letter, modern, old or narrow."""
    return character > "\u10ff" and _OF_HANGUL.match(character) is not None


def is_han(character: str) -> bool:
    """Say whether a character is one that Chinese, Japanese and, seldom, Korean share."""
    return _OF_HAN.match(character) is not None


def stretches(text: str, language: str, country: str | None = None) -> Iterator[tuple[str, str | None]]:
    """Split ``text`` by script; yield each part with the language to mark, if not the letter's.

    Han characters alone do not show the language: they belong to the letter's language
    if it uses them, otherwise to that of the addressee's country, unless
    they cannot: 为 is in no Japanese character set. In a language that uses them, only the
    letters of another alphabet are marked, for a sentence has no spaces around a Korean name.

    Args:
        text: Words of a letter.
        language: BCP 47 tag of the letter's language.
        country: ISO 3166 code of the addressee's country.
    """
    own = forms_of_han(language) if _is_own(language) else language.partition("-")[0]
    end = 0
    for found in (_OF_AN_ALPHABET if _is_own(language) else _STRETCH).finditer(text):
        if found.start() > end:
            yield text[end : found.start()], None
        spoken = _language(found[0], language, country)
        yield found[0], None if spoken == own else spoken
        end = found.end()
    if end < len(text):
        yield text[end:], None


@lru_cache(maxsize=1024)
def _language(stretch: str, language: str, country: str | None) -> str:
    if re.search(f"[{_HANGUL}]", stretch):
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
