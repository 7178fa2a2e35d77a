"""Spreadsheets as rows of cells; a cell stored as a number is refused, as zeros and `+` are lost."""

from concurrent.futures import BrokenExecutor
from datetime import date, datetime
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.csv_rows import MAX_COLUMNS, MAX_ROWS, Cell, Row, too_many
from lettergen.facts.nodes import SourceText, refuse_size
from lettergen.facts.text_files import fault_in
from lettergen.isolated_process import IsolatedProcess

__all__ = ["sheet_rows"]

SHEET_SECONDS = 20.0
SHEET_MEMORY = 1 << 30


def sheet_rows(data: bytes, document: SourceText) -> list[Row]:
    """Return the rows of the first sheet that has any.

    Args:
        data: The file's contents.
        document: Its name.

    Raises:
        InputProblems: The file is not a spreadsheet, or the reader is not installed.
    """
    if find_spec("python_calamine") is None:
        raise InputProblems([_no_reader(document.file)])
    with IsolatedProcess(SHEET_SECONDS, SHEET_MEMORY) as isolated:
        try:
            rows = isolated.submit(_read_sheet, data).result()
        except BrokenExecutor:
            rows = too_many("this table takes too much time or memory")
    if rows is None:
        problem = Problem(
            "unreadable-table",
            "this file is not a readable spreadsheet.",
            "save it again from the spreadsheet program, or as CSV in UTF-8",
            Place(document.file),
        )
        raise InputProblems([problem])
    if isinstance(rows, tuple):
        refuse_size(document, 0, *rows)
    return [
        [_sheet_cell(value, line, column) for column, value in enumerate(row)]
        for line, row in enumerate(rows)
    ]


def _read_sheet(data: bytes) -> list[list[Any]] | tuple[str, str] | None:
    """Return rows as wide as the widest filled one, a refusal, or None; runs in its own process.

    A file of some kilobytes can name a cell in the last row and column, or unfold
    to gigabytes, and the reader makes room for all of it.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        rows = next((found for sheet in sheets if (found := sheet.to_python(skip_empty_area=False))), [])
    except (CalamineError, OSError, ValueError):
        return None
    if len(rows) > MAX_ROWS:
        return too_many(f"the table has {len(rows):,} rows, over {MAX_ROWS:,}")
    width = max((at for row in rows for at, cell in enumerate(row, 1) if cell != ""), default=0)
    if width > MAX_COLUMNS:
        return too_many(f"the table has {width:,} columns, over {MAX_COLUMNS}")
    return [row[:width] for row in rows]


def _no_reader(file: str) -> Problem:
    return Problem(
        "no-spreadsheet-reader",
        "reading spreadsheets needs an optional part of lettergen that is not installed.",
        "install it with `pip install 'lettergen[tables]'`, or save the table as CSV in UTF-8",
        Place(file),
    )


def _sheet_cell(value: object, line: int, column: int) -> Cell:
    if isinstance(value, str):
        return Cell(value, line, column, fault_in(value))
    if isinstance(value, bool):
        return Cell("yes" if value else "no", line, column)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return Cell(value.date().isoformat(), line, column)
    if isinstance(value, date) and not isinstance(value, datetime):
        return Cell(value.isoformat(), line, column)
    fault = (
        "number-in-cell",
        f"cell {_cell_name(line, column)} is stored as a number, so leading zeros and `+` are lost.",
        "format the column as text and type the value again",
    )
    return Cell("number", line, column, fault)


def _cell_name(line: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{line + 1}"
