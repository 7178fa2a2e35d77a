"""Titles, suffixes and usage at home, from the facts onto the letter."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen import open_campaign

Write = Callable[[Mapping[str, str | bytes]], Path]

TEMPLATE = "---\ntitle: A\nkind: appeal\nlanguage: {language}\nsubject: A\n---\n123\n"
SENDERS = (
    "senders:\n  - {{id: jane, name: {{given: Jane, family: Example, suffix: KC}}, address: [1 Street], "
    "country: {country}}}\n"
)


def lines(write: Write, recipient: str, *, language: str = "en", country: str = "CH") -> list[str]:
    folder = write(
        {
            "recipients.yaml": f"recipients:\n  - {{id: one, {recipient}, languages: [{language}]}}\n",
            "senders.yaml": SENDERS.format(country=country),
            "letter_templates/note.md": TEMPLATE.format(language=language),
        }
    )
    made = open_campaign(folder).write("note", to="one", sender="jane", on=date(2026, 1, 15), format="txt")
    text = dict(made.contents)["txt"].decode().replace("\u00a0", " ")
    return [line.strip() for line in text.splitlines() if line.strip()]


MP = "name: {given: Ann, family: Lee, courtesy: Ms., suffix: MP}, address: [1 Square], country: GB"


def test_a_suffix_stands_after_the_name_and_not_in_the_salutation(write: Write) -> None:
    found = lines(write, f"{MP}, office: member-of-parliament")
    assert "Ms. Ann Lee MP" in found
    assert "Dear Ms. Lee," in found
    assert "Jane Example KC" in found


def test_a_minister_of_the_united_kingdom(write: Write) -> None:
    found = lines(write, f"{MP}, office: minister, title: Minister for Prisons", country="GB")
    assert "The Rt Hon Ann Lee MP" in found
    assert "Dear Minister," in found


def test_the_full_name_has_its_suffix_only_once(write: Write) -> None:
    found = lines(write, "name: {full: John Lee Jr., suffix: Jr.}, address: [1 Square], country: US")
    assert "John Lee Jr." in found


@pytest.mark.parametrize(
    ("country", "line", "greeting"),
    [
        ("DE", "Frau Dr. Kim Arno", "Sehr geehrte Frau Bundeskanzlerin,"),
        ("FR", "Ihrer Exzellenz Frau Dr. Kim Arno", "Exzellenz,"),
    ],
)
def test_a_chancellor_at_home_and_from_abroad(write: Write, country: str, line: str, greeting: str) -> None:
    holder = "name: {given: Kim, family: Arno, courtesy: Frau Dr.}, office: head-of-government"
    found = lines(
        write, f"{holder}, address: [1 Platz, 10557 Berlin], country: DE", language="de", country=country
    )
    assert line in found
    assert greeting in found


def test_a_japanese_organisation_with_and_without_a_person(write: Write) -> None:
    office = "office: organisation, organisation: [人権協会], address: [1-1], country: JP"
    assert "人権協会御中" in lines(write, office, language="ja")
    found = lines(write, f"name: 田中, {office}", language="ja")
    assert "田中様" in found
    assert "人権協会" in found


@pytest.mark.parametrize("language", ["es", "ru", "ar"])
def test_a_language_with_rows_gets_nothing_of_english(write: Write, language: str) -> None:
    office = "office: minister, title: '1', address: ['2'], country: CH"
    found = lines(write, office, language=language)
    assert not any("Dear" in line or "Yours" in line for line in found)


def test_own_words_replace_a_missing_row(write: Write) -> None:
    own = (
        "office: senator, title: Senatore, envelope_name: On. Lee, salutation: 'Onorevole,', closing: Saluti"
    )
    found = lines(write, f"{own}, address: [1 Via], country: IT", language="it")
    assert "On. Lee" in found
    assert "Onorevole," in found
