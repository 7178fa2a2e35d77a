"""A fax as PDF: exactly the pixels of the TIFF, for printers and gateways."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from lettergen.pages.fax.raster import A4, LETTER, PIXELS_PER_MM, ROWS_PER_MM, FaxPaper
from lettergen.pages.fax.tiff import WIDTH, TiffPage, coded, pixels
from lettergen.reference import MM_PER_POINT

if TYPE_CHECKING:
    from pikepdf import Pdf

__all__ = ["as_pdf"]


def as_pdf(pages: Sequence[TiffPage]) -> bytes:
    """Return pages as PDF with one picture each, coded as T.6 (PDF's CCITTFaxDecode).

    The same pages give the same bytes; the file contains only the pages.
    """
    import pikepdf

    with pikepdf.new() as document:
        for page in pages:
            paper = LETTER if page.rows in (LETTER.rows("fine"), LETTER.rows("standard")) else A4
            _add(document, page if page.coding == "mmr" else _as_mmr(page), paper)
        out = BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _as_mmr(page: TiffPage) -> TiffPage:
    return coded(pixels(page), page.resolution, "mmr")


def _add(document: "Pdf", page: TiffPage, paper: FaxPaper) -> None:
    import pikepdf

    document.add_blank_page(page_size=(paper.width / MM_PER_POINT, paper.height / MM_PER_POINT))
    picture = pikepdf.Stream(document, page.strip)
    picture.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=WIDTH,
        Height=page.rows,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=1,
        Filter=pikepdf.Name.CCITTFaxDecode,
        DecodeParms=pikepdf.Dictionary(K=-1, Columns=WIDTH, Rows=page.rows),
    )
    width = WIDTH / PIXELS_PER_MM
    height = page.rows / ROWS_PER_MM[page.resolution]
    left, bottom = (paper.width - width) / 2, paper.height - height
    wide, high, x, y = (f"{mm / MM_PER_POINT:.3f}" for mm in (width, height, left, bottom))
    sheet = document.pages[-1]
    sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    sheet.Contents = pikepdf.Stream(document, f"q {wide} 0 0 {high} {x} {y} cm /P Do Q".encode())
