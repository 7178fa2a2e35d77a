"""What fits becomes a fact; what does not is told at its place, and spoils nothing else."""

# ruff: noqa: E501 - a message is checked as the one line that it is.

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lettergen.errors import Problem
from lettergen.facts import load, yaml_reader
from lettergen.facts.dates import FactDate
from lettergen.facts.nodes import Node

Write = Callable[[Mapping[str, str | bytes]], Path]


def told(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{problem.place} {problem.name}: {problem.message}" for problem in problems]


def recipient(text: str) -> tuple[Problem, ...]:
    indented = text.replace("\n", "\n    ")
    return load.recipients(yaml_reader.parse(f"recipients:\n  - id: a\n    {indented}\n", "r.yaml"))[1]


RECIPIENTS = {
    "adress: x": "3:5 unknown-field: recipient `a` has an unknown field `adress`.",
    "adress:": "3:5 unknown-field: recipient `a` has an unknown field `adress`.",
    "country: XX": "3:14 bad-country: `country` of recipient `a` is `XX`, which is not an ISO 3166 country code.",
    "state: Atlantis": "3:12 bad-country: `state` of recipient `a` is no country's name or ISO 3166 code.",
    "languages: [en, kr]": "3:21 bad-language: `languages` of recipient `a` is `kr`, which is no code for Korean.",
    "languages: Elvish": "3:16 bad-language: `languages` of recipient `a` is not a known language.",
    "languages: Norway": "3:16 bad-language: `languages` of recipient `a` is a country.",
    "channels: [post, fxa]": "3:22 unknown-value: `channels` of recipient `a` has an unknown value.",
    "audience: pres": "3:15 unknown-value: `audience` of recipient `a` has an unknown value.",
    "fax: [a, b]": "3:10 wrong-shape: `fax` of recipient `a` is a list; it must be one text.",
    "address: {a: b}": "3:14 wrong-shape: `address` of recipient `a` is a group; it must be a list.",
    "checked: yes": "3:14 wrong-shape: `checked` of recipient `a` is a text; it must be a group of `name: value` lines.",
    'email: ""': "3:12 empty-value: `email` of recipient `a` is empty.",
    'address: ["", x]': "3:15 empty-value: `address` of recipient `a` is empty.",
    "office: Head of State": "3:13 bad-id: `office` of recipient `a` may contain only small letters, digits and single hyphens.",
    f"office: {'x' * 61}": "3:13 bad-id: `office` of recipient `a` has 61 characters, more than the 60 allowed.",
    "checked: {on: 2002-06-13}": "3:14 missing-field: `checked` of recipient `a` has no `source`.",
    "checked:\n  on: 2002-06-13\n  source:": "5:7 missing-field: `source` of `checked` of recipient `a` has no value.",
    "checked: {on: 2002-06, source: x}": "3:19 bad-date: `on` of `checked` of recipient `a` is a month, but must be a day.",
    "in_office: {from: 1998-02-30}": "3:23 bad-date: `from` of `in_office` of recipient `a` has day 30, but that month has 28.",
    "name: {order: family-first}": "3:11 empty-name: `name` of recipient `a` has no `full`, `family` or `given`.",
    "name: {family: Lin, caps_family: maybe}": "3:38 bad-choice: `caps_family` of `name` of recipient `a` is neither `yes` nor `no`.",
}  # fmt: skip


@pytest.mark.parametrize("text", RECIPIENTS)
def test_what_does_not_fit_a_recipient_is_told_at_its_place(text: str) -> None:
    assert told(recipient(text)) == [f"r.yaml:{RECIPIENTS[text]}"]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("adress: x", "did you mean `address`?"),
        ("channels: [fxa]", "did you mean `fax`?"),
        ("country: Korea", "write `KP` (North Korea) or `KR` (South Korea)"),
        ("country: Norwey", "did you mean `Norway`?"),
        ("languages: kr", "write `ko`"),
        ("office: Head of State", "write `head-of-state`"),
        ("audience: zzz", "choose one of `addressee`, `un`, `press`, `public`"),
        ("checked: {on: 2002-06-13}", "add `source:` (what it was checked against)"),
        ("checked: x", "write its fields below it, indented: `on:`, `source:`"),
    ],
)
def test_a_fix_can_be_done_at_once(text: str, fix: str) -> None:
    assert [problem.fix for problem in recipient(text)] == [fix]


def test_a_problem_carries_the_line_and_the_width_of_what_is_wrong() -> None:
    (problem,) = recipient("channels: [post, fxa]")
    assert (problem.excerpt, problem.width) == ("    channels: [post, fxa]", 3)


def test_all_problems_of_a_record_are_told() -> None:
    assert len(recipient("adress: x\ncountry: XX\nfax: []\nchecked: {}")) == 5


def load_recipients(text: str) -> tuple[list[str], list[str]]:
    found, problems = load.recipients(yaml_reader.examine_text(text, "r.yaml"))
    return [each.id for each in found], told(problems)


def test_a_record_that_does_not_fit_leaves_the_others() -> None:
    ids, problems = load_recipients(
        "recipients:\n- id: a\n- id: b\n  country: XX\n- text\n- title: x\n- id: c\n"
    )
    assert ids == ["a", "c"]
    assert problems == [
        "r.yaml:4:12 bad-country: `country` of recipient `b` is `XX`, which is not an ISO 3166 country code.",
        "r.yaml:5:3 wrong-shape: recipient 3 is a text; it must be a group of fields.",
        "r.yaml:6:3 missing-field: recipient 4 has no `id`.",
    ]


@pytest.mark.parametrize(
    "fault", ["country: NO\n  country: SE", "title: &x y", "title: *x", "note: {{ x }}", 'title: "\\u202e"']
)
def test_a_fault_of_the_file_spoils_only_the_record_it_stands_in(fault: str) -> None:
    ids, problems = load_recipients(f"recipients:\n- id: a\n- id: b\n  {fault}\n- id: c\n")
    assert ids == ["a", "c"]
    assert len(problems) == 1


def test_a_second_record_of_an_id_names_the_first() -> None:
    ids, problems = load_recipients("recipients:\n- id: a\n- id: b\n- id: a\n")
    assert ids == ["a", "b"]
    assert problems == [
        "r.yaml:4:7 duplicate-id: two recipients have the id `a`; the first is at r.yaml:2:7."
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "r.yaml:1:1 missing-field: r.yaml has no `recipients`."),
        ("recipient: []", "r.yaml:1:1 unknown-field: r.yaml has an unknown field `recipient`."),
        ("recipients: x", "r.yaml:1:13 wrong-shape: `recipients` of r.yaml is a text; it must be a list."),
        (
            "recipients: {id: a}",
            "r.yaml:1:13 wrong-shape: `recipients` of r.yaml is a group; it must be a list.",
        ),
        ("some text", "r.yaml:1:1 wrong-shape: this file is a text; it must be a group of fields."),
    ],
)
def test_a_file_without_the_list_is_told(text: str, problem: str) -> None:
    assert problem in load_recipients(text)[1]


@pytest.mark.parametrize("text", ["recipients:\n", "recipients: []\n"])
def test_an_empty_list_is_no_problem(text: str) -> None:
    assert load_recipients(text) == ([], [])


def test_values_are_read_by_the_field_that_knows_them() -> None:
    text = "recipients: [{id: a, country: no, address: 'x\n\n  y', channels: fax, checked: {on: 2002-06-13, source: 1}}]"
    (found,), problems = load.recipients(yaml_reader.parse(text, "r.yaml"))
    assert problems == ()
    assert (found.country, found.channels, found.address) == ("NO", ("fax",), ("x", "y"))
    assert found.checked
    assert str(found.checked.on) == "2002-06-13"


TEXT = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1).filter(str.strip)


@given(TEXT)
def test_any_text_of_a_field_survives_the_file(text: str) -> None:
    dumped = yaml.safe_dump(
        {"recipients": [{"id": "a", "title": text, "address": [text]}]}, allow_unicode=True
    )
    (found,), problems = load.recipients(yaml_reader.parse(dumped, "r.yaml"))
    assert problems == ()
    assert found.title == text.strip()
    assert found.address == (text.strip(),)


def sender(text: str) -> list[str]:
    return told(load.senders(yaml_reader.parse(f"senders:\n{text}", "s.yaml"))[1])


def test_a_sender_must_have_somebody_who_signs() -> None:
    assert sender("- id: a\n") == [
        "s.yaml:2:3 nobody-signs: sender `a` has no `name`, `organisation` or `members`."
    ]


def test_the_members_of_a_joint_letter_must_exist() -> None:
    text = "- {id: a, name: A}\n- {id: b, members: [a, aa]}\n"
    assert sender(text) == ["s.yaml:3:24 unknown-member: sender `b` has the member `aa`, who does not exist."]


def test_signatories_may_be_a_table_in_the_folder(write: Write) -> None:
    folder = write({"who.csv": "name;country\nMei Lin;NO\nOle Dahl;SE\n"})
    node = yaml_reader.parse("senders:\n- {id: a, name: A, signatories: who.csv}\n", "s.yaml")
    (found,), problems = load.senders(node, folder)
    assert problems == ()
    assert [(each.name.full, each.country) for each in found.signatories] == [
        ("Mei Lin", "NO"),
        ("Ole Dahl", "SE"),
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("none.csv", "s.yaml:2:33 missing-file: none.csv: this file does not exist."),
        ("../who.csv", "s.yaml:2:33 bad-file-name: `signatories` does not name a table in the campaign folder."),
        ("/etc/passwd", "s.yaml:2:33 bad-file-name: `signatories` does not name a table in the campaign folder."),
        ("who.csv", "who.csv:3:6 bad-country: `country` of signatory 2 of sender `a` is `XX`, "
         "which is not an ISO 3166 country code."),
        ("ragged.csv", "ragged.csv:2:1 ragged-row: row 1 has 1 cell; the head has 2."),
    ],
)  # fmt: skip
def test_a_table_of_signatories_that_does_not_fit_is_told(write: Write, name: str, problem: str) -> None:
    folder = write({"who.csv": "name;country\nMei;NO\nOle ;XX\n", "ragged.csv": "name;country\na\n"})
    node = yaml_reader.parse(f"senders:\n- {{id: a, name: A, signatories: {name}}}\n", "s.yaml")
    found, problems = load.senders(node, folder)
    assert found == ()
    assert problem in told(problems)


CASE = "title: T\nsummary: S\npersons:\n- {id: lee, name: Lee}\n"


def case(text: str) -> list[str]:
    found, problems = load.case(yaml_reader.parse(CASE + text, "c.yaml"), "c")
    assert (found is None) is bool(problems)
    return told(problems)


def test_a_case_takes_its_id_from_its_file() -> None:
    found, problems = load.case(yaml_reader.parse(CASE, "cases/hearing.yaml"), "hearing")
    assert problems == ()
    assert found
    assert found.id == "hearing"


CASES = {
    "id: d": "5:5 wrong-id: the case's `id` differs from its file name, which says `c`.",
    "events: [{on: 2002}]": "5:10 event-without-words: event 1 of case `c` has neither `what` nor `expected`.",
    "events: [{what: w, on: 2002-13}]": "5:24 bad-date: `on` of event 1 of case `c` has month 13, but a year has 12.",
    "events: [{what: w, on: {betwen: [a, b]}}]": "5:24 bad-date: `on` of event 1 of case `c` has keys that do not make a date.",
    "events: [{what: w, on: 2002, persons: [lee, leee]}]": "5:45 unknown-person: event 1 of case `c` names the person `leee`, who does not exist.",
    "sentences: [{person: kim}]": "5:22 unknown-person: sentence 1 of case `c` names the person `kim`, who does not exist.",
    "sentences: [{person: lee, term: 5 yrs}]": "5:33 bad-term: `term` of sentence 1 of case `c` is not a term.",
    "demands: ['']": "5:11 empty-value: demand 1 of case `c` is empty.",
    "demands: [{id: a, text: x}, {id: a, text: y}]": "5:34 duplicate-id: case `c` gives the id `a` to two demands; the first is in line 5.",
    "send_before: 2002-02-31": "5:14 bad-date: `send_before` of case `c` has day 31, but that month has 28.",
    "- {id: kim, name: Kim, aged: {years: old, on: 2002}}": "5:38 bad-number: `years` of `aged` of person `kim` of case `c` is not a whole number.",
    "- {id: kim, name: Kim, aged: {years: 200, on: 2002}}": "5:38 bad-number: `years` of `aged` of person `kim` of case `c` is out of range.",
    "- {id: kim, name: Kim, publish: {pres: full}}": "5:34 unknown-value: `publish` of person `kim` of case `c` has an unknown `pres`.",
    "- {id: kim, name: Kim, publish: ful}": "5:33 unknown-value: `publish` of person `kim` of case `c` has an unknown value.",
    "- {id: lee, name: Kim}": "5:8 duplicate-id: case `c` gives the id `lee` to two persons; the first is in line 4.",
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_what_does_not_fit_a_case_is_told_at_its_place(text: str) -> None:
    assert case(text) == [f"c.yaml:{CASES[text]}"]


def test_a_case_reads_what_may_be_written_in_one_word() -> None:
    text = CASE + "demands: [release @lee]\nsources: [A report]\nevents:\n- {what: w, on: {about: 2002}}\n"
    found, problems = load.case(yaml_reader.parse(text, "c.yaml"))
    assert [problem.name for problem in problems] == ["missing-field"]
    found, problems = load.case(yaml_reader.parse(text, "c.yaml"), "c")
    assert found
    assert found.demands[0].text.to(["public"]) == "release @lee"
    assert found.events[0].on == FactDate.parse("about 2002")


def test_a_setting_that_does_not_fit_leaves_the_others() -> None:
    node = yaml_reader.parse("name: N\nposted_from: XX\nlangage: de\nlanguage: fr\n", "lettergen.toml")
    settings, problems = load.settings(node)
    assert (settings.name, settings.language, settings.posted_from) == ("N", "fr", None)
    assert told(problems) == [
        "lettergen.toml:2:14 bad-country: `posted_from` of lettergen.toml is `XX`, which is not an ISO 3166 country code.",
        "lettergen.toml:3:1 unknown-field: lettergen.toml has an unknown field `langage`.",
    ]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (
            load.recipients,
            "recipients: [{id: a, fax: [top-secret], state: top-secret, channels: top-secret}]",
        ),
        (load.senders, "senders: [{id: a, name: [top-secret], letterhead: top-secret}]"),
        (load.settings, "{date: top-secret}"),
    ],
)
def test_no_message_quotes_what_may_be_private(
    read: Callable[[Node], tuple[object, tuple[Problem, ...]]], text: str
) -> None:
    _, problems = read(yaml_reader.parse(text, "x.yaml"))
    assert problems
    assert not [p for p in problems if "secret" in p.message + p.fix + repr(p)]
