"""Renews a ledger of lettergen 0.1, whose plain digests told whoever could guess."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lettergen.errors import OutputError
from lettergen.ledger import recording
from lettergen.ledger.chain import (
    COLUMNS,
    PUBLIC,
    SALT,
    Row,
    Transaction,
    entries_digest,
    seal_commitment,
    stand_in,
)
from lettergen.ledger.key import LedgerKey
from lettergen.ledger.opening import marks_of, refuse_missing
from lettergen.ledger.rescue import told
from lettergen.ledger.schema import APPLICATION, build, head_of, meta_of
from lettergen.outbox.atomic_files import remove_torsos

if TYPE_CHECKING:
    import sqlite3

__all__ = ["upgrade"]

SINGLE = "single-emails"
"""Its volumes were numbered after bits of Message-IDs."""

OF_VERSION_1 = (
    *PUBLIC, "letter", "sender", "content", "files", "text", "item", "note", "salt", "commitment",
)  # fmt: skip
_AT = {name: place for place, name in enumerate(OF_VERSION_1)}
_OLD = ("digest", "previous", "at", "act", "mailing", "about", "count", "entries")
_MESSAGE = re.compile(r"[0-9a-f]{40}")


def upgrade(path: Path, campaign: str, at: str, public: Collection[str]) -> int | None:
    """Write a ledger anew in the form of this version; return how many transactions, or None if it has it.

    Two laptops that do this get the same transactions, so that their ledgers can still be merged.
    Every digest changes; the last old one is recorded as a mark.

    Args:
        path: `ledger.sqlite`, with its key beside it.
        campaign: The campaign's name.
        at: Now.
        public: Ids of templates and recipients, which may be recorded in clear.

    Raises:
        OutputError: It is damaged, in use, another campaign's, or its key is missing.
    """
    import sqlite3

    refuse_missing(path)
    key = LedgerKey.needed(path)
    with (
        told(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=5.0)) as old,
    ):
        old.isolation_level = None
        if head_of(old) != (APPLICATION, 1):
            return None
        # Nobody else may have it open, and its log becomes a part of the file, which is then replaced.
        old.execute("PRAGMA journal_mode = DELETE")
        old.execute("BEGIN EXCLUSIVE")
        facts = meta_of(old)
        if (facts["campaign"], facts["key"]) != marks_of(key, campaign):
            raise OutputError.of(
                "ledger-key-differs",
                f"`{path}` belongs to a campaign with another `name` or another `ledger.key`.",
                "restore the `ledger.key` and the `name` in lettergen.toml that belong to this ledger.",
            )
        remove_torsos(path.parent)
        part = path.with_name(f".lettergen-{secrets.token_hex(8)}.part")
        try:
            count = _Upgrade(old, path, key, public).write(part, marks_of(key, campaign), at)
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink()
    return count


class _Upgrade:
    def __init__(
        self, old: "sqlite3.Connection", path: Path, key: LedgerKey, public: Collection[str]
    ) -> None:
        self._old = old
        self._path = path
        self._key = key
        self._public = public
        self._digests: dict[bytes, bytes] = {}
        """By the old digest of each transaction its new one."""
        self._forgotten = frozenset(
            mailing
            for (mailing,) in old.execute(
                "SELECT DISTINCT mailing FROM entries JOIN transactions USING (number) WHERE salt IS NULL"
            )
        )

    def write(self, part: Path, facts: tuple[str, str], at: str) -> int:
        """Write the new file, and see that it is on the disk."""
        import sqlite3

        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(part, isolation_level=None)) as new:
            new.execute("PRAGMA journal_mode = MEMORY")
            new.execute("BEGIN")
            build(new, *facts)
            head = b""
            for head, one, rows in self._transactions():
                made = self._renewed(head, one, rows)
                self._digests[head] = made[0].digest
                recording.insert(new, *made)
            about = {"from": 1, "head": self._key.mark("head", head.hex()).hex()}
            recording.append(new, at, "upgrade", "", about)
            new.execute("COMMIT")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        return len(self._digests)

    def _transactions(self) -> Iterator[tuple[bytes, Transaction, list[Row]]]:
        for number, digest, *values in self._old.execute(
            f"SELECT number, {', '.join(_OLD)} FROM transactions ORDER BY number"
        ).fetchall():
            rows = self._old.execute(
                f"SELECT {', '.join(OF_VERSION_1)} FROM entries WHERE number = ? ORDER BY place", (number,)
            ).fetchall()
            one = Transaction(*values)
            if (one.digest, one.count, one.entries) != (digest, len(rows), _digest_of_version_1(rows)):
                raise OutputError.of(
                    "ledger-damaged",
                    f"`{self._path}` is damaged or was altered: transaction {number} is not as recorded.",
                    "restore it from a copy, then run `lettergen ledger upgrade` again.",
                )
            yield digest, one, rows

    def _renewed(self, old: bytes, one: Transaction, rows: list[Row]) -> tuple[Transaction, list[Row]]:
        rows = [self._row(row, is_single=one.mailing == SINGLE) for row in rows]
        is_forgotten = one.mailing in self._forgotten if one.act == "plan" else _is_forgotten(rows)
        act, about, seal = self._about(one)
        salt = self._secret("salt", old)[:SALT] if seal else None
        if seal and salt:
            about["seal"] = seal_commitment(seal, salt)
            if is_forgotten:
                about["seal"], seal, salt = self._secret("forgotten", old).hex(), None, None
        made = replace(
            one,
            previous=self._moved(one.previous),
            act=act,
            about=json.dumps(about, separators=(",", ":")),
            entries=entries_digest(rows),
            seal=seal,
            seal_salt=salt,
        )
        return made, rows

    def _about(self, one: Transaction) -> tuple[str, dict[str, Any], bytes | None]:
        """Return act, further facts and seal of a transaction."""
        about: Mapping[str, Any] = json.loads(one.about)
        if one.act == "plan":
            seal = self._key.mark("plan", about["plan"])
            return one.act, {"letters": about["letters"], "countries": about["countries"], "seal": ""}, seal
        if one.act == "volume" and one.mailing == SINGLE:
            return "letter", {"channel": about["channel"]}, None
        if one.act == "volume":
            sealed = self._key.mark("volume", about["key"]) if about["key"] else None
            return one.act, {"channel": about["channel"], "volume": about["volume"], "seal": ""}, sealed
        if one.act == "merge":
            head, *lost = (self._moved(bytes.fromhex(one)).hex() for one in (about["head"], *about["lost"]))
            return one.act, {**about, "head": head, "lost": sorted(lost)}, None
        return one.act, dict(about), None

    def _row(self, row: Row, *, is_single: bool) -> Row:
        new = list(row)
        if row[_AT["salt"]] is None:
            new[_AT["letter"]] = stand_in(row[_AT["letter"]][:-4])
        if _MESSAGE.fullmatch(row[_AT["item"]] or ""):
            new[_AT["item"]] = recording.message_mark(row[_AT["item"]], self._key)
        if is_single:
            # They were taken from the name of the file.
            new[_AT["template"]] = row[_AT["template"]] if row[_AT["template"]] in self._public else ""
            new[_AT["recipient"]] = row[_AT["recipient"]] if row[_AT["recipient"]] in self._public else None
        known = dict(zip(OF_VERSION_1, new, strict=True))
        # Which case a letter was about, it did not say.
        known["matter"] = None if known["salt"] is None else b""
        return tuple(known.get(name) for name in COLUMNS)

    def _moved(self, digest: bytes) -> bytes:
        """Return the new digest for an old one; one of a transaction that is lost stays unlike all others."""
        if not any(digest):
            return digest
        return self._digests.get(digest) or self._secret("lost", digest)

    def _secret(self, kind: str, digest: bytes) -> bytes:
        return hmac.digest(self._key.secret, f"upgrade {kind}\0".encode() + digest, hashlib.sha256)


def _digest_of_version_1(rows: list[Row]) -> bytes:
    """Return the digest over the entries of a transaction as version 1 made it."""
    told = [[*row[: len(PUBLIC)], _commitment_of_version_1(row).hex()] for row in rows]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode("ascii")).digest()


def _commitment_of_version_1(row: Row) -> bytes:
    *_, letter, sender, content, files, text, item, note, salt, is_kept = row
    if salt is None:
        return bytes(is_kept)
    who = f"#{sender.hex()}" if isinstance(sender, bytes) else sender or ""
    marks = f"{letter.hex()}\n{who}\n{content.hex()}\n{files.hex()}\n{text.hex()}"
    return hashlib.sha256(salt + f"{marks}\n{item or ''}\n{note or ''}".encode()).digest()


def _is_forgotten(rows: list[Row]) -> bool:
    return any(row[COLUMNS.index("salt")] is None for row in rows)
