"""Stationery: the figures of the national forms, and that everything lies on its sheet."""

from dataclasses import replace
from functools import cache

import pytest

from lettergen.errors import UnknownName
from lettergen.letters.letter import plain
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.reference.stationery import Rectangle, for_country, keys, stationery
from tests.pages import samples
from tests.pages.reading import lines, origin, rules

# Key, sheet width, address field (left, top, width, height), fold marks, reference line: typed a second time
# from the .lco files of KOMA-Script 3.38 and from GOV.UK Notify. In DIN 5008 the subject stands two blank
# lines of 12 points below the field; in form B so much lower that a C5 envelope never shows it.
FORMS = [
    ("din-5008-a", 210.0, (20.0, 27.0, 85.0, 45.0), (87.0, 192.0), 80.46),
    ("din-5008-b", 210.0, (20.0, 45.0, 85.0, 45.0), (105.0, 210.0), 101.5),
    ("nf", 210.0, (100.0, 35.0, 100.0, 45.0), (99.0, 198.0), 99.0),
    ("sn-right", 210.0, (112.0, 45.0, 90.0, 45.0), (105.0, 210.0), 98.5),
    ("sn-left", 210.0, (20.0, 35.5, 100.0, 45.0), (105.0, 210.0), 94.5),
    ("us-9", 215.9, (17.46, 55.56, 114.3, 28.58), (95.25, 187.3), 87.3),
    ("us-9-double", 215.9, (14.29, 55.56, 92.1, 28.58), (95.25, 187.3), 87.3),
    ("jp-cho-3", 210.0, (22.0, 12.0, 90.0, 40.0), (116.0, 232.0), 69.0),
    ("jp-eh", 210.0, (22.0, 12.0, 90.0, 50.0), (116.0, 232.0), 69.0),
    ("jp-ll", 210.0, (25.0, 12.0, 90.0, 40.0), (116.0, 232.0), 69.0),
    ("jp-lh", 210.0, (25.0, 12.0, 90.0, 50.0), (116.0, 232.0), 69.0),
    ("jp-rl", 210.0, (98.0, 28.0, 90.0, 40.0), (116.0, 232.0), 84.0),
    ("jp-kaku-a4", 210.0, (25.0, 24.0, 90.0, 40.0), (), 69.0),
    ("uk-c5", 210.0, (24.6, 39.5, 95.4, 26.8), (), 95.0),
]


@pytest.mark.parametrize(("key", "width", "field", "folds", "line"), FORMS, ids=[row[0] for row in FORMS])
def test_the_national_form_has_its_figures(
    key: str,
    width: float,
    field: tuple[float, float, float, float],
    folds: tuple[float, ...],
    line: float,
) -> None:
    row = stationery(key)
    address = row.address_field
    assert row.sheet_width == width
    assert (address.left, address.top, address.width, address.height) == field
    assert row.fold_marks == folds
    assert row.reference_line == line


# From the field to its text, and the height of the return line: from the .lco files, or chosen (`note`).
INDENTS = {
    "din-5008-a": (5.0, 5.0), "din-5008-b": (5.0, 5.0), "nf": (10.0, 5.0), "sn-right": (10.0, 5.0),
    "sn-left": (0.0, 5.0), "us-9": (7.94, 0.0), "us-9-double": (3.2, 0.0), "jp-cho-3": (3.0, 5.0),
    "jp-eh": (0.0, 5.0), "jp-ll": (0.0, 5.0), "jp-lh": (0.0, 5.0), "jp-rl": (0.0, 5.0),
    "jp-kaku-a4": (0.0, 5.0), "uk-c5": (0.0, 0.0),
}  # fmt: skip
CLOSE = 0.15


@cache
def printed(key: str) -> bytes:
    letter = replace(samples.SHORT, references=(), mailing_notation=())
    return Typesetter().typeset(letter, stationery(key)).pdf


def reference_line(pdf: bytes, key: str) -> float:
    """Where the text begins: with the date, or below the information block with the subject's ascenders."""
    if not stationery(key).information_block:
        return origin(pdf, samples.SHORT.place_and_date)[1]
    # From the highest line of the font down to its ascenders, which stand lower than the form has them.
    return origin(pdf, plain(samples.SHORT.subject))[1] + 1.28 - 0.57


def misplaced(pdf: bytes, row: tuple[object, ...]) -> list[str]:
    """What does not stand where the form wants it; the figures are those typed above."""
    key, _, field, folds, line = row
    assert isinstance(field, tuple)
    assert isinstance(folds, tuple)
    assert isinstance(line, float)
    indent, returned = INDENTS[str(key)]
    left, top = origin(pdf, samples.SHORT.inside_address[0])
    marks = [lower for start, end, lower in rules(pdf) if end < 15 and abs(start - 3.5) < CLOSE]
    wanted = [*folds, *([148.5] if str(key).startswith("din") else [])]
    faults = []
    if abs(left - (field[0] + indent)) > CLOSE:
        faults.append("text")
    if not field[1] - CLOSE < top < field[1] + field[3]:
        faults.append("address")
    if len(marks) != len(wanted) or any(min(abs(one - mark) for mark in marks) > CLOSE for one in wanted):
        faults.append("marks")
    if abs(reference_line(pdf, str(key)) - line) > CLOSE:
        faults.append("reference line")
    if returned and not any(
        -0.8 < lower - field[1] - returned < 0.1 and abs(start - left) < CLOSE
        for start, _, lower in rules(pdf)
    ):
        faults.append("return line")
    return faults


@pytest.mark.parametrize("row", FORMS, ids=[row[0] for row in FORMS])
def test_the_printed_page_has_the_figures_of_the_form(row: tuple[object, ...]) -> None:
    assert misplaced(printed(str(row[0])), row) == []


@pytest.mark.parametrize(("at", "moved"), [(2, (22.0, 45.0, 85.0, 45.0)), (3, (105.0, 210.4)), (4, 98.0)])
def test_a_page_that_is_off_by_half_a_millimetre_is_told(at: int, moved: object) -> None:
    row = list(next(row for row in FORMS if row[0] == "din-5008-b"))
    row[at] = moved
    assert misplaced(printed("din-5008-b"), tuple(row)) != []


def test_pages_after_the_first_have_the_sheet_of_the_form_and_no_marks() -> None:
    letter = replace(samples.QUESTIONS, mailing_notation=(), body=samples.QUESTIONS.body * 2)
    made = Typesetter().typeset(letter, stationery("us-9"))
    assert made.pages > 1
    left, top = origin(made.pdf, letter.inside_address[0], page=2)
    assert left == pytest.approx(25.4, abs=CLOSE)
    assert 15 < top < 40
    assert [rule for rule in rules(made.pdf, page=2) if rule[1] < 15] == []


def test_din_5008_parts_its_address_field() -> None:
    for key, block_top in (("din-5008-a", 32.0), ("din-5008-b", 50.0)):
        row = stationery(key)
        assert (row.return_line_height, row.notation_height, row.text_indent) == (5.0, 12.7, 5.0)
        assert row.recipient_zone.height == pytest.approx(27.3)
        assert row.recipient_zone.left == 25.0
        assert row.punch_mark == 148.5
        assert row.information_block is not None
        assert (row.information_block.left, row.information_block.top) == (125.0, block_top)
        assert row.information_block.width == 75.0


@pytest.mark.parametrize("key", ["din-5008-a", "din-5008-b"])
def test_letterhead_references_and_date_stand_in_the_information_block(key: str) -> None:
    block = stationery(key).information_block
    assert block is not None
    head = samples.PLAIN.letterhead
    letter = replace(samples.SHORT, letterhead=head, mailing_notation=())
    pdf = Typesetter().typeset(letter, stationery(key)).pdf
    assert head is not None
    tops = []
    for text in (head.lines[0], samples.SHORT.references[0][0], samples.SHORT.place_and_date):
        left, top = origin(pdf, text)
        assert left == pytest.approx(block.left, abs=0.5)
        tops.append(top)
    assert tops == sorted(tops)
    assert block.top < tops[-1] < block.bottom


@pytest.mark.parametrize("key", keys())
def test_everything_lies_on_its_sheet(key: str) -> None:
    row = stationery(key)
    fields = [row.address_field, row.recipient_zone, *(zone.zone for zone in row.safe_zones)]
    fields += [row.information_block] if row.information_block else []
    for field in fields:
        assert row.sheet.holds(field)
        assert field.width > 0
        assert field.height > 0
    assert row.address_field.holds(row.recipient_zone)
    assert row.address_field.bottom <= row.reference_line or row.information_block
    assert all(0 < mark < row.sheet_height for mark in row.fold_marks)
    assert row.text_width > 0.7 * row.sheet_width
    assert row.source
    assert row.confidence in ("read", "common")


@pytest.mark.parametrize("key", keys())
def test_the_first_letter_of_the_address_never_slides_out_of_the_window(key: str) -> None:
    row = stationery(key)
    for zone in row.safe_zones:
        if key == "sn-right":
            assert "safe zone is that of the new window" in row.note
        else:
            assert row.recipient_zone.left >= zone.zone.left


def test_a_field_that_leaves_the_sheet_is_seen() -> None:
    sheet = stationery("din-5008-b").sheet
    assert not sheet.holds(Rectangle(left=150, top=10, width=61, height=10))
    assert not sheet.holds(Rectangle(left=-1, top=10, width=60, height=10))


def test_without_a_window_there_are_no_marks() -> None:
    for key in ("plain", "plain-letter"):
        assert not stationery(key).has_window
        assert stationery(key).fold_marks == ()


@pytest.mark.parametrize(
    ("country", "key"),
    [
        ("JP", "jp-cho-3"), ("US", "us-9"), ("CA", "us-9"), ("DE", "din-5008-b"), ("AT", "din-5008-b"),
        ("FR", "nf"), ("CH", "sn-right"), ("GB", "uk-c5"), ("gb", "uk-c5"), ("KR", "din-5008-b"),
        (None, "din-5008-b"),
    ],
)  # fmt: skip
def test_the_country_of_posting_chooses_the_stationery(country: str | None, key: str) -> None:
    assert for_country(country).key == key


def test_an_unknown_stationery_suggests_the_near_one() -> None:
    with pytest.raises(UnknownName) as caught:
        stationery("din-5008-c")
    assert caught.value.problems[0].fix == "did you mean `din-5008-b` or `din-5008-a`?"


@pytest.mark.parametrize("key", keys())
def test_notations_stand_where_the_form_wants_them(key: str) -> None:
    row = stationery(key)
    address = samples.SHORT.inside_address[: 3 if key == "us-10" else None]
    letter = replace(samples.SHORT, mailing_notation=("AIRMAIL",), references=(), inside_address=address)
    made = Typesetter().typeset(letter, row)
    # Letter-spaced words come back in pieces.
    (line,) = [line for line in lines(made.pdf) if line.text.replace(" ", "") == "AIRMAIL"]
    left, top = line.left, line.top
    if row.notation_height:
        zone = row.recipient_zone
        assert left == pytest.approx(zone.left, abs=CLOSE)
        assert zone.top - row.notation_height < top < zone.top - 4
    else:
        assert left == pytest.approx(row.margins.left, abs=CLOSE)
        assert row.reference_line < top < row.reference_line + 3
