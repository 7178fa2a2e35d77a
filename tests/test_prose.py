"""Slips of prose are found in the finished letter, and sound sentences are left alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Sender
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.checks import check_letter
from lettergen.letters.template.templates import open_template

CHECKED = {
    "doubled-stop", "lower-case-start", "courtesy-without-name", "person-not-introduced", "dead-in-present",
}  # fmt: skip
SENDER = Sender.model_validate(
    {"id": "s", "name": "Jane Roe", "own_words": "My brother knew her. He is ill."}
)


def found(tmp_path: Path, body: str, language: str = "en", **person: Any) -> set[str]:
    folder = tmp_path / "letter_templates"
    folder.mkdir()
    head = f"---\ntitle: A note\nlanguage: {language}\naddressee: optional\nuses: [case]\n---\n"
    (folder / "note.md").write_text(head + body, encoding="utf-8")
    consent = {"by": "the family", "on": "2020-01-01", "scope": ["addressee"]}
    name = {"family": "Alder", "given": "Ana", "courtesy": "Ms."}
    ana = {"id": "ana", "name": name, "publish": "full", "consent": consent, **person}
    facts = {"id": "one", "title": "a case", "summary": "A nurse was arrested.", "persons": [ana]}
    case = Case.model_validate(facts)
    campaign = replace(
        Campaign.open(),
        recipients=(),
        senders=(SENDER,),
        cases=(case,),
        translations=(),
        template_folders=(folder,),
    )
    of = LetterFacts(campaign=campaign, sender=SENDER, case=case, on=date(2025, 12, 5))
    template = open_template("note", (folder,))
    problems = check_letter(template, of, assemble(template, of))
    return {problem.name for problem in problems} & CHECKED


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("It is late..", {"doubled-stop"}),
        ("Is it late?.", {"doubled-stop"}),
        ("It is late,, they say.", {"doubled-stop"}),
        ("It is late;.", {"doubled-stop"}),
        ("- Free all.;\n- Let them go.", {"doubled-stop"}),
        ("It is late … and dark. Wait ...", set()),
        ("They came at 9 p.m.; nobody knew.", set()),
        ("It is late. they say.", {"lower-case-start"}),
        ("they say it is late.", {"lower-case-start"}),
        ("In May 2002. they say.", {"lower-case-start"}),
        ("We ask:\n\n- that it end.\n\nThank you.", set()),
        ("Recalling,\n\nthat it is late,\n\nwe ask.", set()),
        ("It is known (cf. below).", set()),
        ("www.news.example says so. www.other.example does not.", set()),
        ("The Mr. has been held.", {"courtesy-without-name"}),
        ("They hold Ms. and others.", {"courtesy-without-name"}),
        ("They hold Mr. de Souza, Ms. Roe and Mr. al-Hajj.", set()),
        ("He is ill. {{ case.summary }}", {"person-not-introduced"}),
        ("They took her away.", {"person-not-introduced"}),
        ("{{ case.summary }} She is ill.", set()),
        ("{{ case.persons[0].name }} is held, and her health fails.", set()),
        ("{{ own_words }}\n\n{{ case.summary }}", set()),
    ],
)
def test_slips_are_found_and_sound_sentences_are_not(tmp_path: Path, body: str, names: set[str]) -> None:
    assert found(tmp_path, body) == names


@pytest.mark.parametrize(
    ("language", "sentence", "is_slip"),
    [
        ("en", "Ms. Ana Alder suffers from asthma.", True),
        ("en", "Ms. Ana Alder, a nurse, is in prison.", True),
        ("en", "Ms. Alder waits.", True),
        ("en", "Ms. Ana Alder is dead.", False),
        ("en", "Ms. Ana Alder is remembered.", False),
        ("en", "Ms. Ana Alder suffered from asthma.", False),
        ("de", "Ana Alder leidet an Asthma.", True),
        ("de", "Ana Alder litt an Asthma.", False),
        ("fr", "Ana Alder souffre d’asthme.", True),
        ("fr", "Ana Alder souffrait d’asthme.", False),
        ("es", "Ana Alder padece asma.", True),
        ("es", "Ana Alder padecía asma.", False),
    ],
)
def test_the_dead_are_told_of_in_the_past(
    tmp_path: Path, language: str, sentence: str, is_slip: bool
) -> None:
    body = f"A nurse. {sentence}" if language == "en" else f"{sentence}"
    assert ("dead-in-present" in found(tmp_path, body, language, status="dead")) == is_slip


def test_the_living_may_be_told_of_in_the_present(tmp_path: Path) -> None:
    assert found(tmp_path, "Ms. Ana Alder suffers from asthma.", status="detained") == set()


@pytest.mark.parametrize(
    ("language", "body", "is_slip"),
    [
        ("fr", "On détient M. et d’autres.", True),
        ("fr", "On détient M. Dupont ; M. le Président le sait.", False),
        ("es", "Tienen al Sr. y a otros.", True),
        ("es", "Tienen al Sr. de la Vega.", False),
        ("de", "Hr. wird festgehalten.", True),
        ("de", "Eine Frau wird festgehalten.", False),
    ],
)
def test_courtesy_titles_need_a_name_in_every_language(
    tmp_path: Path, language: str, body: str, is_slip: bool
) -> None:
    assert ("courtesy-without-name" in found(tmp_path, body, language)) == is_slip
