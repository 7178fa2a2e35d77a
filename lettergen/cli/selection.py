"""From options to the campaign, the letter and the people they name."""

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lettergen.api import OpenCampaign, open_campaign
from lettergen.cli.clock import today
from lettergen.cli.every_command import folder_of
from lettergen.cli.options import OneLetter
from lettergen.errors import InputProblems

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.outbox.manifest import Manifest
    from lettergen.plan.orders import Order
    from lettergen.rendering.renderer import Renderer

__all__ = [
    "campaign_of",
    "chosen_checks",
    "folder_of",
    "hint_at_problems",
    "manifest_of",
    "opened",
    "renderer_for",
]


def opened(ctx: typer.Context, *, whole: bool = True, late: bool = False) -> OpenCampaign:
    """Open the campaign.

    Args:
        ctx: Carries the global options.
        whole: Facts with errors stop the command.
        late: Senders and signatures are read when the command asks for them.

    Raises:
        InputProblems: A file of the campaign has an error.
    """
    from lettergen.console.reports import say_that_samples_are_used, show_campaign
    from lettergen.console.terminal import is_verbose
    from lettergen.facts.yaml_reader import without_collector

    with without_collector():
        campaign = open_campaign(folder_of(ctx), late=late)
        # Facts stay until the end; the collector need never look at them, nor touch what workers share.
        gc.freeze()
    if campaign.facts.is_lent:
        say_that_samples_are_used()
    if is_verbose():  # templates are not looked for otherwise
        show_campaign(campaign.facts, templates=len(campaign.templates()))
    if whole:
        campaign.refuse_errors()
    return campaign


def campaign_of(ctx: typer.Context, *, whole: bool = True, late: bool = False) -> "Campaign":
    """Return the facts of the campaign; the options and errors are those of `opened`."""
    return opened(ctx, whole=whole, late=late).facts


def renderer_for(
    ctx: typer.Context,
    wanted: OneLetter,
    *,
    channel: str = "",
    formats: tuple[str, ...] = (),
    stationery: str | None = None,
    even_so: bool = False,
    fax_translation: bool = False,
) -> tuple["Renderer", "Order"]:
    """Return the renderer for the wanted letter, and the order for it.

    Args:
        ctx: Carries the global options.
        wanted: The letter.
        channel: The way it goes, where that is known; otherwise the recipient's first that can work.
        formats: What it is made into.
        stationery: Another sheet than the usual one.
        even_so: Also after the last day of the case.
        fax_translation: A fax has the translation, too.

    Raises:
        InputProblems: A file of the campaign has an error.
        UnknownName: An id is not in the files.
        MissingOptionError: A needed choice is missing.
    """
    from lettergen.rendering.render_terms import RenderTerms
    from lettergen.rendering.renderer import Renderer

    request = wanted.request(fax_translation=fax_translation)
    campaign, order = opened(ctx, late=True).order(request, today=today(), channel=channel)
    terms = RenderTerms(folder=campaign.folder, formats=formats, stationery=stationery, even_so=even_so)
    terms.check()
    campaign.signatures_of(order.case_id)  # a list with errors is told before anything is made
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
    from lettergen.console.problems import plural
    from lettergen.console.terminal import say

    errors = sum(problem.is_error for problem in campaign.problems)
    if errors:
        found = f"{plural(errors, 'problem')} in the files"
        say(f"{found}; entries with errors are left out. `lettergen check` shows what is wrong.")


def manifest_of(mailing: Path, needed: str = "") -> "Manifest":
    """Read what a mailing consists of.

    Args:
        mailing: Its folder.
        needed: Suffix of the files that have to be there; empty if none has.

    Raises:
        InputProblems: The folder is not a mailing, or needed files are missing.
    """
    from lettergen.outbox.manifest import Manifest
    from lettergen.outbox.missing_files import refuse_missing
    from lettergen.outbox.volumes import MANIFEST

    try:
        manifest = Manifest.read(mailing / MANIFEST)
    except FileNotFoundError:
        fix = "name the folder of a mailing: `outbox/TEMPLATE-DATE`."
        raise InputProblems.of(
            "no-mailing", f"`{mailing}` is not a finished mailing: it has no `{MANIFEST}`.", fix
        ) from None
    if needed:
        refuse_missing(mailing, manifest.entries, needed)
    return manifest
