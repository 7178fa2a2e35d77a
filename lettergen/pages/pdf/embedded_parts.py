"""What a PDF embeds, without the parts that no reader of PDF looks at."""

import struct
from functools import cache
from pathlib import Path

__all__ = ["colour_profile", "outlines_only"]

# ISO 32000-1, 9.9: all that a TrueType font in a PDF needs. What glyphs stand for is in `ToUnicode`, and
# the name, the metrics and the flags of the font are in its descriptor.
_NEEDED = frozenset({b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"cvt ", b"fpgm", b"prep"})
_HEAD, _ENTRY = struct.Struct(">4sHHHH"), struct.Struct(">4sIII")


@cache
def colour_profile() -> bytes:
    """Return sRGB as the profile of Little CMS has it: 588 bytes, free of copyright, ICC.1:2004-10."""
    return (Path(__file__).parent / "srgb.icc").read_bytes()


def outlines_only(font: bytes) -> bytes:
    """Return a TrueType font with the tables that are needed to draw it; any other file as it is."""
    if not font.startswith(b"\0\1\0\0") or len(font) < _HEAD.size:
        return font
    version, count, *_ = _HEAD.unpack_from(font)
    rows = (_ENTRY.unpack_from(font, _HEAD.size + at * _ENTRY.size) for at in range(count))
    kept = [row for row in rows if row[0] in _NEEDED]
    power = len(kept).bit_length() - 1
    parts = [_HEAD.pack(version, len(kept), 16 << power, power, 16 * len(kept) - (16 << power))]
    tables = []
    at = _HEAD.size + len(kept) * _ENTRY.size
    for tag, check, start, length in kept:
        parts.append(_ENTRY.pack(tag, check, at, length))
        tables.append(font[start : start + length] + bytes(-length % 4))
        at += len(tables[-1])
    return b"".join((*parts, *tables))
