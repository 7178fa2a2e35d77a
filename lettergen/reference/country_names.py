"""Names of countries: the United Nations' names of States, CLDR's of all, and which name means which."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lettergen.cache import digest, remembered
from lettergen.reference import table
from lettergen.reference.cldr import territories, version

__all__ = [
    "AmbiguousName",
    "alpha3_codes",
    "code_of",
    "compared",
    "countries_by_name",
    "country_names",
    "formal_name",
    "names_of",
    "short_name",
    "without_article",
]

_FILE = Path(__file__).with_name("country_names.csv")
_SHORT = 6
"""Letters of a name that is too short to be run together: it could be another word."""
_ARTICLE = re.compile(r"(?:the |la |le |l’|les |el |los |las )")
_FLAGS = re.compile("[🇦-🇿]{2}")
_FLAG = ord("🇦") - ord("A")
"""How far the letters of flags are from capitals."""
_MARKS = str.maketrans("’‘ʼ`´-‐‑–/&", "'''''     +")


class AmbiguousName(LookupError):
    """A name that several countries bear; its arguments are their codes."""


@cache
def _rows() -> Mapping[str, Mapping[str, str]]:
    def read() -> dict[str, dict[str, str]]:
        with _FILE.open(encoding="utf-8", newline="") as file:
            return {line["code"]: line for line in csv.DictReader(file)}

    return remembered("country-names", digest(_FILE), read)


@cache
def alpha3_codes() -> Mapping[str, str]:
    """Return the two-letter codes by the three-letter ones (ISO 3166-1)."""
    return {row["alpha3"]: code for code, row in _rows().items()}


def short_name(code: str, language: str) -> str:
    """Return the short name that the United Nations use, with its article: `the Gambia`, `la Chine`.

    Empty where they have none in that language.
    """
    return _rows().get(code.upper(), {}).get(_base(language), "")


def formal_name(code: str, language: str) -> str:
    """Return the formal name that the United Nations use, with its article; empty where they have none."""
    return _rows().get(code.upper(), {}).get(f"{_base(language)}_formal", "")


def without_article(name: str) -> str:
    """Return a name as lists and addresses have it: `Gambia`, `Chine`."""
    return _ARTICLE.sub("", name, count=1) if _ARTICLE.match(name) else name


@cache
def country_names(language: str) -> Mapping[str, str]:
    """Return the names of all countries and territories as addresses and lists have them.

    CLDR's, where they are fit for a letter: its `Congo - Kinshasa` and `St. Lucia` are made for menus.
    """
    rows: dict[str, dict[str, str]] = table("states")["instead_of_cldr"]
    listed = territories(_base(language))
    names = {
        code: re.split(r" ?[(（]", name, maxsplit=1)[0].replace(" & ", " and ")
        for code, name in listed.items()
    }
    for code, own in rows.items():
        name = own.get(_base(language)) or without_article(short_name(code, language))
        if name:
            names[code] = name
    return names


def names_of(code: str) -> frozenset[str]:
    """Return the forms in which people write a country below an address, as `compared` makes them."""
    return frozenset(_every_name().get(code, ()))


@cache
def _every_name() -> Mapping[str, tuple[str, ...]]:
    def read() -> dict[str, tuple[str, ...]]:
        codes = [code for code in territories("en") if len(code) == 2 and code.isalpha()]
        return {code: tuple(sorted(_names(code))) for code in codes}

    return remembered("country-names-compared", _stamp(), read)


def _stamp() -> tuple[object, ...]:
    return digest(_FILE, _FILE.with_name("states.toml"), Path(__file__)), version()


def _names(code: str) -> frozenset[str]:
    row: dict[str, Any] = table("states")["states"].get(code, {})
    names = [code, *row.get("also", ()), row.get("short", "")]
    names += [*row.get("formal", {}).values(), *row.get("envelope", {}).values()]
    names += [country_names(language).get(code, "") for language in table("states")["written_in"]]
    names += [territories(language).get(code, "") for language in table("states")["written_in"]]
    for field, name in _rows().get(code, {}).items():
        if field != "code":
            parts = name.split(" | ")
            names += [*parts, *map(without_article, parts)]
    cities = {compared(city) for city in table("states")["cities"].get(code, ())}
    found = {compared(name) for name in names if name}
    # People run words together: unitedkingdom.
    found |= {name.replace(" ", "").replace("'", "") for name in found if len(name) > _SHORT}
    return frozenset(found - cities - {""})


@cache
def countries_by_name() -> Mapping[str, tuple[str, ...]]:
    """Return the codes of the countries that bear a name, by what `compared` makes of it."""

    def read() -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for code, names in _every_name().items():
            for name in names:
                if name != compared(code):
                    found.setdefault(name, {})[code] = None
        for name, codes in table("states")["ambiguous"].items():
            found[compared(name)] = dict.fromkeys(codes)
        return {name: tuple(codes) for name, codes in found.items()}

    return remembered("countries-by-name", _stamp(), read)


@lru_cache(maxsize=4_096)
def code_of(name: str) -> str | None:
    """Return the code of the country that a name or a three-letter code means; None if there is none.

    Raises:
        AmbiguousName: Several countries bear the name.
    """
    found = alpha3_codes().get(name.strip().upper())
    if found:
        return found
    codes = countries_by_name().get(compared(name), ())
    if len(codes) > 1:
        raise AmbiguousName(*codes)
    return codes[0] if codes else _code_of_parts(name)


def _code_of_parts(name: str) -> str | None:
    """Return the one code that the parts of a text mean: `Austria / Österreich`, `Germany (DE)`."""
    flags = {"".join(chr(ord(sign) - _FLAG) for sign in flag) for flag in _FLAGS.findall(name)}
    parts = [part for part in re.split(r"[/()|🇦-🇿]+", name) if part.strip()]
    known = countries_by_name()
    found = [flags, *(set(_codes(part, known)) for part in parts)]
    meant = [codes for codes in found if codes]
    common = set.intersection(*meant) if meant else set()
    return common.pop() if len(common) == 1 and (parts == [] or _codes(parts[0], known)) else None


def _codes(part: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    plain = part.strip().replace(".", "").upper()
    return (plain,) if plain in alpha3_codes().values() else known.get(compared(part), ())


def compared(line: str) -> str:
    """Return a line for comparison: without capitals, accents, stops, brackets, hyphens and article."""
    plain = line.casefold().translate(_MARKS).replace("+", " and ")
    if not plain.isascii():
        parted = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in parted if not unicodedata.combining(sign))
    plain = plain.replace(".", "").strip(" ,()[]")
    return " ".join(plain.removeprefix("the ").split())


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
