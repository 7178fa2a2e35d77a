"""Letters that are read from right to left: direction of page, paragraph, line and address."""

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lettergen import open_campaign
from lettergen.letters.letter import Letter, Paragraph, Span
from lettergen.pages import html as pages
from lettergen.pages import text as typescript
from lettergen.pages.layout.directions import isolates, turned_parts, with_isolates, with_marks
from lettergen.pages.layout.sheet_css import sheet_css
from lettergen.pages.layout.text_setting import COMFORTABLE
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.terminal.page import draw
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.reference import language as words
from lettergen.reference.stationery import stationery
from tests.pages import many, samples
from tests.pages.reading import faults_of_pdf_a

Write = Callable[[Mapping[str, str | bytes]], Path]

RECIPIENTS = """\
recipients:
  - id: one
    office: minister
    title: שר
    organisation: [Ministry 12, משרד 12]
    address: [1 Square]
    country: IL
    languages: [{language}]
    salutation: "שלום,"
    closing: בכבוד
    envelope_name: "כבוד השר"
"""
SENDERS = "senders:\n  - {id: jane, name: Jane Example, address: [1 Street], place: London, country: GB}\n"
TEMPLATE = """\
---
title: A
kind: appeal
language: {language}
subject: Kim Lee (12)
---
12 שלום Kim (34).

Kim (34) שלום.
"""


def html(write: Write, language: str) -> str:
    folder = write(
        {
            "recipients.yaml": RECIPIENTS.format(language=language),
            "senders.yaml": SENDERS,
            "letter_templates/note.md": TEMPLATE.format(language=language),
        }
    )
    made = open_campaign(folder).write("note", to="one", sender="jane", on=date(2026, 1, 15), format="html")
    return dict(made.contents)["html"].decode()


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("fa_IR", "rtl"), ("en", "ltr"), ("ko", "ltr")],
)
def test_the_direction_of_a_language(language: str, direction: str) -> None:
    assert words.direction(language) == direction


@pytest.mark.parametrize(
    ("text", "direction"),
    [("12 שלום Kim", "rtl"), ("(Kim) שלום", "rtl"), ("Kim Lee", "ltr"), ("12/34", "rtl"), ("", "rtl")],
)
def test_any_hebrew_letter_makes_a_text_of_a_hebrew_letter_hebrew(text: str, direction: str) -> None:
    assert words.direction_of(text, "rtl") == direction


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("שלום לכולם Kim", "rtl"), ("שלום is what they said to us", "ltr"), ("Kim: שלום לכולם", "ltr"),
        ("12", "ltr"), ("משרד 12", "rtl"),
    ],
)  # fmt: skip
def test_another_letter_has_hebrew_texts_where_most_of_one_is(text: str, direction: str) -> None:
    assert words.direction_of(text, "ltr") == direction


@pytest.mark.parametrize(
    ("base", "text", "expected"),
    [
        ("rtl", "של Kim Lee (בן 34), ב", ["Kim Lee"]),
        ("rtl", "אמנת (UNHCR) אוסר", ["UNHCR"]),
        ("rtl", "Kim Lee (born 1970) של", ["Kim Lee (born 1970)"]),
        ("rtl", "Kim (a, 12) של", ["Kim (a, 12)"]),
        ("rtl", "לפי Article 33 של", ["Article 33"]),
        ("rtl", "מסמך E/CN.4/2002/72 (12)", ["E/CN.4/2002/72"]),
        ("rtl", "COVID-19, 34 איש", ["COVID-19"]),
        ("rtl", "טל: +31 20 626 4436.", ["+31 20 626 4436"]),
        ("rtl", "טל: 020-626-4436", []),
        ("rtl", "טל: \u200e+31 20 626 4436.", ["\u200e+31 20 626 4436"]),
        ("rtl", "ראו https://example.org/he?x=1&y=22, וגם", ["https://example.org/he?x=1&y=22"]),
        ("rtl", "ראו www.example.org/2026/ או", ["www.example.org/2026/"]),
        ("rtl", "ראו (https://example.org/#12).", ["https://example.org/#12"]),
        ("rtl", "Reader/קורא", ["Reader"]),
        ("rtl", "ב-29 במאי 2002 (12/2002)", []),
        ("rtl", "(הילד Kim) Lee", ["Kim", "Lee"]),
        ("rtl", "Kim (Lee הילד) x", ["Kim", "Lee", "x"]),
        ("rtl", "السيد Kim (34 عاماً)", ["Kim"]),
        ("ltr", "We ask for عمر خالد (34) and", ["عمر خالد"]),
        ("ltr", "for עברית (12 שנים), 5", ["עברית (12 שנים)"]),
        ("ltr", "born ١٩٧٠ (عمر ٣٤)", ["عمر ٣٤"]),
        ("ltr", "nothing (12) to do", []),
    ],
)
def test_words_of_the_other_direction_are_found_with_their_brackets_and_figures(
    base: words.Direction, text: str, expected: list[str]
) -> None:
    assert [text[start:end] for start, end in isolates(text, base)] == expected


@example("[)א]א", "ltr")
@given(st.text("אב גdef12 ()[]{},.-+/٣ع\u05b8", max_size=40), st.sampled_from(["ltr", "rtl"]))
def test_parts_are_the_text_and_their_brackets_are_whole(text: str, base: words.Direction) -> None:
    parts = list(turned_parts(text, base))
    assert "".join(part for part, _ in parts) == text
    for part, turned in parts:
        if turned:
            assert part.count("(") == part.count(")")
            assert part.count("[") == part.count("]")
            assert words.direction_of(part, turned) == turned
    marked = with_marks(text, base)
    assert re.sub("[\u200e\u200f]", "", marked) == text


@pytest.mark.parametrize(
    ("direction", "line", "expected"),
    [
        ("rtl", "Kim Lee (בן 34)", "{R}Kim Lee{R} (בן 34)"),
        ("rtl", "מר Kim Lee נעצר", "מר Kim Lee נעצר"),
        ("rtl", "Kim Lee, London", "Kim Lee, London"),
        ("rtl", "1. שלום", "1. שלום"),
        ("rtl", "טלפון +20 2 1234", "טלפון {L}+20 2 1234"),
        ("ltr", "עמر (34) is held in a prison", "{L}עמر{L} (34) is held in a prison"),
        ("ltr", "plain words", "plain words"),
    ],
)
def test_plain_text_has_marks_where_it_would_be_misread(
    direction: words.Direction, line: str, expected: str
) -> None:
    assert with_marks(line, direction) == expected.format(
        R="\N{RIGHT-TO-LEFT MARK}", L="\N{LEFT-TO-RIGHT MARK}"
    )


def test_a_hebrew_letter_is_read_from_right_to_left(write: Write) -> None:
    page = html(write, "he")
    assert '<html lang="he" dir="rtl">' in page
    assert "html[dir=" in page
    assert '<span class="line" dir="ltr">Ministry 12</span>' in page
    assert '<span class="line">משרד 12</span>' in page
    assert '<p dir="rtl">' not in page
    assert '<p dir="ltr">' not in page
    assert page.count('<span dir="ltr">Kim</span>') == 2


def test_lines_of_hebrew_in_an_english_letter_turn_alone(write: Write) -> None:
    page = html(write, "en")
    assert "<html lang=" in page
    assert "html[dir=" not in page
    assert '<span class="line">Ministry 12</span>' in page
    assert '<span class="line" dir="rtl"><span lang="he">משרד 12</span></span>' in page
    assert '<p class="opening" dir="rtl">' in page
    assert '<p dir="rtl">' in page


DIN = stationery("din-5008-b")
STORY = (
    "אנו כותבים בעניינו של מר Kim Lee (בן 34), שנעצר ב-29 במאי 2002. "
    "סעיף 33 של אמנת הפליטים (UNHCR) אוסר זאת. "
)
HEBREW = replace(
    samples.SHORT,
    language="he",
    inside_address=("כבוד השר", "Ministry 12", "ירושלים"),
    place_and_date="ירושלים, 13 ביוני 2002",
    references=(("סימוכין", "RV-12/2002"), ("מכתבך מיום", "2 June 2002")),
    subject=(Span("בעניין העציר (12/2002)"),),
    opening="כבוד השר,",
    body=(*(Paragraph((Span(STORY * 3),)),) * 8, samples.asked("לשחררו", STORY, ordered=True)),
    closing="בכבוד רב,",
    postscript=(Span("We have moved; the new address stands above."),),
)


def laid(letter: Letter, *, first: int = 1, last: int = 1) -> list[list[tuple[float, str]]]:
    """Return the words of each line of some pages from left to right, as they are seen."""
    import pypdfium2

    data = Typesetter().typeset(letter, DIN).pdf
    document = pypdfium2.PdfDocument(data)
    rows: dict[tuple[int, int], list[tuple[float, str]]] = {}
    for number in range(first - 1, last):
        text = document[number].get_textpage()
        for at in range(text.count_chars()):
            left, bottom, right, _ = text.get_charbox(at, loose=True)
            if right > left:
                rows.setdefault((number, -round(bottom)), []).append((left, text.get_text_range(at, 1)))
    return [sorted(row) for _, row in sorted(rows.items())]


def seen(letter: Letter, *, page: int = 1) -> list[str]:
    return ["".join(sign for _, sign in row) for row in laid(letter, first=page, last=page)]


def test_a_latin_name_and_its_brackets_are_read_in_order_on_paper() -> None:
    lines = [line.replace(" ", "") for line in seen(HEBREW)]
    named = [line for line in lines if "KimLee" in line]
    assert named
    # From the right: the name, then the bracket that opens, the word, the age, the bracket that closes.
    assert any("34ןב" in line.partition("KimLee")[0] for line in named)
    assert not any("34" in line.partition("KimLee")[2][:4] for line in named)
    assert any("UNHCR" in line for line in lines)


def test_page_numbers_and_the_heads_of_later_pages_are_turned() -> None:
    made = Typesetter().typeset(HEBREW, DIN)
    assert made.pages == 2
    foot = seen(HEBREW)[-1]
    assert [one for one in foot if one.isdigit()] == ["1", "2"]
    head = laid(HEBREW, first=2, last=2)[0]
    width = 595.0
    assert min(left for left, sign in head if sign == "2") < width / 2
    assert "".join(sign for left, sign in head if left > width / 2).strip()[::-1] == "כבוד השר"


def test_a_number_at_the_head_of_a_page_is_read_in_order() -> None:
    assert with_isolates("טלפון +20 2 1234", "rtl") == "טלפון \u2066+20 2 1234\u2069"
    assert with_isolates("Kim (12), +20 2 1234", "rtl") == "Kim (12), +20 2 1234"
    assert with_isolates("טלפון +20 2 1234", "ltr") == "טלפון +20 2 1234"
    named = replace(HEBREW, inside_address=("לידי Kim Lee (12)", "ירושלים"))
    (head, *_) = seen(named, page=2)
    assert "Kim Lee" in head
    assert "21" not in head
    assert faults_of_pdf_a(Typesetter().typeset(named, DIN).pdf) == []


def test_a_fax_keeps_its_own_heads() -> None:
    from lettergen.pages.fax.page import markup

    assert "@page" not in markup(HEBREW, DIN, "", None)
    assert "@top-left" in sheet_css(HEBREW, DIN, COMFORTABLE)
    assert "@top-left" not in sheet_css(samples.SHORT, DIN, COMFORTABLE)


def test_values_and_postscripts_have_the_direction_of_their_own_words() -> None:
    page = pages.render(HEBREW, DIN)
    assert '<td dir="ltr">2 June 2002</td>' in page
    assert '<th scope="row">סימוכין</th>' in page
    assert '<p class="postscript" dir="ltr">' in page
    assert "2 June 2002" in " ".join(seen(HEBREW))


def test_the_end_of_a_paragraph_does_not_part_a_name() -> None:
    for words_ in ("אנו כותבים אליך בעניינו של מר Kim Lee Example", "אנו Kim Lee"):
        page = pages.render(replace(HEBREW, body=(samples.said(words_),)), DIN)
        assert f'<span dir="ltr">{words_[words_.index("Kim") :]}</span>' in page.replace("\u00a0", " ")


def test_a_mailing_has_the_same_letters() -> None:
    typesetter = Typesetter()
    batch = BatchTypesetter(typesetter)
    for name in ("Ada Velde", "כהן", "Tomas (12)"):
        letter = replace(HEBREW, inside_address=(name, "Ministry 12"))
        assert many.looks(batch.typeset(letter, DIN).pdf) == many.looks(typesetter.typeset(letter, DIN).pdf)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler's pdftotext")
def test_the_words_are_copied_in_the_order_of_reading() -> None:
    data = Typesetter().typeset(HEBREW, DIN).pdf
    reader = shutil.which("pdftotext") or ""
    found = subprocess.run([reader, "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    copied = " ".join(re.findall(r"\w+", found))
    assert " ".join(re.findall(r"\w+", STORY)) in copied
    assert "כבוד השר Ministry 12 ירושלים" in copied


def test_the_preview_begins_its_lines_at_the_right() -> None:
    (first, *_) = draw(HEBREW, DIN, columns=80)
    lines = ["".join(part.text for part in row) for row in first.rows]
    story = [line for line in lines if "בעניינו" in line]
    assert story
    assert {len(line) - len(line.rstrip("│ ")) for line in story} <= set(range(4, 14))
    ministry = next(line for line in lines if "Ministry 12" in line)
    assert ministry.index("Ministry") < 40


def test_plain_text_keeps_its_words() -> None:
    found = typescript.render(HEBREW)
    assert "Kim Lee\u200f (בן 34)" in found.replace("\n", " ")
    assert "\u200f" not in typescript.render(samples.SHORT)
    assert "\u200e" not in typescript.render(samples.SHORT)


def test_letters_that_stand_on_others_are_no_text_over_text(write: Write) -> None:
    from lettergen.reference.stationery import stationery as sheet
    from lettergen.verify.findings import MeasuredFile
    from lettergen.verify.pdf_reader import read
    from lettergen.verify.rules import check

    urdu = replace(
        HEBREW,
        language="ur",
        opening="محترم وزیر،",
        body=(Paragraph((Span("آپ کے مخلص"),)),),
        closing="مخلص",
    )
    measured = read(Typesetter().typeset(urdu, DIN).pdf)

    def told(measured: MeasuredFile) -> bool:
        return any(one.rule == "text-over-text" for one in check(measured, sheet("din-5008-b"), (), "x"))

    assert not told(measured)
    # Latin letters do not: one that lies on others is a fault, however little it is off their line.
    assert told(replace(measured, pages=tuple(replace(page, is_arabic=False) for page in measured.pages)))
