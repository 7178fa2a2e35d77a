"""A new campaign folder: commented samples with invented people, and schemas for editors."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lettergen.errors import OutputError, Problem

__all__ = ["GITIGNORE", "make_campaign"]

SAMPLE = Path(__file__).parent / "sample"
CHECKED = b"2026-01-15"
"""The day in the sample on which its entries were checked; a new folder has its own."""
SCHEMAS = ("recipients", "senders", "case", "case-words", "mailing", "settings")
GITIGNORE = ".gitignore"
"""A folder that is a repository already may have its own, which is not in the way."""


def make_campaign(folder: Path, on: date) -> tuple[Path, ...]:
    """Write the samples into ``folder`` and return what was written, by its name in the folder.

    Args:
        folder: Made if it is missing. A `.gitignore` that it has stays as it is.
        on: The day that the invented entries give as that of their last comparison.

    Raises:
        OutputError: One of the other files exists; nothing is written then.
    """
    from lettergen.mailing.bundle import make_folder, write_file

    contents = {name: data.replace(CHECKED, on.isoformat().encode()) for name, data in _contents()}
    if (folder / GITIGNORE).exists():
        del contents[Path(GITIGNORE)]
    taken = [str(name) for name in contents if (folder / name).exists()]
    if taken:
        raise OutputError([_taken(folder, taken)])
    for name, data in contents.items():
        make_folder((folder / name).parent)
        write_file(folder / name, data, force=False)
    return tuple(contents)


def _contents() -> Iterator[tuple[Path, bytes]]:
    from lettergen.facts.schema import json_schema

    for path in sorted(SAMPLE.rglob("*")):
        if path.is_file():
            name = path.relative_to(SAMPLE).as_posix()
            # Under its own name it would keep letters out of our repository, and itself out of the wheel.
            yield Path(GITIGNORE if name == "gitignore" else name), path.read_bytes()
    for kind in SCHEMAS:
        schema = json.dumps(json_schema(kind), ensure_ascii=False, indent=2) + "\n"
        yield Path(".schemas") / f"{kind}.json", schema.encode()


def _taken(folder: Path, names: list[str]) -> Problem:
    listed = ", ".join(f"`{name}`" for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return Problem(
        "file-exists",
        f"the folder `{folder}` holds {listed}{more} already.",
        "choose a folder of another name; `init` never replaces a file.",
    )
