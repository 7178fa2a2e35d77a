"""What of WeasyPrint 70 and pydyf 0.13 is not public, all in one place.

Each name here is looked at by the guard test in ``tests/test_mould.py``. A
WeasyPrint in which one of them has moved raises `AttributeError`,
`ImportError`, `KeyError` or `TypeError` in here; then moulds are put away and
every letter is typeset in full.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "MOVED",
    "Breaks",
    "Found",
    "Name",
    "PdfObject",
    "Type",
    "font_objects",
    "found_lines",
    "leave_unwritten",
    "number",
    "pdf_parts",
    "type_key",
]

MOVED = (AttributeError, ImportError, KeyError, TypeError, IndexError, ValueError, AssertionError)
"""What is raised where a private part is not as it was."""

# What `Layout.setup`, `Layout.set_text` and `get_font_description` read of a style.
_TYPE = (
    "font_family", "font_size", "font_style", "font_weight", "font_stretch", "font_kerning",
    "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric",
    "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
    "font_variation_settings", "font_language_override", "lang", "direction", "letter_spacing",
)  # fmt: skip
# What has to be as it is by default for a line to be its glyphs and nothing else.
_PLAIN = {
    "word_spacing": (0,),
    "text_decoration_line": ("none",),
    "text_transform": ("none",),
    "white_space": ("normal", "nowrap", "pre-line"),
    "visibility": ("visible",),
    "direction": ("ltr",),
}
_SINGLE = frozenset({"letterhead-name", "return-address", "place-and-date", "opening", "closing", "pass-on"})
_LISTS = frozenset({"letterhead-lines", "inside-address", "cover"})
_MARGINS = {"@top-left": "head", "@top-right": "head-date"}
# PangoGlyphInfo is {u32 glyph, i32 width, i32 x_offset, i32 y_offset, u32 attributes}.
_WORDS_A_GLYPH = 5
_GLYPH_EMPTY = 0x0FFFFFFF
_TO_THE_END = 0xFFFFFFFF
_GLYPH_UNKNOWN = 0x10000000

Name = tuple[str, int]
Entries = Mapping[str, bytes]
PdfObject = tuple[int, bytes | list[bytes], Entries]
"""Number, content and entries of an object; a stream's content is the list of its operators, not packed."""


@dataclass(slots=True)
class Found:
    """A line of a letter as it was laid out."""

    name: Name
    page: int
    style: Any
    """The computed style of its block."""
    left: float
    right: float
    """Left and right edge of the block, or of what it is pushed against, in px."""
    boxes: list[tuple[float, float, float]] = field(default_factory=list)
    """Left edge, base line and width of each stretch, in px; more than one where it runs over."""
    words: list[str] = field(default_factory=list)
    """The words of each stretch."""

    @property
    def aligns_right(self) -> bool:
        """Say whether the line ends at `right` rather than begin at `left`."""
        return self.name[0] in ("place-and-date", "head-date") or self.style["text_align_all"] in (
            "right",
            "end",
        )

    @property
    def room(self) -> float:
        """How wide its words may be before they run over, in px; it is in one piece."""
        # A line of an address begins to the left of its block, so that what runs over hangs.
        return self.right - (self.left if self.aligns_right else self.boxes[0][0])


def found_lines(document: Any) -> list[Found]:
    """Return the lines that can be personal, in the order of the pages."""
    lines: dict[tuple[int, Name], Found] = {}
    for number_of_page, page in enumerate(document.pages):
        names = _names(page._page_box)
        _walk(page._page_box, number_of_page, names, lines, None, None)
    return list(lines.values())


def type_key(style: Any) -> tuple[str, ...] | None:
    """Return what makes two styles the same type; None for a style that is more than its glyphs."""
    if any(style[name] not in plain for name, plain in _PLAIN.items()):
        return None
    return tuple(str(style[name]) for name in _TYPE)


def number(value: float) -> bytes:
    """Return a number as it stands in a page."""
    if value == int(value):
        return b"%d" % int(value)
    return f"{value:f}".rstrip("0").encode()


def pdf_parts(pdf: Any) -> tuple[list[PdfObject], int, int]:
    """Return the objects of a pydyf file, and the numbers of its catalogue and its information dictionary."""
    import pydyf

    info = max(thing.number for thing in pdf.objects) + 1
    objects: list[PdfObject] = []
    for thing in pdf.objects:
        if thing.free == "f":
            continue
        if isinstance(thing, pydyf.Stream):
            operators = [pydyf._to_bytes(item) for item in thing.stream]
            objects.append((thing.number, operators, _entries(thing.extra)))
        else:
            entries = _entries(thing) if isinstance(thing, dict) else {}
            objects.append((thing.number, thing.data, entries))
    objects.append((info, pdf.info.data, _entries(pdf.info)))
    return objects, pdf.catalog.number, info


def font_objects(
    font: Any, words: Mapping[int, str], widths: Mapping[int, int], finish: Callable[[Any, Any], None]
) -> list[PdfObject]:
    """Return the objects of a font that holds these glyphs, numbered from 1; the last is the font itself."""
    import pydyf
    from weasyprint.pdf.fonts import build_fonts_dictionary

    font.to_unicode.update(words)
    font.widths.update(widths)
    pdf = pydyf.PDF()
    # Numbers count from the first object of the font.
    pdf.objects = pdf.objects[:1]
    options = {"hinting": False, "pdf_version": b"1.7"}
    build_fonts_dictionary(pdf, {font.hash: font}, compress=False, subset=True, options=options)
    finish(None, pdf)
    return [
        (thing.number, list(map(pydyf._to_bytes, thing.stream)), _entries(thing.extra))
        if isinstance(thing, pydyf.Stream)
        else (thing.number, thing.data, {})
        for thing in pdf.objects[1:]
    ]


def leave_unwritten(pdf: Any) -> None:
    """Keep pydyf from packing what has been taken out of its hands."""
    pdf.objects = pdf.objects[:1]


def _entries(dictionary: Any) -> Entries:
    import pydyf

    return {str(key): pydyf._to_bytes(value) for key, value in dictionary.items()}


class Type:
    """One face in one size and with one set of features, as Pango sets it: glyphs, widths, nothing else."""

    def __init__(self, style: Any) -> None:
        """Open the face of a style."""
        from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
        from weasyprint.text.fonts import get_pango_font_key
        from weasyprint.text.line_break import Layout

        self._ffi, self._pango, self.unit = ffi, pango, FROM_UNITS
        self._layout = Layout(style)
        pango.pango_layout_set_single_paragraph_mode(self._layout.layout, True)
        self.spacing: float = 0.0 if style["letter_spacing"] == "normal" else style["letter_spacing"]
        """Between two letters, in px; WeasyPrint counts it once more at a line's end."""
        if self.spacing:
            self._space(int(self.spacing * TO_UNITS))
        self._rectangle, self._ink = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
        # Kept for ever, so that no other font gets its address.
        self._reference = Layout(style)
        self._reference.set_text("n")
        line, _ = self._reference.get_first_line()
        self._font = line.runs[0].data.item.analysis.font
        self.key, _, self.size = get_pango_font_key(self._font)
        font = self.pdf_font()
        self.has_plain_outlines = not (font.bitmap or font.png or font.svg or font.colr)
        self.resource: bytes = font.hash.encode()

    def _space(self, spacing: int) -> None:
        """Set all letters apart, as `Layout.set_text` does with those of one text."""
        pango, layout = self._pango, self._layout.layout
        attributes = pango.pango_layout_get_attributes(layout)
        if attributes == self._ffi.NULL:
            attributes = self._ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        attribute = pango.pango_attr_letter_spacing_new(spacing)
        attribute.start_index, attribute.end_index = 0, _TO_THE_END
        pango.pango_attr_list_change(attributes, attribute)
        pango.pango_layout_set_attributes(layout, attributes)

    def pdf_font(self) -> Any:
        """Return WeasyPrint's own object for the face, empty of glyphs."""
        from weasyprint.pdf.fonts import Font
        from weasyprint.text.fonts import get_pango_font_key

        _, description, size = get_pango_font_key(self._font)
        return Font(self._font, description, size)

    def runs(self, text: str) -> list[list[int]] | None:
        """Return the glyphs of a line, run by run; None if it is not all in this face.

        Five numbers a glyph, in Pango's units: number, advance, offset across and upwards, attributes.
        """
        data = text.encode()
        pango, ffi = self._pango, self._ffi
        pango.pango_layout_set_text(self._layout.layout, data, len(data))
        line = pango.pango_layout_get_line_readonly(self._layout.layout, 0)
        runs = []
        run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
        while run != ffi.NULL:
            item, run = run.data, run.next
            if item.item.analysis.font != self._font or item.item.analysis.level % 2:
                return None
            glyphs = item.glyphs
            size = glyphs.num_glyphs * _WORDS_A_GLYPH * 4
            runs.append(memoryview(ffi.buffer(glyphs.glyphs, size)).cast("i").tolist())
        return runs

    def advance(self, glyph: int) -> int:
        """Return a glyph's own advance in thousandths of the size, as the file's table of widths has it."""
        self._pango.pango_font_get_glyph_extents(self._font, glyph, self._ink, self._rectangle)
        width: int = round(self._rectangle.width * 1000 * self.unit / self.size)
        return width

    def is_missing(self, glyph: int) -> bool:
        """Say whether a glyph stands for nothing, or for a character that the face lacks."""
        return glyph == _GLYPH_EMPTY or bool(glyph & _GLYPH_UNKNOWN)


class Breaks:
    """WeasyPrint's own breaking of lines, for one style and one measure."""

    def __init__(self, style: Any, left: float, right: float) -> None:
        """Take the style of a paragraph, and its edges in px."""
        from weasyprint.text.line_break import can_break_text, split_first_line

        # As `split_inline_box` has it, to the last bit.
        self.width: float = right * (1 + 1e-9) - left
        self._style, self._end_style = style, style.copy()
        self._end_style["hyphens"] = "manual"
        self._split, self._can_break = split_first_line, can_break_text
        self.dictionaries: dict[Any, Any] = {}
        """Hyphenation, as WeasyPrint's layout context holds it."""

    def first_line(self, text: str) -> tuple[str, int | None]:
        """Return the words of the first line, and where the next begins in UTF-8 bytes.

        The hyphen of a broken word is part of the words; None: all is on the line.
        """
        layout, _, rest, *_ = self._split(text, self._style, self, self.width, 0)
        return layout.text, rest

    def in_room(self, end: str, room: float) -> tuple[str, int | None]:
        """Return likewise what of a paragraph's end is set into the room that is left on a line."""
        layout, _, rest, *_ = self._split(end, self._end_style, self, room, 0, is_line_start=False)
        return layout.text, rest

    def can_break(self, text: str) -> bool:
        """Say whether there is a place in ``text`` to break it."""
        return bool(self._can_break(text, self._style["lang"]))


def _names(page_box: Any) -> dict[int, Name]:
    """Return what the elements of the letter are called, by their identity."""
    root = next((box.element for box in _boxes(page_box) if box.element_tag == "html"), None)
    if root is None:
        return {}
    names: dict[int, Name] = {}
    signatures = 0
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kinds = (element.get("class") or "").split()
        kind = kinds[0] if kinds else ""
        if kind in _SINGLE:
            names[id(element)] = (kind, 0)
        elif kind in _LISTS:
            names.update((id(line), (kind, at)) for at, line in enumerate(_of_class(element, "line")))
        elif kind == "body":
            blocks = ((at, block) for at, block in enumerate(element) if str(block.tag).endswith("p"))
            names.update((id(block), ("paragraph", at)) for at, block in blocks)
        elif kind == "references":
            cells = (cell for cell in element.iter() if str(cell.tag).endswith("td"))
            names.update((id(cell), (kind, at)) for at, cell in enumerate(cells))
        elif kind == "signature":
            for line in _of_class(element, "line"):
                names[id(line)] = ("signature", signatures)
                signatures += 1
    return names


def _of_class(element: Any, name: str) -> list[Any]:
    return [inner for inner in element.iter() if inner.get("class") == name]


def _walk(
    box: Any, page: int, names: Mapping[int, Name], lines: dict[Any, Found], line: Any, row: Any
) -> None:
    kind = type(box).__name__
    name = _MARGINS.get(getattr(box, "at_keyword", "")) if kind == "MarginBox" else None
    element = None if isinstance(box.element, str | None) else box.element
    if name:
        line = _line(lines, (name, page), page, box, None)
    elif element is not None:
        if element.get("class") == "reference-line":
            row = box
        if id(element) in names and hasattr(box, "content_box_x") and kind != "TextBox":
            key = (page, names[id(element)])
            within = row if names[id(element)][0] == "place-and-date" else None
            line = lines[key] if key in lines else _line(lines, names[id(element)], page, box, within)
    if hasattr(box, "text"):
        if line is not None:
            line.boxes.append((box.position_x, box.position_y + box.baseline, box.width))
            line.words.append(box.text)
        return
    for inside in getattr(box, "children", ()):
        _walk(inside, page, names, lines, line, row)


def _line(lines: dict[Any, Found], name: Name, page: int, box: Any, within: Any) -> Found:
    edge = box if within is None else within
    left = edge.content_box_x()
    found = Found(name, page, box.style, left, left + edge.width)
    lines[page, name] = found
    return found


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for inside in getattr(box, "children", ()):
        yield from _boxes(inside)
