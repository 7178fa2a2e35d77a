"""The words of a PDF, as far as it has them as text."""

import re

from lettergen.errors import InputProblems, Problem

__all__ = ["words_of"]

_DIVIDED = re.compile("[\u00ad\ufffe]\\s*")
"""Where a word is divided at the end of a line; pdfium has U+FFFE for the hyphen."""


def words_of(data: bytes, first: int = 1, pages: int | None = None) -> list[str]:
    """Return the text of each page, with divided words whole again.

    Args:
        data: The file.
        first: The first page that is read, counted from 1.
        pages: How many; default: all that follow.

    Raises:
        InputProblems: It cannot be read.
    """
    import pypdfium2 as pdfium

    try:
        with pdfium.PdfDocument(data) as document:
            last = len(document) if pages is None else min(len(document), first - 1 + pages)
            return [_page(document[number]) for number in range(first - 1, last)]
    except pdfium.PdfiumError:
        fix = "make or download it again; `qpdf --check` shows what is broken."
        raise InputProblems([Problem("pdf-damaged", "the file is damaged or not a PDF.", fix)]) from None


def _page(page: object) -> str:
    text = page.get_textpage()  # type: ignore[attr-defined]
    try:
        return _DIVIDED.sub("", text.get_text_range())
    finally:
        text.close()
        page.close()  # type: ignore[attr-defined]
