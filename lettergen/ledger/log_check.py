"""Whether a ledger's log is whole: SQLite skips what is damaged there without a word.

SQLite takes the frames of `ledger.sqlite-wal` up to the first whose checksum is
wrong (SQLite file format, 4.4), for that is how a transaction ends which the
power was cut off from. A flipped bit looks alike, and would take away transactions
that had been reported as done: letters that were sent would be sent again.
"""

import struct
import sys
import time
from array import array
from pathlib import Path

from lettergen.errors import OutputError

__all__ = ["refuse_damaged_log"]

HEADER, FRAME = 32, 24
TRIES = 3
PAUSE = 0.1
"""Seconds; what another command is just writing is whole by then."""


def refuse_damaged_log(path: Path) -> None:
    """See that nothing of the log is lost.

    Raises:
        OutputError: A part of it is damaged, and what was recorded there or later is not read.
    """
    log = path.with_name(f"{path.name}-wal")
    before = b""
    for _ in range(TRIES):
        found = _damage(log)
        if not found:
            return
        if found == before:
            raise OutputError.of(
                "ledger-damaged",
                f"the log `{log}` is damaged: what was recorded last in `{path}` cannot be read. "
                "Nothing was changed or deleted.",
                "restore both from a copy; or look up which letters went out last, move all files "
                f"`{path.name}*` into a folder `damaged`, recover the rest with `lettergen ledger merge "
                f"damaged/{path.name}`, and record those letters.",
            )
        before = found
        time.sleep(PAUSE)


def _damage(log: Path) -> bytes:
    """Return the beginning of what SQLite would skip though it was written; nothing if there is none."""
    try:
        data = log.read_bytes()
    except OSError:
        return b""
    head = data[:HEADER]
    if len(head) < HEADER or not any(head):
        return b""
    magic, _, size, _, *salts, first, second = struct.unpack(">8I", head)
    order = "big" if magic & 1 else "little"
    if magic & ~1 != 0x377F0682 or _sums(head[:24], (0, 0), order) != (first, second):
        return head
    sums = (first, second)
    for start in range(HEADER, len(data) - FRAME - size + 1, FRAME + size):
        frame = data[start : start + FRAME + size]
        *its_salts, first, second = struct.unpack(">4I", frame[8:FRAME])
        sums = _sums(frame[:8] + frame[FRAME:], sums, order)
        if its_salts != salts or sums != (first, second):
            # What was left from before the log began anew has two other salts.
            return frame if any(map(int.__eq__, its_salts, salts)) else b""
    return b""


def _sums(data: bytes, before: tuple[int, int], order: str) -> tuple[int, int]:
    """Return the checksum of SQLite's log over ``data``, going on from the one before."""
    words = array("I", data)
    if order != sys.byteorder:
        words.byteswap()
    one, two = before
    for at in range(0, len(words), 2):
        one = (one + words[at] + two) & 0xFFFFFFFF
        two = (two + words[at + 1] + one) & 0xFFFFFFFF
    return one, two
