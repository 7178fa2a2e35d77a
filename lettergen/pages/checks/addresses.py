"""Addresses before they are set: number of lines, width, and what an envelope shows of them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Recipient
from lettergen.facts.value_places import Way
from lettergen.letters import parts
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import common_language
from lettergen.pages.checks import sight
from lettergen.pages.layout.address_fit import setting_of_lines, too_long
from lettergen.pages.layout.stationeries import Stationeries
from lettergen.pages.typefaces.fonts import advance_mm
from lettergen.reference import stationery as sheets
from lettergen.reference.stationery import Stationery

__all__ = ["WITHOUT_ENVELOPE", "AddressedRecipient", "RecordOf", "addressed", "check", "french", "run_over"]

RecordOf = Callable[[str, str], CheckedRecord]

# La Poste sorts by machine what keeps to this; the country of mail that leaves France is one line more.
_FRENCH_CHARACTERS = 38
_IN_WINDOWS = ("post", "registered")
"""Channels by which a letter goes in a window envelope."""
_FRENCH_LINES = 6
WITHOUT_ENVELOPE = frozenset({"email", "fax"})
"""Channels by which a letter goes without an envelope, so that no window cuts its address."""


@dataclass(frozen=True, slots=True)
class AddressedRecipient:
    """A recipient with the address as a letter would print it."""

    recipient: Recipient
    lines: tuple[str, ...]
    language: str


def check(everybody: Sequence[AddressedRecipient], campaign: Campaign, record: RecordOf) -> Iterator[Problem]:
    """Yield what is wrong with the addresses on the sheets that the campaign would use."""
    try:
        used = _stationeries(campaign)
    except LettergenError as fault:
        place = Place(str(campaign.folder / "lettergen.toml"))
        # Faults of the campaign's own sheets have their places, and are told by themselves.
        yield from (replace(problem, place=place) for problem in fault.problems if not problem.place)
        return
    posted_from = "FR" if _countries(campaign) == ["FR"] else None
    rooms = [(sheet, *_roomy(sheet)) for sheet in used]
    for one in everybody:
        if WITHOUT_ENVELOPE.issuperset(one.recipient.channels):
            continue
        widest = max((advance_mm(line, sight.LARGEST_PT) for line in one.lines), default=0.0)
        for sheet, most, width in rooms:
            if len(one.lines) > most or widest > width:
                yield from _tight(one, sheet, record, is_certain=len(used) == 1)
        if "FR" in (one.recipient.country, posted_from):
            yield from french(one.lines, one.recipient, posted_from, record("recipient", one.recipient.id))


def addressed(campaign: Campaign, languages: Collection[str], today: date) -> list[AddressedRecipient]:
    """Return all recipients with their addresses, including the country line for posting abroad."""
    if not campaign.senders:
        return []
    countries = _countries(campaign)
    base = LetterFacts(campaign=campaign, sender=campaign.senders[0], on=today)
    facts = {code: replace(base, posted_from=code) for code in countries}
    found = []
    for one in campaign.recipients:
        country = next((code for code in countries if code != one.country), countries[0])
        language = common_language(one.languages, languages) or campaign.settings.language
        # An office that is not known is told elsewhere.
        with suppress(LettergenError):
            found.append(
                AddressedRecipient(one, parts.inside_address(facts[country], one, "", language), language)
            )
    return found


def run_over(
    lines: Sequence[str],
    sheet: Stationery,
    record: CheckedRecord,
    recipient: Recipient,
    *,
    has_notation: bool = False,
) -> Iterator[Problem]:
    """Yield a problem for each line that is wider than the windows show and is broken somewhere.

    Titles and the like are one line each, so that nobody could break them better.
    """
    setting = setting_of_lines(lines, sheet, has_notation=has_notation)
    for line, broken in zip(lines, setting.parts, strict=True):
        if len(broken) > 1 and _is_in_a_list(line, recipient) and not _reads_well(broken):
            reach = advance_mm(line, setting.size_pt)
            yield record.problem(
                "address-line-runs-over",
                f"a line in the address of {record} is {reach:.0f} mm wide at {setting.size_pt:g} pt, and "
                f"is broken into {len(broken)} lines; {sheet.title} has room for {setting.width_mm:.0f} mm.",
                "break it into two items where it reads well.",
                _way(recipient, line),
                "warning",
            )


def _reads_well(parts: Sequence[str]) -> bool:
    """Say whether a line is broken where one would break it by hand: after a comma, or before a bracket."""
    return all(one.endswith(",") or other.startswith("(") for one, other in pairwise(parts))


def _is_in_a_list(line: str, recipient: Recipient) -> bool:
    return line in (*recipient.organisation, *recipient.address)


def french(
    lines: Sequence[str], recipient: Recipient, posted_from: str | None, record: CheckedRecord
) -> Iterator[Problem]:
    """Yield what La Poste's machines cannot read, for mail to France and from it."""
    if "FR" not in (recipient.country, posted_from):
        return
    most = _FRENCH_LINES + (recipient.country != posted_from)
    if len(lines) > most:
        yield record.problem(
            "french-address",
            f"the address of {record} takes {len(lines)} lines, but La Poste reads only {most}.",
            "join lines, for example organisation and department.",
            ("address",),
            "warning",
        )
    for line in lines:
        if len(line) > _FRENCH_CHARACTERS:
            yield record.problem(
                "french-address",
                f"a line in the address of {record} has {len(line)} characters, but La Poste reads only "
                f"{_FRENCH_CHARACTERS}.",
                "shorten it, or break it into two items.",
                _way(recipient, line),
                "warning",
            )


def _tight(
    one: AddressedRecipient, sheet: Stationery, record: RecordOf, *, is_certain: bool
) -> Iterator[Problem]:
    recipient = one.recipient
    told = record("recipient", recipient.id)
    yield from run_over(one.lines, sheet, told, recipient)
    if problem := too_long(one.lines, sheet, of=str(told)):
        # Not all senders post on this sheet, or it goes another way; a letter posted so is refused.
        is_meant = is_certain and recipient.channels[0] in _IN_WINDOWS
        severity = problem.severity if is_meant else "warning"
        yield told.problem(problem.name, problem.message, problem.fix, ("address",), severity)
        return
    if not sheet.has_window:
        return
    if problem := sight.problem(sight.printed(one.lines, sheet, has_notation=False), sheet, str(told)):
        yield told.problem(problem.name, problem.message, problem.fix, ("address",), problem.severity)


def _roomy(sheet: Stationery) -> tuple[int, float]:
    """Return how many lines, and how wide at the largest, stay in sight without a closer look."""
    zone = sheet.recipient_zone
    width = min([zone.right, *(safe.zone.right for safe in sheet.safe_zones)]) - zone.left
    lines = 0
    while lines < 12:
        more = ("x",) * (lines + 1)
        ink = sight.printed(more, sheet, has_notation=False)
        if too_long(more, sheet, of="") or sight.hidden_in(ink, sheet):
            break
        lines += 1
    return lines, width


def _stationeries(campaign: Campaign) -> list[Stationery]:
    """Return the sheets that the campaign would use."""
    if campaign.settings.stationery:
        return [Stationeries.of(campaign).get(campaign.settings.stationery)]
    return list(dict.fromkeys(map(sheets.for_country, _countries(campaign))))


def _countries(campaign: Campaign) -> list[str | None]:
    """Return the country of posting: the settings', the default sender's, or any sender's."""
    settings = campaign.settings
    if settings.posted_from:
        return [settings.posted_from]
    if settings.sender and campaign.holds("sender", settings.sender):
        return [campaign.sender(settings.sender).country]
    return list(dict.fromkeys([one.country for one in campaign.senders]))


def _way(recipient: Recipient, line: str) -> Way:
    """Return where a line of the address stands in the record."""
    for name in ("address", "organisation"):
        if line in getattr(recipient, name):
            return (name, getattr(recipient, name).index(line))
    single = ("title", "envelope_name", "attention", "care_of")
    named = (name for name in single if (getattr(recipient, name) or "\0") in line)
    return (next(named, "name"),)
