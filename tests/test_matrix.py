"""Invented cases as unlike as possible in every template, language and reader, kept and checked."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from lettergen.facts.model import Case, ReaderText
from lettergen.letters.assemble import audiences_of, sight
from tests.letter_matrix import KEPT, Made, cases, letters, shown, warnings

ROWS = [pytest.param(case, language, id=f"{case.id}.{language}") for case, language in cases()]
OF_THE_MATRIX = {"office-not-suited", "no-sender-address", "not-a-party"}
"""What is told because every reader gets every template, and a coalition has no address."""
SAY_LITTLE = {"conference-invitation", "condolences", "thanks-after-release", "solidarity-card"}
"""Letters that are not there to tell a case."""
OF_THE_CASE = {"case-place-missing", "case-date-missing", "person-not-named"}
COMMON_WORDS = {
    "en": r"the|and|with|which|were",
    "de": r"und|nicht|wir|ich|eine|wurden",
    "fr": r"nous|vous|les|dans|été|avec",
    "es": r"los|usted|una|fueron|del",
}


@cache
def row(case_id: str, language: str) -> tuple[Made, ...]:
    (case,) = (case for case, spoken in cases() if (case.id, spoken) == (case_id, language))
    return tuple(letters(case, language))


def made(case: Case, language: str) -> list[Made]:
    return [one for one in row(case.id, language) if one.letter is not None]


def test_there_are_enough_cases_in_every_language() -> None:
    languages = [language for _, language in cases()]
    assert languages.count("en") >= 14
    assert all(languages.count(language) >= 5 for language in ("de", "fr", "es"))


def letters_are_those_that_were_read(case: Case, language: str, request: pytest.FixtureRequest) -> None:
    file = KEPT / f"{case.id}.{language}.txt"
    text = shown(list(row(case.id, language)))
    if request.config.getoption("--update-golden"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_nothing_is_kept_of_cases_that_are_gone() -> None:
    kept = {file.stem for file in KEPT.glob("*.txt")}
    assert kept == {f"{case.id}.{language}" for case, language in cases()}


def no_check_finds_fault(case: Case, language: str) -> None:
    for one in made(case, language):
        expected = OF_THE_MATRIX | (OF_THE_CASE if one.template.name in SAY_LITTLE else set())
        assert [told for told in warnings(one) if told.partition(":")[0] not in expected] == [], one.name()


def are_set_cleanly(case: Case, language: str) -> None:
    for one in made(case, language):
        for text in one.texts:
            assert "  " not in text, one.name()
            assert text == text.strip(), one.name()
            assert not re.search(r"(?<![A-Z])[.,;:]{2}|\( | \)|\(\)", text.replace("…", "")), text


def are_in_one_language(case: Case, language: str) -> None:
    others = "|".join(words for other, words in COMMON_WORDS.items() if other != language)
    for one in made(case, language):
        for text in one.texts:
            assert not re.search(rf"\b(?:{others})\b", text), (one.name(), text)


def have_every_demand_once(case: Case, language: str) -> None:
    for one in made(case, language):
        if "case.demands" not in one.template.uses:
            continue
        view = sight(one.template, one.facts, audiences_of(one.template, one.facts.recipient)).case(case)
        demands = view.fact("demands")
        assert isinstance(demands, tuple)
        for demand in demands:
            told = str(demand.fact("text"))
            said = "\n".join(one.texts).replace("not to ", "not ")
            assert said.count(told) == 1, (one.name(), told)


def _private(case: Case) -> Iterator[ReaderText]:
    for person in case.persons:
        yield from (text for text in (person.about, person.family) if text is not None)


def have_nothing_for_others(case: Case, language: str) -> None:
    for one in made(case, language):
        audiences = audiences_of(one.template, one.facts.recipient)
        for text in _private(case):
            hidden = {words for words in text.given().values() if words != text.to(audiences)}
            assert not any(words in "\n".join(one.texts) for words in hidden), one.name()


def test_the_last_reader_is_told_what_the_first_is_not() -> None:
    (case,) = (case for case, language in cases() if (case.id, language) == ("lawyer-hearing", "en"))
    texts = {one.name(): "\n".join(one.texts) for one in made(case, "en")}
    assert "asthma" in texts["unhcr-petition, un"]
    assert "asthma" not in texts["premier-appeal, government"]


def name_nobody_withheld(case: Case, language: str) -> None:
    hidden = [person.name.family for person in case.persons if not person.publish]
    for one in made(case, language):
        assert not any(name in "\n".join(one.texts) for name in hidden if name), one.name()


HOLDING = (
    no_check_finds_fault,
    are_set_cleanly,
    are_in_one_language,
    have_every_demand_once,
    have_nothing_for_others,
    name_nobody_withheld,
)
"""What all letters of the matrix must do."""


@pytest.mark.parametrize(("case", "language"), ROWS)
def test_letters_are_those_that_were_read_and_hold(
    case: Case, language: str, request: pytest.FixtureRequest
) -> None:
    letters_are_those_that_were_read(case, language, request)
    for holds in HOLDING:
        holds(case, language)
