"""Enclosed files on sheets of the letter's size: a stamp above, and below it each page as it is.

WeasyPrint sets the sheets with a small picture in the place of each page of a PDF; afterwards, the page
itself takes the picture's place. So stamps, tags and metadata are made as those of letters are.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from lettergen.enclosures.inspection import Box, InspectedFile
from lettergen.letters.enclosures import unchanged
from lettergen.letters.letter import Letter
from lettergen.pages.enclosure_markup import EnclosureArea, EnclosurePage, pages_of, pictures, section
from lettergen.pages.html_words import document
from lettergen.pages.pdf.pdfa_ua import without_pdf_ua, without_standards
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.vdp.pdf_objects import PdfObjects, opened
from lettergen.reference import language as words
from lettergen.reference.stationery import Stationery

__all__ = ["EnclosureSheets", "with_pages_in_place"]

_STAMP_MM = 7.0
"""Room for the stamp below the border that must be clear."""
_PICTURE_BORDER_MM = 15.0
"""Beside and below a picture, clear of the marks of print jobs."""
_STYLE = """
@page { font-family: "EB Garamond", serif; font-size: 10pt; color: #000;
  font-variant-numeric: lining-nums;
  @top-SIDE { content: string(stamp); white-space: nowrap; vertical-align: middle; } }
:root { font-family: "EB Garamond", serif; }
body { margin: 0; }
.enclosure { string-set: stamp attr(data-stamp); break-before: page; line-height: 0; font-size: 0;
  direction: ltr; text-align: left; }
.enclosure:first-child { break-before: auto; }
"""


class EnclosureSheets:
    """Sets the sheets of enclosed files; those of the same files are set once for all letters."""

    def __init__(self, engine: WeasyPrintEngine, folder: Path) -> None:
        """Set nothing yet.

        Args:
            engine: Of this process.
            folder: The campaign's.
        """
        self._engine = engine
        self._folder = folder
        self._last: tuple[object, PdfObjects, tuple[int, ...]] | None = None

    def of(self, letter: Letter, stationery: Stationery) -> tuple[PdfObjects, tuple[int, ...]]:
        """Return the sheets of a letter's enclosures, and how many each enclosure has.

        Raises:
            RenderError: A file has been changed meanwhile, or a character of a stamp is in none of the fonts.
        """
        files = {one.file: unchanged(one, self._folder) for one in letter.bound}
        key = (letter.bound, letter.language, stationery.key, letter.document_title)
        if self._last is None or self._last[0] != key:
            self._last = (key, *self._set(letter, files, stationery))
        return self._last[1:]

    def _set(
        self, letter: Letter, files: Mapping[str, InspectedFile], stationery: Stationery
    ) -> tuple[PdfObjects, tuple[int, ...]]:
        area, size = _area(stationery)
        pages = tuple(pages_of(letter.bound, files, area, _PICTURE_BORDER_MM))
        turned = words.direction(letter.language) == "rtl"
        style = _STYLE.replace("SIDE", "left" if turned else "right")
        name = f"`{letter.letter_id}`"
        body = "".join(section(page, letter.language, (0, area.top)) for page in pages)
        markup = document(letter.language, letter.document_title, body)
        sheets = self._engine.lay_out(markup, [style, size], pictures(pages), name)
        pdf = with_pages_in_place(self._engine.write(sheets, name), pages)
        counts: dict[int, int] = {}
        for page in pages:
            counts[page.number] = page.pages
        return opened(pdf), tuple(counts.values())


def _area(stationery: Stationery) -> tuple[EnclosureArea, str]:
    """Return where enclosures have ink on a sheet, and the style of the sheet."""
    width, height, clear = stationery.sheet_width, stationery.sheet_height, stationery.clear_border
    strip = clear.top + _STAMP_MM
    area = EnclosureArea((width, height), clear.left, strip, width - clear.right, height - clear.bottom)
    beside = max(clear.left, clear.right, _PICTURE_BORDER_MM) + 0.5
    size = (
        f"@page {{ size: {width:g}mm {height:g}mm; margin: {strip:g}mm 0 0 0;"
        f" @top-left {{ padding: {clear.top:g}mm {beside:g}mm 0; }}"
        f" @top-right {{ padding: {clear.top:g}mm {beside:g}mm 0; }} }}\n"
    )
    return area, size


def with_pages_in_place(pdf: bytes, pages: Sequence[EnclosurePage]) -> bytes:
    """Return a file in which pages of PDFs stand where pictures of one point were set for them.

    It declares no more than its pages allow: no PDF/UA, because those pages are not tagged, and PDF/A if
    all of them come from such files.
    """
    import pikepdf

    wanted = [page for page in pages if not page.is_picture]
    if not wanted:
        return pdf
    with pikepdf.open(BytesIO(pdf)) as whole:
        sources = {page.file.name: pikepdf.open(BytesIO(page.file.plain)) for page in wanted}
        places = _places(whole)
        for page, (held, name) in zip(wanted, places, strict=True):
            form = sources[page.file.name].pages[page.index].obj.Resources.XObject.P
            own = whole.copy_foreign(form)
            # A page that stands in two places is copied once, and drawn in the same way in both.
            own.Matrix = _to_unit_square(form, page.file.drawn[page.index], is_turned=page.is_turned)
            held[name] = own
        is_archival = all(page.file.is_archival for page in wanted)
        metadata = whole.Root.Metadata
        take = without_pdf_ua if is_archival else without_standards
        metadata.write(take(metadata.read_bytes()))
        out = BytesIO()
        whole.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def _places(whole: Any) -> list[tuple[Any, str]]:
    """Return where pictures of one point are drawn, page by page: their dictionary, their name."""
    import pikepdf

    places = []
    for page in whole.pages:
        drawn = page.obj.Resources.get("/XObject", {})
        for instruction in pikepdf.parse_content_stream(page, "Do"):
            name = str(instruction.operands[0])
            picture = drawn[name]
            if picture.get("/Width") == 1 and picture.get("/Height") == 1:
                places.append((drawn, name))
    return places


def _to_unit_square(form: Any, drawn: Box, *, is_turned: bool) -> Any:
    """Return the matrix that draws what is on a page where a picture would be drawn."""
    import pikepdf

    matrix = pikepdf.Matrix(form.get("/Matrix", pikepdf.Array([1, 0, 0, 1, 0, 0])))
    left, bottom, right, top = drawn
    moved = matrix @ pikepdf.Matrix(1, 0, 0, 1, -left, -bottom)
    scaled = moved @ pikepdf.Matrix(1 / (right - left), 0, 0, 1 / (top - bottom), 0, 0)
    return (scaled @ pikepdf.Matrix(0, 1, -1, 0, 1, 0) if is_turned else scaled).as_array()
