"""What lettergen brings: every sample letter can be written, and its facts are those of the sources."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Person, Recipient, Sentence
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.checks import check_letter
from lettergen.letters.letter import Letter
from lettergen.letters.template.templates import Template, catalogue

ROOT = Path(__file__).parents[1]
STARTER = Campaign.open(ROOT)
TEMPLATES, FAULTS = catalogue((ROOT / "letter_templates",))
KINDS = {
    "protest-letter", "premier-appeal", "urgent-appeal", "unhcr-petition", "joint-appeal",
    "registered-questions", "open-letter", "resolution", "family-plea", "press-statement",
    "urgent-action", "un-communication", "reminder", "to-own-parliament", "medical-care", "solidarity-card",
    "meeting-request", "conference-invitation", "thanks-after-release", "condolences", "letter-to-editor",
    "human-rights-complaint", "to-company", "family-story", "petition", "petition-delivery", "correction",
}  # fmt: skip
NAMING = KINDS - {"urgent-appeal", "solidarity-card", "conference-invitation", "petition"}
"""Templates that name the people of a case even when nothing else is known of them."""

SAMPLED = [template for template in TEMPLATES if template.sample.sender]
"""The editions with data of their own; the others are written in tests/test_matrix.py."""

ONES = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]

SLIPS = (" ,", " .", "..", ",,", ";.", ".;", "( ", " )", "{", "}", " @", " ;", " :")
"""What a guard in a template leaves behind when it was put in the wrong place."""


def _key(template: Template) -> str:
    return f"{template.name}.{template.language}"


def _sample_facts(template: Template, case: Case | None = None) -> LetterFacts:
    english = next(one for one in TEMPLATES if (one.name, one.language) == (template.name, "en"))
    sample = template.sample if template.sample.sender else english.sample
    assert sample.sender
    assert sample.on
    world = STARTER
    if case is not None and "signatures" in template.uses:
        signed = [replace(one, case_id=case.id) for one in STARTER.signatures if one.name == "port-example"]
        world = replace(STARTER, signatures=tuple(signed))
    return LetterFacts(
        campaign=world,
        sender=STARTER.sender(sample.sender),
        recipient=STARTER.recipient(sample.to) if sample.to else None,
        case=case or (STARTER.case(sample.case, template.language) if sample.case else None),
        on=sample.on,
    )


def _letter(name: str, language: str = "en", case: Case | None = None) -> Letter:
    template = next(one for one in TEMPLATES if (one.name, one.language) == (name, language))
    return assemble(template, _sample_facts(template, case))


def _text(letter: Letter) -> str:
    return " ".join(" ".join(letter.texts()).replace("\u00a0", " ").split())


def _person(case: str, person: str) -> Person:
    return next(one for one in STARTER.case(case).persons if one.id == person)


def test_the_files_have_no_problems() -> None:
    assert STARTER.problems == ()
    assert FAULTS == ()
    assert (len(STARTER.recipients), len(STARTER.senders), len(STARTER.cases)) == (53, 18, 12)


def test_there_is_a_template_for_each_letter_of_the_sample_campaign() -> None:
    assert {template.name for template in TEMPLATES if template.language == "en"} == KINDS
    assert {template.name for template in SAMPLED} == KINDS
    for language in ("de", "es", "fr"):
        found = {template.name for template in TEMPLATES if template.language == language}
        assert found == KINDS


@pytest.mark.parametrize("template", SAMPLED, ids=_key)
def test_each_template_writes_its_sample_letter(template: Template) -> None:
    letter = assemble(template, _sample_facts(template))
    assert letter.body
    assert bool(letter.signatures) == template.signed
    assert bool(letter.subject) == ("subject" in template.parts)
    assert (letter.inside_address != ()) == (template.headed and template.sample.to is not None)


@pytest.mark.parametrize("template", SAMPLED, ids=_key)
def test_no_sample_letter_gives_cause_for_a_warning_but_one(template: Template) -> None:
    facts = _sample_facts(template)
    found = {problem.name for problem in check_letter(template, facts, assemble(template, facts))}
    # The petition of 2003 bears no address, and none of the petitioner is public.
    assert found == ({"no-sender-address"} if template.name == "unhcr-petition" else set())


@pytest.mark.parametrize("template", SAMPLED, ids=_key)
def test_no_stop_of_a_sample_letter_is_doubled_or_stands_alone(template: Template) -> None:
    text = _text(assemble(template, _sample_facts(template)))
    spaced = (" ;", " :") if template.language == "fr" else ()  # French sets these off
    assert [slip for slip in SLIPS if slip in text and slip not in spaced] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=_key)
@pytest.mark.parametrize("persons", [0, 1, 10])
def test_each_template_carries_a_bare_case_with_any_number_of_persons(
    template: Template, persons: int
) -> None:
    if not persons and "case.persons" in template.uses:
        pytest.skip("it is about a person")
    if template.suits and template.suits.ahead:
        pytest.skip("it is about an event that is ahead")
    if template.name == "correction":
        pytest.skip("it is about what an earlier letter said")
    facts = _sample_facts(template, _bare_case(persons))
    if template.suits and "family" in template.suits.sender:
        family = tuple(person.id for person in facts.case.persons) if facts.case else ()
        facts = replace(facts, sender=facts.sender.model_copy(update={"relative_of": family}))
    text = _text(assemble(template, facts))
    assert ("Person Number One" in text) == (persons > 0 and template.name in NAMING)
    spaced = (" ;", " :") if template.language == "fr" else ()
    assert [slip for slip in SLIPS if slip in text and slip not in spaced] == []


def _bare_case(persons: int) -> Case:
    """Return a case with what every template needs and nothing else."""
    return Case.model_validate(
        {
            "id": "bare",
            "title": "the people of a bare case",
            "summary": "Little is known.",
            "persons": [
                {
                    "id": f"p-{number}",
                    "name": {"given": "Person Number", "family": word},
                    "publish": "full",
                    "consent": {
                        "by": "the person",
                        "on": "2001",
                        "scope": ["addressee", "un", "press", "public"],
                    },
                }
                for number, word in enumerate(ONES[:persons], 1)
            ]
            or [],
            "events": [{"on": "2001-01-01", "what": "nothing was heard", "source": "a friend"}],
            "write_to": ["aq-minister"],
            "documents": [{"title": "an earlier letter", "sent_to": "aq-minister"}],
            "demands": ["let them go"],
            "questions": [{"heading": "Where are they?"}],
            "messages": [{"id": "m", "from": "A Friend", "text": {"all": "They are gone."}}],
        }
    )


# What the sources say


@pytest.mark.parametrize(
    ("person", "term", "fine"),
    [
        ("choi-yong-hun", "5 years", "RMB 30,000"),
        ("seok-jae-hyun", "2 years", "RMB 5,000"),
        ("park-yong-ho", "3 years", "RMB 10,000"),
    ],
)
def test_the_sentences_are_those_of_22_may_2003(person: str, term: str, fine: str) -> None:
    sentence = _sentence("aid-workers", person)
    assert (str(sentence.term), sentence.fine) == (term, fine)
    assert (str(sentence.on), str(sentence.from_)) == ("2003-05-22", "2003-01-18")


def _sentence(case: str, person: str) -> Sentence:
    return next(one for one in STARTER.case(case).sentences if one.person == person)


def test_the_prisoner_is_the_same_in_both_of_his_cases() -> None:
    for case in ("prisoner-in-weifang", "aid-workers"):
        health = _person(case, "choi-yong-hun").health
        assert health
        assert health.to(["addressee"]) == ("diabetes", "hypertension", "asthma")
    alone, among = (
        _sentence("prisoner-in-weifang", "choi-yong-hun"),
        _sentence("aid-workers", "choi-yong-hun"),
    )
    assert (alone.term, alone.fine, alone.from_) == (among.term, among.fine, among.from_)


def test_the_family_counts_46_of_60_months() -> None:
    assert "Of 60 months, 46 have passed and 14 are still to come." in _text(_letter("family-plea"))


def test_the_boy_is_two_and_a_half_when_the_premier_is_written_to() -> None:
    born = _person("yunnan-six", "lee-song-yong").born
    assert born
    assert born.first == date(1999, 11, 15)
    arrested = STARTER.case("yunnan-six").events[0].on
    assert (arrested.first, arrested.last) == (date(2002, 5, 24), date(2002, 5, 26))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("premier-appeal", "London, 13 June 2002"),
        ("premier-appeal", "Between 24 and 26 May 2002"),
        ("premier-appeal", "Article 33 of the 1951 Convention relating to the Status of Refugees"),
        ("premier-appeal", "For Irene Khan, Secretary General"),
        ("premier-appeal", "Letter to President Jiang Zemin, August 2001"),
        ("premier-appeal", "as many as 900 North Koreans were sent back by force from Longjing"),
        ("premier-appeal", "9 Xihuangchenggenbeijie"),
        ("urgent-appeal", "CK Park, International Human Rights Volunteers"),
        ("unhcr-petition", "Hon. Ruud Lubbers"),
        ("unhcr-petition", "Masaharu NAKAGAWA"),
        ("joint-appeal", "Article 31 of the 1951 Convention relating to the Status of Refugees"),
        ("joint-appeal", "Tim Peters"),
        ("registered-questions", "REGISTERED MAIL"),
        ("registered-questions", "8. What is done"),
        ("open-letter", "Dear Foreign Minister Ban:"),
        ("open-letter", "335 East 45th Street"),
        ("resolution", "Third, to pass in each country a North Korean Freedom Act"),
        ("resolution", "Tel./Fax +81 3 3815 8127"),
        ("resolution", "Bunkyo-ku, Tokyo 113-0024"),
        ("protest-letter", "On 2 December 2006"),
        ("family-plea", "Weifang Prison, Shandong Province"),
        ("press-statement", "London, 21 June 2002"),
    ],
)
def test_a_sample_letter_states_the_fact(template: str, words: str) -> None:
    assert words in _text(_letter(template))


def test_the_press_reads_no_name_of_the_six() -> None:
    text = _text(_letter("press-statement"))
    assert "a boy of two and a half, a man of 48 and a woman of 30" in text
    for name in ("Song-yong", "Hong-gang", "Mi-hwa"):
        assert name not in text


def test_the_mother_of_the_boy_is_named_in_no_letter() -> None:
    letters = [assemble(template, _sample_facts(template)) for template in TEMPLATES]
    assert letters
    assert all("Sun-hi" not in _text(letter) for letter in letters)


def test_every_name_that_may_be_printed_has_a_consent_for_it() -> None:
    printed = [
        (person, audience)
        for case in STARTER.cases
        for person in case.persons
        for audience, clearance in person.publish.items()
        if clearance != "withheld"
    ]
    assert printed
    for person, audience in printed:
        assert person.consent, person.id
        assert audience in person.consent.scope, person.id


def test_every_recipient_says_when_it_was_checked_and_how_that_is_known() -> None:
    assert STARTER.recipients
    assert [one.id for one in STARTER.recipients if one.checked is None] == []


@pytest.mark.parametrize("recipient", STARTER.recipients, ids=lambda one: one.id)
def test_each_address_keeps_to_six_lines(recipient: Recipient) -> None:
    lines = [recipient.name or recipient.envelope_name, recipient.title, *recipient.organisation]
    lines += [recipient.care_of, *recipient.address, recipient.country]
    most = 6 if recipient.channels[0] == "post" else 8  # what is faxed needs no window
    assert len([line for line in lines if line]) <= most


def test_invented_people_are_marked_as_invented() -> None:
    marked = {sender.id for sender in STARTER.senders if "invented" in sender.tags}
    assert marked == {
        sender.id for sender in STARTER.senders if sender.id.startswith(("citizen-", "example-"))
    }
    assert len(marked) == 11
