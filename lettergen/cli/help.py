"""The command that shows the help of another, or a page of the documentation."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import completion
from lettergen.errors import UnknownName, did_you_mean

__all__ = ["help", "topics"]

PAGES = ("tutorial.md", "how-to", "explanation", "reference/exit-codes.md", "reference/templates.md")
"""Pages that people read; what is looked up in tables is better read in a browser."""


def topics() -> Mapping[str, Path]:
    """Return the pages that come with lettergen, by name."""
    from lettergen.facts.campaign import starter_folder

    docs = starter_folder() / "docs"
    places = [docs / name for name in PAGES]
    pages = (page for place in places for page in (sorted(place.glob("*.md")) if place.is_dir() else [place]))
    return {page.stem: page for page in pages}


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
    from lettergen.cli.commands import COMMANDS, app_with
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
