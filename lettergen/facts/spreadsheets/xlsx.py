"""Sheets of an .xlsx workbook (ISO/IEC 29500, SpreadsheetML), as Excel and many others write it."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

from lettergen.facts.spreadsheets.sheet import (
    LEAST_POINTS,
    Kind,
    RawRow,
    Sheet,
    Unreadable,
    local_name,
    parse,
    text_of,
)

__all__ = ["sheets"]

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DATES = frozenset([*range(14, 18), 22, *range(27, 37), *range(50, 59)])
"""Built-in number formats of dates (18.8.30), those of East Asia among them; the others are times."""
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_ZEROS = re.compile("0{2,}")
"""A number format that shows zeros at the front: that of postcodes in many countries."""
_LEAST_WIDTH = LEAST_POINTS / 6
"""In widths of a digit, which has about six points."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_DAYS_TO_1904 = 1462


def sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    """Yield the sheets in the order of their tabs; charts are none.

    Raises:
        Unreadable: A part is missing that values cannot be read without.
    """
    parts = {name.lower().lstrip("/"): name for name in archive.namelist()}
    top = _relations(archive, parts, "")
    workbook = next((target for kind, target in top.values() if kind == "officeDocument"), "xl/workbook.xml")
    if workbook.lower() not in parts:
        raise Unreadable
    book = _Book()
    with archive.open(parts[workbook.lower()]) as stream:
        parse(stream, book)
    related = _relations(archive, parts, workbook)
    by_kind = dict(related.values())
    texts = _Texts()
    if (name := parts.get(by_kind.get("sharedStrings", "").lower())) is not None:
        with archive.open(name) as stream:
            parse(stream, texts)
    styles = _Styles()
    if (name := parts.get(by_kind.get("styles", "").lower())) is not None:
        with archive.open(name) as stream:
            parse(stream, styles)
    for name, is_hidden, relation in book.sheets:
        kind, target = related.get(relation, ("", ""))
        part = parts.get(target.lower())
        if kind != "worksheet" or part is None:
            continue
        reader = _SheetReader(Sheet(name, is_hidden), texts.found, styles, is_1904=book.is_1904)
        with archive.open(part) as stream:
            parse(stream, reader)
        yield reader.sheet


def _relations(archive: zipfile.ZipFile, parts: dict[str, str], of: str) -> dict[str, tuple[str, str]]:
    """Return kind and part of what a part relates to, by the relation's id."""
    folder, name = posixpath.split(of)
    part = parts.get(posixpath.join(folder, "_rels", f"{name}.rels").lower())
    reader = _Relations()
    if part is not None:
        with archive.open(part) as stream:
            parse(stream, reader)
    return {
        key: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        for key, (kind, target) in reader.found.items()
    }


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")


class _Relations:
    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class _Book(_Relations):
    """Names, states and relations of the sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, bool, str]] = []
        self.is_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        if local == "sheet":
            relation = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), is_hidden, relation))
        elif local == "workbookPr":
            self.is_1904 = _is_true(attributes.get("date1904"))


class _Texts:
    """Texts that cells share; readings above Japanese characters are not part of them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._takes = False
        self._above = False

    def start(self, name: str, _: dict[str, str]) -> None:
        local = local_name(name)
        if local == "si":
            self._parts = []
        elif local == "rPh":
            self._above = True
        elif local == "t":
            self._takes = not self._above

    def end(self, name: str) -> None:
        local = local_name(name)
        if local == "t":
            self._takes = False
        elif local == "rPh":
            self._above = False
        elif local == "si":
            self.found.append(_plain("".join(self._parts)))

    def text(self, text: str) -> None:
        if self._takes:
            self._parts.append(text)


class _Styles(_Relations):
    """Numbers of the cell styles that show a date, or zeros at the front."""

    def __init__(self) -> None:
        super().__init__()
        self.dates: set[int] = set()
        self.zeros: dict[int, int] = {}
        """By number of the style, how many digits it shows at least."""
        self._own: dict[int, str] = {}
        self._count = 0
        self._is_inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        if local == "numFmt":
            self._own[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            self._is_inside = True
        elif local == "xf" and self._is_inside:
            number = int(attributes.get("numFmtId", 0))
            code = self._own.get(number, "")
            if _shows_date(code) if code else number in _DATES:
                self.dates.add(self._count)
            elif _ZEROS.fullmatch(code):
                self.zeros[self._count] = len(code)
            self._count += 1

    def end(self, name: str) -> None:
        if local_name(name) == "cellXfs":
            self._is_inside = False


def _shows_date(code: str) -> bool:
    plain = _QUOTED.sub("", code.partition(";")[0]).lower()
    return "d" in plain or "y" in plain or ("m" in plain and not re.search("[hs]", plain))


def _plain(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text if text.isprintable() else text_of(text)


@cache
def _column(reference: str) -> int:
    """Return the number of a column by its letters, counted from 0."""
    number = 0
    for letter in reference:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _place(reference: str) -> tuple[int, int]:
    letters = reference.replace("$", "").rstrip("0123456789")
    return int(reference.replace("$", "")[len(letters) :]) - 1, _column(letters.upper())


class _SheetReader:
    """Rows and cells of one sheet."""

    def __init__(self, sheet: Sheet, texts: list[str], styles: _Styles, *, is_1904: bool) -> None:
        self.sheet = sheet
        self._texts = texts
        self._styles = styles
        self._shift = _DAYS_TO_1904 if is_1904 else 0
        self._row = RawRow(-1)
        self._is_hidden = False
        self._column = -1
        self._cell: dict[str, str] = {}
        self._has_formula = False
        self._has_value = False
        self._parts: list[str] = []
        self._takes = False
        self._above = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        if local == "c":
            self._cell = attributes
            self._has_formula = self._has_value = False
            self._parts = []
        elif local == "v":
            self._takes = self._has_value = True
        elif local == "t":
            self._takes = not self._above
        elif local == "f":
            self._has_formula = True
        elif local == "row":
            self._begin_row(attributes)
        elif local == "rPh":
            self._above = True
        elif local in ("col", "mergeCell"):
            self._note_area(local, attributes)

    def _note_area(self, local: str, attributes: dict[str, str]) -> None:
        if local == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            self.sheet.merged.append((*_place(first), *_place(last or first)))
        elif _is_true(attributes.get("hidden")) or float(attributes.get("width", 1)) < _LEAST_WIDTH:
            last_column = min(int(attributes["max"]), 16_384)
            self.sheet.hidden_columns.update(range(int(attributes["min"]) - 1, last_column))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row = RawRow(int(number) - 1 if number else self._row.line + 1)
        self._is_hidden = _is_true(attributes.get("hidden")) or (
            "ht" in attributes and float(attributes["ht"]) < LEAST_POINTS
        )
        self._column = -1

    def text(self, text: str) -> None:
        if self._takes:
            self._parts.append(text)

    def end(self, name: str) -> None:
        local = local_name(name)
        if local in ("v", "t"):
            self._takes = False
        elif local == "c":
            cell, parts = self._cell, self._parts
            reference = cell.get("r")
            self._column = _column(reference.rstrip("0123456789")) if reference else self._column + 1
            if len(parts) == 1 and cell.get("t") in ("str", "inlineStr"):
                text, kind = _plain(parts[0]), ""  # as most are
            else:
                text, kind = self._value()
            if text or kind:
                self._row.put(self._column, text, kind)
        elif local == "rPh":
            self._above = False
        elif local == "row":
            self.sheet.add(self._row, is_hidden=self._is_hidden)

    def _value(self) -> tuple[str, Kind]:
        """Return what a cell holds, and what it is."""
        kind, parts = self._cell.get("t", "n"), self._parts
        if kind == "s":
            return (self._texts[int(parts[0])], "") if parts else ("", "")
        if kind in ("str", "inlineStr") and (self._has_value or parts or not self._has_formula):
            return _plain("".join(parts)), ""
        text = "".join(parts).strip()
        if not text:
            return "", "formula" if self._has_formula else ""
        if kind == "e":
            return text, "error"
        if kind == "b":
            return ("yes" if _is_true(text) else "no"), ""
        if kind == "d":
            return (text[:10], "date") if text[10:] in ("", "T00:00:00", "T00:00:00Z") else (text, "number")
        return self._number(text)

    def _number(self, text: str) -> tuple[str, Kind]:
        style = int(self._cell.get("s", 0))
        if style not in self._styles.dates:
            return text.zfill(self._styles.zeros.get(style, 0)) if text.isdecimal() else text, "number"
        try:
            day = _EPOCH + timedelta(days=float(text) + self._shift)
        except (OverflowError, ValueError):
            return text, "number"
        # A time of day is no part of a fact here.
        return (day.date().isoformat(), "date") if float(text).is_integer() else (text, "number")
