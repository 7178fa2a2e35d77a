"""The tables of `ledger.sqlite`, and the triggers that forbid changes and deletions."""

import hashlib
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any

from lettergen.ledger.chain import COLUMNS, PERSONAL, PUBLIC, TRANSACTION

if TYPE_CHECKING:
    import sqlite3

__all__ = [
    "APPLICATION",
    "STATEMENTS",
    "VERSION",
    "build",
    "empty",
    "head_of",
    "is_meta_whole",
    "is_ours",
    "meta_of",
]

APPLICATION = 0x4C544752
"""``LTGR`` in the file's head: what this database is (SQLite file format, 1.3.11)."""
VERSION = 2
"""Version of the tables; a ledger of another one is refused, an older one with the command that renews it."""

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

_UNSEALED = " AND ".join(
    [
        "OLD.seal IS NOT NULL",
        "NEW.seal IS NULL AND NEW.seal_salt IS NULL",
        *(f"NEW.{name} IS OLD.{name}" for name in ("number", "digest", *TRANSACTION[:-2])),
    ]
)

STATEMENTS = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE transactions (number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE,"
    " previous BLOB NOT NULL, at TEXT NOT NULL, act TEXT NOT NULL, mailing TEXT NOT NULL,"
    " about TEXT NOT NULL, count INTEGER NOT NULL, entries BLOB NOT NULL, seal BLOB, seal_salt BLOB)",
    "CREATE TABLE entries (number INTEGER NOT NULL, place INTEGER NOT NULL, "
    f"{', '.join(COLUMNS)}, PRIMARY KEY (number, place)) WITHOUT ROWID",
    "CREATE INDEX entries_by_letter ON entries (letter)",
    "CREATE INDEX entries_by_item ON entries (item) WHERE item IS NOT NULL",
    "CREATE INDEX transactions_by_mailing ON transactions (mailing, act, about)",
    f"CREATE TRIGGER transactions_stay BEFORE UPDATE ON transactions WHEN NOT ({_UNSEALED})"
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

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        build(connection, campaign, key_check)
        return connection.serialize()


def build(connection: "sqlite3.Connection", campaign: str, key_check: str) -> None:
    """Make the tables of a ledger in an empty database."""
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    for statement in STATEMENTS:
        connection.execute(statement)
    facts = {"campaign": campaign, "key": key_check}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", [*facts.items(), ("sum", _sum(facts))])


def meta_of(connection: "sqlite3.Connection") -> dict[str, str]:
    """Return whose ledger it is, as marks."""
    return dict(connection.execute("SELECT name, value FROM meta"))


def is_meta_whole(facts: dict[str, str]) -> bool:
    """Say whether what `meta_of` found is what was written, by its check sum."""
    return facts.get("sum") == _sum({name: value for name, value in facts.items() if name != "sum"})


def head_of(connection: "sqlite3.Connection") -> tuple[int, int]:
    """Return what database it is, and the version of its tables."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application, version


def is_ours(connection: "sqlite3.Connection") -> bool:
    """Say whether tables and rules are as they were made."""
    import sqlite3

    try:
        return _objects(connection) == _made()
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # damaged, or no ledger at all
        return False


def _sum(facts: dict[str, str]) -> str:
    return hashlib.sha256(repr(sorted(facts.items(), key=repr)).encode()).hexdigest()[:32]


def _objects(connection: "sqlite3.Connection") -> frozenset[tuple[Any, ...]]:
    return frozenset(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


@cache
def _made() -> frozenset[tuple[Any, ...]]:
    import sqlite3

    with closing(sqlite3.connect(":memory:")) as connection:
        build(connection, "", "")
        return _objects(connection)
