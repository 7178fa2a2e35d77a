"""The objects of a letter's file, from a mould or typeset in full."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lettergen.pages.vdp.pdf_template import GapStream, StoredObject, dictionary

__all__ = ["PdfObjects", "opened"]


@dataclass(frozen=True, slots=True)
class PdfObjects:
    """The file of a letter, whole or of a mould."""

    things: Mapping[int, StoredObject]
    root: int
    info: int
    pages: tuple[int, ...]
    runs: tuple[GapStream, ...]
    fonts: Mapping[int, int] = field(default_factory=dict)
    """Under which number a font stands in the volume: those of a mould, which are written when it is known
    what all letters need."""


def opened(pdf: bytes) -> PdfObjects:
    """Return the objects of a letter that was typeset in full."""
    import pikepdf

    things = {}
    with pikepdf.open(BytesIO(pdf)) as document:
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
        info = document.trailer["/Info"].objgen[0]
        return PdfObjects(things, document.Root.objgen[0], info, pages, ())


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
