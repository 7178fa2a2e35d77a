"""Sheets to sign by hand: each bears the words, numbered lines, the privacy note and its number."""

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from lettergen.cli import run
from lettergen.delivery.paper.signature_sheets import SheetOrder, SignatureSheets
from lettergen.facts.signature_lists import PetitionText
from lettergen.reference import stationery
from lettergen.reference.petitions import petition_words
from tests.pages.accessible import faults_of_pdf_ua

LATIN = ("en", "de", "fr", "es")


def order(
    language: str, paper: str = "A4", sheets: int = 2, text: str = "We ask.\n\nWe ask again."
) -> SheetOrder:
    return SheetOrder(
        text=PetitionText(title="For Ada", text=text),
        words=petition_words(language),
        organiser="Example Society",
        contact="society@example.org",
        addressee="",
        paper=stationery.paper(paper),
        sheets=sheets,
    )


@pytest.fixture(scope="module")
def sheets() -> SignatureSheets:
    return SignatureSheets()


def pages_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.parametrize("language", LATIN)
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_every_sheet_bears_words_lines_and_number(sheets: SignatureSheets, language: str, paper: str) -> None:
    pdf, lines = sheets.pdf(order(language, paper))
    words = petition_words(language)
    pages = pages_of(pdf)
    assert len(pages) == 2
    assert lines >= 15
    for number, page in enumerate(pages, 1):
        told = " ".join(page.split())
        assert "We ask again." in told
        assert words.privacy_head in told
        assert f"{words.page[0]}{number}{words.page[1]}2" in told
        assert f"{(number - 1) * lines + 1} " in told
        assert f" {number * lines} " in told
    with pypdfium2.PdfDocument(pdf) as document:
        width, height = document[0].get_size()
    assert [round(side * 25.4 / 72, 1) for side in (width, height)] == list(stationery.paper(paper))


def test_sheets_are_tagged_and_always_the_same(sheets: SignatureSheets, tmp_path: Path) -> None:
    pdf, _ = sheets.pdf(order("en"))
    assert pdf == sheets.pdf(order("en"))[0]
    path = tmp_path / "sheets.pdf"
    path.write_bytes(pdf)
    assert faults_of_pdf_ua(pdf) == []
    with pikepdf.open(path) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "en"
        assert "/StructTreeRoot" in document.Root


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_sheets_in_korean_and_japanese(sheets: SignatureSheets, language: str) -> None:
    pytest.importorskip("justmytype")
    pdf, lines = sheets.pdf(order(language, sheets=1))
    assert lines >= 15
    assert petition_words(language).privacy_head in pages_of(pdf)[0]


def test_a_long_text_is_set_smaller_and_leaves_fewer_lines(sheets: SignatureSheets) -> None:
    short = sheets.pdf(order("en", sheets=1))[1]
    pdf, lines = sheets.pdf(order("en", sheets=1, text="We ask for the end of this trial. " * 90))
    assert 8 <= lines < short
    assert len(pages_of(pdf)) == 1


def test_nothing_is_written_that_names_somebody_hidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "lettergen.toml": 'language = "en"\n',
        "senders.yaml": "senders:\n  - {id: society, organisation: Example Society}\n",
        "cases/trial.yaml": "title: a trial\nsummary: Somebody is on trial.\n"
        "persons: [{id: ada, name: {family: Verholen, given: Adalind}}]\n",
        "signatures/trial.yaml": "texts: {en: {title: For Adalind Verholen, text: Free her.}}\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    out = tmp_path / "sheets.pdf"
    assert run(["-C", str(tmp_path), "signature-sheets", "-o", str(out)]) == 1
    assert "name-not-cleared" in capsys.readouterr().err
    assert not out.exists()
