"""What is wrong although the letter can be written."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.facts.campaign import Campaign
from lettergen.letters.assemble import assemble
from lettergen.letters.checks import check_campaign, check_letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import open_template

RECIPIENT = """\
recipients:
  - id: kp-president
    name: {family: Example, given: Eo, courtesy: Mr.}
    office: head-of-state
    title: President
    address: [1 Square, Capital]
    country: KP
    state: KP
    in_office: {from: 2010-01-01, until: 2020-12-31}
    checked: {on: 2020-01-01, source: a list}
"""
SENDER = "senders:\n  - {id: one, name: Max Muster, address: [Weg 1, 10115 Berlin], country: DE}\n"
CASE = """\
title: a prisoner
summary: A prisoner.
demands: [release the prisoner]
send_before: 2020-06-30
legal_basis:
  - {key: cat, articles: ["3"]}
"""
TEMPLATE = (
    "---\ntitle: T\nkind: appeal\noffices: [ambassador]\n"
    "sample: {to: kp-president, from: one, case: one}\n---\n"
    "I ask you to {{ case.demands[0].text }}, and for a reply.\n"
)


def campaign(folder: Path, **files: str) -> Campaign:
    texts = {
        "recipients.yaml": RECIPIENT,
        "senders.yaml": SENDER,
        "cases/one.yaml": CASE,
        "letter_templates/t.md": TEMPLATE,
    }
    for name, text in (texts | files).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Campaign.open(folder)


def warnings(folder: Path, on: date) -> set[str]:
    whole = campaign(folder)
    facts = LetterFacts(
        campaign=whole,
        sender=whole.sender("one"),
        recipient=whole.recipient("kp-president"),
        case=whole.case("one"),
        on=on,
    )
    template = open_template("t", whole.template_folders)
    found = check_letter(template, facts, assemble(template, facts))
    assert all(problem.severity == "warning" and problem.place for problem in found)
    return {problem.name for problem in found}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2020, 3, 1), {"office-not-suited", "not-a-party"}),
        (date(2020, 7, 1), {"office-not-suited", "not-a-party", "past-send-before", "entry-not-checked"}),
        (date(2009, 1, 1), {"office-not-suited", "not-a-party", "not-in-office"}),
        (
            date(2021, 1, 1),
            {"office-not-suited", "not-a-party", "past-send-before", "entry-not-checked", "not-in-office"},
        ),
    ],
)
def test_a_letter_is_warned_of_by_its_date(tmp_path: Path, on: date, expected: set[str]) -> None:
    assert warnings(tmp_path, on) == expected


def test_unknown_offices_and_treaties_are_errors_at_their_record(tmp_path: Path) -> None:
    files = {
        "recipients.yaml": RECIPIENT.replace("head-of-state", "head-of-stat"),
        "cases/one.yaml": CASE.replace("cat", "cta"),
    }
    whole = campaign(tmp_path, **files)
    found = {
        (problem.name, problem.place.line if problem.place else 0, problem.severity)
        for problem in check_campaign(whole, [], today=date(2020, 3, 1))
    }
    assert {(name, severity) for name, _, severity in found} == {
        ("unknown-office", "error"),
        ("unknown-treaty", "error"),
    }


def test_each_templates_sample_letter_is_tried(tmp_path: Path) -> None:
    whole = campaign(tmp_path, **{"letter_templates/t.md": TEMPLATE + "{{ case.place }}\n"})
    template = open_template("t", whole.template_folders)
    assert "missing-fact" in {one.name for one in check_campaign(whole, [template], today=date(2020, 3, 1))}


def test_warnings_that_a_campaign_ignores_are_counted_and_errors_stay(
    write: Callable[[Mapping[str, str | bytes]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    person = (
        "{id: oslo, title: Minister, address: [1 Road], country: DE, checked: {on: 2020-01-01, source: x}"
    )
    write(
        {
            "lettergen.toml": 'ignore_checks = ["entry-not-checked", "unknown-field", "entry-not-chekked"]\n',
            "recipients.yaml": f"recipients:\n  - {person}, titel: x}}\n"
            f"  - {person.replace('oslo', 'bern')}}}\n",
        }
    )
    assert run(["check"], today=date(2026, 1, 15)) == ExitCode.PROBLEMS
    told = capsys.readouterr().err
    assert "[entry-not-checked]" not in told
    assert "1 warning more, ignored as lettergen.toml says" in told
    assert "[unknown-field]" in told
    assert "lettergen.toml: [unknown-check] there is no check `entry-not-chekked`." in told
    run(["check", "--select", "entry-not-checked"], today=date(2026, 1, 15))
    assert "[entry-not-checked]" in capsys.readouterr().err
