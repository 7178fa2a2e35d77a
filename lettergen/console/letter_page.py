"""The letter as a page in the terminal, one screen at a time if it is longer."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeVar

from rich.console import Console
from rich.style import Style
from rich.text import Text

from lettergen.console.terminal import output
from lettergen.errors import UnknownName
from lettergen.pages.terminal.cells import Role, row_width
from lettergen.pages.terminal.page import TerminalPage, WindowShade, draw
from lettergen.pages.terminal.visible import visible_lines

if TYPE_CHECKING:
    from lettergen.letters.letter import Letter
    from lettergen.reference.stationery import Stationery

__all__ = ["Paper", "chosen", "show_page", "show_rows", "show_text"]

Paper = Literal["auto", "light", "dark"]
Sheet = TypeVar("Sheet")

_ROLES: dict[Role, Style] = {
    "": Style(),
    "strong": Style(bold=True),
    "emphasis": Style(italic=True),
    "strong emphasis": Style(bold=True, italic=True),
    "faint": Style(dim=True),
}
# `auto` takes the terminal's own ink and paper, which its owner can read; the others bring their own.
_PAPERS: dict[Paper, dict[Role, Style]] = {
    "auto": {},
    "light": {"": Style.parse("#1a1a1a on #fbfaf6"), "faint": Style.parse("#8a8780 on #fbfaf6")},
    "dark": {"": Style.parse("#dedbd3 on #1e1f22"), "faint": Style.parse("#77756f on #1e1f22")},
}


NOTE = "On paper, lines and sheets may break in other places."


def show_page(
    letter: "Letter",
    stationery: "Stationery",
    *,
    only: int | None = None,
    paper: Paper = "auto",
    pager: bool = True,
    shade: WindowShade | None = None,
) -> None:
    """Print the letter as sheets in the middle of the terminal, with a note below.

    What the windows of all envelopes always show is shaded, if ``shade`` says where that is.

    Raises:
        UnknownName: The letter has fewer sheets than ``only``.
    """
    console = output()
    sheets = draw(letter, stationery, columns=console.width, shade=shade)
    texts = [row for sheet in chosen(sheets, only) for row in [*_rows(sheet, console, paper), Text()]]
    show_rows([*texts, _in_the_middle(NOTE, console)], console, pager=pager)


def chosen(sheets: Sequence[Sheet], only: int | None) -> Sequence[Sheet]:
    """Return the sheets to show: one, or all.

    Raises:
        UnknownName: There are fewer than ``only``.
    """
    if only and only > len(sheets):
        fix = f"choose a sheet from 1 to {len(sheets)}." if len(sheets) > 1 else "leave `--sheet` out."
        raise UnknownName.of("unknown-sheet", f"there is no sheet {only} here.", fix)
    return sheets[only - 1 : only] if only else sheets


def show_text(text: str, *, pager: bool = True) -> None:
    """Print a letter as the plain text that would be sent."""
    lines = visible_lines(text).removesuffix("\n").split("\n")
    show_rows([Text(line) for line in lines], output(), pager=pager)


def _in_the_middle(note: str, console: Console) -> Text:
    margin = (console.width - len(note)) // 2 if console.is_terminal else 0
    return Text(" " * max(0, margin) + note, style="dim")


def _rows(sheet: TerminalPage, console: Console, paper: Paper) -> Iterable[Text]:
    margin = 0
    if console.is_terminal and sheet.rows:
        margin = max(0, (console.width - row_width(sheet.rows[0])) // 2)
    for row in sheet.rows:
        text = Text(" " * margin, no_wrap=True, overflow="ignore")
        for part in row:
            text.append(part.text, _style(part.role, paper))
        yield text


def _style(role: Role, paper: Paper) -> Style:
    colours = _PAPERS[paper]
    if not colours:
        return _ROLES[role]
    return colours[role] if role == "faint" else colours[""] + _ROLES[role]


def show_rows(texts: Sequence[Text], console: Console, *, pager: bool) -> None:
    """Print rows, one screen at a time if they are too many for one."""
    if not (pager and console.is_terminal and sys.stdin.isatty() and len(texts) >= console.height):
        _print(texts, console)
        return
    with console.capture() as captured:
        _print(texts, console)
    if not _in_pager(captured.get()):
        _print(texts, console)


def _print(texts: Sequence[Text], console: Console) -> None:
    for text in texts:
        console.print(text, soft_wrap=True)


def _in_pager(content: str) -> bool:
    """Show ``content`` in the user's pager and say whether there is one."""
    command = shlex.split(os.environ.get("PAGER") or "less")
    if not command or not shutil.which(command[0]):
        return False
    # As git does: quit if one screen is enough, let colours through, leave the page on the screen.
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8"} | os.environ
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - the user's own $PAGER
    with suppress(BrokenPipeError):
        process.communicate(content.encode())
    return True
