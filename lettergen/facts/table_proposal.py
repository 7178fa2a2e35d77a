"""What `import` proposes for the columns of a table, and the file that says so instead of a guess."""

import json
import re
from dataclasses import dataclass, field

from lettergen.facts.columns import IGNORE, JOIN
from lettergen.facts.table_head import path_of

__all__ = ["Proposal", "TableProposal", "file_stem", "mapping"]


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
