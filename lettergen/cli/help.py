"""The command that shows the help of another, or a page of the documentation."""

from typing import Annotated

import typer

from lettergen.cli import completion
from lettergen.cli.topics import COMMANDS, topics
from lettergen.errors import UnknownName, did_you_mean

__all__ = ["help"]


def help(  # noqa: A001 - the word that people try
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="TOPIC",
            help="A command or a page; without it, all are listed.",
            show_default=False,
            autocompletion=completion.topics,
        ),
    ] = None,
) -> None:
    """Show the help of a command, or a page of the documentation.

    Example:
      lettergen help
      lettergen help batch
      lettergen help protest-day
    """
    from lettergen.cli.commands import app_with
    from lettergen.console.help_pages import show_help_page, show_topics

    known = topics()
    if topic is None:
        app_with()(args=["--help"], prog_name="lettergen", standalone_mode=False)
        show_topics(known)
    elif topic in COMMANDS:
        app_with([topic])(args=[topic, "--help"], prog_name="lettergen", standalone_mode=False)
    elif topic in known:
        show_help_page(known[topic])
    else:
        raise UnknownName.of(
            "unknown-topic",
            f"there is no help on `{topic}`.",
            did_you_mean(topic, (*COMMANDS, *known), "run `lettergen help` to see what there is."),
        )
