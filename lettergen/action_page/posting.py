"""Who writes to whom from where, and what the address looks like there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lettergen.action_page.edition import Letters, PageEdition, Stretch
from lettergen.action_page.letter_parts import ADDRESS, Part
from lettergen.facts.fields import countries
from lettergen.facts.model import Recipient, Sender
from lettergen.plan.pairing import Pairing, countries_served, pairs
from lettergen.reference import address

__all__ = [
    "Addressed",
    "Written",
    "WrittenAbroad",
    "country_codes",
    "country_line_of",
    "writers_of",
    "written",
]

ABROAD = "BV"
"""Bouvet Island, where nobody lives: its letters have the country line that most posts read."""


class Written(NamedTuple):
    """The letters to one recipient in one language, as they are posted in one country, or in most."""

    address: str
    sets: tuple[Letters, ...]
    """By stretch of days."""


@dataclass(frozen=True, slots=True)
class WrittenAbroad:
    """The letters to one recipient in one language."""

    usual: Written
    """As they are posted abroad, with the country line for most posts."""
    at: Mapping[str, Written]
    """Letters posted in the recipient's country, and in the State that is written to."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A recipient of the page."""

    recipient: Recipient
    written: Mapping[str, WrittenAbroad]
    """By language, in the recipient's order."""

    @property
    def listed(self) -> str:
        """The address as the page lists it for those who have no JavaScript."""
        return next(iter(self.written.values())).usual.address


def country_codes() -> tuple[str, ...]:
    """Return the ISO 3166 codes of all countries in which a visitor may live."""
    return tuple(countries())


def country_line_of(address_lines: str, recipient: Recipient, language: str) -> bool:
    """Say whether an address ends in the country line for most posts."""
    line = address.country_line(recipient.country, ABROAD, language) if recipient.country else None
    return line is not None and address_lines.endswith(f"\n{line}")


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
    recipient: Recipient, codes: Sequence[str], edition: PageEdition, stretches: Sequence[Stretch]
) -> WrittenAbroad:
    """Return the letters to somebody from some countries.

    Raises:
        LettergenError: One cannot be written.
    """
    day = stretches[0].first
    usual = _posted_in(ABROAD, recipient, edition, stretches)
    form = edition.form_of_address(recipient, day, ABROAD)
    at: dict[str, Written] = {}
    # Forms of address differ within the State whose office it is, and the country line at home.
    for code in dict.fromkeys(filter(None, (recipient.country, recipient.state))):
        there = edition.form_of_address(recipient, day, code)
        if code not in codes or there == form:
            continue
        same = there[1:] == form[1:]
        at[code] = Written(there[0], usual.sets) if same else _posted_in(code, recipient, edition, stretches)
    return WrittenAbroad(usual, at)


def _posted_in(
    code: str, recipient: Recipient, edition: PageEdition, stretches: Sequence[Stretch]
) -> Written:
    sets = tuple(edition.letters(recipient, one.first, code) for one in stretches)
    return Written(_address_in(sets[0][-1] or ()), sets)


def _address_in(letter: tuple[Part, ...]) -> str:
    return next((str(content) for kind, content in letter if kind == ADDRESS), "")
