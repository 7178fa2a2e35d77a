"""The letter as plain text."""

import sys
from dataclasses import replace

import pytest
from wcwidth import iter_graphemes, wcswidth

from lettergen.letters.letter import Letter, ListBlock, SignatureBlock, Span
from lettergen.pages.terminal.columns import clusters, columns, wrap
from lettergen.pages.text import render
from tests.pages import samples
from tests.pages.reading import numbered_words, words

ALL = pytest.mark.parametrize("letter", samples.ALL.values(), ids=samples.ALL)


@ALL
def test_text_has_the_words_of_the_letter_in_order(letter: Letter) -> None:
    assert words(render(letter)) == numbered_words(letter)


def test_a_word_left_out_or_moved_is_noticed() -> None:
    text = render(samples.PLAIN)
    for spoilt in (text.replace("unconditionally", ""), text.replace("Your Excellency,", "Excellency, Your")):
        assert words(spoilt) != numbered_words(samples.PLAIN)


@ALL
def test_no_line_is_wider_than_the_page_or_ends_in_a_space(letter: Letter) -> None:
    for line in render(letter).split("\n"):
        assert columns(line) <= 72
        assert line == line.rstrip()


@ALL
def test_text_ends_with_one_line_feed(letter: Letter) -> None:
    text = render(letter)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_a_list_hangs_and_is_numbered() -> None:
    items = [
        f"The demand that bears the number {number} in this rather long list of demands."
        for number in range(9, 11)
    ]
    letter = replace(samples.PLAIN, body=(ListBlock(samples.asked(*items).items, ordered=True, start=9),))
    assert (
        " 9. The demand that bears the number 9 in this rather long list of\n"
        "    demands.\n"
        "10. The demand that bears the number 10 in this rather long list of\n"
        "    demands.\n"
    ) in render(letter)


def test_a_list_within_a_list_is_indented() -> None:
    assert (
        "2. noting with alarm\n\n   – the arrests of May 2002,\n   – the returns of April 2002,\n\n   and"
        in render(samples.RESOLUTION)
    )


def test_the_subject_is_underlined_and_the_date_stands_right() -> None:
    text = render(samples.PLAIN)
    assert f"{' ' * 49}Port Alma, 13 June 2002\n" in text
    assert f"Six refugees held near the southern border\n{'-' * 42}\n" in text


def test_there_is_room_to_sign() -> None:
    assert "Yours respectfully,\n\n\n\nInes Okafor\nSecretary\n" in render(samples.PLAIN)


def test_every_signature_has_room() -> None:
    assert "Member of Parliament\n\n\n\nRev. Peter Lindqvist\n" in render(samples.JOINT)


def test_labels_and_values_stand_in_columns() -> None:
    assert "Our reference  RV-12/2002\nYour letter of  2 June 2002".replace(
        "reference  ", "reference   "
    ) in render(samples.SHORT)


def test_a_quotation_is_set_in_on_both_sides() -> None:
    text = render(samples.QUESTIONS)
    quoted = [line for line in text.split("\n") if line.startswith("    No Contracting")]
    assert quoted
    assert all(columns(line) <= 68 for line in quoted)


def test_a_no_break_space_holds_two_words_and_then_is_a_space() -> None:
    assert wrap("to read Article\N{NO-BREAK SPACE}33 aloud", 14) == ["to read", "Article 33", "aloud"]


def test_han_kana_and_hangul_take_two_columns() -> None:
    assert columns("日本") == columns("한글") == 4
    assert columns("e\N{COMBINING ACUTE ACCENT}") == 1


def test_japanese_breaks_between_characters_but_no_line_begins_with_a_full_stop() -> None:
    assert wrap("難民を送り返さない。", 18) == ["難民を送り返さな", "い。"]


def test_korean_breaks_between_words_only() -> None:
    assert wrap("북한 난민을 돕는 사람들", 10) == ["북한", "난민을", "돕는", "사람들"]


def test_a_long_address_of_the_web_stays_whole() -> None:
    url = "https://example.org/" + "a" * 80
    assert wrap(f"see {url} for more", 40) == ["see", url, "for more"]


def test_data_that_looks_like_markup_is_printed_as_it_stands() -> None:
    text = render(samples.HOSTILE)
    for literal in ("<b>Bold & Sons</b>", "{{7*7}} Street", "&amp; [link](http://example.org/)"):
        assert literal in text


def test_a_letter_of_a_few_parts_has_no_holes() -> None:
    letter = replace(
        samples.SHORT, letterhead=None, return_address="", mailing_notation=(), references=(), subject=(),
        postscript=(), enclosures=(), copies=(), inside_address=(), place_and_date="",
        signatures=(SignatureBlock(("I. Okafor",)),), title=(Span("Statement"),), opening="",
        body=(samples.HOPE,),
    )  # fmt: skip
    assert render(letter) == (
        "                               Statement\n\n"
        "We trust that you will give this matter your attention, and we look\n"
        "forward to your answer.\n\n"
        "Yours respectfully,\n\n\n\n"
        "I. Okafor\n"
    )


@pytest.mark.parametrize("text", ["Port Alma, 2\u00a0December\u202f2006", "Tēnā\u00a0koe, 北京\u00a0の"])
def test_no_break_spaces_take_a_column_and_load_no_library(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [(one, wcswidth(one)) for one in iter_graphemes(text)]
    monkeypatch.setitem(sys.modules, "wcwidth", None)
    assert list(clusters(text)) == wanted
