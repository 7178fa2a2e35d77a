"""The objects of a letter's file: of a mould, typeset in full, or part of a volume."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, BinaryIO

from lettergen.pages.vdp.pdf_template import GapStream, StoredObject, dictionary

__all__ = ["PdfObjects", "opened"]

_INHERITED = ("MediaBox", "Resources")


@dataclass(frozen=True, slots=True)
class PdfObjects:
    """The file of a letter, whole or of a mould; or the pages of one letter in a volume."""

    things: Mapping[int, StoredObject]
    root: int
    info: int
    pages: tuple[int, ...]
    runs: tuple[GapStream, ...]
    fonts: Mapping[int, int] = field(default_factory=dict)
    """Under which number a font stands in the volume: those of a mould, which are written when it is known
    what all letters need."""

    def part(self, first: int, count: int) -> "PdfObjects":
        """Return so many pages from one on, counted from 0."""
        return replace(self, pages=self.pages[first : first + count])

    def size(self, page: int) -> tuple[float, float]:
        """Return width and height of a page, in points."""
        box = self.things[self.pages[page]].entries["MediaBox"]
        left, bottom, right, top = map(float, box.strip(b"[]").split())
        return right - left, top - bottom

    @property
    def metadata(self) -> bytes:
        """What the file says of itself; empty: nothing."""
        named = self.things[self.root].entries.get("Metadata")
        if named is None:
            return b""
        thing = self.things[int(named.split()[0])]
        stream = thing.stream or b""
        return zlib.decompress(stream) if "Filter" in thing.entries else stream


def opened(pdf: bytes | BinaryIO) -> PdfObjects:
    """Return the objects of a finished file.

    Raises:
        pikepdf.PdfError: It is no PDF, or damaged.
    """
    import pikepdf

    things = {}
    with pikepdf.open(BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as document:
        for page in document.pages:
            for name in _INHERITED:
                if f"/{name}" not in page.obj and f"/{name}" in page:
                    page.obj[f"/{name}"] = page[f"/{name}"]
        for thing in document.objects:
            stored, entries = None, {}
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                entries = {key[1:]: _unparsed(value) for key, value in thing.items()}
            if isinstance(thing, pikepdf.Stream):
                stored = thing.read_raw_bytes()
                data = dictionary(entries)
            else:
                data = _unparsed(thing, whole=True)
            things[thing.objgen[0]] = StoredObject(data, stored, entries)
        pages = tuple(page.obj.objgen[0] for page in document.pages)
        info = document.trailer.get("/Info")
        return PdfObjects(things, document.Root.objgen[0], info.objgen[0] if info else 0, pages, ())


def _unparsed(value: Any, *, whole: bool = False) -> bytes:
    """Return an object as it stands in a file; as a reference if it has a number and is not wanted whole."""
    import pikepdf

    if isinstance(value, pikepdf.Object) and (whole or not value.is_indirect):
        return value.unparse(resolved=whole)
    if isinstance(value, pikepdf.Object):
        return b"%d 0 R" % value.objgen[0]
    return _scalar(value)


def _scalar(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return str(value).encode()
