"""What `import` proposes for the columns of a table, and the file that says so instead of a guess."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lettergen.facts.columns import IGNORE, JOIN, named
from lettergen.facts.table_head import path_of

__all__ = ["UNKNOWN", "Proposal", "TableProposal", "each_once", "file_stem", "mapping"]

UNKNOWN = "not understood"
"""Why a column is left to whoever reads the table."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """How one or several columns are to be read."""

    columns: tuple[str, ...]
    field: str | None
    """A field, `ignore`, or None where nobody but the reader can know."""
    why: str = ""
    samples: tuple[str, ...] = ()
    options: tuple[tuple[str, object], ...] = ()
    """What the mapping says besides the field."""


@dataclass(slots=True)
class TableProposal:
    """A table and what it seems to hold."""

    program: str
    kind: str
    head: list[str]
    rows: list[list[str]]
    columns: list[Proposal] = field(default_factory=list)


def each_once(columns: Iterable[Proposal], *, ignores_rest: bool) -> Iterator[Proposal]:
    """Yield proposals with no field given twice; what is not understood is ignored if asked."""
    columns = list(columns)
    names = [named(name) for one in columns for name in one.columns]
    read = {named(name) for one in columns for name in one.columns if one.field != IGNORE}
    doubles = {name for name in read if names.count(name) > 1}
    taken: set[str] = set()
    for one in columns:
        if not doubles.isdisjoint(map(named, one.columns)):
            why = "two columns have this name: rename one in the table"
            yield replace(one, field=None, why=why, options=())
        elif one.field in taken:
            yield replace(one, field=None, why=f"another column is `{one.field}`", options=())
        elif ignores_rest and one.field is None and one.why == UNKNOWN:
            yield replace(one, field=IGNORE)
        else:
            taken |= {one.field} - {None, IGNORE}  # type: ignore[arg-type]
            yield one


def mapping(table: TableProposal) -> str:
    """Return the text of `NAME.columns.toml`; what nobody understood is left for the reader to decide."""
    source = f" of {table.program}" if table.program else ""
    lines = [
        f"# How the columns{source} are read; proposed by `lettergen import`, and yours to change.",
        "[columns]",
    ]
    for one in table.columns:
        key = json.dumps(JOIN.join(one.columns), ensure_ascii=False)
        if one.field is None:
            shown = f"   # {one.why}; it holds: {'; '.join(one.samples)}"
            lines.append(f'# {key} = "ignore"{_on_one_line(shown)}')
        elif one.options:
            options = dict(one.options)
            answers = options.pop("answers", None)
            inside = ", ".join(
                f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in options.items()
            )
            shown = f"   # answers: {json.dumps(answers, ensure_ascii=False)}" if answers else ""
            lines.append(f'{key} = {{ field = "{one.field}", {inside} }}{_on_one_line(shown)}')
        elif (
            len(one.columns) > 1
            or path_of(one.columns[0], table.kind) != path_of(one.field, table.kind)
            or one.field == IGNORE
        ):
            lines.append(f'{key} = "{one.field}"')
    return "\n".join(lines) + "\n"


def _on_one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def file_stem(stem: str, kind: str) -> str:
    """Return the name under which a campaign finds a table of this kind: ``senders-responses``."""
    if re.fullmatch(rf"{kind}(-.+)?", stem) or kind == "signatories":
        return stem
    plain = re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")
    if kind == "signatures":
        return plain or kind
    return f"{kind}-{plain}" if plain else kind
