"""`[columns]`: which column of a table holds which field, if it has another name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from lettergen.errors import InputProblems, Problem
from lettergen.facts import toml_reader
from lettergen.facts.by_reader import Fact
from lettergen.facts.csv_rows import Cell, PlainRow, Row
from lettergen.facts.fields import LONGEST_LINE, Line, Lines, Text, known_country
from lettergen.facts.nodes import Node
from lettergen.facts.text_files import read_text
from lettergen.facts.validation_messages import complaints
from lettergen.reference.address_order import lines_of, street_line, town_lines

__all__ = [
    "ADDRESS_PARTS",
    "IGNORE",
    "ColumnRule",
    "ColumnUse",
    "Computed",
    "ExtendedRow",
    "TableFile",
    "address_parts",
    "computed_for",
    "extended",
    "named",
    "rules_beside",
    "rules_of",
    "with_computed",
]

IGNORE = "ignore"
JOIN = " + "
ADDRESS_PARTS = ("street", "house_number", "postcode", "city", "region")
"""What a table may have instead of the lines of an address."""
_SUFFIX = ".columns.toml"


class ColumnUse(Fact):
    """What a column holds: a field's name, `ignore`, or a group that says more."""

    field: Line = Field(description="The field: name_given, address_2, …; or ignore.")
    with_: Annotated[str, StringConstraints(max_length=LONGEST_LINE)] | None = Field(
        None,
        alias="with",
        description="What to put between joined columns; default: a space, for address a line break.",
    )
    split: Literal["given-first", "family-first", "family-comma", "commas"] | None = Field(
        None,
        description="How to take the cell apart: a name that is written given-first, family-first or "
        "family-comma (Family, Given); an address at its commas, in the order of its country.",
    )
    yes: Lines = Field((), description="Answers that mean yes.")
    no: Lines = Field((), description="Answers that mean no.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"field": value} if isinstance(value, str) else value

    @property
    def is_plain(self) -> bool:
        """Say whether the cell is taken as it is."""
        return not (self.split or self.yes or self.no)


class TableFile(Fact):
    """`NAME.columns.toml` beside a table."""

    columns: Mapping[Text, ColumnUse] = Field(
        default_factory=dict, description='`"Column" = "field"`, or `"First + Second" = "field"` to join.'
    )
    sheet: Line | None = Field(None, description="The sheet of a spreadsheet that holds the table.")


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One line of `[columns]`, with its place."""

    column: str
    use: ColumnUse
    node: Node
    is_own: bool = False
    """It stands beside the table, and so is of no other."""

    def problem(self, name: str, message: str, fix: str) -> Problem:
        """Return a problem at the line."""
        return self.node.problem(name, message, fix, key=self.column)


Rules = Mapping[str, ColumnRule]
"""By the column's name as `named` gives it."""


def named(heading: str) -> str:
    """Return a column's name without what nobody sees: case, and how wide the blanks are."""
    return " ".join(heading.casefold().split())


def rules_of(node: Node | None, *, is_own: bool = False) -> dict[str, ColumnRule]:
    """Return the lines of a `columns` group; faulty ones are left out, for they are told elsewhere."""
    found: dict[str, ColumnRule] = {}
    for column, inside in node.value.items() if node is not None and isinstance(node.value, dict) else ():
        try:
            use = ColumnUse.model_validate(inside.plain())
        except ValidationError:
            continue
        found[named(column)] = ColumnRule(column, use, node, is_own)  # type: ignore[arg-type]
    return found


def rules_beside(
    path: Path, shown: str, *, below: Path | None = None
) -> tuple[dict[str, ColumnRule], str | None]:
    """Return what `NAME.columns.toml` beside a table says of its columns, and which sheet it names.

    Raises:
        InputProblems: The file is there and has a fault.
    """
    beside = path.with_name(path.stem + _SUFFIX)
    if not beside.exists():
        return {}, None
    file = str(Path(shown).with_name(beside.name))
    node = toml_reader.nodes_of(read_text(beside, file, below=below), file)
    try:
        found = TableFile.model_validate(node.plain())
    except ValidationError as error:
        raise InputProblems([*node.faults, *complaints(error, node, TableFile, beside.name)]) from None
    columns = node.value.get("columns") if isinstance(node.value, dict) else None
    return rules_of(columns, is_own=True), found.sheet


@dataclass(frozen=True, slots=True)
class Computed:
    """A column that is made of others."""

    sources: tuple[int, ...]
    of: Callable[[Sequence[str]], str]
    """From the texts of the sources to its own."""
    says_as_they_do: bool = True
    """Whether its text has those of the sources in it, so that damage of theirs is its own."""

    def text(self, texts: Sequence[str]) -> str:
        """Return its text in a row."""
        return self.of([texts[at].strip() for at in self.sources])


def computed_for(
    use: ColumnUse,
    path: tuple[str, ...],
    sources: tuple[int, ...],
    *,
    is_block: bool,
    country: int | None = None,
) -> list[tuple[tuple[str, ...], Computed]]:
    """Return the columns that a rule makes, each with its path in the record.

    Args:
        use: What the rule says.
        path: The path of its field.
        sources: The columns that it takes.
        is_block: Whether the field has several lines.
        country: The column of the country, by which the lines of an address are ordered.
    """
    between = use.with_ if use.with_ is not None else "\n" if is_block else " "

    def joined(texts: Sequence[str]) -> str:
        return between.join(filter(None, texts))

    if use.split == "commas":
        own = () if country is None else (country,)

        def lines(texts: Sequence[str]) -> str:
            return "\n".join(
                lines_of(joined(texts[: len(sources)]), known_country(texts[-1]) if own else None)
            )

        return [(path, Computed((*sources, *own), lines))]
    if use.split:
        how = use.split

        def part(name: str) -> Callable[[Sequence[str]], str]:
            return lambda texts: _name_parts(joined(texts), how)[name]

        return [((*path, name), Computed(sources, part(name))) for name in ("full", "family", "given")]
    if use.yes or use.no:
        answers = dict.fromkeys(map(named, use.no), "no") | dict.fromkeys(map(named, use.yes), "yes")
        return [
            (path, Computed(sources, lambda texts: answers.get(named(joined(texts)), joined(texts)), False))
        ]
    return [(path, Computed(sources, joined))]


def address_parts(at: Mapping[str, int], country: int | None) -> list[tuple[tuple[str, ...], Computed]]:
    """Return the lines that are made of an address's parts in the order of each row's country.

    Args:
        at: The columns of the parts, by their names in `ADDRESS_PARTS`.
        country: The column of the country.
    """
    own = () if country is None else (country,)
    found: list[tuple[tuple[str, ...], Computed]] = []

    def computed(names: Sequence[str], of: Callable[[str | None, Mapping[str, str]], str]) -> Computed:
        given = [name for name in names if name in at]

        def text(texts: Sequence[str]) -> str:
            code = known_country(texts[-1]) if own else None
            return of(code, dict(zip(given, texts, strict=False)))

        return Computed((*(at[name] for name in given), *own), text)

    def street(code: str | None, texts: Mapping[str, str]) -> str:
        return street_line(code, texts.get("street", ""), texts.get("house_number", ""))

    town = [name for name in ADDRESS_PARTS[2:] if name in at]
    if len(town) < len(at):
        found.append((("address", "01"), computed(ADDRESS_PARTS[:2], street)))
    if town:
        found.append((("address", "00"), computed(town, lambda code, texts: town_lines(code, **texts)[0])))
        found.append((("address", "99"), computed(town, lambda code, texts: town_lines(code, **texts)[1])))
    return found


def _name_parts(name: str, how: str) -> dict[str, str]:
    """Take a name apart as its column says it is written; a single name stays whole."""
    family = given = ""
    words = name.split()
    if how == "family-comma":
        family, _, given = (part.strip() for part in name.partition(","))
    elif how == "family-first":
        family, given = words[0] if words else "", " ".join(words[1:])
    elif words:
        # Particles belong to the family name: Ludwig van Beethoven, Simone de Beauvoir.
        at = len(words) - 1
        while at > 1 and words[at - 1][0].islower():
            at -= 1
        family, given = " ".join(words[at:]), " ".join(words[:at])
    if not (family and given):
        return {"full": name, "family": "", "given": ""}
    return {"full": "", "family": family, "given": given}


@dataclass(slots=True)
class ExtendedRow(PlainRow):
    """A row with computed columns after its own."""

    source: PlainRow
    computed: Sequence[Computed]

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column where a cell begins, or the first of those that it is made of."""
        own = len(self.source.texts)
        while at >= own:
            at = self.computed[at - own].sources[0]
        return self.source.place(at)

    def cells(self) -> Row:
        """Return the cells with their places."""
        return extended(self.source.cells(), self.computed)


def extended(row: Row, computed: Sequence[Computed]) -> Row:
    """Return the cells of a row, and after them those that are made of them."""
    found = list(row)
    for one, text in zip(
        computed, with_computed([cell.text for cell in row], computed)[len(row) :], strict=True
    ):
        sources = [found[at] for at in one.sources]
        faulty = next((cell for cell in sources if cell.fault), None)
        first = faulty or next((cell for cell in sources if cell.text), sources[0])
        found.append(Cell(text, first.line, first.column, first.fault))
    return found


def with_computed(texts: Sequence[str], computed: Iterable[Computed]) -> list[str]:
    """Return the texts of a row, and after them those that are made of them; one may be made of another."""
    found = list(texts)
    for one in computed:
        found.append(one.text(found))
    return found
