"""Letters as text in ASCII alone: nothing is lost or says something else, and what is doubtful is told."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.letters.letter import EnclosedMessage, Letterhead, Paragraph, Span
from lettergen.pages import ascii_text, text
from tests.pages import samples

Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.mark.parametrize(
    ("language", "words", "spelled"),
    [
        (
            "de",
            "Über Müller, MÜLLER-LÜDENSCHEIDT, Öl und Ä.",
            "Ueber Mueller, MUELLER-LUEDENSCHEIDT, Oel und Ae.",
        ),
        ("de-AT", "Straße, STRAẞE", "Strasse, STRASSE"),
        ("de", "Mu\u0308ller", "Mueller"),
        ("de", "„ja“ – nein — § 12, §§ 3 und 4; 5 €", '"ja" - nein - Par. 12, Par. 3 und 4; 5 EUR'),
        ("en", "Müller’s “plea” — § 12, 30 °C", 'Muller\'s "plea" - sec. 12, 30 degC'),
        ("fr", "«\u202fl’été\u202f» : nº\u00a05, № 6", '"l\'ete" : no 5, No. 6'),
        ("es", "¿Cómo? ¡Año!", "Como? Ano!"),
        ("da", "Århus, Ærø, Søren, ØRE", "Aarhus, Aeroe, Soeren, OERE"),
        ("sv", "Åsa", "Asa"),
        ("en", "2½ km, 10² and 10⁻³, 3 × 4, 5–7, −5", "2 1/2 km, 10^2 and 10^-3, 3 x 4, 5-7, -5"),
        ("en", "soft\u00adhyphen, zero\u200bwidth, e\u0301", "softhyphen, zerowidth, e"),
        ("en", "ŏ ŭ ʿAbd ʻAlenuihāhā Łódź İzmir", "o u 'Abd 'Alenuihaha Lodz Izmir"),
        ("en", "胡锦涛, 홍길동, Иван, สมหญิง", "HuJinTao, HongGilDong, Ivan, smhying"),
        ("en", "a\U000f0000b", "a?b"),
        ("fa", "سارا آزادی", "sara azady"),
        ("ar", "السماح لـ Dr. Lee، مـحـمـد", "alsmah l- Dr. Lee, mhmd"),
        ("lo", "ອີ", "oi"),
        ("en", "line\nline", "line\nline"),
    ],
)
def test_signs_are_spelled_as_people_type_them(language: str, words: str, spelled: str) -> None:
    assert ascii_text.spelled(words, language) == spelled


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["en", "de", "fr", "da", "ja"]))
def test_any_text_is_ascii_and_no_letter_is_lost(words: str, language: str) -> None:
    spelled = ascii_text.spelled(words, language)
    assert spelled.isascii()
    if any(unicodedata.category(one)[0] == "L" for one in words):
        assert spelled.strip()


def test_every_letter_of_unicode_is_spelled_or_marked() -> None:
    lost = [
        one
        for one in map(chr, range(0x110000))
        if unicodedata.category(one)[0] in "LNS" and not ascii_text.spelled(one, "en")
    ]
    assert lost == []


@pytest.mark.parametrize("name", samples.ALL)
def test_a_letter_keeps_its_words_and_its_width(name: str) -> None:
    letter = samples.ALL[name]
    page = ascii_text.render(letter)
    assert page.isascii()
    assert max(map(len, page.splitlines())) <= 72
    spelled = "".join(page.split())
    for words in letter.texts():
        assert "".join(ascii_text.spelled(words, letter.language).split()) in spelled


def test_a_letter_in_ascii_is_as_it_was() -> None:
    plain = replace(samples.SHORT, return_address="")
    assert ascii_text.render(plain) == text.render(plain)
    assert ascii_text.warnings(plain) == ()


def test_words_are_spelled_by_the_rules_of_their_language() -> None:
    letter = replace(
        samples.SHORT,
        letterhead=Letterhead("Müller"),
        body=(Paragraph((Span("Müller says: "), Span("Müller", language="de"))),),
        enclosed=(EnclosedMessage("Übel", (("From", "Müller"),), (samples.said("Müller"),)),),
    )
    page = ascii_text.render(letter)
    assert "Muller says: Mueller" in page
    assert "Ubel" in page


def test_what_is_spelled_by_sound_is_told() -> None:
    letter = replace(
        samples.SHORT, body=(samples.said("최순복, Ólafur Müller, №, β-blocker and 😀 \U000f0000"),)
    )
    sound, lost = ascii_text.warnings(letter)
    assert (sound.name, lost.name) == ("spelled-by-sound", "no-ascii-spelling")
    assert "Greek and Hangul letters" in sound.message
    assert "\U000f0000 as `?` and 😀 as `:grinning:`" in lost.message
    latin = replace(samples.SHORT, body=(samples.said("Ólafur Müller – № 5 “ja” ½ §"),))
    assert ascii_text.warnings(latin) == ()


RECIPIENTS = """\
recipients:
  - {id: one, name: 김영희, address: [1 Square], country: DE, languages: [de]}
  - {id: two, name: Jörg Öder, address: [2 Square], country: DE, languages: [de]}
"""
SENDERS = "senders:\n  - {id: jane, name: Jane Müller, address: [1 Street], place: Köln, country: DE}\n"
TEMPLATE = """\
---
title: A note
language: de
subject: Für die „Gefangenen“
opening: "Guten Tag,"
---
über alles schreibe ich mit 5 €. Bitte antworten Sie.
"""


@pytest.fixture
def campaign(write: Write) -> Path:
    return write(
        {"recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "letter_templates/note.md": TEMPLATE}
    )


def of_campaign(campaign: Path, *words: str) -> int:
    return run(["--folder", str(campaign), *words])


def test_one_letter_is_written_and_shown_in_ascii(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = ["note", "--to", "two", "--from", "jane", "--date", "2026-01-15", "--ascii"]
    out = tmp_path / "letter.txt"
    assert of_campaign(campaign, "write", *letter, "-o", str(out)) == ExitCode.OK
    written = out.read_text(encoding="ascii")
    assert 'Fuer die "Gefangenen"' in written
    assert "Joerg Oeder" in written
    assert of_campaign(campaign, "preview", *letter, "--no-pager") == ExitCode.OK
    assert "Joerg Oeder" in capsys.readouterr().out
    assert of_campaign(campaign, "write", *letter, "-o", str(tmp_path / "letter.pdf")) == ExitCode.USAGE


def test_a_mailing_in_ascii_tells_once_what_it_spells_by_sound(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["batch", "note", "--to", "one", "--to", "two", "--from", "jane", "--date", "2026-01-15", "--yes"]
    words += ["--format", "txt", "--outbox", str(tmp_path / "outbox"), "--workers", "1"]
    assert of_campaign(campaign, *words) == ExitCode.OK
    assert "[spelled-by-sound]" not in capsys.readouterr().err
    assert of_campaign(campaign, *words, "--ascii") == ExitCode.OK
    assert capsys.readouterr().err.count("[spelled-by-sound]") == 1
    found = [path.read_text(encoding="ascii") for path in (tmp_path / "outbox").rglob("*.txt")]
    assert len(found) == 2
    assert any("GimYeongHui" in one for one in found)


def test_a_mailing_file_may_ask_for_ascii(campaign: Path, tmp_path: Path) -> None:
    (campaign / "mailing.yaml").write_text(
        "templates: [note]\nrecipients: {all: yes}\nsenders: {all: yes}\ndate: 2026-01-15\n"
        "formats: [txt]\nascii: yes\n",
        encoding="utf-8",
    )
    assert of_campaign(campaign, "batch", "--yes", "--outbox", str(tmp_path / "outbox")) == ExitCode.OK
    found = [path.read_bytes() for path in (tmp_path / "outbox").rglob("*.txt")]
    assert len(found) == 2
    assert all(one.isascii() for one in found)
