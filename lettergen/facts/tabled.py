"""A table's rows as nodes, which are made when somebody asks for one, to tell what is wrong with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lettergen.errors import Place
from lettergen.facts.nodes import Node
from lettergen.facts.rows import Plain

if TYPE_CHECKING:
    from lettergen.facts.tables import Table

__all__ = ["RowNode", "TableNode"]


class TableNode(Node):
    """The records of a table, in the order of its rows."""

    __slots__ = ("_lines", "_made", "_nodes", "_numbers", "_rows", "table", "texts")

    texts: list[list[str]]
    """The cells of each row; none for a row that is not as wide as the head."""

    def __init__(self, table: "Table") -> None:
        """Begin without rows."""
        self.document = table.document
        self._line = self._column = 0
        self._keys = None
        self.table = table
        self.texts = []
        self._lines: Sequence[int] = []
        self._numbers: Sequence[int] = []
        self._rows: dict[int, Plain] = {}
        self._nodes: dict[int, Node] = {}
        self._made: list[Node] | None = None

    @classmethod
    def of_rows(cls, table: "Table", rows: Sequence[tuple[Plain, int] | Node]) -> "TableNode":
        """Return a table of rows as wide as the head, each with its number, and of nodes for the others."""
        found = cls(table)
        lines, numbers = [], []
        for at, row in enumerate(rows):
            if isinstance(row, Node):
                found._nodes[at] = row
                plain, number = Plain([], 0), 0
            else:
                plain, number = row
                if type(plain) is not Plain:
                    found._rows[at] = plain
            found.texts.append(plain.texts)
            lines.append(plain.line)
            numbers.append(number)
        found._lines, found._numbers = lines, numbers
        return found

    @classmethod
    def of_texts(cls, table: "Table", texts: list[list[str]], lines: Sequence[int], head: int) -> "TableNode":
        """Return a table of which every row is as wide as the head and has its number by its line."""
        found = cls(table)
        found.texts, found._lines = texts, lines
        is_whole = isinstance(lines, range) and bool(lines)
        found._numbers = (
            range(lines[0] - head, lines[-1] - head + 1) if is_whole else [line - head for line in lines]
        )
        return found

    @property
    def value(self) -> str | list[Node] | dict[str, Node]:  # type: ignore[override]
        """The rows as nodes."""
        if self._made is None:
            self._made = [self.row(at) for at in range(len(self.texts))]
        return self._made

    def row(self, at: int) -> Node:
        """Return one row as a node."""
        if self._made is not None:
            return self._made[at]
        if at in self._nodes:
            return self._nodes[at]
        row = self._rows.get(at) or Plain(self.texts[at], self._lines[at])
        return RowNode(self.table, row, self._numbers[at])

    def is_plain(self, at: int) -> bool:
        """Say whether the cells of a row are told in ``texts``."""
        return at not in self._nodes

    def identities(self) -> list[str]:
        """Return the id of each row that is plain: as given, else after its number."""
        at = self.table.index_of("id")
        given = [row[at].strip() if row else "" for row in self.texts] if at is not None else []
        if not given:
            given = [""] * len(self.texts)
        named = self.table.identity
        return [text or named(number) for text, number in zip(given, self._numbers, strict=True)]

    def spots(self) -> list[tuple[str, int, int]]:
        """Return file, line and column of each row's id, or of the row where it gives none."""
        at, file = self.table.index_of("id"), self.document.file
        if at == 0 or at is None:
            return [(file, line + 1, 1) for line in self._lines]
        places = (self.row(row).place_of("id") for row in range(len(self.texts)))
        return [(place.file, place.line, place.column) for place in places]

    def plain(self, *, blanks: bool = False) -> Any:
        """Return the rows as dicts."""
        return [self.row(at).plain(blanks=blanks) for at in range(len(self.texts))]


class RowNode(Node):
    """A row as a record; its cells become nodes when somebody asks for one."""

    __slots__ = ("_made", "_number", "_row", "_table")

    def __init__(self, table: "Table", row: Plain, number: int) -> None:
        """Keep the row, which has a cell for each column."""
        self.document = table.document
        self._line = row.line
        self._column = 0
        self._table = table
        self._row = row
        self._number = number
        self._made: Node | None = None

    @property
    def _whole(self) -> Node:
        if self._made is None:
            self._made = self._table.record(self._row.cells(), self._number)
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
        return self._table.plain(self._row.texts, self._number)

    def holds(self, key: str) -> bool:
        """Say whether the row has a value for a field."""
        if self._made is not None:
            return self._made.holds(key)
        return self._table.has_column(key) and any(
            path is not None and path[0] == key and text.strip()
            for path, text in zip(self._table.head, self._row.texts, strict=False)
        )

    def text_of(self, key: str) -> str:
        """Return the text of a field; a row without an id is named by its number."""
        at = self._table.index_of(key)
        text = self._row.texts[at].strip() if at is not None else ""
        return text or (self._table.identity(self._number) if key == "id" else "")

    def place_of(self, key: str) -> Place:
        """Return where the value of a field stands."""
        at = self._table.index_of(key)
        if at is None or not self._row.texts[at].strip():
            return Place(self.document.file, self._line + 1, 1)
        line, column = self._row.place(at)
        return Place(self.document.file, line + 1, column + 1)
