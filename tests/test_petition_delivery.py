"""What is handed over with a petition: one number on all papers, names for those who may read them."""

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from lettergen.cli import run
from lettergen.delivery.paper import name_annex, name_columns
from lettergen.delivery.paper.name_columns import NameList, Row, sheets_of_names
from lettergen.facts.campaign import Campaign
from lettergen.letters.parts import in_a_sentence
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
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


def test_all_papers_are_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "fr.pdf"
    assert petition(out, "--in", "fr") == 0
    pages = pages_of(out)
    assert "Page 1 sur 1" in pages[2]
    assert "remise par Example Society" in pages[3]
    assert "Pièces remises : " in pages[3]


def test_a_sentence_names_the_addressee_in_no_case() -> None:
    campaign = Campaign.open(ROOT)
    assert in_a_sentence(campaign.recipient("aq-minister"), "de") == "Alba Frost (Minister of Justice)"


def test_what_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "all.pdf"
    out.write_bytes(b"mine")
    assert petition(out) == 1
    assert "file-exists" in capsys.readouterr().err
    assert out.read_bytes() == b"mine"


HEAD = '<div class="front"><h1>Annex</h1></div>'
END = '<p class="others">and two more</p>'


def names(rows: Sequence[str | Row], *, head: str = HEAD, end: str = END) -> NameList:
    terms = {"title": "Annex", "language": "en", "columns": 3, "paper": (210.0, 297.0)}
    told = tuple((row, None) if isinstance(row, str) else row for row in rows)
    return NameList(rows=told, head=head, end=end, style=name_annex._STYLE, **terms)  # type: ignore[arg-type]


def test_a_long_list_has_every_name_once_in_order_on_full_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_columns, "_CHUNK", 250)
    rows = tuple(f"Person {number:03d} Example, Oslo, Norway" for number in range(400))
    pages: list[str] = []
    for pdf, count in sheets_of_names(names(rows), WeasyPrintEngine(), "the annex"):
        assert faults_of_pdf_ua(pdf) == []
        with pypdfium2.PdfDocument(pdf) as document:
            assert len(document) == count
            pages += [page.get_textpage().get_text_bounded() for page in document]
    told = [re.findall(r"Person (\d+)", page) for page in pages]
    assert [int(number) for page in told for number in page] == list(range(400))
    assert len(told[1]) > len(told[0]) > len(told[2]) > 0
    assert [("Annex" in page, "and two more" in page) for page in pages] == [
        (True, False), (False, False), (False, True)
    ]  # fmt: skip


def test_columns_of_the_last_sheet_are_equal_and_the_end_stands_below_them() -> None:
    rows = tuple(f"Name {number}" for number in range(30))
    ((pdf, count),) = sheets_of_names(names(rows), WeasyPrintEngine(), "the annex")
    assert count == 1
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        boxes = [page.get_rect(at) for at in range(page.count_rects())]
        words = [" ".join(page.get_text_bounded(*box).split()) for box in boxes]
    at = dict(zip(words, boxes, strict=True))
    assert at["Name 0"][3] == pytest.approx(at["Name 10"][3]) == pytest.approx(at["Name 20"][3])
    assert at["Name 0"][0] < at["Name 10"][0] < at["Name 20"][0]
    assert at["Annex"][1] > at["Name 0"][3]
    assert at["and two more"][3] < at["Name 29"][1]


def test_names_keep_their_languages_beside_each_other() -> None:
    rows = (
        "김철수, 서울",
        "Kari Nordmann",
        ("山田太郎", "JP"),
        ("李登", "TW"),
        "Пётр Иванов",
        "محمد",
        "Ola Nordmann",
    )
    ((pdf, _),) = sheets_of_names(names(rows), WeasyPrintEngine(), "the annex")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        told = [
            str(one.Lang)
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Span"
        ]
    assert set(told) >= {"ko", "ja", "zh-Hant", "ar"}
    assert faults_of_pdf_ua(pdf) == []


def test_pages_of_the_annex_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_annex, "_SECTION", 6)
    monkeypatch.setattr(name_annex, "ProcessPoolExecutor", lambda *_, **__: _Here())
    out = tmp_path / "all.pdf"
    assert petition(out) == 0
    pages = pages_of(out)
    assert [page.endswith(f"Page {at} of 2") for at, page in enumerate(pages[2:4], 1)] == [True, True]


class _Here:
    """Stands for a pool of processes: the same, in this one."""

    def __enter__(self) -> "_Here":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    map = staticmethod(map)
