"""The two streams: requested output goes to stdout, everything else to stderr."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Literal

from lettergen.pages.terminal.visible import visible, visible_lines

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = [
    "Loudness",
    "abilities",
    "allow_colour",
    "ask",
    "be_lenient",
    "clear",
    "complain",
    "deliver",
    "errors",
    "finish_output",
    "is_lost",
    "is_quiet",
    "is_verbose",
    "on_terminal",
    "open_closed_streams",
    "output",
    "say",
    "set_loudness",
    "show_json",
    "show_json_line",
    "show_line",
    "somebody_answers",
    "somebody_reads",
    "styled",
]

# Nobody's pipe should break a line of a table; a terminal's own width is used on a terminal.
_PIPE_WIDTH = 2000
# By these rich takes what is no terminal for one, or for one of another width.
_SAID_TO_BE_A_TERMINAL = ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")

Loudness = Literal["quiet", "usual", "verbose"]

_colour_allowed = True
_loudness: Loudness = "usual"


def allow_colour(allowed: bool) -> None:
    """Switch colour off for this run (``--no-color``); NO_COLOR works without this."""
    global _colour_allowed  # noqa: PLW0603 - one switch for one process, set before anything prints
    _colour_allowed = allowed


def set_loudness(loudness: Loudness) -> None:
    """Set how much is told in this run (``--quiet``, ``--verbose``)."""
    global _loudness  # noqa: PLW0603 - one switch for one process, set before anything prints
    _loudness = loudness


def is_quiet() -> bool:
    """Say whether only what went wrong is told."""
    return _loudness == "quiet"


def is_verbose() -> bool:
    """Say whether what is taken for granted is told, too."""
    return _loudness == "verbose"


def output() -> "Console":
    """Return the console of stdout."""
    return _console(stderr=False)


def errors() -> "Console":
    """Return the console of stderr."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    # Data must never be read as mark-up: `[/b]` in a name would stop the run.
    made = Console(
        stderr=stderr,
        markup=False,
        emoji=False,
        highlight=False,
        no_color=None if _colour_allowed else True,
    )
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _PIPE_WIDTH
    return made


def styled(*parts: str | tuple[str, str]) -> "Text":
    """Join parts, each a text or a text with its style, after making them visible."""
    from rich.text import Text

    text = Text()
    for part in parts:
        words, style = (part, "") if isinstance(part, str) else part
        text.append(visible(words), style or None)
    return text


def say(*parts: str | tuple[str, str]) -> None:
    """Print a message on stderr, unless only what went wrong is wanted."""
    if not is_quiet():
        complain(*parts)


def complain(*parts: str | tuple[str, str]) -> None:
    """Print on stderr what went wrong."""
    text = "".join(visible(part if isinstance(part, str) else part[0]) for part in parts)
    is_plain = not sys.stderr.isatty() and not any(name in os.environ for name in _SAID_TO_BE_A_TERMINAL)
    if is_plain and text.isascii() and len(text) < _PIPE_WIDTH:
        # What rich would write, without the time that it takes to load.
        sys.stderr.write(f"{text}\n")
        return
    errors().print(styled(*parts))


def ask(question: str) -> bool:
    """Ask a yes-or-no question on stderr; no answer and no terminal mean no."""
    if not somebody_answers():
        return False
    errors().print(styled(f"{question} [y/N] "), end="")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def show_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write ``value`` to stdout for another program; control characters are escaped, not shown."""
    sys.stdout.write(_without_controls(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")


def show_json_line(value: Mapping[str, Any]) -> None:
    """Write ``value`` on one line of stdout and flush, for a program that reads along."""
    sys.stdout.write(_without_controls(json.dumps(value, ensure_ascii=False)) + "\n")
    sys.stdout.flush()


def _without_controls(text: str) -> str:
    """Escape what JSON allows raw but a terminal would obey: DEL, C1 and format characters."""
    return "".join(c if c == "\n" or visible(c) == c else _json_escape(c) for c in text)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def deliver(content: bytes) -> None:
    """Write a requested letter to stdout, byte for byte unless it is a terminal."""
    if sys.stdout.isatty():
        sys.stdout.write(visible_lines(content.decode()))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    sys.stdout.flush()


def clear() -> None:
    """Empty the screen, if stdout is a terminal."""
    output().clear()


def on_terminal() -> bool:
    """Say whether stdout is read by a person."""
    return sys.stdout.isatty()


def somebody_reads() -> bool:
    """Say whether stderr is a terminal."""
    return sys.stderr.isatty()


def somebody_answers() -> bool:
    """Say whether a question would reach a person."""
    return sys.stdin.isatty()


def abilities() -> tuple[int, bool, str]:
    """Return the terminal's width, whether there is one, and its colours in words."""
    console = output()
    colours = console.color_system
    words = "no colour" if console.no_color or not colours else f"{colours} colour"
    return console.width, console.is_terminal, words


def open_closed_streams() -> None:
    """Put something behind each standard stream that is closed, lest the next file opened be in its place.

    What is closed for reading is empty; a write to a closed stdout is an error, and to a closed stderr lost.
    """
    reading, writing = os.O_RDONLY, os.O_WRONLY
    for number, (name, flags) in enumerate((("stdin", reading), ("stdout", reading), ("stderr", writing))):
        # Python has no stream for a descriptor that was closed when it started.
        if getattr(sys, name) is not None:
            continue
        descriptor = os.open(os.devnull, flags)
        try:
            os.fstat(number)
        except OSError:
            os.dup2(descriptor, number)
        setattr(sys, name, open(descriptor, "w" if number else "r", encoding="utf-8"))  # noqa: PTH123, SIM115


def finish_output() -> None:
    """Write what is still held back.

    Raises:
        OSError: Stdout or stderr does not take it.
    """
    sys.stdout.flush()
    sys.stderr.flush()


def is_lost(fault: Exception) -> bool:
    """Say whether stdout or stderr takes no more: the fault names no file, and was met in printing."""
    if isinstance(fault, BrokenPipeError):
        return True
    rooms = [str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(fault.__traceback__)]
    prints = bool(rooms) and rooms[-1].startswith(("lettergen.console.", "rich.", "typer."))
    return isinstance(fault, OSError) and fault.filename is None and prints


def be_lenient() -> None:
    """Make a terminal that cannot show a character show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def show_line(text: str) -> None:
    """Write one requested line to stdout."""
    sys.stdout.write(visible(text) + "\n")
