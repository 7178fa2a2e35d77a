"""TIFF-F: pages of black and white as fax machines and servers exchange them, written tag by tag.

RFC 2306 (section 3.6 to 3.8) and RFC 3949 profile S say which tags there are;
they are written here because what Pillow writes around its strips is not that
(no T4Options, half of PageNumber left to chance). The strips are libtiff's.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from lettergen.errors import InputProblems, Problem
from lettergen.pages.fax.options import Coding, Resolution

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ROWS_PER_INCH", "WIDTH", "TiffPage", "coded", "pages_of", "pixels", "written"]

WIDTH = 1728
"""Pixels of a line, for A4 as for Letter (T.4: 1728 on 215 mm); a machine refuses every other width."""
ROWS_PER_INCH: dict[Resolution, int] = {"fine": 196, "standard": 98}
_COLUMNS_PER_INCH = 204

_SHORT, _LONG, _RATIONAL = 3, 4, 5
_FORMS = {_SHORT: "<H", _LONG: "<I"}
_SIZES = {_SHORT: 2, _LONG: 4, _RATIONAL: 8}
_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
_COMPRESSION: dict[Coding, int] = {"mh": 3, "mr": 3, "mmr": 4}
_T4_OPTIONS: dict[Coding, int] = {"mh": 0, "mr": 1}


@dataclass(frozen=True, slots=True)
class TiffPage:
    """One page, compressed."""

    rows: int
    resolution: Resolution
    coding: Coding
    strip: bytes
    """T.4 or T.6 data, the first pixel in the highest bit."""


def coded(image: "Image", resolution: Resolution, coding: Coding = "mh") -> TiffPage:
    """Compress a page of one bit a pixel, black 0, that is `WIDTH` pixels wide.

    MH and MR are the one- and two-dimensional codes of T.4, MMR is that of T.6 with its end-of-block.
    """
    from PIL import Image, ImageChops

    if image.mode != "1" or image.width != WIDTH:
        raise ValueError("a fax page has one bit a pixel and 1728 pixels a line")
    buffer = BytesIO()
    # In T.4 the first run of a line is white; Pillow's own bits are the other way round.
    options = {278: image.height}
    if coding != "mmr":
        options[292] = _T4_OPTIONS[coding]
    ImageChops.invert(image).save(
        buffer, "TIFF", compression="group4" if coding == "mmr" else "group3", tiffinfo=options
    )
    with Image.open(buffer) as made:
        tags = made.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = tags[273], tags[279]
    return TiffPage(image.height, resolution, coding, buffer.getvalue()[start : start + length])


def written(pages: Sequence[TiffPage], *, fill_order: Literal[1, 2] = 2) -> bytes:
    """Return the file: little-endian, each directory before its page, one strip a page.

    Args:
        pages: At least one.
        fill_order: 2, the first pixel in the lowest bit, is what RFC 2306 asks for and the line carries.
    """
    out = bytearray(b"II*\0" + struct.pack("<I", 8))
    for number, page in enumerate(pages):
        is_last = number == len(pages) - 1
        out += _directory(page, len(out), number, len(pages), fill_order, is_last=is_last)
        out += page.strip.translate(_REVERSED) if fill_order == 2 else page.strip
        out += b"\0" * (len(out) % 2)
    return bytes(out)


def _directory(page: TiffPage, at: int, number: int, total: int, fill_order: int, *, is_last: bool) -> bytes:
    coding = (292, _LONG, _T4_OPTIONS[page.coding]) if page.coding != "mmr" else (293, _LONG, 0)
    count = 17
    values_at = at + 2 + 12 * count + 4
    strip_at = values_at + 2 * _SIZES[_RATIONAL]
    after = strip_at + len(page.strip)
    entries: list[tuple[int, int, int]] = [
        (254, _LONG, 2),  # NewSubfileType: one page of several
        (256, _SHORT, WIDTH),
        (257, _SHORT, page.rows),
        (258, _SHORT, 1),
        (259, _SHORT, _COMPRESSION[page.coding]),
        (262, _SHORT, 0),  # 0 is white; HylaFAX re-makes every page that says otherwise
        (266, _SHORT, fill_order),
        (273, _LONG, strip_at),
        (274, _SHORT, 1),
        (277, _SHORT, 1),
        (278, _LONG, page.rows),  # one strip
        (279, _LONG, len(page.strip)),
        (282, _RATIONAL, values_at),
        (283, _RATIONAL, values_at + 8),
        coding,
        (296, _SHORT, 2),  # inches
    ]
    body = b"".join(_entry(*one) for one in entries)
    body += struct.pack("<HHIHH", 297, _SHORT, 2, number, total)
    following = 0 if is_last else after + after % 2
    return b"".join(
        (
            struct.pack("<H", count),
            body,
            struct.pack("<I", following),
            struct.pack("<IIII", _COLUMNS_PER_INCH, 1, ROWS_PER_INCH[page.resolution], 1),
        )
    )


def _entry(tag: int, kind: int, value: int) -> bytes:
    return struct.pack("<HHI", tag, kind, 1) + struct.pack(_FORMS.get(kind, "<I"), value).ljust(4, b"\0")


def pages_of(data: bytes, name: str) -> tuple[TiffPage, ...]:
    """Read a file of ours back, page by page.

    Args:
        data: The file.
        name: What to call it in a problem.

    Raises:
        InputProblems: It is not a TIFF-F with pages of 1728 pixels, as `written` makes them.
    """
    try:
        return tuple(_pages(data))
    except (struct.error, KeyError, ValueError, IndexError):
        raise InputProblems(
            [
                Problem(
                    "not-a-fax",
                    f"`{name}` is not a fax file (TIFF-F, {WIDTH} pixels per line, one strip per page).",
                    "make it with `lettergen write TEMPLATE --to ID -o letter.tif`.",
                )
            ]
        ) from None


def _pages(data: bytes) -> list[TiffPage]:
    if data[:4] != b"II*\0":
        raise ValueError("no little-endian TIFF")
    pages: list[TiffPage] = []
    (at,) = struct.unpack_from("<I", data, 4)
    seen: set[int] = set()
    while at:
        if at in seen:
            raise ValueError("directories go in a circle")
        seen.add(at)
        (count,) = struct.unpack_from("<H", data, at)
        tags = dict(_tag(data, at + 2 + 12 * number) for number in range(count))
        pages.append(_page(data, tags))
        (at,) = struct.unpack_from("<I", data, at + 2 + 12 * count)
    return pages


def _tag(data: bytes, at: int) -> tuple[int, int]:
    tag, kind, _ = struct.unpack_from("<HHI", data, at)
    if kind == _RATIONAL:
        (where,) = struct.unpack_from("<I", data, at + 8)
        (value,) = struct.unpack_from("<I", data, where)
        return tag, value
    (value,) = struct.unpack_from(_FORMS[kind], data, at + 8)
    return tag, value


def _page(data: bytes, tags: dict[int, int]) -> TiffPage:
    resolutions: dict[int, Resolution] = {196: "fine", 98: "standard"}
    codings: dict[tuple[int, int], Coding] = {(3, 0): "mh", (3, 1): "mr", (4, 0): "mmr"}
    coding = codings[tags[259], tags.get(292, 0) & 1]
    strip = data[tags[273] : tags[273] + tags[279]]
    if tags[256] != WIDTH or tags[278] < tags[257] or len(strip) != tags[279] or tags[262] != 0:
        raise ValueError("no fax page")
    if tags[266] == 2:
        strip = strip.translate(_REVERSED)
    return TiffPage(tags[257], resolutions[tags[283]], coding, strip)


def pixels(page: TiffPage) -> "Image":
    """Decode a page with libtiff: one bit a pixel, black 0."""
    from PIL import Image

    with Image.open(BytesIO(written([page]))) as image:
        return image.convert("1")
