"""The file of an action page: whole, public, small, and the same for the same facts."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from lettergen.action_page.page import interface
from lettergen.action_page.posting import writers_of
from lettergen.api import MailingRequest, PartySelection, open_campaign
from lettergen.cli import run
from lettergen.errors import InputProblems
from lettergen.facts.fields import countries
from lettergen.letters.checks.word_lists import words
from tests.action_pages import DAY, ROOT, page_of

Write = Callable[[Mapping[str, str | bytes]], Path]
EMBASSIES = PartySelection(tags=("embassy",))
SENDERS = "senders:\n  - {id: x, name: X Y}\n"
MINISTER = """recipients:
  - id: minister
    office: minister
    title: Minister of Justice
    address: [1 Main Square, 0030 Oslo]
    country: "NO"
    state: "NO"
    languages: [en]
    checked: {on: 2006-11-01, source: invented}
"""
NOTE = """---
title: A note
kind: protest
language: en
audience: public
uses: [sender, recipient, case]
subject: A note
---
{{ case.summary }} {{ case.persons | names }}
"""
CASE = """title: a librarian
summary: "@kim is held."
state: "NO"
persons:
  - id: kim
    name: {family: Quillfeather, given: Kimberley}
    described_as: a librarian
    publish: {addressee: full, public: withheld}
    consent: {by: the family, on: 2005-01-01, scope: [addressee]}
"""


@pytest.fixture(scope="module")
def sample() -> str:
    return page_of(ROOT, "protest-letter", "repatriations", to=EMBASSIES)


def test_every_language_of_the_page_says_the_same_things() -> None:
    english = interface()["en"]
    assert sorted(interface()) == ["de", "en", "es", "fr", "ja", "ko"]
    for language, said in interface().items():
        assert said.keys() == english.keys(), language
        for key, text in said.items():
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[key])), (
                language,
                key,
            )


def test_the_script_has_advice_for_each_kind_of_word_that_is_checked() -> None:
    script = (ROOT / "lettergen/action_page/page.js").read_text(encoding="utf-8")
    kinds = {one.kind for language in ("en", "de", "fr") for one in getattr(words(language), "impolite", ())}
    assert kinds
    for kind in kinds:
        assert f'"{kind}": "' in script or f'{kind}: "' in script, kind


def test_the_page_asks_for_nothing_outside_and_runs_only_its_own_script(sample: str) -> None:
    markup = sample[: sample.rindex("<script>")]
    assert not re.search(
        r"""(?i)\b(src|href|action|formaction|srcset|poster)\s*=|url\(|@import|https?:""", markup
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', sample)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        for text in re.findall(rf"<{kind}(?: id=\"sheet\")?>(.*?)</{kind}>", sample, re.DOTALL):
            assert b64encode(sha256(text.encode()).digest()).decode() in policy[1]
    assert not re.search(r"\son\w+=|style=", markup)


def test_the_same_facts_make_the_same_page(sample: str) -> None:
    assert page_of(ROOT, "protest-letter", "repatriations", to=EMBASSIES) == sample


def test_letters_to_thirty_recipients_in_three_languages_take_less_than_100_kb(write: Write) -> None:
    rows = "".join(
        f"""  - id: embassy-{number}
    office: ambassador
    title: The Ambassador
    organisation: [Embassy of the People’s Republic of China]
    address: ["{number} Embassy Street, Diplomatic Quarter", "{10_000 + number} Capital {number}"]
    country: "{code}"
    email: embassy{number}@mfa.example
    languages: [en, fr, de]
    state: CN
    checked: {{on: 2006-11-01, source: invented}}
"""
        for number, code in enumerate(list(countries())[5:35])
    )
    files = {f"cases/{one}": (ROOT / "cases" / one).read_text(encoding="utf-8")
             for one in ("repatriations.yaml", "repatriations.de.yaml", "repatriations.fr.yaml")}  # fmt: skip
    folder = write(
        {**files, "recipients.yaml": f"recipients:\n{rows}", "senders.yaml": SENDERS, "lettergen.toml": ""}
    )
    everybody = PartySelection(everybody=True)
    page = page_of(folder, "protest-letter", "repatriations", to=everybody, last=date(2007, 2, 28))
    assert page.count("Capital 29") >= 2
    assert len(page.encode()) < 100_000


def test_who_is_withheld_from_the_public_is_not_in_the_file(write: Write) -> None:
    folder = write(
        {
            "recipients.yaml": MINISTER,
            "senders.yaml": SENDERS,
            "lettergen.toml": "",
            "cases/librarian.yaml": CASE,
            "letter_templates/note.md": NOTE,
        }
    )
    page = page_of(folder, "note", "librarian", to=PartySelection(ids=("minister",)))
    assert "A librarian is held." in page
    assert not re.search("(?i)quillfeather|kimberley|librarian.yaml|letter_templates", page)
    (folder / "letter_templates/note.md").write_text(NOTE.replace("public", "addressee"), encoding="utf-8")
    with pytest.raises(InputProblems) as refused:
        page_of(folder, "note", "librarian", to=PartySelection(ids=("minister",)))
    assert [problem.name for problem in refused.value.problems] == ["not-for-the-public"]


def test_a_text_that_the_public_reads_in_other_words_is_refused(write: Write) -> None:
    case = (
        "title: a case\nstate: 'NO'\nsummary: {addressee: It is so and so., public: It is so.}\n"
        "demands:\n  - {text: do it, readers: [addressee]}\n"
    )
    folder = write(
        {
            "recipients.yaml": MINISTER,
            "senders.yaml": SENDERS,
            "lettergen.toml": "",
            "cases/told.yaml": case,
            "letter_templates/note.md": NOTE.replace("public", "addressee").replace(
                "{{ case.persons | names }}",
                "{% for one in case.demands %}I ask to {{ one.text }}.{% endfor %}",
            ),
        }
    )
    with pytest.raises(InputProblems) as refused:
        page_of(folder, "note", "told", to=PartySelection(ids=("minister",)))
    problems = refused.value.problems
    assert {problem.name for problem in problems} == {"not-for-the-public"}
    told = "\n".join(problem.message for problem in problems)
    assert "`summary`" in told
    assert "`demands.1`" in told


@pytest.mark.parametrize(
    ("line", "until", "last"),
    [
        ("", None, date(2007, 3, 1)),
        ("send_before: 2006-12-20", None, date(2006, 12, 20)),
        ("send_before: 2006-12-20", date(2006, 12, 10), date(2006, 12, 10)),
        ("events: [{on: 2006-12-05, expected: the court is to hear it}]", None, date(2006, 12, 5)),
        ("", date(2026, 1, 1), date(2007, 12, 2)),
    ],
)
def test_the_page_ends_before_its_letters_would_be_wrong(
    line: str, until: date | None, last: date, write: Write
) -> None:
    note = NOTE.replace("{{ case.persons | names }}", "").replace("[sender,", "[case.events, sender,")
    case = f"title: a case\nsummary: It is so.\nstate: 'NO'\n{line}\n"
    folder = write(
        {
            "recipients.yaml": MINISTER,
            "senders.yaml": SENDERS,
            "lettergen.toml": "",
            "cases/near.yaml": case,
            "letter_templates/note.md": note if "events" in line else note.replace("case.events, ", ""),
        }
    )
    wanted = MailingRequest(
        templates=("note",), recipients=PartySelection(ids=("minister",)), case="near", on=DAY
    )
    assert open_campaign(folder).page(wanted, last=until).last == last


def test_people_write_to_the_recipient_in_their_country_or_to_the_fallback() -> None:
    facts = open_campaign(ROOT).facts
    names = ["cn-embassy-uk", "cn-mission-geneva", "cn-embassy-switzerland", "cn-premier"]
    found = writers_of([facts.recipient(one) for one in names], ("cn-premier",), "cn-mission-geneva")
    assert found["GB"] == [0, 3]
    assert found["CH"] == [2, 3]
    assert found["FR"] == [1, 3]
    assert set(found) == set(countries())


def test_the_command_writes_the_page_and_replaces_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    asked = ["-C", str(ROOT), *["page", "protest-letter", "--case", "repatriations", "--to", "cn-embassy-uk"]]
    asked += ["--date", "2006-12-01", "--until", "2006-12-02", "-o"]
    assert run([*asked, str(file)]) == 0
    assert "1 recipient, letters in en" in capsys.readouterr().err
    written = file.read_bytes()
    assert run([*asked, str(file)]) == 1
    assert file.read_bytes() == written
    capsys.readouterr()
    assert run([*asked, "-"]) == 0
    assert capsys.readouterr().out.encode() == written


def test_a_list_in_which_something_must_be_chosen_has_an_empty_choice_before_the_script_fills_it() -> None:
    form = (ROOT / "lettergen" / "action_page" / "form.html").read_text(encoding="utf-8")
    required = re.findall(r"<select[^>]* required[^>]*>(.*?)</select>", form)
    assert required
    assert all(one.startswith('<option value=""') for one in required)
