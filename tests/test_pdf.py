"""The letter as PDF: words, places, faults, conformance, bytes."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

import lettergen
from lettergen.errors import RenderError
from lettergen.letters.letter import Letter, SignatureBlock, Span
from lettergen.pages.checks import laid_out
from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER, Setting
from lettergen.pages.pdf.typesetter import TypesetLetter, Typesetter, setting_key
from lettergen.reference.stationery import keys, stationery
from tests.pages import samples
from tests.pages.accessible import told
from tests.pages.reading import (
    BROKEN,
    Line,
    faults_of_pdf_a,
    letter_words,
    lines,
    numbered_words,
    opened,
    page_words,
    structure,
    uncompressed,
)

# Korean stands for what no font has.
pytestmark = pytest.mark.usefixtures("without_extra_fonts")

DIN = stationery("din-5008-b")
ALL = pytest.mark.parametrize("letter", samples.ALL.values(), ids=samples.ALL)


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter(pictures={"signature.jpg": picture(), "broken.png": b"no picture"})


@pytest.fixture(scope="module")
def typeset(typesetter: Typesetter) -> Callable[[Letter], TypesetLetter]:
    made: dict[Letter, TypesetLetter] = {}

    def once(letter: Letter) -> TypesetLetter:
        if letter not in made:
            made[letter] = typesetter.typeset(letter, DIN)
        return made[letter]

    return once


def picture() -> bytes:
    image = Image.new("RGB", (300, 120), "white")
    image.paste("navy", (40, 50, 260, 70))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at the safe house"
    image.save(out, "JPEG", exif=exif, comment=b"taken at the safe house")
    return out.getvalue()


def only(found: list[Line], text: str) -> Line:
    (line,) = [line for line in found if line.text == text]
    return line


@ALL
def test_pdf_has_the_words_of_the_letter_in_order(
    letter: Letter, typeset: Callable[[Letter], TypesetLetter]
) -> None:
    assert page_words(typeset(letter).pdf) == numbered_words(letter)


def test_a_letter_with_one_word_less_has_other_words(typeset: Callable[[Letter], TypesetLetter]) -> None:
    read = page_words(typeset(samples.PLAIN).pdf)
    assert read == numbered_words(samples.PLAIN)
    assert read[:40] + read[41:] != numbered_words(samples.PLAIN)


def test_broken_words_are_joined_by_who_copies_them(typesetter: Typesetter) -> None:
    text = "Die Menschenrechtsorganisation beobachtet die Zwangsrückführungen nordkoreanischer Flüchtlinge. "
    letter = replace(samples.SHORT, language="de", body=(samples.said(text * 4),))
    made = typesetter.typeset(letter, DIN)
    assert any(line.text.endswith(tuple(BROKEN)) for line in lines(made.pdf))
    assert page_words(made.pdf) == letter_words(letter)


@pytest.mark.parametrize("key", keys())
def test_the_address_stands_in_its_field_on(key: str, typesetter: Typesetter) -> None:
    sheet = stationery(key)
    address = samples.PLAIN.inside_address[: 3 if key == "us-10" else None]
    letter = replace(samples.SHORT, inside_address=address)
    found = lines(typesetter.typeset(letter, sheet).pdf)
    zone, top = sheet.recipient_zone, 0.0
    for text in address:
        line = only([one for one in found if one.page == 1], text)
        assert line.left == pytest.approx(zone.left, abs=0.4)
        assert line.top > max(top, zone.top)
        assert line.right < zone.right
        assert line.bottom < zone.bottom
        top = line.top
    opening = only(found, letter.opening)
    assert opening.top > sheet.reference_line or opening.page > 1
    assert opening.page == 1 or key.startswith("card-")


@pytest.mark.parametrize("rows", range(1, 11))
def test_a_long_address_is_set_closer_or_in_full_with_a_notice_but_never_leaves_the_field_unsaid(
    rows: int, typesetter: Typesetter
) -> None:
    address = tuple(f"Row number {row} of the address" for row in range(1, rows + 1))
    letter = replace(samples.SHORT, inside_address=address)
    made = typesetter.typeset(letter, DIN)
    found = lines(made.pdf)
    if rows > 6:
        (problem,) = made.notes
        assert problem.name == "address-on-envelope"
        assert not problem.is_error
        assert f"takes {rows} lines, and no window of DIN 5008 form B shows all of it" in problem.message
        assert only(found, address[-1]).bottom < only(found, letter.opening).top - 3
        return
    assert made.notes == ()
    for text in address:
        assert only(found, text).bottom < DIN.address_field.bottom
        assert only(found, text).top > only(found, "Registered mail").bottom


def test_an_address_without_notations_may_use_their_room(typesetter: Typesetter) -> None:
    address = tuple(f"Row number {row} of the address" for row in range(1, 9))
    letter = replace(samples.SHORT, inside_address=address, mailing_notation=())
    found = lines(typesetter.typeset(letter, DIN).pdf)
    assert only(found, address[0]).top > DIN.address_field.top + DIN.return_line_height
    assert only(found, address[-1]).bottom < DIN.address_field.bottom


def test_a_line_too_long_for_the_field_runs_over_inside_it(typesetter: Typesetter) -> None:
    long = "Standing Committee of the National Assembly for Foreign Affairs and the Rights of Minorities"
    letter = replace(samples.SHORT, inside_address=("The Chairperson", long, "Capital City", "SOUTHLAND"))
    for line in lines(typesetter.typeset(letter, DIN).pdf):
        if (
            DIN.recipient_zone.top < line.top < DIN.recipient_zone.bottom
            and line.left < DIN.address_field.right
        ):
            assert line.right < DIN.address_field.right
            assert line.bottom < DIN.address_field.bottom


def test_fold_marks_and_punch_mark_are_where_the_row_says(typesetter: Typesetter) -> None:
    import pypdfium2 as pdfium

    page = pdfium.PdfDocument(typesetter.typeset(samples.SHORT, DIN).pdf)[0]
    image = page.render(scale=20 * 25.4 / 72, grayscale=True).to_pil()
    column = [image.getpixel(((5 * 20), y)) for y in range(image.height)]
    marked = [y / 20 for y, shade in enumerate(column) if isinstance(shade, int) and shade < 250]
    marks = (*DIN.fold_marks, DIN.punch_mark)
    assert all(min(abs(y - (mark or 0)) for mark in marks) < 0.3 for y in marked)
    assert all(min(abs(y - (mark or 0)) for y in marked) < 0.3 for mark in marks)


def test_one_page_has_no_number_and_more_have(typeset: Callable[[Letter], TypesetLetter]) -> None:
    def numbers(letter: Letter) -> list[str]:
        return [
            line.text.replace("\N{THIN SPACE}", "") for line in lines(typeset(letter).pdf) if line.top > 275
        ]

    assert numbers(samples.SHORT) == []
    assert numbers(samples.QUESTIONS) == ["Page 1 of 2", "Page 2 of 2"]
    assert numbers(replace(samples.QUESTIONS, language="ru")) == ["1 / 2", "2 / 2"]


def test_the_second_page_names_addressee_and_date(typeset: Callable[[Letter], TypesetLetter]) -> None:
    head = [line.text for line in lines(typeset(samples.QUESTIONS).pdf) if line.page == 2 and line.top < 24]
    assert head == ["Ministry of Foreign Affairs", "Port Alma, 13 June 2002"]


def test_an_enclosed_message_begins_a_page(typeset: Callable[[Letter], TypesetLetter]) -> None:
    found = lines(typeset(samples.FORWARDED).pdf)
    began = [line for line in found if line.text.startswith(("Message", "Second message"))]
    assert [line.page for line in began] == [2, 3]


@pytest.mark.parametrize("count", range(6, 14))
def test_the_closing_is_never_parted_from_the_signature_nor_from_the_text(
    count: int, typesetter: Typesetter
) -> None:
    letter = replace(
        samples.PLAIN, body=(*samples.PLAIN.body[:-1], *(samples.FEAR for _ in range(count - 4)))
    )
    found = lines(typesetter.typeset(letter, DIN).pdf)
    closing = only(found, letter.closing)
    assert only(found, "Ines Okafor").page == closing.page
    text = [line for line in found if line.page == closing.page and line.top < closing.top and line.top > 30]
    assert len({round(line.top) for line in text}) >= 2


def test_a_letter_over_by_little_keeps_its_sheet(typeset: Callable[[Letter], TypesetLetter]) -> None:
    made = typeset(samples.OVER_BY_LITTLE)
    assert made.pages == 1
    assert made.setting != COMFORTABLE
    assert max(line.bottom for line in lines(made.pdf)) <= 297 - made.setting.bottom_mm


def test_letters_of_the_same_text_share_key_and_setting(typesetter: Typesetter) -> None:
    other = replace(
        samples.OVER_BY_LITTLE,
        recipient_id="xx-speaker",
        inside_address=("Ms. Ada Moreau", "Speaker", "Capital City", "SOUTHLAND"),
        opening="Dear Madam Speaker,",
        closing="Yours sincerely,",
    )
    assert setting_key(other, DIN) == setting_key(samples.OVER_BY_LITTLE, DIN)
    assert setting_key(samples.PLAIN, DIN) != setting_key(samples.OVER_BY_LITTLE, DIN)
    found = typesetter.typeset(samples.OVER_BY_LITTLE, DIN).setting
    assert typesetter.typeset(other, DIN).setting == found
    assert Typesetter().typeset(other, DIN).setting == found


def test_a_setting_given_is_used_unless_it_costs_a_page(typesetter: Typesetter) -> None:
    tight = replace(COMFORTABLE, size_pt=11.1)
    assert typesetter.typeset(samples.SHORT, DIN, tight).setting == tight
    refitted = typesetter.typeset(samples.OVER_BY_LITTLE, DIN, COMFORTABLE)
    assert refitted.pages == 1
    assert refitted.setting != COMFORTABLE


def test_more_sheets_than_allowed_is_a_fault_with_both_numbers(typesetter: Typesetter) -> None:
    with pytest.raises(RenderError) as caught:
        typesetter.typeset(replace(samples.QUESTIONS, sheets=1), DIN)
    (problem,) = caught.value.problems
    assert problem.name == "too-many-sheets"
    assert "takes 2 pages; its template allows 1" in problem.message


def test_a_character_without_a_font_is_a_fault_that_names_it(typesetter: Typesetter) -> None:
    letter = replace(samples.PLAIN, body=(samples.said("Release Mr. Choi Yong-hun (최용훈)."),))
    with pytest.raises(RenderError) as caught:
        typesetter.typeset(letter, DIN)
    (problem,) = caught.value.problems
    assert problem.name == "missing-glyph"
    assert "`xx-premier`" in problem.message
    assert "최 (U+CD5C HANGUL SYLLABLE COE)" in problem.message


def test_every_fault_of_a_letter_is_told_at_once(typesetter: Typesetter) -> None:
    letter = replace(samples.PLAIN, inside_address=("최",) * 40)
    with pytest.raises(RenderError) as caught:
        typesetter.typeset(letter, DIN)
    assert [problem.name for problem in caught.value.problems] == ["address-too-long", "missing-glyph"]


def test_a_signature_is_shown_without_what_its_file_tells(typesetter: Typesetter) -> None:
    block = SignatureBlock(("Ines Okafor", "Secretary"), "signature.jpg")
    made = typesetter.typeset(replace(samples.SHORT, signatures=(block,)), DIN)
    assert structure(made.pdf).count("/Figure") == 1
    assert b"safe house" not in uncompressed(made.pdf)
    assert faults_of_pdf_a(made.pdf) == []


@pytest.mark.parametrize(
    ("name", "fault"), [("nowhere.png", "missing-picture"), ("broken.png", "unreadable-picture")]
)
def test_a_signature_that_cannot_be_shown_is_a_fault(name: str, fault: str, typesetter: Typesetter) -> None:
    letter = replace(samples.SHORT, signatures=(SignatureBlock(("Ines Okafor",), name),))
    with pytest.raises(RenderError) as caught:
        typesetter.typeset(letter, DIN)
    assert [problem.name for problem in caught.value.problems] == [fault]
    assert name in caught.value.problems[0].message


@ALL
def test_pdf_conforms_to_pdf_a(letter: Letter, typeset: Callable[[Letter], TypesetLetter]) -> None:
    assert faults_of_pdf_a(typeset(letter).pdf) == []


def test_pdf_says_what_it_is_and_nothing_about_people(typeset: Callable[[Letter], TypesetLetter]) -> None:
    with opened(typeset(samples.PLAIN).pdf) as pdf:
        assert pdf.Root.Lang == "en"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.docinfo["/Title"] == "Appeal for six refugees"
        assert set(pdf.docinfo.keys()) == {"/Title", "/Producer"}
        metadata = pdf.Root.Metadata.read_bytes().decode()
    assert "pdfuaid:part>1<" in metadata
    assert 'pdfaid:part="3"' in metadata.replace("'", '"')
    for private in ("Okafor", "Velde", "xx-premier", "friends", "200", "Date"):
        assert private not in metadata.replace("http://www.w3.org/1999/02/22-rdf-syntax-ns", "")


def test_pdf_names_no_place_on_this_machine(typeset: Callable[[Letter], TypesetLetter]) -> None:
    pdf = uncompressed(typeset(samples.HOSTILE).pdf)
    for leak in (str(Path.cwd()), f"{Path.home()}/", "file:", "asset:", "/Dests"):
        assert leak.encode() not in pdf


def test_the_first_heading_is_the_only_one_of_its_level(typeset: Callable[[Letter], TypesetLetter]) -> None:
    kinds = structure(typeset(samples.QUESTIONS).pdf)
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 4


CHILD = """
import hashlib
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.reference.stationery import stationery
from tests.pages import samples
made = Typesetter().typeset(samples.QUESTIONS, stationery("din-5008-b"))
print(hashlib.sha256(made.pdf).hexdigest())
"""


def test_the_same_letter_gives_the_same_bytes_in_any_process(
    typeset: Callable[[Letter], TypesetLetter],
) -> None:
    files = ((samples.__file__, 2), (lettergen.__file__, 1))
    paths = os.pathsep.join(str(Path(file).parents[up]) for file, up in files)
    env = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    child = subprocess.run([sys.executable, "-c", CHILD], env=env, capture_output=True, text=True, check=True)
    assert child.stdout.strip() == hashlib.sha256(typeset(samples.QUESTIONS).pdf).hexdigest()


def test_the_same_letter_gives_the_same_bytes_after_others(typesetter: Typesetter) -> None:
    first = typesetter.typeset(samples.SHORT, DIN).pdf
    typesetter.typeset(replace(samples.SHORT, subject=(Span("Another"),)), stationery("us-9"))
    assert typesetter.typeset(samples.SHORT, DIN).pdf == first


@pytest.mark.parametrize("above", range(9, 20, 2))
def test_a_list_is_parted_neither_after_its_first_item_nor_before_its_last(
    above: int, typesetter: Typesetter
) -> None:
    item = "to do a thing that takes about a line and a half of text, so that it runs over to the next one;"
    short = samples.said("A short paragraph of one line that fills the page.")
    body = (*[short] * above, samples.asked(*[item] * 6, ordered=True), *samples.PLAIN.body)
    found = told(typesetter.typeset(replace(samples.PLAIN, body=body), DIN).pdf)
    pages = [one.pages[0] for one in found if one.kind == "LI"][:6]
    assert pages.count(min(pages)) not in (1, 5)


@pytest.mark.parametrize("key", ["din-5008-b", "us-10"])
@pytest.mark.parametrize("count", [4, 9, 15])
@pytest.mark.parametrize("above", [0, 2])
@pytest.mark.parametrize("paragraphs", range(2, 7))
def test_rows_of_many_signatures_go_on_to_the_next_page_and_leave_no_hole(
    count: int, above: int, paragraphs: int, key: str, typesetter: Typesetter
) -> None:
    signed = tuple(SignatureBlock((f"Signatory {at}", "Secretary", "Friends")) for at in range(count))
    line = samples.said("A short paragraph of one line that fills the page.")
    body = (line,) * above + (samples.ARREST,) * paragraphs
    letter = replace(samples.SHORT, body=body, signatures=signed, references=())
    made = typesetter.typeset(letter, stationery(key))
    if made.pages == 1:
        return
    document = pdfium.PdfDocument(made.pdf)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    first = document[0].render(scale=1).to_pil().convert("L")
    # Nothing but the page's number stands in the last 16 mm.
    inked = first.crop((60, 90, first.width, first.height - 45)).point([255] * 128 + [0] * 128)
    box = inked.getbbox()
    assert box is not None
    free_mm = (first.height - 90 - box[3]) / 72 * 25.4
    # Less than two lines, the closing and a row of signatures, which must not be parted, take up to 52 mm.
    assert free_mm < COMFORTABLE.bottom_mm + 36
    for text in texts:
        if "Yours respectfully" in text:
            assert "Signatory 0" in text.partition("Yours respectfully")[2]


def test_a_letter_whose_address_moves_its_text_down_leaves_no_hole_either(typesetter: Typesetter) -> None:
    signed = tuple(SignatureBlock((f"Signatory {at}", "Secretary", "Friends")) for at in range(4))
    letter = replace(samples.SHORT, body=(samples.ARREST,) * 3, signatures=signed, references=())
    laid = typesetter.lay_out(letter, stationery("us-10"))
    assert laid.setting != typesetter.settings[setting_key(letter, stationery("us-10"))]
    assert "set-apart" not in {note.name for note in laid.notes}
    text = [one.base for one in laid_out.ink(laid.sheets.document) if one.page == 1 and one.base < 265]
    assert max(text) > 279.4 - COMFORTABLE.bottom_mm - 36


@pytest.mark.parametrize("key", ["din-5008-a", "din-5008-b"])
@pytest.mark.parametrize("setting", [LADDER[0], LADDER[7], LADDER[-1]], ids=str)
def test_on_din_5008_the_opening_stands_two_blank_lines_below_the_subject(
    key: str, setting: Setting, typesetter: Typesetter
) -> None:
    for subject in ("Six refugees", "Six refugees held near the southern border " * 3):
        letter = replace(samples.SHORT, subject=(Span(subject.strip()),))
        pdf = typesetter.typeset(letter, stationery(key), setting).pdf
        text = pdfium.PdfDocument(pdf)[0].get_textpage()
        words = text.get_text_range()
        # Letters without an overhang below the base line.
        last = words.rindex("refugees" if len(subject) < 20 else "border", 0, words.index("Your Excellency"))
        base = text.get_charbox(last)[1]
        opening = text.get_charbox(words.index("xcellency,") + 1)[1]
        assert (base - opening) / 72 * 25.4 == pytest.approx(12.7, abs=0.15)
