"""The command that looks at an exported table or at vCards, says what it understands, and writes it down."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lettergen.cli import options
from lettergen.cli.selection import folder_of
from lettergen.errors import InputProblems

if TYPE_CHECKING:
    from lettergen.facts.table_proposal import TableProposal

__all__ = ["import_"]


def import_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A .csv, .tsv, .xlsx, .ods or .vcf file; - is stdin.", show_default=False
        ),
    ],
    kind: Annotated[
        Literal["senders", "recipients", "signatories", "signatures"],
        typer.Option("--as", help="Whom the table lists."),
    ] = "senders",
    ignore_rest: Annotated[
        bool,
        typer.Option("--ignore-rest", help="Ignore columns that are not understood and ask for no consent."),
    ] = False,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding",
            metavar="NAME",
            help="Of a text that is not in UTF-8: cp1252, cp949, …",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is understood and stop.")] = False,
    force: options.Force = False,
    as_json: options.AsJson = False,
) -> None:
    """Look at an exported table, show what it seems to hold, and write that down.

    Knows the exports of Google Forms, Microsoft Forms, Google Contacts, Outlook, Action Network and
    LibreOffice in English, German, French, Spanish and Korean, and vCards. Writes a copy of the table
    into the campaign folder and, beside it, NAME.columns.toml, which says how each column is read.
    What is not understood is left for you to decide there; `lettergen check` names it.
    A text that is not in UTF-8 is copied in UTF-8; --encoding says what it is in.

    Example:
      lettergen import responses.xlsx --dry-run
      lettergen import contacts.vcf --as recipients
    """
    from lettergen.console.imports import show_import
    from lettergen.facts.nodes import SourceText
    from lettergen.facts.table_import import CARDS, kind_of, propose, read_rows
    from lettergen.facts.table_proposal import file_stem, mapping
    from lettergen.facts.table_reader import SUFFIXES
    from lettergen.outbox.atomic_files import make_folder, write_file

    suffix = kind_of(file)
    if suffix not in (*SUFFIXES, *CARDS):
        fix = "open it in the program that wrote it, and save it as .xlsx, .ods or .csv"
        if suffix == ".txt":
            fix = "rename it to .csv if it is a table"
        raise InputProblems.of(
            "bad-file-name", f"`{file.name}` is not a kind of table that can be read.", fix
        )
    seen = SourceText(str(file), "")
    rows, text = read_rows(file, str(file), seen, encoding)
    proposal = propose(rows, kind, is_card=suffix in CARDS, ignores_rest=ignore_rest)
    if not proposal.rows:
        raise InputProblems.of("nothing-to-import", f"`{file.name}` holds no rows.", "check the file.")
    folder = folder_of(ctx) or Path()
    inside = folder / kind if kind == "signatures" else folder
    table = inside / f"{file_stem(file.stem, kind)}{'.csv' if suffix in CARDS else suffix}"
    written: dict[Path, bytes] = {}
    data = _copied(file, proposal, text, is_card=suffix in CARDS)
    if not (file.exists() and table.exists() and table.samefile(file) and table.read_bytes() == data):
        written[table] = data
    written[table.with_name(f"{table.stem}.columns.toml")] = mapping(proposal).encode()
    if not dry_run:
        _refuse_taken(written, force=force)
        make_folder(inside, below=folder)
        for path, data in written.items():
            write_file(path, data, force=force)
    show_import(proposal, seen.faults, () if dry_run else tuple(written), as_json=as_json)


def _refuse_taken(written: dict[Path, bytes], *, force: bool) -> None:
    """Check that no file is in the way before the first is written.

    Raises:
        OutputError: One is.
    """
    from lettergen.errors import OutputError

    taken = [path for path in written if path.exists()]
    if taken and not force:
        names = " and ".join(f"`{path.name}`" for path in taken)
        are = "exists" if len(taken) == 1 else "exist"
        raise OutputError.of(
            "file-exists", f"{names} {are} already.", "add `--force` to replace it, or rename it."
        )


def _copied(file: Path, proposal: "TableProposal", text: str | None, *, is_card: bool) -> bytes:
    """Return the table as the campaign keeps it: a text in UTF-8."""
    from lettergen.facts.encodings import wide_encoding
    from lettergen.facts.text_files import read_bytes

    if is_card:
        return _cards(proposal)
    data = read_bytes(file, str(file))
    if text is None:
        return data
    if wide_encoding(data):
        return text.encode()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return text.encode()
    return data


def _cards(proposal: "TableProposal") -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([proposal.head, *proposal.rows])
    return stream.getvalue().encode()
