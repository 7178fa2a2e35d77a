"""What is known of the shipped fonts without reading them: `fonts/faces.json`.

fontTools takes 60 ms for their character maps, a tenth of a letter made from the
command line. `tests/test_fonts.py` holds the table against the fonts and
rewrites it with ``--update-golden``.
"""

import json
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "TABLE", "ShippedFace", "known", "row"]

FOLDER = Path(__file__).parents[1] / "fonts"
TABLE = FOLDER / "faces.json"


@dataclass(frozen=True, slots=True)
class ShippedFace:
    """A face as the table has it."""

    family: str
    characters: frozenset[int]
    advances: tuple[float, ...]
    """By code point, in thousandths of an em."""

    def by_character(self) -> dict[str, float]:
        """Return the advance of each character."""
        return dict(zip(map(chr, sorted(self.characters)), self.advances, strict=True))


@cache
def known(path: Path) -> ShippedFace | None:
    """Return what the table has of a face; None for another font, or another version of it."""
    if not path.is_relative_to(FOLDER):
        return None
    found = _table().get(path.relative_to(FOLDER).as_posix())
    if found is None or found["bytes"] != path.stat().st_size:
        return None
    characters = frozenset(chain.from_iterable(range(first, last + 1) for first, last in found["characters"]))
    return ShippedFace(found["family"], characters, tuple(found["advances"]))


def row(path: Path) -> dict[str, Any]:
    """Return a face's row of the table, read from the font itself."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        names, em, widths = font["name"], font["head"].unitsPerEm / 1000, font["hmtx"]
        glyphs = sorted(font.getBestCmap().items())
        return {
            "bytes": path.stat().st_size,
            "family": names.getDebugName(16) or names.getDebugName(1),
            "characters": _stretches([code for code, _ in glyphs]),
            "advances": [widths[name][0] / em for _, name in glyphs],
        }


def _stretches(codes: list[int]) -> list[list[int]]:
    """Return first and last of each unbroken run of numbers."""
    breaks = [(before, after) for before, after in pairwise(codes) if after != before + 1]
    firsts = [codes[0], *(after for _, after in breaks)]
    lasts = [*(before for before, _ in breaks), codes[-1]]
    return [list(both) for both in zip(firsts, lasts, strict=True)]


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(TABLE.read_text(encoding="ascii"))
    return table
