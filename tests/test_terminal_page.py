"""The page in the terminal: what stands where, and that nothing is lost or sticks out."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettergen.letters.letter import (
    EnclosedMessage,
    Heading,
    Letter,
    Letterhead,
    ListBlock,
    Paragraph,
    Quote,
    SignatureBlock,
    Span,
)
from lettergen.pages.terminal.cells import Canvas, Row, StyledRun, row_width, run, wrap_spans
from lettergen.pages.terminal.flow import TextRow, body, divide
from lettergen.pages.terminal.page import LEAST_COLUMNS, MOST_COLUMNS, TerminalPage, draw
from lettergen.reference.stationery import keys, stationery

DIN = stationery("din-5008-b")
SENTENCE = "We ask that the librarian be released at once and that her family may visit her. "


def paragraph(text: str) -> Paragraph:
    return Paragraph((Span(text),))


LETTER = Letter(
    letter_id="appeal--minister--library-friends",
    template="appeal",
    recipient_id="minister",
    sender_id="library-friends",
    language="en",
    audience="addressee",
    date=date(2026, 2, 10),
    letterhead=Letterhead("Friends of Libraries", ("3 Reading Road", "London N1 0XY")),
    return_address="FoL · 3 Reading Road · London N1 0XY",
    mailing_notation=("REGISTERED MAIL",),
    inside_address=("Her Excellency Ms. Alba Frost", "Minister of Justice", "Port Example", "ANTARCTICA"),
    place_and_date="London, 10 February 2026",
    references=(("Our reference", "FoL 2026/3"),),
    title=(Span("APPEAL"),),
    subject=(Span("A librarian detained in Port Example"),),
    opening="Dear Minister,",
    body=(
        paragraph(SENTENCE * 3),
        Heading((Span("What we ask"),)),
        ListBlock(((paragraph("release her at once;"),), (paragraph("let her family visit her."),))),
        Quote((paragraph("I only lent a book."),)),
    ),
    closing="Yours sincerely,",
    signatures=(SignatureBlock(("John Sample", "Chair")),),
    postscript=(Span("PS: A reply by letter will reach us."),),
    enclosures=("Enclosure: petition with 500 signatures",),
    copies=("Copy to: Jane Example",),
)
LONG = replace(LETTER, body=tuple(paragraph(f"{number}. {SENTENCE * 4}") for number in range(14)))


def text_of(row: Row) -> str:
    return "".join(part.text for part in row)


def lines_of(sheet: TerminalPage) -> list[str]:
    return [text_of(row) for row in sheet.rows]


def page(letter: Letter, columns: int = 100, key: str = "din-5008-b") -> str:
    return "\n".join(
        line for sheet in draw(letter, stationery(key), columns=columns) for line in lines_of(sheet)
    )


def row_with(words: str, letter: Letter = LETTER, columns: int = 100, key: str = "din-5008-b") -> int:
    lines = page(letter, columns, key).split("\n")
    return next(at for at, line in enumerate(lines) if words in line)


def words_of(text: str) -> list[str]:
    """Words without the frame, the marks and the list's dashes."""
    return [word for word in "".join(" " if c in "│┊├─╴┌┐└┘┄–" else c for c in text).split() if word]


@pytest.mark.parametrize("columns", [60, 72, 80, 100, 120, 200])
@pytest.mark.parametrize("key", keys())
def test_all_rows_are_as_wide_as_the_sheet(columns: int, key: str) -> None:
    width = max(LEAST_COLUMNS, min(columns, MOST_COLUMNS))
    for sheet in draw(LONG, stationery(key), columns=columns):
        assert {row_width(row) for row in sheet.rows} == {width}


@pytest.mark.parametrize("columns", [10, 60, 80, 100])
@pytest.mark.parametrize("key", ["din-5008-b", "jp-cho-3", "nf", "us-10", "plain"])
def test_every_word_of_the_letter_is_on_the_page(columns: int, key: str) -> None:
    shown = words_of(page(LONG, columns, key))
    for text in LONG.texts():
        assert not set(words_of(text)) - set(shown)


def test_the_text_keeps_its_order() -> None:
    shown = " ".join(words_of(page(LETTER)))
    places = [
        shown.index(words)
        for words in (
            "APPEAL", "A librarian", "Dear Minister,", "We ask", "What we", "release her at once;",
            "I only", "Yours", "John Sample", "Chair", "PS:", "Enclosure:", "Copy to:",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_the_address_stands_in_the_window() -> None:
    lines = page(LETTER).split("\n")
    top = next(at for at, line in enumerate(lines) if "┌┄" in line)
    bottom = next(at for at, line in enumerate(lines) if "└┄" in line)
    for words in (*LETTER.inside_address, "REGISTERED MAIL", "FoL · 3 Reading"):
        at = row_with(words)
        assert top < at < bottom
        assert lines[at].index("┊") < lines[at].index(words) < lines[at].rindex("┊")


def test_the_window_is_where_the_stationery_has_it() -> None:
    lines = page(LETTER).split("\n")
    top = next(at for at, line in enumerate(lines) if "┌┄" in line)
    # A hundred columns are 210 mm, and a row is twice as high as a column is wide.
    assert top == round(DIN.address_field.top / 4.2)
    assert abs(lines[top].index("┌┄") - DIN.address_field.left / 2.1) <= 1


def test_a_window_on_the_right_has_the_letterhead_on_the_left() -> None:
    lines = page(LETTER, 100, "nf").split("\n")
    assert lines[row_with("Friends of Libraries", key="nf")].index("Friends") < 20
    assert lines[row_with("Minister of Justice", key="nf")].index("Minister") > 45


def test_a_letterhead_beside_a_window_at_the_top_does_not_touch_it() -> None:
    lines = page(LETTER, 100, "jp-cho-3").split("\n")
    head = lines[row_with("Friends of Libraries", key="jp-cho-3")]
    assert head.rstrip("│ ").endswith("Friends of Libraries")
    assert "┊" not in head or head.rindex("┊") < head.index("Friends")


def test_a_sheet_without_a_window_has_no_frame() -> None:
    assert "┄" not in page(LETTER, 100, "plain")


def test_a_letter_to_nobody_has_no_window_and_begins_higher() -> None:
    statement = replace(LETTER, inside_address=(), return_address="", mailing_notation=(), recipient_id=None)
    assert "┄" not in page(statement)
    assert row_with("A librarian detained", statement) < row_with("A librarian detained")


def test_fold_marks_and_punch_mark_stand_on_the_left_edge_of_the_first_sheet() -> None:
    first, *others = draw(LONG, DIN, columns=100)
    assert [line[:2] for line in lines_of(first) if line[0] == "├"] == ["├─", "├╴", "├─"]
    assert others
    assert not any(line[0] == "├" for sheet in others for line in lines_of(sheet))


def test_the_first_fold_mark_is_at_a_third_of_the_sheet() -> None:
    (sheet,) = draw(LETTER, DIN, columns=100)
    at = next(number for number, line in enumerate(lines_of(sheet)) if line.startswith("├─"))
    assert 0.3 < at / len(sheet.rows) < 0.4


def test_sheets_are_numbered_and_later_ones_say_what_they_continue() -> None:
    sheets = draw(LONG, DIN, columns=100)
    assert len(sheets) > 1
    for sheet in sheets:
        assert f"Sheet {sheet.number} of {len(sheets)}" in lines_of(sheet)[-1]
    assert "Her Excellency Ms. Alba Frost · London, 10 February 2026" in lines_of(sheets[1])[2]


def test_a_narrow_terminal_does_not_cost_sheets() -> None:
    assert len(draw(LONG, DIN, columns=60)) == len(draw(LONG, DIN, columns=100))


@pytest.mark.parametrize("paragraphs", range(1, 16))
def test_the_closing_is_never_alone_and_the_signature_never_parted_from_it(paragraphs: int) -> None:
    letter = replace(LONG, body=LONG.body[:paragraphs], postscript=(), enclosures=(), copies=())
    for sheet in draw(letter, DIN, columns=100):
        lines = lines_of(sheet)
        signed = [at for at, line in enumerate(lines) if "John Sample" in line]
        closed = [at for at, line in enumerate(lines) if "Yours sincerely" in line]
        assert bool(signed) == bool(closed)
        if closed:
            assert "visit her." in "".join(lines[: closed[0]])


def test_an_enclosed_message_begins_a_sheet_of_its_own() -> None:
    message = EnclosedMessage("Message of a sister", (("From", "Rosa Reader"),), (paragraph("Help her."),))
    first, second = draw(replace(LETTER, enclosed=(message,)), DIN, columns=100)
    assert "Message of a sister" not in "\n".join(lines_of(first))
    shown = "\n".join(lines_of(second))
    assert shown.index("Message of a sister") < shown.index("Rosa Reader") < shown.index("Help her.")


def test_two_who_sign_stand_side_by_side() -> None:
    joint = replace(LETTER, signatures=(SignatureBlock(("John Sample",)), SignatureBlock(("Jane Example",))))
    assert row_with("John Sample", joint) == next(
        at for at, line in enumerate(page(joint).split("\n")) if "Jane Example" in line and "Copy" not in line
    )


def test_emphasis_and_strong_words_keep_their_role() -> None:
    spans = (Span("We ask "), Span("urgently", strong=True), Span(" and "), Span("again", emphasis=True))
    (row,) = wrap_spans(spans, 60)
    assert row == (
        StyledRun("We ask "),
        StyledRun("urgently", "strong"),
        StyledRun(" and "),
        StyledRun("again", "emphasis"),
    )


def test_roles_survive_a_line_break() -> None:
    rows = wrap_spans((Span("one two "), Span("three four", strong=True)), 12)
    assert [text_of(row) for row in rows] == ["one two", "three four"]
    assert rows[1] == (StyledRun("three four", "strong"),)


def test_a_word_wider_than_the_sheet_is_cut_and_not_lost() -> None:
    word = "x" * 130
    assert "".join(text_of(row) for row in wrap_spans((Span(word),), 60)) == word


def test_korean_takes_two_columns_a_character() -> None:
    rows = wrap_spans((Span("이성용 " * 20),), 21)
    assert {row_width(row) for row in rows} <= set(range(22))
    assert text_of(rows[0]) == "이성용 이성용 이성용"


def test_a_combining_accent_shares_the_cell_of_its_letter() -> None:
    canvas = Canvas(6)
    canvas.put(0, 0, run("Ha\u0306n이\u0301"))
    (row,) = canvas.rows()
    assert text_of(row) == "Ha\u0306n이\u0301 "
    assert row_width(row) == 6


@pytest.mark.parametrize("bad", ["\x1b[2J", "\x9b31m", "\u202e", "\x07", "\r", "\u2028"])
def test_no_control_character_gets_onto_the_page(bad: str) -> None:
    shown = page(replace(LETTER, inside_address=(f"Alba {bad} Frost",), body=(paragraph(f"A {bad} b"),)))
    assert bad not in shown
    assert "Alba" in shown


def test_a_sheet_never_breaks_after_a_held_line_if_it_can_help_it() -> None:
    lines = [TextRow(run(str(number)), held=number == 3) for number in range(8)]
    first, second = divide(lines, 4, 10)
    assert [text_of(line.row) for line in first] == ["0", "1", "2"]
    assert text_of(second[0].row) == "3"


def test_dividing_loses_no_line() -> None:
    lines = body(LONG, 70)
    sheets = divide(lines, 20, 30)
    shown = [text_of(line.row) for sheet in sheets for line in sheet if not line.is_blank]
    assert shown == [text_of(line.row) for line in lines if not line.is_blank]
    assert all(len(sheet) <= 30 for sheet in sheets)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.integers(40, 130))
def test_any_text_stays_on_the_sheet(text: str, columns: int) -> None:
    letter = replace(
        LETTER,
        inside_address=(text or "x", "Port Example"),
        subject=(Span(text, strong=True),),
        body=(paragraph(text), ListBlock(((paragraph(text),),), ordered=True)),
        signatories=((text, text),),
    )
    for sheet in draw(letter, DIN, columns=columns):
        assert {row_width(row) for row in sheet.rows} == {max(LEAST_COLUMNS, min(columns, MOST_COLUMNS))}
