"""Flips the bits of a small ledger, one by one, and asks everything that can be asked of it."""

import sqlite3
import traceback
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from lettergen.errors import LettergenError
from lettergen.ledger import Ledger, opening
from lettergen.ledger.counts import overview, report
from lettergen.ledger.export import records
from lettergen.ledger.opening import opened
from lettergen.ledger.queries import countries, items_in
from tests.ledgers import MAILING, NOW, letter

__all__ = ["PAGE", "Flips", "kinds_of_pages", "small_ledger"]

PAGE = 512
"""Bytes of a page: the smallest that there are, so that few letters need pages of every kind."""
MESSAGE = "a1" * 20
NAMES = tuple(f"s{number}" for number in range(6))
KINDS = {2: "interior", 5: "interior", 10: "leaf", 13: "leaf"}
"""By the first byte of a page of a tree (SQLite file format, 1.6)."""


def small_ledger(folder: Path) -> Path:
    """Make a ledger with every sort of transaction, of entry and of page."""
    path = folder / "ledger.sqlite"
    with Ledger.open(path, campaign="Spring", now=NOW) as ledger:
        ledger.begin(MAILING, "plan", letters=6, countries={f"state-{number}": "GB" for number in range(12)})
        for volume, names in ((1, NAMES[:3]), (2, NAMES[3:])):
            ledger.commit_volume(MAILING, "post", volume, f"k{volume}", [letter("gb", one) for one in names])
        posted = letter("gb", "s0").letter_id
        ledger.record([posted], "posted", mailing=MAILING, on="2026-01-16", items={posted: "RR473124829GB"})
        kept = [letter("gb", one).letter_id for one in ("s1", "s3", "s4")]
        ledger.record(kept, "answered", mailing=MAILING, on="2026-05-16", note="polite")
        assert ledger.claim(ledger.key_of(kept[2]), mailing=MAILING, message=MESSAGE) is False
        assert ledger.claim(ledger.key_of(letter("gb", "s5").letter_id), mailing=MAILING, message=MESSAGE)
        assert ledger.forget("2026-02-01") == 3
        ledger.commit_volume(MAILING, "email", 1, "k9", [letter("gb", "t0"), letter("gb", "t1")])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute("VACUUM")
        # Pages that are free again.
        connection.execute("CREATE TABLE room (text)")
        connection.execute("INSERT INTO room VALUES (?)", ["x" * 3 * PAGE])
        connection.execute("DROP TABLE room")
        connection.execute("PRAGMA journal_mode = WAL")
    return path


def kinds_of_pages(path: Path) -> dict[int, str]:
    """Return by number what each page is: ``leaf of entries``."""
    data = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        roots = dict(connection.execute("SELECT rootpage, name FROM sqlite_master WHERE rootpage > 0"))
    found: dict[int, str] = {}
    for root, name in {1: "sqlite_schema", **roots}.items():
        waiting = [root]
        while waiting:
            number = waiting.pop()
            page = data[(number - 1) * PAGE : number * PAGE]
            head = page[100:] if number == 1 else page
            found[number] = f"{KINDS[head[0]]} of {name}"
            if head[0] in (2, 5):
                cells = int.from_bytes(head[3:5], "big")
                at = [int.from_bytes(head[12 + 2 * one : 14 + 2 * one], "big") for one in range(cells)]
                waiting += [int.from_bytes(page[one : one + 4], "big") for one in at]
                waiting.append(int.from_bytes(head[8:12], "big"))
    trunk = int.from_bytes(data[32:36], "big")
    while trunk:
        found[trunk] = "free trunk"
        start = (trunk - 1) * PAGE
        count = int.from_bytes(data[start + 4 : start + 8], "big")
        for one in range(count):
            found[int.from_bytes(data[start + 8 + 4 * one : start + 12 + 4 * one], "big")] = "free leaf"
        trunk = int.from_bytes(data[start : start + 4], "big")
    return {number: found.get(number, "overflow") for number in range(1, len(data) // PAGE + 1)}


class Flips:
    """A ledger, what it answers, and what comes of it with one bit flipped."""

    def __init__(self, path: Path) -> None:
        """Ask everything once."""
        self.path = path
        self.data = path.read_bytes()
        self.pages = len(self.data) // PAGE
        self.right = self._answers()
        self.faults: list[str] = []

    def tried(self, bits: Iterable[int]) -> Counter[str]:
        """Flip bits one by one; return how often it was told, harmless, or neither."""
        found: Counter[str] = Counter()
        try:
            for bit in bits:
                found[self._tried(bit)] += 1
        finally:
            self._write(self.data)
        return found

    def without_looking(self, every: int) -> Counter[str]:
        """Do the same for some bits with a ledger that trusts its file."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(opening, "refuse_unsound", lambda _: None)
            return self.tried(range(0, len(self.data) * 8, every))

    def _tried(self, bit: int) -> str:
        flipped = bytearray(self.data)
        flipped[bit // 8] ^= 1 << bit % 8
        self._write(flipped)
        try:
            return "harmless" if self._answers() == self.right else "another answer"
        except LettergenError:
            return "told"
        except Exception:
            self.faults.append(f"bit {bit}: {traceback.format_exc()}")
            return "traceback"

    def _write(self, data: bytes | bytearray) -> None:
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self.path.write_bytes(data)

    def _answers(self) -> list[object]:
        pairs = [("gb", f"{one}{number}", "protest") for one in "st" for number in range(7)]
        with Ledger.open(self.path, campaign="Spring", now=NOW) as ledger:
            answers: list[object] = [
                ledger.mailings(),
                ledger.volume_keys(MAILING),
                ledger.letter_keys(MAILING),
                ledger.letter_keys(MAILING, ("email", 1)),
                ledger.standings(MAILING),
                ledger.already_written(pairs),
                ledger.already_written(pairs, besides=MAILING),
                ledger.places_of_message(MESSAGE),
                ledger.due("2027-01-01"),
            ]
        with opened(self.path) as connection:
            answers += [overview(connection), report(connection)]
            answers += records(connection, countries(connection))
        return [*answers, items_in(self.path)]
