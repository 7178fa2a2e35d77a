"""The command that lists what is checked, and tells what one check means."""

from typing import Annotated

import typer

from lettergen.cli import options

__all__ = ["checks"]


def checks(
    check_name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="Explain this one.",
            show_default=False,
            autocompletion=options.completion.checks,
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the checks, or explain one of them.

    A check's name is in brackets before each problem that it finds.

    Example:
      lettergen checks
      lettergen checks past-send-before
    """
    from lettergen.console.reports import show_check_explained, show_checks
    from lettergen.letters import catalogue

    if check_name:
        show_check_explained(catalogue.check(check_name), as_json=as_json)
    else:
        show_checks(tuple(catalogue.catalogue().values()), as_json=as_json)
