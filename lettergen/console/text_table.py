"""Rows of cells as lines for a terminal, as wide as its characters are."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from lettergen.console.terminal import styled
from lettergen.pages.terminal.columns import clusters, columns, wrap
from lettergen.pages.terminal.visible import visible_lines

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["GAP", "StyledCell", "show_rows"]

StyledCell = tuple[str, str]
"""Text and style."""
GAP = 2
_NARROWEST = 8


def show_rows(
    console: "Console", rows: Sequence[Sequence[StyledCell]], *, whole: Sequence[int] = (0,)
) -> None:
    """Print rows in columns.

    Args:
        console: Where; its width is not exceeded unless the columns that stay whole do so.
        rows: Each has as many cells; where the window is too narrow, cells are broken into lines.
        whole: Columns that are not broken: ids, labels.
    """
    if not rows:
        return
    cells = [[visible_lines(text) for text, _ in row] for row in rows]
    widths = _widths(cells, console.width, whole)
    for row, shown in zip(rows, cells, strict=True):
        parts = [list(_broken(text, width)) for text, width in zip(shown, widths, strict=True)]
        for line in zip_longest(*parts, fillvalue=""):
            last = max((at for at, text in enumerate(line) if text), default=-1)
            filled = [
                (text + " " * (0 if at == last else widths[at] - columns(text) + GAP), row[at][1])
                for at, text in enumerate(line[: last + 1])
            ]
            console.print(styled(*filled), soft_wrap=True)


def _widths(cells: Sequence[Sequence[str]], room: int, whole: Sequence[int]) -> list[int]:
    """Return the width of each column; the widest of those that may be broken give way."""
    widths = [
        max(columns(line) for text in column for line in text.split("\n"))
        for column in zip(*cells, strict=True)
    ]
    breakable = [at for at in range(len(widths)) if at not in whole]
    words = [
        max((columns(word) for text in column for word in text.split()), default=0)
        for column in zip(*cells, strict=True)
    ]
    # Words stay whole where there is room for all of them.
    for least in (words, [_NARROWEST] * len(widths)):
        while sum(widths) + GAP * (len(widths) - 1) > room:
            wide = [at for at in breakable if widths[at] > least[at]]
            if not wide:
                break
            widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def _broken(text: str, width: int) -> Iterator[str]:
    for line in text.split("\n"):
        if columns(line) <= width:
            yield line
            continue
        for part in wrap(line, width):
            yield from _cut(part, width)


def _cut(text: str, width: int) -> Iterator[str]:
    line, room = "", width
    for cluster, needed in clusters(text):
        if needed > room:
            yield line
            line, room = "", width
        line, room = line + cluster, room - needed
    yield line
