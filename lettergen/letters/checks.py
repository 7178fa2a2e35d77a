"""What would make a letter wrong or embarrassing although it can be written."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.templates import Template
from lettergen.reference import law, protocol

__all__ = ["check_campaign", "check_letter"]

STALE_AFTER_DAYS = 180
"""An address that nobody has looked at for half a year is worth a look before posting."""


def check_campaign(campaign: Campaign, templates: Sequence[Template], *, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with the facts as a whole and with each template's sample letter."""
    return (
        *(problem for recipient in campaign.recipients for problem in _offices(recipient, campaign)),
        *(problem for case in campaign.cases for problem in _legal_bases(case, campaign)),
        *(problem for template in templates for problem in _sample(template, campaign, today)),
    )


def _offices(recipient: Recipient, campaign: Campaign) -> Iterator[Problem]:
    place = campaign.places.get(("recipient", recipient.id))
    if recipient.office:
        try:
            protocol.form(recipient.office, "en")
        except LettergenError as fault:
            yield from (_at(problem, place) for problem in fault.problems)


def _legal_bases(case: Case, campaign: Campaign) -> Iterator[Problem]:
    place = campaign.places.get(("case", case.id))
    for basis in case.legal_basis:
        try:
            law.cite(basis.key, basis.articles)
            for article in basis.articles:
                law.statement(basis.key, article)
        except LettergenError as fault:
            yield from (_at(problem, place) for problem in fault.problems)


def _at(problem: Problem, place: Place | None) -> Problem:
    return problem if problem.place else replace(problem, place=place)


def _sample(template: Template, campaign: Campaign, today: date) -> Iterator[Problem]:
    """Write the template's sample letter, if the campaign has its data, and tell what stops it."""
    sample = template.sample
    recipients = {one.id: one for one in campaign.recipients}
    senders = {one.id: one for one in campaign.senders}
    cases = {one.id: one for one in campaign.cases}
    if sample.sender not in senders or (sample.to and sample.to not in recipients):
        return
    if sample.case and sample.case not in cases:
        return
    facts = LetterFacts(
        campaign=campaign,
        sender=senders[sample.sender],
        recipient=recipients[sample.to] if sample.to else None,
        case=cases[sample.case] if sample.case else None,
        on=sample.on or campaign.settings.date or today,
    )
    try:
        assemble(template, facts)
    except LettergenError as fault:
        yield from fault.problems
    yield from check_letter(template, facts)


def check_letter(template: Template, facts: LetterFacts) -> tuple[Problem, ...]:
    """Return warnings for one letter: office, tenure, age of the entry, treaties, deadline."""
    recipient, case = facts.recipient, facts.case
    problems: list[Problem] = []
    if recipient:
        problems += _suits(template, recipient, facts)
        problems += _tenure(recipient, facts)
    if recipient and recipient.state and case:
        problems += _treaties(case, recipient.state, facts)
    if case and case.send_before and facts.on > case.send_before:
        problems.append(
            Problem(
                "past-send-before",
                f"`{case.id}` is to be sent before {case.send_before}; the letter is dated {facts.on}.",
                "ask whether the appeal still makes sense, or renew `send_before:`.",
                facts.campaign.places.get(("case", case.id)),
                "warning",
            )
        )
    return tuple(problems)


def _suits(template: Template, recipient: Recipient, facts: LetterFacts) -> Iterator[Problem]:
    if template.offices and recipient.office and recipient.office not in template.offices:
        suited = ", ".join(f"`{office}`" for office in template.offices)
        yield Problem(
            "office-not-suited",
            f"`{template.name}` is written for {suited}; `{recipient.id}` is `{recipient.office}`.",
            "read the letter with care, or choose another template.",
            facts.campaign.places.get(("recipient", recipient.id)),
            "warning",
        )


def _tenure(recipient: Recipient, facts: LetterFacts) -> Iterator[Problem]:
    place = facts.campaign.places.get(("recipient", recipient.id))
    period = recipient.in_office
    if period and ((period.until and facts.on > period.until) or (period.from_ and facts.on < period.from_)):
        yield Problem(
            "not-in-office",
            f"`{recipient.id}` is not in office on the letter's date, {facts.on}.",
            "name the present holder, or take `name:` out and write to the office.",
            place,
            "warning",
        )
    checked = recipient.checked
    days = (facts.on - checked.on).days if checked else 0
    if days > STALE_AFTER_DAYS:
        yield Problem(
            "entry-not-checked",
            f"`{recipient.id}` was last checked {days} days before the letter's date.",
            "compare the entry with a current source and renew `checked:`.",
            place,
            "warning",
        )


def _treaties(case: Case, state: str, facts: LetterFacts) -> Iterator[Problem]:
    for basis in case.legal_basis:
        try:
            status = law.party_status(basis.key, state, facts.on)
        except LettergenError:
            continue
        if status.standing in ("not-a-party", "signed"):
            yield Problem(
                "not-a-party",
                f"the case `{case.id}` relies on `{basis.key}`, by which {state} is not bound on {facts.on}.",
                "rely on the Universal Declaration or on custom before this State, or leave the treaty out.",
                facts.campaign.places.get(("case", case.id)),
                "warning",
            )
