"""Commands for the beginning: a campaign folder, and whether this machine can make letters."""

from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.choosing import folder_of
from lettergen.cli.today import today
from lettergen.errors import ExitCode

__all__ = ["doctor", "init"]


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder; it is made if missing.", show_default=False)
    ],
) -> None:
    """Make a campaign folder with commented samples.

    Writes lettergen.toml, recipients.yaml, senders.yaml, cases/example.yaml, a letter template to edit,
    mailing.yaml (who writes what to whom), schemas with which an editor completes and checks the files,
    and a .gitignore that keeps letters and ledger out of a repository. Nothing is ever replaced.

    Example:
      lettergen init spring-campaign
    """
    from lettergen.cli.scaffold import GITIGNORE, make_campaign
    from lettergen.console.reports import show_new_campaign

    files = make_campaign(folder, today())
    show_new_campaign(folder, files, has_own_gitignore=Path(GITIGNORE) not in files)


def doctor(ctx: typer.Context, as_json: options.AsJson = False) -> None:
    """Say whether this machine is ready to make letters, and how to make it so.

    Looks for Python, the libraries that typeset (Pango, HarfBuzz, fontconfig), the fonts, the
    terminal, the campaign folder and its outbox. Writes nothing. Exit code 1 if something is missing.

    Example:
      lettergen doctor
    """
    from lettergen.cli.diagnosis import examine
    from lettergen.console.reports import show_diagnosis

    findings = examine(folder_of(ctx))
    show_diagnosis(findings, as_json=as_json)
    raise typer.Exit(ExitCode.OK if all(one.is_ok for one in findings) else ExitCode.PROBLEMS)
