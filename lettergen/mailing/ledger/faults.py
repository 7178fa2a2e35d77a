"""What SQLite finds wrong, told as problems that a person can mend."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import OutputError

if TYPE_CHECKING:
    import sqlite3

__all__ = ["told"]

CLOSE_THE_OTHER = "wait until the other command has finished, then run this one again."


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite raises inside into problems.

    Raises:
        OutputError: The ledger is in use, damaged, or cannot be written. What was
            recorded before is as it was.
    """
    import sqlite3

    try:
        yield
    except sqlite3.Error as fault:
        raise _told(path, fault) from None


def _told(path: Path, fault: "sqlite3.Error") -> OutputError:
    import sqlite3

    code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return OutputError.of(
                "ledger-in-use", f"another command is writing to `{path}`.", CLOSE_THE_OTHER
            )
        case sqlite3.SQLITE_FULL:
            return OutputError.of(
                "disk-full",
                f"there is no room on the disk for `{path}`; what it held before is unharmed.",
                "free some space, then run the command again: it goes on where it stopped.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return OutputError.of(
                "not-writable",
                f"`{path}` cannot be opened, or its folder is closed to you.",
                "work in a folder of your own.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            from lettergen.mailing.ledger.proof import damaged

            return damaged(path)
    return OutputError.of(
        "not-written",
        f"`{path}` could not be read or written (SQLite code {code}).",
        "run `lettergen ledger verify`; if the disk is at fault, work from a copy on another one.",
    )
