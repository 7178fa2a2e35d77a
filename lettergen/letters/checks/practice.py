"""What experience with appeals asks of a letter: the right office, in time, on firm ground."""

from collections.abc import Iterator

from lettergen.errors import LettergenError, Problem
from lettergen.facts.model import Case, Recipient
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.templates import Template
from lettergen.reference import law

__all__ = ["check"]

STALE_AFTER_DAYS = 180
"""An address that nobody has looked at for half a year is worth a look before posting."""


def check(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield what is wrong with one letter."""
    recipient, case = facts.recipient, facts.case
    if recipient:
        yield from _suits(template, recipient, facts)
        yield from _tenure(recipient, facts)
    if recipient and recipient.state and case:
        yield from _treaties(case, recipient.state, facts)
    if case:
        yield from _deadline(case, facts)


def _deadline(case: Case, facts: LetterFacts) -> Iterator[Problem]:
    if case.send_before and facts.on > case.send_before:
        yield Problem(
            "past-send-before",
            f"`{case.id}` is to be sent before {case.send_before}; the letter is dated {facts.on}.",
            "ask whether the appeal still makes sense, or renew `send_before:`.",
            facts.campaign.places.get(("case", case.id)),
            "warning",
        )


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
