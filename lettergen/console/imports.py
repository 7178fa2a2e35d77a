"""What `import` has understood of a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.console.problems import as_records, plural, show_problems
from lettergen.console.tables import show_records
from lettergen.console.terminal import say, show_json
from lettergen.errors import Problem
from lettergen.facts.columns import JOIN

if TYPE_CHECKING:
    from lettergen.facts.table_proposal import TableProposal

__all__ = ["show_import"]


def show_import(
    table: "TableProposal", problems: Sequence[Problem], written: Sequence[Path], *, as_json: bool
) -> None:
    """Print what each column is read as, with its first values, and which files were written."""
    records: list[dict[str, object]] = [
        {
            "column": JOIN.join(one.columns),
            "read_as": one.field,
            "because": one.why,
            "values": list(one.samples),
        }
        for one in table.columns
    ]
    if as_json:
        show_json(
            {
                "program": table.program or None,
                "kind": table.kind,
                "rows": len(table.rows),
                "columns": records,
                "problems": as_records(problems),
                "written": [str(path) for path in written],
            }
        )
        return
    if problems:
        show_problems(problems, ending="")
    _show_columns(table, records)
    open_ = sum(one.field is None for one in table.columns)
    if open_:
        say(f"{plural(open_, 'column')} not understood: name a field or `ignore` for each in the mapping.")
    if written:
        say(f"Written: {', '.join(map(str, written))}. Look at the mapping, then run `lettergen check`.")
    else:
        say("Nothing was written.")


def _show_columns(table: "TableProposal", records: Sequence[dict[str, object]]) -> None:
    source = f" exported by {table.program}" if table.program else ""
    say(f"{plural(len(table.rows), 'row')} of {table.kind}{source}. This is how they are read:")
    shown = [
        {
            **one,
            "read_as": one["read_as"] or "?",
            "values": "; ".join(map(str, one["values"] if isinstance(one["values"], list) else ())),
        }
        for one in records
    ]
    columns = {"column": "column", "read_as": "read as", "values": "first values", "because": "why"}
    show_records(shown, columns, as_json=False)
