"""The list of registered letters that the post stamps, one row per letter, with bar codes for its scanner."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path

from lettergen.delivery.paper.barcodes import code_128
from lettergen.errors import RenderError
from lettergen.pages.html import picture_url
from lettergen.pages.html_words import document, spoken_text
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts

__all__ = ["RegisteredItem", "registered_list"]

_STYLE = """
@page { size: A4; margin: 18mm 15mm 20mm; font-family: "EB Garamond", serif; font-size: 9pt;
  font-variant-numeric: lining-nums;
  @top-left { content: string(posted); }
  @bottom-right { content: counter(page) "\\2009/\\2009" counter(pages); } }
@page :first { @top-left { content: none; } }
:root { font-family: "EB Garamond", serif; font-size: 10pt; line-height: 1.25;
  font-variant-numeric: lining-nums tabular-nums; hyphens: manual; }
body, p, h1 { margin: 0; }
h1 { font-size: 14pt; font-weight: 600; margin-bottom: 2mm; }
.sender { margin-bottom: 5mm; string-set: posted content(); }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 1mm 1.5mm; border-bottom: 0.2mm solid #000; }
th { font-weight: 600; }
tr { break-inside: avoid; }
.number { text-align: right; }
.item { white-space: nowrap; }
/* A background, as it says nothing that the number does not: who listens is not told of it. */
.bars { height: 9mm; margin-top: 0.6mm; background-size: 100% 100%; image-rendering: pixelated; }
.stamp { margin-top: 12mm; break-inside: avoid; }
.stamp p { border-top: 0.2mm solid #000; width: 80mm; margin-top: 22mm; padding-top: 1mm; }
"""
_MODULE_MM = 0.26
"""Width of the thinnest bar: a printer of 300 dpi draws it with three dots."""
_QUIET = 10
"""White modules at either end of a Code 128."""
_HEADS = ("No.", "Item", "Addressee", "Destination", "g", "AR", "Fee")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredItem:
    """A letter on the list."""

    number: int
    """Its place on the list."""
    item: str
    """Its number as on the sticker: ``RR 473 124 829 GB``."""
    addressee: str
    destination: str
    weight_g: float
    receipt: bool
    """With advice of receipt."""


def registered_list(
    items: Sequence[RegisteredItem], *, sender: Sequence[str], on: str, font_folders: Sequence[Path] = ()
) -> bytes:
    """Return the list as PDF.

    Args:
        items: The letters in the order of the pile.
        sender: Name and address of the person posting them, one line each.
        on: The day, as printed.
        font_folders: Folders with further fonts.

    Raises:
        RenderError: A character of a name is in none of the fonts.
    """
    texts = [text for one in items for text in (one.addressee, one.destination)]
    if missing := fonts.missing_characters([*texts, *sender], tuple(font_folders)):
        raise RenderError([fonts.missing_problem("the registered list", missing)])
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    rows = "".join(_row(one) for one in items)
    markup = document(
        "en",
        "List of registered items",
        "<h1>Registered items</h1>\n"
        f'<p class="sender">Posted by {spoken_text(", ".join(sender), "en")}, {escape(on)}. '
        f"{len(items)} items.</p>\n"
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
        '<div class="stamp"><p>Accepted by (stamp and signature of the post)</p></div>\n',
    )
    engine = WeasyPrintEngine(tuple(font_folders))
    pictures = {_picture_name(one): _picture(code_128(_code(one))) for one in items}
    sheets = engine.lay_out(markup, [_STYLE], pictures, "the registered list")
    return engine.write(sheets, "the registered list")


def _row(one: RegisteredItem) -> str:
    receipt = "AR" if one.receipt else "–"
    return (
        f'<tr><td class="number">{one.number}</td><td class="item">{escape(one.item)}{_bars(one)}</td>'
        f"<td>{spoken_text(one.addressee, 'en')}</td><td>{escape(one.destination)}</td>"
        f'<td class="number">{one.weight_g:g}</td><td>{receipt}</td><td>\N{NO-BREAK SPACE}</td></tr>\n'
    )


def _bars(one: RegisteredItem) -> str:
    """Return the place of an item's bar code."""
    width = (len(code_128(_code(one))) + 2 * _QUIET) * _MODULE_MM
    style = f"width: {width:g}mm; background-image: url({picture_url(_picture_name(one))})"
    return f'<div class="bars" style="{style}"></div>'


def _code(one: RegisteredItem) -> str:
    """Return the number as it is coded, without the blanks that are for the eye."""
    return "".join(one.item.split())


def _picture_name(one: RegisteredItem) -> str:
    return f"{_code(one)}.png"


def _picture(modules: Sequence[bool]) -> bytes:
    """Return a bar code as a picture, one pixel for each module."""
    from PIL import Image

    white = [255] * _QUIET
    row = bytes([*white, *(0 if is_bar else 255 for is_bar in modules), *white])
    out = BytesIO()
    Image.frombytes("L", (len(row), 1), row).save(out, "PNG")
    return out.getvalue()
