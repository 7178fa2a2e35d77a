"""What is reckoned from one endless sheet is what real pages measure."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lettergen.letters.letter import Letter
from lettergen.pages import html
from lettergen.pages.layout.sheet_css import sheet_css
from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER, Setting
from lettergen.pages.pdf.copyfit import TextExtent, fit
from lettergen.pages.pdf.copyfit_measure import (
    PROBE,
    BlockMargin,
    MeasuredText,
    TextBand,
    endless,
    measured_text,
)
from lettergen.pages.pdf.typesetter import Typesetter, TypesettingJob
from lettergen.reference.stationery import stationery
from tests.pages import samples, trial

pytestmark = pytest.mark.usefixtures("without_extra_fonts")

DIN = stationery("din-5008-b")
SAME_SIZE = [setting for setting in LADDER if setting.size_pt == COMFORTABLE.size_pt]


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def job(typesetter: Typesetter, letter: Letter, key: str = "din-5008-b") -> TypesettingJob:
    return TypesettingJob(typesetter, letter, stationery(key), "tried", letter)


def measured(job: TypesettingJob, setting: Setting) -> float:
    """Return where the text ends on a sheet that is long enough."""
    sheets = job.typesetter.sheets(job, setting, endless(job.stationery.sheet_width))
    return sheets.find(html.END_OF_LETTER)[1]


@pytest.mark.parametrize("letter", samples.ALL.values(), ids=samples.ALL)
def test_the_end_is_reckoned_where_it_is_measured(letter: Letter, typesetter: Typesetter) -> None:
    wanted = job(typesetter, replace(letter, body=letter.body[:5], enclosed=()))
    found = wanted.measured()
    assert found
    for setting in (SAME_SIZE[0], SAME_SIZE[-1]):
        assert found.end_mm(setting) == pytest.approx(measured(wanted, setting), abs=1e-6)


def test_a_line_more_would_be_seen(typesetter: Typesetter) -> None:
    wanted = job(typesetter, samples.SHORT)
    found = wanted.measured()
    assert found
    assert found.end_mm(COMFORTABLE) == pytest.approx(measured(wanted, COMFORTABLE), abs=1e-6)
    line = next(step for step in found.steps if isinstance(step, TextBand) and step.rows[0][1])
    longer = replace(found, steps=(*found.steps, line))
    assert longer.end_mm(COMFORTABLE) > measured(wanted, COMFORTABLE) + 5


@pytest.mark.parametrize(
    ("name", "key", "blocks"),
    [
        ("over-by-little", "din-5008-b", 6),
        ("over-by-little", "uk-c5", 8),
        ("joint", "us-9", 4),
        ("resolution", "plain", 4),
    ],
)
def test_the_setting_is_the_one_that_the_trial_of_all_finds(
    name: str, key: str, blocks: int, typesetter: Typesetter
) -> None:
    letter = samples.ALL[name]
    body = tuple(letter.body[number % len(letter.body)] for number in range(blocks))
    found = trial.of(typesetter, replace(letter, body=body, sheets=None), stationery(key))
    assert found.fitted == found.tried


def test_one_layout_finds_the_rung_of_a_letter_over_by_little(typesetter: Typesetter) -> None:
    found = trial.of(typesetter, replace(samples.PLAIN, body=samples.PLAIN.body[:-1]), DIN)
    assert found.layouts == 1
    assert found.fitted == found.tried
    assert found.fitted in LADDER[1 : len(SAME_SIZE)]
    smaller = trial.of(typesetter, samples.OVER_BY_LITTLE, DIN)
    assert smaller.layouts == 3
    assert smaller.fitted == smaller.tried
    assert smaller.fitted in LADDER[len(SAME_SIZE) :]


@pytest.mark.parametrize(
    ("style", "is_known"),
    [
        ("", True),
        ("em { font-style: normal }", True),
        ("em { font-size: 120% }", False),
        ("em { line-height: 2 }", False),
        (".body { columns: 2 }", False),
        (".body p { margin-bottom: -1mm }", False),
        (".closing { height: 20mm }", False),
    ],
)
def test_what_is_not_known_is_not_reckoned(style: str, is_known: bool, typesetter: Typesetter) -> None:
    letter = samples.PLAIN
    styles = [html.letter_css(), sheet_css(letter, DIN, PROBE), endless(DIN.sheet_width), style]
    sheets = typesetter.engine.lay_out(html.markup(letter, DIN), styles, {}, "tried")
    assert (measured_text(sheets.document, html.END_OF_LETTER, 297, 238) is not None) == is_known


def test_a_letter_that_is_never_put_on_one_sheet_has_no_galley(typesetter: Typesetter) -> None:
    assert job(typesetter, samples.PLAIN).measured()
    assert job(typesetter, replace(samples.PLAIN, body=samples.QUESTIONS.body * 2)).measured() is None


def lines(count: int, *, foot: float = 0.0) -> MeasuredText:
    """Return so many lines, in paragraphs of five, over so many millimetres in the second rung."""
    gap = BlockMargin(PROBE.paragraph_mm, 1)
    line = TextBand(((12 * PROBE.leading * 25.4 / 72, 12 * 25.4 / 72),))
    steps = tuple(
        step
        for number in range(count)
        for step in ((gap, line) if number % 5 == 0 else (replace(line, may_break=number % 5 in (1, 2)),))
    )
    text = MeasuredText(steps, 98.5, 297.0, 238.0)
    return replace(text, sheet_mm=297.0 - text.room_mm(LADDER[1])[0] + foot) if foot else text


def watched(pages: int, asked: list[Setting]) -> Callable[[Setting], TextExtent]:
    def extent_of(setting: Setting) -> TextExtent:
        asked.append(setting)
        return TextExtent(pages, 20.0, 238.0)

    return extent_of


@pytest.mark.parametrize(("foot", "layouts"), [(0.005, 1), (-0.005, 1), (0.02, 0), (-0.02, 0)])
def test_what_is_within_a_hair_of_the_foot_is_laid_out(foot: float, layouts: int) -> None:
    asked: list[Setting] = []
    found = fit(watched(1, asked), lines(34, foot=foot))
    assert asked == [LADDER[1]] * layouts
    assert found == LADDER[1 if layouts or foot > 0 else 2]


def test_a_letter_that_fits_is_not_laid_out_again() -> None:
    asked: list[Setting] = []
    assert fit(watched(1, asked), lines(20)) == COMFORTABLE
    assert asked == []


def test_a_letter_that_would_leave_half_a_page_empty_is_laid_out() -> None:
    whole = lines(34, foot=0.02)
    stiff = tuple(replace(one, may_break=False) if isinstance(one, TextBand) else one for one in whole.steps)
    asked: list[Setting] = []
    assert fit(watched(2, asked), whole) == LADDER[1]
    assert asked == []
    assert fit(watched(2, asked), replace(whole, steps=stiff)) != LADDER[1]
    assert asked
