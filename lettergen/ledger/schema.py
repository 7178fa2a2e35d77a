"""The tables of `ledger.sqlite`, and the triggers that forbid changes and deletions."""

from typing import TYPE_CHECKING

from lettergen.ledger.chain import COLUMNS, PERSONAL, PUBLIC

if TYPE_CHECKING:
    import sqlite3

__all__ = ["APPLICATION", "STATEMENTS", "VERSION", "empty", "is_ours"]

APPLICATION = 0x4C544752
"""``LTGR`` in the file's head: what this database is (SQLite file format, 1.3.11)."""
VERSION = 1
"""Version of the tables; a newer ledger is refused."""

_SCRUBBED = " AND ".join(
    [
        "OLD.salt IS NOT NULL",
        "NEW.salt IS NULL",
        "NEW.commitment IS NOT NULL",
        "NEW.number IS OLD.number AND NEW.place IS OLD.place",
        *(f"NEW.{name} IS OLD.{name}" for name in PUBLIC),
        *(f"NEW.{name} IS NULL" for name in PERSONAL if name != "letter"),
    ]
)

STATEMENTS = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE transactions (number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE,"
    " previous BLOB NOT NULL, at TEXT NOT NULL, act TEXT NOT NULL, mailing TEXT NOT NULL,"
    " about TEXT NOT NULL, count INTEGER NOT NULL, entries BLOB NOT NULL)",
    "CREATE TABLE entries (number INTEGER NOT NULL, place INTEGER NOT NULL, "
    f"{', '.join(COLUMNS)}, PRIMARY KEY (number, place)) WITHOUT ROWID",
    "CREATE INDEX entries_by_letter ON entries (letter)",
    "CREATE INDEX transactions_by_mailing ON transactions (mailing, act, about)",
    "CREATE TRIGGER transactions_stay BEFORE UPDATE ON transactions"
    " BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    "CREATE TRIGGER transactions_are_kept BEFORE DELETE ON transactions"
    " BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    f"CREATE TRIGGER entries_stay BEFORE UPDATE ON entries WHEN NOT ({_SCRUBBED})"
    " BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    "CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries"
    " BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
)
"""Exactly as SQLite stores them: a ledger with other tables or triggers has been altered."""


def empty(campaign: str, key_check: str) -> bytes:
    """Return a new ledger as a whole file.

    Args:
        campaign: Mark of the campaign's name.
        key_check: Mark by which the right key is known.
    """
    import sqlite3

    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        for statement in STATEMENTS:
            connection.execute(statement)
        facts = [("campaign", campaign), ("key", key_check)]
        connection.executemany("INSERT INTO meta VALUES (?, ?)", facts)
        return connection.serialize()
    finally:
        connection.close()


def is_ours(connection: "sqlite3.Connection") -> bool:
    """Say whether tables and rules are as they were made."""
    found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {row[0] for row in found} == set(STATEMENTS)
