"""The first row of a table: which column holds which field."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import get_args, get_origin

from pydantic import BaseModel

from lettergen.errors import InputProblems, Place, Problem, did_you_mean
from lettergen.facts.columns import (
    ADDRESS_PARTS,
    IGNORE,
    JOIN,
    ColumnRule,
    Computed,
    address_parts,
    computed_for,
    named,
)
from lettergen.facts.csv_rows import Cell, PlainRow, Row
from lettergen.facts.headings import meant_field, suggestion
from lettergen.facts.model import PersonName, Recipient, Sender, Signatory, Signature
from lettergen.facts.nodes import Node, SourceText
from lettergen.facts.validation_messages import fields_of, models_in

__all__ = ["TableHead", "below_title", "blocks_of", "columns", "dates_of", "missing_column", "path_of"]

FieldPath = tuple[str, ...]
_MODELS: dict[str, type[BaseModel]] = {
    "recipients": Recipient,
    "senders": Sender,
    "signatories": Signatory,
    "signatures": Signature,
}
_COUNTRY: FieldPath = ("country",)
_BLOCKS = ("address", "organisation")
_NUMBERED = re.compile(r"(.+)_(\d{1,2})", re.ASCII)
_Ruled = tuple[ColumnRule, tuple[int, ...]]
_FEWEST_BELOW = 3
_FEWEST_PARTS = 2


@cache
def columns(kind: str) -> dict[str, FieldPath]:
    """Return the columns that a table of this kind can have, each with its path in the record."""
    return _columns(_MODELS[kind])


@cache
def blocks_of(kind: str) -> tuple[str, ...]:
    """Return the fields that take several lines: a recipient's organisation does, a sender's is one text."""
    fields = fields_of(_MODELS[kind])
    return tuple(name for name in _BLOCKS if name in fields and get_origin(fields[name].annotation) is tuple)


@cache
def dates_of(kind: str) -> frozenset[FieldPath]:
    """Return the fields that are days, which a spreadsheet may store as such."""
    return frozenset(path for path in columns(kind).values() if _is_day(_MODELS[kind], path))


def _is_day(model: type[BaseModel], path: FieldPath) -> bool:
    annotation = fields_of(model)[path[0]].annotation
    if len(path) > 1:
        return any(_is_day(part, path[1:]) for part in models_in(annotation) if path[1] in fields_of(part))
    return _holds_day(annotation)


def _holds_day(annotation: object) -> bool:
    return annotation is date or any(map(_holds_day, get_args(annotation)))


def path_of(name: str, kind: str) -> FieldPath | None:
    """Return the path of a field by the name of its column: ``name_family``, ``address_2``."""
    plain = re.sub(r"[\s-]+", "_", name.strip().casefold()).replace(".", "_")
    numbered = _NUMBERED.fullmatch(plain)
    if plain in columns(kind):
        return columns(kind)[plain]
    if plain in ADDRESS_PARTS and "address" in blocks_of(kind):
        return (plain,)
    if numbered and numbered[1] in blocks_of(kind):
        return (numbered[1], numbered[2].zfill(2))
    return None


def below_title(rows: Iterable[Row | PlainRow], file: str) -> Iterator[Row | PlainRow]:
    """Return the rows of a table that begins with the names of its columns.

    Raises:
        InputProblems: It begins with a title, one cell above rows of several, or has its names in two rows.
    """
    rows = iter(rows)
    first: list[Row | PlainRow] = []
    filled: list[tuple[list[str], int]] = []
    for row in rows:
        first.append(row)
        texts = row.texts if isinstance(row, PlainRow) else [cell.text for cell in row]
        if any(map(str.strip, texts)):
            filled.append((texts, row.line if isinstance(row, PlainRow) else row[0].line))
        if len(filled) > 1:
            _refuse_title(*filled[0], filled[1][0], file)
            break
    return chain(first, rows)


def _refuse_title(texts: Sequence[str], line: int, below: Sequence[str], file: str) -> None:
    """Check that the first row alone names the columns.

    Raises:
        InputProblems: It is a title, or names groups of columns that the row below it names.
    """
    named_at = {at for at, text in enumerate(texts) if text.strip()}
    filled_at = {at for at, text in enumerate(below) if text.strip()}
    if len(named_at) == 1 and len(filled_at) >= _FEWEST_BELOW:
        message = "this row has one cell, and the next has more: it is a title, not the names of columns."
        fix = "delete the rows above the one that names the columns"
    elif 0 in named_at - filled_at and len(filled_at - named_at) >= _FEWEST_PARTS:
        message = "the names of the columns stand in two rows, this one and the next."
        fix = "write a name for each column into the first of the two, and delete the second"
    else:
        return
    raise InputProblems.of("title-above-head", message, fix, Place(file, line + 1, 1))


class TableHead:
    """The columns of a table, and after them those that are computed from others."""

    def __init__(self, row: Row, document: SourceText, kind: str, rules: Mapping[str, ColumnRule]) -> None:
        """Find the field of each column; what is wrong is noted in the document."""
        while row and not row[-1].text.strip():
            row = row[:-1]
        self.row = row
        self.document = document
        self.kind = kind
        self.headings = frozenset(named(cell.text) for cell in row)
        self.paths: list[FieldPath | None] = [None] * len(row)
        """The path of each column; None where it is not read."""
        self.computed: list[Computed] = []
        self.parts: dict[str, int] = {}
        """The columns of the parts of an address."""
        self.unnamed = {at: cell for at, cell in enumerate(row) if not cell.text.strip()}
        self.is_conflicting = False
        ruled = self._ruled(rules)
        unknown: list[Cell] = []
        for at, cell in enumerate(row):
            if at not in ruled:
                self._claim(self._path(cell, unknown), at, cell)
        self._tell_unknown(unknown, has_mapping=any(rule.is_own for rule in rules.values()))
        rules_here = list({id(one[0]): one for one in ruled.values()}.values())
        for rule, sources in sorted(rules_here, key=lambda one: one[0].use.field != "country"):
            self._apply(rule, sources)
        self._compose_address()
        self._refuse_conflicts()

    def _ruled(self, rules: Mapping[str, ColumnRule]) -> dict[int, _Ruled]:
        """Return the columns that rules speak of, each with the columns that its rule takes."""
        at: dict[str, list[int]] = {}
        for number, cell in enumerate(self.row):
            at.setdefault(named(cell.text), []).append(number)
        found: dict[int, _Ruled] = {}
        for name, rule in rules.items():
            parts = [name] if name in at else name.split(JOIN)
            if all(part in at for part in parts):
                sources = tuple(at[part][0] for part in parts)
                found.update((number, (rule, sources)) for part in parts for number in at[part])
                for again in (at[part][1] for part in parts if at[part][1:] and rule.use.field != IGNORE):
                    self._tell_double(self.row[again])
            elif rule.is_own:
                there = [cell.text.strip() for cell in self.row if cell.text.strip()]
                written = next(part for part in rule.column.split(JOIN) if named(part) not in at)
                self.document.note(missing_column(rule, written, f"{self.document.file} has no", there))
        return found

    def _tell_double(self, cell: Cell) -> None:
        """Tell a column that has the name of another, of which one is to be read."""
        self._note(
            cell,
            "duplicate-column",
            f"there are two columns `{cell.text.strip()}`, so nobody can know which is meant.",
            "give one of them another name in the first row",
        )

    def _apply(self, rule: ColumnRule, sources: tuple[int, ...]) -> None:
        """Give a rule's columns their field."""
        if rule.use.field == IGNORE:
            return
        cell = self.row[sources[0]]
        path = path_of(rule.use.field, self.kind)
        if path is None:
            message = f"`{rule.column}` is to be read as `{rule.use.field}`, which {self.kind} do not have."
            fix = suggestion(rule.use.field, columns(self.kind), f'use another field, or "{IGNORE}"')
            self.document.note(rule.problem("unknown-field", message, fix))
        elif len(sources) == 1 and rule.use.is_plain:
            self._claim(path, sources[0], cell)
        else:
            is_block = path[-1] in blocks_of(self.kind)
            for part, computed in computed_for(
                rule.use, path, sources, is_block=is_block, country=self.country
            ):
                self._compute(part, computed, cell)

    @property
    def country(self) -> int | None:
        """The column of the country, unless it is computed itself."""
        at = self.paths.index(_COUNTRY) if _COUNTRY in self.paths else len(self.row)
        return at if at < len(self.row) else None

    def _compute(self, path: FieldPath, computed: Computed, cell: Cell) -> None:
        self.paths.append(None)
        self.computed.append(computed)
        self._claim(path, len(self.paths) - 1, cell)

    def _compose_address(self) -> None:
        """Make lines of an address out of the columns of its parts."""
        # The town of who signed is a field of its own, which is printed.
        parts = set(ADDRESS_PARTS) - set(columns(self.kind))
        at = {path[0]: number for number, path in enumerate(self.paths) if path and path[0] in parts}
        self.parts = {name: number for name, number in at.items() if number < len(self.row)}
        for number in at.values():
            self.paths[number] = None
        for path, computed in address_parts(at, self.country) if at else ():
            self._compute(path, computed, self._cell_of(computed.sources[0]))

    def _cell_of(self, at: int) -> Cell:
        width = len(self.row)
        return self.row[at if at < width else self.computed[at - width].sources[0]]

    def _claim(self, path: FieldPath | None, at: int, cell: Cell) -> None:
        """Give a column its field, unless another column has it."""
        if path is None or path not in self.paths:
            self.paths[at] = path
            return
        field = "_".join(path)
        is_same = path_of(cell.text, self.kind) == path
        self._note(
            cell,
            "duplicate-column",
            f"there are two columns {f'`{cell.text}`' if is_same else f'for `{field}`'}.",
            "keep only one of them"
            if is_same
            else f'join them: `"First + Second" = "{field}"` under `[columns]`, or ignore one',
        )

    def _refuse_conflicts(self) -> None:
        groups = {path[:length] for path in self.paths if path for length in range(1, len(path))}
        for at, path in enumerate(self.paths):
            if path in groups:
                self.is_conflicting = True
                self._note(
                    self._cell_of(at),
                    "conflicting-columns",
                    f"`{'_'.join(path or ())}` is given both as a whole column and in parts.",
                    "keep either the whole or the parts",
                )

    def _path(self, cell: Cell, unknown: list[Cell]) -> FieldPath | None:
        path = path_of(cell.text, self.kind)
        if path is None and cell.text.strip():
            unknown.append(cell)
        return path

    def _tell_unknown(self, cells: Sequence[Cell], *, has_mapping: bool) -> None:
        """Tell all columns that mean nothing here at once, with what each may mean."""
        if not cells:
            return
        names = [cell.text.strip() for cell in cells]
        table = Path(self.document.file)
        beside = f"map it in `{table.stem}.columns.toml`"
        if not has_mapping:
            beside += f", which `lettergen import {table.name}` writes"
        meant = {name: near for name in names if (near := self._near(name))}
        if len(names) == 1:
            message, fix = f"unknown column `{names[0]}`.", meant.get(names[0], f"{beside}, or delete it")
        else:
            message = f"{len(names)} columns are unknown: {', '.join(f'`{name}`' for name in names)}."
            others = beside.replace("map it", "map or ignore them")
            asked = [
                f"{near.removeprefix('did you mean ').removesuffix('?')} for `{name}`"
                for name, near in meant.items()
            ]
            fix = f"did you mean {', '.join(asked)}? Otherwise {others}" if asked else others
        self._note(cells[0], "unknown-column", message, fix)

    def _near(self, name: str) -> str:
        """Return `did you mean …?` for a column, or nothing."""
        known, blocks = columns(self.kind), blocks_of(self.kind)
        parts = ADDRESS_PARTS if "address" in blocks else ()
        meant = meant_field(
            name, [*known, *parts, *(f"{block}_{line}" for block in blocks for line in range(1, 4))]
        )
        if meant:
            return f"did you mean `{meant}`?"
        plain = re.sub(r"[\s-]+", "_", name.casefold())
        numbered = _NUMBERED.fullmatch(plain)
        lines = [f"{block}_{numbered[2]}" for block in blocks] if numbered else []
        return did_you_mean(plain, [*known, *lines], "")

    def _note(self, cell: Cell, name: str, message: str, fix: str) -> None:
        here = Node(cell.text, self.document, cell.line, cell.column)
        self.document.note(here.problem(name, message, fix))


def missing_column(rule: ColumnRule, column: str, where: str, there: Sequence[str]) -> Problem:
    """Return the problem that a rule speaks of a column which is in no table."""
    listed = ", ".join(f"`{name}`" for name in there)
    fix = suggestion(column, there, f"use one of these: {listed}" if there else "delete the line")
    return rule.problem("missing-column", f"{where} column `{column}`.", fix)


def _columns(model: type[BaseModel]) -> dict[str, FieldPath]:
    found: dict[str, FieldPath] = {}
    for name, info in fields_of(model).items():
        groups = [] if name == "signatories" else models_in(info.annotation)
        if groups in ([], [PersonName]):
            found[name] = (name,)
        for part in groups:
            for below, path in _columns(part).items():
                found.setdefault(f"{name}_{below}", (name, *path))
    return found
