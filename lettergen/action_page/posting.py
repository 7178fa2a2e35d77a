"""Who writes to whom from where, and what the address looks like there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from lettergen.action_page.edition import Edition, Letters, Stretch
from lettergen.action_page.letter_parts import ADDRESS, Part
from lettergen.facts.fields import countries
from lettergen.facts.model import Recipient, Sender
from lettergen.plan.pairing import Pairing, countries_served, pairs
from lettergen.reference import table

__all__ = [
    "Addressed",
    "Written",
    "WrittenAbroad",
    "country_codes",
    "post_of",
    "posts",
    "writers_of",
    "written",
]


class Written(NamedTuple):
    """The letters to one recipient in one language, as they are posted in one country, or in most."""

    address: str
    sets: tuple[Letters, ...]
    """By stretch of days."""


@dataclass(frozen=True, slots=True)
class WrittenAbroad:
    """The letters to one recipient in one language."""

    usual: Written
    """As they are posted in a country whose post reads English or French."""
    addresses: Mapping[int, str]
    """Other addresses, by number of the post."""
    at: Mapping[str, Written]
    """Letters posted in the recipient's country, and in the State that is written to."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A recipient of the page."""

    recipient: Recipient
    written: Mapping[str, WrittenAbroad]
    """By language, in the recipient's order."""


def country_codes() -> tuple[str, ...]:
    """Return the ISO 3166 codes of all countries in which a visitor may live."""
    return tuple(countries())


@cache
def posts() -> tuple[Any, ...]:
    """Return what the posts of the world read in the country line, each once; most read the first."""
    rows: dict[str, dict[str, Any]] = table("states")["posts"]
    return tuple(dict.fromkeys((_reads("other"), *map(_reads, rows))))


def post_of(code: str) -> int:
    """Return the number of a country's post among `posts`."""
    return posts().index(_reads(code))


def _reads(code: str) -> tuple[Any, ...]:
    rows: dict[str, dict[str, Any]] = table("states")["posts"]
    row = rows.get(code, rows["other"])
    return row.get("own"), *row["languages"]


class _Paired(NamedTuple):
    recipient_id: str
    served: frozenset[str]


def writers_of(
    recipients: Sequence[Recipient], also_to: Iterable[str], fallback: str | None
) -> dict[str, list[int]]:
    """Return the numbers of the recipients to whom people in each country write.

    They are those of `batch --own-country` for one sender in each country.
    """
    senders = {code: Sender(id=code.lower(), organisation=code, country=code) for code in country_codes()}
    found: dict[str, list[int]] = {code: [] for code in senders}
    addressees = [_Paired(one.id, countries_served(one)) for one in recipients]
    places = {one.id: number for number, one in enumerate(recipients)}
    pairing = Pairing(own_country=True, also_to=frozenset(also_to), fallback=fallback)
    for one, code in pairs(addressees, senders, pairing):
        found[code].append(places[one.recipient_id])
    return found


def written(
    recipient: Recipient, codes: Sequence[str], edition: Edition, stretches: Sequence[Stretch]
) -> WrittenAbroad:
    """Return the letters to somebody from some countries.

    Raises:
        LettergenError: One cannot be written.
    """
    # Forms of address differ within the State whose office it is, and the country line at home.
    own = [code for code in codes if code in (recipient.country, recipient.state)]
    others = {post_of(code): code for code in codes if code not in own}
    at = {code: _posted_in(code, recipient, edition, stretches) for code in own}
    if not others:
        return WrittenAbroad(at[own[0]], {}, at)
    first = others.pop(min(others))
    usual = _posted_in(first, recipient, edition, stretches)
    addresses = {
        number: edition.address(recipient, stretches[0].first, code) for number, code in others.items()
    }
    return WrittenAbroad(usual, addresses, at)


def _posted_in(code: str, recipient: Recipient, edition: Edition, stretches: Sequence[Stretch]) -> Written:
    sets = tuple(edition.letters(recipient, one.first, code) for one in stretches)
    return Written(_address_in(sets[0][-1] or ()), sets)


def _address_in(letter: tuple[Part, ...]) -> str:
    return next((str(content) for kind, content in letter if kind == ADDRESS), "")
