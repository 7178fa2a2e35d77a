"""The command that records a letter that was written by itself and sent by hand."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.early import is_day_meant
from lettergen.cli.ledger_file import opened_ledger
from lettergen.cli.selection import renderer_for
from lettergen.errors import InputProblems

if TYPE_CHECKING:
    from lettergen.ledger.store import StepState
    from lettergen.outbox.manifest import ManifestEntry
    from lettergen.plan.orders import Order
    from lettergen.rendering.renderer import Renderer

__all__ = ["add"]

_GONE: Mapping[str, "StepState"] = {"email": "sent", "fax": "faxed"}
"""What a letter is when it has gone by a channel; by all others it is posted."""


def add(
    ctx: typer.Context,
    letter: options.OneLetter,
    channel: Annotated[
        str,
        typer.Option(
            "--channel",
            metavar="CHANNEL",
            autocompletion=options.completion.channels,
            help="How it went: post, registered, courier, hand, fax, email.",
            show_default=False,
        ),
    ],
    day: Annotated[
        date | None,
        typer.Option(
            "--on",
            metavar="DATE",
            parser=options.a_date,
            help="The day on which it went. Default: the letter's date.",
            show_default=False,
        ),
    ] = None,
    item: Annotated[str, typer.Option("--item", metavar="NUMBER", help="Number of the postal item.")] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A remark to store with it.")] = "",
    yes: options.YesToDay = False,
    as_json: options.AsJson = False,
) -> None:
    """Record a letter that `write` made and you sent yourself, so that reminders know of it.

    Name the letter as you did for `write`; its questions and the digest of its words are taken from the
    files as they are now, so do it on the day. It belongs to the mailing TEMPLATE-DATE, as if `batch` had
    made it: `ledger record TEMPLATE-DATE` records what comes back.

    Example:
      lettergen ledger add registered-questions --to jp-premier --date 2002-09-18 --channel email
      lettergen ledger add protest-letter --to cn-premier --channel registered --item RR473124829GB
    """
    from lettergen.console import ledgers
    from lettergen.ledger.letter_choice import as_item
    from lettergen.ledger.recording import Matter
    from lettergen.plan.orders import folder_name
    from lettergen.rendering.matters import matter_of

    _refuse_slips(channel, item)
    number = as_item(item) if item else ""
    renderer, order = renderer_for(ctx, letter, channel=channel, formats=("txt",), even_so=True)
    mailing = folder_name([order.template], order.on)
    state: StepState = _GONE.get(channel, "posted")
    on = day or order.on
    if not is_day_meant([order.on.isoformat()], state, on, today(), yes=yes):
        ledgers.show_nothing_recorded()
        return
    entry = _entry(renderer, order)
    with opened_ledger(renderer.campaign) as book:
        book.enter(mailing, entry, Matter(*matter_of(order, renderer)))
        key = book.key_of(entry.letter_id)
        stands = book.standings(mailing)[key].state
        has_gone = stands not in ("made", "dropped")
        if not has_gone:
            book.record_keys({key: number}, state, mailing=mailing, on=on.isoformat(), note=note)
    told = stands if has_gone else state
    ledgers.show_recorded(int(not has_gone), int(has_gone), told, on.isoformat(), as_json=as_json)


def _refuse_slips(channel: str, item: str) -> None:
    from lettergen.ledger.letter_choice import CHANNELS

    known = sorted(set().union(*CHANNELS.values()))
    if channel not in known:
        raise typer.BadParameter(f"write one of {', '.join(known)}.", param_hint="--channel")
    if item and channel in _GONE:
        raise typer.BadParameter("only what is posted has a number.", param_hint="--item")


def _entry(renderer: "Renderer", order: "Order") -> "ManifestEntry":
    """Return the record of a letter, made once more as text.

    Raises:
        InputProblems: It cannot be made.
    """
    from lettergen.mailing.workers import render_isolated
    from lettergen.outbox.manifest import ManifestEntry

    made = render_isolated(renderer, order)
    if made.failed:
        raise InputProblems(made.problems)
    digest = sha256(dict(made.contents)["txt"]).hexdigest()
    return ManifestEntry(
        sequence=None,
        letter_id=order.letter_id,
        template=order.template,
        language=made.language,
        translation=made.translation,
        date=order.on.isoformat(),
        recipient_id=order.recipient_id,
        sender_id=order.sender_id,
        channel=order.channel,
        state="made",
        text_sha256=digest,
        content_key=digest,
    )
