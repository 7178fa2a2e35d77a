"""Checks for what sheet, envelope, fonts and printer cannot show, before and after setting the pages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lettergen.errors import Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.value_places import ValuePlaces
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template
from lettergen.pages.checks import addresses, characters, pictures
from lettergen.pages.layout.stationeries import Stationeries
from lettergen.pages.typefaces import fonts
from lettergen.reference.stationery import Stationery

__all__ = ["check_campaign", "check_letter", "placed"]

_OF_THE_ADDRESS = frozenset({"address-on-envelope", "address-too-long", "address-out-of-sight"})
_OF_THE_PICTURE = frozenset(
    {"missing-picture", "picture-too-large", "unreadable-picture", "unusable-drawing"}
)


def check_campaign(campaign: Campaign, templates: Sequence[Template], *, today: date) -> tuple[Problem, ...]:
    """Return problems of the pages that can be found before any is set, without a typesetter.

    Every recipient is put on the sheet that the campaign would use, and every
    text is held against the fonts.
    """
    value_places = ValuePlaces(campaign.places, campaign.folder, campaign.columns)
    folders = tuple(campaign.folder / name for name in campaign.settings.fonts)

    def record(kind: str, name: str) -> CheckedRecord:
        return CheckedRecord(kind, name, campaign, value_places)

    languages = frozenset(template.language for template in templates)
    everybody = addresses.addressed(campaign, languages, today)
    found = (
        *_fonts(campaign, fonts.problems(folders)),
        *Stationeries.of(campaign).problems(),
        *addresses.check(everybody, campaign, record),
        *characters.check(everybody, campaign, templates, record, fonts.missing_among(folders)),
        *pictures.check(campaign, record),
    )
    return tuple(dict.fromkeys(found))


def check_letter(letter: Letter, facts: LetterFacts, stationery: Stationery) -> tuple[Problem, ...]:
    """Return what is wrong with the address of one letter on its sheet, if it goes in an envelope."""
    if facts.recipient is None or not letter.inside_address or facts.channel in addresses.WITHOUT_ENVELOPE:
        return ()
    record = CheckedRecord("recipient", facts.recipient.id, facts.campaign)
    lines, has_notation = letter.inside_address, bool(letter.mailing_notation)
    return (
        *addresses.run_over(lines, stationery, record, facts.recipient, has_notation=has_notation),
        *addresses.french(lines, facts.recipient, facts.posting_country, record),
    )


def placed(
    problems: Sequence[Problem], letter: Letter, template: Template, facts: LetterFacts
) -> tuple[Problem, ...]:
    """Point what the typesetter found in one letter at the record or the words it comes from.

    What only a window would hide is left out where the letter goes without an envelope.
    """
    is_free = facts.channel in addresses.WITHOUT_ENVELOPE
    told = [one for one in problems if one.is_error or not (is_free and one.name in _OF_THE_ADDRESS)]
    return tuple(one if one.place else _placed(one, letter, template, facts) for one in told)


def _placed(problem: Problem, letter: Letter, template: Template, facts: LetterFacts) -> Problem:
    places = facts.campaign.places
    if problem.name in _OF_THE_ADDRESS and facts.recipient:
        return replace(problem, place=places.get(("recipient", facts.recipient.id)))
    if problem.name in _OF_THE_PICTURE:
        return replace(problem, place=places.get(("sender", facts.sender.id)))
    if problem.name == "missing-glyph":
        return characters.pointed(problem, letter, template, facts)
    if problem.name == "too-many-sheets":
        return replace(problem, place=Place(template.file, 1))
    return problem


def _fonts(campaign: Campaign, found: Sequence[Problem]) -> Iterator[Problem]:
    for problem in found:
        yield replace(problem, place=Place(str(campaign.folder / "lettergen.toml")))
