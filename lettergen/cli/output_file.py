"""Where one letter goes: its default file, a named file, or stdout."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lettergen.errors import MissingOptionError, UnknownName

if TYPE_CHECKING:
    from lettergen.rendering.rendered_letter import RenderedLetter

__all__ = [
    "PICTURE",
    "STDOUT",
    "agreed",
    "format_of",
    "open_with_its_program",
    "put",
    "refuse_json_beside",
    "save",
]

STDOUT = Path("-")
PICTURE = "png"
"""Not a form in which letters are sent, but one in which a page is shown to others."""
_NOT_TO_READ = {"pdf": "a PDF", "tif": "a fax", PICTURE: "a picture"}


def format_of(out: Path | None, chosen: str | None) -> str:
    """Return the format of a letter: as chosen, or by the suffix of its file.

    Raises:
        UnknownName: The suffix is not that of a format.
        MissingOptionError: A PDF would go to a terminal.
    """
    from lettergen.rendering.renderer import FORMATS

    suffix = "" if out is None or out == STDOUT else out.suffix.removeprefix(".").lower()
    if chosen is None and suffix and suffix not in (*FORMATS, PICTURE):
        known = ", ".join(f".{name}" for name in (*FORMATS, PICTURE))
        raise UnknownName.of(
            "unknown-format",
            f"the suffix of `{out}` is not a format that lettergen writes.",
            f"use one of {known}, or add `--format`.",
        )
    found = chosen or suffix or "pdf"
    if out == STDOUT and found in _NOT_TO_READ:
        refuse_on_terminal(_NOT_TO_READ[found])
    return found


def refuse_on_terminal(what: str = "a PDF") -> None:
    """Check that stdout is read by a program, before a file is made for it.

    Raises:
        MissingOptionError: It is a terminal.
    """
    from lettergen.console.terminal import on_terminal

    if on_terminal():
        raise MissingOptionError.of(
            "pdf-on-terminal",
            f"{what} cannot be read in a terminal.",
            "write it to a file: `-o letter.pdf`; of a letter, `--format txt` is readable here.",
        )


def refuse_json_beside(out: Path, *, as_json: bool) -> None:
    """Check that stdout can take a PDF: no JSON is wanted there, and it is no terminal.

    Raises:
        MissingOptionError: It cannot.
    """
    if out != STDOUT:
        return
    if as_json:
        raise MissingOptionError.of(
            "nothing-to-open", "`--json` needs a file, and `-o -` makes none.", "write `-o FILE.pdf`."
        )
    refuse_on_terminal()


def put(path: Path, content: bytes, *, force: bool) -> bool:
    """Write a finished file to its place, and say whether that is a file: ``-`` is stdout.

    Raises:
        OutputError: The file exists or cannot be written.
    """
    from lettergen.console.terminal import deliver
    from lettergen.outbox.atomic_files import write_file

    if path == STDOUT:
        deliver(content)
        return False
    write_file(path, content, force=force)
    return True


def save(made: "RenderedLetter", suffix: str, out: Path | None, *, force: bool) -> tuple[Path, ...]:
    """Write a letter to its destination and return the paths; none means stdout.

    Several pages as pictures are files of their own: ``letter-1.png``, ``letter-2.png``.

    Raises:
        OutputError: A file exists or cannot be written.
        MissingOptionError: Several pictures would go to stdout.
    """
    from lettergen.console.terminal import deliver
    from lettergen.outbox.atomic_files import file_name, refuse_taken, write_file

    contents = _pictures(made) if suffix == PICTURE else [dict(made.contents)[suffix]]
    if out == STDOUT:
        if len(contents) > 1:
            raise MissingOptionError.of(
                "several-pictures",
                f"this letter has {len(contents)} pages, and stdout takes one picture.",
                "write them to files: `-o letter.png`.",
            )
        deliver(contents[0])
        return ()
    path = out or Path(file_name(made.letter_id, suffix))
    paths = [path]
    if len(contents) > 1:
        paths = [path.with_stem(f"{path.stem}-{number}") for number in range(1, len(contents) + 1)]
    refuse_taken(paths, force=force)
    for one, content in zip(paths, contents, strict=True):
        write_file(one, content, force=force)
    return tuple(paths)


def _pictures(made: "RenderedLetter") -> list[bytes]:
    from lettergen.pages.pictures import as_png, pictures

    return [as_png(one) for one in pictures(dict(made.contents)["pdf"])]


def open_with_its_program(path: Path) -> None:
    """Open a finished file with the program that the desktop has for it; say where there is none."""
    from lettergen.console.terminal import say

    if typer.launch(str(path)) != 0:
        say(f"No program opened {path}.")


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
