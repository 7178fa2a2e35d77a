"""Recipients, senders and signatories from a table: one record per row, one field per column.

Columns have the names of the YAML fields. A field of a group is joined by ``_`` or a dot: ``name_family``,
``name.given``, ``in_office_from``, ``checked_on``. ``address`` and a recipient's ``organisation`` are one
cell with line breaks or ``address_1``, ``address_2``, …; ``tags``, ``channels``, ``languages`` and
``members`` are separated by ``;``, ``,`` or spaces. A row without `id` has one that is calculated from
who it is: name, address and e-mail, wherever it stands in the table.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from operator import itemgetter
from pathlib import Path
from typing import Any, get_origin

from pydantic import BaseModel

from lettergen.errors import did_you_mean
from lettergen.facts.csv_rows import Cell, PlainRow, Row, text_rows
from lettergen.facts.model import PersonName, Recipient, Sender, Signatory
from lettergen.facts.nodes import Node, SourceText, Spot
from lettergen.facts.spreadsheet_reader import sheet_rows
from lettergen.facts.text_files import check_characters, read_bytes, read_text
from lettergen.facts.validation_messages import fields_of, models_in

__all__ = ["SAME_PERSON", "SUFFIXES", "Table", "columns", "read"]

SUFFIXES = (".csv", ".tsv", ".xlsx", ".ods")

SAME_PERSON = "same-person-twice"
"""The fault of two rows that cannot be told apart."""
_MODELS: dict[str, type[BaseModel]] = {
    "recipients": Recipient,
    "senders": Sender,
    "signatories": Signatory,
}
_ID_PREFIX = {"recipients": "r", "senders": "s"}
_WORDS = ("tags", "channels", "languages", "members")
_BLOCKS = ("address", "organisation")
_WHO: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("name",), ("name", "full"), ("name", "given"), ("name", "family")),
    (("address",),),
    (("email",),),
)
"""Fields that make somebody who they are; all else may be added to a table later."""
_WHO_ELSE: tuple[tuple[str, ...], ...] = (("office",), ("organisation",))
"""In the place of a name, where a row has none."""
_NEXT = "\0"
_NUMBERED = re.compile(r"(.+)_(\d{1,2})", re.ASCII)


def columns(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the columns that a table of this kind can have, each with its path in the record."""
    return _columns(_MODELS[kind])


def read(
    path: Path, shown: str | None = None, *, kind: str = "recipients", below: Path | None = None
) -> Node:
    """Read a table as a list of records; faults of single rows are kept in ``faults``.

    Args:
        path: A .csv, .tsv, .xlsx or .ods file.
        shown: Its name in messages, as the campaigner typed it.
        kind: ``recipients``, ``senders`` or ``signatories``.
        below: The folder that no link may lead out of.

    Raises:
        InputProblems: Nothing of the file can be used.
    """
    file = shown if shown is not None else str(path)
    if path.suffix.lower() in (".xlsx", ".ods"):
        document = SourceText(file, "")
        return Table(document, kind).records(sheet_rows(read_bytes(path, file, below=below), document))
    document = SourceText(file, read_text(path, file, below=below))
    check_characters(document)
    return Table(document, kind).records(text_rows(document))


class Table:
    """Rows to records."""

    def __init__(self, document: SourceText, kind: str) -> None:
        self.document = document
        self.kind = kind
        self.known = columns(kind)
        # A recipient's organisation takes several lines, a sender's is one text.
        fields = fields_of(_MODELS[kind])
        self.blocks = tuple(
            name for name in _BLOCKS if name in fields and get_origin(fields[name].annotation) is tuple
        )
        self.head: list[tuple[str, ...] | None] = []
        self.width = 0
        self._at: dict[tuple[str, ...], int] = {}
        self._fields: frozenset[str] = frozenset()
        self._is_conflicting = False
        self._ways: list[tuple[tuple[str, ...], str, bool]] = []
        """Groups and name of each column's field, and whether its cells are lists."""
        self._who: Callable[[Sequence[str]], Sequence[str]] = tuple
        """Returns the cells of a row that make an identity."""
        self._who_else: list[int] = []
        self._people: dict[str, tuple[int, int]] = {}
        """By identity, place in the list and line of the first row that has it."""
        self._doubtful: set[int] = set()

    def records(self, rows: Iterable[Row | PlainRow]) -> Node:
        """Return the list of records; blank rows are skipped, and those that cannot be told apart."""
        found: list[Node] = []
        head: int | None = None
        for number, row in enumerate(rows):
            if not _is_filled(row):
                continue
            if head is None:
                head = number
                self._read_head(row.cells() if isinstance(row, PlainRow) else row)
                continue
            cells: Row | None = None
            if isinstance(row, PlainRow) and self._is_even(row.texts):
                texts, line = row.texts, row.line
            else:
                cells = row.cells() if isinstance(row, PlainRow) else row
                texts, line = [cell.text for cell in cells], cells[0].line
            identity = self.identity(texts)
            if identity and self._people.setdefault(identity, (len(found), line))[0] != len(found):
                self._doubt(identity, len(found), line)
            if cells is None and isinstance(row, PlainRow):
                found.append(RowNode(self, row, number - head, identity))
            elif cells is not None:
                found.append(self.record(cells, number - head, identity))
        sure = [one for at, one in enumerate(found) if at not in self._doubtful] if self._doubtful else found
        return Node(sure, self.document, 0, 0)

    def _doubt(self, identity: str, at: int, line: int) -> None:
        """Note a row that is, for all that it says, somebody who has a row already."""
        first_at, first = self._people[identity]
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

    def _is_even(self, texts: Sequence[str]) -> bool:
        """Say whether a row has a cell for each column and none besides."""
        return len(texts) == self.width and not self._is_conflicting

    def index_of(self, key: str) -> int | None:
        """Return the column that holds a field as a whole."""
        return self._at.get((key,))

    def has_column(self, key: str) -> bool:
        """Say whether a column holds a field or a part of it."""
        return key in self._fields

    def identity(self, texts: Sequence[str]) -> str:
        """Return the id of a row that gives none: a digest of who it is, in digits.

        Case, blanks and the form of Unicode make no other person of anybody. Nothing
        can be read from digits, and no name is found in them.
        """
        prefix = _ID_PREFIX.get(self.kind)
        at = self._at.get(("id",))
        if not prefix or len(texts) < self.width or (at is not None and texts[at].strip()):
            return ""
        cells = [*texts[: self.width], _NEXT]
        who = _folded(self._who(cells))
        if who.startswith(_NEXT):
            who = f"{_folded([cells[at] for at in self._who_else])} {who}"
        if not who.strip(f"{_NEXT} "):
            return ""
        number = int.from_bytes(blake2b(who.encode(), digest_size=8).digest(), "big") % 10**15
        digits = f"{number:015}"
        return f"{prefix}-{digits[:5]}-{digits[5:10]}-{digits[10:]}"

    def parted(self, field: str, text: str) -> str | list[str]:
        """Return what a cell holds: one text, words, or lines."""
        if field in _WORDS:
            return [part for part in re.split(r"[;,\s]+", text) if part]
        if field in self.blocks:
            return [line.strip() for line in text.splitlines() if line.strip()]
        return text

    def plain(self, texts: Sequence[str], identity: str) -> dict[str, Any]:
        """Return an even row as `Node.plain` would, without a node for every cell."""
        record: dict[str, Any] = {}
        for (groups, name, is_list), text in zip(self._ways, map(str.strip, texts), strict=True):
            if not text or not name:
                continue
            group = record
            for step in groups:
                group = group.setdefault(step, [] if step in self.blocks else {})
            if isinstance(group, list):
                group.append(text)
            else:
                group[name] = self.parted(name, text) if is_list else text
        if identity:
            record["id"] = identity
        return record

    def _read_head(self, row: Row) -> None:
        while row and not row[-1].text:
            row = row[:-1]
        self.width = len(row)
        for cell in row:
            path = self._column(cell)
            if path is not None and path in self.head:
                self._note(
                    cell, "duplicate-column", f"there are two columns `{cell.text}`.", "keep only one of them"
                )
                path = None
            self.head.append(path)
        self._at = {path: at for at, path in enumerate(self.head) if path}
        self._fields = frozenset(path[0] for path in self._at)
        name, address, email = map(self._columns_of, _WHO)
        # The cell behind the last keeps what is said of one from what is said of the other.
        self._who = itemgetter(*[*name, -1, *address, -1, *email])
        self._who_else = self._columns_of(_WHO_ELSE)
        lists = (*_WORDS, *self.blocks)
        self._ways = [
            (path[:-1], path[-1], path[-1] in lists) if path else ((), "", False) for path in self.head
        ]
        groups = {path[:length] for path in self._at for length in range(1, len(path))}
        for cell, path in zip(row, self.head, strict=True):
            if path in groups:
                self._is_conflicting = True
                self._note(
                    cell,
                    "conflicting-columns",
                    f"`{'_'.join(path)}` is given both as a whole column and in parts.",
                    "keep either the whole or the parts",
                )

    def _columns_of(self, paths: Sequence[tuple[str, ...]]) -> list[int]:
        """Return the columns that hold fields, whole or line by line."""
        found: list[int] = []
        for path in paths:
            numbered = sorted(one for one in self._at if one[:1] == path and path[0] in self.blocks)
            found += [self._at[one] for one in (numbered or [path]) if one in self._at]
        return found

    def _column(self, cell: Cell) -> tuple[str, ...] | None:
        name = re.sub(r"[\s-]+", "_", cell.text.strip().casefold()).replace(".", "_")
        if not name:
            self._note(
                cell, "unnamed-column", "this column has no name.", "name it in the first row, or delete it"
            )
            return None
        numbered = _NUMBERED.fullmatch(name)
        if name in self.known:
            return self.known[name]
        if numbered and numbered[1] in self.blocks:
            return (numbered[1], numbered[2].zfill(2))
        others = f"rename it, or delete it; the columns here are {', '.join(f'`{n}`' for n in self.known)}"
        lines = [f"{block}_{numbered[2]}" for block in self.blocks] if numbered else []
        fix = did_you_mean(name, [*self.known, *lines], others)
        self._note(cell, "unknown-column", f"unknown column `{cell.text.strip()}`.", fix)
        return None

    def record(self, row: Row, number: int, identity: str) -> Node:
        """Return a row as a record of nodes."""
        first = row[0]
        record = Node({}, self.document, first.line, first.column, {})
        if not self._fits(row, number):
            return record
        for path, cell in zip(self.head, row, strict=False):
            if cell.fault:
                self._note(cell, *cell.fault)
            elif path is not None and cell.text.strip():
                self._put(record, path, cell)
        value = record.value
        if isinstance(value, dict) and identity:
            value["id"] = Node(identity, self.document, first.line, first.column)
        return record

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
            "put a cell that holds the separator or a line break in double quotes",
        )
        return False

    def _put(self, record: Node, path: tuple[str, ...], cell: Cell) -> None:
        """Set one cell at its path, making the groups and lists on the way."""
        here = (cell.line, cell.column)
        *groups, last = path
        node = record
        for step in groups:
            is_block = step in self.blocks
            node = _enter(
                node, step, Node([] if is_block else {}, self.document, *here, None if is_block else {})
            )
        if isinstance(node.value, list):
            node.value.append(Node(cell.text.strip(), self.document, *here))
        elif isinstance(node.value, dict):
            node.value[last] = Node(self._value(last, cell), self.document, *here)
            if node._keys is not None:
                node._keys[last] = here

    def _value(self, field: str, cell: Cell) -> str | list[Node]:
        found = self.parted(field, cell.text.strip())
        if isinstance(found, str):
            return found
        return [Node(part, self.document, cell.line, cell.column) for part in found]

    def _note(self, cell: Cell, name: str, message: str, fix: str) -> None:
        here = Node(cell.text, self.document, cell.line, cell.column)
        self.document.note(here.problem(name, message, fix))


class RowNode(Node):
    """A row as a record; its cells become nodes on demand."""

    __slots__ = ("_identity", "_made", "_number", "_row", "_table")

    def __init__(self, table: Table, row: PlainRow, number: int, identity: str) -> None:
        """Keep the row, which has a cell for each column."""
        self.document = table.document
        self._line = row.line
        self._column = 0
        self._table = table
        self._row = row
        self._number = number
        self._identity = identity
        self._made: Node | None = None

    @property
    def _whole(self) -> Node:
        if self._made is None:
            self._made = self._table.record(self._row.cells(), self._number, self._identity)
        return self._made

    @property
    def value(self) -> str | list[Node] | dict[str, Node]:  # type: ignore[override]
        """The record as a mapping of nodes."""
        return self._whole.value

    @property
    def _keys(self) -> dict[str, tuple[int, int]] | None:  # type: ignore[override]
        return self._whole._keys

    @property
    def is_group(self) -> bool:
        """A row is always one."""
        return True

    def plain(self, *, blanks: bool = False) -> Any:
        """Return the record as text, lists and dicts."""
        if self._made is not None:
            return self._made.plain(blanks=blanks)
        return self._table.plain(self._row.texts, self._identity)

    def holds(self, key: str) -> bool:
        """Say whether the row has a value for a field."""
        if self._made is not None:
            return self._made.holds(key)
        return self._table.has_column(key) and any(
            path is not None and path[0] == key and text.strip()
            for path, text in zip(self._table.head, self._row.texts, strict=False)
        )

    def text_of(self, key: str) -> str:
        """Return the text of a field; a row without an id has the one of who it is."""
        at = self._table.index_of(key)
        text = self._row.texts[at].strip() if at is not None else ""
        return text or (self._identity if key == "id" else "")

    def spot_of(self, key: str) -> Spot:
        """Return where the value of a field stands, or the row where there is none."""
        at = self._table.index_of(key)
        if at is None or not self._row.texts[at].strip():
            return self.document.file, self._line + 1, 1
        line, column = self._row.place(at)
        return self.document.file, line + 1, column + 1


def _folded(texts: Iterable[str]) -> str:
    """Return texts as one, alike for all ways to write it."""
    text = " ".join(texts).casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.split())


def _is_filled(row: Row | PlainRow) -> bool:
    if isinstance(row, PlainRow):
        return any(map(str.strip, row.texts))
    return any(cell.text for cell in row)


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
