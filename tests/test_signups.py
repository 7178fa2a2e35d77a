"""Sign-ups: who did not agree is left out, whoever signed up twice writes once, odd names are told."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen import open_campaign
from lettergen.api import MailingRequest, PartySelection
from lettergen.cli import run
from lettergen.errors import InputProblems
from lettergen.facts.campaign import Campaign
from lettergen.facts.double_signups import twice
from lettergen.facts.model import PersonName, Sender
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.checks.names import check, is_plain

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 1, 15)
FILES = {
    "lettergen.toml": 'language = "en"\n',
    "recipients.csv": "id,title,address_1,country\nminister,Minister,1 First Street,NO\n",
    "letter_templates/note.md": "---\ntitle: A note\nlanguage: en\nuses: [sender]\nsubject: A note\n---\n"
    "Please reply.\n{% for one in sender.signatories %}{{ one.name }}. {% endfor %}\n",
}


def test_who_did_not_agree_or_stays_anonymous_is_left_out_of_a_mailing_and_counted(write: Write) -> None:
    write(
        {
            **FILES,
            "senders.csv": "id,name,consent,anonymous,contact_email\nann,Ann Lee,yes,no,a@example.org\n"
            "bo,Bo Lee,no,,\ncy,Cy Lee,,,\ndi,Di Lee,yes,yes,\n",
        }
    )
    campaign = open_campaign()
    everybody = PartySelection(everybody=True)
    planned = campaign.plan(
        MailingRequest(templates=("note",), recipients=everybody, senders=everybody), today=TODAY
    )
    assert [order.sender_id for order in planned.orders] == ["ann"]
    assert [(one.sender_id, one.cause, one.reason) for one in planned.skipped] == [
        ("bo", "no-consent", "the sender did not agree"),
        ("cy", "no-consent", "the sender did not agree"),
        ("di", "no-consent", "the sender wishes to stay anonymous"),
    ]
    assert [problem.message for problem in campaign.facts.problems] == [
        "2 of 4 senders did not agree: they are left out.",
        "1 of 4 senders wish to stay anonymous: they are left out.",
    ]
    with pytest.raises(InputProblems, match="sender-without-consent"):
        campaign.write("note", to="minister", sender="bo", on=TODAY, format="txt")


def test_a_contact_address_is_printed_nowhere(write: Write) -> None:
    write(
        {
            **FILES,
            "senders.csv": "id,name,organisation,address_1,country,contact_email\n"
            "ann,Ann Lee,The Club,2 Second Street,NO,secret@example.org\n",
        }
    )
    for format_ in ("txt", "html", "eml"):
        letter = open_campaign().write("note", to="minister", sender="ann", on=TODAY, format=format_)
        assert b"secret" not in b"".join(data for _, data in letter.contents)


def test_signatories_who_did_not_agree_are_not_named_and_counted(write: Write) -> None:
    write(
        {
            **FILES,
            "senders.yaml": "senders:\n  - {id: club, organisation: The Club, signatories: who.csv}\n",
            "who.csv": "name,consent,anonymous\nAnn Lee,yes,\nBo Lee,no,\nCy Lee,yes,yes\n",
        }
    )
    campaign = open_campaign()
    letter = campaign.write("note", to="minister", sender="club", on=TODAY, format="txt")
    text = dict(letter.contents)["txt"].decode()
    assert "Ann Lee" in text
    assert "Bo Lee" not in text
    assert "Cy Lee" not in text
    assert [problem.message for problem in campaign.facts.problems] == [
        "1 of 3 signatories did not agree: they are left out.",
        "1 of 3 signatories wish to stay anonymous: they are left out.",
    ]


def person(id_: str, name: object, **more: Any) -> Sender:
    return Sender.model_validate({"id": id_, "name": name, **more})


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        (
            {"name": "Ann Lee", "email": "ann@example.org"},
            {"name": "LEE, Ann", "email": "ANN@example.org"},
            True,
        ),
        (
            {"name": "Ann Lee", "email": "ann@example.org"},
            {"name": "Ann Lee", "contact_email": "ann+x@example.org"},
            True,
        ),
        (
            {"name": "Ann Lee", "email": "ann@example.org"},
            {"name": "Ben Lee", "email": "ann@example.org"},
            False,
        ),
        (
            {"name": "Ann Lee", "email": "ann@example.org"},
            {"name": "Ann Lee", "email": "lee@example.org"},
            False,
        ),
        (
            {"name": {"family": "Müller", "given": "Zoë"}, "address": ["Hauptstr. 5", "01234 Town"]},
            {"name": "zoe mueller", "address": ["Hauptstraße 5, 01234 Town"]},
            True,
        ),
        (
            {"name": "Ann Lee", "address": ["1 First St.", "Town"]},
            {"name": "Ann  Lee", "address": ["1 First Street", "TOWN"]},
            True,
        ),
        (
            {"name": "Ann Lee", "address": ["1 First Street"]},
            {"name": "Ann Lee", "address": ["2 First Street"]},
            False,
        ),
        (
            {"name": "Kim Bong-soon", "email": "k@example.org"},
            {"name": {"family": "KIM", "given": "Bong Soon"}, "email": "k@example.org"},
            True,
        ),
        ({"name": "Ann Lee"}, {"name": "Ann Lee"}, False),
    ],
)
def test_the_same_person_is_known_in_any_spelling(
    first: dict[str, Any], second: dict[str, Any], is_same: bool
) -> None:
    found = twice([person("a", **first), person("b", **second)])
    assert dict(found) == ({"b": "a"} if is_same else {})


@pytest.mark.parametrize(
    ("name", "name_of_check", "words"),
    [
        ("ANN LEE", "name-case", "`Ann Lee`"),
        ("ann o'brien", "name-case", "`Ann O'Brien`"),
        ("LUDWIG VAN BEETHOVEN", "name-case", "`Ludwig van Beethoven`"),
        ("JOHN MCDONALD III", "name-case", "`John McDonald III`"),
        ("JEAN-PAUL SARTRE", "name-case", "`Jean-Paul Sartre`"),
        ({"family": "LEE", "given": "ANN"}, "name-case", "`Ann Lee`"),
        ("Ann 🌸 Lee", "unusual-name", "U+1F338"),
        ("Ann Lee!", "unusual-name", "`!`"),
        ("x@example.org", "unusual-name", "`@`"),
        ("Ann Lee 2", "unusual-name", "U+0032"),
        ("...", "unusual-name", "no letter"),
        ("Ann ★", "unusual-name", "U+2605"),
        ("van der Berg, Piet", "unusual-name", "`Piet van der Berg`"),
    ],
)
def test_odd_names_are_told(write: Write, name: object, name_of_check: str, words: str) -> None:
    parts = PersonName.model_validate(name)
    (problem,) = check(parts, CheckedRecord("sender", "a", Campaign.open(write({"lettergen.toml": ""}))))
    assert (problem.name, problem.severity) == (name_of_check, "warning")
    assert words in problem.message + problem.fix
    assert not is_plain(parts)


@pytest.mark.parametrize(
    "name",
    [
        "Sukarno",
        "Ludwig van Beethoven",
        "Gabriel García Márquez",
        "Martin Luther King, Jr.",
        "Ann Lee, PhD",
        "Ann Lee, MP",
        "D’Arcy O'Neil",
        "J. R. Lee",
        "김봉순",
        "李明",
        "Anna-Lena",
        "Ng",
        "AB",
        {"family": "NAKAGAWA", "given": "Masaharu"},
        "Ngũgĩ wa Thiong'o",
        "محمد علی‌پور",
    ],
)
def test_names_of_all_kinds_are_left_alone(write: Write, name: object) -> None:
    parts = PersonName.model_validate(name)
    assert (
        list(check(parts, CheckedRecord("sender", "a", Campaign.open(write({"lettergen.toml": ""}))))) == []
    )


def test_odd_names_of_a_table_are_told_at_their_cells(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"lettergen.toml": "", "senders.csv": "name_given,name_family\nAnn,Lee\nBEN,LEE\n"})
    run(["check"], today=TODAY)
    told = capsys.readouterr().err
    assert "senders.csv:3:1: warning: [name-case]" in told
    assert "1 warning in 1 file" in told


def test_a_second_row_of_the_same_person_is_skipped_and_told(write: Write) -> None:
    head = "name,address_1,contact_email,consent,own_words\n"
    rows = "Ann Lee,1 Street,a@example.org,yes,One\nBo Lee,2 Street,,yes,\n"
    rows += "ann  LEE,1 street,A@example.org,yes,Two\n"
    write({"lettergen.toml": "", "senders.csv": head + rows})
    campaign = Campaign.open(Path())
    assert [one.own_words for one in campaign.senders] == ["One", None]
    assert [(str(one.place), one.name, one.severity) for one in campaign.problems] == [
        ("senders.csv:4:1", "signed-up-twice", "warning")
    ]


@pytest.mark.parametrize(
    "rows", ["Ann Lee,1 Street,yes\nAnn Lee,1 Street,no\n", "Ann Lee,,yes\nAnn Lee,,yes\n"]
)
def test_rows_that_contradict_each_other_or_say_too_little_are_refused(write: Write, rows: str) -> None:
    write({"lettergen.toml": "", "senders.csv": f"name,address_1,consent\n{rows}"})
    assert [one.name for one in Campaign.open(Path()).problems] == ["same-person-twice"]
