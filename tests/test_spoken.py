"""Words in another language than their letter's are found, and marked in every format that can say so."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen import open_campaign
from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.pages.typefaces.scripts import forms_by_country, has_foreign, stretches
from lettergen.reference import cldr, treaty_titles
from tests.pages.accessible import faults_of_pdf_ua, told

Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.mark.parametrize(
    ("text", "language", "country", "found"),
    [
        ("Mr. Иван Петров (Ivan) waits.", "en", None, {"Иван Петров": "ru"}),
        ("Володимир", "en", "UA", {"Володимир": "uk"}),
        ("Ilham (ئىلھام توختى) waits", "en", "CN", {"ئىلھام توختى": "ug"}),
        ("Raif (رائف بدوي) waits", "en", "GB", {"رائف بدوي": "ar"}),
        ("كتب إيفان Иван ذلك", "ar", None, {"Иван": "ru"}),
        ("Тензин བསྟན་འཛིན་ и 胡锦涛", "ru", "CN", {"བསྟན་འཛིན་": "bo", "胡锦涛": "zh-Hans"}),
        ("Έλλη Αλεξίου, Αθήνα 10671", "de", "GR", {"Έλλη Αλεξίου, Αθήνα 10671": "el"}),
        ("a β-blocker, 5 µg, Ω and ∆x", "en", None, {}),
        ("Москва, улица 1", "ru", "RU", {}),
        ("Писмо на Ivan Petrov", "bg", None, {}),
        ("Τάσος e\u0301t Иван", "en", None, {"Τάσος": "el", "Иван": "ru"}),
        ("Й\u0301ван was here", "en", None, {"Й\u0301ван": "ru"}),
        ("Zürich, Łódź, Ōsaka, İzmir", "en", None, {}),
        ("", "en", None, {}),
    ],
)
def test_words_in_another_writing_are_found(
    text: str, language: str, country: str | None, found: dict[str, str]
) -> None:
    parts = list(stretches(text, language, country))
    assert "".join(part for part, _ in parts) == text
    assert {part: spoken for part, spoken in parts if spoken} == found
    assert has_foreign(text, language) == bool(found)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("the Convention on the Rights of the Child", "en", {}),
        ("das „International Covenant on Civil and Political Rights“", "de", ["en"]),
        ("des Übereinkommens von 1951 über", "en", {}),
        ("under the Übereinkommens gegen Folter", "en", ["de"]),
        ("le Refugee Convention, United Nations, Treaty Series, vol. 189", "fr", ["en", "en"]),
        ("la Convention relative aux droits de l'enfant", "en", ["fr"]),
        ("Convention relating to\u00a0the Status of Refugees", "es", ["en"]),
        ("Universal Declaration of Human Rights", "ja", ["en"]),
        ("The ICCPR was signed", "de", {}),
    ],
)
def test_titles_of_treaties_in_another_language_are_found(text: str, language: str, found: list[str]) -> None:
    parts = list(stretches(text, language, titles=True))
    assert "".join(part for part, _ in parts) == text
    assert [spoken for _, spoken in parts if spoken] == list(found)


def test_a_script_without_a_likely_language_is_named_itself() -> None:
    assert cldr.language_in("Zzyx") == "und-Zzyx"
    assert cldr.script_of("sr-Latn") == "Latn"
    assert cldr.script_of("sr") == "Cyrl"
    assert cldr.script_of("qqq") == "Latn"


def test_letters_whose_country_decides_a_language_are_not_alike() -> None:
    assert forms_by_country("en", "UA") != forms_by_country("en", "RU")
    assert forms_by_country("en", "FR") == forms_by_country("en", "DE") == forms_by_country("en", None)


RECIPIENTS = """\
recipients:
  - {id: one, name: Ana Example, address: [1 Square], country: GB, languages: [en]}
  - {id: two, name: Bo Example, address: [2 Square], country: GB, languages: [en]}
"""
SENDERS = """\
senders:
  - {id: jane, name: Jane Example, address: [1 Street], place: London, country: GB}
  - id: zoe
    name: Zoé Example
    address: [2 Street]
    place: London
    country: GB
    language: fr
    own_words: |
      Je vous écris pour la première fois, et j’espère une réponse.

      Libérez-les.
"""
TEMPLATE = """\
---
title: Own words
kind: appeal
language: en
subject: Kim Lee
---
I write about Kim Lee.

{% if own_words %}{{ own_words }}

They say it so: *{{ own_words | paragraphs | first }}* And again: {{ own_words }}{% endif %}

{{ cite("crc", 9) }} binds you.
"""
FIRST = "Je vous écris pour la première fois, et j’espère une réponse."


@pytest.fixture
def campaign(write: Write) -> Path:
    return write(
        {
            "recipients.yaml": RECIPIENTS,
            "senders.yaml": SENDERS,
            "lettergen.toml": "foreign_own_words = true\n",
            "letter_templates/note.md": TEMPLATE,
        }
    )


def bare(text: str) -> str:
    """Return a text without the spaces, which a line's end has none of."""
    return "".join(text.split())


def assert_told(pdf: bytes, letters: int) -> None:
    assert faults_of_pdf_ua(pdf) == []
    found = [(one.kind, bare(one.text)) for one in told(pdf) if one.language == "fr"]
    assert (
        found
        == [
            ("P", bare(FIRST)),
            ("P", "Libérez-les."),
            # What a filter has made of them is the template's own.
            ("Span", bare(f"{FIRST} Libérez-les.")),
        ]
        * letters
    )


def test_own_words_in_another_language_say_so(campaign: Path) -> None:
    made = open_campaign(campaign)
    page = dict(made.write("note", to="one", sender="zoe", on=date(2026, 1, 15), format="html").contents)[
        "html"
    ].decode()
    assert page.count('<p lang="fr">') == 2
    assert page.count('<span lang="fr">') == 1
    letter = made.write("note", to="one", sender="zoe", on=date(2026, 1, 15), format="pdf")
    assert_told(dict(letter.contents)["pdf"], 1)


@pytest.mark.parametrize("files", ["separate", "combined"])
def test_a_mailing_marks_them_as_single_letters_do(campaign: Path, files: str, tmp_path: Path) -> None:
    words = ["note", "--to", "one", "--to", "two", "--from", "zoe", "--date", "2026-01-15"]
    outbox = ["--files", files, "--outbox", str(tmp_path / "outbox"), "--workers", "1", "--yes"]
    assert run(["--folder", str(campaign), "batch", *words, *outbox]) == ExitCode.OK
    pdfs = [path.read_bytes() for path in sorted((tmp_path / "outbox").rglob("*.pdf"))]
    assert len(pdfs) == (1 if files == "combined" else 2)
    for pdf in pdfs:
        assert_told(pdf, 2 // len(pdfs))


@pytest.mark.parametrize("between", [" ", "\n  "])
@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_every_title_in_another_language_is_found(language: str, between: str) -> None:
    others = [
        (spoken, name)
        for spoken, names in treaty_titles._titles().items()
        if spoken != language
        for name in names - treaty_titles._titles().get(language, frozenset())
        if name[-1].isalnum()
    ]
    assert len(others) > 50
    for spoken, name in others:
        text = f"Art. 2, {name.replace(' ', between)} said"
        assert any(one[2] == spoken for one in treaty_titles.foreign_titles(text, language)), name
