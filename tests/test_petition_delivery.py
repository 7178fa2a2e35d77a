"""What is handed over with a petition: one number on all papers, names for those who may read them."""

import json
from pathlib import Path

import pypdfium2
import pytest

from lettergen.cli import run
from lettergen.delivery.paper import name_annex
from tests.pages.accessible import faults_of_pdf_ua

ROOT = Path(__file__).parents[1]
HAND_OVER = (
    "--to",
    "aq-minister",
    "--from",
    "example-society",
    "--case",
    "port-example",
    "--date",
    "2026-03-16",
)


def pages_of(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def petition(out: Path, *more: str) -> int:
    return run(["-C", str(ROOT), "petition", *HAND_OVER, "-o", str(out), *more])


def test_all_papers_say_the_same_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "all.pdf"
    assert petition(out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"] == 82
    assert told["named"] == 11
    assert told["files"][0]["pages"] == {"delivery-letter": 1, "petition": 1, "annex": 1, "receipt": 2}
    pages = pages_of(out)
    assert all("82" in pages[at] for at in range(5))
    assert "Kari Nordmann, Chair" in pages[2]
    assert "and two whose names are known to the organisers" in pages[2]
    assert "Ola Normann" not in "".join(pages)
    assert "Max Muster" not in "".join(pages)
    assert faults_of_pdf_ua(out.read_bytes()) == []


def test_counts_only_names_nobody_on_any_paper(tmp_path: Path) -> None:
    out = tmp_path / "counts"
    assert petition(out, "--counts-only", "--duplex") == 0
    files = sorted(out.iterdir())
    assert [path.name for path in files] == [
        "1-delivery-letter.pdf",
        "2-petition.pdf",
        "3-annex.pdf",
        "4-receipt.pdf",
    ]
    words = "".join(page for path in files for page in pages_of(path))
    assert "Nordmann" not in words
    assert "The names of those who signed are known to the organisers" in words
    assert "Norway 43" in words


def test_what_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "all.pdf"
    out.write_bytes(b"mine")
    assert petition(out) == 1
    assert "file-exists" in capsys.readouterr().err
    assert out.read_bytes() == b"mine"


def test_pieces_of_a_long_annex_hold_every_name_once() -> None:
    from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine

    rows = tuple(f"Person {number:04d} Example, Oslo, Norway" for number in range(700))
    section = name_annex._Section(rows, "", "", "1–700", "Annex", "en", 3, (210.0, 297.0))
    words = []
    for pdf, count in name_annex._set(section, WeasyPrintEngine()):
        with pypdfium2.PdfDocument(pdf) as document:
            words += [document[at].get_textpage().get_text_bounded() for at in range(count)]
    told = " ".join("".join(words).split())
    assert [told.count(f"Person {number:04d}") for number in range(700)] == [1] * 700
    assert all(f"1–700 · {number}" in page for number, page in enumerate(words, 1))
