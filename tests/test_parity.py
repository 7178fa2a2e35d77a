"""A letter and its translation: what is only in one is told with both places, and nothing else is."""

import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from lettergen import open_campaign
from lettergen.cli import run
from lettergen.errors import ExitCode, Problem
from lettergen.letters.checks.parity import CHECKS, LetterEdition, check
from lettergen.letters.checks.quantities import quantities
from lettergen.letters.letter import Block, Letter, Paragraph, plain
from lettergen.mailing.selection import LetterRequest, one_order
from lettergen.plan.orders import Order
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests import letter_matrix
from tests.conftest import Write
from tests.twins import CASE_KO, NOTE, NOTE_KO, campaign

DAY = date(2026, 1, 15)
MAILING = "templates: [note]\nrecipients: [minister]\nsenders: all\ncase: baker\ndate: 2026-01-15\nwith: ko\n"


def told(write: Write, sender: str = "jane", **changed: str) -> list[Problem]:
    """Return what is told of the two together."""
    write(campaign(**changed))
    request = LetterRequest(template="note", to="minister", sender=sender, on=DAY, translation="ko")
    facts, order = one_order(open_campaign().facts, request, today=None)
    _, problems = Renderer(RenderTerms(folder=facts.folder), facts).letter(order)
    return [one for one in problems if one.name in CHECKS]


def places(problem: Problem) -> tuple[str, str]:
    """Return where a problem points to, and the place that its message names."""
    other = re.search(r"\(([^()]+\.(?:md|yaml)[\d:]*)\)", problem.message)
    return str(problem.place), other[1] if other else ""


def test_two_editions_that_agree_are_left_alone(write: Write) -> None:
    assert told(write) == []


def test_own_words_in_one_language_are_not_held_against_the_other(write: Write) -> None:
    assert told(write, "joe") == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("translation-dates", "2025년 5월 24일", "2025년 5월 25일"),
        ("translation-dates", "2025년 5월 24일", "2025년 6월 24일"),
        ("translation-numbers", "2025년 5월 24일", "2024년 5월 24일"),
        ("translation-numbers", "세 명은", "네 명은"),
        ("translation-numbers", "다른 세 명은", "다른 사람들은"),
        ("translation-names", "보나 베이커", "다른 여성"),
        ("translation-dates", "2026년 3월 1일까지", "2026년 3월 11일까지"),
    ],
)
def test_a_slip_in_the_case_is_told_with_both_places(write: Write, name: str, old: str, new: str) -> None:
    (problem,) = told(write, case_ko=CASE_KO.replace(old, new))
    assert problem.name == name
    here, there = places(problem)
    assert here.startswith("cases/baker.yaml:")
    assert there.startswith(("cases/baker.ko.yaml:", "letter_templates/note.ko.md:"))


def test_a_slip_in_a_template_is_told_at_its_word(write: Write) -> None:
    (problem,) = told(write, note_ko=NOTE_KO.replace("제9조", "제19조"))
    assert problem.name == "translation-law"
    assert places(problem) == ("letter_templates/note.md:10:11", "letter_templates/note.ko.md:10:26")
    assert problem.excerpt[10 : 10 + problem.width] == "Article 9"


def test_what_only_the_translation_has_is_told_there(write: Write) -> None:
    more = NOTE_KO.replace("위 주소로", "2026년 2월 2일까지 위 주소로")
    problems = told(write, note_ko=more)
    assert {one.name for one in problems} == {"translation-dates"}
    assert {str(one.place).partition(":")[0] for one in problems} == {"letter_templates/note.ko.md"}


def test_a_demand_of_one_language_only_is_told(write: Write) -> None:
    more = NOTE_KO.replace(
        "{% for demand in case.demands %}", "1. 회신해 주실 것\n{% for demand in case.demands %}"
    )
    (problem,) = told(write, note_ko=more)
    assert problem.name == "translation-demands"
    assert "2 items" in problem.message
    assert "3" in problem.message


def test_a_number_elsewhere_excuses_nothing(write: Write) -> None:
    twice = "{{ case.summary }}\n\nThere were four guards.\n\nThey are three."
    other = "{{ case.summary }}\n\n경비원이 네 명 있었습니다.\n\n이들은 네 명입니다."
    problems = told(
        write,
        note=NOTE.replace("{{ case.summary }}", twice),
        note_ko=NOTE_KO.replace("{{ case.summary }}", other),
    )
    assert [one.name for one in problems] == ["translation-numbers"]


@pytest.mark.parametrize("form", ["보나 베이커", "Bona Baker", "Baker Bona"])
def test_any_form_of_a_name_that_the_case_gives_will_do(write: Write, form: str) -> None:
    assert told(write, case_ko=CASE_KO.replace("보나 베이커", form)) == []


def test_an_amount_in_another_currency_is_told(write: Write) -> None:
    note = NOTE.replace("I rely on", "She was fined 5,000 euros. I rely on")
    other = NOTE_KO.replace("저는", "5,000원의 벌금이 부과되었습니다. 저는")
    assert {one.name for one in told(write, note=note, note_ko=other)} == {"translation-numbers"}


def test_check_compares_the_editions_of_the_campaign_s_mailing(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(campaign(mailing=MAILING, note_ko=NOTE_KO.replace("제9조", "제19조")))
    assert run(["check"], today=DAY) == ExitCode.OK
    assert "[translation-law]" in capsys.readouterr().err
    write(campaign(mailing=MAILING))
    run(["check"], today=DAY)
    assert "[translation-" not in capsys.readouterr().err


def test_check_writes_one_letter_for_all_senders(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    senders = "".join(
        f"  - id: s-{number}\n    name: {{given: S, family: No{number}}}\n    country: GB\n"
        for number in range(60)
    )
    write(campaign(mailing=MAILING, senders=f"senders:\n{senders}"))
    letters: list[str] = []
    made = Renderer.letter

    def counted(self: Renderer, order: Order) -> tuple[Letter, tuple[Problem, ...]]:
        letters.append(order.letter_id)
        return made(self, order)

    monkeypatch.setattr(Renderer, "letter", counted)
    run(["check"], today=DAY)
    assert len(letters) == 1


@cache
def editions(case_id: str) -> dict[tuple[str, str], dict[str, LetterEdition]]:
    """Return the letters of an invented case by template and reader, in each language."""
    found: dict[tuple[str, str], dict[str, LetterEdition]] = {}
    for case, language in letter_matrix.cases():
        for made in letter_matrix.letters(case, language) if case.id == case_id else ():
            if made.letter:
                key = (made.template.name, made.reader)
                found.setdefault(key, {})[language] = LetterEdition(made.template, made.facts, made.letter)
    return found


def several() -> list[str]:
    """Return cases in several languages."""
    count = [case.id for case, _ in letter_matrix.cases()]
    return sorted({one for one in count if count.count(one) > 2})[:3]


@pytest.mark.parametrize("case_id", several())
def test_the_shipped_editions_say_the_same(case_id: str) -> None:
    pairs = [(by["en"], other) for by in editions(case_id).values() for other in by.values() if "en" in by]
    assert len(pairs) > 20
    found = [problem for one, other in pairs for problem in check(one, other)]
    # What the invented cases say otherwise in one language is no matter of the templates.
    of_cases = f"{letter_matrix.FOLDER / 'cases'}/"
    assert [one.message for one in found if not str(one.place).startswith(of_cases)] == []


def changed(block: Block, old: str, new: str) -> Block:
    if not isinstance(block, Paragraph):
        return block
    return Paragraph(tuple(replace(span, text=span.text.replace(old, new)) for span in block.inline))


@pytest.mark.parametrize("case_id", several())
def test_each_figure_that_is_changed_in_a_translation_is_told(case_id: str) -> None:
    tried = 0
    for by in editions(case_id).values():
        for language in {"de", "fr", "es"} & by.keys():
            letter, other = by["en"], by[language]
            for block in other.letter.body:
                text = plain(block.inline) if isinstance(block, Paragraph) else ""
                for one in quantities(text, language):
                    figures = re.search(r"(?<!\d)\d{2,4}(?!\d)", one.words)
                    if not one.is_sure or not figures:
                        continue
                    number = str(int(figures[0]) + 3 if int(figures[0]) < 28 else int(figures[0]) - 3)
                    body = tuple(changed(each, figures[0], number) for each in other.letter.body)
                    wrong = replace(other, letter=replace(other.letter, body=body))
                    assert check(letter, wrong), (one, number)
                    tried += 1
    assert tried > 10
