"""Records of many nodes at once, if all of them are sound, as most are."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from lettergen.facts.by_reader import Fact
from lettergen.facts.nodes import Node
from lettergen.facts.records_by_column import Column, facts_of
from lettergen.facts.row_node import RowNode

__all__ = ["AT_ONCE", "all_valid"]

Record = TypeVar("Record", bound=Fact)
AT_ONCE = 1_000
"""Records that are checked together; where one does not fit, only so many are checked twice."""


def all_valid(items: Sequence[Node], model: type[Record]) -> list[Record] | None:
    """Return the records of nodes; None where one does not fit, so that each is to be looked at by itself."""
    if items and items[0].document.has_blanks:
        return None
    rows = [item for item in items if isinstance(item, RowNode) and item.is_untouched]
    by_column = _of_rows(rows, model)
    if by_column is None or len(rows) == len(items):
        return by_column
    of_rows = set(map(id, rows))
    try:
        others = _list_of(model).validate_python([item.plain() for item in items if id(item) not in of_rows])
    except ValidationError:
        return None
    first, second = iter(by_column), iter(others)
    return [next(first if id(item) in of_rows else second) for item in items]


@cache
def _list_of(model: type[Record]) -> TypeAdapter[list[Record]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def _of_rows(rows: Sequence[RowNode], model: type[Record]) -> list[Record] | None:
    """Return the facts of untouched rows of one table; None if one of them does not fit."""
    if not rows:
        return []
    table = rows[0].table
    by_column = list(zip(*(row.row.texts for row in rows), strict=True))
    identities = [row.identity for row in rows]
    found: dict[str, Any] = {}
    lines: dict[str, list[list[str]]] = {}
    for at, groups, name, is_list in table.ways:
        cells = list(map(str.strip, by_column[at]))
        block = next((one for one in (*groups, name) if one in table.blocks), None)
        if block:
            lines.setdefault(block, []).append(cells)
        elif any(cells):
            group = found
            for step in groups:
                group = group.setdefault(step, {})
            group[name] = Column(cells, partial(table.parted, name) if is_list else None)
    found |= {name: Column(_lines(columns)) for name, columns in lines.items() if any(map(any, columns))}
    if any(identities):
        given = found["id"].cells if "id" in found else [""] * len(rows)
        found["id"] = Column([one or own for one, own in zip(given, identities, strict=True)])
    if table.has_column("consent"):
        given = found["consent"].cells if "consent" in found else [""] * len(rows)
        found["consent"] = Column([one or "no" for one in given])
    return facts_of(found, len(rows), model)


def _lines(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the lines of each row, which stand in one or several columns."""
    rows = zip(*columns, strict=True)
    if any(len("".join(cells).splitlines()) > 1 for cells in columns):
        parts = ((line.strip() for cell in row for line in cell.splitlines()) for row in rows)
        return [list(filter(None, row)) for row in parts]
    return [list(filter(None, row)) for row in rows]
