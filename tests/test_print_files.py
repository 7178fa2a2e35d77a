"""Print files: what lies together, where a letter begins, what is marked, and that all is accounted for."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from lettergen.delivery.paper.imposition import (
    LetterSources,
    PrintPiece,
    impose,
    mark_left_mm,
    mark_words,
)
from lettergen.delivery.paper.print_files import (
    PrintedLetter,
    PrintSettings,
    as_csv,
    as_jsonl,
    letters_of,
    plan_jobs,
    print_mailing,
)
from lettergen.delivery.paper.registered import assign, numbers_in
from lettergen.delivery.paper.registered_list import RegisteredItem, registered_list
from lettergen.errors import InputProblems, LettergenError, OutputError, RenderError
from lettergen.outbox.manifest import ManifestEntry, ManifestFile
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.reference.s10 import item_number, numbers_from
from lettergen.reference.stationery import keys, stationery
from lettergen.verify.pdf_reader import read
from lettergen.verify.rules import check
from lettergen.verify.windows import windows
from tests.pages import samples

COUNTRIES = {"a": "CN", "b": "JP", "c": "CN"}


def a_pdf(pages: int, word: str, *, letter: bool = False) -> bytes:
    size = (612, 792) if letter else (595.276, 841.89)
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )
        for page in range(1, pages + 1):
            pdf.add_blank_page(page_size=size)
            pdf.pages[-1].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            text = f"BT /F 12 Tf 90 700 Td ({word} {page}) Tj ET".encode()
            pdf.pages[-1].Contents = pdf.make_stream(text)
        pdf.save(out)
    return out.getvalue()


@pytest.fixture
def mailing(tmp_path: Path) -> tuple[Path, list[ManifestEntry]]:
    """A mailing of five letters: one, two, one, three pages, and one that is faxed."""
    folder = tmp_path / "protest-2026-01-15"
    entries = []
    rows = [
        ("a", 1, "post"),
        ("b", 2, "registered"),
        ("c", 1, "post"),
        ("a", 3, "registered"),
        ("b", 1, "fax"),
    ]
    for sequence, (recipient, pages, channel) in enumerate(rows, start=1):
        way = "fax" if channel == "fax" else "post"
        name = f"{way}/volume-0001/{sequence:05d}-protest--{recipient}--s{sequence}.pdf"
        data = a_pdf(pages, f"letter{sequence}")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        entries.append(
            ManifestEntry(
                sequence=sequence,
                letter_id=f"protest--{recipient}--s{sequence}",
                template="protest",
                language="en",
                date="2026-01-15",
                recipient_id=recipient,
                sender_id=f"s{sequence}",
                channel=channel,
                state="made",
                pages=pages,
                files=(ManifestFile.of(name, data),),
            )
        )
    return folder, entries


def jobs_of(
    mailing: tuple[Path, list[ManifestEntry]], paper: PrintSettings, *by: str
) -> dict[str, list[PrintedLetter]]:
    folder, entries = mailing
    sources = LetterSources()
    return plan_jobs(
        entries,
        paper,
        size_of=lambda file, page: sources.size(folder / file, page),
        countries=COUNTRIES,
        by=by,
        inland="JP",
    )


@pytest.fixture
def volume(tmp_path: Path) -> tuple[Path, list[ManifestEntry]]:
    """Three letters of one, two and one pages in the file of their volume."""
    folder, name = tmp_path / "protest-2026-01-15", "post/volume-0001/all-letters.pdf"
    data = a_pdf(4, "volume")
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(data)
    entries = [
        ManifestEntry(
            sequence=number,
            letter_id=f"protest--{recipient}--s",
            template="protest",
            language="en",
            date="2026-01-15",
            recipient_id=recipient,
            sender_id="s",
            state="made",
            pages=pages,
            first_page=first,
            files=(ManifestFile.of(name, data),),
        )
        for number, (recipient, pages, first) in enumerate((("a", 1, 1), ("b", 2, 2), ("c", 1, 4)), start=1)
    ]
    return folder, entries


def test_letters_of_a_volume_in_one_file_are_each_printed_once(
    volume: tuple[Path, list[ManifestEntry]],
) -> None:
    folder, _ = volume
    jobs = jobs_of(volume, PrintSettings(), "sheets")
    paths = print_mailing(folder, jobs, PrintSettings(), title="protest", force=False)
    whole = page_texts(folder / "post/volume-0001/all-letters.pdf")
    found = {path.name: page_texts(path) for path in paths if path.suffix == ".pdf"}
    assert len(set(whole)) == 4
    assert found == {"simplex-1-sheet.pdf": [whole[0], whole[3]], "simplex-2-sheets.pdf": whole[1:3]}


def test_a_volume_that_is_shorter_than_its_letters_is_told(volume: tuple[Path, list[ManifestEntry]]) -> None:
    folder, entries = volume
    (folder / entries[0].files[0].file).write_bytes(a_pdf(3, "volume"))
    with pytest.raises(RenderError) as fault:
        jobs_of(volume, PrintSettings(), "sheets")
    assert "has 3 pages, the manifest says 4" in fault.value.problems[0].message


def page_texts(path: Path) -> list[str]:
    return [page.get_textpage().get_text_bounded().strip() for page in pdfium.PdfDocument(path)]


def test_letters_of_as_many_sheets_lie_together_in_the_order_of_the_manifest(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    jobs = jobs_of(mailing, PrintSettings(), "sheets")
    assert {name: [one.sequence for one in job] for name, job in jobs.items()} == {
        "simplex-1-sheet": [1, 3],
        "simplex-2-sheets": [2],
        "simplex-3-sheets": [4],
    }


def test_two_pages_are_one_sheet_when_both_sides_are_printed(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    jobs = jobs_of(mailing, PrintSettings(duplex=True), "sheets")
    assert {name: [one.sequence for one in job] for name, job in jobs.items()} == {
        "duplex-1-sheet": [1, 2, 3],
        "duplex-2-sheets": [4],
    }


def test_letters_can_be_kept_apart_by_country_zone_class_and_channel(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    assert list(jobs_of(mailing, PrintSettings(), "country")) == ["simplex-cn", "simplex-jp"]
    assert list(jobs_of(mailing, PrintSettings(), "zone")) == ["simplex-abroad", "simplex-inland"]
    assert list(jobs_of(mailing, PrintSettings(), "class")) == ["simplex-post-20g", "simplex-registered-20g"]
    assert list(jobs_of(mailing, PrintSettings(grammage=120), "class")) == [
        "simplex-post-20g", "simplex-registered-20g", "simplex-registered-50g",
    ]  # fmt: skip


def test_each_letter_begins_on_a_front(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, _ = mailing
    paper = PrintSettings(duplex=True)
    print_mailing(folder, jobs_of(mailing, paper), paper, title="t", force=False)
    assert page_texts(folder / "print" / "duplex.pdf") == [
        "letter1 1", "", "letter2 1", "letter2 2", "letter3 1", "", "letter4 1", "letter4 2", "letter4 3", "",
    ]  # fmt: skip


def test_on_one_side_there_is_no_empty_page(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, _ = mailing
    print_mailing(folder, jobs_of(mailing, PrintSettings()), PrintSettings(), title="t", force=False)
    assert "" not in page_texts(folder / "print" / "simplex.pdf")


def test_pages_bear_the_number_of_their_letter_and_bookmarks_lead_to_each(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    folder, _ = mailing
    print_mailing(folder, jobs_of(mailing, PrintSettings()), PrintSettings(), title="t", force=False)
    with pikepdf.open(folder / "print" / "simplex.pdf") as pdf:
        assert [str(page.label) for page in pdf.pages] == [
            "00001 – 1", "00002 – 1", "00002 – 2", "00003 – 1", "00004 – 1", "00004 – 2", "00004 – 3",
        ]  # fmt: skip
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["00001 a", "00002 b", "00003 c", "00004 a"]


def test_the_list_has_every_letter_with_its_place_weight_and_sum(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    folder, entries = mailing
    paper = PrintSettings(duplex=True)
    print_mailing(folder, jobs_of(mailing, paper, "sheets"), paper, title="t", force=False)
    rows = [json.loads(line) for line in (folder / "print" / "job.jsonl").read_text().splitlines()]
    assert [(row["file"], row["position"], row["sequence"]) for row in rows] == [
        ("duplex-1-sheet.pdf", 1, 1),
        ("duplex-1-sheet.pdf", 2, 2),
        ("duplex-1-sheet.pdf", 3, 3),
        ("duplex-2-sheets.pdf", 1, 4),
    ]
    # 210 × 297 mm of 80 g/m² are 4.99 g, and the envelope 5.
    assert [row["weight_g"] for row in rows] == [10.0, 10.0, 10.0, 15.0]
    assert rows[0]["sha256"] == hashlib.sha256((folder / entries[0].files[0].file).read_bytes()).hexdigest()
    table = list(csv.DictReader(io.StringIO((folder / "print" / "job.csv").read_text("utf-8-sig"))))
    assert [row["letter_id"] for row in table] == [row["letter_id"] for row in rows]
    assert letters_of(folder / "print" / "job.jsonl") == tuple(row["letter_id"] for row in rows)


def test_a_long_job_goes_into_several_files(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    jobs = jobs_of(mailing, PrintSettings(most=3))
    assert [(one.file, one.position) for one in jobs["simplex"]] == [
        ("simplex-001.pdf", 1), ("simplex-001.pdf", 2), ("simplex-001.pdf", 3), ("simplex-002.pdf", 1),
    ]  # fmt: skip


def dark(path: Path, page: int) -> bool:
    """Say whether there is a mark in the left margin."""
    picture = pdfium.PdfDocument(path)[page].render(scale=200 / 72).to_pil().convert("L")
    mm = 200 / 25.4
    height = picture.height / mm
    box = [round(one * mm) for one in (5.0, height - 40, 15.0, height - 28)]
    lowest, _ = picture.crop((box[0], box[1], box[2], box[3])).getextrema()
    assert isinstance(lowest, int)
    return lowest < 128


def test_marks_stand_on_the_front_of_every_sheet_only(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, _ = mailing
    paper = PrintSettings(duplex=True, marks=True)
    print_mailing(folder, jobs_of(mailing, paper), paper, title="t", force=False)
    marked = [dark(folder / "print" / "duplex.pdf", page) for page in range(10)]
    assert marked == [True, False, True, False, True, False, True, False, True, False]
    print_mailing(folder, jobs_of(mailing, PrintSettings()), PrintSettings(), title="t", force=True)
    assert not dark(folder / "print" / "simplex.pdf", 0)


def test_a_mark_says_letter_sheet_and_how_many_sheets() -> None:
    assert mark_words(42, 1, 3) == "0000420103"


def test_a_scanner_reads_each_mark(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    import zxingcpp

    folder, _ = mailing
    paper = PrintSettings(duplex=True, marks=True)
    print_mailing(folder, jobs_of(mailing, paper), paper, title="t", force=False)
    found = []
    for page in pdfium.PdfDocument(folder / "print" / "duplex.pdf"):
        picture = page.render(scale=300 / 72).to_pil().convert("L")
        found.append([code.text for code in zxingcpp.read_barcodes(picture)])
    assert found == [
        ["0000010101"], [], ["0000020101"], [], ["0000030101"], [],
        ["0000040102"], [], ["0000040202"], [],
    ]  # fmt: skip


def test_an_empty_back_is_an_empty_stream(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, _ = mailing
    paper = PrintSettings(duplex=True)
    print_mailing(folder, jobs_of(mailing, paper), paper, title="t", force=False)
    with pikepdf.open(folder / "print" / "duplex.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        back = pdf.pages[1].Contents
        assert "/Filter" not in back
        assert back.read_raw_bytes() == b""


def test_sheets_of_letter_size_are_told_and_weighed_as_such(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    folder, entries = mailing
    path = folder / entries[0].files[0].file
    path.write_bytes(a_pdf(1, "letter1", letter=True))
    jobs = jobs_of(mailing, PrintSettings(envelope_g=0))
    assert list(jobs) == ["simplex-a4", "simplex-letter"]
    assert (jobs["simplex-letter"][0].format, jobs["simplex-letter"][0].weight_g) == ("Letter", 4.8)


def test_the_same_letters_give_the_same_bytes(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, _ = mailing
    paper = PrintSettings(duplex=True, marks=True)
    first = [
        path.read_bytes()
        for path in print_mailing(folder, jobs_of(mailing, paper), paper, title="t", force=False)
    ]
    second = [
        path.read_bytes()
        for path in print_mailing(folder, jobs_of(mailing, paper), paper, title="t", force=True)
    ]
    assert first == second


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\nnothing"])
def test_a_damaged_letter_stops_the_job_and_nothing_is_left(
    mailing: tuple[Path, list[ManifestEntry]], damage: bytes
) -> None:
    folder, entries = mailing
    jobs = jobs_of(mailing, PrintSettings(), "sheets")
    (folder / entries[3].files[0].file).write_bytes(damage)
    with pytest.raises(RenderError) as fault:
        print_mailing(folder, jobs, PrintSettings(), title="t", force=False)
    assert [problem.name for problem in fault.value.problems] == ["spoilt-letter"]
    assert list((folder / "print").iterdir()) == []


def test_a_job_that_fails_leaves_the_files_that_it_would_have_replaced(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    folder, _ = mailing
    paper = PrintSettings()
    jobs = jobs_of(mailing, paper, "sheets", "country")
    print_mailing(folder, jobs, paper, title="t", force=False)
    before = {path.name: path.read_bytes() for path in (folder / "print").iterdir()}
    assert sum(name.endswith(".pdf") for name in before) > 1
    last = [one for job in jobs.values() for one in job][-1]
    whole = (folder / last.letter).read_bytes()
    (folder / last.letter).write_bytes(b"%PDF-1.7 damaged")
    with pytest.raises(RenderError):
        print_mailing(folder, jobs, replace(paper, marks=True), title="t", force=True)
    assert {path.name: path.read_bytes() for path in (folder / "print").iterdir()} == before
    (folder / last.letter).write_bytes(whole)
    made = print_mailing(folder, jobs, replace(paper, marks=True), title="t", force=True)
    after = {path.name: path.read_bytes() for path in (folder / "print").iterdir()}
    assert after.keys() == before.keys() == {path.name for path in made}
    assert all(after[name] != before[name] for name in before if name.endswith(".pdf"))


def test_a_letter_that_has_grown_since_is_refused(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, entries = mailing
    jobs = jobs_of(mailing, PrintSettings())
    (folder / entries[0].files[0].file).write_bytes(a_pdf(2, "letter1"))
    with pytest.raises(RenderError):
        print_mailing(folder, jobs, PrintSettings(), title="t", force=False)


def test_print_files_are_never_replaced_unasked(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, _ = mailing
    print_mailing(folder, jobs_of(mailing, PrintSettings()), PrintSettings(), title="t", force=False)
    before = {path: path.read_bytes() for path in (folder / "print").iterdir()}
    with pytest.raises(OutputError):
        print_mailing(folder, jobs_of(mailing, PrintSettings()), PrintSettings(), title="t", force=False)
    assert {path: path.read_bytes() for path in (folder / "print").iterdir()} == before


def test_a_job_made_anew_in_another_way_leaves_none_of_the_one_before(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    folder, _ = mailing
    print_mailing(folder, jobs_of(mailing, PrintSettings()), PrintSettings(), title="t", force=False)
    (folder / "print" / "simplex-of-mine.pdf").write_bytes(b"")
    paper = PrintSettings(duplex=True)
    print_mailing(folder, jobs_of(mailing, paper), paper, title="t", force=True)
    left = {path.name for path in (folder / "print").iterdir()}
    assert left == {"duplex.pdf", "job.csv", "job.jsonl", "simplex-of-mine.pdf"}


def test_a_mailing_without_paper_and_an_unknown_group_are_told(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    folder, entries = mailing
    with pytest.raises(InputProblems) as fault:
        jobs_of((folder, entries[4:]), PrintSettings())
    assert [problem.name for problem in fault.value.problems] == ["nothing-to-print"]
    with pytest.raises(InputProblems) as fault:
        jobs_of(mailing, PrintSettings(), "colour")
    assert [problem.name for problem in fault.value.problems] == ["unknown-group"]


def test_registered_letters_get_numbers_in_order_and_none_twice(
    mailing: tuple[Path, list[ManifestEntry]],
) -> None:
    folder, _ = mailing
    letters = [one for one in jobs_of(mailing, PrintSettings())["simplex"] if one.channel == "registered"]
    first = item_number("RR473124829GB")
    given = assign(letters, first, None, used=())
    assert [one.item for one in given] == ["RR473124829GB", "RR473124832GB"]
    (folder / "print").mkdir()
    (folder / "print" / "registered.jsonl").write_bytes(as_jsonl(given))
    again = assign(letters, first, None, used=numbers_in(folder.parent))
    assert not {one.item for one in again} & {one.item for one in given}
    rows = list(csv.DictReader(io.StringIO(as_csv(given).decode("utf-8-sig"))))
    assert [row["item"] for row in rows] == [one.item for one in given]


def test_a_damaged_list_stops_further_numbers(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, _ = mailing
    (folder / "print").mkdir()
    (folder / "print" / "registered.jsonl").write_text('{"item": "RR473124820GB"}\n')
    with pytest.raises(LettergenError):
        numbers_in(folder.parent)


def test_a_scanner_reads_the_number_of_each_registered_item() -> None:
    import zxingcpp

    numbers = numbers_from(item_number("RR473124829JP"), None, 30)
    items = [
        RegisteredItem(
            number=at, item=one.spaced, addressee="Editor", destination="China", weight_g=20, receipt=False
        )
        for at, one in enumerate(numbers, start=1)
    ]
    found = []
    for page in pdfium.PdfDocument(registered_list(items, sender=("Ada",), on="2026-01-15")):
        codes = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil().convert("L"))
        found += sorted((code.position.top_left.y, code.text) for code in codes)
    assert [text for _, text in found] == [str(one) for one in numbers]


@pytest.mark.parametrize("key", keys())
def test_a_letter_with_a_mark_passes_our_own_measuring(key: str, tmp_path: Path) -> None:
    sheet = stationery(key)
    address = samples.SHORT.inside_address[-3:]
    letter = replace(samples.SHORT, references=(), mailing_notation=(), inside_address=address)
    made = Typesetter().typeset(letter, sheet)
    (tmp_path / "letter.pdf").write_bytes(made.pdf)
    out = io.BytesIO()
    piece = PrintPiece(tmp_path / "letter.pdf", 42, "a", made.pages, mark_left=mark_left_mm(sheet))
    impose([piece], out.write, duplex=False, marks=True, title="t")
    found = check(read(out.getvalue()), sheet, windows(sheet, None), "letter.pdf")
    before = check(read(made.pdf), sheet, windows(sheet, None), "letter.pdf")
    assert [one.what for one in found if one.verdict == "fail"] == []
    assert [one.verdict for one in found] == [one.verdict for one in before]
