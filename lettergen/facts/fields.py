"""The kinds of value that facts are made of: ids, countries, days, lists of lines."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from lettergen.facts.dates import day
from lettergen.facts.names_in_words import country_code, language_code

__all__ = [
    "AUDIENCES",
    "ID_PATTERN",
    "Answer",
    "Audience",
    "Channel",
    "Clearance",
    "Country",
    "Day",
    "EventKind",
    "Id",
    "Ids",
    "Language",
    "Languages",
    "Lines",
    "Text",
    "one_or_many",
    "yes_or_no",
]

Audience = Literal["addressee", "un", "press", "public"]
AUDIENCES: tuple[Audience, ...] = ("addressee", "un", "press", "public")
Clearance = Literal["full", "initials", "pseudonym", "withheld"]
Channel = Literal["post", "registered", "courier", "fax", "email", "hand"]
EventKind = Literal[
    "arrest", "transfer", "return", "release", "charge", "trial", "sentence", "appeal",
    "hearing", "death", "protest", "letter", "statement", "other",
]  # fmt: skip

ID_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60)]


def one_or_many(value: object) -> object:
    """Accept ``field: x`` for ``field: [x]``; a block text has one item per line."""
    if isinstance(value, str):
        return [line for line in value.splitlines() if line.strip()] or [value]
    return value


def _country(value: object) -> object:
    """Return the code of a country that is given by its code or one of its names."""
    if not isinstance(value, str):
        return value
    code = country_code(value)
    if code is None:
        raise PydanticCustomError("country", "not a country")
    return code


def _language(value: object) -> object:
    """Return the code of a language that is given by its code or one of its names."""
    if not isinstance(value, str):
        return value
    code = language_code(value)
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
    "si", "s", "verdadero", "예", "네", "동의", "동의함", "はい", "是", "✓", "✔", "☑",
})  # fmt: skip
NO = frozenset({
    "no", "n", "false", "0", "off", "nein", "falsch", "non", "faux", "falso", "아니오", "아니요",
    "いいえ", "否", "✗", "✘", "☐",
})  # fmt: skip
"""Answers that mean the same everywhere; others are named in the columns of the table."""

Day = Annotated[date, BeforeValidator(day)]
Country = Annotated[str, BeforeValidator(_country)]
Language = Annotated[str, BeforeValidator(_language)]
Languages = Annotated[tuple[Language, ...], BeforeValidator(_languages)]
Answer = Annotated[bool, BeforeValidator(yes_or_no)]
Lines = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(one_or_many)]
