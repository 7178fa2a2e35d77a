"""Whether a font file is intact, and gives pages that look the same everywhere."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from lettergen.facts.regular_files import open_regular

__all__ = ["fault"]

_LARGEST = 64_000_000
# OpenType 1.9.1 asks for `OS/2` and `post` as well; older fonts print well without.
_NEEDED = ("cmap", "head", "hhea", "hmtx", "maxp", "name")
_READ = ("OS/2", "post", "hhea", "maxp")
_SAMPLE = 200
_TRUETYPE = "a TrueType version of it (.ttf)"
_ANOTHER_COPY = "another copy of it"


@lru_cache(maxsize=256)
def fault(path: Path) -> tuple[str, str] | None:
    """Return why a font cannot be used and what to use instead; None for a sound one.

    fontconfig and Pango use what they can of a damaged file and say
    nothing, so its tables are checked against their own checksums first.
    """
    from fontTools.ttLib import TTFont

    try:
        if path.stat().st_size > _LARGEST:
            return f"is larger than {_LARGEST // 1_000_000} MB", "a version of it for fewer languages"
        stream = os.fdopen(open_regular(path), "rb")
        with stream, TTFont(stream, lazy=True, fontNumber=0, checkChecksums=2) as font:
            return _fault_in(font)
    except Exception:  # fontTools has no one error for what it cannot read
        return "is damaged or not a font", _ANOTHER_COPY


def _fault_in(font: Any) -> tuple[str, str] | None:
    if font.flavor:
        return "is a web font", _TRUETYPE
    for tag in font.reader.tables:
        font.reader[tag]
    if "fvar" in font:
        # Its instances are stamped with the time of day, and cost twice the time.
        return "is a variable font", "its static instances"
    has_shapes = ("glyf" in font and "loca" in font) or "CFF " in font
    if not has_shapes or any(tag not in font for tag in _NEEDED):
        return "lacks a part that every font must have", _ANOTHER_COPY
    if not font["head"].unitsPerEm or not font.getBestCmap() or not font["hmtx"].metrics:
        return "has no characters", _ANOTHER_COPY
    for tag in _READ:
        font.get(tag)
    if not str(font["name"].getDebugName(1)).isprintable() or ("glyf" in font and not _has_outlines(font)):
        return "is damaged or not a font", _ANOTHER_COPY
    if "CFF " in font and _has_other_cids(font["CFF "].cff.topDictIndex[0]):
        return "numbers its glyphs in a way that some printers show as blanks", _TRUETYPE
    return None


def _has_outlines(font: Any) -> bool:
    """Say whether the outlines of its first characters can be read and lie within the design."""
    where, shapes = font["loca"].locations, font["glyf"]
    if len(where) != font["maxp"].numGlyphs + 1 or max(where) > font.reader.tables["glyf"].length:
        return False
    names = [name for _, name in sorted(font.getBestCmap().items())[:_SAMPLE]]
    farthest = 20 * font["head"].unitsPerEm
    sizes = (
        abs(getattr(shapes[name], side, 0)) for name in names for side in ("xMin", "xMax", "yMin", "yMax")
    )
    return bool(max(sizes, default=0) <= farthest)


def _has_other_cids(top: Any) -> bool:
    """Say whether a font's CIDs differ from its glyph numbers.

    WeasyPrint 70 writes glyph numbers where a CID-keyed CFF font expects CIDs:
    where the two differ, MuPDF and Ghostscript, and with them print shops and
    fax gateways, show blanks or boxes.
    """
    names = (name for name in top.charset[1:] if name.startswith("cid"))
    return hasattr(top, "ROS") and any(int(name[3:]) != at for at, name in enumerate(names, start=1))
