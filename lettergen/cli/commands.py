"""All commands: which module has each, and what happens to an error."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Annotated

import typer

from lettergen import __version__
from lettergen.cli.clock import as_of
from lettergen.cli.every_command import loudness
from lettergen.cli.help_format import Command, Group, grouped, help_of
from lettergen.cli.topics import COMMANDS
from lettergen.errors import ExitCode, LettergenError
from lettergen.pages.pdf.postponed_modules import postponed

__all__ = ["app_with", "run"]

_WITH_A_WORD = ("--folder", "-C")
_ALONE = ("--quiet", "-q", "--verbose", "--no-color")


def _show_version(wanted: bool) -> None:
    if wanted:
        from lettergen.console.terminal import show_line

        show_line(f"lettergen {__version__}")
        raise typer.Exit


def _for_all(
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            "-C",
            metavar="DIR",
            help="Campaign folder: lettergen.toml, recipients, senders, cases/. Default: the current folder, "
            "or the next one above it with a lettergen.toml; otherwise lettergen's own samples.",
            envvar="LETTERGEN_FOLDER",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Show only what went wrong.", envvar="LETTERGEN_QUIET"),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", help="Also show which campaign and letter it is.", envvar="LETTERGEN_VERBOSE"
        ),
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Use no colour; so does NO_COLOR.")] = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Write letters and appeals to governments, embassies, the UN and the press.

    Facts are in the files of a campaign folder, words in letter templates; lettergen makes the
    letters as PDF, text, HTML, fax or e-mail, or shows them as a page in the terminal.

    --folder, --quiet, --verbose and --no-color may stand before the command or after it.

    Exit codes: 0 done, 1 problems in the files, 2 usage, 3 some letters failed, 130 interrupted.

    Example:
      lettergen init spring-campaign
      lettergen templates
      lettergen preview protest-letter --sample
    """
    from lettergen.console import terminal

    # The parser has used the version, and the commands find the folder in the context.
    del folder, version
    terminal.allow_colour(not no_color)
    terminal.set_loudness(loudness(quiet=quiet, verbose=verbose))


def app_with(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the command line with some commands, or all."""
    made = typer.Typer(
        name="lettergen",
        cls=Group,
        no_args_is_help=True,
        # Written out, for it was once otherwise: a traceback with locals would show who is written about.
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    for name in names:
        panel, word = COMMANDS[name], name.replace("-", "_")
        word += "_" * iskeyword(word)
        command = getattr(import_module(f"lettergen.cli.{word}"), word)
        if isinstance(command, typer.Typer):
            made.add_typer(command, rich_help_panel=panel)
        else:
            made.command(name, cls=Command, help=help_of(command), rich_help_panel=panel)(grouped(command))
    made.callback(help=help_of(_for_all))(_for_all)
    return made


def _load_pydantic() -> None:
    """Load pydantic, which every command needs, without its search for plugins: none are allowed."""
    asked = {"importlib.metadata": ("entry_points", "distributions")}  # the second by pydantic before 2.14
    with postponed([], asked, of="pydantic"), suppress(ImportError):
        # The first value that it checks makes it load all that it needs.
        import_module("pydantic").TypeAdapter(int)


def _named_in(arguments: Sequence[str]) -> Collection[str]:
    """Return the command that a command line names; if that is unclear, or for help, all."""
    words = iter(arguments)
    for word in words:
        if word in COMMANDS:
            return [word]
        if word in _WITH_A_WORD:
            next(words, None)
        elif word not in _ALONE:
            break
    return COMMANDS


def run(arguments: list[str], *, today: date | None = None) -> int:
    """Run a command line and return its exit code; every error is reported here, and only here.

    Args:
        arguments: The words after `lettergen`.
        today: The date for undated letters and checks; default: the clock's.
    """
    from lettergen.console import refusals, terminal

    terminal.open_closed_streams()
    terminal.be_lenient()
    try:
        code = _run(arguments, today)
        terminal.finish_output()
    except BrokenPipeError:
        return refusals.after_broken_pipe()
    except OSError as fault:
        return refusals.after_lost_output(fault)
    return code


def _run(arguments: list[str], today: date | None) -> int:
    from lettergen.console import refusals, terminal

    try:
        with as_of(today):
            names = _named_in(arguments)
            if len(names) == 1:
                _load_pydantic()
            code = app_with(names)(args=arguments, prog_name="lettergen", standalone_mode=False)
    except LettergenError as fault:
        refusals.show_refusal(fault, as_json=refusals.AS_JSON in arguments)
        return fault.exit_code
    except typer.TyperException as fault:
        return refusals.show_usage(fault, arguments)
    except SystemExit as fault:
        # Typer takes a pipe that nobody reads any more for the end of the program, with code 1.
        if isinstance(fault.__context__, BrokenPipeError):
            raise fault.__context__ from None
        raise
    except (KeyboardInterrupt, typer.Abort):
        code = ExitCode.INTERRUPTED
    except Exception as fault:  # the one boundary: a fault of ours is told without anybody's data
        if terminal.is_lost(fault):
            raise
        refusals.show_unexpected(fault)
        return ExitCode.PROBLEMS
    if code == ExitCode.INTERRUPTED:
        refusals.show_interrupted()
    return int(code or ExitCode.OK)
