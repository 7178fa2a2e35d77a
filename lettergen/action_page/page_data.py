"""What a page knows, as plain data for JSON: each text once, whoever's letter it stands in."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from lettergen.action_page.edition import PageEdition, Stretch
from lettergen.action_page.letter_parts import ADDRESS, Part
from lettergen.action_page.marks import DATE
from lettergen.action_page.posting import (
    Addressed,
    Written,
    WrittenAbroad,
    country_codes,
    country_line_of,
    writers_of,
)
from lettergen.facts.model import Recipient
from lettergen.letters.checks.content import MOST_OWN_WORDS
from lettergen.letters.checks.word_lists import words as word_list
from lettergen.pages.mail.link import ADDRESS_SIGNS, LONGEST_LINK
from lettergen.reference import address, stationery
from lettergen.reference import language as words
from lettergen.reference.stationery import Rectangle, Stationery

__all__ = ["PageData"]

_SLACK_MM = 0.5
AS_LISTED = -1
"""The number of an address whose lines stand in the page's own list, but for the country."""
ELSEWHERE = ""
"""Stands for all countries that are not named."""


@dataclass(slots=True)
class _Shared:
    """Values by number, each once."""

    values: list[Any] = field(default_factory=list)
    numbers: dict[Hashable, int] = field(default_factory=dict)

    def number(self, value: Hashable) -> int:
        if value not in self.numbers:
            self.numbers[value] = len(self.values)
            self.values.append(value)
        return self.numbers[value]


@dataclass(frozen=True, slots=True)
class PageData:
    """All that is chosen and written for a page."""

    editions: tuple[PageEdition, ...]
    addressed: tuple[Addressed, ...]
    stretches: Mapping[str, Sequence[Stretch]]
    """By language."""
    first: date
    last: date
    also_to: tuple[str, ...] = ()
    fallback: str | None = None

    def record(self) -> dict[str, Any]:
        """Return it as data for JSON."""
        shared = _SharedValues()
        recipients = [one.recipient for one in self.addressed]
        writers = writers_of(recipients, self.also_to, self.fallback)
        usual, _ = Counter(tuple(numbers) for numbers in writers.values()).most_common(1)[0]
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "longestLink": LONGEST_LINK,
            "mostOwnWords": MOST_OWN_WORDS,
            "languages": {one.language: self._language(one) for one in self.editions},
            "to": [shared.recipient(one) for one in self.addressed],
            "writers": {
                ELSEWHERE: list(usual),
                **{code: numbers for code, numbers in writers.items() if tuple(numbers) != usual},
            },
            "countries": " ".join(country_codes()),
            **_country_lines(recipients, [one.language for one in self.editions]),
            "sheets": _sheets(),
            "lines": shared.lines.values,
            "addresses": shared.addresses.values,
            "sets": shared.sets.values,
            "letters": shared.letters.values,
            "parts": [_plain(one) for one in shared.parts.values],
        }

    def _language(self, edition: PageEdition) -> dict[str, Any]:
        language = edition.language
        return {
            "direction": words.direction(language),
            "dates": _dates(self.first, self.last, language),
            "until": [one.last.isoformat() for one in self.stretches[language]],
            "countries": " ".join(  # one text, for so many short ones have as many quotation marks
                address.country_name(code, language).replace(" ", "_") for code in country_codes()
            ),
            "tone": _tone(language),
        }


@dataclass(slots=True)
class _SharedValues:
    """What letters of several recipients have in common."""

    lines: _Shared = field(default_factory=_Shared)
    addresses: _Shared = field(default_factory=_Shared)
    sets: _Shared = field(default_factory=_Shared)
    letters: _Shared = field(default_factory=_Shared)
    parts: _Shared = field(default_factory=_Shared)

    def recipient(self, one: Addressed) -> dict[str, Any]:
        """Return the record of a recipient."""
        recipient = one.recipient
        record: dict[str, Any] = {
            "name": recipient_name(recipient),
            "in": recipient.country or "",
            "written": {
                language: self._written(found, recipient, language, one.listed)
                for language, found in one.written.items()
            },
        }
        if recipient.email:
            record["mail"] = quote(recipient.email, safe=ADDRESS_SIGNS)
        return record

    def _written(self, found: WrittenAbroad, recipient: Recipient, language: str, listed: str) -> list[Any]:
        """Return address and letters, whether there is a country line, and what else is at home."""
        usual, at = found.usual, dict(found.at)
        is_posts = country_line_of(usual.address, recipient, language)
        is_listed = is_posts and _above(usual.address) == _above(listed)
        if is_posts and at.get(recipient.country or "") == Written(_above(usual.address), usual.sets):
            del at[recipient.country or ""]
        number = AS_LISTED if is_listed else self._address(usual.address)
        letters = self.sets.number(self._set(usual))
        return [number, letters, int(is_posts), {code: self._pair(one) for code, one in at.items()}]

    def _pair(self, found: Written) -> tuple[int, int]:
        return self._address(found.address), self.sets.number(self._set(found))

    def _address(self, address: str) -> int:
        return self.addresses.number(tuple(map(self.lines.number, address.split("\n"))))

    def _set(self, found: Written) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(map(self._letter, by_variant)) for by_variant in found.sets)

    def _letter(self, letter: tuple[Part, ...] | None) -> int:
        if letter is None:
            return -1
        # The address is the recipient's own; all that is around it is shared.
        kept = ((kind, "" if kind == ADDRESS else content) for kind, content in letter)
        return self.letters.number(tuple(map(self.parts.number, kept)))


def _country_lines(recipients: Iterable[Recipient], languages: Sequence[str]) -> dict[str, Any]:
    """Return the languages in which each post reads a country line, and the countries in them."""
    found = {
        code: tuple(" ".join(address.post_languages(code, language)) for language in languages)
        for code in country_codes()
    }
    usual, _ = Counter(found.values()).most_common(1)[0]
    used = sorted({one for read in found.values() for pair in read for one in pair.split()})
    places = sorted({one.country for one in recipients if one.country})
    return {
        "posts": {
            ELSEWHERE: list(usual),
            **{code: list(read) for code, read in found.items() if read != usual},
        },
        "places": places,
        "countryLines": {
            # What is the country's name in capitals, the script finds among the names.
            language: [
                "" if language in languages and address.country_name(code, language).upper() == line else line
                for code in places
                for line in (address.envelope_country(code, language),)
            ]
            for language in used
        },
    }


def _dates(first: date, last: date, language: str) -> dict[str, str]:
    """Return how days are written: months with a mark for the day, and days that are written otherwise."""
    found: dict[str, str] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        month = day.isoformat()[:7]
        # A day that no month or year has in its figures.
        other = day.replace(day=28)
        pattern = words.full_date(other, language).replace("28", DATE)
        written = words.full_date(day, language)
        if pattern.count(DATE) == 1 and pattern.replace(DATE, str(day.day)) == written:
            found[month] = pattern
        else:
            found[day.isoformat()] = written
    return found


def _above(lines: str) -> str:
    return lines.rpartition("\n")[0]


def recipient_name(recipient: Recipient) -> str:
    """Return what a recipient is called in a list."""
    person = [recipient.name.with_courtesy() if recipient.name else "", recipient.title or ""]
    office = [" ".join(recipient.organisation) or recipient.title or ""]
    place = recipient.address[-1] if recipient.address else ""
    return ", ".join(filter(None, [*(person if recipient.name else office), place]))


def _plain(part: Part) -> list[Any]:
    """Return a part as JSON has it."""

    def listed(value: Any) -> Any:
        return [listed(one) for one in value] if isinstance(value, tuple) else value

    kind, content = part
    if kind in ("p", "heading") and len(content) == 1 and isinstance(content[0], str):
        return [kind, content[0]]
    return [kind, listed(content)]


def _tone(language: str) -> dict[str, Any] | None:
    """Return what the checks of wording look for in a language."""
    listed = word_list(language)
    if listed is None:
        return None
    return {
        "impolite": [[one.kind, list(one.words), list(one.unless)] for one in listed.impolite],
        "shouted": sorted(listed.shouted),
        "doubled": sorted(listed.doubled),
        "capitalsAreNames": not language.startswith("de"),
    }


def _sheets() -> dict[str, Any]:
    """Return the stationery of each country, and where things stand on it."""
    usual = stationery.for_country(None)
    by_country = {code: stationery.for_country(code) for code in country_codes()}
    others = {code: one.key for code, one in by_country.items() if one.key != usual.key}
    sheets = {one.key: _sheet(one) for one in (usual, *by_country.values())}
    return {"usual": usual.key, "by": others, "of": sheets}


def _sheet(sheet: Stationery) -> dict[str, Any]:
    """Return the measures of a sheet in millimetres from its top left corner."""
    zone, margins, seen = _in_sight(sheet), sheet.margins, sheet.address_field
    returned = seen.top if sheet.return_line_height else seen.top - sheet.return_above
    return {
        "size": [sheet.sheet_width, sheet.sheet_height],
        "margins": [margins.top, margins.right, margins.bottom, margins.left],
        "address": [zone.left, zone.top, zone.width, zone.height],
        "return": [zone.left, returned, sheet.return_line_height or 5.0],
        "notation": seen.top + sheet.return_line_height if sheet.notation_height else 0,
        "text": sheet.reference_line,
        "head": min(returned, seen.top),
        "marks": [sheet.fold_mark_left, *sheet.fold_marks, *filter(None, [sheet.punch_mark])],
        "isRight": zone.left > sheet.sheet_width / 2 - 10,
    }


def _in_sight(sheet: Stationery) -> Rectangle:
    """Return where an address stands in the window of the usual envelope, wherever the sheet slides in it."""
    zone = sheet.recipient_zone
    if not sheet.safe_zones:
        return zone
    seen = sheet.safe_zones[0].zone
    left, top = max(zone.left, seen.left + _SLACK_MM), max(zone.top, seen.top + _SLACK_MM)
    right, bottom = min(zone.right, seen.right - _SLACK_MM), min(zone.bottom, seen.bottom - _SLACK_MM)
    return Rectangle(left=left, top=top, width=right - left, height=bottom - top)
