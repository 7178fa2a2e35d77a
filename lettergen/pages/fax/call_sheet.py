"""The sheet that tells a copy shop which fax goes to which number, in order."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from lettergen.errors import RenderError
from lettergen.pages.fax.page import fax_css
from lettergen.pages.typefaces import fonts
from lettergen.reference import address
from lettergen.reference import language as words
from lettergen.reference.fax import sheet_words

if TYPE_CHECKING:
    from lettergen.pages.pdf.typesetter import Typesetter

__all__ = ["CallSheetRow", "call_sheet"]

_NAME = "the call sheet"
_PAGE = (
    "@page { size: %s; margin: 18mm 16mm; @bottom-right { content: counter(page) '/' counter(pages); } }\n"
)


@dataclass(frozen=True, slots=True)
class CallSheetRow:
    """One line of the sheet."""

    dial: str
    """The keys to press, parted for reading."""
    to: str
    """Office and country; the name of the file says which letter it is."""
    pages: int
    file: str
    seconds: float
    not_before: datetime
    """On the clock of the shop."""


def call_sheet(
    calls: Sequence[CallSheetRow], typesetter: "Typesetter", *, language: str, country: str | None
) -> bytes:
    """Return the sheet as PDF.

    Args:
        calls: In the order in which they are to be made.
        typesetter: Whose engine and fonts are used.
        language: Of the sheet.
        country: Where the shop is; says how numbers are dialled.

    Raises:
        RenderError: A character is in no font.
    """
    own = sheet_words(language)
    where = own.where.format(country=address.country_name(country, language)) if country else ""
    total = own.total.format(
        faxes=len(calls),
        pages=sum(one.pages for one in calls),
        minutes=_minutes(sum(o.seconds for o in calls)),
    )
    rows = [_row(number, one, language) for number, one in enumerate(calls, start=1)]
    texts = [
        own.title,
        own.intro,
        where,
        own.hours,
        total,
        *own.columns,
        *(text for row in rows for text in row),
    ]
    missing = fonts.missing_characters(texts, typesetter.font_folders)
    if missing:
        raise RenderError([fonts.missing_problem(_NAME, missing)])
    heads = _cells("th", own.columns)
    parts = (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n',
        f"<title>{escape(own.title)}</title>\n</head>\n",
        f'<body class="call-sheet">\n<h1>{escape(own.title)}</h1>\n',
        *(f"<p>{escape(text)}</p>\n" for text in (own.intro, f"{where} {own.hours}".strip(), total)),
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n",
        *(f"<tr>{_cells('td', row)}</tr>\n" for row in rows),
        "</tbody>\n</table>\n</body>\n</html>\n",
    )
    size = "215.9mm 279.4mm" if country in {"US", "CA"} else "A4"
    engine = typesetter.engine
    return engine.write(engine.lay_out("".join(parts), [fax_css(), _PAGE % size], {}, _NAME), _NAME)


def _minutes(seconds: float) -> int:
    return math.ceil(seconds / 60)


def _row(number: int, call: CallSheetRow, language: str) -> tuple[str, ...]:
    day = call.not_before.date()
    when = f"{words.full_date(day, language)}, {call.not_before:%H:%M}"
    return (str(number), call.dial, call.to, str(call.pages), call.file, str(_minutes(call.seconds)), when)


_CLASSES = ("right", "number", "", "right", "file", "right", "")


def _cells(tag: str, texts: Sequence[str]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    return "".join(
        f'<{tag}{scope} class="{kind}">{escape(text)}</{tag}>'
        for kind, text in zip(_CLASSES, texts, strict=True)
    )
