"""What would make a letter wrong, embarrassing or dangerous although it can be written."""

from collections.abc import Sequence
from datetime import date

from lettergen.errors import LettergenError, Problem
from lettergen.facts.campaign import Campaign
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.checks import facts as of_facts
from lettergen.letters.checks import practice
from lettergen.letters.letter import Letter
from lettergen.letters.templates import Template

__all__ = ["check_campaign", "check_letter"]


def check_campaign(campaign: Campaign, templates: Sequence[Template], *, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with the facts as a whole and with each template's sample letter."""
    return (
        *of_facts.check(campaign, today=today),
        *(problem for template in templates for problem in _sample(template, campaign, today)),
    )


def check_letter(template: Template, facts: LetterFacts, letter: Letter) -> tuple[Problem, ...]:
    """Return what is wrong with one finished letter."""
    return tuple(practice.check(template, facts, letter))


def _sample(template: Template, campaign: Campaign, today: date) -> tuple[Problem, ...]:
    """Write the template's sample letter, if the campaign has its data, and tell what stops it."""
    sample = template.sample
    recipients = {one.id: one for one in campaign.recipients}
    senders = {one.id: one for one in campaign.senders}
    cases = {one.id: one for one in campaign.cases}
    if sample.sender not in senders or (sample.to and sample.to not in recipients):
        return ()
    if sample.case and sample.case not in cases:
        return ()
    facts = LetterFacts(
        campaign=campaign,
        sender=senders[sample.sender],
        recipient=recipients[sample.to] if sample.to else None,
        case=cases[sample.case] if sample.case else None,
        on=sample.on or campaign.settings.date or today,
    )
    try:
        letter = assemble(template, facts)
    except LettergenError as fault:
        return fault.problems
    return check_letter(template, facts, letter)
