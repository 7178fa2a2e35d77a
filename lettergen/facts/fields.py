"""The kinds of value that facts are made of: ids, countries, days, lists of lines."""

import re
from datetime import date
from functools import cache, lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from lettergen.cache import digest, installed, remembered, traces
from lettergen.facts.dates import day
from lettergen.facts.language_names import language_code

__all__ = [
    "AUDIENCES",
    "CALCULATED_ID",
    "ID_PATTERN",
    "LONGEST_ID",
    "MOST_IDS",
    "MOST_ITEMS",
    "AddressLines",
    "Answer",
    "Audience",
    "Channel",
    "Clearance",
    "Countries",
    "Country",
    "Day",
    "EventKind",
    "Id",
    "Ids",
    "Language",
    "Languages",
    "Line",
    "Lines",
    "NameText",
    "Names",
    "PersonState",
    "Text",
    "countries",
    "known_country",
    "one_or_many",
    "yes_or_no",
]

_WORD = re.compile(r"[^\W_]+")
Audience = Literal["addressee", "un", "press", "public"]
AUDIENCES: tuple[Audience, ...] = ("addressee", "un", "press", "public")
Clearance = Literal["full", "initials", "pseudonym", "withheld"]
Channel = Literal["post", "registered", "courier", "fax", "email", "hand"]
PersonState = Literal["detained", "missing", "at-risk", "free", "released", "dead"]
EventKind = Literal[
    "arrest", "transfer", "return", "release", "charge", "trial", "sentence", "appeal",
    "hearing", "death", "protest", "conference", "letter", "statement", "other",
]  # fmt: skip

ID_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
CALCULATED_ID = re.compile(r"[rs]-\d{5}-\d{5}-\d{5}", re.ASCII)
"""The id of a row without one: a digest of who it is, which whoever knows that can calculate."""
LONGEST_ID = 60
LONGEST_NAME = 200
"""Characters of a person's name; the longest known have some 120."""
MOST_WORDS_IN_ALL = 100
MOST_WORDS = 16
"""Words of a name, also those that hyphens or apostrophes part."""
LONGEST_LINE = 300
LONGEST_TEXT = 20_000
"""Characters: ten pages. Whatever reads facts relies on these limits."""
MOST_ADDRESS_LINES = 60
MOST_NAMES = 50
MOST_LINES = 200
MOST_ITEMS = 2_000
"""As many paragraphs and list items as a letter may have."""
MOST_IDS = 20_000

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LINE, strip_whitespace=True)]
"""A text that stands on one line, or on a few: an address, an opening."""


def _few_words(name: str) -> str:
    """Refuse what no name is: a search tries all orders and abbreviations of its words."""
    _count_words(len(_WORD.findall(name)), MOST_WORDS)
    return name


def _few_words_in_all(names: tuple[str, ...]) -> tuple[str, ...]:
    _count_words(sum(len(_WORD.findall(name)) for name in names), MOST_WORDS_IN_ALL)
    return names


def _count_words(count: int, most: int) -> None:
    if count > most:
        raise PydanticCustomError("too_many_words", "too many words", {"max_length": most, "count": count})


NameText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_NAME, strip_whitespace=True),
    AfterValidator(_few_words),
]
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=LONGEST_ID)]


def _country_code(value: object) -> object:
    """Take the two letters of ISO 3166, the three, or a name of the country."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if len(text) > LONGEST_NAME:
        return text
    if text.upper() in countries():
        return text.upper()
    from lettergen.reference.country_names import AmbiguousName, code_of

    try:
        return code_of(text) or text
    except AmbiguousName as several:
        raise PydanticCustomError("country", "several countries") from several


@lru_cache(maxsize=1_000)
def known_country(text: str) -> str | None:
    """Return the code of the country that a text means; None if it means none, or several."""
    try:
        code = _country_code(text)
    except PydanticCustomError:
        return None
    return code if isinstance(code, str) and code in countries() else None


def one_or_many(value: object) -> object:
    """Accept ``field: x`` for ``field: [x]``; a block text has one item per line."""
    if isinstance(value, str):
        return [line for line in value.splitlines() if line.strip()] or [value]
    return value


@cache
def countries() -> dict[str, str]:
    """Return the ISO 3166 codes and the names of the countries in English."""
    # CLDR's own codes: regions that are no countries, and test data.
    others = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}

    def read() -> dict[str, str]:
        from babel import Locale

        names = ((str(code), str(name)) for code, name in Locale("en").territories.items())
        return {
            code: name for code, name in names if len(code) == 2 and code.isalpha() and code not in others
        }

    babel = installed("babel")
    # The first names the version.
    stamp = digest(babel / "__init__.py"), traces(babel / "locale-data")
    return remembered("countries", stamp, read)


def _known_country(code: str) -> str:
    if code not in countries():
        raise PydanticCustomError("country", "not an ISO 3166 code")
    return code


def _few(value: object) -> object:
    """Refuse more countries than there are before each is looked up."""
    found = one_or_many(value)
    if isinstance(found, list) and len(found) > MOST_LINES:
        context = {"max_length": MOST_LINES, "actual_length": len(found), "field_type": "Tuple"}
        raise PydanticCustomError("too_long", "too many", context)
    return found


def _language(value: object) -> object:
    """Return the code of a language that is given by its code or one of its names."""
    if not isinstance(value, str):
        return value
    code = language_code(value) if len(value) <= LONGEST_NAME else None
    if code is None:
        raise PydanticCustomError("language", "not a language")
    return code


def _languages(value: object) -> object:
    """Accept several languages in one text."""
    return (
        [part for part in re.split(r"[;,/\n]+", value) if part.strip()] or [value]
        if isinstance(value, str)
        else value
    )


def yes_or_no(value: object) -> object:
    """Accept the answers that people give in a form: `ja`, `oui`, `예`, `x`."""
    if not isinstance(value, str):
        return value
    answer = value.casefold().strip(" .!")
    if answer in YES:
        return True
    if answer in NO:
        return False
    raise PydanticCustomError("answer", "neither yes nor no")


YES = frozenset({
    "yes", "y", "true", "1", "x", "on", "agree", "agreed", "ja", "j", "wahr", "oui", "o", "vrai", "sí",
    "si", "s", "verdadero", "sim", "sì", "tak", "da", "да", "evet", "kyllä", "áno", "igen", "так", "ναι",
    "نعم", "예", "네", "동의", "동의함", "はい", "是", "✓", "✔", "☑",
})  # fmt: skip
NO = frozenset({
    "no", "n", "false", "0", "off", "nein", "falsch", "non", "faux", "falso", "nee", "não", "nao", "nie",
    "nej", "nei", "нет", "ні", "hayır", "ei", "nem", "όχι", "لا", "아니오", "아니요",
    "いいえ", "否", "✗", "✘", "☐",
})  # fmt: skip
"""Answers that mean the same everywhere; others are named in the columns of the table."""

Day = Annotated[date, BeforeValidator(day)]
Country = Annotated[
    str,
    BeforeValidator(_country_code),
    AfterValidator(_known_country),
    WithJsonSchema({"type": "string", "minLength": 2}),
]
Countries = Annotated[tuple[Country, ...], Field(max_length=MOST_LINES), BeforeValidator(_few)]
Language = Annotated[str, BeforeValidator(_language)]
Languages = Annotated[tuple[Language, ...], Field(max_length=MOST_NAMES), BeforeValidator(_languages)]
Answer = Annotated[bool, BeforeValidator(yes_or_no)]
Lines = Annotated[tuple[Text, ...], Field(max_length=MOST_LINES), BeforeValidator(one_or_many)]
AddressLines = Annotated[tuple[Line, ...], Field(max_length=MOST_ADDRESS_LINES), BeforeValidator(one_or_many)]
Names = Annotated[
    tuple[NameText, ...],
    Field(max_length=MOST_NAMES),
    BeforeValidator(one_or_many),
    AfterValidator(_few_words_in_all),
]
Ids = Annotated[tuple[Id, ...], Field(max_length=MOST_IDS), BeforeValidator(one_or_many)]
