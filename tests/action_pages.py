"""Campaigns with action pages, and the letters that lettergen writes for the same people."""

from datetime import date
from pathlib import Path

from lettergen.api import MailingRequest, PartySelection, open_campaign
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Recipient, Sender
from lettergen.letters.letter import Letter
from lettergen.letters.series.series import LetterSeries
from lettergen.letters.template.templates import open_template
from lettergen.pages.mail import body

ROOT = Path(__file__).parent.parent
DAY = date(2006, 12, 1)


def page_of(
    folder: Path,
    template: str,
    case: str | None,
    *,
    to: PartySelection,
    on: date = DAY,
    last: date | None = None,
    fallback: str | None = None,
    also_to: tuple[str, ...] = (),
) -> str:
    """Return the page of a campaign."""
    wanted = MailingRequest(
        templates=(template,), recipients=to, case=case, on=on, fallback=fallback, also_to=also_to
    )
    return open_campaign(folder).page(wanted, last=last or on).html


def letter_of(
    campaign: Campaign,
    template: str,
    case: str | None,
    recipient: Recipient,
    sender: Sender,
    language: str,
    on: date = DAY,
) -> Letter:
    """Return the letter that lettergen writes for a sender who posts it at home."""
    series = LetterSeries(
        open_template(template, campaign.template_folders, [language]),
        campaign,
        case=campaign.case(case, language) if case else None,
        on=on,
        posted_from=sender.country,
        channel="post",
    )
    return series.letter(recipient, sender)[0]


def text_of(letter: Letter) -> str:
    """Return a letter as `lettergen mailto --copy` prints it."""
    return body.running(body.lines(letter))
