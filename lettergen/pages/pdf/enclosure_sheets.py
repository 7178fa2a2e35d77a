"""Enclosed files on sheets of the letter's size: a stamp above, and below it each page as it is.

WeasyPrint sets the sheets with a small picture in the place of each page of a PDF; afterwards, the page
itself takes the picture's place. So stamps, tags and metadata are made as those of letters are.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from io import BytesIO
from typing import Any

from lettergen.enclosures.inspection import InspectedFile
from lettergen.letters.letter import Letter
from lettergen.pages.enclosure_markup import EnclosureArea, EnclosurePage, pages_of, pictures, section
from lettergen.pages.pdf.pdfa_ua import without_pdf_ua, without_standards
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.reference import language as words
from lettergen.reference.stationery import Stationery

__all__ = ["EnclosureSheets", "with_pages_in_place"]

_STRIP_MM = 12.0
"""Above the pages of enclosures, for the stamp."""
_PICTURE_BORDER_MM = 15.0
"""Beside and below a picture; there the marks of print jobs stand."""
_STYLE = """
@page { margin: 12mm 0 0 0; font-family: "EB Garamond", serif; font-size: 10pt; color: #000;
  font-variant-numeric: lining-nums;
  @top-SIDE { content: string(stamp); white-space: nowrap; vertical-align: middle; padding: 0 15mm; } }
:root { font-family: "EB Garamond", serif; }
body { margin: 0; }
.enclosure { string-set: stamp attr(data-stamp); break-before: page; text-align: center;
  line-height: 0; font-size: 0; }
.enclosure:first-child { break-before: auto; }
"""


class EnclosureSheets:
    """Sets the sheets of enclosed files; those of the same files are set once for all letters."""

    def __init__(self, engine: WeasyPrintEngine, file_of: Callable[[str], InspectedFile]) -> None:
        """Set nothing yet.

        Args:
            engine: Of this process.
            file_of: Returns what a file of the campaign holds.
        """
        self._engine = engine
        self._file_of = file_of
        self._last: tuple[object, bytes, tuple[int, ...]] | None = None

    def of(self, letter: Letter, stationery: Stationery) -> tuple[bytes, tuple[int, ...]]:
        """Return the sheets of a letter's enclosures as a file, and how many each enclosure has.

        Raises:
            RenderError: A character of a stamp is in none of the fonts.
        """
        files = {one.file: self._file_of(one.file) for one in letter.bound}
        digests = tuple(one.sha256 for one in files.values())
        key = (letter.bound, digests, letter.language, stationery.key, letter.document_title)
        if self._last is None or self._last[0] != key:
            self._last = (key, *self._set(letter, files, stationery))
        return self._last[1:]

    def _set(
        self, letter: Letter, files: Mapping[str, InspectedFile], stationery: Stationery
    ) -> tuple[bytes, tuple[int, ...]]:
        width, height = stationery.sheet_width, stationery.sheet_height
        room = height - _STRIP_MM
        area = EnclosureArea(width, room, width - 2 * _PICTURE_BORDER_MM, room - _PICTURE_BORDER_MM)
        pages = tuple(pages_of(letter.bound, files, area))
        size = f"@page {{ size: {width:g}mm {height:g}mm; }}\n"
        turned = words.direction(letter.language) == "rtl"
        style = _STYLE.replace("SIDE", "left" if turned else "right")
        name = f"`{letter.letter_id}`"
        sheets = self._engine.lay_out(_markup(letter, pages), [style, size], pictures(pages), name)
        pdf = with_pages_in_place(self._engine.write(sheets, name), pages)
        counts: dict[int, int] = {}
        for page in pages:
            counts[page.number] = page.pages
        return pdf, tuple(counts.values())


def _markup(letter: Letter, pages: Sequence[EnclosurePage]) -> str:
    turned = ' dir="rtl"' if words.direction(letter.language) == "rtl" else ""
    body = "".join(section(page, letter.language) for page in pages)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(letter.language)}"{turned}>\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(letter.document_title)}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def with_pages_in_place(pdf: bytes, pages: Sequence[EnclosurePage]) -> bytes:
    """Return a file in which pages of PDFs stand where pictures of one point were set for them.

    It declares no more than its pages allow: no PDF/UA, because those pages are not tagged, and PDF/A if
    all of them come from such files.
    """
    import pikepdf

    wanted = [page for page in pages if not page.is_picture]
    if not wanted:
        return pdf
    with pikepdf.open(BytesIO(pdf)) as document:
        sources = {page.file.name: pikepdf.open(BytesIO(page.file.plain)) for page in wanted}
        places = _places(document)
        for page, (held, name) in zip(wanted, places, strict=True):
            form = sources[page.file.name].pages[page.index].obj.Resources.XObject.P
            own = document.copy_foreign(form)
            own.Matrix = _to_unit_square(own, is_turned=page.is_turned)
            held[name] = own
        is_archival = all(page.file.is_archival for page in wanted)
        metadata = document.Root.Metadata
        take = without_pdf_ua if is_archival else without_standards
        metadata.write(take(metadata.read_bytes()))
        out = BytesIO()
        document.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def _places(document: Any) -> list[tuple[Any, str]]:
    """Return where pictures of one point are drawn, page by page: their dictionary, their name."""
    import pikepdf

    places = []
    for page in document.pages:
        drawn = page.obj.Resources.get("/XObject", {})
        for instruction in pikepdf.parse_content_stream(page, "Do"):
            name = str(instruction.operands[0])
            picture = drawn[name]
            if picture.get("/Width") == 1 and picture.get("/Height") == 1:
                places.append((drawn, name))
    return places


def _to_unit_square(form: Any, *, is_turned: bool) -> Any:
    """Return the matrix that draws a form where a picture would be drawn."""
    import pikepdf

    matrix = pikepdf.Matrix(form.get("/Matrix", pikepdf.Array([1, 0, 0, 1, 0, 0])))
    shown = matrix.transform(pikepdf.Rectangle(form.BBox))
    moved = matrix @ pikepdf.Matrix(1, 0, 0, 1, -float(shown.llx), -float(shown.lly))
    scaled = moved @ pikepdf.Matrix(1 / float(shown.width), 0, 0, 1 / float(shown.height), 0, 0)
    return (scaled @ pikepdf.Matrix(0, 1, -1, 0, 1, 0) if is_turned else scaled).as_array()
