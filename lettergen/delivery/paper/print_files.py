"""A finished mailing as print jobs: letters of one kind in one file, each accounted for."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from lettergen.delivery.paper.imposition import MARK_LEFT_MM, PrintPiece, impose
from lettergen.errors import InputProblems, LettergenError, Problem
from lettergen.outbox.atomic_files import make_folder, refusal, remove_torsos, write_file, write_piecemeal
from lettergen.outbox.manifest import ManifestEntry, cell
from lettergen.outbox.volumes import COMBINED
from lettergen.reference import GRAMMES_PER_SQUARE_METRE
from lettergen.reference.stationery import paper_of

__all__ = [
    "JOB",
    "PRINT",
    "PrintSettings",
    "PrintedLetter",
    "as_csv",
    "as_jsonl",
    "letters_of",
    "pages_in",
    "plan_jobs",
    "print_mailing",
]

PRINT = "print"
"""The folder for a mailing's print files."""
JOB = "job"
"""Name of the list of what is printed, as `.jsonl` and as `.csv`."""
# Weight steps of the Universal Postal Union for letters, in g; what is above goes as a parcel.
WEIGHT_STEPS = (20, 50, 100, 250, 500, 1000, 2000)
FEW = 500
_DUPLEX, _SIMPLEX = "duplex", "simplex"
"""Names of print files begin with one of these."""
_NEW = ".new"
"""Folder for files that replace others, until all of them are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSettings:
    """How and on what a mailing is printed."""

    duplex: bool = False
    grammage: float = GRAMMES_PER_SQUARE_METRE
    """g/m² of the sheets."""
    envelope_g: float = 5.0
    """Weight of an envelope; a DL of 80 g/m² has four to five."""
    marks: bool = False
    """Print a sequence mark on every sheet."""
    most: int = FEW
    """Letters of a print file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLetter:
    """One letter in its place in the pile."""

    sequence: int
    letter_id: str
    recipient_id: str | None
    country: str
    """ISO code of the country of delivery; empty if nobody is addressed."""
    channel: str
    pages: int
    translation_page: int
    """The page that begins its courtesy translation, always on a front; 0 if it has none."""
    sheets: int
    weight_g: float
    """Sheets and envelope."""
    postage_class: str
    letter: str
    """The letter's own file, from the mailing's folder; else the file of all letters of its volume."""
    sha256: str
    """Of that file."""
    format: str
    """Size of the sheet: ``A4``, ``Letter``, ``A6``."""
    stationery: str = ""
    """Key of the sheet that it was set on, which says where it is folded."""
    file: str = ""
    """The print file."""
    position: int = 0
    """Its place in the print file, counting from 1."""
    first_page: int = 0
    """Its first page in the file of its volume, counting from 1; 0 if it has its own file."""
    enclosure_pages: tuple[int, ...] = ()
    """The pages that begin enclosed files, always on fronts."""


def _zone(one: PrintedLetter, inland: str | None) -> str:
    if not inland or not one.country:
        return "unknown"
    return "inland" if one.country == inland else "abroad"


Group = Callable[[PrintedLetter, str | None], str]
GROUPS: Mapping[str, Group] = {
    "sheets": lambda one, _: f"{one.sheets}-sheet{'s' if one.sheets > 1 else ''}",
    "country": lambda one, _: one.country.lower() or "nowhere",
    "zone": _zone,
    "class": lambda one, _: one.postage_class,
    "channel": lambda one, _: one.channel,
}
"""How letters can be grouped; print shops fold and insert letters with the same number of sheets together."""


def plan_jobs(
    entries: Iterable[ManifestEntry],
    paper: PrintSettings,
    *,
    size_of: Callable[[str, int], tuple[float, float]],
    countries: Mapping[str, str],
    by: Sequence[str] = ("sheets",),
    inland: str | None = None,
) -> dict[str, list[PrintedLetter]]:
    """Return the letters of each print file, by its name, in the order of the manifest.

    Args:
        entries: The mailing's manifest; only what is made as PDF and goes on paper is printed.
        paper: How it is printed.
        size_of: Returns width and height in mm of a letter's sheets, by its file and its first page there.
        countries: ISO code of the country of delivery, by recipient id.
        by: Keys of `GROUPS`.
        inland: ISO code of the country of posting, by which ``zone`` is told.

    Raises:
        InputProblems: A key of ``by`` is not known, or there is nothing to print.
    """
    unknown = [key for key in by if key not in GROUPS]
    if unknown:
        listed = ", ".join(f"`{key}`" for key in GROUPS)
        raise InputProblems(
            Problem("unknown-group", f"letters cannot be grouped by `{key}`.", f"choose from {listed}.")
            for key in unknown
        )
    groups: dict[str, list[PrintedLetter]] = {}
    letters = [one for entry in entries if (one := _printed(entry, paper, size_of, countries))]
    has_sizes = len({one.format for one in letters}) > 1
    side = _DUPLEX if paper.duplex else _SIMPLEX
    for printed in letters:
        # A printer is loaded with one size of paper.
        size = [printed.format] if has_sizes else []
        name = "-".join([side, *size, *(GROUPS[key](printed, inland) for key in by)])
        groups.setdefault(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"), []).append(printed)
    if not groups:
        fix = "make them with `lettergen batch … --format pdf`, or name another mailing."
        raise InputProblems.of("nothing-to-print", "the mailing has no letters on paper.", fix)
    return {name: list(_placed(name, groups[name], paper.most)) for name in sorted(groups)}


def print_mailing(
    folder: Path,
    jobs: Mapping[str, Sequence[PrintedLetter]],
    paper: PrintSettings,
    *,
    title: str,
    force: bool,
    mark_left: Callable[[str], float] = lambda _: MARK_LEFT_MM,
) -> tuple[Path, ...]:
    """Write the print files of a mailing and the list of what is in them, and return their paths.

    Args:
        folder: The mailing's.
        jobs: The letters of each group, as `plan_jobs` returns them.
        paper: How they are printed.
        title: Title of the files, to which each adds its name.
        force: Replace files that are there, and remove those of the job before that this one has not.
        mark_left: Returns where a mark begins on a stationery, in mm from the left.

    Raises:
        RenderError: A letter's file is missing or damaged; nothing of this job has been written then.
        OutputError: A file exists already, or cannot be written.
    """
    out = folder / PRINT
    make_folder(out, below=folder)
    remove_torsos(out)
    # What is to be replaced stays until all that is new is there.
    to = out / _NEW if force else out
    if force:
        make_folder(to, below=folder)
        for left in to.iterdir():
            left.unlink()
    rows = [one for job in jobs.values() for one in job]
    written: list[Path] = []
    try:
        for file in dict.fromkeys(one.file for one in rows):
            inside = [one for one in rows if one.file == file]
            pieces = [_piece(one, folder, mark_left(one.stationery)) for one in inside]
            fill = partial(impose, pieces, duplex=paper.duplex, marks=paper.marks, title=f"{title} {file}")
            write_piecemeal(to / file, fill, force=force)
            written.append(to / file)
        for suffix, data in ((".jsonl", as_jsonl(rows)), (".csv", as_csv(rows))):
            write_file(to / f"{JOB}{suffix}", data, force=force)
            written.append(to / f"{JOB}{suffix}")
    except LettergenError:
        for path in written:
            path.unlink()
        if force:
            to.rmdir()
        raise
    return _put_in_place(written, out) if force else tuple(written)


def _piece(one: PrintedLetter, folder: Path, mark_left: float) -> PrintPiece:
    return PrintPiece(
        path=folder / one.letter,
        sequence=one.sequence,
        name=one.recipient_id or one.letter_id,
        pages=one.pages,
        translation_page=one.translation_page,
        enclosure_pages=one.enclosure_pages,
        first_page=one.first_page,
        mark_left=mark_left,
    )


def _put_in_place(written: Sequence[Path], out: Path) -> tuple[Path, ...]:
    """Move finished files over those of an earlier run, the lists last, and return where they are.

    Raises:
        OutputError: The disk refuses.
    """
    try:
        before = _files_in(out / f"{JOB}.jsonl") - {path.name for path in written}
        for suffix in (".jsonl", ".csv"):
            # Between old and new files no list would be true.
            (out / f"{JOB}{suffix}").unlink(missing_ok=True)
        for name in before:  # or letters would be printed twice
            (out / name).unlink(missing_ok=True)
        placed = tuple(path.replace(out / path.name) for path in written)
        (out / _NEW).rmdir()
    except OSError as error:
        raise refusal(out, error) from None
    return placed


def _files_in(listed: Path) -> set[str]:
    """Return the print files of a job; none if its list cannot be read, and none outside its folder."""
    try:
        names = {str(json.loads(line)["file"]) for line in listed.read_text("ascii").splitlines()}
    except (OSError, TypeError, ValueError, KeyError):
        return set()
    return {one for one in names if re.fullmatch(rf"(?:{_DUPLEX}|{_SIMPLEX})[^/\\]*\.pdf", one)}


def letters_of(path: Path) -> tuple[str, ...]:
    """Return the ids of the letters of a `job.jsonl`, in the order of the pile.

    Raises:
        InputProblems: A line is not from a print job.
    """
    try:
        return tuple(str(json.loads(line)["letter_id"]) for line in path.read_text("ascii").splitlines())
    except (TypeError, ValueError, KeyError):
        fix = "make the print files again: `lettergen print-files MAILING --force`."
        raise InputProblems.of("damaged-list", f"`{path.name}` is damaged.", fix) from None


def pages_in(path: Path) -> tuple[tuple[int, str], ...]:
    """Return how many pages each letter of a print file takes, and its stationery, in the order of the pile.

    Empty backs count. There are none if the list beside the file does not have it, or cannot be read.
    """
    try:
        lines = (path.parent / f"{JOB}.jsonl").read_text("ascii").splitlines()
        rows = [one for one in map(json.loads, lines) if one["file"] == path.name]
        is_duplex = path.name.startswith(_DUPLEX)
        return tuple((one["sheets"] * 2 if is_duplex else one["pages"], one["stationery"]) for one in rows)
    except (OSError, TypeError, ValueError, KeyError):
        return ()


def _printed(
    entry: ManifestEntry,
    paper: PrintSettings,
    size_of: Callable[[str, int], tuple[float, float]],
    countries: Mapping[str, str],
) -> PrintedLetter | None:
    pdf = next((one for one in entry.files if one.file.endswith(".pdf")), None)
    if entry.state != "made" or pdf is None or entry.sequence is None or entry.channel in ("fax", "email"):
        return None
    first_page = entry.first_page if Path(pdf.file).name == COMBINED else 0
    width, height = size_of(pdf.file, first_page)
    sheets = sum((pages + 1) // 2 for pages in entry.parts) if paper.duplex else entry.pages
    weight = round(sheets * width * height * 1e-6 * paper.grammage + paper.envelope_g, 1)
    channel = entry.channel or "post"
    return PrintedLetter(
        sequence=entry.sequence,
        letter_id=entry.letter_id,
        recipient_id=entry.recipient_id,
        country=countries.get(entry.recipient_id or "", ""),
        channel=channel,
        pages=entry.pages,
        translation_page=entry.translation_page,
        enclosure_pages=entry.enclosure_pages,
        sheets=sheets,
        weight_g=weight,
        postage_class=f"{channel}-{_step(weight)}",
        letter=pdf.file,
        first_page=first_page,
        sha256=pdf.sha256,
        format=paper_of(width, height),
        stationery=entry.stationery,
    )


def _step(weight: float) -> str:
    step = next((step for step in WEIGHT_STEPS if weight <= step), None)
    return f"{step}g" if step else f"over-{WEIGHT_STEPS[-1]}g"


def _placed(name: str, letters: Sequence[PrintedLetter], most: int) -> Iterable[PrintedLetter]:
    for index, one in enumerate(letters):
        part, position = divmod(index, most)
        number = f"-{part + 1:03d}" if len(letters) > most else ""
        yield replace(one, file=f"{name}{number}.pdf", position=position + 1)


def as_jsonl(rows: Iterable[Any]) -> bytes:
    """Return records as JSON, one a line."""
    lines = (json.dumps(asdict(row), separators=(",", ":")) + "\n" for row in rows)
    return "".join(lines).encode("ascii")


def as_csv(rows: Sequence[Any]) -> bytes:
    """Return records as CSV for a spreadsheet, which computes none of its cells."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    columns = list(asdict(rows[0]))
    writer.writerow(columns)
    writer.writerows([_cell(asdict(row)[column]) for column in columns] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    return cell(" ".join(map(str, value)) if isinstance(value, tuple) else value)
