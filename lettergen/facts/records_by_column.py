"""Rows of a table to facts, a column at a time: what many rows say alike is checked once.

Each value is checked by its own field, and each record by its own model, as pydantic does it for one record
after the other; with a hundred thousand rows most of the time would go there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress, repeat
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from lettergen.facts.by_reader import Fact
from lettergen.facts.validation_messages import fields_of, models_in

__all__ = ["Column", "Columns", "facts_of"]

Record = TypeVar("Record", bound=Fact)


class Column(NamedTuple):
    """What the rows say of one field."""

    cells: Sequence[Any]
    """A text for each row, without blanks at its ends, or a list of lines; empty where nothing is said."""
    parted: Callable[[str], object] | None = None
    """Takes a text apart, if it holds several values."""


Columns = Mapping[str, "Column | Columns"]
"""By the name of the field; a group of fields has columns of its own."""


class _Misfit(Exception):
    """A row does not fit, and each is to be looked at by itself."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a model."""

    attribute: str
    info: FieldInfo
    group: type[BaseModel] | None
    """Its own model, if it is a group of fields."""
    validated: Callable[[list[Any]], list[Any]]
    """Returns the values of many cells."""

    def values(self, column: Column) -> list[Any]:
        """Return the value of each row."""
        cells = column.cells
        if isinstance(cells[0], list):
            return self.spread(self.validated([cell for cell in cells if cell]), cells)
        said = list(filter(None, dict.fromkeys(cells)))
        found = self.validated(list(map(column.parted, said)) if column.parted else said)
        values = dict(zip(said, found, strict=True))
        if "" in cells:
            values[""] = self.absent()
        return [values[cell] for cell in cells]

    def spread(self, values: Iterable[Any], is_said: Sequence[object]) -> list[Any]:
        """Return the values in their rows, and what stands for none in the others."""
        found = iter(values)
        return list(found) if all(is_said) else [next(found) if one else self.absent() for one in is_said]

    def absent(self) -> Any:
        """Return the value where nothing is said.

        Raises:
            _Misfit: Something must be.
        """
        if self.info.is_required():
            raise _Misfit
        return self.info.default


@dataclass(frozen=True, slots=True)
class _Maker:
    """What makes the records of a model."""

    model: type[BaseModel]
    fields: Mapping[str, _Field]
    """By the name that a file has for each."""
    defaults: Mapping[str, Any]
    """By attribute."""
    looks: Sequence[Callable[[BaseModel], object]]
    """The checks of a record as a whole."""

    def records(self, columns: Columns, count: int) -> list[Any]:
        """Return the record of each row.

        Raises:
            _Misfit, ValidationError, PydanticCustomError: One does not fit.
        """
        values: dict[str, list[Any]] = {}
        says: list[Sequence[object]] = []
        for name, column in columns.items():
            one = self.fields.get(name)
            if one is None:
                raise _Misfit
            if isinstance(column, Column):
                says.append(column.cells)
                values[one.attribute] = one.values(column)
            else:
                says.append([any(row) for row in zip(*_cells(column), strict=True)])
                values[one.attribute] = one.spread(_groups(one, column, says[-1]), says[-1])
        for one in self.fields.values():
            if one.attribute not in values:
                one.absent()
        return self._made(values, _given(tuple(values), says, count))

    def _made(self, values: Mapping[str, list[Any]], given: Iterable[set[str]]) -> list[Any]:
        """Return records of checked values, made as pydantic's `model_construct` makes one."""
        model, new, names = self.model, self.model.__new__, tuple(values)
        found = []
        for row, fields_set in zip(zip(*values.values(), strict=True), given, strict=False):
            record = new(model)
            held = record.__dict__
            held.update(self.defaults)
            held.update(zip(names, row, strict=True))
            _put_fields_set(record, fields_set)
            _put_extra(record, None)
            _put_private(record, None)
            found.append(record)
        for look in self.looks:
            for record in found:
                look(record)
        return found


# The setters of the slots themselves: a fact does not let anybody change it.
_put_fields_set = BaseModel.__pydantic_fields_set__.__set__  # type: ignore[attr-defined]
_put_extra = BaseModel.__pydantic_extra__.__set__  # type: ignore[union-attr]
_put_private = BaseModel.__pydantic_private__.__set__  # type: ignore[union-attr]


def facts_of(columns: Columns, count: int, model: type[Record]) -> list[Record] | None:
    """Return the record of each row, or None if one does not fit: then each is to be looked at by itself."""
    try:
        return _maker(model).records(columns, count)
    except (_Misfit, ValidationError, PydanticCustomError):
        return None


def _groups(one: _Field, columns: Columns, is_said: Sequence[object]) -> list[Any]:
    """Return the group of fields of each row that says something of it."""
    if one.group is None:
        raise _Misfit
    rows = columns if all(is_said) else _only(columns, is_said)
    return _maker(one.group).records(rows, sum(map(bool, is_said)))


def _only(columns: Columns, rows: Sequence[object]) -> Columns:
    return {
        name: Column(list(compress(one.cells, rows)), one.parted)
        if isinstance(one, Column)
        else _only(one, rows)
        for name, one in columns.items()
    }


def _cells(columns: Columns) -> Iterator[Sequence[Any]]:
    for one in columns.values():
        if isinstance(one, Column):
            yield one.cells
        else:
            yield from _cells(one)


def _given(names: tuple[str, ...], says: Sequence[Sequence[object]], count: int) -> Iterable[set[str]]:
    """Return for each row which fields it gives; rows that give the same share one set."""
    if all(map(all, says)):
        return repeat(set(names), count)
    found: dict[tuple[bool, ...], set[str]] = {}
    rows = zip(*(map(bool, one) for one in says), strict=True)
    return [found.get(row) or found.setdefault(row, set(compress(names, row))) for row in rows]


@cache
def _maker(model: type[BaseModel]) -> _Maker:
    fields = {name: _field(info, attribute) for (name, info), attribute in _named(model)}
    checks = model.__pydantic_decorators__.model_validators.items()
    looks = [getattr(model, name) for name, one in checks if one.info.mode == "after"]
    return _Maker(model, fields, {one.attribute: one.info.default for one in fields.values()}, looks)


def _named(model: type[BaseModel]) -> Iterator[tuple[tuple[str, FieldInfo], str]]:
    return zip(fields_of(model).items(), model.model_fields, strict=True)


def _field(info: FieldInfo, attribute: str) -> _Field:
    models = models_in(info.annotation)
    is_group = models and info.annotation in (models[0], models[0] | None)
    # As the model would check it: what the annotation says, and what its `Field` adds.
    kind = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    validated = TypeAdapter(list[kind]).validate_python  # type: ignore[valid-type]
    return _Field(attribute, info, models[0] if is_group else None, validated)
