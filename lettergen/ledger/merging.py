"""Merges ledgers of one campaign: every transaction is copied as it was recorded."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import OutputError
from lettergen.ledger import forgetting, queries, recording
from lettergen.ledger.chain import COLUMNS, FIRST
from lettergen.ledger.key import MARK
from lettergen.ledger.proof import StoredTransaction, kept, surveyed
from lettergen.ledger.recording import NAME
from lettergen.ledger.rescue import told
from lettergen.ledger.schema import is_meta_whole, meta_of

if TYPE_CHECKING:
    import sqlite3

    from lettergen.ledger.chain import Row

__all__ = ["Merged", "merge"]

_AT = {name: place for place, name in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A letter of one mailing that was made in both, and not the same."""

    mailing: str
    recipient: str | None
    template: str
    letter: str
    """Its mark, as `ledger export` shows it."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of merging another ledger."""

    transactions: int
    """New transactions."""
    entries: int
    known: int
    """Transactions that were here already."""
    lost: int
    """Transactions of a damaged ledger that could not be taken over."""
    forgotten: int
    """Entries that are forgotten there, and now here."""
    conflicts: tuple[Conflict, ...]


def merge(connection: "sqlite3.Connection", path: Path, other: Path, at: str) -> Merged:
    """Copy what another ledger of this campaign has and this one lacks.

    Transactions are copied whole and unchanged, so that they can still be
    proved; one more records the merge. Merging again changes nothing. From a damaged
    ledger, what is intact is copied. What is forgotten there is forgotten here.

    Args:
        connection: This campaign's ledger, open for writing.
        path: Its file.
        other: The other's file; only read.
        at: Now.

    Raises:
        OutputError: It is not a ledger, is of a newer version, or has another key.
    """
    if not other.is_file():
        raise OutputError.of(
            "no-ledger", f"there is no ledger `{other}`.", "name the file, or the folder it is in."
        )
    with told(other), surveyed(other) as (theirs, _):
        _check(connection, theirs, other)
        with told(path), recording.transaction(connection):
            return _Merge(connection).run(kept(theirs), at)


def _check(connection: "sqlite3.Connection", theirs: "sqlite3.Connection", other: Path) -> None:
    """Refuse what is known to be another's; a damaged ledger need not say whose it is."""
    import sqlite3

    from lettergen.ledger.opening import refuse_foreign

    refuse_foreign(theirs, other)
    try:
        their_facts = meta_of(theirs)
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return
    if not is_meta_whole(their_facts):
        return
    facts = meta_of(connection)
    if facts["key"] != their_facts.get("key"):
        raise OutputError.of(
            "ledger-key-differs",
            f"`{other}` has another `ledger.key`, so the same person has different marks in both.",
            "keep them separate; next time run `lettergen ledger start` once, then copy the whole folder.",
        )
    if facts["campaign"] != their_facts.get("campaign"):
        raise OutputError.of(
            "ledger-of-another-campaign",
            f"`{other}` belongs to a campaign with another name.",
            "merge only ledgers of one campaign, or set the same `name` in both lettergen.toml files.",
        )


class _Merge:
    def __init__(self, connection: "sqlite3.Connection") -> None:
        self._connection = connection
        self._numbers = dict(connection.execute("SELECT digest, number FROM transactions"))
        self._new = self._entries = self._known = self._lost = self._forgotten = 0
        self._conflicts: dict[str, Conflict] = {}
        self._missing: set[bytes] = set()
        self._head = FIRST

    def run(self, theirs: Iterator[tuple[int, StoredTransaction | None]], at: str) -> Merged:
        """Take over everything, then write down that it was."""
        seen = {FIRST, *self._numbers}
        for _, one in theirs:
            if one is None or not one.is_whole:
                self._lost += 1
                continue
            if one.one.previous not in seen:
                self._missing.add(one.one.previous)
            seen.add(one.stored)
            self._head = one.stored
            if one.stored in self._numbers:
                self._known += 1
                self._forget_too(self._numbers[one.stored], one)
            else:
                self._take(one)
        if self._new or self._forgotten:
            about = {
                "head": self._head.hex(),
                "transactions": self._new,
                "lost": sorted(m.hex() for m in self._missing),
            }
            recording.append(self._connection, at, "merge", "", about)
        return Merged(
            *(self._new, self._entries, self._known, self._lost, self._forgotten),
            tuple(self._conflicts.values()),
        )

    def _take(self, one: StoredTransaction) -> None:
        if one.one.act == "volume":
            self._compare(one.one.mailing, one.rows)
        recording.insert(self._connection, one.one, one.rows)
        self._new += 1
        self._entries += len(one.rows)

    def _compare(self, mailing: str, rows: "Sequence[Row]") -> None:
        theirs = {row[_AT["letter"]]: row for row in rows if row[_AT["state"]] == "made" and row[_AT["salt"]]}
        times = Counter(mark for row in theirs.values() for mark in _sums(row))
        for mark, mine in queries.rows(self._connection, mailing, theirs).items():
            row = theirs[mark]
            # A file of a whole volume is that of several letters, and says nothing of one.
            own = {one for one in _sums(row) if times[one] == 1}
            is_alike = mine[_AT["content"]] == row[_AT["content"]] and own <= _sums(mine)
            if mine[_AT["state"]] == "made" and not is_alike:
                found = Conflict(mailing, row[_AT["recipient"]], row[_AT["template"]], mark.hex())
                self._conflicts[f"{mailing}/{found.letter}"] = found

    def _forget_too(self, number: int, one: StoredTransaction) -> None:
        rows = one.rows
        if one.one.is_seal_forgotten:
            forgetting.unseal(self._connection, [number])
        if all(row[_AT["salt"]] for row in rows):
            return
        mine = self._connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM entries WHERE number = ? ORDER BY place", (number,)
        ).fetchall()
        for place, (row, own) in enumerate(zip(rows, mine, strict=True)):
            if row[_AT["salt"]] is None and own[_AT["salt"]] is not None:
                forgetting.scrub(self._connection, number, place, own, row[_AT["letter"]])
                self._forgotten += 1


def _sums(row: "Row") -> set[bytes]:
    """Return the marks of the files' check sums; where a file lay is no difference."""
    marks: bytes = row[_AT["files"]]
    return {marks[at + NAME : at + NAME + MARK] for at in range(0, len(marks), NAME + MARK)}
