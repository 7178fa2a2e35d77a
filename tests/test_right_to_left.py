"""Letters that are read from right to left: direction of page, paragraph, line and address."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen import open_campaign
from lettergen.reference import language as words

Write = Callable[[Mapping[str, str | bytes]], Path]

RECIPIENTS = """\
recipients:
  - id: one
    office: minister
    title: שר
    organisation: [Ministry 12, משרד 12]
    address: [1 Square]
    country: IL
    languages: [{language}]
    salutation: "שלום,"
    closing: בכבוד
    envelope_name: "כבוד השר"
"""
SENDERS = "senders:\n  - {id: jane, name: Jane Example, address: [1 Street], place: London, country: GB}\n"
TEMPLATE = """\
---
title: A
kind: appeal
language: {language}
subject: Kim Lee (12)
---
12 שלום Kim (34).

Kim (34) שלום.
"""


def html(write: Write, language: str) -> str:
    folder = write(
        {
            "recipients.yaml": RECIPIENTS.format(language=language),
            "senders.yaml": SENDERS,
            "letter_templates/note.md": TEMPLATE.format(language=language),
        }
    )
    made = open_campaign(folder).write("note", to="one", sender="jane", on=date(2026, 1, 15), format="html")
    return dict(made.contents)["html"].decode()


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("fa_IR", "rtl"), ("en", "ltr"), ("ko", "ltr")],
)
def test_the_direction_of_a_language(language: str, direction: str) -> None:
    assert words.direction(language) == direction


@pytest.mark.parametrize(
    ("text", "direction"), [("12 שלום Kim", "rtl"), ("(Kim) שלום", "ltr"), ("12/34", "rtl"), ("", "rtl")]
)
def test_the_first_letter_tells_the_direction_of_a_text(text: str, direction: str) -> None:
    assert words.direction_of(text, "rtl") == direction


def test_a_hebrew_letter_is_read_from_right_to_left(write: Write) -> None:
    page = html(write, "he")
    assert '<html lang="he" dir="rtl">' in page
    assert "html[dir=" in page
    assert '<span class="line" dir="ltr">Ministry 12</span>' in page
    assert '<span class="line">משרד 12</span>' in page
    assert "<p>12" in page or '<p><span class="end">12' in page
    assert '<p dir="ltr">' in page


def test_lines_of_hebrew_in_an_english_letter_turn_alone(write: Write) -> None:
    page = html(write, "en")
    assert "<html lang=" in page
    assert "html[dir=" not in page
    assert '<span class="line">Ministry 12</span>' in page
    assert '<span class="line" dir="rtl"><span lang="he">משרד 12</span></span>' in page
    assert '<p class="opening" dir="rtl">' in page
    assert '<p dir="rtl">' in page
