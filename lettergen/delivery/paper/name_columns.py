"""Columns of names on sheets: as many sheets as they fill, the last with columns of equal length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lettergen.facts.yaml_reader import without_collector
from lettergen.pages.html_words import document, spoken_text
from lettergen.pages.pdf.side_by_side import Placed, on_sheets
from lettergen.pages.pdf.weasyprint_engine import LaidOutPages, WeasyPrintEngine

__all__ = ["BESIDE", "BOTTOM", "TOP", "NameList", "Piece", "Row", "sheets_of_names"]

TOP, BESIDE, BOTTOM = 18.0, 18.0, 20.0
"""Margins of a sheet in mm."""
_GAP = 6.0
"""Between two columns."""
_LINE = 4.02
"""The least that a name takes: a line of 9.5 pt type, 1.2 times as high."""
_LEAST = 15.0
"""Height in which columns begin below a head, or the end stands below columns."""
_SPACE, _HAIR = 0.8, 0.05
"""Below a name; and what lengths may differ by."""
_CHUNK = 1_250
"""Names that are laid out at once: memory grows with the length of a document, not of the list."""
_VERY_LONG = 5_000.0
"""Height of a page that has room for all names of a sheet in one column."""
_STYLE = f"""
.front {{ page: sheet; }}
.names {{ page: column; margin: 0; padding: 0; }}
.names li {{ display: block; padding-left: 3mm; text-indent: -3mm; margin-bottom: {_SPACE}mm;
  break-inside: avoid; }}
.end {{ page: end; }}
"""

Row = tuple[str, str | None]
"""A name with what is said of it, and the country that it is from."""
Piece = tuple[bytes, int]
"""A file, and how many pages it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameList:
    """Names, with what stands above and below them."""

    rows: tuple[Row, ...]
    head: str
    """HTML."""
    end: str
    title: str
    language: str
    columns: int
    paper: tuple[float, float]
    """Width and height of a sheet in mm."""
    style: str

    @property
    def width(self) -> float:
        """Width of a column in mm."""
        return (self.paper[0] - 2 * BESIDE - (self.columns - 1) * _GAP) / self.columns

    @property
    def height(self) -> float:
        """Height of the columns of a sheet on which nothing else stands."""
        return self.paper[1] - TOP - BOTTOM

    @property
    def most_on_sheet(self) -> int:
        """How many names may stand on a sheet."""
        return self.columns * (int(self.height / _LINE) + 1)


def sheets_of_names(names: NameList, engine: WeasyPrintEngine, what: str) -> Iterator[Piece]:
    """Yield the names on sheets, in pieces of whole sheets.

    Args:
        names: The names.
        engine: Of this process.
        what: What to call them in a problem.

    Raises:
        RenderError: A character is in none of the fonts.
    """
    setter = _Setter(names, engine, what)
    if not names.rows:
        yield setter.without_names()
        return
    first = setter.below_head()
    rest = names.rows
    while True:
        heights = setter.heights(rest) if len(rest) <= names.most_on_sheet else None
        if heights and _columns_of(heights, first.height) <= names.columns:
            yield setter.last_sheets(rest, heights, first)
            return
        with without_collector():  # the boxes of a chunk are many, and none of them is garbage yet
            piece, done = setter.full_sheets(rest[:_CHUNK], first)
        yield piece
        rest, first = rest[done:], _First(0, names.height)


@dataclass(frozen=True, slots=True)
class _First:
    """The first sheet of a piece."""

    pages: int
    """How many pages the head has."""
    height: float
    """Of the columns on the first sheet."""
    is_below: bool = False
    """They stand below the head, on its last page."""


@dataclass(frozen=True, slots=True)
class _Setter:
    names: NameList
    engine: WeasyPrintEngine
    what: str

    def without_names(self) -> Piece:
        """Return the head and the end alone."""
        laid = self._laid_out(self.names.head + self.names.end, "")
        return self.engine.write(laid, self.what), laid.count

    def below_head(self) -> _First:
        """Return what the first sheet has room for, if a head stands above."""
        if not self.names.head:
            return _First(0, self.names.height)
        laid = self._laid_out(f'{self.names.head}<p id="below"></p>', "")
        page, top = laid.find("below")
        room = self.names.paper[1] - BOTTOM - top
        return _First(page, room, True) if room >= _LEAST else _First(page, self.names.height)

    def heights(self, rows: Sequence[Row]) -> list[float]:
        """Return how high each name is in a column, with the space below it."""
        laid = self._laid_out(self._list(rows, len(rows)) + '<p id="below"></p>', self._columns(_VERY_LONG))
        tops = [laid.find(f"n{at}")[1] for at in range(len(rows))]
        return [below - top for top, below in pairwise([*tops, laid.find("below")[1]])]

    def full_sheets(self, rows: Sequence[Row], first: _First) -> tuple[Piece, int]:
        """Return the sheets that are full, and how many names are on them."""
        names = self.names
        body = (names.head if first.pages else "") + self._list(rows, names.most_on_sheet)
        laid = self._laid_out(body, self._columns(names.height, first))
        sheets = (laid.count - first.pages - 1) // names.columns
        pages = first.pages + sheets * names.columns
        whole = self._placed(first, sheets * names.columns)
        marked = range(max(len(rows) - names.most_on_sheet, 0), len(rows))
        done = next(at for at in marked if laid.find(f"n{at}")[0] > pages)
        return self._piece(laid.pages(pages), whole), done

    def last_sheets(self, rows: Sequence[Row], heights: Sequence[float], first: _First) -> Piece:
        """Return the last sheet, with columns of equal length and the end below them."""
        names = self.names
        height = _equal(heights, names.columns, first.height)
        top = names.paper[1] - BOTTOM - first.height
        end_top = top + height
        is_below = end_top + _LEAST <= names.paper[1] - BOTTOM
        style = self._columns(height, replace(first, height=height))
        style += f"@page end {{ margin-top: {end_top if is_below else TOP:g}mm; }}\n"
        body = (names.head if first.pages else "") + self._list(rows, 0)
        body += f'<div class="end">{names.end}</div>' if names.end else ""
        laid = self._laid_out(body, style)
        ends = 1 if names.end else 0
        whole = self._placed(first, laid.count - first.pages - ends)
        if ends and is_below:
            whole[-1].append(Placed(laid.count - 1))
        elif ends:
            whole.append([Placed(laid.count - 1)])
        return self._piece(laid, whole)

    def _placed(self, first: _First, columns: int) -> list[list[Placed]]:
        """Return what stands on each sheet: the head, and columns side by side."""
        names = self.names
        sheets = [[Placed(page)] for page in range(first.pages)]
        for column in range(columns):
            at = column % names.columns
            if at == 0 and not (column == 0 and first.is_below):
                sheets.append([])
            is_short = column < names.columns and first.is_below
            top = names.paper[1] - BOTTOM - first.height if is_short else TOP
            sheets[-1].append(Placed(first.pages + column, BESIDE + at * (names.width + _GAP), top))
        return sheets

    def _columns(self, height: float, first: _First | None = None) -> str:
        """Return the style of columns, of which those on the first sheet may be shorter."""
        width = self.names.width
        style = f"@page column {{ size: {width:.4f}mm {height:.4f}mm; margin: 0; }}\n"
        if first:
            until = first.pages + self.names.columns
            style += f"@page column:nth(-n+{until}) {{ size: {width:.4f}mm {first.height:.4f}mm; }}\n"
        return style

    def _laid_out(self, body: str, style: str) -> LaidOutPages:
        names = self.names
        width, height = names.paper
        sheet = f"@page {{ size: {width:g}mm {height:g}mm; margin: {TOP}mm {BESIDE}mm {BOTTOM}mm; }}\n"
        markup = document(names.language, names.title, body)
        return self.engine.lay_out(markup, [names.style, _STYLE, sheet + style], {}, self.what)

    def _list(self, rows: Sequence[Row], marked: int) -> str:
        """Return names as a list, of which the last so many can be found again; that takes time."""
        first = len(rows) - marked
        language = self.names.language

        def mark(at: int) -> str:
            return f' id="n{at}"' if at >= first else ""

        items = (
            f"<li{mark(at)}>{spoken_text(text, language, country)}</li>\n"
            for at, (text, country) in enumerate(rows)
        )
        return f'<ul class="names">\n{"".join(items)}</ul>\n'

    def _piece(self, laid: LaidOutPages, sheets: Sequence[Sequence[Placed]]) -> Piece:
        pdf = self.engine.write(laid, self.what)
        return on_sheets(pdf, sheets, self.names.paper), len(sheets)


def _columns_of(heights: Sequence[float], most: float) -> int:
    """Return how many columns of a height names fill."""
    columns, left = 0, 0.0
    for height in heights:
        if height - _SPACE > left or not columns:
            columns, left = columns + 1, most
        left -= height
    return columns


def _equal(heights: Sequence[float], columns: int, most: float) -> float:
    """Return the least height, up to one that is enough, in which names fill no more than so many columns."""
    height = max(sum(heights) / columns - _SPACE, *heights) + _HAIR
    while _columns_of(heights, height) > columns:
        height += _LINE / 4
    return min(height, most)
