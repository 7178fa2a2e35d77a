"""Forgetting old letters: columns about people are overwritten, counts and chain stay."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.ledger import recording
from lettergen.ledger.chain import COLUMNS, PERSONAL, commitment, stand_in
from lettergen.ledger.key import MARK
from lettergen.ledger.rescue import told

if TYPE_CHECKING:
    import sqlite3

    from lettergen.ledger.chain import Row

__all__ = ["due", "forget", "scrub", "unseal"]

_OLD = "SELECT letter FROM entries WHERE salt IS NOT NULL GROUP BY letter HAVING max(day) < ?"
_NULLED = ", ".join(f"{name} = NULL" for name in PERSONAL if name != "letter")
_SCRUB = (
    f"UPDATE entries SET commitment = ?, letter = ?, salt = NULL, {_NULLED}"
    " WHERE number = ? AND place = ? AND salt IS NOT NULL"
)
_UNSEAL = "UPDATE transactions SET seal = NULL, seal_salt = NULL WHERE seal IS NOT NULL AND"
_LETTER = COLUMNS.index("letter")
RANDOM = MARK - 4
"""Random bytes of the mark that takes a letter's place; the others are their check sum."""


def due(connection: "sqlite3.Connection", before: str) -> int:
    """Return how many letters nothing has happened to since the day ``before``."""
    (count,) = connection.execute(f"SELECT count(*) FROM ({_OLD})", (before,)).fetchone()
    return int(count)


def forget(connection: "sqlite3.Connection", path: Path, before: str, at: str) -> int:
    """Forget who wrote the letters to which nothing has happened since ``before``; return how many.

    Mark, sender, checksums, case, item number, questions and note of all their entries are
    overwritten on the disk, and the seals of what held them. Recipient, template,
    dates, channel and state stay, so that counts stay true. One transaction does this
    and records it.

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
                if row[_LETTER] not in stand_ins:
                    stand_ins[row[_LETTER]] = stand_in(secrets.token_bytes(RANDOM))
                scrub(connection, number, place, tuple(row), stand_ins[row[_LETTER]])
            if rows:
                unseal(connection, {number for number, *_ in rows})
                about = {"before": before, "letters": len(stand_ins), "entries": len(rows)}
                recording.append(connection, at, "forget", "", about)
        # What was overwritten may still stand in the log and on free pages.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(stand_ins)


def scrub(connection: "sqlite3.Connection", number: int, place: int, row: "Row", letter: bytes) -> None:
    """Delete the personal columns of one entry; ``letter`` takes the place of its mark."""
    connection.execute(_SCRUB, (commitment(row), letter, number, place))


def unseal(connection: "sqlite3.Connection", numbers: Iterable[int]) -> None:
    """Delete the seals of transactions with forgotten letters, and of the plans that had these letters.

    Whoever has the key could otherwise still test whether a volume or a plan held somebody's letter.
    """
    affected = [(number,) for number in numbers]
    connection.executemany(f"{_UNSEAL} number = ?", affected)
    connection.executemany(
        f"{_UNSEAL} act = 'plan' AND mailing = (SELECT mailing FROM transactions WHERE number = ?)", affected
    )
