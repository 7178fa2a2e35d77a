"""Pango through WeasyPrint's private binding: lines set and broken as WeasyPrint does it, without a page.

Everything here raises `PrivatePartMoved` where a part is not what it was in WeasyPrint 70.
"""

from collections.abc import Mapping
from typing import Any

from lettergen.pages.pdf.private_parts import PrivatePartMoved, entry, module, part, several, takes
from lettergen.pages.pdf.weasyprint_private import Style

__all__ = ["GlyphType", "LineBreaker", "glyphs_of", "pdf_of_font", "type_key"]

# What `Layout.setup`, `Layout.set_text` and `get_font_description` read of a style.
_TYPE = (
    "font_family", "font_size", "font_style", "font_weight", "font_stretch", "font_kerning",
    "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric",
    "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
    "font_variation_settings", "font_language_override", "lang", "direction", "letter_spacing",
)  # fmt: skip
# What breaking a text into lines reads besides.
_BREAKING = (
    "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "hyphens", "line_height",
    "overflow_wrap", "tab_size", "text_decoration_line", "white_space", "word_break", "word_spacing",
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
# PangoGlyphInfo is {u32 glyph, i32 width, i32 x_offset, i32 y_offset, u32 attributes}.
_WORDS_A_GLYPH = 5
_GLYPH_EMPTY = 0x0FFFFFFF
_TO_THE_END = 0xFFFFFFFF
_GLYPH_UNKNOWN = 0x10000000


def type_key(style: Style) -> tuple[str, ...] | None:
    """Return what makes two styles the same type; None for a style that is more than its glyphs."""
    if any(style[name] not in plain for name, plain in _PLAIN.items()):
        return None
    return tuple(str(style[name]) for name in _TYPE)


class _KeptStyle(dict[str, Any]):
    """What WeasyPrint reads of a style to set a text: plain values that can go to another process.

    The fonts are left to whoever moves it there: each process has opened its own.
    """

    def __init__(self, values: Mapping[str, Any], font_config: Any) -> None:
        super().__init__(values)
        self.font_config = font_config
        self.cache: dict[str, Any] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return _KeptStyle, (dict(self), self.font_config)

    def __missing__(self, name: str) -> Any:
        raise PrivatePartMoved(f"weasyprint.css.ComputedStyle[{name}]")

    def copy(self) -> "_KeptStyle":
        return _KeptStyle(self, self.font_config)


def _kept(style: Style) -> Style:
    values = {name: style[name] for name in (*_TYPE, *_BREAKING)}
    return Style(_KeptStyle(values, part(style.computed, "font_config")))


class GlyphType:
    """One face in one size and with one set of features, as Pango sets it: glyphs, widths, nothing else."""

    def __init__(self, style: Style) -> None:
        """Open the face of a style."""
        self._style = style
        binding = module("weasyprint.text.ffi")
        self._ffi, self._pango = part(binding, "ffi"), part(binding, "pango")
        self.unit: float = part(binding, "FROM_UNITS")
        units_a_px = part(binding, "TO_UNITS")
        self._set_text = part(self._pango, "pango_layout_set_text")
        self._get_line = part(self._pango, "pango_layout_get_line_readonly")
        self._get_extents = part(self._pango, "pango_font_get_glyph_extents")
        self._attributes = (
            part(self._pango, "pango_layout_get_attributes"),
            part(self._pango, "pango_layout_set_attributes"),
            part(self._pango, "pango_attr_list_new"),
            part(self._pango, "pango_attr_list_unref"),
            part(self._pango, "pango_attr_list_change"),
            part(self._pango, "pango_attr_letter_spacing_new"),
        )
        layout = takes(part(module("weasyprint.text.line_break"), "Layout"), "style")
        self._kept = layout(style.computed)
        self._layout = part(self._kept, "layout")
        part(self._pango, "pango_layout_set_single_paragraph_mode")(self._layout, True)
        spacing = style["letter_spacing"]
        self.spacing: float = 0.0 if spacing == "normal" else spacing
        """Between two letters, in px; WeasyPrint counts it once more at a line's end."""
        if self.spacing:
            self._space(int(self.spacing * units_a_px))
        self.language: str = style["lang"] or ""
        """Of its words, as BCP 47 tag."""
        self._rectangle, self._ink = self._ffi.new("PangoRectangle *"), self._ffi.new("PangoRectangle *")
        # Kept for ever, so that no other font gets its address.
        self._reference = layout(style.computed)
        self._font = self._font_of(self._reference)
        self.key, _, self.size = self._names_of_font()
        font = self.pdf_font({}, {})
        self.has_plain_outlines = not (
            part(font, "bitmap") or part(font, "png") or part(font, "svg") or part(font, "colr")
        )
        self.resource: bytes = part(font, "hash").encode()

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the style alone."""
        return GlyphType, (_kept(self._style),)

    def _font_of(self, layout: Any) -> Any:
        """Return the font in which a layout sets a letter; see on the way that all is as `runs` has it."""
        part(layout, "set_text")("n")
        found = part(layout, "get_first_line")()
        line, *_ = several(found, 2, "weasyprint.text.line_break.Layout.get_first_line")
        run = part(line, "runs")[0]
        part(run, "next")
        item, glyphs = part(part(run, "data"), "item"), part(part(run, "data"), "glyphs")
        part(part(item, "analysis"), "level")
        part(glyphs, "num_glyphs")
        one = part(glyphs, "glyphs")[0]
        if self._ffi.sizeof(self._ffi.typeof(one)) != _WORDS_A_GLYPH * 4:
            raise PrivatePartMoved("weasyprint.text.ffi.PangoGlyphInfo")
        return part(part(item, "analysis"), "font")

    def _names_of_font(self) -> tuple[Any, Any, float]:
        key_of = part(module("weasyprint.text.fonts"), "get_pango_font_key")
        key, description, size = several(key_of(self._font), 3, "weasyprint.text.fonts.get_pango_font_key")
        return key, description, size

    def _space(self, spacing: int) -> None:
        """Set all letters apart, as `Layout.set_text` does with those of one text."""
        get_all, set_all, new, free, change, spaced = self._attributes
        attributes = get_all(self._layout)
        if attributes == self._ffi.NULL:
            attributes = self._ffi.gc(new(), free)
        attribute = spaced(spacing)
        attribute.start_index, attribute.end_index = 0, _TO_THE_END
        change(attributes, attribute)
        set_all(self._layout, attributes)

    def pdf_font(self, words: Mapping[int, str], widths: Mapping[int, int]) -> Any:
        """Return WeasyPrint's own object for the face.

        Args:
            words: What each of its glyphs stands for.
            widths: Their advances in thousandths of the size.
        """
        make = takes(part(module("weasyprint.pdf.fonts"), "Font"), "pango_font", "description", "font_size")
        _, description, size = self._names_of_font()
        font = make(self._font, description, size)
        part(font, "to_unicode").update(words)
        part(font, "widths").update(widths)
        return font

    def runs(self, text: str) -> list[list[int]] | None:
        """Return the glyphs of a line, run by run; None if it is not all in this face.

        Five numbers a glyph, in Pango's units: number, advance, offset across and upwards, attributes.
        """
        data = text.encode()
        ffi = self._ffi
        self._set_text(self._layout, data, len(data))
        line = self._get_line(self._layout, 0)
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
        self._get_extents(self._font, glyph, self._ink, self._rectangle)
        width: int = round(self._rectangle.width * 1000 * self.unit / self.size)
        return width

    def is_missing(self, glyph: int) -> bool:
        """Say whether a glyph stands for nothing, or for a character that the face lacks."""
        return glyph == _GLYPH_EMPTY or bool(glyph & _GLYPH_UNKNOWN)


def glyphs_of(document: Any, key: Any) -> tuple[Mapping[int, str], Mapping[int, int]]:
    """Return what the glyphs of a face stand for in a document that has been written, and their widths."""
    font = entry(part(document, "fonts"), key)
    return part(font, "to_unicode"), part(font, "widths")


def pdf_of_font(font: Any) -> Any:
    """Return a pydyf file that has nothing but one font, as `GlyphType.pdf_font` gives it."""
    import pydyf

    build = takes(
        part(module("weasyprint.pdf.fonts"), "build_fonts_dictionary"),
        *("pdf", "fonts", "compress", "subset", "options"),
    )
    pdf = pydyf.PDF()
    options = {"hinting": False, "pdf_version": b"1.7"}
    pdf.add_object(build(pdf, {part(font, "hash"): font}, compress=False, subset=True, options=options))
    return pdf


class LineBreaker:
    """WeasyPrint's own breaking of lines, for one style and one measure."""

    def __init__(self, style: Style, left: float, right: float) -> None:
        """Take the style of a paragraph, and its edges in px."""
        breaking = module("weasyprint.text.line_break")
        self._style, self._edges = style, (left, right)
        # As `split_inline_box` has it, to the last bit.
        self.width: float = right * (1 + 1e-9) - left
        self._language = style["lang"]
        self._end_style = part(style.computed, "copy")()
        self._end_style["hyphens"] = "manual"
        self._split = takes(
            part(breaking, "split_first_line"),
            *("text", "style", "context", "max_width", "justification_spacing", "is_line_start"),
        )
        self._can_break = takes(part(breaking, "can_break_text"), "text", "lang")
        self.dictionaries: dict[Any, Any] = {}
        """Hyphenation, as WeasyPrint's layout context holds it."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as what it was made from."""
        return LineBreaker, (_kept(self._style), *self._edges)

    def first_line(self, text: str) -> tuple[str, int | None]:
        """Return the words of the first line, and where the next begins in UTF-8 bytes.

        The hyphen of a broken word is part of the words; None: all is on the line.
        """
        return self._line(self._split(text, self._style.computed, self, self.width, 0))

    def in_room(self, end: str, room: float) -> tuple[str, int | None]:
        """Return likewise what of a paragraph's end is set into the room that is left on a line."""
        return self._line(self._split(end, self._end_style, self, room, 0, is_line_start=False))

    def can_break(self, text: str) -> bool:
        """Say whether there is a place in ``text`` to break it."""
        return bool(self._can_break(text, self._language))

    def _line(self, split: Any) -> tuple[str, int | None]:
        layout, _, rest, *_ = several(split, 3, "weasyprint.text.line_break.split_first_line")
        return part(layout, "text"), rest
