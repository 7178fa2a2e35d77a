"""Markdown of templates; values are words and never mark-up."""

from collections.abc import Sequence

import pytest

from lettergen.letters.letter import (
    Block,
    Heading,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Span,
    block_texts,
    plain,
)
from lettergen.letters.template.environment import token
from lettergen.letters.template.markdown import blocks, inline, tie, value_text


def texts(markdown: str, *values: str, language: str = "en") -> list[str]:
    return [
        plain(block.inline) for block in blocks(markdown, values, language) if isinstance(block, Paragraph)
    ]


def test_paragraphs_headings_lists_and_quotes_become_blocks() -> None:
    parsed = blocks("One *two* **three**\n\n## Head\n\n- a\n- b\n\n> said", [], "en")
    assert parsed == (
        Paragraph(
            (Span("One "), Span("two", emphasis=True), Span(" "), Span("three", strong=True)),
        ),
        Heading((Span("Head"),), 2),
        ListBlock(((Paragraph((Span("a"),)),), (Paragraph((Span("b"),)),))),
        Quote((Paragraph((Span("said"),)),)),
    )


def test_a_numbered_list_keeps_its_start() -> None:
    (parsed,) = blocks("3. a\n4. b", [], "en")
    assert isinstance(parsed, ListBlock)
    assert (parsed.ordered, parsed.start, len(parsed.items)) == (True, 3, 2)


@pytest.mark.parametrize(
    "value",
    [
        "*a*",
        "**a**",
        "# a",
        "- a",
        "1. a",
        "> a",
        "<b>a</b>",
        "`a`",
        "[a](b)",
        "A\\*",
        "{{ 7*7 }}",
        "&amp;",
        '"a"',
        "--",
    ],
)
def test_a_value_comes_out_literally_wherever_it_stands(value: str) -> None:
    assert texts(token(0), value) == [value]
    assert texts(f"x {token(0)} y", value) == [f"x {value} y"]


def test_a_value_beside_emphasis_does_not_close_it() -> None:
    assert inline(f"**x {token(0)} y**", ["** z"], "en") == (Span("x ** z y", strong=True),)


def test_a_value_with_blank_lines_is_several_paragraphs_where_it_stands_alone() -> None:
    assert texts(token(0), "First\nline\n\nSecond") == ["First line", "Second"]
    assert texts(f"x {token(0)}", "first\n\nsecond") == ["x first second"]


def test_quotes_and_dashes_of_templates_follow_the_language() -> None:
    assert texts("\"It's\" -- 'so' --- now") == ["“It’s” – ‘so’ — now"]
    assert texts('"Ja"', language="de") == ["„Ja“"]
    assert texts('"Oui"', language="fr")[0].startswith("«")


def test_quotes_close_around_a_value() -> None:
    assert texts(f'x "{token(0)}" and "{token(1)}"', "a", "b") == ["x “a” and “b”"]


@pytest.mark.parametrize(
    ("text", "value", "told"),
    [
        ("{} was arrested.", "a journalist", "A journalist was arrested."),
        ("He is ill. {} waits.", "a journalist", "He is ill. A journalist waits."),
        ("Is he ill? “{} waits.”", "a doctor", "Is he ill? “A doctor waits.”"),
        ("*{}* was arrested.", "a journalist", "A journalist was arrested."),
        ("They took {}.", "a journalist", "They took a journalist."),
        ("It is known (e.g. {}).", "a journalist", "It is known (e.g. a journalist)."),
        ("Who:\n\n- {}", "a journalist", "Who: a journalist"),
        ("recalling,\n\n{} was arrested", "a journalist", "recalling, a journalist was arrested"),
        ("{} says so.", "www.news.example", "www.news.example says so."),
        ("{}", "it is late\n\nhe is ill", "It is late He is ill"),
    ],
)
def test_a_value_that_begins_a_sentence_has_a_capital(text: str, value: str, told: str) -> None:
    letter = blocks(text.format(token(0)), [value], "en")
    assert " ".join(block_texts(letter)) == told


def test_in_german_the_first_sentence_goes_on_from_the_opening() -> None:
    assert plain(first(blocks(f"{token(0)} sind es drei", ["am 2. Dezember"], "de", goes_on=True))) == (
        "am 2. Dezember sind es drei"
    )


def test_a_message_that_is_passed_on_keeps_its_own_capitals() -> None:
    assert plain(first(blocks(token(0), ["hi"], "en", as_given=True))) == "hi"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("L. R.", "It is L. R."),
        ("Who?", "It is Who?."),
        ("and so on …", "It is and so on …"),
        ("a", "It is a."),
    ],
)
def test_a_stop_is_not_doubled(value: str, told: str) -> None:
    assert plain(first(blocks(f"It is {token(0)}.", [value], "en"))) == told


def first(found: Sequence[Block]) -> Inline:
    assert isinstance(found[0], Paragraph)
    return found[0].inline


def test_article_letters_do_not_become_a_copyright_sign() -> None:
    assert texts("Article 1(c)") == ["Article\u00a01(c)"]


def test_a_forced_line_break_is_kept() -> None:
    (parsed,) = blocks("one\\\ntwo", [], "en")
    assert isinstance(parsed, Paragraph)
    assert plain(parsed.inline) == "one\ntwo"


def test_a_line_of_a_letter_has_no_styles() -> None:
    assert value_text(f"Dear *{token(0)}*,", ["<X>"], "en") == "Dear <X>,"


@pytest.mark.parametrize(
    ("language", "text", "tied"),
    [
        ("en", "Mr. Hu and Article 33", "Mr.\u00a0Hu and Article\u00a033"),
        ("en", "on 2 December", "on 2\u00a0December"),
        ("en", "no article is", "no article is"),
        ("fr", "M. Martin : l’article 33", "M.\u00a0Martin\u00a0: l’article\u00a033"),
        ("de", "Herrn Maier, 2. Dezember", "Herrn\u00a0Maier, 2.\u00a0Dezember"),
        ("ja", "2 December", "2 December"),
    ],
)
def test_words_that_belong_together_are_tied(language: str, text: str, tied: str) -> None:
    assert tie(text, language) == tied
