"""`Letter` to plain text in ASCII, for printers and gateways that know nothing else.

AnyAscii spells each character; what it can't know, because it looks at one at a time, is done
before: endings of a language (ä is ae in German), signs that need a space, accents by themselves.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any
from unicodedata import category, normalize

from lettergen.errors import Problem
from lettergen.letters.letter import TEXTS, Letter
from lettergen.letters.series.identity_cache import IdentityCache
from lettergen.pages import text

__all__ = ["render", "spelled", "warnings"]

# As people type who have no such keys, and as passports have it (ICAO 9303, part 3, section 6).
_OF_A_LANGUAGE: Mapping[str, Mapping[str, str]] = {
    "de": {"ä": "ae", "ö": "oe", "ü": "ue"},
    "da": {"å": "aa", "ø": "oe"},
    "nb": {"å": "aa", "ø": "oe"},
    "nn": {"å": "aa", "ø": "oe"},
    "no": {"å": "aa", "ø": "oe"},
}
_SECTION = {"de": "Par.", "en": "sec."}
_SPACES = r"[ \u00a0\u2007\u2009\u202f]*"
# What would say something else if it were spelled sign by sign: 2½ is no 21/2, and 10² no 102.
_SIGNS = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (rf"[«‹]{_SPACES}", '"'),
        (rf"{_SPACES}[»›]", '"'),
        (r"(?<=\d)(?=[¼-¾⅐-⅞])", " "),
        (r"(?<=\d)(?=[⁰¹²³⁴-⁻])", "^"),
        (rf"№{_SPACES}", "No. "),
        (r"[¿¡]", ""),
        (r"ẞ", "SS"),
        (r"×", "x"),
        (r"‰", "o/oo"),
        (r"→", "->"),
        (r"←", "<-"),
        (r"[ʻʼʽʾʿ`´]", "'"),
        # A line that stretches a word; where it ends one, it joins it to the next.
        (r"(?<=\w)ـ+(?=\w)", ""),
        (r"ـ+", "-"),
        # Letters that AnyAscii takes for mere carriers of a vowel, and leaves out.
        (r"ا", "a"),
        (r"[ཨᨕᯀᰣๅ]", "a"),
        (r"ອ", "o"),
        (r"އ", "'"),
    )
)
_SECTION_SIGN = re.compile(rf"§+{_SPACES}")
_NOTHING = frozenset({"Cf", "Mn", "Me", "Zl", "Zp", "Cc"})
_UNKNOWN = "?"
_NOT_SPELLED = frozenset({"Latn", "Zyyy", "Zinh", "Zzzz"})


def render(letter: Letter) -> str:
    """Return ``letter`` as `lettergen.pages.text` does, in ASCII alone."""
    return spelled(text.render(_in_ascii(letter)), letter.language)


def _in_ascii(letter: Letter) -> Letter:
    """Return a letter and its translation, each spelled as its own language does."""
    own = (part for part in TEXTS if part != "translation")
    parts = {part: _part(getattr(letter, part), letter.language) for part in own}
    translation = _in_ascii(letter.translation) if letter.translation else None
    return replace(letter, **parts, translation=translation)


def spelled(words: str, language: str) -> str:
    """Return a text in ASCII.

    Args:
        words: The text.
        language: BCP 47 tag of its language.
    """
    from anyascii import anyascii

    if words.isascii():
        return words
    base = language.replace("_", "-").partition("-")[0]
    words = normalize("NFC", words)
    for pattern, instead in _SIGNS:
        words = pattern.sub(instead, words)
    words = _SECTION_SIGN.sub(f"{_SECTION.get(base, 'par.')} ", words)
    for letter, instead in _OF_A_LANGUAGE.get(base, {}).items():
        words = words.replace(letter, instead)
        words = re.sub(letter.upper(), partial(_capital, instead=instead), words)
    return "".join(one if one.isascii() else anyascii(one) or _unknown(one) for one in words)


def warnings(letter: Letter) -> tuple[Problem, ...]:
    """Return what is to be said of a letter in ASCII: words spelled by sound, signs without a spelling."""
    from anyascii import anyascii
    from fontTools import unicodedata

    found = sorted({one for one in "".join(letter.texts()) if not one.isascii()})
    scripts = {unicodedata.script(one) for one in found if category(one)[0] == "L"} - _NOT_SPELLED
    lost = [one for one in found if spelled(one, letter.language) == _UNKNOWN and anyascii(one) != _UNKNOWN]
    named = [one for one in found if anyascii(one)[:1] == ":"]
    told: list[Problem] = []
    if scripts:
        names = sorted(unicodedata.script_name(one) for one in scripts)
        told.append(
            Problem(
                "spelled-by-sound",
                f"in ASCII, words in {_listed(names)} letters are spelled by their sound, sign by sign; "
                "a name may be one that nobody goes by.",
                "read these words in the letter, and write names as their bearers do in Latin letters.",
                severity="warning",
            )
        )
    if lost or named:
        signs = [f"{one} as `{anyascii(one) or _UNKNOWN}`" for one in (*lost, *named)]
        told.append(
            Problem(
                "no-ascii-spelling",
                f"some signs have no spelling in ASCII: {_listed(signs)}.",
                "write a word instead, or leave out `--ascii`.",
                severity="warning",
            )
        )
    return tuple(told)


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _capital(found: re.Match[str], instead: str) -> str:
    """Return AE for Ä among capitals, and Ae before small letters."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    letters = [one for one in (before, after) if one.isalpha()]
    is_among_capitals = bool(letters) and all(one.isupper() for one in letters)
    return instead.upper() if is_among_capitals else instead.capitalize()


def _unknown(character: str) -> str:
    """Return what stands for a character without a spelling; nothing for one that is no sign of its own."""
    return "" if category(character) in _NOTHING else _UNKNOWN


def _spelled_part(value: Any, language: str) -> Any:
    if isinstance(value, str):
        return spelled(value, language)
    if isinstance(value, tuple):
        return tuple(_spelled_part(one, language) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        own = getattr(value, "language", "") or language
        parts = {one.name: _spelled_part(getattr(value, one.name), own) for one in fields(value)}
        return replace(value, **parts)
    return value


# What the letters of a mailing share is spelled once.
_part = IdentityCache(_spelled_part)
