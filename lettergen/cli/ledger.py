"""The `ledger` commands: add, record, results, verify, export, report, forget, merge."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.clock import first_day_kept
from lettergen.cli.help_format import Command, Group, grouped, help_of
from lettergen.cli.ledger_add import add
from lettergen.cli.ledger_file import existing, opened_ledger, path_of
from lettergen.cli.ledger_record import record, results
from lettergen.cli.output_file import STDOUT
from lettergen.cli.selection import campaign_of
from lettergen.cli.upgrade import upgrade
from lettergen.errors import ExitCode, MissingOptionError, Problem

if TYPE_CHECKING:
    from lettergen.ledger.merging import Merged

__all__ = ["export", "ledger", "report", "verify"]

OneMailing = Annotated[
    str | None,
    typer.Option(
        "--mailing",
        metavar="MAILING",
        autocompletion=options.completion.mailings,
        help="Only this mailing.",
        show_default=False,
    ),
]


def verify(
    ctx: typer.Context,
    files: Annotated[
        bool, typer.Option("--files/--no-files", help="Also compare the outbox; this needs the key.")
    ] = True,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="DIGEST", help="A head that you noted earlier.", show_default=False),
    ] = None,
    outbox: options.Outbox = None,
    as_json: options.AsJson = False,
) -> None:
    """Check that nothing in the ledger has been changed, and that the letters are those recorded.

    Every transaction holds the digest of the one before, so a change to any of them shows. --head also
    exposes a whole new ledger: note somewhere else the head that `lettergen ledger` shows, for example
    in a letter to yourself. Nothing is changed or repaired.

    Example:
      lettergen ledger verify
      lettergen ledger verify --no-files --head 5d41402abc4b2a76
    """
    from lettergen.console import ledgers
    from lettergen.ledger import soundness
    from lettergen.ledger.file_check import check_files
    from lettergen.ledger.key import KEY_FILE, LedgerKey
    from lettergen.ledger.opening import opened
    from lettergen.ledger.proof import examine, lost_head
    from lettergen.mailing.requests import folder_for

    campaign = campaign_of(ctx, whole=False)
    path = existing(campaign)
    account = examine(path)
    has_key = (files and not account.problems) or (head and path.with_name(KEY_FILE).exists())
    key = LedgerKey.needed(path) if has_key else None
    problems = [*account.problems, *lost_head(account, head, key)]
    filed = None
    if not account.problems:
        soundness.remember(path)
    if files and key and not account.problems:
        with opened(path) as connection:
            filed = check_files(connection, key, folder_for(campaign, outbox))
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
            "--from",
            metavar="ID",
            autocompletion=options.completion.senders,
            help="Only from this sender; needs the key.",
            show_default=False,
        ),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet, not JSON lines.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write to FILE; - is stdout, as without it.",
            show_default=False,
        ),
    ] = None,
    force: options.Force = False,
) -> None:
    """Export the ledger as JSON lines, or as a table for a spreadsheet.

    JSON lines are the record, unaltered: keep those. In the table, a cell that a spreadsheet would
    take for a formula begins with an apostrophe.

    Example:
      lettergen ledger export -o ledger.jsonl
      lettergen ledger export --csv --mailing protest-letter-2006-12-02 -o ledger.csv
      lettergen ledger export --from lfnkr
    """
    from lettergen.console import ledgers
    from lettergen.facts.fields import CALCULATED_ID
    from lettergen.ledger import export as exporting
    from lettergen.ledger.key import LedgerKey
    from lettergen.ledger.opening import opened
    from lettergen.ledger.queries import countries
    from lettergen.outbox.atomic_files import write_file

    path = path_of(campaign_of(ctx, whole=False))
    with opened(path) as connection:
        senders = (sender, LedgerKey.needed(path).mark("sender", sender)) if sender else ()
        if to and CALCULATED_ID.fullmatch(to):
            to = LedgerKey.needed(path).shown(to)
        found = exporting.records(
            connection, countries(connection), mailing=mailing, recipient=to, senders=senders
        )
        lines = exporting.csv_lines(found) if as_csv else exporting.json_lines(found)
        if out is None or out == STDOUT:
            ledgers.show_exported(lines)
        else:
            write_file(out, b"".join(lines), force=force)


def report(ctx: typer.Context, mailing: OneMailing = None, as_json: options.AsJson = False) -> None:
    """Count letters by recipient and country, for publication; no sender appears.

    Each letter counts once, by its latest state.

    Example:
      lettergen ledger report
      lettergen ledger report --mailing protest-letter-2006-12-02 --json
    """
    from lettergen.console import ledgers
    from lettergen.ledger.counts import report as counted
    from lettergen.ledger.opening import opened

    with opened(path_of(campaign_of(ctx, whole=False))) as connection:
        ledgers.show_report(counted(connection, mailing), as_json=as_json)


def overview(ctx: typer.Context, as_json: options.AsJson = False) -> None:
    """Show how far each mailing is; the commands below record, prove and export.

    The ledger is one file in the campaign folder, `ledger.sqlite`. `batch` records what it makes and `send`
    what it sends; you record what was posted, faxed and answered. It prevents letters from being sent twice.
    It stores senders under marks that only its key, `ledger.key`, can resolve; keep a copy of that file.

    Example:
      lettergen ledger
      lettergen ledger record protest-letter-2006-12-02 --state posted --on 2006-12-04
      lettergen ledger verify
    """
    if ctx.invoked_subcommand is not None:
        return
    from lettergen.console import ledgers
    from lettergen.ledger.counts import overview as counted
    from lettergen.ledger.opening import opened

    with opened(path_of(campaign_of(ctx, whole=False))) as connection:
        ledgers.show_overview(counted(connection), as_json=as_json)


def start(ctx: typer.Context) -> None:
    """Create the ledger and its key before several people share the work.

    `batch` creates both by itself. If a mailing is made in shares on several laptops, all need the
    same key: start the ledger, copy the whole campaign folder, then run `batch --shard`.

    Example:
      lettergen ledger start
    """
    from lettergen.console import ledgers
    from lettergen.ledger.key import KEY_FILE

    campaign = campaign_of(ctx, whole=False)
    path = path_of(campaign)
    is_new = not path.exists()
    with opened_ledger(campaign):
        ledgers.show_started(path, path.with_name(KEY_FILE), is_new=is_new)


def forget(
    ctx: typer.Context,
    older_than: Annotated[
        str,
        typer.Option(
            "--older-than",
            metavar="AGE",
            help="2y, 18m, 6w, 90d, or the first day to keep: 2005-01-01.",
            show_default=False,
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show how many letters, and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Forget who wrote letters that nothing has happened to for a long time; this cannot be undone.

    Marks, ids, checksums, item numbers and notes are overwritten on the disk. Recipients, days and
    states stay, so that counts stay true and the chain still closes; the forgetting is recorded.
    A forgotten letter no longer counts as written. The outbox is not touched.

    Example:
      lettergen ledger forget --older-than 2y --dry-run
      lettergen ledger forget --older-than 2005-01-01 --yes
    """
    from lettergen.console import ledgers
    from lettergen.mailing.requests import folder_for

    before = first_day_kept(older_than).isoformat()
    campaign = campaign_of(ctx, whole=False)
    existing(campaign)
    with opened_ledger(campaign) as book:
        due = book.due(before)
        if dry_run or (due and not _agreed(due, before, yes=yes)):
            ledgers.show_nothing_forgotten(due, before, as_json=as_json)
            return
        forgotten = book.forget(before)
    if not forgotten:
        ledgers.show_nothing_forgotten(due, before, as_json=as_json)
        return
    ledgers.show_forgotten(forgotten, before, folder_for(campaign, None), as_json=as_json)


def merge(
    ctx: typer.Context,
    others: Annotated[
        list[Path],
        typer.Argument(
            metavar="OTHER…", help="Ledgers, or campaign folders that contain one.", show_default=False
        ),
    ],
    as_json: options.AsJson = False,
) -> None:
    """Merge other ledgers of this campaign into this one: shares of a mailing, other laptops, copies.

    Transactions are copied as they were recorded and can still be proved; merging twice changes
    nothing. Letters that two laptops made differently are reported. From a damaged ledger, what is intact
    is taken.

    Example:
      lettergen ledger merge ../laptop-2/ledger.sqlite ../laptop-3
    """
    from lettergen.console import ledgers
    from lettergen.ledger import LEDGER_FILE
    from lettergen.ledger.key import LedgerKey

    merged: dict[str, Merged] = {}
    campaign = campaign_of(ctx, whole=False)
    LedgerKey.needed(path_of(campaign))  # with a new one, nothing of the others could be taken over
    with opened_ledger(campaign) as book:
        for other in others:
            path = other / LEDGER_FILE if other.is_dir() else other
            merged[str(path)] = book.merge(path)
    problems = [_made_twice(name, one) for name, one in merged.items() if one.conflicts]
    ledgers.show_merged(merged, problems, as_json=as_json)


ledger = typer.Typer(
    name="ledger", cls=Group, invoke_without_command=True, callback=grouped(overview), help=help_of(overview)
)
for command in (start, add, record, results, verify, export, report, forget, merge, upgrade):
    ledger.command(cls=Command, help=help_of(command))(grouped(command))


def _agreed(letters: int, before: str, *, yes: bool) -> bool:
    from lettergen.console.ledgers import confirm_forgetting
    from lettergen.console.terminal import somebody_answers

    if yes:
        return True
    if not somebody_answers():
        fix = "add `--yes` to forget, or `--dry-run` to see how many letters are affected."
        message = "this is not a terminal, so nobody can confirm the forgetting."
        raise MissingOptionError.of("nobody-to-ask", message, fix)
    return confirm_forgetting(letters, before)


def _made_twice(name: str, merged: "Merged") -> Problem:
    first = merged.conflicts[0]
    return Problem(
        "made-twice",
        f"{len(merged.conflicts)} letters were made both here and in `{name}`, and differ; "
        f"the first is to `{first.recipient}` in `{first.mailing}`.",
        "compare both outboxes and post one of each pair; the lists are in `lettergen ledger export`.",
        severity="warning",
    )
