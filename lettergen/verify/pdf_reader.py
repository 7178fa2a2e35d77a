"""Reads a finished PDF: every page rendered, its text placed by its ink."""

import ctypes
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lettergen.errors import InputProblems, Problem
from lettergen.reference import MM_PER_POINT
from lettergen.reference.stationery import Rectangle
from lettergen.verify.address_form import form_of
from lettergen.verify.embedded_fonts import fonts_of
from lettergen.verify.findings import InkPatch, MeasuredFile, MeasuredPage, MissingGlyph, TextRun, grown, meet
from lettergen.verify.ink import DPI, InkPage
from lettergen.verify.profiles import Profile, left_over

__all__ = ["MOST_BYTES", "MOST_PAGES", "picture", "read"]

MOST_BYTES = 200_000_000
MOST_PAGES = 2000
"""Maximum pages of one file; a longer one is a whole mailing, whose letters can be measured one by one."""
_LONGEST_MM = 1300.0
"""An A0 sheet and a little; larger, the picture of it would fill the memory."""

_FAR = 1000
_INVISIBLE = (3, 7)
_WHITE = 235
_HAIRLINE_MM = 0.75
_PIXELS_MM = 0.35
_DEEPEST = 6
# What shows nothing: controls, spaces, soft hyphens, and what pdfium puts at the end of a broken line.
_SILENT = frozenset([*range(33), 0xA0, 0xAD, 0xFFFE, 0xFFFF])
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
# Characters that are boxes, or look like one.
_BOXES = frozenset(map(ord, "\u25a1\u25a2\u25ab\u25ad\u25af\u25fb\u25fd\u2610\u2b1c口囗ロㅁ回日目田曰"))
# What qpdf warns of and every viewer reads alike: a page that uses nothing, an unused entry of the table.
_UNUSUAL = re.compile(r"Resources is missing or invalid|object has offset 0")
_PART = re.compile(rb"pdf(?P<kind>a|ua)id:part(?:>|=[\"'])\s*(?P<part>\d)")
_LEVEL = re.compile(rb"pdfaid:conformance(?:>|=[\"'])\s*(?P<level>[A-Za-z])")


def read(data: bytes, house: Profile | None = None) -> MeasuredFile:
    """Return all that is measured of a finished file.

    Args:
        data: The file.
        house: The mailing house whose areas are looked at, too.

    Raises:
        InputProblems: It is encrypted, damaged, too large, or has no pages.
    """
    if len(data) > MOST_BYTES:
        raise InputProblems([_too_large(f"has {len(data) // 1_000_000} MB")])
    try:
        return _read(data, house)
    except (InputProblems, MemoryError):
        raise
    except Exception:
        # A dictionary where a number belongs, a form that has no box: every library has its own word for it.
        raise InputProblems([_damaged()]) from None


def _read(data: bytes, house: Profile | None) -> MeasuredFile:
    with _opened(data) as document:
        fonts = fonts_of(document)
        declares, is_tagged = _declared(document)
    pages, glyphs = _pages(data, house)
    return MeasuredFile(
        pages=tuple(pages),
        glyphs=tuple(glyphs),
        fonts=fonts.count,
        loose_fonts=tuple(sorted(fonts.loose)),
        missing_codes=fonts.missing,
        is_tagged=is_tagged,
        declares=declares,
    )


def picture(data: bytes, number: int, dpi: int = DPI) -> Any:
    """Return a page as a Pillow picture in colour, as it would be printed."""
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(data) as document:
        return document[number - 1].render(scale=dpi / 72).to_pil().convert("RGB")


def _opened(data: bytes) -> Any:
    import pikepdf

    try:
        document = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise InputProblems([_encrypted()]) from None
    except Exception:  # qpdf has several kinds of error for what is no PDF
        raise InputProblems([_damaged()]) from None
    try:
        _accept(document)
    except Exception:
        document.close()
        raise
    return document


def _accept(document: Any) -> None:
    if document.is_encrypted:
        raise InputProblems([_encrypted()])
    if not all(_UNUSUAL.search(str(warning)) for warning in document.get_warnings()):
        # A viewer mends it silently, each in its own way; a print shop may not.
        raise InputProblems([_damaged()])
    count = len(document.pages)
    if not count:
        raise InputProblems([_no_pages()])
    if count > MOST_PAGES:
        raise InputProblems([_too_large(f"has {count} pages")])


def _pages(data: bytes, house: Profile | None) -> tuple[list[MeasuredPage], list[MissingGlyph]]:
    import pypdfium2 as pdfium

    pages: list[MeasuredPage] = []
    glyphs: list[MissingGlyph] = []
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        raise InputProblems([_damaged()]) from None
    with document:
        for at in range(len(document)):
            try:
                page = document[at]
            except pdfium.PdfiumError:
                raise InputProblems([_damaged()]) from None
            width, height = (side * MM_PER_POINT for side in page.get_size())
            if max(width, height) > _LONGEST_MM:
                raise InputProblems([_too_large(f"has a page of {width:.0f} × {height:.0f} mm")])
            if min(width, height) < 1:
                raise InputProblems([_damaged()])
            reader = _PageReader(page, at + 1)
            measured = reader.page(width, height)
            pages.append(reader.as_seen_by(house, measured) if house else measured)
            glyphs += reader.glyphs()
            page.close()
    return pages, glyphs


class _PageReader:
    """Reads one page of pdfium's."""

    def __init__(self, page: Any, number: int) -> None:
        import pypdfium2.raw as raw

        self._raw = raw
        self._page = page
        self._number = number
        self._width, self._height = page.get_size()
        self._shown = self._as_shown()
        self._hairlines: list[Rectangle] = []
        self._plate = InkPage.of(page.render(scale=DPI / 72, grayscale=True).to_pil())

    def page(self, width: float, height: float) -> MeasuredPage:
        placed = list(self._texts())
        runs = []
        for text in placed:
            ink = self._plate.ink_in(text.box)
            if ink:
                runs.append(TextRun(ink, text.base, text.size))
        patches = [*map(self._finer, self._plate.patches(run.covers for run in runs))]
        covered = [*(run.covers for run in runs), *(patch.covers for patch in patches)]
        patches += (
            InkPatch(line, line.top + line.height / 2)
            for line in self._hairlines
            if not any(meet(grown(line, _PIXELS_MM), one) for one in covered)
            and self._plate.is_faint_in(line)
        )
        is_arabic = _ARABIC.search(self._page.get_textpage().get_text_range()) is not None
        return MeasuredPage(self._number, width, height, tuple(runs), tuple(patches), is_arabic=is_arabic)

    def as_seen_by(self, house: Profile, page: MeasuredPage) -> MeasuredPage:
        """Return the page with what a mailing house finds on it."""
        beyond = []
        for areas in (house.first, house.others):
            left = (one for box in page.ink for one in left_over(box, [grown(a, house.slack) for a in areas]))
            beyond.append(tuple(ink for one in left if (ink := self._plate.ink_in(one))))
        words = self._words_in(grown(house.address, house.slack)) if house.lines else ""
        form = form_of(words) if house.lines else None
        return replace(page, beyond=(beyond[0], beyond[1]), address=form)

    def _words_in(self, box: Rectangle) -> str:
        corners = [self._shown.undone(box.left, box.top), self._shown.undone(box.right, box.bottom)]
        (left, right), (bottom, top) = (sorted(side) for side in zip(*corners, strict=True))
        return str(self._page.get_textpage().get_text_bounded(left, bottom, right, top))

    def _finer(self, patch: InkPatch) -> InkPatch:
        """Place a hairline where the file has it: what renders it moves it to the next row of pixels."""
        if patch.covers.height > _HAIRLINE_MM:
            return patch
        left = patch.covers.left
        near = [
            line.top + line.height / 2
            for line in self._hairlines
            if line.height <= line.width
            and abs(line.left - left) <= _PIXELS_MM
            and abs(line.top + line.height / 2 - patch.middle) <= _PIXELS_MM
        ]
        return replace(patch, middle=near[0]) if near else patch

    def glyphs(self) -> Iterator[MissingGlyph]:
        """Yield the characters that show nothing, or a box; each character of a font is looked at once."""
        raw, text = self._raw, self._page.get_textpage()
        seen: set[tuple[int, int]] = set()
        sides = [ctypes.c_double() for _ in range(4)]
        font = 0
        for at in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text, at)
            if code in _SILENT:
                font = 0
            elif (code, font) not in seen:
                # Type changes between words, seldom within one; asking for each character's takes long.
                piece = raw.FPDFText_GetTextObject(text, at)
                font = self._font(piece)
                if not font or (code, font) in seen or not self._is_shown(piece):
                    continue
                seen.add((code, font))
                raw.FPDFText_GetCharBox(text, at, *sides)
                left, right, bottom, top = (side.value for side in sides)
                box = self._placed(left, bottom, right, top)
                fault = self._plate.fault_in(box) if chr(code).isprintable() else None
                if fault == "blank" or (fault == "boxed" and code not in _BOXES):
                    yield MissingGlyph(self._number, box, fault)

    def _font(self, piece: Any) -> int:
        font = self._raw.FPDFTextObj_GetFont(piece) if piece else None
        return ctypes.addressof(font.contents) if font else 0

    def _is_shown(self, piece: Any) -> bool:
        """Say whether text is meant to be seen: the layer of words over a scan is not, nor is white."""
        if self._raw.FPDFTextObj_GetTextRenderMode(piece) in _INVISIBLE:
            return False
        colours = [ctypes.c_uint() for _ in range(4)]
        if not self._raw.FPDFPageObj_GetFillColor(piece, *colours):
            return True
        red, green, blue, alpha = (colour.value for colour in colours)
        return alpha > 20 and min(red, green, blue) < _WHITE

    def _texts(self) -> Iterator["_Text"]:
        raw = self._raw
        count = raw.FPDFPage_CountObjects(self._page)
        things = (raw.FPDFPage_GetObject(self._page, at) for at in range(count))
        yield from self._among(things, _Matrix(), 0)

    def _among(self, things: Iterator[Any], outer: "_Matrix", depth: int) -> Iterator["_Text"]:
        raw = self._raw
        for thing in things:
            kind = raw.FPDFPageObj_GetType(thing)
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                inner = self._matrix(thing).within(outer)
                count = raw.FPDFFormObj_CountObjects(thing)
                yield from self._among(
                    (raw.FPDFFormObj_GetObject(thing, at) for at in range(count)), inner, depth + 1
                )
            elif kind == raw.FPDF_PAGEOBJ_TEXT and self._is_shown(thing):
                yield self._text(thing, outer)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                box = self._bounds(thing, outer)
                if 0 < min(box.height, box.width) <= _HAIRLINE_MM:
                    self._hairlines.append(box)

    def _text(self, thing: Any, outer: "_Matrix") -> "_Text":
        raw = self._raw
        size = ctypes.c_float()
        raw.FPDFTextObj_GetFontSize(thing, size)
        matrix = self._matrix(thing).within(outer)
        _, base = self._point(matrix.e, matrix.f)
        return _Text(self._bounds(thing, outer), base, size.value * matrix.stretch)

    def _bounds(self, thing: Any, outer: "_Matrix") -> Rectangle:
        sides = [ctypes.c_float() for _ in range(4)]
        self._raw.FPDFPageObj_GetBounds(thing, *sides)
        left, bottom, right, top = (side.value for side in sides)
        corners = [outer.applied(x, y) for x in (left, right) for y in (bottom, top)]
        return self._placed(
            min(x for x, _ in corners),
            min(y for _, y in corners),
            max(x for x, _ in corners),
            max(y for _, y in corners),
        )

    def _matrix(self, thing: Any) -> "_Matrix":
        found = self._raw.FS_MATRIX()
        self._raw.FPDFPageObj_GetMatrix(thing, found)
        return _Matrix(found.a, found.b, found.c, found.d, found.e, found.f)

    def _placed(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        one, other = self._point(left, top), self._point(right, bottom)
        x, y = min(one[0], other[0]), min(one[1], other[1])
        return Rectangle(left=x, top=y, width=abs(one[0] - other[0]), height=abs(one[1] - other[1]))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        """Return millimetres from the top left of the page as it is shown, turned and cropped."""
        return self._shown.applied(x, y)

    def _as_shown(self) -> "_Matrix":
        """Return what takes the file's points to the millimetres of the page that is seen."""
        across, down = ctypes.c_int(), ctypes.c_int()
        fine = 100 / MM_PER_POINT
        size = (round(self._width * 100), round(self._height * 100))
        placed = []
        for x, y in ((0, 0), (_FAR, 0), (0, _FAR)):
            self._raw.FPDF_PageToDevice(self._page, 0, 0, *size, 0, x, y, across, down)
            placed.append((across.value / fine, down.value / fine))
        (e, f), (a, b), (c, d) = placed
        return _Matrix((a - e) / _FAR, (b - f) / _FAR, (c - e) / _FAR, (d - f) / _FAR, e, f)


@dataclass(frozen=True, slots=True)
class _Text:
    box: Rectangle
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class _Matrix:
    """ISO 32000-1, 8.3.4."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def applied(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def undone(self, x: float, y: float) -> tuple[float, float]:
        """Return what is taken to a point."""
        area = self.a * self.d - self.b * self.c
        across, down = x - self.e, y - self.f
        return (self.d * across - self.c * down) / area, (self.a * down - self.b * across) / area

    def within(self, outer: "_Matrix") -> "_Matrix":
        e, f = outer.applied(self.e, self.f)
        return _Matrix(
            outer.a * self.a + outer.c * self.b,
            outer.b * self.a + outer.d * self.b,
            outer.a * self.c + outer.c * self.d,
            outer.b * self.c + outer.d * self.d,
            e,
            f,
        )

    @property
    def stretch(self) -> float:
        """How much larger than its font's unit text comes out."""
        return float((self.c**2 + self.d**2) ** 0.5)


def _declared(document: Any) -> tuple[tuple[str, ...], bool]:
    root = document.Root
    metadata = root.get("/Metadata")
    text = metadata.read_bytes() if metadata is not None else b""
    level = _LEVEL.search(text)
    claims = {
        match["kind"]: match["part"].decode() + (level["level"].decode().lower() if level else "")
        if match["kind"] == b"a"
        else match["part"].decode()
        for match in _PART.finditer(text)
    }
    named = {b"a": "PDF/A", b"ua": "PDF/UA"}
    is_tagged = bool((root.get("/MarkInfo") or {}).get("/Marked", False)) and "/StructTreeRoot" in root
    return tuple(f"{named[kind]}-{claims[kind]}" for kind in sorted(claims)), is_tagged


def _encrypted() -> Problem:
    return Problem(
        "pdf-encrypted",
        "the PDF is encrypted, which printers and print shops refuse.",
        "save it without a password, for example with `qpdf --decrypt IN.pdf OUT.pdf`.",
    )


def _damaged() -> Problem:
    return Problem(
        "pdf-damaged",
        "the file is damaged or not a PDF.",
        "make or download it again; `qpdf --check` shows what is broken.",
    )


def _no_pages() -> Problem:
    return Problem("pdf-without-pages", "the PDF has no pages.", "make it again.")


def _too_large(what: str) -> Problem:
    return Problem(
        "pdf-too-large",
        f"the PDF {what}, too much for a letter.",
        "name the folder with the single letters instead, or make it in its true size.",
    )
