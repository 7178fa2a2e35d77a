"""What is told in confidence reaches those readers alone for whom it is."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from lettergen.cli import run
from lettergen.errors import InputProblems
from lettergen.facts import load, yaml_reader
from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.facts.model import Audience, OpenText
from lettergen.letters.assemble import assemble
from lettergen.letters.checks import relatives
from lettergen.letters.checks.word_lists import folded
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import open_template

ON = date(2026, 1, 15)
PERSON = {
    "id": "mina",
    "name": {"family": "Novak", "given": "Mina"},
    "publish": "full",
    "consent": {"by": "herself", "on": "2025-01-01", "scope": ["addressee", "un", "press", "public"]},
}
BODY = """\
{{ case.summary }}
{% for person in case.named %}
{{ person.name }}: {{ person.about or 'nothing' }} / {{ person.family or 'nothing' }}
/ {{ person.health | listed if person.health else 'nothing' }}
{% endfor %}
{% for event in case.events %}
{{ event.what }} {{ event.place or 'somewhere' }}.
{% endfor %}
{% for event in case.background %}
{{ event.what }}.
{% endfor %}
{% for demand in case.demands %}
Please {{ demand.text }}.
{% endfor %}
{% for question in case.questions %}
{{ question.heading }} {{ question.text or '' }}
{% endfor %}
{% for message in case.messages %}
{{ message.from }} wrote: {{ message.text }}
{% endfor %}
{% for document in case.documents %}
{{ document.title }}
{% endfor %}
"""
WAY = "over the mountains"


def told(folder: Path, audience: Audience, *, reader: Audience | None = None, **case: Any) -> str:
    """The words of a letter on a case, for an audience and a recipient who may add another."""
    content = {"title": "a detention", "summary": "Somebody is held.", "persons": [PERSON], **case}
    recipient = {"id": "minister", "title": "Minister", "address": ["1 Main Square"], "country": "NO"}
    files = {
        "recipients.yaml": {"recipients": [recipient | ({"audience": reader} if reader else {})]},
        "senders.yaml": {"senders": [{"id": "max", "name": "Max Muster"}]},
        "cases/one.yaml": content,
    }
    for name, value in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    (folder / "letter_templates").mkdir(exist_ok=True)
    head = f"---\ntitle: A note\nuses: [sender, case]\naudience: {audience}\n---\n"
    (folder / "letter_templates" / "note.md").write_text(head + BODY, encoding="utf-8")
    campaign = Campaign.open(folder)
    assert campaign.problems == ()
    facts = LetterFacts(
        campaign=campaign,
        sender=campaign.sender("max"),
        recipient=campaign.recipient("minister"),
        case=campaign.case("one"),
        on=ON,
    )
    return " ".join(
        " ".join(assemble(open_template("note", campaign.template_folders), facts).texts()).split()
    )


CONFIDED: dict[str, dict[str, Any]] = {
    "about": {"persons": [PERSON | {"about": {"un": f"She came {WAY}."}}]},
    "family": {"persons": [PERSON | {"family": {"un": f"They came {WAY}."}}]},
    "health": {"persons": [PERSON | {"health": {"un": [f"She is lame since she came {WAY}."]}}]},
    "message": {"messages": [{"id": "m", "readers": ["un"], "from": "F", "text": f"They came {WAY}."}]},
    "text of a message": {"messages": [{"id": "m", "from": "F", "text": {"un": f"They came {WAY}."}}]},
    "event": {"events": [{"on": "2025-01-02", "readers": ["un"], "what": f"they came {WAY}"}]},
    "what of an event": {"events": [{"on": "2025-01-02", "what": {"un": f"they came {WAY}"}}]},
    "place of an event": {"events": [{"on": "2025-01-02", "what": "they came", "place": {"un": WAY}}]},
    "background": {"background": [{"on": "2025-01-02", "readers": ["un"], "what": f"they came {WAY}"}]},
    "demand": {"demands": ["free her", {"text": f"let others come {WAY}", "readers": ["un"]}]},
    "text of a demand": {"demands": ["free her", {"text": {"un": f"let others come {WAY}"}}]},
    "question": {"questions": [{"heading": f"Who came {WAY}?", "readers": ["un"]}]},
    "text of a question": {"questions": [{"heading": "Who came?", "text": {"un": f"We came {WAY}."}}]},
    "document": {"documents": [{"title": f"Map of the way {WAY}", "readers": ["un"]}]},
    "summary": {"summary": {"all": "Somebody is held.", "un": f"Somebody came {WAY}."}},
}  # fmt: skip


@pytest.mark.parametrize("what", CONFIDED)
def test_what_is_for_one_sort_of_readers_is_absent_for_all_others(tmp_path: Path, what: str) -> None:
    assert WAY in told(tmp_path, "un", **CONFIDED[what])
    for other in ("addressee", "press", "public"):
        assert WAY not in told(tmp_path, other, **CONFIDED[what])


@pytest.mark.parametrize("what", CONFIDED)
def test_of_a_letter_with_other_readers_all_may_read_what_it_tells(tmp_path: Path, what: str) -> None:
    if what == "summary":
        # Of two summaries, neither is for both: the letter lacks one.
        with pytest.raises(InputProblems) as refused:
            told(tmp_path, "un", reader="press", **CONFIDED[what])
        assert [problem.name for problem in refused.value.problems] == ["missing-fact"]
    else:
        assert WAY not in told(tmp_path, "un", reader="press", **CONFIDED[what])


def test_each_reads_its_own_words(tmp_path: Path) -> None:
    about = {"addressee": "She is a nurse.", "un": "She is a nurse and a witness.", "all": "She works."}
    persons = [PERSON | {"about": about}]
    assert "Mina Novak: She is a nurse. /" in told(tmp_path, "addressee", persons=persons)
    assert "She is a nurse and a witness. /" in told(tmp_path, "un", persons=persons)
    assert "She works. /" in told(tmp_path, "press", persons=persons)
    assert "She works. /" in told(tmp_path, "press", reader="public", persons=persons)


@pytest.mark.parametrize("audiences", [(), ("un", "press"), ("press",)])
def test_readers_of_whom_nothing_is_said_are_told_nothing(audiences: Sequence[Audience]) -> None:
    assert OpenText.model_validate({"un": "x"}).to(audiences) is None


@pytest.mark.parametrize(
    "line",
    [
        "persons: [{id: p, name: P, about: plain}]",
        "persons: [{id: p, name: P, family: plain}]",
        "persons: [{id: p, name: P, health: plain}]",
        "persons: [{id: p, name: P, health: [plain, other]}]",
        "persons: [{id: p, name: P, about: {}}]",
        "messages: [{id: m, from: F, text: plain}]",
        "messages: [{id: m, from: F, text: plain, readers: []}]",
    ],
)
def test_what_can_endanger_somebody_says_who_may_read_it(line: str) -> None:
    found, problems = load.case(yaml_reader.parse(f"title: t\nsummary: s\n{line}\n", "c.yaml"), "c")
    assert found is None
    assert [problem.name for problem in problems] == ["readers-missing"]
    assert "un: " in problems[0].fix
    assert problems[0].place
    assert problems[0].place.line == 3


def test_an_unknown_reader_is_told_with_the_one_that_was_meant() -> None:
    text = "title: t\nsummary: s\npersons: [{id: p, name: P, about: {adressee: x, un: y}}]\n"
    _, problems = load.case(yaml_reader.parse(text, "c.yaml"), "c")
    assert [(one.name, one.fix) for one in problems] == [
        ("unknown-field", "did you mean `addressee` or `press`?")
    ]


# Relatives


def warned(text: str, language: str, **case: Any) -> list[str]:
    given = {
        "id": "c",
        "title": "t",
        "summary": text,
        "state": "NO",
        "persons": [{"id": "p", "name": "P"}],
    } | case
    campaign = Campaign.open(starter_folder())
    from lettergen.facts.model import Case

    return [
        one.name for one in relatives.check(Case.model_validate(given | {"language": language}), campaign)
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Her sister lives in Oslo."),
        ("en", "Tell the families where they are."),
        ("de", "Ihre Brüder leben in Oslo."),
        ("de", "Die Angehörigen warten."),
        ("fr", "Sa sœur vit à Oslo."),
        ("fr", "Sa famille l’attend."),
        ("es", "Su hermana vive en Oslo."),
        ("es", "Sus familiares esperan."),
    ],
)
def test_a_text_that_tells_the_state_of_relatives_is_warned_of(language: str, text: str) -> None:
    assert warned(text, language) == ["relative-told"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Somebody was taken from a parental home by brotherly hands, says a relatively calm witness."),
        ("de", "Die Bruchstücke der Elternzeit werden vertieft."),
        ("fr", "Une personne familière des lieux a été arrêtée."),
        ("es", "Una persona fue detenida."),
        ("xx", "Her sister lives in Oslo."),
    ],
)
def test_other_words_are_no_relatives(language: str, text: str) -> None:
    assert warned(text, language) == []


def test_those_who_may_know_of_relatives_are_told_without_a_warning() -> None:
    assert warned("x", "en", summary={"un": "Her sister lives in Oslo."}) == []
    assert warned("x", "en", summary={"un": "Her sister fled.", "press": "Her sister fled."}) == [
        "relative-told"
    ]
    assert warned("x", "en", summary={"addressee": "Her sister fled."}, state=None) == []
    assert warned("Her sister lives in Oslo.", "en", persons=[]) == []


# The samples


@pytest.mark.parametrize("case", Campaign.open(starter_folder()).cases, ids=lambda case: case.id)
def test_no_sample_tells_a_government_or_the_public_of_relatives(case: Any) -> None:
    assert list(relatives.check(case, Campaign.open(starter_folder()))) == []


@pytest.mark.parametrize("word", ["mother", "father", "brother", "wife", "daughter", "22 november"])
def test_the_letter_to_the_premier_tells_of_no_relative(word: str) -> None:
    campaign = Campaign.open(starter_folder())
    template = open_template("premier-appeal", campaign.template_folders)
    sample = template.sample
    assert sample.sender
    assert sample.on
    facts = LetterFacts(
        campaign=campaign,
        sender=campaign.sender(sample.sender),
        recipient=campaign.recipient(str(sample.to)),
        case=campaign.case(str(sample.case)),
        on=sample.on,
    )
    words = folded(" ".join(assemble(template, facts).texts()))
    assert word not in words
    assert "clarify the status and the whereabouts" in words


# What the command shows


def test_a_case_is_shown_whole_as_its_readers_would_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cases", "yunnan-six", "--audience", "addressee", "--json"], today=ON) == 0
    shown = capsys.readouterr().out
    assert "mother" not in shown
    read = json.loads(shown)["read"]
    assert read["persons"][0]["about"].startswith("Lee Song-yong was born in Beijing in November 1999.")
    assert read["demands"][1] == {"id": "no-return", "text": "send none of the six back to North Korea"}
    assert "messages" not in read
    assert run(["cases", "yunnan-six", "--audience", "un"], today=ON) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "His mother lives in South Korea." in shown
    assert "She is missing today." in shown
