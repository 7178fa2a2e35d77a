"""A table as a list of records: rows, whose cells become nodes when somebody asks for them."""

from collections.abc import Sequence
from typing import Any, Protocol

from lettergen.facts.csv_rows import PlainRow, Row
from lettergen.facts.nodes import Node, SourceText, Spot

__all__ = ["RowNode", "TableNode"]


class Reading(Protocol):
    """What a row asks the table that it stands in."""

    document: SourceText
    head: list[tuple[str, ...] | None]
    blocks: tuple[str, ...]
    ways: list[tuple[int, tuple[str, ...], str, bool]]

    def assembled(self, row: Row, number: int, identity: str) -> Node:
        """Return a row as a record of nodes."""
        ...

    def plain(self, texts: Sequence[str], identity: str) -> dict[str, Any]:
        """Return a row as texts."""
        ...

    def parted(self, field: str, text: str) -> str | list[str]:
        """Return what a cell holds."""
        ...

    def has_column(self, key: str) -> bool:
        """Say whether a column holds a field or a part of it."""
        ...

    def index_of(self, key: str) -> int | None:
        """Return the column that holds a field as a whole."""
        ...


class RowNode(Node):
    """A row as a record; its cells become nodes on demand."""

    __slots__ = ("_made", "_number", "identity", "row", "table")

    def __init__(self, table: Reading, row: PlainRow, number: int, identity: str) -> None:
        """Keep the row, which has a cell for each column."""
        self.document = table.document
        self._line = row.line
        self._column = 0
        self.table = table
        self.row = row
        self._number = number
        self.identity = identity
        self._made: Node | None = None

    @property
    def is_untouched(self) -> bool:
        """Say whether nobody has asked for its cells, and so nobody has changed them."""
        return self._made is None

    @property
    def _whole(self) -> Node:
        if self._made is None:
            self._made = self.table.assembled(self.row.cells(), self._number, self.identity)
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
        return self.table.plain(self.row.texts, self.identity)

    def holds(self, key: str) -> bool:
        """Say whether the row has a value for a field."""
        if self._made is not None:
            return self._made.holds(key)
        return self.table.has_column(key) and any(
            path is not None and path[0] == key and text.strip()
            for path, text in zip(self.table.head, self.row.texts, strict=False)
        )

    def text_of(self, key: str) -> str:
        """Return the text of a field; a row without an id has the one of who it is."""
        at = self.table.index_of(key)
        text = self.row.texts[at].strip() if at is not None else ""
        return text or (self.identity if key == "id" else "")

    def identified(self) -> tuple[str, Spot]:
        """Return its id, and where that stands, or the row where it is calculated."""
        at = self.table.index_of("id")
        own = self.row.texts[at].strip() if at is not None else ""
        if at is None or not own:
            return self.identity, (self.document.file, self._line + 1, 1)
        line, column = self.row.place(at) if at else (self._line, 0)
        return own, (self.document.file, line + 1, column + 1)

    def spot_of(self, key: str) -> Spot:
        """Return where the value of a field stands, or the row where there is none."""
        at = self.table.index_of(key)
        if at is None or not self.row.texts[at].strip():
            return self.document.file, self._line + 1, 1
        line, column = self.row.place(at)
        return self.document.file, line + 1, column + 1


class TableNode(Node):
    """The records of a table, and the names of its columns."""

    __slots__ = ("fields", "headings")

    def __init__(
        self,
        records: list[Node],
        document: SourceText,
        headings: frozenset[str],
        fields: frozenset[str] = frozenset(),
    ) -> None:
        """Keep the records, the names of the columns as `named` returns them, and the fields they hold."""
        super().__init__(records, document, 0, 0)
        self.headings = headings
        self.fields = fields
