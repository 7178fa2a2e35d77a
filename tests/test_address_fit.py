"""Long addresses: parted where they read well, in sight of the windows, or in full with a notice."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettergen.letters.letter import Letter
from lettergen.pages.checks import laid_out, sight
from lettergen.pages.html import letter_css, markup
from lettergen.pages.layout.address_breaks import parted, reaches
from lettergen.pages.layout.address_fit import address_problem, address_setting, setting_of_lines
from lettergen.pages.layout.sheet_css import sheet_css
from lettergen.pages.layout.text_setting import COMFORTABLE
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.typefaces.fonts import advance_mm
from lettergen.reference.stationery import keys, stationery
from tests.pages import samples
from tests.pages.reading import letter_words, lines, page_words

MISSION = "c/o The Permanent Mission of the Republic of Southland to the United Nations"
EIGHT = (
    "His Excellency Mr. Tomas Velde",
    "Minister of Foreign Affairs and Trade",
    "Department of Treaty and Law",
    "Republic of Southland",
    MISSION,
    "335 East Quay Street",
    "Port Alma 10017",
    "UNITED STATES OF NORTHLAND",
)
TEN = (*EIGHT[:3], "Division of Human Rights", "Second Floor", *EIGHT[3:])


@cache
def typesetter() -> Typesetter:
    return Typesetter()


def letter_to(*address: str, notation: tuple[str, ...] = ()) -> Letter:
    return replace(samples.SHORT, inside_address=address, mailing_notation=notation)


@pytest.mark.parametrize(
    ("line", "width", "expected"),
    [
        (MISSION, 80.0, ("c/o The Permanent Mission of the Republic ", "of Southland to the United Nations")),
        (
            "Ministry of Foreign Affairs and Trade, Directorate-General for Multilateral Affairs",
            80.0,
            ("Ministry of Foreign Affairs and Trade, ", "Directorate-General for Multilateral Affairs"),
        ),
        ("Office of the High Commissioner", 80.0, ("Office of the High Commissioner",)),
        ("北京市西城区府右街二号国务院办公室", 50.0, ("北京市西城区府右街", "二号国务院办公室")),
    ],
)
def test_a_line_is_parted_where_it_reads_well(line: str, width: float, expected: tuple[str, ...]) -> None:
    assert parted(line, 11.5, width) == expected


WORDS = [
    "of",
    "the",
    "Permanent",
    "Mission",
    "to",
    "United",
    "Nations,",
    "Department",
    "for",
    "Rights",
    "12",
    "a",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=24), st.floats(50, 110))
def test_parts_fit_their_width_are_about_equal_and_are_the_line_together(
    words: list[str], width: float
) -> None:
    line = " ".join(words)
    parts = parted(line, 11.5, width)
    assert "".join(parts) == line
    assert max(reaches(parts, 11.5)) <= width
    assert len(parts) <= -(-advance_mm(line, 11.5) // width) + 1
    if len(parts) == 2:
        first, second = reaches(parts, 11.5)
        assert min(first, second) > 0.25 * max(first, second)


def test_a_word_wider_than_the_window_is_parted_without_loss() -> None:
    word = "Rechtsschutzversicherungsgesellschaftenaufsichtsbehörde" * 2
    parts = parted(word, 11.5, 60.0)
    assert "".join(parts) == word
    assert max(reaches(parts, 11.5)) <= 60.0


@pytest.mark.parametrize("key", keys())
@pytest.mark.parametrize("count", range(1, 17))
def test_an_address_is_in_sight_or_there_is_a_notice(key: str, count: int) -> None:
    sheet = stationery(key)
    address = (*(f"Row {number} of an address" for number in range(count - 1)), MISSION)
    letter = letter_to(*address)
    setting = address_setting(letter, sheet)
    ink = sight.printed(address, sheet, has_notation=False)
    seen_by = [safe for safe in sheet.safe_zones if safe not in sight.hidden_in(ink, sheet)]
    told = address_problem(letter, sheet)
    if setting.in_sight:
        assert told is None
        assert seen_by or not sheet.safe_zones
        assert setting.top_mm >= sheet.address_field.top + sheet.return_line_height
        assert setting.bottom_mm <= sheet.address_field.bottom + 0.02
        assert max(setting.reaches_mm) <= sheet.recipient_zone.width
    elif sheet.has_window:
        assert told is not None
        assert told.name == "address-on-envelope"
        assert not told.is_error
    assert setting.bottom_mm < max(sheet.sheet_height / 2, 90)
    assert 10.5 <= setting.size_pt <= 11.5
    assert setting.leading >= 1.05


def test_the_ladder_only_goes_as_far_down_as_it_must() -> None:
    sheet = stationery("din-5008-b")
    tightness = []
    for count in range(1, 9):
        setting = setting_of_lines(("Row",) * count, sheet, has_notation=False)
        assert setting.in_sight
        tightness.append((-setting.size_pt, -setting.leading))
    assert tightness == sorted(tightness)
    assert tightness[0] == (-11.5, -1.25)
    assert tightness[-1] > tightness[0]


@pytest.mark.parametrize("key", ["din-5008-b", "us-10", "jp-cho-3", "sn-right", "uk-c5"])
def test_ten_lines_stand_in_full_above_the_text(key: str) -> None:
    sheet = stationery(key)
    letter = letter_to(*TEN, notation=("Registered mail",))
    made = typesetter().typeset(letter, sheet)
    assert [note.name for note in made.notes if note.name != "set-apart"] == ["address-on-envelope"]
    assert page_words(made.pdf) == letter_words(letter)
    found = {line.text: line for line in lines(made.pdf) if line.page == 1}
    last = found[TEN[-1]]
    assert sheet.recipient_zone.left - 0.1 < last.left < sheet.recipient_zone.left + 0.6
    below = (
        (letter.opening,)
        if sheet.information_block
        else ("Our reference", letter.opening, letter.place_and_date)
    )
    for text in below:
        assert found[text].top > last.bottom + 3
    assert last.right < sheet.sheet_width - sheet.clear_border.right


def test_the_worst_address_of_the_samples_fits_the_japanese_window() -> None:
    setting = setting_of_lines(EIGHT, stationery("jp-cho-3"), has_notation=False)
    assert (setting.lines, setting.size_pt, setting.in_sight) == (9, 10.5, True)


def test_what_the_ladder_reckons_is_what_is_printed() -> None:
    for key in ("din-5008-b", "us-10", "nf"):
        sheet, letter = stationery(key), letter_to(*TEN)
        styles = [letter_css(), sheet_css(letter, sheet, COMFORTABLE)]
        document = typesetter().engine.lay_out(markup(letter, sheet), styles, {}, "x").document
        covered = [one.covers for one in laid_out.ink(document) if one.part == "inside-address"]
        reckoned = sight.printed(TEN, sheet, has_notation=False)
        assert len(covered) == len(reckoned)
        for real, expected in zip(covered, reckoned, strict=True):
            assert real.left == pytest.approx(expected.left, abs=4.2)
            assert real.top == pytest.approx(expected.top, abs=0.15)


def test_without_a_window_a_long_address_is_nothing_to_tell() -> None:
    assert address_problem(letter_to(*TEN), stationery("plain")) is None


def test_an_absurd_address_is_refused() -> None:
    told = address_problem(letter_to(*(f"Desk {number}" for number in range(40))), stationery("din-5008-b"))
    assert told is not None
    assert (told.name, told.is_error) == ("address-too-long", True)
