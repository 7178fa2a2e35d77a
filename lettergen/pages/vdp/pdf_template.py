"""A mould's file: everything that its letters share, as bytes with gaps for personal lines."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import md5

from lettergen.pages.vdp.mould_parts import PdfObject
from lettergen.pages.vdp.slots import DoesNotHoldError, Slot

__all__ = [
    "Beginning",
    "GapStream",
    "PdfTemplate",
    "Piece",
    "StoredObject",
    "dictionary",
    "packed_objects",
    "pdf_template",
    "thing_of",
]

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
# Less than this between two personal lines goes along with them; more is a stream of its own, packed once.
_WORTH_A_STREAM = 600
# The best takes twice the time for a font, and saves some six bytes of fifteen thousand.
_BEST, _GOOD = 9, 6


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of the file: its dictionary, and a stream's bytes as they are stored."""

    data: bytes
    stream: bytes | None = None
    entries: Mapping[str, bytes] = field(default_factory=dict)
    """The dictionary's entries."""

    @property
    def whole(self) -> bytes:
        """All of it as it stands between ``obj`` and ``endobj``."""
        if self.stream is None:
            return self.data
        return b"%b\nstream\n%b\nendstream" % (self.data, self.stream)


Piece = bytes | int
"""Operators that are the same in all letters, or which slot is filled."""


@dataclass(frozen=True, slots=True)
class GapStream:
    """A stream of a page in which personal lines stand."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class PdfTemplate:
    """A file with gaps."""

    things: Mapping[int, StoredObject]
    """All objects but the personal ones, by number."""
    runs: tuple[GapStream, ...]
    """The personal streams, in the order of their numbers."""
    root: int
    info: int
    pages: tuple[int, ...]
    """Numbers of the page objects."""

    def closed(self, fonts: Mapping[int, StoredObject]) -> "Beginning":
        """Return the file up to the personal streams, with these objects in place of those of its fonts."""
        things = {**self.things, **fonts}
        out = [_HEADER]
        at = len(_HEADER)
        package = max(things) + 1
        where: dict[int, tuple[int, int, int]] = {}
        loose: list[tuple[int, bytes]] = []
        for number in sorted(things):
            thing = things[number]
            if thing.stream is None:
                where[number] = (2, package, len(loose))
                loose.append((number, thing.data))
                continue
            where[number] = (1, at, 0)
            out.append(b"%d 0 obj\n%b\nendobj\n" % (number, thing.whole))
            at += len(out[-1])
        where[package] = (1, at, 0)
        out.append(b"%d 0 obj\n%b\nendobj\n" % (package, packed_objects(loose).whole))
        prefix = b"".join(out)
        rows = b"".join(_row(*where.get(number, (0, 0, 0))) for number in range(package + 1))
        packer = zlib.compressobj(_BEST)
        head = packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH)
        digest = md5(prefix, usedforsecurity=False).digest()
        return Beginning(self, prefix, digest, head, zlib.adler32(rows), package + 1 + len(self.runs) + 1)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The file of all letters whose own lines need the same characters, up to these lines."""

    template_file: PdfTemplate
    prefix: bytes
    digest: bytes
    rows: bytes
    """Rows of the cross-reference stream for `prefix`, packed."""
    check: int
    """Checksum of the unpacked rows."""
    size: int
    """How many objects a letter's file has."""

    def letter(self, streams: Sequence[bytes]) -> bytes:
        """Return the file with these personal streams, each packed already."""
        parts = [self.prefix]
        at = len(self.prefix)
        rows = b""
        digest = md5(self.digest, usedforsecurity=False)
        for run, stream in zip(self.template_file.runs, streams, strict=True):
            part = b"%d 0 obj\n<</Filter /FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (
                run.number,
                len(stream),
                stream,
            )
            rows += _row(1, at, 0)
            digest.update(stream)
            parts.append(part)
            at += len(part)
        rows += _row(1, at, 0)
        parts.append(self._references(rows, digest.hexdigest().encode(), at))
        return b"".join(parts)

    def _references(self, rows: bytes, identity: bytes, at: int) -> bytes:
        """Return the cross-reference stream: rows packed long ago, then those of this letter as they are."""
        length = len(rows)
        stored = b"\x01" + length.to_bytes(2, "little") + (0xFFFF - length).to_bytes(2, "little") + rows
        check = zlib.adler32(rows, self.check).to_bytes(4, "big")
        stream = self.rows + stored + check
        return (
            b"%d 0 obj\n<</Type /XRef/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R/ID [(%b) (%b)]"
            b"/Filter /FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        ) % (
            self.size - 1,
            self.size,
            self.template_file.root,
            self.template_file.info,
            identity,
            identity,
            len(stream),
            stream,
            at,
        )


@lru_cache(maxsize=32)
def _packed(data: bytes, level: int) -> bytes:
    """Return ``data`` packed; kept, as moulds of a mailing share much."""
    return zlib.compress(data, level)


def pdf_template(objects: Iterable[PdfObject], root: int, info: int, places: Sequence[Slot]) -> PdfTemplate:
    """Cut a finished file at its personal lines.

    Args:
        objects: Its objects, as `pdf_objects.pdf_parts` gives them.
        root: Number of the catalogue.
        info: Number of the information dictionary.
        places: Where the personal lines stand.

    Raises:
        DoesNotHoldError: A line is not where it was laid out.
    """
    things: dict[int, StoredObject] = {}
    operators: dict[int, list[bytes]] = {}
    for number, content, entries in objects:
        if isinstance(content, list):
            operators[number] = content
        things[number] = thing_of(content, entries)
    pages = [number for number, thing in things.items() if thing.entries.get("Type") == b"/Page"]
    streams = []
    for at, page in enumerate(pages):
        here = {index: place for index, place in enumerate(places) if place.page == at}
        contents = int(things[page].entries["Contents"].split()[0])
        del things[contents]
        streams.append(_parted(_cut(operators[contents], here)))
    runs = _put(things, pages, streams)
    return PdfTemplate(things, runs, root, info, tuple(pages))


def _put(
    things: dict[int, StoredObject], pages: Sequence[int], streams: Sequence[Sequence[Sequence[Piece]]]
) -> tuple[GapStream, ...]:
    """Put the streams of the pages in place of those that were cut up; return those with gaps."""
    free = max(things) + 1
    still = sum(not _has_gaps(part) for parts in streams for part in parts)
    # The object stream comes first, then the streams that each letter has of its own.
    gap = free + still + 1
    runs: list[GapStream] = []
    for page, parts in zip(pages, streams, strict=True):
        numbers = []
        for part in parts:
            if _has_gaps(part):
                runs.append(GapStream(gap, tuple(part)))
                numbers.append(gap)
                gap += 1
            else:
                things[free] = thing_of([piece for piece in part if isinstance(piece, bytes)], {})
                numbers.append(free)
                free += 1
        listed = b"[" + b" ".join(b"%d 0 R" % number for number in numbers) + b"]"
        entries = {**things[page].entries, "Contents": listed}
        things[page] = StoredObject(dictionary(entries), None, entries)
    return tuple(runs)


def _has_gaps(part: Sequence[Piece]) -> bool:
    return any(isinstance(piece, int) for piece in part)


def _row(kind: int, place: int, index: int) -> bytes:
    """Return a row of the cross-reference stream (ISO 32000-1, 7.5.8.3)."""
    return kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")


def packed_objects(loose: Sequence[tuple[int, bytes]], level: int = _BEST) -> StoredObject:
    """Return an object stream of these objects."""
    heads, bodies, at = [], [], 0
    for number, data in loose:
        heads.append(b"%d %d" % (number, at))
        bodies.append(data)
        at += len(data) + 1
    head = b" ".join(heads) + b"\n"
    stream = zlib.compress(head + b"\n".join(bodies), level)
    entries = b"<</Type /ObjStm/N %d/First %d/Filter /FlateDecode/Length %d>>"
    return StoredObject(entries % (len(loose), len(head), len(stream)), stream)


def thing_of(content: bytes | Sequence[bytes], entries: Mapping[str, bytes]) -> StoredObject:
    """Return an object as it is stored; a stream's operators are packed."""
    if isinstance(content, bytes):
        return StoredObject(content, None, entries)
    data = b"\n".join(content)
    if "Filter" not in entries:
        data = _packed(data, _GOOD if "Length1" in entries else _BEST)
        entries = {**entries, "Filter": b"/FlateDecode"}
    entries = {**entries, "Length": b"%d" % len(data)}
    return StoredObject(dictionary(entries), data, entries)


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    """Return a dictionary as it stands in a file."""
    return b"<<" + b"".join(b"/%b %b" % (key.encode(), value) for key, value in entries.items()) + b">>"


def _cut(operators: Sequence[bytes], places: Mapping[int, Slot]) -> list[Piece]:
    """Return the operators of a page, with the number of its place instead of each personal line."""
    wanted = {place.start: at for at, place in places.items()}
    if len(wanted) != len(places):
        raise DoesNotHoldError("two lines in one place")
    pieces: list[Piece] = []
    still: list[bytes] = []
    rest = iter(operators)
    for operator in rest:
        at = wanted.pop(operator + b"\n", None)
        if at is None:
            still.append(operator)
            continue
        pieces += (b"\n".join(still) + b"\n", at)
        still = [b"", next(operator for operator in rest if operator == b"ET")]
    if wanted:
        raise DoesNotHoldError("a line is not on its page")
    return [*pieces, b"\n".join(still)]


def _parted(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Part the pieces of a page into streams: those with gaps, and long stretches without."""
    parts: list[list[Piece]] = [[]]
    for at, piece in enumerate(pieces):
        is_end = at in (0, len(pieces) - 1)
        if isinstance(piece, bytes) and (is_end or len(piece) > _WORTH_A_STREAM):
            parts += [[piece], []]
        else:
            parts[-1].append(piece)
    return [part for part in parts if part and part != [b""]]
