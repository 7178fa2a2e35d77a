"""The command that makes a kit for each volunteer of a finished mailing."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.early import goes_early
from lettergen.cli.selection import campaign_of, manifest_of

__all__ = ["kits"]

_OF_A_COUNTRY = re.compile(r"(?:(?P<country>[A-Z]{2})=)?(?P<text>.*)", re.DOTALL)


def kits(
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
    envelope: Annotated[
        str | None,
        typer.Option(
            "--envelope",
            "-e",
            metavar="KEY",
            autocompletion=options.completion.envelopes,
            help="Size of the envelopes (`lettergen envelopes --help`). Default: the usual size.",
            show_default=False,
        ),
    ] = None,
    postage: Annotated[
        list[str] | None,
        typer.Option(
            "--postage",
            metavar="TEXT",
            help="Postage for each envelope, for example `90 yen`; for one country `CN=110 yen`. Repeatable.",
            show_default=False,
        ),
    ] = None,
    post_on: Annotated[
        date | None,
        typer.Option(
            "--post-on",
            metavar="DATE",
            parser=options.a_date,
            help="Day of posting. Default: the letters' date.",
        ),
    ] = None,
    posted_from: Annotated[
        str | None,
        typer.Option(
            "--posted-from",
            metavar="CODE",
            autocompletion=options.completion.countries,
            help="Country of posting.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Have letters posted before their date without asking.")
    ] = False,
    as_json: options.AsJson = False,
    force: options.Force = False,
) -> None:
    """Make a kit for each volunteer of a finished mailing: one PDF with everything they need.

    First a page of instructions in their language, with date, postage and a list to tick off; then
    their letters, then their envelopes. Each kit holds the letters of one sender only.

    Example:
      lettergen kits outbox/protest-letter-2006-12-02 --postage "90 yen" --post-on 2006-12-01
      lettergen kits outbox/protest-letter-2006-12-02 --postage "CN=110 yen" --postage "90 yen"
    """
    from lettergen.console.print_files import show_kits
    from lettergen.delivery.paper.kits import KitOptions, make_kits
    from lettergen.mailing.requests import mailing_in

    campaign = campaign_of(ctx)
    mailing = mailing_in(campaign, mailing)
    kit_options = KitOptions(
        envelope=envelope, postage=_by_country(postage or ()), post_on=post_on, posted_from=posted_from
    )
    entries = manifest_of(mailing, ".pdf").entries
    dates = (one.date for one in entries if one.state == "made")
    if post_on and not goes_early(dates, post_on, yes=yes):
        return
    made = make_kits(campaign, mailing, entries, kit_options, force=force)
    show_kits(made, as_json=as_json)


def _by_country(postage: Sequence[str]) -> dict[str, str]:
    """Return the postage by country of delivery; under an empty key that of all others."""
    parted = (_OF_A_COUNTRY.fullmatch(one) for one in postage)
    return {(found["country"] or "") if found else "": found["text"] if found else "" for found in parted}
