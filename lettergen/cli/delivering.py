"""Where one letter goes: a file of its own name, a file that is named, or stdout."""

from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.cli.choosing import MissingOptionError
from lettergen.errors import UnknownName

if TYPE_CHECKING:
    from lettergen.mailing.workshop import Made

__all__ = ["agreed", "format_of", "save"]

STDOUT = Path("-")
_NOT_TO_READ = {"pdf": "a PDF", "tif": "a fax"}


def format_of(out: Path | None, chosen: str | None) -> str:
    """Return the format of a letter: as chosen, or by the suffix of its file.

    Raises:
        UnknownName: The suffix stands for no format.
        MissingOptionError: A PDF would go to a terminal.
    """
    from lettergen.console.terminal import on_terminal
    from lettergen.mailing.workshop import FORMATS

    suffix = "" if out is None or out == STDOUT else out.suffix.removeprefix(".").lower()
    if chosen is None and suffix and suffix not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise UnknownName.of(
            "unknown-format",
            f"the suffix of `{out}` says no format that there is.",
            f"end the name in one of {known}, or add `--format`.",
        )
    found = chosen or suffix or "pdf"
    if out == STDOUT and found in _NOT_TO_READ and on_terminal():
        raise MissingOptionError.of(
            "pdf-on-terminal",
            f"{_NOT_TO_READ[found]} is nothing to read in a terminal.",
            "add `--format txt`, or send it to a file or a program: `-o - > letter.pdf`.",
        )
    return found


def save(made: "Made", suffix: str, out: Path | None, *, force: bool) -> Path | None:
    """Put a letter where it is wanted and return the path; None means stdout.

    Raises:
        OutputError: A file of that name exists, or cannot be written.
    """
    from lettergen.console.terminal import deliver
    from lettergen.mailing.bundle import file_name, write_file

    content = dict(made.contents)[suffix]
    if out == STDOUT:
        deliver(content)
        return None
    path = out or Path(file_name(made.letter_id, suffix))
    write_file(path, content, force=force)
    return path


def agreed(count: int, *, yes: bool, noun: str = "letter") -> bool:
    """Say whether what was planned is to be made.

    Raises:
        MissingOptionError: Nobody is there to be asked.
    """
    from lettergen.console.mailings import confirm
    from lettergen.console.terminal import somebody_answers

    if yes:
        return True
    if not somebody_answers():
        raise MissingOptionError.of(
            "nobody-to-ask",
            "nobody is at the terminal to agree to the plan.",
            "add `--yes` to make it, or `--dry-run` to see it only.",
        )
    return confirm(count, noun)
