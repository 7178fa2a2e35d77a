"""A translation holds words; who somebody is and what may be published stand in the case alone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case
from lettergen.letters.privacy.clearance import clearance

CASE: dict[str, Any] = {
    "title": "a detention",
    "summary": "Somebody is held.",
    "place": "Oslo",
    "persons": [
        {
            "id": "mina",
            "name": {"family": "Novak", "given": "Mina"},
            "described_as": "a nurse",
            "about": {"un": "She is a witness.", "press": "She is a nurse."},
            "publish": {"addressee": "full", "press": "withheld"},
        },
        {"id": "jan", "name": {"family": "Novak", "given": "Jan"}, "described_as": "a clerk"},
    ],
    "events": [{"id": "arrest", "on": "2025-01-02", "what": "police took them", "by": "police"}],
    "sentences": [{"person": "mina", "court": "a court", "fine": "NOK 100", "term": "2 years"}],
    "demands": [{"id": "release", "text": "free them"}],
    "messages": [{"id": "m", "readers": ["un"], "from": "A Friend", "text": "They are held."}],
    "sources": [{"title": "A report"}],
}  # fmt: skip
WORDS: dict[str, Any] = {
    "title": "une détention",
    "summary": "Deux personnes sont détenues.",
    "place": "Oslo",
    "persons": [
        {"id": "jan", "described_as": "un employé"},
        {
            "id": "mina",
            "described_as": "une infirmière",
            "about": {"un": "Elle est témoin.", "press": "Elle est infirmière."},
        },
    ],
    "events": [{"id": "arrest", "what": "la police les a arrêtés", "by": "la police"}],
    "sentences": [{"id": "mina", "court": "un tribunal"}],
    "demands": [{"id": "release", "text": "les libérer"}],
    "messages": [{"id": "m", "text": "Ils sont détenus."}],
    "sources": [],
}


def opened(folder: Path, words: dict[str, Any], case: dict[str, Any] | None = None) -> Campaign:
    (folder / "cases").mkdir()
    for name, content in (("one.yaml", case or CASE), ("one.fr.yaml", words)):
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / "cases" / name).write_text(text, encoding="utf-8")
    return Campaign.open(folder)


def told(campaign: Campaign) -> list[str]:
    return [problem.name for problem in campaign.problems]


def test_words_take_the_place_of_words_and_facts_stay(tmp_path: Path) -> None:
    campaign = opened(tmp_path, WORDS)
    assert told(campaign) == []
    one, own = campaign.case("one", "fr"), campaign.case("one")
    assert isinstance(one, Case)
    assert (one.title, one.language, one.stem) == ("une détention", "fr", "one.fr")
    assert [person.id for person in one.persons] == ["mina", "jan"]
    mina = one.persons[0]
    assert mina.described_as
    assert (mina.described_as.one, mina.name) == ("une infirmière", own.persons[0].name)
    assert clearance(mina, ("press",)) == "withheld"
    assert mina.about
    assert mina.about.to(["un"]) == "Elle est témoin."
    assert one.events[0].what
    assert one.events[0].what.to(["press"]) == "la police les a arrêtés"
    assert one.events[0].on.first == date(2025, 1, 2)
    assert (one.sentences[0].court, one.sentences[0].fine) == ("un tribunal", "NOK 100")
    assert one.messages[0].readers == ("un",)
    assert one.messages[0].from_.to(["un"]) == "A Friend"
    assert one.sources == own.sources


FACTS: dict[str, tuple[str, Any]] = {
    "publish": ("persons", {"id": "mina", "publish": "full"}),
    "name": ("persons", {"id": "mina", "name": "Another"}),
    "aliases": ("persons", {"id": "mina", "aliases": ["Another"]}),
    "native_name": ("persons", {"id": "mina", "native_name": "Another"}),
    "pseudonym": ("persons", {"id": "mina", "pseudonym": "Another"}),
    "born": ("persons", {"id": "mina", "born": "1990"}),
    "consent": ("persons", {"id": "mina", "consent": {"by": "x", "on": "2025", "scope": ["press"]}}),
    "confidential": ("persons", {"id": "mina", "confidential": "x"}),
    "on": ("events", {"id": "arrest", "on": "2025-01-03"}),
    "persons": ("events", {"id": "arrest", "persons": ["jan"]}),
    "readers": ("messages", {"id": "m", "readers": ["public"]}),
    "term": ("sentences", {"id": "mina", "term": "3 years"}),
    "url": ("sources", {"id": "s", "url": "https://example.org"}),
}


@pytest.mark.parametrize("field", FACTS)
def test_a_fact_in_a_translation_is_an_error_at_its_place(tmp_path: Path, field: str) -> None:
    kind, item = FACTS[field]
    campaign = opened(tmp_path, WORDS | {kind: [item]})
    found = next(problem for problem in campaign.problems if problem.name == "not-words")
    assert f"`{field}`" in found.message
    assert found.place
    assert found.place.file.endswith("one.fr.yaml")
    assert field in found.excerpt
    assert not campaign.translations


@pytest.mark.parametrize("field", ["state", "legal_basis", "send_before", "confidential", "id"])
def test_a_fact_of_the_whole_case_is_one_too(tmp_path: Path, field: str) -> None:
    assert told(opened(tmp_path, WORDS | {field: "x"})) == ["not-words"]


@pytest.mark.parametrize("field", ["place", "persons", "events", "sentences", "demands", "messages"])
def test_words_that_are_missing_are_told(tmp_path: Path, field: str) -> None:
    words = {name: value for name, value in WORDS.items() if name != field}
    assert set(told(opened(tmp_path, words))) == {"words-missing"}


def test_what_has_no_id_cannot_be_translated_and_is_told(tmp_path: Path) -> None:
    campaign = opened(tmp_path, WORDS, CASE | {"demands": ["free them"]})
    assert "demand 1 has no `id` in `cases/one.yaml`, so its words cannot be given." in [
        problem.message for problem in campaign.problems
    ]


@pytest.mark.parametrize(
    "about",
    [
        {"all": "Elle est témoin."},
        {"un": "x", "press": "y", "public": "z"},
        {"un": "Elle est témoin."},
    ],
)
def test_no_translation_tells_other_readers(tmp_path: Path, about: dict[str, str]) -> None:
    persons = [WORDS["persons"][0], WORDS["persons"][1] | {"about": about}]
    assert told(opened(tmp_path, WORDS | {"persons": persons})) == ["readers-differ"]


def test_words_of_somebody_who_is_not_in_the_case_are_told(tmp_path: Path) -> None:
    persons = [*WORDS["persons"], {"id": "mini", "described_as": "x"}]
    campaign = opened(tmp_path, WORDS | {"persons": persons})
    assert [(one.name, one.fix) for one in campaign.problems] == [
        ("words-of-nothing", "did you mean `mina`?")
    ]
