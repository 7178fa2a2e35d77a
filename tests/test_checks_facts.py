"""Dates, ages, treaties and sources of a case that cannot be right, and those that are only not exact."""

from datetime import date

import pytest

from lettergen.errors import Problem
from lettergen.facts.campaign import Campaign
from lettergen.letters.checks import check_campaign
from tests.conftest import Write

TODAY = date(2026, 1, 15)
HEAD = "title: a prisoner\nsummary: Kim Example was arrested.\ndemands: [release her]\nsources: [a letter]\n"
KIM = "persons:\n  - id: kim\n    name: {family: Example, given: Kim}\n"
ARREST = "  - {on: 2025-06-12, kind: arrest, persons: kim, what: the police arrested @kim}\n"


def found(write: Write, case: str, head: str = HEAD, **settings: str) -> tuple[Problem, ...]:
    lines = "".join(f"{key} = {value}\n" for key, value in settings.items())
    folder = write({"lettergen.toml": lines, "cases/one.yaml": head + case})
    campaign = Campaign.open(folder)
    assert campaign.problems == ()
    return check_campaign(campaign, [], today=TODAY)


def names(write: Write, case: str, head: str = HEAD, **settings: str) -> list[str]:
    return [problem.name for problem in found(write, case, head, **settings)]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2025-06-11", ["release-before-arrest"]),
        ("2025-05", ["release-before-arrest"]),
        ("2025-06-12", []),
        ("2025-06", []),
        ("about 2025-06-08", []),
        ("about 2025-05-20", ["release-before-arrest"]),
        ("2025-06-01..2025-06-20", []),
        ("early 2025", ["release-before-arrest"]),
        ("2025", []),
    ],
)
def test_a_release_contradicts_an_arrest_only_when_it_certainly_came_first(
    write: Write, on: str, expected: list[str]
) -> None:
    release = f'  - {{on: "{on}", kind: release, persons: kim, what: she was released}}\n'
    assert names(write, KIM + "events:\n" + ARREST + release) == expected


def test_a_release_between_two_arrests_is_in_order(write: Write) -> None:
    events = (
        "  - {on: 2024-01-01, kind: arrest, what: the police arrested her}\n"
        "  - {on: 2024-02-01, kind: release, what: she was released}\n"
    )
    assert names(write, KIM + "events:\n" + events + ARREST) == []


def test_the_arrest_of_another_person_is_no_contradiction(write: Write) -> None:
    others = "  - id: bo\n    name: Bo Example\n"
    release = "  - {on: 2025-01-01, kind: release, persons: bo, what: Bo was released}\n"
    assert names(write, KIM + others + "events:\n" + ARREST + release) == []


def test_custody_before_the_judgment_counts(write: Write) -> None:
    sentences = "sentences:\n  - {person: kim, on: 2025-09-01, term: 5 years, from: 2025-06-12}\n"
    assert names(write, KIM + "events:\n" + ARREST + sentences) == []


def test_a_problem_points_at_the_value_itself(write: Write) -> None:
    sentences = "sentences:\n  - {person: kim, on: 2025-05-01, term: 5 years}\n"
    (problem,) = found(write, KIM + "events:\n" + ARREST + sentences)
    assert problem.place
    assert problem.excerpt[problem.place.column - 1 :][: problem.width] == "2025-05-01"


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("born: 1980-03-01\n    aged: {years: 45, on: 2025-06}", []),
        ("born: 1980-03-01\n    aged: {years: 44, on: 2025-06}", ["age-contradicts-birth"]),
        ("born: 1980-03-01\n    aged: {years: 47, on: 2025-06}", []),
        ("born: 1980-03-01\n    aged: {years: 48, on: 2025-06}", ["age-contradicts-birth"]),
        ("born: 1980\n    aged: {years: 44, on: 2025-06}", []),
        ("born: 1905-07-01", []),
        ("born: 1904-01-01", ["age-implausible"]),
        ("aged: {years: 125, on: 2025-06}", ["age-implausible"]),
        ("born: 2026-01-16", ["born-after-event"]),
        ("born: 2026-01-17", ["born-in-future"]),
        ("born: 2025-06-12", []),
        ("born: 2025-06-13", ["born-after-event"]),
        ("aged: {years: 2, on: 2028-06-13}", ["born-after-event"]),
        ("aged: {years: 2, on: 2028-06-11}", []),
    ],
)
def test_births_and_ages(write: Write, person: str, expected: list[str]) -> None:
    assert names(write, KIM + f"    {person}\nevents:\n" + ARREST) == expected


def test_what_is_dated_tomorrow_may_have_been_written_east_of_here(write: Write) -> None:
    text = "documents:\n  - {title: letter, on: 2026-01-16}\n"
    assert names(write, text) == []
    assert names(write, text.replace("-16", "-17")) == ["dated-in-future"]


def test_the_future_is_that_of_the_clock_and_not_of_the_letters(write: Write) -> None:
    text = "documents:\n  - {title: letter, on: 2025-01-01}\n"
    assert names(write, text, date="2006-12-02") == []


def test_an_appeal_may_end_before_a_hearing_that_is_to_come(write: Write) -> None:
    events = "events:\n  - {on: 2026-03-01, kind: hearing, what: the court hears her}\n"
    assert names(write, events + "send_before: 2026-02-20\n") == []


BASIS = 'legal_basis:\n  - {key: KEY, articles: ["ARTICLE"]}\n'


@pytest.mark.parametrize(
    ("key", "article", "state", "on", "expected"),
    [
        ("refugee51", "33", "TH", "2006-09-18", "`iccpr` 7, `udhr` 14"),
        ("refugee51", "33", "TH", "2008-09-18", "`cat` 3, `iccpr` 7, `udhr` 14"),
        ("refugee51", "33", "CN", "2002-05-01", None),
        ("refugee51", "33", "CN", "1982-01-01", "`udhr` 14"),
        ("iccpr", "9", "CN", "2002-05-01", "`udhr` 9"),
        ("udhr", "9", "CN", "2002-05-01", None),
        ("vccr", "36", "BT", "2002-05-01", None),
    ],
)
def test_a_state_is_held_to_what_bound_it_when_it_happened(
    write: Write, key: str, article: str, state: str, on: str, expected: str | None
) -> None:
    events = f"state: {state}\nevents:\n  - {{on: {on}, kind: arrest, what: she was arrested}}\n"
    problems = found(write, events + BASIS.replace("KEY", key).replace("ARTICLE", article))
    assert [problem.name for problem in problems] == (["state-not-bound"] if expected else [])
    assert all(expected in problem.fix for problem in problems if expected)


def test_unknown_treaties_and_articles_are_told_where_they_stand(write: Write) -> None:
    text = (
        'legal_basis:\n  - {key: refugee15, articles: ["33"]}\n  - {key: refugee51, articles: ["33", "99"]}\n'
    )
    problems = found(write, text)
    assert [
        (one.name, one.excerpt[one.place.column - 1 :][: one.width]) for one in problems if one.place
    ] == [
        ("unknown-treaty", "refugee15"),
        ("unknown-article", '"99"'),
    ]


def test_a_case_without_source_or_demand_is_warned_of_once_it_tells_something(write: Write) -> None:
    bare = "title: a prisoner\nsummary: Kim Example was arrested.\n"
    assert names(write, "", bare) == []
    assert names(write, "events:\n" + ARREST.replace("persons: kim, ", "").replace("@kim", "her"), bare) == [
        "no-demand",
        "no-source",
    ]


def test_a_quotation_is_told_at_its_line(write: Write) -> None:
    text = (
        "questions:\n  - heading: Why?\n    text: |\n      We ask this.\n\n"
        "      Article 33 of the 1951 Convention says: “no government may ever send anybody back”.\n"
    )
    (problem,) = found(write, text)
    assert problem.name == "treaty-quotation"
    assert problem.place
    assert problem.excerpt[problem.place.column - 1 :].startswith("no government may")


def test_tenure_is_judged_on_the_campaigns_date_and_names_the_successor(write: Write) -> None:
    holder = (
        "  - id: {id}\n    name: {name}\n    office: head-of-state\n    title: President\n    state: CN\n"
        "    address: [100000 Capital]\n    country: CN\n    in_office: {{from: {first}, until: {last}}}\n"
    )
    text = "recipients:\n" + holder.format(id="one", name="Eo Example", first="2000-01-01", last="2009-12-31")
    text += holder.format(id="two", name="Bo Muster", first="2010-01-01", last="2029-12-31")
    folder = write({"recipients.yaml": text, "lettergen.toml": ""})
    (problem,) = check_campaign(Campaign.open(folder), [], today=TODAY)
    assert problem.name == "not-in-office"
    assert problem.fix.startswith("write to `two`")
    write({"lettergen.toml": "date = 2005-01-01\n"})
    (problem,) = check_campaign(Campaign.open(folder), [], today=TODAY)
    assert "`two`" in problem.message


def test_how_old_an_entry_may_be_is_a_setting(write: Write) -> None:
    text = (
        "recipients:\n  - id: one\n    title: President\n    address: [100000 Capital]\n    country: CN\n"
        "    checked: {on: 2025-12-01, source: a list}\n"
    )
    folder = write({"recipients.yaml": text, "lettergen.toml": "stale_after_days = 45\n"})
    assert check_campaign(Campaign.open(folder), [], today=TODAY) == ()
    write({"lettergen.toml": "stale_after_days = 44\n"})
    assert [one.name for one in check_campaign(Campaign.open(folder), [], today=TODAY)] == [
        "entry-not-checked"
    ]


@pytest.mark.parametrize(
    ("language", "worded", "unworded", "example"),
    [
        ("de", "sie freizulassen", "Wir fordern ihre Freilassung. Sofort.", "sie unverzüglich freizulassen"),
        ("fr", "la libérer", "Libérez-la. Tout de suite.", "la libérer sans délai"),
        ("es", "ponerla en libertad", "Libérenla. Ya.", "ponerla en libertad sin demora"),
    ],
)
def test_a_demand_of_a_translation_is_told_in_its_own_file_and_language(
    write: Write, language: str, worded: str, unworded: str, example: str
) -> None:
    head = "title: x\nsummary: y\ndemands:\n"
    for text, expected in ((worded, []), (unworded, ["demand-wording"])):
        folder = write(
            {
                "cases/x.yaml": f"{head}  - {{id: free, text: release her}}\n",
                f"cases/x.{language}.yaml": f'{head}  - {{id: free, text: "{text}"}}\n',
            }
        )
        campaign = Campaign.open(folder)
        assert campaign.problems == ()
        told = [one for one in check_campaign(campaign, [], today=TODAY) if one.name == "demand-wording"]
        assert [one.name for one in told] == expected
        for one in told:
            assert one.place
            assert one.place.file.endswith(f"cases/x.{language}.yaml")
            assert one.place.line == 4
            assert f"`{example}`" in one.fix
