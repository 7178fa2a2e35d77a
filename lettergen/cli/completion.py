"""Ids for shell completion; unreadable files offer nothing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from lettergen.errors import LettergenError

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign

__all__ = ["cases", "checks", "recipients", "senders", "stationeries", "templates"]


def recipients(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of recipients that begin with the given text."""
    campaign = _campaign(ctx)
    return _beginning(incomplete, (one.id for one in campaign.recipients) if campaign else ())


def senders(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of senders that begin with the given text."""
    campaign = _campaign(ctx)
    return _beginning(incomplete, (one.id for one in campaign.senders) if campaign else ())


def cases(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of cases that begin with the given text."""
    campaign = _campaign(ctx)
    return _beginning(incomplete, (one.id for one in campaign.cases) if campaign else ())


def signatures(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of lists of signatures that begin with the given text."""
    campaign = _campaign(ctx)
    return _beginning(incomplete, (one.name for one in campaign.signatures) if campaign else ())


def checks(incomplete: str) -> list[str]:
    """Return the names of checks that continue the last of a list."""
    from lettergen.letters.catalogue import catalogue

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in _beginning(last, catalogue())]


def templates(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of templates that begin with the given text."""
    campaign = _campaign(ctx)
    folders = campaign.template_folders if campaign else ()
    names = {path.name.split(".")[0] for folder in folders for path in folder.glob("*.md")}
    return _beginning(incomplete, sorted(names))


def stationeries(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the keys of stationeries that begin with the given text, including the campaign's own."""
    from lettergen.reference import stationery

    campaign = _campaign(ctx)
    own = campaign.settings.own_stationery if campaign else ()
    return _beginning(incomplete, (*stationery.keys(), *own))


def _campaign(ctx: typer.Context) -> "Campaign | None":
    from lettergen.facts.campaign import Campaign

    # The command's own options are not there yet while the shell completes.
    folder = ctx.find_root().params.get("folder")
    try:
        return Campaign.open(folder)
    except LettergenError:
        return None


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
