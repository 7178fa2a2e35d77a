"""Treaties of a campaign's own, from its files into its letters."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen import open_campaign
from lettergen.facts.campaign import Campaign
from lettergen.letters.checks import facts

Write = Callable[[Mapping[str, str | bytes]], Path]

TREATY = """\
adopted = 1984-11-22
in_force = 1985-01-01
articles = 3
source = "an invented text"
not_parties = ["FR"]

[name]
en = "the Example Convention"

[statements."3"]
en = "Examples are to be followed."

[parties]
TH = 1990-01-01

[[reservations]]
state = "TH"
articles = ["2"]
"""
CASE = """\
title: a prisoner
summary: Kim Example was arrested.
state: {state}
events:
  - {{on: 2006-08-22, kind: arrest, what: the police arrested Kim Example}}
legal_basis:
  - {{key: example, articles: ["{article}"]}}
demands: [release Kim Example]
sources: [a letter]
"""
FILES = {
    "recipients.yaml": "recipients:\n  - {id: minister, title: Minister, address: [1 Square], country: TH}\n",
    "senders.yaml": "senders:\n  - {id: jane, name: Jane Example, address: [1 Street], country: GB}\n",
    "letter_templates/note.md": (
        "---\ntitle: A note\nkind: appeal\nsubject: A note\n---\n"
        '{{ cite("example", 3) }}: {{ statement("example", 3) }} {{ case.legal_basis[0].citation }}\n'
    ),
}


def told(write: Write, state: str, article: str) -> list[str]:
    files = {"treaties/example.toml": TREATY, "cases/one.yaml": CASE.format(state=state, article=article)}
    opened = Campaign.open(write(files))
    assert not opened.problems
    names = {"state-not-bound", "reserved-article", "unknown-article", "unknown-treaty"}
    return [one.name for one in facts.check(opened, today=date(2026, 1, 15)) if one.name in names]


@pytest.mark.parametrize(
    ("state", "article", "expected"),
    [
        ("TH", "3", []),
        ("TH", "2", ["reserved-article"]),
        ("TH", "4", ["unknown-article"]),
        ("FR", "3", ["state-not-bound"]),
        ("DE", "3", []),
    ],
)
def test_a_case_relies_on_it_as_on_any_other(
    write: Write, state: str, article: str, expected: list[str]
) -> None:
    assert told(write, state, article) == expected


@pytest.mark.parametrize("in_settings", [True, False])
def test_letters_cite_it(write: Write, in_settings: bool) -> None:
    own = TREATY.replace("[[res", "[[treaties.example.res").replace("[parties]", "[treaties.example.parties]")
    own = own.replace("[name]", "[treaties.example.name]").replace(
        "[statements", "[treaties.example.statements"
    )
    where = (
        {"lettergen.toml": f"[treaties.example]\n{own}"} if in_settings else {"treaties/example.toml": TREATY}
    )
    folder = write({**FILES, **where, "cases/one.yaml": CASE.format(state="TH", article="3")})
    letter = open_campaign(folder).write(
        "note", to="minister", sender="jane", case="one", on=date(2026, 1, 15), format="txt"
    )
    text = " ".join(dict(letter.contents)["txt"].decode().replace("\u00a0", " ").split())
    assert "Article 3 of the Example Convention: Examples are to be followed." in text


def test_a_faulty_treaty_is_told_at_its_place(write: Write) -> None:
    opened = Campaign.open(write({"treaties/example.toml": TREATY.replace("articles = 3", "articles = 0")}))
    assert [(one.name, one.place.line if one.place else 0) for one in opened.problems] == [("bad-number", 3)]
    assert opened.treaties == {}


def test_a_sentence_for_an_article_that_it_does_not_have_is_told(write: Write) -> None:
    text = TREATY.replace('"3"', '"7"')
    opened = Campaign.open(write({"treaties/example.toml": text}))
    assert "unknown-article" in [one.name for one in facts.check(opened, today=date(2026, 1, 15))]
