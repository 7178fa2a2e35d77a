"""Whether a ledger's bytes are sound: those that were found so last time, or each is looked at again."""

from collections import Counter
from contextlib import suppress
from hashlib import blake2b, file_digest
from pathlib import Path

from lettergen import cache

__all__ = ["connected", "disconnected", "distrust", "is_known", "remember"]

CACHE = "ledgers"
_open: Counter[Path] = Counter()
_damaged: set[Path] = set()


def is_known(path: Path) -> bool:
    """Say whether a ledger has the bytes of one that was found sound, or that lettergen has closed."""
    found = _digest(path)
    return bool(found) and cache.kept(_place(path)) == found


def remember(path: Path) -> None:
    """Keep the digest of a sound ledger in the cache, from which nothing of the ledger can be read."""
    if path.absolute() not in _damaged and (found := _digest(path)):
        with suppress(OSError):
            cache.folder(CACHE)
            cache.keep(_place(path), found)


def connected(path: Path) -> None:
    """Take note that this process has a ledger open."""
    _open[path.absolute()] += 1


def disconnected(path: Path) -> None:
    """Take note that it has closed it."""
    _open[path.absolute()] -= 1


def distrust(path: Path) -> None:
    """Take note that a ledger was damaged while it was open."""
    _damaged.add(path.absolute())


def _digest(path: Path) -> bytes:
    """Return the digest of a ledger's file; nothing where its log holds a part of it.

    While this process has the file open, it must not be opened and closed besides:
    SQLite would lose its locks (How to corrupt an SQLite database file, 2.2).
    """
    log = path.with_name(f"{path.name}-wal")
    if _open[path.absolute()] > 0 or (log.exists() and log.stat().st_size):
        return b""
    with suppress(OSError), path.open("rb") as file:
        return file_digest(file, blake2b).digest()
    return b""


def _place(path: Path) -> Path:
    # One of 256 places, so that the cache stays small; who loses it to another ledger is examined again.
    name = blake2b(str(path.absolute()).encode(errors="surrogateescape"), digest_size=1)
    return cache.folder(CACHE) / name.hexdigest()
