"""Commands that look into the ledger: is it whole, what is in it, what can be published of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.choosing import campaign_of
from lettergen.errors import ExitCode

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign

__all__ = ["existing", "export", "path_of", "report", "verify"]

OneMailing = Annotated[
    str | None,
    typer.Option("--mailing", metavar="MAILING", help="Only of this mailing.", show_default=False),
]


def path_of(campaign: "Campaign") -> Path:
    """Return where the campaign's ledger is, or will be."""
    from lettergen.mailing.ledger import LEDGER_FILE

    return campaign.home / LEDGER_FILE


def existing(campaign: "Campaign") -> Path:
    """Return where the campaign's ledger is.

    Raises:
        OutputError: There is none yet.
    """
    from lettergen.mailing.ledger.opening import refuse_missing

    path = path_of(campaign)
    refuse_missing(path)
    return path


def verify(
    ctx: typer.Context,
    files: Annotated[
        bool, typer.Option("--files/--no-files", help="Compare the outbox, too; this needs the key.")
    ] = True,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="DIGEST", help="A head that you noted down.", show_default=False),
    ] = None,
    outbox: options.Outbox = None,
    as_json: options.AsJson = False,
) -> None:
    """Check that nothing in the ledger has been changed, and that the letters are those recorded.

    Every transaction holds the digest of the one before, so a change to any of them shows. Whoever
    could write a whole new ledger is found out by --head: note the head that `lettergen ledger`
    shows somewhere else, for instance in a letter to yourself. Nothing is changed or mended.

    Example:
      lettergen ledger verify
      lettergen ledger verify --no-files --head 5d41402abc4b2a76
    """
    from lettergen.cli.planning import folder_for
    from lettergen.console import ledgers
    from lettergen.mailing.ledger.filing import check_files
    from lettergen.mailing.ledger.key import Key
    from lettergen.mailing.ledger.opening import opened
    from lettergen.mailing.ledger.proof import examine, lost_head

    campaign = campaign_of(ctx, whole=False)
    path = existing(campaign)
    account = examine(path)
    problems = [*account.problems, *lost_head(account, head)]
    filed = None
    if files and not any(one.name == "ledger-damaged" for one in account.problems):
        with opened(path) as connection:
            filed = check_files(connection, Key.needed(path), folder_for(campaign, outbox))
        problems += filed.problems
    ledgers.show_proof(account, filed, problems, as_json=as_json)
    raise typer.Exit(ExitCode.PROBLEMS if any(one.is_error for one in problems) else ExitCode.OK)


def export(
    ctx: typer.Context,
    mailing: OneMailing = None,
    to: options.ToId = None,
    sender: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="ID", help="Only from this sender; needs the key.", show_default=False
        ),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet, not JSON lines.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to. Default: stdout.", show_default=False),
    ] = None,
    force: options.Force = False,
) -> None:
    """Write the record out, line by line: as JSON lines, or as a table for a spreadsheet.

    JSON lines alter nothing and are the form to keep. In the table a cell that a spreadsheet would
    compute has an apostrophe before it.

    Example:
      lettergen ledger export -o ledger.jsonl
      lettergen ledger export --csv --mailing protest-letter-2006-12-02 -o ledger.csv
      lettergen ledger export --from lfnkr
    """
    from lettergen.console import ledgers
    from lettergen.mailing.bundle import write_file
    from lettergen.mailing.ledger import export as exporting
    from lettergen.mailing.ledger.key import Key
    from lettergen.mailing.ledger.opening import opened
    from lettergen.mailing.ledger.reading import countries

    path = path_of(campaign_of(ctx, whole=False))
    with opened(path) as connection:
        senders = (sender, Key.needed(path).mark("sender", sender)) if sender else ()
        found = exporting.records(
            connection, countries(connection), mailing=mailing, recipient=to, senders=senders
        )
        lines = exporting.csv_lines(found) if as_csv else exporting.json_lines(found)
        if out is None or out == Path("-"):
            ledgers.show_exported(lines)
        else:
            write_file(out, b"".join(lines), force=force)


def report(ctx: typer.Context, mailing: OneMailing = None, as_json: options.AsJson = False) -> None:
    """Count letters by recipient and country, for publication: nobody who wrote is in it.

    Each letter counts once, by the last that is known of it.

    Example:
      lettergen ledger report
      lettergen ledger report --mailing protest-letter-2006-12-02 --json
    """
    from lettergen.console import ledgers
    from lettergen.mailing.ledger.opening import opened
    from lettergen.mailing.ledger.tallies import report as counted

    with opened(path_of(campaign_of(ctx, whole=False))) as connection:
        ledgers.show_report(counted(connection, mailing), as_json=as_json)
