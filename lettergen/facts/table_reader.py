"""Recipients, senders, signatories and signatures from a table: one record per row, one field per column.

Columns have the names of the YAML fields, or `[columns]` says what they hold. A field of a group is joined by
``_`` or a dot: ``name_family``, ``name.given``, ``in_office_from``, ``checked_on``. ``address`` and a
recipient's ``organisation`` are one cell with line breaks or ``address_1``, ``address_2``, …; ``tags``,
``channels``, ``languages`` and ``members`` are separated by ``;``, ``,`` or spaces. A row without `id` has
one that is calculated from who it is: name, address and e-mail, wherever it stands in the table.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from lettergen.facts.row_identity import NEXT, WHO, WHO_ELSE, digest_of
from lettergen.facts.row_node import RowNode
from lettergen.facts.spreadsheet_reader import sheet_rows
from lettergen.facts.table_head import TableHead, below_title, blocks_of, columns, dates_of
from lettergen.facts.text_files import check_characters, read_bytes

__all__ = ["SAME_PERSON", "SUFFIXES", "Table", "TableNode", "columns", "read"]

SUFFIXES = (".csv", ".tsv", ".xlsx", ".ods")

SAME_PERSON = "same-person-twice"
"""The fault of two rows that cannot be told apart."""
_ID_PREFIX = {"recipients": "r", "senders": "s"}
_NEEDED = {"senders": ("name", "organisation", "members"), "signatories": ("name",), "signatures": ("name",)}
_WORDS = ("tags", "channels", "languages", "members", "serves")


def read(
    path: Path,
    shown: str | None = None,
    *,
    kind: str = "recipients",
    rules: Mapping[str, ColumnRule] | None = None,
    below: Path | None = None,
) -> "TableNode":
    """Read a table as a list of records; faults of single rows are kept in ``faults``.

    Args:
        path: A .csv, .tsv, .xlsx or .ods file.
        shown: Its name in messages, as the campaigner typed it.
        kind: ``recipients``, ``senders``, ``signatories`` or ``signatures``.
        rules: What the campaign says of columns; a file beside the table comes first.
        below: The folder that no link may lead out of.

    Raises:
        InputProblems: Nothing of the file can be used.
    """
    file = shown if shown is not None else str(path)
    own, sheet = rules_beside(path, file, below=below)
    rules = {**(rules or {}), **own}
    if path.suffix.lower() in (".xlsx", ".ods"):
        document = SourceText(file, "")
        return Table(document, kind, rules).records(
            sheet_rows(read_bytes(path, file, below=below), document, sheet)
        )
    document = SourceText(file, table_text(path, file, below=below))
    check_characters(document)
    return Table(document, kind, rules).records(text_rows(document))


class TableNode(Node):
    """The records of a table, and the names of its columns."""

    __slots__ = ("headings",)

    def __init__(self, records: list[Node], document: SourceText, headings: frozenset[str]) -> None:
        """Keep the records; a heading is as `named` returns it."""
        super().__init__(records, document, 0, 0)
        self.headings = headings


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
        self._who: Callable[[Sequence[str]], Sequence[str]] = tuple
        """Returns the cells of a row that make an identity."""
        self._who_else: list[int] = []
        self._reached: list[int] = []
        """Columns of address and e-mail."""
        self._answers: list[int] = []
        """Columns of consent."""
        self._people: dict[str, tuple[int, int, tuple[str, ...]]] = {}
        """By identity, place in the list, line and answers of the first row that has it."""
        self._doubtful: set[int] = set()
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
        self.ways: list[tuple[int, tuple[str, ...], str, bool]] = []
        """The columns that are read, lines of an address in their order: groups and name of the field, and
        whether the cells are lists."""

    def records(self, rows: Iterable[Row | PlainRow]) -> TableNode:
        """Return the list of records; blank rows are skipped, and those that cannot be told apart."""
        found: list[Node] = []
        head: int | None = None
        for number, row in enumerate(below_title(rows, self.document.file)):
            if not is_filled(row):
                continue
            if head is None:
                head = number
                self._read_head(row.cells() if isinstance(row, PlainRow) else row)
                if self.document.faults and not self._has_whom():
                    break  # each row would be told to lack what a faulty column may hold
                continue
            cells, texts, line = self._split(row)
            if (
                texts
                and texts[0].strip() == self._names[0]
                and self._is_head_again(texts, number - head, line)
            ):
                continue
            identity = self.identity(texts)
            if identity and self._is_again(identity, texts, len(found), line):
                continue
            if isinstance(cells, PlainRow):
                found.append(RowNode(self, cells, number - head, identity))
            else:
                found.append(self.record(cells, number - head, identity))
        sure = [one for at, one in enumerate(found) if at not in self._doubtful] if self._doubtful else found
        return TableNode(sure, self.document, self.headings)

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

    def _is_again(self, identity: str, texts: Sequence[str], at: int, line: int) -> bool:
        """Say whether a row is the second sign-up of somebody, who counts once; note what is doubtful."""
        answers = tuple(texts[column].strip() for column in self._answers)
        first_at, first, first_answers = self._people.setdefault(identity, (at, line, answers))
        if first_at == at:
            return False
        is_reached = any(texts[column].strip() for column in self._reached)
        if self.kind != "senders" or not is_reached or answers != first_answers:
            self._doubt(identity, at, line)
            return False
        self._note(
            Cell("", line, 0),
            "signed-up-twice",
            f"lines {first + 1} and {line + 1} have the same name, address and e-mail: "
            f"line {line + 1} is skipped.",
            "delete it, or give both an `id` if they are two people",
            "warning",
        )
        return True

    def _doubt(self, identity: str, at: int, line: int) -> None:
        """Note a row that is, for all that it says, somebody who has a row already."""
        first_at, first, _ = self._people[identity]
        self._doubtful |= {first_at, at}
        prefix, first, line = _ID_PREFIX[self.kind], first + 1, line + 1
        self._note(
            Cell("", line - 1, 0),
            SAME_PERSON,
            f"lines {first} and {line} cannot be told apart: they have the same name, address and e-mail, "
            "and no `id`.",
            "delete one of them, or give each an id of its own in the column `id`, such as "
            f"`{prefix}{first}` and `{prefix}{line}`",
        )

    def _has_whom(self) -> bool:
        """Say whether a column holds what no record can do without."""
        needed = _NEEDED.get(self.kind)
        return needed is None or any(map(self.has_column, needed))

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
            at >= self.width or self._damage(texts[at], path[0])
            for way, path in self._paths
            for at in self._sources(way)
        )

    def index_of(self, key: str) -> int | None:
        """Return the column that holds a field as a whole."""
        return self._whole.get(key)

    def has_column(self, key: str) -> bool:
        """Say whether a column holds a field or a part of it."""
        return key in self._fields

    def identity(self, texts: Sequence[str]) -> str:
        """Return the id of a row that gives none: a digest of who it is, in digits.

        Case, blanks and the form of Unicode make no other person of anybody. Nothing
        can be read from digits, and no name is found in them.
        """
        at, prefix = self._id, _ID_PREFIX.get(self.kind)
        if not prefix or len(texts) < len(self.head) or (at is not None and texts[at].strip()):
            return ""
        cells = [*texts, NEXT]
        return digest_of(prefix, self._who(cells), [cells[at] for at in self._who_else])

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
        name, address, email = map(self._columns_of, WHO)
        # The cell behind the last keeps what is said of one from what is said of the other.
        self._who = itemgetter(*[*name, -1, *address, -1, *email])
        self._id, self._country = self._whole.get("id"), head.country
        self._numbers = {
            at: path[0] for path, at in self._at.items() if path[0] in NUMBERS and at < self.width
        }
        self._numbers |= {at: name for name, at in head.parts.items() if name in NUMBERS}
        self._reached = [*address, *email]
        self._answers = self._columns_of([("consent",), ("anonymous",)])
        self._who_else = self._columns_of(WHO_ELSE)
        lists = (*_WORDS, *self.blocks)
        self._paths = self._in_order()
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

    def _columns_of(self, paths: Sequence[tuple[str, ...]]) -> list[int]:
        """Return the columns that hold fields, whole or line by line."""
        found: list[int] = []
        for path in paths:
            numbered = sorted(one for one in self._at if one[:1] == path and path[0] in self.blocks)
            found += [self._at[one] for one in (numbered or [path]) if one in self._at]
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
