"""Writes rows and transactions to the ledger."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lettergen.ledger.chain import (
    COLUMNS,
    FIRST,
    SALT,
    TRANSACTION,
    Row,
    Transaction,
    entries_digest,
    seal_commitment,
)
from lettergen.ledger.key import LedgerKey
from lettergen.letters.earlier import AskedQuestion
from lettergen.outbox.manifest import ManifestEntry, ManifestFile

if TYPE_CHECKING:
    import sqlite3

__all__ = [
    "NAME",
    "Matter",
    "append",
    "insert",
    "message_mark",
    "question_mark",
    "rows_of",
    "stepped",
    "transaction",
]

NAME = 8
"""Bytes of the mark of a file's name in `entries.files`; that of its check sum follows."""


class Matter(NamedTuple):
    """What a letter is about."""

    case_id: str | None = None
    questions: tuple[AskedQuestion, ...] = ()
    """The questions that it asks, in their order."""


_AT = {name: place for place, name in enumerate(COLUMNS)}
_INSERT = f"INSERT INTO entries VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"


def file_marks(file: ManifestFile, key: LedgerKey) -> bytes:
    """Return a file's marks: of its name, and of its checksum.

    Neither can be resolved from the ledger alone: the name contains ids, and whoever
    guesses a sender could make the letter and compare a plain checksum.
    """
    return key.mark("name", file.file)[:NAME] + key.mark("file", file.sha256)


def message_mark(message: str, key: LedgerKey) -> str:
    """Return what stands for an e-mail in `entries.item`: its Message-ID is a plain digest of its words."""
    return key.mark("message", message).hex() if message else ""


def question_mark(question: str, key: LedgerKey) -> str:
    """Return what stands for a question in `entries.questions`; one that is a mark already stays as it is."""
    return question if question.startswith("#") else f"#{key.mark('question', question).hex()}"


def _matter_mark(case_id: str | None, key: LedgerKey) -> bytes:
    """Return what stands for a case, whose id may be somebody's name."""
    return key.mark("case", case_id) if case_id else b""


def rows_of(
    entries: Sequence[ManifestEntry],
    matters: Sequence[Matter],
    channel: str,
    key: LedgerKey,
    day: str,
    *,
    names: bool,
) -> list[Row]:
    """Return a volume's letters as rows.

    Args:
        entries: The letters.
        matters: What each of them is about; none given means nothing is known of it.
        channel: The channel for entries without their own.
        key: What marks people and check sums.
        day: When they were made.
        names: Senders under their ids, not under marks.
    """
    senders: dict[str, bytes | str] = {}
    shown, matter_mark = cache(key.shown), cache(partial(_matter_mark, key=key))
    # A volume's file of all letters is each letter's.
    files = cache(partial(file_marks, key=key))
    rows: list[Row] = []
    salts = secrets.token_bytes(SALT * len(entries))
    for at, entry in enumerate(entries):
        matter = matters[at] if matters else Matter()
        sender = senders.get(entry.sender_id)
        if sender is None:
            is_in_clear = names and key.shown(entry.sender_id) == entry.sender_id
            sender = entry.sender_id if is_in_clear else key.mark("sender", entry.sender_id)
            senders[entry.sender_id] = sender
        rows.append(
            (
                *(
                    entry.recipient_id and shown(entry.recipient_id),
                    entry.template,
                    _languages(entry),
                    entry.date,
                    entry.channel or channel,
                ),
                *(entry.state, day, entry.pages, entry.sheets),
                *(key.mark("letter", entry.letter_id), sender, key.mark("content", entry.content_key)),
                b"".join(map(files, entry.files)),
                key.mark("text", entry.text_sha256) if entry.text_sha256 else b"",
                matter_mark(matter.case_id),
                message_mark(entry.message_id, key) or None,
                " ".join(f"{one.number}={question_mark(one.id, key)}" for one in matter.questions) or None,
                entry.reason or None,
                *(salts[SALT * at : SALT * (at + 1)], None),
            )
        )
    return rows


def _languages(entry: ManifestEntry) -> str | None:
    """Return what a letter was written in: ``de``, or ``de+en`` with a translation."""
    return f"{entry.language}+{entry.translation}" if entry.translation else entry.language


def stepped(  # noqa: PLR0913 - what can be said of a step
    made: Row,
    state: str,
    day: str,
    *,
    channel: str | None = None,
    item: str = "",
    note: str = "",
    questions: Sequence[str] = (),
) -> Row:
    """Return the row of a letter's next step, from one that it has; ``questions`` are those answered."""
    row = list(made)
    changes: Mapping[str, Any] = {
        "state": state,
        "day": day,
        "item": item or None,
        "questions": " ".join(questions) or None,
        "note": note or None,
        "salt": secrets.token_bytes(SALT),
        "channel": channel or row[_AT["channel"]],
    }
    for name, value in changes.items():
        row[_AT[name]] = value
    return tuple(row)


@contextmanager
def transaction(connection: "sqlite3.Connection") -> Iterator["sqlite3.Connection"]:
    """Run the block as one transaction; only one command at a time can enter."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        # A full disk has made SQLite roll back by itself (sqlite.org/lang_transaction.html, 3.1).
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def append(
    connection: "sqlite3.Connection",
    at: str,
    act: str,
    mailing: str,
    about: Mapping[str, Any],
    rows: Sequence[Row] = (),
) -> None:
    """Link a transaction to the last one and insert it.

    Args:
        connection: The ledger, in a transaction.
        at: Now.
        act: What is recorded.
        mailing: Of which mailing.
        about: Further facts. A ``seal`` in bytes, the mark of the key of what is
            recorded, is kept beside; a commitment to it takes its place.
        rows: The letters.
    """
    last = connection.execute("SELECT digest FROM transactions ORDER BY number DESC LIMIT 1").fetchone()
    seal, salt = about.get("seal") or None, None
    if seal:
        salt = secrets.token_bytes(SALT)
        about = {**about, "seal": seal_commitment(seal, salt)}
    told = json.dumps(about, separators=(",", ":"))
    head = (last[0] if last else FIRST, at, act, mailing, told)
    insert(connection, Transaction(*head, len(rows), entries_digest(rows), seal, salt), rows)


def insert(connection: "sqlite3.Connection", one: Transaction, rows: Sequence[Row]) -> None:
    """Insert a finished transaction as the last of this file."""
    number = connection.execute(
        f"INSERT INTO transactions (digest, {', '.join(TRANSACTION)}) VALUES (?{', ?' * len(TRANSACTION)})",
        (one.digest, *(getattr(one, name) for name in TRANSACTION)),
    ).lastrowid
    connection.executemany(_INSERT, ((number, place, *row) for place, row in enumerate(rows)))
