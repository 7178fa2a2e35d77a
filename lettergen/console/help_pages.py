"""Pages of the documentation in the terminal."""

from collections.abc import Mapping
from pathlib import Path

from rich.markdown import Markdown
from rich.text import Text

from lettergen.console.letter_page import show_rows
from lettergen.console.terminal import output, show_line

__all__ = ["show_help_page", "show_topics"]


_MOST_COLUMNS = 100
"""Longer lines are hard to read."""


def show_topics(pages: Mapping[str, Path]) -> None:
    """List the pages, each with its heading."""
    width = max(map(len, pages))
    show_line("Pages: lettergen help TOPIC")
    for name, path in pages.items():
        with path.open(encoding="utf-8") as file:
            show_line(f"  {name:<{width}}  {file.readline().removeprefix('# ').strip()}")


def show_help_page(path: Path) -> None:
    """Print a page, one screen at a time if it is longer; to a file or another program as it is written."""
    console, page = output(), path.read_text(encoding="utf-8")
    rows = [Text(line) for line in page.splitlines()]
    if console.is_terminal:
        with console.capture() as captured:
            width = min(console.width, _MOST_COLUMNS)
            console.print(Markdown(page, hyperlinks=False), width=width)
        rows = [Text.from_ansi(line) for line in captured.get().splitlines()]
    show_rows(rows, console, pager=True)
