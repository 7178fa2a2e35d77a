"""Fonts of a finished file: whether they are in it, and whether they have what is drawn with them."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["EmbeddedFonts", "fonts_of"]

_OPERATORS = "Tf Tj TJ ' \""
_SUBSET_TAG = re.compile(r"^[A-Z]{6}\+")
_DEEPEST = 4
# Glyph 0 in a string of hexadecimals; in other strings it is not so easily seen.
_LITERAL = b"("
_ZERO = re.compile(rb"<(?:[0-9A-Fa-f]{4})*?0000")
_EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass
class EmbeddedFonts:
    """What the fonts of a file are and lack."""

    count: int = 0
    loose: set[str] = field(default_factory=set)
    missing: int = 0
    _known: dict[Any, "_Font"] = field(default_factory=dict)
    _seen: set[Any] = field(default_factory=set)

    def page(self, page: Any) -> None:
        """Take in all text of one page."""
        self._stream(page, page.obj.get("/Resources") or page.resources, 0)

    def _stream(self, stream: Any, resources: Any, depth: int) -> None:
        import pikepdf

        known = {str(name): self._font(font) for name, font in (resources.get("/Font") or {}).items()}
        if _may_lack(stream, known.values()):
            font: _Font | None = None
            for step in pikepdf.parse_content_stream(stream, _OPERATORS):
                if str(step.operator) == "Tf":
                    font = known.get(str(step.operands[0]))
                elif font is not None and font.is_numbered:
                    self.missing += sum(font.lacks(codes) for codes in _strings(step.operands))
        for form in (resources.get("/XObject") or {}).values():
            if depth < _DEEPEST and form.get("/Subtype") == "/Form" and form.objgen not in self._seen:
                self._seen.add(form.objgen)
                self._stream(form, form.get("/Resources") or resources, depth + 1)

    def _font(self, font: Any) -> "_Font":
        key = font.objgen if font.is_indirect else id(font)
        if key not in self._known:
            made = _Font.of(font)
            self._known[key] = made
            self.count += 1
            if not made.is_embedded:
                self.loose.add(made.name)
        return self._known[key]


def fonts_of(document: Any) -> EmbeddedFonts:
    """Return what the fonts of a pikepdf document are and lack."""
    found = EmbeddedFonts()
    for page in document.pages:
        found.page(page)
    return found


@dataclass(frozen=True, slots=True)
class _Font:
    name: str
    is_embedded: bool
    is_numbered: bool
    """Text is written as two-byte numbers of glyphs or CIDs, so that a missing one can be told."""
    held: frozenset[int] | None = None
    """The CIDs that the font program has; None where numbers are those of glyphs."""
    mapped: bytes | None = None
    """CIDToGIDMap, where the file has one."""

    @classmethod
    def of(cls, font: Any) -> "_Font":
        import pikepdf

        name = _SUBSET_TAG.sub("", str(font.get("/BaseFont", "")).removeprefix("/"))
        kind = font.get("/Subtype")
        if kind == "/Type3":
            return cls(name or "Type 3", is_embedded=True, is_numbered=False)
        inner = font.DescendantFonts[0] if kind == "/Type0" else font
        descriptor = inner.get("/FontDescriptor") or {}
        is_numbered = kind == "/Type0" and str(font.get("/Encoding")) in ("/Identity-H", "/Identity-V")
        to_glyph = inner.get("/CIDToGIDMap")
        has_map = isinstance(to_glyph, pikepdf.Stream)
        return cls(
            name,
            is_embedded=any(key in descriptor for key in _EMBEDDED),
            is_numbered=is_numbered,
            held=_cids(descriptor) if is_numbered else None,
            mapped=to_glyph.read_bytes() if has_map else None,
        )

    def lacks(self, codes: bytes) -> int:
        """Count the characters of a string that the font has no glyph for."""
        if self.held is None and self.mapped is None and b"\0\0" not in codes:
            return 0
        return sum(not self._glyph(codes[at] << 8 | codes[at + 1]) for at in range(0, len(codes) - 1, 2))

    def _glyph(self, code: int) -> bool:
        if self.mapped is not None:
            return any(self.mapped[2 * code : 2 * code + 2])
        return code in self.held if self.held is not None else code > 0


def _may_lack(stream: Any, fonts: Iterable[_Font]) -> bool:
    """Say whether text has to be looked at code by code, which takes longer than to render it."""
    import pikepdf

    numbered = [font for font in fonts if font.is_numbered]
    if any(font.held is not None or font.mapped is not None for font in numbered):
        return True
    contents = stream.get("/Contents") if stream.get("/Type") == "/Page" else stream
    parts = contents if isinstance(contents, pikepdf.Array) else [contents]
    texts = [part.read_bytes() for part in parts if part is not None] if numbered else []
    return any(_LITERAL in text or _ZERO.search(text) for text in texts)


def _cids(descriptor: Any) -> frozenset[int] | None:
    """Return the CIDs that a CID-keyed CFF program has.

    A file that writes glyph numbers instead looks right in some viewers; MuPDF
    and Ghostscript, and with them print shops, show blanks (ISO 32000-1, 9.7.4.2).
    """
    program = descriptor.get("/FontFile3")
    if program is None or program.get("/Subtype") != "/CIDFontType0C":
        return None
    from fontTools.cffLib import CFFFontSet

    found = CFFFontSet()
    found.decompile(io.BytesIO(program.read_bytes()), None)
    top = found.topDictIndex[0]
    if not hasattr(top, "ROS"):
        return None
    return frozenset(int(name[3:]) for name in top.charset if name.startswith("cid"))


def _strings(operands: Any) -> Iterator[bytes]:
    import pikepdf

    for one in operands:
        if isinstance(one, pikepdf.String):
            yield bytes(one)
        elif isinstance(one, pikepdf.Array):
            yield from (bytes(part) for part in one if isinstance(part, pikepdf.String))
