"""In which language a letter is: the reader's, the campaign's, or the one that is asked for."""

from datetime import date

import pytest

from lettergen import open_campaign
from lettergen.api import MailingRequest, PartySelection
from lettergen.errors import InputProblems
from lettergen.mailing.selection import LetterRequest, one_order
from tests.conftest import Write

DAY = date(2026, 1, 15)
HEAD = """---
title: Note
kind: statement
language: {}
addressee: optional
uses: [sender, case]
subject: {}
---
{}
"""
FILES = {
    "letter_templates/note.md": HEAD.format("en", "On a case", "A case."),
    "letter_templates/note.de.md": HEAD.format("de", "Zu einem Fall", "Ein Fall."),
    "letter_templates/note.fr.md": HEAD.format("fr", "Sur un cas", "Un cas."),
    "senders.yaml": "senders:\n  - {id: jane, name: {given: Jane, family: Example}}\n",
    "recipients.yaml": (
        "recipients:\n  - {id: minister, title: Minister, address: [1 Square], country: NO,\n"
        "     languages: [de, en], checked: {on: 2026-01-01, source: invented}}\n"
    ),
    "cases/one.yaml": "title: a case\nsummary: Something happened.\n",
    "cases/one.de.yaml": "title: ein Fall\nsummary: Etwas geschah.\n",
    "lettergen.toml": 'name = "Test"\n',
}


@pytest.mark.parametrize(
    ("to", "asked", "own", "told"),
    [
        ("minister", None, "en", "de"),
        ("minister", "en", "en", "en"),
        (None, None, "en", "en"),
        (None, None, "de", "de"),
        (None, "de", "en", "de"),
        (None, "de-AT", "en", "de"),
    ],
)
def test_a_letter_is_in_the_language_asked_for_or_the_readers_or_the_campaigns(
    write: Write, to: str | None, asked: str | None, own: str, told: str
) -> None:
    settings = f'name = "Test"\nlanguage = "{own}"\n'
    facts = open_campaign(write({**FILES, "lettergen.toml": settings})).facts
    request = LetterRequest(template="note", to=to, sender="jane", case="one", on=DAY, language=asked)
    assert one_order(facts, request, today=None)[1].language == told


def test_a_language_that_template_or_case_lacks_is_refused_with_those_that_there_are(write: Write) -> None:
    facts = open_campaign(write(FILES)).facts
    for asked, names in (
        ("fr", ["case-not-translated"]),
        ("ko", ["case-not-translated", "no-translation-edition"]),
    ):
        request = LetterRequest(template="note", sender="jane", case="one", on=DAY, language=asked)
        with pytest.raises(InputProblems) as fault:
            one_order(facts, request, today=None)
        assert sorted(one.name for one in fault.value.problems) == names


def test_a_mailing_to_nobody_in_particular_is_in_the_campaigns_language(write: Write) -> None:
    folder = write({**FILES, "lettergen.toml": 'name = "Test"\nlanguage = "de"\n'})
    request = MailingRequest(templates=("note",), senders=PartySelection(ids=("jane",)), case="one", on=DAY)
    assert [one.language for one in open_campaign(folder).plan(request).orders] == ["de"]
