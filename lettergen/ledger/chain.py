"""The hash chain of transactions, so that no change goes unseen.

A transaction's digest covers the one before it and, entry by entry, the public
columns and a commitment to the personal ones: SHA-256 over a random salt and
their values. `forget` keeps the commitment and deletes salt and columns: the
chain still closes, and nobody can test names against it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["COLUMNS", "FIRST", "PERSONAL", "PUBLIC", "SALT", "Row", "Transaction", "entries_digest"]

FIRST = bytes(32)
"""The predecessor of the first transaction."""
SALT = 16

PUBLIC = (
    "recipient", "template", "language", "date", "channel", "state", "day", "pages", "sheets",
)  # fmt: skip
PERSONAL = ("letter", "sender", "content", "files", "text", "item", "note")
COLUMNS = (*PUBLIC, *PERSONAL, "salt", "commitment")

Row = tuple[Any, ...]
"""The values of `COLUMNS`: one letter in one transaction."""

_LETTER = len(PUBLIC)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One act on the record: a volume that was made, a posting, an answer, a forgetting."""

    previous: bytes
    at: str
    """The moment of recording, UTC, as ``2026-01-15T12:00:00Z``."""
    act: str
    mailing: str
    about: str
    """Further facts about the whole act, as JSON: volume and key, a plan's key, a day."""
    count: int
    entries: bytes
    """Digest of the entries, as `entries_digest` makes it."""

    @property
    def digest(self) -> bytes:
        """The digest that the next transaction includes."""
        told = [self.previous.hex(), self.at, self.act, self.mailing, self.about]
        return hashlib.sha256(_json([*told, self.count, self.entries.hex()])).digest()


def commitment(row: Row) -> bytes:
    """Return an entry's commitment to its personal columns: stored once forgotten, otherwise computed."""
    *_, letter, sender, content, files, text, item, note, salt, is_kept = row
    if salt is None:
        return bytes(is_kept)
    # An id has no `#` and an item number no line break, so no two rows read alike.
    who = f"#{sender.hex()}" if isinstance(sender, bytes) else sender or ""
    marks = f"{letter.hex()}\n{who}\n{content.hex()}\n{files.hex()}\n{text.hex()}"
    return hashlib.sha256(salt + f"{marks}\n{item or ''}\n{note or ''}".encode()).digest()


def entries_digest(rows: Iterable[Row]) -> bytes:
    """Return the digest over the entries of a transaction, in their order."""
    return hashlib.sha256(_json([[*row[:_LETTER], commitment(row).hex()] for row in rows])).digest()


def _json(value: Sequence[Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")
