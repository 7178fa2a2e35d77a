"""Whether the chain holds, and what is whole in a damaged ledger; changes nothing."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lettergen.errors import OutputError, Problem
from lettergen.ledger.chain import (
    COLUMNS,
    FIRST,
    TRANSACTION,
    Row,
    Transaction,
    entries_digest,
    is_consistent,
)
from lettergen.ledger.key import LedgerKey
from lettergen.ledger.schema import APPLICATION, VERSION, head_of, is_meta_whole, is_ours, meta_of

if TYPE_CHECKING:
    import sqlite3

__all__ = ["LedgerProof", "StoredTransaction", "examine", "kept", "lost_head", "surveyed"]

SHORTEST_HEAD = 8
"""Minimum number of digits of a head."""
GIVES_UP = 1_000
"""Numbers in a row under which nothing can be read, after which a damaged ledger has no more."""

_SALT, _DAY = COLUMNS.index("salt"), COLUMNS.index("day")


@dataclass(frozen=True, slots=True)
class StoredTransaction:
    """A transaction as it was found."""

    number: int
    stored: bytes
    """The digest that stands in the file."""
    one: Transaction
    rows: Sequence[Row]

    @property
    def is_whole(self) -> bool:
        """Say whether transaction and entries are, bit for bit, what was recorded."""
        return (
            self.one.digest == self.stored
            and len(self.rows) == self.one.count
            and entries_digest(self.rows) == self.one.entries
            and self.one.is_sealed
            and all(map(is_consistent, self.rows))
        )


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """What is intact in a ledger and what is not."""

    whole: int
    """Transactions that are as they were recorded."""
    found: int
    """Transactions that there are, readable or not, as far as can be seen."""
    entries: int
    forgotten: int
    last: str
    """The last whole transaction in words."""
    head: str
    """Its digest: if noted down, it proves that nothing before it has changed."""
    digests: frozenset[bytes]
    old_heads: frozenset[str]
    """Marks of the last heads before `ledger upgrade`."""
    problems: tuple[Problem, ...]


def examine(path: Path) -> LedgerProof:
    """Examine a whole ledger, damaged or not.

    Raises:
        OutputError: It cannot be opened at all.
    """
    import sqlite3

    walk = _ChainWalk(path)
    with surveyed(path) as (connection, is_readable):
        if not is_readable:
            walk.tell("ledger-damaged", _unreadable(path))
        try:
            walk.look(connection)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            walk.tell("ledger-damaged", f"SQLite cannot read `{path}` any further.")
        return walk.account()


@contextmanager
def surveyed(path: Path) -> "Iterator[tuple[sqlite3.Connection, bool]]":
    """Open a ledger to look at, however damaged, and say whether SQLite reads it as it is."""
    import sqlite3

    if path.exists() and not path.is_file():
        raise OutputError.of(
            "not-a-file", f"`{path}` is not a regular file.", "put the ledger file itself there."
        )
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN")  # one state of it, whatever other commands record meanwhile
            connection.execute("SELECT count(*) FROM transactions").fetchone()
            is_readable = True
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            # Without this, nothing at all is read of a file whose end is missing.
            connection.execute("PRAGMA writable_schema = ON")
            is_readable = False
        yield connection, is_readable


def _unreadable(path: Path) -> str:
    """Say what keeps SQLite from reading a ledger: that pages are missing, or the first is damaged."""
    with path.open("rb") as file:
        head = file.read(100)
    # Where the format has the size of a page and their number (SQLite file format, 1.3).
    size, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    if head.startswith(b"SQLite format 3\0") and size > 1 and path.stat().st_size < size * pages:
        return f"the end of `{path}` is cut off: {path.stat().st_size // size} of {pages} pages are there."
    return f"the first page of `{path}` is damaged."


def lost_head(account: LedgerProof, head: str | None, key: LedgerKey | None = None) -> Iterator[Problem]:
    """Yield the problem that a head, noted down earlier, is no part of the ledger.

    Its beginning will do; a head from before `ledger upgrade` is needed whole, and the key.
    """
    wanted = (head or "").strip().lower()
    if key and key.mark("head", wanted).hex() in account.old_heads:
        return
    if head is not None and not (
        len(wanted) >= SHORTEST_HEAD and any(one.hex().startswith(wanted) for one in account.digests)
    ):
        yield Problem(
            "head-not-in-chain",
            f"the head `{head}` is not in the ledger.",
            "compare the digits; if they are right, this is another ledger, or its end is cut off.",
        )


def name_of(number: int, one: Transaction) -> str:
    """Return a transaction in words: ``3 (volume 1 by post of protest-2006-12-02, recorded …)``."""
    try:
        about: Mapping[str, Any] = json.loads(one.about)
    except ValueError:
        about = {}
    volume = f" {about.get('volume')} by {about.get('channel')}" if one.act == "volume" else ""
    of = f" of `{one.mailing}`" if one.mailing else ""
    return f"{number} ({one.act}{volume}{of}, recorded {one.at})"


def kept(connection: "sqlite3.Connection") -> Iterator[tuple[int, StoredTransaction | None]]:
    """Yield every transaction in the order of recording; None where it cannot be read."""
    import sqlite3

    for number in _numbers(connection):
        try:
            found = _kept(connection, number)
        except (sqlite3.DatabaseError, TypeError, ValueError, AttributeError):
            yield number, None
            continue
        if found is not None:
            yield number, found


def _kept(connection: "sqlite3.Connection", number: int) -> StoredTransaction | None:
    row = connection.execute(
        f"SELECT digest, {', '.join(TRANSACTION)} FROM transactions WHERE number = ?", (number,)
    ).fetchone()
    if row is None:
        return None
    rows = connection.execute(
        f"SELECT {', '.join(COLUMNS)} FROM entries WHERE number = ? ORDER BY place",
        (number,),
    ).fetchall()
    found = StoredTransaction(number, row[0], Transaction(*row[1:]), rows)
    _ = found.is_whole  # a value of another kind than was put in fails here
    return found


def _numbers(connection: "sqlite3.Connection") -> Iterator[int]:
    import sqlite3

    try:
        yield from [row[0] for row in connection.execute("SELECT number FROM transactions ORDER BY number")]
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        yield from _probed(connection)


def _probed(connection: "sqlite3.Connection") -> Iterator[int]:
    """Yield numbers from 1, one look-up each: damage to one page hides only what lies on it."""
    import sqlite3

    number = misses = 0
    unread: list[int] = []
    while misses < GIVES_UP:
        number += 1
        try:
            there = connection.execute("SELECT 1 FROM transactions WHERE number = ?", (number,)).fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            there = None
        if there is None:
            misses += 1
            unread.append(number)
            continue
        yield from unread
        unread, misses = [], 0
        yield number


class _ChainWalk:
    """One walk through a ledger, from the first transaction to the last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found = self._whole = self._entries = self._forgotten = 0
        self._last: StoredTransaction | None = None
        self._digests = {FIRST}
        self._lost: set[bytes] = set()
        self._old_heads: set[str] = set()
        self._loose: list[tuple[StoredTransaction, bytes]] = []
        self._scrubbed: dict[int, str] = {}
        self._forgotten_before = ""
        self._unsealed: list[StoredTransaction] = []
        self._mailings: set[str] = set()
        """Those of which letters are forgotten."""
        self._problems: list[Problem] = []

    def look(self, connection: "sqlite3.Connection") -> None:
        """Read all there is."""
        for number, one in kept(connection):
            self._found += 1
            if one is None:
                self.tell("ledger-damaged", f"transaction {number} cannot be read.")
            elif not one.is_whole:
                self._break(f"transaction {name_of(number, one.one)} is not as recorded.")
                self._digests.add(one.stored)
            else:
                self._take(one)
        self._look_at_tables(connection)

    def _take(self, one: StoredTransaction) -> None:
        self._whole += 1
        self._last = one
        if one.one.previous not in self._digests:
            self._loose.append((one, one.one.previous))
        self._digests.add(one.stored)
        scrubbed = [row[_DAY] for row in one.rows if row[_SALT] is None]
        self._entries += len(one.rows)
        self._forgotten += len(scrubbed)
        if scrubbed:
            self._scrubbed[one.number] = max(scrubbed)
        about = json.loads(one.one.about)
        if scrubbed:
            self._mailings.add(one.one.mailing)
        if one.one.is_seal_forgotten and not scrubbed:
            self._unsealed.append(one)
        if one.one.act == "forget":
            self._forgotten_before = max(self._forgotten_before, about["before"])
        if one.one.act == "upgrade":
            self._old_heads.add(about["head"])
        if one.one.act == "merge":
            self._lost |= {bytes.fromhex(digest) for digest in about["lost"]}

    def _look_at_tables(self, connection: "sqlite3.Connection") -> None:
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            self.tell("ledger-damaged", f"pages of `{self._path}` contradict each other.")
        if not is_ours(connection):
            self._problems.append(
                Problem(
                    "ledger-altered",
                    f"the tables or triggers of `{self._path}` have been altered.",
                    "restore an earlier copy.",
                )
            )
        if head_of(connection) != (APPLICATION, VERSION):
            self.tell("ledger-damaged", f"the head of `{self._path}` is not that of this version's ledgers.")
        if not is_meta_whole(meta_of(connection)):
            self.tell("ledger-damaged", f"the table `meta` of `{self._path}` is not as it was written.")
        stray = "SELECT count(*) FROM entries WHERE number NOT IN (SELECT number FROM transactions)"
        if count := connection.execute(stray).fetchone()[0]:
            self._break(f"{count} entries belong to no transaction.")

    def tell(self, name: str, message: str) -> None:
        """Take down what the disk has done."""
        fix = "keep the file; restore the ledger from a copy, or merge what holds: `lettergen ledger merge`."
        self._problems.append(Problem(name, message, fix))

    def _break(self, message: str) -> None:
        fix = "compare it with an earlier copy; the change was made outside lettergen."
        self._problems.append(Problem("broken-chain", message, fix))

    def account(self) -> LedgerProof:
        """Return the sum of it."""
        for one, previous in self._loose:
            if previous not in self._digests | self._lost:
                self._break(f"the predecessor of transaction {name_of(one.number, one.one)} is missing.")
        for number, day in self._scrubbed.items():
            if day >= self._forgotten_before:
                self._break(f"entries of transaction {number} were scrubbed, and no `forget` covers them.")
        for one in self._unsealed:
            if one.one.act != "plan" or one.one.mailing not in self._mailings:
                self._break(f"the seal of transaction {one.number} was removed, and no letter is forgotten.")
        last = self._last
        return LedgerProof(
            whole=self._whole,
            found=self._found,
            entries=self._entries,
            forgotten=self._forgotten,
            last=name_of(last.number, last.one) if last else "",
            head=last.stored.hex() if last else "",
            digests=frozenset(self._digests - {FIRST}),
            old_heads=frozenset(self._old_heads),
            problems=tuple(self._problems),
        )
