"""The command that tells which letters that have gone say what the case no longer says."""

from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.selection import opened

__all__ = ["diff"]


def diff(
    ctx: typer.Context,
    case: options.CaseId = None,
    mailing: Annotated[
        str | None,
        typer.Option(
            "--mailing", metavar="MAILING", help="Only letters of this mailing.", show_default=False
        ),
    ] = None,
    outbox: options.Outbox = None,
    as_json: options.AsJson = False,
) -> None:
    """Show which letters that have gone say something that the case no longer says.

    Each letter on record is written again, in memory and at its own date, from today's facts. Where its words
    differ, they are shown as they were in the outbox and as they would be. Addresses and letterheads do not
    count. Write `corrections:` into the case, then send a `correction`.

    Example:
      lettergen diff --case asylum-seekers-2002
      lettergen diff --mailing registered-questions-2002-09-18 --json
    """
    from lettergen.console.outdated import show_outdated

    found = opened(ctx).outdated(outbox=outbox, mailing=mailing or "", case=case or "")
    show_outdated(found, as_json=as_json)
