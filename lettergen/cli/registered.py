"""The command that numbers registered letters and makes the list that the post stamps."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.selection import campaign_of, manifest_of

if TYPE_CHECKING:
    from lettergen.delivery.paper.registered import AssignedItem
    from lettergen.delivery.paper.registered_list import RegisteredItem
    from lettergen.facts.campaign import Campaign

__all__ = ["registered"]


def registered(
    ctx: typer.Context,
    mailing: Annotated[
        Path,
        typer.Argument(
            metavar="MAILING",
            autocompletion=options.completion.mailings,
            help="Folder of a finished mailing.",
            show_default=False,
        ),
    ],
    first: Annotated[
        str,
        typer.Option(
            "--first",
            metavar="NUMBER",
            help="First number on the roll, for example RR473124829JP.",
            show_default=False,
        ),
    ],
    last: Annotated[
        str | None,
        typer.Option(
            "--last", metavar="NUMBER", help="Last number on the roll. Default: no limit.", show_default=False
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Include every letter on paper, whatever its channel.")
    ] = False,
    receipt: Annotated[bool, typer.Option("--receipt", help="With advice of receipt (AR).")] = False,
    sender: options.FromId = None,
    on: options.On = None,
    force: options.Force = False,
    as_json: options.AsJson = False,
) -> None:
    """Number the registered letters of a mailing and make the list that the post stamps.

    Numbers follow UPU S10, like those on the rolls of stickers that the post gives out: two letters, eight
    digits, a check digit, the country. They are assigned in the order of the pile; a number that is on a
    list in this outbox or in the ledger is never used again.

    Example:
      lettergen registered outbox/questions-2006-12-02 --first RR473124829JP --last RR473125002JP
    """
    from lettergen.console.print_files import show_registered
    from lettergen.console.reports import show_written
    from lettergen.delivery.paper.print_files import PRINT, as_csv, as_jsonl
    from lettergen.delivery.paper.registered import LIST
    from lettergen.delivery.paper.registered_list import registered_list
    from lettergen.letters.parts import return_lines
    from lettergen.mailing.requests import mailing_in
    from lettergen.mailing.selection import date_for, sender_for
    from lettergen.outbox.atomic_files import make_folder, write_file

    campaign = campaign_of(ctx)
    mailing = mailing_in(campaign, mailing)
    posting = sender_for(campaign, sender)
    given = _assigned(campaign, mailing, (first, last), everything=everything, receipt=receipt)
    listed = registered_list(
        [_row(campaign, number, one) for number, one in enumerate(given, start=1)],
        sender=return_lines(posting, "en") or (posting.id,),
        on=date_for(campaign, on, today()).isoformat(),
        font_folders=[campaign.folder / name for name in campaign.settings.fonts],
    )
    folder = mailing / PRINT
    make_folder(folder, below=mailing)
    paths = []
    for suffix, data in ((".jsonl", as_jsonl(given)), (".csv", as_csv(given)), (".pdf", listed)):
        write_file(folder / f"{LIST}{suffix}", data, force=force)
        paths.append(folder / f"{LIST}{suffix}")
    if as_json:
        show_written(paths, 0, "", as_json=True)
    else:
        show_registered(paths[1:], given[0].item, given[-1].item, len(given), mailing)


def _assigned(
    campaign: "Campaign", mailing: Path, roll: tuple[str, str | None], *, everything: bool, receipt: bool
) -> "tuple[AssignedItem, ...]":
    from lettergen.delivery.paper.imposition import LetterSources
    from lettergen.delivery.paper.print_files import PrintSettings, plan_jobs
    from lettergen.delivery.paper.registered import assign, numbers_in
    from lettergen.reference.s10 import item_number, numbers_from

    first, last = item_number(roll[0]), item_number(roll[1]) if roll[1] else None
    numbers_from(first, last, 0)
    sources = LetterSources()
    jobs = plan_jobs(
        manifest_of(mailing, ".pdf").entries,
        PrintSettings(),
        size_of=lambda file, page: sources.size(mailing / file, page),
        countries={one.id: one.country or "" for one in campaign.recipients},
        by=(),
    )
    letters = sorted((one for job in jobs.values() for one in job), key=lambda one: one.sequence)
    chosen = [one for one in letters if everything or one.channel == "registered"]
    return assign(chosen, first, last, _used(campaign) | numbers_in(mailing.parent), receipt=receipt)


def _used(campaign: "Campaign") -> frozenset[str]:
    """Return the numbers in the ledger, if there is one."""
    from lettergen.ledger import LEDGER_FILE
    from lettergen.ledger.queries import items_in

    path = campaign.home / LEDGER_FILE
    return items_in(path) if path.is_file() else frozenset()


def _row(campaign: "Campaign", number: int, one: "AssignedItem") -> "RegisteredItem":
    from lettergen.delivery.paper.registered_list import RegisteredItem
    from lettergen.letters.outside import first_line
    from lettergen.reference.address import country_name
    from lettergen.reference.s10 import item_number

    recipient = campaign.recipient(one.recipient_id) if one.recipient_id else None
    return RegisteredItem(
        number=number,
        item=item_number(one.item).spaced,
        addressee=first_line(recipient) if recipient else one.letter_id,
        destination=country_name(one.country) if one.country else "",
        weight_g=one.weight_g,
        receipt=one.receipt,
    )
