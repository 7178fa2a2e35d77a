"""The annex of a petition: how many signed in each country, and the names, however many, in columns."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from html import escape
from multiprocessing import get_context
from pathlib import Path

from lettergen.errors import Problem, RenderError
from lettergen.letters.petition import Petition
from lettergen.pages.html_words import document, spoken_text
from lettergen.pages.pdf.weasyprint_engine import LaidOutPages, WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.pages.vdp.pdf_objects import PdfObjects, opened
from lettergen.reference import language as words

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
.names { column-gap: 6mm; }
.goes-on { column-fill: auto; }
.in-2 { columns: 2; }
.in-3 { columns: 3; }
.names p { padding-left: 3mm; text-indent: -3mm; margin-bottom: 0.8mm; break-inside: avoid; }
.others { margin-top: 4mm; }
"""
_CHUNK = 600
"""Names that are laid out at once: time and memory grow with the length of a document, not of the annex."""
_SECTION = 2_500
"""Names of a section, which begins on a page of its own, so that sections can be set side by side."""
_WORKERS = 2
_WHAT = "of the annex"

_Piece = tuple[bytes, int]
"""A file, and how many of its pages belong to the annex."""


@dataclass(frozen=True, slots=True)
class _Section:
    """Some of the names, with what stands above and below them."""

    rows: tuple[str, ...]
    front: str
    end: str
    label: str
    """Which names they are: `2,501–5,000`; empty if there is one section only."""
    title: str
    language: str
    columns: int
    paper: tuple[float, float]


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
    rows = [", ".join(filter(None, petition.row(one))) for one in petition.named]
    if missing := fonts.missing_characters(rows, folders):
        raise RenderError([fonts.missing_problem(_WHAT, missing)])
    sections = tuple(_sections(petition, rows, paper))
    if len(sections) == 1:
        engine = WeasyPrintEngine(folders)
        yield from (opened(pdf).part(0, count) for pdf, count in _set(sections[0], engine))
        return
    # Whatever this process has used so far, a spawned one begins anew.
    with ProcessPoolExecutor(_WORKERS, get_context("spawn")) as pool:
        for pieces, problems in pool.map(partial(_set_apart, folders=folders), sections):
            if problems:
                raise RenderError(problems)
            yield from (opened(pdf).part(0, count) for pdf, count in pieces)


def _sections(petition: Petition, rows: Sequence[str], paper: tuple[float, float]) -> Iterator[_Section]:
    columns = 1 if len(rows) < 4 else 2 if len(rows) < 40 else 3
    language = petition.words.language
    for first in range(0, max(len(rows), 1), _SECTION):
        beyond = min(first + _SECTION, len(rows))
        ends = (words.number(first + 1, language), words.number(beyond, language))
        yield _Section(
            rows=tuple(rows[first:beyond]),
            front="" if first else _head(petition),
            end=_others(petition) if beyond == len(rows) else "",
            label="–".join(ends) if len(rows) > _SECTION else "",
            title=petition.words.annex,
            language=language,
            columns=columns,
            paper=paper,
        )


def _set_apart(
    section: _Section, *, folders: tuple[Path, ...]
) -> tuple[tuple[_Piece, ...], tuple[Problem, ...]]:
    """Set a section in a process of its own, from which errors come back as values."""
    try:
        return tuple(_set(section, WeasyPrintEngine(folders))), ()
    except RenderError as fault:
        return (), fault.problems


def _set(section: _Section, engine: WeasyPrintEngine) -> Iterator[_Piece]:
    rows = section.rows
    done = page = 0
    while done < len(rows) or page == 0:
        part = rows[done : done + _CHUNK]
        is_last = done + len(part) == len(rows)
        names = _names(part, section.language, section.columns, goes_on=not is_last)
        body = "".join((section.front if page == 0 else "", names, section.end if is_last else ""))
        laid = _laid_out(body, section, page, engine)
        count = laid.count
        if not is_last and count > 1:
            # The last page is not full: what stands on it begins the next piece.
            count -= 1
            done += _on_pages(laid, count, len(part))
        else:
            done += len(part)
        yield engine.write(laid, _WHAT), count
        page += count


def _laid_out(body: str, section: _Section, before: int, engine: WeasyPrintEngine) -> LaidOutPages:
    width, height = section.paper
    number = f'"{section.label} · " counter(page)' if section.label else "counter(page)"
    sheet = (
        f"@page {{ size: {width:g}mm {height:g}mm; margin: 18mm 18mm 20mm;\n"
        'font-family: "EB Garamond", serif; font-size: 9pt;\n'
        f"@bottom-right {{ content: {number}; }} }}\n"
        f"@page :first {{ counter-reset: page {before + 1}; }}\n"
    )
    return engine.lay_out(document(section.language, section.title, body), [_STYLE, sheet], {}, _WHAT)


def _on_pages(laid: LaidOutPages, pages: int, names: int) -> int:
    """Return how many names stand on so many pages from the first on."""
    first, beyond = 0, names
    while first < beyond:
        middle = (first + beyond) // 2
        if laid.find(f"n{middle}")[0] <= pages:
            first = middle + 1
        else:
            beyond = middle
    return first


def _names(rows: Sequence[str], language: str, columns: int, *, goes_on: bool) -> str:
    if not rows:
        return ""
    inner = "".join(f'<p id="n{at}">{spoken_text(row, language)}</p>\n' for at, row in enumerate(rows))
    # To balance columns takes several layouts; pages that are filled need none of it.
    filled = " goes-on" if goes_on else ""
    return f'<div class="names in-{columns}{filled}">\n{inner}</div>\n'


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
