"""Template and facts make a letter, or a problem with its place."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lettergen.errors import InputProblems, Problem
from lettergen.facts.campaign import Campaign
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.letter import Letter, ListBlock, Paragraph, plain
from lettergen.letters.template.templates import open_template

RECIPIENTS = """\
recipients:
  - id: xx-president
    name: {family: Example, given: Ada, courtesy: Ms.}
    office: head-of-state
    title: President of the Republic
    organisation: Office of the President
    address: [1 Palace Square, 1000 Capital]
    country: FR
    state: FR
  - id: xx-press
    organisation: The Example Gazette
    office: editor
    address: [2 Print Lane, London]
    country: GB
    audience: press
"""
SENDERS = """\
senders:
  - id: society
    name: {family: Muster, given: Max}
    title: Secretary
    organisation: Example Society
    short_name: ES
    place: Berlin
    address: [Beispielweg 3, 10000 Berlin]
    country: DE
    phone: "+49 30 1"
    fax: "+49 30 1"
    own_words: |
      I am a *teacher*.

      I write because of {{ this }}.
  - id: friend
    name: {family: Freund, given: Fritz}
    address: [Weg 1, 10000 Berlin]
    country: DE
  - id: both
    members: [society, friend]
"""
CASE = """\
title: two prisoners
summary: "@ana-a and @ben-b were arrested."
state: FR
persons:
  - id: ana-a
    name: {family: Alder, given: Ana}
    born: 1980-06-10
    publish: {addressee: full, press: initials}
    consent: {by: herself, on: 2020-01-01, scope: [addressee, press]}
  - id: ben-b
    name: {family: Birch, given: Ben}
    described_as: a student
events:
  - {on: 2020-01-15, kind: arrest, what: police arrested the two}
sentences:
  - {person: ana-a, term: 2 years, from: 2020-01-15}
legal_basis:
  - {key: refugee51, articles: ["33"]}
demands:
  - release @ana-a
  - let @ben-b see a lawyer
"""
HEAD = "---\ntitle: A letter\nkind: appeal\nuses: [case]\nsubject: About {{ case.title }}\n---\n"


def campaign(folder: Path, case: str = CASE) -> Campaign:
    (folder / "cases").mkdir(exist_ok=True)
    (folder / "letter_templates").mkdir(exist_ok=True)
    (folder / "lettergen.toml").write_text('name = "Test"\n', encoding="utf-8")
    (folder / "recipients.yaml").write_text(RECIPIENTS, encoding="utf-8")
    (folder / "senders.yaml").write_text(SENDERS, encoding="utf-8")
    (folder / "cases" / "two.yaml").write_text(case, encoding="utf-8")
    found = Campaign.open(folder)
    assert found.problems == ()
    return found


def write(
    folder: Path,
    body: str,
    *,
    head: str = HEAD,
    to: str | None = "xx-president",
    sender: str = "society",
    case: str = CASE,
) -> Letter:
    whole = campaign(folder, case)
    (folder / "letter_templates" / "test.md").write_text(head + body, encoding="utf-8")
    facts = LetterFacts(
        campaign=whole,
        sender=whole.sender(sender),
        recipient=whole.recipient(to) if to else None,
        case=whole.case("two"),
        on=date(2021, 3, 1),
    )
    return assemble(open_template("test", [folder / "letter_templates"]), facts)


def words(letter: Letter) -> list[str]:
    found = []
    for block in letter.body:
        if isinstance(block, Paragraph):
            found.append(plain(block.inline))
        elif isinstance(block, ListBlock):
            found += [plain(item[0].inline) for item in block.items if isinstance(item[0], Paragraph)]
    return found


def refusal(folder: Path, body: str, **kwargs: str) -> Problem:
    with pytest.raises(InputProblems) as caught:
        write(folder, body, **kwargs)
    (problem,) = caught.value.problems
    return problem


def test_the_parts_stand_where_they_belong(tmp_path: Path) -> None:
    letter = write(tmp_path, "Text.")
    assert letter.letter_id == "test--xx-president--society"
    assert letter.letterhead is not None
    assert letter.letterhead.name == "Example Society"
    assert letter.inside_address[-2:] == ("1000 Capital", "FRANCE")
    assert letter.return_address == "ES · Beispielweg 3 · 10000 Berlin · Germany"
    assert letter.place_and_date == "Berlin, 1\u00a0March 2021"
    assert plain(letter.subject) == "About two prisoners"
    assert letter.signatures[0].lines == ("Max Muster", "Secretary", "Example Society")
    assert letter.document_title == "A letter"


def test_mentions_in_case_texts_become_cleared_names(tmp_path: Path) -> None:
    body = "{{ case.summary }}\n\n{% for demand in case.demands %}\n- {{ demand.text }}\n{% endfor %}\n"
    assert words(write(tmp_path, body)) == [
        "Ana Alder and a student were arrested.",
        "release Ana Alder",
        "let a student see a lawyer",
    ]


def test_a_recipient_of_another_audience_narrows_what_is_named(tmp_path: Path) -> None:
    assert words(write(tmp_path, "{{ case.persons | names }}", to="xx-press")) == ["A.\u00a0A. and a student"]


def test_a_withheld_person_has_no_facts_that_could_give_the_name_away(tmp_path: Path) -> None:
    body = "{% for p in case.persons %}{% if p.age %}{{ p.name }} is {{ p.age }}. {% endif %}{% endfor %}"
    assert words(write(tmp_path, body)) == ["Ana Alder is 40."]


def test_what_depends_on_the_date_is_counted_to_the_letters_date(tmp_path: Path) -> None:
    body = (
        "{% for s in case.sentences %}{{ s.months_served }} of {{ s.term_months }}, to {{ s.until | date }}, "
        "{{ case.arrest.on | days_since }} days{% endfor %}"
    )
    assert words(write(tmp_path, body)) == ["13 of 24, to 14\u00a0January 2022, 411 days"]


def test_own_words_are_paragraphs_and_never_mark_up(tmp_path: Path) -> None:
    assert words(write(tmp_path, "{% if own_words %}\n{{ own_words }}\n{% endif %}\n")) == [
        "I am a *teacher*.",
        "I write because of {{ this }}.",
    ]


def test_a_sender_without_own_words_leaves_no_gap(tmp_path: Path) -> None:
    assert words(
        write(tmp_path, "A\n\n{% if own_words %}\n{{ own_words }}\n\n{% endif %}\nB", sender="friend")
    ) == ["A", "B"]


def test_a_joint_sender_signs_once_for_each_member(tmp_path: Path) -> None:
    letter = write(tmp_path, "x", sender="both")
    assert [block.lines[0] for block in letter.signatures] == ["Max Muster", "Fritz Freund"]


def test_an_enclosed_message_has_a_head_and_its_own_blocks(tmp_path: Path) -> None:
    body = "Text.\n\n=== enclosed message\nTitle: A message\nFrom: {{ sender.name }}\n\n> said\n"
    letter = write(tmp_path, body)
    assert words(letter) == ["Text."]
    (message,) = letter.enclosed
    assert (message.title, message.head, len(message.blocks)) == ("A message", (("From", "Max Muster"),), 1)


def test_a_missing_fact_names_the_template_line_and_the_file_to_fill(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "One.\n\nIn {{ case.place }}.\n")
    assert problem.place is not None
    assert problem.place.line == 9
    assert problem.message == "the case `two` has no `place`, which this letter needs."
    assert problem.fix == "add `place:` to cases/two.yaml, or delete the sentence from the template."


def test_a_list_that_the_template_uses_must_not_be_empty(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "x", head=HEAD.replace("[case]", "[case.questions]"))
    assert problem.message == "the case `two` has no `questions`, which this letter needs."


def test_a_letter_without_its_addressee_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as caught:
        write(tmp_path, "x", to=None)
    assert caught.value.problems[0].fix == "choose one with `--to`."


def test_an_article_without_a_sentence_in_the_reference_can_be_relied_on(tmp_path: Path) -> None:
    case = CASE.replace('articles: ["33"]', 'articles: ["26", "33"]')
    body = "{% for basis in case.legal_basis %}{{ basis.citation }}: {{ basis.statement }}{% endfor %}"
    (said,) = words(write(tmp_path, body, case=case))
    assert said.startswith("Articles\u00a026 and 33 of the 1951 Convention")
    alone = CASE.replace('articles: ["33"]', 'articles: ["26"]')
    body = "{% for basis in case.legal_basis %}{{ basis.citation if not basis.statement }}.{% endfor %}"
    assert words(write(tmp_path, body, case=alone))[0].startswith("Article\u00a026 of the 1951 Convention")


def test_an_unknown_treaty_is_told_at_the_templates_line(tmp_path: Path) -> None:
    problem = refusal(tmp_path, 'See {{ cite("refuge51", 33) }}.')
    assert problem.place is not None
    assert problem.place.line == 7
    assert "refugee51" in problem.fix


def test_a_name_without_consent_for_these_readers_stops_the_letter(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "x", case=CASE.replace("scope: [addressee, press]", "scope: [un]"))
    assert problem.name == "consent-missing"
    assert problem.place is not None
    assert problem.place.file.endswith("two.yaml")


def test_a_name_spelt_out_in_a_text_is_found_in_the_finished_letter(tmp_path: Path) -> None:
    problem = refusal(
        tmp_path, "{{ case.title }}", case=CASE.replace("two prisoners", "the case of BEN  Birch")
    )
    assert problem.name == "name-not-cleared"
    assert problem.fix.startswith("write `@ben-b` instead of the name in the texts of the case `two`; ")


def test_the_same_facts_give_the_same_letter(tmp_path: Path) -> None:
    one, other = write(tmp_path, "{{ case.summary }}"), write(tmp_path, "{{ case.summary }}")
    assert one == other
    assert one != replace(other, closing="x")
