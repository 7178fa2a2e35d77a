"""Those who signed, in letters: counted, and named as the readers may see them, below or in an annex."""

from datetime import date
from pathlib import Path

import pytest

from lettergen.api import open_campaign
from lettergen.errors import LettergenError
from lettergen.facts.campaign import Campaign
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.letter import Letter
from lettergen.letters.template.templates import open_template
from lettergen.pages import html, text
from lettergen.pages.mail import body
from lettergen.pages.terminal import flow
from lettergen.reference.petitions import petition_words, spoken
from lettergen.reference.stationery import stationery

ON = date(2003, 7, 28)
CASE = """
title: the trial of Ada Example
summary: Ada Example is on trial for an article.
state: AQ
persons:
  - {id: ada, name: {family: Example, given: Ada}, publish: {addressee: full},
     consent: {by: herself, on: 2003-01-01, scope: [addressee]}}
  - {id: hidden, name: {family: Hidden, given: Hanna}}
demands: [release @ada at once]
"""
PEOPLE = """
recipients:
  - {id: minister, office: minister, address: [1 Square], country: AQ, state: AQ}
"""
SENDERS = """
senders:
  - {id: society, organisation: Example Society, address: [1 Street], country: GB}
"""
TEMPLATE = """---
title: A petition
kind: petition
language: {language}
audience: {audience}
uses: [sender, recipient, case, signatures]
names: {names}
---
{body}
"""
COUNTED = "{{ signatures | count }} of {{ signatures.countries }}, named {{ signatures.named }}."


def campaign(tmp_path: Path, rows: str, about: str = "", **template: str) -> Campaign:
    shape = {"language": "en", "audience": "addressee", "names": "below", "body": COUNTED} | template
    files = {
        "lettergen.toml": 'language = "en"\n',
        "cases/trial.yaml": CASE,
        "recipients.yaml": PEOPLE,
        "senders.yaml": SENDERS,
        "signatures/trial.csv": f"name,title,city,country,consent,anonymous\n{rows}",
        "signatures/trial.yaml": about or "case: trial\n",
        "letter_templates/ours.md": TEMPLATE.format(**shape),
    }
    for name, words in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    return Campaign.open(tmp_path)


def letter(world: Campaign, on: date = ON) -> Letter:
    assert not [problem for problem in world.problems if problem.is_error]
    facts = LetterFacts(
        campaign=world,
        sender=world.sender("society"),
        recipient=world.recipient("minister"),
        case=world.case("trial"),
        on=on,
    )
    return assemble(open_template("ours", world.template_folders), facts)


ROWS = "Zoe Example,Teacher,Oslo,NO,yes,\nAnn Example,,Bonn,DE,yes,\nBea Example,,Bonn,DE,yes,yes\n"
PAPER = "counted: {KR: 4000}\non: 2003-07-20\nby: Example Society\n"


def test_names_stand_below_in_the_order_of_the_alphabet(tmp_path: Path) -> None:
    made = letter(campaign(tmp_path, ROWS, PAPER))
    assert next(made.body_texts()) == "4003 of 3, named 2."
    assert made.signatories == (
        ("Ann Example", "Bonn, Germany"),
        ("Zoe Example", "Teacher, Oslo, Norway"),
        ("and one whose name is known to the organisers", ""),
        ("and 4,000 who signed on paper", ""),
    )


def test_the_public_reads_numbers_alone(tmp_path: Path) -> None:
    made = letter(campaign(tmp_path, ROWS, audience="public"))
    assert next(made.body_texts()) == "3 of 2, named 0."
    assert made.signatories == (("and three whose names are known to the organisers", ""),)
    assert "Zoe" not in text.render(made)


def test_many_names_go_into_an_annex_that_the_letter_lists(tmp_path: Path) -> None:
    rows = "".join(f"Person {number:03d} Example,,Oslo,NO,yes,\n" for number in range(61))
    made = letter(campaign(tmp_path, rows))
    assert made.signatories == ()
    (annex,) = made.enclosed
    assert annex.title == "Annex with the names of those who signed"
    assert annex.head == (("As of", "28\xa0July 2003"), ("Signatures", "61 signatures from one country"))
    assert len(annex.names) == 61
    assert made.enclosures == ("Enclosure: Annex with the names of those who signed",)
    mail = body.running(body.lines(made))
    for shown in (text.render(made), html.markup(made, stationery("din-5008-b")), mail):
        assert "Person 060 Example" in shown
    rows_of_terminal = flow.enclosed_message(annex, 60)
    assert any("Person 060 Example" in "".join(run.text for run in row.row) for row in rows_of_terminal)


@pytest.mark.parametrize("names", ["below", "annex"])
def test_whoever_withdraws_is_gone_from_the_next_letter(tmp_path: Path, names: str) -> None:
    before = letter(campaign(tmp_path, ROWS, names=names))
    assert "Zoe Example" in text.render(before)
    rows = ROWS.replace("Zoe Example,Teacher,Oslo,NO,yes", "Zoe Example,,,,no")
    after = letter(campaign(tmp_path, rows, names=names))
    assert next(after.body_texts()) == "2 of 1, named 1."
    assert "Zoe Example" not in text.render(after)


def test_nobody_signed_is_told_and_not_printed(tmp_path: Path) -> None:
    with pytest.raises(LettergenError) as fault:
        letter(campaign(tmp_path, "Ann Example,,,,no,\n"))
    assert [problem.name for problem in fault.value.problems] == ["nobody-signed"]


def test_a_number_that_is_not_there_is_a_missing_fact(tmp_path: Path) -> None:
    world = campaign(tmp_path, "Ann Example,,,,no,\n")
    path = tmp_path / "letter_templates" / "ours.md"
    path.write_text(path.read_text("utf-8").replace(", signatures]", "]"), encoding="utf-8")
    with pytest.raises(LettergenError) as fault:
        letter(Campaign.open(tmp_path))
    assert {problem.name for problem in fault.value.problems} == {"missing-fact"}
    assert world.signatures


def test_the_words_that_were_signed_are_printed_in_the_letters_language(tmp_path: Path) -> None:
    about = "texts:\n  en: {title: For Ada, text: We ask for Ada’s release.}\n"
    shown = "{{ signatures.title }}: {{ signatures.text }}"
    made = letter(campaign(tmp_path, ROWS, about, body=shown))
    assert next(made.body_texts()) == "For Ada: We ask for Ada’s release."


def test_by_country_the_most_come_first(tmp_path: Path) -> None:
    shown = "{% for one in signatures.by_country %}{{ one.country_name }} {{ one.count }};{% endfor %}"
    made = letter(campaign(tmp_path, ROWS, PAPER, body=shown))
    assert next(made.body_texts()) == "South Korea 4000;Germany 2;Norway 1;"


def test_a_text_that_names_somebody_hidden_is_refused_by_check(tmp_path: Path) -> None:
    about = "texts:\n  en: {title: For Hanna Hidden, text: We ask for her release.}\n"
    campaign(tmp_path, ROWS, about)
    found = open_campaign(tmp_path).check(today=ON)
    told = [one for one in found if one.name == "name-not-cleared" and "petition" in one.message]
    assert len(told) == 1
    assert told[0].place
    assert told[0].place.file.endswith("trial.yaml")


def test_a_signer_may_share_the_name_of_somebody_hidden(tmp_path: Path) -> None:
    made = letter(campaign(tmp_path, "Hanna Hidden,,,,yes,\n"))
    assert [name for name, _ in made.signatories] == ["Hanna Hidden"]


def test_what_a_signer_wrote_is_never_mark_up(tmp_path: Path) -> None:
    made = letter(campaign(tmp_path, "Ann *Example* & Sons <1>,,,,yes,\n"))
    assert made.signatories[0][0] == "Ann *Example* & Sons <1>"
    assert "Ann *Example* &amp; Sons &lt;1&gt;" in html.markup(made, stationery("din-5008-b"))


@pytest.mark.parametrize("language", spoken())
def test_every_language_has_all_words(language: str) -> None:
    words = petition_words(language)
    assert "1" in words.sum(1, 1) or "one" in words.sum(1, 1)
    assert "5" in words.sum(5_000, 17)
    assert len(words.sheet_columns) == 5
    assert len(words.papers) == 4


def test_a_language_without_the_words_is_refused() -> None:
    with pytest.raises(LettergenError) as fault:
        petition_words("it")
    assert [problem.name for problem in fault.value.problems] == ["no-petition-words"]
