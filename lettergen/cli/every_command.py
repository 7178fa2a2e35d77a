"""The options that every command has, before its name or after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from lettergen.console import terminal
from lettergen.errors import MissingOptionError

__all__ = ["EveryCommand", "folder_of", "loudness"]

PANEL = "For every command"


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryCommand:
    """The same options as before the command; their names differ from those of commands' own."""

    campaign_folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            "-C",
            metavar="DIR",
            help="Campaign folder.",
            show_default=False,
            rich_help_panel=PANEL,
        ),
    ] = None
    is_quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Show only what went wrong.", rich_help_panel=PANEL)
    ] = False
    is_verbose: Annotated[
        bool,
        typer.Option("--verbose", help="Also show which campaign and letter it is.", rich_help_panel=PANEL),
    ] = False
    without_color: Annotated[
        bool, typer.Option("--no-color", help="Use no colour.", rich_help_panel=PANEL)
    ] = False

    def take_effect(self) -> None:
        """Follow them, beside those that stood before the command."""
        if self.without_color:
            terminal.allow_colour(False)
        if self.is_quiet or self.is_verbose:
            terminal.set_loudness(loudness(quiet=self.is_quiet, verbose=self.is_verbose))


def loudness(*, quiet: bool, verbose: bool) -> terminal.Loudness:
    """Return how much is told.

    Raises:
        MissingOptionError: Both more and less is asked for.
    """
    if quiet and verbose:
        raise MissingOptionError.of(
            "quiet-and-verbose",
            "`--quiet` asks for less and `--verbose` for more.",
            "leave out one of them; LETTERGEN_QUIET and LETTERGEN_VERBOSE count, too.",
        )
    return "quiet" if quiet else "verbose" if verbose else "usual"


def folder_of(ctx: typer.Context) -> Path | None:
    """Return the folder of ``--folder``, wherever it stands, or None for the current one."""
    for params in _from_the_inside(ctx):
        for name in ("campaign_folder", "folder"):
            folder = params.get(name)
            # `init` has a folder of its own, which is an argument.
            if isinstance(folder, Path) and (name == "campaign_folder" or params is ctx.find_root().params):
                return folder
    return None


def _from_the_inside(ctx: typer.Context) -> Iterator[dict[str, object]]:
    one: typer.Context | None = ctx
    while one is not None:
        yield one.params
        one = one.parent  # type: ignore[assignment]  # typer's own class
