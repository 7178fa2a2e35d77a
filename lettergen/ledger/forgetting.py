"""Forgetting old letters: columns about people are overwritten, counts and chain stay."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.ledger import recording
from lettergen.ledger.chain import COLUMNS, commitment
from lettergen.ledger.key import MARK
from lettergen.ledger.rescue import told

if TYPE_CHECKING:
    import sqlite3

    from lettergen.ledger.chain import Row

__all__ = ["due", "forget", "scrub"]

_OLD = "SELECT letter FROM entries WHERE salt IS NOT NULL GROUP BY letter HAVING max(day) < ?"
_SCRUB = (
    "UPDATE entries SET commitment = ?, letter = ?, salt = NULL, sender = NULL, content = NULL, files = NULL,"
    " text = NULL, item = NULL, note = NULL WHERE number = ? AND place = ? AND salt IS NOT NULL"
)
_LETTER = COLUMNS.index("letter")


def due(connection: "sqlite3.Connection", before: str) -> int:
    """Return how many letters nothing has happened to since the day ``before``."""
    (count,) = connection.execute(f"SELECT count(*) FROM ({_OLD})", (before,)).fetchone()
    return int(count)


def forget(connection: "sqlite3.Connection", path: Path, before: str, at: str) -> int:
    """Forget who wrote the letters to which nothing has happened since ``before``; return how many.

    Mark, sender, checksums, item number and note of all their entries are
    overwritten on the disk. Recipient, template, dates, channel and state stay,
    so that counts stay true. One transaction does this and records it.

    Args:
        connection: The ledger, open for writing.
        path: Its file, for messages.
        before: The first day to keep.
        at: Now.

    Raises:
        OutputError: Another command has the ledger open; run it again.
    """
    with told(path):
        with recording.transaction(connection):
            columns = ", ".join(COLUMNS)
            rows = connection.execute(
                f"SELECT number, place, {columns} FROM entries WHERE letter IN ({_OLD}) AND salt IS NOT NULL",
                (before,),
            ).fetchall()
            # A mark without meaning in the place of each letter's: its entries still belong together.
            stand_ins: dict[bytes, bytes] = {}
            for number, place, *row in rows:
                stand_in = stand_ins.setdefault(row[_LETTER], secrets.token_bytes(MARK))
                scrub(connection, number, place, tuple(row), stand_in)
            if rows:
                about = {"before": before, "letters": len(stand_ins), "entries": len(rows)}
                recording.append(connection, at, "forget", "", about)
        # What was overwritten may still stand in the log and on free pages.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(stand_ins)


def scrub(connection: "sqlite3.Connection", number: int, place: int, row: "Row", stand_in: bytes) -> None:
    """Delete the personal columns of one entry."""
    connection.execute(_SCRUB, (commitment(row), stand_in, number, place))
