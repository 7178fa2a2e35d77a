"""`manifest.jsonl`: one line per letter of a mailing, with checksums of its files and without names."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from lettergen.errors import InputProblems, Place
from lettergen.outbox.atomic_files import LONGEST_NAME

__all__ = [
    "COLUMNS",
    "Manifest",
    "ManifestEntry",
    "ManifestFile",
    "State",
    "cell",
    "csv_rows",
    "line_of",
    "row",
]

State = Literal["made", "skipped", "failed"]
FILE = re.compile(r"(?:post|fax|email)/volume-\d{4,}/(?P<name>[a-z0-9][a-z0-9-]*\.[a-z0-9]{1,5})")
FORMULA = re.compile(r"[\t\r\n]|[\s\0\u00ad\u200b-\u200f\u2060\u3164\ufeff]*[=+\-@＝＋－＠]")
"""How a cell begins that a spreadsheet would take for a formula (OWASP, CSV injection), also after blanks."""
TAME = "'"
"""Put before such a cell; spreadsheets read it as a text marker and don't show it."""


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A finished file, named from the mailing's folder, and the sha256 that it had there."""

    file: str
    sha256: str

    @classmethod
    def of(cls, file: str, data: bytes) -> "ManifestFile":
        """Return the record of ``data`` under its name."""
        return cls(file, hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """The result for one pair of recipient and sender: only ids, places and counts."""

    sequence: int | None
    """The number in the file names, in plan order; None for a skipped letter."""
    letter_id: str
    template: str
    language: str | None
    date: str
    recipient_id: str | None
    sender_id: str
    channel: str | None = "post"
    """The channel: post, registered, courier, hand, fax, email; None for a skipped letter."""
    formats: tuple[str, ...] = ()
    state: State
    pages: int = 0
    sheets: int = 0
    """Sheets of paper, printed on one side; 0 for fax and e-mail."""
    weight_g: float = 0.0
    """Weight of the sheets, without the envelope."""
    stationery: str = ""
    """Key of the sheet that it was set on; empty for text and fax, which have none."""
    setting: str = ""
    """How far the letter was tightened to fit its sheets."""
    cast: bool = False
    """Whether its PDF was cast from a mould; the others were typeset by themselves."""
    first_page: int = 0
    """Its first page in the volume's file of all letters; 0 if it is in none."""
    files: tuple[ManifestFile, ...] = ()
    text_sha256: str = ""
    """Checksum of the letter as plain text, whatever its format, to prove its words."""
    reason: str = ""
    """Why it was skipped or has failed."""
    content_key: str = ""
    """Digest of everything the letter is made from; for the ledger, never in the manifest."""
    message_id: str = ""
    """The hash in an e-mail's Message-ID, known in whatever file it lies; for the ledger, too."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as plain values, three times as fast as `dataclasses` would."""
        files = [(one.file, one.sha256) for one in self.files]
        return (_received, (files, *_plain(self)))


LEDGERS_OWN = frozenset({"content_key", "message_id"})
COLUMNS = tuple(field.name for field in fields(ManifestEntry) if field.name not in LEDGERS_OWN)
"""Keys of a line of the manifest, in their order."""
_PLAIN = tuple(field.name for field in fields(ManifestEntry) if field.name != "files")
_plain = attrgetter(*_PLAIN)
_told = attrgetter(*COLUMNS)
_FORMATS, _FILES = COLUMNS.index("formats"), COLUMNS.index("files")
_json = json.JSONEncoder(separators=(",", ":")).encode


def _received(files: list[tuple[str, str]], *values: Any) -> ManifestEntry:
    return ManifestEntry(
        files=tuple(ManifestFile(*one) for one in files), **dict(zip(_PLAIN, values, strict=True))
    )


def cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return TAME + text if FORMULA.match(text) else text


def row(values: Iterable[object]) -> bytes:
    """Return a line of CSV (RFC 4180), each cell safe for a spreadsheet."""
    return _table([values])


def _table(rows: Iterable[Iterable[object]]) -> bytes:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows(map(cell, values) for values in rows)
    return lines.getvalue().encode("utf-8")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The entries of a mailing or of one volume in plan order, the skipped ones last."""

    entries: tuple[ManifestEntry, ...]

    @classmethod
    def of(cls, entries: Iterable[ManifestEntry]) -> "Manifest":
        """Return the manifest of ``entries``, whatever the order in which they were finished."""
        last = float("inf")
        ordered = sorted(entries, key=lambda entry: last if entry.sequence is None else entry.sequence)
        return cls(tuple(ordered))

    def to_bytes(self) -> bytes:
        """Return the file: one object per line, always with the same keys in the same order."""
        return b"".join(map(line_of, self.entries))

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a manifest back.

        Raises:
            InputProblems: A line is not an entry; the first such line is reported.
        """
        return cls(tuple(_entries(path)))


def line_of(entry: ManifestEntry) -> bytes:
    """Return an entry's line."""
    # `dataclasses.asdict` copies every value and takes ten times as long.
    told = dict(zip(COLUMNS, _told(entry), strict=True))
    told["files"] = [{"file": one.file, "sha256": one.sha256} for one in entry.files]
    return (_json(told) + "\n").encode("ascii")


def csv_rows(entries: Iterable[ManifestEntry]) -> bytes:
    """Return the entries' lines of the table: lists are separated by spaces, files are without checksums."""
    return _table(map(_cells, entries))


def _cells(entry: ManifestEntry) -> list[object]:
    cells = list(_told(entry))
    cells[_FORMATS] = " ".join(entry.formats)
    cells[_FILES] = " ".join(one.file for one in entry.files)
    return cells


def _entries(path: Path) -> Iterator[ManifestEntry]:
    with path.open(encoding="ascii", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield _entry(json.loads(line))
            except (TypeError, ValueError, KeyError, AttributeError):
                raise InputProblems.of(
                    "not-a-manifest",
                    "this line is not a valid manifest entry.",
                    "restore the file from a copy, or run `batch` again.",
                    Place(str(path), number),
                ) from None


def _entry(told: dict[str, Any]) -> ManifestEntry:
    files = tuple(ManifestFile(**one) for one in told.pop("files"))
    formats = tuple(map(str, told.pop("formats")))
    for one in files:
        match = FILE.fullmatch(one.file)
        if not match or len(match["name"]) > LONGEST_NAME:
            raise ValueError("a manifest names files of its own folder only")
    return ManifestEntry(**told, formats=formats, files=files)
