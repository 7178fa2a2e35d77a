"""The command that makes a campaign folder: commented samples, and schemas for editors."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli.clock import today
from lettergen.errors import MissingOptionError, OutputError, Problem

__all__ = ["GITIGNORE", "init", "make_campaign"]


SAMPLE = Path(__file__).parent / "sample"


CHECKED = b"2026-01-15"
"""The day in the sample on which its entries were checked; a new folder gets its own."""


SCHEMAS = ("recipients", "senders", "case", "case-words", "mailing", "settings", "signatures")


GITIGNORE = ".gitignore"
"""A folder that is already a repository may have its own, which is kept."""


def make_campaign(folder: Path, on: date) -> tuple[Path, ...]:
    """Write the samples into ``folder`` and return what was written, by its name in the folder.

    Args:
        folder: Created if it is missing. An existing `.gitignore` is kept.
        on: The day on which the invented entries say they were last checked.

    Raises:
        OutputError: One of the other files exists; nothing is written then.
    """
    from lettergen.outbox.atomic_files import make_folder, write_file

    contents = {name: data.replace(CHECKED, on.isoformat().encode()) for name, data in _contents()}
    if (folder / GITIGNORE).exists():
        del contents[Path(GITIGNORE)]
    taken = [str(name) for name in contents if (folder / name).exists()]
    if taken:
        raise OutputError([_taken(folder, taken)])
    for name, data in contents.items():
        make_folder((folder / name).parent, below=folder)
        write_file(folder / name, data, force=False)
    return tuple(contents)


def _contents() -> Iterator[tuple[Path, bytes]]:
    from lettergen.facts.schemas import json_schema, schema_of
    from lettergen.letters.template.front_matter import FrontMatter

    for path in sorted(SAMPLE.rglob("*")):
        if path.is_file():
            name = path.relative_to(SAMPLE).as_posix()
            # Under its own name it would keep letters out of our repository, and itself out of the wheel.
            yield Path(GITIGNORE if name == "gitignore" else name), path.read_bytes()
    schemas = {kind: json_schema(kind) for kind in SCHEMAS} | {"template": schema_of(FrontMatter)}
    for kind, schema in schemas.items():
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        yield Path(".schemas") / f"{kind}.json", text.encode()


def _taken(folder: Path, names: list[str]) -> Problem:
    listed = ", ".join(f"`{name}`" for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return Problem(
        "file-exists",
        f"the folder `{folder}` already contains {listed}{more}.",
        "choose another folder; `init` never replaces a file.",
    )


def _current_if_empty() -> Path:
    """Return the current folder.

    Raises:
        MissingOptionError: There is something in it.
    """
    here = Path()
    if any(not path.name.startswith(".") for path in here.iterdir()):
        raise MissingOptionError.of(
            "which-folder",
            "this folder is not empty, and no other is named.",
            "name a new one: `lettergen init my-campaign`; `lettergen init .` writes into this one.",
        )
    return here


def init(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="The folder; created if missing. Default: the current one, if it is empty.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a campaign folder with commented samples.

    Writes lettergen.toml, recipients.yaml, senders.yaml, cases/example.yaml, a letter template to edit,
    signatures/ (a petition), mailing.yaml (who writes what to whom), schemas that let an editor complete
    and check the files, and a .gitignore that keeps letters and ledger out of a repository. Nothing is
    ever replaced.

    Example:
      lettergen init spring-campaign
    """
    from lettergen.console.reports import show_new_campaign

    folder = folder or _current_if_empty()
    files = make_campaign(folder, today())
    show_new_campaign(folder, files, has_own_gitignore=Path(GITIGNORE) not in files)
