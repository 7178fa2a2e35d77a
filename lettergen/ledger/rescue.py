"""A damaged or unusable ledger: what is whole in it, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import OutputError
from lettergen.ledger import soundness
from lettergen.ledger.proof import LedgerProof, examine
from lettergen.ledger.sqlite_errors import CLOSE_THE_OTHER

if TYPE_CHECKING:
    import sqlite3

__all__ = ["damaged", "told"]


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's exceptions into problems.

    Raises:
        OutputError: The ledger is in use, damaged, or cannot be written. What was
            recorded before is unchanged.
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
                f"the disk is full: nothing was added to `{path}`, and its contents are intact.",
                "free some space, then run the command again to resume.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return OutputError.of(
                "not-writable",
                f"`{path}` cannot be opened, or you have no permission to write to its folder.",
                "work in a folder that you can write to.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            soundness.distrust(path)
            return damaged(path)
    return OutputError.of(
        "not-written",
        f"`{path}` could not be read or written (SQLite code {code}).",
        "run `lettergen ledger verify`; if the disk is faulty, work from a copy on another one.",
    )


def damaged(path: Path, account: LedgerProof | None = None) -> OutputError:
    """Return the error for a damaged ledger: what is intact, and what to do."""
    account = account or examine(path)
    if account.whole:
        whole = f"{account.whole} of {account.found} transactions are intact, the last {account.last}"
        rescue = f"recover what is intact: `lettergen ledger merge damaged/{path.name}`"
    else:
        whole = "nothing in it can be read"
        rescue = "start a new ledger, which knows no earlier letter"
    return OutputError.of(
        "ledger-damaged",
        f"`{path}` is damaged or was altered: {whole}. Nothing was changed or deleted.",
        f"restore it from a copy; or move all files `{path.name}*` into a folder `damaged` and {rescue}.",
    )
