"""Commands for e-mail: a link that opens a mail client, and sending by a mail server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.choosing import campaign_of, workshop_for
from lettergen.errors import ExitCode, InputProblems, Place

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.mailing.ledger import Ledger
    from lettergen.mailing.sending import Known, Outgoing, Server

__all__ = ["mailto", "send"]

PASSWORD = "LETTERGEN_SMTP_PASSWORD"  # noqa: S105 - the name of the variable, not what is in it
STORE = "lettergen"
PORTS = {"tls": 465, "starttls": 587}


def mailto(
    ctx: typer.Context,
    letter: options.OneLetter,
    copy: Annotated[
        bool, typer.Option("--copy", help="Print address, subject and text to paste instead.")
    ] = False,
    even_so: options.EvenSo = False,
    as_json: options.AsJson = False,
) -> None:
    """Make a link that opens one letter in a mail client.

    A click on it opens a message with address, subject and text, to be looked at and sent by hand.
    A letter too long for a link gets one without the text, which --copy prints to be pasted.

    Example:
      lettergen mailto protest-letter --to embassy --from jane-example
      lettergen mailto protest-letter --to embassy --copy
    """
    from dataclasses import asdict

    from lettergen.console.problems import show_warnings
    from lettergen.console.sendings import show_link
    from lettergen.console.terminal import show_json
    from lettergen.letters.checks import stopped
    from lettergen.pages.mail import correspondents, link

    workshop, order = workshop_for(ctx, letter, channel="email", even_so=even_so)
    written, problems = workshop.letter(order)
    problems = stopped(problems, even_so=even_so)
    if any(problem.is_error for problem in problems):
        raise InputProblems(problems)
    made = link(written, correspondents(written, workshop.facts(order)))
    show_warnings(problems)
    if as_json:
        show_json({**asdict(made), "has_text": made.has_text})
    else:
        show_link(made, to_copy=copy)


def send(
    ctx: typer.Context,
    what: Annotated[
        list[Path],
        typer.Argument(
            metavar="MAILING|FILE…",
            help="Folder of a mailing, its name in the outbox, or files that end in .eml.",
            show_default=False,
        ),
    ],
    really: Annotated[
        bool, typer.Option("--really", help="Send. Without it, only show what would be sent.")
    ] = False,
    retry_unknown: Annotated[
        bool,
        typer.Option(
            "--retry-unknown", help="Also letters that may have gone out: their attempt has no known end."
        ),
    ] = False,
    retry_refused: Annotated[
        bool, typer.Option("--retry-refused", help="Also letters that the server refused for good.")
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
    outbox: options.Outbox = None,
    as_json: options.AsJson = False,
) -> None:
    """Send e-mails by your mail server, each letter by itself to its one recipient.

    The only command that uses a network, and only with --really. The server stands in
    lettergen.toml, in the table `smtp`; its password in LETTERGEN_SMTP_PASSWORD or in the key store of
    your desktop. Connections are encrypted or not made. Every attempt is recorded before and
    after, so that running the command again goes on and never sends a letter twice.

    Example:
      lettergen batch protest-letter --tag embassy --channel email
      lettergen send protest-letter-2006-12-02
      lettergen send protest-letter-2006-12-02 --really
    """
    from dataclasses import replace
    from time import monotonic, sleep

    from lettergen.console import sendings
    from lettergen.console.terminal import show_json
    from lettergen.mailing.sending import InLedger, Pace, standing_of
    from lettergen.mailing.sending import send as start

    campaign = campaign_of(ctx)
    letters = _letters(campaign, what, outbox)
    retry = [name for name, asked in (("unknown", retry_unknown), ("refused", retry_refused)) if asked]
    server = _server(campaign, ca_file)
    rate = campaign.settings.smtp.rate_per_minute
    with _known(campaign) as known:
        standings = [(letter, *standing_of(letter, known, retry)) for letter in letters]
    sendings.show_sending_plan(standings, server, rate)
    if not really:
        if as_json:
            show_json([{"letter": one.letter_id, "before": was, "due": due} for one, was, due in standings])
        sendings.show_nothing_sent()
        return
    if server.user:
        server = replace(server, password=_password(server))
    with _ledger(campaign) as ledger:
        pace = Pace(rate, clock=monotonic, sleep=sleep)
        outcomes = start(letters, server, InLedger(ledger), pace, retry=retry)
        counts = sendings.follow_sending(outcomes, len(letters), as_json=as_json)
    is_done = counts["accepted"] + counts["held"] == counts.total()
    raise typer.Exit(ExitCode.OK if is_done else ExitCode.PARTIAL)


@contextmanager
def _known(campaign: "Campaign") -> "Iterator[Known]":
    """Open what is on record, if anything is; a ledger is made only when something is sent."""
    from lettergen.mailing.ledger import LEDGER_FILE
    from lettergen.mailing.sending import Empty, InLedger

    if not (campaign.home / LEDGER_FILE).exists():
        yield Empty()
        return
    with _ledger(campaign) as ledger:
        yield InLedger(ledger)


def _ledger(campaign: "Campaign") -> "Ledger":
    from lettergen.cli.today import moment
    from lettergen.mailing.ledger import LEDGER_FILE, Ledger

    return Ledger.open(campaign.home / LEDGER_FILE, campaign=campaign.settings.name, now=moment)


def _letters(campaign: "Campaign", what: list[Path], outbox: Path | None) -> "tuple[Outgoing, ...]":
    """Return what is named, each letter once.

    Raises:
        InputProblems: Something named is no mailing and no e-mail.
    """
    from lettergen.cli.planning import folder_for
    from lettergen.mailing.sending import of_files, of_mailing

    tray = folder_for(campaign, outbox)
    files = [path for path in what if path.suffix.lower() == ".eml"]
    folders = [path if path.is_dir() else tray / path for path in what if path not in files]
    found = [letter for folder in folders for letter in of_mailing(folder)]
    found += of_files(files) if files else ()
    return tuple({letter.identity: letter for letter in found}.values())


def _server(campaign: "Campaign", ca_file: Path | None) -> "Server":
    """Return the server of the settings, without its password.

    Raises:
        InputProblems: The settings name none.
    """
    from lettergen.mailing.sending import Server

    smtp = campaign.settings.smtp
    if not smtp.host:
        raise InputProblems.of(
            "no-mail-server",
            "lettergen.toml names no mail server.",
            'add `[smtp]` with `host = "mail.example.org"` and `user`, as your provider says; '
            "or open the files in your mail client and send them there.",
            Place(str(campaign.home / "lettergen.toml")),
        )
    set_file = campaign.folder / smtp.ca_file if smtp.ca_file else None
    return Server(
        host=smtp.host,
        port=smtp.port or PORTS[smtp.security],
        security=smtp.security,
        user=smtp.user,
        ca_file=ca_file or set_file,
        timeout=smtp.timeout_seconds,
    )


def _password(server: "Server") -> str:
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
        f"`pip install 'lettergen[keyring]'`, then `keyring set {place} USER`.",
    )
