"""Letters in scripts that come with an extra: their fonts, what is said without them, the pages."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lettergen.errors import RenderError
from lettergen.installation import of_extra
from lettergen.letters.letter import Letter, Paragraph, Span
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.typefaces import extra_fonts, fonts
from lettergen.pages.typefaces.extra_fonts import FONTS
from lettergen.reference.stationery import stationery
from tests.pages import samples
from tests.pages.reading import faults_of_pdf_a
from tests.test_cjk import names_of_fonts

DIN = stationery("din-5008-b")
TEXTS = {
    "Arab": ("ar", "اعتُقل السيد Kim Lee في 29 أيار/مايو 2002 دون مذكرة توقيف"),
    "Beng": ("bn", "তাঁকে অবিলম্বে মুক্তি দেওয়ার অনুরোধ জানাই"),
    "Deva": ("hi", "उन्हें बिना वारंट के गिरफ़्तार किया गया, क्षत्रिय ज्ञान श्री"),
    "Ethi": ("am", "በአስቸኳይ እንዲፈታ እንጠይቃለን"),
    "Hebr": ("he", "סעיף 33 אוסר על החזרת פליט. שִׁמְעוּ נָא"),
    "Khmr": ("km", "សូមដោះលែងគាត់ជាបន្ទាន់"),
    "Laoo": ("lo", "ກະລຸນາປ່ອຍຕົວລາວທັນທີ"),
    "Mymr": ("my", "ကျွန်ုပ်တို့သည် ချက်ချင်း လွှတ်ပေးရန်"),
    "Taml": ("ta", "அவரை உடனடியாக விடுவிக்க வேண்டுகிறோம்"),
    "Telu": ("te", "అతన్ని వెంటనే విడుదల చేయాలని కోరుతున్నాము"),
    "Thai": ("th", "ขอให้ท่านปล่อยตัวผู้ถูกควบคุม ที่นี่ น้ำ"),
}


def in_script(key: str) -> Letter:
    language, text = TEXTS[key]
    body = Paragraph((Span(f"{text} "), Span(text, strong=True)))
    return replace(samples.SHORT, language=language, body=(*samples.SHORT.body, body))


@cache
def typesetter() -> Typesetter:
    return Typesetter()


def test_every_font_of_a_script_has_its_letter_here() -> None:
    assert set(TEXTS) == {key for key, font in FONTS.items() if font.script}


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_letter_in_each_script_is_set_in_its_font(key: str) -> None:
    pdf = typesetter().typeset(in_script(key), DIN).pdf
    name = FONTS[key].family.replace(" ", "-")
    assert {name, f"{name}-Semi-Bold"} <= names_of_fonts(pdf)
    assert faults_of_pdf_a(pdf) == []


@pytest.mark.parametrize("key", ["Arab", "Deva"])
def test_a_face_keeps_what_joins_and_moves_its_letters(key: str, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for home in (one, two):
        home.mkdir(mode=0o700)
    made = []
    for home in (one, two):
        extra_fonts.folder.cache_clear()
        made.append(sorted(extra_fonts.folder(key, home).iterdir()))
    extra_fonts.folder.cache_clear()
    for first, second in zip(*made, strict=True):
        assert first.read_bytes() == second.read_bytes()
        with TTFont(first, lazy=True) as font:
            assert {"GSUB", "GPOS", "GDEF"} <= set(font.keys())
            assert "fvar" not in font
            assert font["name"].getDebugName(13)


def test_each_extra_is_declared_and_brings_the_package() -> None:
    for font in FONTS.values():
        assert any(one.startswith(font.package.replace("_", "-")) for one in of_extra(font.extra))
    assert extra_fonts.installed() == tuple(FONTS)


@pytest.mark.usefixtures("without_extra_fonts")
@pytest.mark.parametrize("key", sorted(TEXTS))
def test_without_it_the_error_names_the_extra_of_the_script(key: str) -> None:
    with pytest.raises(RenderError) as caught:
        Typesetter().typeset(in_script(key), DIN)
    (problem,) = caught.value.problems
    assert problem.name == "missing-glyph"
    assert (
        f"'lettergen[{FONTS[key].extra}]'" in problem.fix or f"lettergen[{FONTS[key].extra}]" in problem.fix
    )
    assert problem.fix.count("lettergen[") == 1


@pytest.mark.usefixtures("without_extra_fonts")
def test_characters_of_several_scripts_are_one_command() -> None:
    fix = fonts.remedy("ש한ع")
    assert "the fonts for Hebrew, Chinese, Japanese and Korean and Arabic: " in fix
    assert "'lettergen[cjk,rtl]'" in fix


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        ("ཀ", "Noto Sans or Serif Tibetan, for example (package `fonts-noto-core`"),
        ("ა", "Noto Sans or Serif Georgian"),
        ("ગཀ", "Noto Sans or Serif Gujarati and Noto Sans or Serif Tibetan"),
        ("☃", "to `fonts` in lettergen.toml."),
        ("\U0002ebf0", "to `fonts` in lettergen.toml."),
    ],
)
def test_what_no_extra_has_names_a_font(characters: str, expected: str) -> None:
    fix = fonts.remedy(characters)
    assert expected in fix
    assert "lettergen[" not in fix


@pytest.mark.parametrize("character", ["٣", "۳", "،", "\u064e", "﷼", "ﷲ"])
def test_digits_and_signs_of_arabic_are_arabic(character: str) -> None:
    assert extra_fonts.has(character) or character == "﷼"
    assert extra_fonts._asked(character, "en") in (("Arab",), extra_fonts._forms("en"))
