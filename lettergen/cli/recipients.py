"""The command that lists whom letters can go to."""

from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.selection import campaign_of, hint_at_problems

__all__ = ["recipients"]


def recipients(
    ctx: typer.Context,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag", metavar="TAG", autocompletion=options.completion.tags, help="Only those with this tag."
        ),
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(
            "--country",
            metavar="CODE",
            autocompletion=options.completion.countries,
            help="Only those in this country: CN, CH, …",
        ),
    ] = None,
    office: Annotated[
        str | None,
        typer.Option(
            "--office",
            metavar="OFFICE",
            autocompletion=options.completion.offices,
            help="Only holders of this office: head-of-state, …",
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the recipients.

    Reads recipients.yaml, .csv or .xlsx of the campaign folder.

    Example:
      lettergen recipients --tag china
      lettergen recipients --office ambassador --json
    """
    from lettergen.console import tables

    campaign = campaign_of(ctx, whole=False, late=True)
    shown = [
        one
        for one in campaign.recipients
        if (not tag or set(tag) & set(one.tags))
        and (not country or one.country == country.upper())
        and (not office or one.office == office)
    ]
    tables.show_recipients(shown, as_json=as_json)
    hint_at_problems(campaign)
