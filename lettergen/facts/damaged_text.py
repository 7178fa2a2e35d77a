"""Cells whose text was damaged on its way: words of programs, mark-up, letters encoded twice, lost values."""

import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lettergen.errors import Severity

__all__ = ["NOTHING", "Damage", "damage", "is_suspicious", "may_be_damaged", "seen"]


class Damage(NamedTuple):
    """What is wrong with a cell."""

    name: str
    message: str
    fix: str
    severity: Severity = "error"
    """With an error, the text is not used."""


_WORDS = (
    "null", "none", "undefined", "nan", "n/a", "#n/a", "nil", "(null)", "<null>", "[null]", "(blank)",
    "(leer)",
)  # fmt: skip
_MEANINGLESS = frozenset(form for word in _WORDS for form in (word, word.upper(), word.capitalize())) | {
    "N/a", "NaN", "<NA>", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#####", "########",
    "#NV", "#BEZUG!", "#WERT!", "#¡REF!", "#¿NOMBRE?", "#¡VALOR!", "#VALEUR!", "#NOM?", "#GETTING_DATA",
    "#SPILL!",
    "#CALC!", "#ERROR!",
}  # fmt: skip
NOTHING = frozenset({"-", "--", "---", "–", "—", "―", "/", ".", "..", "...", "…", "_", "‐", "−"})
"""What people type into a cell that they leave empty."""
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
"""Signs without width, which copying leaves at the ends of cells."""
_AT_ENDS = f"{_UNSEEN}{string.whitespace}\u00a0\u202f\u3000"
_SURNAMES = frozenset({"null", "none", "nan", "nil"})
_LOOKED_AT = _MEANINGLESS | NOTHING
_PROSE = frozenset({"own_words"})
"""Fields in which people may write what they like."""
_UNPRINTED = frozenset({"id", "note", "tags", "members", "contact_email"})

_PLACEHOLDER = re.compile(
    r"\[object \w+\]|\$\{[^{}]*\}|\{\{?[^{}]*\}\}?|^«[^«»]*»$|^<<[^<>]*>>$|^%\w+%$|^\*\|\w+\|\*$"
)
_MARK_UP = re.compile(
    r"</?[A-Za-z][^<>@]*>|&(?:[A-Za-z]{2,8}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});|_x[0-9A-Fa-f]{4}_"
)
# A sign that begins a formula, but not a value that is wrapped so that it stays text: ="01234".
_FORMULA = re.compile(r'=(?!"[^"]*"?$)\s*[\w(\[$"\'+-]')
_LONGEST_SHOWN = 40
_WRAPPED = re.compile(r'="?[^"]*"?|".+"|\'[\d+].*|\'.+\'', re.DOTALL)
_QUOTED_NAME = re.compile("[“„].+[”“]")
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E\+\d{1,3}")
_QUOTES = "\"'=“”„"
_LOST = re.compile("\ufffd|ï¿½")
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")
# The first byte of a letter in UTF-8, then a further one, both as Windows-1252 shows them.
_TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
# Letters of phonetics, which no name has: É’ would be one.
_PHONETIC = re.compile("[\u0250-\u02af]")
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|jän|mär|mrz|mai|okt|dez|janv|févr|fév|mars|avr|juin|juil|"
    "août|sept|déc|ene|abr|ago|dic"
)
_DAY_OF_YEAR = re.compile(
    rf"\d{{1,2}}[-. /]{{1,2}}(?:{_MONTHS})\.?(?:[- /]\d{{2,4}})?|(?:{_MONTHS})\.?-\d{{2,4}}|"
    r"\d{1,2}월 \d{1,2}일",
    re.IGNORECASE,
)
# What one of the patterns needs; most tables have none of it, and a row with it is looked at cell by cell.
# Each sign begins with one character of a class, for which a text is searched five times as fast.
_ALONE = f"{_UNSEEN}“„{{}}«»<>\ufffd%=*\\[?&'월"
_FIRST = "\u00c2-\u00f4"
_SIGN = re.compile(
    f'[{_ALONE}"E_.\\-{_FIRST}](?:(?<=[{_ALONE}])|(?<=\\dE)\\+|(?<=_)x[0-9A-Fa-f]{{4}}_|(?m:(?<=^"))|(?<=")""'
    f"|(?<=\\d[-.]) ?[A-Za-zäéûÄ]|(?<=[A-Za-zé.]-)\\d\\d\\b|(?<=[{_FIRST}])[\u0080-\u00bfŒ-™])"
)


def seen(text: str) -> str:
    """Return a cell's text without signs at its ends that nobody sees, and nothing for a dash alone."""
    plain = text.strip(_AT_ENDS)
    return "" if plain in NOTHING else plain


def is_suspicious(text: str) -> bool:
    """Say whether a table or a row holds a sign of damage, so that it is looked at more closely."""
    return bool(_SIGN.search(text))


def may_be_damaged(texts: Sequence[str], *, is_suspected: bool) -> bool:
    """Say quickly whether a row is to be looked at."""
    return not _LOOKED_AT.isdisjoint(map(str.strip, texts)) or (
        is_suspected and is_suspicious("\n".join(texts))
    )


def damage(text: str, field: str) -> Damage | None:
    """Return what is wrong with the text of a field, or None.

    Args:
        text: The cell.
        field: The first part of the field's path: ``name``, ``address``.
    """
    if field in _UNPRINTED:
        return None
    return next((found for look in _LOOKS if (found := look(text.strip(), field)) is not None), None)


def _meaningless(text: str, field: str) -> Damage | None:
    if text not in _MEANINGLESS:
        return None
    if field == "name" and text.casefold() in _SURNAMES:
        fix = "leave it if somebody has this name, or empty the cell"
        return Damage(
            "unusual-name", f"`{text}` is more often a word of a program than a name", fix, severity="warning"
        )
    return Damage(
        "meaningless-value",
        f"`{text}` is what a program writes for nothing",
        "empty the cell, or write the value",
    )


def _placeholder(text: str, field: str) -> Damage | None:
    found = _PLACEHOLDER.search(text)
    if found is None or (field in _PROSE and found[0][0] not in "[$"):
        return None
    return Damage(
        "meaningless-value",
        f"`{found[0]}` is a placeholder that was never filled",
        "write the value itself",
    )


def _formula(text: str, field: str) -> Damage | None:
    if field in _PROSE or not _FORMULA.match(text):
        return None
    fix = "open the table in the spreadsheet program, which computes it, and save it again, or type the value"
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return Damage("formula-without-result", f"`{shown}` is a formula, and not its result", fix)


def _wrapped(text: str, field: str) -> Damage | None:
    is_quoted_name = field == "name" and _QUOTED_NAME.fullmatch(text)
    if not is_quoted_name and (field in _PROSE or not _WRAPPED.fullmatch(text) or text in ('"', "=")):
        return None
    fix = f"write {text.strip(_QUOTES)} alone"
    return Damage("damaged-text", "this value is wrapped in signs of the program that exported it", fix)


def _shortened(text: str, field: str) -> Damage | None:
    if field in _PROSE or not _SHORTENED.fullmatch(text):
        return None
    fix = "format the column as text in the spreadsheet program, type the value again, and export it anew"
    return Damage("damaged-text", f"`{text}` is a number of which a program has dropped digits", fix)


def _lost(text: str, field: str) -> Damage | None:
    fix = "export the table again as UTF-8, or correct the value"
    if _LOST.search(text):
        return Damage("damaged-text", "letters were lost on the way to this file", fix)
    if field not in _PROSE and field != "website" and _LOST_LETTER.search(text):
        return Damage(
            "letter-lost",
            "a question mark stands within a word, where a letter may have been lost",
            fix,
            severity="warning",
        )
    return None


def _encoded_twice(text: str, field: str) -> Damage | None:  # noqa: ARG001 - in any field
    if not _TWICE.search(text):
        return None
    for encoding in ("cp1252", "latin-1"):
        try:
            meant = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if not all(map(_is_likely, re.findall(r"[^\W\d_]+", meant))):
            return None
        fix = f"export the table again as UTF-8; here, `{meant.splitlines()[0]}` may be meant"
        return Damage("damaged-text", "the letters of this value were encoded twice", fix)
    return None


def _is_likely(word: str) -> bool:
    """Say whether a word's letters go together; out of the Ó’ of Ó’Briain comes a Cyrillic one."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
    if scripts == {"LATIN"}:
        return not _PHONETIC.search(word)
    return "LATIN" not in scripts and len(word.encode()) > 2


def _day_of_year(text: str, field: str) -> Damage | None:
    if field in (*_PROSE, "name", "checked", "in_office") or not _DAY_OF_YEAR.fullmatch(text):
        return None
    return Damage(
        "date-in-cell",
        f"`{text}` is a date; a program may have made it of something like 3-5 or 1/2",
        "write the value itself",
    )


def _mark_up(text: str, field: str) -> Damage | None:  # noqa: ARG001 - in any field
    found = _MARK_UP.search(text)
    if found is None:
        return None
    fix = "write the character itself, and delete mark-up: it would be printed as it stands"
    return Damage("markup-in-cell", f"`{found[0]}` is mark-up of a web page", fix, severity="warning")


_LOOKS: tuple[Callable[[str, str], Damage | None], ...] = (
    _meaningless,
    _placeholder,
    _formula,
    _wrapped,
    _shortened,
    _lost,
    _encoded_twice,
    _day_of_year,
    _mark_up,
)
