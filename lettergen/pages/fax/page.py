"""The fax page as HTML and CSS: the letter's words, a line at the head of each page, a cover sheet."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from lettergen.letters.enclosures import unchanged
from lettergen.letters.letter import Letter
from lettergen.pages import html
from lettergen.pages.enclosure_markup import EnclosureArea, EnclosurePage, pages_of, section
from lettergen.pages.fax.raster import FaxPaper
from lettergen.pages.fax.sender import CoverSheet, PageLine
from lettergen.pages.html_words import spoken_text
from lettergen.pages.layout.directions import with_isolates
from lettergen.reference import language as words
from lettergen.reference.fax import cover_words
from lettergen.reference.stationery import Stationery

__all__ = ["closer_css", "cover_markup", "enclosed_pages", "fax_css", "markup", "paper_css"]

_ENCLOSURE_ORIGIN_MM, _ENCLOSURE_BOTTOM_MM = (6.0, 27.0), 12.5
"""Of pages of enclosures, the margins at the left, above and below, as in fax.css."""
_STYLES = Path(__file__).parents[1] / "styles"
_CLOSER = ("fax_close.css", "fax_closest.css")


@cache
def fax_css() -> str:
    """Return the look of all fax pages."""
    return (_STYLES / "fax.css").read_text(encoding="utf-8")


@cache
def closer_css() -> tuple[str, ...]:
    """Return what is added where a fax is set closer to save a page, step by step."""
    return tuple((_STYLES / file).read_text(encoding="utf-8") for file in _CLOSER)


def paper_css(paper: FaxPaper, line: PageLine) -> str:
    """Return the style sheet of the paper, with the line at the head of each page."""
    # A line in Latin letters alone is left as it is.
    left = f'"{_css(with_isolates(line.identity, "rtl"))}"'
    if line.number:
        left += f' "\\A {_css(with_isolates(line.number, "rtl"))}"'
    right = f'"{_css(line.when)}\\A " counter(page) "/" counter(pages)'
    return (
        f"@page {{ size: {paper.width:g}mm {paper.height:g}mm;"
        f" @top-left {{ white-space: pre-line; content: {left}; }}"
        f" @top-right {{ white-space: pre-line; content: {right}; }} }}\n"
    )


def _css(text: str) -> str:
    """Write a text as it stands in a CSS string: whatever could mean something there, as its code."""
    # The space ends the code and belongs to it.
    return "".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x} " for c in text)


def enclosed_pages(letter: Letter, folder: Path, paper: FaxPaper) -> tuple[EnclosurePage, ...]:
    """Return the pages of enclosed files as they stand on fax pages."""
    (left, top), bottom = _ENCLOSURE_ORIGIN_MM, _ENCLOSURE_BOTTOM_MM
    area = EnclosureArea((paper.width, paper.height), left, top, paper.width - left, paper.height - bottom)
    return tuple(pages_of(letter.bound, {one.file: unchanged(one, folder) for one in letter.bound}, area))


def markup(
    letter: Letter,
    stationery: Stationery,
    front: str = "",
    address: tuple[str, ...] | None = None,
    enclosed: Sequence[EnclosurePage] = (),
) -> str:
    """Return the letter's document without fold marks: a fax is not folded.

    Args:
        letter: The letter.
        stationery: The sheet that it would go on.
        front: What stands before the letter.
        address: Lines of its address as they are parted; default: as on the sheet.
        enclosed: The pages of enclosed files.
    """
    behind = "".join(section(one, letter.language, _ENCLOSURE_ORIGIN_MM) for one in enclosed)
    unfolded = replace(stationery, fold_marks=(), punch_mark=None)
    return html.markup(letter, unfolded, front=front, address=address, behind=behind)


def cover_markup(cover: CoverSheet, letter_pages: int) -> str:
    """Return the cover sheet, which counts as a page."""
    own = cover_words(cover.language)
    pages = own.pages.format(pages=letter_pages, total=letter_pages + 1)
    rows = [*cover.rows[:-1], (cover.pages_label, (pages,)), cover.rows[-1]]

    def written(text: str) -> str:
        return spoken_text(text, cover.language, base=words.direction(cover.language))

    def lines(texts: tuple[str, ...]) -> str:
        return "\n".join(f'<span class="line">{written(text)}</span>' for text in texts)

    cells = (
        f'<tr><th scope="row">{written(label)}</th> <td>{lines(texts)}</td></tr>\n' for label, texts in rows
    )
    parts = [f'<section class="cover">\n<h1>{written(own.heading)}</h1>\n<table>\n', *cells, "</table>\n"]
    if cover.pass_on:
        parts.append(f'<p class="pass-on">{written(cover.pass_on)}</p>\n')
    parts += (f'<p class="notice">{written(notice)}</p>\n' for notice in cover.notices)
    return "".join([*parts, "</section>\n"])
