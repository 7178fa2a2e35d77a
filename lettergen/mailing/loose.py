"""Letters on their way into the file of all letters of a volume, and check sums of what begins alike."""

import hashlib
from pathlib import Path
from typing import Any

from lettergen.mailing import shelf

__all__ = ["Loose", "Sums"]

MOST_BYTES = 32 << 20
"""Of letters that were set in full; what is above waits on the disk."""
MOST_BEGINNINGS = 64


class Loose:
    """Letters of a volume that are in no file of their own."""

    def __init__(self, part: Path) -> None:
        """Hold nothing yet; what is too much for the memory goes into the folder ``part``."""
        self._part = part
        self._held: dict[int, tuple[Any, bytes | Path]] = {}
        self._bytes = 0

    def put(self, number: int, cast: Any, pdf: bytes) -> None:
        """Keep a letter: what it was cast from, else its file.

        Raises:
            OutputError: The disk does not take it.
        """
        if cast is not None:
            self._held[number] = (cast, b"")
            return
        if self._bytes + len(pdf) <= MOST_BYTES:
            self._bytes += len(pdf)
            self._held[number] = (None, pdf)
            return
        path = self._part / f".loose-{number}"
        shelf.fill(path, pdf)
        self._held[number] = (None, path)

    def get(self, number: int) -> tuple[Any, bytes]:
        """Return what a letter was cast from, or its file; neither if it is not here."""
        cast, pdf = self._held.get(number, (None, b""))
        if not isinstance(pdf, Path):
            return cast, pdf
        data = pdf.read_bytes()
        pdf.unlink()
        return cast, data

    def drop(self, number: int) -> None:
        """Forget a letter."""
        self._held.pop(number, None)

    def __contains__(self, number: object) -> bool:
        """Say whether a letter is here."""
        return number in self._held


class Sums:
    """Check sums of many files that begin with the same bytes, which are read once."""

    def __init__(self) -> None:
        """Know no beginning yet."""
        self._known: dict[int, tuple[bytes, Any]] = {}

    def of(self, data: bytes, shared: bytes = b"") -> str:
        """Return the sha256 of a file, of which ``shared`` is known to be the beginning."""
        known = self._known.get(id(shared))
        if known is None:
            if len(self._known) >= MOST_BEGINNINGS:
                self._known.clear()
            # Held with its sum, so that nothing else gets its identity.
            known = self._known[id(shared)] = (shared, hashlib.sha256(shared))
        whole = known[1].copy()
        whole.update(memoryview(data)[len(shared) :])
        return str(whole.hexdigest())
