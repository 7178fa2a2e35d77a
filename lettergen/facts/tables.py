"""Recipients, senders and signatories from a table: one row a record, one column a field.

Columns have the names of the YAML fields. A field of a group is joined by ``_`` or a dot: ``name_family``,
``name.given``, ``in_office_from``, ``checked_on``. ``address`` and ``organisation`` are one cell with line
breaks or ``address_1``, ``address_2``, …; ``tags``, ``channels``, ``languages`` and ``members`` are parted by
``;``, ``,`` or spaces. A row without `id` is called after its number, never after a person.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from lettergen.apart import Apart
from lettergen.errors import InputProblems, Place, Problem, did_you_mean
from lettergen.facts.complaints import fields_of, models_in
from lettergen.facts.files import check_characters, fault_in, read_bytes, read_text
from lettergen.facts.model import PersonName, Recipient, Sender, Signatory
from lettergen.facts.nodes import Document, Node, refuse, refuse_size

__all__ = ["SUFFIXES", "columns", "read"]

SUFFIXES = (".csv", ".tsv", ".xlsx", ".ods")

MAX_ROWS = 200_000
MAX_COLUMNS = 200
SHEET_SECONDS = 20.0
SHEET_MEMORY = 1 << 30

_MODELS: dict[str, type[BaseModel]] = {
    "recipients": Recipient,
    "senders": Sender,
    "signatories": Signatory,
}
_ID_PREFIX = {"recipients": "r", "senders": "s"}
_WORDS = ("tags", "channels", "languages", "members")
_BLOCKS = ("address", "organisation")
_QUOTED = re.compile(r' *"([^"]*(?:""[^"]*)*)" *')
_NUMBERED = re.compile(r"(.+)_(\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands in one cell, and where: line and column count from 0."""

    text: str
    line: int
    column: int
    fault: tuple[str, str, str] | None = None


_Row = list[_Cell]


def columns(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the columns that a table of this kind can have, each with its path in the record."""
    return _columns(_MODELS[kind])


def read(path: Path, shown: str | None = None, *, kind: str = "recipients") -> Node:
    """Read a table as a list of records; faults of single rows stay in ``faults``.

    Args:
        path: A .csv, .tsv, .xlsx or .ods file.
        shown: Its name in messages, as the campaigner typed it.
        kind: ``recipients``, ``senders`` or ``signatories``.

    Raises:
        InputProblems: Nothing of the file can be used.
    """
    file = shown if shown is not None else str(path)
    if path.suffix.lower() in (".xlsx", ".ods"):
        document = Document(file, "")
        rows = _sheet_rows(path, document)
    else:
        document = Document(file, read_text(path, file))
        check_characters(document)
        rows = list(_text_rows(document))
    return _Table(document, kind).records(rows)


class _Table:
    """Rows to records."""

    def __init__(self, document: Document, kind: str) -> None:
        self.document = document
        self.kind = kind
        self.known = columns(kind)
        self.head: list[tuple[str, ...] | None] = []
        self.width = 0

    def records(self, rows: Sequence[_Row]) -> Node:
        """Return the list of records; blank rows are skipped."""
        filled = [(number, row) for number, row in enumerate(rows) if any(cell.text for cell in row)]
        root = Node([], self.document, 0, 0)
        if not filled:
            return root
        self._read_head(filled[0][1])
        found: list[Node] = []
        for number, row in filled[1:]:
            found.append(self._record(row, number - filled[0][0]))
        root.value = found
        return root

    def _read_head(self, row: _Row) -> None:
        while row and not row[-1].text:
            row = row[:-1]
        self.width = len(row)
        for cell in row:
            path = self._column(cell)
            if path is not None and path in self.head:
                self._note(
                    cell, "duplicate-column", f"the column `{cell.text}` is there twice.", "keep one of them"
                )
                path = None
            self.head.append(path)
        groups = {path[0] for path in self.head if path and len(path) > 1}
        for cell, path in zip(row, self.head, strict=True):
            if path and len(path) == 1 and path[0] in groups:
                self._note(
                    cell,
                    "conflicting-columns",
                    f"`{path[0]}` is a column of its own and in parts.",
                    "keep either the whole or the parts",
                )

    def _column(self, cell: _Cell) -> tuple[str, ...] | None:
        name = re.sub(r"[\s-]+", "_", cell.text.strip().casefold()).replace(".", "_")
        if not name:
            self._note(
                cell, "unnamed-column", "this column has no name.", "name it in the first row, or delete it"
            )
            return None
        numbered = _NUMBERED.fullmatch(name)
        if name in self.known:
            return self.known[name]
        if numbered and numbered[1] in _BLOCKS and (numbered[1],) in self.known.values():
            return (numbered[1], numbered[2].zfill(2))
        others = f"rename it, or delete it; the columns here are {', '.join(f'`{n}`' for n in self.known)}"
        lines = [f"{block}_{numbered[2]}" for block in _BLOCKS] if numbered else []
        fix = did_you_mean(name, [*self.known, *lines], others)
        self._note(cell, "unknown-column", f"unknown column `{cell.text.strip()}`.", fix)
        return None

    def _record(self, row: _Row, number: int) -> Node:
        first = row[0]
        record = Node({}, self.document, first.line, first.column, {})
        if not self._fits(row, number):
            return record
        for path, cell in zip(self.head, row, strict=False):
            if cell.fault:
                self._note(cell, *cell.fault)
            elif path is not None and cell.text.strip():
                self._put(record, path, cell)
        prefix = _ID_PREFIX.get(self.kind)
        value = record.value
        if prefix and isinstance(value, dict) and "id" not in value:
            value["id"] = Node(f"{prefix}{number:04}", self.document, first.line, first.column)
        return record

    def _fits(self, row: _Row, number: int) -> bool:
        extra = [cell for cell in row[self.width :] if cell.text]
        short = len(row) < self.width
        if not extra and not short:
            return True
        count = self.width + len(extra) if extra else len(row)
        self._note(
            extra[0] if extra else row[-1],
            "ragged-row",
            f"row {number} has {count} cell{'s' if count > 1 else ''}; the head has {self.width}.",
            "put a cell that holds the separator or a line break in double quotes",
        )
        return False

    def _put(self, record: Node, path: tuple[str, ...], cell: _Cell) -> None:
        """Set one cell at its path, making the groups and lists on the way."""
        here = (cell.line, cell.column)
        *groups, last = path
        node = record
        for step in groups:
            is_block = step in _BLOCKS
            node = _enter(
                node, step, Node([] if is_block else {}, self.document, *here, None if is_block else {})
            )
        if isinstance(node.value, list):
            node.value.append(Node(cell.text.strip(), self.document, *here))
        elif isinstance(node.value, dict):
            node.value[last] = Node(self._value(last, cell), self.document, *here)
            if node._keys is not None:
                node._keys[last] = here

    def _value(self, field: str, cell: _Cell) -> str | list[Node]:
        text = cell.text.strip()
        if field in _WORDS:
            parts = [part for part in re.split(r"[;,\s]+", text) if part]
        elif field in _BLOCKS:
            parts = [line.strip() for line in text.splitlines() if line.strip()]
        else:
            return text
        return [Node(part, self.document, cell.line, cell.column) for part in parts]

    def _note(self, cell: _Cell, name: str, message: str, fix: str) -> None:
        here = Node(cell.text, self.document, cell.line, cell.column)
        self.document.note(here.problem(name, message, fix))


def _enter(node: Node, step: str, fresh: Node) -> Node:
    value = node.value
    if not isinstance(value, dict):
        return fresh
    if step not in value and node._keys is not None:
        value[step] = fresh
        node._keys[step] = (fresh._line, fresh._column)
    return value[step]


def _columns(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, info in fields_of(model).items():
        groups = [] if name == "signatories" else models_in(info.annotation)
        if groups in ([], [PersonName]):
            found[name] = (name,)
        for part in groups:
            for below, path in _columns(part).items():
                found.setdefault(f"{name}_{below}", (name, *path))
    return found


def _text_rows(document: Document) -> Iterator[_Row]:
    """Part a text into rows of cells, quoted or not, and know where each begins (RFC 4180)."""
    text = document.text
    # Excel's own first line, which names the separator.
    declared = re.match(r'(?:"?sep=(.)"?)\n', text)
    separator = declared[1] if declared else _separator(text)
    bare = re.compile(f"[^{re.escape(separator)}\n]*")
    index = line_start = declared.end() if declared else 0
    line, row, rows = int(bool(declared)), _Row(), 0
    while rows < MAX_ROWS:
        value, end = _cell_at(document, index, separator, bare)
        row.append(_Cell(value, line, index - line_start))
        breaks = text.count("\n", index, end)
        if breaks:
            line, line_start = line + breaks, text.rindex("\n", index, end) + 1
        index = end + 1
        if text[end : end + 1] != separator:
            yield row
            line, line_start, row, rows = line + 1, index, _Row(), rows + 1
        if end >= len(text):
            return
        if len(row) >= MAX_COLUMNS:
            refuse_size(document, line, *_too_many(f"this row has over {MAX_COLUMNS} cells"))
    refuse_size(document, line, *_too_many(f"the table has over {MAX_ROWS:,} rows"))


def _too_many(what: str) -> tuple[str, str]:
    return f"{what}; no more are read.", "part the table; all named recipients-….csv are read"


def _cell_at(document: Document, index: int, separator: str, bare: re.Pattern[str]) -> tuple[str, int]:
    """Return what a cell holds, and where it ends.

    Raises:
        InputProblems: Its quotes do not match, so that no cell after it can be trusted.
    """
    text = document.text
    quoted = _QUOTED.match(text, index)
    if quoted:
        if text[quoted.end() : quoted.end() + 1] not in (separator, "\n", ""):
            fix = "double a quote that belongs to the cell, or take the quotes out"
            refuse(document, quoted.end(), "text-after-quote", "text follows the closing quote.", fix)
        return quoted[1].replace('""', '"').strip(), quoted.end()
    if text[index : index + 1] == '"':
        fix = 'add " at the end of the cell, or double a quote that belongs to it'
        refuse(document, index, "unclosed-quote", "this quoted cell has no closing quote.", fix)
    plain = bare.match(text, index)
    end = plain.end() if plain else index
    return text[index:end].strip(), end


def _separator(text: str) -> str:
    head = re.sub(r'"[^"]*"', "", text.lstrip("\n").partition("\n")[0])
    return max(",;\t", key=head.count)


def _sheet_rows(path: Path, document: Document) -> list[_Row]:
    """Return the rows of the first sheet that has any.

    Raises:
        InputProblems: The file is no such table, or the reader is not installed.
    """
    read_bytes(path, document.file)
    if find_spec("python_calamine") is None:
        raise InputProblems([_no_reader(document.file)])
    with Apart(SHEET_SECONDS, SHEET_MEMORY) as apart:
        try:
            rows = apart.submit(_read_sheet, str(path)).result()
        except BrokenExecutor:
            rows = _too_many("this table takes more time or memory than a table may")
    if rows is None:
        problem = Problem(
            "unreadable-table",
            "this file is not a table that can be read.",
            "save it anew from the spreadsheet program, or as CSV in UTF-8",
            Place(document.file),
        )
        raise InputProblems([problem])
    if isinstance(rows, tuple):
        refuse_size(document, 0, *rows)
    return [
        [_sheet_cell(value, line, column) for column, value in enumerate(row)]
        for line, row in enumerate(rows)
    ]


def _read_sheet(path: str) -> list[list[Any]] | tuple[str, str] | None:
    """Return rows as wide as the widest that is filled, a refusal, or None; runs apart.

    A file of some kilobytes can name a cell in the last row and column, or unfold
    to gigabytes, and the reader makes room for all of it.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        rows = next((found for sheet in sheets if (found := sheet.to_python(skip_empty_area=False))), [])
    except (CalamineError, OSError, ValueError):
        return None
    if len(rows) > MAX_ROWS:
        return _too_many(f"the table has {len(rows):,} rows, over {MAX_ROWS:,}")
    width = max((at for row in rows for at, cell in enumerate(row, 1) if cell != ""), default=0)
    if width > MAX_COLUMNS:
        return _too_many(f"the table has {width:,} columns, over {MAX_COLUMNS}")
    return [row[:width] for row in rows]


def _no_reader(file: str) -> Problem:
    return Problem(
        "no-spreadsheet-reader",
        "spreadsheets need a part of lettergen that is not installed.",
        "install it with `pip install 'lettergen[tables]'`, or save the table as CSV in UTF-8",
        Place(file),
    )


def _sheet_cell(value: object, line: int, column: int) -> _Cell:
    if isinstance(value, str):
        return _Cell(value, line, column, fault_in(value))
    if isinstance(value, bool):
        return _Cell("yes" if value else "no", line, column)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return _Cell(value.date().isoformat(), line, column)
    if isinstance(value, date) and not isinstance(value, datetime):
        return _Cell(value.isoformat(), line, column)
    fault = (
        "number-in-cell",
        f"cell {_cell_name(line, column)} holds a number, and a number has lost its zeros and its plus sign.",
        "format the column as text and write the value anew",
    )
    return _Cell("number", line, column, fault)


def _cell_name(line: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{line + 1}"
