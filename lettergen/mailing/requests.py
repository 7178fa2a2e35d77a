"""From what is asked of a mailing, on the command line or in its file, to its plan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lettergen.errors import InputProblems, MissingOptionError, Place, Problem, UnknownName
from lettergen.mailing.nothing_to_write import nothing_to_write
from lettergen.mailing.selection import (
    case_for,
    date_for,
    editions_read,
    in_own_language,
    pick_recipients,
    pick_senders,
)

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.mailing_file import MailingFile, RecipientChoice, SenderChoice
    from lettergen.facts.model import Recipient, Sender
    from lettergen.ledger import Ledger
    from lettergen.letters.template.templates import Template
    from lettergen.mailing.correspondence import Recall
    from lettergen.outbox.volumes import Files, Outbox
    from lettergen.pages.fax.options import FaxOptions
    from lettergen.plan.orders import Arrangement, Plan, PlanOptions
    from lettergen.rendering.render_terms import RenderTerms

__all__ = [
    "MailingRequest",
    "PartySelection",
    "everybody_written_to",
    "folder_for",
    "from_file",
    "mailing_file",
    "mailing_for",
    "mailing_in",
    "outbox_for",
    "terms_for",
    "title_of",
]

Person = TypeVar("Person", "Recipient", "Sender")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySelection:
    """Some of the recipients or senders: those named, then narrowed."""

    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    everybody: bool = False
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    states: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Say whether nobody is named."""
        return not (self.ids or self.tags or self.everybody)

    @property
    def narrows(self) -> bool:
        """Say whether some are left out of those named."""
        return bool(self.countries or self.languages or self.offices or self.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingRequest:
    """A mailing as the command line and the mailing's file ask for it."""

    name: str = ""
    templates: tuple[str, ...] = ()
    recipients: PartySelection = PartySelection()
    senders: PartySelection = PartySelection()
    case: str | None = None
    on: date | None = None
    channels: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    ascii: bool = False
    """Text in ASCII alone."""
    per_sender: int | None = None
    per_recipient: int | None = None
    own_country: bool = False
    """Each sender writes to the recipients in the sender's own country."""
    fallback: str | None = None
    """The recipient for senders in whose country there is none."""
    also_to: tuple[str, ...] = ()
    """Recipients to whom every sender writes, whatever the country."""
    fax_first: int | None = None
    """So many letters to each recipient go by fax, the others by the other channels."""
    arrangement: "Arrangement | None" = None
    stationery: str | None = None
    volume_size: int | None = None
    files: "Files | None" = None
    unanswered: int | None = None
    """Only to those who have not answered a letter on the case for so many days, from those who wrote it."""
    even_so: bool = False
    """Also after the last day of the case."""
    again: bool = False
    """Include what another mailing has written already."""
    notation: str | None = None
    """A mailing notation instead of the channel's and the template's."""
    fax: "FaxOptions | None" = None
    """How faxes are made."""
    translation: str | None = None
    """The language of a courtesy translation behind each letter."""


def mailing_file(campaign: "Campaign", path: Path | None, *, is_wanted: bool) -> "MailingFile | None":
    """Return the mailing's file: the named one, or the campaign's own if no template is named.

    Raises:
        InputProblems: Something in it does not fit.
        MissingOptionError: Neither a template nor a file says what to write.
    """
    from lettergen.facts.mailing_file import MAILING_FILE, read

    own = campaign.folder / MAILING_FILE
    if path is not None:
        found = read(path, campaign.folder)
        if found.columns and path.resolve() != own.resolve():
            raise InputProblems([_columns_elsewhere(path)])
        return found
    if not is_wanted:
        return None
    if own.exists():
        return read(own, campaign.folder)
    raise MissingOptionError.of(
        "missing-template",
        "no template is given.",
        f"name a template (`lettergen templates` lists them), or write a `{MAILING_FILE}`.",
    )


def _columns_elsewhere(path: Path) -> Problem:
    return Problem(
        "columns-elsewhere",
        f"`columns` of {path.name} is not read, because tables are read before the mailing is chosen.",
        "move it to lettergen.toml, to mailing.yaml, or to `NAME.columns.toml` beside the table.",
        Place(str(path)),
    )


def from_file(given: "MailingFile", wanted: MailingRequest) -> MailingRequest:
    """Return the mailing of a file, with the command line's overrides."""
    return replace(
        wanted,
        name=wanted.name or given.name or "",
        templates=wanted.templates or given.templates,
        recipients=_choice(given.recipients, wanted.recipients),
        senders=_choice(given.senders, wanted.senders),
        case=wanted.case or given.case,
        on=wanted.on or given.date,
        channels=wanted.channels or given.channels,
        formats=wanted.formats or given.formats,
        ascii=wanted.ascii or given.ascii,
        per_sender=wanted.per_sender or given.quotas.per_sender,
        per_recipient=wanted.per_recipient or given.quotas.per_recipient,
        own_country=wanted.own_country or given.pair == "own-country",
        fallback=wanted.fallback or given.fallback,
        also_to=wanted.also_to or given.also_to,
        fax_first=wanted.fax_first or given.fax_first,
        unanswered=given.unanswered if wanted.unanswered is None else wanted.unanswered,
        arrangement=wanted.arrangement or given.order,
        stationery=wanted.stationery or given.stationery,
        volume_size=wanted.volume_size or given.volume_size,
        files=wanted.files or given.files,
        translation=wanted.translation or given.with_,
        fax=_fax(given, wanted),
    )


def _fax(given: "MailingFile", wanted: MailingRequest) -> "FaxOptions | None":
    from lettergen.pages.fax.options import FaxOptions

    return replace(wanted.fax or FaxOptions(), translation=True) if given.fax_translation else wanted.fax


def _choice(given: "RecipientChoice | SenderChoice", wanted: PartySelection) -> PartySelection:
    """Return those named on the command line, or else in the file; options may narrow them further."""
    if not wanted.is_open:
        return wanted
    return PartySelection(
        ids=given.ids,
        tags=given.tags,
        everybody=given.all,
        countries=wanted.countries or given.countries,
        languages=wanted.languages or given.languages,
        offices=wanted.offices or getattr(given, "offices", ()),
        states=wanted.states or getattr(given, "states", ()),
    )


def title_of(campaign: "Campaign", wanted: MailingRequest) -> str:
    """Return the titles of a mailing's templates."""
    from lettergen.letters.template.templates import open_template

    return ", ".join(open_template(name, campaign.template_folders).title for name in wanted.templates)


def mailing_for(
    campaign: "Campaign", wanted: MailingRequest, *, today: date | None, ledger: "Ledger | None" = None
) -> "Plan":
    """Return the plan of the mailing.

    Args:
        campaign: The campaign.
        wanted: The requested mailing.
        today: The date of letters that have none; None if they must have one.
        ledger: Knows what other mailings have written, which is left out.

    Raises:
        UnknownName: An id, a tag or a channel is not known.
        MissingOptionError: Recipients or senders are missing.
        InputProblems: Every letter would be skipped, quotas cannot be met, or the
            last day of the case has passed.
    """
    from lettergen.letters.privacy.disclosure import in_name
    from lettergen.letters.template.templates import open_template
    from lettergen.mailing.correspondence import Recall
    from lettergen.plan.channels import refuse_unknown_channels
    from lettergen.plan.orders import folder_name, joined

    refuse_unknown_channels(wanted.channels)
    templates = [open_template(name, campaign.template_folders) for name in wanted.templates]
    on = date_for(campaign, wanted.on, today)
    recall = Recall(campaign, ledger, on, besides=wanted.name or folder_name(wanted.templates, on))
    dues = recall.dues(templates, wanted.case, wanted.unanswered) if wanted.unanswered is not None else ()
    chosen = everybody_written_to(campaign, wanted), _senders(campaign, wanted)
    parties = recall.waiting(*chosen, dues, is_open=(wanted.recipients.is_open, wanted.senders.is_open))
    if wanted.name and (problems := list(in_name(wanted.name, campaign, on))):
        raise InputProblems(problems)
    part = partial(_part, campaign, parties=parties, wanted=wanted, on=on, recall=recall)
    planned = joined([part(template) for template in templates], wanted.name)
    if ledger is not None and not wanted.again:
        pairs = ((one.recipient_id, one.sender_id, one.template) for one in planned.orders)
        written = ledger.already_written(pairs, besides=planned.name)
        if dues:
            written = frozenset(one for one in written if not recall.has_gone(planned.orders, one))
        if written:
            planned = joined([part(template, written=written) for template in templates], wanted.name)
    if not planned.orders:
        reasons = dict.fromkeys((one.cause, one.reason) for one in planned.skipped)
        raise InputProblems(nothing_to_write(*reason) for reason in reasons)
    return recall.recalled(planned)


def _part(  # noqa: PLR0913 - what holds for all parts of a mailing
    campaign: "Campaign",
    template: "Template",
    *,
    parties: tuple[Sequence["Recipient"], Sequence["Sender"]],
    wanted: MailingRequest,
    on: date,
    recall: "Recall",
    written: frozenset[tuple[str | None, str, str]] = frozenset(),
) -> "Plan":
    from lettergen.letters.checks import refuse_if_late
    from lettergen.mailing.translations import edition_for, with_translations
    from lettergen.plan.orders import plan

    recipients, senders = parties
    if not recipients and template.addressee == "required":
        raise MissingOptionError.of(
            "missing-to",
            f"the template `{template.name}` needs addressees.",
            "add `--to ID` or `--tag TAG`; `lettergen recipients` lists both.",
        )
    case = case_for(campaign, template, wanted.case)
    is_due = recall.due(case.id if case else None, wanted.unanswered)
    if case and not wanted.even_so:
        refuse_if_late(case, campaign, on)
    if not recipients:
        template = in_own_language(campaign, template, case)
    planned = plan(
        template,
        recipients=recipients,
        senders=senders,
        case_id=case.id if case else None,
        on=on,
        editions=editions_read(campaign, template, case, recipients),
        plan_options=_plan_options(wanted, written, is_due),
    )
    if not wanted.translation:
        return planned
    edition = edition_for(campaign, template, case, wanted.translation)
    return with_translations(planned, edition, by_fax=bool(wanted.fax and wanted.fax.translation))


def _plan_options(
    wanted: MailingRequest,
    written: frozenset[tuple[str | None, str, str]],
    is_due: Callable[[str | None, str], bool] | None,
) -> "PlanOptions":
    from lettergen.plan.orders import PlanOptions
    from lettergen.plan.pairing import Pairing
    from lettergen.plan.quotas import Quotas

    quotas = Quotas(per_sender=wanted.per_sender, per_recipient=wanted.per_recipient)
    return PlanOptions(
        channels=wanted.channels,
        quotas=quotas or None,
        arrangement=wanted.arrangement or "recipient",
        written=written,
        is_due=is_due,
        pairing=Pairing(
            own_country=wanted.own_country, also_to=frozenset(wanted.also_to), fallback=wanted.fallback
        ),
        fax_first=wanted.fax_first,
    )


def everybody_written_to(campaign: "Campaign", wanted: MailingRequest) -> tuple["Recipient", ...]:
    """Return the chosen recipients, and those that pairing adds.

    Raises:
        UnknownName: One does not exist.
        MissingOptionError: There is a recipient for the others, and all write to the same.
    """
    if wanted.fallback and not wanted.own_country:
        fix = "add `--own-country`, or leave `--fallback` out."
        message = "`--fallback` is for senders in whose own country there is no recipient."
        raise MissingOptionError.of("missing-own-country", message, fix)
    added = [*wanted.also_to, *filter(None, [wanted.fallback])]
    chosen = _recipients(campaign, wanted.recipients, is_all=wanted.unanswered is not None)
    return tuple({one.id: one for one in (*chosen, *map(campaign.recipient, added))}.values())


def _recipients(campaign: "Campaign", choice: PartySelection, *, is_all: bool) -> tuple["Recipient", ...]:
    is_all = choice.everybody or (choice.is_open and (choice.narrows or is_all))
    found = campaign.recipients if is_all else pick_recipients(campaign, choice.ids, choice.tags)
    return _narrowed(
        found,
        "recipient",
        (
            ("country", choice.countries, lambda one: {one.country or ""}),
            ("office", choice.offices, lambda one: {one.office or ""}),
            ("language", choice.languages, lambda one: set(one.languages)),
            ("state", choice.states, lambda one: {one.state or ""}),
        ),
    )


def _senders(campaign: "Campaign", wanted: MailingRequest) -> tuple["Sender", ...]:
    choice = wanted.senders
    is_all = choice.everybody or (choice.is_open and (choice.narrows or wanted.unanswered is not None))
    found = pick_senders(campaign, choice.ids, choice.tags, everybody=is_all)
    return _narrowed(
        found,
        "sender",
        (
            ("country", choice.countries, lambda one: {one.country or ""}),
            ("language", choice.languages, lambda one: {one.language or "en"}),
        ),
    )


def _narrowed(
    people: Sequence[Person],
    what: str,
    limits: Sequence[tuple[str, tuple[str, ...], Callable[[Person], set[str]]]],
) -> tuple[Person, ...]:
    """Return the people who match all filters.

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
            message = f"none of the chosen {what}s has the {of} {asked}."
            raise UnknownName.of("nobody-chosen", message, f"choose one of these: {listed}.")
    return tuple(left)


def terms_for(campaign: "Campaign", wanted: MailingRequest) -> "RenderTerms":
    """Return the options that apply to every letter of a mailing.

    Raises:
        UnknownName: A format or the stationery does not exist.
        MissingOptionError: ASCII is asked for, and text is not.
    """
    from lettergen.pages.fax.options import FaxOptions
    from lettergen.rendering.render_terms import RenderTerms

    terms = RenderTerms(
        folder=campaign.folder,
        formats=wanted.formats,
        stationery=wanted.stationery,
        notation=wanted.notation,
        ascii=wanted.ascii,
        even_so=wanted.even_so,
        fax=wanted.fax or FaxOptions(),
    )
    terms.check()
    return terms


def outbox_for(
    campaign: "Campaign",
    wanted: MailingRequest,
    folder: Path | None = None,
    *,
    shard: tuple[int, int] = (1, 1),
    force: bool = False,
) -> "Outbox":
    """Return where a mailing is stored, and in which form.

    Raises:
        UnknownName: The share does not exist.
    """
    from lettergen.outbox.volumes import Outbox

    box = Outbox(folder=folder_for(campaign, folder), shard=shard, force=force)
    if wanted.volume_size:
        box = replace(box, volume_size=wanted.volume_size)
    if wanted.files:
        box = replace(box, files=wanted.files)
    box.check()
    return box


def folder_for(campaign: "Campaign", outbox: Path | None) -> Path:
    """Return the outbox: the option's, relative to here, or the settings', relative to the campaign."""
    return outbox or campaign.home / campaign.settings.outbox


def mailing_in(campaign: "Campaign", named: Path) -> Path:
    """Return the folder of a mailing that is named by its path, or by its name alone as the ledger does."""
    inside = folder_for(campaign, None) / named
    return inside if len(named.parts) == 1 and not named.exists() and inside.is_dir() else named
