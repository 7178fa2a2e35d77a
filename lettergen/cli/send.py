"""The command that sends e-mails by a mail server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen import installation
from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.early import early_problem, goes_early
from lettergen.cli.selection import campaign_of
from lettergen.errors import ExitCode, InputProblems, Place

if TYPE_CHECKING:
    from lettergen.delivery.smtp import LedgerRecord, MailServer, OutgoingMail, SendingHistory
    from lettergen.facts.campaign import Campaign
    from lettergen.ledger import Ledger

__all__ = ["send"]

PASSWORD = "LETTERGEN_SMTP_PASSWORD"  # noqa: S105 - the name of the variable, not what is in it
STORE = "lettergen"
PORTS = {"tls": 465, "starttls": 587}


def send(
    ctx: typer.Context,
    what: Annotated[
        list[Path],
        typer.Argument(
            metavar="MAILING|FILE…",
            autocompletion=options.completion.mailings,
            help="Folder of a mailing, its name in the outbox, or .eml files.",
            show_default=False,
        ),
    ],
    really: Annotated[
        bool, typer.Option("--really", help="Send. Without this option, only show what would be sent.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only show what would be sent, as without --really; wins over it."),
    ] = False,
    retry_unknown: Annotated[
        bool,
        typer.Option(
            "--retry-unknown",
            help="Include letters that may have gone out: the result of the attempt is unknown.",
        ),
    ] = False,
    retry_refused: Annotated[
        bool, typer.Option("--retry-refused", help="Include letters that the server refused for good.")
    ] = False,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            "--ca-file",
            metavar="FILE",
            help="Certificates (PEM) to trust, for a server of your own. Default: lettergen.toml.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Send letters before their date without asking.")
    ] = False,
    outbox: options.Outbox = None,
    as_json: options.AsJson = False,
) -> None:
    """Send e-mails through your mail server, each letter by itself to its one recipient.

    Uses the network only with --really. The server is set in
    lettergen.toml, in the table `smtp`, its password in LETTERGEN_SMTP_PASSWORD or in the key store of
    your desktop. Connections are encrypted or not made. Every attempt is recorded before and
    after, so that running the command again resumes and never sends a letter twice.

    Example:
      lettergen batch protest-letter --tag embassy --channel email
      lettergen send protest-letter-2006-12-02
      lettergen send protest-letter-2006-12-02 --really
    """
    from dataclasses import replace
    from time import monotonic, sleep

    from lettergen.console import emails
    from lettergen.console.problems import show_warnings
    from lettergen.console.terminal import show_json
    from lettergen.delivery.smtp import Pace, standing_of
    from lettergen.delivery.smtp import send as start

    campaign = campaign_of(ctx)
    letters = _letters(campaign, what, outbox)
    retry = [name for name, asked in (("unknown", retry_unknown), ("refused", retry_refused)) if asked]
    server = _server(campaign, ca_file)
    rate = campaign.settings.smtp.rate_per_minute
    with _known(campaign) as known:
        standings = [(letter, *standing_of(letter, known, retry)) for letter in letters]
    emails.show_sending_plan(standings, server, rate)
    dates = [one.date for one, _, due in standings if due]
    if dry_run or not really:
        if early := early_problem(dates, today()):
            show_warnings([early])
        if as_json:
            show_json([{"letter": one.letter_id, "before": was, "due": due} for one, was, due in standings])
        emails.show_nothing_sent()
        return
    if not goes_early(dates, today(), yes=yes):
        emails.show_nothing_sent()
        return
    if server.user:
        server = replace(server, password=_password(server))
    with _ledger(campaign) as ledger:
        pace = Pace(rate, clock=monotonic, sleep=sleep)
        outcomes = start(letters, server, _record(campaign, ledger), pace, retry=retry)
        counts = emails.follow_sending(outcomes, len(letters), as_json=as_json)
    is_done = counts["accepted"] + counts["held"] == counts.total()
    raise typer.Exit(ExitCode.OK if is_done else ExitCode.PARTIAL)


@contextmanager
def _known(campaign: "Campaign") -> "Iterator[SendingHistory]":
    """Open the ledger, if there is one; it is created only when something is sent."""
    from lettergen.delivery.smtp import EmptyRecord
    from lettergen.ledger import LEDGER_FILE

    if not (campaign.home / LEDGER_FILE).exists():
        yield EmptyRecord()
        return
    with _ledger(campaign) as ledger:
        yield _record(campaign, ledger)


def _record(campaign: "Campaign", ledger: "Ledger") -> "LedgerRecord":
    from lettergen.delivery.smtp import LedgerRecord
    from lettergen.letters.template.templates import names_in

    return LedgerRecord(ledger, names_in(campaign.template_folders), {one.id for one in campaign.recipients})


def _ledger(campaign: "Campaign") -> "Ledger":
    from lettergen.cli.clock import moment
    from lettergen.ledger import LEDGER_FILE, Ledger

    return Ledger.open(campaign.home / LEDGER_FILE, campaign=campaign.settings.name, now=moment)


def _letters(campaign: "Campaign", what: list[Path], outbox: Path | None) -> "tuple[OutgoingMail, ...]":
    """Return the named letters, each once.

    Raises:
        InputProblems: A name is neither a mailing nor an e-mail.
    """
    from lettergen.delivery.smtp import of_files, of_mailing
    from lettergen.mailing.requests import folder_for

    mailing_folder = folder_for(campaign, outbox)
    files = [path for path in what if path.suffix.lower() == ".eml"]
    folders = [path if path.is_dir() else mailing_folder / path for path in what if path not in files]
    found = [letter for folder in folders for letter in of_mailing(folder)]
    found += of_files(files) if files else ()
    return tuple({letter.identity: letter for letter in found}.values())


def _server(campaign: "Campaign", ca_file: Path | None) -> "MailServer":
    """Return the server of the settings, without its password.

    Raises:
        InputProblems: The settings name none.
    """
    from lettergen.delivery.smtp import MailServer

    smtp = campaign.settings.smtp
    if not smtp.host:
        raise InputProblems.of(
            "no-mail-server",
            "lettergen.toml names no mail server.",
            'add `[smtp]` with `host = "mail.example.org"` and `user`, as given by your provider; '
            "or open the files in your mail client and send them there.",
            Place(str(campaign.home / "lettergen.toml")),
        )
    set_file = campaign.folder / smtp.ca_file if smtp.ca_file else None
    return MailServer(
        host=smtp.host,
        port=smtp.port or PORTS[smtp.security],
        security=smtp.security,
        user=smtp.user,
        ca_file=ca_file or set_file,
        timeout=smtp.timeout_seconds,
    )


def _password(server: "MailServer") -> str:
    """Return the password from the environment, or from the desktop's key store.

    Raises:
        InputProblems: There is none; nothing has been sent.
    """
    if found := os.environ.get(PASSWORD):
        return found
    place = f"{STORE}:{server.host}"
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        pass
    else:
        try:
            if stored := keyring.get_password(place, server.user or ""):
                return str(stored)
        except KeyringError:
            pass  # a machine without a key store
    raise InputProblems.of(
        "no-smtp-password",
        f"there is no password for the mail server `{server.host}`.",
        f"set `{PASSWORD}` in the environment, or keep it in the key store: "
        f"`{installation.adding_extra('keyring')}`, then `keyring set {place} USER`.",
    )
