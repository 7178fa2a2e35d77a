"""The annex of a petition: how many signed in each country, and the names, however many, in columns."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from html import escape
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from lettergen.delivery.paper.name_columns import (
    BESIDE,
    BOTTOM,
    TOP,
    NameList,
    Piece,
    Row,
    sheets_of_names,
)
from lettergen.errors import Problem, RenderError
from lettergen.facts.model import Signature
from lettergen.isolated_process import confine
from lettergen.letters.petition import Petition
from lettergen.pages.html_words import document, spoken_text
from lettergen.pages.pdf.side_by_side import with_overlays
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.pages.vdp.pdf_objects import PdfObjects, opened
from lettergen.reference import language as words
from lettergen.reference.petitions import PetitionWords

__all__ = ["annex_pages"]

_STYLE = """
:root { font-family: "EB Garamond", serif; font-size: 9.5pt; line-height: 1.2;
  font-variant-numeric: lining-nums; hyphens: manual; }
body, p, h1, h2 { margin: 0; padding: 0; }
h1 { font-size: 15pt; font-weight: 600; margin-bottom: 3mm; }
h2 { font-size: 11pt; font-weight: 600; margin: 5mm 0 2mm; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.3mm 5mm 0.3mm 0; font-weight: 400; }
.head th { font-style: italic; }
.figure { text-align: right; }
.sum > * { border-top: 0.2mm solid #000; font-weight: 600; }
.front { border-bottom: 0.2mm solid #000; padding-bottom: 4mm; margin-bottom: 4mm; }
.others { margin-top: 4mm; }
"""
_SECTION = 5_000
"""Names of a section, which begins on a page of its own, so that sections can be set side by side."""
_WORKERS = 2
_WHAT = "the annex"


def annex_pages(
    petition: Petition, paper: tuple[float, float], font_folders: Sequence[Path] = ()
) -> Iterator[PdfObjects]:
    """Yield the annex in pieces, each of whole pages; a long one is set by several processes.

    Args:
        petition: Who signed, as the readers may see them.
        paper: Width and height of the sheet in mm.
        font_folders: Folders with further fonts.

    Raises:
        RenderError: A character of a name is in none of the fonts, or a library is not installed.
    """
    folders = tuple(font_folders)
    rows = [(_row(petition, one), one.country) for one in petition.named]
    if missing := fonts.missing_characters([text for text, _ in rows], folders):
        raise RenderError([_missing(petition, missing)])
    engine = WeasyPrintEngine(folders)
    sections = tuple(_sections(petition, rows, paper))
    pieces = list(_set_apart(sections, folders) if len(sections) > 1 else _set(sections[0], engine))
    yield from _numbered(pieces, petition, paper, engine)


def _row(petition: Petition, one: Signature) -> str:
    return ", ".join(filter(None, petition.row(one)))


def _missing(petition: Petition, characters: Sequence[str]) -> Problem:
    """Return the problem of names with characters that no font has, at the first of them."""
    lacking, named = set(characters), set(map(id, petition.named))
    places = (
        one.place(at)
        for one in petition.lists
        for at, signed in enumerate(one.signatures)
        if id(signed) in named and lacking.intersection(_row(petition, signed))
    )
    return replace(fonts.missing_problem(_WHAT, characters), place=next(places, None))


def _sections(petition: Petition, rows: Sequence[Row], paper: tuple[float, float]) -> Iterator[NameList]:
    columns = 1 if len(rows) < 4 else 2 if len(rows) < 40 else 3
    for first in range(0, max(len(rows), 1), _SECTION):
        beyond = min(first + _SECTION, len(rows))
        yield NameList(
            rows=tuple(rows[first:beyond]),
            head="" if first else _head(petition),
            end=_others(petition) if beyond == len(rows) else "",
            title=petition.words.annex,
            language=petition.words.language,
            columns=columns,
            paper=paper,
            style=_STYLE,
        )


def _set(section: NameList, engine: WeasyPrintEngine) -> Iterator[Piece]:
    return sheets_of_names(section, engine, _WHAT)


def _set_apart(sections: Sequence[NameList], folders: tuple[Path, ...]) -> Iterator[Piece]:
    """Set each section in a process of its own.

    Raises:
        RenderError: A page cannot be made.
    """
    # Whatever this process has used so far, a spawned one begins anew.
    with ProcessPoolExecutor(_WORKERS, get_context("spawn"), initializer=confine) as pool:
        for pieces, problems in pool.map(partial(_set_or_told, folders=folders), sections):
            if problems:
                raise RenderError(problems)
            yield from pieces


def _set_or_told(
    section: NameList, *, folders: tuple[Path, ...]
) -> tuple[tuple[Piece, ...], tuple[Problem, ...]]:
    """Set a section in a process of its own, from which errors come back as values."""
    try:
        return tuple(_set(section, WeasyPrintEngine(folders))), ()
    except RenderError as fault:
        return (), fault.problems


def _numbered(
    pieces: Sequence[Piece], petition: Petition, paper: tuple[float, float], engine: WeasyPrintEngine
) -> Iterator[PdfObjects]:
    """Yield the pieces with `Page 3 of 85` below each page, which is known when all have been set."""
    import pikepdf

    feet = _feet(sum(count for _, count in pieces), petition.words, paper, engine)
    with pikepdf.open(BytesIO(feet)) as drawn:
        at = 0
        for pdf, count in pieces:
            yield opened(with_overlays(pdf, drawn.pages[at : at + count]))
            at += count


def _feet(count: int, spoken: PetitionWords, paper: tuple[float, float], engine: WeasyPrintEngine) -> bytes:
    """Return so many pages with nothing but their numbers."""
    before, of, after = spoken.page
    style = (
        f"@page {{ size: {paper[0]:g}mm {paper[1]:g}mm; margin: {TOP}mm {BESIDE}mm {BOTTOM}mm;\n"
        'font-family: "EB Garamond", serif; font-size: 9pt; font-variant-numeric: lining-nums;\n'
        "@bottom-right { content: string(foot); } }\n"
        "div { string-set: foot attr(data-foot); break-after: page; }\n"
    )
    everything = words.number(count, spoken.language)
    told = (
        f"{before}{words.number(at, spoken.language)}{of}{everything}{after}" for at in range(1, count + 1)
    )
    body = "".join(f'<div data-foot="{escape(foot)}"></div>\n' for foot in told)
    laid = engine.lay_out(document(spoken.language, spoken.annex, body), [style], {}, _WHAT)
    return engine.write(laid, _WHAT)


def _head(petition: Petition) -> str:
    annex = petition.annex()
    spoken, language = petition.words, petition.language
    title = spoken.annex if petition.named else spoken.by_country
    head = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{spoken_text(value, language)}</td></tr>\n'
        for label, value in annex.head
    )
    unknown = petition.count.total - sum(petition.count.countries.values())
    numbers = [*petition.by_country(), *([(spoken.elsewhere, unknown)] if unknown else [])]
    rows = "".join(_figure(name, number, language) for name, number in numbers)
    total = _figure(spoken.together, petition.count.total, language, " class=sum")
    return (
        f'<div class="front">\n<h1>{escape(title)}</h1>\n'
        f'<table class="head"><tbody>\n{head}</tbody></table>\n'
        f"<h2>{escape(spoken.by_country)}</h2>\n<table><thead><tr>"
        f'<th scope="col">{escape(spoken.country)}</th>'
        f'<th scope="col" class="figure">{escape(spoken.number)}</th></tr></thead>\n'
        f"<tbody>\n{rows}{total}</tbody></table>\n</div>\n"
    )


def _figure(name: str, number: int, language: str, attributes: str = "") -> str:
    told = words.number(number, language)
    return f'<tr{attributes}><th scope="row">{escape(name)}</th><td class="figure">{escape(told)}</td></tr>\n'


def _others(petition: Petition) -> str:
    """Return how many are not named here."""
    lines = list(petition.others()) if petition.named else [petition.words.counted_only]
    return "".join(f'<p class="others">{escape(line)}</p>\n' for line in lines)
