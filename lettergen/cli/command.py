"""How a command looks in its ``--help``."""

import inspect
from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["Command", "Group", "help_of"]


class Command(TyperCommand):
    """A command whose switches are shown without the type that the parser gives them."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters."""
        return _plain(super().get_params(ctx))


class Group(TyperGroup):
    """The command above all others."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters."""
        return _plain(super().get_params(ctx))


def _plain(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        # `--sample <bool>` reads as if a word had to follow.
        if getattr(parameter, "is_flag", False) and parameter.metavar is None:
            parameter.metavar = ""
    return parameters


def help_of(command: Callable[..., Any]) -> str:
    """Return a docstring with each paragraph on one line, for the terminal to break; examples stay."""
    paragraphs = inspect.getdoc(command) or ""
    return "\n\n".join(
        one if one.startswith("Example:") else one.replace("\n", " ") for one in paragraphs.split("\n\n")
    )
