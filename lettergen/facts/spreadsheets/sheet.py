"""A sheet as it was read: rows of text, what is odd about single cells, and what nobody sees."""

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Any
from xml.parsers import expat

from lettergen.facts.csv_rows import MAX_COLUMNS, MAX_ROWS, too_many

__all__ = [
    "LEAST_POINTS", "Kind", "RawRow", "Sheet", "TooLarge", "Unreadable", "column_name", "local_name", "parse",
    "text_of",
]  # fmt: skip

Kind = str
"""``number``, ``date``, ``error``, ``formula`` (never computed)."""
_FAULTS = (
    expat.ExpatError, zipfile.BadZipFile, zlib.error, NotImplementedError, LookupError, ValueError,
    OverflowError, EOFError, OSError,
)  # fmt: skip
"""What comes up where a file is damaged, or its numbers are none."""
LEAST_POINTS = 2
"""Height of a row and width of a column below which nobody sees it."""
_BREAKS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")


class Unreadable(Exception):
    """The file is not what a spreadsheet program writes."""


class TooLarge(Exception):
    """There is more than anybody has typed."""


@dataclass(slots=True)
class RawRow:
    """The cells of a row, as far as they are filled."""

    line: int
    """Counted from 0."""
    texts: list[str] = field(default_factory=list)
    odd: dict[int, Kind] = field(default_factory=dict)
    """What a cell is, if not text."""

    def put(self, column: int, text: str, kind: Kind = "") -> None:
        """Fill a cell."""
        if column == len(self.texts) and column < MAX_COLUMNS:
            self.texts.append(text)  # as most are
            if kind:
                self.odd[column] = kind
            return
        if column >= MAX_COLUMNS:
            raise TooLarge(too_many(f"the table has {column + 1:,} columns, over {MAX_COLUMNS}"))
        missing = column + 1 - len(self.texts)
        if missing > 0:
            self.texts.extend([""] * missing)
        self.texts[column] = text
        if kind:
            self.odd[column] = kind

    def __reduce__(self) -> tuple[type["RawRow"], tuple[int, list[str], dict[int, Kind]]]:
        """Return how it is made anew, which takes a third of the time of going by its fields."""
        return RawRow, (self.line, self.texts, self.odd)

    @property
    def is_filled(self) -> bool:
        """Say whether a cell holds anything."""
        return bool(self.odd) or any(text and not text.isspace() for text in self.texts)


@dataclass(slots=True)
class Sheet:
    """A sheet's filled rows, and what is hidden of them."""

    name: str
    is_hidden: bool = False
    rows: list[RawRow] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    """Numbers of filled rows that are not seen, counted from 0."""
    hidden_columns: set[int] = field(default_factory=set)
    """All that are not seen, filled or not."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First line and column, last line and column."""

    def add(self, row: RawRow, *, is_hidden: bool) -> None:
        """Keep a row that holds anything."""
        if not row.is_filled:
            return
        if is_hidden:
            self.hidden_rows.append(row.line)
            return
        self.rows.append(row)
        if len(self.rows) > MAX_ROWS:
            raise TooLarge(too_many(f"the table has over {MAX_ROWS:,} rows"))

    @property
    def head(self) -> tuple[str, ...]:
        """The names of the columns, as far as they can be compared with another sheet's."""
        texts = self.rows[0].texts if self.rows else []
        return tuple(" ".join(text.casefold().split()) for text in texts if text.strip())


def text_of(text: str) -> str:
    """Return a cell's text with one kind of line break, whatever the file has."""
    return text if text.isprintable() else _BREAKS.sub("\n", text)


def column_name(column: int) -> str:
    """Return the letters of a column that is counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def local_name(name: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def parse(stream: IO[bytes], handler: Any) -> None:
    """Read XML and call ``start(name, attributes)``, ``end(name)`` and ``text(characters)`` of a handler.

    Names come with the prefixes that the file has: no element here is told apart by its prefix alone, and to
    resolve them takes a third longer.

    Raises:
        Unreadable: It is not well-formed, or declares a document type, which no spreadsheet has.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text

    def refuse(*_: object) -> None:
        raise Unreadable

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.ParseFile(stream)
    except _FAULTS as error:
        raise Unreadable from error
