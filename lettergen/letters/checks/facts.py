"""Facts that contradict each other, the reference or the calendar."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient
from lettergen.reference import law, protocol

__all__ = ["check"]


def check(campaign: Campaign, *, today: date) -> Iterator[Problem]:
    """Yield what is wrong with the facts, whatever letter they go into."""
    for recipient in campaign.recipients:
        yield from _offices(recipient, campaign)
    for case in campaign.cases:
        yield from _legal_bases(case, campaign)


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
