"""A row of a table as a record, whose cells become nodes when somebody asks for them."""

from collections.abc import Sequence
from typing import Any, Protocol

from lettergen.facts.csv_rows import PlainRow, Row
from lettergen.facts.nodes import Node, SourceText, Spot

__all__ = ["RowNode"]


class Reading(Protocol):
    """What a row asks the table that it stands in."""

    document: SourceText
    head: list[tuple[str, ...] | None]

    def assembled(self, row: Row, number: int, identity: str) -> Node:
        """Return a row as a record of nodes."""
        ...

    def plain(self, texts: Sequence[str], identity: str) -> dict[str, Any]:
        """Return a row as texts."""
        ...

    def has_column(self, key: str) -> bool:
        """Say whether a column holds a field or a part of it."""
        ...

    def index_of(self, key: str) -> int | None:
        """Return the column that holds a field as a whole."""
        ...


class RowNode(Node):
    """A row as a record; its cells become nodes on demand."""

    __slots__ = ("_identity", "_made", "_number", "_row", "_table")

    def __init__(self, table: Reading, row: PlainRow, number: int, identity: str) -> None:
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
            self._made = self._table.assembled(self._row.cells(), self._number, self._identity)
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
