"""From the options of a mailing to its plan."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.cli.choosing import MissingOptionError, case_for, date_for, pick_recipients, pick_senders
from lettergen.errors import InputProblems, Problem

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.mailing.plan import Plan
    from lettergen.mailing.workshop import Terms

__all__ = ["Mailing", "folder_for", "mailing_for", "terms_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """A mailing as the command line asks for it."""

    template: str
    to: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    sender_tags: tuple[str, ...] = ()
    everybody: bool = False
    """All senders sign."""
    case: str | None = None
    on: date | None = None
    even_so: bool = False
    """Also after the last day of the case."""


def mailing_for(campaign: "Campaign", wanted: Mailing) -> tuple[str, "Plan"]:
    """Return the title of the letter and the plan of the mailing.

    Raises:
        UnknownName: An id or a tag is not in the files.
        MissingOptionError: It is not said to whom or from whom.
        InputProblems: Every letter would be skipped, or the last day of the case has passed.
    """
    from lettergen.letters.checks import refuse_if_late
    from lettergen.letters.templates import catalogue, languages_of, open_template
    from lettergen.mailing.plan import plan

    template = open_template(wanted.template, campaign.template_folders)
    recipients = pick_recipients(campaign, wanted.to, wanted.tags)
    if not recipients and template.addressee == "required":
        raise MissingOptionError(
            [
                Problem(
                    "missing-to",
                    f"the template `{template.name}` needs addressees.",
                    "add `--to ID` or `--tag TAG`; `lettergen recipients` lists both.",
                )
            ]
        )
    case = case_for(campaign, template, wanted.case)
    on = date_for(campaign, wanted.on)
    if case and not wanted.even_so:
        refuse_if_late(case, campaign, on)
    folders = campaign.template_folders
    spoken = campaign.languages_of(case.id) if case else languages_of(template.name, folders)
    planned = plan(
        template,
        recipients=recipients,
        senders=pick_senders(campaign, wanted.senders, wanted.sender_tags, everybody=wanted.everybody),
        case_id=case.id if case else None,
        on=on,
        editions=[one for one in catalogue(folders)[0] if one.language in spoken],
    )
    if not planned.orders:
        raise InputProblems(_nothing_to_do(reason) for reason in {one.reason for one in planned.skipped})
    return template.title, planned


def terms_for(
    campaign: "Campaign",
    formats: tuple[str, ...],
    stationery: str | None,
    *,
    combined: bool,
    even_so: bool = False,
) -> "Terms":
    """Return what holds for every letter of a mailing.

    Raises:
        UnknownName: A format or the stationery does not exist.
    """
    from lettergen.mailing.workshop import Terms

    terms = Terms(
        folder=campaign.folder, formats=formats, stationery=stationery, combined=combined, even_so=even_so
    )
    terms.check()
    return terms


def folder_for(campaign: "Campaign", outbox: Path | None) -> Path:
    """Return the outbox: as asked, which counts from here, or as set, which counts from the campaign."""
    return outbox or campaign.folder / campaign.settings.outbox


def _nothing_to_do(reason: str) -> Problem:
    return Problem(
        "nothing-to-write",
        f"no letter can be written: {reason}.",
        "choose other recipients, or write the template in a language that they read.",
    )
