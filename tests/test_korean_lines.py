"""Korean is broken between words only: on paper, in mailings, as text; Chinese and Japanese anywhere."""

import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from lettergen.letters.letter import Letter, Paragraph, Span
from lettergen.pages import html, text
from lettergen.pages.layout.korean_words import JOINER, are_one_word, with_words_joined
from lettergen.pages.mail import alternative
from lettergen.pages.mail.body import flowed
from lettergen.pages.mail.body import lines as mail_lines
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.terminal.columns import columns, wrap
from lettergen.pages.typefaces.scripts import is_hangul, stretches
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.reference.stationery import stationery
from tests.pages import many, samples
from tests.pages.reading import faults_of_pdf_a

DIN = stationery("din-5008-b")
STORY = (
    "북한 이탈 주민들이 2002년 5월에 영장 없이 구금되어 지금까지 가족과 연락하지 못하고 있습니다. "
    "유엔난민기구(UNHCR)는 「난민의 지위에 관한 1951년 협약」 제33조를 지키라고 거듭 요청하였으며, "
    "Human Rights Watch와 국제앰네스티(Amnesty International)도 같은 뜻을 “밝혔다”고 합니다. "
    "3.1운동기념관에서 일하던 김하나(金하나) 씨는 키가 162cm이고 [가명]으로 불리며 "
    "10~20일마다 병원에 갑니다. "
)
LETTER = replace(
    samples.SHORT,
    language="ko",
    country="KR",
    inside_address=("서울특별시 종로구 세종대로 209", "외교부장관 귀하"),
    subject=(Span("구금된 난민에 관하여"),),
    opening="장관님께",
    body=(
        Paragraph(
            (
                Span(STORY * 2),
                Span("김하나", strong=True),
                Span("는 "),
                Span("R&D", emphasis=True),
                Span("를 합니다."),
            )
        ),
        samples.said("조금 더 길게 말하면, " + STORY),
        samples.asked("석방할 것. " + STORY, "알릴 것."),
    ),
    closing="올림",
)  # fmt: skip
CHINESE = "中国政府应当按照一九五一年公约的规定保护难民不得将其遣返" * 4
JAPANESE = "わたくしたちは難民条約を守り人々を送り返さないよう求めます" * 4


@cache
def typesetter() -> Typesetter:
    return Typesetter()


def printed(letter: Letter) -> list[str]:
    """Return the lines of a letter as they are copied out of it."""
    pages = PdfDocument(typesetter().typeset(letter, DIN).pdf)
    return [line for page in pages for line in page.get_textpage().get_text_range().splitlines()]


def in_chinese_or_japanese(language: str, words: str) -> Letter:
    return replace(samples.SHORT, language=language, body=(samples.said(words),), subject=(), opening="")


def test_no_korean_word_is_broken_on_paper() -> None:
    words = set(re.findall(r"\S+", " ".join(LETTER.texts())))
    found = [word for line in printed(LETTER) for word in line.split() if any(map(is_hangul, word))]
    assert len(found) > 100
    numbers = re.compile(r"\d+쪽")  # of the pages, at their feet
    assert [word for word in found if word not in words and not numbers.fullmatch(word)] == []


def test_an_emphasised_name_is_not_parted_from_its_particle() -> None:
    joined = with_words_joined('<html lang="ko"><body><p><strong>김하</strong>씨 &amp;가</p><p>가</p></body>')
    assert joined.replace(JOINER, "|") == (
        '<html lang="ko"><body><p><strong>김|하</strong>|씨 &amp;|가</p><p>가</p></body>'
    )


def test_a_word_longer_than_the_line_is_broken_all_the_same() -> None:
    whole = "구금되어지금까지" * 20
    letter = replace(LETTER, body=(samples.said("첫 말 " + whole + " 끝 말은 짧다 그렇다"),))
    found = printed(letter)
    assert sum(line.count("구금되어지금까지") for line in found) > 10
    assert whole in "".join(found)
    assert all(columns(line) <= 20 for line in wrap("첫 말 " + whole, 20))
    assert "".join(wrap(whole, 20)) == whole
    assert all(columns(line) <= 72 for line in text.render(letter).split("\n"))


def test_what_holds_words_together_is_neither_copied_nor_in_other_formats() -> None:
    pdf = typesetter().typeset(LETTER, DIN).pdf
    assert JOINER not in "".join(printed(LETTER))
    assert faults_of_pdf_a(pdf) == []
    for other in (html.render(LETTER, DIN), text.render(LETTER), alternative.render(LETTER, DIN)):
        assert JOINER not in other
    assert "word-break: keep-all" in html.render(LETTER, DIN)
    assert "word-break: keep-all" in alternative.render(LETTER, DIN)


def test_a_mailing_breaks_the_same_lines() -> None:
    batch = BatchTypesetter(typesetter())
    for name in ("이성용", "김하나", "Ada Velde"):
        letter = replace(LETTER, inside_address=(name, *LETTER.inside_address))
        full = typesetter().typeset(letter, DIN)
        assert many.looks(batch.typeset(letter, DIN).pdf) == many.looks(full.pdf)
    english = replace(samples.SHORT, body=(*samples.SHORT.body, samples.said(STORY)))
    own = (len(english.body) - 1,)
    for words in (STORY, STORY + "끝."):
        letter = replace(english, body=(*samples.SHORT.body, samples.said(words)))
        full = typesetter().typeset(letter, DIN)
        assert many.looks(batch.typeset(letter, DIN, own).pdf) == many.looks(full.pdf)


@pytest.mark.parametrize(("language", "words"), [("zh", CHINESE), ("ja", JAPANESE)])
def test_chinese_and_japanese_fill_their_lines(language: str, words: str) -> None:
    letter = in_chinese_or_japanese(language, words)
    assert JOINER not in with_words_joined(f'<html lang="{language}"><body><p>{words}</p></body>')
    named = in_chinese_or_japanese(language, words + "김하나" + words)
    for one in (letter, named):
        body = [line for line in printed(one) if len(line) > 25 and line[0] in words]
        assert len(body) >= 2
        # All but a paragraph's last line are as full as the others.
        assert max(map(len, body[:-1])) - min(map(len, body[:-1])) <= 3
    assert wrap(words, 40) == [words[at : at + 20] for at in range(0, len(words), 20)]


@pytest.mark.parametrize("language", ["zh", "zh-TW", "ja"])
def test_a_korean_name_in_a_sentence_without_spaces_is_marked_alone(language: str) -> None:
    found = list(stretches("朝鮮的김 하나先生在那里。", language))
    assert found == [("朝鮮的", None), ("김 하나", "ko"), ("先生在那里。", None)]


def test_a_japanese_name_in_chinese_is_marked_alone() -> None:
    assert list(stretches("北京的さくら先生", "zh")) == [("北京的", None), ("さくら", "ja"), ("先生", None)]
    assert list(stretches("山田さくら", "en", "CN")) == [("山田さくら", "ja")]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("구", "금", True), ("년", "5", True), ("2", "년", True), ("N", "은", True), ("구", "(", True),
        (")", "는", True), ("」", "을", True), ("”", "고", True), ("金", "하", True), ("ㄱ", "ㄴ", True),
        ("\ua960", "\ud7b0", True), ("~", "일", True), (".", "은", True),
        ("가", " ", False), ("-", "가", False), ("—", "가", False), ("/", "나", False), (",", "나", False),
        ("가", "\N{NO-BREAK SPACE}", False), ("가", "\u3000", False), ("가", "\u200b", False),
        ("金", "大", False), ("a", "b", False), ("か", "な", False),
    ],
)  # fmt: skip
def test_what_is_one_word(before: str, after: str, expected: bool) -> None:
    assert are_one_word(before, after) is expected


def test_han_characters_are_words_in_a_korean_text_only() -> None:
    assert are_one_word("金", "大", in_korean=True)
    assert not are_one_word("か", "な", in_korean=True)


@given(
    st.text("구금되어UN12 ()[]「」,.-—中国あい&<>\"'\u00a0ㄱㅏ", max_size=60),
    st.sampled_from(["ko", "en", "ja"]),
)
def test_nothing_but_joiners_is_added(words: str, language: str) -> None:
    page = html.markup(replace(LETTER, language=language, body=(samples.said(words),)), DIN)
    joined = with_words_joined(page)
    assert joined.replace(JOINER, "") == page
    assert joined.partition("<body")[0] == page.partition("<body")[0]
    assert not re.search(f"<[^>]*{JOINER}[^>]*>", joined)


@given(st.text("구금되어UN12 ()「」,.中国あㄱㅏ", max_size=80), st.integers(12, 40))
def test_text_has_no_line_too_wide_and_no_short_word_broken(words: str, width: int) -> None:
    found = wrap(words, width)
    assert "".join("".join(found).split()) == "".join(words.split())
    pieces = {piece for line in found for piece in line.split()}
    for word in words.split():
        if all(map(is_hangul, word)) and columns(word) <= width:
            assert any(word in piece for piece in pieces)


def test_a_joiner_of_ones_own_holds_in_text_too() -> None:
    assert wrap(f"難民{JOINER}難民", 4) == ["難", f"民{JOINER}難", "民"]


def test_an_email_says_where_it_broke_a_long_word() -> None:
    words, deletes = flowed(mail_lines(replace(LETTER, body=(samples.said("가나" * 60),))))
    assert deletes
    assert "가나" * 60 in words.replace(" \n", "")
