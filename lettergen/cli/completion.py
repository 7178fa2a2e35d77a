"""Ids for shell completion; unreadable files offer nothing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, get_args

import typer

from lettergen.errors import LettergenError

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.model import Recipient, Sender

__all__ = [
    "cases",
    "channels",
    "checks",
    "countries",
    "envelopes",
    "formats",
    "label_sheets",
    "languages",
    "mailings",
    "notations",
    "offices",
    "profiles",
    "recipients",
    "senders",
    "stationeries",
    "tags",
    "templates",
    "topics",
    "windows",
]


def recipients(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of recipients that begin with the given text."""
    campaign = _campaign(ctx)
    return _beginning(incomplete, (one.id for one in campaign.recipients) if campaign else ())


def senders(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of senders that begin with the given text."""
    campaign = _campaign(ctx, late=False)
    return _beginning(incomplete, (one.id for one in campaign.senders) if campaign else ())


def cases(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of cases that begin with the given text."""
    campaign = _campaign(ctx)
    return _beginning(incomplete, (one.id for one in campaign.cases) if campaign else ())


def topics(incomplete: str) -> list[str]:
    """Return the commands and pages that `help` shows."""
    from lettergen.cli.topics import COMMANDS
    from lettergen.cli.topics import topics as pages

    return _beginning(incomplete, (*COMMANDS, *pages()))


def signatures(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of lists of signatures that begin with the given text."""
    campaign = _campaign(ctx, late=False)
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


def tags(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the tags of recipients and senders that begin with the given text."""
    return _beginning(incomplete, sorted({tag for one in _parties(ctx) for tag in one.tags}))


def countries(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the codes of countries that recipients and senders of the campaign live in."""
    return _beginning(incomplete.upper(), sorted({one.country for one in _parties(ctx) if one.country}))


def offices(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the offices that recipients of the campaign hold."""
    campaign = _campaign(ctx)
    found = {one.office for one in campaign.recipients if one.office} if campaign else ()
    return _beginning(incomplete, sorted(found))


def languages(incomplete: str) -> list[str]:
    """Return the languages that forms of address are known in."""
    from lettergen.reference import protocol

    found = {code for office in protocol.offices() for code in protocol.languages(office)}
    return _beginning(incomplete, sorted(found))


def channels(incomplete: str) -> list[str]:
    """Return the ways on which letters go."""
    from lettergen.facts.fields import Channel

    return _beginning(incomplete, get_args(Channel))


def formats(incomplete: str) -> list[str]:
    """Return the formats of letters."""
    from lettergen.rendering.renderer import FORMATS

    return _beginning(incomplete, FORMATS)


def notations(incomplete: str) -> list[str]:
    """Return the kinds of mailing notations."""
    from lettergen.reference.language import notations as known

    return _beginning(incomplete, known("en"))


def windows(incomplete: str) -> list[str]:
    """Return the names of envelopes whose windows are known."""
    from lettergen.reference.stationery import keys, stationery

    found = {zone.envelope for key in keys() for zone in stationery(key).safe_zones}
    return _beginning(incomplete, sorted(found))


def profiles(incomplete: str) -> list[str]:
    """Return the rules of mailing houses that `verify` knows."""
    from lettergen.verify import profiles as known

    return _beginning(incomplete, known.profiles())


def envelopes(incomplete: str) -> list[str]:
    """Return the keys of envelopes that begin with the given text."""
    from lettergen.reference import envelopes as known

    return _beginning(incomplete, known.keys())


def label_sheets(incomplete: str) -> list[str]:
    """Return the keys of sheets of labels that begin with the given text."""
    from lettergen.reference import labels

    return _beginning(incomplete, labels.keys())


def mailings(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the folders of finished mailings in the outbox, as they are typed."""
    from lettergen.mailing.requests import folder_for
    from lettergen.outbox.volumes import MANIFEST

    campaign = _campaign(ctx)
    found = folder_for(campaign, None).glob(f"*/{MANIFEST}") if campaign else ()
    return _beginning(incomplete, sorted(str(path.parent) for path in found))


def stationeries(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the keys of stationeries that begin with the given text, including the campaign's own."""
    from lettergen.reference import stationery

    campaign = _campaign(ctx)
    own = campaign.settings.own_stationery if campaign else ()
    return _beginning(incomplete, (*stationery.keys(), *own))


def _parties(ctx: typer.Context) -> "tuple[Recipient | Sender, ...]":
    campaign = _campaign(ctx, late=False)
    return (*campaign.recipients, *campaign.senders) if campaign else ()


def _campaign(ctx: typer.Context, *, late: bool = True) -> "Campaign | None":
    from lettergen.cli.every_command import folder_of
    from lettergen.facts.campaign import Campaign

    try:
        return Campaign.open(folder_of(ctx), late=late)
    except LettergenError:
        return None


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
