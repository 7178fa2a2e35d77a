"""Finished pages read back: words in reading order, places in millimetres from the top left."""

import io
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from lettergen.letters.letter import Block, Letter, ListBlock, Paragraph, Quote, Span

if TYPE_CHECKING:
    from pikepdf import Pdf

MM = 25.4 / 72
BROKEN = "\N{SOFT HYPHEN}\ufffe\x02"
"""What pdfium gives for a soft hyphen at the end of a line."""


@dataclass(frozen=True)
class Line:
    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def lines(pdf: bytes) -> list[Line]:
    """Return the stretches of text as they stand in the file, from page 1 on."""
    found = []
    document = pdfium.PdfDocument(pdf)
    for number, page in enumerate(document, start=1):
        text = page.get_textpage()
        height = page.get_height()
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            words = text.get_text_bounded(left - 0.1, bottom - 0.1, right + 0.1, top + 0.1)
            found.append(
                Line(
                    " ".join(words.split()),
                    number,
                    left * MM,
                    (height - top) * MM,
                    right * MM,
                    (height - bottom) * MM,
                )
            )
    return found


def page_words(pdf: bytes, *, top: float = 25.0, bottom: float = 17.0) -> list[str]:
    """Return the words of all pages; head and foot of the pages after the first are left out."""
    texts = []
    document = pdfium.PdfDocument(pdf)
    for number, page in enumerate(document, start=1):
        text, height = page.get_textpage(), page.get_height()
        highest = height if number == 1 else height - top / MM
        texts.append(text.get_text_bounded(0, bottom / MM, page.get_width(), highest))
    return words("\n".join(texts))


def drawn_letters(pdf: bytes, *, top: float = 25.0, bottom: float = 17.0) -> str:
    """Return all that `page_words` reads in the order in which it is drawn, without what parts words."""
    drawn = []
    for number, page in enumerate(pdfium.PdfDocument(pdf), start=1):
        text, height = page.get_textpage(), page.get_height()
        highest = height if number == 1 else height - top / MM
        for one in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_TEXT]):
            left, low, right, high = one.get_bounds()
            if bottom / MM < low and high < highest:
                drawn.append(text.get_text_bounded(left, low, right, high))
    return "".join(words("\n".join(drawn)))


def opened(pdf: bytes) -> "Pdf":
    """Return the file's objects."""
    import pikepdf

    return pikepdf.open(io.BytesIO(pdf))


def uncompressed(pdf: bytes) -> bytes:
    """Return the file with nothing packed, to be searched."""
    import pikepdf

    out = io.BytesIO()
    with opened(pdf) as document:
        document.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def structure(pdf: bytes) -> list[str]:
    """Return the kinds of all structure elements."""
    import pikepdf

    with opened(pdf) as document:
        things = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary)]
        return [str(thing.S) for thing in things if thing.get("/Type") == "/StructElem"]


def faults_of_pdf_a(pdf: bytes) -> list[str]:
    """Return what breaks PDF/A-3b.

    The checker knows neither level A (6.6.4) nor extension schemas
    (6.6.2.3.1), by which PDF/UA is declared; these are let pass.
    """
    from pikepdf import pdfa

    with opened(pdf) as document:
        report = pdfa.check(document, "3b")
    unknown = ("pdfaExtension", "pdfaSchema", "pdfaProperty", "pdfuaid:part")
    return [
        str(finding)
        for finding in report.findings
        if ":6.6.4-" not in finding.rule
        and not (":6.6.2.3.1-" in finding.rule and any(name in finding.message for name in unknown))
    ]


def words(text: str) -> list[str]:
    """Return the words of ``text``: broken words joined, signs without letters left out."""
    joined = re.sub(f"[{BROKEN}]\\s*", "", text)
    return [word for word in joined.split() if any(character.isalnum() for character in word)]


def letter_words(letter: Letter) -> list[str]:
    """Return the words of ``Letter.texts``."""
    return [word for text in letter.texts() for word in words(text)]


def numbered_words(letter: Letter) -> list[str]:
    """Return the words of ``Letter.texts`` with the numbers of ordered lists before their items."""
    enclosed = tuple(replace(message, blocks=_numbered(message.blocks)) for message in letter.enclosed)
    return letter_words(replace(letter, body=_numbered(letter.body), enclosed=enclosed))


def _numbered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(_with_numbers(block) for block in blocks)


def _with_numbers(block: Block) -> Block:
    match block:
        case Quote(inner):
            return Quote(_numbered(inner))
        case ListBlock(items, ordered, start):
            numbers = (Paragraph((Span(f"{number}."),)) for number in range(start, start + len(items)))
            marked = tuple((number, *_numbered(item)) for number, item in zip(numbers, items, strict=True))
            return replace(block, items=marked if ordered else tuple(map(_numbered, items)))
    return block


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("head", "style", "title")
        if tag in ("br", "p", "li", "div", "td", "th", "h1", "h2"):
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("head", "style", "title")
        if tag in ("p", "li", "div", "td", "th", "h1", "h2"):
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text.append(data)


def html_words(html: str) -> list[str]:
    """Return the words that a browser shows, list numbers not counted."""
    parser = _Words()
    parser.feed(html)
    return words("".join(parser.text))


def origin(pdf: bytes, text: str, page: int = 1) -> tuple[float, float]:
    """Return where the first character of ``text`` begins and its font's line is highest, in millimetres."""
    sheet = pdfium.PdfDocument(pdf)[page - 1]
    words = sheet.get_textpage()
    found = words.search(text, match_case=True).get_next()
    assert found, f"{text} is not on page {page}"
    left, _, _, top = words.get_charbox(found[0], loose=True)
    return left * MM, (sheet.get_height() - top) * MM


def rules(pdf: bytes, page: int = 1) -> list[tuple[float, float, float]]:
    """Return the level rules of a page: left, right and lower edge, in millimetres from the top left."""
    import pypdfium2.raw as raw

    sheet = pdfium.PdfDocument(pdf)[page - 1]
    height = sheet.get_height()
    found = []
    for thing in sheet.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, _ = thing.get_bounds()
        found.append((left * MM, right * MM, (height - bottom) * MM))
    return found
