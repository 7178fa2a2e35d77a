"""The receipt that an office signs when a petition is handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from lettergen.errors import RenderError
from lettergen.pages.html_words import document, spoken_text
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.reference.language import captions
from lettergen.reference.petitions import PetitionWords

__all__ = ["Receipt", "receipt"]

_STYLE = """
:root { font-family: "EB Garamond", serif; font-size: 12pt; line-height: 1.4;
  font-variant-numeric: lining-nums; hyphens: manual; }
body, p, h1, ul { margin: 0; padding: 0; }
h1 { font-size: 20pt; font-weight: 600; margin-bottom: 8mm; }
p { margin-bottom: 5mm; }
ul { list-style: none; margin-bottom: 10mm; }
li { margin-bottom: 1.5mm; }
.box { display: inline-block; width: 3.5mm; height: 3.5mm; border: 0.25mm solid #000; margin-right: 2.5mm; }
.line { border-top: 0.2mm solid #000; width: 110mm; margin-top: 20mm; padding-top: 1mm; font-size: 10pt; }
.copy { margin-top: 14mm; font-size: 10pt; }
body > *, li, li > * { position: relative; }
"""
_WHAT = "the receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is received from whom."""

    words: PetitionWords
    organiser: str
    addressee: str
    title: str
    """Of the petition."""
    signatures: str
    """How many, in words."""
    papers: tuple[str, ...]
    """What is handed over, to be ticked off."""


def receipt(order: Receipt, paper: tuple[float, float], font_folders: Sequence[Path] = ()) -> bytes:
    """Return the form as PDF, on a sheet of this width and height in mm.

    Raises:
        RenderError: A character of a name is in none of the fonts.
    """
    texts = [order.organiser, order.addressee, order.title]
    if missing := fonts.missing_characters(texts, tuple(font_folders)):
        raise RenderError([fonts.missing_problem(_WHAT, missing)])
    engine = WeasyPrintEngine(tuple(font_folders))
    page = f"@page {{ size: {paper[0]:g}mm {paper[1]:g}mm; margin: 25mm; }}\n"
    laid = engine.lay_out(_markup(order), [_STYLE, page], {}, _WHAT)
    return engine.write(laid, _WHAT)


def _markup(order: Receipt) -> str:
    words, language = order.words, order.words.language
    facts = {
        "organiser": order.organiser,
        "addressee": order.addressee or words.office,
        "title": order.title,
        "signatures": order.signatures,
    }
    text = words.receipt_text.format(**facts)
    colon = captions(language).colon
    papers = "".join(f'<li><span class="box"></span>{escape(paper)}</li>\n' for paper in order.papers)
    lines = "".join(
        f'<p class="line">{escape(line)}</p>\n'
        for line in (words.receiver, words.place_and_date, words.signature_and_stamp)
    )
    return document(
        language,
        words.receipt,
        f"<h1>{escape(words.receipt)}</h1>\n"
        f"<p>{spoken_text(text[:1].upper() + text[1:], language)}</p>\n"
        f"<p>{escape(words.received)}{colon.rstrip()}</p>\n<ul>\n{papers}</ul>\n{lines}"
        f'<p class="copy">{spoken_text(words.copy.format(organiser=order.organiser), language)}</p>\n',
    )
