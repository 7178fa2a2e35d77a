"""Where one letter goes: its default file, a named file, or stdout."""

from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import MissingOptionError, UnknownName

if TYPE_CHECKING:
    from lettergen.rendering.renderer import RenderedLetter

__all__ = ["STDOUT", "agreed", "format_of", "save"]

STDOUT = Path("-")
_NOT_TO_READ = {"pdf": "a PDF", "tif": "a fax"}


def format_of(out: Path | None, chosen: str | None) -> str:
    """Return the format of a letter: as chosen, or by the suffix of its file.

    Raises:
        UnknownName: The suffix is not that of a format.
        MissingOptionError: A PDF would go to a terminal.
    """
    from lettergen.console.terminal import on_terminal
    from lettergen.rendering.renderer import FORMATS

    suffix = "" if out is None or out == STDOUT else out.suffix.removeprefix(".").lower()
    if chosen is None and suffix and suffix not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise UnknownName.of(
            "unknown-format",
            f"the suffix of `{out}` is not a format that lettergen writes.",
            f"use one of {known}, or add `--format`.",
        )
    found = chosen or suffix or "pdf"
    if out == STDOUT and found in _NOT_TO_READ and on_terminal():
        raise MissingOptionError.of(
            "pdf-on-terminal",
            f"{_NOT_TO_READ[found]} cannot be read in a terminal.",
            "add `--format txt`, or write it to a file: `-o letter.pdf`.",
        )
    return found


def save(made: "RenderedLetter", suffix: str, out: Path | None, *, force: bool) -> Path | None:
    """Write a letter to its destination and return the path; None means stdout.

    Raises:
        OutputError: The file exists or cannot be written.
    """
    from lettergen.console.terminal import deliver
    from lettergen.outbox.atomic_files import file_name, write_file

    content = dict(made.contents)[suffix]
    if out == STDOUT:
        deliver(content)
        return None
    path = out or Path(file_name(made.letter_id, suffix))
    write_file(path, content, force=force)
    return path


def agreed(count: int, *, yes: bool, noun: str = "letter") -> bool:
    """Ask whether to carry out the plan.

    Raises:
        MissingOptionError: There is nobody to ask.
    """
    from lettergen.console.mailings import confirm
    from lettergen.console.terminal import somebody_answers

    if yes:
        return True
    if not somebody_answers():
        raise MissingOptionError.of(
            "nobody-to-ask",
            "this is not a terminal, so nobody can confirm the plan.",
            "add `--yes` to confirm it, or `--dry-run` to see it only.",
        )
    return confirm(count, noun)
