"""Checks for what would make a letter wrong, embarrassing or dangerous although it can be written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from lettergen.errors import InputProblems, LettergenError, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case
from lettergen.letters.assemble import LetterFacts, assemble, audiences_of
from lettergen.letters.checks import (
    content,
    dates,
    enclosures,
    languages,
    opening_and_closing,
    practice,
    prose,
    relatives,
    wording,
)
from lettergen.letters.checks import facts as of_facts
from lettergen.letters.letter import Letter
from lettergen.letters.privacy import disclosure
from lettergen.letters.template.templates import Template

__all__ = [
    "CHECKS",
    "Check",
    "check_campaign",
    "check_letter",
    "check_pages",
    "perhaps_named",
    "refuse_if_late",
    "stopped",
]

Check = Callable[[Template, LetterFacts, Letter], Iterator[Problem]]
NEEDS_INSISTENCE = frozenset({"past-send-before"})
"""Warnings that stop a letter unless `--even-so` is given."""


def check_campaign(campaign: Campaign, templates: Sequence[Template], *, today: date) -> tuple[Problem, ...]:
    """Return the problems of the facts and of each template's sample letter."""
    found = [*of_facts.check(campaign, templates, today=today)]
    for case in (*campaign.cases, *campaign.translations):
        found += disclosure.in_case(case, campaign)
        found += relatives.check(case, campaign)
    told = {(problem.name, problem.message) for problem in found}
    # What was told of a record at its own place is not told again for each letter.
    letters = (problem for template in templates for problem in _sample(template, campaign, today))
    found += (one for one in letters if one.excerpt or (one.name, one.message) not in told)
    return tuple(found)


def _of_template(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:  # noqa: ARG001
    yield from languages.check(template, facts)
    yield from practice.check(template, facts)


def _of_dates(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:  # noqa: ARG001
    yield from dates.of_letter(facts)


def perhaps_named(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield words of a letter that may be the name of somebody who is not cleared for its readers."""
    audiences = audiences_of(template, facts.recipient)
    yield from disclosure.perhaps_in_letter(letter, template, facts, audiences)


CHECKS: tuple[Check, ...] = (
    _of_template,
    _of_dates,
    content.persons,
    content.time_and_place,
    content.demands,
    content.address,
    content.reply,
    content.own_words,
    opening_and_closing.check,
    practice.notation,
    practice.over_word_limit,
    wording.left_open,
    wording.style,
    prose.stops_and_capitals,
    prose.courtesy,
    prose.introduction,
    prose.tense,
    perhaps_named,
    enclosures.check,
)
"""The checks of a finished letter, in order; each is independent."""


def check_letter(template: Template, facts: LetterFacts, letter: Letter) -> tuple[Problem, ...]:
    """Return what is wrong with one finished letter."""
    return tuple(dict.fromkeys(problem for check in CHECKS for problem in check(template, facts, letter)))


def check_pages(template: Template, pages: int) -> tuple[Problem, ...]:
    """Return what is wrong with the number of pages that a letter takes."""
    return tuple(practice.over_one_page(template, pages))


def stopped(problems: Iterable[Problem], *, even_so: bool) -> tuple[Problem, ...]:
    """Return the problems of a letter about to be written; without `--even-so`, some warnings are errors."""
    return tuple(
        replace(problem, severity="error") if problem.name in NEEDS_INSISTENCE and not even_so else problem
        for problem in problems
    )


def refuse_if_late(case: Case, campaign: Campaign, on: date) -> None:
    """Refuse a mailing before its first letter if the case's last day has passed.

    Raises:
        InputProblems: It has.
    """
    late = stopped(practice.deadline(case, campaign, on), even_so=False)
    if late:
        raise InputProblems(late)


def _sample(template: Template, campaign: Campaign, today: date) -> tuple[Problem, ...]:
    """Write the template's sample letter, if the campaign has its data, and return its problems."""
    sample = template.sample
    if sample.sender is None or not campaign.holds("sender", sample.sender):
        return ()
    if sample.to and not campaign.holds("recipient", sample.to):
        return ()
    if sample.case and not campaign.holds("case", sample.case):
        return ()
    facts = LetterFacts(
        campaign=campaign,
        sender=campaign.sender(sample.sender),
        recipient=campaign.recipient(sample.to) if sample.to else None,
        case=campaign.case(sample.case, template.language) if sample.case else None,
        on=sample.on or campaign.settings.date or today,
    )
    try:
        letter = assemble(template, facts)
    except LettergenError as fault:
        return fault.problems
    return check_letter(template, facts, letter)
