"""Postal address rules: names of States, the country line, the lines of the inside address in order."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from lettergen.reference import language as words
from lettergen.reference import table
from lettergen.reference.country_names import (
    compared,
    countries_by_name,
    country_names,
    formal_name,
    names_of,
    short_name,
)

__all__ = [
    "care_of_line",
    "compared",
    "country_line",
    "country_name",
    "country_named",
    "demonym",
    "envelope_country",
    "inside_address",
    "names_of",
    "post_language",
    "post_languages",
    "state_name",
    "state_short",
]

_DIGIT = re.compile(r"\d")


def inside_address(  # noqa: PLR0913  (an address has these parts)
    *,
    envelope_name: str | None = None,
    title: str | None = None,
    organisation: Sequence[str] = (),
    attention: str | None = None,
    care_of: str | None = None,
    address: Sequence[str] = (),
    country: str | None = None,
    posted_from: str | None = None,
    language: str = "en",
) -> tuple[str, ...]:
    """Return the inside address, one line a tuple item, as the post wants it.

    Order: name, office, organisation, attention, care of, street and place,
    country. No line is blank and none is printed twice; a country that somebody
    wrote below the address is replaced by the country line.

    Args:
        envelope_name: The first line, as the forms of address give it.
        title: The office.
        organisation: Organisation and department.
        attention: Person or department the letter is meant for.
        care_of: Who receives the letter for the addressee.
        address: Street and place as the addressee's post wants them, printed as written.
        country: ISO 3166 code of the country of delivery.
        posted_from: ISO 3166 code of the country of posting; none counts as abroad.
        language: The language of the letter.
    """
    last = country_line(country, posted_from, language) if country else None
    place = list(address)
    while last and country and place and is_name_of(place[-1], country):
        place.pop()
    lines = [
        envelope_name,
        title,
        *organisation,
        words.captions(language).attention.format(name=attention) if attention else None,
        care_of_line(care_of, language) if care_of else None,
        *place,
    ]
    # The country stays even where an organisation has its name: Republic of Korea, Seoul, REPUBLIC OF KOREA.
    return (*_without_repeats(lines), *([last] if last else []))


def care_of_line(name: str, language: str = "en") -> str:
    """Return the care-of line; a name that already begins with ``c/o`` is kept."""
    if name.casefold().startswith(("c/o", "care of ")):
        return name
    return words.captions(language).care_of.format(name=name)


def country_line(country: str, posted_from: str | None, language: str = "en") -> str | None:
    """Return the country as the last line of an address, or an empty text for inland mail.

    The post that accepts the letter must be able to read it: capitals, in a language of
    the country of posting (USPS Publication 28 A3; UPU; post.ch). Where that post
    accepts the letter's own language, that one is used. Where its own language is
    known to few abroad, English or French is added: ``CHINY / PEOPLE’S
    REPUBLIC OF CHINA``.
    """
    if posted_from and country.upper() == posted_from.upper():
        return None
    used = post_languages(posted_from, language)
    return " / ".join(dict.fromkeys(envelope_country(country, one) for one in used))


def post_languages(posted_from: str | None, language: str = "en") -> tuple[str, ...]:
    """Return the languages in which the post of a country reads the country line of a letter."""
    own = _post(posted_from).get("own")
    read = post_language(posted_from, language)
    return (own, read) if own else (read,)


def envelope_country(country: str, language: str) -> str:
    """Return a country as it stands on an envelope: ``PEOPLE’S REPUBLIC OF CHINA``."""
    name: str = _row(country).get("envelope", {}).get(language) or _territory(country, language)
    return name.upper()


def post_language(posted_from: str | None, language: str = "en") -> str:
    """Return the language in which the post of a country reads the country line."""
    accepted: list[str] = _post(posted_from)["languages"]
    base = _base(language)
    return base if base in accepted else accepted[0]


def _post(country: str | None) -> dict[str, Any]:
    posts: dict[str, dict[str, Any]] = table("states")["posts"]
    return posts.get((country or "").upper(), posts["other"])


def state_name(code: str, language: str = "en") -> str:
    """Return the formal name of a State, article included: ``the People’s Republic of China``."""
    names: dict[str, str] = _row(code).get("formal", {})
    return names.get(_base(language)) or formal_name(code, language) or state_short(code, language)


def state_short(code: str, language: str = "en") -> str:
    """Return the everyday name of a State, article included where English has one: ``the Gambia``."""
    row = _row(code)
    if _base(language) == "en":
        own: str = row.get("short", "")
        return own or short_name(code, language) or _territory(code, language)
    return _territory(code, language)


def country_name(code: str, language: str = "en") -> str:
    """Return the name of a country without article, as addresses and lists have it: ``United Kingdom``."""
    return _territory(code, language)


def demonym(code: str, language: str = "en") -> str:
    """Return the adjective of nationality: ``Chinese``.

    Only English has one for every gender and number; other languages, and States
    outside the table, give the State's everyday name.
    """
    if _base(language) == "en" and "demonym" in _row(code):
        word: str = _row(code)["demonym"]
        return word
    return state_short(code, language)


def _row(code: str) -> dict[str, Any]:
    row: dict[str, Any] = table("states")["states"].get(code.upper(), {})
    return row


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _territory(code: str, language: str) -> str:
    return country_names(_base(language)).get(code.upper(), code.upper())


def is_name_of(line: str, code: str) -> bool:
    """Say whether a line is nothing but the name of a country."""
    return compared(line) in names_of(code.upper())


def country_named(line: str, beside: str) -> str | None:
    """Return the code of the country that a line names, or that stands after its last comma.

    Args:
        line: A line of an address.
        beside: ISO 3166 code of the country of the address. What lies within that country, or bears the same
            name as a part of it, such as Georgia in the United States, is not told.
    """
    last = line.replace("，", ",").rpartition(",")[2]
    if _DIGIT.search(last):
        return None  # a town behind its postcode; no country has a digit in its name
    names = countries_by_name()
    codes = names.get(compared(line)) or names.get(compared(last)) or ()
    # A name that two countries bear is told of neither, but of the one beside it.
    code = codes[0] if len(codes) == 1 else beside.upper() if beside.upper() in codes else None
    return None if code in table("states")["within"].get(beside.upper(), ()) else code


def _without_repeats(lines: Iterable[str | None]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for line in lines:
        text = (line or "").strip()
        if text:
            kept.setdefault(compared(text), text)
    return tuple(kept.values())
