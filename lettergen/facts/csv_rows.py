"""CSV text as rows and cells (RFC 4180), each with its place."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from lettergen.errors import InputProblems, Place
from lettergen.facts.encodings import decoded, fitting, is_mixed, wide_encoding
from lettergen.facts.nodes import SourceText, refuse, refuse_size
from lettergen.facts.text_files import read_bytes, read_text

__all__ = [
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Cell",
    "PlainRow",
    "Row",
    "cards_text",
    "foreign_table_text",
    "is_filled",
    "table_text",
    "text_rows",
    "too_many",
]

MAX_ROWS = 200_000
MAX_COLUMNS = 200
_SEPARATORS = ",;\t|"
_LOOKED_AT = 50_000
_COMPARED_ROWS = 50
_TITLE_AND_HEAD = 2
_FOLD = re.compile(rb"\r?\n[ \t]")
_OTHER_FILES = (
    (re.compile(rb"<(?:!doctype|html|head|body|table|\?xml)", re.IGNORECASE), "a web page or XML"),
    (re.compile(rb"[\[{]\s*[\"{\[]"), "JSON"),
    (re.compile(rb"%PDF-"), "a PDF"),
    (re.compile(rb"{\\rtf"), "a text document"),
    (re.compile(rb"BEGIN:VCARD", re.IGNORECASE), "a file of vCards"),
)
"""What people save under the name of a table, by how it begins."""
_QUOTED = re.compile(r' *"([^"]*(?:""[^"]*)*)" *')


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and its place; line and column count from 0."""

    text: str
    line: int
    column: int
    fault: tuple[str, str, str] | None = None
    """Why it cannot be used."""
    is_date: bool = False
    """It is stored as a date, which is at fault where anything else is meant."""
    number: str = ""
    """It is stored as this number, which is at fault where its zeros or its plus sign may be lost."""


@dataclass(slots=True)
class PlainRow:
    """A row without quotes: its cells as they stand, and its line, counted from 0."""

    texts: list[str]
    line: int

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column where a cell begins, counted from 0."""
        return self.line, sum(map(len, self.texts[:at])) + at

    def cells(self) -> "Row":
        """Return the cells with their places."""
        found, column = Row(), 0
        for text in self.texts:
            found.append(Cell(text.strip(), self.line, column))
            column += len(text) + 1
        return found


Row = list[Cell]


def is_filled(row: "Row | PlainRow") -> bool:
    """Say whether a cell holds anything."""
    return any(map(str.strip, row.texts)) if isinstance(row, PlainRow) else any(cell.text for cell in row)


@dataclass(slots=True)
class QuotedRow(PlainRow):
    """A row on one line with matching quotes; the places of its cells are computed on demand."""

    document: SourceText
    start: int
    separator: str

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column where a cell begins, counted from 0."""
        cell = self.cells()[at]
        return cell.line, cell.column

    def cells(self) -> Row:
        """Return the cells with their places."""
        bare = _bare(self.separator)
        found, index, end = Row(), self.start, self.start - 1
        while not found or self.document.text[end : end + 1] == self.separator:
            index = end + 1
            value, end = _cell_at(self.document, index, self.separator, bare)
            found.append(Cell(value, self.line, index - self.start))
        return found


def table_text(path: Path, file: str, *, below: Path | None = None) -> str:
    """Return a table's text with one kind of line end, without an invisible character before its first cell.

    Raises:
        InputProblems: It cannot be read, or is a spreadsheet under another name.
    """
    data = _table_bytes(path, file, below)
    if wide := wide_encoding(data):
        message = f"this file is in {wide[:6].upper()}."
        fix = f"save it as UTF-8, or let `lettergen import {Path(file).name}` do it"
        raise InputProblems.of("not-utf-8", message, fix, Place(file))
    try:
        text = read_text(path, file, below=below)
    except InputProblems as faults:
        (problem,) = faults.problems
        if problem.name != "not-utf-8" or is_mixed(data):
            raise
        options = [f" --encoding {name}` (which reads `{word}`)" for name, word in fitting(data)]
        fix = (
            f"{problem.fix}, or let `lettergen import {Path(file).name}{options[0] if options else '`'} do it"
        )
        raise InputProblems([replace(problem, fix=fix)]) from None
    return _table_text(text)


def foreign_table_text(path: Path, file: str, encoding: str | None) -> str:
    """Return what `table_text` does, of a text in UTF-16 or in a named encoding, too.

    Raises:
        InputProblems: It cannot be read, is a spreadsheet, or is in an encoding that nobody has named.
    """
    return _table_text(decoded(_table_bytes(path, file, None), file, encoding))


def cards_text(path: Path, file: str, encoding: str | None) -> str:
    """Return the text of vCards; programs fold their lines also within a letter of several bytes.

    Raises:
        InputProblems: As those of `foreign_table_text`.
    """
    data = read_bytes(path, file)
    try:
        return _table_text(decoded(data, file, encoding))
    except InputProblems:
        return _table_text(decoded(_FOLD.sub(b"", data), file, encoding))


def _table_text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff\u200b\u200e\u2060")


def _table_bytes(path: Path, file: str, below: Path | None) -> bytes:
    data = read_bytes(path, file, below=below)
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        message = "this file is a spreadsheet, not a text with separators."
        raise InputProblems.of("wrong-file-type", message, "name it .xlsx or .ods", Place(file))
    start = data[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    what = next((what for form, what in _OTHER_FILES if form.match(start)), None)
    if what:
        fix = "export the table again as CSV or .xlsx"
        if "vCard" in what:
            fix = "name it .vcf, and run `lettergen import` with it"
        message = f"this file is {what}, not a text with separators."
        raise InputProblems.of("wrong-file-type", message, fix, Place(file))
    return data


def text_rows(document: SourceText) -> Iterator[Row | PlainRow]:
    """Split a text into rows of cells, quoted or not, with the place of each (RFC 4180)."""
    text = document.text
    # Excel's own first line, which names the separator.
    declared = re.match(r'(?:"?sep=(.)"?)\n', text)
    separator = declared[1] if declared else _separator(text)
    bare = _bare(separator)
    index = line_start = declared.end() if declared else 0
    line, row, rows = int(bool(declared)), Row(), 0
    while rows < MAX_ROWS:
        if not row:
            end = text.find("\n", index)
            end = len(text) if end < 0 else end
            plain = _on_one_line(document, index, end, line, separator)
            if plain is not None:
                yield plain
                if end >= len(text):
                    return
                index = line_start = end + 1
                line, rows = line + 1, rows + 1
                continue
        value, end = _cell_at(document, index, separator, bare)
        row.append(Cell(value, line, index - line_start))
        breaks = text.count("\n", index, end)
        if breaks:
            line, line_start = line + breaks, text.rindex("\n", index, end) + 1
        index = end + 1
        if text[end : end + 1] != separator:
            yield row
            line, line_start, row, rows = line + 1, index, Row(), rows + 1
        if end >= len(text):
            return
        if len(row) >= MAX_COLUMNS:
            refuse_size(document, line, *too_many(f"this row has over {MAX_COLUMNS} cells"))
    refuse_size(document, line, *too_many(f"the table has over {MAX_ROWS:,} rows"))


def too_many(what: str) -> tuple[str, str]:
    """Return message and fix for a table that is too large."""
    return f"{what}; that is too many.", "split the table; all files named recipients-….csv are read"


def _cell_at(document: SourceText, index: int, separator: str, bare: re.Pattern[str]) -> tuple[str, int]:
    """Return what a cell holds, and where it ends.

    Raises:
        InputProblems: Its quotes do not match, so no cell after it can be trusted.
    """
    text = document.text
    quoted = _QUOTED.match(text, index)
    if quoted:
        if text[quoted.end() : quoted.end() + 1] not in (separator, "\n", ""):
            fix = "double any quote inside the cell, or remove the quotes"
            refuse(document, quoted.end(), "text-after-quote", "text follows the closing quote.", fix)
        return quoted[1].replace('""', '"').strip(), quoted.end()
    if text[index : index + 1] == '"':
        fix = 'add " at the end of the cell, or double any quote inside it'
        refuse(document, index, "unclosed-quote", "this quoted cell has no closing quote.", fix)
    plain = bare.match(text, index)
    end = plain.end() if plain else index
    return text[index:end].strip(), end


def _bare(separator: str) -> re.Pattern[str]:
    return re.compile(f"[^{re.escape(separator)}\n]*")


def _on_one_line(document: SourceText, start: int, end: int, line: int, separator: str) -> PlainRow | None:
    """Return a row that ends with its line; None if it must be split cell by cell."""
    whole = document.text[start:end]
    has_quotes = '"' in whole
    texts = _quoted(whole, separator) if has_quotes else whole.split(separator)
    if len(texts) > MAX_COLUMNS:
        refuse_size(document, line, *too_many(f"this row has over {MAX_COLUMNS} cells"))
    if not texts:
        return None
    return QuotedRow(texts, line, document, start, separator) if has_quotes else PlainRow(texts, line)


def _quoted(line: str, separator: str) -> list[str]:
    """Return the cells of a line with quotes; none where they reach further or call for a closer look."""
    if line.count('"') % 2 or separator not in _SEPARATORS or _loose(separator).search(line):
        return []
    try:
        return next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error:
        return []


@cache
def _loose(separator: str) -> re.Pattern[str]:
    """Return what finds quotes that stand apart from their separator."""
    edge = re.escape(separator)
    return re.compile(f'(?:^|{edge}) +"|" +(?:{edge}|$)')


def _separator(text: str) -> str:
    """Return what separates the cells: of the signs in the head, that by which most rows are as long as it.

    A question such as `Address (street, postcode, town)` has commas, too. Where the first row has no
    separator, as a title has none, the rows below tell it.
    """
    start = text[:_LOOKED_AT].lstrip("\n")
    bare = re.sub(r'"[^"]*"', "", start)
    first, _, below = bare.partition("\n")
    likely = [sign for sign in _SEPARATORS if sign in first]
    if len(likely) == 1:
        return likely[0]
    if not likely:
        lines = [line for line in below.split("\n") if line][:_TITLE_AND_HEAD]
        often = {sign: min((line.count(sign) for line in lines), default=0) for sign in _SEPARATORS}
        likely = [max(_SEPARATORS, key=often.__getitem__)]
        return likely[0] if often[likely[0]] >= _TITLE_AND_HEAD else _SEPARATORS[0]
    return max(likely, key=lambda sign: (_share_of_even_rows(start, sign), first.count(sign)))


def _share_of_even_rows(text: str, separator: str) -> float:
    """Return which part of the first rows has as many cells as the head."""
    lengths: list[int] = []
    try:
        for row in csv.reader(text.split("\n"), delimiter=separator):
            lengths += [len(row)] if row else []
            if len(lengths) > _COMPARED_ROWS:
                break
    except csv.Error:
        return 0.0
    if len(text) >= _LOOKED_AT:
        lengths = lengths[:-1]  # the last may be cut off
    body = lengths[1:]
    return sum(length == lengths[0] for length in body) / len(body) if body else 0.0
