"""Recipients, senders, signatories and signatures from a table: one record per row, one field per column.

Columns have the names of the YAML fields, or `[columns]` says what they hold. A field of a group is joined by
``_`` or a dot: ``name_family``, ``name.given``, ``in_office_from``, ``checked_on``. ``address`` and a
recipient's ``organisation`` are one cell with line breaks or ``address_1``, ``address_2``, …; ``tags``,
``channels``, ``languages`` and ``members`` are separated by ``;``, ``,`` or spaces. A row without `id` has
one that is calculated from who it is: name, address and e-mail, wherever it stands in the table.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from lettergen.errors import Severity
from lettergen.facts.cell_numbers import NUMBERS, with_numbers
from lettergen.facts.columns import (
    ColumnRule,
    Computed,
    ExtendedRow,
    extended,
    rules_beside,
    with_computed,
)
from lettergen.facts.csv_rows import Cell, PlainRow, Row, is_filled, table_text, text_rows
from lettergen.facts.damaged_text import Damage, damage, is_suspicious, may_be_damaged, seen
from lettergen.facts.nodes import Node, SourceText
from lettergen.facts.row_identity import RowIdentities
from lettergen.facts.row_node import RowNode, TableNode
from lettergen.facts.spreadsheet_reader import sheet_rows
from lettergen.facts.table_head import TableHead, below_title, blocks_of, columns, dates_of
from lettergen.facts.text_files import check_characters, read_bytes

__all__ = ["SUFFIXES", "Table", "columns", "read"]

SUFFIXES = (".csv", ".tsv", ".xlsx", ".ods")

_NEEDED = {"senders": ("name", "organisation", "members"), "signatories": ("name",), "signatures": ("name",)}
_WORDS = ("tags", "channels", "languages", "members", "serves")


def read(
    path: Path,
    shown: str | None = None,
    *,
    kind: str = "recipients",
    rules: Mapping[str, ColumnRule] | None = None,
    below: Path | None = None,
    only: str = "",
) -> TableNode:
    """Read a table as a list of records; faults of single rows are kept in ``faults``.

    Args:
        path: A .csv, .tsv, .xlsx or .ods file.
        shown: Its name in messages, as the campaigner typed it.
        kind: ``recipients``, ``senders``, ``signatories`` or ``signatures``.
        rules: What the campaign says of columns; a file beside the table comes first.
        below: The folder that no link may lead out of.
        only: Look for the record with this id, and pass over all others.

    Raises:
        InputProblems: Nothing of the file can be used.
    """
    file = shown if shown is not None else str(path)
    own, sheet = rules_beside(path, file, below=below)
    rules = {**(rules or {}), **own}
    is_sheet = path.suffix.lower() in (".xlsx", ".ods")
    document = SourceText(file, "" if is_sheet else table_text(path, file, below=below))
    check_characters(document)
    data = read_bytes(path, file, below=below) if is_sheet else b""
    rows = sheet_rows(data, document, sheet) if is_sheet else text_rows(document)
    return Table(document, kind, rules).records(rows, only)


class Table:
    """Rows to records."""

    def __init__(
        self, document: SourceText, kind: str, rules: Mapping[str, ColumnRule] | None = None
    ) -> None:
        self.document = document
        self.kind = kind
        self.rules = rules or {}
        self.blocks = blocks_of(kind)
        self.dates = dates_of(kind)
        self.head: list[tuple[str, ...] | None] = []
        """The path of each column, then of each computed one; None where it is not read."""
        self.headings: frozenset[str] = frozenset()
        self.width = 0
        self.computed: list[Computed] = []
        self.unnamed: dict[int, Cell] = {}
        """Columns without a name, which must be empty."""
        self._ids = RowIdentities(document, kind, {}, ())
        self.is_suspected = not document.text or is_suspicious(document.text)
        self._at: dict[tuple[str, ...], int] = {}
        self._whole: dict[str, int] = {}
        """The columns that hold a field as a whole."""
        self._fields: frozenset[str] = frozenset()
        self._is_conflicting = False
        self._numbers: dict[int, str] = {}
        """Columns in which a number may stand, each with its field."""
        self._id: int | None = None
        self._country: int | None = None
        self._names: list[str] = []
        """The columns as they are called."""
        self._paths: list[tuple[int, tuple[str, ...]]] = []
        self._looked_at: list[tuple[int, str]] = []
        """The columns whose damage counts, each with its field."""
        self.ways: list[tuple[int, tuple[str, ...], str, bool]] = []
        """The columns that are read, lines of an address in their order: groups and name of the field, and
        whether the cells are lists."""

    def records(self, rows: Iterable[Row | PlainRow], only: str = "") -> TableNode:
        """Return the list of records; blank rows are skipped, and those that cannot be told apart.

        Args:
            rows: The rows.
            only: The id of the only record that is wanted.
        """
        found: list[Node] = []
        head: int | None = None
        for number, row in enumerate(below_title(rows, self.document.file)):
            if head is not None and isinstance(row, PlainRow):
                if only and not self._ids.may_be(row.texts, only):
                    continue
                if self._is_easy(row.texts):
                    found.append(RowNode(self, row, number - head, ""))
                    continue
            if not is_filled(row):
                continue
            if head is None:
                head = number
                self._read_head(row.cells() if isinstance(row, PlainRow) else row)
                if self.document.faults and not self._has_whom():
                    break  # each row would be told to lack what a faulty column may hold
                continue
            if record := self._record(row, number - head, len(found), only):
                found.append(record)
        doubtful = self._ids.doubtful
        sure = [one for at, one in enumerate(found) if at not in doubtful] if doubtful else found
        return TableNode(sure, self.document, self.headings, self._fields)

    def _record(self, row: Row | PlainRow, number: int, at: int, only: str) -> Node | None:
        """Return a row as a record; None if it is none, or not the one that is wanted."""
        cells, texts, line = self._split(row)
        is_like_head = bool(texts) and texts[0].strip() == self._names[0]
        if is_like_head and self._is_head_again(texts, number, line):
            return None
        identity = self._ids.calculated(texts) if len(texts) >= len(self.head) else ""
        if only and only not in (identity, self._ids.own(texts)):
            return None
        if identity and self._ids.is_again(identity, texts, at, line):
            return None
        if isinstance(cells, PlainRow):
            return RowNode(self, cells, number, identity)
        return self.record(cells, number, identity)

    def _is_head_again(self, texts: Sequence[str], number: int, line: int) -> bool:
        """Tell a row that repeats the names of the columns, as where two exports were put together."""
        if [text.strip() for text in texts[: self.width]] != self._names or self.width == 1:
            return False
        message = f"row {number} repeats the names of the columns, and is not read."
        self._note(Cell("", line, 0), "not-read", message, "delete it", "warning")
        return True

    def _split(self, row: Row | PlainRow) -> tuple[Row | PlainRow, Sequence[str], int]:
        """Return a row, its texts with the computed ones, and its line; cells for a closer look."""
        if isinstance(row, PlainRow) and self._is_sound(row.texts):
            if self.computed:
                row = ExtendedRow(with_computed(row.texts, self.computed), row.line, row, self.computed)
            return row, row.texts, row.line
        cells = row.cells() if isinstance(row, PlainRow) else with_numbers(row, self._numbers, self._country)
        cells = [
            cell if (text := seen(cell.text)) == cell.text else replace(cell, text=text) for cell in cells
        ]
        texts = [cell.text for cell in cells[: self.width]]
        if len(texts) == self.width:
            texts = with_computed(texts, self.computed)
        return cells, texts, cells[0].line

    def _has_whom(self) -> bool:
        """Say whether a column holds what no record can do without."""
        needed = _NEEDED.get(self.kind)
        return needed is None or any(map(self.has_column, needed))

    def _is_easy(self, texts: Sequence[str]) -> bool:
        """Say quickly whether a row has an id of its own, and nothing that calls for a closer look."""
        at = self._id
        return not (
            at is None
            or len(texts) != self.width
            or self.computed
            or self.unnamed
            or self._is_conflicting
            or not texts[at].strip()
            or texts[0].strip() == self._names[0]
            or may_be_damaged(texts, is_suspected=self.is_suspected)
        )

    def _is_sound(self, texts: Sequence[str]) -> bool:
        """Say whether a row has a cell for each column, none besides, none below no name and none damaged."""
        if len(texts) != self.width or self._is_conflicting:
            return False
        if self.unnamed and any(texts[at].strip() for at in self.unnamed):
            return False
        return not may_be_damaged(texts, is_suspected=self.is_suspected) or not self._is_damaged(texts)

    def _is_damaged(self, texts: Sequence[str]) -> bool:
        """Look closely at a row with a sign of damage; most are names such as Ó’Briain."""
        return any(seen(text) != text.strip() for text in texts) or any(
            at >= self.width or self._damage(texts[at], field) for at, field in self._looked_at
        )

    def index_of(self, key: str) -> int | None:
        """Return the column that holds a field as a whole."""
        return self._whole.get(key)

    def has_column(self, key: str) -> bool:
        """Say whether a column holds a field or a part of it."""
        return key in self._fields

    def parted(self, field: str, text: str) -> str | list[str]:
        """Return what a cell holds: one text, words, or lines."""
        if field in _WORDS:
            return [part for part in re.split(r"[;,\s]+", text) if part]
        if field in self.blocks:
            return _lines(text)
        return text

    def plain(self, texts: Sequence[str], identity: str) -> dict[str, Any]:
        """Return an even row as `Node.plain` would, without a node for every cell."""
        record: dict[str, Any] = {}
        for at, groups, name, is_list in self.ways:
            text = texts[at].strip()
            if not text:
                continue
            group = record
            for step in groups:
                group = group.setdefault(step, [] if step in self.blocks else {})
            if isinstance(group, list):
                group += _lines(text)
            else:
                group[name] = self.parted(name, text) if is_list else text
        if identity:
            record["id"] = identity
        if "consent" not in record and self.has_column("consent"):
            record["consent"] = "no"
        return record

    def _read_head(self, row: Row) -> None:
        head = TableHead(row, self.document, self.kind, self.rules)
        self.head, self.computed, self.headings = head.paths, head.computed, head.headings
        self.width = len(head.row)
        self._names = [cell.text.strip() for cell in head.row]
        self.unnamed = head.unnamed
        self._is_conflicting = head.is_conflicting
        self._at = {path: at for at, path in enumerate(self.head) if path}
        self._whole = {path[0]: at for path, at in self._at.items() if len(path) == 1}
        self._fields = frozenset(path[0] for path in self._at)
        self._ids = RowIdentities(self.document, self.kind, self._at, self.blocks)
        self._id, self._country = self._whole.get("id"), head.country
        self._numbers = {
            at: path[0] for path, at in self._at.items() if path[0] in NUMBERS and at < self.width
        }
        self._numbers |= {at: name for name, at in head.parts.items() if name in NUMBERS}
        lists = (*_WORDS, *self.blocks)
        self._paths = self._in_order()
        self._looked_at = [(at, path[0]) for way, path in self._paths for at in self._sources(way)]
        self.ways = [(at, path[:-1], path[-1], path[-1] in lists) for at, path in self._paths]

    def _in_order(self) -> list[tuple[int, tuple[str, ...]]]:
        """Return the columns that are read, the lines of a block one after the other, wherever they stand."""
        found = [(at, path) for at, path in enumerate(self.head) if path]
        for block in self.blocks:
            places = [place for place, (_, path) in enumerate(found) if path[0] == block and len(path) > 1]
            lines = sorted((found[place] for place in places), key=itemgetter(1))
            for place, line in zip(places, lines, strict=True):
                found[place] = line
        return found

    def record(self, row: Row, number: int, identity: str) -> Node:
        """Return a row as a record of nodes."""
        first = row[0]
        if not self._fits(row, number):
            return Node({}, self.document, first.line, first.column, {})
        self._tell_unnamed(row)
        return self.assembled(extended(row, self.computed) if self.computed else row, number, identity)

    def assembled(self, row: Row, number: int, identity: str) -> Node:
        """Return a row with a cell for each column, the computed ones included, as a record of nodes."""
        first = row[0]
        record = Node({}, self.document, first.line, first.column, {})
        told: dict[int, bool] = {}
        for at, path in self._paths:
            # A line may be made of several cells, and several lines of one cell.
            sources = self._sources(at)
            unusable = [one for one in sources if self._is_unusable(row[one], one, path, number, told)]
            if not unusable and row[at].text.strip():
                self._put(record, path, row[at])
        value = record.value
        if isinstance(value, dict) and identity:
            value["id"] = Node(identity, self.document, first.line, first.column)
        if isinstance(value, dict) and "consent" not in value and self.has_column("consent"):
            # Who was asked and did not answer has not agreed.
            value["consent"] = Node("no", self.document, first.line, first.column)
        return record

    def _tell_unnamed(self, row: Row) -> None:
        """Tell a column without a name once, at its first value."""
        for at in [at for at in self.unnamed if row[at].text.strip()]:
            fix = "name it in the first row, or delete it"
            self._note(self.unnamed.pop(at), "unnamed-column", "this column has no name.", fix)

    def _sources(self, at: int) -> tuple[int, ...]:
        """Return the cells to look at for damage: those of the row itself that a computed one is made of."""
        if at < self.width or not self.computed[at - self.width].says_as_they_do:
            return (at,)
        made_of = self.computed[at - self.width].sources
        return tuple(dict.fromkeys(source for one in made_of for source in self._sources(one)))

    def _is_unusable(
        self, cell: Cell, at: int, path: tuple[str, ...], number: int, told: dict[int, bool]
    ) -> bool:
        """Tell a damaged cell once, and say whether its text is left out."""
        if at in told:
            return told[at]
        told[at] = True
        if cell.fault and not (cell.is_date and path in self.dates):
            self._note(cell, *cell.fault)
        elif found := self._damage(cell.text, path[0]):
            own = self.head[at]
            column = "_".join(own or path) if own or at >= self.width else self._names[at]
            message = f"{found.message} (row {number}, `{column}`)."
            self._note(cell, found.name, message, found.fix, found.severity)
            told[at] = found.severity == "error"
        else:
            told[at] = False
        return told[at]

    def _damage(self, text: str, field: str) -> Damage | None:
        if not text.strip() or not may_be_damaged([text], is_suspected=self.is_suspected):
            return None
        return damage(text, field)

    def _fits(self, row: Row, number: int) -> bool:
        extra = [cell for cell in row[self.width :] if cell.text]
        short = len(row) < self.width
        if not extra and not short:
            return True
        count = self.width + len(extra) if extra else len(row)
        self._note(
            extra[0] if extra else row[-1],
            "ragged-row",
            f"row {number} has {count} cell{'s' if count > 1 else ''}; the head has {self.width}.",
            "put a cell that holds the separator or a line break in double quotes"
            + ("" if extra else ", or add the separators that are missing at its end"),
        )
        return False

    def _put(self, record: Node, path: tuple[str, ...], cell: Cell) -> None:
        """Set one cell at its path, making the groups and lists on the way."""
        here = (cell.line, cell.column)
        *groups, last = path
        node = record
        for step in groups:
            is_block = step in self.blocks
            node = node.enter(
                step, Node([] if is_block else {}, self.document, *here, None if is_block else {})
            )
        if isinstance(node.value, list):
            node.value += [Node(line, self.document, *here) for line in _lines(cell.text)]
        elif isinstance(node.value, dict):
            node.value[last] = Node(self._value(last, cell), self.document, *here)
            if node._keys is not None:
                node._keys[last] = here

    def _value(self, field: str, cell: Cell) -> str | list[Node]:
        found = self.parted(field, cell.text.strip())
        if isinstance(found, str):
            return found
        return [Node(part, self.document, cell.line, cell.column) for part in found]

    def _note(self, cell: Cell, name: str, message: str, fix: str, severity: Severity = "error") -> None:
        here = Node(cell.text, self.document, cell.line, cell.column)
        self.document.note(here.problem(name, message, fix, severity=severity))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
