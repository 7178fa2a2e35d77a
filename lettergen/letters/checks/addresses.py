"""Addresses that the post would return: no postcode, no country, two countries, c/o somebody abroad."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from lettergen.errors import Problem
from lettergen.facts.model import Recipient, Sender
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.reference import address as post
from lettergen.reference import postcodes

__all__ = ["check", "is_plain"]

_BY_POST = {"post", "registered", "courier"}
_CARE_OF = re.compile(r"(?:c/o|care of)\b", re.IGNORECASE)
_NO_PLACE = {
    "a telephone number": re.compile(
        r"(?:(?:tel|phone|mob|handy|fax)[.: ]*)?(?:\+|00)[\d ()./-]{8,20}", re.IGNORECASE
    ),
    "an e-mail address": re.compile(r"\S+@\S+\.\w+"),
    "a web address": re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
}
# What any of these has in it, and hardly an address.
_TELLING = ("@", "://", "www.", "c/o", "care of")
_ANY_NUMBER = re.compile(r"(?:\+|00)[\d ()./-]{8}")
_DIPLOMATIC = re.compile(
    r"\b(?:embassy|mission|consulate|delegation|legation|representation)\b", re.IGNORECASE
)


def check(one: Recipient | Sender, record: CheckedRecord, *, on: date) -> Iterator[Problem]:
    """Yield what is wrong with a postal address."""
    if not one.address:
        return
    yield from _no_place(one, record)
    if one.country:
        yield from _countries(one, one.country, record)
        yield from _postcode(one, one.country, record, on)
    elif isinstance(one, Recipient) and _BY_POST.intersection(one.channels):
        yield record.problem(
            "country-missing",
            f"{record} has an address without `country:`; letters from abroad would lack the country line.",
            "add `country:` with the ISO 3166 code of the country of delivery, for example `country: CN`.",
            ("address",),
            "warning",
        )


def is_plain(one: Recipient | Sender, *, on: date) -> bool:
    """Say whether nothing can be wrong: there are country and postcode, and no line names a country."""
    address, country = one.address, one.country
    return bool(
        country
        and (_ends_well(address[-1], country, on) or not _needs_a_look(address, country, on))
        and not _has_telling_line(address)
        and not (isinstance(one, Recipient) and one.care_of)
    )


def _has_telling_line(address: Sequence[str]) -> bool:
    """Say quickly whether a line may name somebody who receives the letter, or be no place at all."""
    text = "\n".join(address).lower()
    return any(map(text.__contains__, _TELLING)) or (
        ("+" in text or "00" in text) and _ANY_NUMBER.search(text) is not None
    )


def _no_place(one: Recipient | Sender, record: CheckedRecord) -> Iterator[Problem]:
    """Yield lines in which somebody gave a number or an e-mail address instead of a place."""
    for at, line in enumerate(one.address):
        if kind := next((name for name, form in _NO_PLACE.items() if form.fullmatch(line)), None):
            yield record.problem(
                "no-postal-address",
                f"{record} has {kind} in its address.",
                "move it to the field that it belongs in, and write the street or town here.",
                ("address", at),
                "warning",
            )


@lru_cache(maxsize=20_000)
def _ends_well(line: str, country: str, on: date) -> bool:
    """Say whether the last line of an address has what it needs: a sound postcode, and no country's name."""
    found = postcodes.find([line], country, on)
    return bool(found and found.written == found.usual) and post.country_named(line, country) is None


def _needs_a_look(address: Sequence[str], country: str, on: date) -> bool:
    found = postcodes.find(address, country, on)
    if found.written != found.usual if found else postcodes.is_required(country):
        return True
    return post.country_named(address[-1], country) is not None


def _postcode(one: Recipient | Sender, country: str, record: CheckedRecord, on: date) -> Iterator[Problem]:
    found, where = postcodes.find(one.address, country, on), post.state_short(country)
    if found and found.written != found.usual:
        yield record.problem(
            "postcode-form",
            f"{record} has the postcode `{found.written}`, which {where} writes otherwise.",
            f"write `{found.usual}`.",
            ("address", found.line),
            "warning",
        )
    elif postcodes.has_postcode(one.address, country, on) is False:
        others = [code for code in postcodes.countries_of_shape(one.address, on) if code != country]
        names = " or ".join(post.state_short(code) for code in others)
        fix = f"correct `country:` or the postcode; it has one of {names}." if others else ""
        yield record.problem(
            "postcode-not-found",
            f"{record} has no postcode in {where}'s format in the last lines of its address.",
            fix or "add it, or check it against the source.",
            ("address", len(one.address) - 1),
            "warning",
        )


def _countries(one: Recipient | Sender, country: str, record: CheckedRecord) -> Iterator[Problem]:
    at = len(one.address) - 1
    named = post.country_named(one.address[at], country)
    if named == country and not _is_city(one.address[at], one):
        yield record.problem(
            "country-twice",
            f"{record} has the country both in its last address line and in `country:`.",
            "delete it from the address; the country line is added when the letter goes abroad.",
            ("address", at),
            "warning",
        )
    elif named and named != country:
        yield record.problem(
            "other-country-in-address",
            f"{record} has {post.state_short(named)} in its address but `country: {country}`.",
            "correct whichever is wrong; the letter goes where its last line says.",
            ("address", at),
            "warning",
        )
    yield from _care_of(one, country, record)


def _is_city(line: str, one: Recipient | Sender) -> bool:
    """Say whether a line can be the city of a State of the same name, such as Singapore or Monaco."""
    return len(one.address) <= 2 and "," not in line and any(sign.isdigit() for sign in line)


def _care_of(one: Recipient | Sender, country: str, record: CheckedRecord) -> Iterator[Problem]:
    lines = [(("address", number), line) for number, line in enumerate(one.address) if _CARE_OF.match(line)]
    if isinstance(one, Recipient) and one.care_of:
        lines.append((("care_of",), one.care_of))  # type: ignore[arg-type]
    for way, line in lines:
        named = post.country_named(line, country)
        # A mission bears the name of the State that sends it.
        if named and named != country and not _DIPLOMATIC.search(line):
            yield record.problem(
                "care-of-abroad",
                f"{record} has `country: {country}`, but goes c/o somebody in {post.state_short(named)}.",
                "address it to whoever receives it, in that country; c/o does not work across borders.",
                way,
                "warning",
            )
