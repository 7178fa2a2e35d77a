"""A table's rows as records, a column at a time: what fits is made in bulk, the rest one by one.

A column is checked by its field's own rules, each different value once. Rules for a record as a whole ask
only which fields are given; so one row for each set of filled columns is checked as a record of its own,
and rows filled alike are made in its likeness. `tests/test_fitting.py` knows the rules there are, and
holds both ways against each other.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from lettergen.facts.complaints import fields_of, models_in
from lettergen.facts.model import Fact
from lettergen.facts.nodes import Node
from lettergen.facts.tabled import TableNode
from lettergen.facts.tables import Table

__all__ = ["fitting"]

Record = TypeVar("Record", bound=Fact)
Path = tuple[str, ...]
_CLOSELY = frozenset({"members", "signatories"})
"""Fields that lead to other records or files, so that the row alone does not tell whether it fits."""


def fitting(table: TableNode, model: type[Record]) -> list[Record | None]:
    """Return the record of each row that fits; None for a row that is to be looked at as a node.

    Args:
        table: Rows below a head without fault.
        model: What the rows are records of.
    """
    found: list[Record | None] = [None] * len(table.texts)
    plain = [at for at in range(len(found)) if table.is_plain(at)]
    columns = _columns(table, plain)
    for filled, rows in _filled_alike(columns):
        given = {path: column for (path, column), has in zip(columns.items(), filled, strict=True) if has}
        if _CLOSELY.intersection(path[0] for path in given):
            continue
        values = {
            path: _fitted(table.table, model, path, _picked(column, rows)) for path, column in given.items()
        }
        unfit = frozenset[int]().union(*(at for _, at in values.values()))
        good = [at for at in range(len(rows)) if at not in unfit] if unfit else range(len(rows))
        if not good or (pattern := _pattern(table.row(plain[rows[good[0]]]), model)) is None:
            continue
        made = _made_like(pattern, {path: _picked(column, good) for path, (column, _) in values.items()})
        for at, record in zip(good, made, strict=True):
            found[plain[rows[at]]] = record
    return found


def _columns(table: TableNode, plain: Sequence[int]) -> dict[Path, list[str]]:
    """Return the cells of each column that is a field, without spaces around them."""
    columns: dict[Path, list[str]] = {}
    for path, cells in zip(table.table.head, zip(*_picked(table.texts, plain), strict=True), strict=False):
        if path is not None:
            columns[path] = list(map(str.strip, cells))
    if plain:
        # A row without an id is called after its number.
        columns[("id",)] = _picked(table.identities(), plain)
    return columns


def _filled_alike(columns: Mapping[Path, list[str]]) -> Iterator[tuple[tuple[bool, ...], Sequence[int]]]:
    """Yield which columns are filled, and the numbers of the rows in which it is these."""
    filled = [list(map(bool, column)) for column in columns.values()]
    kinds = set(zip(*filled, strict=True))
    if len(kinds) == 1:
        yield kinds.pop(), range(len(filled[0]))
        return
    rows: dict[tuple[bool, ...], list[int]] = {}
    for at, kind in enumerate(zip(*filled, strict=True)):
        rows.setdefault(kind, []).append(at)
    yield from rows.items()


def _picked(column: list[Any], rows: Sequence[int]) -> list[Any]:
    return column if len(rows) == len(column) else [column[at] for at in rows]


def _fitted(
    table: Table, model: type[Fact], path: Path, texts: list[str]
) -> tuple[list[Any], frozenset[int]]:
    """Return what the texts of a column mean, and the numbers of those that do not fit."""
    words = list(dict.fromkeys(texts))
    # A numbered line is a list of its own, to be joined with the other lines.
    is_line = len(path) > 1 and path[-2] in table.blocks
    given = [[word] if is_line else table.parted(path[-1], word) for word in words]
    found, wrong = _checked(_rule(model, path), given)
    if len(words) == len(texts):
        return found, frozenset(wrong)
    meanings = dict(zip(words, found, strict=True))
    unfit = {words[at] for at in wrong}
    at_fault = frozenset(at for at, text in enumerate(texts) if text in unfit) if unfit else frozenset[int]()
    return list(map(meanings.__getitem__, texts)), at_fault


def _checked(rule: "TypeAdapter[list[Any]]", values: list[Any]) -> tuple[list[Any], set[int]]:
    """Return what values mean, and the numbers of those that do not fit and are returned as None."""
    try:
        return rule.validate_python(values), set()
    except ValidationError as error:
        wrong = {int(fault["loc"][0]) for fault in error.errors(include_url=False, include_context=False)}
    good = iter(rule.validate_python([value for at, value in enumerate(values) if at not in wrong]))
    return [None if at in wrong else next(good) for at in range(len(values))], wrong


@cache
def _rule(model: type[BaseModel], path: Path) -> "TypeAdapter[list[Any]]":
    """Return what checks many values of one field."""
    step, *inside = path
    info = fields_of(model)[step]
    groups = models_in(info.annotation)
    if inside and groups:
        return _rule(groups[0], tuple(inside))
    kind: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return TypeAdapter(list[kind])


def _pattern(row: Node, model: type[Record]) -> Record | None:
    try:
        return model.model_validate(row.plain())
    except ValidationError:
        return None


def _made_like(pattern: BaseModel, columns: Mapping[Path, list[Any]]) -> list[Any]:
    """Return records that have the values of the columns, and all else as the pattern has it."""
    kind = type(pattern)
    names = {info.alias or name: name for name, info in kind.model_fields.items()}
    groups: dict[str, dict[Path, list[Any]]] = {}
    for path, column in columns.items():
        groups.setdefault(names[path[0]], {})[path[1:]] = column
    values = [_joined(getattr(pattern, name), inside) for name, inside in groups.items()]
    copied, fields = pattern.__dict__.copy, tuple(groups)
    contents = []
    for row in zip(*values, strict=True):
        content = copied()
        content.update(zip(fields, row, strict=True))
        contents.append(content)
    # What `model_construct` does, but without going through the fields of each record.
    made = list(map(kind.__new__, repeat(kind, len(contents))))
    _set(made, "__dict__", contents)
    _set(made, "__pydantic_fields_set__", repeat(pattern.__pydantic_fields_set__))
    _set(made, "__pydantic_extra__", repeat(None))
    _set(made, "__pydantic_private__", repeat(None))
    return made


def _set(records: Sequence[BaseModel], name: str, values: Iterable[object]) -> None:
    deque(map(object.__setattr__, records, repeat(name), values), maxlen=0)


def _joined(pattern: Any, inside: Mapping[Path, list[Any]]) -> list[Any]:
    """Return the values of one field from its only column, its numbered lines or the fields of its group."""
    if () in inside:
        return inside[()]
    if isinstance(pattern, BaseModel):
        return _made_like(pattern, inside)
    whole, *more = inside.values()
    for lines in more:
        whole = [before + after for before, after in zip(whole, lines, strict=True)]
    return whole
