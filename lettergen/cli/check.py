"""The command that checks all facts and templates, and the campaign's own mailing file."""

from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.selection import chosen_checks, opened
from lettergen.errors import ExitCode

__all__ = ["check"]


def check(
    ctx: typer.Context,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="NAME,…",
            help="Show only these checks; `lettergen checks` lists their names.",
            show_default=False,
            autocompletion=options.completion.checks,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="NAME,…",
            help="Leave these checks out of the report; `write` and `batch` still refuse.",
            show_default=False,
            autocompletion=options.completion.checks,
        ),
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every place of every problem.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Check all facts and templates, and write nothing.

    Reads lettergen.toml, recipients, senders, cases/, letter_templates/ and mailing.yaml of the campaign
    folder, plans the mailing, and makes each template's sample letter in memory. Exit code 1 if there
    is an error; warnings, such as an entry that nobody has checked for half a year, do not fail.
    With --select or --ignore the exit code depends on what is shown. Warnings that `ignore_checks` in
    lettergen.toml names are only counted; --select shows them.

    Example:
      lettergen check
      lettergen check --ignore entry-not-checked,office-not-suited
      lettergen --folder spring-campaign check --all
    """
    from lettergen.console.reports import show_check

    is_wanted = chosen_checks(select or (), ignore or ())
    campaign = opened(ctx, whole=False)
    found = [problem for problem in campaign.check(today=today()) if is_wanted(problem.name)]
    known = () if select else campaign.facts.settings.ignore_checks
    ignored = [problem for problem in found if problem.name in known and not problem.is_error]
    problems = tuple(problem for problem in found if problem not in ignored)
    counts = {
        "recipients": len(campaign.facts.recipients),
        "senders": len(campaign.facts.senders),
        "cases": len(campaign.facts.cases),
        "signatures": sum(len(one.signatures) for one in campaign.facts.signatures),
        "templates": len(campaign.templates()),
    }
    show_check(problems, counts, ignored=ignored, show_all=show_all, as_json=as_json)
    raise typer.Exit(ExitCode.PROBLEMS if any(one.is_error for one in problems) else ExitCode.OK)
