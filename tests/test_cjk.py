"""Chinese, Japanese and Korean: the fonts of the extra, the forms of each language, the pages."""

import re
import stat
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from lettergen.errors import RenderError
from lettergen.letters.letter import Letter, Paragraph, SignatureBlock, Span
from lettergen.pages import html
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.typefaces import extra_fonts, font_instances, fonts
from lettergen.pages.typefaces.scripts import stretches
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.pages.vdp.variable_fields import lines_of
from lettergen.plan.orders import Order
from lettergen.reference.stationery import stationery
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.pages import samples
from tests.pages.reading import faults_of_pdf_a, letter_words, opened, page_words, structure

DIN = stationery("din-5008-b")
NAMES = Paragraph(
    (
        Span("We ask for 이성용 (Yi Sŏng-yong), "),
        Span("김하나", strong=True),
        Span(" and "),
        Span("박두리", emphasis=True),
    )
)
CHINA = replace(
    samples.SHORT,
    inside_address=("王例先生", "国务院", "北京市某区某街2号", "100017 北京市", "PEOPLE’S REPUBLIC OF CHINA"),
    country="CN",
    body=(*samples.SHORT.body, NAMES),
)
JAPAN = replace(
    samples.SHORT,
    language="ja",
    country="JP",
    inside_address=("〒100-0000", "東京都某区某町二丁目三番一号", "例省 例大臣", "山田例子 様"),
    subject=(Span("例の件について"),),
    opening="拝啓",
    body=(Paragraph((Span("わたくしたちは、第33条を守るよう求めます。「人権」は誰にもあります。" * 4),)),),
    closing="敬具",
)


@cache
def typesetter() -> Typesetter:
    return Typesetter()


@cache
def made(letter: Letter) -> bytes:
    return typesetter().typeset(letter, DIN).pdf


def names_of_fonts(pdf: bytes) -> set[str]:
    with opened(pdf) as document:
        found = [
            thing for thing in document.objects if getattr(thing, "get", lambda _: "")("/Type") == "/Font"
        ]
        return {str(font.BaseFont).partition("+")[2] for font in found}


def tags(text: str, language: str, country: str | None) -> list[str | None]:
    return [tag for part, tag in stretches(text, language, country) if not part.isascii()]


@pytest.mark.parametrize(
    ("text", "language", "country", "expected"),
    [
        ("김", "en", None, ["ko"]),
        ("ひら", "en", None, ["ja"]),
        ("直", "en", "CN", ["zh-Hans"]),
        ("直", "en", "JP", ["ja"]),
        ("直", "en", "TW", ["zh-Hant"]),
        ("直", "en", "KR", ["ko"]),
        ("直", "en", None, ["zh-Hans"]),
        ("为", "en", "JP", ["zh-Hans"]),
        ("國務總統府", "en", "CN", ["zh-Hant"]),
        ("辻", "en", "CN", ["ja"]),
        ("直", "ja", "CN", [None]),
        ("直", "zh", "JP", [None]),
        ("直", "zh-TW", "JP", [None]),
    ],
)
def test_han_characters_take_the_forms_of_their_language(
    text: str, language: str, country: str | None, expected: list[str | None]
) -> None:
    assert tags(f"a {text} b", language, country) == expected


@pytest.mark.parametrize("letter", [CHINA, JAPAN], ids=["to China", "in Japanese"])
def test_a_letter_has_all_its_words_and_is_pdf_a(letter: Letter) -> None:
    pdf = made(letter)
    # Chinese and Japanese are broken between any two characters.
    assert "".join(page_words(pdf)) == "".join(letter_words(letter))
    assert faults_of_pdf_a(pdf) == []
    assert len(pdf) < 100_000


def test_each_language_has_its_font_and_its_own_semibold() -> None:
    assert {"Noto-Sans-SC", "Noto-Sans-KR", "Noto-Sans-KR-Semi-Bold"} <= names_of_fonts(made(CHINA))
    japanese = {name for name in names_of_fonts(made(JAPAN)) if name.startswith("Noto")}
    assert japanese == {"Noto-Sans-JP", "Noto-Sans-JP-Semi-Bold"}
    taiwan = replace(
        CHINA, country="TW", body=samples.SHORT.body, inside_address=("王例先生", "臺北市", "TAIWAN")
    )
    assert {name for name in names_of_fonts(made(taiwan)) if "Noto" in name} == {"Noto-Sans-TC"}


def test_only_the_fonts_of_the_languages_that_occur_are_set_up() -> None:
    engine = Typesetter().engine
    page = '<html lang="en"><head><title>t</title></head><body data-head="山田"><h1>{}</h1></body></html>'
    engine.lay_out(page.format('<span lang="ja">山田</span>'), [], {}, "x")
    engine.lay_out(page.format("Yamada").replace("山田", ""), [], {}, "x")
    assert list(engine._equipped) == [("ja",)]


def test_what_was_set_before_does_not_show() -> None:
    fresh = Typesetter()
    assert fresh.typeset(JAPAN, DIN).pdf == made(JAPAN)
    assert fresh.typeset(samples.SHORT, DIN).pdf == made(samples.SHORT)
    assert fresh.typeset(CHINA, DIN).pdf == made(CHINA)
    assert fresh.typeset(samples.SHORT, DIN).pdf == made(samples.SHORT)


def test_a_letter_without_them_is_the_same_without_the_extra(request: pytest.FixtureRequest) -> None:
    before = made(samples.PLAIN)
    request.getfixturevalue("without_extra_fonts")

    assert Typesetter().typeset(samples.PLAIN, DIN).pdf == before


@pytest.mark.usefixtures("without_extra_fonts")
def test_without_the_extra_the_error_names_it() -> None:
    assert extra_fonts.installed() == ()
    with pytest.raises(RenderError) as caught:
        Typesetter().typeset(CHINA, DIN)
    (problem,) = caught.value.problems
    assert problem.name == "missing-glyph"
    assert "-m pip install 'lettergen[cjk]'`" in problem.fix
    assert "add a folder with a TrueType font" in problem.fix


def test_with_the_extra_what_it_lacks_is_still_missing() -> None:
    assert fonts.missing_characters(["한 \N{TIBETAN LETTER KA}"]) == ("\N{TIBETAN LETTER KA}",)
    assert "lettergen[cjk]" not in fonts.remedy(["\U0002ebf0"])


def test_the_faces_are_made_once_for_this_user_alone_and_the_same_everywhere(tmp_path: Path) -> None:
    homes = [tmp_path / "one", tmp_path / "two"]
    for home in homes:
        home.mkdir(mode=0o700)
    extra_fonts.folder.cache_clear()
    one, two = (extra_fonts.folder("ko", home) for home in homes)
    assert stat.S_IMODE(one.stat().st_mode) == 0o700
    assert one.name == two.name
    faces = sorted(path.name for path in one.iterdir())
    assert faces == ["NotoSansKR-Regular.ttf", "NotoSansKR-SemiBold.ttf"]
    for face in faces:
        assert (one / face).read_bytes() == (two / face).read_bytes()
        with TTFont(one / face, lazy=True) as font:
            assert "fvar" not in font
            assert font["name"].getDebugName(1) == "Noto Sans KR"
            assert font["hhea"].ascent / font["head"].unitsPerEm == pytest.approx(1.007, abs=0.001)
    stamp = (one / faces[0]).stat().st_mtime_ns
    extra_fonts.folder.cache_clear()
    assert extra_fonts.folder("ko", homes[0]) == one
    assert (one / faces[0]).stat().st_mtime_ns == stamp
    assert list(homes[0].iterdir()) == [one]


def test_harfbuzz_and_fonttools_cut_the_same_shapes() -> None:
    (source,) = extra_fonts._sources("ko")
    font = TTFont(source)
    subsetter = Subsetter(Options(layout_features=[]))
    subsetter.populate(text="이성용 김하나")
    subsetter.subset(font)
    small = BytesIO()
    font.save(small)
    quick, slow = (
        font_instances.cut_by_harfbuzz(small.getvalue(), 600),
        font_instances.cut_by_fonttools(small.getvalue(), 600),
    )
    assert quick is not None
    one, other = TTFont(BytesIO(quick)), TTFont(BytesIO(slow))
    for code, name in other.getBestCmap().items():
        twin = one.getBestCmap()[code]
        assert one["hmtx"][twin][0] == other["hmtx"][name][0]
        if code == ord(" "):
            continue
        for (x, y), (a, b) in zip(
            one["glyf"][twin].coordinates, other["glyf"][name].coordinates, strict=True
        ):
            assert abs(x - a) <= 1
            assert abs(y - b) <= 1
    thin = TTFont(BytesIO(font_instances.cut(small.getvalue(), 400)))
    heavy = one["glyf"][one.getBestCmap()[ord("김")]].coordinates
    assert heavy != thin["glyf"][thin.getBestCmap()[ord("김")]].coordinates


SIGNED = """\
senders:
  - id: group
    organisation: Friends
    address: [千代田区一番町, Tokyo]
    country: JP
    signatories:
      - {name: 佐藤例子, title: Teacher, country: JP}
      - {name: 王例, country: CN}
      - {name: 陳例子, country: TW}
  - {id: hanako, name: Hanako Sato, native_name: 佐藤花子, address: [千代田区一番町, Tokyo], country: JP}
  - {id: wang, name: Li Wang, native_name: 王例, address: [Road 1, Beijing], country: CN}
  - {id: both, members: [hanako, wang]}
"""


def spoken_names(folder: Path, sender: str) -> list[tuple[str, str]]:
    """Return what is in Han characters in a letter, and in which language it is said to be."""
    (folder / "letter_templates").mkdir(parents=True)
    (folder / "lettergen.toml").write_text('name = "Test"\n')
    (folder / "letter_templates" / "note.md").write_text(
        "---\ntitle: A\nkind: appeal\nsubject: A\n---\nWords.\n"
    )
    (folder / "recipients.yaml").write_text(
        "recipients:\n  - {id: premier, name: {full: 王例子}, address: [某街2号], country: CN}\n",
        encoding="utf-8",
    )
    (folder / "senders.yaml").write_text(SIGNED, encoding="utf-8")
    order = Order("note", "premier", sender, None, date(2026, 1, 15), "en")
    letter, _ = Renderer(RenderTerms(folder=folder)).letter(order)
    found = re.findall(r'<span lang="([^"]+)">([^<]+)</span>', html.markup(letter, DIN))
    return [(text, language) for language, text in found]


def test_a_name_is_in_the_forms_of_the_country_of_who_has_it(tmp_path: Path) -> None:
    group = spoken_names(tmp_path / "group", "group")
    assert ("千代田区一番町", "ja") in group
    assert ("王例子", "zh-Hans") in group
    assert [one for one in group if one[0] in ("佐藤例子", "王例", "陳例子")] == [
        *(("佐藤例子", "ja"), ("王例", "zh-Hans"), ("陳例子", "zh-Hant"))
    ]
    alone = spoken_names(tmp_path / "alone", "hanako")
    assert {language for text, language in alone if text in ("佐藤花子", "千代田区一番町")} == {"ja"}
    both = spoken_names(tmp_path / "both", "both")
    assert ("佐藤花子", "ja") in both
    assert ("王例", "zh-Hans") in both


def test_letters_with_names_in_other_forms_are_not_out_of_one_mould() -> None:
    def signed(name: str, country: str | None, sender_country: str | None = None) -> Letter:
        block = SignatureBlock((name, "Secretary"), country=country)
        return replace(samples.SHORT, country="CN", sender_country=sender_country, signatures=(block,))

    batch_typesetter = BatchTypesetter(typesetter())
    for country in ("JP", "CN", "JP"):
        letter = signed("佐藤例子", country, country)
        cast, full = batch_typesetter.typeset(letter, DIN), typesetter().typeset(letter, DIN)
        assert structure(cast.pdf) == structure(full.pdf)
        assert names_of_fonts(cast.pdf) == names_of_fonts(full.pdf)
    assert lines_of(signed("佐藤例子", "JP"), DIN).shape != lines_of(signed("佐藤例子", "CN"), DIN).shape
    # Countries do not part letters whose names are in Latin letters.
    latin = (signed("Ada", one, one) for one in ("NO", "JP", "CN", "RU", None))
    assert len({lines_of(letter, DIN).shape for letter in latin}) == 1


def test_a_campaign_gets_its_fonts_behind_the_wall_and_with_an_empty_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    extra_fonts.folder.cache_clear()
    folder = tmp_path / "campaign"
    (folder / "letter_templates").mkdir(parents=True)
    (folder / "recipients.yaml").write_text(
        "recipients:\n  - {id: premier, name: {full: 王例}, title: 总理, address: [某街2号], country: CN}\n",
        encoding="utf-8",
    )
    (folder / "senders.yaml").write_text(
        "senders:\n  - {id: jane, name: Jane Example, address: [1 High Street], country: GB}\n",
        encoding="utf-8",
    )
    (folder / "letter_templates" / "note.md").write_text(
        "---\ntitle: A\nkind: appeal\nsubject: A\n---\nWords.\n"
    )
    order = Order("note", "premier", "jane", None, date(2026, 1, 15), "en")
    letter = Renderer(RenderTerms(folder=folder)).render(order)
    assert not letter.failed, letter.problems
    assert "王例" in page_words(dict(letter.contents)["pdf"])
    assert [
        path.name.rpartition("-")[0] for path in (tmp_path / "cache" / "lettergen" / "fonts").iterdir()
    ] == ["zh-Hans-1"]
