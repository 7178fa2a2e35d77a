"""Text in the cells of a terminal: styled runs, rows, and a canvas to set them on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lettergen.letters.letter import Span
from lettergen.pages.terminal.columns import clusters, columns, wrap
from lettergen.pages.terminal.visible import visible, visible_lines

__all__ = ["Canvas", "Role", "Row", "StyledRun", "cut", "row_width", "run", "wrap_spans"]

Role = Literal["", "strong", "emphasis", "strong emphasis", "faint"]
"""``faint`` is for edges, marks, frames and small print."""

# On paper these show only where a line breaks, if at all.
_NOTHING_TO_SEE = str.maketrans("", "", "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{WORD JOINER}")


@dataclass(frozen=True, slots=True)
class StyledRun:
    """Characters of one role that stand side by side."""

    text: str
    role: Role = ""


Row = tuple[StyledRun, ...]


def run(text: str, role: Role = "") -> Row:
    """Return ``text`` as a row of one run, its control characters made visible."""
    return (StyledRun(visible(text.translate(_NOTHING_TO_SEE)), role),)


def row_width(row: Iterable[StyledRun]) -> int:
    """Return how many columns ``row`` takes."""
    return sum(columns(part.text) for part in row)


def wrap_spans(spans: Iterable[Span], width: int, role: Role = "") -> list[Row]:
    """Break styled text into rows of at most ``width`` columns, as `columns.wrap` breaks plain text.

    A word that is wider than the row is cut, because nothing may go beyond the sheet.
    """
    styled = [
        (character, _role(span, role))
        for span in spans
        for character in visible_lines(span.text.translate(_NOTHING_TO_SEE))
    ]
    lines = wrap("".join(character for character, _ in styled), width)
    rows: list[Row] = []
    at = 0
    for line in lines:
        cells: list[tuple[str, Role]] = []
        for character in line:
            at = _find(styled, at, character)
            cells.append((character, styled[at][1]))
            at += 1
        rows += [_runs(part) for part in _pieces(cells, width)]
    return rows


def cut(row: Sequence[StyledRun], width: int) -> Row:
    """Return the beginning of ``row`` that fits ``width`` columns."""
    kept = next(_pieces(((c, part.role) for part in row for c in part.text), width))
    return _runs(kept)


def _role(span: Span, otherwise: Role) -> Role:
    if span.strong:
        return "strong emphasis" if span.emphasis else "strong"
    if span.emphasis:
        return "strong emphasis" if otherwise == "strong" else "emphasis"
    return otherwise


def _find(styled: Sequence[tuple[str, Role]], at: int, character: str) -> int:
    """Return where ``character`` of a broken line stands in the text; breaks have swallowed spaces."""
    while styled[at][0] != character and not (character == " " and styled[at][0] in "\u00a0\u202f"):
        at += 1
    return at


def _pieces(cells: Iterable[tuple[str, Role]], width: int) -> Iterator[list[tuple[str, Role]]]:
    """Yield parts of at most ``width`` columns; the first sign of what is read as one gives it its role."""
    signs = list(cells)
    piece: list[tuple[str, Role]] = []
    room, at = width, 0
    for cluster, needed in clusters("".join(sign for sign, _ in signs)):
        if needed > room:
            yield piece
            piece, room = [], width
        piece.append((cluster, signs[at][1]))
        at += len(cluster)
        room -= needed
    yield piece


def _runs(cells: Iterable[tuple[str, Role]]) -> Row:
    runs: list[StyledRun] = []
    for character, role in cells:
        if runs and runs[-1].role == role:
            runs[-1] = StyledRun(runs[-1].text + character, role)
        else:
            runs.append(StyledRun(character, role))
    return tuple(runs)


class Canvas:
    """A grid of cells; a wide character fills two, a combining one shares its base's."""

    def __init__(self, width: int) -> None:
        """Begin an empty canvas of ``width`` columns; rows appear as they are written on."""
        self.width = width
        self._rows: list[list[tuple[str, Role]]] = []

    @property
    def height(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def put(self, row: int, column: int, runs: Iterable[StyledRun]) -> None:
        """Write ``runs`` from a cell on; anything outside the canvas is left out."""
        while len(self._rows) <= row:
            self._rows.append([(" ", "")] * self.width)
        cells = self._rows[row]
        for part in runs:
            for character, needed in clusters(part.text):
                if needed == 0 and 0 < column <= self.width:
                    base = column - 1 if cells[column - 1][0] or column == 1 else column - 2
                    cells[base] = (cells[base][0] + character, cells[base][1])
                elif column >= 0 and column + needed <= self.width:
                    cells[column : column + needed] = [
                        (character, part.role),
                        *[("", part.role)] * (needed - 1),
                    ]
                column += needed

    def rows(self) -> tuple[Row, ...]:
        """Return the rows, each exactly as wide as the canvas."""
        return tuple(_runs(cells) for cells in self._rows)
