"""Sheets on which people sign a petition by hand: the words they sign, lines, what becomes of their data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from lettergen.errors import RenderError
from lettergen.facts.signature_lists import PetitionText
from lettergen.pages.html_words import document, spoken_text
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.reference.language import captions
from lettergen.reference.petitions import PetitionWords

__all__ = ["SheetOrder", "SignatureSheets"]

_STYLE = """
:root { font-family: "EB Garamond", serif; line-height: 1.3; font-variant-numeric: lining-nums;
  hyphens: manual; }
body, p, h1, h2 { margin: 0; padding: 0; }
.sheet { break-after: page; }
.sheet:last-child { break-after: auto; }
h1 { font-size: 1.5em; font-weight: 600; line-height: 1.2; margin-bottom: 2mm; }
.text p { margin-bottom: 1.5mm; hyphens: auto; }
.lead { font-weight: 600; margin: 2mm 0 2mm; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 9pt; }
th, td { border: 0.2mm solid #000; padding: 0.5mm 1.5mm; text-align: left; vertical-align: middle; }
thead th { font-weight: 600; line-height: 1.1; vertical-align: bottom; }
tbody tr { height: 9mm; }
tbody th { font-weight: 400; text-align: right; }
.number { width: 10mm; }
.yes { width: 27mm; }
td.yes { white-space: nowrap; }
.place { width: 24%; }
.name { width: 27%; }
.box { display: inline-block; width: 3mm; height: 3mm; border: 0.25mm solid #000; margin-right: 1.2mm; }
.privacy { margin-top: 2.5mm; font-size: 8.5pt; line-height: 1.25; }
.privacy h2 { font-size: 1em; font-weight: 600; }
/* What is positioned is painted last; so all is, and the words keep their order. */
.sheet, .sheet > *, .text > *, .privacy > * { position: relative; }
"""
_ROW_MM = 9.0
_MARGIN_MM = 15.0
_FOOT_MM = 22.0
"""Below the privacy note: who counted the sheet, and its number."""
_SIZES = (11.5, 10.5, 9.5)
"""Points of the petition's words, until enough lines have room."""
_FEWEST_LINES = 8
_WHAT = "the signature sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOrder:
    """What stands on the sheets."""

    text: PetitionText
    words: PetitionWords
    organiser: str
    """Who keeps the sheets."""
    contact: str
    """Where a signature can be withdrawn; may be empty."""
    addressee: str
    """Who is shown the names; empty: the office that the petition is addressed to."""
    paper: tuple[float, float]
    """Width and height of the sheet in mm."""
    sheets: int
    """How many sheets; their lines are numbered through."""


@dataclass(slots=True)
class SignatureSheets:
    """Sets sheets; keep one for a process."""

    font_folders: Sequence[Path] = ()
    _engine: WeasyPrintEngine = field(init=False)

    def __post_init__(self) -> None:
        """Start WeasyPrint.

        Raises:
            RenderError: A library that it needs is not installed.
        """
        self._engine = WeasyPrintEngine(tuple(self.font_folders))

    def pdf(self, order: SheetOrder) -> tuple[bytes, int]:
        """Return the sheets as PDF, and how many lines each has. Every sheet bears the words that are signed.

        Raises:
            RenderError: The words leave no room for lines, or a character is in none of the fonts.
        """
        texts = [order.text.title, order.text.text, order.organiser, order.contact, order.addressee]
        if missing := fonts.missing_characters(texts, tuple(self.font_folders)):
            raise RenderError([fonts.missing_problem(_WHAT, missing)])
        for size in _SIZES:
            lines = self._room(order, size)
            if lines >= _FEWEST_LINES:
                break
        else:
            raise RenderError.of(
                "petition-too-long",
                f"the petition’s words leave room for {max(lines, 0)} lines on a sheet.",
                f"shorten `text`; a sheet has at least {_FEWEST_LINES} lines to sign.",
            )
        pages = (_sheet(order, at * lines, lines) for at in range(order.sheets))
        laid = self._engine.lay_out(_document(order, pages), self._styles(order, size), {}, _WHAT)
        return self._engine.write(laid, _WHAT), lines

    def _room(self, order: SheetOrder, size: float) -> int:
        """Return how many lines have room below the words and above the privacy note."""
        laid = self._engine.lay_out(
            _document(order, [_sheet(order, 0, 1, marks=True)]), self._styles(order, size), {}, _WHAT
        )
        page, end = laid.find("end")
        if page > 1:
            return 0
        return 1 + int((order.paper[1] - _FOOT_MM - end) // _ROW_MM)

    def _styles(self, order: SheetOrder, size: float) -> list[str]:
        before, between, after = map(_quoted, order.words.page)
        width, height = order.paper
        colon = captions(order.words.language).colon
        return [
            _STYLE,
            f":root {{ font-size: {size}pt; }}\n"
            f"@page {{ size: {width:g}mm {height:g}mm; margin: {_MARGIN_MM}mm {_MARGIN_MM}mm {_FOOT_MM}mm;\n"
            'font-family: "EB Garamond", serif; font-size: 9pt;\n'
            f"@bottom-left {{ content: {_quoted(order.words.counted_by + colon + '_' * 34)}; }}\n"
            f"@bottom-right {{ content: {before} counter(page) {between} counter(pages) {after}; }} }}",
        ]


def _quoted(text: str) -> str:
    """Return a text as a string of CSS."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _document(order: SheetOrder, pages: Iterator[str] | Sequence[str]) -> str:
    return document(order.words.language, order.text.title, "".join(pages))


def _sheet(order: SheetOrder, first: int, lines: int, *, marks: bool = False) -> str:
    words, language = order.words, order.words.language
    paragraphs = (part.strip() for part in order.text.text.split("\n\n"))
    text = "".join(f"<p>{spoken_text(' '.join(part.split()), language)}</p>\n" for part in paragraphs if part)
    number, name, place, sign, yes = map(escape, words.sheet_columns)
    heads = (
        f'<th scope="col" class="number">{number}</th><th scope="col" class="name">{name}</th>'
        f'<th scope="col" class="place">{place}</th><th scope="col">{sign}</th>'
        f'<th scope="col" class="yes">{yes}</th>'
    )
    blank = "<td>\N{NO-BREAK SPACE}</td>"
    agreed = f'<td class="yes"><span class="box"></span>{escape(words.sheet_yes)}</td>'
    rows = "".join(
        f'<tr><th scope="row" class="number">{first + at}</th>{blank * 3}{agreed}</tr>\n'
        for at in range(1, lines + 1)
    )
    facts = {"organiser": order.organiser, "addressee": order.addressee or words.office}
    privacy = words.privacy.format(**facts)
    contact = words.privacy_contact.format(contact=order.contact) if order.contact else ""
    told = spoken_text(" ".join(filter(None, (privacy, contact))), language)
    end = '<div id="end"></div>' if marks else ""
    return (
        f'<div class="sheet">\n<h1>{spoken_text(order.text.title, language)}</h1>\n'
        f'<div class="text">{text}</div>\n<p class="lead">{escape(words.sheet_lead)}</p>\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
        f'<div class="privacy"><h2>{escape(words.privacy_head)}</h2>\n<p>{told}</p></div>\n{end}</div>\n'
    )
