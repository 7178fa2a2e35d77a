"""The same letters by other programs; each is started as a process of its own by `run.py`.

    python benchmarks/peers.py NAME WORDS.json OUTPUT [--count N] [--processes N]

Layouts are alike, not the same: every program breaks its own lines. All have the words ready, so that none
of them reads, checks or fills in facts.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent.parent / "lettergen" / "pages" / "fonts" / "eb-garamond"
SLICE = 500
"""Letters of a document where a mailing is parted as lettergen parts it."""

TYPST = """
#let w = json("words.json")
#set document(title: w.title)
#set page(
  paper: "a4",
  margin: (top: 29mm, right: 29.4mm, bottom: w.bottom_mm * 1mm, left: 24.6mm),
)
#set text(font: "EB Garamond", size: w.size_pt * 1pt, lang: "en", hyphenate: true)
#set text(number-type: "old-style")
#let between = (w.leading - 0.65) * w.size_pt * 1pt
#set par(leading: between, spacing: between + w.paragraph_mm * 1mm)
#set list(marker: [–])
#let lines(..all) = all.pos().join(linebreak())
#let letter(one) = {
  place(top + right, dy: -14mm, {
    set text(size: 9.5pt)
    align(right, text(size: 13pt, weight: 600, one.name))
    box(width: 55.6mm, align(left, lines(one.line_1, one.line_2, one.line_3)))
  })
  place(top + left, dy: -4mm, text(size: 8pt, one.at("return")))
  place(top + left, dy: 10.5mm, text(size: 11.5pt, lines(..w.to)))
  v(66mm)
  align(right, one.date)
  v(4mm)
  strong(w.subject)
  parbreak()
  v(1mm)
  w.opening
  parbreak()
  for (kind, words) in w.blocks {
    if kind == "li" { list.item(words) }
    if kind == "p" { words; parbreak() }
    if kind == "own" and one.own != "" { one.own; parbreak() }
  }
  block(breakable: false, {
    w.closing
    v(12mm)
    one.name
  })
}
"""


def words_of(path: str, count: int | None) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    words["letters"] = words["letters"][:count]
    return words


def shared(letters: Sequence[Any], processes: int, make: Callable[[Sequence[Any], int], None]) -> None:
    """Make letters here, or a part in each of some forked processes; ``make`` gets the first number, too."""
    if processes == 1:
        make(letters, 0)
        return
    size = -(-len(letters) // processes)
    children = []
    for start in range(0, len(letters), size):
        child = os.fork()
        if child == 0:
            make(letters[start : start + size], start)
            os._exit(0)
        children.append(child)
    if any(os.waitpid(child, 0)[1] for child in children):
        sys.exit("a process failed")


# --- Typst --------------------------------------------------------------------------------------------------


def typst_separate(words: dict[str, Any], out: Path, processes: int) -> None:
    """One compiler for all, told of each letter by `sys.inputs`: the fastest way that its wheel has."""
    import typst

    root = _typst_root(out, words)
    (root / "one.typ").write_text(f"{TYPST}\n#letter(json(bytes(sys.inputs.one)))\n", encoding="utf-8")

    def make(letters: Sequence[Any], start: int) -> None:
        compiler = typst.Compiler(root / "one.typ", root=root, font_paths=[FONTS], ignore_system_fonts=True)
        for number, one in enumerate(letters, start):
            told = {"one": json.dumps(one, ensure_ascii=False)}
            compiler.compile(output=out / f"{number:06}.pdf", sys_inputs=told)

    shared(words["letters"], processes, make)


def typst_combined(words: dict[str, Any], out: Path, processes: int) -> None:
    """One document of all letters."""
    del processes
    root = _typst_document(out, words)
    _compile(root, words["letters"], out / "all.pdf")


def typst_sliced(words: dict[str, Any], out: Path, processes: int) -> None:
    """A document of every 500 letters, each by a process of its own: one process keeps what it has set."""
    root = _typst_document(out, words)
    letters = words["letters"]
    slices = [letters[at : at + SLICE] for at in range(0, len(letters), SLICE)]

    def make(some: Sequence[Any], start: int) -> None:
        for number, part in enumerate(some, start):
            child = os.fork()
            if child == 0:
                _compile(root, part, out / f"all-{number:04}.pdf")
                os._exit(0)
            if os.waitpid(child, 0)[1]:
                sys.exit("a process failed")

    shared(slices, processes, make)


def _typst_document(out: Path, words: dict[str, Any]) -> Path:
    root = _typst_root(out, words)
    pages = "#for (at, one) in all.enumerate() { if at > 0 { pagebreak() }; letter(one) }"
    text = f"{TYPST}\n#let all = json(sys.inputs.all)\n{pages}\n"
    (root / "all.typ").write_text(text, encoding="utf-8")
    return root


def _compile(root: Path, letters: Sequence[Any], path: Path) -> None:
    import typst

    data = root / f"{path.stem}.json"
    data.write_text(json.dumps(letters, ensure_ascii=False), encoding="utf-8")
    typst.compile(
        root / "all.typ",
        output=path,
        root=root,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"all": data.name},
    )


def _typst_root(out: Path, words: dict[str, Any]) -> Path:
    root = out.with_name("typst")
    root.mkdir()
    constant = {name: value for name, value in words.items() if name != "letters"}
    (root / "words.json").write_text(json.dumps(constant, ensure_ascii=False), encoding="utf-8")
    return root


# --- WeasyPrint and PlutoPrint ------------------------------------------------------------------------------


def filled(pattern: str, one: dict[str, str], quote: Callable[[str], str]) -> str:
    for name, value in one.items():
        if value:
            pattern = pattern.replace(f"\x00{name}\x00", quote(value))
    return pattern


def _escaped(text: str) -> str:
    return escape(text, quote=False)


def _pages(words: dict[str, Any]) -> Iterator[str]:
    style = f"<style>{words['style']}</style></head>"
    for one in words["letters"]:
        yield filled(words["body"], one, _escaped).replace("</head>", style, 1)


def weasyprint_naive(words: dict[str, Any], out: Path, processes: int) -> None:
    """What the first page of its documentation shows, in a loop."""
    from weasyprint import HTML

    def make(pages: Sequence[str], start: int) -> None:
        for number, page in enumerate(pages, start):
            HTML(string=page).write_pdf(out / f"{number:06}.pdf")

    shared(list(_pages(words)), processes, make)


def weasyprint_best(words: dict[str, Any], out: Path, processes: int) -> None:
    """The fonts' configuration and the parsed style sheet are kept."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    def make(letters: Sequence[Any], start: int) -> None:
        fonts = FontConfiguration()
        style = CSS(string=words["style"], font_config=fonts)
        for number, one in enumerate(letters, start):
            page = HTML(string=filled(words["body"], one, _escaped))
            page.write_pdf(out / f"{number:06}.pdf", font_config=fonts, stylesheets=[style])

    shared(words["letters"], processes, make)


# PlutoPrint does not paint what is positioned above the text; all of it flows instead.
_IN_FLOW = """
@page { size: 210mm 297mm; margin: 15mm 29.4mm 15mm 24.6mm; }
.letterhead, .return-address, .inside-address { position: static; width: auto; }
.letterhead { text-align: right; margin: 0; }
.inside-address { margin: 5mm 0 12mm; }
"""


def plutoprint(words: dict[str, Any], out: Path, processes: int) -> None:
    import plutoprint as pluto

    style = re.sub(r"@page :first \{ margin-top: [^}]*\}", "", words["style"])
    words["style"] = style + _IN_FLOW

    def make(pages: Sequence[str], start: int) -> None:
        for number, page in enumerate(pages, start):
            book = pluto.Book(pluto.PAGE_SIZE_A4)
            book.load_html(page)
            book.write_to_pdf(str(out / f"{number:06}.pdf"))

    shared(list(_pages(words)), processes, make)


# --- ReportLab ----------------------------------------------------------------------------------------------


def reportlab_separate(words: dict[str, Any], out: Path, processes: int) -> None:
    def make(letters: Sequence[Any], start: int) -> None:
        for number, one in enumerate(letters, start):
            _reportlab(words, [one], out / f"{number:06}.pdf")

    shared(words["letters"], processes, make)


def reportlab_combined(words: dict[str, Any], out: Path, processes: int) -> None:
    del processes
    _reportlab(words, words["letters"], out / "all.pdf")


def _reportlab(words: dict[str, Any], letters: Sequence[dict[str, str]], path: Path) -> None:
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    if "Garamond" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Garamond", FONTS / "EBGaramond-Regular.ttf"))
        pdfmetrics.registerFont(TTFont("Garamond-Bold", FONTS / "EBGaramond-SemiBold.ttf"))
    size = words["size_pt"]
    plain = ParagraphStyle(
        "plain",
        fontName="Garamond",
        fontSize=size,
        leading=size * words["leading"],
        spaceAfter=words["paragraph_mm"] * mm,
    )
    small = ParagraphStyle("small", plain, fontSize=9.5, leading=12, spaceAfter=0)
    right = ParagraphStyle("right", plain, alignment=TA_RIGHT)
    bold = ParagraphStyle("bold", plain, fontName="Garamond-Bold")
    item = ParagraphStyle("item", plain, leftIndent=14, bulletIndent=0)
    document = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        title=words["title"],
        leftMargin=24.6 * mm,
        rightMargin=29.4 * mm,
        topMargin=12 * mm,
        bottomMargin=words["bottom_mm"] * mm - 6,
    )

    def paragraph(text: str, style: Any, **more: Any) -> Any:
        return Paragraph(_escaped(text), style, **more)

    flow: list[Any] = []
    for at, one in enumerate(letters):
        if at:
            flow.append(PageBreak())
        flow += [paragraph(one["name"], ParagraphStyle("head", bold, alignment=TA_RIGHT))]
        flow += [
            paragraph(one[f"line_{n}"], ParagraphStyle("r", small, alignment=TA_RIGHT)) for n in (1, 2, 3)
        ]
        flow += [Spacer(0, 3 * mm), paragraph(one["return"], small), Spacer(0, 3 * mm)]
        flow += [paragraph(line, small) for line in words["to"]]
        flow += [Spacer(0, 12 * mm), paragraph(one["date"], right)]
        flow += [paragraph(words["subject"], bold), paragraph(words["opening"], plain)]
        for kind, text in words["blocks"]:
            if kind == "li":
                flow.append(paragraph(text, item, bulletText="–"))
            elif kind == "p" or one["own"]:
                flow.append(paragraph(text or one["own"], plain))
        flow += [paragraph(words["closing"], plain), Spacer(0, 12 * mm), paragraph(one["name"], plain)]
    document.build(flow)


# --- Text and bare parsing ----------------------------------------------------------------------------------


def text(words: dict[str, Any], out: Path, processes: int) -> None:
    """A finished text of which only the marks are filled in by Jinja, sandboxed as lettergen's."""
    from jinja2.sandbox import SandboxedEnvironment

    source = words["text"]
    for name in words["letters"][0]:
        source = source.replace(f"\x00{name}\x00", f"{{{{ {name} }}}}")
    if "\x00" in source:
        sys.exit("a mark is left")
    template = SandboxedEnvironment().from_string(source)

    def make(letters: Sequence[Any], start: int) -> None:
        for number, one in enumerate(letters, start):
            (out / f"{number:06}.txt").write_text(template.render(one), encoding="utf-8")

    shared(words["letters"], processes, make)


PEERS = {
    "typst-separate": typst_separate,
    "typst-combined": typst_combined,
    "typst-sliced": typst_sliced,
    "weasyprint-naive": weasyprint_naive,
    "weasyprint-best": weasyprint_best,
    "plutoprint": plutoprint,
    "reportlab-separate": reportlab_separate,
    "reportlab-combined": reportlab_combined,
    "text": text,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("words")
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int)
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    given.out.mkdir()
    PEERS[given.name](words_of(given.words, given.count), given.out, given.processes)


if __name__ == "__main__":
    main()
