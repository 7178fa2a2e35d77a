"""Whether the letters on the disk are the letters in the record."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import LettergenError, Problem
from lettergen.ledger import queries
from lettergen.ledger.key import MARK, LedgerKey
from lettergen.ledger.recording import NAME
from lettergen.outbox.manifest import Manifest
from lettergen.outbox.volumes import MANIFEST

if TYPE_CHECKING:
    import sqlite3

__all__ = ["FileComparison", "check_files"]


@dataclass(frozen=True, slots=True)
class FileComparison:
    """What was compared, and what differs."""

    whole: int
    """Files that are, byte for byte, those that were recorded."""
    problems: tuple[Problem, ...]


def check_files(connection: "sqlite3.Connection", key: LedgerKey, outbox: Path) -> FileComparison:
    """Compare the files of every mailing with their checksums in the ledger.

    A missing folder of a mailing is only a warning: letters that were posted may have been
    deleted. Forgotten files are not checked.

    Args:
        connection: The ledger.
        key: Its key, without which no file can be recognised.
        outbox: Where the mailings' folders are.
    """
    whole = 0
    problems: list[Problem] = []
    for mailing, marks in queries.files_of_mailings(connection):
        expected = {
            one[at : at + NAME]: one[at + NAME : at + NAME + MARK]
            for one in marks
            for at in range(0, len(one), NAME + MARK)
        }
        folder = outbox / mailing
        if not expected:
            continue
        if not folder.is_dir():
            problems.append(_gone(folder, len(expected)))
            continue
        for name in _names(folder):
            mark = expected.pop(key.mark("name", name)[:NAME], None)
            if mark is None:
                continue
            problem = _compare(folder / name, mark, key)
            whole += problem is None
            problems += [problem] if problem else []
        if expected:
            problems.append(_missing(f"`{folder}/…`, {len(expected)} in all"))
    return FileComparison(whole, tuple(problems))


def _names(folder: Path) -> Iterator[str]:
    """Yield the names that the mailing's files can have: what the manifest says, and what is there."""
    seen: set[str] = set()
    with suppress(LettergenError, OSError):
        seen.update(file.file for entry in Manifest.read(folder / MANIFEST).entries for file in entry.files)
    seen.update(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    yield from sorted(seen)


def _compare(path: Path, mark: bytes, key: LedgerKey) -> Problem | None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return _missing(f"`{path}`")
    if key.mark("file", found) == mark:
        return None
    return Problem(
        "letter-file-changed",
        f"`{path}` is not the file that was recorded.",
        "restore it from a copy, or move it away and run the same `batch` again.",
    )


def _missing(what: str) -> Problem:
    fix = "restore it from a copy, or run the same `batch` again: it makes what is missing."
    return Problem("letter-file-missing", f"a recorded file is missing or cannot be read: {what}.", fix)


def _gone(folder: Path, count: int) -> Problem:
    return Problem(
        "mailing-not-in-outbox",
        f"`{folder}` is missing, so its letters ({count} files) could not be compared.",
        "restore the folder to compare them; if the letters were posted and deleted, ignore this.",
        severity="warning",
    )
