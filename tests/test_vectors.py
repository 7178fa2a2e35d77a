"""Mark-up that gets through to the typesetter reads no file, reaches no network, and fails its letter."""

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from lettergen.errors import RenderError
from lettergen.pages.pdf import io_guard
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.reference.stationery import stationery
from tests.pages import samples

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")

CANARY = "Quoxvinia"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="30"><text y="20">{CANARY}</text></svg>'
FILES = {
    "svg": SVG,
    "css": f'p::after {{ content: "{CANARY}" }}',
    "txt": CANARY,
}
EMBEDDED = '<svg width="99" height="9"><title>t</title>{}</svg>'

REFUSED = {
    "picture": ("svg", '<img src="{}" alt="x">'),
    "embedded": ("svg", '<embed src="{}">'),
    "object": ("svg", '<object data="{}"></object>'),
    "style sheet": ("css", '<link rel="stylesheet" href="{}">'),
    "import": ("css", '<style>@import "{}";</style>'),
    "import by url()": ("css", "<style>@import url({});</style>"),
    "background": ("svg", '<p style="background: url({})">x</p>'),
    "border": ("svg", '<p style="border: 9px solid; border-image: url({}) 9">x</p>'),
    "content": ("svg", "<style>p::before {{ content: url({}) }}</style>"),
    "list picture": ("svg", '<ul style="list-style-image: url({})"><li>x</li></ul>'),
    "page background": ("svg", "<style>@page {{ background: url({}) }}</style>"),
    "page margin": ("svg", "<style>@page {{ @top-left {{ content: url({}) }} }}</style>"),
    "font": ("txt", "<style>@font-face {{ font-family: q; src: url({}) }} p {{ font-family: q }}</style>"),
    "colour profile": ("txt", "<style>@color-profile --q {{ src: url({}) }}</style>"),
    "attachment": ("txt", '<link rel="attachment" href="{}">'),
    "attached link": ("txt", '<a rel="attachment" href="{}">x</a>'),
    "drawn picture": ("svg", EMBEDDED.format('<image href="{}" width="99" height="9"/>')),
    "drawn picture, old": (
        "svg",
        EMBEDDED.format(
            '<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{}" width="99" height="9"/>'
        ),
    ),
    "drawing in data": (
        "svg",
        '<img alt="x" src="data:image/svg+xml,<svg xmlns=%27http://www.w3.org/2000/svg%27>'
        '<image href=%27{}%27/></svg>">',
    ),
    "base": ("svg", '<base href="{}/../"><img src="canary.svg" alt="x">'),
}
"""Kind of file and mark-up by what would load it; each must end in a fault."""

INERT = {
    "frame": ("svg", '<iframe src="{}"></iframe>'),
    "drawn use": ("svg", EMBEDDED.format('<use href="{}#a"/>')),
    "script": ("txt", '<script src="{}"></script>'),
    "video": ("svg", '<video poster="{}"></video>'),
    "refresh": ("txt", '<meta http-equiv="refresh" content="0; url={}">'),
}
"""What WeasyPrint 70 does not load whatever it may; a page may come out, with nothing of the file in it."""

VECTORS = REFUSED | INERT


def page(body: str) -> str:
    return f'<html lang="en"><head><title>t</title></head><body><h1>S</h1>{body}<p>x</p></body></html>'


@pytest.fixture(scope="module")
def engine() -> WeasyPrintEngine:
    return WeasyPrintEngine()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the canary files lie, by kind."""
    folder = tmp_path_factory.mktemp("canary")
    for kind, text in FILES.items():
        (folder / f"canary.{kind}").write_text(text, encoding="utf-8")
    return {kind: (folder / f"canary.{kind}").as_uri() for kind in FILES}


@pytest.fixture(scope="module")
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def connections(server: socket.socket) -> int:
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


def leaks(pdf: bytes) -> bool:
    """Say whether the canary is anywhere in a PDF: words, attachments, links, raw bytes."""
    import pikepdf
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    found = [sheet.get_textpage().get_text_bounded() for sheet in document]
    document.close()
    with pikepdf.open(BytesIO(pdf)) as opened:
        found += [str(name) for name in opened.attachments]
        for thing in opened.objects:
            found.append(repr(thing))
            if isinstance(thing, pikepdf.Stream):
                with suppress(pikepdf.PdfError):
                    found.append(thing.read_bytes().decode("latin-1"))
    return any(CANARY.lower() in text.lower() or "canary" in text for text in found)


def printed(engine: WeasyPrintEngine, html: str) -> tuple[set[str], bytes]:
    """Names of the faults of a page, and its bytes if there are any."""
    try:
        return set(), engine.write(engine.lay_out(html, [], {}, "to `xx-premier`"), "to `xx-premier`")
    except RenderError as error:
        return {problem.name for problem in error.problems}, b""


def unguarded(html: str) -> bytes:
    """What WeasyPrint makes of it by itself."""
    import weasyprint

    data: bytes = weasyprint.HTML(string=html).write_pdf()
    return data


@pytest.mark.parametrize("vector", VECTORS)
def test_no_file_gets_into_a_letter(vector: str, engine: WeasyPrintEngine, files: dict[str, str]) -> None:
    kind, markup = VECTORS[vector]
    faults, pdf = printed(engine, page(markup.format(files[kind])))
    assert bool(faults & {"refused-file", "refused-act"}) == (vector in REFUSED)
    assert not (pdf and leaks(pdf))


@pytest.mark.parametrize("scheme", ["http", "https", "ftp"])
@pytest.mark.parametrize("vector", VECTORS)
def test_no_connection_is_made(
    vector: str, scheme: str, engine: WeasyPrintEngine, server: socket.socket
) -> None:
    _, markup = VECTORS[vector]
    address = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/canary"
    faults, pdf = printed(engine, page(markup.format(address)))
    assert bool(faults & {"refused-file", "refused-act"}) == (vector in REFUSED)
    assert not (pdf and leaks(pdf))
    assert connections(server) == 0


def test_the_vectors_and_the_reader_are_sharp(files: dict[str, str]) -> None:
    """Without our fetcher most of them put the canary into the file, and the reader finds it there."""
    sharp = {
        name for name, (kind, markup) in REFUSED.items() if leaks(unguarded(page(markup.format(files[kind]))))
    }
    assert len(sharp) >= 12, sorted(sharp)
    assert {"picture", "style sheet", "attachment", "attached link", "drawn picture", "base"} <= sharp
    assert not leaks(unguarded(page("")))


def test_the_ear_at_the_socket_hears(server: socket.socket) -> None:
    with socket.create_connection(server.getsockname()):
        assert connections(server) == 1


@pytest.mark.parametrize("vector", REFUSED)
def test_the_wall_stands_without_the_fetcher(
    vector: str, files: dict[str, str], server: socket.socket
) -> None:
    """The second wall alone: WeasyPrint with its own fetcher, which loads whatever it is asked for."""
    kind, markup = REFUSED[vector]
    for address in (files[kind], f"http://127.0.0.1:{server.getsockname()[1]}/canary"):
        pdf = b""
        with io_guard.closed([fonts.SHIPPED]) as refused, suppress(Exception):
            pdf = unguarded(page(markup.format(address)))
        assert refused
        assert not (pdf and leaks(pdf))
    assert connections(server) == 0


def acts(folder: Path) -> dict[str, Any]:
    import ctypes
    import os
    import subprocess
    import urllib.request

    return {
        "socket": socket.socket,
        "look-up": lambda: socket.getaddrinfo("127.0.0.1", 1),
        "request": lambda: urllib.request.urlopen("http://127.0.0.1:9/"),
        "program": lambda: subprocess.run(["true"], check=False),  # noqa: S607
        "shell": lambda: os.system("true"),  # noqa: S605, S607
        "fork": lambda: os.fork() or os._exit(0),
        "library": lambda: ctypes.CDLL("libm.so.6"),
        "new file": lambda: (folder / "new").write_text("x"),
        "more in a file": lambda: (folder / "old").open("a").close(),
        "folder": (folder / "made").mkdir,
        "removal": (folder / "old").unlink,
        "renaming": lambda: (folder / "old").rename(folder / "new"),
        "other file": (folder / "old").read_text,
    }


@pytest.mark.parametrize("act", acts(Path()))
def test_the_wall_refuses(act: str, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("x", encoding="utf-8")
    with io_guard.closed([fonts.SHIPPED]) as refused, pytest.raises(io_guard.RefusedAct):
        acts(tmp_path)[act]()
    assert len(refused) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_what_a_library_swallows_is_still_told() -> None:
    with io_guard.closed() as refused, suppress(OSError):
        socket.socket()
    assert refused == ["socket.__new__"]
    assert [one.name for one in io_guard.problems("to `xx-premier`", refused)] == ["refused-act"]


def test_the_wall_is_open_again_afterwards_and_never_closed_to_others(tmp_path: Path) -> None:
    import threading

    done: list[bool] = []

    def elsewhere() -> None:
        (tmp_path / "other").write_text("x", encoding="utf-8")
        done.append(True)

    with io_guard.closed():
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
    (tmp_path / "own").write_text("x", encoding="utf-8")
    assert done == [True]


def test_mark_up_in_facts_is_printed_as_it_was_typed() -> None:
    """What stands in a letter's words is words, for each vector."""
    import pypdfium2

    words = [markup.format("file:///canary") for _, markup in VECTORS.values()]
    letter = replace(samples.PLAIN, body=tuple(samples.said(word) for word in words), sheets=None)
    document = pypdfium2.PdfDocument(Typesetter().typeset(letter, stationery("din-5008-b")).pdf)
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    document.close()
    # A line may end inside a word, with a hyphen or without; page numbers and heads come in between.
    squeezed = re.sub(r"[\s\u00ad\ufffe-]", "", text)
    missing = [word for word in words if re.sub(r"[\s-]", "", word) not in squeezed]
    assert missing == []
