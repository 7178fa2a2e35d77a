"""The order of an address's parts in its country: number and street, postcode and town."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from lettergen.reference import postcodes, table
from lettergen.reference.address import is_name_of

__all__ = ["lines_of", "street_line", "town_lines"]

_PART = re.compile(r"%[ZCS]")
_EAST_ASIAN = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_COMMA = re.compile(r"\s*[,،，、；;]\s*")
_NUMBER = re.compile(r"\d{1,5}(?:[-/]\d{1,5})?\s?(?:[a-z]|bis|ter|quater)?", re.IGNORECASE)
# What belongs to the street before it: 12, 12 bis, nº 5, 3º B, Apt 4, д. 5, 2. etg, No. 5/7.
_OF_A_HOUSE = re.compile(
    r"(?:(?:n[º°or]|no|nr|núm|num|number|#|№|д|дом|кв|корп?|стр|bl|bloco|blok|block|apto?|ap|appt|bât|esc|piso|planta|"
    r"pta|puerta|top|stiege|tür|unit|suite|ste|int|lok|m|lgh|rm|room|fl|floor|flat|box|bte|bus)\b\.?\s*)?"
    r"[#№]?\d{1,5}\s?[a-z]?(?:\s?(?:bis|ter|quater))?(?:\s?[-/]\s?\d{1,5}\s?[a-z]?)?(?:\s?[ºª°]|\.)?"
    r"(?:\s?-\s?(?:apto?|ap|bloco|casa|sala)\.?\s?\w{1,5})*(?:\s(?:[a-z]{1,3}|dcha|izda|etg|sal|piso|andar|floor|호|동)\.?)?",
    re.IGNORECASE,
)
_CODE = r"(?:\d{4,5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
_REGION_AND_CODE = re.compile(
    rf"(?:[A-Z]{{2,3}}|D\.C\.|[A-Z][a-zé]+(?: (?:[A-Z][a-z]{{3,}}|and|of|du|d’|-))*),? {_CODE}"
)
_REGION = re.compile(r"[A-Z]{2,3}")
_TOWN_AND_STATE = frozenset({"LU", "MC", "SG", "SM", "VA", "HK", "MO", "GI", "DJ", "KW", "GT", "PA"})
"""Countries that have the name of their town."""
_STREET_AND_TOWN = 2
_NOT_LETTERS = "0123456789 -,."


@lru_cache(maxsize=4_096)
def town_lines(
    country: str | None, *, postcode: str = "", city: str = "", region: str = ""
) -> tuple[str, str]:
    """Return what stands before the street and what stands below it, each of some lines or empty.

    A region is left out where the country's addresses have none, unless there is no town.

    Args:
        country: ISO 3166 code; without one, the postcode stands before the town, as in most countries, unless
            there is a region.
        postcode: As it was typed.
        city: The town.
        region: State, province or prefecture.
    """
    code = (country or "").upper()
    if not city:
        city, region = region, ""
    given = {"%Z": postcode, "%C": city, "%S": "" if region == city else region}
    own = table("postcode_rules")["own_script"].get(code)
    if own and re.search(_EAST_ASIAN, city + region):
        before, _, after = own.partition("%n")
        return _filled(before, given), _filled(after, given)
    known = _form(code)
    form = known or ("%C, %S %Z" if region and not country else "%Z %C")
    if not known and country:
        form = "%C %Z%n%S"
    for part, text in given.items():
        if text and part not in form and part != "%S":
            form = f"%C%n{form}" if part == "%C" else f"{form} %Z"
    return "", "\n".join(filter(None, (_filled(line, given) for line in form.split("%n"))))


def _filled(form: str, given: dict[str, str]) -> str:
    """Return a line with its parts, and only the marks between those that are there."""
    found = ""
    end = 0
    for match in _PART.finditer(form):
        text, between = given[match[0]], form[end : match.start()]
        if text:
            found += (between if found or between.strip() == "〒" else "") + text
        end = match.end()
    return found.strip()


def street_line(country: str | None, street: str, number: str) -> str:
    """Return street and number of the house in the country's order: `Musterweg 1`, `1 Example Road`."""
    is_first = (country or "").upper() in table("postcode_rules")["number_first"]
    return " ".join(filter(None, (number, street) if is_first else (street, number)))


def lines_of(text: str, country: str | None) -> tuple[str, ...]:
    """Take an address apart that stands in one cell: at its line breaks, or else at its commas.

    A number stays with its street, a postcode comes together with its town in the country's order, and the
    name of the country is left out, for it has a field of its own. Nothing else is changed.

    Args:
        text: The cell.
        country: ISO 3166 code, or None if nobody knows it.
    """
    lines = [line.strip(" ,") for line in text.splitlines() if line.strip(" ,")]
    if len(lines) > 1:
        return tuple(_without_country(lines, country))
    parts = _without_country([part for part in _COMMA.split(text.strip()) if part], country)
    return tuple(_with_code(_with_numbers(parts, country), country))


def _without_country(lines: Sequence[str], country: str | None) -> list[str]:
    if len(lines) > 1 and country and is_name_of(lines[-1], country):
        said = {line.strip(_NOT_LETTERS).casefold() for line in lines[:-1]}
        if country.upper() not in _TOWN_AND_STATE or lines[-1].casefold() in said:
            return list(lines[:-1])
    return list(lines)


def _with_numbers(lines: Sequence[str], country: str | None) -> list[str]:
    """Put numbers of houses and flats together with their street; the postcode is none of them."""
    code = _code_at(lines, country)
    found: list[str] = []
    for at, line in enumerate(lines):
        is_after_number = len(found) == 1 and code != 0 and _NUMBER.fullmatch(found[0])
        is_house = at != code and _OF_A_HOUSE.fullmatch(line)
        if found and (is_after_number or is_house):
            found[-1] += f", {line}"
        else:
            found.append(line)
    return found


def _with_code(lines: Sequence[str], country: str | None) -> list[str]:
    """Put a postcode that stands alone together with its town, and a town with its region and code."""
    form = _form(country) or "%Z %C"
    at = _code_at(lines, country)
    if at is None:
        return _with_region(lines, form if country else "%C, %S %Z")
    if at == 0 and len(lines) > _STREET_AND_TOWN:
        return [f"{lines[0]}, {lines[1]}", *lines[2:]]  # from the largest unit down
    is_after = form.find("%C") < form.find("%Z")
    has_town_before = at > 1 or (at == 1 and not _has_digit(lines[0]))
    if at + 1 == len(lines) or (is_after and has_town_before):
        if not has_town_before or _has_digit(lines[at - 1]):
            return list(lines)  # a street and a postcode, or the postcode alone
        town, region, start, end = lines[at - 1], "", at - 1, at + 1
        if "%S" in form and at > _STREET_AND_TOWN and _REGION.fullmatch(town):
            town, region, start = lines[at - 2], town, at - 2
    else:
        town, region, start, end = lines[at + 1], "", at, at + 2
    below = town_lines(country, postcode=lines[at], city=town, region=region)
    return [*lines[:start], *"\n".join(filter(None, below)).split("\n"), *lines[end:]]


def _with_region(lines: Sequence[str], form: str) -> list[str]:
    """Put a town on the line of its region and postcode: `Springfield`, `IL 62701`."""
    if len(lines) > 1 and "%S %Z" in form and "%C" in form.partition("%S")[0].rpartition("%n")[2]:
        is_region = _REGION_AND_CODE.fullmatch(lines[-1])
        if is_region and not _has_digit(lines[-2]):
            return [*lines[:-2], f"{lines[-2]}, {lines[-1]}"]
    return list(lines)


def _form(country: str | None) -> str:
    code = (country or "").upper()
    found: str = table("postcode_rules")["forms"].get(code) or table("postcodes")["forms"].get(code, "")
    return found


def _code_at(lines: Sequence[str], country: str | None) -> int | None:
    """Return the number of the part that is nothing but the postcode."""
    if country is None:
        return next((at for at, line in enumerate(lines) if re.fullmatch(r"\d{5,6}", line)), None)
    found = postcodes.find(lines, country, date.max)
    if found is None:
        return None
    bare = lines[found.line].upper().replace(" ", "")
    return found.line if bare == found.written.upper().replace(" ", "") else None


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
