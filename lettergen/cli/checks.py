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
            help="Tell all about this one.",
            show_default=False,
            autocompletion=options.completion.checks,
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List what is checked, or tell what one check means and why.

    The name stands in brackets in front of each problem.

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
