"""Enclosed files: bound behind the letter, faxed, attached; searched for names; nothing of theirs acts."""

import email
import email.policy
import subprocess
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from lettergen import open_campaign
from lettergen.api import MailingRequest, PartySelection
from lettergen.cli import run
from lettergen.cli.mailing_letters import MailingLetters
from lettergen.cli.verify import with_outdated
from lettergen.delivery.paper.imposition import PrintPiece
from lettergen.enclosures.inspection import inspected
from lettergen.errors import ExitCode, RenderError
from lettergen.facts.campaign import Campaign
from lettergen.letters.enclosures import unchanged
from lettergen.letters.letter import EnclosedFile
from lettergen.outbox.manifest import Manifest, ManifestEntry
from lettergen.outbox.volumes import MANIFEST
from lettergen.reference.enclosures import counted_pages, listed, stamp
from lettergen.reference.stationery import stationery
from lettergen.rendering.rendered_letter import RenderedLetter
from lettergen.verify.findings import FileReport
from tests.conftest import Write
from tests.enclosed import NOTE, campaign, loaded_pdf, paper, photograph, saved
from tests.pages.reading import faults_of_pdf_a

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TWO = """\
  - {id: judgment, title: Judgment, on: 2026-02-10, file: papers/judgment.pdf, fax: yes}
  - {id: photo, title: Photograph, file: papers/photo.jpg, alt: A black disc on white}
"""


def two_files() -> dict[str, bytes]:
    return {"papers/judgment.pdf": saved(paper(pages=3)), "papers/photo.jpg": photograph()}


def made(folder: Path, form: str = "pdf", template: str = "note") -> RenderedLetter:
    return open_campaign(folder).write(template, to="minister", sender="jane", on=DAY, format=form, now=NOW)


def written(folder: Path, form: str = "pdf") -> tuple[RenderedLetter, bytes]:
    letter = made(folder, form)
    assert not letter.failed, letter.problems
    return letter, letter.contents[0][1]


def names(letter: RenderedLetter) -> set[str]:
    return {problem.name for problem in letter.problems}


def texts(pdf: bytes) -> list[str]:
    with pdfium.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_files_are_bound_behind_the_letter_in_the_order_of_its_list(write: Write) -> None:
    letter, pdf = written(write(campaign(TWO, two_files())))
    first, *enclosed = texts(pdf)
    assert "1. Judgment, 10\xa0February 2026 (3\xa0pages)" in first
    assert "2. Photograph (1\xa0page)" in first
    assert (letter.pages, letter.enclosure_pages) == (5, (2, 5))
    assert [f"sheet {number}" in page for number, page in enumerate(enclosed[:3], 1)] == [True] * 3
    stamps = ["Enclosure 1 · page 1 of 3", "Enclosure 1 · page 2 of 3", "Enclosure 1 · page 3 of 3"]
    assert [one in page for one, page in zip(stamps, enclosed, strict=False)] == [True] * 3
    assert "Enclosure 2 · page 1 of 1" in enclosed[3]


def test_a_page_keeps_its_size_where_the_stamp_stands_clear_of_it(write: Write) -> None:
    _, pdf = written(write(campaign(TWO, two_files())))
    with pdfium.PdfDocument(pdf) as document:
        text = document[1].get_textpage()
        own = text.get_text_range().index("sheet 1")
        left, _, _, top = text.get_charbox(own)
        above = text.get_charbox(text.get_text_range().index("Enclosure"))
    assert left == pytest.approx(72, abs=1.5)
    assert above[1] > top + 20


def test_a_file_that_is_listed_twice_is_bound_twice(write: Write) -> None:
    note = NOTE.replace(
        '{{ list_of_documents }}"',
        '{{ case.documents | map(attribute=\'title\') | listed }}"\n  - "{{ list_of_documents }}"',
    )
    letter, pdf = written(write(campaign(TWO, two_files(), note)))
    assert "1. Judgment and Photograph (4\xa0pages)" in texts(pdf)[0]
    assert letter.enclosure_pages == (2, 6, 9)
    with pdfium.PdfDocument(pdf) as document:
        boxes = [document[at].get_textpage().get_charbox(0) for at in (1, 5)]
    assert boxes[0] == boxes[1]
    assert "Enclosure 1 · page 4 of 4" in texts(pdf)[4]


def test_a_wide_page_is_turned_and_a_large_one_made_to_fit(write: Write) -> None:
    documents = "  - {title: Wide, file: wide.pdf}\n  - {title: Plan, file: plan.pdf}\n"
    wide, plan = paper(["x" * 90], size=(842, 595)), paper(["plan"], size=(2384, 3370))
    plan.pages[0].obj.Contents = plan.make_stream(b"0 0 2384 3370 re f")
    letter, pdf = written(write(campaign(documents, {"wide.pdf": saved(wide), "plan.pdf": saved(plan)})))
    assert "enclosure-odd-size" in names(letter)
    with pdfium.PdfDocument(pdf) as document:
        wide_page, plan_page = document[1], document[2]
        assert wide_page.get_size() == plan_page.get_size() == pytest.approx((595.3, 841.9), abs=0.1)
        left, bottom, right, top = wide_page.get_textpage().get_charbox(0)
        drawn = plan_page.render(scale=0.5, draw_annots=False).to_pil().convert("L")
    assert 0 < left < right < 595
    assert 0 < bottom < top < 842
    box = drawn.point(lambda level: 255 if level < 128 else 0).getbbox()
    assert box is not None
    assert box[0] > 5
    assert box[3] < drawn.height - 5


def test_a_picture_keeps_the_file_archival_and_accessible_and_is_described(write: Write) -> None:
    photo = TWO.splitlines(keepends=True)[1]
    letter, pdf = written(write(campaign(photo, two_files())))
    assert faults_of_pdf_a(pdf) == []
    with pikepdf.open(BytesIO(pdf)) as document:
        metadata = document.Root.Metadata.read_bytes()
        figures = [
            one for one in document.objects if isinstance(one, Dictionary) and one.get("/S") == "/Figure"
        ]
    assert b"pdfuaid" in metadata
    assert any("A black disc on white" in str(one.Alt) for one in figures)
    assert "enclosure-not-archival" not in names(letter)


def test_a_file_declares_no_more_than_its_enclosures_allow(write: Write) -> None:
    from weasyprint import HTML

    page = HTML(string="<html lang=en><title>x</title><p>Judgment of the court")
    for data, declared in (
        (page.write_pdf(pdf_variant="pdf/a-3u"), True),
        (page.write_pdf(), False),
    ):
        letter, pdf = written(write(campaign(TWO.splitlines()[0] + "\n", {"papers/judgment.pdf": data})))
        with pikepdf.open(BytesIO(pdf)) as document:
            metadata = document.Root.Metadata.read_bytes()
        assert b"pdfuaid" not in metadata
        assert (b"pdfa/ns/id" in metadata) is declared
        assert ("enclosure-not-archival" in names(letter)) is not declared
        if declared:
            assert faults_of_pdf_a(pdf) == []


def test_nothing_of_a_file_acts_or_tells_of_its_author(write: Write) -> None:
    files = {"papers/judgment.pdf": loaded_pdf(), "papers/photo.jpg": photograph()}
    folder = write(campaign(TWO, files))
    assert b"Rita Reader" in files["papers/judgment.pdf"]
    _, pdf = written(folder)
    _, mail = written(folder, "eml")
    parts = email.message_from_bytes(mail, policy=email.policy.SMTP).iter_attachments()
    for data in (pdf, *(part.get_content() for part in parts)):
        assert b"Rita" not in data
        if data.startswith(b"%PDF"):
            with pikepdf.open(BytesIO(data)) as document:
                told = b"".join(
                    one.unparse(resolved=True)
                    for one in document.objects
                    if not isinstance(one, pikepdf.Stream)
                )
                streams = b"".join(
                    one.read_bytes()
                    for one in document.objects
                    if isinstance(one, pikepdf.Stream) and "/Filter" in one and one.Filter == "/FlateDecode"
                )
            for word in (b"JavaScript", b"OpenAction", b"/AA", b"EmbeddedFile", b"/Annot", b"Rita"):
                assert word not in told + streams


def test_an_email_has_the_files_under_neutral_names_and_the_letter_without_them(write: Write) -> None:
    _, mail = written(write(campaign(TWO, two_files())), "eml")
    message = email.message_from_bytes(mail, policy=email.policy.SMTP)
    parts = list(message.iter_attachments())
    assert [one.get_filename() for one in parts] == [
        "note-2026-03-02.pdf",
        "enclosure-1.pdf",
        "enclosure-2.jpg",
    ]
    assert [len(texts(one.get_content())) for one in parts[:2]] == [1, 3]
    assert Image.open(BytesIO(parts[2].get_content())).size == (600, 400)


def test_a_fax_holds_what_is_to_be_faxed_and_says_what_comes_by_post(write: Write) -> None:
    folder = write(campaign(TWO, two_files()))
    letter, fax = written(folder, "tif")
    assert "enclosure-by-post" in names(letter)
    picture = Image.open(BytesIO(fax))
    assert getattr(picture, "n_frames", 1) == letter.pages == 4
    listed_ = open_campaign(folder).write("note", to="minister", sender="jane", on=DAY, format="tif", now=NOW)
    assert listed_.contents[0][1] == fax


def test_a_name_in_a_file_stops_the_letters_of_those_who_may_not_read_it(write: Write) -> None:
    file = saved(paper(["The librarian Rita", "Reader is sentenced."]))
    folder = write(campaign(TWO.splitlines()[0] + "\n", {"papers/judgment.pdf": file}))
    refused = made(folder)
    assert refused.failed
    assert names(refused) == {"name-in-enclosure"}
    assert "Rita" not in "".join(problem.message + problem.fix for problem in refused.problems)
    assert not made(folder, template="report").failed


@pytest.mark.parametrize("lines", [["The librarian Ri-", "ta Reader"], ["The librarian", "RITA READER"]])
def test_a_name_is_found_across_lines(lines: list[str], write: Write) -> None:
    folder = write(campaign(TWO.splitlines()[0] + "\n", {"papers/judgment.pdf": saved(paper(lines))}))
    assert names(made(folder)) == {"name-in-enclosure"}


def test_check_tells_of_files_that_no_sample_letter_lists(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        campaign("  - {title: Gone, file: gone.pdf}\n", {}, NOTE.replace("{{ list_of_documents }}", "A note"))
    )
    assert run(["check", "--select", "enclosure-missing"], today=DAY) == ExitCode.PROBLEMS
    assert capsys.readouterr().err.count("[enclosure-missing]") == 1


def test_a_document_for_other_readers_is_not_enclosed(write: Write) -> None:
    documents = "  - {title: Judgment, file: papers/judgment.pdf, readers: [un]}\n"
    folder = write(campaign(documents, two_files()))
    assert made(folder).pages == 1
    assert made(folder, template="report").pages == 4


def test_a_template_encloses_a_file_of_its_own_under_words_of_its_own(write: Write) -> None:
    own = '  - {title: "Leaflet about {{ case.title }}", file: papers/judgment.pdf}'
    note = NOTE.replace('  - "{{ list_of_documents }}"', own)
    _, pdf = written(write(campaign("  - {title: A paper}\n", two_files(), note)))
    assert "Enclosure: Leaflet about a librarian detained (3\xa0pages)" in texts(pdf)[0]


def test_the_same_files_give_the_same_bytes(write: Write) -> None:
    folder = write(campaign(TWO, two_files()))
    for form in ("pdf", "eml"):
        assert written(folder, form)[1] == written(folder, form)[1]


def test_a_file_that_changes_under_the_hand_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(saved(paper()))
    one = EnclosedFile(1, "Judgment", "a.pdf", 1, inspected(tmp_path, "a.pdf").sha256)
    assert unchanged(one, tmp_path).pages == 1
    (tmp_path / "a.pdf").write_bytes(saved(paper(pages=2)))
    with pytest.raises(RenderError) as fault:
        unchanged(one, tmp_path)
    assert [problem.name for problem in fault.value.problems] == ["enclosure-changed"]


def produced(folder: Path, name: str = "spring") -> list[ManifestEntry]:
    opened = open_campaign(folder)
    request = MailingRequest(
        templates=("note",),
        recipients=PartySelection(ids=("minister",)),
        senders=PartySelection(ids=("jane",)),
        on=DAY,
        name=name,
    )
    with opened.ledger(now=lambda: NOW) as ledger:
        for _ in opened.batch(request, ledger=ledger, workers=1):
            pass
    return list(Manifest.read(folder / "outbox" / name / MANIFEST).entries)


def test_a_mailing_weighs_its_enclosures_and_makes_letters_again_when_they_change(write: Write) -> None:
    folder = write(campaign(TWO, two_files()))
    (one,) = produced(folder)
    assert (one.pages, one.sheets, one.enclosure_pages, one.parts) == (5, 5, (2, 5), (1, 3, 1))
    assert one.weight_g == pytest.approx(5 * 0.21 * 0.297 * 80, abs=0.1)
    (again,) = produced(folder)
    assert again.files == one.files
    path, letters = folder / "outbox/spring" / one.files[0].file, MailingLetters(stationery)
    assert list(letters.outdated(path, Campaign.open(folder))) == []
    (folder / "papers/judgment.pdf").write_bytes(saved(paper(pages=2)))
    assert list(letters.outdated(path, Campaign.open(folder))) == [(one.letter_id, 1)]
    report = with_outdated(FileReport(file="x.pdf"), path, letters, Campaign.open(folder))
    assert [found.rule for found in report.findings] == ["enclosure-outdated"]
    assert not report.failed
    (changed,) = produced(folder)
    assert changed.pages == 4
    assert changed.files != one.files


def test_an_enclosure_begins_on_a_front_when_both_sides_are_printed() -> None:
    piece = PrintPiece(Path("x.pdf"), 1, "x", pages=6, enclosure_pages=(2, 5))
    assert piece.fronts(duplex=True) == (0, 1, 3, 4)
    assert piece.fronts(duplex=False) == tuple(range(6))


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        *(("en", 1, "1 page"), ("de", 3, "3 Seiten"), ("fr", 2, "2 pages"), ("es", 1, "1 página")),
        *(("ru", 2, "2 страницы"), ("ru", 5, "5 страниц"), ("ar", 2, "صفحتان"), ("ja", 3, "3ページ")),
    ],
)
def test_pages_are_counted_in_the_language_of_the_letter(language: str, count: int, words: str) -> None:
    assert counted_pages(count, language).replace("\xa0", " ") == words


def test_the_words_of_an_enclosure_are_those_of_the_letter() -> None:
    assert stamp(1, 2, 3, "de") == "Anlage 1 · Seite 2 von 3"
    assert listed("Urteil", 2, "de", by_post=True) == "Urteil (2\xa0Seiten, mit der Post)"


def broken(kind: str) -> bytes:
    made_ = paper(pages=2)
    page = made_.pages[0].obj
    if kind == "circle":
        form = made_.make_stream(b"/Own Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        form.Resources = Dictionary(XObject=Dictionary(Own=form))
        page.Resources.XObject = Dictionary(Own=form)
        page.Contents = made_.make_stream(b"/Own Do")
    elif kind == "bomb":
        page.Contents = made_.make_stream(b"0 0 m " * 14_000_000)
    elif kind == "picture":
        huge = made_.make_stream(b"x", Type=Name.XObject, Subtype=Name.Image, Width=90_000, Height=90_000)
        page.Resources.XObject = Dictionary(I=huge)
        page.Contents = made_.make_stream(b"/I Do")
    elif kind == "point":
        page.MediaBox = Array([0, 0, 3, 3])
    elif kind == "layers":
        layer = made_.make_indirect(Dictionary(Type=Name.OCG, Name="Names"))
        made_.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    elif kind == "locked":
        return saved(made_, deterministic_id=False, encryption=pikepdf.Encryption(user="a", owner="b"))
    elif kind == "cut":
        return saved(made_)[:-400]
    elif kind == "script":
        return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    return saved(made_)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("circle", "enclosure-damaged"),
        ("bomb", "enclosure-too-large"),
        ("picture", "enclosure-too-large"),
        ("point", "enclosure-damaged"),
        ("layers", "enclosure-not-plain"),
        ("locked", "enclosure-locked"),
        ("cut", "enclosure-damaged"),
        ("script", "enclosure-unreadable"),
    ],
)
def test_a_file_that_cannot_be_enclosed_is_told(kind: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(broken(kind))
    fault = inspected(tmp_path, "a.pdf").fault
    assert fault is not None
    assert fault.name == name


def test_a_sound_file_has_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(broken("none"))
    found = inspected(tmp_path, "a.pdf")
    assert (found.fault, found.kind, found.pages, found.unsearchable) == (None, "pdf", 2, ())


def test_no_file_is_read_outside_of_the_campaign(tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(saved(paper()))
    folder = tmp_path / "campaign"
    folder.mkdir()
    (folder / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    for name in ("../secret.pdf", str(tmp_path / "secret.pdf"), "link.pdf"):
        found = inspected(folder, name)
        assert found.fault is not None
        assert found.fault.name == "enclosure-outside"
        assert found.plain == b""


def test_what_a_form_shows_is_printed_and_searched(tmp_path: Path) -> None:
    form = paper(["Name:"])
    shown = form.make_stream(
        b"BT /F 12 Tf 2 2 Td (Rita Reader) Tj ET",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 200, 20]),
        Resources=form.pages[0].obj.Resources,
    )
    stamped = Dictionary(
        Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([72, 600, 272, 620]), F=4, AP=Dictionary(N=shown)
    )
    form.pages[0].obj.Annots = Array([form.make_indirect(stamped)])
    (tmp_path / "a.pdf").write_bytes(saved(form))
    assert "Rita Reader" in inspected(tmp_path, "a.pdf").words[0]


def test_other_programs_open_a_letter_with_enclosures(write: Write, tmp_path: Path) -> None:
    _, pdf = written(write(campaign(TWO, two_files())))
    (tmp_path / "letter.pdf").write_bytes(pdf)
    for command in (
        ["pdftotext", "letter.pdf", "-"],
        ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=txtwrite", "-sOutputFile=-", "letter.pdf"],
        ["mutool", "draw", "-q", "-F", "txt", "-o", "-", "letter.pdf"],
    ):
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=True, cwd=tmp_path
        )
        assert "sheet 3" in done.stdout
        assert "Enclosure 2 · page 1 of 1" in done.stdout
        assert "rror" not in done.stderr


def test_verify_finds_a_letter_with_enclosures_in_place(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    from weasyprint import HTML

    file = HTML(string="<html lang=en><title>x</title><p>Judgment of the court").write_pdf(
        pdf_variant="pdf/a-3u"
    )
    write(campaign(TWO, {**two_files(), "papers/judgment.pdf": file}))
    assert run(["write", "note", "--to", "minister", "-o", "letter.pdf"], today=DAY) == ExitCode.OK
    assert run(["verify", "letter.pdf"], today=DAY) == ExitCode.OK, capsys.readouterr()
