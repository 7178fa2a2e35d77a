"""From the options of a mailing, and its file, to its plan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lettergen.cli.choosing import MissingOptionError, case_for, date_for, pick_recipients, pick_senders
from lettergen.errors import InputProblems, LettergenError, Place, Problem, UnknownName

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.mailing import MailingFile, RecipientChoice, SenderChoice
    from lettergen.facts.model import Recipient, Sender
    from lettergen.letters.templates import Template
    from lettergen.mailing.ledger import Ledger
    from lettergen.mailing.plan import Arrangement, Plan, Wishes
    from lettergen.mailing.volumes import Files
    from lettergen.mailing.workshop import Terms

__all__ = [
    "Choice",
    "Mailing",
    "check_mailing",
    "folder_for",
    "from_file",
    "mailing_file",
    "mailing_for",
    "terms_for",
]

Person = TypeVar("Person", "Recipient", "Sender")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Some of the recipients or senders: those named, then narrowed."""

    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    everybody: bool = False
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Say whether nobody is named."""
        return not (self.ids or self.tags or self.everybody)

    @property
    def narrows(self) -> bool:
        """Say whether some are left out of those named."""
        return bool(self.countries or self.languages or self.offices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """A mailing as the command line and the mailing's file ask for it."""

    name: str = ""
    templates: tuple[str, ...] = ()
    recipients: Choice = Choice()
    senders: Choice = Choice()
    case: str | None = None
    on: date | None = None
    channels: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    per_sender: int | None = None
    per_recipient: int | None = None
    arrangement: "Arrangement | None" = None
    stationery: str | None = None
    volume_size: int | None = None
    files: "Files | None" = None
    even_so: bool = False
    """Also after the last day of the case."""
    again: bool = False
    """Also what another mailing has written already."""


def mailing_file(campaign: "Campaign", path: Path | None, *, is_wanted: bool) -> "MailingFile | None":
    """Return the mailing's file: as named, else the campaign's own where no template is named.

    Raises:
        InputProblems: Something in it does not fit.
        MissingOptionError: Neither a template nor a file says what to write.
    """
    from lettergen.facts.mailing import MAILING_FILE, read

    own = campaign.folder / MAILING_FILE
    if path is not None:
        return read(path, campaign.folder)
    if not is_wanted:
        return None
    if own.exists():
        return read(own, campaign.folder)
    raise MissingOptionError(
        [
            Problem(
                "missing-template",
                "it is not said which letter to write.",
                f"name a template (`lettergen templates` lists them), or write a `{MAILING_FILE}`.",
            )
        ]
    )


def check_mailing(campaign: "Campaign") -> tuple[Problem, ...]:
    """Return what keeps the campaign's own mailing from being made, if it has a file for one."""
    from lettergen.facts.mailing import MAILING_FILE, read

    path = campaign.folder / MAILING_FILE
    if not path.exists():
        return ()
    try:
        wanted = from_file(read(path, campaign.folder), Mailing())
        terms_for(campaign, wanted)
        mailing_for(campaign, wanted)
    except MissingOptionError:
        pass  # what the file leaves open can stand on the command line
    except LettergenError as fault:
        return tuple(replace(one, place=one.place or Place(str(path), 1)) for one in fault.problems)
    return ()


def from_file(given: "MailingFile", wanted: Mailing) -> Mailing:
    """Return a mailing as its file says, but for what the command line says otherwise."""
    return replace(
        wanted,
        name=wanted.name or given.name or "",
        templates=wanted.templates or given.templates,
        recipients=_choice(given.recipients, given.recipients.offices, wanted.recipients),
        senders=_choice(given.senders, (), wanted.senders),
        case=wanted.case or given.case,
        on=wanted.on or given.date,
        channels=wanted.channels or given.channels,
        formats=wanted.formats or given.formats,
        per_sender=wanted.per_sender or given.quotas.per_sender,
        per_recipient=wanted.per_recipient or given.quotas.per_recipient,
        arrangement=wanted.arrangement or given.order,
        stationery=wanted.stationery or given.stationery,
        volume_size=wanted.volume_size or given.volume_size,
        files=wanted.files or given.files,
    )


def _choice(given: "RecipientChoice | SenderChoice", offices: tuple[str, ...], wanted: Choice) -> Choice:
    """Return whom the command line names, else whom the file does; it may narrow them further."""
    if not wanted.is_open:
        return wanted
    return Choice(
        ids=given.ids,
        tags=given.tags,
        everybody=given.all,
        countries=wanted.countries or given.countries,
        languages=wanted.languages or given.languages,
        offices=wanted.offices or offices,
    )


def mailing_for(campaign: "Campaign", wanted: Mailing, ledger: "Ledger | None" = None) -> tuple[str, "Plan"]:
    """Return the title of the letter and the plan of the mailing.

    Args:
        campaign: The campaign.
        wanted: What is asked for.
        ledger: Knows what other mailings have written, which is left out.

    Raises:
        UnknownName: An id, a tag or a channel is not known.
        MissingOptionError: It is not said to whom or from whom.
        InputProblems: Every letter would be skipped, quotas cannot be met, or the
            last day of the case has passed.
    """
    from lettergen.letters.disclosure import in_name
    from lettergen.letters.templates import open_template
    from lettergen.mailing.channels import refuse_unknown_channels
    from lettergen.mailing.plan import joined

    refuse_unknown_channels(wanted.channels)
    if problems := list(in_name(wanted.name, campaign, date_for(campaign, wanted.on))):
        raise InputProblems(problems)
    templates = [open_template(name, campaign.template_folders) for name in wanted.templates]
    recipients = _recipients(campaign, wanted.recipients)
    senders = _senders(campaign, wanted.senders)
    parts = [_part(campaign, template, recipients, senders, wanted) for template in templates]
    title = wanted.name
    planned = joined(parts, title)
    if ledger is not None and not wanted.again:
        pairs = ((one.recipient_id, one.sender_id, one.template) for one in planned.orders)
        written = ledger.already_written(pairs, besides=planned.name)
        if written:
            parts = [
                _part(campaign, template, recipients, senders, wanted, written=written)
                for template in templates
            ]
            planned = joined(parts, title)
    if not planned.orders:
        raise InputProblems(map(_nothing_to_do, dict.fromkeys(one.reason for one in planned.skipped)))
    return ", ".join(template.title for template in templates), planned


def _part(
    campaign: "Campaign",
    template: "Template",
    recipients: Sequence["Recipient"],
    senders: Sequence["Sender"],
    wanted: Mailing,
    *,
    written: frozenset[tuple[str | None, str, str]] = frozenset(),
) -> "Plan":
    from lettergen.letters.checks import refuse_if_late
    from lettergen.letters.templates import catalogue, languages_of
    from lettergen.mailing.plan import plan

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
    return plan(
        template,
        recipients=recipients,
        senders=senders,
        case_id=case.id if case else None,
        on=on,
        editions=[one for one in catalogue(folders, template.name)[0] if one.language in spoken],
        wishes=_wishes(wanted, written),
    )


def _wishes(wanted: Mailing, written: frozenset[tuple[str | None, str, str]]) -> "Wishes":
    from lettergen.mailing.plan import Wishes
    from lettergen.mailing.quotas import Quotas

    quotas = Quotas(per_sender=wanted.per_sender, per_recipient=wanted.per_recipient)
    return Wishes(
        channels=wanted.channels,
        quotas=quotas or None,
        arrangement=wanted.arrangement or "recipient",
        written=written,
    )


def _recipients(campaign: "Campaign", choice: Choice) -> tuple["Recipient", ...]:
    is_all = choice.everybody or (choice.is_open and choice.narrows)
    found = campaign.recipients if is_all else pick_recipients(campaign, choice.ids, choice.tags)
    return _narrowed(
        found,
        "recipient",
        (
            ("country", choice.countries, lambda one: {one.country or ""}),
            ("office", choice.offices, lambda one: {one.office or ""}),
            ("language", choice.languages, lambda one: set(one.languages)),
        ),
    )


def _senders(campaign: "Campaign", choice: Choice) -> tuple["Sender", ...]:
    is_all = choice.everybody or (choice.is_open and choice.narrows)
    found = pick_senders(campaign, choice.ids, choice.tags, everybody=is_all)
    return _narrowed(
        found,
        "sender",
        (
            ("country", choice.countries, lambda one: {one.country or ""}),
            ("language", choice.languages, lambda one: {one.language}),
        ),
    )


def _narrowed(
    people: Sequence[Person],
    what: str,
    limits: Sequence[tuple[str, tuple[str, ...], Callable[[Person], set[str]]]],
) -> tuple[Person, ...]:
    """Return those of the people who are within all limits.

    Raises:
        UnknownName: Nobody is.
    """
    left: Sequence[Person] = people
    for of, wanted, had in limits:
        if not wanted:
            continue
        before, left = left, [one for one in left if had(one) & set(wanted)]
        if before and not left:
            there = sorted({name for one in before for name in had(one)} - {""})
            listed = ", ".join(f"`{name}`" for name in there) or "none"
            asked = " or ".join(f"`{name}`" for name in wanted)
            message = f"no {what} of those chosen has the {of} {asked}."
            raise UnknownName(
                [Problem("nobody-chosen", message, f"choose another {of}; they have {listed}.")]
            )
    return tuple(left)


def terms_for(campaign: "Campaign", wanted: Mailing) -> "Terms":
    """Return what holds for every letter of a mailing.

    Raises:
        UnknownName: A format or the stationery does not exist.
    """
    from lettergen.mailing.workshop import Terms

    terms = Terms(
        folder=campaign.folder, formats=wanted.formats, stationery=wanted.stationery, even_so=wanted.even_so
    )
    terms.check()
    return terms


def folder_for(campaign: "Campaign", outbox: Path | None) -> Path:
    """Return the outbox: as asked, which counts from here, or as set, which counts from the campaign."""
    return outbox or campaign.home / campaign.settings.outbox


def _nothing_to_do(reason: str) -> Problem:
    from lettergen.mailing.plan import ALREADY

    if reason == ALREADY:
        fix = "add `--again` if it is to be written once more, or choose other recipients or senders."
    elif reason.startswith("this sender"):
        fix = "choose other senders."
    elif reason.startswith("the sender"):
        fix = "add it to the senders' entries, or choose other senders."
    elif reason.startswith("the recipient"):
        fix = "add it to the recipients' entries, or choose other recipients."
    else:
        fix = "choose other recipients, or write the template in a language that they read."
    return Problem("nothing-to-write", f"no letter can be written: {reason}.", fix)
