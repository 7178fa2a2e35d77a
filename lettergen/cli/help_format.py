"""How a command looks in its ``--help``."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints

from typer.core import TyperCommand, TyperGroup

from lettergen.cli.every_command import EveryCommand

__all__ = ["Command", "Group", "grouped", "help_of"]


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


def grouped(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command with an option for each field of those parameters that are dataclasses of options.

    The options of every command are among them, and take effect before it runs.
    """
    common = inspect.Parameter("common", inspect.Parameter.KEYWORD_ONLY, annotation=EveryCommand)
    parameters: list[inspect.Parameter] = []
    groups: dict[str, tuple[Callable[..., object], list[str]]] = {}
    for parameter in (*inspect.signature(command, eval_str=True).parameters.values(), common):
        kind = parameter.annotation
        if not (isinstance(kind, type) and is_dataclass(kind)):
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        hints = get_type_hints(kind, include_extras=True)
        groups[parameter.name] = (kind, [one.name for one in fields(kind)])
        parameters += [
            inspect.Parameter(
                one.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if one.default is MISSING else one.default,
                annotation=hints[one.name],
            )
            for one in fields(kind)
        ]

    @wraps(command)
    def run(**given: Any) -> Any:
        values: dict[str, Any] = {
            name: kind(**{one: given.pop(one) for one in names}) for name, (kind, names) in groups.items()
        }
        values.pop("common").take_effect()
        return command(**given, **values)

    # Where typer looks for the options.
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run
