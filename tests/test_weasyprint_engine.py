"""WeasyPrint on its lead: what it may load, what it may pass over, what it needs."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from lettergen import system_packages
from lettergen.errors import RenderError
from lettergen.letters.letter import SignatureBlock
from lettergen.pages import html
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.reference.stationery import stationery
from tests.pages import samples
from tests.pages.reading import page_words

# Korean stands for what no font has.
pytestmark = pytest.mark.usefixtures("without_extra_fonts")

DIN = stationery("din-5008-b")


@pytest.fixture(scope="module")
def engine() -> WeasyPrintEngine:
    return WeasyPrintEngine()


def page(body: str, head: str = "") -> str:
    return f'<html lang="en"><head><title>t</title>{head}</head><body><h1>Subject</h1>{body}</body></html>'


def faults(engine: WeasyPrintEngine, html: str) -> list[str]:
    with pytest.raises(RenderError) as caught:
        engine.write(engine.lay_out(html, [], {}, "to `xx-premier`"), "to `xx-premier`")
    return sorted({problem.name for problem in caught.value.problems})


REFUSED = {"refused-file", "refused-act"}  # by the fetcher; by the wall, before a font is even fetched
LOADS = {
    "picture": '<img src="{}" alt="x">',
    "embedded": '<embed src="{}">',
    "object": '<object data="{}"></object>',
    "style sheet": '<link rel="stylesheet" href="{}">',
    "import": '<style>@import "{}";</style>',
    "background": '<p style="background: url({})">x</p>',
    "content": "<style>p::before {{ content: url({}) }}</style><p>x</p>",
    "list picture": '<ul style="list-style-image: url({})"><li>x</li></ul>',
    "font": "<style>@font-face {{ font-family: q; src: url({}) }} p {{ font-family: q }}</style><p>x</p>",
    "attachment": '<link rel="attachment" href="{}">',
    "attached link": '<a rel="attachment" href="{}">x</a>',
    "drawing": '<svg width="9" height="9"><title>t</title><image href="{}" width="9" height="9"/></svg>',
}


@pytest.fixture(scope="module")
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.mark.parametrize("vector", LOADS.values(), ids=LOADS)
def test_no_file_is_read(vector: str, engine: WeasyPrintEngine, tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>canary</text></svg>')
    assert REFUSED & {*faults(engine, page(vector.format(secret.as_uri())))}


@pytest.mark.parametrize("vector", LOADS.values(), ids=LOADS)
def test_no_connection_is_made(vector: str, engine: WeasyPrintEngine, server: socket.socket) -> None:
    port = server.getsockname()[1]
    assert REFUSED & {*faults(engine, page(vector.format(f"http://127.0.0.1:{port}/x")))}
    with pytest.raises(BlockingIOError):
        server.accept()


def test_a_refusal_does_not_stay_for_the_next_letter(engine: WeasyPrintEngine) -> None:
    faults(engine, page('<img src="file:///x" alt="x">'))
    sheets = engine.lay_out(page("<p>well</p>"), [], {}, "to `xx-speaker`")
    assert engine.write(sheets, "to `xx-speaker`").startswith(b"%PDF-1.7")


def test_what_weasyprint_only_logs_is_a_fault(engine: WeasyPrintEngine) -> None:
    assert faults(engine, page('<p style="colour: red">x</p>')) == ["page-fault"]
    assert faults(engine, page('<p>\ue0ff is in no font</p><p style="font-family: serif">한</p>')) == [
        "missing-glyph"
    ]
    assert faults(engine, page('<a href="#nowhere">x</a>')) == ["page-fault"]


def test_a_broken_picture_is_a_fault(engine: WeasyPrintEngine) -> None:
    with pytest.raises(RenderError) as caught:
        engine.lay_out(page('<img src="asset:a" alt="a">'), [], {"a": b"no picture"}, "to `xx-premier`")
    assert [problem.name for problem in caught.value.problems] == ["missing-picture"]


def test_nesting_without_end_is_a_fault_of_that_letter(engine: WeasyPrintEngine) -> None:
    assert faults(engine, page("<div>" * 900 + "x" + "</div>" * 900)) == ["letter-too-heavy"]


def test_without_pango_the_line_to_install_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.setattr(system_packages, "install_pages", lambda: "run `the command`.")
    with pytest.raises(RenderError) as caught:
        WeasyPrintEngine()
    (problem,) = caught.value.problems
    assert problem.name == "missing-library"
    assert problem.fix == "run `the command`."


def test_without_pango_nothing_is_said_on_stdout(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import cffi\ndef fail(self, name, flags=0):\n    raise OSError(name)\ncffi.FFI.dlopen = fail\n"
    )
    make = "from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine; WeasyPrintEngine()"
    done = subprocess.run(
        [sys.executable, "-c", make],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "missing-library" in done.stderr
    assert done.stdout == ""


def test_a_weasyprint_without_what_it_documents_is_told_with_the_one_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("weasyprint.urls.URLFetcherResponse")
    with pytest.raises(RenderError) as caught:
        WeasyPrintEngine()
    (problem,) = caught.value.problems
    assert problem.name == "moved-library"
    assert "70.0 has no `" in problem.message
    assert "-m pip install 'weasyprint>=70,<71'`" in problem.fix


def korean(folder: Path, *, is_variable: bool = False) -> Path:
    """Draw a font of three Hangul syllables, each a box."""
    builder = FontBuilder(1000, isTTF=True)
    names = [".notdef", "choi", "yong", "hun", "space"]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord("최"): "choi", ord("용"): "yong", ord("훈"): "hun", 0x20: "space"})
    pen = TTGlyphPen(None)
    for x, y in ((100, 0), (100, 800), (900, 800), (900, 0)):
        (pen.lineTo if x != 100 or y else pen.moveTo)((x, y))
    pen.closePath()
    box = pen.glyph()
    builder.setupGlyf({name: box if name != "space" else TTGlyphPen(None).glyph() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
    builder.setupNameTable({"familyName": "Three Syllables", "styleName": "Regular"})
    builder.setupPost()
    if is_variable:
        builder.setupFvar([("wght", 400, 400, 700, "Weight")], [])
    folder.mkdir(exist_ok=True)
    file = folder / "three.ttf"
    builder.save(file)
    return file


def test_a_font_of_the_campaign_sets_what_ours_cannot(tmp_path: Path) -> None:
    folder = korean(tmp_path / "fonts").parent
    letter = replace(samples.SHORT, body=(samples.said("Release Mr. Choi Yong-hun (최용훈)."),))
    made = Typesetter(font_folders=(folder,)).typeset(letter, DIN)
    assert "(최용훈)." in page_words(made.pdf)
    with pytest.raises(RenderError):
        Typesetter().typeset(letter, DIN)


def test_a_font_that_was_not_chosen_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = korean(tmp_path / "fonts").parent
    engine = WeasyPrintEngine((folder,))
    engine.font_folders = ()
    assert "foreign-font" in faults(engine, page('<p lang="ko">최용훈</p>'))


@pytest.mark.parametrize("kind", ["variable", "broken", "none"])
def test_a_font_folder_of_no_use_is_told_before_any_page(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    if kind == "none":
        folder.mkdir()
    else:
        file = korean(folder, is_variable=kind == "variable")
        if kind == "broken":
            file.write_bytes(b"no font")
    with pytest.raises(RenderError) as caught:
        WeasyPrintEngine((folder,))
    assert [problem.name for problem in caught.value.problems] == [
        "no-fonts" if kind == "none" else "unusable-font"
    ]


def test_a_good_font_folder_has_no_problems(tmp_path: Path) -> None:
    assert fonts.problems([korean(tmp_path / "fonts").parent]) == ()


def test_a_signature_has_words_for_who_cannot_see_it(engine: WeasyPrintEngine) -> None:
    block = SignatureBlock(("Ines Okafor",), "signature.png")
    from lettergen.pages.html import render

    html = render(replace(samples.SHORT, signatures=(block,)), DIN)
    assert '<img src="asset:signature.png" alt="Ines Okafor">' in html


def test_a_letter_is_the_same_when_its_styles_were_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = [Typesetter().typeset(samples.PLAIN, DIN).pdf for _ in range(2)]
    (file,) = (tmp_path / "lettergen" / "declarations").glob("styles_*")
    assert made[0] == made[1]
    # What is kept is what counts: other styles under its name are another page.
    WeasyPrintEngine().learn(html.letter_css() + "p { letter-spacing: 0.1mm }", html.NUMBERED)
    (other,) = {*file.parent.glob("styles_*")} - {file}
    other.replace(file)
    assert Typesetter().typeset(samples.PLAIN, DIN).pdf != made[0]
