"""`manifest.jsonl`: one line per letter of a mailing, with checksums of its files and without names."""

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.fields import Channel, Id
from lettergen.facts.regular_files import NotRegularError, open_regular
from lettergen.outbox.atomic_files import LONGEST_NAME, SAFE_STEM

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
LONGEST_LINE = 100_000
"""Characters of a manifest's line; ours have some hundreds."""
TAME = "'"
"""Put before such a cell; spreadsheets read it as a text marker and don't show it."""


def _own_file(name: str) -> str:
    match = FILE.fullmatch(name)
    if not match or len(match["name"]) > LONGEST_NAME:
        raise ValueError("a manifest names files of its own folder only")
    return name


def _iso_day(day: str) -> str:
    return date.fromisoformat(day).isoformat()


LetterId = Annotated[str, StringConstraints(pattern=rf"^{SAFE_STEM.pattern}$", max_length=400)]
_CHANNELS = rf"^(?:{'|'.join(get_args(Channel))})$"
Count = Annotated[int, Field(ge=0, lt=10**9)]


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A finished file, named from the mailing's folder, and the sha256 that it had there."""

    file: Annotated[str, AfterValidator(_own_file)]
    sha256: str

    @classmethod
    def of(cls, file: str, data: bytes) -> "ManifestFile":
        """Return the record of ``data`` under its name."""
        return cls(file, hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """The result for one pair of recipient and sender: only ids, places and counts."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sequence: Count | None
    """The number in the file names, in plan order; None for a skipped letter."""
    letter_id: LetterId
    template: Id
    language: str | None
    translation: str | None = None
    """The language of the courtesy translation behind it; None if it has none."""
    date: Annotated[str, AfterValidator(_iso_day)]
    recipient_id: Id | None
    sender_id: Id
    channel: Annotated[str, StringConstraints(pattern=_CHANNELS)] | None = "post"
    """The channel: post, registered, courier, hand, fax, email; None for a skipped letter."""
    formats: tuple[str, ...] = ()
    state: State
    pages: Count = 0
    translation_page: Count = 0
    """The page on which the translation begins, always on a sheet of its own; 0 if there is none."""
    enclosure_pages: tuple[Count, ...] = ()
    """The pages on which enclosed files begin, each on a sheet of its own; empty if there are none."""
    enclosure_sha256: tuple[str, ...] = ()
    """Checksums of the enclosed files as they were in the campaign; `verify` tells whether one changed."""
    sheets: Count = 0
    """Sheets of paper, printed on one side; 0 for fax and e-mail."""
    weight_g: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """Weight of the sheets, without the envelope."""
    stationery: str = ""
    """Key of the sheet that it was set on; empty for text and fax, which have none."""
    setting: str = ""
    """How far the letter was tightened to fit its sheets."""
    cast: bool = False
    """Whether its PDF was cast from a mould; the others were typeset by themselves."""
    first_page: Count = 0
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

    @property
    def parts(self) -> tuple[int, ...]:
        """Pages of the letter, its translation and its enclosures, each of which begins on a new sheet."""
        begins = [page for page in (1, self.translation_page, *self.enclosure_pages) if page]
        return tuple(end - page for page, end in zip(begins, (*begins[1:], self.pages + 1), strict=True))

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
_FORMATS, _FILES, _ENCLOSURES, _CHECKSUMS = map(
    COLUMNS.index, ("formats", "files", "enclosure_pages", "enclosure_sha256")
)
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
            FileNotFoundError: There is none.
            InputProblems: It can't be read, or a line is not an entry; the first such line is reported.
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
    cells[_ENCLOSURES] = " ".join(map(str, entry.enclosure_pages))
    cells[_CHECKSUMS] = " ".join(entry.enclosure_sha256)
    cells[_FILES] = " ".join(one.file for one in entry.files)
    return cells


def _entries(path: Path) -> Iterator[ManifestEntry]:
    try:
        descriptor = open_regular(path)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(path) from None
    except NotRegularError:
        fix = "name the folder of a mailing; its manifest is a regular file."
        raise InputProblems.of("not-a-manifest", "this is not a file.", fix, Place(str(path))) from None
    except OSError:
        fix = "check your permission to read it."
        raise InputProblems.of("not-a-manifest", "this cannot be read.", fix, Place(str(path))) from None
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as lines:
        for number, line in enumerate(iter(partial(lines.readline, LONGEST_LINE), ""), start=1):
            try:
                yield _form().validate_json(line, strict=True)
            except ValidationError as fault:
                raise InputProblems([_unusable(fault, Place(str(path), number))]) from None


def _unusable(fault: ValidationError, place: Place) -> Problem:
    """Return why a line cannot be used: it has what a newer version writes, or is none at all."""
    errors = fault.errors(include_url=False, include_context=False, include_input=False)
    unknown = [str(one["loc"][-1]) for one in errors if one["type"] == "unexpected_keyword_argument"]
    if len(unknown) == len(errors) and unknown[0].isidentifier():
        return Problem(
            "newer-outbox",
            f"this line has `{unknown[0]}`, which this version of lettergen does not know; a newer one made "
            "the mailing.",
            "use that version, or make the mailing again under another name: `--name NAME --again`.",
            place,
        )
    return Problem(
        "not-a-manifest",
        "this line is not a valid manifest entry.",
        "restore the file from a copy; or delete it and run the same `lettergen batch` again, which writes "
        "it anew.",
        place,
    )


@cache
def _form() -> TypeAdapter[ManifestEntry]:
    """Return what reads a line: a manifest may be anybody's, and its values go into names and pages."""
    return TypeAdapter(ManifestEntry)
