"""Spreadsheets as rows of cells: what is seen is read, what is hidden is told, what is unknown is refused."""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from lettergen.errors import InputProblems, Place, Problem, did_you_mean
from lettergen.facts.csv_rows import Cell, PlainRow, Row, too_many
from lettergen.facts.nodes import SourceText, refuse_size
from lettergen.facts.spreadsheets import ods, xlsx
from lettergen.facts.spreadsheets.sheet import RawRow, Sheet, TooLarge, Unreadable, column_name
from lettergen.facts.text_files import fault_in
from lettergen.facts.yaml_reader import without_collector
from lettergen.isolated_process import IsolatedProcess

__all__ = ["SheetRow", "sheet_rows"]

SHEET_SECONDS = 60.0
SHEET_MEMORY = 1 << 30
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LISTED = 5


@dataclass(slots=True)
class _Found:
    """The sheet that is read, and the others."""

    sheet: Sheet | None = None
    others: list[tuple[str, int, bool, bool]] = field(default_factory=list)
    """Name, number of filled rows, whether hidden, whether with the same head as the sheet that is read."""
    names: list[str] = field(default_factory=list)
    fault: tuple[str, str, str] | None = None


@dataclass(slots=True)
class SheetRow(PlainRow):
    """A row of texts; the place of a cell is its column."""

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of a cell, counted from 0."""
        return self.line, at

    def cells(self) -> Row:
        """Return the cells with their places."""
        return [Cell(text.strip(), self.line, at) for at, text in enumerate(self.texts)]


def sheet_rows(data: bytes, document: SourceText, sheet: str | None = None) -> Iterator[Row | PlainRow]:
    """Return the rows that are seen of the only sheet with a table, or of the named one.

    Rows that are hidden are empty here; what is not read is noted in the document.

    Args:
        data: The file's contents.
        document: Its name, which says whether it is an .xlsx or an .ods file.
        sheet: The name of the sheet, if there are several.

    Raises:
        InputProblems: The file is not a spreadsheet, is locked, or nobody can know which sheet is meant.
    """
    suffix = Path(document.file).suffix.lower()
    _refuse_other_files(document.file, data, suffix)
    with IsolatedProcess(SHEET_SECONDS, SHEET_MEMORY) as isolated:
        try:
            found = isolated.submit(_read, data, suffix, sheet).result()
        except (BrokenExecutor, MemoryError):
            found = too_many("this table takes too much time or memory")
    if isinstance(found, tuple):
        refuse_size(document, 0, *found)
    if found.fault:
        name, message, fix = found.fault
        raise InputProblems.of(name, message, fix, Place(document.file))
    if found.sheet is None:
        _refuse_sheet(document.file, found, sheet)
        return iter(())
    for problem in _not_read(found, document.file):
        document.note(problem)
    return _rows(found.sheet)


def _refuse_other_files(file: str, data: bytes, suffix: str) -> None:
    """Check that the file is what its name says.

    Raises:
        InputProblems: It is locked with a password, of an older Excel, or no spreadsheet at all.
    """
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            name, message = "locked-table", "this workbook is locked with a password."
            fix = "open it in the spreadsheet program and save it without a password"
        else:
            name, message = "wrong-file-type", f"this is a file of Excel 97 to 2003 (.xls), not {suffix}."
            fix = f"open it in the spreadsheet program and save it as {suffix}"
        raise InputProblems.of(name, message, fix, Place(file))
    if data[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        is_text = b"\0" not in data[:999]
        what = "a web page" if data.lstrip()[:1] == b"<" else "a text" if is_text else "no spreadsheet"
        fix = "save it again from the spreadsheet program, or name it .csv if it is a text with separators"
        raise InputProblems.of("wrong-file-type", f"this file is {what}, not {suffix}.", fix, Place(file))


def _read(data: bytes, suffix: str, wanted: str | None) -> "_Found | tuple[str, str]":
    """Return a workbook's sheet, or why it is too large; runs in its own process.

    A file of some kilobytes can unfold to gigabytes.
    """
    unreadable = (
        "unreadable-table",
        "this file is not a readable spreadsheet.",
        "save it again from the spreadsheet program, or as CSV in UTF-8",
    )
    try:
        with without_collector(), zipfile.ZipFile(BytesIO(data)) as archive:
            if _is_locked(archive):
                return _Found(fault=_LOCKED)
            reader: Callable[[zipfile.ZipFile], Iterator[Sheet]] = {".ods": ods.sheets}.get(
                suffix, xlsx.sheets
            )
            return _chosen(list(reader(archive)), wanted)
    except TooLarge as error:
        message, fix = error.args[0]
        return message, fix
    except (Unreadable, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        return _Found(fault=unreadable)


_LOCKED = (
    "locked-table",
    "this workbook is locked with a password.",
    "open it in the spreadsheet program and save it without a password",
)


def _is_locked(archive: zipfile.ZipFile) -> bool:
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        return True
    try:
        with archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(1 << 20)
    except KeyError:
        return False


def _chosen(sheets: Sequence[Sheet], wanted: str | None) -> _Found:
    """Return the sheet to read: the named one, or the first that is seen and filled."""
    found = _Found(names=[one.name for one in sheets])
    filled = [one for one in sheets if one.rows or one.hidden_rows]
    if wanted is not None:
        found.sheet = next((one for one in sheets if one.name == wanted), None)
    else:
        found.sheet = next((one for one in filled if not one.is_hidden), None)
    if found.sheet is None:
        found.others = [(one.name, len(one.rows), one.is_hidden, False) for one in filled]
        return found
    sheet = found.sheet
    if wanted is None:
        found.others = [
            (one.name, len(one.rows) + len(one.hidden_rows), one.is_hidden, one.head == sheet.head)
            for one in filled
            if one is not sheet
        ]
    _even_out(sheet)
    return found


def _even_out(sheet: Sheet) -> None:
    """Give all rows the same width, and empty what is hidden."""
    filled = {at for row in sheet.rows for at, text in enumerate(row.texts) if text or at in row.odd}
    hidden = filled & sheet.hidden_columns
    sheet.hidden_columns = hidden
    width = max(filled - hidden, default=-1) + 1
    for row in sheet.rows:
        for at in hidden & set(range(len(row.texts))):
            row.texts[at] = ""
            row.odd.pop(at, None)
        del row.texts[width:]
        row.texts.extend([""] * (width - len(row.texts)))
        if not "".join(row.texts).replace("\n", "").isprintable():
            for at, text in enumerate(row.texts):
                if fault_in(text):
                    row.odd.setdefault(at, "character")
    lines = {row.line for row in sheet.rows}
    sheet.merged = [
        one for one in sheet.merged if one[:2] != one[2:] and lines & set(range(one[0], one[2] + 1))
    ]


def _refuse_sheet(file: str, found: _Found, wanted: str | None) -> None:
    """Tell why no sheet is read, unless all are empty."""
    if wanted is not None:
        listed = ", ".join(f"`{name}`" for name in found.names)
        fix = did_you_mean(wanted, found.names, f"use one of these: {listed}")
        raise InputProblems.of("missing-sheet", f"there is no sheet `{wanted}`.", fix, Place(file))
    if found.others:
        message = f"the only filled sheet is hidden: {_named_sheets([name for name, *_ in found.others])}."
        fix = f'show it, or write `sheet = "{found.others[0][0]}"` in {_beside(file)}'
        raise InputProblems.of("several-sheets", message, fix, Place(file))


def _beside(file: str) -> str:
    return f"`{Path(file).stem}.columns.toml`"


def _not_read(found: _Found, file: str) -> Iterator[Problem]:
    """Yield what is not read of a workbook, and what nobody can know."""
    sheet = found.sheet
    if sheet is None:
        return
    where, place = f"sheet `{sheet.name}`", Place(file)
    alike = [name for name, _, is_hidden, is_alike in found.others if is_alike and not is_hidden]
    if alike:
        yield Problem(
            "several-sheets",
            f"{where} has the same columns as {_named_sheets(alike)}, so nobody can know which is meant.",
            f'write `sheet = "{sheet.name}"` in {_beside(file)}, or move the others to files of their own',
            place,
        )
    yield from _other_sheets(found, where, place)
    if rows := sheet.hidden_rows:
        numbers = _list([str(line + 1) for line in rows])
        hidden = f"{_counted(len(rows), 'row')} of {where} {_are(rows)} hidden or filtered out"
        message = f"{hidden}, and not read: {numbers}."
        yield _warning(message, "remove the filter and show all rows if they belong to the list", place)
    if columns := sorted(sheet.hidden_columns):
        names = [column_name(at) for at in columns]
        hidden = f"{_counted(len(columns), 'column')} of {where} {_are(columns)} hidden"
        message = f"{hidden}, and not read: {_list(names)}."
        yield _warning(message, "show all columns if they belong to the list", place)
    for line, column, last_line, last_column in sheet.merged:
        area = f"{column_name(column)}{line + 1}:{column_name(last_column)}{last_line + 1}"
        yield Problem(
            "merged-cells",
            f"the cells {area} of {where} are merged, so only the first has a value.",
            "separate them in the spreadsheet program, and fill each",
            Place(file, line + 1, column + 1),
        )


def _other_sheets(found: _Found, where: str, place: Place) -> Iterator[Problem]:
    for is_hidden in (False, True):
        names = [
            f"`{name}` ({_counted(rows, 'row')})"
            for name, rows, hidden, is_alike in found.others
            if hidden == is_hidden and not (is_alike and not hidden)
        ]
        if names:
            what = f"{'hidden ' if is_hidden else ''}sheet{'s' if len(names) > 1 else ''} {_list(names)}"
            yield _warning(
                f"only {where} is read, not the {what}.", "save each table as a file of its own", place
            )


def _warning(message: str, fix: str, place: Place) -> Problem:
    return Problem("not-read", message, fix, place, "warning")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _are(found: Sequence[int]) -> str:
    return "is" if len(found) == 1 else "are"


def _list(names: Sequence[str]) -> str:
    rest = len(names) - _LISTED
    return f"{', '.join(names[:_LISTED])} and {rest:,} more" if rest > 0 else ", ".join(names)


def _named_sheets(names: Sequence[str]) -> str:
    return _list([f"`{name}`" for name in names])


def _rows(sheet: Sheet) -> Iterator[Row | PlainRow]:
    """Yield the rows in their places, with an empty one for each that is empty or hidden."""
    line = 0
    for row in sheet.rows:
        while line < row.line:
            yield []
            line += 1
        yield _row(row, sheet.name)
        line += 1


def _row(row: RawRow, sheet: str) -> Row | PlainRow:
    if not row.odd:
        return SheetRow(row.texts, row.line)
    return [
        _odd_cell(row, at, sheet) if at in row.odd else Cell(text.strip(), row.line, at)
        for at, text in enumerate(row.texts)
    ]


def _odd_cell(row: RawRow, at: int, sheet: str) -> Cell:
    kind, text = row.odd[at], row.texts[at]
    if kind == "character":
        return Cell(text, row.line, at, fault_in(text))
    cell = f"cell {column_name(at)}{row.line + 1} of sheet `{sheet}`"
    if kind == "date":
        fault = (
            "date-in-cell",
            f"{cell} is stored as a date, {text}; a program may have made it of something like 3-5 or 1/2.",
            "format the column as text and type the value again",
        )
        return Cell(text, row.line, at, fault, is_date=True)
    name, told, fix = _ODD[kind]
    shown = f" `{text}`" if kind == "error" else ""
    number = text if kind == "number" else ""
    return Cell("", row.line, at, (name, f"{cell} {told.format(shown)}.", fix), number=number)


_ODD: Mapping[str, tuple[str, str, str]] = {
    "number": (
        "number-in-cell",
        "is stored as a number, so leading zeros and `+` are lost",
        "format the column as text and type the value again",
    ),
    "error": (
        "error-in-cell",
        "holds the error{} instead of a value",
        "mend the formula, or type the value",
    ),
    "formula": (
        "formula-without-result",
        "holds a formula whose result is not in the file",
        "open the file in the spreadsheet program, which computes it, and save it again",
    ),
}
