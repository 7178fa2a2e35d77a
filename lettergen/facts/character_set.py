"""The characters that occur in records."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from pydantic import BaseModel

__all__ = ["signs_of"]


def signs_of(records: Iterable[BaseModel]) -> set[str]:
    """Return all characters of all texts of some records.

    Works field by field, so that values shared by many records, such as a country or a tag, are read once.
    """
    found: set[str] = set()
    _add(list(records), found)
    return found


def _add(values: list[Any], found: set[str]) -> None:
    kinds = set(map(type, values))
    for kind in kinds:
        group: list[Any] = values if len(kinds) == 1 else [value for value in values if type(value) is kind]
        if issubclass(kind, str):
            found.update("".join(set(group)))
        elif issubclass(kind, BaseModel):
            given = set[str]().union(*(record.model_fields_set for record in group))
            fields = [record.__dict__ for record in group]
            for name in kind.model_fields:
                # What nobody gives has the same default for all.
                _add([values[name] for values in (fields if name in given else fields[:1])], found)
        elif issubclass(kind, tuple):
            _add(list(chain.from_iterable(group)), found)
