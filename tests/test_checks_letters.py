"""What experience asks of a finished letter: each check is seen to fail, and to keep silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems, Problem
from lettergen.facts.campaign import Campaign
from lettergen.letters.assemble import assemble
from lettergen.letters.checks import check_letter, check_pages, refuse_if_late, stopped
from lettergen.letters.checks.wording import faults
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import open_template
from lettergen.mailing.likeness import likeness_of
from lettergen.plan.orders import Order, Plan, plan
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer

DAY = date(2006, 12, 2)
RECIPIENT = """\
recipients:
  - id: president
    name: {family: Example, given: Eo, courtesy: Mr.}
    office: head-of-state
    title: President
    address: [1 Square, Capital]
    country: NO
"""
SENDER = """\
senders:
  - id: one
    name: Jane Roe
    address: [1 High Street, Springfield]
    country: US
"""
CASE = """\
title: a teacher in Northport Prison
summary: "@kim was arrested in Northport on 18 January 2003."
place: Northport Prison, Example Province
persons:
  - id: kim
    name: {family: Example, given: Kim, courtesy: Ms.}
    publish: {addressee: full}
    consent: {by: her family, on: 2003-02-01, scope: [addressee]}
events:
  - {on: 2003-01-18, kind: arrest, what: police arrested @kim, place: Northport}
demands:
  - {id: release, text: release @kim at once}
  - {id: doctor, text: let a doctor see her}
"""
HEAD = """\
---
title: An appeal
kind: appeal
language: en
uses: [sender, recipient, case]
subject: "{{ case.title | capitalised }}"
---
"""
BODY = """\
{{ case.summary }}

I ask you to:

{% for demand in case.demands %}
- {{ demand.text }}{{ "." if loop.last else ";" }}
{% endfor %}

{{ own_words if own_words else "" }}

May I hope for a reply?
"""


@dataclass
class Desk:
    """A campaign in which one thing is changed."""

    folder: Path
    files: dict[str, str] = field(
        default_factory=lambda: {
            "recipients.yaml": RECIPIENT,
            "senders.yaml": SENDER,
            "cases/one.yaml": CASE,
            "letter_templates/t.md": HEAD + BODY,
        }
    )

    def change(self, changes: Mapping[str, str]) -> None:
        for old, new in changes.items():
            holding = [name for name, text in self.files.items() if old in text]
            assert len(holding) == 1, f"{old} stands in {holding}"
            self.files[holding[0]] = self.files[holding[0]].replace(old, new)

    def campaign(self) -> Campaign:
        for name, text in self.files.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Campaign.open(self.folder)

    def found(self, on: date = DAY) -> dict[str, Problem]:
        whole = self.campaign()
        assert whole.problems == ()
        facts = LetterFacts(
            campaign=whole,
            sender=whole.sender("one"),
            recipient=whole.recipient("president"),
            case=whole.case("one"),
            on=on,
        )
        template = open_template("t", whole.template_folders)
        return {one.name: one for one in check_letter(template, facts, assemble(template, facts))}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_good_letter_gives_no_cause(desk: Desk) -> None:
    assert desk.found() == {}


RECIPIENTS, SENDERS, CASES, TEMPLATES = (
    "recipients.yaml",
    "senders.yaml",
    "cases/one.yaml",
    "letter_templates/t.md",
)
FAULTS = [
    ("person-not-named", CASES, {'"@kim was': '"A teacher was', "release @kim": "release the teacher"}),
    ("case-date-missing", CASES, {" on 18 January 2003.": "."}),
    (
        "case-place-missing",
        CASES,
        {"teacher in Northport Prison": "teacher", "arrested in Northport on": "arrested on"},
    ),
    ("demand-missing", CASES, {"{% for demand in case.demands %}": "{% for demand in case.demands[:1] %}"}),
    ("demand-not-in-case", TEMPLATES, {"\n\n{{ own_words": "\n- pay her a million.\n\n{{ own_words"}),
    ("no-sender-address", SENDERS, {"    address: [1 High Street, Springfield]\n": ""}),
    ("no-reply-asked", TEMPLATES, {"May I hope for a reply?": "Thank you for your time."}),
    ("own-words-long", SENDERS, {"country: US": "country: US\n    own_words: " + "I was there. " * 51}),
    ("opening-not-fitting", RECIPIENTS, {"country: NO": "country: NO\n    salutation: Dear Sir,"}),
    ("closing-not-fitting", RECIPIENTS, {"country: NO": "country: NO\n    closing: Best wishes,"}),
    ("impolite-word", SENDERS, {"country: US": "country: US\n    own_words: Your so-called judges!"}),
    ("doubled-word", TEMPLATES, {"I ask you to": "I am concerned concerned and ask you to"}),
    ("placeholder-left", TEMPLATES, {"May I hope": "XXX May I hope"}),
    ("past-send-before", CASES, {"demands:": "send_before: 2006-12-01\ndemands:"}),
]


@pytest.mark.parametrize(("name", "file", "changes"), FAULTS, ids=[name for name, _, _ in FAULTS])
def test_a_fault_is_told_at_the_file_that_has_it(
    name: str, file: str, changes: dict[str, str], desk: Desk
) -> None:
    desk.change(changes)
    found = desk.found()
    assert name in found
    assert found.keys() <= {name, "exclamation-mark"}
    place = found[name].place
    assert place
    assert place.line
    assert place.file.endswith(file)
    assert found[name].severity == ("error" if name == "placeholder-left" else "warning")


def test_a_name_that_is_withheld_is_not_missed(desk: Desk) -> None:
    desk.change({"publish: {addressee: full}": "publish: {addressee: withheld}"})
    assert desk.found() == {}


def test_another_date_of_the_case_or_another_form_of_it_will_do(desk: Desk) -> None:
    desk.change({"on 18 January 2003.": "on January 18th, 2003."})
    assert desk.found() == {}


def test_the_date_of_the_letter_itself_is_no_date_of_the_case(desk: Desk) -> None:
    desk.change({" on 18 January 2003.": ".", "on: 2003-02-01": "on: 2003-01-19"})
    assert "case-date-missing" in desk.found(on=date(2003, 1, 20))


def test_a_list_of_facts_is_no_list_of_demands(desk: Desk) -> None:
    desk.change(
        {"I ask you to:": "Three things are known:\n\n- she is a teacher;\n- she is ill.\n\nI ask you to:"}
    )
    assert desk.found() == {}


def test_a_letter_that_puts_questions_need_not_put_the_demands(desk: Desk) -> None:
    desk.change(
        {"kind: appeal": "kind: questions", "{% for demand in case.demands %}": "{% for demand in [] %}"}
    )
    assert "demand-missing" not in desk.found()


def test_a_name_is_not_judged_by_what_it_means(desk: Desk) -> None:
    desk.change({"family: Example, given: Eo": "family: Savages, given: Brute", "Jane Roe": "Monster Evil"})
    desk.change({"May I hope": "{{ recipient.name }} has heard from {{ sender.name }}. May I hope"})
    assert desk.found() == {}


@pytest.mark.parametrize(
    ("office", "opening"),
    [
        ("organisation", "Dear Sir or Madam,"),
        ("foreign-minister", "Sir,"),
        ("head-of-state", "Dear President Example,"),
    ],
)
def test_an_opening_of_ones_own_may_fit(office: str, opening: str, desk: Desk) -> None:
    desk.change({"office: head-of-state": f"office: {office}\n    salutation: {opening!r}"})
    assert desk.found() == {}


@pytest.mark.parametrize(
    "opening", ["Dear Eo,", "Hello Mr. Example,", "Monsieur le Président,", "To whom it may concern:"]
)
def test_an_opening_of_ones_own_may_not_fit(opening: str, desk: Desk) -> None:
    desk.change({"country: NO": f"country: NO\n    salutation: {opening!r}"})
    assert desk.found().keys() == {"opening-not-fitting"}


@pytest.mark.parametrize(
    ("language", "opening", "closing", "fits"),
    [
        ("fr", "Monsieur le Président,", "Veuillez agréer, Monsieur le Président, mes hommages.", True),
        ("fr", "Monsieur le Président,", "Veuillez agréer, Monsieur le Ministre, mes hommages.", False),
        ("ja", "拝啓", "敬具", True),
        ("ja", "謹啓", "敬具", False),
    ],
)
def test_opening_and_closing_belong_together(
    language: str, opening: str, closing: str, fits: bool, desk: Desk
) -> None:
    desk.change({"language: en": f"language: {language}"})
    desk.change({"country: NO": f"country: NO\n    salutation: {opening!r}\n    closing: {closing!r}"})
    assert ("closing-not-fitting" in desk.found()) == (not fits)


def said(text: str, language: str = "en") -> set[tuple[str, str]]:
    return {(problem.name, phrase) for phrase, problem in faults(text, language)}


@pytest.mark.parametrize(
    ("language", "text", "name", "phrase"),
    [
        ("en", "This barbaric act must end.", "impolite-word", "barbaric"),
        ("en", "You will regret this.", "impolite-word", "you will regret"),
        ("en", "the so-called court", "impolite-word", "so-called"),
        ("en", "the communists in power", "impolite-word", "communists"),
        ("en", "a double standard", "impolite-word", "double standard"),
        ("en", "STOP the repatriation.", "shouting", "STOP"),
        ("en", "FREEDOM FOR EVERYBODY today", "shouting", "FREEDOM FOR EVERYBODY"),
        ("en", "Let them go!", "exclamation-mark", "go!"),
        ("en", "we are deeply concerned concerned about", "doubled-word", "concerned concerned"),
        ("en", "I live in [city].", "placeholder-left", "[city]"),
        ("en", "Yours, (Your name)", "placeholder-left", "(your name)"),
        ("en", "Signed: ______", "placeholder-left", "______"),
        ("en", "TODO: ask the family", "placeholder-left", "TODO"),
        ("en", "XXX was arrested", "placeholder-left", "XXX"),
        ("en", "Lorem ipsum dolor", "placeholder-left", "Lorem ipsum"),
        ("en", "Dear {{ name }}", "placeholder-left", "{{"),
        ("en", "we ask for @lee-hong-gan", "placeholder-left", "@lee-hong-gan"),
        ("fr", "un régime barbare", "impolite-word", "barbare"),
        ("fr", "Vous devriez avoir honte.", "impolite-word", "avoir honte"),
        ("fr", "Libérez-les !", "exclamation-mark", "Libérez-les !"),
        ("fr", "Je soussignée [prénom]", "placeholder-left", "[prénom]"),
        ("de", "Das ist menschenverachtend.", "impolite-word", "menschenverachtend"),
        ("de", "das Regime", "impolite-word", "regime"),
        ("de", "ich bin in Sorge Sorge", "doubled-word", "Sorge Sorge"),
        ("de", "Mit Gruß, (Ihr Name)", "placeholder-left", "(ihr name)"),
    ],
)  # fmt: skip
def test_words_that_harm_are_found(language: str, text: str, name: str, phrase: str) -> None:
    assert (name, phrase) in said(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He was tortured, beaten and killed; the execution was public."),
        ("en", "Person A, a criminal under that law, was brutally beaten by the guards."),
        ("en", "He asks that nobody be subjected to inhuman or degrading treatment."),
        (
            "en",
            "the Convention against Torture and Other Cruel, Inhuman or Degrading Treatment or Punishment",
        ),
        ("en", "resolution 3452 (XXX) of 9 December 1975 and resolution 2002/23"),
        ("en", "a member of the Communist Party of China, and the prison regime"),
        ("en", "Officials of UNHCR, LFNKR and IPCNKR met; RMB 30,000; the USA; WJ 06."),
        ("en", "He had had no news, and that that was so we knew. Boutros Boutros-Ghali; in Baden Baden."),
        ("en", "the village of Eviltown, the Thuggee plain, a regimen of exercise"),
        ("en", "The spokesman said: “They are so-called refugees, communists and liars!”"),
        ("en", "They asked “who [the refugees] were” [sic]. Write to one@example.org or @handle."),
        ("en", "Six of them ... and others. See section 3.1."),
        ("fr", "Nous nous adressons à vous vous sachant attentif; un membre du Parti communiste."),
        ("fr", "La torture et les traitements cruels, inhumains ou dégradants sont interdits."),
        ("de", "Die, die die Grenze überschreiten; unmenschliche oder erniedrigende Behandlung."),
        ("de", "Die Kommunistische Partei; Folter, Mord und Hinrichtung."),
        ("ja", "残虐な取り扱い！ STOP 何何"),
    ],
)
def test_facts_and_names_are_no_insults(language: str, text: str) -> None:
    assert said(text, language) == set()


def test_a_language_without_lists_is_still_searched_for_what_was_left_open() -> None:
    assert said("XXX ! so-called", "eo") == {("placeholder-left", "XXX")}


def test_words_of_others_that_are_passed_on_are_left_alone(desk: Desk) -> None:
    desk.change({"May I hope": "> Those barbaric liars!\n\nMay I hope"})
    desk.files["letter_templates/t.md"] += "\n=== enclosed message\nFrom: a witness\n\nTHE MONSTERS came!\n"
    assert desk.found() == {}


@pytest.mark.parametrize(
    ("head", "pages", "warned"),
    [
        ("kind: appeal", 1, False),
        ("kind: appeal", 2, True),
        ("kind: appeal\nsheets: 2", 2, False),
        ("kind: petition", 3, False),
    ],
)
def test_only_letters_that_one_person_reads_should_keep_to_a_page(
    head: str, pages: int, warned: bool, desk: Desk
) -> None:
    desk.change({"kind: appeal": head})
    template = open_template("t", desk.campaign().template_folders)
    assert [one.name for one in check_pages(template, pages)] == ["over-one-page"] * warned


@pytest.mark.parametrize(("even_so", "failed"), [(False, True), (True, False)])
def test_a_late_letter_is_written_only_on_insistence(even_so: bool, failed: bool, desk: Desk) -> None:
    desk.change({"demands:": "send_before: 2006-12-01\ndemands:"})
    campaign = desk.campaign()
    terms = RenderTerms(folder=desk.folder, formats=("txt",), even_so=even_so)
    made = Renderer(terms, campaign).render(Order("t", "president", "one", "one", DAY, "en"))
    assert made.failed == failed
    assert [(one.name, one.is_error) for one in made.problems] == [("past-send-before", failed)]


def test_a_late_mailing_is_refused_before_its_first_letter(desk: Desk) -> None:
    desk.change({"demands:": "send_before: 2006-12-02\ndemands:"})
    campaign = desk.campaign()
    refuse_if_late(campaign.case("one"), campaign, DAY)
    with pytest.raises(InputProblems):
        refuse_if_late(campaign.case("one"), campaign, date(2006, 12, 3))


def test_no_other_warning_stops_a_letter() -> None:
    other = Problem("entry-not-checked", "it is old.", "look", severity="warning")
    assert stopped([other], even_so=False) == (other,)


def test_a_plan_tells_how_alike_its_letters_will_be(desk: Desk) -> None:
    twins = "".join(
        SENDER.replace("senders:\n", "").replace("one", f"n-{n}").replace("1 H", f"{n}0 H") for n in range(4)
    )
    own = "".join(f"own word {n} of mine, " * 12 for n in range(9))
    desk.files["senders.yaml"] = f"{SENDER}    own_words: {own}\n{twins}"
    campaign = desk.campaign()
    template = open_template("t", campaign.template_folders)
    planned = plan(template, recipients=campaign.recipients, senders=campaign.senders, case_id="one", on=DAY)
    renderer = Renderer(RenderTerms(folder=desk.folder), campaign)
    assert (
        likeness_of(planned, renderer).sentence().startswith("4 of 5 letters to `president` are at least 99%")
    )
    alone = Plan(planned.orders[:1], (), planned.template, DAY)
    assert likeness_of(alone, renderer).sentence() == ""


LATE = ["--to", "president", "--case", "one", "--date", "2006-12-02"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["write", "t", *LATE, "-o", "letter.txt"], ExitCode.PROBLEMS),
        (["write", "t", *LATE, "-o", "letter.txt", "--even-so"], ExitCode.OK),
        (["batch", "t", *LATE, "--format", "txt", "--yes"], ExitCode.PROBLEMS),
        (["batch", "t", *LATE, "--format", "txt", "--yes", "--even-so"], ExitCode.OK),
        (["preview", "t", *LATE, "--text", "--no-pager"], ExitCode.OK),
    ],
    ids=["write", "write even so", "batch", "batch even so", "preview"],
)
def test_a_late_letter_is_refused_by_the_commands_that_write(
    words: list[str],
    code: ExitCode,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk.change({"demands:": "send_before: 2006-12-01\ndemands:"})
    desk.campaign()
    before = set(desk.folder.rglob("*"))
    monkeypatch.chdir(desk.folder)
    assert run(words, today=DAY) == code
    assert "[past-send-before]" in capsys.readouterr().err
    is_written = set(desk.folder.rglob("*")) != before
    assert is_written == ("--even-so" in words)
