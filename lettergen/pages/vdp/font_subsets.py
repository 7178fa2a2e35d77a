"""The fonts of a mould's letters: the file of each letter has the characters that its own lines need."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lettergen.pages.pdf.pango_private import pdf_of_font
from lettergen.pages.pdf.pdfa_ua import finisher
from lettergen.pages.vdp.glyph_setter import OFTEN, GlyphSetter, Rows, merged
from lettergen.pages.vdp.mould_parts import PdfObject, pdf_parts
from lettergen.pages.vdp.pdf_template import StoredObject, thing_of
from lettergen.pages.vdp.slots import DoesNotHoldError

__all__ = ["FontSubsets", "numbers_of", "renumbered"]

_REFERENCE = re.compile(rb"(\d+) 0 R")


@dataclass(frozen=True, slots=True)
class FontSubsets:
    """One font of a mould; two that are alike embed the same bytes for the same rows."""

    cases: tuple[GlyphSetter, ...]
    """All that lines of this font are set from in the mould."""
    words: tuple[tuple[int, str], ...]
    """What each glyph of the constant text stands for."""
    widths: tuple[tuple[int, int], ...]
    has_own_hyphens: bool
    """The constant text has U+2010, which therefore stands for itself and not for a broken word."""

    @property
    def name(self) -> str:
        """Return what pages call the font."""
        return self.cases[0].type.resource.decode()

    def can_hold(self, rows: Rows) -> bool:
        """Say whether each glyph stands for one thing in a font of the constant text and ``rows``."""
        return _stock(self, rows) is not None

    def things(self, rows: Rows) -> Mapping[int, StoredObject]:
        """Return the objects of the font of the constant text and ``rows``; the last is the font itself.

        Raises:
            DoesNotHoldError: It cannot hold them.
        """
        return _things(self, rows)


@lru_cache(maxsize=1024)
def _stock(font: FontSubsets, rows: Rows) -> tuple[dict[int, str], dict[int, int]] | None:
    """Return what each glyph stands for, and how wide it is."""
    stocked = [(case, row, case.row(row)) for case in font.cases for row in sorted(rows)]
    # What stands for an everyday character is read as that, whatever the constant text has it for.
    often = {glyph for _, row, words in stocked if row in OFTEN for glyph in words}
    constant = {glyph: word for glyph, word in font.words if glyph not in often}
    words = merged((constant, *(words for _, _, words in stocked)))
    widths = merged(
        (dict(font.widths), *({glyph: case.widths[glyph] for glyph in words} for case, _, words in stocked))
    )
    return None if words is None or widths is None else (words, widths)


@lru_cache(maxsize=256)
def _things(font: FontSubsets, rows: Rows) -> Mapping[int, StoredObject]:
    stock = _stock(font, rows)
    if stock is None:
        raise DoesNotHoldError("a glyph stands for two things")
    finish = finisher(has_own_hyphens=font.has_own_hyphens)
    pdf = pdf_of_font(font.cases[0].type.pdf_font(*stock))
    finish(None, pdf)
    objects = pdf_parts(pdf)[0]
    numbers = numbers_of(font.name, objects)
    things = {number: thing_of(content, entries) for number, content, entries in objects if number in numbers}
    return renumbered(things, {number: at for at, number in enumerate(numbers, start=1)})


def numbers_of(name: str, objects: Sequence[PdfObject]) -> tuple[int, ...]:
    """Return the numbers of a font's objects in a file, in order; the last is the font itself.

    Raises:
        DoesNotHoldError: There is no such font.
    """
    entries = {number: found for number, _, found in objects}
    named = next((found[name] for found in entries.values() if name in found), None)
    if named is None:
        raise DoesNotHoldError("a font is not in the file")
    numbers = [int(named.split()[0])]
    for number in numbers:
        below = map(int, _REFERENCE.findall(b" ".join(entries[number].values())))
        numbers += [one for one in below if one not in numbers]
    return tuple(sorted(numbers))


def renumbered(things: Mapping[int, StoredObject], numbers: Mapping[int, int]) -> dict[int, StoredObject]:
    """Return objects under other numbers."""

    def number(found: "re.Match[bytes]") -> bytes:
        return b"%d 0 R" % numbers[int(found[1])]

    return {
        numbers[at]: StoredObject(_REFERENCE.sub(number, thing.data), thing.stream)
        for at, thing in things.items()
    }
