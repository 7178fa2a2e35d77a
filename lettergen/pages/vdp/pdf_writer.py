"""Writes a PDF object by object, so that a file of any length is never held in memory."""

import zlib
from collections.abc import Callable
from hashlib import md5

from lettergen.pages.vdp.pdf_template import StoredObject, packed_objects

__all__ = ["PdfWriter"]

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_END_OF_STREAM = b"\nendstream\nendobj\n"
_TOGETHER = 1_200
"""Objects of an object stream."""
_QUICK = 4


class PdfWriter:
    """Writes objects and, at the end, where each of them is; the same objects give the same bytes."""

    def __init__(self, write: Callable[[bytes], object], *, first_free: int) -> None:
        """Begin a file.

        Args:
            write: Takes the bytes one after the other.
            first_free: The first number that is not given to an object beforehand.
        """
        self._write = write
        self._free = first_free
        self._at = 0
        self._digest = md5(usedforsecurity=False)
        self._rows: dict[int, bytes] = {}
        self._loose: list[tuple[int, bytes]] = []
        self._put(_HEADER)

    def number(self, count: int = 1) -> int:
        """Return the first of so many numbers that no object has."""
        self._free += count
        return self._free - count

    def add(self, number: int, data: bytes, stream: bytes | None = None) -> int:
        """Write an object, and return where its stream begins; 0 without one.

        Args:
            number: Of the object.
            data: Its dictionary.
            stream: A stream's bytes as they are stored.
        """
        if stream is not None:
            self._store(number, StoredObject(data, stream))
            return self._at - len(stream) - len(_END_OF_STREAM)
        self._loose.append((number, data))
        if len(self._loose) >= _TOGETHER:
            self._package()
        return 0

    def packed(self, data: bytes) -> int:
        """Write a stream of operators and return its number."""
        stream = zlib.compress(data, _QUICK)
        own = self.number()
        self.add(own, b"<</Filter/FlateDecode/Length %d>>" % len(stream), stream)
        return own

    def close(self, root: int, info: int) -> None:
        """Complete the file, of which these are the catalogue and the information dictionary."""
        self._package()
        own = self.number()
        at = self._at
        self._rows[own] = b"\x01" + at.to_bytes(5, "big") + b"\0\0"
        unused = bytes(8)
        rows = zlib.compress(b"".join(self._rows.get(number, unused) for number in range(own + 1)), _QUICK)
        identity = self._digest.hexdigest().encode()
        data = (
            b"<</Type/XRef/W[1 5 2]/Size %d/Root %d 0 R/Info %d 0 R/ID[(%b)(%b)]"
            b"/Filter/FlateDecode/Length %d>>" % (own + 1, root, info, identity, identity, len(rows))
        )
        self._put(
            b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, StoredObject(data, rows).whole, at)
        )

    def _package(self) -> None:
        if not self._loose:
            return
        loose, self._loose = self._loose, []
        own = self.number()
        place = b"\x02" + own.to_bytes(5, "big")
        self._rows.update((number, place + at.to_bytes(2, "big")) for at, (number, _) in enumerate(loose))
        self._store(own, packed_objects(loose, level=_QUICK))

    def _store(self, number: int, thing: StoredObject) -> None:
        self._rows[number] = b"\x01" + self._at.to_bytes(5, "big") + b"\0\0"
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, thing.whole))

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._at += len(data)
        self._write(data)
