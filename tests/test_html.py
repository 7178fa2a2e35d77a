"""The letter as HTML."""

import re
from dataclasses import replace

import pytest

from lettergen.letters.letter import Heading, Letter, Paragraph, Span
from lettergen.pages.html import render
from lettergen.pages.layout.text_setting import COMFORTABLE
from lettergen.reference.stationery import keys, stationery
from tests.pages import samples
from tests.pages.reading import html_words, letter_words

DIN = stationery("din-5008-b")
ALL = pytest.mark.parametrize("letter", samples.ALL.values(), ids=samples.ALL)


@ALL
def test_html_has_the_words_of_the_letter_in_order(letter: Letter) -> None:
    assert html_words(render(letter, DIN)) == letter_words(letter)


def test_a_word_left_out_is_noticed() -> None:
    assert html_words(render(samples.PLAIN, DIN).replace("unconditionally", "")) != letter_words(
        samples.PLAIN
    )


@ALL
def test_there_is_exactly_one_heading_of_the_first_level(letter: Letter) -> None:
    assert render(letter, DIN).count("<h1") == 1


def test_no_level_of_headings_is_skipped() -> None:
    body = (Heading((Span("One"),), 4), Heading((Span("Two"),), 4), Heading((Span("Three"),), 2))
    html = render(replace(samples.PLAIN, body=body), DIN)
    assert re.findall(r"<h(\d)", html) == ["1", "2", "3", "2"]
    untitled = render(replace(samples.PLAIN, body=body, subject=()), DIN)
    assert re.findall(r"<h(\d)", untitled)[0] == "1"


def test_data_never_becomes_markup() -> None:
    html = render(samples.HOSTILE, DIN)
    for tag in ("<b>", "<script", "<img", "</main> &amp;"):
        assert tag not in html
    assert "&lt;b&gt;Bold &amp; Sons&lt;/b&gt;" in html
    assert "{{7*7}}" in html
    assert "&amp;amp; " in html


def test_attributes_cannot_be_left_by_data() -> None:
    letter = replace(samples.PLAIN, inside_address=('" onload="x', "SOUTHLAND"), place_and_date='"><i>')
    html = render(letter, DIN)
    assert 'data-head="&quot; onload=&quot;x"' in html
    assert "<i>" not in html


def test_names_in_other_scripts_carry_their_language() -> None:
    text = "최용훈 (Choi), 中田 (Tanaka?), ひらがな and 李红"
    html = render(replace(samples.PLAIN, body=(samples.said(text),)), DIN)
    assert '<span lang="ko">최용훈</span>' in html
    assert '<span lang="zh-Hans">中田</span>' in html
    assert '<span lang="ja">ひらがな</span>' in html
    own = render(replace(samples.PLAIN, language="ja", body=(samples.said("中田さん"),)), DIN)
    assert "中田さん" in own
    assert '<span lang="ja">' not in own


def test_a_forced_line_break_is_kept() -> None:
    letter = replace(samples.PLAIN, body=(Paragraph((Span("first\nsecond"),)),))
    assert "first<br>second" in render(letter, DIN)


def test_a_short_last_word_keeps_company() -> None:
    letter = replace(samples.PLAIN, body=(samples.said("They crossed the border in fear for their lives."),))
    assert "their\N{NO-BREAK SPACE}lives." in render(letter, DIN)


@pytest.mark.parametrize("key", keys())
def test_positions_come_from_the_stationery(key: str) -> None:
    sheet = stationery(key)
    html = render(samples.PLAIN, sheet, COMFORTABLE)
    assert f"size: {sheet.sheet_width:g}mm {sheet.sheet_height:g}mm" in html
    assert html.count('class="fold-mark ') == len(sheet.fold_marks)
    assert ('class="punch-mark"' in html) == (sheet.punch_mark is not None)


def test_a_letter_to_nobody_has_no_marks_and_no_field() -> None:
    html = render(samples.RESOLUTION, DIN)
    assert 'class="fold-mark' not in html
    assert 'class="address-field"' not in html


def test_nothing_is_loaded_from_elsewhere() -> None:
    html = render(samples.HOSTILE, DIN)
    assert "url(" not in html
    assert "@import" not in html
    assert "<link" not in html
