"""From options to the campaign, the letter and the people they name."""

import gc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lettergen.cli.clock import today
from lettergen.cli.options import OneLetter
from lettergen.errors import ExitCode, InputProblems, LettergenError, Problem, UnknownName, did_you_mean

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.model import Case, Recipient, Sender
    from lettergen.letters.template.templates import Template
    from lettergen.outbox.manifest import Manifest
    from lettergen.plan.orders import Order
    from lettergen.rendering.renderer import Renderer

__all__ = [
    "MissingOptionError",
    "campaign_of",
    "case_for",
    "chosen_checks",
    "date_for",
    "manifest_of",
    "pick_recipients",
    "pick_senders",
]


class MissingOptionError(LettergenError):
    """The command line lacks a choice that cannot be guessed."""

    exit_code = ExitCode.USAGE


def folder_of(ctx: typer.Context) -> Path | None:
    """Return the folder of ``--folder``, or None for the current one."""
    folder = ctx.find_root().params.get("folder")
    return folder if isinstance(folder, Path) else None


def campaign_of(ctx: typer.Context, *, whole: bool = True) -> "Campaign":
    """Open the campaign.

    Args:
        ctx: Carries the global options.
        whole: Facts with errors stop the command.

    Raises:
        InputProblems: A file of the campaign has an error.
    """
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.yaml_reader import without_collector

    with without_collector():
        campaign = Campaign.open(folder_of(ctx))
        # Facts stay until the end; the collector need never look at them, nor touch what workers share.
        gc.freeze()
    if whole and any(problem.is_error for problem in campaign.problems):
        raise InputProblems(campaign.problems)
    return campaign


def renderer_for(
    ctx: typer.Context,
    wanted: OneLetter,
    *,
    channel: str = "",
    formats: tuple[str, ...] = (),
    stationery: str | None = None,
    even_so: bool = False,
) -> tuple["Renderer", "Order"]:
    """Return the renderer for the wanted letter, and the order for it.

    Args:
        ctx: Carries the global options.
        wanted: The letter.
        channel: The way it goes, where that is known; otherwise the recipient's first that can work.
        formats: What it is made into.
        stationery: Another sheet than the usual one.
        even_so: Also after the last day of the case.

    Raises:
        InputProblems: A file of the campaign has an error.
        UnknownName: An id is not in the files.
        MissingOptionError: A needed choice is missing.
    """
    from lettergen.rendering.renderer import Renderer, RenderTerms

    campaign, order = one_order(campaign_of(ctx), wanted, channel)
    terms = RenderTerms(folder=campaign.folder, formats=formats, stationery=stationery, even_so=even_so)
    terms.check()
    return Renderer(terms, campaign), order


def chosen_checks(select: Sequence[str], ignore: Sequence[str]) -> Callable[[str], bool]:
    """Return a predicate that says whether a check is shown.

    Raises:
        UnknownName: A name is not that of a check.
    """
    from lettergen.letters.catalogue import check

    def names(given: Sequence[str]) -> set[str]:
        words = (word.strip() for text in given for word in text.split(","))
        return {check(word).name for word in words if word}

    wanted, unwanted = names(select), names(ignore)
    return lambda name: (not wanted or name in wanted) and name not in unwanted


def hint_at_problems(campaign: "Campaign") -> None:
    """Say that records with errors are left out of a list."""
    from lettergen.console.terminal import say

    errors = sum(problem.is_error for problem in campaign.problems)
    if errors:
        say(
            f"{errors} problems in the files; entries with errors are left out. `lettergen check` shows them."
        )


def one_order(campaign: "Campaign", wanted: OneLetter, channel: str = "") -> tuple["Campaign", "Order"]:
    """Return the order for one letter, and the campaign that has its facts.

    Raises:
        UnknownName: An id is not in the files.
        MissingOptionError: A needed choice is missing.
    """
    from lettergen.letters.template.templates import common_language, languages_of, open_template
    from lettergen.plan.channels import channel_for
    from lettergen.plan.orders import Order

    template = open_template(wanted.template, campaign.template_folders)
    if wanted.sample:
        campaign, wanted = _with_sample(campaign, template, wanted)
    recipient = campaign.recipient(wanted.to) if wanted.to else None
    if recipient is None and template.addressee == "required":
        raise _missing(
            "--to",
            f"the template `{template.name}` needs an addressee.",
            "add `--to ID`; `lettergen recipients` lists the ids. `--sample` uses the template's own data.",
        )
    case = case_for(campaign, template, wanted.case)
    if recipient:
        known = languages_of(template.name, campaign.template_folders)
        spoken = campaign.languages_of(case.id) if case else None
        language = common_language(recipient.languages, known, spoken)
        template = open_template(
            template.name, campaign.template_folders, [language] if language else recipient.languages
        )
    return campaign, Order(
        template=template.name,
        recipient_id=recipient.id if recipient else None,
        sender_id=sender_for(campaign, wanted.sender).id,
        case_id=case.id if case else None,
        on=date_for(campaign, wanted.on),
        language=template.language,
        channel=channel or channel_for(recipient)[0] or "post",
    )


def sender_for(campaign: "Campaign", sender_id: str | None) -> "Sender":
    """Return the named sender, the campaign's default, or the only one."""
    chosen = sender_id or campaign.settings.sender
    if chosen:
        return campaign.sender(chosen)
    if len(campaign.senders) == 1:
        return campaign.senders[0]
    raise _missing(
        "--from",
        "no sender is given.",
        "add `--from ID` (`lettergen senders` lists the ids), or set `sender` in lettergen.toml.",
    )


def case_for(campaign: "Campaign", template: "Template", case_id: str | None) -> "Case | None":
    """Return the named case, the campaign's default, or the only one; None if the letter has no case."""
    if case_id:
        return campaign.case(case_id)
    if not any(use.partition(".")[0] == "case" for use in template.uses):
        return None
    if campaign.settings.case:
        return campaign.case(campaign.settings.case)
    if len(campaign.cases) == 1:
        return campaign.cases[0]
    raise _missing(
        "--case",
        f"the template `{template.name}` needs a case.",
        "add `--case ID` (`lettergen cases` lists the ids), or set `case` in lettergen.toml.",
    )


def date_for(campaign: "Campaign", on: date | None) -> date:
    """Return the date of the letters: the option's, the settings', or today's."""
    return on or campaign.settings.date or today()


def pick_recipients(
    campaign: "Campaign", ids: Sequence[str], tags: Sequence[str] = ()
) -> tuple["Recipient", ...]:
    """Return the named recipients, then those with one of the tags; each once.

    Raises:
        UnknownName: Nobody has that id, or that tag.
    """
    _know_tags(tags, (tag for one in campaign.recipients for tag in one.tags), "recipient")
    named = [campaign.recipient(one) for one in ids]
    tagged = [one for one in campaign.recipients if set(tags) & set(one.tags)]
    return tuple({one.id: one for one in [*named, *tagged]}.values())


def pick_senders(
    campaign: "Campaign", ids: Sequence[str], tags: Sequence[str] = (), *, everybody: bool = False
) -> tuple["Sender", ...]:
    """Return the named or tagged senders, all of them, or the default one; each once.

    Raises:
        UnknownName: Nobody has that id, or that tag.
    """
    if everybody:
        return campaign.senders
    if not ids and not tags:
        return (sender_for(campaign, None),)
    _know_tags(tags, (tag for one in campaign.senders for tag in one.tags), "sender")
    named = [campaign.sender(one) for one in ids]
    tagged = [one for one in campaign.senders if set(tags) & set(one.tags)]
    return tuple({one.id: one for one in [*named, *tagged]}.values())


def _know_tags(tags: Iterable[str], known: Iterable[str], what: str) -> None:
    names = set(known)
    unknown = [tag for tag in tags if tag not in names]
    if unknown:
        listed = ", ".join(f"`{name}`" for name in sorted(names))
        otherwise = f"use one of {listed}." if names else f"add `tags:` to a {what}, or name the {what}s."
        raise UnknownName(
            Problem("unknown-tag", f"no {what} has the tag `{tag}`.", did_you_mean(tag, names, otherwise))
            for tag in unknown
        )


def _with_sample(
    campaign: "Campaign", template: "Template", wanted: OneLetter
) -> tuple["Campaign", OneLetter]:
    """Fill in the template's own data; a shipped template brings the facts it was written with."""
    from lettergen.facts.campaign import Campaign, starter_folder

    sample = template.sample
    filled = replace(
        wanted,
        to=wanted.to or sample.to,
        sender=wanted.sender or sample.sender,
        case=wanted.case or sample.case,
        on=wanted.on or sample.on,
    )
    is_here = (
        filled.to in {None, *(one.id for one in campaign.recipients)}
        and filled.sender in {None, *(one.id for one in campaign.senders)}
        and filled.case in {None, *(one.id for one in campaign.cases)}
    )
    return (campaign if is_here else Campaign.open(starter_folder())), filled


def _missing(option: str, message: str, fix: str) -> MissingOptionError:
    return MissingOptionError.of(f"missing{option.removeprefix('-')}", message, fix)


def manifest_of(mailing: Path) -> "Manifest":
    """Read what a mailing consists of.

    Raises:
        InputProblems: The folder is not a mailing.
    """
    from lettergen.outbox.manifest import Manifest
    from lettergen.outbox.volumes import MANIFEST

    try:
        return Manifest.read(mailing / MANIFEST)
    except OSError:
        fix = "name the folder of a mailing: `outbox/TEMPLATE-DATE`."
        raise InputProblems.of(
            "no-mailing", f"`{mailing}` is not a finished mailing: it has no `{MANIFEST}`.", fix
        ) from None
