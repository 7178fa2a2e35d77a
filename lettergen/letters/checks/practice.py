"""Rules from experience with appeals: the right office, in time, on firm legal ground."""

import re
from collections.abc import Iterator
from datetime import date

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient
from lettergen.letters.checks import tenure
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template
from lettergen.reference import address, law
from lettergen.reference import language as words
from lettergen.reference.public_holidays import public_holiday

__all__ = ["check", "deadline", "notation", "over_one_page", "over_word_limit"]

ONE_PAGE = frozenset({"protest", "appeal", "plea", "letter"})
"""Letters that one person reads; petitions, questions and statements are different."""
# Chinese and Japanese writers count characters; elsewhere a word may have an apostrophe or a hyphen in it.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:[’'\-\u2011.,][^\W_]+)*")


def check(template: Template, facts: LetterFacts) -> Iterator[Problem]:
    """Yield what is wrong with one letter before its words are looked at."""
    recipient, case = facts.recipient, facts.case
    if recipient:
        yield from _suits(template, recipient, facts)
        record = CheckedRecord("recipient", recipient.id, facts.campaign)
        yield from tenure.check(recipient, record, on=facts.on)
    if recipient and recipient.state and case:
        yield from _treaties(case, recipient.state, facts)
    if case:
        yield from deadline(case, facts.campaign, facts.on)
    if recipient:
        yield from _on_holidays(recipient, facts)


def deadline(case: Case, campaign: Campaign, on: date) -> Iterator[Problem]:
    """Yield a problem for a letter that is dated later than its case allows."""
    if case.send_before and on > case.send_before:
        places = campaign.places
        yield Problem(
            "past-send-before",
            f"the case `{case.id}` has `send_before: {case.send_before}`, but the letter is dated {on}.",
            "ask whether the appeal still helps and does no harm; renew `send_before:`, or add `--even-so`.",
            places.get(("case/field", f"{case.stem}/send_before"), places.get(("case", case.stem))),
            "warning",
        )


def _on_holidays(recipient: Recipient, facts: LetterFacts) -> Iterator[Problem]:
    """Yield a problem for each day on which the recipient's office has to be open, and is closed."""
    case, places = facts.case, facts.campaign.places
    of_recipient = places.get(("recipient", recipient.id))
    wanted = []
    if facts.channel == "hand":
        wanted.append((facts.on, "the letter is to be handed over on", of_recipient))
    if case and case.send_before and facts.on <= case.send_before:
        place = places.get(("case/field", f"{case.stem}/send_before"), of_recipient)
        wanted.append((case.send_before, "the last day to send it (`send_before`) is", place))
    for day, what, place in wanted:
        if name := public_holiday(day, recipient.country):
            country = address.country_name(recipient.country or "", "en")
            yield Problem(
                "public-holiday",
                f"{what} {day}, a public holiday in {country}: {name}.",
                "choose a day on which the office is open, or let the letter arrive before.",
                place,
                "warning",
            )


def over_one_page(template: Template, pages: int) -> Iterator[Problem]:
    """Yield a problem for a letter of several pages whose template does not allow for that.

    Args:
        template: Where `sheets` is set, that is the limit, and the typesetter keeps it.
        pages: How many the letter takes, without what is enclosed.
    """
    if pages > 1 and template.sheets is None and template.kind in ONE_PAGE:
        yield Problem(
            "over-one-page",
            f"a letter of the template `{template.name}` takes {pages} pages.",
            f"shorten it to one page, or set `sheets: {pages}` if it has to be that long.",
            Place(template.file, 1),
            "warning",
        )


def over_word_limit(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield a problem for a letter of more words than its template allows."""
    if template.words is None:
        return
    count = sum(len(WORD.findall(text)) for text in letter.body_texts())
    if count > template.words.most:
        shorter = "shorten the case's texts" if facts.case else "shorten the template"
        yield Problem(
            "too-many-words",
            f"the letter has {count} words between opening and closing; `{template.name}` allows "
            f"{template.words.most}.",
            f"{shorter}{' or the own words of the sender' if facts.sender.own_words else ''}, "
            "or raise `words: {most: …}` if its reader takes more.",
            Place(template.file, 1),
        )


def notation(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield unchosen notations that are wrong for ordinary post."""
    if facts.channel != "post" or facts.notation:
        return
    for told in filter(words.is_of_a_channel, letter.mailing_notation):
        parts = template.parts.get("mailing_notation")
        yield Problem(
            "notation-of-another-way",
            f"letters of `{template.name}` say `{told}`, but these go by ordinary post.",
            "add that channel to the recipients' `channels:`, or choose it: `lettergen batch … --channel`; "
            "or add `--notation post` to print none.",
            Place(template.file, parts[0].line) if parts else None,
            "warning",
        )


def _suits(template: Template, recipient: Recipient, facts: LetterFacts) -> Iterator[Problem]:
    if template.offices and recipient.office and recipient.office not in template.offices:
        suited = ", ".join(f"`{office}`" for office in template.offices)
        yield Problem(
            "office-not-suited",
            f"`{template.name}` is written for {suited}, but `{recipient.id}` is `{recipient.office}`.",
            "read the letter carefully, or choose another template.",
            facts.campaign.places.get(("recipient", recipient.id)),
            "warning",
        )


def _treaties(case: Case, state: str, facts: LetterFacts) -> Iterator[Problem]:
    for basis in case.legal_basis:
        try:
            status = law.party_status(basis.key, state, facts.on, facts.campaign.treaties)
        except LettergenError:
            continue
        if status.standing in ("not-a-party", "signed"):
            yield Problem(
                "not-a-party",
                f"the case `{case.id}` relies on `{basis.key}`, which does not bind {state} on {facts.on}.",
                "rely on the Universal Declaration or on custom for this State, or leave the treaty out.",
                facts.campaign.places.get(("case", case.id)),
                "warning",
            )
