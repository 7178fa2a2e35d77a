"""The hash chain of transactions, so that no change goes unseen.

A transaction's digest covers the one before it and, entry by entry, the public
columns and a commitment to the personal ones: SHA-256 over a random salt and
their values. `forget` keeps the commitment and deletes salt and columns: the
chain still closes, and nobody can test names against it. A transaction's seal, the
mark of all that a volume or a plan holds, is committed to in the same way.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lettergen.ledger.key import MARK

__all__ = [
    "COLUMNS", "FIRST", "PERSONAL", "PUBLIC", "SALT", "TRANSACTION", "Row", "Transaction", "entries_digest",
    "is_consistent", "seal_commitment", "stand_in",
]  # fmt: skip

FIRST = bytes(32)
"""The predecessor of the first transaction."""
SALT = 16
_CHECK = 4

PUBLIC = (
    "recipient", "template", "language", "date", "channel", "state", "day", "pages", "sheets",
)  # fmt: skip
PERSONAL = ("letter", "sender", "content", "files", "text", "matter", "item", "questions", "note")
COLUMNS = (*PUBLIC, *PERSONAL, "salt", "commitment")
TRANSACTION = ("previous", "at", "act", "mailing", "about", "count", "entries", "seal", "seal_salt")
"""Columns of a transaction besides its number and digest: the fields of `Transaction`."""

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
    """Further facts about the whole act, as JSON: a volume's number, a plan's length, a day."""
    count: int
    entries: bytes
    """Digest of the entries, as `entries_digest` makes it."""
    seal: bytes | None = None
    """Mark of the volume's or the plan's key; `about` has a commitment to it."""
    seal_salt: bytes | None = None

    @property
    def digest(self) -> bytes:
        """The digest that the next transaction includes."""
        told = [self.previous.hex(), self.at, self.act, self.mailing, self.about]
        return hashlib.sha256(_json([*told, self.count, self.entries.hex()])).digest()

    @property
    def is_sealed(self) -> bool:
        """Say whether the seal is the one that `about` commits to, or was forgotten."""
        committed = json.loads(self.about).get("seal", "")
        if self.seal is None or self.seal_salt is None:
            return self.seal is self.seal_salt is None
        return bool(committed == seal_commitment(self.seal, self.seal_salt))

    @property
    def is_seal_forgotten(self) -> bool:
        """Say whether there was a seal."""
        return self.seal is None and bool(json.loads(self.about).get("seal"))


def seal_commitment(seal: bytes, salt: bytes) -> str:
    """Return what `about` has of a transaction's seal."""
    return hashlib.sha256(salt + seal).hexdigest()


def commitment(row: Row) -> bytes:
    """Return an entry's commitment to its personal columns: stored once forgotten, otherwise computed."""
    *_, letter, sender, content, files, text, matter, item, questions, note, salt, is_kept = row
    if salt is None:
        return bytes(is_kept)
    # An id has no `#`, and item numbers and ids of questions no line break, so no two rows read alike.
    who = f"#{sender.hex()}" if isinstance(sender, bytes) else sender or ""
    marks = f"{letter.hex()}\n{who}\n{content.hex()}\n{files.hex()}\n{text.hex()}\n{matter.hex()}"
    words = f"{item or ''}\n{questions or ''}\n{note or ''}"
    return hashlib.sha256(salt + f"{marks}\n{words}".encode()).digest()


def is_consistent(row: Row) -> bool:
    """Say whether an entry has what its commitment does not cover as `forget` or `rows_of` leaves it."""
    *_, letter, sender, content, files, text, matter, item, questions, note, salt, is_kept = row
    if salt is not None:
        return is_kept is None and len(letter) == MARK
    # The stand-in's own check sum tells whether it is the one that was written.
    blank = (sender, content, files, text, matter, item, questions, note)
    return all(one is None for one in blank) and letter == stand_in(letter[:-_CHECK])


def stand_in(random: bytes) -> bytes:
    """Return a mark without meaning for a forgotten letter: random bytes and their check sum."""
    return random + zlib.crc32(random).to_bytes(_CHECK, "big")


def entries_digest(rows: Iterable[Row]) -> bytes:
    """Return the digest over the entries of a transaction, in their order."""
    return hashlib.sha256(_json([[*row[:_LETTER], commitment(row).hex()] for row in rows])).digest()


def _json(value: Sequence[Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")
