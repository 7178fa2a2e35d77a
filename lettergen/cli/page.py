"""The command that makes an action page: one HTML file in which anybody writes a letter."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lettergen.api import MailingRequest
from lettergen.cli import options, parties
from lettergen.cli.clock import today
from lettergen.cli.output_file import STDOUT
from lettergen.cli.selection import opened
from lettergen.errors import InputProblems

__all__ = ["page"]


def page(
    ctx: typer.Context,
    template: options.TemplateName,
    recipients: parties.Recipients = parties.Recipients(),
    fallback: Annotated[
        str | None,
        typer.Option(
            "--fallback",
            metavar="ID",
            help="The recipient for people in whose country there is none. Default: they choose one.",
            show_default=False,
            autocompletion=options.completion.recipients,
        ),
    ] = None,
    also_to: Annotated[
        parties.Names,
        typer.Option(
            "--also-to",
            metavar="ID",
            help=f"Recipient offered to everybody, whatever the country{parties.MANY}",
            autocompletion=options.completion.recipients,
        ),
    ] = None,
    case: options.CaseId = None,
    on: options.On = None,
    until: Annotated[
        date | None,
        typer.Option(
            "--until",
            metavar="DATE",
            parser=options.a_date,
            help="Last day on which the page can be used, at most a year on. Default: `send_before` of the "
            "case, or 90 days on.",
            show_default=False,
        ),
    ] = None,
    even_so: options.EvenSo = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The page; - is stdout. Default: TEMPLATE.html.",
            show_default=False,
        ),
    ] = None,
    force: options.Force = False,
) -> None:
    """Make a web page in which anybody writes the letter, without lettergen.

    The page is one file. It works from a stick, as an attachment or on any web space; it asks nothing of any
    server and stores nothing. A visitor chooses a language and a country, gets the recipients there, adds
    name, address and own words, and opens the letter in the mail program, copies, prints or saves it.

    Everybody can read it, so whatever the letter says must be cleared for the public. --date is the first day
    of its letters, --until the last; what a letter says on a certain day, the page says on that day.

    Example:
      lettergen page protest-letter --case repatriations --tag embassy -o page.html
      lettergen page protest-letter --tag embassy --fallback cn-mission-geneva --until 2026-12-02
    """
    from lettergen.console.problems import show_warnings
    from lettergen.console.reports import recipients_followed, show_page
    from lettergen.console.terminal import deliver
    from lettergen.letters.privacy.disclosure import in_file_name
    from lettergen.outbox.atomic_files import write_file

    campaign = opened(ctx)
    path = out or Path(f"{template}.html")
    if path != STDOUT and (problems := list(in_file_name(path, campaign.facts, today()))):
        raise InputProblems(problems)
    wanted = MailingRequest(
        templates=(template,),
        recipients=recipients.choice(),
        case=case,
        on=on,
        also_to=tuple(also_to or ()),
        fallback=fallback,
        even_so=even_so,
    )
    made = campaign.page(wanted, today=today(), last=until, follow=recipients_followed)
    content = made.html.encode()
    show_warnings(made.problems)
    if path == STDOUT:
        deliver(content)
        return
    write_file(path, content, force=force)
    show_page(made, path, len(content))
