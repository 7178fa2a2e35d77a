"""Sheets of an .ods workbook (OpenDocument 1.3, ISO/IEC 26300), as LibreOffice writes it."""

import re
import zipfile
from collections.abc import Iterator

from lettergen.facts.csv_rows import MAX_COLUMNS, MAX_ROWS, too_many
from lettergen.facts.spreadsheets.sheet import (
    LEAST_POINTS,
    Kind,
    RawRow,
    Sheet,
    TooLarge,
    Unreadable,
    local_name,
    parse,
    text_of,
)

__all__ = ["sheets"]

_NUMBERS = ("float", "percentage", "currency", "time")
_ERROR = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)|Err:\d+", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(cm|mm|in|pt|pc|px)?")
_POINTS = {"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
_BLANKS = re.compile(r"[ \t\r\n]+")
_ASIDE = ("annotation", "shapes", "frame", "custom-shape", "ruby-text", "note")
"""What lies over a cell or beside its text."""


def sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    """Yield the sheets in the order of their tabs.

    Raises:
        Unreadable: There is no content.
    """
    try:
        stream = archive.open("content.xml")
    except KeyError:
        raise Unreadable from None
    reader = _Reader()
    with stream:
        parse(stream, reader)
    yield from reader.sheets


def _is_none(size: str) -> bool:
    found = _SIZE.fullmatch(size)
    return bool(found) and float(found[1]) * _POINTS[found[2] or "pt"] < LEAST_POINTS  # type: ignore[index]


class _Reader:
    """Styles that hide, then sheets, rows and cells."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._invisible: set[str] = set()
        """Names of styles of sheets, rows and columns that are not seen."""
        self._style = ""
        self._line = self._column = self._at_column = 0
        self._row = RawRow(0)
        self._times = self._cell_times = 1
        self._row_is_hidden = False
        self._hidden_row_groups = self._hidden_column_groups = 0
        self._groups: list[bool] = []
        self._cell: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._aside = 0
        self._is_inside_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        values = {local_name(key): value for key, value in attributes.items()} if attributes else {}
        if local in _ASIDE:
            self._aside += 1
        if self._aside:
            return
        begin = self._BEGIN.get(local)
        if begin is not None:
            begin(self, values, attributes)

    def end(self, name: str) -> None:
        local = local_name(name)
        if self._aside:
            self._aside -= local in _ASIDE
            return
        if local == "p":
            self._is_inside_text = False
        elif local in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif local == "table-row":
            self._end_row()
        elif local in ("table-row-group", "table-column-group"):
            is_hidden = self._groups.pop()
            if local == "table-row-group":
                self._hidden_row_groups -= is_hidden
            else:
                self._hidden_column_groups -= is_hidden

    def text(self, text: str) -> None:
        if self._is_inside_text and not self._aside:
            # White space counts once (OpenDocument 1.3, 6.1.2); what counts more often has elements.
            self._paragraphs[-1].append(
                text if text.isprintable() and "  " not in text else _BLANKS.sub(" ", text)
            )

    def _begin_style(self, values: dict[str, str], _: dict[str, str]) -> None:
        self._style = values.get("name", "")

    def _begin_properties(self, values: dict[str, str], _: dict[str, str]) -> None:
        sizes = (values.get("row-height", ""), values.get("column-width", ""))
        if any(map(_is_none, sizes)) or values.get("display") == "false":
            self._invisible.add(self._style)

    def _begin_table(self, values: dict[str, str], _: dict[str, str]) -> None:
        is_hidden = values.get("display") == "false" or values.get("style-name") in self._invisible
        self.sheets.append(Sheet(values.get("name", ""), is_hidden))
        self._line = self._at_column = 0

    def _begin_group(self, values: dict[str, str], _: dict[str, str]) -> None:
        self._groups.append(values.get("display") == "false")

    def _begin_row_group(self, values: dict[str, str], attributes: dict[str, str]) -> None:
        self._begin_group(values, attributes)
        self._hidden_row_groups += self._groups[-1]

    def _begin_column_group(self, values: dict[str, str], attributes: dict[str, str]) -> None:
        self._begin_group(values, attributes)
        self._hidden_column_groups += self._groups[-1]

    def _is_unseen(self, values: dict[str, str]) -> bool:
        return values.get("visibility", "visible") != "visible" or values.get("style-name") in self._invisible

    def _begin_column(self, values: dict[str, str], _: dict[str, str]) -> None:
        times = min(int(values.get("number-columns-repeated", 1)), 16_384)
        if self._is_unseen(values) or self._hidden_column_groups:
            self.sheets[-1].hidden_columns.update(range(self._at_column, self._at_column + times))
        self._at_column += times

    def _begin_row(self, values: dict[str, str], _: dict[str, str]) -> None:
        self._times = int(values.get("number-rows-repeated", 1))
        self._row = RawRow(self._line)
        self._row_is_hidden = self._is_unseen(values) or bool(self._hidden_row_groups)
        self._column = 0

    def _end_row(self) -> None:
        if self._row.is_filled:
            if self._times > MAX_ROWS:
                raise TooLarge(too_many(f"the table has over {MAX_ROWS:,} rows"))
            for at in range(self._times):
                row = RawRow(self._line + at, list(self._row.texts), dict(self._row.odd))
                self.sheets[-1].add(row, is_hidden=self._row_is_hidden)
        self._line += self._times

    def _begin_cell(self, values: dict[str, str], attributes: dict[str, str]) -> None:
        self._cell = values
        # Whether a value is an error is in an extension of LibreOffice's, under the same name.
        self._cell["is-error"] = "yes" if "error" in attributes.values() else ""
        self._cell_times = int(values.get("number-columns-repeated", 1))
        self._paragraphs = []
        spans = int(values.get("number-rows-spanned", 1)), int(values.get("number-columns-spanned", 1))
        if spans != (1, 1):
            last = self._line + spans[0] - 1, self._column + spans[1] - 1
            self.sheets[-1].merged.append((self._line, self._column, *last))

    def _end_cell(self) -> None:
        text, kind = self._value()
        if text or kind:
            if self._cell_times > MAX_COLUMNS:
                raise TooLarge(too_many(f"the table has over {MAX_COLUMNS} columns"))
            for at in range(self._cell_times):
                self._row.put(self._column + at, text, kind)
        self._column += self._cell_times

    def _value(self) -> tuple[str, Kind]:
        cell = self._cell
        kind = cell.get("value-type", "")
        text = text_of("\n".join("".join(parts).strip(" ") for parts in self._paragraphs))
        if cell["is-error"] or ("formula" in cell and _ERROR.fullmatch(text.strip())):
            return text, "error"
        if kind == "date":
            day, _, time = cell.get("date-value", "").partition("T")
            return (day, "number" if time.strip("0:Z") else "date")
        if kind == "boolean":
            return ("yes" if cell.get("boolean-value") == "true" else "no"), ""
        if kind in _NUMBERS:
            value = cell.get("value", text)
            # What is seen: a number format may show zeros at the front.
            is_same = text.isdecimal() and value.isdecimal() and int(text) == int(value)
            return text if is_same else value, "number"
        # LibreOffice writes an empty result as an empty paragraph.
        if "formula" in cell and not self._paragraphs and not kind:
            return "", "formula"
        return text or cell.get("string-value", ""), ""

    def _begin_paragraph(self, _: dict[str, str], __: dict[str, str]) -> None:
        self._paragraphs.append([])
        self._is_inside_text = True

    def _begin_break(self, _: dict[str, str], __: dict[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append("\n")

    def _begin_blank(self, values: dict[str, str], _: dict[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(" " * min(int(values.get("c", 1)), 1_000))

    _BEGIN = {  # noqa: RUF012 - a table of methods
        "style": _begin_style,
        "table-row-properties": _begin_properties,
        "table-column-properties": _begin_properties,
        "table-properties": _begin_properties,
        "table": _begin_table,
        "table-row-group": _begin_row_group,
        "table-column-group": _begin_column_group,
        "table-column": _begin_column,
        "table-row": _begin_row,
        "table-cell": _begin_cell,
        "covered-table-cell": _begin_cell,
        "p": _begin_paragraph,
        "line-break": _begin_break,
        "s": _begin_blank,
        "tab": _begin_blank,
    }
