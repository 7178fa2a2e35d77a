"""Copy-fitting, with a model of a page instead of a press."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER, LOOSER, Setting
from lettergen.pages.pdf.copyfit import TextExtent, fit

TOP = 34.0
FIRST_TOP = 98.5
SHEET = 297.0


def page(lines: int, paragraphs: int, calls: list[Setting]) -> Callable[[Setting], TextExtent]:
    """Set `lines` lines of the comfortable size on DIN 5008 B, as arithmetic."""

    def extent_of(setting: Setting) -> TextExtent:
        calls.append(setting)
        run = math.ceil(lines * setting.size_pt / COMFORTABLE.size_pt)
        height = run * setting.size_pt * setting.leading * 25.4 / 72 + paragraphs * setting.paragraph_mm
        room, other = SHEET - FIRST_TOP - setting.bottom_mm, SHEET - TOP - setting.bottom_mm
        pages = 1
        while height > room:
            height, room, pages = height - room, other, pages + 1
        return TextExtent(pages, height if pages > 1 else height + FIRST_TOP - TOP, other)

    return extent_of


@pytest.mark.parametrize("lines", range(1, 110))
def test_nine_layouts_are_enough_and_every_setting_keeps_the_bounds(lines: int) -> None:
    calls: list[Setting] = []
    setting = fit(page(lines, 8, calls))
    assert len(calls) <= 9
    assert setting.size_pt >= 10
    assert setting.leading >= 1.2
    assert setting.bottom_mm >= 18
    assert page(lines, 8, [])(setting).pages == setting.pages


def test_halving_would_find_the_same_rung_with_more_layouts() -> None:
    calls: list[Setting] = []
    halving = halved = 0
    for paragraphs in (2, 8, 20):
        for lines in range(20, 130):
            extent_of = page(lines, paragraphs, [])
            loose, tight = extent_of(COMFORTABLE), extent_of(LADDER[-1])
            if tight.pages == loose.pages or loose.last_mm > 0.3 * loose.page_mm * loose.pages:
                continue
            pages = [extent_of(setting).pages for setting in LADDER]
            rung = next(number for number, count in enumerate(pages) if count == tight.pages)
            assert fit(page(lines, paragraphs, calls)) == replace(LADDER[rung], pages=tight.pages)
            halved += 1
            halving += 2 + math.ceil(math.log2(len(LADDER) - 1))
    assert halved > 30
    assert len(calls) < 0.8 * halving


def test_a_letter_that_fits_is_left_alone() -> None:
    calls: list[Setting] = []
    assert fit(page(20, 5, calls)) == COMFORTABLE
    assert len(calls) == 1


@pytest.mark.parametrize(("lines", "pages"), [(30, 1), (33, 1), (75, 2)])
def test_a_letter_over_by_little_keeps_its_sheet(lines: int, pages: int) -> None:
    assert page(lines, 8, [])(COMFORTABLE).pages == pages + 1
    assert fit(page(lines, 8, [])).pages == pages


@pytest.mark.parametrize("lines", [29, 30, 31, 34, 37, 75])
def test_no_looser_rung_would_do(lines: int) -> None:
    setting = fit(page(lines, 8, []))
    rung = [replace(one, pages=setting.pages) for one in LADDER].index(setting)
    assert rung > 0
    assert page(lines, 8, [])(LADDER[rung - 1]).pages > setting.pages


def test_a_letter_far_too_long_keeps_the_comfortable_type() -> None:
    setting = fit(page(50, 8, []))
    assert setting.pages == 2
    assert (setting.size_pt, setting.leading, setting.paragraph_mm) == (12.0, 1.3, 2.4)


@pytest.mark.parametrize(("last", "foot"), [(20.0, 53.0), (60.0, 40.0), (75.0, 25.0), (200.0, 25.0)])
def test_a_last_page_of_few_lines_gets_more_where_nothing_can_be_saved(last: float, foot: float) -> None:
    setting = fit(lambda _: TextExtent(2, last, 238.0))
    assert setting == replace(COMFORTABLE, bottom_mm=foot, pages=2)


def test_breaks_are_not_shifted_at_the_cost_of_a_page() -> None:
    setting = fit(lambda tried: TextExtent(3 if tried.bottom_mm > 25 else 2, 20.0, 238.0))
    assert setting == replace(COMFORTABLE, pages=2)


def ending_early(
    is_filled: Callable[[Setting], bool], calls: list[Setting], pages: int = 2
) -> Callable[[Setting], TextExtent]:
    """Set a letter of two full pages, of which the first ends early except in some settings."""

    def extent_of(setting: Setting) -> TextExtent:
        calls.append(setting)
        return TextExtent(pages, 200.0, 238.0, below_mm=5.0 if is_filled(setting) else 45.0)

    return extent_of


@pytest.mark.parametrize("rung", range(len(LOOSER)))
def test_a_page_that_ends_early_is_filled_by_the_least_loose_setting_that_does(rung: int) -> None:
    calls: list[Setting] = []
    wanted = LOOSER[rung]
    assert fit(ending_early(lambda tried: tried.leading >= wanted.leading, calls)) == replace(wanted, pages=2)
    assert len(calls) <= 5


@pytest.mark.parametrize("rung", range(1, len(LADDER)))
def test_where_no_looser_setting_fills_a_page_the_least_tight_does(rung: int) -> None:
    calls: list[Setting] = []
    tight = [replace(one, pages=2) for one in LADDER[rung:]]
    assert fit(ending_early(lambda tried: tried in tight, calls)) == replace(LADDER[rung], pages=2)
    assert len(calls) <= 8


def test_a_page_that_ends_early_in_every_setting_stays_comfortable() -> None:
    calls: list[Setting] = []
    assert fit(ending_early(lambda _: False, calls)) == replace(COMFORTABLE, pages=2)
    assert len(calls) == 4


def test_a_page_is_not_filled_at_the_cost_of_another() -> None:
    def extent_of(setting: Setting) -> TextExtent:
        is_loose = setting.leading > COMFORTABLE.leading
        return TextExtent(3 if is_loose else 2, 200.0, 238.0, below_mm=5.0 if is_loose else 45.0)

    assert fit(extent_of) == replace(COMFORTABLE, pages=2)


def test_a_letter_that_saves_a_page_is_only_tightened_further() -> None:
    def extent_of(setting: Setting) -> TextExtent:
        is_tight = setting.leading < 1.25
        return TextExtent(2 if is_tight else 3, 20.0, 238.0, below_mm=45.0 if setting.bottom_mm > 20 else 5.0)

    assert fit(extent_of) == replace(LADDER[10], pages=2)


def test_breaks_are_not_shifted_where_the_page_would_end_too_early() -> None:
    setting = fit(lambda tried: TextExtent(2, 20.0, 238.0, below_mm=tried.bottom_mm - 25 + 10))
    assert setting == replace(COMFORTABLE, pages=2)
    setting = fit(lambda tried: TextExtent(2, 20.0, 238.0, below_mm=tried.bottom_mm - 25 + 5))
    assert setting == replace(COMFORTABLE, bottom_mm=53.0, pages=2)


def test_looser_settings_only_ever_loosen() -> None:
    for tighter, looser in pairwise((COMFORTABLE, *LOOSER)):
        assert looser.leading > tighter.leading
        assert looser.paragraph_mm > tighter.paragraph_mm
        assert (looser.size_pt, looser.bottom_mm) == (tighter.size_pt, tighter.bottom_mm)


def test_the_ladder_only_ever_tightens() -> None:
    for looser, tighter in pairwise(LADDER):
        assert tighter.size_pt <= looser.size_pt
        assert tighter.leading <= looser.leading
        assert tighter.paragraph_mm <= looser.paragraph_mm
        assert tighter.bottom_mm <= looser.bottom_mm
        assert tighter != looser


def test_a_setting_says_what_it_is() -> None:
    assert str(LADDER[-1]) == "10.8/13.0 pt, 1.5 mm between paragraphs, 18 mm at the foot"
