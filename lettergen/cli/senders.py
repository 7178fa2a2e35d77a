"""The command that lists who can sign letters."""

from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.selection import campaign_of, hint_at_problems

__all__ = ["senders"]


def senders(
    ctx: typer.Context,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag", metavar="TAG", autocompletion=options.completion.tags, help="Only those with this tag."
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the senders.

    Reads senders.yaml, .csv or .xlsx of the campaign folder.

    Example:
      lettergen senders --tag protest-day
    """
    from lettergen.console import tables

    campaign = campaign_of(ctx, whole=False)
    shown = [one for one in campaign.senders if not tag or set(tag) & set(one.tags)]
    tables.show_senders(shown, as_json=as_json)
    hint_at_problems(campaign)
