"""How a command ends that did not do what it was asked to."""

import errno
import os
import sys
from contextlib import suppress
from traceback import walk_tb

import typer

from lettergen.console.terminal import complain, show_json_line
from lettergen.errors import ExitCode, LettergenError, OutputError, Problem

__all__ = [
    "AS_JSON",
    "after_broken_pipe",
    "after_lost_output",
    "show_interrupted",
    "show_refusal",
    "show_unexpected",
    "show_usage",
]

AS_JSON = "--json"


def show_refusal(fault: LettergenError, *, as_json: bool = False) -> None:
    """Print the problems that stopped a command; a mistake on the command line needs no count.

    A program gets them on stdout, one object on one line; whoever looks at stderr still reads them there.
    """
    from lettergen.console.problems import as_records, show_problems

    if as_json:
        show_json_line({"exit_code": int(fault.exit_code), "problems": as_records(fault.problems)})
    # Where part of the work was done, its own sum has told of it.
    endings = {ExitCode.USAGE: None, ExitCode.PARTIAL: ""}
    show_problems(fault.problems, ending=endings.get(fault.exit_code, "Nothing was written."))


def show_usage(fault: typer.TyperException, arguments: list[str]) -> int:
    """Print what the command line lacks and return the exit code."""
    message = fault.format_message()
    code = int(getattr(fault, "exit_code", ExitCode.USAGE))
    if AS_JSON in arguments:
        show_json_line({"exit_code": code, "problems": [{"severity": "error", "message": message}]})
    context = getattr(fault, "ctx", None)
    command = context.command_path if context else "lettergen"
    if message:
        complain(message if message.endswith((".", "?")) else f"{message}.")
        complain(("   Fix: ", "green"), f"run `{command} --help` to see the usage.")
    return code


def show_interrupted() -> None:
    """Say that the command was stopped on request."""
    complain("Interrupted.")


def show_unexpected(fault: Exception) -> None:
    """Print the kind of a fault and its place in our code; neither holds anybody's data."""
    places = [
        f"{frame.f_globals.get('__name__')}:{line}"
        for frame, line in walk_tb(fault.__traceback__)
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] == "lettergen"
    ]
    complain((places[-1] if places else "lettergen", "bold"), f": {type(fault).__name__}.")
    complain("This is a fault in lettergen, not in your files.")
    complain(
        ("   Fix: ", "green"),
        "report the lines above and the command; they contain nothing from your letters.",
    )


def after_broken_pipe() -> int:
    """End quietly after the reader of stdout has gone, as ``| head`` does."""
    _drop_output()
    return ExitCode.PIPE_CLOSED


def after_lost_output(fault: OSError) -> int:
    """Tell that stdout or stderr cannot be written; if stderr cannot, the exit code has to do."""
    why = "it is closed" if fault.errno == errno.EBADF else os.strerror(fault.errno or 0).lower()
    problem = Problem(
        "output-not-written",
        f"the output could not be written to stdout: {why}.",
        "send it to a file on a disk with room, or to a program that reads all of it.",
    )
    _drop_output()
    with suppress(OSError):
        show_refusal(OutputError([problem]))
    return ExitCode.PROBLEMS


def _drop_output() -> None:
    """Keep Python from complaining when it flushes stdout at exit (see the documentation of SIGPIPE)."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
