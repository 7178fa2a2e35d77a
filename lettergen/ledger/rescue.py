"""A damaged or unusable ledger: what is whole in it, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import OutputError
from lettergen.ledger.proof import examine
from lettergen.ledger.sqlite_errors import CLOSE_THE_OTHER

if TYPE_CHECKING:
    import sqlite3

__all__ = ["damaged", "told"]


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
            return damaged(path)
    return OutputError.of(
        "not-written",
        f"`{path}` could not be read or written (SQLite code {code}).",
        "run `lettergen ledger verify`; if the disk is at fault, work from a copy on another one.",
    )


def damaged(path: Path) -> OutputError:
    """Return the error for a ledger that SQLite cannot trust: what is whole, and what to do."""
    account = examine(path)
    if account.whole:
        whole = f"{account.whole} of {account.found} transactions are whole, the last {account.last}"
        rescue = f"take over what is whole: `lettergen ledger merge damaged/{path.name}`"
    else:
        whole = "nothing in it can be read"
        rescue = "go on with a new ledger, which knows of no letter that was sent before"
    return OutputError.of(
        "ledger-damaged",
        f"`{path}` is damaged: {whole}. Nothing was changed or deleted.",
        f"restore it from a copy; or move all files `{path.name}*` into a folder `damaged` and {rescue}.",
    )
